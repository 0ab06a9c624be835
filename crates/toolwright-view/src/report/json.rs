//! A JSON value as HTML that a person reads, with the places that something else refers to marked.

use std::fmt::Write;

use serde_json::Value;

use crate::escape::Escaped;

/// Values that fit in so many letters stand on one line.
const LINE: usize = 64;
/// Deeper values stand on one line, whatever their length.
const DEEPEST: usize = 24;

/// Writes a value.
///
/// - `pointer`: the JSON pointer of the value; it comes back as it was.
/// - `mark`: for the pointer of a place, the tags before and after it.
pub(super) fn write(
    out: &mut String,
    value: &Value,
    pointer: &mut String,
    depth: usize,
    mark: &dyn Fn(&str) -> Option<(String, &'static str)>,
) {
    let marked = mark(pointer);
    if let Some((before, _)) = &marked {
        out.push_str(before);
    }
    match value {
        _ if depth >= DEEPEST => {
            let _ = write!(out, "{}", Escaped(&value.to_string()));
        }
        Value::Object(members) if !members.is_empty() => {
            let short = value.to_string().len() <= LINE;
            let items = members.iter().map(|(name, value)| (Some(name.as_str()), name.clone(), value));
            list(out, ('{', '}'), short, items, pointer, depth, mark);
        }
        Value::Array(items) if !items.is_empty() => {
            let short = value.to_string().len() <= LINE;
            let items = items.iter().enumerate().map(|(at, value)| (None, at.to_string(), value));
            list(out, ('[', ']'), short, items, pointer, depth, mark);
        }
        plain => {
            let _ = write!(out, "{}", Escaped(&plain.to_string()));
        }
    }
    if let Some((_, after)) = marked {
        out.push_str(after);
    }
}

fn list<'a>(
    out: &mut String,
    (open, close): (char, char),
    short: bool,
    items: impl Iterator<Item = (Option<&'a str>, String, &'a Value)>,
    pointer: &mut String,
    depth: usize,
    mark: &dyn Fn(&str) -> Option<(String, &'static str)>,
) {
    let indent = |out: &mut String, depth: usize| {
        if !short {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
    };
    out.push(open);
    for (at, (name, token, value)) in items.enumerate() {
        if at > 0 {
            out.push_str(if short { ", " } else { "," });
        }
        indent(out, depth + 1);
        if let Some(name) = name {
            let _ = write!(out, "<span class=\"name\">{}</span>: ", Escaped(&Value::from(name).to_string()));
        }
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        write(out, value, pointer, depth + 1, mark);
        pointer.truncate(length);
    }
    indent(out, depth);
    out.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(value: &Value, marked: &str) -> String {
        let mut out = String::new();
        let mark = |pointer: &str| (pointer == marked).then(|| ("<b>".to_owned(), "</b>"));
        write(&mut out, value, &mut String::new(), 0, &mark);
        out.replace("<span class=\"name\">", "").replace("</span>", "").replace("&quot;", "'")
    }

    #[test]
    fn a_place_is_marked_by_its_pointer() {
        let value = json!({"a/b": [{"x": 1}, {"x": "<i>"}], "c": {}});
        assert_eq!(written(&value, "/a~1b/1/x"), "{'a/b': [{'x': 1}, {'x': <b>'&lt;i&gt;'</b>}], 'c': {}}");
        assert_eq!(written(&value, "/c"), "{'a/b': [{'x': 1}, {'x': '&lt;i&gt;'}], 'c': <b>{}</b>}");
        assert_eq!(written(&json!(7), ""), "<b>7</b>");
    }

    #[test]
    fn what_is_long_stands_on_several_lines() {
        let value = json!({"words": "a".repeat(60), "more": [1, 2]});
        assert_eq!(
            written(&value, ""),
            format!("<b>{{\n  'words': '{}',\n  'more': [1, 2]\n}}</b>", "a".repeat(60))
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = (0..100).fold(json!("x".repeat(100)), |inner, _| json!([inner]));
        assert_eq!(written(&deep, "").matches('\n').count(), 2 * DEEPEST);
    }
}
