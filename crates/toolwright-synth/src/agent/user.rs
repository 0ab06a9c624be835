//! The simulated user: puts requests into the words of a person.
//!
//! A tool with wording is asked for in its own patterns; for any other tool the request is built from what its definition says
//! it does ([`super::clause`]) and from the names of its parameters. Few values go into the sentence, more into a list, very
//! many into a pasted payload, as people do.

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::seed::Rng;

use super::assistant::in_singular;
use super::clause::{heading, own_name};
use super::name::{capitalised, listed, plural, wraps};
use super::pattern::{Filling, Pattern, Slot, tidy};
use super::pieces::Said;
use super::sentence::{Mood, Phrase, joined, opened, sentence, wrapped};
use super::style::{Shape, Style, Topic};
use super::surface::{Manner, iso_date};
use super::values::{Worded, bullets, inline, quoted, step, whole};
use super::{Quote, Scene, Utterance, complicate, question, when};
use crate::dialog::plan::profile_label;
use crate::dialog::task::{Argument, From, Given, Planned, Task};
use crate::pool::Pool;
use crate::pool::entry::{Entry, Param};

/// Objects that bundle what else can be said: their own names say nothing.
const BUNDLES: &[&str] = &["settings", "options", "preferences", "parameters", "filters"];

/// Above so many values a request becomes a list, then a payload.
const IN_SENTENCE: usize = 2;
const IN_LIST: usize = 9;

/// The request of a task; `None` where a value cannot be put into words.
pub(crate) fn request(scene: &Scene<'_>, task: &Task, rng: &mut Rng) -> Option<Utterance> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (step, calls) in task.steps.iter().enumerate() {
        let placed = calls.iter().enumerate().map(|(call, planned)| Placed { step, call, planned });
        let placed: Vec<Placed<'_>> = placed.collect();
        match &task.varied {
            Some(varied) if can_list(scene.pool, calls, varied) => {
                groups.push(Group { calls: placed, listed: true });
            }
            Some(varied) if can_share(scene.pool, calls, varied) && rng.chance(0.8) => {
                groups.push(Group { calls: placed, listed: false });
            }
            _ => groups.extend(placed.into_iter().map(|one| Group { calls: vec![one], listed: false })),
        }
    }
    let voice = scene.voice;
    let fields = voice.style.shape == Shape::Fields;
    let speaker = Speaker {
        pool: scene.pool,
        manner: if fields { Manner::exact() } else { scene.manner },
        varied: task.varied.as_deref(),
        withheld: &task.withheld,
        degree: voice.degree,
    };
    let reads = groups.iter().all(|group| speaker.entry(group).is_some_and(|entry| entry.clause.reads));
    let topic = Topic { reads, mood: scene.mood() };
    let mut quotes = Vec::new();
    let text = speaker.words(&groups, task.steps.len() > 1, voice.style, &topic, rng, &mut quotes)?;
    let text = if text.contains('\n') { text } else { tidy(&text) };
    for quote in &mut quotes {
        quote.words = found_in(&text, std::mem::take(&mut quote.words));
    }
    let dates = voice.today.map_or_else(Vec::new, |_| dates(task, &quotes));
    Some(voice.settled(text, quotes, &dates, &topic, rng))
}

/// The dates that a task's values are, by the words that give them.
fn dates(task: &Task, quotes: &[Quote]) -> Vec<(String, Date)> {
    let date = |quote: &Quote| {
        let planned = task.steps.get(quote.step)?.get(quote.call)?;
        let given = |argument: &&Argument| step(&argument.name) == quote.argument;
        let date = iso_date(planned.arguments.iter().find(given)?.value()?.as_str()?)?;
        Some((quote.words.clone(), date))
    };
    quotes.iter().filter_map(date).collect()
}

/// Parts that follow a request: `on May 2 with a guide (vegan only)`. Like ones are joined by a word, what stands in brackets comes
/// last, and what begins a clause of its own after everything else.
fn tails(parts: &[String]) -> String {
    let rank = |part: &&String| if part.starts_with("and ") { 2 } else { u8::from(part.starts_with('(')) };
    let mut sorted: Vec<&String> = parts.iter().collect();
    sorted.sort_by_key(rank);
    let mut out = String::new();
    let mut before = "";
    for part in sorted {
        let first = part.split(' ').next().unwrap_or_default();
        if let (Some(inner), true) = (part.strip_prefix('('), out.ends_with(')') && before.starts_with('(')) {
            out.pop();
            out.push_str("; ");
            out.push_str(inner);
            continue;
        }
        if !out.is_empty() {
            out.push_str(if first == before && !first.starts_with('(') && first != "and" {
                " and "
            } else {
                " "
            });
        }
        out.push_str(part);
        before = first;
    }
    out
}

