//! Phrases as one request, with what people put around it: greetings, thanks, *please*.

use toolwright_core::seed::Rng;

use super::name::capitalised;

/// A verb phrase, with what stands below the sentence.
pub(super) struct Phrase {
    pub(super) words: String,
    pub(super) below: String,
}

/// What has just happened when the user speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing: the conversation opens.
    Opening,
    /// Something was done.
    Served,
    /// Something could not be done.
    Declined,
    /// Something was talked about.
    Talked,
    /// The user drops what was asked before.
    Dropped,
    /// What could not be done before can be done now.
    Granted,
}

/// What goes around a verb phrase: `*` is the phrase, `^` the phrase with a capital.
#[rustfmt::skip]
const OPENING: &[&str] = &[
    "Can you *?", "Could you *?", "Please *.", "^.", "Could you please *?", "I need you to *.", "Can you please *?", "Hi, can you *?",
    "Hey, could you *?", "Would you *?", "I'd like you to *.", "^, please.", "Hello! Could you *?", "Hi there. Please *.",
    "Can you help me out and *?", "When you have a second, *.", "Quick favor: *.", "Would you be able to *?", "Good morning! Please *.",
];
#[rustfmt::skip]
const SERVED: &[&str] = &[
    "Thanks! Can you also *?", "Great. Now *.", "Okay, next: *.", "Perfect, thanks. Could you *?", "Now please *.",
    "One more thing: can you *?", "And could you *?", "Good. Please *.", "Next, *.", "Also, *.", "While you're at it, *.",
    "Thank you. Now I need you to *.", "Got it. Can you *?", "All right, now *.", "Nice. ^, please.", "After that, I'd like you to *.",
];
#[rustfmt::skip]
const DECLINED: &[&str] = &[
    "Okay, then *.", "Never mind. Can you *?", "Fair enough. Please *.", "All right. Could you *?", "No problem. ^, please.",
    "Too bad. Can you at least *?", "I see. Then please *.", "Understood. Would you *?",
];
#[rustfmt::skip]
const TALKED: &[&str] = &[
    "Good to know. Can you *?", "Okay. Now *.", "Right. Could you please *?", "Thanks. Next, *.", "Ah, I see. Please *.",
    "Great. And could you *?", "By the way, can you *?", "Now to something else: *.",
];

#[rustfmt::skip]
const DROPPED: &[&str] = &[
    "Actually, never mind that. Can you *?", "Forget that. Please *.", "Hm, leave it. Could you * instead?", "On second thought, no. Please *.",
    "You know what, scrap that and *.", "Oh, I don't need that any more. Can you *?", "Let's drop that. ^, please.", "Never mind, I'd rather you *.",
];
#[rustfmt::skip]
const GRANTED: &[&str] = &[
    "Then try again: *.", "Great, you have a tool for it now. Please *.", "So, can you * now?", "Does it work now? Please *.",
    "Good, then please *.", "Now that you can: *.",
];

impl Mood {
    const fn around_phrases(self) -> &'static [&'static str] {
        match self {
            Self::Opening => OPENING,
            Self::Served => SERVED,
            Self::Declined => DECLINED,
            Self::Talked => TALKED,
            Self::Dropped => DROPPED,
            Self::Granted => GRANTED,
        }
    }

    #[rustfmt::skip]
    const fn before_questions(self) -> &'static [&'static str] {
        match self {
            Self::Opening => &["", "", "", "", "", "", "Hi! ", "Hello! ", "Hey! ", "Hi there. ", "Morning! ", "Quick question: "],
            Self::Served => &["Thanks. ", "Great, thanks! ", "", "Okay. ", "Good to know. ", "Perfect. ", "And another thing. ",
                "Next question. ", "Alright. "],
            Self::Declined => &["Okay. ", "Never mind. ", "Fair enough. ", "All right. ", "I see. ", "Understood. "],
            Self::Talked => &["", "Okay. ", "Right. ", "Thanks. ", "Good to know. ", "Now something else. "],
            Self::Dropped => &["Actually, never mind. ", "Forget that. ", "On second thought, leave it. ", "Scrap that. "],
            Self::Granted => &["Then once more: ", "You have a tool for it now, right? ", "Good. So: ", "Let's try again. "],
        }
    }
}

/// Phrases as one request: a sentence, or a sentence for each where lists or payloads stand below them.
pub(super) fn sentence(phrases: &[Phrase], chain: bool, mood: Mood, rng: &mut Rng) -> String {
    let words: Vec<String> = phrases.iter().map(|phrase| phrase.words.clone()).collect();
    if phrases.iter().all(|phrase| phrase.below.is_empty()) {
        if let [first, second, rest @ ..] = &words[..]
            && rest.len() > 1
        {
            return several(first, second, rest, chain, mood, rng);
        }
        return wrapped(&joined(&words, chain, rng), mood, rng);
    }
    if let [one] = phrases {
        const BRIDGES: &[&str] = &[
            "Here are the details:", "Details:", "Use these values:", "Here's what to use:", "Details below:",
        ];
        let bridge = rng.choose(BRIDGES).copied().unwrap_or("Details:");
        return format!("{} {bridge}{}", closed(&wrapped(&one.words, mood, rng)), one.below);
    }
    let mut text = String::new();
    for (at, phrase) in phrases.iter().enumerate() {
        let words = with_below(phrase);
        match at {
            0 => text = wrapped(&words, mood, rng),
            _ if chain => text.push_str(&format!("\nThen {}", closed(&words))),
            1 => text.push_str(&format!("\nAnd also {}", closed(&words))),
            _ => text.push_str(&format!("\nAnd {}", closed(&words))),
        }
    }
    text
}

