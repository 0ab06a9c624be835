//! Faults of calls that a look at the tools' definitions shows.

use serde_json::{Map, Value, json};
use toolwright_core::{Malformed, Tool};

use super::{Class, Fault, Plot};

const fn structural(id: &'static str, says: &'static str, plant: fn(&mut Plot<'_>) -> Option<()>) -> Fault {
    Fault { id, says, class: Class::Structure, plant }
}

pub(super) const UNKNOWN_TOOL: Fault =
    structural("unknown-tool", "A letter of a tool's name is lost.", |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let name = &plot.dialog.messages[at].calls[n].name;
        let mut letters: Vec<char> = name.chars().collect();
        if letters.len() < 2 {
            return None;
        }
        letters.remove(plot.rng.below(letters.len()));
        let name: String = letters.into_iter().collect();
        if plot.dialog.tool_at(at, &name).is_some() {
            return None;
        }
        plot.dialog.messages[at].calls[n].name = name;
        Some(())
    });

pub(super) const WRONG_TOOL: Fault = Fault {
    id: "wrong-tool",
    says: "A call goes to another tool on offer, with the same arguments.",
    class: Class::Sense,
    plant: |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let own = plot.dialog.messages[at].calls[n].name.clone();
        let others: Vec<String> =
            plot.dialog.tools.iter().map(|tool| tool.name.clone()).filter(|name| *name != own).collect();
        plot.dialog.messages[at].calls[n].name = plot.rng.choose(&others)?.clone();
        // The result is that of the call, whatever it is named.
        let (id, name) =
            (plot.dialog.messages[at].calls[n].id.clone(), plot.dialog.messages[at].calls[n].name.clone());
        for message in plot.dialog.messages.iter_mut().filter(|one| id.is_some() && one.call_id == id) {
            message.name = Some(name.clone());
        }
        Some(())
    },
};

pub(super) const MISSING_ARGUMENT: Fault =
    structural("missing-argument", "A required argument is left out.", |plot| {
        let (at, n, name) = argument(plot, |tool, name, _, _| tool.requires(name))?;
        plot.dialog.messages[at].calls[n].arguments.shift_remove(&name);
        Some(())
    });

pub(super) const INVENTED_ARGUMENT: Fault =
    structural("invented-argument", "A call gives an argument that its tool does not declare.", |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let name = *plot.rng.choose(&["priority_level", "verbose_mode", "output_style", "requested_via"])?;
        let call = &mut plot.dialog.messages[at].calls[n];
        (!call.arguments.contains_key(name)).then(|| {
            call.arguments.insert(name.into(), "standard".into());
        })
    });

