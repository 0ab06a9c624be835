//! Published verdicts, as a ratchet: on every stored model output ours are those, but for the differences listed here, each
//! of which must be there. Needs `TOOLWRIGHT_DATA`.

use std::collections::BTreeMap;
use std::path::Path;

use toolwright_eval::api_bank;
use toolwright_eval::bfcl::{
    Benchmark, CATEGORIES, Comparison, Flavour, Options, Report, Results, Version, compare, score, score_file,
};

use crate::real_data;

/// What a folder of results comes to.
struct Scored {
    benchmark: Benchmark,
    report: Report,
    comparisons: Vec<Comparison>,
}

fn scored(data: &Path, questions: &str, results: &str, flavour: Flavour) -> Scored {
    let benchmark = Benchmark::open(&data.join(questions)).expect("the questions are there");
    let folder = data.join(results);
    let results = Results::find(&folder, benchmark.version()).expect("the results are there");
    let options = Options { flavour, lines: true, ..Options::default() };
    let report = score(&benchmark, &results, &options);
    assert_eq!(report.problems, [""; 0]);
    let comparisons = compare(&benchmark, &report, &folder).expect("the published scores are there");
    for comparison in &comparisons {
        println!(
            "{} {} {}: published {:?}, own {:?}, {} verdicts differ",
            benchmark.version().name(),
            comparison.model,
            comparison.category.id,
            comparison.published,
            comparison.own,
            comparison.verdicts().count()
        );
    }
    assert!(!comparisons.is_empty());
    Scored { benchmark, report, comparisons }
}

/// Each test on which verdicts differ, as `model category id: published → own`.
fn differing(comparisons: &[Comparison]) -> Vec<String> {
    let verdict = |kind: &Option<String>| kind.clone().unwrap_or_else(|| "right".to_owned());
    let told = |comparison: &Comparison| {
        let differing = comparison.differences.iter().map(|one| {
            format!("{} {}: {} → {}", comparison.model, one.id, verdict(&one.published), verdict(&one.own))
        });
        differing.collect::<Vec<_>>()
    };
    comparisons.iter().flat_map(told).collect()
}

#[test]
fn version_4_has_the_published_verdicts_and_error_types() {
    let Some(data) = real_data() else { return };
    let scored = scored(&data, "bfcl_v4", "bfcl_results/v4", Flavour::Current);
    assert_eq!(differing(&scored.comparisons), [""; 0]);
    assert!(scored.comparisons.iter().all(|comparison| comparison.published == Some(comparison.own)));
}

/// Score files whose bytes are the published ones. The others differ in the words for what does not decode, in an accepted value or a
/// question that the benchmark has since corrected, or in the order of a set.
const BYTE_FOR_BYTE: &[(&str, &[&str])] = &[
    (
        "Qwen_Qwen3-8B-FC",
        &[
            "simple_python", "simple_java", "simple_javascript", "multiple", "parallel", "parallel_multiple",
            "irrelevance",
        ],
    ),
    (
        "openai_gpt-oss-120b",
        &[
            "multiple", "parallel", "parallel_multiple", "irrelevance", "live_simple", "live_multiple",
            "live_parallel_multiple", "live_irrelevance", "live_relevance", "multi_turn_base",
        ],
    ),
];

#[test]
fn version_4_score_files_are_the_published_ones_byte_for_byte() {
    let Some(data) = real_data() else { return };
    let scored = scored(&data, "bfcl_v4", "bfcl_results/v4", Flavour::Current);
    let mut equal: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for model in &scored.report.models {
        for score in &model.scores {
            let path = score_file::path(scored.benchmark.version(), model, score);
            let inner = path.strip_prefix(&model.name).expect("it lies in the model's folder");
            let published =
                find(&data.join("bfcl_results/v4"), &Path::new(&model.name).join("score").join(inner));
            if published.as_deref() == Some(score_file::contents(score).as_bytes()) {
                equal.entry(&model.name).or_default().push(score.category.id);
            }
        }
    }
    let expected: BTreeMap<&str, Vec<&str>> =
        BYTE_FOR_BYTE.iter().map(|(model, ids)| (*model, ids.to_vec())).collect();
    let expected: BTreeMap<&str, Vec<&str>> = expected
        .into_iter()
        .map(|(model, ids)| {
            let ordered = CATEGORIES.iter().map(|category| category.id).filter(|id| ids.contains(id));
            (model, ordered.collect())
        })
        .collect();
    assert_eq!(equal, expected);
}

/// The bytes of a file below one of the folders here, unpacked.
fn find(root: &Path, inner: &Path) -> Option<Vec<u8>> {
    for source in root.read_dir().expect("a folder").filter_map(Result::ok) {
        let path = source.path().join(inner);
        if let Ok(bytes) = std::fs::read(&path) {
            return Some(bytes);
        }
        let packed = path.with_extension("json.zst");
        if let Ok(file) = std::fs::File::open(packed) {
            let mut bytes = Vec::new();
            let file = std::io::BufReader::new(file);
            let mut unpacked = toolwright_core::packed::open(file).expect("a packed file");
            std::io::Read::read_to_end(&mut unpacked, &mut bytes).expect("it can be unpacked");
            return Some(bytes);
        }
    }
    None
}

