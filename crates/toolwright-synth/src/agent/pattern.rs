//! Request patterns: `find flights from {origin} to {destination}[ in {cabin}]`.
//!
//! A slot `{parameter}` is the value in words. `{flight_id|flight @|that flight}` has two forms: what is said when the
//! user knows the value (`@`), and what is said when an earlier step of the same request gives it. A part in brackets is
//! said only where every parameter in it has a value. docs/wording.md shows each with an example.

use toolwright_core::{Error, Result};

use super::name::article;

/// Words around a value that speak of one thing.
#[rustfmt::skip]
pub(crate) const OF_ONE: &[&str] = &[
    "it", "its", "it's", "itself", "that", "this", "is", "isn't", "has", "hasn't", "does", "doesn't", "was", "wasn't", "one", "each", "a", "an",
    "needs", "stands", "gets", "works", "runs", "takes", "comes", "goes", "fits", "costs", "lies", "starts", "ends", "closes", "opens", "holds",
    "leaves", "arrives", "pays", "means", "says", "wants", "belongs", "expires", "weighs", "contains", "shows",
];

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Slot(Slot),
    Optional(Vec<Piece>),
}

/// One slot of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    /// The parameter.
    pub(crate) parameter: String,
    /// The form with a known value; `@` stands for it.
    pub(crate) with: Option<String>,
    /// The form that refers to an earlier result.
    pub(crate) reference: Option<String>,
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pieces.iter().try_for_each(|piece| write!(f, "{piece}"))
    }
}

impl std::fmt::Display for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Slot(slot) => {
                write!(f, "{{{}", slot.parameter)?;
                match (&slot.with, &slot.reference) {
                    (Some(with), Some(reference)) => write!(f, "|{with}|{reference}}}"),
                    (None, Some(reference)) => write!(f, "||{reference}}}"),
                    (Some(with), None) => write!(f, "|{with}}}"),
                    (None, None) => f.write_str("}"),
                }
            }
            Self::Optional(inner) => {
                f.write_str("[")?;
                inner.iter().try_for_each(|piece| write!(f, "{piece}"))?;
                f.write_str("]")
            }
        }
    }
}

