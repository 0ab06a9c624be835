//! [`Identity`]: what makes a folder this run and no other, and the difference told key by key.

use std::{ops::Range, path::Path};

use toml::{Table, Value};
use toolwright_core::{Error, Result};

use crate::Shard;

pub(crate) const RECIPE: &str = "recipe.toml";
pub(crate) const TOOLS: &str = "tools.jsonl";

/// How many differing keys a message lists.
const LISTED: usize = 8;

/// What a run is: the same identity gives the same bytes.
///
/// `n` is not part of it, because a sample does not depend on how many there are: a run can be extended. So a
/// recipe's top-level key `n`, if it has one, is not compared. A shard's indices follow from `n`, so for
/// shards it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The resolved recipe as TOML, written to `recipe.toml`; it says nothing of shards.
    pub recipe: String,
    /// The tools, one JSON object a line, written to `tools.jsonl`.
    pub tools: Vec<u8>,
    /// Which part of the run this is, if not the whole.
    pub shard: Option<Shard>,
    /// How many sample indices the whole run has.
    pub n: u64,
}

impl Identity {
    /// The indices of this run or shard.
    ///
    /// ```
    /// # use toolwright_run::{Identity, Shard};
    /// let identity = Identity { recipe: String::new(), tools: Vec::new(), shard: Some(Shard::new(2, 2)?), n:
    /// 9 }; assert_eq!(identity.range(), 4..9);
    /// # Ok::<(), toolwright_run::Error>(())
    /// ```
    pub fn range(&self) -> Range<u64> {
        range(self.n, self.shard)
    }
}

pub(crate) fn range(n: u64, shard: Option<Shard>) -> Range<u64> {
    shard.map_or(0..n, |shard| shard.range(n))
}

/// How two recipes compare.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Recipes {
    /// The same, but for layout and comments.
    Same,
    /// The same but for `n`.
    SameButN,
    /// What differs, told.
    Differ(String),
}

/// Compares the recipe in a folder with the one given now.
///
/// # Errors
/// Where either is not TOML; the message says which.
pub(crate) fn compare_recipes(path: &Path, there: &str, here: &str) -> Result<Recipes> {
    let read = |text: &str, place: &dyn std::fmt::Display| {
        text.parse::<Table>()
            .map_err(|error| Error::new(format!("not TOML: {}", error.message())).at(place).caused_by(error))
    };
    let (mut there, mut here) = (read(there, &path.display())?, read(here, &"the recipe")?);
    if there == here {
        return Ok(Recipes::Same);
    }
    there.remove("n");
    here.remove("n");
    let mut found = Vec::new();
    compare_tables(&there, &here, &mut Vec::new(), &mut found);
    if found.is_empty() {
        return Ok(Recipes::SameButN);
    }
    let more = found.len().saturating_sub(LISTED);
    found.truncate(LISTED);
    let mut told = found.join("; ");
    if more > 0 {
        told.push_str(&format!("; and {more} more"));
    }
    Ok(Recipes::Differ(told))
}

/// Lists the keys that differ, sorted. The parser bounds how deep tables nest, so this recursion is bounded.
fn compare_tables<'a>(there: &'a Table, here: &'a Table, path: &mut Vec<&'a str>, found: &mut Vec<String>) {
    let mut keys: Vec<&str> = there.keys().chain(here.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        path.push(key);
        match (there.get(key), here.get(key)) {
            (Some(Value::Table(there)), Some(Value::Table(here))) => compare_tables(there, here, path, found),
            (there, here) if !same(there, here) => {
                found.push(format!("{} is {} there, {} here", dotted(path), shown(there), shown(here)));
            }
            _ => {}
        }
        path.pop();
    }
}

/// Whether two values are the same; unlike TOML's own equality, a `nan` is the same as itself.
fn same(there: Option<&Value>, here: Option<&Value>) -> bool {
    match (there, here) {
        (Some(Value::Float(there)), Some(Value::Float(here))) => there.to_bits() == here.to_bits(),
        (there, here) => there == here,
    }
}

