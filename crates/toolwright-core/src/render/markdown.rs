//! `markdown`: a section for each tool, its parameters as a nested list.
//!
//! Source: CommonMark, <https://spec.commonmark.org/>; ToolACE (arXiv:2409.00920v1) mixes Markdown into training.
//! Ours:   a point of the list is `name (type, required): description`, a property's name in code, a keyword's as it is.
//!         Keywords and properties of nested schemas are points below it. What has no words of its own stands behind its
//!         keyword as code, as `inline.rs` says, so that every schema has its text. `one of` is `enum`, and `none` an
//!         empty `properties`; the list `required` is written only where the marks do not say it all. A line of a
//!         description that would be taken for structure has a backslash before it, as in all of Markdown.
//! Worked: `looks/markdown.txt`, which a test holds us to.

use serde_json::{Map, Value};

use super::lines::{self, Line, Lines};
use super::{Found, LEVELS, Required, ToolNotation, declare, inline, require, set, too_deep, tool};
use crate::{Error, Result, Tool};

pub(super) const NOTATION: ToolNotation = ToolNotation {
    id: "markdown",
    title: "Markdown",
    says: "A Markdown section for each tool: heading, description and a nested list of parameters.",
    source: "https://spec.commonmark.org/",
    write,
    read,
    find,
};

/// Begins a tool.
const HEADING: &str = "## ";
/// Begins the parameters of a tool.
const PARAMETERS: &str = "**Parameters**";
/// Begins a point of a list.
const POINT: &str = "- ";
/// A list without tools.
const NO_TOOLS: &str = "No tools.";
/// `enum`, in words.
const ONE_OF: &str = "one of";
/// An empty `properties`, in words.
const NONE: &str = "none";
/// The keywords that hold a schema, which is written as that of a property is.
const SCHEMAS: [&str; 8] =
    ["items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"];

// Writing.

fn write(tools: &[&Tool]) -> String {
    if tools.is_empty() {
        return NO_TOOLS.into();
    }
    let mut out = String::new();
    for tool in tools {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.extend([HEADING, &*inline::text_line(&tool.name), "\n\n"]);
        if !tool.description.is_empty() {
            write_text(&mut out, &tool.description, 0);
            out.push_str("\n\n");
        }
        out.push_str(PARAMETERS);
        write_schema(&mut out, &tool.parameters, false, 0);
        out.pop();
    }
    out
}

/// Writes what stands behind a name, and the points below it, which are indented so.
fn write_schema(out: &mut String, schema: &Value, required: bool, indent: usize) {
    let none = Map::new();
    let fields = schema.as_object().unwrap_or(&none);
    let types = fields.get("type").and_then(types);
    let notes: Vec<&str> = types.iter().map(String::as_str).chain(required.then_some("required")).collect();
    if !notes.is_empty() {
        out.extend([" (", &notes.join(", "), ")"]);
    }
    let description = fields.get("description").and_then(Value::as_str);
    if let Some(description) = description {
        out.push_str(": ");
        write_text(out, description, indent.max(2));
    } else if !schema.is_object() {
        out.push_str(": ");
        write_code(out, &inline::line(schema));
    }
    out.push('\n');
    let marks = Required::of(fields);
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("type", _) if types.is_some() => {}
            ("description", _) if description.is_some() => {}
            ("required", _) if marks.said => {}
            ("properties", Value::Object(properties)) if !properties.is_empty() => {
                for (name, schema) in properties {
                    point(out, indent);
                    write_code(out, &inline::text_line(name));
                    write_schema(out, schema, marks.names.contains(name.as_str()), indent + 2);
                }
            }
            (key, value) => {
                point(out, indent);
                write_keyword(out, key, value, indent + 2);
            }
        }
    }
}

fn point(out: &mut String, indent: usize) {
    lines::indent(out, indent);
    out.push_str(POINT);
}

