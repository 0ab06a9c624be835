//! Faults of values: what is passed is well-formed, and not what was said.

use serde_json::{Value, json};

use super::call::argument;
use super::{Class, Fault, Plot};

const fn of_value(id: &'static str, says: &'static str, plant: fn(&mut Plot<'_>) -> Option<()>) -> Fault {
    Fault { id, says, class: Class::Value, plant }
}

pub(super) const SWAPPED_VALUES: Fault =
    of_value("swapped-values", "Two arguments of a call have each other's value.", |plot| {
        let mut open = Vec::new();
        for (at, n) in plot.calls() {
            let arguments: Vec<(&String, &Value)> =
                plot.dialog.messages[at].calls[n].arguments.iter().collect();
            for (nth, (a, one)) in arguments.iter().enumerate() {
                for (b, other) in &arguments[nth + 1..] {
                    let alike = one.is_string() && other.is_string() || one.is_number() && other.is_number();
                    if alike && one != other {
                        open.push((at, n, (*a).clone(), (*b).clone()));
                    }
                }
            }
        }
        let (at, n, a, b) = plot.rng.choose(&open)?.clone();
        let arguments = &mut plot.dialog.messages[at].calls[n].arguments;
        let (one, other) = (arguments.get(&a)?.clone(), arguments.get(&b)?.clone());
        arguments.insert(a, other);
        arguments.insert(b, one);
        Some(())
    });

pub(super) const OFF_BY_ONE: Fault =
    of_value("off-by-one", "A number is one more or less than was said.", |plot| {
        let (at, n, name) = argument(plot, |_, _, _, value| value.is_i64())?;
        let up = plot.rng.chance(0.5);
        let value = plot.dialog.messages[at].calls[n].arguments.get_mut(&name)?;
        *value = json!(value.as_i64()?.checked_add(if up { 1 } else { -1 })?);
        Some(())
    });

pub(super) const SHIFTED_DATE: Fault = of_value("shifted-date", "A date is a day or a week off.", |plot| {
    let day = |value: &Value| value.as_str()?.parse::<jiff::civil::Date>().ok();
    let (at, n, name) = argument(plot, |_, _, _, value| day(value).is_some())?;
    let days = *plot.rng.choose(&[-7, -1, 1, 7])?;
    let value = plot.dialog.messages[at].calls[n].arguments.get_mut(&name)?;
    *value = day(value)?.saturating_add(jiff::Span::new().days(days)).to_string().into();
    Some(())
});

pub(super) const FABRICATED_VALUE: Fault =
    of_value("fabricated-value", "A text is one that nobody has said.", |plot| {
        let (at, n, name) = argument(plot, |_, _, schema, value| {
            value.is_string()
                && !["enum", "pattern", "format", "const"].iter().any(|key| schema.contains_key(*key))
        })?;
        const TEXTS: [&str; 6] =
            ["Quillmere", "Tessa Okonjo", "Varnholt", "Port Ellery", "the blue folder", "Marlowe & Finch"];
        let said = |text: &&&str| plot.dialog.messages.iter().all(|one| !one.said().contains(**text));
        let open: Vec<&str> = TEXTS.iter().filter(said).copied().collect();
        let text = *plot.rng.choose(&open)?;
        plot.dialog.messages[at].calls[n].arguments.insert(name, text.into());
        Some(())
    });

pub(super) const UNASKED_OPTION: Fault =
    of_value("unasked-option", "A call sets an option that nobody asked for.", |plot| {
        let mut open = Vec::new();
        for (at, n) in plot.calls() {
            let call = &plot.dialog.messages[at].calls[n];
            let Some(tool) = plot.dialog.tool_at(at, &call.name) else { continue };
            for (name, schema) in tool.properties() {
                if tool.requires(name) || call.arguments.contains_key(name) {
                    continue;
                }
                let first = schema.get("enum").and_then(Value::as_array).and_then(|all| all.first()).cloned();
                let flag =
                    schema.get("type").is_some_and(|kind| kind == "boolean").then(|| Value::Bool(true));
                open.extend(first.or(flag).map(|value| (at, n, name.to_owned(), value)));
            }
        }
        let (at, n, name, value) = plot.rng.choose(&open)?.clone();
        plot.dialog.messages[at].calls[n].arguments.insert(name, value);
        Some(())
    });