fn dotted(path: &[&str]) -> String {
    let bare = |key: &str| {
        !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let keys: Vec<String> =
        path.iter().map(|key| if bare(key) { (*key).to_string() } else { format!("{key:?}") }).collect();
    keys.join(".")
}

/// A value as TOML, short enough for a message.
fn shown(value: Option<&Value>) -> String {
    const LONGEST: usize = 60;
    let Some(value) = value else { return "not set".to_string() };
    let text = value.to_string().replace('\n', " ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    let short: String = text.chars().take(LONGEST).collect();
    format!("{short}…")
}

/// Says where two tool lists differ.
pub(crate) fn compare_tools(there: &[u8], here: &[u8]) -> Option<String> {
    if there == here {
        return None;
    }
    let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    let at =
        there.iter().zip(here).position(|(there, here)| there != here).unwrap_or(there.len().min(here.len()));
    let line = there.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    Some(format!(
        "tools: {} there, {} here; line {line} is the first that differs",
        lines(there),
        lines(here)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(there: &str, here: &str) -> Recipes {
        compare_recipes(Path::new("runs/a/recipe.toml"), there, here).expect("TOML")
    }

    #[test]
    fn layout_and_n_are_no_difference() {
        assert_eq!(told("a = 1\nb.c = 2", "a = 1 # said\n[b]\nc = 2\n"), Recipes::Same);
        assert_eq!(told("n = 5\nseed = 1", "seed = 1"), Recipes::SameButN);
        assert_eq!(told("x = nan\nn = 1", "x = nan"), Recipes::SameButN);
        assert_eq!(
            told("[dialog]\nn = 5", "[dialog]\nn = 6"),
            Recipes::Differ("dialog.n is 5 there, 6 here".into())
        );
    }

    #[test]
    fn differences_are_told_key_by_key() {
        let there = "seed = 7\n[kinds]\nsingle = 0.30\nchat = 0.1\n[\"a b\"]\nx = 1";
        let here = "seed = 7\n[kinds]\nsingle = 0.25\nmulti = [1, 2]\n[\"a b\"]\nx = \"y\"";
        assert_eq!(
            told(there, here),
            Recipes::Differ(
                "\"a b\".x is 1 there, \"y\" here; kinds.chat is 0.1 there, not set here; kinds.multi is \
                not set there, [1, 2] here; kinds.single is 0.3 there, 0.25 here"
                    .into()
            )
        );
        let many = |value: u8| (0..20).map(|key| format!("k{key:02} = {value}\n")).collect::<String>();
        let Recipes::Differ(text) = told(&many(1), &many(2)) else { panic!("they differ") };
        assert!(text.ends_with("k07 is 1 there, 2 here; and 12 more"), "{text}");
        let long = format!("k = \"{}\"", "é".repeat(500));
        let Recipes::Differ(text) = told(&long, "") else { panic!("they differ") };
        assert!(text.ends_with("é… there, not set here"), "{text}");
    }

    #[test]
    fn what_is_not_toml_is_said() {
        let said = |there: &str, here: &str| {
            compare_recipes(Path::new("runs/a/recipe.toml"), there, here).expect_err("not TOML").to_string()
        };
        assert!(said("a =", "").starts_with("runs/a/recipe.toml: not TOML: "));
        assert!(said("", "a =").starts_with("the recipe: not TOML: "));
        let deep = format!("a = {}", "[".repeat(100_000));
        assert!(said("", &deep).starts_with("the recipe: not TOML: "));
    }

    #[test]
    fn tools_are_compared_by_line() {
        assert_eq!(compare_tools(b"{}\n", b"{}\n"), None);
        assert_eq!(
            compare_tools(b"1\n2\n3\n", b"1\n2\n4\n5\n").as_deref(),
            Some("tools: 3 there, 4 here; line 3 is the first that differs")
        );
        assert_eq!(
            compare_tools(b"1\n", b"1\n2\n").as_deref(),
            Some("tools: 1 there, 2 here; line 2 is the first that differs")
        );
    }
}
