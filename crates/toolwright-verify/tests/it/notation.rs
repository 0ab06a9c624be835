//! Dialogs as text, for specs; `spec/README.md` describes the notation.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolwright_core::call::Malformed;
use toolwright_core::{Call, Dialog, Message, Provenance, Role, Source, Tool};

type Read<T> = Result<T, String>;

/// The tools of a `tools` block: one a line, a compact signature or JSON.
pub(crate) fn tools(block: &str) -> Read<Vec<Arc<Tool>>> {
    entries(block)
        .iter()
        .map(|line| tool(line).map(Arc::new).map_err(|why| format!("{why} in: {line}")))
        .collect()
}

/// Lines, each with the indented lines that follow it.
fn entries(block: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        match entries.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.push('\n');
                last.push_str(line.trim_start());
            }
            _ => entries.push(line.into()),
        }
    }
    entries
}

fn tool(line: &str) -> Read<Tool> {
    if line.starts_with('{') {
        return serde_json::from_str(line).map_err(|error| error.to_string());
    }
    let (name, rest) = line.split_once('(').ok_or("expected `(`")?;
    let parameters = rest.strip_suffix(')').ok_or("expected `)` at the end")?;
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for parameter in split(parameters, ',').into_iter().filter(|parameter| !parameter.trim().is_empty()) {
        let (name, kind) = parameter.split_once(':').ok_or("expected `name: type`")?;
        let (kind, default) = match split(kind, '=')[..] {
            [kind] => (kind, None),
            [kind, default] => (kind, Some(literal(default)?)),
            _ => return Err("expected one `=`".into()),
        };
        let mut schema = schema(kind.trim())?;
        if let (Some(default), Some(schema)) = (default, schema.as_object_mut()) {
            schema.insert("default".into(), default);
        }
        let bare = name.trim().trim_end_matches('?');
        if bare == name.trim() {
            required.push(bare);
        }
        properties.insert(bare.into(), schema);
    }
    let description = format!("The tool `{name}`.");
    Ok(Tool::new(
        name,
        description,
        json!({"type": "object", "properties": properties, "required": required}),
    ))
}

/// Splits outside of quotation marks and brackets.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut depth) = (Vec::new(), 0, false, 0);
    for (n, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            _ if c == at && !quoted && depth == 0 => {
                parts.push(&text[start..n]);
                start = n + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn literal(text: &str) -> Read<Value> {
    serde_json::from_str(text.trim()).map_err(|error| format!("{error} in `{text}`"))
}

fn schema(kind: &str) -> Read<Value> {
    if let Some(item) = kind.strip_suffix("[]") {
        return Ok(json!({"type": "array", "items": schema(item)?}));
    }
    Ok(match kind {
        "string" | "integer" | "number" | "boolean" | "object" => json!({"type": kind}),
        "any" => json!({}),
        "date" | "email" => json!({"type": "string", "format": kind}),
        _ if kind.starts_with('{') => literal(kind)?,
        _ => json!({"enum": split(kind, '|').into_iter().map(literal).collect::<Read<Vec<_>>>()?}),
    })
}

/// The dialog of a `dialog` block.
pub(crate) fn dialog(block: &str, tools: Vec<Arc<Tool>>) -> Read<Dialog> {
    let mut dialog = Dialog { tools, ..Dialog::default() };
    for entry in entries(block) {
        line(&mut dialog, &entry).map_err(|why| format!("{why} in: {entry}"))?;
    }
    Ok(dialog)
}

fn line(dialog: &mut Dialog, entry: &str) -> Read<()> {
    if let Some(source) = entry.strip_prefix("from ") {
        dialog.meta.provenance.get_or_insert_default().push(provenance(source)?);
        return Ok(());
    }
    let (head, rest) = entry.split_once(':').ok_or("expected `role: text`")?;
    let text = unescaped(rest.trim_start_matches(' '));
    let (word, more) = head.split_once(' ').unwrap_or((head, ""));
    let message = match word {
        "system" => Message::text(Role::System, text),
        "user" => Message::text(Role::User, text),
        "assistant" => Message::text(Role::Assistant, text),
        "call" => Message::calling(calls(&text)?),
        "+" => {
            let last = dialog.messages.last_mut().ok_or("`+ call` needs a turn before it")?;
            last.calls = calls(&text)?;
            return Ok(());
        }
        "malformed" => {
            let span = text.len()..text.len();
            let why = "expected `]`, found the end of the text".into();
            let malformed = Some(Malformed { raw: text.clone(), span, why });
            Message { malformed, ..Message::text(Role::Assistant, text) }
        }
        "tool" => result(more, text),
        "silent" => Message { content: None, ..Message::text(role(more)?, "") },
        _ => return Err(format!("no line begins with `{word}`")),
    };
    dialog.messages.push(message);
    Ok(())
}

fn role(name: &str) -> Read<Role> {
    serde_json::from_value(json!(name)).map_err(|error| error.to_string())
}

/// `tool NAME #ID: text`, both optional.
fn result(head: &str, text: String) -> Message {
    let mut message = Message::text(Role::Tool, text);
    for part in head.split_whitespace() {
        match part.strip_prefix('#') {
            Some(id) => message.call_id = Some(id.into()),
            None => message.name = Some(part.into()),
        }
    }
    message
}

fn calls(text: &str) -> Read<Vec<Call>> {
    let Value::Array(calls) = literal(text)? else { return Err("expected a list of calls".into()) };
    calls.into_iter().map(call).collect()
}

fn call(value: Value) -> Read<Call> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let arguments = value.get("arguments").and_then(Value::as_object).cloned().unwrap_or_default();
    Ok(Call {
        id: text("id"),
        raw: text("raw"),
        ..Call::new(text("name").ok_or("a call needs a name")?, arguments)
    })
}

/// `1.0/city: user 0 "Oslo"` and its like.
fn provenance(text: &str) -> Read<Provenance> {
    let (place, source) = text.split_once(": ").ok_or("expected `from M.C/pointer: source`")?;
    let (call, pointer) = place.split_at(place.find('/').unwrap_or(place.len()));
    let (message, call) = call.split_once('.').ok_or("expected `M.C`")?;
    let number = |text: &str| text.parse::<usize>().map_err(|error| error.to_string());
    let (word, rest) = source.split_once(' ').unwrap_or((source, ""));
    let (at, last) = rest.split_once(' ').unwrap_or((rest, ""));
    let quote = |text: &str| serde_json::from_str::<String>(text).map_err(|error| error.to_string());
    let source = match word {
        "user" => Source::User { at: number(at)?, quote: quote(last)? },
        "system" => Source::System { quote: quote(rest)? },
        "result" => Source::Result { at: number(at)?, pointer: last.into() },
        "default" => Source::Default,
        _ => return Err(format!("no source is called `{word}`")),
    };
    Ok(Provenance { message: number(message)?, call: number(call)?, argument: pointer.into(), source })
}

/// `\u{7}` is the character with that code point, for those that cannot be seen.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let decoded = part
            .split_once('}')
            .and_then(|(code, rest)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest)));
        match decoded {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push_str("\\u{");
                out.push_str(part);
            }
        }
    }
    out
}
