//! What a set must be kept clear of: the questions and the tools of benchmarks.
//!
//! Source: the usual check for leaked test data: shared runs of words, here of more than 10, as GPT-3 (arXiv:2005.14165, appendix C) has
//!         it with 13; and the similarity of tools by which pools reject near-duplicates (`near.rs`).
//! Ours:   what users say is compared, turn by turn. Questions of benchmarks are often shorter than eleven words, so a turn also meets a
//!         question where their character 5-grams are alike to 0.6, or where it holds 0.8 of those of a question of some length; turns of
//!         fewer than five words are anybody's. Who is compared in full shares one of the rarest grams of the item, as `near.rs` has it. A tool is
//!         met where description and names of parameters are alike to 0.7 and the names of the tools, or all parameters, are the same.
//! Fails:  a question in other words is not found.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use toolwright_core::{Dialog, Role};

use super::near::{Grams, NEAR};
use crate::diversity::words;
use crate::finding::cut;

/// Words of a run that nobody shares by chance.
const RUN: usize = 11;
/// From this Jaccard similarity on, two questions are the same.
const ALIKE: f64 = 0.6;
/// The share of a question's 5-grams that a turn holds which has it inside.
const HELD: f64 = 0.8;
/// A question of fewer 5-grams is inside of many turns.
const LONG: usize = 30;
/// What has fewer words is said by anybody.
const WORDS: usize = 5;

/// What a dialog has in common with a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Common {
    /// More than ten words in a row.
    Words,
    /// A question, nearly.
    Question,
    /// A tool, nearly.
    Tool,
}

impl Common {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Question => "question",
            Self::Tool => "tool",
        }
    }
}

/// A benchmark item that a dialog has something in common with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What they have in common.
    pub common: Common,
    /// The item, as it was called when it was added.
    pub item: String,
    /// What stands in the dialog, and what in the item, cut short.
    pub evidence: [String; 2],
}

/// What dialogs are to be kept clear of.
///
/// ```
/// use toolwright_core::{Dialog, Message, Role};
/// use toolwright_verify::dedup::{Clear, Common};
/// let ask = |text: &str| Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() };
/// let mut clear = Clear::default();
/// clear.add("simple_0", &ask("Find the area of a triangle with a base of 10 units and height of 5 units."));
/// let found = clear.find(&ask("Find the area of a triangle with a base of 12 units and height of 6 units, please."));
/// assert_eq!(found.map(|found| (found.common, found.item)), Some((Common::Question, "simple_0".into())));
/// assert!(clear.find(&ask("What is the weather in Oslo?")).is_none());
/// ```
#[derive(Debug)]
pub struct Clear {
    items: Vec<String>,
    /// Where each run of words stands: the question.
    runs: HashMap<u64, u32>,
    questions: Index,
    tools: Index,
}

impl Default for Clear {
    fn default() -> Self {
        let (questions, tools) = (Index::new(ALIKE.min(HELD)), Index::new(NEAR));
        Self { items: Vec::new(), runs: HashMap::new(), questions, tools }
    }
}

/// Texts by their grams.
#[derive(Debug)]
struct Index {
    /// The share of an item's grams that whoever is alike holds at least.
    least: f64,
    /// Each text with the item that it is of.
    texts: Vec<(u32, String, Grams)>,
    /// What else must be the same: names, for tools.
    names: Vec<Vec<String>>,
    known: HashSet<Vec<String>>,
    /// For each gram the texts among whose rarest it is; made when it is first asked for.
    leading: OnceLock<HashMap<u32, Vec<u32>>>,
}

impl Clear {
    /// Adds an item of a benchmark: its questions, and its tools.
    pub fn add(&mut self, item: impl Into<String>, dialog: &Dialog) {
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(item.into());
        for message in dialog.messages.iter().filter(|message| message.role == Role::User) {
            let words = words(message.said());
            if words.len() < WORDS {
                continue;
            }
            runs(&words).for_each(|run| {
                self.runs.entry(run).or_insert(u32::try_from(self.questions.texts.len()).unwrap_or(u32::MAX));
            });
            self.questions.add(number, message.said(), plain(&words), Vec::new());
        }
        for tool in &dialog.tools {
            let mut names: Vec<String> = tool.properties().map(|(name, _)| name.to_owned()).collect();
            names.sort_unstable();
            names.insert(0, tool.name.clone());
            self.tools.add(number, &tool.name, Grams::of(tool), names);
        }
    }

    /// How many items it holds.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The first thing that a dialog has in common with an item.
    pub fn find(&self, dialog: &Dialog) -> Option<Match> {
        for message in dialog.messages.iter().filter(|message| message.role == Role::User) {
            let words = words(message.said());
            if words.len() < WORDS {
                continue;
            }
            if let Some((at, question)) =
                runs(&words).enumerate().find_map(|(at, run)| Some((at, *self.runs.get(&run)?)))
            {
                let shared = words[at..(at + RUN).min(words.len())].join(" ");
                let (item, text, _) = self.questions.texts.get(question as usize)?;
                return self.matched(Common::Words, *item, &shared, text);
            }
            let grams = plain(&words);
            if let Some((item, text)) = self.questions.find(&grams, |own, _| {
                let (own_size, size) = (own.len() as f64, grams.len() as f64);
                let alike = own_size.min(size) >= ALIKE * own_size.max(size);
                let held = own.len() >= LONG && HELD * own_size <= size;
                alike && own.similarity(&grams) >= ALIKE || held && own.held_by(&grams) >= HELD
            }) {
                return self.matched(Common::Question, item, message.said(), text);
            }
        }
        for tool in &dialog.tools {
            let grams = Grams::of(tool);
            let mut names: Vec<&str> = tool.properties().map(|(name, _)| name).collect();
            names.sort_unstable();
            let same = |own: &Grams, other: &[String]| {
                let named = other.first() == Some(&tool.name);
                let alike = || other.get(1..).is_some_and(|all| all.iter().eq(names.iter().copied()));
                (named || alike()) && own.similarity(&grams) >= NEAR
            };
            if let Some((item, text)) = self.tools.find(&grams, same) {
                return self.matched(Common::Tool, item, &tool.name, text);
            }
        }
        None
    }

