//! Docstrings in the styles of Google, NumPy and Sphinx.
//!
//! ```text
//! Args:                          Parameters                     :param city: The city.
//!     city (str): The city.      ----------                     :type city: str
//!                                city : str
//!                                    The city.
//! ```
//!
//! Each says that `city` is a `str`, "The city.". What stands before and between the sections is the description; sections on
//! anything but parameters, fields and results (`Raises`, `Examples`) and doctests are lost: they speak of calls in
//! Python.

use std::collections::HashMap;

/// The longest docstring that is read; the rest of a longer one is prose that would be cut anyway.
const LONGEST: usize = 64 << 10;

const PARAMETERS: &[&str] = &[
    "args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters",
    "attributes", "fields",
];
const RESULTS: &[&str] = &["returns", "return", "yields", "yield"];
const OTHERS: &[&str] = &[
    "raises", "raise", "except", "exceptions", "warns", "warnings", "warning", "example", "examples", "note",
    "notes", "see also", "references", "todo", "todos", "usage", "methods", "receives", "side effects",
];

/// What is said of one parameter, or of the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    /// The type in the author's words.
    pub(super) kind: Option<String>,
}

/// A docstring in its parts.
#[derive(Debug, Default)]
pub(super) struct Docstring {
    /// The first paragraph.
    pub(super) summary: String,
    /// All prose, paragraphs apart.
    pub(super) prose: String,
    pub(super) parameters: HashMap<String, Said>,
    pub(super) result: Said,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Prose,
    Parameters,
    Result,
    Other,
}

/// Where lines go until the next section, field or item begins.
struct Reader {
    doc: Docstring,
    section: Section,
    /// Whether the section is one of NumPy's, whose items are not indented.
    ruled: bool,
    /// How far the section's items are indented.
    indent: Option<usize>,
    /// The parameters whose text goes on.
    open: Vec<String>,
    prose: Vec<String>,
}

impl Docstring {
    pub(super) fn of(text: &str) -> Self {
        let text = text.get(..super::super::floor_char(text, LONGEST)).unwrap_or_default();
        let mut reader = Reader {
            doc: Self::default(),
            section: Section::Prose,
            ruled: false,
            indent: None,
            open: Vec::new(),
            prose: Vec::new(),
        };
        let lines = dedented(text);
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            at += reader.line(line, lines.get(at + 1).map_or("", String::as_str));
        }
        reader.finish()
    }
}

impl Reader {
    /// Takes a line; says how many lines that were.
    fn line(&mut self, line: &str, next: &str) -> usize {
        let indent = line.len() - line.trim_start().len();
        let said = line.trim();
        if indent == 0
            && is_rule(next)
            && let Some(section) = section(said)
        {
            self.begin(section, true);
            return 2;
        }
        if indent == 0
            && let Some(section) = said.strip_suffix(':').and_then(section)
        {
            self.begin(section, false);
            return 1;
        }
        if let Some((directive, text)) = field(said) {
            self.field(directive, text);
            return 1;
        }
        let outside = indent == 0 && !said.is_empty() && !self.ruled;
        if outside && self.section != Section::Prose {
            self.begin(Section::Prose, false);
        }
        match self.section {
            Section::Prose => self.prose.push(said.to_string()),
            Section::Parameters => self.parameter(indent, said),
            Section::Result => self.result(indent, said),
            Section::Other => {}
        }
        1
    }

    fn begin(&mut self, section: Section, ruled: bool) {
        (self.section, self.ruled, self.indent) = (section, ruled, None);
        self.open.clear();
        // Prose goes on in a paragraph of its own.
        self.prose.push(String::new());
    }

    /// A field of Sphinx's: `:param int n: How many.`
    fn field(&mut self, directive: &str, text: &str) {
        let mut words = directive.split_whitespace();
        let word = words.next().unwrap_or_default().to_ascii_lowercase();
        let rest: Vec<&str> = words.collect();
        // What follows an item is its own however little it is indented, up to the next item or an empty line.
        self.begin(Section::Parameters, true);
        self.indent = Some(usize::MAX);
        match (word.as_str(), rest.split_last()) {
            (
                "param" | "parameter" | "arg" | "argument" | "key" | "keyword" | "ivar" | "var",
                Some((name, kind)),
            ) => {
                let kind = (!kind.is_empty()).then(|| kind.join(" "));
                self.item(vec![bare(name)], kind, text);
            }
            ("type" | "vartype", Some((name, _))) => {
                let known = self.doc.parameters.entry(bare(name)).or_default();
                known.kind = Some(text.trim().to_string());
            }
            ("return" | "returns", _) => {
                (self.section, self.ruled) = (Section::Result, true);
                add(&mut self.doc.result.text, text);
            }
            ("rtype", _) => self.doc.result.kind = Some(text.trim().to_string()),
            _ => self.begin(Section::Other, false),
        }
    }