/// What a user says who asks for nothing.
pub(crate) fn talk(scene: &Scene<'_>, text: &str, rng: &mut Rng) -> Utterance {
    let mut said = Said::new(text, Vec::new());
    (scene.voice.style.talk)(&mut said, &Topic { reads: true, mood: scene.mood() }, rng);
    Utterance::plain(said.together().0)
}

/// A request for something that no tool on offer does.
pub(crate) fn outside(
    scene: &Scene<'_>,
    foreign: &Pool,
    planned: &Planned,
    rng: &mut Rng,
) -> Option<Utterance> {
    let task = Task::of(vec![vec![planned.clone()]]);
    let text = request(&Scene { pool: foreign, ..*scene }, &task, rng)?.text;
    Some(Utterance::plain(text))
}

/// Whether words are too few to say what is wanted.
fn is_bare(words: &str) -> bool {
    words.split_whitespace().count() < 3
}

/// The answer to a question for a missing value.
pub(crate) fn supply(
    scene: &Scene<'_>,
    planned: &Planned,
    names: &[String],
    first_of_two: bool,
    rng: &mut Rng,
) -> Option<Utterance> {
    if let [_, _, ..] = names {
        return supply_all(scene, planned, names);
    }
    let name = names.first()?;
    let entry = &scene.pool.entries[planned.entry];
    let param = entry.param(name)?;
    // Of two questions, the answer says which it answers.
    if first_of_two {
        return supply_all(scene, planned, names);
    }
    let value = planned.arguments.iter().find(|argument| argument.name == *name)?.value()?;
    let said = whole(&step(name), value, param.phrase.each.as_deref(), scene.manner)?;
    let form = match &param.phrase.answer {
        Some(answer) if rng.chance(0.5) => answer.clone(),
        _ => rng.choose(scene.voice.style.answers).copied().unwrap_or("@.").to_owned(),
    };
    let text = form.replace('@', &said.words);
    let text = if text.ends_with("..") { text[..text.len() - 1].to_owned() } else { text };
    let text = if form.starts_with('@')
        && value.is_string()
        && said.words.len() > 3
        && said.words.chars().all(|c| c.is_lowercase() || c == ' ')
    {
        capitalised(&text)
    } else {
        text
    };
    let quotes: Vec<Quote> = said
        .quotes
        .into_iter()
        .map(|(argument, words)| Quote { step: 0, call: 0, argument, words: found_in(&text, words) })
        .collect();
    let mut said = Said::new(&text, quotes);
    // A date alone is said from today on, too: "For which day?" "Tomorrow."
    if let Some((today, date)) = scene.voice.today.zip(value.as_str().and_then(iso_date)) {
        when::answered(&mut said, today, date, rng);
    }
    (scene.voice.style.talk)(&mut said, &Topic { reads: true, mood: scene.mood() }, rng);
    let (text, quotes) = said.together();
    Some(Utterance { text, quotes })
}

/// Several values at once: `Origin Oslo, destination Bergen.`
fn supply_all(scene: &Scene<'_>, planned: &Planned, names: &[String]) -> Option<Utterance> {
    let entry = &scene.pool.entries[planned.entry];
    let (mut parts, mut quotes) = (Vec::new(), Vec::new());
    for name in names {
        let value = planned.arguments.iter().find(|argument| argument.name == *name)?.value()?;
        let param = entry.param(name)?;
        let said = whole(&step(name), value, param.phrase.each.as_deref(), scene.manner)?;
        // `passed to` is no noun, and what the tree says is meant to be said.
        let open = entry.is_evolved()
            || param
                .words
                .last()
                .is_some_and(|last| ["to", "by", "from", "at", "for"].contains(&last.as_str()));
        let thing =
            question::described(param).filter(|_| open).unwrap_or_else(|| format!("the {}", param.label));
        parts.push(format!("{thing} is {}", said.words));
        quotes.extend(said.quotes.into_iter().map(|(argument, words)| Quote {
            step: 0,
            call: 0,
            argument,
            words,
        }));
    }
    Some(Utterance { text: format!("{}.", capitalised(&listed(&parts))), quotes })
}

/// The words as they stand in the text, where only their first letter's case differs.
fn found_in(text: &str, words: String) -> String {
    if text.contains(&words) { words } else { capitalised(&words) }
}

/// A call to come, with its place in the task.
struct Placed<'a> {
    step: usize,
    call: usize,
    planned: &'a Planned,
}

