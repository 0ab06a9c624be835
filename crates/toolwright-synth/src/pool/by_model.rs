//! A pool that a model grows: speciation of documents into a context tree, adaptation, evolution.
//!
//! Source: ToolACE (arXiv:2409.00920), tool self-evolution synthesis (TSS). *Speciation*: a model names a document's domain and every functionality it gives
//!         reason for, and is asked for what is missing. *Adaptation*: an API is for a subtree of one or more functionalities, no two of a domain for the same ones.
//!         *Evolution*: an example, a subtree and diversity indicators give a new definition, which joins the examples.
//! Ours:   the prompts. Names are merged where they are the same words, not by embeddings. The tree has three levels, domain, part and functionality. Indicators
//!         take turns by index and not by how often they were used, and what a batch of indices gives joins the examples together, so that a pool
//!         is a function of its seed and the replies, in whatever order these come. A definition that the rules reject is repaired once.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use toolwright_core::seed::Seed;
use toolwright_core::{
    Answered, Asker, Blank, Dialog, Lineage, Question, Sampling, Tool, Unanswered, definitions,
};
use toolwright_verify::Rules;

use super::Pool;
use super::evolve::{NODES, SECOND, indicators};
use super::import::import_bytes;
use super::tree::Tree;
use crate::model::{DEFINE, EXTEND, SPECIATE, closed};

/// What a context tree comes to in names: the parts of domains with what can be done there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outline {
    /// The parts, in the order in which they came.
    pub parts: Vec<Part>,
}

/// A part of a domain.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Part {
    /// The domain: `travel`.
    pub domain: String,
    /// The part: `flights`.
    pub part: String,
    /// What it is about.
    pub says: String,
    /// What can be done there.
    pub functions: Vec<Function>,
}

/// Something that a program can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// A verb and an object: `search_flights`.
    pub name: String,
    /// One sentence.
    pub says: String,
}

/// Names as they are compared: their letters and digits in lower case.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Outline {
    /// The outline of an authored tree.
    pub fn of(tree: &Tree) -> Self {
        let parts = tree.sub_domains().map(|(domain, part, sub)| {
            let does = sub.things.values().flat_map(|thing| &thing.does);
            let functions = does.map(|(name, what)| Function { name: name.clone(), says: what.says.clone() });
            Part {
                domain: domain.domain.clone(),
                part: part.to_owned(),
                says: sub.says.clone(),
                functions: functions.collect(),
            }
        });
        Self { parts: parts.collect() }
    }

    /// Adds what a document gave; what is there under the same name is not added. Gives the number of functions that are new.
    pub fn add(&mut self, part: Part) -> usize {
        let same = |known: &&mut Part| {
            key(&known.domain) == key(&part.domain) && key(&known.part) == key(&part.part)
        };
        let Some(known) = self.parts.iter_mut().find(same) else {
            let mut new = Part { functions: Vec::new(), ..part.clone() };
            let added = new.extend(part.functions);
            self.parts.extend((added > 0).then_some(new));
            return added;
        };
        known.extend(part.functions)
    }
}

impl Part {
    /// Adds functions; gives the number of those that are new.
    pub fn extend(&mut self, functions: Vec<Function>) -> usize {
        let before = self.functions.len();
        for function in functions {
            let new = key(&function.name);
            if !new.is_empty() && !self.functions.iter().any(|known| key(&known.name) == new) {
                self.functions.push(function);
            }
        }
        self.functions.len() - before
    }

    fn field(&self) -> String {
        format!("{}: {} ({})", self.domain, self.part, self.says)
    }
}

fn listed(functions: &[Function]) -> String {
    let lines: Vec<String> = functions.iter().map(|one| json!(one).to_string()).collect();
    lines.join("\n")
}

fn functionalities() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    json!({"type": "array", "items": closed(&[("name", text.clone()), ("says", text)])})
}

static SPECIES: LazyLock<Blank> = LazyLock::new(|| {
    let text = json!({"type": "string", "minLength": 1});
    let fields = [
        ("domain", text.clone()),
        ("part", text.clone()),
        ("says", text),
        ("functionalities", functionalities()),
    ];
    Blank::new("species", closed(&fields))
});
static FUNCTIONALITIES: LazyLock<Blank> =
    LazyLock::new(|| Blank::new("functionalities", closed(&[("functionalities", functionalities())])));
static DEFINITION: LazyLock<Blank> = LazyLock::new(|| {
    let (text, schema) = (json!({"type": "string", "minLength": 1}), json!({"type": "object"}));
    let fields =
        [("name", text.clone()), ("description", text), ("parameters", schema.clone()), ("returns", schema)];
    Blank::new("definition", closed(&fields))
});

/// How varied what the model says is.
const TEMPERATURE: f64 = 1.0;

