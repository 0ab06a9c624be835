//! `changed-result`: the API answers in another way.
//!
//! A list comes page by page, in groups, counted, summed up, or is cut to its best entry; an object comes in an envelope; more
//! attributes come back; an amount comes with its currency.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::{listed, plural, singular};
use crate::pool::evolve::draft::{Draft, Node, Shape};
use crate::pool::evolve::words::{noun, pick};

pub(super) const INDICATOR: Indicator = Indicator {
    id: "changed-result",
    says: "the result is paged, grouped, counted, summed up, wrapped or extended",
    apply,
};

/// One way to change a draft; says whether it could.
type Way = for<'t> fn(&mut Draft<'t>, &mut Rng) -> bool;

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut ways: [Way; 6] = [reshape, reshape, extend, money, fewer, receipt];
    rng.shuffle(&mut ways);
    ways.iter().any(|way| way(draft, rng))
}

/// Another way to put the whole together.
fn reshape(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    if draft.shape != Shape::Plain {
        return false;
    }
    let lists = draft.list.is_some() && draft.batch.is_none() && draft.node.reads;
    let numbers: Vec<String> = draft
        .fields
        .iter()
        .filter(|(_, schema)| schema.get("type").is_some_and(|t| t == "number" || t == "integer"))
        .map(|(name, _)| name.clone())
        .collect();
    let labels: Vec<String> = draft
        .fields
        .iter()
        .filter(|(name, schema)| {
            schema.get("enum").is_some()
                || draft
                    .node
                    .attribute(name)
                    .is_some_and(|attribute| !attribute.like.is_empty() && !attribute.list)
        })
        .map(|(name, _)| name.clone())
        .collect();
    let mut open = vec![Shape::Enveloped];
    if lists && draft.beside.is_empty() {
        open.extend([Shape::Paged, Shape::Best]);
        open.extend(rng.choose(&numbers).cloned().map(Shape::Summarised));
        if draft.fields.len() > 2 {
            open.extend(rng.choose(&labels).cloned().map(Shape::Grouped));
        }
        open.extend(rng.choose(&labels).cloned().map(Shape::Counted));
    }
    let Some(shape) = rng.choose(&open).cloned() else { return false };
    let one = singular(&noun(draft.list.as_deref().unwrap_or(draft.node.thing)));
    let text = match &shape {
        Shape::Plain => return false,
        Shape::Enveloped => {
            let text = pick(
                rng,
                &[
                    "The answer comes under `data`, with `meta` for the request.",
                    "Everything is wrapped: `data` holds the answer, `meta` the request.",
                    "Answers in an envelope of `data` and `meta`.",
                ],
            );
            text.to_owned()
        }
        Shape::Paged => {
            let text = pick(
                rng,
                &[
                    "Results come in pages; the token of a page leads to the next.",
                    "Returns one page and a token for the next one.",
                    "Long lists are cut into pages, with the total beside them.",
                ],
            );
            text.to_owned()
        }
        Shape::Best => {
            let text = pick(
                rng,
                &[
                    "Only the best match comes back.",
                    "Returns the one {one} that fits best.",
                    "Picks a single {one} instead of listing them.",
                    "The answer is one {one}: the first by rank.",
                ],
            );
            text.replace("{one}", &one)
        }
        Shape::Summarised(name) => {
            let text = pick(
                rng,
                &[
                    "A summary gives the least, the most and the mean {noun}.",
                    "With the range and the average of the {noun}.",
                    "Also sums up the {noun} over all entries.",
                    "Beside the entries stands the average {noun}.",
                ],
            );
            text.replace("{noun}", &noun(name))
        }
        Shape::Grouped(name) => {
            let text = pick(
                rng,
                &[
                    "Entries are grouped by {noun}.", "The list is split up by {noun}.",
                    "One group for each {noun}.", "Groups the {many} by {noun}.",
                ],
            );
            text.replace("{noun}", &noun(name)).replace("{many}", &plural(&one))
        }
        Shape::Counted(name) => {
            let text = pick(
                rng,
                &[
                    "Returns numbers only: how many {many} there are for each {noun}.",
                    "Counts the {many} by {noun} instead of listing them.",
                    "The answer is a count for every {noun}.",
                    "Gives the number of {many} per {noun}, and the total.",
                ],
            );
            text.replace("{noun}", &noun(name)).replace("{many}", &plural(&one))
        }
    };
    draft.shape = shape;
    draft.note(text);
    true
}

