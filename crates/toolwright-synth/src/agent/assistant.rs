//! The simulated assistant: asks for what is missing, reports what came back, says what it cannot do.

use std::borrow::Cow;

use serde_json::Value;
use toolwright_core::seed::Rng;
use toolwright_core::{Choice, Thinking};

use super::clause::{in_words, own_name, short};
use super::name::{capitalised, is_plural, listed, singular};
use super::pattern::{Filling, Pattern};
use super::surface::Manner;
use super::{Done, Scene, Utterance, question, summary, turns};
use crate::dialog::plan::{Episode, Outside, profile_label};
use crate::dialog::task::{From, Given, How, Planned, Task};
use crate::pool::Pool;
use crate::pool::entry::Entry;
use crate::world::words::words_of;

/// The question for a missing value: in the tool's own words, or by what the parameter means.
pub(crate) fn ask_for(
    scene: &Scene<'_>,
    planned: &Planned,
    names: &[String],
    rng: &mut Rng,
) -> Option<Utterance> {
    if let [_, _, ..] = names {
        return turns::ask_for_all(scene, planned, names, rng);
    }
    let name = names.first()?;
    let entry = &scene.pool.entries[planned.entry];
    let param = entry.param(name)?;
    let question = match &param.phrase.missing {
        Some(missing) => missing.clone(),
        None => question::of(entry, param, rng)?,
    };
    #[rustfmt::skip]
    const LEADS: &[&str] = &[
        "", "", "", "", "Sure. ", "Happy to help. ", "I can do that. ", "Of course. ", "One thing first: ", "Certainly. ", "Just one question: ",
        "Almost there. ",
    ];
    let lead = rng.choose(LEADS).copied().unwrap_or_default();
    // A question of one sentence follows a colon, and nothing else does.
    let single = question.ends_with('?') && !question.contains(". ");
    let lead = if lead.ends_with(": ") && !single { "" } else { lead };
    if lead.is_empty() && rng.chance(0.2) && single {
        return Some(Utterance::plain(format!("Before I can do that: {}", question::lowered(&question))));
    }
    let question = if lead.ends_with(": ") { question::lowered(&question) } else { question };
    Some(Utterance::plain(format!("{lead}{question}")))
}

/// What came of the calls.
pub(crate) fn report(scene: &Scene<'_>, task: &Task, rng: &mut Rng) -> Option<Utterance> {
    let wrote = scene.done.iter().any(|done| !scene.pool.entries[done.entry].clause.reads);
    if task.steps.len() > 1 {
        let styles: Vec<usize> = scene.done.iter().map(|_| rng.below(64)).collect();
        let said = in_time(&|manner| {
            let steps = scene.done.iter().zip(&styles).enumerate();
            steps
                .filter_map(|(at, (done, style))| step_of_chain(scene, task, (at, done), *style, manner))
                .collect()
        });
        return Some(Utterance::plain(led(&said.join(" "), task, wrote, rng)));
    }
    let style = rng.below(64);
    let said = in_time(&|manner| {
        scene.done.iter().map(|done| told(&scene.pool.entries[done.entry], done, style, manner)).collect()
    });
    let Some(varied) = &task.varied else {
        // Answers to unlike requests stand apart more often than not.
        let between = if said.len() > 1 && rng.chance(0.5) { "\n" } else { " " };
        return Some(Utterance::plain(led(&said.join(between), task, wrote, rng)));
    };
    let values: Option<Vec<String>> = scene
        .done
        .iter()
        .map(|done| done.call.arguments.get(varied).and_then(|value| Manner::plain().say(value)))
        .collect();
    let values = values?;
    // `chat-server` is a name, and stays as it is.
    let is_prose =
        |value: &String| value.contains(' ') && value.chars().all(|c| c.is_alphabetic() || " -,".contains(c));
    let prose = values.iter().all(is_prose);
    let named = |(told, value): (&String, String)| {
        // The list opens by itself.
        let told = LEADS.iter().find_map(|lead| told.strip_prefix(lead)).unwrap_or(told);
        // `Wines: …` is named by the value before it.
        let opens = ["Here are", "These are", "I found"].iter().any(|opening| told.starts_with(opening));
        let heads = |head: &str| {
            head.split(' ').count() < if opens { 9 } else { 4 }
                && head.chars().all(|c| c.is_alphabetic() || c == ' ')
        };
        let listed = told.split_once(": ").is_some_and(|(head, _)| heads(head));
        let told = told.split_once(": ").filter(|(head, _)| heads(head)).map_or(told, |(_, rest)| rest);
        let known = !listed && !opens && speaks_of(told, &value);
        if known {
            format!("- {told}")
        } else {
            format!("- {}: {told}", if prose { capitalised(&value) } else { value })
        }
    };
    let lines: Vec<String> = said.iter().zip(values).map(named).collect();
    let leads: &[&str] = if wrote {
        &["", "All done:\n", "Done:\n"]
    } else {
        &["Here's what I found:\n", "Here you go:\n", ""]
    };
    Some(Utterance::plain(format!("{}{}", rng.choose(leads).copied().unwrap_or_default(), lines.join("\n"))))
}