/// Calls that one phrase asks for: one, or several of one tool that differ in one value.
struct Group<'a> {
    calls: Vec<Placed<'a>>,
    /// Whether what differs can be listed where it stands; otherwise it is said after the first: `and the same for Bergen`.
    listed: bool,
}

/// Whether one phrase can ask for all calls: the value that differs has a slot of its own, and is a plain one.
fn can_list(pool: &Pool, calls: &[Planned], varied: &str) -> bool {
    let Some(entry) = calls.first().map(|call| &pool.entries[call.entry]) else { return false };
    let simple = calls.iter().flat_map(|call| &call.arguments).filter(|a| a.name == varied).all(|a| {
        a.value().is_some_and(|value| {
            value.is_number()
                || value.as_str().is_some_and(|text| text.len() < 40 && !text.contains([',', '.']))
        })
    });
    if entry.asks.is_empty() {
        // Without wording the values must all go into the sentence.
        let few = calls.first().is_some_and(|call| call.arguments.len() <= IN_SENTENCE);
        let plain = |argument: &Argument| {
            argument.value().is_none_or(|value| !value.is_object() && !value.is_array())
        };
        return simple && few && calls.iter().flat_map(|call| &call.arguments).all(plain);
    }
    simple && entry.asks.iter().any(|ask| ask.fits_many(varied))
}

/// Whether the value that differs can be said after the rest: a plain one, in a request of the tool's own.
fn can_share(pool: &Pool, calls: &[Planned], varied: &str) -> bool {
    let own = calls.first().is_some_and(|call| !pool.entries[call.entry].asks.is_empty());
    let mut differing =
        calls.iter().flat_map(|call| &call.arguments).filter(|argument| argument.name == varied);
    own && differing.all(|argument| {
        argument
            .value()
            .and_then(Value::as_str)
            .is_some_and(|text| text.len() < 30 && !text.contains([',', '.', ':']))
    })
}

struct Speaker<'a> {
    pool: &'a Pool,
    manner: Manner,
    varied: Option<&'a str>,
    withheld: &'a [String],
    /// How far the words are from the API's own: see [`complicate`].
    degree: u8,
}

