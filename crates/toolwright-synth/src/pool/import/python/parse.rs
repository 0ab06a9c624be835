//! Python text to a syntax tree.
//!
//! The parser is ruff's. It goes on after mistakes and recurses as deep as the text nests, so the text's tokens are looked
//! at first: brackets and blocks may nest as deep as Python itself allows, and one expression may hold as many
//! operators in a row as our stack bears.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ModModule};
use ruff_python_parser::{Mode, ParseOptions, Parsed, lexer, parse_expression, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use toolwright_core::{Error, Result};

/// The longest text that is read, in bytes.
const LONGEST: usize = 4 << 20;
/// Python's own limits for brackets and blocks within each other.
const BRACKETS: usize = 200;
const BLOCKS: usize = 100;
/// Operators in one expression, each of which may lead one step down.
const STEPS: usize = 600;
/// Syntax errors that are told; one is followed by many.
const ERRORS: usize = 5;

/// A file as far as it is Python.
pub(super) struct Module<'t> {
    text: &'t str,
    parsed: Parsed<ModModule>,
    /// Where the lines start.
    lines: Vec<usize>,
}

impl<'t> Module<'t> {
    /// # Errors
    /// Says why the text as a whole cannot be read.
    pub(super) fn of(text: &'t str) -> Result<Self> {
        if text.len() > LONGEST {
            return Err(Error::new(format!("the file has more than {} MB; split it", LONGEST >> 20)));
        }
        if let Some(why) = danger(text, Mode::Module) {
            return Err(Error::new(why));
        }
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module();
        let parsed = parsed.ok_or_else(|| Error::new("the file is no Python module"))?;
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Ok(Self { text, parsed, lines })
    }

    pub(super) fn body(&self) -> &[ruff_python_ast::Stmt] {
        self.parsed.suite()
    }

    /// The first syntax errors: their lines, and what they are.
    pub(super) fn errors(&self) -> Vec<(usize, String)> {
        let told = self.parsed.errors().iter().take(ERRORS);
        told.map(|error| (self.line(error.location), error.error.to_string())).collect()
    }

    /// The line that something is in, from 1.
    pub(super) fn line(&self, range: TextRange) -> usize {
        self.lines.partition_point(|start| *start <= range.start().to_usize())
    }

    pub(super) const fn text(&self) -> &'t str {
        self.text
    }
}

/// The expression that a text is: an annotation in quotes, or a type in a docstring.
pub(super) fn expression(text: &str) -> Option<Expr> {
    let text = text.trim();
    if text.len() > 2_000 || danger(text, Mode::Expression).is_some() {
        return None;
    }
    Some(*parse_expression(text).ok()?.into_syntax().body)
}

/// What an expression says, in few words.
pub(super) fn said(text: &str, expression: &Expr) -> String {
    let whole = text.get(expression.range().to_std_range()).unwrap_or("?");
    let said: String = whole.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    if said.chars().count() == 60 { said + "…" } else { said }
}

/// How a text nests deeper than is read.
fn danger(text: &str, mode: Mode) -> Option<String> {
    // A text that lexes differently from how it parses, after mistakes, only ever counts as deeper.
    let mut lexer = lexer::lex(text, mode);
    let mut blocks = 0usize;
    // Operators since the last comma, of the statement and of each open bracket.
    let mut open = vec![0usize];
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline => open = vec![0],
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(0),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if open.len() > 1 {
                    open.pop();
                }
                // A call of a call of a call, too, leads down.
                count(&mut open);
            }
            TokenKind::Comma => open.last_mut().into_iter().for_each(|steps| *steps = 0),
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}
            _ => count(&mut open),
        }
        let (brackets, steps) = (open.len() - 1, open.iter().sum::<usize>());
        let limit = |what: &str, most: usize| Some(format!("{what} more than {most} deep"));
        if brackets >= BRACKETS {
            return limit("brackets nest", BRACKETS);
        }
        if blocks >= BLOCKS {
            return limit("blocks nest", BLOCKS);
        }
        if steps > STEPS {
            return limit("an expression nests, where no bracket is left open,", STEPS);
        }
    }
}

fn count(open: &mut [usize]) {
    open.last_mut().into_iter().for_each(|steps| *steps += 1);
}
