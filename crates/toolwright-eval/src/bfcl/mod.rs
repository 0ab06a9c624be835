//! The Berkeley Function-Calling Leaderboard: every official verdict, at native speed.
//!
//! A [`Benchmark`] is a folder of questions, [`Results`] are models' answers; [`score`] judges them all. A [`Question`] judges
//! one answer at a time, for whoever has it in hand.
//!
//! Source: the package `bfcl-eval` 2026.3.23, versions 1, 3 and 4 of the benchmark. The verdicts, error types and messages
//! are its own, quirks included; docs/bfcl.md lists them and where we differ.

mod agentic;
pub mod ask;
mod benchmark;
mod category;
mod check;
mod decode;
mod dialogs;
mod diff;
mod explain;
mod file;
mod overall;
mod parallel;
mod question;
mod results;
mod score;
pub mod score_file;
mod turns;

pub use benchmark::Benchmark;
pub use category::{CATEGORIES, Category, Group, Version};
pub use check::Names;
pub use decode::{DECODERS, Decoder, Flavour};
pub use dialogs::{BY, dialogs};
pub use diff::{Comparison, Difference, compare};
pub use explain::explain;
pub use overall::Mean;
pub use question::{Judgement, Prepared, Question};
pub use results::Results;
pub use score::{Failure, Model, Options, Report, Score, score};
