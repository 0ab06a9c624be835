//! The tools on offer, as the rules about calls need them: found by name in constant time, their schemas safe to use.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use toolwright_core::schema::Checker;
use toolwright_core::{Call, Dialog, Message, OfferChange, Tool};

/// The deepest value that is handed to a schema; text formats are read no deeper either.
pub(crate) const DEEPEST: usize = 128;

/// Up to this many tools a walk is faster than a table.
const FEW: usize = 16;

/// The tools of a dialog by name. Names are compared trimmed, as the paper's table has it; of two tools with one
/// name the first counts. What comes on offer in the course of the dialog counts from there on.
pub(super) struct Offer<'a> {
    dialog: &'a Dialog,
    table: Option<HashMap<&'a str, &'a Tool>>,
    /// Changes, with the message that makes them, the last first.
    changes: Vec<(usize, &'a OfferChange)>,
}

impl<'a> Offer<'a> {
    pub(super) fn of(dialog: &'a Dialog) -> Self {
        let table = (dialog.tools.len() > FEW).then(|| {
            // Backwards, so that the first of a name stays.
            dialog.tools.iter().rev().map(|tool| (tool.name.trim(), &**tool)).collect()
        });
        let changes = dialog.messages.iter().enumerate();
        let changes = changes.filter_map(|(at, message)| Some((at, message.offer.as_ref()?)));
        Self { dialog, table, changes: changes.rev().collect() }
    }

    /// The tool that a call of this message names, if it is on offer there.
    pub(super) fn tool(&self, message: usize, call: &Call) -> Option<&'a Tool> {
        let name = call.name.trim();
        for (_, change) in self.changes.iter().filter(|(at, _)| *at < message) {
            if let Some(tool) = change.added.iter().find(|tool| tool.name.trim() == name) {
                return Some(tool);
            }
            if change.removed.iter().any(|removed| removed.trim() == name) {
                return None;
            }
        }
        match &self.table {
            Some(table) => table.get(name).copied(),
            None => self.dialog.tools.iter().map(|tool| &**tool).find(|tool| tool.name.trim() == name),
        }
    }

    /// The names of the tools that are on offer when this message is made.
    pub(super) fn names(&self, message: usize) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.dialog.tools.iter().map(|tool| tool.name.as_str()).collect();
        for (_, change) in self.changes.iter().rev().filter(|(at, _)| *at < message) {
            names.retain(|name| !change.removed.iter().any(|removed| removed.trim() == name.trim()));
            names.extend(change.added.iter().map(|tool| tool.name.as_str()));
        }
        names
    }

    /// Whether the dialog offers any tool at any time.
    pub(super) fn any(dialog: &Dialog) -> bool {
        let added = |message: &Message| message.offer.as_ref().is_some_and(|change| !change.added.is_empty());
        !dialog.tools.is_empty() || dialog.messages.iter().any(added)
    }

    /// The calls to tools on offer, each with its place and its tool. Calls that training must not learn (`train: false`) are left
    /// out: they may be wrong, because the correction after them is what is to be learned.
    pub(super) fn calls(&self) -> impl Iterator<Item = ((usize, usize), &'a Call, &'a Tool)> {
        let learned = self.dialog.calls().filter(|(at, ..)| !masked(self.dialog, *at));
        learned.filter_map(|(at, n, call)| self.tool(at, call).map(|tool| ((at, n), call, tool)))
    }
}

/// Whether training must not learn this message.
pub(crate) fn masked(dialog: &Dialog, message: usize) -> bool {
    dialog.messages.get(message).is_some_and(|message| message.train == Some(false))
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
pub(crate) fn shallow(value: &Value) -> bool {
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
pub(crate) fn shallow_arguments(call: &Call) -> bool {
    call.arguments.values().all(shallow)
}

/// A key as one step of a JSON pointer.
pub(crate) fn pointer_token(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// The key that one step of a JSON pointer means.
pub(super) fn token_key(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}
