//! `yaml`: a list in YAML's block style.
//!
//! Source: YAML 1.2.2, <https://yaml.org/spec/1.2.2/>. ToolACE (arXiv:2409.00920v1) mixes it into training.
//! Ours:   what is written means the same to readers of YAML 1.1, who take `no` for false and `1:30` for ninety: all such
//!         texts are quoted. Texts of several lines are literal blocks where these can hold them. Our reader knows the part
//!         of YAML that lists of tools need: block lists and maps, plain and quoted texts, literal blocks, JSON within a
//!         line. Anchors, tags, folded texts, comments and documents are refused, in words. It is our own, because a
//!         whole YAML library neither says where a list within a longer text ends nor is lean.
//! Fails:  a property name beyond 1,024 characters is more than some YAML readers take.
//! Worked: `looks/yaml.txt`, which a test holds us to.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::lines::{self, Line, Lines};
use super::{Found, LEVELS, ToolNotation, inline, set, too_deep, tool};
use crate::{Error, Result, Tool};

pub(super) const NOTATION: ToolNotation = ToolNotation {
    id: "yaml",
    title: "YAML",
    says: "A YAML list in block style, each tool with its name, description and parameters.",
    source: "https://yaml.org/spec/1.2.2/",
    write,
    read,
    find,
};

// Writing.

fn write(tools: &[&Tool]) -> String {
    if tools.is_empty() {
        return "[]".into();
    }
    let mut out = String::new();
    for tool in tools {
        out.push_str("- name:");
        write_text(&mut out, &tool.name, 4);
        out.push_str("  description:");
        write_text(&mut out, &tool.description, 4);
        out.push_str("  parameters:");
        write_value(&mut out, &tool.parameters, 4);
    }
    out.pop();
    out
}

/// Writes what stands behind a key: on the rest of its line, or on lines of its own that are indented so.
fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            lines::indent(out, indent);
            write_fields(out, fields, indent);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            lines::indent(out, indent);
            write_items(out, items, indent);
        }
        Value::String(text) => write_text(out, text, indent),
        Value::Number(number) => out.extend([" ", &write_number(number), "\n"]),
        other => out.extend([" ", &other.to_string(), "\n"]),
    }
}

/// Writes a map whose first line is indented already.
fn write_fields(out: &mut String, fields: &Map<String, Value>, indent: usize) {
    for (n, (key, value)) in fields.iter().enumerate() {
        if n > 0 {
            lines::indent(out, indent);
        }
        out.extend([&*write_scalar(key), ":"]);
        write_value(out, value, indent + 2);
    }
}

/// Writes a list whose first line is indented already. What is in an item begins on the item's own line.
fn write_items(out: &mut String, items: &[Value], indent: usize) {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            lines::indent(out, indent);
        }
        out.push('-');
        match item {
            Value::Object(fields) if !fields.is_empty() => {
                out.push(' ');
                write_fields(out, fields, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push(' ');
                write_items(out, items, indent + 2);
            }
            other => write_value(out, other, indent + 2),
        }
    }
}

/// Writes a text behind its key: as a literal block where it has lines that such a block can hold.
fn write_text(out: &mut String, text: &str, indent: usize) {
    if !is_literal(text) {
        out.extend([" ", &write_scalar(text), "\n"]);
        return;
    }
    out.push_str(" |-\n");
    for line in text.lines() {
        if !line.is_empty() {
            lines::indent(out, indent);
        }
        out.extend([line, "\n"]);
    }
}

/// Whether a literal block gives this text back to every reader: its first line tells the indentation, and nothing is at
/// its end that readers see differently (a line break, where the list ends with it).
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && text.trim() == text
        && text.chars().all(inline::shows_in_lines)
        && text.lines().all(|line| line.is_empty() || !line.trim().is_empty())
}

fn write_scalar(text: &str) -> Cow<'_, str> {
    if is_plain(text) { text.into() } else { inline::quoted(text).into() }
}