    fn parameter(&mut self, indent: usize, said: &str) {
        let first = *self.indent.get_or_insert(indent);
        if said.is_empty() {
            if first == usize::MAX {
                self.begin(Section::Prose, false);
            } else if self.open.is_empty() {
                self.indent = self.indent.filter(|indent| *indent > 0 || self.ruled);
            }
            return;
        }
        if first == usize::MAX || indent > first {
            return self.go_on(said);
        }
        let item = if self.ruled { Some(ruled_item(said)) } else { google_item(said) };
        match item {
            Some((names, kind, text)) => self.item(names, kind, text),
            None => self.go_on(said),
        }
    }

    fn item(&mut self, names: Vec<String>, kind: Option<String>, text: &str) {
        for name in &names {
            let known = self.doc.parameters.entry(name.clone()).or_default();
            if kind.is_some() {
                known.kind.clone_from(&kind);
            }
            add(&mut known.text, text);
        }
        self.open = names;
    }

    fn go_on(&mut self, said: &str) {
        for name in &self.open {
            if let Some(known) = self.doc.parameters.get_mut(name) {
                add(&mut known.text, said);
            }
        }
    }

    fn result(&mut self, indent: usize, said: &str) {
        let first = *self.indent.get_or_insert(indent);
        let result = &mut self.doc.result;
        let begins = result.text.is_empty() && result.kind.is_none() && indent <= first;
        if said.is_empty() && self.ruled && !result.text.is_empty() {
            self.begin(Section::Prose, false);
        } else if begins && self.ruled {
            // `name : type`, or the type alone.
            let kind = said.rsplit_once(" : ").map_or(said, |(_, kind)| kind);
            result.kind = Some(kind.trim().to_string());
        } else if begins && let Some((kind, text)) = said.split_once(": ").filter(|(kind, _)| is_type(kind)) {
            result.kind = Some(kind.to_string());
            add(&mut result.text, text);
        } else {
            add(&mut result.text, said);
        }
    }

    fn finish(mut self) -> Docstring {
        let mut paragraphs = vec![Vec::new()];
        let mut doctest = false;
        for line in &self.prose {
            doctest = !line.is_empty() && (doctest || line.starts_with(">>>"));
            match line.as_str() {
                "" => paragraphs.push(Vec::new()),
                _ if doctest => {}
                line => paragraphs.last_mut().into_iter().for_each(|lines| lines.push(line)),
            }
        }
        let paragraphs: Vec<String> = paragraphs.iter().map(|lines| lines.join("\n")).collect();
        let paragraphs: Vec<String> = paragraphs.into_iter().filter(|text| !text.is_empty()).collect();
        self.doc.summary = paragraphs.first().cloned().unwrap_or_default();
        self.doc.prose = paragraphs.join("\n\n");
        self.doc
    }
}

fn add(text: &mut String, more: &str) {
    let more = more.trim();
    if !text.is_empty() && !more.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

/// The lines without what all but the first are indented by, as `inspect.cleandoc` has them.
fn dedented(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(|line| line.replace('\t', "        ")).collect();
    let indent = |line: &String| line.len() - line.trim_start().len();
    let common = lines.iter().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let rest = lines.iter().skip(1).map(|line| line.get(common..).unwrap_or_default().trim_end().to_string());
    let first = lines.first().map(|line| line.trim().to_string());
    first.into_iter().chain(rest).collect()
}

fn section(title: &str) -> Option<Section> {
    let title = title.to_ascii_lowercase();
    let of = |titles: &[&str], section| titles.contains(&title.as_str()).then_some(section);
    of(PARAMETERS, Section::Parameters)
        .or_else(|| of(RESULTS, Section::Result))
        .or_else(|| of(OTHERS, Section::Other))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|b| b == b'-' || b == b'=')
}

/// `:directive words: text`
fn field(line: &str) -> Option<(&str, &str)> {
    let (directive, text) = line.strip_prefix(':')?.split_once(':')?;
    let word = directive.split_whitespace().next()?;
    // `:class:` before a backquote is a role inside a sentence.
    let role = text.starts_with('`') || !word.bytes().all(|b| b.is_ascii_alphabetic());
    (!role).then_some((directive, text))
}

