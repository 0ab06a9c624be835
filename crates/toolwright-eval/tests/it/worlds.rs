//! The services of several turns side by side with the official ones: generated sequences of calls, with results and states compared after each call.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolwright_core::seed::{Rng, Seed};
use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Question};
use toolwright_eval::world::{CLASSES, Large, Setting, World};

use crate::official::{official, package_data, python, seed};
use crate::real_data;

/// How many sequences are played.
const SEQUENCES: usize = 6_000;
/// Sequences that one official process plays.
const BATCH: usize = 1_500;

/// A function as the benchmark documents it.
struct Function {
    name: String,
    /// Names, types, closed lists, and whether they are needed.
    parameters: Vec<(String, String, Vec<Value>, bool)>,
}

/// What sequences are made of.
struct Generator {
    /// First states with the classes that they are for.
    starts: Vec<(Vec<String>, Value)>,
    /// Expected calls by class.
    expected: BTreeMap<String, Vec<String>>,
    functions: BTreeMap<String, Vec<Function>>,
    /// Texts of values that expected calls give, by the parameter's name.
    values: BTreeMap<String, Vec<String>>,
}

struct Sequence {
    classes: Vec<String>,
    start: Value,
    large: bool,
    calls: Vec<String>,
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a file of the package");
    text.lines().map(|line| serde_json::from_str(line).expect("lines are JSON")).collect()
}

/// The documents of functions, by class.
const DOCUMENTS: &[(&str, &str)] = &[
    ("GorillaFileSystem", "gorilla_file_system"),
    ("MathAPI", "math_api"),
    ("MessageAPI", "message_api"),
    ("TwitterAPI", "posting_api"),
    ("TicketAPI", "ticket_api"),
    ("TradingBot", "trading_bot"),
    ("TravelAPI", "travel_booking"),
    ("VehicleControlAPI", "vehicle_control"),
];

impl Generator {
    fn new(data: &Path) -> Self {
        let mut functions = BTreeMap::new();
        for (class, file) in DOCUMENTS {
            let documents = rows(&data.join("multi_turn_func_doc").join(format!("{file}.json")));
            functions.insert((*class).to_owned(), documents.iter().map(function).collect::<Vec<Function>>());
        }
        assert_eq!(functions.len(), CLASSES.len());
        let (mut starts, mut expected) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
        let mut values = BTreeMap::<String, Vec<String>>::new();
        for category in ["base", "miss_func"] {
            let name = format!("BFCL_v4_multi_turn_{category}.json");
            let answers = rows(&data.join("possible_answer").join(&name));
            for (question, answer) in rows(&data.join(&name)).into_iter().zip(answers) {
                let classes = question["involved_classes"].as_array().expect("a list");
                let classes: Vec<String> =
                    classes.iter().map(|class| class.as_str().expect("a name").to_owned()).collect();
                for call in answer["ground_truth"]
                    .as_array()
                    .expect("turns")
                    .iter()
                    .flat_map(|turn| turn.as_array().expect("calls"))
                {
                    let call = call.as_str().expect("a call");
                    let method = call.split('(').next().unwrap_or_default();
                    let owner = classes
                        .iter()
                        .find(|class| functions[*class].iter().any(|known| known.name == method));
                    if let Some(owner) = owner {
                        expected.entry(owner.clone()).or_default().push(call.to_owned());
                    }
                    for (name, value) in arguments(call) {
                        values.entry(name).or_default().push(value);
                    }
                }
                starts.push((classes, question["initial_config"].clone()));
            }
        }
        Self { starts, expected, functions, values }
    }

    fn sequence(&self, rng: &mut Rng) -> Sequence {
        let (classes, start) = rng.choose(&self.starts).expect("there are some").clone();
        let mut classes = classes;
        // Services that a test brings are joined by others with their defaults, and sometimes all begin so.
        for class in CLASSES.iter() {
            if rng.chance(0.15) && !classes.iter().any(|known| known == class) {
                classes.push((*class).to_owned());
            }
        }
        let start = if rng.chance(0.1) { json!({}) } else { start };
        let n = 3 + rng.below(12);
        let calls = (0..n).map(|_| self.call(&classes, rng)).collect();
        Sequence { classes, start, large: rng.chance(0.08), calls }
    }

