//! The page of a run, `report.html`: its numbers as plots, and a handful of its dialogs to read.
//!
//! It is a function of what the run holds and of nothing else: no clock, no machine. So it has the same bytes for any number of
//! threads, after any kill, and from merged shards; how fast the run was is not in it.

mod dialog;
mod histogram;
mod json;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value};
use toolwright_core::Dialog;

use crate::escape::Escaped;
use crate::plot::{self, Bar, Group, columns, figure, grouped};
use crate::shell;
use histogram::Histogram;

/// What is shown of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The recipe's name.
    pub recipe: String,
    /// The run's seed.
    pub seed: u64,
    /// The program's version.
    pub version: String,
    /// The counts.
    pub numbers: Numbers,
    /// The diversity of the set: name and value, in the order of the page; may be empty.
    pub diversity: Vec<(String, String)>,
    /// Dialogs to read, in the order of the page; rejected ones are told by their verdicts.
    pub dialogs: Vec<Dialog>,
}

/// The counts of a run, as they stand in `report.json`; what is not there is not drawn.
///
/// ```
/// use toolwright_view::report::Numbers;
/// let numbers: Numbers = serde_json::from_str(r#"{"accepted": 2, "calls": {"0": 1, "3": 1}}"#)?;
/// assert_eq!((numbers.accepted, numbers.calls.get(&3)), (2, Some(&1)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Numbers {
    /// Dialogs in the dataset.
    pub accepted: u64,
    /// Tries that were rejected.
    pub rejected: u64,
    /// Dialogs on which a check did not come to an end.
    pub undecided: u64,
    /// Sample indices of the run.
    pub indices: u64,
    /// Accepted dialogs by kind, in the order of the kinds.
    pub by_kind: Map<String, Value>,
    /// Accepted dialogs by situation, where they have one.
    pub by_situation: BTreeMap<String, u64>,
    /// Rejected tries by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// Dialogs by user turns.
    pub user_turns: BTreeMap<u64, u64>,
    /// User turns that no other turn of the run says word for word.
    pub distinct_user_turns: u64,
    /// User turns by length in words.
    pub user_words: BTreeMap<u64, u64>,
    /// Assistant turns that say something, by length in words.
    pub assistant_words: BTreeMap<u64, u64>,
    /// Dialogs by calls.
    pub calls: BTreeMap<u64, u64>,
    /// Dialogs by tools on offer.
    pub tools_on_offer: BTreeMap<u64, u64>,
    /// Different tools that are called.
    pub tools_called: u64,
    /// Tools by how often each is called.
    pub tool_calls: BTreeMap<u64, u64>,
    /// The tools that are called most, most first, each with how often.
    pub most_called: Vec<(String, u64)>,
    /// Arguments by the type of their value.
    pub argument_types: BTreeMap<String, u64>,
    /// Argument values by where they come from.
    pub argument_sources: BTreeMap<String, u64>,
    /// Calls by the domain of the tool; not in `report.json`, because it is the pool that knows.
    pub domains: BTreeMap<String, u64>,
    /// Tools in the pool; not in `report.json` either.
    pub tools: u64,
}

/// The page.
///
/// ```
/// use toolwright_view::report::{Report, page};
/// let page = page(&Report { recipe: "mine".into(), ..Report::default() });
/// assert!(page.starts_with("<!doctype html>") && page.contains("<h1>mine</h1>"));
/// ```
pub fn page(report: &Report) -> String {
    let mut content = String::new();
    head(&mut content, report);
    content
        .push_str("<main>\n<section aria-labelledby=\"numbers\">\n<h2 id=\"numbers\">What is in it</h2>\n");
    content.push_str("<div class=\"plots\">\n");
    for figure in figures(report) {
        content.push_str(&figure);
    }
    content.push_str("</div>\n</section>\n");
    dialog::section(&mut content, &report.dialogs);
    content.push_str("</main>\n");
    let title = format!("{}, seed {}: a run of Toolwright", Escaped(&report.recipe), report.seed);
    shell::page(&title, include_str!("report.css"), &content, true)
}

