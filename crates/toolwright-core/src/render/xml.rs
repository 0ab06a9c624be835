//! `xml`: elements and attributes by hand.
//!
//! Source: XML 1.0, <https://www.w3.org/TR/xml/>; prompts of the trade put each tool into an element with its parameters as
//!         elements in it. ToolACE (arXiv:2409.00920v1) mixes XML into training.
//! Ours:   a schema is an element. Its single values are attributes, its description and its lists and maps are elements
//!         in it, and each of its properties is a `<parameter name="…">`, with `required="true"` where it is required; the
//!         list `required` is written only where that does not say it all. Members of lists are `<item>`s. A keyword that
//!         is no XML name, or is one of these words, is a `<field name="…">`. Values are written as `inline.rs` says, so
//!         all that is written is well formed, whatever its characters. An empty element is an empty object. Our reader
//!         knows no comments, declarations, CDATA or entities of one's own; it refuses them.
//! Worked: `looks/xml.txt`, which a test holds us to.

use serde_json::{Map, Value};

use super::{Found, LEVELS, Required, ToolNotation, declare, inline, lines, require, set, too_deep, tool};
use crate::{Error, Result, Tool};

pub(super) const NOTATION: ToolNotation = ToolNotation {
    id: "xml",
    title: "XML",
    says: "A `<tools>` element: each tool an element, each parameter an element with its keywords as attributes.",
    source: "https://www.w3.org/TR/xml/",
    write,
    read,
    find,
};

/// Elements with a meaning of their own: a keyword of such a name is a field. `tools` is the list alone, so that nothing
/// within a list can pass for the beginning of one.
const OWN: [&str; 4] = ["tools", "parameter", "item", "field"];

// Writing.

fn write(tools: &[&Tool]) -> String {
    let mut out = String::from("<tools>\n");
    for tool in tools {
        start(&mut out, 1, "tool", Some(&tool.name));
        out.push_str(">\n");
        start(&mut out, 2, "description", None);
        out.push('>');
        if !tool.description.is_empty() {
            escape(&mut out, &inline::text_lines(&tool.description));
        }
        end(&mut out, "description");
        write_value(&mut out, 2, "parameters", None, false, &tool.parameters);
        out.push_str("  </tool>\n");
    }
    out.push_str("</tools>");
    out
}

fn start(out: &mut String, depth: usize, tag: &str, name: Option<&str>) {
    lines::indent(out, 2 * depth);
    out.extend(["<", tag]);
    if let Some(name) = name {
        attribute(out, "name", &inline::text_line(name));
    }
}

fn end(out: &mut String, tag: &str) {
    out.extend(["</", tag, ">\n"]);
}

fn attribute(out: &mut String, key: &str, text: &str) {
    out.extend([" ", key, "=\""]);
    for (n, part) in text.split('"').enumerate() {
        out.push_str(if n > 0 { "&quot;" } else { "" });
        escape(out, part);
    }
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

/// Writes any value as an element.
fn write_value(out: &mut String, depth: usize, tag: &str, name: Option<&str>, required: bool, value: &Value) {
    start(out, depth, tag, name);
    let attributes = value.as_object().into_iter().flatten().filter(|(key, value)| is_attribute(key, value));
    attributes.for_each(|(key, value)| attribute(out, key, &inline::line(value)));
    if required {
        attribute(out, "required", "true");
    }
    let before = out.len();
    match value {
        Value::Object(fields) => {
            out.push_str(">\n");
            let inside = out.len();
            write_fields(out, depth + 1, fields);
            if out.len() == inside {
                out.truncate(before);
                out.push_str("/>\n");
                return;
            }
        }
        Value::Array(items) if !items.is_empty() => {
            out.push_str(">\n");
            items.iter().for_each(|item| write_value(out, depth + 1, "item", None, false, item));
        }
        leaf => {
            out.push('>');
            escape(out, &inline::lines(leaf));
            return end(out, tag);
        }
    }
    lines::indent(out, 2 * depth);
    end(out, tag);
}

/// Writes what stands in an object's element.
fn write_fields(out: &mut String, depth: usize, fields: &Map<String, Value>) {
    if let Some(description) = fields.get("description") {
        write_value(out, depth, "description", None, false, description);
    }
    let required = Required::of(fields);
    for (key, value) in fields.iter().filter(|(key, value)| !is_attribute(key, value)) {
        match (key.as_str(), value) {
            ("description", _) => {}
            ("properties", Value::Object(properties)) => {
                for (name, schema) in properties {
                    let required = required.names.contains(name.as_str());
                    write_value(out, depth, "parameter", Some(name), required, schema);
                }
            }
            ("required", _) if required.said => {}
            (key, value) if is_name(key) && !OWN.contains(&key) => {
                write_value(out, depth, key, None, false, value);
            }
            (key, value) => write_value(out, depth, "field", Some(key), false, value),
        }
    }
}

/// Whether a keyword is an attribute: a single value, or an empty list or map.
fn is_attribute(key: &str, value: &Value) -> bool {
    let is_single = match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => !text.contains('\n'),
        _ => true,
    };
    is_single && is_name(key) && !["name", "required", "description"].contains(&key)
}

