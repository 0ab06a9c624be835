//! How far a request is from the API's own words: the lever that makes a dialog harder without changing what is asked.
//!
//! Source: ToolACE (arXiv:2409.00920, §3.2) asks a model for a more complex query; ours moves along four fixed degrees, so that the same
//!         request can be had at each.
//! Ours:   0 the words of the definition, with the names of its parameters; 1 as people ask, the tool's `asks`; 2 further away: other
//!         verbs and nouns of the same meaning, more of the sentence around them, what repeats left out; 3 a need or a situation is
//!         stated, and what to do follows from it.

use toolwright_core::seed::Rng;

use super::pieces::{Piece, Said};

/// What may follow a verb that is replaced.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// A thing: `the orders`, `FL-3`.
    Thing,
    /// A question: `whether it rains`.
    Question,
    /// Either.
    Any,
}

/// Verbs of requests with others of the same meaning.
#[rustfmt::skip]
const VERBS: &[(&str, Before, &[&str])] = &[
    ("find out", Before::Question, &["figure out", "let me know"]),
    ("see", Before::Question, &["find out", "figure out"]),
    ("check", Before::Question, &["find out", "let me know"]),
    ("tell me", Before::Question, &["let me know"]),
    ("list", Before::Thing, &["run me through", "give me a rundown of"]),
    ("show me", Before::Thing, &["let me see"]),
    ("show", Before::Thing, &["let me see"]),
    ("get", Before::Thing, &["get me"]),
    ("look up", Before::Thing, &["check"]),
    ("find", Before::Thing, &["find me", "look for"]),
    ("search for", Before::Thing, &["look for"]),
    ("look for", Before::Thing, &["search for"]),
    ("search", Before::Thing, &["look through", "go through"]),
    ("calculate", Before::Any, &["work out", "figure out"]),
    ("compute", Before::Any, &["work out", "figure out"]),
    ("estimate", Before::Question, &["give me a rough idea of"]),
    ("estimate", Before::Thing, &["give me a rough idea of", "give me a ballpark for"]),
    ("predict", Before::Question, &["forecast", "tell me"]),
    ("predict", Before::Thing, &["forecast"]),
    ("analyze", Before::Any, &["take a close look at", "look into"]),
    ("explain", Before::Any, &["walk me through", "help me understand"]),
    ("summarize", Before::Thing, &["sum up"]),
    ("suggest", Before::Thing, &["come up with"]),
    ("verify", Before::Any, &["double-check"]),
    ("create", Before::Thing, &["set up", "make"]),
    ("generate", Before::Thing, &["put together", "come up with"]),
    ("arrange", Before::Thing, &["set up", "organize"]),
    ("schedule", Before::Thing, &["set up", "arrange"]),
    ("book", Before::Thing, &["reserve"]),
    ("reserve", Before::Thing, &["set aside", "book"]),
    ("cancel", Before::Thing, &["call off"]),
    ("delete", Before::Thing, &["get rid of", "erase"]),
    ("remove", Before::Thing, &["get rid of"]),
    ("submit", Before::Thing, &["hand in", "put in"]),
    ("file", Before::Thing, &["lodge", "put in"]),
    ("request", Before::Thing, &["ask for", "put in for"]),
    ("record", Before::Thing, &["note down"]),
    ("log", Before::Thing, &["note down", "write down"]),
    ("draft", Before::Thing, &["write a first version of"]),
    ("end", Before::Thing, &["wrap up"]),
    ("plan", Before::Thing, &["map out", "work out"]),
    ("track", Before::Thing, &["trace"]),
];

/// Nouns and other words with others of the same meaning.
#[rustfmt::skip]
const WORDS: &[(&str, &[&str])] = &[
    ("cheapest", &["least expensive", "most affordable"]), ("nearest", &["closest"]), ("latest", &["most recent", "newest"]),
    ("upcoming", &["coming"]), ("called", &["named"]), ("whether", &["if"]), 
    ("photo", &["picture"]), ("photos", &["pictures"]), ("pictures", &["photos"]),
    ("doctor", &["physician"]), ("cinema", &["movie theater"]),
    ("apartment", &["flat"]), ("apartments", &["flats"]), ("holiday", &["vacation"]), ("shop", &["store"]), ("shops", &["stores"]),
    ("luggage", &["baggage"]), ("colleague", &["coworker"]), ("teacher", &["instructor"]), ("employees", &["staff"]),
    ("children", &["kids"]), ("bike", &["bicycle"]), ("bikes", &["bicycles"]), 
    ("somebody", &["someone"]), 
    ("details", &["particulars"]), ("currently", &["at the moment"]), ("complaint", &["grievance"]), 
    ("physician", &["doctor"]), 
    ("garbage", &["trash"]), ("pharmacy", &["drugstore"]), ("trips", &["journeys"]),
    ("trip", &["journey"]), ("salary", &["pay"]), ("quickest", &["fastest"]),
    ("fastest", &["quickest"]), ("quarrel", &["dispute"]), 
];

