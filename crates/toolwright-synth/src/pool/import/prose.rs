//! Descriptions as plain text: CommonMark and HTML go, words stay.
//!
//! Service descriptions are written for a web page. A model reads one paragraph: headings, tables and code blocks
//! are left out, links and code keep their text, list items become clauses, and a long text is cut at a sentence's
//! end. This is no CommonMark parser; what it does not know it leaves as it is.

use serde_json::{Map, Value};

use super::inline::{LIST, NAMED, ONE};

/// The longest text that is looked at; the rest of a longer one is never reached by the cut anyway.
const READ: usize = 8_000;
/// Characters of a property's description.
const PROPERTY: usize = 300;

/// HTML elements that are recognised; `<token>` in a sentence is a placeholder and stays.
const ELEMENTS: &[&str] = &[
    "a", "b", "blockquote", "br", "center", "code", "dd", "details", "div", "dl", "dt", "em", "font", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul",
];

const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("mdash", "—"),
    ("ndash", "–"),
    ("hellip", "…"),
    ("rsquo", "’"),
    ("lsquo", "‘"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("euro", "€"),
    ("pound", "£"),
    ("deg", "°"),
    ("times", "×"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
];

/// The text without markup, in one line of at most `most` characters.
pub(super) fn plain(text: &str, most: usize) -> String {
    let text = text.get(..floor_char(text, READ)).unwrap_or_default();
    let blocks = paragraphs(&without_tags(text));
    cut(&decoded(&blocks.split_whitespace().collect::<Vec<_>>().join(" ")), most)
}

/// Makes every description in a schema plain, and drops those that say nothing.
pub(super) fn plain_schema(schema: &mut Value, depth: usize) {
    let Value::Object(map) = schema else { return };
    if depth > 128 {
        return;
    }
    for key in ["description", "title"] {
        match map.get(key).and_then(Value::as_str).map(|text| plain(text, PROPERTY)) {
            Some(text) if !text.is_empty() => drop(map.insert(key.into(), text.into())),
            _ => drop(map.shift_remove(key)),
        }
    }
    subschemas(map, |schema| plain_schema(schema, depth + 1));
}

/// Visits the schemas directly inside a schema.
pub(crate) fn subschemas(map: &mut Map<String, Value>, mut visit: impl FnMut(&mut Value)) {
    for (key, value) in map.iter_mut() {
        let key = key.as_str();
        match value {
            Value::Object(named) if NAMED.contains(&key) => named.values_mut().for_each(&mut visit),
            Value::Array(list) if LIST.contains(&key) => list.iter_mut().for_each(&mut visit),
            value if ONE.contains(&key) => visit(value),
            _ => {}
        }
    }
}

/// Replaces HTML elements by their text, and comments by nothing.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let (length, replacement) = tag(tail);
        out.push_str(replacement);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// How many bytes at the start of `text`, which begins with `<`, are markup, and what stands for them.
fn tag(text: &str) -> (usize, &'static str) {
    if text.starts_with("<!--") {
        return (text.find("-->").map_or(text.len(), |end| end + 3), " ");
    }
    let near = text.get(..floor_char(text, 300)).unwrap_or_default();
    let Some(end) = near.find('>') else { return (1, "<") };
    let inside = near.get(1..end).unwrap_or_default().trim_start_matches('/');
    let name: String =
        inside.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let block = [
        "p", "br", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr",
        "blockquote", "dl", "details",
    ];
    match name.as_str() {
        name if !ELEMENTS.contains(&name) => (1, "<"),
        "li" | "dt" => (end + 1, if text.starts_with("</") { "" } else { "\n- " }),
        name if block.contains(&name) => (end + 1, "\n\n"),
        "td" | "th" | "dd" => (end + 1, " "),
        _ => (end + 1, ""),
    }
}

/// The lines that are prose, joined so that paragraphs end in a full stop and list items in a semicolon.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut fenced, mut broken) = (false, false);
    for line in text.lines() {
        let line = line.trim().trim_start_matches('>').trim_start();
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        }
        let furniture =
            line.starts_with("```") || line.starts_with("~~~") || line.starts_with('|') || is_rule(line);
        if fenced || furniture || is_heading(line) || line.is_empty() {
            broken = true;
            continue;
        }
        let item = item(line);
        join(
            &mut out,
            if item.is_some() {
                ";"
            } else if broken {
                "."
            } else {
                ""
            },
        );
        out.push_str(&inline(item.unwrap_or(line)));
        broken = false;
    }
    out
}

/// Ends what was said so far with this mark, where it has no mark yet.
fn join(out: &mut String, mark: &str) {
    if out.ends_with(|c: char| c.is_alphanumeric() || ")]\"'%".contains(c)) {
        out.push_str(mark);
    }
    if !out.is_empty() {
        out.push(' ');
    }
}

fn is_heading(line: &str) -> bool {
    let text = line.trim_start_matches('#');
    line.len() - text.len() > 0 && line.len() - text.len() <= 6 && (text.is_empty() || text.starts_with(' '))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'=' || b == b'*'))
}

/// The text of a list item.
fn item(line: &str) -> Option<&str> {
    let bullet = ["- ", "* ", "+ ", "• "].iter().find_map(|mark| line.strip_prefix(mark));
    let numbered = || {
        let text = line.trim_start_matches(|c: char| c.is_ascii_digit());
        (text.len() < line.len() && line.len() - text.len() < 3).then_some(text)?.strip_prefix(". ")
    };
    bullet.or_else(numbered).map(str::trim_start)
}

