//! How samples come to be: tools in, plans, dialogs, a simulated world.
//!
//! [`pool`] holds the tools: imported, or built in. [`Synth`] makes the samples of a run; `pipeline.rs` is the file to read first.
//! Nothing here does network or model I/O: words and results are asked for, and the embedded speakers and the simulated world answer.
#![deny(missing_docs)]

mod agent;
mod dialog;
mod finalise;
mod pipeline;
pub mod pool;
mod recipe;
mod split;
mod world;

pub use agent::style::check_style;
pub use finalise::{Finalise, Sketch};
pub use pipeline::{Made, Synth};
pub use recipe::{DialogConfig, VerifyConfig};
pub use split::{SplitConfig, Splits};
