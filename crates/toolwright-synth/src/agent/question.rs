//! Clarifying questions: what a missing parameter means, in the words of a person.
//!
//! The name of a parameter is for programs. What to ask follows from its codes, its unit, its kind of value, and from the noun that its
//! description opens with; its label comes last.

use serde_json::Value;
use toolwright_core::seed::Rng;

use super::clause::is_base_verb;
use super::name::{GENERIC, is_plural, tokens};
use super::surface::Manner;
use crate::pool::entry::{Entry, Param};

/// A question for this parameter.
pub(super) fn of(entry: &Entry, param: &Param, rng: &mut Rng) -> Option<String> {
    // What the tree calls an attribute is meant to be said.
    let told = if entry.is_evolved() { described(param) } else { None };
    let told =
        told.as_deref().and_then(|what| what.strip_prefix("the ")).filter(|what| what.split(' ').count() < 8);
    let label = &told.map_or_else(|| param.label.clone(), str::to_owned);
    if let Some(codes) = codes(param) {
        return choose(
            rng,
            &[
                "Which % should it be: @?", "Which % would you like: @?", "What about the %: @?",
                "Should the % be @?",
            ],
        )
        .map(|way| way.replace('%', label).replace('@', &codes));
    }
    if label.len() < 3 {
        return choose(rng, &["What value should % have?", "What is %?", "Which value should I take for %?"])
            .map(|way| way.replace('%', label));
    }
    let numeric = param.schema.get("type").is_some_and(|kind| kind == "integer" || kind == "number");
    if let Some(counted) = label.strip_prefix("number of ").filter(|_| numeric) {
        return choose(rng, &["How many % should it be?", "How many %?"])
            .map(|way| way.replace('%', counted));
    }
    let last = param.words.last().map_or("", String::as_str);
    let number = param.schema.get("type").is_some_and(|kind| kind == "integer" || kind == "number");
    // Identifiers and days go by their names: `car park ID`, `start date`.
    let plain = param.label.as_str();
    let stem = plain.rsplit_once(' ').map(|(stem, _)| stem);
    let kind = plain.rsplit_once(' ').map_or(plain, |(_, kind)| kind);
    let meaning = entry
        .arguments
        .get(&format!("/{}", param.name))
        .and_then(|field| field.meaning)
        .map_or("", |meaning| meaning.id);
    if number && is_plural(last) && told.is_none() && !label.contains(" per ") {
        return choose(
            rng,
            &["How many % should it be?", "How many %?", "What number of % do you have in mind?"],
        )
        .map(|way| way.replace('%', label));
    }
    if ["id", "sid", "uuid", "number", "code", "reference", "key"].contains(&last)
        && !number
        && (told.is_none() || identified(param).is_some() || last == "id")
        && let Some(stem) = identified(param).or_else(|| stem.filter(|stem| stem.len() > 2))
    {
        return choose(
            rng,
            &[
                "Which % is it? I need its @.",
                "Which % do you mean? Please give me the @.",
                "What is the @ of the %?",
                "Could you tell me which % you mean, by its @?",
                "Which % is this about? The @ will do.",
            ],
        )
        .map(|way| way.replace('%', stem).replace('@', kind));
    }
    // `interview_on`, `start_at`: a moment of something.
    if told.is_none()
        && ["on", "at"].contains(&last)
        && let Some(stem) = stem
    {
        return choose(rng, &["When should the % be?", "When is the %?"]).map(|way| way.replace('%', stem));
    }
    if told.is_none() && (meaning.contains("date") || ["date", "day"].contains(&last)) {
        // `date` alone has the owner's name before it: nobody asks for a table date.
        let known = stem.filter(|stem| !GENERIC.contains(stem) && tokens(&param.name).len() > 1);
        return match known {
            None => {
                choose(rng, &["Which day do you have in mind?", "What date should it be?", "For which date?"])
                    .map(str::to_owned)
            }
            Some(_) => choose(
                rng,
                &["What % do you have in mind?", "What is the %?", "I need the %. Which day is it?"],
            )
            .map(|way| way.replace('%', label)),
        };
    }
    if told.is_none() && (meaning == "time" || last == "time") {
        return choose(
            rng,
            &[
                "What time should I put down for the %?", "What % do you have in mind?",
                "At what time? I need the %.",
            ],
        )
        .map(|way| way.replace('%', label));
    }
    if told.is_none() && meaning == "money" && number {
        return choose(
            rng,
            &["How much should the % be?", "What % do you have in mind?", "How high is the %?"],
        )
        .map(|way| way.replace('%', label));
    }
    // Where there is one place only, it needs no name.
    let places = |id: &str| {
        let of = |other: &&Param| {
            entry
                .arguments
                .get(&format!("/{}", other.name))
                .and_then(|field| field.meaning)
                .is_some_and(|meaning| meaning.id == id)
        };
        let said = param.schema.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        meaning == id && said.contains(id) && entry.params.iter().filter(of).count() == 1
    };
    if places("city") {
        return choose(rng, &["Which city should it be?", "Which city is it about?", "In which city?"])
            .map(str::to_owned);
    }
    if places("country") {
        return choose(rng, &["Which country should it be?", "Which country is it about?"])
            .map(str::to_owned);
    }
    if let Some(what) = described(param).filter(|_| told.is_some() || rng.chance(0.7)) {
        if ["what ", "which ", "who ", "how ", "where ", "when "].iter().any(|word| what.starts_with(word)) {
            return choose(rng, &["Could you tell me %?", "Please tell me %.", "I still need to know %."])
                .map(|way| way.replace('%', &what));
        }
        let ways: &[&str] = if speaks_of_many(&what) {
            &[
                "What are %?", "Could you tell me %?", "I still need %. What should they be?",
                "Please give me %.",
            ]
        } else {
            &["What is %?", "Could you tell me %?", "I still need %. What should it be?", "Please give me %."]
        };
        return choose(rng, ways).map(|way| way.replace('%', &what));
    }
    let plural = is_plural(last);
    let ways: &[&str] = if plural {
        &[
            "Which % should I use?", "What are the %?", "Could you give me the %?",
            "Which % do you have in mind?",
        ]
    } else {
        &[
            "Which % should I use?", "What is the %?", "Could you give me the %?",
            "Which % do you have in mind?",
        ]
    };
    choose(rng, ways).map(|way| way.replace('%', label))
}

