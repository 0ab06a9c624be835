//! How users speak: one list of styles, one row each.
//!
//! A style is drawn once per dialog. It says what goes around a request, how often a tool's own questions are used, how a missing
//! value is supplied, and what is done to the text in the end. Whatever a style does, the words that give values stay readable for
//! the rule `grounding`. Ours: ToolACE (arXiv:2409.00920) leaves the user's manner to its model.

use toolwright_core::seed::Rng;
use toolwright_core::{Error, Result, nearest};

use super::pieces::Said;
use super::sentence::Mood;
use super::{careless, ramble};

/// One way of speaking.
#[derive(Debug)]
pub(crate) struct Style {
    /// The name that recipes use.
    pub(crate) name: &'static str,
    /// Its weight where a recipe names none.
    pub(crate) weight: f64,
    /// The style in words, for a model that writes as the user.
    pub(crate) manner: &'static str,
    /// What goes around a verb phrase: `*` is the phrase, `^` the phrase with a capital.
    pub(crate) around: fn(Mood) -> &'static [&'static str],
    /// What stands before a question.
    pub(crate) before: fn(Mood) -> &'static [&'static str],
    /// How often a tool's own questions are asked where they can be.
    pub(crate) questions: f64,
    /// How a value that the assistant asked for is given, beside the tool's own way: `@` is the value.
    pub(crate) answers: &'static [&'static str],
    /// How a request is built.
    pub(crate) shape: Shape,
    /// How often something is done to a request in the end.
    pub(crate) often: f64,
    /// What is done to a request in the end.
    pub(crate) finish: fn(&mut Said, &Topic, &mut Rng),
    /// What is done to words that ask for nothing.
    pub(crate) talk: fn(&mut Said, &Topic, &mut Rng),
}

/// What a request is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Sentences.
    Sentence,
    /// A bare verb or noun phrase.
    Bare,
    /// Field names with their values.
    Fields,
}

/// What a request is about, as far as a style looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Topic {
    /// Whether it only looks things up.
    pub(crate) reads: bool,
    pub(crate) mood: Mood,
}

/// Every style.
#[rustfmt::skip]
pub(crate) const STYLES: &[Style] = &[
    Style { name: "plain", weight: 0.34, manner: "Write plainly, in whole sentences.", around: plain, before: plain_before, questions: 0.45, answers: PLAIN_ANSWERS, shape: Shape::Sentence, often: 0.08, finish: hasty, talk: now_and_then },
    Style { name: "polite", weight: 0.16, manner: "Be polite: ask rather than order, and thank where it fits.", around: polite, before: polite_before, questions: 0.35, answers: POLITE_ANSWERS, shape: Shape::Sentence, often: 0.0, finish: as_it_is, talk: as_it_is },
    Style { name: "terse", weight: 0.16, manner: "Be terse: as few words as it takes; fragments are fine.", around: terse, before: nothing, questions: 0.12, answers: TERSE_ANSWERS, shape: Shape::Bare, often: 0.08, finish: hasty, talk: now_and_then },
    Style { name: "rambling", weight: 0.12, manner: "Ramble: tell why it is wanted and what else is going on, before or after what is asked.", around: rambling, before: nothing, questions: 0.35, answers: RAMBLING_ANSWERS, shape: Shape::Sentence, often: 1.0, finish: ramble::around, talk: as_it_is },
    Style { name: "expert", weight: 0.09, manner: "Write as an expert in a hurry: the fields with their values, no courtesies.", around: expert, before: nothing, questions: 0.0, answers: TERSE_ANSWERS, shape: Shape::Fields, often: 0.0, finish: as_it_is, talk: as_it_is },
    Style { name: "careless", weight: 0.13, manner: "Type carelessly: lower case, little punctuation, a slip or two, but none in a name, a number or a date.", around: plain, before: plain_before, questions: 0.40, answers: TERSE_ANSWERS, shape: Shape::Sentence, often: 1.0, finish: careless::typed, talk: careless::typed },
];

/// The style of this name.
///
/// # Errors
/// Names the nearest one, and all.
pub(crate) fn style(name: &str) -> Result<&'static Style> {
    STYLES.iter().find(|style| style.name == name).ok_or_else(|| {
        let names = || STYLES.iter().map(|style| style.name);
        let near = nearest(name, names()).map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
        let all: Vec<&str> = names().collect();
        Error::new(format!("no style is called `{name}`;{near} There are: {}", all.join(", ")))
    })
}

/// Whether users can speak in a style of this name.
///
/// # Errors
/// Names the nearest style, and all.
///
/// ```
/// assert!(toolwright_synth::check_style("terse").is_ok());
/// let error = toolwright_synth::check_style("ters").unwrap_err().to_string();
/// assert!(error.starts_with("no style is called `ters`; did you mean `terse`?"));
/// ```
pub fn check_style(name: &str) -> Result<()> {
    style(name).map(|_| ())
}

const fn as_it_is(_: &mut Said, _: &Topic, _: &mut Rng) {}

/// The capital and the full stop are skipped.
fn hasty(said: &mut Said, _: &Topic, _: &mut Rng) {
    said.without_capital();
    said.without_full_stop();
}

