//! The nouns of function calling, pure and offline.
//!
//! A [`Tool`] is what a model may call; a [`Call`] is one use of it; a [`Dialog`] is tools and
//! [`Message`]s with a [`Meta`] that says where the sample came from; a [`Verdict`] says what a check
//! made of it. [`schema`] checks and samples values, [`call`] reads and compares calls, [`format`](mod@format)
//! reads and writes datasets, [`render`] tools as text, [`seed`] derives randomness, [`jsonl`] streams lines, [`packed`] undoes gzip and Zstandard.
//!
//! This crate knows nothing of networks, clocks, files' meaning or models: everything comes in as an argument.
#![deny(missing_docs)]

mod asker;
pub mod call;
mod dialog;
mod endpoint;
mod error;
mod executor;
pub mod format;
mod interval;
pub mod jsonl;
mod message;
pub mod packed;
mod prompt;
mod provenance;
pub mod render;
pub mod schema;
mod scorer;
pub mod seed;
mod thinking;
mod tool;
mod verdict;

pub use asker::{Answered, Asker, Blank, Question};
pub use call::{Call, Malformed};
pub use dialog::{Dialog, Kind, Meta, SCHEMA_VERSION, Situation};
pub use endpoint::{
    Asking, Candidate, Endpoint, Finish, Form, Place, Reply, Request, Sampling, TokenLogprob, ToolChoice,
    Unanswered, Usage,
};
pub use error::{Error, Result, nearest};
pub use executor::{Calling, Executor, Host, Ran, Uncalled};
pub use interval::interval;
pub use message::{Message, OfferChange, Role};
pub use prompt::{Prompt, definitions, transcript};
pub use provenance::{Provenance, Source};
pub use scorer::{Loss, Scorer, Scoring};
pub use thinking::{Choice, Thinking};
pub use tool::{Hint, Hints, Laws, Lineage, Phrase, Rows, Tool, ToolMeta, Wording};
pub use verdict::{Finding, Measurement, Outcome, Verdict};
