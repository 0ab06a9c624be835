//! Pages to look at: what a run holds, what pools hold.
//!
//! Every page is one text, made by a pure function, and complete in itself: style and script are inside, nothing is loaded from
//! elsewhere, and without a script it can be read all the same. [`report`] is a run's page, [`pools`] compares pools of tools, and
//! both draw with [`plot`]. Whatever comes from data goes through one escaping function.
#![deny(missing_docs)]

mod escape;
pub mod plot;
pub mod pools;
pub mod report;
mod shell;
