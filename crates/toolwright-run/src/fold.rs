//! [`Fold`]: what looks across samples, in index order, as they are written.
//!
//! Near-duplicates, decontamination, splits and statistics depend on earlier samples, so they are not a
//! sample's own business. The state of a fold is a function of the lines that were written, by construction:
//! [`Fold::admit`] only looks, and [`Fold::note`] is called for every line that is kept, whether it was made
//! just now, read from a shard, or found in the folder of a run that goes on. A shard is written without a
//! fold; `merge` runs it.

use std::path::Path;

use serde_json::Value;
use toolwright_core::Result;

use crate::{Fate, Totals};

/// What becomes of a line that its maker accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admit {
    /// It is written as it is.
    Keep,
    /// It goes to `rejected.jsonl` as this text: the same sample with the finding added.
    Reject(String),
}

/// Looks across samples in index order; see the crate's first page for an example.
pub trait Fold {
    /// What the fold needs of a line: made on the maker's thread, so that the fold itself stays cheap.
    type Item;

    /// The sample index of a written line, and its item.
    ///
    /// # Errors
    /// Where the line is no line of this run: what was found, and what was expected. The file and line number
    /// are added by the caller.
    fn read(&self, fate: Fate, line: &str) -> Result<(u64, Self::Item)>;

    /// Whether an accepted line stays accepted, given every line of the samples before it.
    ///
    /// # Errors
    /// Where this cannot be said. The run stops before this sample and can go on later.
    fn admit(&self, index: u64, item: &Self::Item, line: &str) -> Result<Admit>;

    /// Takes note of a line that is kept, in index order; within an index in the order of [`Fate::ALL`].
    fn note(&mut self, fate: Fate, item: Self::Item, line: &str);

    /// What `report.json` says of a finished run. It is a pure function of what was noted: no clock.
    fn report(&self, totals: &Totals) -> Value;

    /// `report.html` of a finished run, where there is one: a page to look at, under the same law.
    ///
    /// - `dir`: the run's folder, for its recipe and tools.
    /// - `report`: what [`report`](Self::report) gave.
    ///
    /// # Errors
    /// Where it cannot be made. The run is not finished then, and can go on later.
    fn page(&self, dir: &Path, report: &Value) -> Result<Option<String>> {
        let _ = (dir, report);
        Ok(None)
    }
}

impl<F: Fold + ?Sized> Fold for &mut F {
    type Item = F::Item;

    fn read(&self, fate: Fate, line: &str) -> Result<(u64, Self::Item)> {
        (**self).read(fate, line)
    }

    fn admit(&self, index: u64, item: &Self::Item, line: &str) -> Result<Admit> {
        (**self).admit(index, item, line)
    }

    fn note(&mut self, fate: Fate, item: Self::Item, line: &str) {
        (**self).note(fate, item, line);
    }

    fn report(&self, totals: &Totals) -> Value {
        (**self).report(totals)
    }

    fn page(&self, dir: &Path, report: &Value) -> Result<Option<String>> {
        (**self).page(dir, report)
    }
}
