//! Side by side with the official package: generated answers, and its verdict, error type, errors and decoded calls beside
//! ours. Needs a Python that has `bfcl-eval`, named in `TOOLWRIGHT_BFCL_PYTHON`; `cargo xtask peers` makes one.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use toolwright_core::seed::Seed;
use toolwright_eval::bfcl::{DECODERS, Flavour, Judgement, Names, Question};

use crate::generate::{Case, Generator};

/// How many answers are generated.
const CASES: usize = 24_000;

/// Answers that one official process judges; the cost of its start is shared, and a crash loses no more.
const BATCH: usize = 6_000;

/// The seed, unless `TOOLWRIGHT_SEED` names another.
const SEED: u64 = 20_261_126;

pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("TOOLWRIGHT_BFCL_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!(
            "skipped: TOOLWRIGHT_BFCL_PYTHON names no Python with the package bfcl-eval; `cargo xtask peers` makes one"
        );
    }
    python
}

/// The official driver, with what it is asked on its standard input.
pub(crate) fn official(python: &Path, cases: &[Value]) -> Vec<Value> {
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer/bfcl.py");
    let mut child = Command::new(python)
        .arg(driver)
        .arg("score")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the Python that was named can be started");
    let mut input = child.stdin.take().expect("a pipe");
    let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the driver ended with {}\n{talk}", output.status);
    writer.join().expect("the writer ends").expect("all cases are read");
    let text = String::from_utf8(output.stdout).expect("the driver writes UTF-8");
    text.lines().map(json_of).collect()
}

/// Reads JSON as Python writes it: numbers that are none become texts.
fn json_of(text: &str) -> Value {
    let read = |text: &str| serde_json::from_str(text);
    read(text).unwrap_or_else(|_| {
        let words = [("-Infinity", "\"-inf\""), ("Infinity", "\"inf\""), ("NaN", "\"nan\"")];
        let text = words.iter().fold(text.to_owned(), |text, (word, name)| {
            text.replace(&format!(": {word}"), &format!(": {name}"))
                .replace(&format!("[{word}"), &format!("[{name}"))
        });
        read(&text).expect("the driver writes JSON")
    })
}

/// The folder of questions that the package brings along.
pub(crate) fn package_data(python: &Path) -> PathBuf {
    let code = "import importlib.util as u; print(u.find_spec('bfcl_eval').submodule_search_locations[0])";
    let output =
        Command::new(python).args(["-c", code]).output().expect("the Python that was named can be started");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).join("data")
}

fn judged(case: &Case) -> Judgement {
    let answer = case.answer.as_ref().map(Value::to_string);
    let question =
        Question::new(case.category, &case.functions.to_string(), answer.as_deref()).expect("a question");
    let decoder = DECODERS.iter().find(|decoder| decoder.id == case.decoder).expect("it is in the list");
    let names = if case.underscores { Names::Underscores } else { Names::Dots };
    question.judge(&case.result, decoder, Flavour::Current, names).expect("the result is JSON")
}

/// The seed, which is told.
pub(crate) fn seed() -> u64 {
    let seed = std::env::var("TOOLWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    println!("seed {seed}");
    seed
}

/// What differs between the official answer and ours; none where nothing does.
fn difference(case: &Case, official: &Value, own: &Judgement) -> Option<String> {
    if let Some(raised) = official.get("crash").and_then(Value::as_str) {
        // DIFFERENCE: the official run ends when it writes a key that JSON has no form for; ours writes what it looks like.
        if raised.starts_with("TypeError: keys must be") {
            return own.valid.then(|| "official cannot write the failure, own has none".to_owned());
        }
        let ours = own.exception.as_deref();
        // Ours names the exception's type; its words are Python's.
        let kind = |text: &str| text.split(':').next().map(str::to_owned);
        return (ours.and_then(kind) != kind(raised))
            .then(|| format!("official raises {raised}, own {own:?}"));
    }
    // DIFFERENCE: the package's older grammar takes a lone backtick for a part of a JavaScript name.
    if case.category.id == "simple_javascript" && case.decoder == "text" && case.result.contains('`') {
        return None;
    }
    let valid = official["valid"].as_bool();
    if valid != Some(own.valid)
        || official.get("error_type").and_then(Value::as_str) != own.error_type.as_deref()
    {
        return Some("the verdicts differ".to_owned());
    }
    // DIFFERENCE: ours holds no lone surrogates; where Python shows one, U+FFFD stands.
    if own.valid || case.result.contains("\\ud83d") {
        return None;
    }
    if let Some(decoded) = official.get("decoded").and_then(Value::as_str)
        && own.decoded.as_deref() != Some(decoded)
    {
        return Some("the decoded calls differ".to_owned());
    }
    let own_words = matches!(
        own.error_type.as_deref(),
        Some("ast_decoder:decoder_failed" | "relevance_error:decoder_failed")
    );
    let errors = json_of(own.errors.as_deref().unwrap_or("null"));
    (!own_words && official["error"] != errors).then(|| "the errors differ".to_owned())
}

#[test]
fn generated_answers_are_judged_alike() {
    let Some(python) = python() else { return };
    let seed = seed();
    let generator = Generator::new(&package_data(&python));
    let cases: Vec<Case> =
        (0..CASES).map(|at| generator.case(&mut Seed::new(seed).index(at as u64).rng())).collect();
    let mut answers = Vec::with_capacity(CASES);
    for batch in cases.chunks(BATCH) {
        let asked: Vec<Value> = batch.iter().map(Case::asked).collect();
        answers.extend(official(&python, &asked));
    }
    assert_eq!(answers.len(), cases.len(), "one answer for each case");
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for (case, official) in cases.iter().zip(&answers) {
        let own = judged(case);
        let outcome = own.error_type.clone().unwrap_or_else(|| "right".to_owned());
        *outcomes.entry(format!("{} {outcome}", case.decoder)).or_default() += 1;
        if let Some(why) = difference(case, official, &own) {
            let asked = json!({ "result": case.result, "decoder": case.decoder, "category": case.category.id, "functions": case.functions, "answer": case.answer });
            differences.push(format!("{why}\n  case     {asked}\n  official {official}\n  own      {own:?}"));
        }
    }
    for (outcome, count) in &outcomes {
        println!("{count:6} {outcome}");
    }
    println!("{CASES} cases, {} differences", differences.len());
    assert!(
        differences.is_empty(),
        "{} differences, such as\n{}",
        differences.len(),
        differences.iter().take(4).cloned().collect::<Vec<_>>().join("\n")
    );
}
