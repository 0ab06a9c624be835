//! Answer patterns: `I found {count flights} flights: {each flights: {airline} at {departure_time}}.`
//!
//! `{path}` is a value of the result, `{arg name}` an argument, `{count path}` how many, `{each path: …}` one phrase for each
//! item (`{each path;: …}` with semicolons, `{each path.: …}` as sentences), `{groups path: …}` the same for every group of an object of lists, `{if path: yes text|no text}` a choice. A pattern whose path is absent in a result
//! is not said.

use serde_json::{Map, Value};
use toolwright_core::{Error, Result};

use super::amount::grouped;
use super::name::listed;
use super::surface::Manner;

/// A compiled answer pattern.
#[derive(Clone, Debug)]
pub(crate) struct Tell(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Value(Vec<String>),
    Argument(String),
    Count(Vec<String>),
    Each { path: Vec<String>, between: Between, inner: Vec<Part> },
    Groups { path: Vec<String>, by: Option<String>, inner: Vec<Part> },
    If { path: Vec<String>, yes: Vec<Part>, no: Vec<Part> },
}

/// What stands between the items of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Between {
    Commas,
    Semicolons,
    Sentences,
}

impl Between {
    /// How it is written after the path.
    const fn mark(self) -> &'static str {
        match self {
            Self::Commas => "",
            Self::Semicolons => ";",
            Self::Sentences => ".",
        }
    }
}

impl Tell {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Says which brace is not closed.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        parts(text, 0).map(Self).map_err(|error| error.at(format_args!("answer `{text}`")))
    }

    /// The first steps of the paths that it needs of the result, and the arguments that it needs.
    pub(crate) fn names(&self) -> (Vec<&str>, Vec<&str>) {
        let (mut paths, mut arguments) = (Vec::new(), Vec::new());
        names(&self.0, &mut paths, &mut arguments);
        (paths, arguments)
    }

    /// How many values of the result it tells.
    pub(crate) fn reach(&self) -> usize {
        fn reach(parts: &[Part]) -> usize {
            let of = |part: &Part| match part {
                Part::Value(_) => 1,
                Part::Each { inner, .. } | Part::Groups { inner, .. } => reach(inner),
                Part::If { yes, no, .. } => 1 + reach(yes).max(reach(no)),
                Part::Text(_) | Part::Argument(_) | Part::Count(_) => 0,
            };
            parts.iter().map(of).sum()
        }
        reach(&self.0)
    }

    /// Says the pattern over a result; `None` where something in it is absent or has no words.
    pub(crate) fn say(
        &self,
        result: &Value,
        arguments: &Map<String, Value>,
        manner: Manner,
    ) -> Option<String> {
        say(&self.0, result, arguments, manner).map(|text| super::pattern::tidy(&text))
    }
}

fn say(parts: &[Part], result: &Value, arguments: &Map<String, Value>, manner: Manner) -> Option<String> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Value(path) => {
                let said = valued(&out, at(result, path)?, manner)?;
                out.push_str(&said);
            }
            Part::Argument(name) => {
                let said = valued(&out, arguments.get(name)?, manner)?;
                out.push_str(&said);
            }
            Part::Count(path) => out.push_str(&at(result, path)?.as_array()?.len().to_string()),
            Part::Each { path, between, inner } => {
                let items = at(result, path)?.as_array()?;
                // Nobody reads out a long list: the first few, and how many more there are, unless that is one.
                let shown = if items.len() > manner.most + 1 { manner.most } else { items.len() };
                let said: Option<Vec<String>> =
                    items.iter().take(shown).map(|item| say(inner, item, arguments, manner)).collect();
                let mut said = said.filter(|said| !said.is_empty())?;
                if shown < items.len() {
                    let more = format!("{} more", items.len() - shown);
                    said.push(match between {
                        Between::Commas => more,
                        Between::Semicolons => format!("and {more}"),
                        Between::Sentences => format!("There are {more}"),
                    });
                }
                out.push_str(&match between {
                    Between::Commas => listed(&said),
                    Between::Semicolons => said.join("; "),
                    Between::Sentences => said.join(". "),
                });
            }
            Part::Groups { path, by, inner } => {
                let mut groups = Vec::new();
                for (name, items) in at(result, path)?.as_object()? {
                    // What an entry is grouped by stands over its group.
                    let whole = |item: &Value| {
                        let mut item = item.clone();
                        if let (Some(by), Some(map)) = (by, item.as_object_mut()) {
                            map.entry(by).or_insert_with(|| name.as_str().into());
                        }
                        say(inner, &item, arguments, manner)
                    };
                    let said: Option<Vec<String>> = items.as_array()?.iter().map(whole).collect();
                    let said = said.filter(|said| !said.is_empty())?;
                    let name = super::name::capitalised(&manner.say(&name.as_str().into())?);
                    groups.push(format!("{name}: {}", said.join("; ")));
                }
                out.push_str(&Some(groups).filter(|groups| !groups.is_empty())?.join(". "));
            }
            Part::If { path, yes, no } => {
                let chosen = if at(result, path)?.as_bool()? { yes } else { no };
                out.push_str(&say(chosen, result, arguments, manner)?);
            }
        }
    }
    Some(out)
}