/// More attributes of the thing come back.
fn extend(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let node = draft.node;
    let mut more: Vec<&String> = node
        .of
        .has
        .iter()
        .filter(|(name, attribute)| !draft.has(name) && (attribute.is_number() || attribute.is_text()))
        .map(|(name, _)| name)
        .collect();
    rng.shuffle(&mut more);
    more.truncate(1 + rng.below(3));
    if more.is_empty() || matches!(draft.shape, Shape::Counted(_)) {
        return false;
    }
    for name in &more {
        if let Some(attribute) = node.attribute(name) {
            draft.fields.insert((*name).clone(), attribute.schema(true));
        }
    }
    let names: Vec<String> = more.iter().map(|name| noun(name)).collect();
    let text = pick(
        rng,
        &[
            "The answer also has the {names}.",
            "Also tells the {names}.",
            "Returns the {names} on top of the usual.",
            "Adds the {names} to the answer.",
            "Says more than usual: {names}.",
        ],
    );
    draft.note(text.replace("{names}", &listed(&names)));
    true
}

/// An amount comes with its currency.
fn money(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let dollars = |name: &String| {
        draft
            .node
            .attribute(name)
            .is_some_and(|attribute| attribute.unit.as_deref() == Some("USD") && !attribute.list)
    };
    let names: Vec<String> = draft
        .fields
        .iter()
        .filter(|(name, schema)| dollars(name) && schema.get("properties").is_none())
        .map(|(name, _)| name.clone())
        .collect();
    let Some(name) = rng.choose(&names).cloned() else { return false };
    let counted = matches!(&draft.shape, Shape::Summarised(by) | Shape::Grouped(by) | Shape::Counted(by) if *by == name);
    let Some(schema) = draft.fields.get_mut(&name).filter(|_| !counted) else { return false };
    let mut amount = schema.clone();
    let description = amount.as_object_mut().and_then(|map| map.shift_remove("description"));
    *schema = json!({
        "type": "object",
        "properties": { "amount": amount, "currency": { "type": "string", "enum": ["USD"], "description": "ISO currency code" } },
        "required": ["amount", "currency"],
        "description": description.unwrap_or_else(|| noun(&name).into()),
    });
    let text = pick(
        rng,
        &[
            "The {noun} comes as an amount with its currency.",
            "States the currency of the {noun}.",
            "Every {noun} carries its currency.",
        ],
    );
    draft.note(text.replace("{noun}", &noun(&name)));
    true
}

/// Only some of the attributes come back.
fn fewer(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let names: Vec<String> = draft.fields.keys().cloned().collect();
    let keyed = matches!(draft.shape, Shape::Plain | Shape::Paged | Shape::Enveloped | Shape::Best);
    if names.len() < 4 || !keyed {
        return false;
    }
    let out = 1 + rng.below(names.len() - 1);
    let left = &names[out];
    if draft.joined.iter().any(|joined| joined.node.object() == left) {
        return false;
    }
    draft.fields.shift_remove(left);
    let text = pick(
        rng,
        &[
            "The {noun} is left out.", "A lean answer, without the {noun}.", "Does not say the {noun}.",
            "Short answers: no {noun}.",
        ],
    );
    draft.note(text.replace("{noun}", &noun(left)));
    true
}

/// An action is answered with a receipt.
fn receipt(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    if draft.node.reads || draft.has("request_id") || draft.has("processed_at") {
        return false;
    }
    let request: Value =
        json!({ "type": "string", "pattern": "^RQ-[0-9]{6}$", "description": "Identifier of the request" });
    let moment: Value = json!({ "type": "string", "format": "date-time", "meaning": "past_datetime", "description": "When it was processed (UTC)" });
    draft.beside_or_field("request_id", request);
    draft.beside_or_field("processed_at", moment);
    let text = pick(
        rng,
        &[
            "Answers with a receipt: request identifier and time.",
            "Every request is receipted.",
            "The answer doubles as a receipt.",
            "Keeps a receipt for support questions.",
        ],
    );
    draft.note(text.to_owned());
    true
}