/// Words that open a question within a sentence.
const ASKING: &[&str] = &[
    "what", "which", "who", "whom", "whose", "when", "where", "whether", "if", "how", "until", "why", "since",
];

/// The verb of a phrase in other words; the phrase as it is where none fit.
pub(crate) fn other_verb(phrase: &str, rng: &mut Rng) -> String {
    if rng.chance(0.15) {
        return phrase.to_owned();
    }
    for (verb, before, ways) in VERBS {
        let Some(rest) = phrase.strip_prefix(verb).and_then(|rest| rest.strip_prefix(' ')) else { continue };
        let next = rest.split(' ').next().unwrap_or_default();
        let asks = ASKING.contains(&next);
        let particle = [
            "out", "up", "for", "in", "to", "on", "off", "me", "it", "back", "into", "over", "about", "at",
            "with", "from", "good", "that", "whoever",
        ];
        // Whom one gets on a boat, one does not pull up.
        if *verb == "get" && !["the", "a", "an", "all", "my"].contains(&next) {
            return phrase.to_owned();
        }
        let fits = match before {
            Before::Question => asks,
            Before::Thing => !asks && !particle.contains(&next) && !next.ends_with("ing"),
            Before::Any => asks || !particle.contains(&next),
        };
        if !fits {
            continue;
        }
        let Some(way) = rng.choose(ways) else { return phrase.to_owned() };
        return format!("{way} {rest}");
    }
    phrase.to_owned()
}

/// The other words of what is said, where they give no value.
pub(crate) fn reworded(said: &mut Said, rng: &mut Rng) {
    for piece in &mut said.pieces {
        let Piece::Free(text) = piece else { continue };
        let hit = |word: &str| WORDS.iter().find(|(known, _)| *known == word);
        if !text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| hit(word).is_some()) {
            continue;
        }
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            match hit(word).and_then(|(_, ways)| rng.choose(ways)) {
                Some(other) => out.push_str(other),
                None => out.push_str(word),
            }
            let gap = after.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(after.len());
            out.push_str(&after[..gap]);
            rest = &after[gap..];
        }
        *text = out;
    }
}

/// More of a sentence around a phrase, as people who feel their way put it.
#[rustfmt::skip]
pub(crate) const DISTANT: &[&str] = &[
    "I was wondering if you could *.", "Any chance you could *?", "^, could you?", "You couldn't *, could you?", "Would you mind if I asked you to *?",
    "I was going to ask you to *.", "Do you think you could *?", "I'd love it if you could *.", "Is there a way for you to *?",
    "What I'm after is this: *.", "Mind helping me out? I'd like you to *.", "See if you can *.", "^, would you?",
];

/// A phrase as a need or a situation, and what follows from it; `None` where no frame fits, and where there are several: after a need
/// that is only stated, nothing is asked for in passing.
pub(crate) fn indirect(phrases: &[String], reads: bool, rng: &mut Rng) -> Option<String> {
    let [only] = phrases else { return None };
    // `and the same for Bergen` goes on with a request.
    if only.contains("the same for") || only.contains("likewise for") {
        return None;
    }
    need(only, reads, rng)
}

fn ends_closed(text: &str) -> bool {
    text.trim_end_matches(['"', '\'']).ends_with(['.', '?', '!'])
}

/// One phrase as a need.
fn need(phrase: &str, reads: bool, rng: &mut Rng) -> Option<String> {
    // A frame closes after a short phrase only: at the end of a long one nobody remembers how it began.
    let short =
        phrase.len() < 60 && !phrase.contains([',', ';', ':', '.', '?', '!']) && !phrase.contains(" and ");
    let framed = |ways: &[&'static str], inner: &str, rng: &mut Rng| {
        let open: Vec<&str> = ways.iter().copied().filter(|way| short || way.ends_with('*')).collect();
        let text = rng.choose(&open)?.replacen('*', inner, 1);
        let mark = if ends_closed(&text) { "" } else { "." };
        Some(format!("{text}{mark}"))
    };
    let first = phrase.split(' ').next().unwrap_or_default();
    let of_you = [
        "tell", "show", "remind", "give", "let", "help", "bring", "warn", "brief", "guide", "suggest",
        "keep", "teach", "explain", "describe", "recommend", "name", "read", "walk", "translate", "answer",
    ];
    let of_me = phrase.split(' ').any(|word| ["me", "you", "your", "myself"].contains(&word));
    if reads && let Some(question) = question_in(phrase) {
        #[rustfmt::skip]
        const WAYS: &[&str] = &[
            "I need to know *", "I'm trying to work out *", "Somebody asked me *, and I couldn't say", "It would help me to know *",
            "I keep wondering *", "I'm not sure *", "I can't tell *", "What I can't work out is *",
        ];
        return framed(WAYS, question, rng);
    }
    if reads
        && let Some((article, thing)) = thing_in(phrase).filter(|_| !of_me || phrase.starts_with("show me "))
    {
        // A thing is looked for, what is known of one is seen.
        let sought = ["find ", "search for ", "look for "].iter().any(|verb| phrase.starts_with(verb));
        let ways: &[&str] = match article {
            "a " | "an " if sought => &["I need *", "I could use *", "I'm looking for *"],
            _ if sought => &["I'm looking for *"],
            _ => &["I'd like to see *", "I want to have a look at *"],
        };
        return framed(ways, &format!("{article}{thing}"), rng);
    }
    #[rustfmt::skip]
    const BY_YOU: &[&str] = &["It would help me a lot if you could *", "I'd be glad if you could *", "It would be great if you could *"];
    #[rustfmt::skip]
    const BY_ME: &[&str] = &[
        "I still have to *", "The next thing on my list is to *", "It's time to *", "I've decided to *", "I want to *", "What's left for me is to *",
        "I need to *", "I'd like to *",
    ];
    #[rustfmt::skip]
    const LOOKING: &[&str] = &["I'm supposed to *", "I've been trying to *", "I have to *", "What I need to do is *"];
    let ways = match (of_me || of_you.contains(&first), reads) {
        (true, _) => BY_YOU,
        (false, true) => LOOKING,
        (false, false) => BY_ME,
    };
    framed(ways, phrase, rng)
}