fn question<'a>(
    stage: &'static str,
    messages: Vec<toolwright_core::Message>,
    blank: &'a Blank,
) -> Question<'a> {
    Question {
        stage,
        messages,
        blank,
        sampling: Sampling { temperature: Some(TEMPERATURE), ..Sampling::default() },
    }
}

fn read_functions(value: &Value) -> Answered<Vec<Function>> {
    let list = value.get("functionalities").cloned().unwrap_or_default();
    serde_json::from_value(list).map_err(|error| error.to_string())
}

/// Speciation: what a document stands for. The inner error says why the model's answer cannot be used.
///
/// - `outline`: whose names are to be taken where they fit.
///
/// # Errors
/// No reply came.
pub async fn speciate(
    asker: &mut Asker<'_>,
    document: &str,
    outline: &Outline,
) -> Result<Answered<Part>, Unanswered> {
    let mut domains: Vec<&str> = outline.parts.iter().map(|part| part.domain.as_str()).collect();
    domains.dedup();
    let parts: Vec<String> =
        outline.parts.iter().map(|part| format!("{}: {}", part.domain, part.part)).collect();
    let data = [
        ("domains", json!(domains).to_string()),
        ("parts", json!(parts).to_string()),
        ("document", json!(document).to_string()),
    ];
    let data = data.each_ref().map(|(name, value)| (*name, value.as_str()));
    let read = |value: Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let functions = read_functions(&value)?;
        if functions.is_empty() {
            return Err("`functionalities` is empty".into());
        }
        Ok(Part { domain: text("domain"), part: text("part"), says: text("says"), functions })
    };
    asker.ask(&question("speciation", SPECIATE.messages(&data), &SPECIES), read).await
}

/// What is missing in a part.
///
/// # Errors
/// No reply came.
pub async fn extend(asker: &mut Asker<'_>, part: &Part) -> Result<Answered<Vec<Function>>, Unanswered> {
    let data = [("field", part.field()), ("functionalities", listed(&part.functions))];
    let data = data.each_ref().map(|(name, value)| (*name, value.as_str()));
    let read = |value: Value| read_functions(&value);
    asker.ask(&question("extension", EXTEND.messages(&data), &FUNCTIONALITIES), read).await
}

/// An API to be defined.
#[derive(Clone, Debug)]
pub struct Task {
    part: Part,
    example: Arc<Tool>,
    indicators: Vec<(&'static str, &'static str)>,
}

/// Draws what is to be defined.
#[derive(Debug)]
pub struct Adaptation<'o> {
    outline: &'o Outline,
    seed: Seed,
    /// The subtrees that have an API.
    used: HashSet<String>,
}

impl<'o> Adaptation<'o> {
    /// Over an outline that has at least one function.
    pub fn new(outline: &'o Outline, seed: Seed) -> Self {
        Self { outline, seed, used: HashSet::new() }
    }

    /// The task of this index, with one of these examples; `None` where every subtree that is drawn has its API. Indices come in order.
    pub fn task(&mut self, index: u64, examples: &[Arc<Tool>]) -> Option<Task> {
        const DRAWS: u32 = 50;
        let mut rng = self.seed.index(index).rng();
        for _ in 0..DRAWS {
            let part = rng.choose(&self.outline.parts)?;
            let count = (rng.weighted(NODES)? + 1).min(part.functions.len());
            let mut functions = part.functions.clone();
            rng.shuffle(&mut functions);
            functions.truncate(count);
            let mut names: Vec<String> = functions.iter().map(|one| key(&one.name)).collect();
            names.sort_unstable();
            if !self.used.insert(format!("{}/{}", key(&part.domain), names.join("+"))) {
                continue;
            }
            let example = Arc::clone(rng.choose(examples)?);
            let all: Vec<_> = indicators().collect();
            let first = usize::try_from(index).unwrap_or_default() % all.len();
            let mut chosen = vec![all[first]];
            if rng.chance(SECOND) {
                chosen.extend(rng.choose(&all).filter(|one| one.0 != all[first].0));
            }
            return Some(Task { part: Part { functions, ..part.clone() }, example, indicators: chosen });
        }
        None
    }
}

/// Evolution: the definition of an API. The inner error says why the model's answer cannot be used.
///
/// # Errors
/// No reply came.
pub async fn define(asker: &mut Asker<'_>, task: &Task) -> Result<Answered<Tool>, Unanswered> {
    let Task { part, example, indicators } = task;
    let ways: Vec<String> = indicators.iter().map(|(name, says)| format!("- {name}: {says}")).collect();
    let data = [
        ("field", part.field()),
        ("functionalities", listed(&part.functions)),
        ("indicators", ways.join("\n")),
        ("example", definitions([example], true)),
    ];
    let data = data.each_ref().map(|(name, value)| (*name, value.as_str()));
    let read = |value: Value| task.read(&value);
    asker.ask(&question("definition", DEFINE.messages(&data), &DEFINITION), read).await
}

