//! `new-constraint`: a parameter is bound more tightly than it was.
//!
//! A number gets its range, a text its list or its form, a list its length, an option becomes an obligation.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::listed;
use crate::pool::evolve::draft::{Draft, Node};
use crate::pool::evolve::words::{code, noun, pick};
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "new-constraint",
    says: "a parameter gets a range, a list, a form or an obligation",
    apply,
};

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut names: Vec<String> = draft.params.keys().cloned().collect();
    rng.shuffle(&mut names);
    for name in names {
        let asked = draft.in_asks(&name);
        let Some(param) = draft.params.get_mut(&name) else { continue };
        let attribute = param.attribute;
        let required = param.required;
        let Value::Object(schema) = &mut param.schema else { continue };
        let bound = bind(&name, schema, attribute, rng);
        if let Some(text) = bound {
            draft.note(text);
            return true;
        }
        // A flag or a refinement that everybody must decide on.
        let worth =
            attribute.is_some_and(|attribute| !attribute.one_of.is_empty() || attribute.int.is_some());
        if !required && worth && (asked || param.put.is_some()) {
            param.required = true;
            let text = pick(
                rng,
                &[
                    "{name} has to be given.", "There is no default for {name}.",
                    "Every call states {name}.", "{name} is not optional.",
                ],
            );
            draft.note(text.replace("{name}", &code(&name)));
            return true;
        }
    }
    false
}

/// Binds one parameter; what the description says of it.
fn bind(
    name: &str,
    schema: &mut Map<String, Value>,
    attribute: Option<&Attribute>,
    rng: &mut Rng,
) -> Option<String> {
    if schema.get("type").is_some_and(|t| t == "array") {
        if schema.contains_key("maxItems") {
            return None;
        }
        let most = [3, 4, 5, 8, 10][rng.below(5)];
        schema.insert("minItems".into(), 1.into());
        schema.insert("maxItems".into(), most.into());
        schema.insert("uniqueItems".into(), true.into());
        let text = pick(
            rng,
            &[
                "At most {n} {nouns} in one call.",
                "Takes up to {n} {nouns} at a time.",
                "{name} holds no more than {n} entries.",
                "Lists of more than {n} {nouns} are refused.",
            ],
        );
        let nouns = crate::agent::name::plural(&noun(name));
        return Some(
            text.replace("{n}", &most.to_string()).replace("{nouns}", &nouns).replace("{name}", &code(name)),
        );
    }
    let attribute = attribute.filter(|attribute| !attribute.list)?;
    if let Some(shape) = attribute.id.as_deref().filter(|_| !schema.contains_key("pattern")) {
        schema.extend(object(attribute.schema(true)).into_iter().filter(|(key, _)| key == "pattern"));
        let text = pick(
            rng,
            &[
                "{name} has the form {shape}.",
                "Expects {name} like {shape}.",
                "The {noun} is checked before anything else.",
                "A {noun} looks like {shape}.",
            ],
        );
        let example = object(attribute.schema(false)).get("examples")?.get(0)?.as_str()?.to_owned();
        let shape = if rng.chance(0.5) { code(shape) } else { code(&example) };
        return Some(
            text.replace("{name}", &code(name)).replace("{noun}", &noun(name)).replace("{shape}", &shape),
        );
    }
    if (attribute.int.is_some() || attribute.num.is_some()) && !schema.contains_key("minimum") {
        let exact = object(attribute.schema(true));
        let (least, most) = (exact.get("minimum")?.clone(), exact.get("maximum")?.clone());
        schema.insert("minimum".into(), least.clone());
        schema.insert("maximum".into(), most.clone());
        let unit = attribute.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
        let text = pick(
            rng,
            &[
                "{name} goes from {least} to {most}{unit}.",
                "The {noun} is between {least} and {most}{unit}.",
                "Values of {name} outside {least} to {most}{unit} are refused.",
                "Accepts a {noun} of {least} to {most}{unit}.",
                "{name} is at least {least} and at most {most}{unit}.",
            ],
        );
        let text =
            text.replace("{name}", &code(name)).replace("{noun}", &noun(name)).replace("{unit}", &unit);
        return Some(text.replace("{least}", &least.to_string()).replace("{most}", &most.to_string()));
    }
    if !attribute.like.is_empty() && !schema.contains_key("enum") {
        let mut values = attribute.like.clone();
        rng.shuffle(&mut values);
        values.truncate(4 + rng.below(4));
        let shown: Vec<String> = values.iter().take(3).cloned().collect();
        schema.shift_remove("examples");
        schema.insert("enum".into(), json!(values));
        let text = pick(
            rng,
            &[
                "The {noun} is one of a fixed list.",
                "{name} is limited to those served, such as {shown}.",
                "Only some {nouns} are served.",
                "Choose the {noun} from the list.",
                "Knows a fixed set of {nouns}, among them {shown}.",
            ],
        );
        let nouns = crate::agent::name::plural(&noun(name));
        let text =
            text.replace("{name}", &code(name)).replace("{nouns}", &nouns).replace("{noun}", &noun(name));
        return Some(text.replace("{shown}", &listed(&shown)));
    }
    if attribute.one_of.len() > 3
        && schema.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() == attribute.one_of.len())
    {
        let out = rng.below(attribute.one_of.len());
        let kept: Vec<&String> = attribute
            .one_of
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != out)
            .map(|(_, value)| value)
            .collect();
        schema.insert("enum".into(), json!(kept));
        let left = attribute.one_of.get(out)?;
        let text = pick(
            rng,
            &[
                "{left} is not served as {noun}.",
                "Works for every {noun} but {left}.",
                "The {noun} {left} is not supported here.",
            ],
        );
        return Some(text.replace("{left}", &code(left)).replace("{noun}", &noun(name)));
    }
    None
}

fn object(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