/// Whether a text needs no quotes: it begins as words and names do, holds no sign of structure, and is no word that YAML
/// takes for something else. Numbers, times and dates do not begin so.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '/' | '('))
        && text.trim() == text
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| inline::shows(c) && (c == ' ' || !c.is_whitespace()))
        && !is_reserved(text)
}

/// The words that readers of YAML 1.1 or 1.2 take for null or a boolean, in any case.
fn is_reserved(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A number as readers of YAML 1.1 know it, too: a float has its point, and its exponent a sign.
fn write_number(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

// Reading.

fn read(text: &str) -> Result<Vec<Tool>> {
    let mut reader = Reader::new(text);
    let list = reader.node(0, LEVELS)?;
    match reader.up {
        Some(up) => Err(up.error("expected the end of the list")),
        None => read_tools(list),
    }
}

fn read_tools(list: Value) -> Result<Vec<Tool>> {
    let Value::Array(entries) = list else { return Err(Error::new("expected a list of tools")) };
    let entries = entries.into_iter().enumerate();
    entries.map(|(n, entry)| read_tool(entry).map_err(|error| error.at(format_args!("[{n}]")))).collect()
}

fn read_tool(entry: Value) -> Result<Tool> {
    let Value::Object(mut entry) = entry else { return Err(Error::new("expected a tool")) };
    let mut text = |key: &str| match entry.remove(key) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Error::new(format!("the tool has no text for its `{key}`"))),
    };
    let (name, description) = (text("name")?, text("description")?);
    let parameters = entry.remove("parameters").ok_or_else(|| Error::new("the tool has no `parameters`"))?;
    match entry.keys().next() {
        Some(key) => Err(Error::new(format!("a tool has no `{key}`"))),
        None => tool(name, description, parameters),
    }
}

fn find(text: &str) -> Option<Found> {
    let mut lines = Lines::new(text);
    while let Some(line) = lines.current() {
        if !line.text.starts_with(ITEM) {
            lines.advance();
            continue;
        }
        let list = text.get(line.start..block_end(&mut lines)).unwrap_or_default().trim_end();
        if let Ok(tools) = read(list) {
            return Some((line.start..line.start + list.len(), tools));
        }
    }
    None
}

/// How each tool of a list begins, within a longer text.
const ITEM: &str = "- name:";

/// Passes the lines that may be of one list, which a blank line or an indented one may, and says where they end.
fn block_end(lines: &mut Lines) -> usize {
    while lines
        .current()
        .is_some_and(|line| line.indent > 0 || line.is_blank() || line.text.starts_with(ITEM))
    {
        lines.advance();
    }
    lines.end()
}

/// What is left of a line, and where it stands.
#[derive(Clone, Copy)]
struct Up<'a> {
    line: Line<'a>,
    column: usize,
    rest: &'a str,
}

impl Up<'_> {
    fn error(&self, why: impl Into<String>) -> Error {
        self.line.error(why)
    }

    fn is_item(&self) -> bool {
        self.rest == "-" || self.rest.starts_with("- ")
    }
}