    fn call(&self, classes: &[String], rng: &mut Rng) -> String {
        let class = rng.choose(classes).expect("there are some");
        let expected = self.expected.get(class).map(Vec::as_slice).unwrap_or_default();
        if rng.chance(0.35)
            && let Some(call) = rng.choose(expected)
        {
            return call.clone();
        }
        let function = rng.choose(&self.functions[class]).expect("there are some");
        let mut given = Vec::new();
        for (name, kind, closed, needed) in &function.parameters {
            if !needed && rng.chance(0.5) || rng.chance(0.02) {
                continue;
            }
            given.push((name.clone(), self.value(class, name, kind, closed, rng)));
        }
        if rng.chance(0.02) {
            given.push(("surprise".to_owned(), "1".to_owned()));
        }
        // Arguments by place come first.
        let placed = if rng.chance(0.15) { rng.below(given.len() + 1) } else { 0 };
        let text = given
            .iter()
            .enumerate()
            .map(|(at, (name, value))| if at < placed { value.clone() } else { format!("{name}={value}") });
        format!(
            "{}({})",
            function.name,
            text.collect::<Vec<_>>().join(if rng.chance(0.5) { ", " } else { "," })
        )
    }

    fn value(&self, class: &str, name: &str, kind: &str, closed: &[Value], rng: &mut Rng) -> String {
        let odd = [
            "None", "True", "False", "0", "-1", "3", "12.5", "-0.75", "1e20", "''", "'x'", "'a/b'",
            "['a', 'b']", "[]", "[1, 2.5, -3]", "{'a': 1}", "{}", "(1, 2)", "'Zoë (7) ls (8)'", "10**3",
            "'\\n'", "'nan'", "[None]", "1_000",
        ];
        let chosen = |items: &[&str], rng: &mut Rng| (*rng.choose(items).expect("a list")).to_owned();
        if rng.chance(0.04) {
            return chosen(&odd, rng);
        }
        if rng.chance(0.02) {
            // A call in a call.
            let inner = rng.choose(&self.functions[class]).expect("there are some");
            if inner.parameters.iter().all(|(.., needed)| !needed) {
                return format!("{}()", inner.name);
            }
        }
        if !closed.is_empty() && rng.chance(0.8) {
            return python_text(rng.choose(closed).expect("a list"));
        }
        if let Some(known) = self.values.get(name).filter(|_| rng.chance(0.75)) {
            return rng.choose(known).expect("some").clone();
        }
        match kind {
            "integer" => rng.between(-2, 30).to_string(),
            "float" | "number" => match rng.below(4) {
                0 => rng.between(-3, 120).to_string(),
                1 => format!("{:.2}", rng.unit() * 100.0),
                2 => format!("{}", rng.unit() * 1e4),
                _ => "1.0".to_owned(),
            },
            "boolean" => chosen(&["True", "False"], rng),
            "array" => chosen(
                &["[1, 2, 3]", "['driver', 'passenger']", "['AAPL', 'XYZ']", "[0.1, 0.2, 5]", "['#a']"],
                rng,
            ),
            "dict" | "object" => {
                chosen(&["{'priority': 3}", "{'status': 'Open', 'title': None}", "{'owner': 1}"], rng)
            }
            _ => chosen(
                &[
                    "'a.txt'", "'.'", "'..'", "'/'", "'temp'", "'USR002'", "'AAPL'", "'NVDA'",
                    "'2024-11-10'", "'SFO'", "'LAX'", "'economy'", "'1'", "'Error'", "'it\\'s'", "'USD'",
                    "'EUR'",
                ],
                rng,
            ),
        }
    }
}

fn function(document: &Value) -> Function {
    let parameters = &document["parameters"];
    let needed = parameters["required"].as_array().cloned().unwrap_or_default();
    let properties = parameters["properties"].as_object().cloned().unwrap_or_default();
    let parameter = |(name, about): (String, Value)| {
        let kind = about["type"].as_str().unwrap_or("string").to_owned();
        let closed = about["enum"].as_array().cloned().unwrap_or_default();
        let needed = needed.contains(&Value::from(name.as_str()));
        (name, kind, closed, needed)
    };
    let name = document["name"].as_str().expect("a name").to_owned();
    Function { name, parameters: properties.into_iter().map(parameter).collect() }
}

