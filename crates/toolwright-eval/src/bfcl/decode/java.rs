//! Java call text, `Some.method(a=5L, b=new int[]{1, 2})`: each argument is the text that stands for it.
//!
//! The tree is a real parser's; what text a node gives is the official decoder's, quirks included: places are counted in
//! bytes and used as if they were characters, blanks between tokens vanish, quotes of a text vanish at the top only.

use tree_sitter::Node;

use super::{Decoded, tree};
use crate::python::calls::Call;
use crate::python::text::inside;
use crate::python::{Dict, Value};

thread_local! {
    static PARSER: tree::Shared = tree::parser(&tree_sitter_java::LANGUAGE.into());
}

/// The first call in the text.
pub(super) fn decode(text: &str) -> Decoded<'static> {
    let tree = match tree::parse(&PARSER, text) {
        Ok(tree) => tree,
        Err(why) => return Decoded::Failed(why),
    };
    let source = Source { text, chars: (!text.is_ascii()).then(|| text.chars().collect()) };
    match first_call(tree.root_node()) {
        None => Decoded::Misshapen(Value::Dict(Dict::default())),
        Some(call) => match source.call(call) {
            Ok(call) => Decoded::Calls(vec![call]),
            Err(why) => Decoded::Failed(why),
        },
    }
}

fn first_call(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "method_invocation" => Some(node),
        _ => tree::children(node).into_iter().find_map(first_call),
    }
}

struct Source<'t> {
    text: &'t str,
    /// The text's characters, where places in bytes and in characters differ.
    chars: Option<Vec<char>>,
}

impl Source<'_> {
    fn text(&self, node: Node<'_>) -> String {
        let range = node.start_byte()..node.end_byte();
        match &self.chars {
            None => self.text.get(range).unwrap_or_default().to_owned(),
            Some(chars) => chars.iter().skip(range.start).take(range.len()).collect(),
        }
    }

    fn call(&self, node: Node<'_>) -> Result<Call<'static>, String> {
        let name = node.child_by_field_name("name").ok_or("a call without a name")?;
        let mut name = self.text(name);
        if let Some(object) = node.child_by_field_name("object") {
            name = format!("{}.{name}", self.text(object));
        }
        let arguments = node.child_by_field_name("arguments").ok_or("a call without arguments")?;
        Ok(Call { name: Value::text(name), arguments: self.arguments(arguments)? })
    }

    fn arguments(&self, node: Node<'_>) -> Result<Dict<'static>, String> {
        let mut found: Vec<(Value<'static>, Value<'static>)> = Vec::new();
        for child in tree::children(node) {
            let (name, value) = match child.kind() {
                "assignment_expression" => {
                    let (Some(name), Some(value)) = (child.child(0), child.child(2)) else {
                        return Err("an argument without a value".to_owned());
                    };
                    (Value::text(self.text(name)), self.value(value, false)?)
                }
                "identifier" | "class_literal" => (Value::None, self.value(child, false)?),
                _ => continue,
            };
            if found.iter().any(|(known, _)| *known == name) {
                return Err("several arguments with the same name".to_owned());
            }
            found.push((name, Value::text(value)));
        }
        Ok(Dict::of(found))
    }

    fn value(&self, node: Node<'_>, inner: bool) -> Result<String, String> {
        let joined = |children: Vec<Node<'_>>, glue: &str| {
            let parts: Result<Vec<String>, String> =
                children.into_iter().map(|child| self.value(child, true)).collect();
            parts.map(|parts| parts.join(glue))
        };
        match node.kind() {
            "string_literal" | "character_literal" => {
                let text = self.text(node);
                Ok(if inner { text } else { inside(&text).to_owned() })
            }
            "identifier" | "class_literal" | "type_identifier" | "method_invocation" => Ok(self.text(node)),
            "array_creation_expression" => {
                let (kind, value) = (node.child_by_field_name("type"), node.child_by_field_name("value"));
                let (Some(kind), Some(value)) = (kind, value) else {
                    return Err("an array without a type or a value".to_owned());
                };
                Ok(format!("new {}[]{}", self.value(kind, true)?, self.value(value, true)?))
            }
            "object_creation_expression" => {
                let kind = node.child_by_field_name("type").ok_or("an object without a type")?;
                let kind = self.value(kind, true)?;
                let arguments = node.child_by_field_name("arguments").map(tree::children).unwrap_or_default();
                let arguments =
                    arguments.into_iter().filter(|child| !matches!(child.kind(), "," | "(" | ")")).collect();
                Ok(format!("new {kind}({})", joined(arguments, ", ")?))
            }
            _ if node.child_count() > 0 => joined(tree::children(node), ""),
            _ => Ok(self.text(node)),
        }
    }
}