struct Reader<'a> {
    lines: Lines<'a>,
    /// What is up next, in a line that is not blank.
    up: Option<Up<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut reader = Self { lines: Lines::new(text), up: None };
        reader.look();
        reader
    }

    /// Goes to the next line that says anything.
    fn advance(&mut self) {
        self.lines.advance();
        self.look();
    }

    fn look(&mut self) {
        let line = self.lines.past_blanks();
        self.up = line.map(|line| Up { line, column: line.indent, rest: line.rest().trim_end() });
    }

    /// A list, a map or a single value that starts at this column or further right; null where nothing does.
    fn node(&mut self, least: usize, levels: usize) -> Result<Value> {
        let Some(up) = self.up.filter(|up| up.column >= least) else { return Ok(Value::Null) };
        let Some(levels) = levels.checked_sub(1) else { return Err(up.error(too_deep().to_string())) };
        if up.is_item() {
            self.items(up.column, levels)
        } else if key(up)?.is_some() {
            self.fields(up.column, levels)
        } else {
            self.scalar(up, least)
        }
    }

    fn items(&mut self, column: usize, levels: usize) -> Result<Value> {
        let mut items = Vec::new();
        while let Some(up) = self.up.filter(|up| up.column == column && up.is_item()) {
            self.take(up, 1);
            items.push(self.node(column + 1, levels)?);
        }
        self.dedented(column)?;
        Ok(items.into())
    }

    fn fields(&mut self, column: usize, levels: usize) -> Result<Value> {
        let mut fields = Map::new();
        while let Some(up) = self.up.filter(|up| up.column == column && !up.is_item()) {
            let Some((key, length)) = key(up)? else { return Err(up.error("expected a key with a colon")) };
            self.take(up, length);
            let value = match self.up {
                // Behind a key on its line there is a single value, no map and no list.
                Some(behind) if behind.line.number == up.line.number => self.scalar(behind, column + 1)?,
                // A list may stand right below its key.
                Some(below) if below.column == column && below.is_item() => self.node(column, levels)?,
                _ => self.node(column + 1, levels)?,
            };
            set(&mut fields, key.into_owned(), value).map_err(|error| up.error(error.to_string()))?;
        }
        self.dedented(column)?;
        Ok(fields.into())
    }

    /// Takes so much off the line, and the space behind it; goes on where nothing is left of it.
    fn take(&mut self, up: Up<'a>, length: usize) {
        let behind = up.rest.get(length..).unwrap_or_default();
        let rest = behind.trim_start_matches(' ');
        if rest.is_empty() {
            self.advance();
        } else {
            self.up = Some(Up { column: up.column + up.rest.len() - rest.len(), rest, ..up });
        }
    }

    /// What follows a list or map stands further left; below a key a list may have the map's own column.
    fn dedented(&self, column: usize) -> Result<()> {
        match self.up.filter(|up| up.column > column) {
            Some(up) => Err(up.error("the line is indented further than what it belongs to")),
            None => Ok(()),
        }
    }

    /// A value on the rest of the line, or a literal block below it that is indented to `least` or further.
    fn scalar(&mut self, up: Up<'a>, least: usize) -> Result<Value> {
        match up.rest {
            "|" => {
                let text = self.literal(least);
                let end = if text.is_empty() { "" } else { "\n" };
                Ok((text + end).into())
            }
            "|-" => Ok(self.literal(least).into()),
            text => {
                let value = scalar(text).map_err(|why| up.error(why))?;
                self.advance();
                Ok(value)
            }
        }
    }

    /// The lines of a literal block, without the breaks at their end.
    fn literal(&mut self, least: usize) -> String {
        self.lines.advance();
        let mut ahead = self.lines;
        let indent = ahead.past_blanks().map_or(0, |line| line.indent);
        let mut text = String::new();
        if indent >= least {
            while let Some(line) =
                self.lines.current().filter(|line| line.indent >= indent || line.is_blank())
            {
                text.push_str(line.text.get(indent..).unwrap_or_default());
                text.push('\n');
                self.lines.advance();
            }
        }
        text.truncate(text.trim_end_matches('\n').len());
        self.look();
        text
    }
}

/// The key that a line starts with, and how much of the line it takes with its colon.
fn key<'a>(up: Up<'a>) -> Result<Option<(Cow<'a, str>, usize)>> {
    if up.rest.starts_with(['"', '\'']) {
        let (text, length) = quoted(up.rest).map_err(|why| up.error(why))?;
        let behind = up.rest.get(length..).unwrap_or_default();
        return Ok((behind == ":" || behind.starts_with(": ")).then(|| (text.into(), length + 1)));
    }
    if up.rest.starts_with(['[', '{', '|']) {
        return Ok(None);
    }
    let end = up.rest.find(": ").or_else(|| up.rest.strip_suffix(':').map(str::len));
    let Some((key, end)) = end.and_then(|end| Some((up.rest.get(..end)?.trim_end(), end))) else {
        return Ok(None);
    };
    match unreadable(key) {
        Some(why) => Err(up.error(why)),
        None => Ok(Some((key.into(), end + 1))),
    }
}

