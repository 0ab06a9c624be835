//! JSON as Python's `json.loads` reads it: whole numbers of any size, `NaN` and `Infinity`, the last of equal keys.
//!
//! A pull reader of our own, because scoring starts from bytes and most of them need no value: questions are skipped, not
//! built. Where Python would keep a lone surrogate, U+FFFD stands; where it would run out of stack, nesting ends at
//! [`MAX_DEPTH`].

use std::borrow::Cow;

use num_bigint::BigInt;

use super::dumps::{dumps, dumps_str};
use super::{Dict, Value};

/// Lists and objects nest this deep at most; Python's own bound lies near.
pub(crate) const MAX_DEPTH: usize = 900;

/// More digits than these Python refuses to read into a whole number.
pub(super) const MAX_DIGITS: usize = 4300;

/// Why a text is no JSON, and the byte where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) why: &'static str,
}

impl Fault {
    /// No fault: whoever reads has read enough.
    pub(crate) const ENOUGH: Self = Self { at: usize::MAX, why: "enough is read" };
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not JSON at byte {}: {}", self.at, self.why)
    }
}

type Result<T> = std::result::Result<T, Fault>;

/// The value of a whole text.
pub(crate) fn loads(text: &str) -> Result<Value<'_>> {
    let mut reader = Reader::new(text);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// The raw texts of an object's members; of equal keys all.
pub(crate) fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>> {
    let mut reader = Reader::new(text);
    let mut members = Vec::new();
    reader.object(|key, reader| {
        members.push((key, reader.raw()?));
        Ok(())
    })?;
    reader.end()?;
    Ok(members)
}

/// A place in a text. Each method reads what stands there, after blanks.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    fn fault<T>(&self, why: &'static str) -> Result<T> {
        Err(Fault { at: self.at, why })
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    /// The byte of the text that is read next.
    pub(crate) const fn place(&self) -> usize {
        self.at
    }

    /// The next byte after blanks.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Nothing but blanks is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("expected nothing after the value"),
        }
    }

    /// The text that has been read since this place.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(crate) fn value(&mut self) -> Result<Value<'a>> {
        match self.peek() {
            Some(b'"') => Ok(Value::Str(self.string()?)),
            Some(b'{') => {
                let mut members = Vec::new();
                self.object(|key, reader| {
                    members.push((Value::Str(key), reader.value()?));
                    Ok(())
                })?;
                Ok(Value::Dict(Dict::of(members)))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(|reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::List(items))
            }
            Some(b'-' | b'0'..=b'9' | b'N' | b'I') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::None),
            _ => self.fault("expected a value"),
        }
    }

    /// The raw text of the value here, which is checked no further than to find its end.
    pub(crate) fn raw(&mut self) -> Result<&'a str> {
        self.blanks();
        let start = self.at;
        self.skip()?;
        Ok(self.since(start))
    }

    /// Writes the value here as `json.dumps(…, ensure_ascii=False)` would write it once read. Equal keys are all written.
    pub(crate) fn rewrite(&mut self, out: &mut String) -> Result<()> {
        match self.peek() {
            Some(b'{') => {
                let mut comma = "";
                out.push('{');
                self.object(|key, reader| {
                    out.push_str(std::mem::replace(&mut comma, ", "));
                    dumps_str(out, &key);
                    out.push_str(": ");
                    reader.rewrite(out)
                })?;
                out.push('}');
            }
            Some(b'[') => {
                let mut comma = "";
                out.push('[');
                self.array(|reader| {
                    out.push_str(std::mem::replace(&mut comma, ", "));
                    reader.rewrite(out)
                })?;
                out.push(']');
            }
            Some(b'"') => dumps_str(out, &self.string()?),
            _ => dumps(out, &self.value()?),
        }
        Ok(())
    }

    /// Passes over the value here.
    pub(crate) fn skip(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"') => return self.string_end(self.at + 1).map(|end| self.at = end + 1),
            Some(b'{' | b'[') => {}
            Some(_) => return self.value().map(|_| ()),
            None => return self.fault("expected a value"),
        }
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => self.at = self.string_end(self.at + 1)?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.fault("expected the end of a list or an object")
    }

    fn enter(&mut self) -> Result<()> {
        self.at += 1;
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => self.fault("expected less nesting"),
            false => Ok(()),
        }
    }

    /// Calls `member` at the value of each member; it must read or skip that value.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(Cow<'a, str>, &mut Self) -> Result<()>,
    ) -> Result<()> {
        if self.peek() != Some(b'{') {
            return self.fault("expected an object");
        }
        self.enter()?;
        if !self.eat(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return self.fault("expected a key in double quotes");
                }
                let key = self.string()?;
                if !self.eat(b':') {
                    return self.fault("expected `:` after a key");
                }
                member(key, self)?;
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return self.fault("expected `,` or `}` after a member");
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Calls `item` at each item; it must read or skip it.
    pub(crate) fn array(&mut self, mut item: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.peek() != Some(b'[') {
            return self.fault("expected a list");
        }
        self.enter()?;
        if !self.eat(b']') {
            loop {
                item(self)?;
                if self.eat(b']') {
                    break;
                }
                if !self.eat(b',') {
                    return self.fault("expected `,` or `]` after an item");
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>> {
        match self.text[self.at..].starts_with(word) {
            true => {
                self.at += word.len();
                Ok(value)
            }
            false => self.fault("expected a value"),
        }
    }

    fn number(&mut self) -> Result<Value<'a>> {
        for (word, value) in
            [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)]
        {
            if self.text[self.at..].starts_with(word) {
                return self.word(word, Value::Float(value));
            }
        }
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = start + usize::from(bytes.get(start) == Some(&b'-'));
        end += match bytes.get(end) {
            Some(b'0') => 1,
            Some(b'1'..=b'9') => digits(end),
            _ => return self.fault("expected a value"),
        };
        let mut whole = true;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
            whole = false;
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let count = bytes.get(end + 1 + sign..).map_or(0, |_| digits(end + 1 + sign));
            if count > 0 {
                end += 1 + sign + count;
                whole = false;
            }
        }
        self.at = end;
        let text = self.since(start);
        match whole {
            true => whole_number(text).map_or_else(|| self.fault("expected fewer digits"), Ok),
            false => {
                text.parse().map_or_else(|_| self.fault("expected a number"), |float| Ok(Value::Float(float)))
            }
        }
    }

    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return self.fault("expected a text in double quotes");
        }
        let start = self.at + 1;
        let end = special(self.text.as_bytes(), start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(self.text.get(start..end).unwrap_or_default()))
            }
            _ => self.escaped(start).map(Cow::Owned),
        }
    }

    /// A string that is not plain, from behind its opening quote.
    #[cold]
    fn escaped(&mut self, start: usize) -> Result<String> {
        let end = self.string_end(start)?;
        let raw = self.text.get(start..end).unwrap_or_default();
        if let Some(control) = raw.bytes().position(|byte| byte < 0x20) {
            self.at = start + control;
            return self.fault("expected control characters to be escaped");
        }
        self.at = end + 1;
        unescape(raw).map_err(|(at, why)| Fault { at: start + at, why })
    }

    /// Where the string that starts here ends: its closing quote.
    fn string_end(&self, start: usize) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            at = special(bytes, at);
            match bytes.get(at) {
                Some(b'"') => return Ok(at),
                Some(b'\\') => at += 2,
                Some(_) => at += 1,
                None => return Err(Fault { at: start, why: "expected a closing quote" }),
            }
        }
    }
}