/// `whether it rains` of `check whether it rains`.
fn question_in(phrase: &str) -> Option<&str> {
    let rest = [
        "find out ", "see ", "check ", "tell me ", "show me ", "show ", "calculate ", "predict ",
        "estimate ", "figure out ", "look up ", "determine ",
    ]
    .iter()
    .find_map(|verb| phrase.strip_prefix(verb))?;
    ASKING.contains(&rest.split(' ').next()?).then_some(rest)
}

/// The thing that a lookup asks for, with its article: (`the `, `facts about game 3`).
pub(crate) fn thing_in(phrase: &str) -> Option<(&str, &str)> {
    let rest = [
        "list ", "get ", "show me ", "show ", "look up ", "find ", "pull up ", "search for ", "look for ",
        "fetch ",
    ]
    .iter()
    .find_map(|verb| phrase.strip_prefix(verb))?;
    let mut words = rest.split(' ');
    let (first, second) = (words.next()?, words.next()?);
    let (article, thing) = ["the ", "an ", "a ", "all ", "my "]
        .iter()
        .find_map(|article| rest.strip_prefix(article).map(|thing| (*article, thing)))
        .unwrap_or(("", rest));
    let no_thing = |word: &str| {
        ASKING.contains(&word)
            || ["me", "out", "up", "it", "them", "somebody", "if", "to", "in", "on", "for", "at", "with"]
                .contains(&word)
    };
    let known = article == "my " || first.chars().any(char::is_uppercase);
    let bare = article.is_empty() && !first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let mine = thing.split(' ').any(|word| word == "I");
    (!mine && !no_thing(first) && !no_thing(second.trim_end_matches(',')) && !known && !bare)
        .then_some((article, thing))
}

/// Phrases of several steps, the order kept and said in other ways.
pub(crate) fn in_order(words: &[String], rng: &mut Rng) -> Option<String> {
    let [a, b] = words else { return None };
    Some(match rng.below(3) {
        0 => format!("{a}; with that done, {b}"),
        1 => format!("first {a}, and only then {b}"),
        _ => format!("{a}, and once that's done, {b}"),
    })
}

/// A phrase as a bare noun phrase: `cold shipments to Dublin`.
pub(crate) fn bare(phrase: &str) -> Option<String> {
    match thing_in(phrase)? {
        ("a " | "an ", _) => None,
        ("all ", thing) => Some(format!("all {thing}")),
        (_, thing) => Some(thing.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn values_and_meaning_stay() {
        for n in 0..200 {
            let mut rng = Seed::new(n).rng();
            let text = other_verb("list the open orders of KB-3", &mut rng);
            assert!(text.ends_with(" the open orders of KB-3"), "{text}");
            let text = other_verb("find out whether it rains", &mut rng);
            assert!(text.ends_with("whether it rains"), "{text}");
            assert_eq!(other_verb("get in touch with KB-3", &mut rng), "get in touch with KB-3");
            for (phrase, reads) in [
                ("find out how fast X loads", true),
                ("get the facts about game 3", true),
                ("rank the prospects", true),
                ("book FL-3 for Ann", false),
                ("remind me to call Ann", false),
            ] {
                let text = indirect(&[phrase.to_owned()], reads, &mut rng).expect("a frame");
                let kept = phrase
                    .split_once(' ')
                    .expect("two words")
                    .1
                    .trim_start_matches("out ")
                    .trim_start_matches("the ");
                assert!(text.contains(kept) && text.ends_with('.'), "{text}");
            }
        }
        assert_eq!(bare("list the cold shipments to Dublin").as_deref(), Some("cold shipments to Dublin"));
        assert_eq!(bare("find an open game of tennis"), None);
        assert_eq!(bare("see what runs"), None);
    }
}