/// The capital and the full stop are skipped, but rarely.
fn now_and_then(said: &mut Said, topic: &Topic, rng: &mut Rng) {
    if rng.chance(0.08) {
        hasty(said, topic, rng);
    }
}

const fn nothing(_: Mood) -> &'static [&'static str] {
    &[""]
}

#[rustfmt::skip]
const PLAIN_ANSWERS: &[&str] = &["@.", "@, please.", "It's @.", "@", "Please use @.", "That would be @.", "Take @."];
#[rustfmt::skip]
const POLITE_ANSWERS: &[&str] = &[
    "It's @, thank you.", "Sorry, I should have said: @.", "@, please.", "Of course, it's @.", "That would be @, thanks.",
    "Sorry, I left that out: @.", "@, if you please.", "My apologies, it's @.",
];
#[rustfmt::skip]
const TERSE_ANSWERS: &[&str] = &["@", "@", "@.", "@"];
#[rustfmt::skip]
const RAMBLING_ANSWERS: &[&str] = &[
    "Ah right, I forgot to say that: @.", "Good point, I had that in mind but never wrote it down. It's @.", "Let me look it up... it's @.",
    "Oh, sorry, I thought I'd mentioned it. @.", "Right, I left that out. @.", "Ah yes, of course. It's @.",
];

#[rustfmt::skip]
const fn plain(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &[
            "Can you *?", "Could you *?", "Please *.", "^.", "I need you to *.", "Hi, can you *?", "Hey, could you *?", "Would you *?",
            "I'd like you to *.", "^, please.", "Hello! Could you *?", "Hi there. Please *.", "Can you help me out and *?",
            "When you have a second, *.", "Quick favor: *.", "Good morning! Please *.", "I want you to *.", "Can you please *?", "Hey, *.",
        ],
        Mood::Served => &[
            "Thanks! Can you also *?", "Great. Now *.", "Okay, next: *.", "Now please *.", "One more thing: can you *?", "And could you *?",
            "Good. Please *.", "Next, *.", "Also, *.", "While you're at it, *.", "Got it. Can you *?", "All right, now *.",
            "Nice. ^, please.", "Then I'd also like you to *.", "Okay. Then *.", "Now I need you to *.",
        ],
        Mood::Declined => &[
            "Okay, then *.", "Never mind. Can you *?", "Fair enough. Please *.", "All right. Could you *?", "No problem. ^, please.",
            "Too bad. Then can you *?", "I see. Then please *.", "Understood. Would you *?",
        ],
        Mood::Talked => &[
            "Good to know. Can you *?", "Okay. Now *.", "Right. Could you please *?", "Thanks. Next, *.", "Ah, I see. Please *.",
            "Great. And could you *?", "By the way, can you *?", "Now to something else: *.",
        ],
        Mood::Dropped => &[
            "Actually, never mind that. Can you *?", "Forget that. Please *.", "Hm, leave it. Could you * instead?", "On second thought, no. Please *.",
            "You know what, scrap that and *.", "Oh, I don't need that any more. Can you *?", "Let's drop that. ^, please.", "Never mind, I'd rather you *.",
        ],
        Mood::Granted => &[
            "Then try again: *.", "Great, you have a tool for it now. Please *.", "So, can you * now?", "Does it work now? Please *.",
            "Good, then please *.", "Now that you can: *.",
        ],
    }
}

#[rustfmt::skip]
const fn polite(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &[
            "Could you please *?", "Would you be so kind as to *?", "Good morning! Would you please *?", "Hello, could you please *? Thank you.",
            "I'd be grateful if you could *.", "Would you mind helping me? I'd like you to *.", "Please *. Thank you very much.",
            "Would you be able to *, please?", "Good afternoon. Could I ask you to *?", "If it's not too much trouble, could you *?",
            "I would appreciate it if you could *.", "May I ask you to *? Many thanks.", "Hello, I hope you can help: please *.",
            "Could I trouble you to *?",
        ],
        Mood::Served => &[
            "Thank you very much. Could you also *, please?", "That's very helpful, thank you. Would you please *?", "Wonderful, thanks. Could I also ask you to *?",
            "Much appreciated. When you have a moment, please *.", "Thank you! Would you be so kind as to *?", "Perfect, thank you. May I also ask you to *?",
            "Many thanks. If I may ask for one more thing: please *.", "Thanks so much. I'd also be grateful if you could *.",
        ],
        Mood::Declined => &[
            "No problem at all. Could you please *, then?", "I understand, thank you anyway. Would you please *?", "That's quite all right. Could I ask you to *?",
            "Thanks for telling me. Then please *, if you can.",
        ],
        Mood::Talked => &[
            "Thank you, that was interesting. Could you please *?", "Very kind. Would you now please *?", "Thanks for that. May I ask you to *?",
            "Lovely, thank you. I'd also like you to *, please.",
        ],
        Mood::Dropped => &[
            "I'm sorry, I've changed my mind. Could you please *?", "Please forget about that. I'd be glad if you could *.", "My apologies, leave that. Would you * instead?",
        ],
        Mood::Granted => &[
            "That's good to hear. Could you please * now?", "Wonderful, then may I ask again: could you *?", "Thank you. Then please *.",
        ],
    }
}

