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

/// Phrases as one request: a sentence, or a sentence for each where lists or payloads stand below them.
pub(super) fn sentence(phrases: &[Phrase], chain: bool, ways: &[&str], rng: &mut Rng) -> String {
    let words: Vec<String> = phrases.iter().map(|phrase| phrase.words.clone()).collect();
    if phrases.iter().all(|phrase| phrase.below.is_empty()) {
        if let [first, second, rest @ ..] = &words[..]
            && rest.len() > 1
        {
            return several(first, second, rest, chain, ways, rng);
        }
        return wrapped(&joined(&words, chain, rng), ways, rng);
    }
    if let [one] = phrases {
        const BRIDGES: &[&str] = &[
            "Here are the details:", "Details:", "Use these values:", "Here's what to use:", "Details below:",
        ];
        let bridge = rng.choose(BRIDGES).copied().unwrap_or("Details:");
        return format!("{} {bridge}{}", closed(&wrapped(&one.words, ways, rng)), one.below);
    }
    let mut text = String::new();
    let ways = &leading(ways);
    for (at, phrase) in phrases.iter().enumerate() {
        let words = with_below(phrase);
        match at {
            0 => text = wrapped(&words, ways, rng),
            _ if chain => text.push_str(&format!("\nThen {}", closed(&words))),
            1 => text.push_str(&format!("\nAnd also {}", closed(&words))),
            _ => text.push_str(&format!("\nAnd {}", closed(&words))),
        }
    }
    text
}

/// The ways after which a request can go on: nobody gives thanks in the middle.
fn leading<'w>(ways: &[&'w str]) -> Vec<&'w str> {
    let ends = |way: &&&str| way.split_once(['*', '^']).is_none_or(|(_, rest)| rest.len() < 2);
    let found: Vec<&str> = ways.iter().filter(ends).copied().collect();
    if found.is_empty() { vec!["Please *."] } else { found }
}

/// Many phrases: a sentence and what follows, or a list.
fn several(first: &str, second: &str, rest: &[String], chain: bool, ways: &[&str], rng: &mut Rng) -> String {
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
    let mut text = closed(&wrapped(&two, &leading(ways), rng));
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

pub(super) fn joined(words: &[String], chain: bool, rng: &mut Rng) -> String {
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

/// A phrase within one of the ways to put it: `*` is the phrase, `^` the phrase with a capital.
pub(super) fn wrapped(phrase: &str, ways: &[&str], rng: &mut Rng) -> String {
    let way = rng.choose(ways).copied().unwrap_or("Please *.");
    // What ends in a list or payload takes nothing after it, what ends in a mark of its own no full stop. In one pass: the phrase
    // may hold such marks itself.
    let (laid_out, closed) = (phrase.contains('\n'), ends_closed(phrase));
    let mut out = String::with_capacity(way.len() + phrase.len());
    let mut put = false;
    for c in way.chars() {
        match c {
            '*' | '^' => {
                out.push_str(&if c == '^' { capitalised(phrase) } else { phrase.to_owned() });
                if laid_out || closed && way.ends_with(", please.") {
                    return out;
                }
                put = true;
                continue;
            }
            '.' if put && closed => {}
            other => out.push(other),
        }
        put = false;
    }
    out
}

/// A question of its own, now and then with a word before it.
pub(super) fn opened(question: &str, leads: &[&str], rng: &mut Rng) -> String {
    let lead = rng.choose(leads).copied().unwrap_or_default();
    // A question that is announced is one.
    let asks = question.find(['?', '.', '!']).is_some_and(|at| question[at..].starts_with('?'));
    if (lead.contains("question") || lead.contains("ask")) && !asks {
        question.to_owned()
    } else {
        format!("{lead}{question}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::{STYLES, Shape};
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn marks_within_a_phrase_stay() {
        let mut rng = Seed::new(5).rng();
        for _ in 0..60 {
            let phrase = Phrase { words: "evaluate 2.5^3 * 4".into(), below: String::new() };
            let text = sentence(&[phrase], false, (STYLES[0].around)(Mood::Opening), &mut rng);
            assert!(text.contains("valuate 2.5^3 * 4"), "{text}");
        }
    }

    #[test]
    fn every_request_ends_in_one_mark() {
        let mut rng = Seed::new(3).rng();
        let moods = [Mood::Opening, Mood::Served, Mood::Declined, Mood::Talked];
        let sentences = STYLES.iter().filter(|style| style.shape == Shape::Sentence);
        for ways in sentences.flat_map(|style| moods.map(style.around)) {
            for words in ["send it with the subject \"Hello\"", "reply \"See you there.\"", "list the orders"]
            {
                for _ in 0..40 {
                    let phrase = Phrase { words: words.into(), below: String::new() };
                    let text = sentence(&[phrase], false, ways, &mut rng);
                    assert!(ends_closed(&text) && !text.contains("..") && !text.contains(".\"."), "{text}");
                }
            }
        }
    }
}