/// A value on one line.
fn scalar(text: &str) -> Result<Value, String> {
    match text.as_bytes().first() {
        Some(b'"' | b'\'') => match quoted(text)? {
            (inner, length) if length == text.len() => Ok(inner.into()),
            _ => Err("expected the end of the line behind the closing quote".into()),
        },
        Some(b'[' | b'{') => {
            serde_json::from_str(text).map_err(|error| format!("expected JSON within the line: {error}"))
        }
        _ => match unreadable(text) {
            Some(why) => Err(why),
            None => plain(text),
        },
    }
}

/// The quoted text that a line starts with, and how much of the line it takes.
fn quoted(line: &str) -> Result<(String, usize), String> {
    if line.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(line).into_iter::<String>();
        return match texts.next() {
            Some(Ok(text)) => Ok((text, texts.byte_offset())),
            _ => Err("expected a text in double quotes, with the escapes of JSON".into()),
        };
    }
    let (mut text, mut at) = (String::new(), 1);
    while let Some((part, behind)) = line.get(at..).and_then(|rest| rest.split_once('\'')) {
        text.push_str(part);
        at += part.len() + 1;
        if !behind.starts_with('\'') {
            return Ok((text, at));
        }
        text.push('\'');
        at += 1;
    }
    Err("the single quote is not closed".into())
}

/// Why a text without quotes cannot be read, where it cannot.
fn unreadable(text: &str) -> Option<String> {
    let why = if text.is_empty() {
        "expected a text"
    } else if text.starts_with(['&', '*', '!', '|', '>', '%', '@', '`', '#', ',', ']', '}', '?', ':'])
        || text.starts_with("- ")
        || text == "-"
    {
        "this part of YAML is not read; put a text that begins so in quotes"
    } else if text.contains(" #") {
        "comments are not read; put a text with ` #` in quotes"
    } else if text.contains(": ") || text.ends_with(':') {
        "a map cannot begin here; put a text with a colon in quotes"
    } else if !text.chars().all(inline::shows) {
        "put a text with characters that do not show in quotes"
    } else {
        return None;
    };
    Some(why.into())
}

/// What a text without quotes stands for.
fn plain(text: &str) -> Result<Value, String> {
    match text {
        "null" | "Null" | "NULL" | "~" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(true.into()),
        "false" | "False" | "FALSE" => Ok(false.into()),
        _ => match serde_json::from_str::<Number>(text) {
            Ok(number) => Ok(number.into()),
            Err(_) if is_other_number(text) => {
                Err("expected a number as JSON writes it; put it in quotes if it is a text".into())
            }
            Err(_) => Ok(text.into()),
        },
    }
}

/// Whether YAML takes a text that is no number in JSON for one. An underscore parts digits, but begins no number.
fn is_other_number(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    if unsigned.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return false;
    }
    let digits = unsigned.replace('_', "").to_ascii_lowercase();
    let is_based = ["0x", "0o", "0b"].iter().any(|base| digits.starts_with(base));
    is_based || [".inf", ".nan"].contains(&&*digits) || digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::arbitrary::tools;
    use super::*;

    #[test]
    fn an_underscore_begins_no_number() {
        for text in ["_0", "_1_000", "_0x1f", "_.inf", "-_1"] {
            let mut out = String::new();
            write_text(&mut out, text, 0);
            assert_eq!(scalar(out.trim()), Ok(text.into()), "{out}");
            assert_eq!(scalar(text), Ok(text.into()));
        }
        for text in ["1_000", "-1_000", "0x1f", "+0b_1", ".inf", "-.Inf"] {
            assert!(scalar(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn other_readers_agree(tools in tools()) {
            let text = write(&tools.iter().collect::<Vec<_>>());
            let theirs: Value = serde_saphyr::from_str(&text).expect("it is YAML");
            let tool = |tool: &Tool| json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
            let ours: Value = tools.iter().map(tool).collect();
            prop_assert_eq!(theirs, ours, "{}", text);
        }
    }
}
