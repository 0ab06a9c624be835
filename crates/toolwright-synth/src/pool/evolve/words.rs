//! Words for descriptions: names as people say them, and one of several phrasings.

use toolwright_core::seed::Rng;

use crate::agent::clause::{is_base_verb, is_imperative};
use crate::agent::name::{article, is_plural, spoken};

/// One of these phrasings.
pub(super) fn pick(rng: &mut Rng, texts: &[&'static str]) -> &'static str {
    rng.choose(texts).copied().unwrap_or_default()
}

/// A name in code ticks.
pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

/// A name as people say it: `flight ID`.
pub(super) fn noun(name: &str) -> String {
    spoken(name)
}

/// The same with an article, where it is one thing that can be counted.
pub(super) fn noun_phrase(name: &str) -> String {
    let noun = noun(name);
    let last = noun.split(' ').next_back().unwrap_or_default();
    if is_plural(last) || MASS.contains(&last) {
        return noun;
    }
    format!("{} {noun}", article(&noun))
}

/// Nouns without a plural.
#[rustfmt::skip]
pub(super) const MASS: &[&str] = &[
    "information", "data", "history", "availability", "weather", "traffic", "progress", "insurance", "coverage", "music", "feedback",
    "advice", "news", "equipment", "luggage", "baggage", "mail", "storage", "access", "usage", "content", "stock", "inventory", "power",
    "energy", "water", "fuel", "waste", "quality", "capacity", "support", "maintenance", "attendance", "eligibility", "compliance",
    "consumption", "production", "revenue", "income", "interest", "nutrition", "hydration", "sleep", "parking", "housing", "homework",
];

/// A sentence as a clause that does not open one: first letter small, unless it is a name or an acronym.
pub(super) fn lowered(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.chars().skip(1).any(char::is_uppercase) || first.chars().count() < 2 {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// A sentence that opens with a verb, in another person: `Searches scheduled flights`. `None` where no known verb opens it.
pub(super) fn third_person(says: &str, verb: &str) -> Option<String> {
    let (first, rest) = says.split_once(' ')?;
    if !is_imperative(says, verb) {
        return None;
    }
    let (verb, base) = (first, first.to_lowercase());
    let verb = match verb {
        _ if base == "do" || base == "go" => format!("{verb}es"),
        _ if ["s", "sh", "ch", "x", "z"].iter().any(|ending| base.ends_with(ending)) => format!("{verb}es"),
        _ => match verb.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
            Some(stem) => format!("{stem}ies"),
            None => format!("{verb}s"),
        },
    };
    // `Cancel a booking and start the refund`: a second verb would have to follow.
    let padded = format!(" {rest}");
    let second = ["and", "or", "then"].iter().any(|link| {
        padded.split(&format!(" {link} ")).skip(1).any(|after| {
            let mut words = after.split(|c: char| !c.is_alphanumeric());
            let verb = words.next().is_some_and(|word| is_base_verb(&word.to_lowercase()));
            #[rustfmt::skip]
            let object = [
                "the", "a", "an", "its", "their", "all", "every", "it", "them", "on", "to", "with", "for", "from", "about",
            ];
            verb || words.next().is_some_and(|word| object.contains(&word))
        })
    });
    (!second).then(|| format!("{verb} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_change_person() {
        assert_eq!(
            third_person("Search scheduled flights", "search").as_deref(),
            Some("Searches scheduled flights")
        );
        assert_eq!(third_person("Verify a claim", "check").as_deref(), Some("Verifies a claim"));
        assert_eq!(third_person("Cancel a booking and start the refund", "cancel"), None);
        assert_eq!(third_person("Close a job opening and inform the candidates", "close"), None);
        assert_eq!(third_person("Accept an offer and agree on a meeting", "accept"), None);
        assert_eq!(third_person("Write and send an email", "write"), None);
        assert_eq!(third_person("Live status of a flight", "get"), None);
        assert_eq!(third_person("Grade point average of a student", "get"), None);
        assert_eq!(lowered("IATA code"), "IATA code");
        assert_eq!(noun_phrase("airport_pickup"), "an airport pickup");
        assert_eq!(noun_phrase("checked_bags"), "checked bags");
    }
}
