//! `repetition`: does the assistant repeat itself?
//!
//! Source: ToolACE (arXiv:2409.00920), model layer, the prompt that drops repeated replies.
//! Ours:   a sentence of five words and more stands three times in one reply; a reply is one text said over and over; the words of a reply run in
//!         a loop; or a long reply is given again, word for word, to a turn that says something else.
//! Fails:  what says the same in other words.

use std::collections::HashMap;

use toolwright_core::{Dialog, Role};

use super::{Expert, Opinion};
use crate::finding::{Findings, cut};
use crate::rule::offer::masked;

pub(super) const EXPERT: Expert = Expert {
    id: "repetition",
    asks: "Does the assistant say everything only once?",
    source: "ToolACE (arXiv:2409.00920), model layer, prompt against repeated replies",
    judge,
};

/// Sentences of fewer words may recur, and so may shorter replies.
const WORDS: usize = 5;
const LONG: usize = 12;
/// So often a sentence is one too many.
const TIMES: usize = 3;

fn judge(dialog: &Dialog) -> Opinion {
    let mut found = Findings::of(EXPERT.id);
    let mut any = false;
    // By a hash of their words: where, after which request, and what.
    let mut earlier: HashMap<u64, (usize, &str, &str)> = HashMap::new();
    let mut asked = "";
    for (at, message) in dialog.messages.iter().enumerate() {
        let text = message.said();
        if message.role == Role::User {
            asked = text.trim();
        }
        if message.role != Role::Assistant || text.trim().is_empty() || masked(dialog, at) {
            continue;
        }
        any = true;
        let words: Vec<&str> = text.split_whitespace().collect();
        // Words are told apart by a hash first: most differ.
        let hashes: Vec<u32> = words.iter().map(|word| hashed(word)).collect();
        if let Some(why) = within(text, &words, &hashes) {
            found.message(at, why);
        } else if words.len() >= LONG && message.calls.is_empty() {
            let whole = hashes.iter().fold(0, |whole: u64, hash| {
                (whole ^ u64::from(*hash)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
            });
            match earlier.get(&whole) {
                Some((before, other, said))
                    if *other != asked && said.split_whitespace().eq(words.iter().copied()) =>
                {
                    found.message(at, format!("the reply of turn {before} is given again: {:?}", cut(text)));
                }
                _ => {
                    earlier.insert(whole, (at, asked, text));
                }
            }
        }
    }
    if any { Opinion::Found(found.all()) } else { Opinion::NotApplicable("no assistant text") }
}

/// What a text says too often; its words have these hashes.
fn within(text: &str, words: &[&str], hashes: &[u32]) -> Option<String> {
    /// What is shorter may be said three times: `Hip hip hooray!`
    const BYTES: usize = 12;
    for times in [2, 3, 4] {
        let part = words.len() / times;
        let again = words.len() == part * times && words.chunks(part.max(1)).all(|one| one == &words[..part]);
        let long =
            part >= WORDS || times > 2 && words[..part].iter().map(|word| word.len()).sum::<usize>() > BYTES;
        if again && long {
            return Some(format!(
                "the reply says the same {times} times over: {:?}",
                cut(&words[..part].join(" "))
            ));
        }
    }
    let long = |sentence: &&str| sentence.split_ascii_whitespace().nth(WORDS - 1).is_some();
    let mut all: Vec<(u32, &str)> =
        sentences(text).filter(long).map(|sentence| (hashed(sentence), sentence)).collect();
    all.sort_unstable();
    if let Some(again) = all.windows(TIMES).find(|same| same.iter().all(|one| one == &same[0])) {
        return Some(format!("a sentence stands {TIMES} times: {:?}", cut(again[0].1)));
    }
    looped(words, hashes).map(|run| format!("the words run in a loop: {:?}", cut(&run.join(" "))))
}

fn hashed(text: &str) -> u32 {
    text.bytes().fold(0xcbf2_9ce4, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The sentences and lines of a text. A full stop ends one where space follows.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let ends = |two: &[u8]| matches!(two, [b'.' | b'!' | b'?', b' ']);
            let end = rest.as_bytes().windows(2).position(ends);
            let (one, after) = rest.split_at(end.map_or(rest.len(), |at| at + 2));
            rest = after;
            Some(one.trim().trim_start_matches(['-', '*', '•']).trim_start())
        })
    })
}

/// A run of one to eight words that follows upon itself, often.
fn looped<'w>(words: &'w [&'w str], hashes: &[u32]) -> Option<&'w [&'w str]> {
    const LONGEST: usize = 8;
    /// Words of all rounds together.
    const LEAST: usize = 16;
    if words.len() < LEAST {
        return None;
    }
    (1..=LONGEST).find_map(|size| {
        let needed = LEAST.max(size * 4) - size;
        // Mostly there are far too few anywhere in the text, which is counted faster than it is looked for.
        if hashes.iter().zip(hashes.get(size..)?).filter(|(one, other)| one == other).count() < needed {
            return None;
        }
        let mut same = 0;
        for at in size..words.len() {
            let alike = hashes[at] == hashes[at - size] && words[at] == words[at - size];
            same = if alike { same + 1 } else { 0 };
            if same >= needed && words[at].chars().any(char::is_alphanumeric) {
                return Some(&words[at + 1 - size..=at]);
            }
        }
        None
    })
}
