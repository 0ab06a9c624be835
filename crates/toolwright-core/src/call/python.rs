//! `python`: calls as a bracketed Python list, `[f(a=1, b="x"), g.h(c=[1.5], d={"k": None})]`.
//!
//! Source: ToolACE (arXiv 2409.00920) trains on this form; BFCL's prompt mode asks for it.
//!
//! Ours: a reader of its own, because real names are not Python's: tools are called `Market Trends API` or `/v1/get`,
//! arguments `user-id` or `$filter`. A tool's name is anything without `( ) [ ] = ,` quotes and line breaks; an argument's
//! name is anything without those and without blanks. Values are Python literals (also `true`, `false`, `null`): tuples
//! become arrays, keys of dicts become strings as `str()` would write them. Only keyword arguments are read. Whole
//! numbers that no JSON number holds exactly, infinities and NaN are malformed.
//!
//! What counts as which outcome, after a leading `<think>…</think>`, blanks and one code fence are taken off:
//!
//! - **Calls**: the text is a list of calls from end to end; or, without the brackets, calls separated by commas or
//!   line breaks, with each `(` directly after its name.
//! - **Malformed**: it is not, but it starts with `[`, a name and directly after that `(`. The bracket is what announces calls.
//! - **No call**: anything else. So is `[1] see foo (bar)`; so is a bare `f(a=1` or `f(a=1) does this`, which may be
//!   prose about code, and so is `[]`.

use std::fmt::Write;

use memchr::{memchr2, memchr3};
use serde_json::{Map, Number, Value};

use super::text::{Fail, MAX_DEPTH, check_renderable, outcome, payload};
use super::{Call, CallFormat, Malformed, Parsed};
use crate::{Error, Result};

/// The format's line in [`CALL_FORMATS`](super::CALL_FORMATS).
pub const FORMAT: CallFormat = CallFormat {
    id: "python",
    says: "a bracketed list of Python calls with keyword arguments",
    source: "ToolACE (arXiv 2409.00920); BFCL prompt mode",
    example: r#"[get_weather(city="Oslo", days=3), Market Trends API(filter={"k": None})]"#,
    parse,
    render,
};

/// Reads calls from Python-call text; the module's header says what counts as which outcome.
///
/// ```
/// use toolwright_core::call::{Parsed, python};
/// let Parsed::Calls(calls) = python::parse("[get_weather(city='Oslo', days=3)]") else { unreachable!() };
/// assert_eq!(calls[0].name, "get_weather");
/// assert_eq!(calls[0].arguments["days"], 3);
///
/// let Parsed::Malformed(malformed) = python::parse("[get_weather('Oslo')]") else { unreachable!() };
/// assert_eq!(malformed.span, 13..14);
/// assert_eq!(malformed.why, "found `'`, expected a keyword argument, `name=value`");
///
/// assert_eq!(python::parse("[1] see foo (bar)"), Parsed::NoCall);
/// ```
pub fn parse(text: &str) -> Parsed {
    let body = payload(text);
    let mut reader = Reader { text: text.get(..body.end).unwrap_or_default(), at: body.start };
    if reader.peek() != Some(b'[') {
        return outcome(text, Ok(reader.bare().unwrap_or_default()));
    }
    match reader.list() {
        Err(_) if !announces(&text[body]) => Parsed::NoCall,
        read => outcome(text, read),
    }
}

/// Reads the Python literal that a text starts with, and says at which byte it ends. What a literal is and what becomes of
/// it is said of values in the module's header.
///
/// # Errors
/// What was found in place of what; the span is in bytes of `text`.
///
/// ```
/// use toolwright_core::call::python::literal;
/// let text = "{'sizes': (1, 2), 'note': 'a' \"b\"}\nnext = 1";
/// let (value, end) = literal(text).expect("a dict");
/// assert_eq!(value, serde_json::json!({"sizes": [1, 2], "note": "ab"}));
/// assert_eq!(&text[end..], "\nnext = 1");
///
/// let malformed = literal("[open('f')]").expect_err("a call is no literal");
/// assert_eq!((malformed.span, malformed.why.as_str()), (1..5, "found `open`, expected a value; text stands in quotes"));
/// ```
pub fn literal(text: &str) -> Result<(Value, usize), Malformed> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    match reader.value(0) {
        Ok(value) => Ok((value, reader.at)),
        Err(Fail { span, why }) => Err(Malformed { raw: text.to_owned(), span, why }),
    }
}

