//! `changed-result`: the API answers in another way.
//!
//! A list comes page by page, in groups, counted, summed up, or is cut to its best entry; the whole comes in an envelope; more
//! attributes come back; an amount comes with its currency; an action is receipted.
//! Source: ToolACE (arXiv 2409.00920), evolution.

use serde_json::{Value, json};
use toolwright_core::seed::Rng;

use super::Indicator;
use crate::agent::name::{listed, plural, singular};
use crate::pool::evolve::draft::{Draft, Node, Param, Shape};
use crate::pool::evolve::join::LINKS;
use crate::pool::evolve::words::{code, noun, pick};

pub(super) const INDICATOR: Indicator = Indicator {
    id: "changed-result",
    says: "the result is paged, grouped, counted, summed up, wrapped or extended",
    fits: |_| true,
    apply,
};

/// One way to change a draft; says whether it could.
type Way = for<'t> fn(&mut Draft<'t>, &mut Rng) -> bool;

fn apply<'t>(draft: &mut Draft<'t>, _: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut ways: [Way; 5] = [reshape, reshape, extend, money, receipt];
    rng.shuffle(&mut ways);
    ways.iter().any(|way| way(draft, rng))
}

/// Another way to put the whole together.
fn reshape(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    if draft.shape != Shape::Plain {
        return false;
    }
    let lists = draft.list.is_some() && draft.batch.is_none() && draft.node.reads;
    let typed = |types: &'static [&'static str]| {
        move |(_, schema): &(&String, &Value)| {
            schema.get("type").and_then(Value::as_str).is_some_and(|named| types.contains(&named))
        }
    };
    let names = |fields: &mut dyn Iterator<Item = (&String, &Value)>| {
        fields.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let numbers = names(&mut draft.fields.iter().filter(typed(&["number", "integer"])));
    // What tells the entries apart puts each into a group of its own.
    let few = |schema: &Value| schema.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() < 8);
    let named = draft
        .node
        .does
        .gives
        .iter()
        .find(|name| !draft.node.attribute(name).is_some_and(|attribute| attribute.identifies(name)));
    // What the caller chooses parts nothing.
    let chosen = |name: &String| {
        draft.params.keys().any(|param| param.starts_with(name.as_str()) || singular(param) == *name)
    };
    let label = |(name, schema): &(&String, &Value)| few(schema) && Some(*name) != named && !chosen(name);
    let labels = names(&mut draft.fields.iter().filter(label));
    let mut open = Vec::new();
    if !draft.has("request_id") && (draft.list.is_none() || draft.beside.is_empty()) {
        open.push(Shape::Enveloped);
    }
    // What is searched can be long; a list of one's own is seen at a glance.
    let searched = ["search", "find", "browse", "discover"].contains(&draft.node.verb());
    if lists && searched && draft.beside.is_empty() && !draft.has("page_token") && !draft.has("limit") {
        open.push(Shape::Paged);
    }
    // What comes along with every entry goes with the entries.
    if lists && draft.beside.is_empty() && draft.joined.is_empty() && !draft.has("page_token") {
        // What is looked for has a best match where something puts its entries in order; what is listed has none.
        let sought =
            |name: &String| draft.node.attribute(name).is_some_and(|attribute| !attribute.identifies(name));
        if ["recommend", "suggest", "search", "find"].contains(&draft.node.verb())
            && draft.node.does.order.is_some()
            && draft.node.does.needs.iter().any(sought)
        {
            open.push(Shape::Best);
        }
        if draft.fields.len() > 2 {
            open.extend(rng.choose(&labels).cloned().map(Shape::Grouped));
        }
        if !["sort", "order", "rank", "recommend", "suggest"].contains(&draft.node.verb()) {
            // Rows are single things, of which there is no average.
            let free: Vec<String> = numbers
                .iter()
                .filter(|name| !draft.node.sub.rows.iter().any(|rows| rows.of.contains(name)))
                .cloned()
                .collect();
            open.extend(rng.choose(&free).cloned().map(Shape::Summarised));
            open.extend(rng.choose(&labels).cloned().map(Shape::Counted));
        }
    }
    // Where nothing but the envelope is left, it would become the rule.
    if open == [Shape::Enveloped] && !rng.chance(0.35) {
        return false;
    }
    let Some(shape) = rng.choose(&open).cloned() else { return false };
    let one = singular(&noun(draft.list.as_deref().unwrap_or(draft.node.thing)));
    let many = plural(&one);
    let text = match &shape {
        Shape::Plain => return false,
        Shape::Enveloped => pick(
            rng,
            &[
                "The answer is wrapped in `data`, with `meta` beside it.",
                "Returns `data` and `meta`.",
                "`data` holds the answer, `meta` the request.",
            ],
        )
        .to_owned(),
        Shape::Paged => pick(
            rng,
            &[
                "Results come in pages; pass `page_token` for the next one.",
                "Returns one page at a time, with a token for the next.",
                "Long lists are split into pages (`page_token`).",
            ],
        )
        .to_owned(),
        Shape::Best => pick(
            rng,
            &[
                "Only the best match is returned.",
                "Returns the one {one} that fits best.",
                "Picks a single {one} instead of listing them all.",
            ],
        )
        .replace("{one}", &one),
        Shape::Summarised(name) => pick(
            rng,
            &[
                "Returns only the number of entries and the average {noun}.",
                "Instead of the entries, it returns how many there are and their average {noun}.",
            ],
        )
        .replace("{noun}", &noun(name)),
        Shape::Grouped(name) => pick(
            rng,
            &[
                "Entries are grouped by {noun}.", "The {many} are grouped by {noun}.",
                "Returns one group for each {noun}.",
            ],
        )
        .replace("{noun}", &noun(name))
        .replace("{many}", &many),
        Shape::Counted(name) => pick(
            rng,
            &[
                "Returns how many {many} there are for each {noun}.",
                "Counts the {many} by {noun} instead of listing them.",
                "The answer is a count for every {noun}.",
            ],
        )
        .replace("{noun}", &noun(name))
        .replace("{many}", &many),
    };
    if matches!(shape, Shape::Best | Shape::Summarised(_) | Shape::Counted(_)) {
        // There is no list to be cut or ordered any more.
        let bounds: Vec<String> = draft
            .params
            .iter()
            .filter(|(_, param)| {
                param.filters && param.schema.get("type").is_some_and(|t| t == "number" || t == "integer")
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in ["limit", "page", "sort_by"].into_iter().chain(bounds.iter().map(String::as_str)) {
            draft.params.shift_remove(name);
            draft.notes.retain(|note| !note.text.contains(&format!("`{name}`")));
        }
    }
    if shape == Shape::Paged {
        draft.params.shift_remove("page");
        draft.notes.retain(|note| !note.text.contains(&code("page")));
        let schema =
            json!({ "type": "string", "description": "Token of the page to return, from the answer before" });
        draft.params.insert(
            "page_token".into(),
            Param { schema, required: false, put: None, attribute: None, filters: false },
        );
    }
    draft.shape = shape;
    draft.need(text);
    true
}

/// More comes back: what the tree gives of the functionality and was left out.
fn extend(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let node = draft.node;
    let plain = |name: &&String| {
        !draft.has(name)
            && node.attribute(name).is_some_and(|attribute| attribute.is_number() || attribute.is_text())
    };
    let mut more: Vec<&String> = node.does.gives.iter().filter(plain).collect();
    rng.shuffle(&mut more);
    more.truncate(1 + rng.below(3));
    if more.is_empty() || !matches!(draft.shape, Shape::Plain | Shape::Paged | Shape::Enveloped) {
        return false;
    }
    let names: Vec<String> = more.iter().map(|name| code(name)).collect();
    for name in more {
        if let Some(attribute) = node.attribute(name) {
            draft.fields.insert(name.clone(), attribute.schema(true));
        }
    }
    let text = pick(rng, &["Also returns {names}.", "Includes {names}.", "The answer also has {names}."]);
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
    // `paid_out` is no noun.
    let nouns: Vec<String> = names
        .into_iter()
        .filter(|name| name.rsplit('_').next().is_some_and(|last| !LINKS.contains(&last)))
        .collect();
    // Where the caller names the currency, the answer does not fix it.
    if draft.params.contains_key("currency") {
        return false;
    }
    let Some(name) = rng.choose(&nouns).cloned() else { return false };
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
        &["The {noun} is an amount with its currency.", "Returns the {noun} together with its currency."],
    );
    draft.note(text.replace("{noun}", &noun(&name)));
    true
}

/// An action is answered with a receipt.
fn receipt(draft: &mut Draft<'_>, rng: &mut Rng) -> bool {
    let taken = draft.shape == Shape::Enveloped || draft.has("request_id") || draft.has("processed_at");
    if draft.node.reads || taken {
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
            "Returns the request's identifier and the time of processing as well.",
            "The answer also has `request_id` and `processed_at`.",
        ],
    );
    draft.note(text.to_owned());
    true
}
