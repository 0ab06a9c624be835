//! The plain form of call text, `[f(a=1, b="x"), g.h(c=[1.5, {"k": None}])]`, read in one pass.
//!
//! Nearly all text that models write has this form. What the reader takes it reads as Python does; at anything else it
//! gives up, and the full parser decides. A property holds the two to one another.

use std::borrow::Cow;

use super::calls::Call;
use super::json::whole_number;
use super::{Dict, Value};

/// Deeper nesting is left to the full parser.
const MAX_DEPTH: usize = 32;

/// The calls of a whole text; `None` where the full parser must decide.
pub(super) fn calls(text: &str) -> Option<Vec<Call<'_>>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, names: true };
    let mut calls = Vec::new();
    if reader.eat(b'[') {
        reader.blanks();
        while !reader.eat(b']') {
            calls.push(reader.call()?);
            reader.separator(b']')?;
        }
    } else {
        // Outside brackets a line break ends the expression, so only blanks may stand here.
        loop {
            calls.push(reader.call()?);
            reader.spaces();
            if reader.at == text.len() {
                break;
            }
            reader.eat(b',').then_some(())?;
            reader.spaces();
        }
    }
    reader.spaces();
    (reader.at == text.len()).then_some(calls)
}

/// One plain call of literals, `f(1, a='x')`: its name, and what it gives. `None` where the full parser must decide.
pub(super) fn literal_call(text: &str) -> Option<(&str, Given<'_>)> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, names: false };
    let name = reader.name()?;
    reader.eat(b'(').then_some(())?;
    reader.blanks();
    let (mut placed, mut named) = (Vec::new(), Vec::new());
    while !reader.eat(b')') {
        let start = reader.at;
        let keyword = reader.name();
        reader.blanks();
        if let Some(keyword) = keyword.filter(|_| reader.eat(b'=')) {
            (reader.peek() != Some(b'=')).then_some(())?;
            reader.blanks();
            let twice = named.iter().any(|(known, _): &(&str, Value<'_>)| *known == keyword);
            (!twice).then_some(())?;
            named.push((keyword, reader.value(0)?));
        } else {
            reader.at = start;
            named.is_empty().then_some(())?;
            placed.push(reader.value(0)?);
        }
        reader.separator(b')')?;
    }
    (reader.at == text.len()).then_some((name, (placed, named)))
}

/// Values by their place, and by their name.
pub(super) type Given<'a> = (Vec<Value<'a>>, Vec<(&'a str, Value<'a>)>);

/// Whether the text starts with two names side by side, as prose does and no expression: neither is a keyword.
pub(super) fn is_prose(text: &str) -> bool {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, names: true };
    reader.eat(b'[');
    reader.blanks();
    while reader.eat(b'#') {
        let rest = reader.bytes.get(reader.at..).unwrap_or_default();
        reader.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        reader.blanks();
    }
    let first = reader.name();
    let end = reader.at;
    reader.spaces();
    first.is_some() && reader.at > end && reader.name().is_some()
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Whether a bare name is a value: its own text.
    names: bool,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn spaces(&mut self) {
        while let Some(b' ' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// After an item: takes the comma, or stands before what closes the list.
    fn separator(&mut self, close: u8) -> Option<()> {
        self.blanks();
        if self.eat(b',') {
            self.blanks();
            return Some(());
        }
        (self.peek() == Some(close)).then_some(())
    }

    fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> Option<&'a str> {
        let start = self.at;
        if !matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) {
            return None;
        }
        while matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9')) {
            self.at += 1;
        }
        // A letter beyond ASCII would belong to the name.
        self.peek().is_none_or(|byte| byte.is_ascii()).then(|| self.slice(start))
    }

    /// A word that is no keyword.
    fn name(&mut self) -> Option<&'a str> {
        self.word().filter(|word| !is_keyword(word) && !matches!(*word, "True" | "False" | "None"))
    }

    fn call(&mut self) -> Option<Call<'a>> {
        let start = self.at;
        self.name()?;
        while self.eat(b'.') {
            self.name()?;
        }
        let name = self.slice(start);
        self.eat(b'(').then_some(())?;
        self.blanks();
        let mut arguments = Vec::new();
        while !self.eat(b')') {
            let name = self.name()?;
            self.blanks();
            (self.eat(b'=') && self.peek() != Some(b'=')).then_some(())?;
            self.blanks();
            arguments.push((Value::text(name), self.value(0)?));
            self.separator(b')')?;
        }
        Some(Call { name: Value::text(name), arguments: Dict::of(arguments) })
    }

    /// A value, and after it something that cannot go on with it.
    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let value = match self.peek()? {
            quote @ (b'"' | b'\'') => Value::Str(self.string(quote)?),
            b'-' | b'0'..=b'9' => self.number()?,
            b'[' => Value::List(self.items(b']', depth)?.0),
            b'(' => match self.items(b')', depth)? {
                (mut items, false) if items.len() == 1 => items.pop()?,
                (items, _) => Value::Tuple(items),
            },
            b'{' => Value::Dict(self.dict(depth)?),
            _ => match self.word()? {
                "True" => Value::Bool(true),
                "False" => Value::Bool(false),
                "None" => Value::None,
                word if is_keyword(word) || !self.names => return None,
                name => Value::text(name),
            },
        };
        self.blanks();
        matches!(self.peek(), Some(b',' | b')' | b']' | b'}' | b':')).then_some(value)
    }

    /// Items up to the closing bracket, and whether a comma stands after the last one.
    fn items(&mut self, close: u8, depth: usize) -> Option<(Vec<Value<'a>>, bool)> {
        (depth < MAX_DEPTH).then_some(())?;
        self.at += 1;
        self.blanks();
        let (mut items, mut comma) = (Vec::new(), false);
        while !self.eat(close) {
            items.push(self.value(depth + 1)?);
            comma = self.peek() == Some(b',');
            self.separator(close)?;
        }
        Some((items, comma))
    }

    fn dict(&mut self, depth: usize) -> Option<Dict<'a>> {
        (depth < MAX_DEPTH).then_some(())?;
        self.at += 1;
        self.blanks();
        let mut members = Vec::new();
        while !self.eat(b'}') {
            let key = self.value(depth + 1).filter(Value::is_hashable)?;
            self.eat(b':').then_some(())?;
            self.blanks();
            members.push((key, self.value(depth + 1)?));
            self.separator(b'}')?;
        }
        Some(Dict::of(members))
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let digits = self.at;
        self.digits();
        let whole = self.slice(digits);
        if whole.is_empty() {
            return None;
        }
        let mut float = false;
        if self.eat(b'.') {
            float = true;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            float = true;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            let exponent = self.at;
            self.digits();
            (self.at > exponent).then_some(())?;
        }
        let text = self.slice(start);
        match float {
            true => text.parse().ok().map(Value::Float),
            false if whole.len() > 1 && whole.starts_with('0') => None,
            false => whole_number(text),
        }
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn string(&mut self, quote: u8) -> Option<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.peek()? {
                byte if byte == quote => break,
                b'\\' => {
                    escaped = true;
                    matches!(self.bytes.get(self.at + 1)?, b'\\' | b'\'' | b'"' | b'n' | b't')
                        .then_some(())?;
                    self.at += 2;
                }
                b'\n' | b'\r' | 0 => return None,
                _ => self.at += 1,
            }
        }
        let raw = self.slice(start);
        self.at += 1;
        // An empty string may be the start of a long one.
        (!(raw.is_empty() && self.peek() == Some(quote))).then_some(())?;
        Some(if escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) })
    }
}

/// Python's keywords but `True`, `False` and `None`.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "if"
            | "in"
            | "is"
            | "or"
            | "and"
            | "def"
            | "del"
            | "for"
            | "not"
            | "try"
            | "elif"
            | "else"
            | "from"
            | "pass"
            | "with"
            | "async"
            | "await"
            | "break"
            | "class"
            | "raise"
            | "while"
            | "yield"
            | "assert"
            | "except"
            | "global"
            | "import"
            | "lambda"
            | "return"
            | "finally"
            | "continue"
            | "nonlocal"
    )
}

/// Resolves the escapes that [`Reader::string`] lets through.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(next) = chars.next() {
        out.push(match next {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => break,
            },
            next => next,
        });
    }
    out
}
