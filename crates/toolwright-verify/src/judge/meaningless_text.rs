//! `meaningless-text`: is what is said language?
//!
//! Source: ToolACE (arXiv:2409.00920), model layer, the prompt that drops meaningless tokens.
//! Ours:   in what users and the assistant say: placeholders that were never filled, marks of a chat format, text decoded in the wrong
//!         encoding, and words that are none: Latin letters without a vowel, with long runs of consonants, or one letter over and over, where they are
//!         many of the words of a text. Code, links and identifiers are no words.
//! Fails:  well-formed words in an order that means nothing.

use memchr::{memchr2_iter, memchr3, memmem};
use toolwright_core::{Dialog, Role};

use super::{Expert, Opinion};
use crate::finding::{Findings, cut};
use crate::rule::offer::masked;

pub(super) const EXPERT: Expert = Expert {
    id: "meaningless-text",
    asks: "Is every text language, complete and meant for its reader?",
    source: "ToolACE (arXiv:2409.00920), model layer, prompt against meaningless text",
    judge,
};

fn judge(dialog: &Dialog) -> Opinion {
    let mut found = Findings::of(EXPERT.id);
    let mut any = false;
    for (at, message) in dialog.messages.iter().enumerate() {
        let spoken = matches!(message.role, Role::User | Role::Assistant);
        let text = message.said();
        if !spoken || text.trim().is_empty() || message.malformed.is_some() || masked(dialog, at) {
            continue;
        }
        any = true;
        if let Some(mark) = format_mark(text) {
            found.message(at, format!("a mark of a chat format stands in the text: {mark:?}"));
        } else if let Some(left) = placeholder(text).filter(|_| message.role == Role::Assistant) {
            found.message(at, format!("a placeholder was left in the text: {:?}", cut(left)));
        } else if let Some(broken) = misread(text) {
            found.message(at, format!("text was decoded in the wrong encoding: {broken:?}"));
        } else if let Some(word) = gibberish(text) {
            found.message(at, format!("words that are none stand in the text: {:?}", cut(word)));
        } else if message.role == Role::Assistant && message.calls.is_empty() && empty(text) {
            found.message(at, format!("the reply holds no word: {:?}", cut(text.trim())));
        }
    }
    if any { Opinion::Found(found.all()) } else { Opinion::NotApplicable("no text") }
}

/// A mark that a chat format puts around turns and calls.
fn format_mark(text: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    const MARKS: [&str; 16] = [
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>", "<|assistant|>", "<|user|>", "[INST]", "[/INST]",
        "<<SYS>>", "<tool_call>", "</tool_call>", "<tool_response>", "<start_of_turn>", "<end_of_turn>", "<|python_tag|>",
    ];
    memchr2_iter(b'<', b'[', text.as_bytes())
        .find_map(|at| MARKS.into_iter().find(|mark| text.as_bytes()[at..].starts_with(mark.as_bytes())))
}

/// A placeholder that was to be filled: `{{name}}`, `[Your Name]`, `<insert date>`.
fn placeholder(text: &str) -> Option<&str> {
    let between = |open: &str, close: &str, accept: fn(&str) -> bool| {
        let mut from = 0;
        while let Some(start) = text.get(from..)?.find(open).map(|at| from + at) {
            let inside = start + open.len();
            let end = text.get(inside..)?.find(close).map(|at| inside + at)?;
            if accept(&text[inside..end]) {
                return Some(&text[start..end + close.len()]);
            }
            from = inside;
        }
        None
    };
    let named = |inside: &str| {
        let inside = inside.trim();
        (1..=40).contains(&inside.len()) && inside.chars().all(|c| c.is_alphanumeric() || " _-.".contains(c))
    };
    let told = |inside: &str| {
        let lower = inside.trim().to_lowercase();
        let opens = ["your ", "insert ", "placeholder", "recipient", "company name", "enter "];
        lower.len() <= 40 && opens.iter().any(|word| lower.starts_with(word))
    };
    if memmem::find(text.as_bytes(), b"```").is_some() {
        return None;
    }
    // A letter that is written for somebody has places for them to fill in.
    let letter =
        || ["Dear ", "Subject:", "Sincerely", "Hello [", "Hi ["].iter().any(|sign| text.contains(sign));
    let marked = || {
        between("{{", "}}", named)
            .or_else(|| between("[", "]", told).filter(|_| !letter()))
            .or_else(|| between("<", ">", told).filter(|_| !letter()))
    };
    let filler = || {
        let words =
            |at: usize| text.get(at.checked_sub(1)?..at + 10).filter(|words| words.starts_with(['l', 'L']));
        memmem::find_iter(text.as_bytes(), b"orem ipsum").find_map(words)
    };
    let opens = memchr3(b'{', b'[', b'<', text.as_bytes()).is_some();
    if opens { marked() } else { None }.or_else(filler)
}

/// UTF-8 that was read as Latin-1 or Windows-1252.
fn misread(text: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    const PAIRS: [&str; 10] = ["Ã©", "Ã¨", "Ã¼", "Ã¶", "Ã¤", "Ã±", "â€™", "â€œ", "â€“", "Â°"];
    let begins = |c: char| matches!(c, 'Ã' | 'â' | 'Â');
    if text.is_ascii() || !text.contains(begins) {
        return None;
    }
    PAIRS.into_iter().find(|pair| text.contains(pair))
}

/// A word that is none, where such words are many of the text's.
fn gibberish(text: &str) -> Option<&str> {
    let (mut words, mut bad, mut first) = (0usize, 0usize, None);
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        for word in line.split_whitespace().filter(|_| !fenced) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            if bare.len() < 4 || !bare.bytes().all(|b| b.is_ascii_alphabetic()) {
                continue;
            }
            // Capitals inside are an abbreviation or a name of a program.
            if bare[1..].bytes().any(|b| b.is_ascii_uppercase()) {
                continue;
            }
            words += 1;
            if no_word(bare) {
                bad += 1;
                first = first.or(Some(bare));
            }
        }
    }
    first.filter(|_| bad >= 2 && bad * 4 >= words)
}

/// Whether letters make no word in any language written with them, as far as vowels tell.
fn no_word(word: &str) -> bool {
    const RUN: usize = 6;
    let (mut run, mut longest, mut same, mut again, mut last) = (0, 0, 0, 0, 0);
    for byte in word.bytes().map(|byte| byte.to_ascii_lowercase()) {
        run = if matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') { 0 } else { run + 1 };
        longest = run.max(longest);
        same = if byte == last { same + 1 } else { 1 };
        again = same.max(again);
        last = byte;
    }
    // `Hmmmm` and `aaaah` are said.
    let drawn = || word.starts_with(['h', 'H', 'a', 'A', 'o', 'O', 'w', 'W', 'm', 'M', 'y', 'Y']);
    longest >= RUN || longest == word.len() && word.len() > 4 || again >= 4 && !drawn()
}

/// Whether nothing in a text is a letter, a digit or a picture.
fn empty(text: &str) -> bool {
    !text.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())
}
