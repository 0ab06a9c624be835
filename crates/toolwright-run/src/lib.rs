//! Run folders: samples made in parallel, written in order, and never lost.
//!
//! A sample is a pure function of its index, so a run is a range of indices and a folder that says how far it
//! got. [`Run::open`] creates the folder or checks that it is the same run; [`Run::writer`] brings the
//! [`Fold`] (what looks across samples) back to where it was; [`Writer::generate`] makes samples on a pool of
//! threads and writes them strictly in index order. Whoever makes samples some other way calls
//! [`Writer::append`], [`Writer::checkpoint`] and [`Writer::finish`]. [`merge()`] is such a writer: a run
//! whose samples are read from the folders of its shards.
//!
//! Three things follow, and tests hold them: the bytes do not depend on the number of threads; a run killed
//! at any moment and started again gives the bytes of an undisturbed run; all shards, merged, give the bytes
//! of one run. Nothing here knows what a line means: lines are made, read and judged by the caller.
//!
//! ```
//! use toolwright_run::{Admit, Ended, Fate, Fold, Identity, Line, Opened, Result, Run, Sample, Totals, Work};
//!
//! /// Adds up what was accepted.
//! struct Sum(u64);
//!
//! impl Fold for Sum {
//!     type Item = u64;
//!     fn read(&self, _: Fate, line: &str) -> Result<(u64, u64)> {
//!         let index = line.parse().map_err(|_| toolwright_core::Error::new("expected a number"))?;
//!         Ok((index, index))
//!     }
//!     fn admit(&self, _: u64, _: &u64, _: &str) -> Result<Admit> {
//!         Ok(Admit::Keep)
//!     }
//!     fn note(&mut self, fate: Fate, item: u64, _: &str) {
//!         self.0 += if fate == Fate::Accepted { item } else { 0 };
//!     }
//!     fn report(&self, totals: &Totals) -> serde_json::Value {
//!         serde_json::json!({"accepted": totals.accepted, "sum": self.0})
//!     }
//! }
//!
//! let scratch = tempfile::tempdir()?;
//! let identity = Identity { recipe: "seed = 7\n".into(), tools: Vec::new(), shard: None, n: 5 };
//! let Opened::Unfinished(run) = Run::open(&scratch.path().join("run"), &identity)? else { return Ok(()) };
//! let mut writer = run.writer(Sum(0))?;
//! let make = |index: u64| {
//!     let fate = if index % 2 == 0 { Fate::Accepted } else { Fate::Rejected };
//!     Ok(Sample { index, lines: vec![Line { fate, text: index.to_string(), item: index }] })
//! };
//! let Ended::Done(done) = writer.generate(&Work::default(), make) else { return Ok(()) };
//! assert_eq!(done.report, serde_json::json!({"accepted": 3, "sum": 6}));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod checkpoint;
mod files;
mod fold;
mod folder;
mod generate;
mod identity;
mod journal;
mod lock;
mod merge;
mod progress;
mod run;
mod sample;
mod shard;
#[cfg(test)]
mod testing;

pub use checkpoint::Totals;
pub use fold::{Admit, Fold};
pub use folder::Folder;
pub use generate::{Cancel, Ended, Stop, Stopped, Work};
pub use identity::Identity;
pub use journal::{Entry, Journal, Spent};
pub use lock::{Hold, hold};
pub use merge::merge;
pub use progress::{Meter, Progress};
pub use run::{Finished, Opened, Run, Writer};
pub use sample::{Fate, Line, Sample};
pub use shard::Shard;
pub use toolwright_core::{Error, Result};