/// Writes calls in ToolACE's form: double quotes, `True`, `False`, `None`, control characters escaped.
/// [`parse`] gives the same names and arguments back.
///
/// # Errors
/// No calls; an empty name; a tool's name with one of `( ) [ ] = ,`, a quote, a line break, or a blank at either end; an
/// argument's name that is empty or has one of those or a blank anywhere; arguments nested beyond the bound.
///
/// ```
/// use toolwright_core::{Call, call::python};
/// let arguments = serde_json::json!({"city": "Oslo", "metric": true, "fields": null});
/// let call = Call::new("get_weather", arguments.as_object().cloned().unwrap_or_default());
/// assert_eq!(python::render(&[call])?, r#"[get_weather(city="Oslo", metric=True, fields=None)]"#);
/// # Ok::<(), toolwright_core::Error>(())
/// ```
pub fn render(calls: &[Call]) -> Result<String> {
    check_renderable(calls)?;
    let mut out = String::from("[");
    for (at, call) in calls.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        write_call(&mut out, call).map_err(|error| error.at(format!("call {at}")))?;
    }
    out.push(']');
    Ok(out)
}

/// Whether the text starts with `[`, a name and directly after it `(`.
fn announces(body: &str) -> bool {
    let mut reader = Reader { text: body, at: 1 };
    reader.blanks();
    reader.name().is_ok() && reader.follows_directly()
}