fn python_text(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null => "None".to_owned(),
        other => other.to_string(),
    }
}

/// The named arguments of a plain call, as text.
fn arguments(call: &str) -> Vec<(String, String)> {
    let inside = call.split_once('(').map(|(_, rest)| rest.trim_end_matches(')')).unwrap_or_default();
    let (mut parts, mut depth, mut quote, mut part) = (Vec::new(), 0, None, String::new());
    let mut escaped = false;
    for next in inside.chars() {
        match (quote, next) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), next) if open == next => quote = None,
            (None, '\'' | '"') => quote = Some(next),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(next);
    }
    parts.push(part);
    let named = parts.iter().filter_map(|part| part.split_once('='));
    let named =
        named.filter(|(name, _)| name.trim().chars().all(|next| next.is_alphanumeric() || next == '_'));
    named.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// What differs in a sequence; none where nothing does.
fn difference(sequence: &Sequence, official: &Value, large: &Arc<Large>) -> Result<usize, String> {
    let Some(steps) = official["steps"].as_array() else { return Err(format!("official: {official}")) };
    let setting = Setting::new(sequence.large.then(|| Arc::clone(large)));
    let classes: Vec<&str> = sequence.classes.iter().map(String::as_str).collect();
    let mut world =
        World::new(&classes, &sequence.start.to_string(), &setting).map_err(|error| error.to_string())?;
    let mut state = Map::new();
    let mut own_words = 0;
    for (at, step) in steps.iter().enumerate() {
        if let Some(call) = at.checked_sub(1).and_then(|at| sequence.calls.get(at)) {
            let own = world.run(call);
            let theirs = step["result"].as_str().unwrap_or_default();
            match same(theirs, &own) {
                Same::Yes => {}
                Same::OwnWords => own_words += 1,
                // What follows rests on it.
                Same::Known => return Ok(own_words),
                Same::No => {
                    return Err(format!(
                        "after {at} calls, at {call}\n  official {theirs}\n  own      {own}"
                    ));
                }
            }
        }
        for (key, value) in step["changed"].as_object().expect("an object") {
            state.insert(key.clone(), value.clone());
        }
        let own = world.state();
        for (key, theirs) in &state {
            let (class, attribute) = key.split_once('.').expect("a class and an attribute");
            let own = &own[class][attribute];
            if theirs != own && theirs != "RecursionError" {
                let call = at.checked_sub(1).map(|at| sequence.calls[at].as_str());
                return Err(format!(
                    "{key} after {at} calls, at {call:?}\n  official {theirs}\n  own      {own}"
                ));
            }
        }
        if at == steps.len() / 2 {
            // Half-way the world is saved and goes on as another.
            world = World::restore(&world.save(), &setting).map_err(|error| error.to_string())?;
        }
    }
    Ok(own_words)
}

enum Same {
    Yes,
    /// Both are errors of which the words are each one's own.
    OwnWords,
    /// A difference that docs/bfcl.md lists.
    Known,
    No,
}

fn same(theirs: &str, own: &str) -> Same {
    const ERROR: &str = "Error during execution: ";
    if theirs == own {
        return Same::Yes;
    }
    // DIFFERENCE: the order of a set is that of hashes, which differ from process to process.
    let head = |text: &str| text.split("Must be one of {").next().map(str::to_owned);
    if theirs.contains("Must be one of {") && head(theirs) == head(own) {
        return Same::Yes;
    }
    // DIFFERENCE: logarithms of negative numbers, and of numbers in texts, are refused here; a file's name may be a tuple there and is a text here.
    let refused = ["the logarithm of a negative number", "a number is needed here"];
    if theirs.contains("mp") && refused.iter().any(|words| own.contains(words))
        || own == format!("{ERROR}'tuple' object has no attribute 'startswith'")
    {
        return Same::Known;
    }
    // DIFFERENCE: what Python's parser says of text that is none of its own, and how it tells of recursion.
    let both = |words: &[&str]| words.iter().any(|word| theirs.contains(word)) && own.starts_with(ERROR);
    if theirs.starts_with(ERROR) && both(&["(<string>, line 1)", "maximum recursion depth"]) {
        return Same::OwnWords;
    }
    Same::No
}