/// A value after the text before it: money is written as such.
fn valued(before: &str, value: &Value, manner: Manner) -> Option<String> {
    let money = value.as_f64().filter(|_| before.ends_with(['$', '€', '£']));
    Some(match money {
        // A price per litre has three decimals.
        Some(money) if money.fract() != 0.0 && (money * 100.0 - (money * 100.0).round()).abs() < 1e-6 => {
            grouped(&format!("{money:.2}"))
        }
        Some(_) => {
            let plain = value.to_string();
            grouped(plain.strip_suffix(".0").unwrap_or(&plain))
        }
        None => manner.say(value)?,
    })
}

impl Tell {
    /// The same words over other names: `path` renames what is said of the result, `argument` what is said of the call. What
    /// stands within `each` is said of an item; its paths are given to `item`.
    pub(crate) fn renamed(
        &self,
        path: &dyn Fn(&[String]) -> Vec<String>,
        item: &dyn Fn(&[String]) -> Vec<String>,
        argument: &dyn Fn(&str) -> String,
    ) -> Self {
        Self(renamed(&self.0, path, item, argument))
    }
}

fn renamed(
    parts: &[Part],
    path: &dyn Fn(&[String]) -> Vec<String>,
    item: &dyn Fn(&[String]) -> Vec<String>,
    argument: &dyn Fn(&str) -> String,
) -> Vec<Part> {
    let change = |part: &Part| match part {
        Part::Text(text) => Part::Text(text.clone()),
        Part::Value(at) => Part::Value(path(at)),
        Part::Argument(name) => Part::Argument(argument(name)),
        Part::Count(at) => Part::Count(path(at)),
        Part::Each { path: at, between, inner } => {
            Part::Each { path: path(at), between: *between, inner: renamed(inner, item, item, argument) }
        }
        Part::Groups { path: at, by, inner } => Part::Groups {
            path: path(at),
            by: by.as_ref().and_then(|by| item(std::slice::from_ref(by)).into_iter().next()),
            inner: renamed(inner, item, item, argument),
        },
        Part::If { path: at, yes, no } => Part::If {
            path: path(at),
            yes: renamed(yes, path, item, argument),
            no: renamed(no, path, item, argument),
        },
    };
    parts.iter().map(change).collect()
}

impl std::fmt::Display for Tell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part}"))
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = |f: &mut std::fmt::Formatter<'_>, parts: &[Part]| {
            parts.iter().try_for_each(|part| write!(f, "{part}"))
        };
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Value(path) => write!(f, "{{{}}}", path.join(".")),
            Self::Argument(name) => write!(f, "{{arg {name}}}"),
            Self::Count(path) => write!(f, "{{count {}}}", path.join(".")),
            Self::Groups { path, by, inner } => {
                let by = by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
                write!(f, "{{groups {}{by}: ", path.join("."))?;
                all(f, inner)?;
                f.write_str("}")
            }
            Self::Each { path, between, inner } => {
                write!(f, "{{each {}{}: ", path.join("."), between.mark())?;
                all(f, inner)?;
                f.write_str("}")
            }
            Self::If { path, yes, no } => {
                write!(f, "{{if {}: ", path.join("."))?;
                all(f, yes)?;
                f.write_str("|else ")?;
                all(f, no)?;
                f.write_str("}")
            }
        }
    }
}