impl Speaker<'_> {
    fn withheld(&self, name: &str) -> bool {
        self.withheld.iter().any(|withheld| withheld == name)
    }

    /// The whole request.
    fn words(
        &self,
        groups: &[Group<'_>],
        chain: bool,
        style: &Style,
        topic: &Topic,
        rng: &mut Rng,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        let around = (style.around)(topic.mood);
        if style.shape == Shape::Fields && rng.chance(0.8) {
            let said: Option<Vec<String>> =
                groups.iter().map(|group| self.fields(group, rng, quotes)).collect();
            if let Some(said) = said {
                return Some(wrapped(&said.join(if chain { "; then " } else { "; " }), around, rng));
            }
            quotes.clear();
        }
        let questions = style.questions * [0.0, 1.0, 0.6, 0.25].get(usize::from(self.degree)).unwrap_or(&1.0);
        if let [group] = groups
            && (group.calls.len() == 1 || group.listed)
            && self.withheld.is_empty()
            && rng.chance(questions)
        {
            if let Some(question) = self.question(group, rng, quotes) {
                return Some(opened(&question, (style.before)(topic.mood), rng));
            }
            quotes.clear();
        }
        let mut said: Vec<Phrase> =
            groups.iter().map(|group| self.phrase(group, rng, quotes)).collect::<Option<_>>()?;
        if !self.withheld.is_empty() && said.iter().any(|phrase| is_bare(&phrase.words)) {
            return None;
        }
        if self.degree == 2 {
            for phrase in &mut said {
                phrase.words = complicate::other_verb(&phrase.words, rng);
            }
        }
        let plain = said.iter().all(|phrase| phrase.below.is_empty());
        if !plain || said.len() > 3 || self.degree < 2 && style.shape != Shape::Bare {
            return Some(sentence(&said, chain, around, rng));
        }
        let said: Vec<String> = said.into_iter().map(|phrase| phrase.words).collect();
        let joined = match chain && self.degree == 2 && rng.chance(0.6) {
            true => complicate::in_order(&said, rng).unwrap_or_else(|| joined(&said, chain, rng)),
            false => joined(&said, chain, rng),
        };
        if style.shape == Shape::Bare {
            let noun = if topic.reads && said.len() == 1 { complicate::bare(&joined) } else { None };
            return Some(match noun.filter(|_| rng.chance(0.6)) {
                Some(noun) if self.degree == 3 => wrapped(&noun, &["Need *", "Looking for *"], rng),
                Some(noun) => wrapped(&noun, around, rng),
                None => wrapped(&joined, around, rng),
            });
        }
        if self.degree == 3
            && let Some(text) = complicate::indirect(&said, topic.reads, rng)
        {
            return Some(opened(&text, (style.before)(topic.mood), rng));
        }
        let distant = topic.mood == Mood::Opening && self.degree == 2 && rng.chance(0.5);
        Some(wrapped(&joined, if distant { complicate::DISTANT } else { around }, rng))
    }

    /// What is asked for by the names of its parameters: `search flights: to=OSL, date=2026-03-14`.
    fn fields(&self, group: &Group<'_>, rng: &mut Rng, quotes: &mut Vec<Quote>) -> Option<String> {
        let entry = self.entry(group)?;
        let first = group.calls.first()?;
        let raw = rng.chance(0.5);
        let mut items = Vec::new();
        for argument in &first.planned.arguments {
            if self.withheld(&argument.name) {
                continue;
            }
            let param = entry.param(&argument.name)?;
            let name = if raw { &argument.name } else { &param.label };
            let link = if raw { "=" } else { " " };
            let several = group.calls.len() > 1 && self.varied == Some(argument.name.as_str());
            match &argument.given {
                Given::Default(_) => {}
                Given::System(..) => items.push(format!("my {}", profile_label(param)?)),
                Given::Result(From { listed: true, .. }) => {
                    items.push(format!("{} of the first result", param.label))
                }
                Given::Result(_) => items.push(format!("{} from there", param.label)),
                Given::User(_) if several => {
                    items.push(format!("{name}{link}{}", self.user_words(&argument.name, group, quotes)?));
                }
                Given::User(value) => {
                    let pointer = step(&argument.name);
                    let said = match value {
                        Value::Bool(yes) => {
                            let words = if raw {
                                yes.to_string()
                            } else {
                                if *yes { "yes" } else { "no" }.to_owned()
                            };
                            Worded { quotes: vec![(pointer, words.clone())], words }
                        }
                        Value::String(text)
                            if raw && !text.contains(['"', '\n']) && !text.trim().is_empty() =>
                        {
                            Worded { words: text.clone(), quotes: vec![(pointer, text.clone())] }
                        }
                        value => whole(&pointer, value, param.phrase.each.as_deref(), self.manner)?,
                    };
                    for (argument, words) in &said.quotes {
                        self.note(group, argument, words, quotes);
                    }
                    let words = if raw && value.is_string() && said.words.contains([' ', ',']) {
                        format!("\"{}\"", said.words)
                    } else {
                        quoted(&said.words, value)
                    };
                    let measured = super::name::measured(&param.words).filter(|_| !raw && value.is_number());
                    items.push(match measured {
                        Some((thing, before, after)) => format!("{thing} {before}{words}{after}"),
                        None => format!("{name}{link}{words}"),
                    });
                }
            }
        }
        let name = whole_of(entry, heading(own_name(&entry.tool)));
        Some(match (&items[..], rng.below(3)) {
            ([], _) => name,
            (_, 0) => format!("{name} ({})", items.join("; ")),
            (_, 1) => format!("{name}: {}", items.join(", ")),
            _ => format!("{name}, {}", items.join(", ")),
        })
    }

    fn entry(&self, group: &Group<'_>) -> Option<&Entry> {
        group.calls.first().map(|call| &self.pool.entries[call.planned.entry])
    }

    /// One of the tool's own questions, with what they leave out.
    fn question(&self, group: &Group<'_>, rng: &mut Rng, quotes: &mut Vec<Quote>) -> Option<String> {
        let entry = self.entry(group)?;
        let pattern = self.choose(&entry.questions, group, rng)?;
        let said = self.pattern(pattern, group, quotes)?;
        let extras = self.extras(pattern, entry, group, quotes)?;
        match &extras[..] {
            [] => Some(said),
            // More than a word or two after a question reads as a fragment; a request holds it better.
            [extra] if said.matches(['?', '.', '!']).count() == 1 && !extra.contains(',') => {
                said.strip_suffix('?').map(|stem| format!("{stem} {extra}?"))
            }
            _ => None,
        }
    }

    /// What is asked for as a verb phrase.
    fn phrase(&self, group: &Group<'_>, rng: &mut Rng, quotes: &mut Vec<Quote>) -> Option<Phrase> {
        let entry = self.entry(group)?;
        let alone = group.calls.len() == 1 || group.listed;
        if entry.asks.is_empty() || self.degree == 0 && alone && self.names_all(group) {
            return self.derived(entry, group, rng, quotes);
        }
        if group.calls.len() > 1 && (!group.listed || self.degree > 1 && rng.chance(0.6)) {
            return self.same_for_others(group, rng, quotes);
        }
        let pattern = self.choose(&entry.asks, group, rng)?;
        let said = self.pattern(pattern, group, quotes)?;
        let extras = self.extras(pattern, entry, group, quotes)?;
        let words = if extras.is_empty() { said } else { format!("{said} {}", tails(&extras)) };
        let words = in_singular(words);
        Some(Phrase { words, below: String::new() })
    }

    /// Whether a request that names its parameters can speak of all calls.
    fn names_all(&self, group: &Group<'_>) -> bool {
        let few = |call: &Placed<'_>| {
            call.planned.arguments.len() <= IN_SENTENCE
                && call
                    .planned
                    .arguments
                    .iter()
                    .filter_map(Argument::value)
                    .all(|value| !value.is_object() && !value.is_array())
        };
        group.calls.len() == 1 || group.calls.iter().all(few)
    }

    /// One call in full, and of the others what they differ in: `…, and the same for Bergen`.
    fn same_for_others(&self, group: &Group<'_>, rng: &mut Rng, quotes: &mut Vec<Quote>) -> Option<Phrase> {
        let (first, others) = group.calls.split_first()?;
        let varied = step(self.varied?);
        let mut own = Vec::new();
        let one = Placed { step: first.step, call: first.call, planned: first.planned };
        let one = Group { calls: vec![one], listed: false };
        let Phrase { words, below } = self.phrase(&one, rng, &mut own)?;
        let mut said = Vec::new();
        for other in others {
            for quote in own.iter().filter(|quote| quote.argument != varied) {
                quotes.push(Quote { step: other.step, call: other.call, ..quote.clone() });
            }
            let value =
                other.planned.arguments.iter().find(|a| step(&a.name) == varied).and_then(Argument::value)?;
            let worded = inline(&varied, value, self.manner)?;
            for (argument, words) in worded.quotes {
                quotes.push(Quote { step: other.step, call: other.call, argument, words });
            }
            said.push(worded.words);
        }
        // `at the city branch, and the same for the airport shop`
        let value =
            first.planned.arguments.iter().find(|a| step(&a.name) == varied).and_then(Argument::value);
        let value = value.and_then(|value| inline(&varied, value, self.manner)).map(|said| said.words);
        if value.is_some_and(|value| words.contains(&format!("the {value}"))) {
            said.iter_mut()
                .filter(|words| !words.starts_with("the "))
                .for_each(|words| words.insert_str(0, "the "));
        }
        quotes.extend(own);
        let links = [", and the same for ", ", then the same for ", ", and likewise for "];
        let link = rng.choose(&links).copied().unwrap_or(", and the same for ");
        Some(Phrase { words: format!("{words}{link}{}", listed(&said)), below })
    }

    /// A pattern in which the withheld parameter can be left out, and which can speak of as many calls as there are.
    fn choose<'p>(&self, patterns: &'p [Pattern], group: &Group<'_>, rng: &mut Rng) -> Option<&'p Pattern> {
        let several = self.varied.filter(|_| group.calls.len() > 1);
        let fits = |pattern: &&Pattern| {
            self.withheld.iter().all(|name| pattern.can_drop(name))
                && several.is_none_or(|name| pattern.fits_many(name))
        };
        let mut open: Vec<&Pattern> = patterns.iter().filter(fits).collect();
        // What is left of a request must still say what is wanted.
        if !self.withheld.is_empty() {
            let says = |pattern: &&Pattern| {
                self.pattern(pattern, group, &mut Vec::new()).is_none_or(|said| !is_bare(&said))
            };
            open.retain(says);
        }
        rng.choose(&open).copied()
    }

    fn pattern(&self, pattern: &Pattern, group: &Group<'_>, quotes: &mut Vec<Quote>) -> Option<String> {
        let entry = self.entry(group)?;
        pattern.say(&mut |slot| self.fill(entry, slot, group, quotes))
    }

    fn fill(&self, entry: &Entry, slot: &Slot, group: &Group<'_>, quotes: &mut Vec<Quote>) -> Filling {
        let name = slot.parameter.as_str();
        if self.withheld(name) {
            return Filling::Dropped;
        }
        let Some(first) = group.calls.first() else { return Filling::Empty };
        let Some(argument) = first.planned.arguments.iter().find(|argument| argument.name == name) else {
            return Filling::Empty;
        };
        let framed = |words: &str| {
            slot.with.as_deref().map_or_else(|| words.to_owned(), |with| with.replace('@', words))
        };
        match &argument.given {
            Given::System(..) => entry.param(name).and_then(profile_label).map_or(Filling::Empty, |label| {
                let thing = ["account ID", "home ID"].contains(&label);
                Filling::Said(format!("my {}", if thing { label.trim_end_matches(" ID") } else { label }))
            }),
            Given::Result(From { listed, .. }) => {
                Filling::Said(reference(slot.reference.as_deref(), *listed))
            }
            Given::Default(value) => {
                self.manner.say(value).map_or(Filling::Empty, |words| Filling::Said(framed(&words)))
            }
            Given::User(_) => match self.user_words(name, group, quotes) {
                Some(words) if group.calls.len() > 1 && self.varied == Some(name) => {
                    let with = slot.with.as_deref().map_or_else(|| "@".to_owned(), of_several);
                    Filling::Said(with.replace('@', &words))
                }
                Some(words) => Filling::Said(framed(&words)),
                None => Filling::Empty,
            },
        }
    }

    /// A value that the user gives: one, or those of all calls where they differ.
    fn user_words(&self, name: &str, group: &Group<'_>, quotes: &mut Vec<Quote>) -> Option<String> {
        let value_of = |placed: &Placed<'_>| {
            placed.planned.arguments.iter().find(|a| a.name == name).and_then(Argument::value).cloned()
        };
        let each = self.entry(group)?.param(name)?.phrase.each.as_deref();
        let mut said: Vec<String> = Vec::new();
        for placed in &group.calls {
            let worded = whole(&step(name), &value_of(placed)?, each, self.manner)?;
            for (argument, words) in worded.quotes {
                quotes.push(Quote { step: placed.step, call: placed.call, argument, words });
            }
            if !said.contains(&worded.words) {
                said.push(worded.words);
            }
        }
        Some(listed(&said))
    }

    /// What the pattern has no slot for.
    fn extras(
        &self,
        pattern: &Pattern,
        entry: &Entry,
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<Vec<String>> {
        let first = group.calls.first()?;
        let mut extras = Vec::new();
        for argument in &first.planned.arguments {
            let slotted = pattern.slot(&argument.name).is_some();
            if slotted || self.withheld(&argument.name) {
                continue;
            }
            let Given::User(value) = &argument.given else { continue };
            extras.push(self.extra(entry.param(&argument.name)?, value, group, quotes)?);
        }
        Some(extras)
    }

    fn extra(
        &self,
        param: &Param,
        value: &Value,
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        if let Some(object) = value.as_object().filter(|object| {
            !object.is_empty() && object.keys().all(|name| param.inner.iter().any(|(inner, _)| inner == name))
        }) {
            return self.inner_extras(param, object, group, quotes);
        }
        if let Value::Bool(yes) = value {
            let worded = if *yes { &param.phrase.with } else { &param.phrase.without };
            let words = worded
                .clone()
                .unwrap_or_else(|| format!("({}: {})", param.label, if *yes { "yes" } else { "no" }));
            self.note(group, &step(&param.name), &words, quotes);
            return Some(words);
        }
        let worded = if self.varied == Some(param.name.as_str()) {
            self.user_words(&param.name, group, quotes)?
        } else {
            let said = whole(&step(&param.name), value, param.phrase.each.as_deref(), self.manner)?;
            for (argument, words) in &said.quotes {
                self.note(group, argument, words, quotes);
            }
            said.words
        };
        Some(match &param.phrase.with {
            // What nobody has a phrase for is not asked for.
            None if group
                .calls
                .first()
                .is_some_and(|call| self.pool.entries[call.planned.entry].is_evolved()) =>
            {
                return None;
            }
            Some(with) if with.contains('@') => with.replace('@', &worded),
            _ => format!("with {} {}", param.label, quoted(&worded, value)),
        })
    }

    /// What stands inside an object, each said as if it stood alone.
    fn inner_extras(
        &self,
        param: &Param,
        object: &Map<String, Value>,
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        let mut said = Vec::new();
        for (name, value) in object {
            let (_, phrase) = param.inner.iter().find(|(inner, _)| inner == name)?;
            let pointer = format!("{}{}", step(&param.name), step(name));
            if let Value::Bool(yes) = value {
                let words = phrase.with.clone().filter(|_| *yes)?;
                self.note(group, &pointer, &words, quotes);
                said.push(words);
                continue;
            }
            let worded = whole(&pointer, value, phrase.each.as_deref(), self.manner)?;
            for (argument, words) in &worded.quotes {
                self.note(group, argument, words, quotes);
            }
            said.push(phrase.with.as_ref().filter(|with| with.contains('@'))?.replace('@', &worded.words));
        }
        Some(tails(&said))
    }

    fn note(&self, group: &Group<'_>, argument: &str, words: &str, quotes: &mut Vec<Quote>) {
        // Two remarks in brackets share them: `(index funds only; accumulating only)`.
        let words = words.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(words);
        for placed in &group.calls {
            quotes.push(Quote {
                step: placed.step,
                call: placed.call,
                argument: argument.to_owned(),
                words: words.to_owned(),
            });
        }
    }

    /// A request built from the tool's definition.
    fn derived(
        &self,
        entry: &Entry,
        group: &Group<'_>,
        rng: &mut Rng,
        quotes: &mut Vec<Quote>,
    ) -> Option<Phrase> {
        let first = group.calls.first()?;
        let mut words = match entry.clause.rest.starts_with("out ") {
            true => entry.clause.verb.clone(),
            false => varied_verb(&entry.clause.verb, rng),
        };
        if !entry.clause.rest.is_empty() {
            words = format!("{words} {}", entry.clause.rest);
        }
        let open = |argument: &&Argument| !self.withheld(&argument.name);
        let given: Vec<&Argument> = first.planned.arguments.iter().filter(open).collect();
        for argument in &given {
            if let Given::Result(From { listed, .. }) = argument.given {
                let label = &entry.param(&argument.name)?.label;
                words.push_str(&if listed {
                    format!(" using the {label} of the first one")
                } else {
                    format!(" using the {label} you get back")
                });
            }
        }
        let values: Vec<(&Param, &Value)> = given
            .iter()
            .filter_map(|a| {
                if let Given::User(value) = &a.given { Some((entry.param(&a.name)?, value)) } else { None }
            })
            .collect();
        let mut leaves = Vec::new();
        for (param, value) in &values {
            super::values::leaves(&param.label, "", value, &mut leaves);
        }
        let listed_calls = group.calls.len() > 1;
        let long = !listed_calls
            && leaves.iter().any(|leaf| leaf.value.as_str().is_some_and(|text| text.len() > 60));
        let plain =
            values.iter().all(|(_, value)| !value.is_object() && inline("", value, self.manner).is_some());
        let (count, sayable) =
            (leaves.len(), leaves.iter().all(|leaf| inline("", leaf.value, self.manner).is_some()));
        let below = if plain && count <= IN_SENTENCE && !long {
            let (mut said, mut after) = (Vec::new(), String::new());
            for (param, value) in &values {
                match self.aside(param, value, group, quotes) {
                    Some(words) => after.push_str(&words),
                    None => said.push(self.named(param, value, group, quotes)?),
                }
            }
            if !said.is_empty() {
                let short = said.first().is_some_and(|first| first.split_whitespace().count() < 8);
                let link = if entry.clause.reads && short && identifies(&values) { "for" } else { "with" };
                words.push_str(&format!(" {link} {}", listed(&said)));
            }
            words.push_str(&after);
            String::new()
        } else if sayable && count <= IN_LIST {
            let mut lines = String::new();
            for (param, value) in &values {
                let wrapper =
                    value.is_object() && (wraps(&param.name) || BUNDLES.contains(&param.name.as_str()));
                let label = if wrapper { "" } else { &param.label };
                let each = param.phrase.each.as_deref();
                let said = bullets(label, &step(&param.name), value, each, self.manner)?;
                for (argument, words) in &said.quotes {
                    self.note(group, argument, words, quotes);
                }
                lines.push_str(&said.words);
            }
            lines
        } else {
            self.payload(&values, group, quotes)?
        };
        Some(Phrase { words, below })
    }

    /// What people add after a comma rather than name: flags, and how many results they want.
    fn aside(
        &self,
        param: &Param,
        value: &Value,
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        let last = param.words.last().map_or("", String::as_str);
        let (words, form) = match value {
            Value::Bool(yes) => (if *yes { "yes" } else { "no" }.to_owned(), " (%: @)"),
            Value::Number(number) if self.varied != Some(param.name.as_str()) => (
                number.to_string(),
                match last {
                    "limit" if param.words.len() < 3 => ", at most @ of them",
                    "size" if param.words.len() == 1 || param.words[0] == "page" => ", at most @ of them",
                    "results" if param.words.first().is_some_and(|first| first == "max") => {
                        ", at most @ of them"
                    }
                    "offset" | "skip" => ", skipping the first @",
                    "page" => ", page @",
                    _ => return None,
                },
            ),
            _ => return None,
        };
        self.note(group, &step(&param.name), &words, quotes);
        Some(form.replace('%', &param.label).replace('@', &words))
    }

    fn named(
        &self,
        param: &Param,
        value: &Value,
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        let words = self.user_words(&param.name, group, quotes)?;
        let several = self.varied == Some(param.name.as_str()) && group.calls.len() > 1;
        if several {
            return Some(format!("{} {words}", super::name::plural(&param.label)));
        }
        if value.is_number()
            && let Some((thing, before, after)) = super::name::measured(&param.words)
        {
            return Some(format!("{thing} of {before}{words}{after}"));
        }
        Some(format!("{} {}", param.label, quoted(&words, value)))
    }

    /// The arguments as JSON, as somebody who works with the API would paste them.
    fn payload(
        &self,
        values: &[(&Param, &Value)],
        group: &Group<'_>,
        quotes: &mut Vec<Quote>,
    ) -> Option<String> {
        let body: Map<String, Value> =
            values.iter().map(|(param, value)| (param.name.clone(), (*value).clone())).collect();
        let body = Value::Object(body);
        let text = serde_json::to_string_pretty(&body).ok()?;
        let mut leaves = Vec::new();
        super::values::leaves("", "", &body, &mut leaves);
        for leaf in leaves {
            let one = |pointer: String, value: &Value, quotes: &mut Vec<Quote>| {
                let literal = serde_json::to_string(value).ok()?;
                let words = literal.trim_matches('"').to_owned();
                self.note(
                    group,
                    &pointer,
                    if value.as_str().is_some_and(|text| text == words) { &words } else { &literal },
                    quotes,
                );
                Some(())
            };
            match leaf.value {
                Value::Array(items) => {
                    for (at, item) in items.iter().enumerate() {
                        one(format!("{}/{at}", leaf.pointer), item, quotes)?;
                    }
                }
                value => one(leaf.pointer.clone(), value, quotes)?,
            }
        }
        Some(format!("\n{text}"))
    }
}