const fn ends_name(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'[' | b']' | b'=' | b',' | b'\'' | b'"' | b'\n' | b'\r')
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// A place in the text. The text ends where the payload ends; places are bytes of the whole text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn found(&self, expected: impl std::fmt::Display) -> Fail {
        Fail::found(self.text, self.at, expected)
    }

    /// Whether the byte before this place is not a blank.
    fn follows_directly(&self) -> bool {
        !self.slice(0, self.at).ends_with(char::is_whitespace)
    }

    /// `[call, call]` and nothing after it.
    fn list(&mut self) -> Result<Vec<Call>, Fail> {
        let mut calls = Vec::new();
        self.at += 1;
        loop {
            self.blanks();
            if self.eat(b']') {
                break;
            }
            calls.push(self.call()?);
            self.separator(b']', "`,` or `]` after a call")?;
        }
        self.blanks();
        match self.peek() {
            None => Ok(calls),
            Some(_) => {
                let why = self.found("nothing after the list of calls").why;
                Err(Fail::new(self.at..self.text.len(), why))
            }
        }
    }

    /// `call, call` or one call a line, and nothing after them.
    fn bare(&mut self) -> Result<Vec<Call>, Fail> {
        let mut calls = Vec::new();
        while self.peek().is_some() {
            let start = self.at;
            self.name()?;
            if !self.follows_directly() {
                return Err(self.found("the name's `(` directly after it"));
            }
            self.at = start;
            calls.push(self.call()?);
            let end = self.at;
            self.blanks();
            let parted = self.eat(b',') || self.slice(end, self.at).contains('\n') || self.peek().is_none();
            if !parted {
                return Err(self.found("`,` or a line break after a call"));
            }
            self.blanks();
        }
        Ok(calls)
    }

    /// After an item: takes the comma, or stands before what closes the list.
    fn separator(&mut self, close: u8, expected: &str) -> Result<(), Fail> {
        self.blanks();
        match self.eat(b',') || self.peek() == Some(close) {
            true => Ok(()),
            false => Err(self.found(expected)),
        }
    }

    fn call(&mut self) -> Result<Call, Fail> {
        let start = self.at;
        let name = self.name()?.to_owned();
        let arguments = self.arguments()?;
        Ok(Call { id: None, name, arguments, raw: Some(self.slice(start, self.at).to_owned()) })
    }

    /// A tool's name, up to its `(`.
    fn name(&mut self) -> Result<&'a str, Fail> {
        let start = self.at;
        self.at += self.rest().iter().position(|byte| ends_name(*byte)).unwrap_or(self.rest().len());
        let name = self.slice(start, self.at).trim();
        match self.peek() {
            Some(b'(') if !name.is_empty() => Ok(name),
            _ if name.is_empty() => Err(self.found("the name of a tool")),
            _ => Err(self.found("`(` after the name of a tool")),
        }
    }

    fn arguments(&mut self) -> Result<Map<String, Value>, Fail> {
        let mut arguments = Map::new();
        self.at += 1;
        loop {
            self.blanks();
            if self.eat(b')') {
                return Ok(arguments);
            }
            let start = self.at;
            let name = self.argument_name()?;
            if arguments.contains_key(name) {
                let why = format!("found the argument `{name}` a second time, expected each argument once");
                return Err(Fail::new(start..start + name.len(), why));
            }
            self.blanks();
            let value = self.value(0)?;
            arguments.insert(name.to_owned(), value);
            self.separator(b')', "`,` or `)` after an argument")?;
        }
    }

    /// An argument's name and its `=`.
    fn argument_name(&mut self) -> Result<&'a str, Fail> {
        let start = self.at;
        let is_end = |byte: &u8| ends_name(*byte) || is_blank(*byte);
        self.at += self.rest().iter().position(is_end).unwrap_or(self.rest().len());
        let name = self.slice(start, self.at);
        self.blanks();
        if name.is_empty() || name.contains(char::is_whitespace) || !self.eat(b'=') {
            return Err(Fail::found(self.text, start, "a keyword argument, `name=value`"));
        }
        Ok(name)
    }

    /// A literal that stands in `depth` containers.
    fn value(&mut self, depth: usize) -> Result<Value, Fail> {
        match self.peek() {
            Some(b'"' | b'\'') => self.strings(false).map(Value::String),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'[' | b'(' | b'{') if depth == MAX_DEPTH => {
                Err(self.found(format_args!("values nested no deeper than {MAX_DEPTH}")))
            }
            Some(b'[') => {
                self.at += 1;
                self.items(b']', Vec::new(), depth + 1)
            }
            Some(b'(') => self.parenthesised(depth + 1),
            Some(b'{') => self.dict(depth + 1),
            _ => self.word(),
        }
    }

    /// The rest of a list or tuple, up to and with `close`.
    fn items(&mut self, close: u8, mut items: Vec<Value>, depth: usize) -> Result<Value, Fail> {
        let expected = if close == b']' { "`,` or `]` after an item" } else { "`,` or `)` after an item" };
        loop {
            self.blanks();
            if self.eat(close) {
                return Ok(Value::Array(items));
            }
            items.push(self.value(depth)?);
            self.separator(close, expected)?;
        }
    }

    /// A tuple, or a value in parentheses: `(1)` is 1, `(1,)` is a list.
    fn parenthesised(&mut self, depth: usize) -> Result<Value, Fail> {
        self.at += 1;
        self.blanks();
        if self.eat(b')') {
            return Ok(Value::Array(Vec::new()));
        }
        let first = self.value(depth)?;
        self.blanks();
        if self.eat(b')') {
            return Ok(first);
        }
        self.separator(b')', "`,` or `)` after an item")?;
        self.items(b')', vec![first], depth)
    }

    /// A dict; of equal keys the last one counts, as in Python.
    fn dict(&mut self, depth: usize) -> Result<Value, Fail> {
        let mut members = Map::new();
        self.at += 1;
        loop {
            self.blanks();
            if self.eat(b'}') {
                return Ok(Value::Object(members));
            }
            let start = self.at;
            let Some(key) = key_text(self.value(depth)?) else {
                return Err(Fail::found(self.text, start, "a text, a number, True, False or None as a key"));
            };
            self.blanks();
            if !self.eat(b':') {
                return Err(self.found("`:` after a key"));
            }
            self.blanks();
            let value = self.value(depth)?;
            members.insert(key, value);
            self.separator(b'}', "`,` or `}` after a value")?;
        }
    }

    /// `True`, `None` and their like, and strings with a prefix.
    fn word(&mut self) -> Result<Value, Fail> {
        let start = self.at;
        let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_';
        let end = start + self.rest().iter().position(is_end).unwrap_or(self.rest().len());
        let word = self.slice(start, end);
        self.at = end;
        match (word, self.peek()) {
            ("r" | "R" | "u" | "U", Some(b'"' | b'\'')) => {
                self.strings(matches!(word, "r" | "R")).map(Value::String)
            }
            ("True" | "true", _) => Ok(Value::Bool(true)),
            ("False" | "false", _) => Ok(Value::Bool(false)),
            ("None" | "null", _) => Ok(Value::Null),
            ("", _) => Err(self.found("a value")),
            _ => {
                let why = format!("found `{}`, expected a value; text stands in quotes", shortened(word));
                Err(Fail::new(start..end, why))
            }
        }
    }

    /// A number with at most one sign. Whole numbers stay whole where JSON numbers can hold them.
    fn number(&mut self) -> Result<Number, Fail> {
        let start = self.at;
        self.at += usize::from(matches!(self.peek(), Some(b'-' | b'+')));
        let digits = self.at;
        while let Some(byte) = self.peek() {
            let is_exponent_sign = matches!(byte, b'-' | b'+') && self.after_exponent(digits);
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || is_exponent_sign) {
                break;
            }
            self.at += 1;
        }
        let negative = self.slice(start, digits) == "-";
        number_of(negative, self.slice(digits, self.at)).map_err(|expected| {
            let why = format!("found `{}`, expected {expected}", shortened(self.slice(start, self.at)));
            Fail::new(start..self.at, why)
        })
    }

    /// Whether an `e` that is no hexadecimal digit stands before this place.
    fn after_exponent(&self, digits: usize) -> bool {
        let before = self.slice(digits, self.at).as_bytes();
        before.last().is_some_and(|byte| matches!(byte, b'e' | b'E'))
            && !matches!(before, [b'0', b'x' | b'X', ..])
    }

    /// A string and those directly after it, joined as Python joins them.
    fn strings(&mut self, raw: bool) -> Result<String, Fail> {
        let mut out = String::new();
        self.string(raw, &mut out)?;
        loop {
            let end = self.at;
            self.blanks();
            if !matches!(self.peek(), Some(b'"' | b'\'')) {
                self.at = end;
                return Ok(out);
            }
            self.string(false, &mut out)?;
        }
    }

    fn string(&mut self, raw: bool, out: &mut String) -> Result<(), Fail> {
        let start = self.at;
        let quote = self.peek().unwrap_or_default();
        let triple = self.rest().starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        loop {
            let rest = self.rest();
            let next = if triple { memchr2(quote, b'\\', rest) } else { memchr3(quote, b'\\', b'\n', rest) };
            let Some(next) = next else { return Err(self.unclosed(start)) };
            out.push_str(self.slice(self.at, self.at + next));
            self.at += next;
            match self.peek() {
                Some(b'\n') => {
                    return Err(self.found("the string's closing quote; a line break is written `\\n`"));
                }
                Some(b'\\') if raw => self.raw_pair(out),
                Some(b'\\') => self.escape(start, out)?,
                _ if !triple || self.rest().starts_with(&[quote; 3]) => {
                    self.at += if triple { 3 } else { 1 };
                    return Ok(());
                }
                _ => {
                    out.push(char::from(quote));
                    self.at += 1;
                }
            }
        }
    }

    fn unclosed(&self, start: usize) -> Fail {
        Fail::new(start..self.text.len(), "found the end of the text in a string, expected its closing quote")
    }

    /// In a raw string a backslash keeps the character after it from closing the string, and both stay.
    fn raw_pair(&mut self, out: &mut String) {
        for next in self.text.get(self.at..).unwrap_or_default().chars().take(2) {
            out.push(next);
            self.at += next.len_utf8();
        }
    }

    /// One escape. One that Python does not know stays as it is written, as in Python.
    fn escape(&mut self, start: usize, out: &mut String) -> Result<(), Fail> {
        let Some(kind) = self.text.as_bytes().get(self.at + 1).copied() else {
            return Err(self.unclosed(start));
        };
        let plain = match kind {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'\\' | b'\'' | b'"' => char::from(kind),
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'v' => '\u{b}',
            b'\n' => {
                self.at += 2;
                return Ok(());
            }
            b'0'..=b'7' => self.octal(),
            b'x' => self.code_point(2)?,
            b'u' => self.code_point(4)?,
            b'U' => self.code_point(8)?,
            b'N' => {
                return Err(self.found("an escape without a character's name; write the character itself"));
            }
            _ => {
                out.push('\\');
                self.at += 1;
                return Ok(());
            }
        };
        out.push(plain);
        // The longer escapes have moved on by what they have beyond two bytes.
        self.at += 2;
        Ok(())
    }

    /// The character of up to three octal digits; moves on by what stands after the first digit.
    fn octal(&mut self) -> char {
        let digits = self.rest().iter().skip(1).take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
        let (length, code) =
            digits.fold((0, 0), |(n, code), byte| (n + 1, code * 8 + u32::from(byte - b'0')));
        self.at += usize::saturating_sub(length, 1);
        char::from_u32(code).unwrap_or_default()
    }

    /// The character of `\x`, `\u` or `\U` with its digits; moves on by the digits. Two surrogates in a row, as JSON
    /// writes them, are one character.
    fn code_point(&mut self, digits: usize) -> Result<char, Fail> {
        let expected = |digits| format!("an escape of {digits} hexadecimal digits that names a character");
        let Some(code) = self.hexadecimal(self.at + 2, digits) else {
            return Err(self.found(expected(digits)));
        };
        if let Some(found) = char::from_u32(code) {
            self.at += digits;
            return Ok(found);
        }
        let second = self.at + 2 + digits;
        let is_pair = digits == 4 && self.slice(second, second + 2) == "\\u";
        let low = if is_pair { self.hexadecimal(second + 2, 4) } else { None };
        match (code, low) {
            (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                self.at += digits + 6;
                let joined = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                Ok(char::from_u32(joined).unwrap_or_default())
            }
            _ => Err(self.found(expected(digits))),
        }
    }

    fn hexadecimal(&self, start: usize, digits: usize) -> Option<u32> {
        let digits = self.text.get(start..start + digits)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    }
}