/// Whether a noun phrase is in the plural: `the dates that are left out`.
fn speaks_of_many(phrase: &str) -> bool {
    const ENDS: &[&str] = &[
        "of", "for", "in", "on", "from", "with", "at", "to", "by", "between", "that", "which", "who", "as",
        "about",
    ];
    let head = phrase.split(' ').take_while(|word| !ENDS.contains(word)).last().unwrap_or_default();
    is_plural(head)
}

/// A question as it goes on after a colon or comma: only names keep their capitals.
pub(super) fn lowered(question: &str) -> String {
    let mut chars = question.chars();
    if question.starts_with("I ") {
        return question.to_owned();
    }
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn choose<'a>(rng: &mut Rng, ways: &[&'a str]) -> Option<&'a str> {
    rng.choose(ways).copied()
}

/// The codes that can be chosen, where they are few: `economy, business or first`.
fn codes(param: &Param) -> Option<String> {
    let codes = param.schema.get("enum")?.as_array().filter(|codes| (2..=5).contains(&codes.len()))?;
    let said: Vec<String> = codes
        .iter()
        .map(|code| code.as_str().and_then(|_| Manner::plain().say(code)))
        .collect::<Option<_>>()?;
    let (last, first) = said.split_last()?;
    Some(format!("{} or {last}", first.join(", ")))
}

