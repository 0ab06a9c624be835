//! Names for drafts: what they do first, then what sets them apart.

use toolwright_core::seed::Rng;

use super::draft::{Draft, Join, Shape};
use super::style::{PREFIXES, Style, service};
use super::words::MASS;
use crate::agent::name::{plural, singular};

/// The longest name that chat APIs take.
pub(super) const LONGEST: usize = 64;

/// Services that are asked whether they have the name still free.
const SERVICES: usize = 24;

/// Verbs that APIs use for one another.
#[rustfmt::skip]
const SYNONYMS: &[&[&str]] = &[
    &["search", "find"],
    &["get", "fetch", "retrieve", "show"],
    &["list", "browse", "fetch", "get"],
    &["find", "search"],
    &["create", "add"],
    &["add", "create"],
    &["update", "edit", "modify", "change"],
    &["change", "update", "modify"],
    &["delete", "remove"],
    &["remove", "delete"],
    &["calculate", "compute", "get"],
    &["compute", "calculate"],
    &["estimate", "predict", "calculate"],
    &["check", "get"],
    &["verify", "validate"],
    &["book", "reserve"],
    &["reserve", "book"],
    &["start", "begin"],
    &["stop", "end"],
    &["convert", "transform"],
    &["recommend", "suggest"],
    &["suggest", "recommend"],
    &["analyze", "inspect", "examine"],
    &["schedule", "plan", "arrange"],
    &["record", "log"],
    &["log", "record"],
    &["set", "configure"],
    &["track", "follow", "monitor"],
    &["forecast", "predict", "project"],
    &["generate", "create", "produce"],
    &["report", "submit"],
];

/// A free name for the draft, in the provider's hand; `None` where there is none worth having.
pub(super) fn name_of(
    draft: &Draft<'_>,
    style: &Style,
    rng: &mut Rng,
    taken: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let bases = bases(draft, rng);
    let extra = extra(draft);
    let with: Vec<String> =
        extra.iter().flat_map(|extra| bases.iter().map(move |base| format!("{base}_{extra}"))).collect();
    let mut tried: Vec<String> = Vec::new();
    if rng.chance(0.5) {
        tried.extend(with.first().cloned());
    }
    tried.extend(bases.iter().cloned());
    tried.extend(with);
    let own = tried
        .iter()
        .map(|name| style.prefix.as_ref().map_or_else(|| name.clone(), |prefix| format!("{prefix}_{name}")));
    // Another service may have one of the same name.
    let elsewhere =
        (0..PREFIXES.len()).filter_map(|_| Some(format!("{}_{}", rng.choose(PREFIXES)?, tried.first()?)));
    let elsewhere: Vec<String> = elsewhere.collect();
    let versions = (2..=3).flat_map(|version| bases.iter().map(move |base| format!("{base}_v{version}")));
    let free = |name: String| Some(style.name(&name)).filter(|name| name.len() <= LONGEST && !taken(name));
    let found = own.chain(elsewhere).chain(versions).find_map(free);
    // In the largest pools, each of these is taken.
    found.or_else(|| {
        let mut ways = tried.iter().cycle();
        (0..SERVICES).find_map(|_| free(format!("{}_{}", service(rng), ways.next()?)))
    })
}

/// Two names in one, without saying the same word twice: `home_speaker` and `speaker_volume` are `home_speaker_volume`.
fn joined(one: &str, other: &str) -> String {
    let last = one.rsplit('_').next().unwrap_or_default();
    match other.split_once('_') {
        Some((first, rest)) if singular(first) == singular(last) => format!("{one}_{rest}"),
        _ => format!("{one}_{other}"),
    }
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
                format!("average_{}", joined(&one, by)),
                format!("{}_statistics", joined(&one, by)),
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
    // What is asked for one by one is named in the plural where the name is of such a thing.
    let counts = |name: &String| name.split('_').chain([draft.node.thing]).any(|word| word == last);
    let batched = draft.batch.as_ref().is_some_and(counts) && !MASS.contains(&last);
    let object = if batched { many } else { object.to_owned() };
    let mut own = vec![format!("{verb}_{object}")];
    // `add_fixtures_to_calendar` has no other verb.
    let bound = object.contains("_to_") || object.contains("_from_");
    let mut others: Vec<String> = SYNONYMS
        .iter()
        .find(|group| group.first() == Some(&verb) && !bound)
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

/// What sets it apart from its like, if that belongs into a name: what was joined, or what it is narrowed down by.
fn extra(draft: &Draft<'_>) -> Option<String> {
    // What comes along only where it is asked for is no part of the name.
    if let Some(joined) = draft.joined.last().filter(|joined| joined.how != Join::Asked) {
        let node = &joined.node;
        return Some(if node.reads {
            format!("with_{}", node.object())
        } else {
            format!("and_{}", node.key)
        });
    }
    let filter = draft.params.iter().rev().find(|(_, param)| param.filters && !param.required)?;
    let by = filter.0.trim_start_matches("min_").trim_start_matches("max_");
    Some(format!("by_{by}"))
}