/// What a speaker does with a slot.
pub(crate) enum Filling {
    /// Says this.
    Said(String),
    /// Leaves the slot out, with the word that leads to it: `to {destination}`.
    Dropped,
    /// Has nothing for it.
    Empty,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Says where a brace or bracket is not closed or nested too deep.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut rest = text;
        let pieces = pieces(&mut rest, false).map_err(|error| error.at(format_args!("pattern `{text}`")))?;
        Ok(Self { pieces })
    }

    /// The slots, those of optional parts with `true`.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (&Slot, bool)> {
        self.pieces.iter().flat_map(|piece| -> Vec<(&Slot, bool)> {
            match piece {
                Piece::Text(_) => Vec::new(),
                Piece::Slot(slot) => vec![(slot, false)],
                Piece::Optional(inner) => inner
                    .iter()
                    .filter_map(|p| if let Piece::Slot(slot) = p { Some((slot, true)) } else { None })
                    .collect(),
            }
        })
    }

    /// The same words over parameters of other names.
    pub(crate) fn renamed(&self, name: &dyn Fn(&str) -> String) -> Self {
        let change = |piece: &Piece| match piece {
            Piece::Slot(slot) => Piece::Slot(Slot { parameter: name(&slot.parameter), ..slot.clone() }),
            Piece::Optional(inner) => Piece::Optional(Self { pieces: inner.clone() }.renamed(name).pieces),
            Piece::Text(text) => Piece::Text(text.clone()),
        };
        Self { pieces: self.pieces.iter().map(change).collect() }
    }

    /// The slot of this parameter.
    pub(crate) fn slot(&self, parameter: &str) -> Option<&Slot> {
        self.slots().map(|(slot, _)| slot).find(|slot| slot.parameter == parameter)
    }

    /// Whether a slot can be left out and the sentence still stands: it follows a preposition, or its known form
    /// names a thing that can be spoken of indefinitely (`flight @`: a flight).
    pub(crate) fn can_drop(&self, parameter: &str) -> bool {
        let mut before = "";
        for (at, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => before = text,
                Piece::Slot(slot) if slot.parameter == parameter => {
                    if is_whole(slot) {
                        return true;
                    }
                    let after = self.pieces.get(at + 1);
                    let free = !matches!(after, Some(Piece::Text(text)) if belongs(text) || goes_on(text));
                    // `find out which address is`, `funds that invest` and `funds focused` do not stand.
                    let kept = preposition(before).and_then(|kept| before.get(..kept));
                    let open = |kept: &str| {
                        let clause = [
                            "that", "which", "who", "where", "whether", "how", "when", "what", "whom",
                            "whose",
                        ];
                        const OPEN: &[&str] = &[
                            "starting", "beginning", "ending", "arriving", "leaving", "departing", "lasting",
                            "costing", "weighing", "measuring", "including", "consisting", "belonging",
                            "living", "coming", "going", "standing", "lying", "dating", "referring",
                        ];
                        let last: Vec<&str> = kept.split_whitespace().rev().take(3).collect();
                        last.first().is_some_and(|word| OPEN.contains(word))
                            || last.iter().any(|word| clause.contains(word))
                            || last.first().is_some_and(|word| {
                                ["is", "are", "be", "lies"].contains(word)
                                    || word.len() > 4 && word.ends_with("ed")
                            })
                    };
                    let stands = !self.needs_complement() && free && kept.is_some_and(|kept| !open(kept));
                    return indefinite(slot).is_some() || stands;
                }
                _ => before = "",
            }
        }
        false
    }

    /// Whether the verb means little without all that follows: *tell the lock* what?
    fn needs_complement(&self) -> bool {
        const VERBS: &[&str] = &[
            "tell", "set", "mark", "move", "put", "bring", "change", "switch", "turn", "make", "have",
            "take", "get",
        ];
        let first = self.pieces.first();
        matches!(first, Some(Piece::Text(text)) if text.split_whitespace().next().is_some_and(|word| VERBS.contains(&word)))
    }

    /// Whether the pattern reads right when this slot holds several values: nothing around it speaks of one.
    pub(crate) fn fits_many(&self, parameter: &str) -> bool {
        let mut words = String::new();
        let mut alone = false;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => words.push_str(text),
                Piece::Slot(slot) => {
                    let quoted = words.ends_with(['"', '\'']);
                    // A bare noun before a bare value would have to be plural: `playlist {id}`.
                    alone |= slot.parameter == parameter
                        && !quoted
                        && (slot.with.is_some()
                            || !words.trim_end().ends_with(|c: char| c.is_alphabetic())
                            || preposition(&words).is_some()
                            || words.trim().is_empty());
                    words.push('\u{1}');
                }
                Piece::Optional(_) => {}
            }
        }
        alone
            && !words
                .split(|c: char| !c.is_alphanumeric() && c != '\'')
                .any(|word| OF_ONE.contains(&word.to_lowercase().as_str()))
    }

    /// Says the pattern, slot by slot; `None` where a slot that must be said has nothing.
    pub(crate) fn say(&self, fill: &mut dyn FnMut(&Slot) -> Filling) -> Option<String> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(slot) => match fill(slot) {
                    Filling::Said(words) => push(&mut out, &words),
                    Filling::Dropped => drop_slot(&mut out, slot)?,
                    Filling::Empty => return None,
                },
                Piece::Optional(inner) => out.push_str(&say_optional(inner, fill)),
            }
        }
        Some(tidy(&out))
    }
}

/// Adds a value; an article before it agrees with it.
fn push(out: &mut String, words: &str) {
    let stem = out.strip_suffix(" an ").or_else(|| out.strip_suffix(" a ")).map(str::len);
    if let Some(stem) = stem.filter(|_| words.starts_with(char::is_alphanumeric)) {
        out.truncate(stem);
        out.push(' ');
        out.push_str(article(words));
        out.push(' ');
    }
    out.push_str(words);
}

fn say_optional(inner: &[Piece], fill: &mut dyn FnMut(&Slot) -> Filling) -> String {
    let mut part = String::new();
    for piece in inner {
        match piece {
            Piece::Text(text) => part.push_str(text),
            Piece::Slot(slot) => match fill(slot) {
                Filling::Said(words) => push(&mut part, &words),
                Filling::Dropped | Filling::Empty => return String::new(),
            },
            Piece::Optional(_) => {}
        }
    }
    part
}