/// What services tell in a large context, from the package.
fn large(data: &Path) -> Arc<Large> {
    let module = data.join("../eval_checker/multi_turn_eval/func_source_code/long_context.py");
    Arc::new(Large::read(&module).expect("the package has it"))
}

/// A model's stored answers to the tests of one category, put to those of the same number in each category: half of them fit well enough to be run to the end.
#[test]
fn stored_answers_have_the_official_verdicts_in_every_category() {
    let (Some(python), Some(real)) = (python(), real_data()) else { return };
    let data = package_data(&python);
    let large = large(&data);
    let stored = real.join("bfcl_results/v4/bbrowning-2025-11-12-main/openai_gpt-oss-120b/result/multi_turn");
    let file =
        std::fs::File::open(stored.join("BFCL_v4_multi_turn_base_result.json.zst")).expect("a stored file");
    let mut text = String::new();
    let mut unpacked = toolwright_core::packed::open(std::io::BufReader::new(file)).expect("a packed file");
    std::io::Read::read_to_string(&mut unpacked, &mut text).expect("UTF-8");
    let results: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["result"].take())
        .collect();
    let decoder = DECODERS.iter().find(|decoder| decoder.id == "json").expect("it is in the list");
    let (mut asked, mut own) = (Vec::new(), Vec::new());
    for category in CATEGORIES.iter().filter(|category| category.id.starts_with("multi_turn")) {
        let name = format!("BFCL_v4_{}.json", category.id);
        let answers = rows(&data.join("possible_answer").join(&name));
        for ((question, mut answer), result) in rows(&data.join(&name)).into_iter().zip(answers).zip(&results)
        {
            let answer = answer["ground_truth"].take();
            let context = (category.id == "multi_turn_long_context").then(|| Arc::clone(&large));
            let test = Question::of_steps(category, &question.to_string(), &answer.to_string(), context);
            let judgement =
                test.expect("a test").judge(&result.to_string(), decoder, Flavour::Current, Names::Dots);
            own.push((question["id"].clone(), judgement.expect("the result is JSON").error_type));
            asked.push(json!({ "turns": { "question": question, "answer": answer, "category": category.id, "result": result } }));
        }
    }
    let mut differing = Vec::new();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for ((id, own), theirs) in own.iter().zip(official(&python, &asked)) {
        let kind = theirs["error_type"].as_str().map(str::to_owned);
        *outcomes.entry(kind.clone().unwrap_or_else(|| "right".to_owned())).or_default() += 1;
        if theirs["valid"].as_bool().is_none() || kind != *own {
            differing.push(format!("{id}: official {theirs}, own {own:?}"));
        }
    }
    println!("{} answers, {} differences: {outcomes:?}", asked.len(), differing.len());
    assert_eq!(asked.len(), 800);
    assert_eq!(differing, [""; 0]);
}

#[test]
fn generated_calls_have_the_official_results_and_states() {
    let Some(python) = python() else { return };
    let seed = seed();
    let data = package_data(&python);
    let generator = Generator::new(&data);
    let large = large(&data);
    let sequences: Vec<Sequence> = (0..SEQUENCES)
        .map(|at| generator.sequence(&mut Seed::new(seed).child("worlds").index(at as u64).rng()))
        .collect();
    let (mut calls, mut own_words, mut differences) = (0, 0, Vec::new());
    for batch in sequences.chunks(BATCH) {
        let asked = |one: &Sequence| json!({ "world": { "classes": one.classes, "start": one.start, "large": one.large, "calls": one.calls } });
        let asked: Vec<Value> = batch.iter().map(asked).collect();
        let answers = official(&python, &asked);
        assert_eq!(answers.len(), batch.len(), "one answer for each sequence");
        for (sequence, answer) in batch.iter().zip(&answers) {
            calls += sequence.calls.len();
            match difference(sequence, answer, &large) {
                Ok(words) => own_words += words,
                Err(why) => differences.push(why),
            }
        }
    }
    println!(
        "{SEQUENCES} sequences, {calls} calls, {} differences; {own_words} errors in words of our own",
        differences.len()
    );
    let shown = |text: &String| text.chars().take(1500).collect::<String>();
    assert!(
        differences.is_empty(),
        "{} differences, such as\n{}",
        differences.len(),
        differences.iter().take(12).map(shown).collect::<Vec<_>>().join("\n")
    );
}