fn write_keyword(out: &mut String, key: &str, value: &Value, indent: usize) {
    match (key, value) {
        ("properties", Value::Object(properties)) if properties.is_empty() => out.extend([NONE, "\n"]),
        ("enum", Value::Array(values)) if !values.is_empty() => {
            out.extend([ONE_OF, ": "]);
            for (n, value) in values.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                write_code(out, &inline::line(value));
            }
            out.push('\n');
        }
        (key, schema @ Value::Object(_)) if SCHEMAS.contains(&key) => {
            out.push_str(key);
            write_schema(out, schema, false, indent);
        }
        (key, value) => {
            out.push_str(&if is_word(key) { key.into() } else { inline::quoted(key) });
            out.push_str(": ");
            write_code(out, &inline::line(value));
            out.push('\n');
        }
    }
}

/// Whether a keyword can stand without quotes.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.'))
}

/// The value of `type` in words, if they can be told from other notes: `string`, `string or null`.
fn types(value: &Value) -> Option<String> {
    let is_type = |name: &&str| is_word(name) && *name != "required" && *name != "or";
    match value {
        Value::String(name) => Some(name.as_str()).filter(is_type).map(str::to_owned),
        Value::Array(names) if names.len() > 1 => {
            let names = names.iter().map(|name| name.as_str().filter(is_type)).collect::<Option<Vec<_>>>()?;
            Some(names.join(" or "))
        }
        _ => None,
    }
}

/// Writes a text as code, fenced by more backticks than there are in a row in it.
fn write_code(out: &mut String, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    out.extend([&fence, space, text, space, &fence]);
}

/// Writes a text; its lines after the first are indented so. Where they are not, no point and no code can be meant.
fn write_text(out: &mut String, text: &str, indent: usize) {
    for (n, line) in inline::text_lines(text).split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
            lines::indent(out, if line.is_empty() { 0 } else { indent });
        }
        let rest = line.trim_start_matches(' ');
        lines::indent(out, line.len() - rest.len());
        let is_ambiguous =
            is_structure(rest) || (indent > 0 && (is_a_point(rest) || (n == 0 && rest.starts_with('`'))));
        out.push_str(if is_ambiguous { "\\" } else { "" });
        out.push_str(rest);
    }
}

/// Whether a line of text needs a backslash to be told from structure.
fn is_structure(line: &str) -> bool {
    line.starts_with(['#', '\\']) || line.starts_with(PARAMETERS)
}

fn is_a_point(line: &str) -> bool {
    line.starts_with(POINT) || line == "-"
}

// Reading.

fn read(text: &str) -> Result<Vec<Tool>> {
    let mut reader = Reader { lines: Lines::new(text) };
    let mut tools = Vec::new();
    match reader.lines.past_blanks() {
        Some(line) if line.text.trim_end() == NO_TOOLS => reader.lines.advance(),
        Some(_) => tools.push(reader.tool()?),
        None => return Err(Error::new("expected a tool's heading, found nothing")),
    }
    while let Some(line) = reader.lines.past_blanks() {
        if tools.is_empty() {
            return Err(line.error("expected the end of the list"));
        }
        tools.push(reader.tool()?);
    }
    Ok(tools)
}

fn find(text: &str) -> Option<Found> {
    let mut reader = Reader { lines: Lines::new(text) };
    while let Some(line) = reader.lines.current() {
        if !line.text.starts_with(HEADING) {
            reader.lines.advance();
            continue;
        }
        // A reader that fails stops at the next heading at the latest, and that may be the right one.
        let Ok(tool) = reader.tool() else { continue };
        let mut tools = vec![tool];
        let mut end = reader.lines.end();
        while reader.lines.past_blanks().is_some_and(|line| line.text.starts_with(HEADING))
            && let Ok(tool) = reader.tool()
        {
            tools.push(tool);
            end = reader.lines.end();
        }
        let list = text.get(line.start..end)?.trim_end();
        return Some((line.start..line.start + list.len(), tools));
    }
    None
}

struct Reader<'a> {
    lines: Lines<'a>,
}

