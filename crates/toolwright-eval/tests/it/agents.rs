//! Agents' last words side by side with the official check: accepted answers within sentences, and what lies near them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toolwright_core::seed::{Rng, Seed};
use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Question};

use crate::official::{official, package_data, python, seed};

/// How many results are generated.
const RESULTS: usize = 3_000;

/// An accepted answer, or something near it, as somebody may say it.
fn words(answer: &str, rng: &mut Rng) -> String {
    let answer = match rng.below(8) {
        0 => answer.to_uppercase(),
        1 => answer.replace(' ', "-"),
        2 => format!("{answer}s"),
        3 => format!("x{answer}"),
        4 => answer.chars().rev().collect(),
        5 => format!("({answer})"),
        _ => answer.to_owned(),
    };
    let around = [
        ("It is ", "."),
        ("", ""),
        ("'", "'"),
        ("Größe: ", "€"),
        ("**", "**, I think"),
        ("_", "_"),
        ("é", ""),
    ];
    let (before, after) = rng.choose(&around).expect("a list");
    format!("{before}{answer}{after}")
}

/// The steps of a result: calls, replies without calls, and words.
fn steps(answers: &[String], rng: &mut Rng) -> Value {
    let step = |rng: &mut Rng| {
        let said = rng.choose(answers).map_or_else(String::new, |answer| words(answer, rng));
        match rng.below(6) {
            0 => json!([{"core_memory_retrieve": "{\"key\": \"name\"}"}]),
            1 => json!([]),
            2 => json!([said]),
            3 => json!([{"f": "[1]"}]),
            4 => json!(""),
            _ => json!(said),
        }
    };
    let steps: Vec<Value> = (0..rng.below(5)).map(|_| step(rng)).collect();
    match rng.below(12) {
        0 => json!([steps, []]),
        1 => json!([]),
        2 => rng.choose(answers).map_or(json!(null), |answer| json!([answer])),
        _ => json!([steps]),
    }
}

#[test]
fn generated_last_words_are_judged_alike() {
    let Some(python) = python() else { return };
    let (seed, data) = (seed(), package_data(&python));
    let mut tests = Vec::new();
    for (category, file) in [("memory_kv", "memory"), ("web_search_base", "web_search")] {
        let category = CATEGORIES.iter().find(|known| known.id == category).expect("it is in the list");
        let path = data.join(format!("possible_answer/BFCL_v4_{file}.json"));
        for line in std::fs::read_to_string(path).expect("a file of the package").lines() {
            tests.push((category, serde_json::from_str::<Value>(line).expect("JSON")["ground_truth"].take()));
        }
    }
    let decoder = DECODERS.iter().find(|decoder| decoder.id == "json").expect("it is in the list");
    let (mut asked, mut own) = (Vec::new(), Vec::new());
    for at in 0..RESULTS {
        let mut rng = Seed::new(seed).child("agents").index(at as u64).rng();
        let (category, accepted) = rng.choose(&tests).expect("there are tests");
        let answers: Vec<String> = serde_json::from_value(accepted.clone()).expect("a list of texts");
        let result = steps(&answers, &mut rng);
        let question = json!({ "id": "x_0", "question": [[]] });
        let test =
            Question::of_steps(category, &question.to_string(), &accepted.to_string(), None).expect("a test");
        let judged = test.judge(&result.to_string(), decoder, Flavour::Current, Names::Dots).expect("JSON");
        own.push(judged.error_type);
        asked.push(json!({ "agentic": { "question": question, "answer": accepted, "category": category.id, "result": result } }));
    }
    let (mut outcomes, mut differing) = (BTreeMap::<String, usize>::new(), Vec::new());
    for ((asked, own), theirs) in asked.iter().zip(&own).zip(official(&python, &asked)) {
        let kind = theirs["error_type"].as_str().map(str::to_owned);
        *outcomes.entry(kind.clone().unwrap_or_else(|| "right".to_owned())).or_default() += 1;
        if theirs["valid"].as_bool().is_none() || kind != *own {
            differing.push(format!("{asked}: official {theirs}, own {own:?}"));
        }
    }
    println!("{RESULTS} results, {} differences: {outcomes:?}", differing.len());
    assert_eq!(differing.iter().take(5).collect::<Vec<_>>(), [""; 0]);
}