/// A reply in full, or in short where that would be long: nobody reads out eight lists.
fn in_time(say: &dyn Fn(Manner) -> Vec<String>) -> Vec<String> {
    let full = say(Manner::plain());
    let long = full.iter().map(String::len).sum::<usize>() > LONG;
    if long { say(Manner::plain().brief()) } else { full }
}

/// Characters from which on a reply is too long to be read out.
const LONG: usize = 1_600;

/// What the first steps of a chain came to, followed by a blank; nothing where there were none.
pub(super) fn so_far(scene: &Scene<'_>, steps: usize) -> String {
    let told = scene
        .done
        .iter()
        .take(steps)
        .map(|done| told(&scene.pool.entries[done.entry], done, 0, Manner::plain()));
    told.map(|text| format!("{text} ")).collect()
}

/// How answers open that stand alone.
const LEADS: &[&str] = &["Here is what I found: ", "This is what came back: ", "Here is each of them: "];

/// Whether a text holds a value as words of its own.
fn speaks_of(text: &str, value: &str) -> bool {
    let (text, value) = if value.len() < 5 {
        (text.to_owned(), value.to_owned())
    } else {
        (text.to_lowercase(), value.to_lowercase())
    };
    let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(&value).any(|(at, found)| {
        !part(text[..at].chars().next_back()) && !part(text[at + found.len()..].chars().next())
    })
}

/// One step of a chain: steps on the way are told briefly, or not at all where they only lead on.
fn step_of_chain(
    scene: &Scene<'_>,
    task: &Task,
    (at, done): (usize, &Done),
    style: usize,
    manner: Manner,
) -> Option<String> {
    let entry = &scene.pool.entries[done.entry];
    let told = told(entry, done, style, manner);
    let leads_on = task
        .steps
        .iter()
        .skip(at + 1)
        .flatten()
        .flat_map(|call| &call.arguments)
        .any(|argument| matches!(&argument.given, Given::Result(from) if from.step == at && from.listed));
    if !leads_on || !entry.tells.is_empty() && told.len() <= 600 {
        return Some(told);
    }
    // Of a long list, the first is what it goes on with.
    let first = self::told(entry, done, style, manner.brief());
    if !entry.tells.is_empty() && first.len() <= 600 {
        return Some(first);
    }
    if !entry.clause.reads {
        return Some(finished(entry, done));
    }
    summary::count(entry, &done.result).map(|count| format!("I found {count} and went on with the first."))
}

