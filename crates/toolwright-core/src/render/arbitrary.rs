//! Any tool, for the round trips of the notations.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

use crate::Tool;

/// Texts with more of what notations must escape than chance would give.
pub(super) fn text() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let tricky = prop::sample::select(vec![
        "\"", "'", "\\", "\n", "\r", "\t", "\0", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "\u{feff}", "\u{ffff}", "😀", "é",
        "é", " ", "  ", "`", "``", "```", "- ", "-", "* ", "# ", "## ", "#", ": ", ":", "|", "|-", "> ", ">", "<", "</tool>",
        "<tools>", "]]>", "<![CDATA[", "<!--", "&", "&amp;", "&#10;", "{", "}", "[", "]", "{}", "[]", ",", "(", ")", " (",
        "null", "true", "no", "y", "~", "0", "7", "1e3", ".5", "1:30", "2024-01-01", "0x1F", "1_000", "_", ".inf", "-", "+1", "=", "<<", "%",
        "@", "!", "&a", "*a", "? ", "---", "...", "**Parameters**", "No tools.", "one of", "none", "required", " or ", "string",
        "name", "- name: f", "a", "b", "The city",
    ]);
    prop_oneof![
        any::<String>(),
        "[a-z_]{0,8}",
        "[A-Z][a-z ]{0,12}\\.",
        prop::collection::vec(tricky, 0..6).prop_map(|parts| parts.concat()),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    let float = any::<f64>().prop_filter_map("finite", Number::from_f64);
    let round = (-1000i32..1000).prop_filter_map("finite", |n| Number::from_f64(f64::from(n) / 4.0));
    prop_oneof![any::<i64>().prop_map(Number::from), any::<u64>().prop_map(Number::from), float, round]
}

/// Schemas and values alike: keywords with values that fit, almost fit or do not fit.
pub(super) fn value() -> impl Strategy<Value = Value> {
    #[rustfmt::skip]
    let key = prop::sample::select(vec![
        "type", "properties", "properties", "items", "required", "enum", "description", "default", "minimum", "pattern", "anyOf",
        "not", "$ref", "$defs", "const", "additionalProperties", "name", "item", "parameter", "field", "tools", "tool", "xml",
        "none", "one of", "or", "title", "format", "x-y", "city", "examples",
    ]);
    let key = prop_oneof![3 => key.prop_map(str::to_owned), 1 => text()];
    let types =
        prop::sample::select(vec!["string", "object", "array", "dict", "or", "required", "a b", "null"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number().prop_map(Value::Number),
        types.prop_map(Value::from),
        text().prop_map(Value::from),
        Just(Value::Array(Vec::new())),
        Just(Value::Object(Map::new())),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let fields = |key: BoxedStrategy<String>, inner: BoxedStrategy<Value>| {
            prop::collection::vec((key, inner), 0..5).prop_map(|pairs| pairs.into_iter().collect::<Map<_, _>>())
        };
        let properties = fields(text().boxed(), inner.clone().boxed());
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            2 => fields(key.clone().boxed(), inner.clone().boxed()).prop_map(Value::from),
            2 => (fields(key.clone().boxed(), inner.boxed()), properties, any::<[bool; 5]>(), any::<bool>()).prop_map(object),
        ]
    })
}

/// An object schema that requires some of its properties, perhaps in another order.
fn object(
    (mut fields, properties, required, turned): (Map<String, Value>, Map<String, Value>, [bool; 5], bool),
) -> Value {
    let names = properties.keys().zip(required).filter(|(_, required)| *required);
    let mut names: Vec<Value> = names.map(|(name, _)| name.as_str().into()).collect();
    if turned {
        names.reverse();
    }
    fields.insert("properties".into(), properties.into());
    fields.insert("required".into(), names.into());
    fields.into()
}

pub(super) fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let tool = (text(), text(), value());
    let tool = tool.prop_map(|(name, description, parameters)| Tool::new(name, description, parameters));
    prop::collection::vec(tool, 0..4)
}
