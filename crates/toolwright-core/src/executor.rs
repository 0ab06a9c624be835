//! What runs a call: an [`Executor`] at once, a [`Host`] when the program behind it has answered.

use std::fmt;
use std::pin::Pin;

use serde_json::Value;

use crate::{Call, Place, Tool};

/// Runs calls on tools: a simulated world, a live server. State lives as long as the dialog.
pub trait Executor {
    /// The result of one call. A tool that fails gives its error as a result; that is data.
    ///
    /// # Errors
    /// Says why there is no result at all; the sample then becomes undecided.
    fn execute(&mut self, tool: &Tool, call: &Call) -> crate::Result<Value>;
}

/// What a live tool returned.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// The result, or the error that the tool reports.
    pub result: Value,
    /// Whether the tool reports an error.
    pub failed: bool,
}

/// Why a live tool returned nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncalled {
    /// The call may have had its effect, so it is not made again: the sample becomes undecided.
    Lost(String),
    /// Nothing more is called in this run: the server cannot be started, somebody pressed Ctrl-C. The sample waits for another time.
    Stopped(String),
}

impl fmt::Display for Uncalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Lost(why) | Self::Stopped(why)) = self;
        f.write_str(why)
    }
}

impl std::error::Error for Uncalled {}

/// A result to come.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Ran, Uncalled>> + Send + 'a>>;

/// Runs calls on live tools.
pub trait Host: Send + Sync {
    /// Runs a call, once: the same place and call give the same result whenever they are asked for again.
    fn call<'a>(&'a self, place: &'a Place, tool: &'a Tool, call: &'a Call) -> Calling<'a>;
}