/// An answer with a word before it, where one fits: not after a question, not before "Done".
fn led(text: &str, task: &Task, wrote: bool, rng: &mut Rng) -> String {
    if !task.withheld.is_empty()
        || ["Done", "All ", "Here ", "This is what", "I found"].iter().any(|lead| text.starts_with(lead))
    {
        return text.to_owned();
    }
    let leads: &[&str] = if wrote {
        &["", "", "", "", "", "All set. ", "Okay. "]
    } else {
        &["", "", "", "", "Sure! ", "Here you go. ", "Okay. ", "Certainly. "]
    };
    format!("{}{text}", rng.choose(leads).copied().unwrap_or_default())
}

/// What a call came to, in words that fit it: in the currency that was asked for, one thing in the singular.
fn told(entry: &Entry, done: &Done, style: usize, manner: Manner) -> String {
    let trial =
        |(name, value): (&String, &Value)| value == &Value::Bool(true) && *words_of(name) == ["dry", "run"];
    if done.call.arguments.iter().any(trial) {
        return format!("The request to {} was only a trial run; nothing has changed.", entry.clause.words());
    }
    let text = in_singular(patterned(entry, done, style, manner));
    let asked = done.call.arguments.get("currency").and_then(Value::as_str);
    match asked.filter(|code| *code != "USD" && code.len() == 3) {
        Some(code) => in_currency(&text, code),
        None => text,
    }
}

/// Dollar signs give way to the code of a currency: `$3.69` is `3.69 JPY`.
fn in_currency(text: &str, code: &str) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c));
        let amount = part[..part.len() - number.len()].trim_end_matches(['.', ',']);
        match amount.is_empty() {
            true => out.push_str(&format!("${part}")),
            false => out.push_str(&format!("{amount} {code}{}", &part[amount.len()..])),
        }
    }
    out
}

/// `1 weeks` is `1 week`.
pub(super) fn in_singular(text: String) -> String {
    if !text.starts_with("1 ") && !text.contains(" 1 ") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut one = false;
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let bare = word.trim_end_matches(['.', ',', ';', ')', '!', '?']);
        let plain = bare.len() > 3 && bare.bytes().all(|b| b.is_ascii_lowercase());
        let single = if one && plain && is_plural(bare) { singular(bare).into() } else { Cow::from(bare) };
        out.push_str(&single);
        out.push_str(&word[bare.len()..]);
        one = word == "1";
    }
    out
}

/// In one of the tool's own patterns that tell the most, or summed up. The same `style` gives the same pattern.
fn patterned(entry: &Entry, done: &Done, style: usize, manner: Manner) -> String {
    // What was asked for is told: of the patterns that can be said, one of those that say the most.
    let own = entry.tells.chunk_by(|one, other| one.reach() == other.reach()).find_map(|alike| {
        let mut turns = (0..alike.len()).filter_map(|turn| alike.get((style + turn) % alike.len()));
        turns.find_map(|tell| tell.say(&done.result, &done.call.arguments, manner))
    });
    own.or_else(|| summed(entry, done)).unwrap_or_else(|| finished(entry, done))
}

/// For tools without answer patterns: what was done, and what came back.
fn summed(entry: &Entry, done: &Done) -> Option<String> {
    let summary = summary::sum_up(entry, &done.call.arguments, &done.result);
    if entry.clause.reads {
        return summary.filter(|_| {
            done.result.as_object().is_none_or(|map| map.len() > 1 || !map.contains_key("success"))
        });
    }
    let finished = finished(entry, done);
    Some(summary.map_or_else(|| finished.clone(), |summary| format!("{finished} {summary}")))
}

/// What was done, in one sentence.
fn finished(entry: &Entry, done: &Done) -> String {
    let failed = done.result.get("success").is_some_and(|success| success == &Value::Bool(false));
    if failed {
        return format!("The request to {} did not go through.", entry.clause.words());
    }
    if entry.clause.reads {
        return format!("Done. The request to {} went through.", entry.clause.words());
    }
    format!("Done, I've {}.", entry.clause.done())
}

