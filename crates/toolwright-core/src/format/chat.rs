//! Messages as the chat templates of models take them, which trainers hand over: `trl`, `trl-dpo` and `axolotl` share them.
//!
//! Calls stand in `tool_calls` with `type` and `function`; a result says which tool it is of, and there are no ids. Content is a text,
//! never null, because templates print that or fail.

use serde_json::{Map, Value, json};

use super::steps::{self, Run, Step};
use super::{openai, sharegpt, wrong};
use crate::{Call, Dialog, Error, Message, Result, Role};

/// How a trainer wants its messages.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Writes the arguments of a call.
    pub(super) arguments: fn(&Map<String, Value>) -> Value,
    /// The key that says whether a message is learned; without one, what must not be learned is left out.
    pub(super) train: Option<&'static str>,
}

/// The messages of a dialog, and the positions in the dialog where each was.
pub(super) fn messages(dialog: &Dialog, manner: Manner) -> Result<Vec<(usize, Value)>> {
    let mut out = Vec::new();
    if let Some(prompt) = steps::prompt(dialog) {
        out.push((0, json!({"role": "system", "content": prompt.said()})));
    }
    let (mut claimed, mut read) = (Step::default(), Step::default());
    for run in steps::runs(dialog, manner.train.is_some()) {
        let written = run_messages(&run, manner, &mut claimed, &mut read);
        let written = written.map_err(|error| error.at(format!("messages[{}]", run.at)))?;
        out.extend(written.into_iter().map(|message| (run.at, message)));
        if !run.first().calls.is_empty() {
            claimed = Step::of(&run.first().calls);
            read = claimed.clone();
        }
    }
    Ok(out)
}

/// - `claimed`: the calls that have no result yet.
/// - `read`: the same as a reader sees it, who has only names and order.
fn run_messages(run: &Run<'_>, manner: Manner, claimed: &mut Step, read: &mut Step) -> Result<Vec<Value>> {
    let message = run.first();
    match message.role {
        Role::System => Err(steps::late_prompt()),
        Role::User => {
            steps::calls_nothing(message)?;
            Ok(vec![json!({"role": "user", "content": run.said()})])
        }
        Role::Assistant => Ok(vec![assistant(message, manner)?]),
        Role::Tool => {
            let mut out = Vec::with_capacity(run.messages.len());
            for (n, result) in claimed.in_order(run.messages)? {
                let Some(call) = claimed.calls.get(n) else { continue };
                if read.named(&call.name) != Some(n) {
                    return Err(Error::new(format!(
                        "an earlier call of `{}` in the step has no result yet; results are linked by name and order, and it would \
                         be given this one",
                        call.name
                    )));
                }
                out.push(json!({"role": "tool", "name": call.name, "content": result.said()}));
            }
            Ok(out)
        }
    }
}

/// An assistant's message.
///
/// # Errors
/// Where a call of it is malformed.
pub(super) fn assistant(message: &Message, manner: Manner) -> Result<Value> {
    if let Some(malformed) = &message.malformed {
        return Err(steps::no_place(&malformed.why));
    }
    let mut out = Map::new();
    out.insert("role".into(), "assistant".into());
    out.insert("content".into(), message.said().into());
    if !message.calls.is_empty() {
        let call = |call: &Call| {
            let function = json!({"name": call.name, "arguments": (manner.arguments)(&call.arguments)});
            json!({"type": "function", "function": function})
        };
        out.insert("tool_calls".into(), message.calls.iter().map(call).collect());
    }
    if let (Some(key), Some(train)) = (manner.train, message.train) {
        out.insert(key.into(), train.into());
    }
    Ok(out.into())
}

/// Reads a row of these messages: `tools` is a list or the JSON text of one, and so may the parameters of each be.
///
/// - `train`: the key that says whether a message is learned.
pub(super) fn read(row: &Value, train: Option<&str>) -> Result<Dialog> {
    let object = row.as_object().ok_or_else(|| wrong("an object with `messages`", row))?;
    let (mut plain, mut learned) = (object.clone(), Vec::new());
    let tools = plain.shift_remove("tools").map_or(Value::Null, with_parameters);
    for message in plain.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        learned.push(train.and_then(|train| message.as_object_mut()?.shift_remove(train)?.as_bool()));
    }
    let mut dialog = (openai::FORMAT.read)(&plain.into())?;
    for (message, train) in dialog.messages.iter_mut().zip(learned) {
        message.train = train.or(message.train);
    }
    sharegpt::read_tools(&tools, &mut dialog).map_err(|error| error.at("tools"))?;
    let calls = dialog.messages.iter_mut().flat_map(|message| &mut message.calls);
    for (n, call) in calls.enumerate() {
        call.id = call.id.take().or_else(|| Some(format!("call_{}", n + 1)));
    }
    steps::link_results(&mut dialog.messages);
    Ok(dialog)
}

/// A list of tools whose parameters are values and not their JSON text.
fn with_parameters(mut tools: Value) -> Value {
    for tool in tools.as_array_mut().into_iter().flatten() {
        let function = if tool.get("function").is_some() { &mut tool["function"] } else { tool };
        if let Some(Value::String(text)) = function.get("parameters")
            && let Ok(parameters) = serde_json::from_str::<Value>(text)
        {
            function["parameters"] = parameters;
        }
    }
    tools
}