#[test]
fn version_3_has_the_published_verdicts_with_its_own_decoder() {
    let Some(data) = real_data() else { return };
    let scored = scored(&data, "bfcl_v3_2024-12", "bfcl_results/v3", Flavour::December2024);
    let verdicts: usize = scored.comparisons.iter().map(|comparison| comparison.verdicts().count()).sum();
    assert_eq!(verdicts, 0, "{:?}", differing(&scored.comparisons));
    assert_eq!(differing(&scored.comparisons), [""; 0]);
}

#[test]
fn version_3_differs_by_the_listed_decoder_differences_with_the_decoder_of_today() {
    let Some(data) = real_data() else { return };
    let scored = scored(&data, "bfcl_v3_2024-12", "bfcl_results/v3", Flavour::Current);
    let text = std::fs::read_to_string(data.join("bfcl_results/v3/known_decoder_differences.json"))
        .expect("the list");
    let listed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut expected = Vec::new();
    for (model, categories) in listed.as_object().expect("an object") {
        for differences in categories.as_object().expect("an object").values() {
            let part = |key: &str| differences[key].as_object().expect("an object").clone();
            let (published, today) = (part("published"), part("bfcl_eval_2026.3.23"));
            for (id, kind) in &published {
                let told =
                    |kind: &serde_json::Value| kind.as_str().expect("a text").replace("valid", "right");
                expected.push(format!("{model} {id}: {} → {}", told(kind), told(&today[id])));
            }
        }
    }
    let (mut found, mut expected) = (differing(&scored.comparisons), expected);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn version_1_has_the_published_verdicts_on_calls() {
    let Some(data) = real_data() else { return };
    let scored = scored(&data, "bfcl_v1_2024-08", "bfcl_results/v1", Flavour::Current);
    let mut relevance = BTreeMap::new();
    for comparison in &scored.comparisons {
        let verdicts = comparison.verdicts().count();
        if comparison.category.is_about_relevance() {
            relevance.insert(comparison.model.as_str(), verdicts);
        } else {
            assert_eq!(verdicts, 0, "{} {}", comparison.model, comparison.category.id);
        }
    }
    // The text decoder of the day was another one for these; the data's own notes count the same.
    let expected = BTreeMap::from([
        ("Salesforce_xLAM-7b-fc-r", 0),
        ("claude-3-haiku-20240307", 14),
        ("gorilla-openfunctions-v2", 1),
        ("gpt-4-turbo-2024-04-09", 0),
        ("gpt-4o-2024-08-06-FC", 0),
        ("meta-llama_Meta-Llama-3-8B-Instruct", 58),
    ]);
    assert_eq!(relevance, expected);
}

#[test]
fn the_annotated_calls_of_api_bank_are_right() {
    let Some(data) = real_data() else { return };
    let file = std::fs::File::open(data.join("api_bank/dialogs.jsonl.zst")).expect("the dialogs");
    let mut text = String::new();
    let mut unpacked = toolwright_core::packed::open(std::io::BufReader::new(file)).expect("a packed file");
    std::io::Read::read_to_string(&mut unpacked, &mut text).expect("UTF-8");
    let format = toolwright_core::format::FORMATS.iter().find(|format| format.id == "api-bank");
    let format = format.expect("it is in the list");
    let mut by_level = BTreeMap::<&str, usize>::new();
    for (row, line) in text.lines().enumerate() {
        let dialog = (format.read)(&serde_json::from_str(line).expect("JSON")).expect("a dialog");
        for test in api_bank::tests(&dialog, row + 1) {
            let call = serde_json::json!({ "name": test.call.name, "arguments": test.call.arguments });
            let hermes = format!("<tool_call>\n{call}\n</tool_call>");
            for answer in [serde_json::json!([call]), hermes.into()] {
                assert_eq!(api_bank::judge(&test, &answer), api_bank::Outcome::Right, "{} {answer}", test.id);
            }
            *by_level.entry(test.level.name()).or_default() += 1;
        }
    }
    println!("{by_level:?}");
    assert_eq!(by_level, BTreeMap::from([("call", 389), ("retrieve_and_call", 119)]));
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let Some(data) = real_data() else { return };
    let benchmark = Benchmark::open(&data.join("bfcl_v4")).expect("the questions are there");
    let results = Results::find(&data.join("bfcl_results/v4"), Version::V4).expect("the results are there");
    let told = |threads| {
        let report = score(&benchmark, &results, &Options { threads, lines: true, ..Options::default() });
        let scores = report.models.iter().flat_map(|model| model.scores.iter());
        scores.map(score_file::contents).collect::<Vec<_>>()
    };
    assert!(told(1) == told(3));
}