/// A parameter's name without the stars of `*args`.
fn bare(name: &str) -> String {
    name.trim().trim_start_matches(['*', '\\', '`']).trim_end_matches('`').to_string()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// `name (type, optional): text`, or `name: text`.
fn google_item(line: &str) -> Option<(Vec<String>, Option<String>, &str)> {
    if let Some((name, rest)) = line.split_once('(').filter(|(name, _)| is_name(&bare(name))) {
        let mut depth = 1;
        let close = rest.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        });
        let (close, _) = close?;
        let text = rest.get(close + 1..)?.trim_start().strip_prefix(':')?;
        return Some((vec![bare(name)], rest.get(..close).map(str::to_string), text));
    }
    let (names, text) = line.split_once(':')?;
    let names: Vec<String> = names.split(',').map(bare).collect();
    names.iter().all(|name| is_name(name)).then_some((names, None, text))
}

/// `name : type`, or `one, two : type`.
fn ruled_item(line: &str) -> (Vec<String>, Option<String>, &str) {
    let (names, kind) = line.split_once(':').map_or((line, None), |(names, kind)| (names, Some(kind.trim())));
    (names.split(',').map(bare).collect(), kind.filter(|kind| !kind.is_empty()).map(str::to_string), "")
}

/// Whether words before a colon are a type: one word, or brackets.
fn is_type(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_.|[], ".contains(c);
    let known =
        ["str", "int", "float", "bool", "list", "dict", "tuple", "set", "none", "bytes", "string", "any"];
    let head = text.split(['[', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    text.len() < 80
        && text.chars().all(plain)
        && (!text.contains(' ') || text.contains('[') || known.contains(&head.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter<'d>(doc: &'d Docstring, name: &str) -> (&'d str, Option<&'d str>) {
        let said = doc.parameters.get(name).unwrap_or_else(|| panic!("{name} in {doc:?}"));
        (said.text.as_str(), said.kind.as_deref())
    }

    #[test]
    fn googles_style_is_read() {
        let doc = Docstring::of(
            "Finds flights.\n\n    Goes on: here.\n\n    Args:\n        city (str): The city\n            to go to: Oslo.\n        days (dict[str, int], optional): Days.\n\n        \
             x, y: Both.\n        **options: More.\n\n    Returns:\n        list[str]: The names.\n\n    Raises:\n        ValueError: Never.\n\n    \
             Last words.\n    >>> f(1)\n    2\n",
        );
        assert_eq!(
            (doc.summary.as_str(), doc.prose.as_str()),
            ("Finds flights.", "Finds flights.\n\nGoes on: here.\n\nLast words.")
        );
        assert_eq!(parameter(&doc, "city"), ("The city to go to: Oslo.", Some("str")));
        assert_eq!(parameter(&doc, "days"), ("Days.", Some("dict[str, int], optional")));
        assert_eq!((parameter(&doc, "x"), parameter(&doc, "y")), (("Both.", None), ("Both.", None)));
        assert_eq!(parameter(&doc, "options"), ("More.", None));
        assert_eq!(doc.result, Said { text: "The names.".into(), kind: Some("list[str]".into()) });
    }

    #[test]
    fn numpys_style_is_read() {
        let doc = Docstring::of(
            "Adds.\n\nParameters\n----------\na, b : int\n    The numbers.\n\n    Both of them.\nc : {'x', 'y'}, optional\n    A choice.\nd\n    Untyped.\n\n\
             Returns\n-------\ntotal : int\n    The sum.\n\nNotes\n-----\nNot this.\n",
        );
        assert_eq!(doc.prose, "Adds.");
        assert_eq!(parameter(&doc, "b"), ("The numbers. Both of them.", Some("int")));
        assert_eq!(parameter(&doc, "c"), ("A choice.", Some("{'x', 'y'}, optional")));
        assert_eq!(parameter(&doc, "d"), ("Untyped.", None));
        assert_eq!(doc.result, Said { text: "The sum.".into(), kind: Some("int".into()) });
    }

    #[test]
    fn sphinxs_style_is_read() {
        let doc = Docstring::of(
            "Sends :class:`Mail`.\n\n:param str to: To whom\n    it goes.\n:param n: How many.\n:type n: int\n:raises ValueError: Never.\n:returns: The id.\n:rtype: str\n\nMore prose.",
        );
        assert_eq!(doc.prose, "Sends :class:`Mail`.\n\nMore prose.");
        assert_eq!(parameter(&doc, "to"), ("To whom it goes.", Some("str")));
        assert_eq!(parameter(&doc, "n"), ("How many.", Some("int")));
        assert_eq!(doc.result, Said { text: "The id.".into(), kind: Some("str".into()) });
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "((Args|Returns|Parameters)?[:\\-( )a-c,*`\t\né]{0,12}\n?){0,12}") {
            drop(Docstring::of(&text));
        }
    }
}
