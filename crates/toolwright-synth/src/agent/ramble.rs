//! What people say around a request: why they ask, how it has been going. It gives no value and claims nothing about the tools.

use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};
use super::sentence::Mood;
use super::style::Topic;

/// How things stand, before a request.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "I finally sat down to sort this out.", "I'm trying to get a few things off my list.", "I know this is a bit out of the blue.",
    "Right, so I've got a cup of coffee and a pile of things to get through.", "I've been meaning to get to this for ages.",
    "I'm in between two meetings, so bear with me.", "It's been one of those weeks.", "I'm not very good at this sort of thing.",
    "I've put this off long enough.", "I had this written on a sticky note somewhere, and here it is.",
    "I'm going through my notes and this one keeps coming up.", "There's a lot on my plate right now.",
    "I like to have these things settled early.", "Bear with me, I'm typing this on the train.", "I'm catching up on what I let slide.",
    "Sorry in advance, I tend to ramble.", "My desk is a mess and so is my list.", "I told myself I'd keep this short.",
    "I was going to do this last week and then life got in the way.", "I thought it's easiest if I just ask you.",
    "I've got a quiet moment, so let's get to it.",
];

/// What a lookup is for.
#[rustfmt::skip]
const WHY_READ: &[&str] = &[
    "It would save me a lot of searching.", "I'm putting together a little overview for myself.",
    "I don't want to rely on guesses.", "I want to get this right.", "I'd rather look at it in black and white.",
    "I'm writing it all down so that I don't have to ask twice.", "It would help me plan the rest.",
    "I need it for something I'm working on.", "Just so that I know.", "No rush, but I'd like to have it.", "That would help me a lot.",
];

/// What something to be done is for.
#[rustfmt::skip]
const WHY_ACT: &[&str] = &[
    "It would be a load off my mind.", "I'd do it myself, but I never know where to click.", "Then I can finally cross it off my list.",
    "That would help me a lot.",
    "The sooner it's done, the better I'll sleep.", "I keep forgetting, so let's get it over with.", "That would be one thing less to think of.",
    "I'm happy to leave the rest to you.", "It isn't a big thing, but it has to be right.", "I'd hate to leave that hanging.",
    "It's long overdue, I know.", "I'd rather get it done while I'm thinking of it.",
];

/// Puts a sentence or two before or after a request.
pub(crate) fn around(said: &mut Said, topic: &Topic, rng: &mut Rng) {
    let why = if topic.reads { WHY_READ } else { WHY_ACT };
    // A later turn has an opening of its own.
    let goes_on =
        |text: &str| ["Anyway", "Long story", "To make it short"].iter().any(|lead| text.starts_with(lead));
    let goes_on = said.pieces.first().is_some_and(|piece| goes_on(piece.text()));
    let before = topic.mood == Mood::Opening && (goes_on || rng.chance(0.7));
    let often = match topic.mood {
        Mood::Opening if before => 0.45,
        Mood::Opening => 1.0,
        // Nobody explains every request.
        _ => 0.2,
    };
    let after = rng.chance(often) && !said.is_laid_out();
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