/// The next byte from `at` on that ends a plain string or breaks it: a quote, a backslash, a control character; the
/// length where there is none. Eight bytes at a time.
pub(super) fn special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    while let Some(chunk) = bytes.get(at..at + 8).and_then(|chunk| chunk.try_into().ok()) {
        let word = u64::from_le_bytes(chunk);
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        // Bytes below 0x20; the lowest that is marked is right, and no other is looked at.
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = quote | backslash | control;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))
        .map_or(bytes.len(), |found| at + found)
}

/// A whole number in decimal digits, with or without a sign; none where Python finds it too long.
pub(super) fn whole_number(text: &str) -> Option<Value<'static>> {
    if let Ok(int) = text.parse::<i64>() {
        return Some(Value::Int(int));
    }
    (text.trim_start_matches('-').len() <= MAX_DIGITS)
        .then(|| text.parse::<BigInt>().ok().map(Value::whole))?
}

/// The text that a string's inside means.
fn unescape(raw: &str) -> std::result::Result<String, (usize, &'static str)> {
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(found) = raw.get(at..).and_then(|rest| memchr::memchr(b'\\', rest.as_bytes())) {
        out.push_str(&raw[at..at + found]);
        at += found;
        let escape = raw.as_bytes().get(at + 1).copied();
        at += 2;
        out.push(match escape {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = unit(raw, at).ok_or((at - 2, "expected four hexadecimal digits after `\\u`"))?;
                at += 4;
                let second = || raw.get(at..)?.starts_with("\\u").then(|| unit(raw, at + 2))?;
                match first {
                    0xd800..=0xdbff => match second() {
                        Some(low @ 0xdc00..=0xdfff) => {
                            at += 6;
                            char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))
                                .unwrap_or('\u{fffd}')
                        }
                        _ => '\u{fffd}',
                    },
                    unit => char::from_u32(unit).unwrap_or('\u{fffd}'),
                }
            }
            _ => return Err((at - 2, "expected an escape that JSON knows")),
        });
    }
    out.push_str(raw.get(at..).unwrap_or_default());
    Ok(out)
}

