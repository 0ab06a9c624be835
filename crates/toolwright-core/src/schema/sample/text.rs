//! Strings: plain words, formats, and text that a pattern matches.
//!
//! Compiled patterns are kept per thread: a schema's pattern is met once per sample, thousands of times a run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::OnceLock;

use jsonschema::Validator;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value};

use super::super::check;
use super::fit::count;
use crate::seed::Rng;

/// Characters of a string that a schema may ask for.
const LONGEST: usize = 10_000;
/// Parts of a pattern that one string may walk through.
const STEPS: usize = 50_000;
/// Patterns kept before all are dropped.
const KEPT: usize = 4096;

const WORDS: [&str; 48] = [
    "amber", "apple", "autumn", "beacon", "birch", "breeze", "bridge", "canyon", "cedar", "cloud", "coral",
    "copper", "delta", "ember", "falcon", "field", "forest", "garden", "glacier", "harbor", "hazel",
    "island", "ivory", "juniper", "lagoon", "lantern", "maple", "marble", "meadow", "mint", "ocean", "olive",
    "orchid", "pebble", "pine", "prairie", "quartz", "raven", "river", "saffron", "silver", "spruce",
    "summit", "thistle", "tulip", "valley", "willow", "wren",
];

pub(super) fn word(rng: &mut Rng) -> &'static str {
    rng.choose(&WORDS).copied().unwrap_or("amber")
}

/// A string for these keywords; with `wide`, one that hardly comes twice.
pub(super) fn string(fields: &Map<String, Value>, wide: bool, rng: &mut Rng) -> Result<String, String> {
    let least = fields.get("minLength").and_then(count).unwrap_or(0);
    let most = fields.get("maxLength").and_then(count).unwrap_or(usize::MAX);
    if least > most {
        return Err(format!("no string fits `minLength` {least} and `maxLength` {most}"));
    }
    if least > LONGEST {
        return Err(format!("`minLength` {least} is more than the {LONGEST} characters that are sampled"));
    }
    let format = fields.get("format").and_then(Value::as_str);
    match (fields.get("pattern").and_then(Value::as_str), format) {
        (Some(source), format) => matching(source, format, least, most, rng),
        (None, Some(format)) if is_checked(format) => formatted(format, least, most, rng),
        (None, Some("byte")) if least <= 8 && most >= 8 => Ok(base64(word(rng))),
        _ => Ok(plain(least, most, wide, rng)),
    }
}

fn plain(least: usize, most: usize, wide: bool, rng: &mut Rng) -> String {
    let mut out = word(rng).to_owned();
    if wide {
        out.push_str(&format!("{}", rng.below(1_000_000)));
    }
    // A word that is cut reads badly; a shorter one may fit.
    for _ in 0..8 {
        if out.len() <= most {
            break;
        }
        out = if wide { format!("{:x}", rng.next_u64()) } else { word(rng).to_owned() };
    }
    while out.len() < least {
        out.push(' ');
        out.push_str(word(rng));
    }
    out.truncate(most);
    if out.ends_with(' ') {
        out.pop();
        out.push('s');
    }
    out
}

/// The first 8 characters of base64: 6 bytes.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text
        .bytes()
        .chain(std::iter::repeat(b'-'))
        .take(6)
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(byte));
    (0..8).rev().map(|at| char::from(DIGITS[(bits >> (6 * at)) as usize & 63])).collect()
}

#[rustfmt::skip]
const FORMATS: [&str; 19] = [
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex",
];

fn is_checked(format: &str) -> bool {
    FORMATS.contains(&format)
}

/// Whether the text has the format; a format that checkers do not know is no limit.
pub(super) fn has_format(format: &str, text: &str) -> bool {
    static CHECKERS: OnceLock<Vec<Option<Validator>>> = OnceLock::new();
    let Some(at) = FORMATS.iter().position(|known| *known == format) else { return true };
    let checkers =
        CHECKERS.get_or_init(|| FORMATS.iter().map(|format| check::format_checker(format)).collect());
    match checkers.get(at) {
        Some(Some(checker)) => checker.is_valid(&Value::String(text.to_owned())),
        _ => true,
    }
}

fn formatted(format: &str, least: usize, most: usize, rng: &mut Rng) -> Result<String, String> {
    for _ in 0..16 {
        let mut out = of_format(format, rng);
        if out.len() < least
            && matches!(format, "uri" | "iri" | "uri-reference" | "iri-reference" | "json-pointer")
        {
            while out.len() < least {
                out.push(if out.len() + 1 == least { 's' } else { 'e' });
            }
        }
        if (least..=most).contains(&out.len()) {
            return Ok(out);
        }
    }
    Err(format!("no `{format}` was found within the bounds on its length"))
}

