//! `dedup` and `decontaminate`: what is nearly the same goes, with the reason, and nothing else does.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolwright_core::seed::{Rng, Seed};

use crate::{json, real_data, says, scratch, toolwright, write};

fn ask(text: &str) -> String {
    json!({"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "Done."}]})
        .to_string()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("it was written");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn twins_are_removed_and_told() {
    let dir = scratch();
    let one = "Please book a table for four people in Oslo on Friday evening, with a view of the harbor if you can, and send the confirmation to \
               my office, because I am on the road until Thursday and read my mail there before I leave for the weekend.";
    let near = one.replace("four", "five");
    let rows =
        [ask(one), ask("What is the weather in Bergen tomorrow?"), "{".to_owned(), ask(&near), ask(one)];
    write(dir.path(), "data.jsonl", &rows.join("\n"));
    let found = json(
        dir.path(),
        &["dedup", "data.jsonl", "-o", "fresh.jsonl", "--removed", "twins.jsonl", "--similarity", "0.7"],
        1,
    );
    assert_eq!((&found["kept"], &found["removed"], &found["unreadable"]), (&json!(2), &json!(2), &json!(1)));
    let twins = lines(&dir.path().join("twins.jsonl"));
    assert_eq!((&twins[0]["row"], &twins[0]["like"]), (&json!("4"), &json!("1")));
    assert_eq!(twins[1]["similarity"], json!(1.0));
    assert_eq!(lines(&dir.path().join("fresh.jsonl")).len(), 2);
    let told = says(dir.path(), &["dedup", "data.jsonl", "-o", "x.jsonl", "--removed", "x.jsonl"], 2);
    assert!(told.contains("--removed and -o name one file"), "{told}");
    assert!(says(dir.path(), &["dedup", "data.jsonl", "-o", "data.jsonl"], 2).contains("data.jsonl"));
    let told = says(dir.path(), &["dedup", "data.jsonl", "-o", "x", "--similarity", "0.2"], 2);
    assert!(told.contains("expected a number from 0.6 to 1"), "{told}");
}

#[test]
fn benchmarks_that_cannot_be_read_are_refused() {
    let dir = scratch();
    write(dir.path(), "data.jsonl", &ask("Hello there, how are you today?"));
    write(dir.path(), "bench.jsonl", "{\"a\": 1}\n");
    let told =
        says(dir.path(), &["decontaminate", "data.jsonl", "--against", "bench.jsonl", "-o", "out.jsonl"], 2);
    assert!(told.contains("--against bench.jsonl: no row of it can be read; the first:"), "{told}");
    fs::create_dir(dir.path().join("empty")).expect("a writable folder");
    let told = says(dir.path(), &["decontaminate", "data.jsonl", "--against", "empty", "-o", "out.jsonl"], 2);
    assert!(told.contains("the folder holds no file that ends with"), "{told}");
}

/// A question as somebody would pass it on: other numbers, other marks, words around it.
fn near_copy(question: &str, rng: &mut Rng) -> String {
    match rng.below(5) {
        0 => question.to_lowercase().replace(['?', ',', '.'], ""),
        1 => format!("Hi! I hope you can help me with something. {question} Thanks a lot in advance."),
        2 => format!("Please answer this as well as you can: {question}"),
        3 => {
            // The first number is another one.
            let digits: Vec<char> = question.chars().collect();
            let at = digits.iter().position(char::is_ascii_digit);
            let other = |at: usize| -> String {
                digits
                    .iter()
                    .enumerate()
                    .map(|(n, c)| if n == at { if *c == '7' { '8' } else { '7' } } else { *c })
                    .collect()
            };
            at.map_or_else(|| format!("{question} Please."), other)
        }
        _ => {
            // One of the words in the middle is left out.
            let words: Vec<&str> = question.split(' ').collect();
            let gone = words.len() / 2;
            words
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != gone)
                .map(|(_, word)| *word)
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

#[test]
fn planted_copies_of_a_benchmark_are_found_and_others_stay() {
    let Some(data) = real_data() else { return };
    let seed = 20_261_127;
    println!("seed {seed}");
    let mut rng = Seed::new(seed).rng();
    let dir = scratch();
    let bench = data.join("bfcl_v4");
    // Questions of at least eight words; fewer say too little to be anybody's.
    let mut questions = Vec::new();
    for name in ["simple_python", "multiple", "live_simple", "irrelevance"] {
        for row in lines(&bench.join(format!("BFCL_v4_{name}.json"))) {
            let text = row["question"][0]
                .as_array()
                .and_then(|turn| turn.last()?["content"].as_str().map(str::to_owned));
            questions.extend(text.filter(|text| (8..60).contains(&text.split_whitespace().count())));
        }
    }
    rng.shuffle(&mut questions);
    questions.truncate(200);
    assert_eq!(questions.len(), 200);
    toolwright(dir.path(), &["synth", "--n", "2000", "--out", "ours", "-q"]).status().expect("it runs");
    let mut rows: Vec<String> =
        questions.iter().map(|question| ask(&near_copy(question, &mut rng))).collect();
    let ours = fs::read_to_string(dir.path().join("ours/dialogs.jsonl")).expect("a run");
    rows.extend(ours.lines().map(str::to_owned));
    write(dir.path(), "data.jsonl", &rows.join("\n"));
    let against = bench.display().to_string();
    let found = json(
        dir.path(),
        &[
            "decontaminate", "data.jsonl", "--against", &against, "-o", "clean.jsonl", "--removed",
            "found.jsonl",
        ],
        0,
    );
    let removed = lines(&dir.path().join("found.jsonl"));
    let planted = removed.iter().filter(|row| {
        row["row"].as_str().and_then(|row| row.parse().ok()).is_some_and(|row: usize| row <= 200)
    });
    let planted = planted.count();
    println!(
        "{planted} of 200 planted copies found; {} of 2000 others removed: {found}",
        removed.len() - planted
    );
    assert_eq!(planted, 200);
    assert!((removed.len() - planted) * 200 <= 2000, "{} of 2000", removed.len() - planted);
}

#[test]
fn a_recipe_keeps_a_run_clear_of_benchmarks_and_of_itself() {
    let dir = scratch();
    let tool = json!({
        "name": "get_forecast", "description": "Tells what the weather will be like in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "The city."}}, "required": ["city"]},
        "returns": {"type": "object", "properties": {"temperature": {"type": "number"}, "condition": {"type": "string"}}},
    });
    let other = json!({
        "name": "send_parcel", "description": "Sends a parcel to a person.",
        "parameters": {"type": "object", "properties": {"recipient": {"type": "string", "description": "Who gets it."}}, "required": ["recipient"]},
    });
    write(dir.path(), "tools.json", &json!([tool, other]).to_string());
    let recipe = "seed = 3\nn = 120\ntools = [\"tools.json\"]\n[dialog.kinds]\nsingle = 1.0\n";
    write(dir.path(), "plain.toml", recipe);
    json(dir.path(), &["synth", "--recipe", "plain.toml", "--out", "plain"], 0);
    let plain = lines(&dir.path().join("plain/dialogs.jsonl"));
    // A benchmark with the question of one dialog, and without tools.
    let question = plain
        .iter()
        .map(|row| row["messages"].as_array().expect("messages"))
        .filter_map(|messages| messages.iter().find(|one| one["role"] == "user"))
        .filter_map(|message| message["content"].as_str())
        .find(|said| said.split(' ').count() > 7)
        .expect("somebody says more than a few words");
    write(dir.path(), "bench.jsonl", &ask(question));
    let looks = "[finalise]\nnear_duplicates = 0.6\nagainst = [\"bench.jsonl\"]\n";
    write(dir.path(), "mine.toml", &format!("{recipe}{looks}"));
    let made = json(dir.path(), &["synth", "--recipe", "mine.toml", "--out", "whole"], 0);
    let found = lines(&dir.path().join("whole/rejected.jsonl"));
    let why = |rule: &str| -> Vec<String> {
        let findings = found.iter().flat_map(|row| row["meta"]["verdicts"].as_array().expect("verdicts"));
        let findings = findings.filter_map(|verdict| verdict["findings"].as_array()).flatten();
        let named = findings.filter(|finding| finding["rule"] == rule);
        named.map(|finding| finding["why"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(
        why("contaminated").iter().any(|why| why.contains("in common with bench.jsonl:1: ")),
        "{found:?}"
    );
    assert!(!why("near-duplicate").is_empty());
    assert!(why("near-duplicate").iter().all(|why| why.contains("with the dialog of index ")));
    assert!(made["accepted"].as_u64() < Some(plain.len() as u64));
    // What is kept has neither: the commands that look at files find nothing more.
    let again = json(dir.path(), &["decontaminate", "whole", "--against", "bench.jsonl", "-o", "x.jsonl"], 0);
    assert_eq!(again["removed"], json!(0));
    let again = json(dir.path(), &["dedup", "whole", "-o", "y.jsonl", "--similarity", "0.6"], 0);
    assert_eq!(again["removed"], json!(0));
    // Shards are looked at when they are merged, and come to the same.
    for shard in ["1/2", "2/2"] {
        let out = format!("part-{}", &shard[..1]);
        json(dir.path(), &["synth", "--recipe", "mine.toml", "--shard", shard, "--out", &out], 0);
    }
    json(dir.path(), &["merge", "part-1", "part-2", "--out", "merged"], 0);
    let bytes = |folder: &str| fs::read(dir.path().join(folder).join("dialogs.jsonl")).expect("dialogs");
    assert!(bytes("merged") == bytes("whole"));
    // Another benchmark under the same name is another run.
    write(dir.path(), "bench.jsonl", &ask("Where is the parcel that was sent to me a week ago?"));
    let told = says(dir.path(), &["merge", "part-1", "part-2", "--out", "again"], 2);
    assert!(told.contains("finalise.against: the benchmarks hash to "), "{told}");
    write(dir.path(), "far.toml", &format!("{recipe}[finalise]\nnear_duplicates = 0.3\n"));
    let told = says(dir.path(), &["synth", "--recipe", "far.toml", "--out", "far"], 2);
    assert!(
        told.contains("far.toml:7: finalise.near_duplicates is 0.3; expected a share from 0.6 to 1"),
        "{told}"
    );
}
