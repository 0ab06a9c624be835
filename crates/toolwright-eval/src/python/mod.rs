//! Python as the official scorer computes with it: its values, their equality and `repr`, `json` and call text.
//!
//! The leaderboard's verdicts are those of a Python program, so they hang on what Python takes for equal (`True == 1 ==
//! 1.0`), on which types its parser gives (a tuple is no list, `1` is no float) and on how it writes values into messages.
//! This module knows nothing of the benchmark.

mod arithmetic;
pub(crate) mod calls;
pub(crate) mod date;
mod dumps;
pub(crate) mod eval;
mod fast;
pub(crate) mod json;
pub(crate) mod ops;
pub(crate) mod precise;
pub(crate) mod random;
mod repr;
pub(crate) mod saved;
pub(crate) mod text;
mod unparse;
mod value;

pub(crate) use dumps::{dumps, dumps_ascii};
pub(crate) use repr::{repr, str_of};
pub(crate) use value::{Dict, Type, Value};