fn of_format(format: &str, rng: &mut Rng) -> String {
    let day = |rng: &mut Rng| {
        format!("{}-{:02}-{:02}", rng.between(2023, 2026), rng.between(1, 12), rng.between(1, 28))
    };
    let clock = |rng: &mut Rng| format!("{:02}:{:02}:00Z", rng.below(24), 5 * rng.below(12));
    match format {
        "date" => day(rng),
        "time" => clock(rng),
        "date-time" => format!("{}T{}", day(rng), clock(rng)),
        "duration" if rng.chance(0.5) => format!("PT{}M", 5 * rng.between(1, 24)),
        "duration" => format!("P{}D", rng.between(1, 14)),
        "email" | "idn-email" => format!("{}@example.com", word(rng)),
        "hostname" | "idn-hostname" => format!("{}.example.com", word(rng)),
        "ipv4" => format!("192.0.2.{}", rng.between(1, 254)),
        "ipv6" => format!("2001:db8::{:x}", rng.between(1, 0xffff)),
        "uri" | "iri" => format!("https://example.com/{}", word(rng)),
        "uri-reference" | "iri-reference" | "json-pointer" => format!("/{}", word(rng)),
        "uri-template" => format!("/{}/{{id}}", word(rng)),
        "relative-json-pointer" => format!("0/{}", word(rng)),
        "regex" => format!("^{}$", word(rng)),
        "uuid" => uuid(rng),
        _ => word(rng).to_owned(),
    }
}

fn uuid(rng: &mut Rng) -> String {
    let (high, low) = (rng.next_u64(), rng.next_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

fn matching(
    source: &str,
    format: Option<&str>,
    least: usize,
    most: usize,
    rng: &mut Rng,
) -> Result<String, String> {
    let pattern = pattern(source);
    let Some(hir) = &pattern.hir else {
        return Err(format!("the pattern `{source}` has parts that are not sampled, such as look-around"));
    };
    for attempt in 0..32 {
        let mut draw =
            Draw { out: String::new(), left: STEPS, stretch: [3, 0, 8, 1, 30][attempt % 5], rng: &mut *rng };
        if !draw.node(hir) {
            continue;
        }
        let mut out = draw.out.clone();
        // Where the pattern leaves its end open, anything may follow: more of the same.
        if out.chars().count() < least {
            while draw.out.chars().count() < least && draw.node(hir) && !draw.out.is_empty() {}
            let longer: String = draw.out.chars().take(most).collect();
            out = if pattern.matches(&longer) { longer } else { out };
        }
        let fits = (least..=most).contains(&out.chars().count());
        if fits && pattern.matches(&out) && format.is_none_or(|format| has_format(format, &out)) {
            return Ok(out);
        }
    }
    Err(format!("no string was found that fits the pattern `{source}` and the other limits"))
}

/// One walk through a pattern, writing what it matches.
struct Draw<'r> {
    out: String,
    /// Steps that may still be taken: a repetition of nothing writes nothing, however often.
    left: usize,
    /// How far an open repetition goes beyond its least count.
    stretch: usize,
    rng: &'r mut Rng,
}

impl Draw<'_> {
    /// False where nothing can be written here, or too much was.
    fn node(&mut self, hir: &Hir) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.out.len() > LONGEST {
            return false;
        }
        match hir.kind() {
            // Whether an assertion holds is seen when the whole text is matched.
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => {
                    self.out.push_str(text);
                    true
                }
                Err(_) => false,
            },
            HirKind::Class(class) => match self.character(class) {
                Some(character) => {
                    self.out.push(character);
                    true
                }
                None => false,
            },
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let room = repetition.max.map_or(usize::MAX, |max| max as usize).saturating_sub(least);
                let times = least + self.rng.below(room.min(self.stretch) + 1);
                (0..times).all(|_| self.node(&repetition.sub))
            }
            HirKind::Capture(capture) => self.node(&capture.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.node(part)),
            HirKind::Alternation(branches) => {
                let at = self.rng.below(branches.len());
                branches.get(at).is_some_and(|branch| self.node(branch))
            }
        }
    }

    /// A letter or digit where the class has any, then any visible ASCII, then whatever there is.
    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(u32, u32)> = match class {
            Class::Unicode(class) => {
                class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect()
            }
            Class::Bytes(class) => {
                class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect()
            }
        };
        const READABLE: [&[(u32, u32)]; 3] =
            [&[(0x61, 0x7a), (0x41, 0x5a), (0x30, 0x39)], &[(0x21, 0x7e)], &[(0x20, 0x20)]];
        READABLE
            .iter()
            .find_map(|wanted| self.one_of(overlap(&ranges, wanted)))
            .or_else(|| self.one_of(ranges))
    }

    fn one_of(&mut self, ranges: Vec<(u32, u32)>) -> Option<char> {
        let size = |range: &(u32, u32)| f64::from(range.1 - range.0 + 1);
        let (low, high) = ranges.get(self.rng.weighted(ranges.iter().map(size))?)?;
        char::from_u32(self.rng.between((*low).into(), (*high).into()) as u32)
    }
}