/// The four hexadecimal digits here.
fn unit(raw: &str, at: usize) -> Option<u32> {
    let digits = raw.get(at..at + 4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::repr;
    use proptest::prelude::*;

    fn read(text: &str) -> std::result::Result<String, String> {
        loads(text).map(|value| repr(&value)).map_err(|fault| fault.to_string())
    }

    #[test]
    fn what_python_reads_is_read() {
        for (text, value) in [
            (" [1, -0, 1.0, 1e2, -1.5E-3, 0] ", "[1, 0, 1.0, 100.0, -0.0015, 0]"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("1e400", "inf"),
            ("[NaN, Infinity, -Infinity]", "[nan, inf, -inf]"),
            (r#"{"a": 1, "b": {}, "a": [true, false, null]}"#, "{'a': [True, False, None], 'b': {}}"),
            (r#""\"\\\/\b\f\n\r\té😀""#, "'\"\\\\/\\x08\\x0c\\n\\r\\té😀'"),
            (r#""a\ud83d b\ude00 \ud83d\u0041""#, "'a\u{fffd} b\u{fffd} \u{fffd}A'"),
            ("\"\u{7f}\u{e9}\"", "'\\x7fé'"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_python_refuses_is_refused_with_its_place() {
        for (text, why) in [
            ("", "not JSON at byte 0: expected a value"),
            ("01", "not JSON at byte 1: expected nothing after the value"),
            ("1.", "not JSON at byte 1: expected nothing after the value"),
            ("1.5e", "not JSON at byte 3: expected nothing after the value"),
            ("-", "not JSON at byte 0: expected a value"),
            ("[1,]", "not JSON at byte 3: expected a value"),
            ("[1 2]", "not JSON at byte 3: expected `,` or `]` after an item"),
            ("{1: 2}", "not JSON at byte 1: expected a key in double quotes"),
            (r#"{"a" 1}"#, "not JSON at byte 5: expected `:` after a key"),
            (r#"{"a": 1,}"#, "not JSON at byte 8: expected a key in double quotes"),
            ("\"a\nb\"", "not JSON at byte 2: expected control characters to be escaped"),
            (r#""\x41""#, "not JSON at byte 1: expected an escape that JSON knows"),
            (r#""\u12""#, "not JSON at byte 1: expected four hexadecimal digits after `\\u`"),
            (r#""\u+123""#, "not JSON at byte 1: expected four hexadecimal digits after `\\u`"),
            ("\"a", "not JSON at byte 1: expected a closing quote"),
            ("\"a\\", "not JSON at byte 1: expected a closing quote"),
            ("tru", "not JSON at byte 0: expected a value"),
            ("\u{feff}1", "not JSON at byte 0: expected a value"),
        ] {
            assert_eq!(read(text).as_ref().map_err(String::as_str), Err(why), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(read(&deep).is_err_and(|why| why.contains("less nesting")));
        assert!(read(&"9".repeat(MAX_DIGITS + 1)).is_err());
    }

    #[test]
    fn members_are_raw_texts() {
        let found = members(r#" {"a": [1, "]}\""], "b" : "x\\" , "c":-1.5e3, "d": {"e": {}} } "#);
        let found = found.expect("an object");
        let texts: Vec<&str> = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts, [r#"[1, "]}\""]"#, r#""x\\""#, "-1.5e3", r#"{"e": {}}"#]);
        assert!(members("[1]").is_err() && members(r#"{"a": [}"#).is_err());
    }

    /// JSON that `serde_json` can hold: no key twice, no huge number.
    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
        use serde_json::Value as Json;
        match (ours, theirs) {
            (Value::None, Json::Null) => true,
            (Value::Bool(a), Json::Bool(b)) => a == b,
            (Value::Int(a), Json::Number(b)) => b.as_i64() == Some(*a),
            (Value::Float(a), Json::Number(b)) => b.is_f64() && b.as_f64() == Some(*a),
            (Value::Str(a), Json::String(b)) => a == b,
            (Value::List(a), Json::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Dict(a), Json::Object(b)) => {
                a.len() == b.len() && b.iter().all(|(key, b)| a.get(key).is_some_and(|a| same(a, b)))
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn it_reads_as_another_reader_does(value in json()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("it can be written")] {
                let ours = loads(&text).expect("it is JSON");
                prop_assert!(same(&ours, &value), "{}", text);
                prop_assert_eq!(Reader::new(&text).raw(), Ok(text.as_str()));
                let (mut direct, mut read) = (String::new(), String::new());
                prop_assert_eq!(Reader::new(&text).rewrite(&mut direct), Ok(()));
                dumps(&mut read, &ours);
                prop_assert_eq!(direct, read);
            }
        }

        #[test]
        fn broken_text_is_refused_wherever_another_reader_refuses(value in json(), cut in any::<prop::sample::Index>()) {
            let text = value.to_string();
            let part: String = text.chars().take(cut.index(text.chars().count() + 1)).collect();
            let theirs = serde_json::from_str::<serde_json::Value>(&part);
            prop_assert_eq!(loads(&part).is_ok(), theirs.is_ok(), "{}", part);
        }
    }
}