/// The start of a text, for a message.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The number that Python reads, or what was expected instead.
fn number_of(negative: bool, digits: &str) -> Result<Number, &'static str> {
    const EXPECTED: &str = "a number";
    let plain = without_underscores(digits).ok_or(EXPECTED)?;
    let radix = match plain.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => 10,
    };
    if radix != 10 {
        let digits = plain.get(2..).filter(|digits| digits.starts_with(|c: char| c.is_ascii_hexdigit()));
        let value = i128::from_str_radix(digits.ok_or(EXPECTED)?, radix).map_err(|_| EXPECTED)?;
        let value = if negative { -value } else { value };
        return Number::from_i128(value).ok_or("a whole number of at most 64 bits");
    }
    if plain.bytes().all(|byte| byte.is_ascii_digit()) && !plain.is_empty() {
        return integer_of(negative, &plain);
    }
    if !plain.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Err(if plain.is_empty() { EXPECTED } else { "a finite number" });
    }
    let value: f64 = plain.parse().map_err(|_| EXPECTED)?;
    Number::from_f64(if negative { -value } else { value }).ok_or("a number that 64 bits can hold")
}

fn integer_of(negative: bool, digits: &str) -> Result<Number, &'static str> {
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Number::from(0));
    }
    if significant.len() < digits.len() {
        return Err("a whole number without leading zeros");
    }
    if let Ok(value) = digits.parse::<i128>() {
        let value = if negative { -value } else { value };
        if let Some(number) = Number::from_i128(value) {
            return Ok(number);
        }
    }
    let value: f64 = digits.parse().map_err(|_| "a number")?;
    let exact = value.is_finite() && format!("{value:.0}") == digits;
    let value = if negative { -value } else { value };
    exact
        .then(|| Number::from_f64(value))
        .flatten()
        .ok_or("a whole number that a JSON number holds exactly (64 bits)")
}

