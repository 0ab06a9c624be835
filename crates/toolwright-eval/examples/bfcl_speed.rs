//! How fast scoring is: `bfcl_speed DATA RESULTS`. It prints one JSON object: seconds of five whole passes (files
//! read, scored, score files written), on one thread and on all cores, and the microseconds that an item takes once everything is read and
//! compiled, decoding and checking, without the words of messages: the median item, and the mean of all. Items that are to make no call are left out. Of tests of several turns
//! also the mean with the test compiled anew each time, its expected calls run with it.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use toolwright_eval::bfcl::{
    Benchmark, CATEGORIES, DECODERS, Flavour, Names, Options, Prepared, Question, Report, Results, score,
    score_file,
};

/// The command's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, results] = arguments.as_slice() else {
        eprintln!("usage: bfcl_speed DATA RESULTS");
        std::process::exit(2);
    };
    let (data, results) = (Path::new(data), Path::new(results));
    let folder = std::env::temp_dir().join(format!("bfcl-speed-{}", std::process::id()));
    let (mut one, mut all) = (Vec::new(), Vec::new());
    let mut report = Report::default();
    for _ in 0..5 {
        for (threads, passes) in [(1, &mut one), (0, &mut all)] {
            let start = Instant::now();
            report = pass(data, results, &folder, threads);
            passes.push(start.elapsed().as_secs_f64());
            // A folder of their own for each pass, on both sides: emptying files costs more than writing them.
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
    let items: usize = report.models.iter().map(|model| model.counts().1).sum();
    let model = report.models.first().expect("there are results");
    let (asked, median_us, mean_us) = warm(data, results, model.decoder.id, model.names);
    let anew_us = anew(data, results, model.decoder.id, model.names);
    println!(
        "{}",
        json!({ "pass_seconds": one, "pass_seconds_all_cores": all, "items": items, "result_format": model.decoder.id, "ast_items": asked, "median_us": median_us, "mean_us": mean_us, "anew_us": anew_us })
    );
}

/// Looks at an item in a row; the first is dropped, and the median of the others counts.
const LOOKS: usize = 9;

/// All files of all models, from bytes to score files.
fn pass(data: &Path, results: &Path, folder: &Path, threads: usize) -> Report {
    let benchmark = Benchmark::open(data).expect("the questions are there");
    let found = Results::find(results, benchmark.version()).expect("the results are there");
    let report = score(&benchmark, &found, &Options { threads, lines: true, ..Options::default() });
    score_file::write(&report, benchmark.version(), folder, threads).expect("a scratch folder");
    report
}

/// Of the items that are to call: their number, and the microseconds of the median one and on average.
fn warm(data: &Path, results: &Path, decoder: &str, names: Names) -> (usize, f64, f64) {
    let decoder = DECODERS.iter().find(|known| known.id == decoder).expect("it is in the list");
    let mut rows = Vec::new();
    for category in CATEGORIES.iter().filter(|category| !category.is_about_relevance()) {
        let name = format!("BFCL_v4_{}_result.json", category.id);
        let Some(path) = find(results, &name) else { continue };
        let questions = read(&data.join(format!("BFCL_v4_{}.json", category.id)));
        let answers = read(&data.join(format!("possible_answer/BFCL_v4_{}.json", category.id)));
        let results = read(&path);
        for ((question, answer), result) in questions.iter().zip(&answers).zip(&results) {
            let answer = answer["ground_truth"].to_string();
            let question = match category.is_single_turn() {
                true => Question::new(category, &question["function"].to_string(), Some(&answer)),
                false => Question::of_steps(category, &question.to_string(), &answer, None),
            };
            rows.push((question.expect("a question"), result["result"].to_string()));
        }
    }
    let prepared: Vec<(&Question, Prepared<'_>)> =
        rows.iter().map(|(question, result)| (question, Prepared::read(result).expect("JSON"))).collect();
    let look = |(question, result): &(&Question, Prepared<'_>)| {
        let start = Instant::now();
        std::hint::black_box(question.fault(result, decoder, Flavour::Current, names));
        start.elapsed().as_secs_f64() * 1e6
    };
    let median = |item: &(&Question, Prepared<'_>)| {
        let mut looks: Vec<f64> = (0..LOOKS).map(|_| look(item)).skip(1).collect();
        looks.sort_by(f64::total_cmp);
        looks[looks.len() / 2]
    };
    let mut times: Vec<f64> = prepared.iter().map(median).collect();
    times.sort_by(f64::total_cmp);
    let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
    (times.len(), times.get(times.len() / 2).copied().unwrap_or_default(), mean)
}

/// Of the tests of several turns: the mean of the microseconds in which one is compiled, and its answer decoded, run and checked.
fn anew(data: &Path, results: &Path, decoder: &str, names: Names) -> f64 {
    let decoder = DECODERS.iter().find(|known| known.id == decoder).expect("it is in the list");
    let mut times = Vec::new();
    for category in CATEGORIES.iter().filter(|category| !category.is_single_turn()) {
        let name = format!("BFCL_v4_{}_result.json", category.id);
        let Some(path) = find(results, &name) else { continue };
        let questions = read(&data.join(format!("BFCL_v4_{}.json", category.id)));
        let answers = read(&data.join(format!("possible_answer/BFCL_v4_{}.json", category.id)));
        for ((question, answer), result) in questions.iter().zip(&answers).zip(&read(&path)) {
            let (question, answer) = (question.to_string(), answer["ground_truth"].to_string());
            let result = result["result"].to_string();
            let prepared = Prepared::read(&result).expect("JSON");
            let look = || {
                let start = Instant::now();
                let test = Question::of_steps(category, &question, &answer, None).expect("a question");
                std::hint::black_box(test.fault(&prepared, decoder, Flavour::Current, names));
                start.elapsed().as_secs_f64() * 1e6
            };
            let mut looks: Vec<f64> = (0..LOOKS).map(|_| look()).skip(1).collect();
            looks.sort_by(f64::total_cmp);
            times.push(looks[looks.len() / 2]);
        }
    }
    times.iter().sum::<f64>() / times.len().max(1) as f64
}

fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file is there");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The file of this name in a folder or below.
fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    let entries = folder.read_dir().ok()?.filter_map(Result::ok).map(|entry| entry.path());
    entries.into_iter().find_map(|path| match path.is_dir() {
        true => find(&path, name),
        false => path.ends_with(name).then_some(path),
    })
}