/// A heading with what is wanted of the list, where not the list itself is: `list pick jobs, only counts by wave`.
fn whole_of(entry: &Entry, heading: String) -> String {
    let Some(ask) = entry.asks.first().map(ToString::to_string) else { return heading };
    if ask.starts_with("pick the best ") {
        return format!("{heading}, best one only");
    }
    let Some(counted) = ask.strip_prefix("count ").filter(|_| !heading.starts_with("count")) else {
        return heading;
    };
    if let Some((_, measured)) = counted.rsplit_once(" and give me their average ") {
        return format!("{heading}, only count and average {measured}");
    }
    counted
        .rsplit_once(" by ")
        .map_or_else(|| heading.clone(), |(_, by)| format!("{heading}, only counts by {by}"))
}

/// How an earlier result is referred to. Of a list it is always the first that is meant.
fn reference(words: Option<&str>, listed: bool) -> String {
    let Some(words) = words else { return if listed { "the first one" } else { "it" }.to_owned() };
    // What comes alone is not the first of anything.
    if !listed {
        return words.replace("the first ", "that ").replace("that of those ", "that of the ");
    }
    if words.contains("first") {
        return words.to_owned();
    }
    match ["that ", "this ", "the "].iter().find_map(|article| words.strip_prefix(article)) {
        Some(noun) => format!("the first {noun}"),
        None => "the first one".to_owned(),
    }
}

