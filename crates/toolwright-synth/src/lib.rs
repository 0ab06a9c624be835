//! How samples come to be: tools in, plans, dialogs, a simulated world.
//!
//! [`pool`] holds the tools: imported, or built in. [`Synth`] makes the samples of a run; `pipeline.rs` is the file to read first.
//! Nothing here does network I/O: words and results are asked for, and the embedded speakers and the simulated world answer, or a
//! [`Model`] behind an [`Endpoint`](toolwright_core::Endpoint) does.
#![deny(missing_docs)]

mod agent;
mod dialog;
mod finalise;
mod model;
mod pipeline;
pub mod pool;
mod recipe;
mod runner;
mod split;
mod world;

pub use agent::style::check_style;
pub use finalise::{Finalise, Sketch};
pub use pipeline::{Cast, Made, Model, Synth, Waits, words};
pub use recipe::{AgentsConfig, DialogConfig, Direction, Disagreement, RunBy, Temperatures, VerifyConfig};
pub use split::{SplitConfig, Splits};
