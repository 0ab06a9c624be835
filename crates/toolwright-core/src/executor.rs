//! [`Executor`]: what runs a call.

use serde_json::Value;

use crate::{Call, Tool};

/// Runs calls on tools: a simulated world, a live server. State lives as long as the dialog.
pub trait Executor {
    /// The result of one call. A tool that fails gives its error as a result; that is data.
    ///
    /// # Errors
    /// Says why there is no result at all; the sample then becomes undecided.
    fn execute(&mut self, tool: &Tool, call: &Call) -> crate::Result<Value>;
}