/// A form with a value as it is with several: `playlists @` for `playlist @`.
fn of_several(with: &str) -> String {
    let Some(noun) = with.strip_suffix(" @") else { return with.to_owned() };
    let (before, last) = noun.rsplit_once(' ').map_or(("", noun), |(before, last)| (before, last));
    let nominal = last.chars().all(char::is_alphabetic)
        && !["in", "on", "at", "to", "of", "for", "by", "with", "from"].contains(&last);
    if nominal { format!("{before} {} @", plural(last)).trim_start().to_owned() } else { with.to_owned() }
}

/// Whether the first value tells which thing is meant.
fn identifies(values: &[(&Param, &Value)]) -> bool {
    values.first().is_some_and(|(param, value)| {
        let last = param.words.last().map_or("", String::as_str);
        !value.is_boolean()
            && [
                "id", "name", "code", "key", "number", "city", "country", "symbol", "slug", "sid", "uuid",
                "email", "type", "date",
            ]
            .contains(&last)
    })
}

/// People say *show me* and *pull up* where APIs say *get*.
fn varied_verb(verb: &str, rng: &mut Rng) -> String {
    let ways: &[&str] = match verb {
        "get" => &["get", "get me", "show me", "pull up", "fetch", "look up"],
        "list" => &["list", "show me", "list", "give me"],
        "find" | "search" if verb == "find" => &["find", "look up", "find me"],
        "delete" => &["delete", "remove"],
        "create" => &["create", "create", "set up"],
        "check" => &["check", "have a look at"],
        other => return other.to_owned(),
    };
    rng.choose(ways).copied().unwrap_or(verb).to_owned()
}