/// Takes the leading preposition back, or says the thing indefinitely.
fn drop_slot(out: &mut String, slot: &Slot) -> Option<()> {
    if is_whole(slot) {
        return Some(());
    }
    if let Some(words) = indefinite(slot) {
        out.push_str(&words);
        return Some(());
    }
    let kept = preposition(out)?;
    out.truncate(kept);
    Some(())
}

/// Whether the form of a slot is all that goes with it: `for @ of us`.
fn is_whole(slot: &Slot) -> bool {
    let before = slot.with.as_deref().and_then(|with| Some(with.split_once('@')?.0));
    before.is_some_and(|before| before.split_whitespace().any(|word| PREPOSITIONS.contains(&word)))
}

/// `a flight` for the form `flight @`.
fn indefinite(slot: &Slot) -> Option<String> {
    let noun = slot.with.as_deref()?.strip_suffix('@')?.trim().trim_end_matches(['#', ':']).trim_end();
    let noun = noun.strip_suffix(" number").or_else(|| noun.strip_suffix(" ID")).unwrap_or(noun);
    let noun = ["the ", "my ", "our "].iter().find_map(|article| noun.strip_prefix(article)).unwrap_or(noun);
    let plain = !noun.is_empty() && noun.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
    plain.then(|| format!("{} {noun}", super::name::article(noun)))
}

/// Whether a text goes with the value before it: `{level} percent`, `{level}%`.
fn belongs(text: &str) -> bool {
    let first = text.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let joins = ["and", "or", "then", "but", "if", "when", "please", "so"];
    text.starts_with('%') || (!first.is_empty() && !PREPOSITIONS.contains(&first) && !joins.contains(&first))
}

/// Whether a text adds another thing to the value before it: `a mean of {mean} and a spread of {spread}`, `on {day} and {time}`.
fn goes_on(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let joins = words.next().is_some_and(|first| first == "and" || first == "or");
    joins && words.next().is_none_or(|next| ["a", "an", "the", "with"].contains(&next))
}

const PREPOSITIONS: &[&str] = &[
    "to", "in", "on", "for", "from", "at", "with", "of", "by", "near", "around", "about", "into", "under",
    "until", "since", "as", "via",
];

/// Where the text before its last words ends, if these are a preposition: `for`, `in the name of`.
fn preposition(text: &str) -> Option<usize> {
    let trimmed = text.trim_end();
    let start = trimmed.rfind(' ')?;
    if !PREPOSITIONS.contains(&&trimmed[start + 1..]) {
        return None;
    }
    let words: Vec<&str> = trimmed.split(' ').collect();
    let whole = match words[..] {
        [.., first, "the" | "a" | "an", _, "of"] if PREPOSITIONS.contains(&first) => words.len() - 4,
        [.., "on", "behalf", "of"] => words.len() - 3,
        _ => return Some(start),
    };
    Some(words[..whole].join(" ").len())
}

/// Single blanks, and none before punctuation.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' if out.is_empty() || out.ends_with([' ', '\n']) => {}
            ',' | '.' | '?' | '!' | ';' if out.ends_with(' ') && !out.ends_with("  ") => {
                out.pop();
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn pieces(rest: &mut &str, inside: bool) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    loop {
        let stop = rest.find(['{', '[', ']']).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(stop);
        if !text.is_empty() {
            out.push(Piece::Text(text.to_owned()));
        }
        let mut chars = tail.chars();
        let next = chars.next();
        *rest = chars.as_str();
        match next {
            None if inside => {
                return Err(Error::new("a `[` is not closed; write `]` after the optional part"));
            }
            None => return Ok(out),
            Some('{') => {
                let Some((slot, tail)) = rest.split_once('}') else {
                    return Err(Error::new("a `{` is not closed; write `}` after the slot"));
                };
                *rest = tail;
                out.push(Piece::Slot(slot_of(slot)?));
            }
            Some('[') if inside => {
                return Err(Error::new("an optional part holds another; only one level is read"));
            }
            Some('[') => out.push(Piece::Optional(pieces(rest, true)?)),
            Some(_) if inside => return Ok(out),
            Some(_) => return Err(Error::new("a `]` closes nothing; write `[` before the optional part")),
        }
    }
}

