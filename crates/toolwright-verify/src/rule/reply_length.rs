//! `reply-length`: an assistant turn stays within 512 tokens of text and 16 calls.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, dialog: reply length (DLG-2). The paper gives no bounds; these are ours.
//! Ours:   no tokenizer is loaded: a token is a punctuation mark, a character of a script that is written without
//!         spaces, or up to eight letters or digits in a row. Calls are counted, not measured.
//! Fails:  an essay of a thousand words.

use toolwright_core::{Dialog, Role};

use super::{Answer, Findings, Rule};

pub(super) const RULE: Rule = Rule {
    id: "reply-length",
    code: "DLG-2",
    says: "An assistant turn has at most 512 tokens of text and 16 calls.",
    source: "ToolACE (arXiv:2409.00920), rule layer, dialog",
    check,
};

const TOKENS: usize = 512;
const CALLS: usize = 16;
/// Longer words are several tokens to every tokenizer in use.
const WORD: usize = 8;

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    for (at, message) in dialog.messages.iter().enumerate().filter(|(_, m)| m.role == Role::Assistant) {
        let text = message.said();
        let tokens = if most_tokens(text) <= TOKENS { 0 } else { tokens(text) };
        if tokens > TOKENS {
            found.message(at, format!("the reply has about {tokens} tokens; at most {TOKENS} are expected"));
        }
        let calls = message.calls.len();
        if calls > CALLS {
            found.message(at, format!("the turn makes {calls} calls; at most {CALLS} are expected"));
        }
    }
    Answer::Found(found.all())
}

/// A number that the tokens do not exceed, found much faster than they are counted: most replies are far too short.
fn most_tokens(text: &str) -> usize {
    // No token is shorter than a byte.
    if text.len() <= TOKENS {
        return text.len();
    }
    // A token is a mark or a byte of another character, begins a run of letters, or follows eight of them.
    let begins =
        |before: u8, byte: u8| u8::from(!byte.is_ascii_whitespace() & !(letter(byte) & letter(before)));
    let bytes = text.as_bytes();
    let after = bytes.get(1..).unwrap_or_default();
    // Sums of a byte each, over blocks that they can hold, are what compilers make fast.
    let blocks = bytes.chunks(BLOCK).zip(after.chunks(BLOCK));
    let sums = blocks
        .map(|(before, block)| before.iter().zip(block).map(|(before, byte)| begins(*before, *byte)).sum());
    1 + bytes.len() / WORD + sums.map(|sum: u8| usize::from(sum)).sum::<usize>()
}

const BLOCK: usize = 128;

/// `is_ascii_alphanumeric`, without branches.
const fn letter(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10)
}

fn tokens(text: &str) -> usize {
    let (mut tokens, mut run) = (0, 0);
    let mut count = |class: Class| {
        tokens += usize::from(class == Class::Mark || class == Class::Letter && run % WORD == 0);
        run = if class == Class::Letter { run + 1 } else { 0 };
    };
    // Most text is ASCII, which needs no decoding.
    if text.is_ascii() {
        text.bytes().for_each(|byte| count(ASCII[usize::from(byte & 0x7f)]));
    } else {
        text.chars().for_each(|c| count(class(c)));
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Mark,
}

fn class(c: char) -> Class {
    match c {
        '\0'..='\x7f' => ASCII[c as usize & 0x7f],
        _ if c.is_whitespace() => Class::Space,
        _ if c.is_alphanumeric() && !unspaced(c) => Class::Letter,
        _ => Class::Mark,
    }
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Mark; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = Class::Letter;
        } else if (byte as u8).is_ascii_whitespace() {
            table[byte] = Class::Space;
        }
        byte += 1;
    }
    table
};

/// Whether the character belongs to a script in which about every character is a token: Thai to Khmer, kana, Han, Hangul.
const fn unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{TOKENS, most_tokens, tokens};

    #[test]
    fn the_bound_is_one() {
        for piece in ["a", "1 ", " ", "internationalisation ", "a.", "é", "今天", "°C b", "a\u{301}", "\t"]
        {
            let text = piece.repeat(TOKENS);
            assert!(tokens(&text) <= most_tokens(&text), "{piece}");
        }
        assert!(most_tokens(&"It is about 21 °C (70 °F) and it rains a little. ".repeat(12)) <= TOKENS);
    }

    #[test]
    fn tokens_are_words_marks_and_characters() {
        assert_eq!(tokens("It is 21 °C, and sunny."), 9);
        assert_eq!(tokens("internationalisation"), 3);
        assert_eq!(tokens("今天天气"), 4);
        assert_eq!(tokens(""), 0);
    }
}
