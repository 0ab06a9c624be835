//! `incomplete-reply`: the assistant's text does not break off.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, dialog: is the reply complete (DLG-5).
//! Ours:   brackets and code fences are closed (code, list markers like `a)`, emoticons and half-open intervals aside), and a
//!         text without calls ends like a text: with a terminal mark, a closed quotation, bracket or emphasis, an emoji, a
//!         link, code, a list item or table row, or it is one word or number. Texts in scripts without a full stop may end
//!         anywhere. A text that leads to calls need not end.
//! Fails:  `The weather in Oslo is sunny and`.

use toolwright_core::{Dialog, Role};
use unicode_script::{Script, UnicodeScript};

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "incomplete-reply",
    code: "DLG-5",
    says: "The assistant's text closes its brackets and comes to an end.",
    source: "ToolACE (arXiv:2409.00920), rule layer, dialog",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    let mut any = false;
    for (at, message) in dialog.messages.iter().enumerate().filter(|(_, m)| m.role == Role::Assistant) {
        let text = message.said().trim();
        // What is malformed is another rule's finding, and not prose.
        if text.is_empty() || message.malformed.is_some() {
            continue;
        }
        any = true;
        if let Some(why) = open_bracket(text) {
            found.message(at, why);
        } else if message.calls.is_empty() && !ends(text) {
            found.message(at, format!("the reply breaks off after {:?}", tail(text)));
        }
    }
    if any { Answer::Found(found.all()) } else { Answer::NotApplicable("no assistant text") }
}

/// The last few words.
fn tail(text: &str) -> String {
    const WORDS: usize = 4;
    let last_line = text.lines().next_back().unwrap_or_default();
    let mut words: Vec<_> = last_line.split_whitespace().rev().take(WORDS).collect();
    words.reverse();
    cut(&words.join(" "))
}

/// What is wrong with the brackets or code fences of a text.
fn open_bracket(text: &str) -> Option<String> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let (mut fenced, mut start) = (false, 0);
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            // A fence that opens and closes on its line is inline code.
            fenced ^= line.trim().matches("```").count() != 2;
        } else if !fenced {
            let marker = list_marker(&line[indent..]).map_or(0, |marker| indent + marker);
            if let Some(why) = brackets(text, start + marker..start + line.len(), &mut open) {
                return Some(why);
            }
        }
        start += line.len();
    }
    if fenced {
        return Some("a code block is not closed".into());
    }
    let (bracket, at) = open.first()?;
    let rest = text.get(*at..).unwrap_or_default().split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    Some(format!("`{bracket}` is not closed: {:?}", cut(&rest)))
}

/// Follows the brackets of one line, the bytes `range` of the text.
fn brackets(text: &str, range: std::ops::Range<usize>, open: &mut Vec<(char, usize)>) -> Option<String> {
    let line = text.get(range.clone()).unwrap_or_default();
    let mut code = false;
    // A backtick that is alone on its line opens nothing.
    let mut backticks = line.bytes().filter(|byte| *byte == b'`').count() & !1;
    let mut from = 0;
    while let Some(step) = line.as_bytes().get(from..)?.iter().position(|byte| BEGINS[usize::from(*byte)]) {
        let at = from + step;
        let (before, rest) = line.split_at_checked(at)?;
        let c = rest.chars().next()?;
        from = at + c.len_utf8();
        if c == '`' && backticks > 0 {
            backticks -= 1;
            code = !code;
            continue;
        }
        let Some((opener, closer)) = pair(c) else { continue };
        if code || emoticon(before, c, &line[from..]) {
            continue;
        } else if c == opener {
            open.push((c, range.start + at));
            continue;
        }
        match open.pop() {
            Some((o, _)) if o == opener => {}
            Some((o, start))
                if interval(o, closer, text.get(start..range.start + at).unwrap_or_default()) => {}
            Some((o, _)) => return Some(format!("`{o}` is closed by `{c}`")),
            // A bracket that stands apart is a smile.
            None if before.ends_with(' ') => {}
            None => return Some(format!("`{c}` closes nothing")),
        }
    }
    None
}

/// The bytes that can begin a bracket or a backtick in UTF-8.
const BEGINS: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"()[]{}`\xe3\xef";
    let mut n = 0;
    while n < bytes.len() {
        table[bytes[n] as usize] = true;
        n += 1;
    }
    table
};