impl<'a> Reader<'a> {
    fn tool(&mut self) -> Result<Tool> {
        let line = self.lines.past_blanks().ok_or_else(ended)?;
        let Some(name) = line.text.strip_prefix(HEADING) else {
            return Err(line.error("expected a tool's heading: `## ` and its name"));
        };
        self.lines.advance();
        let description = match self.lines.past_blanks() {
            Some(first) if is_description(first) => {
                self.lines.advance();
                self.text(first.text, 0, is_description)
            }
            _ => String::new(),
        };
        let line = self.lines.past_blanks().ok_or_else(ended)?;
        let Some(rest) = line.text.strip_prefix(PARAMETERS) else {
            return Err(line.error(format!("expected `{PARAMETERS}`")));
        };
        match self.schema(line, rest, 0, LEVELS)? {
            (parameters, false) => tool(inline::read_text(name), description, parameters),
            (_, true) => Err(line.error("a tool's parameters are not required of anything")),
        }
    }

    /// A text that starts so and goes on in the lines that are up; without these spaces before each of its lines.
    fn text(&mut self, first: &str, indent: usize, goes_on: impl Fn(Line) -> bool) -> String {
        let mut text = String::new();
        unescape(&mut text, first);
        loop {
            let mut ahead = self.lines;
            let mut lines = String::new();
            while let Some(blank) = ahead.current().filter(Line::is_blank) {
                lines.extend(["\n", blank.text.get(indent..).unwrap_or_default()]);
                ahead.advance();
            }
            let Some(line) = ahead.current().filter(|line| goes_on(*line)) else { break };
            text.extend([&lines, "\n"]);
            unescape(&mut text, line.text.get(indent..).unwrap_or_default());
            ahead.advance();
            self.lines = ahead;
        }
        inline::read_text(&text)
    }

    /// What stands behind a name on its line, and the points below it; whether it is required, too.
    ///
    /// - `indent`: of the points below.
    fn schema(&mut self, line: Line<'a>, rest: &str, indent: usize, levels: usize) -> Result<(Value, bool)> {
        let Some(levels) = levels.checked_sub(1) else { return Err(line.error(too_deep().to_string())) };
        let (types, required, rest) = notes(rest).map_err(|why| line.error(why))?;
        self.lines.advance();
        let mut fields = Map::new();
        fields.extend(types.map(|types| ("type".to_owned(), types)));
        match rest.strip_prefix(": ") {
            Some(value) if value.starts_with('`') => {
                return match code(value) {
                    Some((value, "")) if fields.is_empty() => Ok((inline::read(value), required)),
                    _ => Err(line.error("expected one value in backticks and nothing beside it")),
                };
            }
            Some(first) => {
                let indent = indent.max(2);
                let goes_on = |line: Line| line.indent >= indent && !is_a_point(line.rest());
                fields.insert("description".into(), self.text(first, indent, goes_on).into());
            }
            None if rest.is_empty() => {}
            None => return Err(line.error("expected a colon and a space, or the end of the line")),
        }
        self.points(&mut fields, indent, levels)?;
        Ok((fields.into(), required))
    }

    /// The points that are indented so.
    fn points(&mut self, fields: &mut Map<String, Value>, indent: usize, levels: usize) -> Result<()> {
        let mut marked = Vec::new();
        while let Some(line) =
            self.lines.past_blanks().filter(|line| line.indent >= indent && is_a_point(line.rest()))
        {
            if line.indent > indent {
                return Err(line.error("the point is indented further than what it belongs to"));
            }
            let head = line.rest().get(POINT.len()..).unwrap_or_default().trim_end();
            if head.starts_with('`') {
                let (name, rest) =
                    code(head).ok_or_else(|| line.error("the name's backticks are not closed"))?;
                let name = inline::read_text(name);
                let (property, required) = self.schema(line, rest, indent + 2, levels)?;
                marked.extend(required.then(|| name.clone()));
                declare(fields, name, property).map_err(|error| line.error(error.to_string()))?;
            } else {
                let (key, value) = self.keyword(line, head, indent + 2, levels)?;
                set(fields, key, value).map_err(|error| line.error(error.to_string()))?;
            }
        }
        require(fields, marked);
        Ok(())
    }

