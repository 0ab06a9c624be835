//! JavaScript call text, `some.method(a=5, b=[1, 2])`: each argument is the text that stands for it.
//!
//! The tree is a real parser's; what it gives is the official decoder's: the first statement that is a call, quotes off the
//! ends of a text, no value at all where there is no call.

use tree_sitter::Node;

use super::{Decoded, tree};
use crate::python::calls::Call;
use crate::python::text::inside;
use crate::python::{Dict, Value};

thread_local! {
    static PARSER: tree::Shared = tree::parser(&tree_sitter_javascript::LANGUAGE.into());
}

/// The first statement that is a call.
pub(super) fn decode(text: &str) -> Decoded<'static> {
    let tree = match tree::parse(&PARSER, text) {
        Ok(tree) => tree,
        Err(why) => return Decoded::Failed(why),
    };
    let statements =
        tree::children(tree.root_node()).into_iter().filter(|node| node.kind() == "expression_statement");
    let call = statements.flat_map(tree::children).find(|node| node.kind() == "call_expression");
    let Some(call) = call else { return Decoded::Misshapen(Value::None) };
    let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default().to_owned();
    let (Some(name), Some(list)) = (call.child(0), call.child(1)) else {
        return Decoded::Failed("a call without arguments".to_owned());
    };
    match arguments(list, &of) {
        Ok(arguments) => Decoded::Calls(vec![Call { name: Value::text(of(name)), arguments }]),
        Err(why) => Decoded::Failed(why),
    }
}

fn arguments(list: Node<'_>, of: &impl Fn(Node<'_>) -> String) -> Result<Dict<'static>, String> {
    let mut found: Vec<(Value<'static>, Value<'static>)> = Vec::new();
    for child in tree::children(list) {
        let (name, value) = match child.kind() {
            "assignment_expression" => {
                let (Some(name), Some(value)) = (child.child(0), child.child(2)) else {
                    return Err("an argument without a value".to_owned());
                };
                (Value::text(of(name)), unquoted(of(value)))
            }
            "identifier" | "true" => (Value::None, of(child)),
            _ => continue,
        };
        if found.iter().any(|(known, _)| *known == name) {
            return Err("several arguments with the same name".to_owned());
        }
        found.push((name, Value::text(value)));
    }
    Ok(Dict::of(found))
}

fn unquoted(text: String) -> String {
    let quoted = ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
    if quoted { inside(&text).to_owned() } else { text }
}