/// Whether a text is an XML name, of plain letters.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(is_name_byte)
        // Such names are kept for XML itself.
        && !text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

// Reading.

fn read(text: &str) -> Result<Vec<Tool>> {
    let (tools, after) = read_start(text)?;
    match text.get(after..).unwrap_or_default().trim() {
        "" => Ok(tools),
        _ => Err(Parser { text, at: after }.error("expected the end of the list")),
    }
}

fn find(text: &str) -> Option<Found> {
    // A list does not begin within another, so no part of the text is read twice.
    memchr::memmem::find_iter(text.as_bytes(), LIST).find_map(|at| {
        let (tools, length) = read_start(text.get(at..)?).ok()?;
        // Prompts name the element: `the functions stand in <tools></tools>`.
        (!tools.is_empty()).then_some((at..at + length, tools))
    })
}

/// The list that a text starts with, and where it ends.
fn read_start(text: &str) -> Result<(Vec<Tool>, usize)> {
    let mut parser = Parser { text, at: 0 };
    parser.space();
    if !starts_list(parser.rest()) {
        return Err(parser.error("expected <tools>"));
    }
    let list = parser.element(LEVELS)?;
    list.only_elements()?;
    if let Some((key, _)) = list.attributes.first() {
        return Err(Error::new(format!("<tools> has no attribute `{key}`")));
    }
    let tools = list.children.into_iter().enumerate();
    let tools = tools.map(|(n, tool)| read_tool(tool).map_err(|error| error.at(format_args!("[{n}]"))));
    Ok((tools.collect::<Result<_>>()?, parser.at))
}

/// How a list begins.
const LIST: &str = "<tools";

fn starts_list(text: &str) -> bool {
    text.strip_prefix(LIST).is_some_and(|rest| !rest.bytes().next().is_some_and(is_name_byte))
}

fn read_tool(mut element: Element) -> Result<Tool> {
    let name = element.take("name").filter(|_| element.tag == "tool" && element.attributes.is_empty());
    let Some(name) = name else {
        return Err(Error::new(format!("expected <tool name=\"…\">, found {}", element.shown())));
    };
    element.only_elements()?;
    let (mut description, mut parameters) = (None, None);
    for child in element.children {
        match child.tag {
            "description" if description.is_none() && child.is_leaf() => description = Some(child.text),
            "parameters" if parameters.is_none() => parameters = Some(read_value(child)?),
            _ => return Err(Error::new(format!("a tool has no such {}, or no second one", child.shown()))),
        }
    }
    let parameters = parameters.ok_or_else(|| Error::new("the tool has no <parameters>"))?;
    let description = description.as_deref().map(inline::read_text).unwrap_or_default();
    tool(inline::read_text(&name), description, parameters)
}

fn read_value(element: Element) -> Result<Value> {
    if element.is_leaf() {
        let text = element.text.trim();
        return Ok(if text.is_empty() { Map::new().into() } else { inline::read(text) });
    }
    element.only_elements()?;
    if element.attributes.is_empty() && element.children.iter().all(|child| child.tag == "item") {
        return element.children.into_iter().map(read_item).collect();
    }
    let (mut fields, mut marked) = (Map::new(), Vec::new());
    for (key, text) in element.attributes {
        set(&mut fields, key.into(), inline::read(&text))?;
    }
    for child in element.children {
        let place = child.shown();
        read_field(&mut fields, &mut marked, child).map_err(|error| error.at(place))?;
    }
    require(&mut fields, marked);
    Ok(fields.into())
}

fn read_item(item: Element) -> Result<Value> {
    let place = item.shown();
    read_value(item).map_err(|error| error.at(place))
}

/// Adds what a child of an object's element says.
fn read_field(fields: &mut Map<String, Value>, marked: &mut Vec<String>, mut child: Element) -> Result<()> {
    match child.tag {
        "parameter" => {
            let name = child.name()?;
            match child.take("required").as_deref() {
                Some("true") => marked.push(name.clone()),
                None | Some("false") => {}
                Some(_) => return Err(Error::new("`required` is neither true nor false")),
            }
            declare(fields, name, read_value(child)?)
        }
        "field" => {
            let name = child.name()?;
            set(fields, name, read_value(child)?)
        }
        "item" => Err(Error::new("items stand in lists, not beside other elements")),
        tag => set(fields, tag.into(), read_value(child)?),
    }
}

