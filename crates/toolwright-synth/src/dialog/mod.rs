//! How a dialog comes to be: a plan with the right calls, then a machine that has it worded and played.
//!
//! [`plan`] decides what happens before a word is written: the calls and every argument with its source ([`arguments`] draws the
//! values). [`machine`] plays a plan step by step and asks others for words and results; it does no I/O.

pub(crate) mod arguments;
pub(crate) mod chain;
pub(crate) mod machine;
mod offer;
pub(crate) mod plan;
pub(crate) mod task;
mod twist;