/// Many phrases: a sentence and what follows, or a list.
fn several(first: &str, second: &str, rest: &[String], chain: bool, mood: Mood, rng: &mut Rng) -> String {
    if !chain && rng.chance(0.5) {
        let lines: Vec<String> = [first, second]
            .into_iter()
            .chain(rest.iter().map(String::as_str))
            .map(|one| format!("- {one}"))
            .collect();
        let lead = rng
            .choose(&[
                "Please do these for me:", "I need a few things:", "Can you take care of these?",
                "Here's my list:",
            ])
            .copied()
            .unwrap_or("Please do these:");
        return format!("{lead}\n{}", lines.join("\n"));
    }
    let two = joined(&[first.to_owned(), second.to_owned()], chain, rng);
    let mut text = closed(&wrapped(&two, mood, rng));
    let (middle, last) = rest.split_at(rest.len() - 1);
    let links: &[&str] = if chain {
        &["Then", "After that,", "Next,"]
    } else {
        &["Also", "And", "Please also", "I also need you to"]
    };
    for one in middle {
        let link = rng.choose(links).copied().unwrap_or("Then");
        text.push_str(&format!(" {link} {}", closed(one)));
    }
    let end = if chain { "Finally," } else { "And finally," };
    for one in last {
        text.push_str(&format!(" {end} {}", closed(one)));
    }
    text
}

fn with_below(phrase: &Phrase) -> String {
    if phrase.below.is_empty() {
        phrase.words.clone()
    } else {
        format!("{} with:{}", phrase.words, phrase.below)
    }
}

fn closed(text: &str) -> String {
    if text.contains('\n') || ends_closed(text) { text.to_owned() } else { format!("{text}.") }
}

/// Whether the last sentence has its mark, within quotation marks or without.
fn ends_closed(text: &str) -> bool {
    text.trim_end_matches(['"', '\'']).ends_with(['.', '?', '!'])
}

fn joined(words: &[String], chain: bool, rng: &mut Rng) -> String {
    match words {
        [one] => one.clone(),
        [a, b] => {
            let links: &[&str] = if chain {
                &[", then ", " and then ", ", and after that "]
            } else {
                &[" and ", ", and also ", " and also ", ", and "]
            };
            format!("{a}{}{b}", rng.choose(links).copied().unwrap_or(" and "))
        }
        [first, middle @ .., last] => {
            let (link, end) = if chain { (", then ", ", and finally ") } else { (", ", ", and ") };
            let middle: String = middle.iter().map(|one| format!("{link}{one}")).collect();
            format!("{first}{middle}{end}{last}")
        }
        [] => String::new(),
    }
}

fn wrapped(phrase: &str, mood: Mood, rng: &mut Rng) -> String {
    let way = rng.choose(mood.around_phrases()).copied().unwrap_or("Please *.");
    // What ends in a list or payload takes no mark, what ends in a mark of its own no second full stop.
    let way = if phrase.contains('\n') {
        way.trim_end_matches(['.', '?']).trim_end_matches(", please")
    } else if ends_closed(phrase) {
        way.trim_end_matches('.').trim_end_matches(", please")
    } else {
        way
    };
    // In one pass: the phrase may hold such marks itself.
    let mut out = String::new();
    for c in way.chars() {
        match c {
            '*' => out.push_str(phrase),
            '^' => out.push_str(&capitalised(phrase)),
            other => out.push(other),
        }
    }
    out
}

/// A question of its own, now and then with a word before it.
pub(super) fn opened(question: &str, mood: Mood, rng: &mut Rng) -> String {
    let lead = rng.choose(mood.before_questions()).copied().unwrap_or_default();
    let asks = question.find(['?', '.', '!']).is_some_and(|at| question[at..].starts_with('?'));
    if lead.contains("question") && !asks { question.to_owned() } else { format!("{lead}{question}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn marks_within_a_phrase_stay() {
        let mut rng = Seed::new(5).rng();
        for _ in 0..60 {
            let phrase = Phrase { words: "evaluate 2.5^3 * 4".into(), below: String::new() };
            let text = sentence(&[phrase], false, Mood::Opening, &mut rng);
            assert!(text.contains("valuate 2.5^3 * 4"), "{text}");
        }
    }

    #[test]
    fn every_request_ends_in_one_mark() {
        let mut rng = Seed::new(3).rng();
        for mood in [Mood::Opening, Mood::Served, Mood::Declined, Mood::Talked] {
            for words in ["send it with the subject \"Hello\"", "reply \"See you there.\"", "list the orders"]
            {
                for _ in 0..40 {
                    let phrase = Phrase { words: words.into(), below: String::new() };
                    let text = sentence(&[phrase], false, mood, &mut rng);
                    assert!(ends_closed(&text) && !text.contains("..") && !text.contains(".\"."), "{text}");
                }
            }
        }
    }
}