pub(super) const WRONG_TYPE: Fault =
    structural("wrong-type", "An argument is of another type than its parameter.", |plot| {
        let (at, n, name) = argument(plot, |_, _, schema, _| schema.get("type").is_some())?;
        let value = plot.dialog.messages[at].calls[n].arguments.get_mut(&name)?;
        *value = match value {
            Value::String(_) => json!({ "value": value.clone() }),
            Value::Number(number) => format!("about {number}").into(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
            Value::Array(_) | Value::Object(_) => value.to_string().into(),
            Value::Null => return None,
        };
        Some(())
    });

pub(super) const OUTSIDE_ENUM: Fault =
    structural("outside-enum", "An argument is none of the values that its parameter lists.", |plot| {
        let (at, n, name) =
            argument(plot, |_, _, schema, _| schema.get("enum").is_some_and(Value::is_array))?;
        let value = plot.dialog.messages[at].calls[n].arguments.get_mut(&name)?;
        *value = match value {
            Value::String(text) => format!("{text}_plus").into(),
            Value::Number(number) => json!(number.as_f64()? + 1_000_003.0),
            _ => return None,
        };
        Some(())
    });

pub(super) const BROKEN_PATTERN: Fault =
    structural("broken-pattern", "An argument breaks the pattern or format of its parameter.", |plot| {
        let text = |_: &Tool, _: &str, schema: &Map<String, Value>, value: &Value| {
            value.is_string() && (schema.contains_key("pattern") || schema.contains_key("format"))
        };
        let (at, n, name) = argument(plot, text)?;
        let value = plot.dialog.messages[at].calls[n].arguments.get_mut(&name)?;
        *value = format!("no. {}", value.as_str()?.to_lowercase()).into();
        Some(())
    });

pub(super) const OUT_OF_BOUNDS: Fault =
    structural("out-of-bounds", "A number lies beyond the bounds of its parameter.", |plot| {
        let bounded = |_: &Tool, _: &str, schema: &Map<String, Value>, value: &Value| {
            value.is_number() && (schema.contains_key("minimum") || schema.contains_key("maximum"))
        };
        let (at, n, name) = argument(plot, bounded)?;
        let call = &plot.dialog.messages[at].calls[n];
        let tool = plot.dialog.tool_at(at, &call.name)?;
        let schema = tool.parameters.get("properties")?.get(&name)?;
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let beyond =
            bound("maximum").map(|most| most + 1.0).or_else(|| bound("minimum").map(|least| least - 1.0))?;
        let whole = schema.get("type").is_some_and(|kind| kind == "integer");
        let beyond = if whole { json!(beyond as i64) } else { json!(beyond) };
        plot.dialog.messages[at].calls[n].arguments.insert(name, beyond);
        Some(())
    });

pub(super) const PLACEHOLDER: Fault =
    structural("placeholder", "A text stands in for the value of an argument.", |plot| {
        let (at, n, name) = argument(plot, |_, _, schema, value| {
            value.is_string() && !["enum", "pattern", "format"].iter().any(|key| schema.contains_key(*key))
        })?;
        let form = *plot.rng.choose(&["<@>", "{{@}}", "YOUR_@", "[insert @]"])?;
        let text = form.replace('@', &name);
        let text = if form.starts_with('Y') { text.to_uppercase() } else { text };
        plot.dialog.messages[at].calls[n].arguments.insert(name, text.into());
        Some(())
    });

pub(super) const DUPLICATE_CALL: Fault =
    structural("duplicate-call", "A call is made twice in its turn.", |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let mut again = plot.dialog.messages[at].calls[n].clone();
        again.id = again.id.map(|id| format!("{id}_again"));
        let result = plot
            .dialog
            .messages
            .iter()
            .position(|one| one.call_id.is_some() && one.call_id == plot.dialog.messages[at].calls[n].id);
        if let Some(result) = result {
            let mut second = plot.dialog.messages[result].clone();
            second.call_id.clone_from(&again.id);
            plot.dialog.messages.insert(result + 1, second);
        }
        plot.dialog.messages[at].calls.push(again);
        plot.moved();
        Some(())
    });

pub(super) const MALFORMED_CALL: Fault =
    structural("malformed-call", "The text of a call breaks off.", |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let call = plot.dialog.messages[at].calls.remove(n);
        let raw = json!({"name": call.name, "arguments": call.arguments}).to_string();
        let end = (raw.len() / 2..raw.len()).find(|end| raw.is_char_boundary(*end))?;
        let raw = raw.get(..end)?.to_owned();
        let why = "found the end of the text, expected JSON".to_owned();
        plot.dialog.messages[at].malformed = Some(Malformed { span: 0..raw.len(), raw, why });
        plot.moved();
        Some(())
    });

/// An argument of a call to a tool on offer, by chance, of those for which this holds.
///
/// - `fits`: of the tool, the parameter's name and schema, and the value.
pub(super) fn argument(
    plot: &mut Plot<'_>,
    fits: impl Fn(&Tool, &str, &Map<String, Value>, &Value) -> bool,
) -> Option<(usize, usize, String)> {
    let mut open = Vec::new();
    for (at, n) in plot.calls() {
        let call = &plot.dialog.messages[at].calls[n];
        let Some(tool) = plot.dialog.tool_at(at, &call.name) else { continue };
        for (name, schema) in tool.properties() {
            let (Some(schema), Some(value)) = (schema.as_object(), call.arguments.get(name)) else {
                continue;
            };
            if fits(tool, name, schema, value) {
                open.push((at, n, name.to_owned()));
            }
        }
    }
    plot.rng.choose(&open).cloned()
}