fn names<'a>(parts: &'a [Part], paths: &mut Vec<&'a str>, arguments: &mut Vec<&'a str>) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Argument(name) => arguments.push(name),
            Part::Value(path) | Part::Count(path) | Part::Each { path, .. } | Part::Groups { path, .. } => {
                paths.extend(path.first().map(String::as_str));
            }
            Part::If { path, yes, no } => {
                paths.extend(path.first().map(String::as_str));
                names(yes, paths, arguments);
                names(no, paths, arguments);
            }
        }
    }
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Object(map) => map.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn parts(text: &str, depth: usize) -> Result<Vec<Part>> {
    if depth > 4 {
        return Err(Error::new("more than four braces stand inside one another"));
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            out.push(Part::Text(rest[..open].to_owned()));
        }
        let close = closing(&rest[open..]).ok_or_else(|| Error::new("a `{` is not closed"))?;
        out.push(part(&rest[open + 1..open + close], depth)?);
        rest = &rest[open + close + 1..];
    }
    if !rest.is_empty() {
        out.push(Part::Text(rest.to_owned()));
    }
    Ok(out)
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn part(text: &str, depth: usize) -> Result<Part> {
    let path = |text: &str| text.trim().split('.').map(str::to_owned).collect::<Vec<_>>();
    if let Some(name) = text.strip_prefix("arg ") {
        return Ok(Part::Argument(name.trim().to_owned()));
    }
    if let Some(list) = text.strip_prefix("count ") {
        return Ok(Part::Count(path(list)));
    }
    if let Some((list, inner)) = text.strip_prefix("each ").and_then(|rest| rest.split_once(':')) {
        let plain = list.trim_end_matches([';', '.']);
        let between = match list.get(plain.len()..) {
            Some(";") => Between::Semicolons,
            Some(".") => Between::Sentences,
            _ => Between::Commas,
        };
        return Ok(Part::Each { path: path(plain), between, inner: parts(inner.trim_start(), depth + 1)? });
    }
    if let Some((list, inner)) = text.strip_prefix("groups ").and_then(|rest| rest.split_once(':')) {
        let (list, by) = list.split_once(" by ").map_or((list, None), |(list, by)| (list, Some(by)));
        let by = by.map(|by| by.trim().to_owned());
        return Ok(Part::Groups { path: path(list), by, inner: parts(inner.trim_start(), depth + 1)? });
    }
    if let Some((flag, texts)) = text.strip_prefix("if ").and_then(|rest| rest.split_once(':')) {
        let (yes, no) = texts.split_once('|').unwrap_or((texts, ""));
        let no = no.strip_prefix("else ").unwrap_or(no);
        return Ok(Part::If {
            path: path(flag),
            yes: parts(yes.trim(), depth + 1)?,
            no: parts(no.trim(), depth + 1)?,
        });
    }
    Ok(Part::Value(path(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_are_renamed_and_written() {
        let text = "{arg day}: {count a.b}, {each a;: {x} of {each y: {z}}} {if open: yes {x}|else no}";
        let tell = Tell::parse(text).expect("a good pattern");
        assert_eq!(tell.to_string(), text);
        let under = |path: &[String]| [&["data".to_owned()], path].concat();
        let loud = |path: &[String]| path.iter().map(|step| step.to_uppercase()).collect();
        let renamed = tell.renamed(&under, &loud, &|name| format!("{name}s"));
        assert_eq!(
            renamed.to_string(),
            "{arg days}: {count data.a.b}, {each data.a;: {X} of {each Y: {Z}}} {if data.open: yes {data.x}|else no}"
        );
    }

    #[test]
    fn results_are_told() {
        let result = json!({"flights": [{"airline": "Sunline", "price": 99.5}, {"airline": "Polar Air", "price": 120}], "open": true});
        let arguments = json!({"date": "2026-03-14"});
        let said = |text: &str| {
            Tell::parse(text).expect("a good pattern").say(
                &result,
                arguments.as_object().expect("an object"),
                Manner::plain(),
            )
        };
        assert_eq!(
            said("{count flights} flights on {arg date}: {each flights: {airline} for ${price}}.").as_deref(),
            Some("2 flights on March 14, 2026: Sunline for $99.50 and Polar Air for $120.")
        );
        assert_eq!(
            said("{if open: Open|else Closed} now, {flights.1.airline}").as_deref(),
            Some("Open now, Polar Air")
        );
        let long = json!({"days": [1, 2, 3, 4, 5, 6, 7, 8], "cost": 67267.4});
        let said_of_long =
            |text: &str| Tell::parse(text).expect("a good pattern").say(&long, &Map::new(), Manner::plain());
        assert_eq!(
            said_of_long("{each days: day {0}}{each days;: x}").as_deref(),
            None,
            "an item that lacks what is said is not told"
        );
        assert_eq!(said_of_long("{each days;: x}").as_deref(), Some("x; x; x; x; x; and 3 more"));
        assert_eq!(
            said_of_long("{each days: x} for ${cost}").as_deref(),
            Some("x, x, x, x, x and 3 more for $67,267.40")
        );
        let grouped = json!({"bills": {"paid": [{"sum": 3}], "open": [{"sum": 4}, {"sum": 5}]}});
        let said_of_groups = |text: &str| {
            Tell::parse(text).expect("a good pattern").say(&grouped, &Map::new(), Manner::plain())
        };
        assert_eq!(
            said_of_groups("{groups bills by state: ${sum}, {state}}").as_deref(),
            Some("Paid: $3, paid. Open: $4, open; $5, open")
        );
        assert_eq!(said("{missing}"), None);
        assert!(Tell::parse("{each a: {b}").is_err());
    }
}