/// Says that no tool on offer does it, and what could be done instead.
pub(crate) fn decline(scene: &Scene<'_>, foreign: &Pool, outside: &Outside, rng: &mut Rng) -> Utterance {
    let wanted = able(&foreign.entries[outside.planned.entry]);
    let cannot = [
        "I can't do that with the tools I've been given.".to_owned(),
        "Unfortunately I have no way to do that in this conversation.".to_owned(),
        "None of my tools does that, so I can't help with it here.".to_owned(),
        "I'm sorry, but none of the tools I have here can do that.".to_owned(),
        "That's beyond what I can do here: I have no tool for it.".to_owned(),
        format!("I'm sorry, but none of the tools I have here can {wanted}."),
        format!("I can't {wanted} with the tools I've been given."),
        format!("That's beyond what I can do here: I have no tool to {wanted}."),
        format!("Unfortunately I have no way to {wanted} in this conversation."),
        format!("None of my tools lets me {wanted}, so I can't help with that here."),
    ];
    // Where nothing is on offer, there are no tools to speak of.
    let none = [
        "I'm sorry, I can't do that here.".to_owned(),
        "I have no tools in this conversation, so I can't do that.".to_owned(),
        format!("Unfortunately I have no way to {wanted} here."),
    ];
    let cannot = if scene.plan.offered.is_empty() { &none[..] } else { &cannot[..] };
    let cannot = rng.choose(cannot).cloned().unwrap_or_default();
    let gone = |at: usize| {
        let before = scene.plan.episodes.iter().take(scene.episode);
        before.into_iter().any(|one| matches!(one, Episode::News { tool, added: false } if *tool == at))
    };
    // What has nothing to do with it is no help.
    let domain = &foreign.entries[outside.planned.entry].tool.meta.domain;
    let part = &foreign.entries[outside.planned.entry].tool.meta.sub_domain;
    let near = |at: usize| {
        let own = &scene.pool.entries[at].tool.meta;
        part.is_some() && own.domain == *domain && own.sub_domain == *part
    };
    let offered = scene.plan.offered.iter().filter(|at| !gone(**at) && near(**at));
    let mut can: Vec<String> = offered.map(|at| able(&scene.pool.entries[*at])).collect();
    can.retain(|some| some.len() < 64);
    can.dedup();
    rng.shuffle(&mut can);
    can.truncate(if rng.chance(0.3) { 2 } else { 1 });
    let instead = match &can[..] {
        [] => String::new(),
        some => {
            let some = some.join(" or ");
            let ways = [
                format!(" I could {some}, if that's of use."),
                format!(" What I can do is {some}."),
                String::new(),
                format!(" If you'd like, I can {some} instead."),
            ];
            rng.choose(&ways).cloned().unwrap_or_default()
        }
    };
    Utterance::plain(format!("{cannot}{instead}"))
}