/// The digits without Python's single underscores between them; none where one stands elsewhere.
fn without_underscores(digits: &str) -> Option<std::borrow::Cow<'_, str>> {
    if !digits.contains('_') {
        return Some(digits.into());
    }
    let inside = digits.split('_').all(|part| !part.is_empty())
        && digits.split('_').skip(1).all(|part| part.starts_with(|c: char| c.is_ascii_hexdigit()));
    inside.then(|| digits.replace('_', "").into())
}

/// A key as Python's `str()` writes it; none for lists and dicts.
fn key_text(key: Value) -> Option<String> {
    Some(match key {
        Value::String(text) => text,
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Null => "None".into(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => float_text(float),
            None => number.to_string(),
        },
        Value::Array(_) | Value::Object(_) => return None,
    })
}

/// A finite float as Python writes it: an exponent of two digits from 1e16 on and below 1e-4.
///
/// ```
/// use toolwright_core::call::python::float_text;
/// assert_eq!([1.0, 1e16, 0.00001].map(float_text), ["1.0", "1e+16", "1e-05"]);
/// ```
pub fn float_text(float: f64) -> String {
    let scientific = format!("{float:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or_default() {
        -4..16 => format!("{float:?}"),
        exponent if exponent < 0 => format!("{mantissa}e-{:02}", exponent.unsigned_abs()),
        exponent => format!("{mantissa}e+{exponent:02}"),
    }
}

