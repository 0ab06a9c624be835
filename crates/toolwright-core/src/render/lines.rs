//! A text line by line, for notations whose structure is in lines and their indentation.

use crate::Error;

/// Indents what is written next.
pub(super) fn indent(out: &mut String, spaces: usize) {
    out.extend(std::iter::repeat_n(' ', spaces));
}

/// Where a reader of lines is. A copy looks ahead.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    text: &'a str,
    current: Option<Line<'a>>,
    /// Where the next line starts.
    next: usize,
    /// Where the last line that said anything ended, of those that were passed.
    end: usize,
}

/// A line without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    /// Where it starts in the text.
    pub(super) start: usize,
    /// The spaces that it starts with.
    pub(super) indent: usize,
    /// The whole of it, without the carriage return that other systems put at its end.
    pub(super) text: &'a str,
}

impl<'a> Line<'a> {
    /// The line behind its indentation.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.indent..).unwrap_or_default()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// An error in this line.
    pub(super) fn error(&self, why: impl Into<String>) -> Error {
        Error::new(why).at(format_args!("line {}", self.number))
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut lines = Self { text, current: None, next: 0, end: 0 };
        lines.step(1);
        lines
    }

    /// The line that is up; lines are found as they are needed, so that a reader who gives up early has seen little.
    pub(super) fn current(&self) -> Option<Line<'a>> {
        self.current
    }

    /// The next line that says anything.
    pub(super) fn past_blanks(&mut self) -> Option<Line<'a>> {
        while self.current.is_some_and(|line| line.is_blank()) {
            self.advance();
        }
        self.current
    }

    pub(super) fn advance(&mut self) {
        let Some(line) = self.current else { return };
        if !line.is_blank() {
            self.end = self.next.min(self.text.len());
        }
        self.step(line.number + 1);
    }

    /// Where the last line that said anything ended, of those that were passed; its line break included.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    fn step(&mut self, number: usize) {
        let Some(rest) = self.text.get(self.next..).filter(|rest| !rest.is_empty()) else {
            self.current = None;
            return;
        };
        let length = memchr::memchr(b'\n', rest.as_bytes());
        let text = length.and_then(|length| rest.get(..length)).unwrap_or(rest);
        let start = self.next;
        self.next += length.map_or(rest.len(), |length| length + 1);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let indent = text.len() - text.trim_start_matches(' ').len();
        self.current = Some(Line { number, start, indent, text });
    }
}
