//! Scores of function calls: the Berkeley leaderboard's own verdicts, and those of a dataset of one's own.
//!
//! [`bfcl`] gives every official verdict of the leaderboard; [`world`] has the services that its tests of several turns are played on; [`api_bank`] scores calls of API-Bank;
//! [`dataset`] scores answers to the turns of any dataset under the policy `Typed`. This crate knows nothing of how data is made or verified here: a benchmark must
//! not.
#![deny(missing_docs)]

pub mod api_bank;
pub mod bfcl;
pub mod dataset;
mod python;
pub mod world;

pub use toolwright_core::interval;