fn overlap(ranges: &[(u32, u32)], wanted: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    for wanted in wanted {
        let cut = ranges.iter().map(|range| (range.0.max(wanted.0), range.1.min(wanted.1)));
        out.extend(cut.filter(|(low, high)| low <= high));
    }
    out
}

/// A pattern, ready to match and to be walked.
pub(super) struct Pattern {
    checker: Option<Validator>,
    hir: Option<Hir>,
}

impl Pattern {
    fn new(source: &str) -> Self {
        let parsed = regex_syntax::ParserBuilder::new().nest_limit(64).build().parse(source);
        Self { checker: check::pattern_checker(source), hir: parsed.ok() }
    }

    /// A pattern that does not compile matches nothing.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.checker.as_ref().is_some_and(|checker| checker.is_valid(&Value::String(text.to_owned())))
    }
}

/// The pattern with this source, from the thread's store.
pub(super) fn pattern(source: &str) -> Rc<Pattern> {
    thread_local! {
        static PATTERNS: RefCell<HashMap<Box<str>, Rc<Pattern>>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|known| {
        if let Some(pattern) = known.get(source) {
            return Rc::clone(pattern);
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let pattern = Rc::new(Pattern::new(source));
        known.insert(source.into(), Rc::clone(&pattern));
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use serde_json::json;

    fn draw(schema: Value) -> Result<String, String> {
        string(schema.as_object().expect("an object"), false, &mut Seed::new(3).rng())
    }

    #[test]
    fn every_format_has_a_value_that_checkers_accept() {
        let mut rng = Seed::new(3).rng();
        for format in FORMATS {
            // Internationalised names are checked in builds of `jsonschema` with its `idna` feature only.
            let odd = ["\u{0}{ [", "x", "("].iter().any(|text| !has_format(format, text));
            assert!(odd || format.starts_with("idn-"), "{format} is checked");
            for _ in 0..50 {
                let text = of_format(format, &mut rng);
                assert!(has_format(format, &text), "{format}: {text}");
            }
        }
        assert_eq!(base64("spruce"), "c3BydWNl");
    }

    #[test]
    fn patterns_are_drawn_readably() {
        for source in [
            "^[A-Z]{2}[0-9]{4}$", "^\\d{3}-\\d{4}$", "^(red|green)$", "[^a-z]", "^\\w+@\\w+\\.com$",
            "^.{5,10}$", "\\bcat\\b", "^[\\p{L}]+$", "a+b*c?", "^$", "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
        ] {
            let text = draw(json!({ "pattern": source })).expect(source);
            assert!(pattern(source).matches(&text), "{source}: {text}");
            assert!(text.is_ascii(), "{source}: {text}");
        }
        assert_eq!(draw(json!({"pattern": "^a*$", "minLength": 12, "maxLength": 12})), Ok("a".repeat(12)));
        assert!(draw(json!({"pattern": "^(?=.*\\d).+$"})).expect_err("look-around").contains("look-around"));
        assert!(draw(json!({"pattern": "a^b"})).is_err());
        assert!(draw(json!({"pattern": "a{1000}{1000}"})).is_err());
    }

    #[test]
    fn plain_strings_keep_their_length() {
        for (least, most) in [(0, 0), (3, 3), (40, 41), (0, 2)] {
            let text = draw(json!({"minLength": least, "maxLength": most})).expect("fits");
            assert!((least..=most).contains(&text.len()), "{text}");
        }
        assert!(draw(json!({"minLength": 3, "maxLength": 2})).is_err());
        assert!(draw(json!({"minLength": 1_000_000_000})).is_err());
    }
}