/// What a tool does in a few words: as people ask for it, as its definition says, or by its name where that is shorter.
pub(super) fn able(entry: &Entry) -> String {
    if let Some(words) = entry.asks.iter().find_map(asked_for) {
        return words;
    }
    if let Some(words) = in_words(&entry.tool) {
        return words;
    }
    let words = entry.clause.words();
    let short_name = short(own_name(&entry.tool));
    // A phrase that was read off the name says no more than the name does, and of no thing in particular.
    let bare = |text: &str| {
        text.split(' ')
            .filter(|word| !["the", "a", "an"].contains(word))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    if entry.tool.meta.lineage.is_some() && bare(&words) == bare(&short_name) {
        return short_name;
    }
    // How it is done is no part of what could not be done.
    let words = words.split_once(" without ").map_or(words.clone(), |(what, _)| what.to_owned());
    let summed_up = entry.asks.is_empty() || entry.tool.meta.summary.is_some();
    if summed_up && words.len() < 70 { words } else { short_name }
}

/// A request of a tool's own without its values: `end a rental`; `None` where it does not stand without them, or speaks of whoever
/// asks.
fn asked_for(ask: &Pattern) -> Option<String> {
    if ask.slots().any(|(slot, optional)| !optional && !ask.can_drop(&slot.parameter)) {
        return None;
    }
    let words = ask.say(&mut |_| Filling::Dropped)?;
    let of_somebody = |word: &str| ["me", "my", "i", "our", "us", "we", "you", "your", "it"].contains(&word);
    let plain = !words.contains(['"', ':', '(', ','])
        && !words.split(' ').any(|word| of_somebody(&word.to_lowercase()));
    (plain && words.split(' ').count() > 1 && words.len() < 64).then_some(words)
}

/// The thinking before calls: which tools, and where every argument comes from.
///
/// - `calls`: those of the step, as they are made now.
pub(crate) fn before_calls(pool: &Pool, task: &Task, calls: &[Planned], step: usize, how: How) -> Thinking {
    let names: Vec<String> =
        calls.iter().map(|planned| format!("`{}`", pool.entries[planned.entry].tool.name)).collect();
    let mut names = names;
    names.dedup();
    let again = match how {
        How::Again | How::FailingAgain => Some(format!(
            "{} failed for a reason that may pass; the same call is made once more.",
            listed(&names)
        )),
        How::Corrected => Some(format!(
            "{} did not take an argument and said what it expects; the call is made again in that form.",
            listed(&names)
        )),
        How::Amended => {
            Some(format!("The user has given another value; {} is called with it.", listed(&names)))
        }
        How::Right | How::Failing | How::Wrong | How::Missing => None,
    };
    let why = match (step, calls.len()) {
        _ if again.is_some() => again.unwrap_or_default(),
        (0, 1) if task.steps.len() > 1 => format!(
            "The request takes several steps; {} comes first, because a later step needs its result.",
            listed(&names)
        ),
        (0, 1) => format!("The request needs {}, and every required argument is known.", listed(&names)),
        (0, n) => {
            format!("The request needs {n} calls that do not depend on each other: {}.", listed(&names))
        }
        _ => format!("The result just received gives what {} still needed.", listed(&names)),
    };
    let choices = calls.iter().map(|planned| choice(&pool.entries[planned.entry], planned)).collect();
    Thinking { needed: true, why, choices, missing: Vec::new() }
}

fn choice(entry: &Entry, planned: &Planned) -> Choice {
    let from = |name: &str, given: &Given| match given {
        Given::User(_) => "given by the user".to_owned(),
        Given::System(..) => {
            let label = entry.param(name).and_then(profile_label).unwrap_or("profile");
            format!("the {label} in the system prompt")
        }
        Given::Default(_) => "the only value the tool allows".to_owned(),
        Given::Result(From { pointer, .. }) => format!("`{pointer}` of the earlier result"),
    };
    let arguments = planned
        .arguments
        .iter()
        .map(|argument| (argument.name.clone(), from(&argument.name, &argument.given)))
        .collect();
    let named = |name: &str| planned.arguments.iter().any(|argument| argument.name == name);
    let left_out = entry
        .params
        .iter()
        .filter(|param| !param.required && !named(&param.name))
        .map(|param| param.name.clone())
        .take(12)
        .collect();
    Choice { tool: entry.tool.name.clone(), arguments, left_out }
}

/// The thinking before a question for a missing value.
pub(crate) fn before_asking(pool: &Pool, planned: &Planned, names: &[String]) -> Thinking {
    let tool = &pool.entries[planned.entry].tool.name;
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let why =
        format!("The request needs `{tool}`, but the user has not said which {} to use.", listed(&quoted));
    Thinking { needed: true, why, choices: Vec::new(), missing: names.to_vec() }
}

/// The thinking before an answer without calls.
pub(crate) fn without_tools(why: &str) -> Thinking {
    Thinking { needed: false, why: why.to_owned(), choices: Vec::new(), missing: Vec::new() }
}
