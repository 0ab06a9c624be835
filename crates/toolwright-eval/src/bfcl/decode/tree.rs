//! Syntax trees of Java and JavaScript, as the official decoder asks for them.

use std::cell::RefCell;
use std::thread::LocalKey;

use tree_sitter::{Language, Node, Parser, Tree};

/// Longer texts are refused: no answer to one question is as long.
const MAX_TEXT: usize = 64 << 10;

/// Python's own stack ends near this depth.
const MAX_DEPTH: usize = 900;

/// A thread's parser of a language; an error where grammar and library do not fit together.
pub(super) type Shared = RefCell<Result<Parser, String>>;

/// A parser for a language.
pub(super) fn parser(language: &Language) -> Shared {
    let mut parser = Parser::new();
    let set = parser.set_language(language);
    RefCell::new(set.map(|()| parser).map_err(|error| format!("the grammar cannot be used: {error}")))
}

/// The tree of a text without errors.
///
/// # Errors
/// The text is too long, nests too deep, or is not of this language. A token that is merely missing is no error.
pub(super) fn parse(parser: &'static LocalKey<Shared>, text: &str) -> Result<Tree, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the text has {} bytes; at most {MAX_TEXT} are read", text.len()));
    }
    let tree = parser.with_borrow_mut(|parser| {
        let parser = parser.as_mut().map_err(|why| why.clone())?;
        parser.parse(text, None).ok_or_else(|| "the text cannot be parsed".to_owned())
    })?;
    sound(&tree)?;
    Ok(tree)
}

/// Whether the tree is without errors, and no deeper than allowed. A walk without recursion: it is as deep as the text likes.
fn sound(tree: &Tree) -> Result<(), String> {
    let mut cursor = tree.walk();
    let mut depth = 0usize;
    loop {
        let node = cursor.node();
        // The official decoder looks for the word ERROR in the tree's text, where a lone odd character has another name.
        let odd = node.child_count() == 0 && node.start_byte() < node.end_byte();
        if node.is_error() && !odd {
            return Err(format!("a syntax error at byte {}", node.start_byte()));
        }
        if cursor.goto_first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(format!("the text nests more than {MAX_DEPTH} deep"));
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Ok(());
            }
            depth -= 1;
        }
    }
}

/// A node's children, in order.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    (0..node.child_count()).filter_map(|at| node.child(at)).collect()
}