impl Task {
    /// A tool out of a filled form, if the rules have nothing against it and dialogs can use it.
    fn read(&self, value: &Value) -> Answered<Tool> {
        let imported = import_bytes("tools.json", json!([value]).to_string().as_bytes());
        let mut imported = imported.map_err(|error| error.to_string())?;
        let Some(mut tool) = imported.tools.pop() else {
            let why = imported.skipped.into_iter().next().map(|skipped| skipped.reason);
            return Err(why.unwrap_or_else(|| "it defines no function".into()));
        };
        let parent = self.example.meta.lineage.as_ref().map_or(0, |lineage| lineage.generation);
        tool.meta.domain = Some(self.part.domain.clone());
        tool.meta.sub_domain = Some(self.part.part.clone());
        tool.meta.source = Some("evolved".into());
        tool.meta.lineage = Some(Lineage {
            generation: parent + 1,
            parents: vec![self.example.name.clone()],
            indicators: self.indicators.iter().map(|(name, _)| (*name).to_owned()).collect(),
            functionalities: self.part.functions.iter().map(|one| one.name.clone()).collect(),
        });
        let rules = Rules::named(&["tool-schema", "tool-fields"]).map_err(|error| error.to_string())?;
        let alone = Dialog { tools: vec![Arc::new(tool.clone())], ..Dialog::default() };
        if let Some(finding) = rules.verdict(&alone).findings.into_iter().next() {
            return Err(finding.why);
        }
        match Pool::new([tool.clone()]).1.into_iter().next() {
            Some(unusable) => Err(unusable.reason),
            None => Ok(tool),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str) -> Function {
        Function { name: name.into(), says: "Does it.".into() }
    }

    #[test]
    fn names_that_are_the_same_words_are_merged() {
        let mut outline = Outline::of(&Tree::authored());
        let before = outline.parts.len();
        let part = |functions: &[&str]| Part {
            domain: "Travel".into(),
            part: "Space flights".into(),
            says: "trips to orbit".into(),
            functions: functions.iter().map(|name| function(name)).collect(),
        };
        assert_eq!(outline.add(part(&["book_seat", "Book Seat", "find_launch"])), 2);
        assert_eq!(outline.add(part(&["find-launch", "cancel_seat"])), 1);
        assert_eq!(outline.parts.len(), before + 1);
        assert_eq!(outline.parts.last().map(|part| part.functions.len()), Some(3));
        assert_eq!(outline.add(Part { part: "empty".into(), ..part(&[]) }), 0);
        assert_eq!(outline.parts.len(), before + 1, "what can do nothing is no part");
    }

    #[test]
    fn no_two_tasks_of_a_domain_are_for_the_same_functionalities() {
        let outline = Outline {
            parts: vec![Part {
                domain: "d".into(),
                part: "p".into(),
                says: String::new(),
                functions: ["a", "b", "c"].map(function).to_vec(),
            }],
        };
        let example = [Arc::new(Tool::new("f", "", json!({"type": "object"})))];
        let mut adaptation = Adaptation::new(&outline, Seed::new(5));
        let tasks: Vec<Task> = (0..40).filter_map(|index| adaptation.task(index, &example)).collect();
        assert_eq!(tasks.len(), 7, "three things have seven subsets");
        let first: HashSet<&str> = tasks.iter().map(|task| task.indicators[0].0).collect();
        assert!(first.len() >= 4, "{first:?}");
    }

    #[test]
    fn what_the_rules_reject_is_no_definition() {
        let part = Part { functions: vec![function("a")], ..Part::default() };
        let example = Arc::new(Tool::new("f", "", json!({"type": "object"})));
        let task = Task { part, example, indicators: indicators().take(1).collect() };
        let schema = json!({"type": "object", "properties": {"city": {"type": "string", "description": "The city."}}, "required": ["city"]});
        let definition = |parameters: Value| json!({"name": "get weather!", "description": "The weather of a city.", "parameters": parameters, "returns": {"type": "object"}});
        let tool = task.read(&definition(schema.clone())).expect("it is in order");
        assert_eq!(tool.name, "get_weather");
        let lineage = tool.meta.lineage.expect("it evolved");
        assert_eq!((lineage.generation, &lineage.parents[..]), (1, &["f".to_owned()][..]));
        let mut wrong = schema;
        wrong["required"] = json!(["town"]);
        assert!(task.read(&definition(wrong)).is_err());
        assert!(task.read(&definition(json!({"type": "string"}))).is_err());
    }
}