fn slot_of(text: &str) -> Result<Slot> {
    let mut parts = text.split('|').map(str::trim);
    let parameter = parts.next().unwrap_or_default();
    if parameter.is_empty() {
        return Err(Error::new("a slot `{}` names no parameter"));
    }
    let given = |part: Option<&str>| part.filter(|p| !p.is_empty()).map(str::to_owned);
    Ok(Slot { parameter: parameter.to_owned(), with: given(parts.next()), reference: given(parts.next()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pattern: &str, values: &[(&str, &str)], dropped: &str) -> Option<String> {
        let pattern = Pattern::parse(pattern).expect("a good pattern");
        pattern.say(&mut |slot| {
            if slot.parameter == dropped {
                return Filling::Dropped;
            }
            values.iter().find(|(name, _)| *name == slot.parameter).map_or(Filling::Empty, |(_, value)| {
                Filling::Said(
                    slot.with.as_deref().map_or_else(|| (*value).to_owned(), |with| with.replace('@', value)),
                )
            })
        })
    }

    #[test]
    fn patterns_are_renamed_and_written() {
        let text = "book {id|flight @|the first}[ in {cabin}] for {name||them} at {time|about @}";
        let pattern = Pattern::parse(text).expect("a good pattern");
        assert_eq!(pattern.to_string(), text);
        let renamed = pattern.renamed(&|name| name.to_uppercase()).to_string();
        assert_eq!(renamed, "book {ID|flight @|the first}[ in {CABIN}] for {NAME||them} at {TIME|about @}");
    }

    #[test]
    fn slots_and_optional_parts_are_said() {
        let pattern = "find flights from {from} to {to}[ in {cabin}]";
        assert_eq!(
            said(pattern, &[("from", "OSL"), ("to", "JFK")], ""),
            Some("find flights from OSL to JFK".into())
        );
        let all = [("from", "OSL"), ("to", "JFK"), ("cabin", "economy")];
        assert_eq!(said(pattern, &all, ""), Some("find flights from OSL to JFK in economy".into()));
        assert_eq!(said(pattern, &[("from", "OSL")], ""), None);
    }

    #[test]
    fn an_article_agrees_with_the_value() {
        assert_eq!(
            said("book a {cabin} cabin", &[("cabin", "inside")], ""),
            Some("book an inside cabin".into())
        );
        assert_eq!(said("hire an {expert}", &[("expert", "lawyer")], ""), Some("hire a lawyer".into()));
        assert_eq!(said("wait a {n}", &[("n", "8 hours")], ""), Some("wait an 8 hours".into()));
    }

    #[test]
    fn what_would_not_stand_is_not_left_out() {
        let drops =
            |pattern: &str, name: &str| Pattern::parse(pattern).expect("a good pattern").can_drop(name);
        assert!(drops("accept the quote on {day}", "day"));
        assert!(!drops("accept the quote with the work starting on {day}", "day"));
        assert!(!drops("define a distribution with {mean} and a spread of {spread}", "mean"));
        assert!(!drops("book it on {day} and {time}", "day"));
        assert!(drops("book it for {day} and tell me", "day"));
    }

    #[test]
    fn a_missing_value_is_left_out_or_spoken_of_indefinitely() {
        assert_eq!(
            said("find flights from {from} to {to}", &[("from", "OSL")], "to"),
            Some("find flights from OSL".into())
        );
        assert_eq!(said("cancel {id|order @|that order}", &[], "id"), Some("cancel an order".into()));
        for whole in
            ["book a seat in the name of {name}", "book a seat on behalf of {name}", "book a seat for {name}"]
        {
            assert_eq!(said(whole, &[], "name"), Some("book a seat".into()));
        }
        for whole in [
            "add {item} to my list", "find out which address is at {item}",
            "find funds that invest in {item}", "list the funds focused on {item}",
        ] {
            assert!(!Pattern::parse(whole).expect("good").can_drop("item"), "{whole}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (text, why) in [
            ("{a", "not closed"),
            ("[a", "not closed"),
            ("a]", "closes nothing"),
            ("[a[b]]", "one level"),
            ("{}", "no parameter"),
        ] {
            assert!(Pattern::parse(text).expect_err(text).to_string().contains(why), "{text}");
        }
    }
}