    fn matched(&self, common: Common, item: u32, own: &str, other: &str) -> Option<Match> {
        let item = self.items.get(item as usize)?.clone();
        Some(Match { common, item, evidence: [cut(own), cut(other)] })
    }
}

impl Index {
    fn new(least: f64) -> Self {
        Self { least, texts: Vec::new(), names: Vec::new(), known: HashSet::new(), leading: OnceLock::new() }
    }

    fn add(&mut self, item: u32, text: &str, grams: Grams, names: Vec<String>) {
        // Items of a benchmark share tools; one of each is enough.
        if !names.is_empty() && !self.known.insert(names.clone()) {
            return;
        }
        self.texts.push((item, text.to_owned(), grams));
        self.names.push(names);
        self.leading.take();
    }

    /// Enters every text under its rarest grams: so many that whoever holds the least share of all holds one of them.
    fn leading(&self) -> HashMap<u32, Vec<u32>> {
        let mut frequency: HashMap<u32, u32> = HashMap::new();
        for gram in self.texts.iter().flat_map(|(.., grams)| grams.iter()) {
            *frequency.entry(gram).or_default() += 1;
        }
        let mut leading: HashMap<u32, Vec<u32>> = HashMap::new();
        for (at, (.., grams)) in self.texts.iter().enumerate() {
            let rank = |gram: u32| (frequency.get(&gram).copied().unwrap_or_default(), gram);
            let mut ranked: Vec<(u32, u32)> = grams.iter().map(rank).collect();
            ranked.sort_unstable();
            let many = ranked.len() + 1 - (self.least * ranked.len() as f64).ceil().max(1.0) as usize;
            for (_, gram) in ranked.into_iter().take(many) {
                leading.entry(gram).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        leading
    }

    /// The first text that has grams in common and passes the test.
    fn find(&self, grams: &Grams, test: impl Fn(&Grams, &[String]) -> bool) -> Option<(u32, &str)> {
        let leading = self.leading.get_or_init(|| self.leading());
        let mut near: Vec<u32> =
            grams.iter().filter_map(|gram| leading.get(&gram)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().find_map(|at| {
            let (item, text, own) = self.texts.get(at as usize)?;
            test(own, self.names.get(at as usize)?).then_some((*item, text.as_str()))
        })
    }
}

/// The words of a text as one text, so that marks and spaces do not count.
fn plain(words: &[String]) -> Grams {
    Grams::of_text(&words.join(" "))
}

/// Hashes of the runs of words.
fn runs(words: &[String]) -> impl Iterator<Item = u64> {
    words.windows(RUN).map(|run| {
        run.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, word| {
            let hash =
                word.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3)
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use toolwright_core::{Message, Tool};

    use super::*;

    fn ask(text: &str) -> Dialog {
        Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() }
    }

    fn with(tool: Tool) -> Dialog {
        Dialog { tools: vec![Arc::new(tool)], ..Dialog::default() }
    }

    #[test]
    fn each_thing_in_common_is_told_with_its_evidence() {
        let mut clear = Clear::default();
        clear.add(
            "a",
            &ask("Please book a table for two people at the old harbor in Oslo tomorrow at eight."),
        );
        clear.add("b", &ask("Convert 150 US dollars to Japanese yen."));
        let parameters = json!({"type": "object", "properties": {"amount": {}, "from": {}, "to": {}}});
        let says = "Converts an amount of money from one currency to another at the rate of today.";
        clear.add("c", &with(Tool::new("convert_currency", says, parameters.clone())));
        let found = |dialog: &Dialog| clear.find(dialog).map(|found| (found.common, found.item));
        let run = "Hi! I have to book a table for two people at the old harbor in Oslo tomorrow, or else.";
        assert_eq!(found(&ask(run)), Some((Common::Words, "a".into())));
        let inside = "Good morning, I hope you are well today. Convert 150 US dollars to Japanese yen! Many thanks in advance to you.";
        assert_eq!(found(&ask(inside)), Some((Common::Question, "b".into())));
        assert_eq!(
            found(&ask("convert 175 us dollars to Japanese yen")),
            Some((Common::Question, "b".into()))
        );
        let near = "Converts an amount of money from one currency to another at the rate of the day.";
        assert_eq!(found(&with(Tool::new("exchange", near, parameters))), Some((Common::Tool, "c".into())));
        let other = json!({"type": "object", "properties": {"amount": {}, "unit": {}}});
        assert_eq!(found(&with(Tool::new("convert_length", says, other))), None);
        assert_eq!(found(&ask("Which dollars do they take in Japan?")), None);
        assert_eq!(clear.len(), 3);
        let told = clear.find(&ask("Convert 160 US dollars to Japanese yen.")).expect("it is found");
        assert_eq!(told.evidence[1], "Convert 150 US dollars to Japanese yen.");
    }
}
