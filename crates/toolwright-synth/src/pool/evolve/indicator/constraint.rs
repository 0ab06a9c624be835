//! `new-constraint`: a parameter is bound more tightly than it was.
//!
//! A number gets its range, a text its list or its form, a list its length, an option becomes an obligation.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::pool::evolve::draft::{Draft, Node};
use crate::pool::evolve::join::WORKS_OUT;
use crate::pool::evolve::words::{code, noun, pick};
use crate::pool::tree::Attribute;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "new-constraint",
    says: "a parameter gets a range, a list, a form or an obligation",
    fits: |_| true,
    apply,
};

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut names: Vec<String> = draft.params.keys().cloned().collect();
    rng.shuffle(&mut names);
    let node = draft.node;
    let computed = WORKS_OUT.contains(&node.verb());
    for name in names {
        let asked = draft.in_asks(&name);
        let own = node.does.may.contains(&name);
        let Some(param) = draft.params.get_mut(&name) else { continue };
        let (attribute, required) = (param.attribute, param.required);
        let Value::Object(schema) = &mut param.schema else { continue };
        if let Some(text) = bind(&name, schema, attribute, computed, rng) {
            draft.note(text);
            return true;
        }
        // A refinement that everybody must decide on.
        let worth =
            attribute.is_some_and(|attribute| !attribute.one_of.is_empty() || attribute.int.is_some());
        // What narrows a list down is nobody's duty.
        if own && !required && worth && !(node.reads && node.does.many) && (asked || param.put.is_some()) {
            param.required = true;
            // What was optional is so no more.
            draft.notes.retain(|note| !note.text.contains(&code(&name)) || note.needed);
            let text =
                pick(rng, &["{name} is required.", "{name} must be given.", "Every call must state {name}."]);
            draft.note(text.replace("{name}", &code(&name)));
            return true;
        }
    }
    false
}

/// Binds one parameter; what the description says of it.
///
/// - `computed`: whether the API computes with its arguments.
fn bind(
    name: &str,
    schema: &mut Map<String, Value>,
    attribute: Option<&Attribute>,
    computed: bool,
    rng: &mut Rng,
) -> Option<String> {
    if schema.get("type").is_some_and(|t| t == "array") {
        return bind_list(name, schema, rng);
    }
    let attribute = attribute.filter(|attribute| !attribute.list)?;
    if attribute.id.is_some() && !schema.contains_key("pattern") {
        schema.extend(object(attribute.schema(true)).into_iter().filter(|(key, _)| key == "pattern"));
        let example = object(attribute.schema(false)).get("examples")?.get(0)?.as_str()?.to_owned();
        let text = pick(
            rng,
            &[
                "{name} looks like {example}.",
                "Expects {name} in the form of {example}.",
                "Identifiers such as {example} are expected in {name}.",
            ],
        );
        return Some(text.replace("{name}", &code(name)).replace("{example}", &code(&example)));
    }
    let range = attribute.num.or_else(|| attribute.int.map(|[low, high]| [low as f64, high as f64]));
    // `Stars from 1 to 5` has said it already.
    let told = attribute.says.contains(|c: char| c.is_ascii_digit());
    // Amounts and values that anybody may set have no ends of this kind.
    let measured = attribute.unit.as_deref().is_some_and(|unit| unit != "USD")
        || [
            "count", "limit", "people", "guests", "seats", "pages", "radius", "level", "nights", "pieces",
            "tickets", "copies", "rounds",
        ]
        .contains(&name.rsplit('_').next().unwrap_or_default());
    // What is only computed with takes any number.
    let bare = measured && !computed && !schema.contains_key("minimum") && !name.contains("year") && !told;
    if let Some([low, high]) = range.filter(|_| bare) {
        let (least, most) =
            (if low < 0.0 { -wide(-low) } else { f64::from(u8::from(low >= 1.0)) }, wide(high));
        // A part of a hundred has an end of its own.
        let most = match attribute.unit.as_deref() {
            Some("percent") if high <= 100.0 => 100.0,
            Some("stars") if high <= 5.0 => 5.0,
            _ => most,
        };
        let number = |value: f64| if value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
        schema.insert("minimum".into(), number(least));
        schema.insert("maximum".into(), number(most));
        let unit = attribute.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
        let text = pick(
            rng,
            &[
                "{name} must be between {least} and {most}{unit}.",
                "{name} is at least {least} and at most {most}{unit}.",
                "Values of {name} from {least} to {most}{unit} are accepted.",
                "Accepts {name} up to {most}{unit}.",
            ],
        );
        let text = text.replace("{name}", &code(name)).replace("{unit}", &unit);
        return Some(
            text.replace("{least}", &number(least).to_string()).replace("{most}", &number(most).to_string()),
        );
    }
    None
}

/// A list gets a length.
fn bind_list(name: &str, schema: &mut Map<String, Value>, rng: &mut Rng) -> Option<String> {
    if schema.contains_key("maxItems") {
        return None;
    }
    let different =
        schema.get("items").and_then(|items| items.get("enum")).and_then(Value::as_array).map(Vec::len);
    let most = [3, 4, 5, 8, 10][rng.below(5)].min(different.unwrap_or(usize::MAX));
    if most < 2
        || different.is_some_and(|different| most >= different)
        || ["include", "expand"].contains(&name)
    {
        return None;
    }
    schema.insert("minItems".into(), 1.into());
    schema.insert("maxItems".into(), most.into());
    let text = pick(
        rng,
        &[
            "At most {n} {nouns} are accepted.", "Takes up to {n} {nouns}.",
            "{name} holds no more than {n} entries.",
        ],
    );
    let nouns = crate::agent::name::plural(&noun(name));
    Some(text.replace("{n}", &most.to_string()).replace("{nouns}", &nouns).replace("{name}", &code(name)))
}

/// A round number well above this one.
fn wide(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1e-9).log10().floor());
    [2.0, 5.0, 10.0, 20.0]
        .map(|step| step * power)
        .into_iter()
        .find(|round| *round >= 1.5 * value)
        .unwrap_or(20.0 * power)
}

fn object(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