struct Element<'a> {
    tag: &'a str,
    attributes: Vec<(&'a str, String)>,
    children: Vec<Element<'a>>,
    /// All text in it, without what is in its children.
    text: String,
}

impl Element<'_> {
    fn is_leaf(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty()
    }

    fn only_elements(&self) -> Result<()> {
        match self.text.trim() {
            "" => Ok(()),
            _ => Err(Error::new(format!("{} has text beside its attributes or elements", self.shown()))),
        }
    }

    /// Takes an attribute out.
    fn take(&mut self, key: &str) -> Option<String> {
        let at = self.attributes.iter().position(|(name, _)| *name == key)?;
        Some(self.attributes.remove(at).1)
    }

    /// Takes the name out that it has for what it stands for.
    fn name(&mut self) -> Result<String> {
        let name = self.take("name").ok_or_else(|| Error::new("expected an attribute `name`"))?;
        Ok(inline::read_text(&name))
    }

    /// The element in words, for errors.
    fn shown(&self) -> String {
        match self.attributes.iter().find(|(key, _)| *key == "name") {
            Some((_, name)) => format!("<{} name={name:?}>", self.tag),
            None => format!("<{}>", self.tag),
        }
    }
}

/// Reads elements, and stops at the first thing that is none.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, why: impl Into<String>) -> Error {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        Error::new(why).at(format_args!("line {line}"))
    }

    /// Whether there was any.
    fn space(&mut self) -> bool {
        let before = self.at;
        self.at += self.rest().bytes().take_while(u8::is_ascii_whitespace).count();
        self.at > before
    }

    fn eat(&mut self, token: &str) -> bool {
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(self.error(format!("expected `{token}`"))) }
    }

    fn name(&mut self) -> Result<&'a str> {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
        match rest.get(..length) {
            Some(name) if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                self.at += length;
                Ok(name)
            }
            _ => Err(self.error("expected a name")),
        }
    }

    fn element(&mut self, levels: usize) -> Result<Element<'a>> {
        let Some(levels) = levels.checked_sub(1) else { return Err(self.error(too_deep().to_string())) };
        self.expect("<")?;
        let tag = self.name()?;
        let mut element = Element { tag, attributes: Vec::new(), children: Vec::new(), text: String::new() };
        loop {
            let spaced = self.space();
            if self.eat("/>") {
                return Ok(element);
            } else if self.eat(">") {
                break;
            } else if !spaced {
                return Err(self.error(format!("<{tag} is not closed")));
            }
            element.attributes.push(self.attribute()?);
        }
        loop {
            self.text_up_to_tag(&mut element.text)?;
            if self.eat("</") {
                self.expect(tag)?;
                self.space();
                self.expect(">")?;
                return Ok(element);
            }
            if starts_list(self.rest()) {
                return Err(self.error("a list of tools cannot stand in another"));
            }
            element.children.push(self.element(levels)?);
        }
    }

    fn attribute(&mut self) -> Result<(&'a str, String)> {
        let key = self.name()?;
        self.space();
        self.expect("=")?;
        self.space();
        let quote = if self.eat("'") { b'\'' } else { b'"' };
        if quote == b'"' {
            self.expect("\"")?;
        }
        let rest = self.rest();
        let end = memchr::memchr2(quote, b'<', rest.as_bytes());
        let Some(text) = end.and_then(|end| rest.get(..end)) else {
            return Err(self.error(format!("the value of `{key}` is not closed")));
        };
        let mut value = String::new();
        self.unescape(text, &mut value)?;
        if !self.eat(if quote == b'"' { "\"" } else { "'" }) {
            return Err(self.error("a value holds no `<`; write it as `&lt;`"));
        }
        Ok((key, value))
    }

    fn text_up_to_tag(&mut self, out: &mut String) -> Result<()> {
        let rest = self.rest();
        let end = memchr::memchr(b'<', rest.as_bytes());
        let Some(text) = end.and_then(|end| rest.get(..end)) else {
            return Err(self.error("the text ends before the list does"));
        };
        self.unescape(text, out)
    }

    /// Passes a text, its entities read.
    fn unescape(&mut self, text: &str, out: &mut String) -> Result<()> {
        let mut parts = text.split('&');
        let plain = parts.next().unwrap_or_default();
        out.push_str(plain);
        self.at += plain.len();
        for part in parts {
            let (name, plain) = part.split_once(';').unwrap_or_default();
            let Some(c) = entity(name) else {
                return Err(self.error("no entity is known by this name; write `&` as `&amp;`"));
            };
            out.push(c);
            out.push_str(plain);
            self.at += 1 + part.len();
        }
        Ok(())
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