/// Whether two brackets that differ hold a half-open interval: `[0, 1)`.
fn interval(open: char, close: char, inside: &str) -> bool {
    const LONGEST: usize = 40;
    matches!((open, close), ('(', ']') | ('[', ')')) && inside.len() <= LONGEST && inside.contains(',')
}

/// The pair that a bracket belongs to, opening one first.
const fn pair(c: char) -> Option<(char, char)> {
    Some(match c {
        '(' | ')' => ('(', ')'),
        '[' | ']' => ('[', ']'),
        '{' | '}' => ('{', '}'),
        '（' | '）' => ('（', '）'),
        '【' | '】' => ('【', '】'),
        '「' | '」' => ('「', '」'),
        '『' | '』' => ('『', '』'),
        '《' | '》' => ('《', '》'),
        _ => return None,
    })
}

/// Whether a bracket is the mouth of a face: `:)`, `;-(`, `(:`.
fn emoticon(before: &str, c: char, after: &str) -> bool {
    if !matches!(c, '(' | ')' | '[' | ']' | '{' | '}') {
        return false;
    }
    let eyes = |c: char| matches!(c, ':' | ';' | '=' | '^');
    // Most brackets stand after a space or a word and before a word.
    let near = before.as_bytes().last().is_some_and(|byte| b":;=^-'o_".contains(byte));
    if !near && !after.starts_with(eyes) {
        return false;
    }
    let mut back = before.chars().rev();
    let face = match back.next() {
        Some('-' | '\'' | 'o' | '_') => back.next().is_some_and(eyes).then(|| back.next()),
        Some(near) if eyes(near) => Some(back.next()),
        _ => None,
    };
    // A face stands alone: `note:(` is a word, a colon and a bracket.
    let left = face.is_some_and(|before| before.is_none_or(|c| c.is_whitespace() || c == '>' || c == '^'));
    let mut ahead = after.chars();
    let right = c == '(' && ahead.next().is_some_and(eyes) && ahead.next().is_none_or(char::is_whitespace);
    left || right
}

/// The length of a list marker at the beginning of a line: `- `, `2. `, `a) `, `(iv) `.
fn list_marker(line: &str) -> Option<usize> {
    const LONGEST: usize = 4;
    let first = line.chars().next()?;
    if matches!(first, '-' | '*' | '+' | '•' | '–' | '·')
        && line[first.len_utf8()..].starts_with(char::is_whitespace)
    {
        return Some(first.len_utf8());
    }
    let label = line.strip_prefix('(').unwrap_or(line).trim_start_matches("**");
    let end = label.find(|c: char| !c.is_ascii_alphanumeric()).filter(|end| (1..=LONGEST).contains(end))?;
    let numbered = label[..end].bytes().all(|b| b.is_ascii_digit());
    let lettered = end == 1 || label[..end].bytes().all(|b| b"ivxlcIVXLC".contains(&b));
    let mark = label[end..].chars().next().filter(|mark| matches!(mark, ')' | '.' | '）' | '、'))?;
    (numbered || lettered).then_some(line.len() - label.len() + end + mark.len_utf8())
}

/// Whether a text ends like a text.
fn ends(text: &str) -> bool {
    let last_line = text.lines().next_back().unwrap_or_default().trim();
    let bare = text.trim_end_matches(['*', '_', '~', '\u{fe0f}', '\u{200d}']);
    let Some(last) = bare.chars().next_back() else { return true };
    if matches!(last, ',' | ':' | '-' | '–' | '—' | '，' | '、' | '：' | '(' | '=' | '/' | '&')
        && !face(last_line)
    {
        // A rule or the foot of a table is made of such marks and nothing else.
        return last_line.len() > 2 && last_line.chars().all(|c| matches!(c, '-' | '=' | ':' | '|' | ' '));
    }
    if list_marker(last_line) == Some(last_line.len()) && text.len() > last_line.len() {
        return false;
    }
    terminal(last)
        || emoji(last)
        || bare.len() < text.trim_end_matches('\u{fe0f}').len()
        || matches!(
            last.script(),
            Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar | Script::Tibetan
        )
        || last_line.starts_with('|') && last_line.ends_with('|')
        || item_ends(text, last_line)
        || link(last_line.split_whitespace().next_back().unwrap_or_default())
        || face(last_line)
        || !text.contains(char::is_whitespace) && !dense(last)
}

