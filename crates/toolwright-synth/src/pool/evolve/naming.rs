//! Names for drafts: what they do first, then what sets them apart.

use toolwright_core::seed::Rng;

use super::draft::{Draft, Shape};
use super::style::Style;
use crate::agent::name::{is_plural, plural, singular};

/// The longest name that chat APIs take.
pub(super) const LONGEST: usize = 64;

/// Verbs that APIs use for one another.
#[rustfmt::skip]
const SYNONYMS: &[&[&str]] = &[
    &["search", "find", "query", "discover"],
    &["get", "fetch", "retrieve", "read", "show"],
    &["list", "browse", "fetch", "get"],
    &["find", "search", "locate"],
    &["create", "add", "make", "new"],
    &["add", "insert", "create"],
    &["update", "edit", "modify", "change"],
    &["change", "update", "modify"],
    &["delete", "remove", "drop"],
    &["remove", "delete"],
    &["cancel", "revoke", "call_off"],
    &["calculate", "compute", "get"],
    &["compute", "calculate"],
    &["estimate", "predict", "gauge"],
    &["check", "verify", "get"],
    &["verify", "validate", "check"],
    &["book", "reserve", "make"],
    &["reserve", "book", "hold"],
    &["send", "deliver", "dispatch"],
    &["start", "begin", "launch"],
    &["stop", "end", "halt"],
    &["convert", "transform"],
    &["compare", "contrast", "rank"],
    &["recommend", "suggest", "propose"],
    &["analyze", "inspect", "examine"],
    &["submit", "file", "post"],
    &["schedule", "plan", "arrange"],
    &["record", "log", "register"],
    &["log", "record", "track"],
    &["set", "configure", "adjust"],
    &["track", "follow", "monitor"],
    &["request", "ask_for", "order"],
    &["forecast", "predict", "project"],
    &["generate", "create", "produce"],
    &["report", "submit", "file"],
];

/// A free name for the draft, in the provider's hand; `None` where all are taken.
pub(super) fn name_of(
    draft: &Draft<'_>,
    style: Style,
    rng: &mut Rng,
    taken: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let mut bases = bases(draft, rng);
    let extras = extras(draft);
    let mut tried: Vec<String> = Vec::new();
    let plain = draft.generation == 0 && draft.joined.is_empty();
    if !plain && rng.chance(0.6) {
        let with: Vec<String> = bases
            .iter()
            .take(2)
            .flat_map(|base| extras.iter().map(move |extra| format!("{base}_{extra}")))
            .collect();
        tried.extend(with);
    }
    tried.append(&mut bases);
    let bases: Vec<String> = tried.clone();
    for extra in &extras {
        tried.extend(
            bases.iter().filter(|base| !base.contains(extra.as_str())).map(|base| format!("{base}_{extra}")),
        );
    }
    for version in 2..=9 {
        tried.extend(bases.iter().map(|base| format!("{base}_v{version}")));
    }
    tried
        .into_iter()
        .map(|name| style.prefix.map_or_else(|| name.clone(), |prefix| format!("{prefix}_{name}")))
        .map(|name| style.name(&name))
        .find(|name| name.len() <= LONGEST && !taken(name))
}

/// What it does, in several ways.
fn bases(draft: &Draft<'_>, rng: &mut Rng) -> Vec<String> {
    let (verb, object) = (draft.node.verb(), draft.node.object());
    let last = object.rsplit('_').next().unwrap_or_default();
    let with_last = |word: String| match object.rsplit_once('_') {
        Some((head, _)) => format!("{head}_{word}"),
        None => word,
    };
    let (one, many) = (with_last(singular(last)), with_last(plural(last)));
    match &draft.shape {
        Shape::Counted(by) => {
            return vec![
                format!("count_{many}"),
                format!("count_{many}_by_{by}"),
                format!("{one}_counts"),
                format!("{many}_by_{by}"),
            ];
        }
        Shape::Summarised(by) => {
            return vec![
                format!("summarize_{many}"),
                format!("average_{one}_{by}"),
                format!("{one}_{by}_statistics"),
                format!("{one}_summary"),
            ];
        }
        Shape::Best => {
            return vec![
                format!("find_best_{one}"),
                format!("pick_{one}"),
                format!("recommend_{one}"),
                format!("{verb}_best_{one}"),
                format!("top_{one}"),
            ];
        }
        _ => {}
    }
    let object = if draft.batch.is_some() { many } else { object.to_owned() };
    let mut own = vec![format!("{verb}_{object}")];
    let mut others: Vec<String> = SYNONYMS
        .iter()
        .find(|group| group.first() == Some(&verb))
        .into_iter()
        .flat_map(|group| group.iter().skip(1).map(|verb| format!("{verb}_{object}")))
        .collect();
    // A noun first, as many services have it: `flight_search`.
    if ["search", "status", "check", "track", "compare", "convert", "forecast", "estimate", "update"]
        .contains(&verb)
        && !draft.joined.is_empty()
        || verb == "search"
    {
        others.push(format!("{one}_{verb}"));
    }
    if let Shape::Grouped(by) = &draft.shape {
        others.push(format!("{verb}_{object}_by_{by}"));
        own.insert(0, format!("{object}_by_{by}"));
    }
    if draft.batch.is_some() {
        others.extend([format!("batch_{verb}_{object}"), format!("bulk_{verb}_{object}")]);
    }
    rng.shuffle(&mut others);
    own.extend(others);
    own
}

/// What sets it apart from its like.
fn extras(draft: &Draft<'_>) -> Vec<String> {
    let mut extras: Vec<String> = Vec::new();
    for joined in &draft.joined {
        extras.push(format!(
            "{}_{}",
            if joined.node.reads { "with" } else { "and" },
            if joined.node.reads { joined.node.object() } else { joined.node.key }
        ));
    }
    for (name, param) in draft.params.iter().rev().filter(|(_, param)| !param.required).take(4) {
        let by = name.trim_start_matches("min_").trim_start_matches("max_");
        if param.filters && !is_plural(by) {
            extras.push(format!("by_{by}"));
        } else if !name.starts_with("include_") {
            extras.push(format!("with_{name}"));
        }
    }
    match draft.shape {
        Shape::Paged => extras.push("page".into()),
        Shape::Enveloped if draft.node.reads => extras.push("report".into()),
        _ => {}
    }
    extras
}
