//! `invalid-characters`: no character that no one can have meant.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, dialog: illegal characters (DLG-3).
//! Ours:   control characters other than tab and line ends, U+FFFD (what a decoder leaves of broken bytes), private use
//!         and noncharacters, in what anyone says and in the names and arguments of calls. Unpaired surrogates
//!         cannot reach us: the readers refuse them. Invisible but meaningful characters (joiners, direction marks) pass.
//! Fails:  `Caf\u{fffd} in Oslo`.

use serde_json::Value;
use toolwright_core::{Call, Dialog};

use super::{Answer, Findings, Rule, cut};

pub(super) const RULE: Rule = Rule {
    id: "invalid-characters",
    code: "DLG-3",
    says: "No text has control, replacement, private-use or noncharacters.",
    source: "ToolACE (arXiv:2409.00920), rule layer, dialog",
    check,
};

fn check(dialog: &Dialog) -> Answer {
    let mut found = Findings::of(RULE.id);
    for (at, message) in dialog.messages.iter().enumerate() {
        if let Some((byte, c)) = first_invalid(message.said()) {
            found.message(at, format!("{} at byte {byte} of the text", named(c)));
        }
        for (n, call) in message.calls.iter().enumerate() {
            if let Some((text, c)) = invalid_in_call(call) {
                found.call((at, n), format!("{} in {:?}", named(c), cut(text)));
            }
        }
    }
    Answer::Found(found.all())
}

fn named(c: char) -> String {
    let kind = match c {
        '\u{fffd}' => "the replacement character",
        c if c.is_control() => "a control character",
        c if private(c) => "a private-use character",
        _ => "a noncharacter",
    };
    format!("{kind} (U+{:04X})", c as u32)
}

/// The first text in a call that has an invalid character.
fn invalid_in_call(call: &Call) -> Option<(&str, char)> {
    let bad = |text| first_invalid(text).map(|(_, c)| (text, c));
    if let Some(found) = bad(call.name.as_str()) {
        return Some(found);
    }
    // A stack of our own: arguments may be nested at will.
    let mut open: Vec<&Value> = Vec::new();
    for (key, value) in &call.arguments {
        if let Some(found) = bad(key.as_str()) {
            return Some(found);
        }
        open.push(value);
        while let Some(value) = open.pop() {
            let hit = match value {
                Value::String(text) => bad(text.as_str()),
                Value::Array(items) => {
                    open.extend(items);
                    None
                }
                Value::Object(map) => {
                    open.extend(map.values());
                    map.keys().find_map(|key| bad(key.as_str()))
                }
                _ => None,
            };
            if hit.is_some() {
                return hit;
            }
        }
    }
    None
}

/// The first invalid character with its byte. Blocks are looked over as a whole, which compilers make fast; only in those
/// where a byte is suspect are characters decoded.
fn first_invalid(text: &str) -> Option<(usize, char)> {
    const BLOCK: usize = 64;
    let bytes = text.as_bytes();
    let last = bytes.len().checked_sub(1)?;
    let blocks = bytes.chunks(BLOCK).zip(bytes.get(1..)?.chunks(BLOCK)).enumerate();
    let suspects = blocks.filter(|(_, (block, next))| {
        block.iter().zip(*next).fold(false, |any, (byte, next)| any | suspect(*byte, *next))
    });
    suspects
        .flat_map(|(n, (block, _))| n * BLOCK..n * BLOCK + block.len())
        // The last byte has none after it, so that no block looks at it.
        .chain([last])
        .filter_map(|at| Some((at, text.get(at..)?.chars().next()?)))
        .find(|(_, c)| invalid(*c))
}

/// Whether a byte, with the one after it, can begin an invalid character in UTF-8.
const fn suspect(byte: u8, next: u8) -> bool {
    let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
    control | (byte == 0x7f) | ((byte == 0xc2) & (next < 0xa0)) | (byte >= 0xee)
}

const fn invalid(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffd}')
        || private(c)
        || (c as u32) & 0xfffe == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

const fn private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_invalid_character_is_missed() {
        for c in '\0'..=char::MAX {
            for text in [c.to_string(), format!("{c}.")] {
                assert_eq!(first_invalid(&text), invalid(c).then_some((0, c)), "U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn joiners_emoji_and_line_ends_pass() {
        assert_eq!(first_invalid("tab\t line\r\n 👩\u{200d}🚒 é £ \u{feff} नमस्ते"), None);
        assert_eq!(first_invalid("£ \u{85}"), Some((3, '\u{85}')));
        for length in 0..200 {
            let text = format!("{}\u{7}", "a".repeat(length));
            assert_eq!(first_invalid(&text), Some((length, '\u{7}')));
        }
        assert_eq!(first_invalid(""), None);
    }
}