fn head(out: &mut String, report: &Report) {
    let numbers = &report.numbers;
    let _ = writeln!(
        out,
        "<header>\n<p class=\"of\">A run of Toolwright {}</p>\n<h1>{}</h1>\n<dl class=\"facts\">",
        Escaped(&report.version),
        Escaped(&report.recipe)
    );
    let tries = numbers.accepted + numbers.rejected + numbers.undecided;
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", Escaped(name), Escaped(value));
    };
    fact("accepted", &grouped(numbers.accepted));
    fact("rejected", &grouped(numbers.rejected));
    fact("undecided", &grouped(numbers.undecided));
    fact("indices", &grouped(numbers.indices));
    if numbers.accepted > 0 {
        fact("tries per accepted", &format!("{:.3}", tries as f64 / numbers.accepted as f64));
    }
    match numbers.tools {
        0 => fact("tools called", &grouped(numbers.tools_called)),
        tools => fact("tools called", &format!("{} of {}", grouped(numbers.tools_called), grouped(tools))),
    }
    fact("seed", &report.seed.to_string());
    out.push_str("</dl>\n<p class=\"jump\"><a href=\"#numbers\">Numbers</a> <a href=\"#read\">Dialogs to read</a></p>\n</header>\n");
}

/// The figures for which there is something to draw.
fn figures(report: &Report) -> Vec<String> {
    let numbers = &report.numbers;
    let kinds: Vec<(String, u64)> =
        numbers.by_kind.iter().map(|(kind, count)| (kind.clone(), count.as_u64().unwrap_or(0))).collect();
    let most_first = |counts: &BTreeMap<String, u64>| sorted(counts.clone().into_iter().collect());
    let of = |counts: &BTreeMap<String, u64>, what: &str| {
        format!("{} {what}, count and percent", grouped(counts.values().sum()))
    };
    let (situations, types, sources) =
        (&numbers.by_situation, &numbers.argument_types, &numbers.argument_sources);
    let dialogs = format!("{} dialogs, count and percent", grouped(numbers.accepted));
    [
        counted("kinds", "Kinds", &dialogs, &kinds),
        counted(
            "situations",
            "Situations",
            &of(situations, "dialogs that have one"),
            &most_first(situations),
        ),
        spread("user-turns", "User turns per dialog", "dialogs", &numbers.user_turns),
        spread("calls", "Calls per dialog", "dialogs", &numbers.calls),
        spread("tools-on-offer", "Tools on offer", "dialogs", &numbers.tools_on_offer),
        spread("user-words", "Words of a user turn", "turns", &numbers.user_words),
        spread(
            "assistant-words", "Words of an assistant turn", "turns that say something",
            &numbers.assistant_words,
        ),
        counted("argument-types", "Types of arguments", &of(types, "arguments of calls"), &most_first(types)),
        counted(
            "argument-sources",
            "Where arguments come from",
            &of(sources, "values"),
            &most_first(sources),
        ),
        rules(numbers),
        ranks(numbers),
        diversity(report),
        domains(numbers),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Most first.
fn sorted(mut counts: Vec<(String, u64)>) -> Vec<(String, u64)> {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Calls by domain: the first of very many.
fn domains(numbers: &Numbers) -> Option<String> {
    const SHOWN: usize = 32;
    let mut counts = sorted(numbers.domains.clone().into_iter().collect());
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let rest = counts.split_off(counts.len().min(SHOWN));
    let mut note = format!("{} calls, count and percent", grouped(all));
    if !rest.is_empty() {
        let calls = rest.iter().map(|(_, count)| count).sum();
        let _ = write!(note, "; {} others with {}", grouped(rest.len() as u64), grouped(calls));
    }
    named("domains", "Domains of the tools called", &note, &counts, all)
}

/// Rejected tries; a figure also where there are none, because that is news, too.
fn rules(numbers: &Numbers) -> Option<String> {
    let tries = numbers.accepted + numbers.rejected + numbers.undecided;
    let title = "Rejected tries by rule";
    let percent = plot::share(100.0 * numbers.rejected as f64 / tries.max(1) as f64);
    let of = grouped(tries);
    let note = match numbers.rejected {
        0 => format!("none of {of} tries"),
        some => format!("{} of {of} tries, {percent} %; count and percent of these", grouped(some)),
    };
    let counts = sorted(numbers.by_rule.clone().into_iter().collect());
    let drawn = named("rules", title, &note, &counts, numbers.rejected);
    drawn.or_else(|| (tries > 0).then(|| figure("rules", title, &note, "")))
}

/// Bars of what has a name, each with its share of all.
fn counted(id: &str, title: &str, note: &str, counts: &[(String, u64)]) -> Option<String> {
    named(id, title, note, counts, counts.iter().map(|(_, count)| count).sum())
}

fn named(id: &str, title: &str, note: &str, counts: &[(String, u64)], all: u64) -> Option<String> {
    let group = |(name, count): &(String, u64)| {
        let aside = plot::share(100.0 * *count as f64 / all.max(1) as f64);
        let bar = Bar { size: *count as f64, said: grouped(*count), aside };
        Group { label: name.clone(), bars: vec![bar] }
    };
    let groups: Vec<Group> = counts.iter().filter(|(_, count)| *count > 0).map(group).collect();
    (!groups.is_empty()).then(|| figure(id, title, note, &plot::bars(&[title.to_owned()], &groups)))
}

/// Columns of what has a size.
fn spread(id: &str, title: &str, of: &str, counts: &BTreeMap<u64, u64>) -> Option<String> {
    let histogram = Histogram(counts);
    let (drawn, step) = histogram.columns();
    let mut note = format!(
        "percent of {} {of}; median {}, mean {:.1}, most {}",
        grouped(histogram.all()),
        histogram.at(0.5)?,
        histogram.mean(),
        histogram.at(1.0)?
    );
    if step > 1 {
        let _ = write!(note, "; {step} to a column");
    }
    Some(figure(id, title, &note, &columns(&drawn)))
}

/// How often each tool is called.
fn ranks(numbers: &Numbers) -> Option<String> {
    let tally: Vec<(u64, u64)> = numbers.tool_calls.iter().map(|(times, of)| (*times, *of)).collect();
    let calls: u64 = tally.iter().map(|(times, of)| times * of).sum();
    let mut drawing = plot::ranks(&tally);
    if drawing.is_empty() {
        return None;
    }
    drawing.push_str("<table><caption class=\"unseen\">The tools that are called most</caption><tbody>");
    for (name, times) in &numbers.most_called {
        let _ = write!(drawing, "<tr><td>{}</td><td>{}</td></tr>", Escaped(name), grouped(*times));
    }
    drawing.push_str("</tbody></table>\n");
    let note =
        format!("{} calls; times called over rank, both logarithmic; then the most called", grouped(calls));
    Some(figure("tool-ranks", "How often each tool is called", &note, &drawing))
}

/// The numbers of the set as a whole: ours, then those that the caller brings.
fn diversity(report: &Report) -> Option<String> {
    let numbers = &report.numbers;
    let turns: u64 = numbers.user_words.values().sum();
    let mut rows: Vec<(String, String)> = Vec::new();
    if turns > 0 && numbers.distinct_user_turns > 0 {
        let repeated = turns.saturating_sub(numbers.distinct_user_turns);
        let percent = plot::share(100.0 * repeated as f64 / turns as f64);
        rows.push(("user turns".into(), grouped(turns)));
        rows.push(("distinct user turns".into(), grouped(numbers.distinct_user_turns)));
        rows.push(("repeated, word for word".into(), format!("{} ({percent} %)", grouped(repeated))));
    }
    // The place for H, distinct-3, SS and others: whoever makes the page passes them.
    rows.extend(report.diversity.iter().cloned());
    if rows.is_empty() {
        return None;
    }
    let mut table = String::from("<table><tbody>");
    for (name, value) in &rows {
        let _ = write!(table, "<tr><td>{}</td><td>{}</td></tr>", Escaped(name), Escaped(value));
    }
    table.push_str("</tbody></table>\n");
    Some(figure("diversity", "Diversity of the set", "", &table))
}

#[cfg(test)]
mod tests;