    fn keyword(
        &mut self,
        line: Line<'a>,
        head: &str,
        indent: usize,
        levels: usize,
    ) -> Result<(String, Value)> {
        if head == NONE {
            self.lines.advance();
            return Ok(("properties".into(), Map::new().into()));
        }
        if let Some(values) = head.strip_prefix(ONE_OF) {
            self.lines.advance();
            let values = values.strip_prefix(": ").and_then(codes);
            let values =
                values.ok_or_else(|| line.error("expected values in backticks, with commas between"))?;
            return Ok(("enum".into(), values.into()));
        }
        let (key, rest) = keyword(head)
            .ok_or_else(|| line.error("expected a property in backticks, or a keyword and its value"))?;
        match self.schema(line, rest, indent, levels)? {
            (value, false) => Ok((key, value)),
            (_, true) => Err(line.error("a property is required, a keyword is not")),
        }
    }
}

fn ended() -> Error {
    Error::new("the text ends before the tool does")
}

fn is_description(line: Line) -> bool {
    !line.text.starts_with('#') && !line.text.starts_with(PARAMETERS)
}

/// Adds a line without the backslash that [`write_text`] gave it.
fn unescape(text: &mut String, line: &str) {
    let rest = line.trim_start_matches(' ');
    text.push_str(line.get(..line.len() - rest.len()).unwrap_or_default());
    text.push_str(rest.strip_prefix('\\').unwrap_or(rest));
}

/// The types and whether `required` is among the notes in brackets, and what follows them.
fn notes(text: &str) -> Result<(Option<Value>, bool, &str), String> {
    let Some(behind) = text.strip_prefix(" (") else { return Ok((None, false, text)) };
    let (noted, rest) = behind.split_once(')').ok_or("the bracket is not closed")?;
    let (noted, required) = match noted.strip_suffix("required") {
        Some("") => return Ok((None, true, rest)),
        Some(noted) => (noted.strip_suffix(", ").ok_or("expected a comma before `required`")?, true),
        None => (noted, false),
    };
    let names: Vec<&str> = noted.split(" or ").collect();
    let value: Value = if names.len() == 1 { noted.into() } else { names.into() };
    match types(&value) {
        Some(_) => Ok((Some(value), required, rest)),
        None => Err("expected a type, or several with `or` between them".into()),
    }
}

/// The keyword that a point starts with, and what follows it.
fn keyword(head: &str) -> Option<(String, &str)> {
    if head.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(head).into_iter::<String>();
        let key = texts.next()?.ok()?;
        return Some((key, head.get(texts.byte_offset()..)?));
    }
    let (key, rest) = head.split_at_checked(head.find([' ', ':']).unwrap_or(head.len()))?;
    is_word(key).then(|| (key.to_owned(), rest))
}

/// The code that a text starts with, and what follows it.
fn code(text: &str) -> Option<(&str, &str)> {
    let behind = text.trim_start_matches('`');
    let fence = text.len() - behind.len();
    let mut at = 0;
    loop {
        at += behind.get(at..)?.find('`')?;
        let rest = behind.get(at..)?.trim_start_matches('`');
        let end = behind.len() - rest.len();
        if end - at == fence {
            let code = behind.get(..at)?;
            let padded = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
            return Some((padded.filter(|inner| !inner.trim().is_empty()).unwrap_or(code), rest));
        }
        at = end;
    }
}

/// Values in code with commas between them.
fn codes(mut text: &str) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    loop {
        let (value, rest) = code(text)?;
        values.push(inline::read(value));
        if rest.is_empty() {
            return Some(values);
        }
        text = rest.strip_prefix(", ")?;
    }
}
