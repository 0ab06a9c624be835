//! The tools on offer, as the rules about calls need them: found by name in constant time, their schemas safe to use.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use toolwright_core::schema::Checker;
use toolwright_core::{Call, Dialog, Tool};

/// The deepest value that is handed to a schema; text formats are read no deeper either.
pub(super) const DEEPEST: usize = 128;

/// Up to this many tools a walk is faster than a table.
const FEW: usize = 16;

/// The tools of a dialog by name. Names are compared trimmed, as the paper's table has it; of two tools with one
/// name the first counts.
pub(super) struct Offer<'a> {
    dialog: &'a Dialog,
    table: Option<HashMap<&'a str, &'a Tool>>,
}

impl<'a> Offer<'a> {
    pub(super) fn of(dialog: &'a Dialog) -> Self {
        let table = (dialog.tools.len() > FEW).then(|| {
            // Backwards, so that the first of a name stays.
            dialog.tools.iter().rev().map(|tool| (tool.name.trim(), &**tool)).collect()
        });
        Self { dialog, table }
    }

    pub(super) fn tool(&self, call: &Call) -> Option<&'a Tool> {
        let name = call.name.trim();
        match &self.table {
            Some(table) => table.get(name).copied(),
            None => self.dialog.tools.iter().map(|tool| &**tool).find(|tool| tool.name.trim() == name),
        }
    }

    /// The calls to tools on offer, each with its place and its tool.
    pub(super) fn calls(&self) -> impl Iterator<Item = ((usize, usize), &'a Call, &'a Tool)> {
        self.dialog.calls().filter_map(|(at, n, call)| self.tool(call).map(|tool| ((at, n), call, tool)))
    }
}

/// The compiled check of a tool's arguments.
///
/// # Errors
/// Says why there is none; a schema that is too deep is never compiled.
pub(super) fn checker(tool: &Tool) -> Result<&Checker, String> {
    // The definition is judged once; only what is wrong with it is looked at again.
    if tool.definition().is_err() && !shallow(&tool.parameters) {
        return Err(format!("the schema is nested deeper than {DEEPEST} levels"));
    }
    tool.arguments_checker().map_err(str::to_owned)
}

/// Whether a value is nested no deeper than [`DEEPEST`]. Its own recursion ends there too.
pub(super) fn shallow(value: &Value) -> bool {
    fn within(value: &Value, left: usize) -> bool {
        match value {
            Value::Array(items) => left > 0 && items.iter().all(|item| within(item, left - 1)),
            Value::Object(map) => left > 0 && map.values().all(|item| within(item, left - 1)),
            _ => true,
        }
    }
    within(value, DEEPEST)
}

/// Whether all of a call's arguments are nested no deeper than [`DEEPEST`].
pub(super) fn shallow_arguments(call: &Call) -> bool {
    call.arguments.values().all(shallow)
}

/// A key as one step of a JSON pointer.
pub(super) fn pointer_token(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}