fn write_call(out: &mut String, call: &Call) -> Result<()> {
    let name = &call.name;
    if name.bytes().any(ends_name) || name.trim() != name {
        return Err(Error::new(format!(
            "found the name `{name}`, expected one without `( ) [ ] = ,`, quotes, line breaks and blanks around it; \
             write such calls as JSON"
        )));
    }
    out.push_str(name);
    out.push('(');
    for (at, (name, value)) in call.arguments.iter().enumerate() {
        if name.is_empty() || name.bytes().any(ends_name) || name.contains(char::is_whitespace) {
            return Err(Error::new(format!(
                "`{}`: found the argument name `{name}`, expected one without `( ) [ ] = ,`, quotes and blanks; \
                 write such calls as JSON",
                call.name
            )));
        }
        out.push_str(if at > 0 { ", " } else { "" });
        out.push_str(name);
        out.push('=');
        write_value(out, value);
    }
    out.push(')');
    Ok(())
}

/// Writes a value; its depth has been checked.
fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_string(out, key);
                out.push_str(": ");
                write_value(out, member);
            }
            out.push('}');
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for next in text.chars() {
        match next {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Unicode's control characters all lie below U+00A0.
            control if control.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn calls(text: &str) -> Vec<Call> {
        match parse(text) {
            Parsed::Calls(calls) => calls,
            other => panic!("{text}: expected calls, found {other:?}"),
        }
    }

    fn value(literal: &str) -> Value {
        calls(&format!("[f(a={literal})]"))[0].arguments["a"].clone()
    }

    /// The text at the span, and the reason.
    fn why(text: &str) -> (String, String) {
        match parse(text) {
            Parsed::Malformed(malformed) => (text[malformed.span].to_owned(), malformed.why),
            other => panic!("{text}: expected malformed text, found {other:?}"),
        }
    }

    #[test]
    fn names_are_what_real_data_has() {
        let text = "[Market Trends API(trend_type=\"x\"), /v1/get(), g.h(user-id=1, $filter=2, X-Api-Key='k'), Wetter für Köln()]";
        let names: Vec<_> = calls(text).into_iter().map(|call| call.name).collect();
        assert_eq!(names, ["Market Trends API", "/v1/get", "g.h", "Wetter für Köln"]);
        let keys: Vec<_> = calls(text)[2].arguments.keys().cloned().collect();
        assert_eq!(keys, ["user-id", "$filter", "X-Api-Key"]);
        assert_eq!(calls(text)[0].raw.as_deref(), Some("Market Trends API(trend_type=\"x\")"));
    }

    #[test]
    fn values_are_python_literals() {
        for (literal, expected) in [
            ("True", json!(true)),
            ("false", json!(false)),
            ("None", json!(null)),
            ("null", json!(null)),
            ("-3", json!(-3)),
            ("+3", json!(3)),
            ("00", json!(0)),
            ("1_000", json!(1000)),
            ("0x1F", json!(31)),
            ("-0b101", json!(-5)),
            ("1.0", json!(1.0)),
            ("1.", json!(1.0)),
            (".5", json!(0.5)),
            ("-1.5e-3", json!(-0.0015)),
            ("1E+2", json!(100.0)),
            ("18446744073709551615", json!(18_446_744_073_709_551_615_u64)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
            ("[1, 'a', [None,],]", json!([1, "a", [null]])),
            ("(1, 2)", json!([1, 2])),
            ("(1,)", json!([1])),
            ("(1)", json!(1)),
            ("()", json!([])),
            ("{}", json!({})),
            ("{'k': {\"n\": (1,)},}", json!({"k": {"n": [1]}})),
            (
                "{1: 'a', True: 'b', None: 'c', 1.5: 'd', 1e16: 'e', 0.00001: 'f'}",
                json!({"1": "a", "True": "b", "None": "c", "1.5": "d", "1e+16": "e", "1e-05": "f"}),
            ),
            ("{'a': 1, 'a': 2}", json!({"a": 2})),
        ] {
            assert_eq!(value(literal), expected, "{literal}");
        }
    }

    #[test]
    fn strings_have_python_escapes() {
        for (literal, expected) in [
            (r#""it's""#, "it's"),
            (r#"'say "hi"'"#, "say \"hi\""),
            (r"'it\'s'", "it's"),
            (r"'\n\t\r\\\a\b\f\v'", "\n\t\r\\\u{7}\u{8}\u{c}\u{b}"),
            (r"'\0\101\1234\x41é\U0001F600'", "\0AS4Aé😀"),
            (r"'\ud83d\ude00'", "😀"),
            (r"'\d+\q'", r"\d+\q"),
            ("'a\\\nb'", "ab"),
            (r"r'\d\n\''", r"\d\n\'"),
            (r"u'x'", "x"),
            ("'''a 'quoted'\n''b'''", "a 'quoted'\n''b"),
            ("\"\"\"\"\"\"", ""),
            ("\"\"", ""),
            ("'a' \"b\"\n'c'", "abc"),
            ("'Москва 😀'", "Москва 😀"),
        ] {
            assert_eq!(value(literal), json!(expected), "{literal}");
        }
    }

    #[test]
    fn failures_say_where_and_what() {
        for (text, at, reason) in [
            ("[f(1)]", "1", "found `1`, expected a keyword argument, `name=value`"),
            ("[f(x)]", "x", "found `x`, expected a keyword argument, `name=value`"),
            ("[f(a=1, a=2)]", "a", "found the argument `a` a second time, expected each argument once"),
            ("[f(a=1)", "", "found the end of the text, expected `,` or `]` after a call"),
            ("[f(a=1", "", "found the end of the text, expected `,` or `)` after an argument"),
            ("[f(a=1]", "]", "found `]`, expected `,` or `)` after an argument"),
            ("[f(a=1)] Done.", "Done.", "found `D`, expected nothing after the list of calls"),
            ("[f(a=1), x]", "]", "found `]`, expected `(` after the name of a tool"),
            ("[f(a=1), (b=1)]", "(", "found `(`, expected the name of a tool"),
            ("[f(a=Oslo)]", "Oslo", "found `Oslo`, expected a value; text stands in quotes"),
            ("[f(a=g(b=1))]", "g", "found `g`, expected a value; text stands in quotes"),
            ("[f(a=)]", ")", "found `)`, expected a value"),
            ("[f(a==1)]", "=", "found `=`, expected a value"),
            ("[f(a=1+2)]", "+", "found `+`, expected `,` or `)` after an argument"),
            ("[f(a=--1)]", "-", "found `-`, expected a number"),
            ("[f(a=0x1e+0)]", "+", "found `+`, expected `,` or `)` after an argument"),
            ("[f(a=-inf)]", "-inf", "found `-inf`, expected a finite number"),
            ("[f(a=1e999)]", "1e999", "found `1e999`, expected a number that 64 bits can hold"),
            ("[f(a=1j)]", "1j", "found `1j`, expected a number"),
            ("[f(a=1__0)]", "1__0", "found `1__0`, expected a number"),
            ("[f(a=007)]", "007", "found `007`, expected a whole number without leading zeros"),
            (
                "[f(a=18446744073709551617)]",
                "18446744073709551617",
                "found `18446744073709551617`, expected a whole number that a JSON number holds exactly (64 bits)",
            ),
            ("[f(a={1, 2})]", ",", "found `,`, expected `:` after a key"),
            ("[f(a={[]: 1})]", "[", "found `[`, expected a text, a number, True, False or None as a key"),
            ("[f(a='b)]", "'b)]", "found the end of the text in a string, expected its closing quote"),
            (
                "[f(a='b\n')]",
                "\n",
                "found `\\n`, expected the string's closing quote; a line break is written `\\n`",
            ),
            (
                r"[f(a='\x4')]",
                "\\",
                "found `\\`, expected an escape of 2 hexadecimal digits that names a character",
            ),
            (
                r"[f(a='\ud83d')]",
                "\\",
                "found `\\`, expected an escape of 4 hexadecimal digits that names a character",
            ),
            (
                r"[f(a='\N{DASH}')]",
                "\\",
                "found `\\`, expected an escape without a character's name; write the character itself",
            ),
            ("[f(a=[1 2])]", "2", "found `2`, expected `,` or `]` after an item"),
        ] {
            let (found_at, found_why) = why(text);
            assert_eq!((found_at.as_str(), found_why.as_str()), (at, reason), "{text}");
        }
    }

    #[test]
    fn brackets_announce_calls_and_prose_does_not() {
        for text in [
            "", "[]", "[ ]", "Hello (there).", "[1] see foo (bar)", "[Note (important): x]",
            "[click](http://x(y))", "f(a=1) does this", "f(a=1", "f(1)", "see me (x=1)", "[\"f(a=1)\"]",
            "[(1, 2)]", "[a, f(b=1)]", "\\[ f(x) = 1 \\]", "<think>[f(a=1)]",
        ] {
            assert_eq!(parse(text), Parsed::NoCall, "{text}");
        }
        for text in ["[f(", "[f(x)](http://x)", "[see foo(bar)]", "```\n[f(\n```", "<think>hm</think>[f(1)]"]
        {
            assert!(matches!(parse(text), Parsed::Malformed(_)), "{text}");
        }
    }

    #[test]
    fn lists_fences_and_bare_calls_are_read() {
        for text in [
            "[f(a=1), g()]", " [ f( a = 1 , ) , g ( ) , ] \n", "```python\n[f(a=1), g()]\n```",
            "`[f(a=1), g()]`", "f(a=1), g()", "f(a=1)\ng()", "f(a=1),\ng(),\n",
            "<think>f(x)</think>\n[f(a=1), g()]",
        ] {
            let calls = calls(text);
            let names: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
            assert_eq!(names, ["f", "g"], "{text}");
            assert_eq!(calls[0].arguments["a"], 1, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let named = |name: &str| render(&[Call::new(name, Map::new())]);
        for name in ["", " f", "f ", "f(", "f)", "[f", "f]", "f=", "f,g", "f'", "f\"", "f\n", "\u{a0}f"] {
            assert!(named(name).is_err(), "{name:?}");
        }
        for argument in ["", "a b", "a=", "a(", "a,", "a'", "a\u{a0}"] {
            let call = Call::new("f", Map::from_iter([(argument.to_owned(), json!(1))]));
            assert!(render(&[call]).is_err(), "{argument:?}");
        }
        let error = named("f(").expect_err("a bracket in the name");
        assert_eq!(
            error.to_string(),
            "call 0: found the name `f(`, expected one without `( ) [ ] = ,`, quotes, line breaks and blanks around it; \
             write such calls as JSON"
        );
    }

    #[test]
    fn spans_are_bytes_of_the_whole_text() {
        let text = "<think>é</think>\n```\n[f(é)]\n```";
        assert_eq!(why(text).0, "é");
    }
}