#[rustfmt::skip]
const fn terse(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &["^.", "^", "*", "*", "^."],
        Mood::Served => &["Now *.", "Next: *", "^.", "^", "Also *", "Then *."],
        Mood::Declined => &["OK. ^.", "Then *.", "*", "^."],
        Mood::Talked => &["OK. ^.", "*", "^.", "^"],
        Mood::Dropped => &["Forget it. ^.", "Scrap that. ^", "No, * instead."],
        Mood::Granted => &["Again: *", "Now *.", "Then *."],
    }
}

#[rustfmt::skip]
const fn rambling(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &[
            "Can you *?", "Could you *?", "Please *.", "So what I need is for you to *.", "Anyway, could you *?", "Long story short, please *.",
            "I was hoping that you could *.", "I'd like you to *, if that's possible.", "What I actually want is this: *.", "So, could you maybe *?",
            "To make it short: *.",
        ],
        Mood::Served => &[
            "Okay, and now could you *?", "Right, and the other thing: please *.", "Good, that helps. So next, *.", "Oh, and while I'm here, could you *?",
            "That's that, then. Now please *.", "Before I forget, I'd also like you to *.",
        ],
        Mood::Declined => &["Well, never mind. Then maybe you could *?", "Okay, it was worth a try. Next, please *.", "Hm, all right. Could you maybe *?"],
        Mood::Talked => &["Anyway, what I came for: please *.", "But back to business. Could you *?", "Okay, enough of that. Now *."],
        Mood::Dropped => &["Oh, you know what, I just noticed I don't need that. Please * instead.", "Hm, wait, forget what I said. Could you rather *?", "Actually no, never mind all that. What I want is for you to *."],
        Mood::Granted => &["Ah, so now there is a way after all. Then please *.", "Okay, let me ask again then: could you *?", "Right, now it should work, I suppose. Please *."],
    }
}

#[rustfmt::skip]
const fn expert(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &["^", "*", "^.", "^"],
        Mood::Served => &["Next: *", "^", "Now *", "^."],
        Mood::Declined | Mood::Talked => &["OK: *", "^", "^."],
        Mood::Dropped => &["Cancel that: *", "Disregard. ^"],
        Mood::Granted => &["Retry: *", "Again: *"],
    }
}

#[rustfmt::skip]
const fn plain_before(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &["", "", "", "", "", "", "Hi! ", "Hello! ", "Hey! ", "Hi there. ", "Morning! ", "Quick question: "],
        Mood::Served => &["Thanks. ", "Great, thanks! ", "", "Okay. ", "Good to know. ", "Perfect. ", "And another thing. ",
            "Next question. ", "Alright. "],
        Mood::Declined => &["Okay. ", "Never mind. ", "Fair enough. ", "All right. ", "I see. ", "Understood. "],
        Mood::Talked => &["", "Okay. ", "Right. ", "Thanks. ", "Good to know. ", "Now something else. "],
        Mood::Dropped => &["Actually, never mind. ", "Forget that. ", "On second thought, leave it. ", "Scrap that. "],
        Mood::Granted => &["Then once more: ", "You have a tool for it now, right? ", "Good. So: ", "Let's try again. "],
    }
}

#[rustfmt::skip]
const fn polite_before(mood: Mood) -> &'static [&'static str] {
    match mood {
        Mood::Opening => &["Hello! ", "Good morning. ", "Excuse me, a question: ", "Good afternoon. ", "Hello, may I ask: ", "Sorry to bother you. "],
        Mood::Served => &["Thank you very much. ", "That's very helpful, thanks. ", "Much appreciated. ", "Lovely, thank you. ", "Many thanks. "],
        Mood::Declined => &["That's all right, thank you. ", "I understand. ", "No problem at all. "],
        Mood::Talked => &["Thank you. ", "Thanks for that. ", "Very kind, thank you. "],
        Mood::Dropped => &["My apologies, I've changed my mind. ", "Please forget that. ", "Sorry, something else instead. "],
        Mood::Granted => &["That's good to hear. ", "Then may I ask again: ", "Thank you. Once more, then: "],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_in_order() {
        for (at, style) in STYLES.iter().enumerate() {
            assert!(STYLES[..at].iter().all(|other| other.name != style.name), "{}", style.name);
            assert!(style.name.bytes().all(|byte| byte.is_ascii_lowercase()) && style.weight > 0.0);
            for mood in
                [Mood::Opening, Mood::Served, Mood::Declined, Mood::Talked, Mood::Dropped, Mood::Granted]
            {
                let ways = (style.around)(mood);
                assert!(ways.iter().all(|way| way.matches(['*', '^']).count() == 1), "{ways:?}");
                assert!(!(style.before)(mood).is_empty());
            }
            assert!(style.answers.iter().all(|answer| answer.contains('@')), "{}", style.name);
        }
        let error = style("tersse").expect_err("there is none").to_string();
        assert!(
            error.starts_with("no style is called `tersse`; did you mean `terse`? There are: plain, "),
            "{error}"
        );
    }
}
