//! What people say around a request: why they ask, how it has been going. It gives no value and claims nothing about the tools.

use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};
use super::sentence::Mood;
use super::style::Topic;

/// How things stand, before a request.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "So, I've been going back and forth on this for a while.", "I was just talking about this with a friend.",
    "I finally sat down to sort this out.", "I'm trying to get a few things off my list.", "I know this is a bit out of the blue.",
    "Right, so I've got a cup of coffee and a pile of things to get through.", "I've been meaning to get to this for ages.",
    "My partner keeps asking me about this.", "I'm in between two meetings, so bear with me.", "It's been one of those weeks.",
    "I started on this by myself and then gave up halfway.", "I'm not very good at this sort of thing.", "Somebody mentioned this to me and now I can't stop thinking about it.",
    "I promised a colleague that I'd take care of this.", "Okay, let me explain where I'm at.", "I've put this off long enough.",
    "I had this written on a sticky note somewhere, and here it is.", "I'm going through my notes and this one keeps coming up.",
    "I've never done this before, so maybe I'm asking in the wrong way.",
    "There's a lot on my plate right now.", "I like to have these things settled early.",
];

/// What a lookup is for.
#[rustfmt::skip]
const WHY_READ: &[&str] = &[
    "I want to be sure before I decide anything.", "I'd just feel better knowing.", "It would save me a lot of searching.",
    "I'm putting together a little overview for myself.", "My memory isn't what it used to be.",
    "I don't want to rely on guesses.", "I have a feeling that I missed something.", "I want to get this right.",
    "I'd rather look at it in black and white.",
    "I'm writing it all down so that I don't have to ask twice.", "It would help me plan the rest.",
    "I need it for something I'm working on.", "I'd like to double-check, because I've been wrong before.",
];

/// What something to be done is for.
#[rustfmt::skip]
const WHY_ACT: &[&str] = &[
    "It would be a load off my mind.", "I'd do it myself, but I never know where to click.", "Then I can finally cross it off my list.",
    "I've thought it over and I'm sure.", "I just want it out of the way.",
    "The sooner it's done, the better I'll sleep.", "I keep forgetting, so let's get it over with.", "I don't want to be the one who holds things up.",
    "I'm happy to leave the rest to you.", "It isn't a big thing, but it has to be right.", "I'd hate to leave that hanging.",
    "It's long overdue, I know.", "I'd rather get it done while I'm thinking of it.",
];

/// Puts a sentence or two before or after a request.
pub(crate) fn around(said: &mut Said, topic: &Topic, rng: &mut Rng) {
    let why = if topic.reads { WHY_READ } else { WHY_ACT };
    // A later turn has an opening of its own.
    let before = topic.mood == Mood::Opening && rng.chance(0.7);
    let after =
        rng.chance(if topic.mood == Mood::Opening && !before { 1.0 } else { 0.45 }) && !said.is_laid_out();
    if before && let Some(lead) = rng.choose(BEFORE) {
        said.pieces.insert(0, Piece::Free(format!("{lead} ")));
    }
    if after && let Some(tail) = rng.choose(why) {
        let closed = said
            .pieces
            .last()
            .is_some_and(|piece| piece.text().trim_end_matches('"').ends_with(['.', '?', '!']));
        said.pieces.push(Piece::Free(format!("{} {tail}", if closed { "" } else { "." })));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_here_can_be_taken_for_a_value() {
        for text in BEFORE.iter().chain(WHY_READ).chain(WHY_ACT) {
            assert!(!text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'"'), "{text}");
            assert!(text.ends_with('.') && !text.contains("today") && !text.contains("tomorrow"), "{text}");
            let names = text.split(' ').skip(1).filter(|word| word.starts_with(char::is_uppercase));
            assert!(names.into_iter().all(|word| word.starts_with('I')), "{text}");
        }
    }
}