/// What an identifier identifies, by its description: `delivery tour` of `Identifier of the delivery tour`.
fn identified(param: &Param) -> Option<&str> {
    let text = param.schema.get("description").and_then(Value::as_str)?;
    let (kind, thing) = text.split_once(" of ")?;
    let plain = [
        "Identifier", "ID", "Id", "Number", "Code", "Reference", "The ID", "The identifier",
        "Unique identifier",
    ];
    let thing = ["the ", "a ", "an "].iter().find_map(|article| thing.strip_prefix(article))?;
    let end = [" that ", " which ", " to ", " for ", " in ", " on ", " from ", " of ", ".", ",", " ("]
        .iter()
        .filter_map(|end| thing.find(end))
        .min();
    let thing = thing[..end.unwrap_or(thing.len())].trim();
    let short = (1..=4).contains(&thing.split(' ').count())
        && thing.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
    (plain.contains(&kind) && short).then_some(thing)
}

/// What the description calls the parameter, where it opens with a short noun phrase or question: `the plant that is affected`.
pub(super) fn described(param: &Param) -> Option<String> {
    let text = param.schema.get("description").and_then(Value::as_str)?;
    let text = text.split(['.', '(', ';', ':', ',']).next()?.trim();
    let plain = text.chars().all(|c| c.is_alphanumeric() || " -\'/".contains(c));
    let words: Vec<&str> = text.split_whitespace().collect();
    let (first, second) = (words.first()?.to_lowercase(), words.get(1).copied().unwrap_or_default());
    if !plain || !(2..=9).contains(&words.len()) || is_base_verb(&first) && !second.starts_with("of") {
        return None;
    }
    #[rustfmt::skip]
    const NO_NOUN: &[&str] = &[
        "if", "whether", "optional", "required", "only", "to", "for", "in", "by", "when", "see", "must", "can", "use", "used", "not", "unless", "up",
        "set", "true", "false", "default", "as", "from", "with", "at", "on", "e", "i",
    ];
    let name = words[0].chars().skip(1).any(char::is_uppercase);
    if NO_NOUN.contains(&first.as_str()) || is_plural(&first) && is_base_verb(first.trim_end_matches('s')) {
        return None;
    }
    let own = if name { text.to_owned() } else { lowered(text) };
    let determined = [
        "the", "a", "an", "your", "all", "any", "one", "each", "every", "what", "which", "who", "how",
        "where", "my", "this",
    ];
    Some(if determined.contains(&first.as_str()) { own } else { format!("the {own}") })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use toolwright_core::Tool;
    use toolwright_core::seed::Seed;

    use super::super::name::capitalised;
    use super::*;

    fn asked(name: &str, schema: Value) -> Vec<String> {
        let tool = Tool::new(
            "book_table",
            "",
            json!({"type": "object", "properties": {name: schema}, "required": [name]}),
        );
        let entry = Entry::new(Arc::new(tool), 0).expect("a plain tool");
        let mut all: Vec<String> =
            (0..60).filter_map(|n| of(&entry, entry.param(name)?, &mut Seed::new(n).rng())).collect();
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn meanings_are_asked_for() {
        for (name, schema, way) in [
            ("carParkId", json!({"type": "string"}), "Which car park is it? I need its ID."),
            (
                "fleetId",
                json!({"type": "string", "description": "Identifier of the vehicle"}),
                "Which vehicle is it? I need its ID.",
            ),
            (
                "seat",
                json!({"type": "string", "enum": ["inside", "on_terrace"]}),
                "Should the seat be inside or on terrace?",
            ),
            ("guests", json!({"type": "integer"}), "How many guests?"),
            ("date", json!({"type": "string", "format": "date"}), "Which day do you have in mind?"),
            (
                "hostCrop",
                json!({"type": "string", "description": "Plant that is affected"}),
                "What is the plant that is affected?",
            ),
            (
                "symptom",
                json!({"type": "string", "description": "What can be seen"}),
                "Could you tell me what can be seen?",
            ),
            ("q", json!({"type": "string", "description": "Filter by q"}), "What is q?"),
        ] {
            let all = asked(name, schema);
            assert!(all.iter().any(|said| said == way), "{way} is not in {all:?}");
            assert!(all.iter().all(|said| capitalised(said) == *said), "{all:?}");
        }
    }
}