/// Whether a list item may end a text as it stands: not where the item before it ends with a full stop and it does not, not where it
/// holds a whole sentence already or is a long one that stands alone, not within quotation marks or emphasis, and not at a word that
/// wants another.
fn item_ends(text: &str, item: &str) -> bool {
    const WANTING: [&str; 14] =
        ["a", "an", "the", "and", "or", "of", "to", "in", "on", "for", "with", "by", "that", "is"];
    /// A list of one item that has more words is a sentence.
    const FEW: usize = 6;
    let mut before = text.lines().rev().skip(1).map(str::trim);
    let before = before.find(|line| list_marker(line).is_some()).unwrap_or_default();
    let body = list_marker(item).and_then(|marker| item.get(marker..)).unwrap_or_default();
    let sentence = body.contains(". ") || before.is_empty() && body.split_whitespace().nth(FEW).is_some();
    let last = item.split_whitespace().next_back().unwrap_or_default();
    let open = |mark: &str| item.matches(mark).count() % 2 == 1;
    list_marker(item).is_some_and(|marker| marker < item.len())
        && !before.ends_with(['.', '!', '?', '。'])
        && !sentence
        && !open("\"")
        && !open("**")
        && !WANTING.contains(&last)
}

fn dense(c: char) -> bool {
    matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul)
}

/// Marks that end a sentence, and marks that close what holds one.
fn terminal(c: char) -> bool {
    const SENTENCE: &str = ".!?…。！？｡．؟۔।॥։።‽;；";
    const CLOSING: &str = ")]}）】」』》\"”’»'`>";
    SENTENCE.contains(c) || CLOSING.contains(c)
}

const fn emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}')
}

fn link(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || (word.contains('@') && word.contains('.'))
}

/// Whether a line ends with a face whose mouth is no bracket, or is one: `:D`, `:-P`, `:(`.
fn face(line: &str) -> bool {
    let word = line.split_whitespace().next_back().unwrap_or_default();
    if matches!(word, "(:" | "(;" | "(-:" | "(=") {
        return true;
    }
    let mut chars = word.chars();
    (2..=4).contains(&word.len())
        && chars.next().is_some_and(|c| matches!(c, ':' | ';' | '=' | '^' | 'x' | 'X'))
        && chars.next_back().is_some_and(|c| matches!(c, 'D' | 'P' | 'p' | 'O' | 'o' | '(' | '/' | '^' | '3'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn complete_texts() {
        for text in [
            "It is sunny.", "Done", "41", "今天晴。", "See https://a.b/c", "Great 👍🏽", "Sunny ☀️",
            "**All set!**", "**Total: 5 items**", "- one\n- two", "1) one\n2) two",
            "a) first (of two)\nb) second", "He said \"yes\"", "20 °C (68 °F)", "```\nlet x = (;\n```",
            "Use `f(` to open.", "Hi :)", "Sad :-( but fine.", "The set [0, 1) is open.",
            "| a | b |\n|---|---|\n| 1 | 2 |", "สวัสดีครับ", "Mail me at a@b.org", "Ha :D", "It's 5 o'clock.",
            "{\"a\": [1, 2]}", "(1) one\n(2) two", "What now?", "i. one\nii. two", "Wait…",
            "The `x` isn't `y` (yet).", "ok (:",
        ] {
            assert_eq!((open_bracket(text), ends(text)), (None, true), "{text}");
        }
    }

    #[test]
    fn texts_that_break_off() {
        for text in [
            "The weather in Oslo is",
            "Here are the results:",
            "It is sunny,",
            "The cost (in euros",
            "See [the page",
            "```\nlet x = 1;",
            "今天的天气",
            "We have apples, pears -",
            "The answer is 4 and",
            "note:(see below",
            "1. It is sunny.\n2. It is",
            "- one\n-",
            "1. one\n2.",
            "1. one\n2. \"two",
            "- one\n- the sum of",
            "Here:\n- The fee for five people in Oslo comes to",
            "- one\n- It is two. It may be th",
            "| a | b |\n|---|---|\n| 1",
        ] {
            assert!(open_bracket(text).is_some() || !ends(text), "{text}");
        }
    }

    #[test]
    fn the_table_misses_no_bracket() {
        for c in '\0'..=char::MAX {
            if pair(c).is_some() {
                assert!(BEGINS[usize::from(c.to_string().as_bytes()[0])], "{c}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\s\\S]{0,200}", tricky in "[\\[\\](){}`:;\\-^a1.)*_| \n（」]{0,80}") {
            for text in [text.trim(), tricky.trim()] {
                let _ = (open_bracket(text), ends(text), tail(text));
            }
        }
    }
}