/// One line without inline markup.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        let (said, length) = match first {
            '!' if next == Some('[') && link(after).is_some() => ("", 1 + link(after).map_or(0, |(_, n)| n)),
            '[' => link(rest).unwrap_or(("[", 1)),
            '`' => ("", 1),
            '\\' if next.is_some_and(|c| c.is_ascii_punctuation()) => (after.get(..1).unwrap_or_default(), 2),
            '*' if !(before == ' ' && next.is_none_or(|c| c == ' ' || c.is_ascii_digit())) => ("", 1),
            '_' if !before.is_alphanumeric() => emphasised(rest).unwrap_or(("_", 1)),
            _ => (rest.get(..first.len_utf8()).unwrap_or_default(), first.len_utf8()),
        };
        if said.len() > 1 && ['[', '_'].contains(&first) {
            out.push_str(&said.replace(['`', '*'], ""));
        } else {
            out.push_str(said);
        }
        before = first;
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// The text between underscores that open at the start of `text` and close before a word's end, and the length of
/// both; those inside `snake_case` do not.
fn emphasised(text: &str) -> Option<(&str, usize)> {
    let marks = text.len() - text.trim_start_matches('_').len();
    let near = text.get(marks..floor_char(text, 300)).filter(|near| marks <= 3 && !near.starts_with(' '))?;
    let closes = |at: &usize| {
        let after = near.get(at + marks..).unwrap_or_default().chars().next();
        !near.get(..*at).unwrap_or_default().ends_with([' ', '_'])
            && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    };
    let end = near.match_indices(text.get(..marks)?).map(|(at, _)| at).find(closes).filter(|end| *end > 0)?;
    Some((near.get(..end)?, end + 2 * marks))
}

/// The text of a link at the start of `text`, which begins with `[`, and the link's length in bytes.
fn link(text: &str) -> Option<(&str, usize)> {
    let near = text.get(..floor_char(text, 500))?;
    let close = closing(near, '[', ']')?;
    let tail = near.get(close + 1..)?;
    let end = match tail.chars().next()? {
        '(' => closing(tail, '(', ')')?,
        '[' => tail.find(']')?,
        _ => return None,
    };
    Some((near.get(1..close)?, close + 1 + end + 1))
}

/// Where the bracket that `text` begins with is closed.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == open) - i32::from(c == close);
        (c == close && depth == 0).then_some(at)
    })
}

/// The text with character references replaced.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let near = tail.get(1..floor_char(tail, 12)).unwrap_or_default();
        let entity = near.split_once(';').and_then(|(name, _)| Some((name.len() + 2, character(name)?)));
        let (length, said) = entity.unwrap_or((1, "&".to_string()));
        out.push_str(&said);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control()).map(String::from);
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, said)| (*said).to_string())
}

/// The text, or its sentences that fit into `most` characters, or its words that do.
fn cut(text: &str, most: usize) -> String {
    let text = text.trim().trim_end_matches(':').trim_end();
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_string() };
    let head = text.get(..end).unwrap_or_default();
    let sentence = [". ", "! ", "? "].iter().filter_map(|mark| head.rfind(mark)).max();
    match sentence.filter(|at| *at >= most / 4) {
        Some(at) => head.get(..=at).unwrap_or_default().to_string(),
        None => {
            let words = head.rfind(' ').and_then(|at| head.get(..at)).unwrap_or(head);
            let words: String = words.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
        }
    }
}

/// The largest character boundary of `text` that is at most `at`.
pub(crate) fn floor_char(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_goes_and_words_stay() {
        let cases = [
            ("The [ISO code](https://x.org/a_(b)) of a `country_code`.", "The ISO code of a country_code."),
            ("The [ISO code](https://x.org/a) of a `country_code`.", "The ISO code of a country_code."),
            ("<p>Finds <b>all</b> &amp; sundry&nbsp;things<br/>fast</p>", "Finds all & sundry things. fast"),
            ("# Title\n\nIt **does** this\n\n| a | b |\n\nAnd that.", "It does this. And that."),
            ("One of:\n- red\n- _blue_\n* green", "One of: red; blue; green"),
            ("Use `<token>` if x < 5 and 2 * 3", "Use <token> if x < 5 and 2 * 3"),
            ("See snake_case, __bold__, _it_. and \\_x", "See snake_case, bold, it. and _x"),
            ("The _private field and `_a_b`", "The _private field and _a_b"),
            ("before\n```\ncode\n```\nafter", "before. after"),
            ("![logo](a.png) Hi &#39;you&#39; &unknown;", "Hi 'you' &unknown;"),
            ("", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(plain(raw, 600), expected, "{raw}");
        }
    }

    #[test]
    fn a_long_text_ends_with_a_sentence_or_a_word() {
        let text = "One sentence here. ".repeat(60);
        let short = plain(&text, 100);
        assert!(short.len() <= 100 && short.ends_with("here."), "{short}");
        let short = plain(&"word ".repeat(200), 50);
        assert!(short.chars().count() <= 50 && short.ends_with("word…"), "{short}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,80}|[<>\\[\\]()!`*_&#;\\\\ \n\\-a-z]{0,80}") {
            proptest::prop_assert!(plain(&text, 40).chars().count() <= 40);
        }
    }
}
