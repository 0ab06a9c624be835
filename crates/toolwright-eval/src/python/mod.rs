//! Python as the official scorer computes with it: its values, their equality and `repr`, `json` and call text.
//!
//! The leaderboard's verdicts are those of a Python program, so they hang on what Python takes for equal (`True == 1 ==
//! 1.0`), on which types its parser gives (a tuple is no list, `1` is no float) and on how it writes values into messages.
//! This module knows nothing of the benchmark.

mod arithmetic;
pub(crate) mod calls;
mod dumps;
mod fast;
pub(crate) mod json;
mod repr;
pub(crate) mod text;
mod unparse;
mod value;

pub(crate) use dumps::dumps;
pub(crate) use repr::{repr, str_of};
pub(crate) use value::{Dict, Type, Value};
