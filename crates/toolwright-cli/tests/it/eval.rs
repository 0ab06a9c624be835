//! `toolwright eval`: a small benchmark made here, with answers of every kind; and answers to a dataset of our own.

use std::path::Path;

use serde_json::{Value, json};

use crate::server::{Act, Scripted};
use crate::{ends, json as json_of, read, real_data, says};

fn write(path: &Path, rows: &[Value]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
    std::fs::write(path, rows.iter().map(|row| format!("{row}\n")).collect::<String>())
        .expect("a writable folder");
}

/// Three tests that are to call and two that are not, with answers of one model.
fn benchmark(dir: &Path) {
    let function = json!([{ "name": "get.weather", "description": "Weather.", "parameters": {
        "type": "dict", "properties": { "city": { "type": "string" }, "days": { "type": "integer" } }, "required": ["city"] } }]);
    let asked = |id: &str, says: &str| json!({ "id": id, "question": [[{ "role": "user", "content": says }]], "function": function });
    let simple = |at: usize| format!("simple_python_{at}");
    write(
        &dir.join("data/BFCL_v4_simple_python.json"),
        &[asked(&simple(0), "Oslo?"), asked(&simple(1), "Rome, 3 days?"), asked(&simple(2), "Paris?")],
    );
    let gold = |id: String, city: &str, days: Value| json!({ "id": id, "ground_truth": [{ "get.weather": { "city": [city], "days": days } }] });
    write(
        &dir.join("data/possible_answer/BFCL_v4_simple_python.json"),
        &[
            gold(simple(0), "Oslo", json!([""])),
            gold(simple(1), "Rome", json!([3])),
            gold(simple(2), "Paris", json!(["", 1])),
        ],
    );
    write(
        &dir.join("data/BFCL_v4_irrelevance.json"),
        &[asked("irrelevance_0", "A joke?"), asked("irrelevance_1", "A poem?")],
    );
    let answer = |id: &str, result: &str| json!({ "id": id, "result": result });
    let model = dir.join("result/some_model/non_live");
    write(
        &model.join("BFCL_v4_simple_python_result.json"),
        &[
            answer("simple_python_0", "[get.weather(city='OSLO')]"),
            answer("simple_python_1", "[get.weather(city='Rome', days='3')]"),
            answer("simple_python_2", "I cannot."),
        ],
    );
    write(
        &model.join("BFCL_v4_irrelevance_result.json"),
        &[answer("irrelevance_0", "No."), answer("irrelevance_1", "[get.weather(city=")],
    );
}

const BASE: [&str; 6] = ["eval", "bfcl", "--data", "data", "--results", "result"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&BASE[..], more].concat()
}

/// A model that knows its answers; Rome is asked for twice, because the server fails once.
fn model() -> Scripted {
    let call = |arguments: &str| {
        let call = json!({ "id": "c", "type": "function", "function": { "name": "get_weather", "arguments": arguments } });
        json!({
            "choices": [{ "finish_reason": "tool_calls", "message": { "role": "assistant", "content": null, "tool_calls": [call] } }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 20 },
        })
    };
    let raw = |status, body: String| Act::Raw { status, headers: Vec::new(), body: body.into_bytes() };
    Scripted::new(move |text, nth| match text {
        "Oslo?" => raw(200, call(r#"{"city": "OSLO"}"#).to_string()),
        "Rome, 3 days?" if nth == 0 => raw(500, "oops".into()),
        "Rome, 3 days?" => raw(200, call(r#"{"city": "Rome", "days": 3}"#).to_string()),
        _ => Act::Say("I cannot.".into()),
    })
}

#[test]
fn a_model_is_asked_once_and_scored_as_often_as_one_likes() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let server = model();
    let args = [
        "eval", "bfcl", "--data", "data", "--llm", &server.url, "--model", "org/some model", "--results",
        "mine",
    ];
    let summary = json_of(dir.path(), &args, 0);
    let scores = &summary["models"]["org_some_model-FC"];
    assert_eq!((&scores["result_format"], &scores["names"]), (&json!("json"), &json!("underscores")));
    assert_eq!(scores["categories"]["simple_python"]["correct"], 2);
    assert_eq!(scores["categories"]["irrelevance"]["correct"], 2);
    let asked = &summary["asked"];
    assert_eq!(
        (&asked["sent"], &asked["answered"], &asked["faults"]),
        (&json!(6), &json!(5), &json!({ "failed": 1 }))
    );
    assert_eq!((&asked["prompt_tokens"], &asked["cost"]), (&json!(230), &Value::Null));
    let rows = read(dir.path().join("mine/org_some_model-FC/non_live/BFCL_v4_simple_python_result.json"));
    let rows = String::from_utf8(rows).expect("UTF-8");
    let first = r#"{"id":"simple_python_0","result":[{"get_weather":"{\"city\":\"OSLO\"}"}],"input_token_count":100,"output_token_count":20}"#;
    assert_eq!(rows.lines().next(), Some(first));

    let again = json_of(dir.path(), &args, 0);
    assert_eq!((&again["asked"]["found"], &again["asked"]["sent"]), (&json!(5), &json!(0)));
    assert_eq!(again["models"], summary["models"]);
    assert_eq!(server.received(), 6);
}

#[test]
fn functions_in_a_prompt_are_answered_in_text() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let server = Scripted::new(|text, _| match text {
        "Oslo?" => Act::Say("[get.weather(city='Oslo')]".into()),
        _ => Act::Say("No function does that.".into()),
    });
    let args = ["eval", "bfcl", "--data", "data", "--llm", &server.url, "--model", "m", "--mode", "prompt"];
    let summary = json_of(dir.path(), &args, 0);
    let scores = &summary["models"]["m"];
    assert_eq!(
        (&scores["result_format"], &scores["categories"]["simple_python"]["correct"]),
        (&json!("text"), &json!(1))
    );
    assert!(dir.path().join("runs/bfcl/m/journal.db").is_file());
    let body = &server.log()["Oslo?"][0];
    let body: Value = serde_json::from_slice(body).expect("JSON");
    assert!(
        body["messages"][0]["content"]
            .as_str()
            .is_some_and(|prompt| prompt.contains(r#""name":"get.weather""#))
    );
    assert_eq!((&body["tools"], &body["temperature"]), (&Value::Null, &json!(0.0)));
}

#[test]
fn asking_stops_where_the_budget_or_the_server_says_so_and_goes_on_another_time() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let server = model();
    let args = ["eval", "bfcl", "--data", "data", "--llm", &server.url, "--model", "m", "--in-flight", "1"];
    let talk = says(dir.path(), &[&args[..], &["--max-tokens", "365"]].concat(), 3);
    assert!(talk.contains("the budget of 365 tokens is used up: "), "{talk}");
    assert!(talk.contains(" of 5 are answered, the same command goes on"), "{talk}");
    assert!(
        !dir.path().join("runs/bfcl/m-FC/non_live").exists(),
        "half a result file would be scored as one"
    );
    let summary = json_of(dir.path(), &args, 0);
    assert_eq!(summary["models"]["m-FC"]["categories"]["simple_python"]["correct"], 2);
    assert_eq!(server.received(), 6);

    let closed = Scripted::new(|_, _| Act::Raw { status: 401, headers: Vec::new(), body: b"no".to_vec() });
    let args = ["eval", "bfcl", "--data", "data", "--llm", &closed.url, "--model", "other"];
    let talk = says(dir.path(), &args, 3);
    assert!(
        talk.contains("status 401, no; check the address and the model, and whether a key is needed"),
        "{talk}"
    );
}

#[test]
fn what_is_wrong_with_asking_is_said_before_anything_is_asked() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let base = ["eval", "bfcl", "--data", "data", "--llm"];
    let why = |more: &[&str]| says(dir.path(), &[&base[..], more].concat(), 2);
    assert!(why(&["http://h/v1"]).contains("--llm asks one model, and 0 are named; give --model NAME once"));
    assert!(
        why(&["h:1/v1", "--model", "m"])
            .contains("h:1/v1: no address of a server; expected http:// or https:// before it")
    );
    assert!(
        why(&["http://h", "--model", "m", "--key-env", "NO_SUCH_KEY"])
            .contains("the environment variable NO_SUCH_KEY is not set")
    );
    assert!(
        why(&["http://h", "--model", "m", "--mode", "promt"])
            .contains("no mode is called `promt`; did you mean `prompt`?")
    );
    assert!(why(&["http://h", "--model", "m", "--max-cost", "1"]).contains("--price-in"));
    let neither = says(dir.path(), &["eval", "bfcl", "--data", "data"], 2);
    assert!(neither.contains("--results <DIR>"), "{neither}");
}

#[test]
fn verdicts_are_counted_by_category_with_their_intervals() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let summary = json_of(dir.path(), &BASE, 0);
    let model = &summary["models"]["some_model"];
    assert_eq!((&model["result_format"], &model["names"]), (&json!("text"), &json!("dots")));
    let simple = &model["categories"]["simple_python"];
    assert_eq!((&simple["total"], &simple["correct"]), (&json!(3), &json!(1)));
    assert_eq!(simple["errors"], json!({ "ast_decoder:decoder_failed": 1, "type_error:simple": 1 }));
    assert!(simple["ci95"][0].as_f64() < simple["accuracy"].as_f64());
    let irrelevance = &model["categories"]["irrelevance"];
    assert_eq!((&irrelevance["correct"], &irrelevance["strict"]["correct"]), (&json!(2), &json!(1)));
    assert_eq!(model["groups"]["non_live"]["accuracy"], Value::Null);
    assert!(
        model["groups"]["non_live"]["missing"]
            .as_array()
            .is_some_and(|missing| missing.contains(&json!("parallel")))
    );
    assert_eq!((&model["overall"]["total"], &model["overall"]["correct"]), (&json!(5), &json!(3)));
    let table = ends(dir.path(), &BASE, 0);
    assert!(table.contains("some_model (text, dots kept)") && table.contains("33.3 %"), "{table}");
    assert!(table.contains("irrelevance"), "{table}");
}

#[test]
fn score_files_are_written_and_compared() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    ends(dir.path(), &with(&["--score-dir", "score", "-q"]), 0);
    let path = dir.path().join("score/some_model/non_live/BFCL_v4_simple_python_score.json");
    let text = String::from_utf8(read(&path)).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "{\"accuracy\": 0.3333333333333333, \"correct_count\": 1, \"total_count\": 3}");
    assert!(lines[1].starts_with(
        "{\"id\": \"simple_python_1\", \"model_name\": \"some_model\", \"test_category\": \"simple_python\", \"valid\": false, \
         \"error\": [\"Incorrect type for parameter 'days'. Expected type integer, got str. Parameter value: '3'.\"], \
         \"error_type\": \"type_error:simple\", \"prompt\": {\"id\": \"simple_python_1\", "
    ));
    let summary = json_of(dir.path(), &with(&["--diff", "score"]), 0);
    assert_eq!(summary["diff"][0]["differences"], json!([]));
    std::fs::write(&path, text.replace("simple_python_1\", \"model", "simple_python_0\", \"model"))
        .expect("a writable folder");
    let table = ends(dir.path(), &with(&["--diff", "score", "-q"]), 1);
    assert!(
        table.contains(
            "some_model simple_python: published 1 of 3, own 1 of 3, 2 verdicts and 0 error types differ"
        ),
        "{table}"
    );
    assert!(table.contains("simple_python_0: published type_error:simple, own right"), "{table}");
}

#[test]
fn one_test_is_explained() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let told = ends(dir.path(), &with(&["--explain", "simple_python_1"]), 0);
    for line in [
        "question  user: Rome, 3 days?",
        "accepted  {'get.weather': {'city': ['Rome'], 'days': [3]}}",
        "answer    [get.weather(city='Rome', days='3')]",
        "decoded   [{'get.weather': {'city': 'Rome', 'days': '3'}}]",
        "verdict   wrong: type_error:simple",
        "because   Incorrect type for parameter 'days'. Expected type integer, got str. Parameter value: '3'.",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let talk = says(dir.path(), &with(&["--explain", "simple_pyton_1"]), 2);
    assert!(talk.contains("no test has the id `simple_pyton_1`; did you mean `simple_python_1`?"), "{talk}");
}

#[test]
fn rows_that_are_of_no_use_are_named_and_the_others_scored() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let path = dir.path().join("result/some_model/non_live/BFCL_v4_simple_python_result.json");
    let rows = "{\"id\": \"simple_python_0\", \"result\": \"[get.weather(city='Oslo')]\"}\n\
                {\"id\": \"simple_python_0\", \"result\": \"\"}\n{\"id\": \"simple_python_9\", \"result\": \"\"}\n{\"id\": \n\
                {\"id\": \"simple_python_1\"}\n";
    let rows = [rows.as_bytes(), b"{\"id\": \"\xff\"}\n"].concat();
    std::fs::write(&path, rows).expect("a writable folder");
    let summary = json_of(dir.path(), &with(&["--category", "simple_python"]), 1);
    let simple = &summary["models"]["some_model"]["categories"]["simple_python"];
    let count = |key: &str| simple[key].as_u64().expect("a count");
    assert_eq!((count("total"), count("correct"), count("missing")), (1, 1, 2));
    assert_eq!((count("unknown"), count("repeated"), count("unreadable")), (1, 1, 3));
    let talk = says(dir.path(), &with(&["--category", "simple_python"]), 1);
    for message in [
        "_result.json:2: `simple_python_0` has an answer already, which counts",
        "_result.json:3: no test has the id `simple_python_9`",
        "_result.json:4: not JSON at byte",
        "_result.json:5: expected the key `result`",
        "_result.json:6: the line is not UTF-8",
        "2 of 3 tests have no answer, such as `simple_python_1`; the score is of the others",
    ] {
        assert!(talk.contains(message), "{message}\n{talk}");
    }
}

#[test]
fn files_that_do_not_fit_are_named() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    let model = dir.path().join("result/some_model");
    write(&model.join("BFCL_v4_simple_pyton_result.json"), &[]);
    write(&model.join("BFCL_v4_format_sensitivity_result.json"), &[]);
    write(&model.join("BFCL_v3_simple_result.json"), &[]);
    write(&model.join("non_live/BFCL_v4_parallel_result.json"), &[]);
    let talk = says(dir.path(), &BASE, 1);
    for message in [
        "no category is called `simple_pyton`; did you mean `simple_python`?",
        "format_sensitivity: 1 files, which are not scored here",
        "1 result files are of v3; they are passed over",
        "BFCL_v4_parallel.json: cannot be opened",
    ] {
        assert!(talk.contains(message), "{message}\n{talk}");
    }
    std::fs::remove_file(dir.path().join("data/possible_answer/BFCL_v4_simple_python.json"))
        .expect("it is there");
    let summary = json_of(dir.path(), &BASE, 1);
    assert_eq!(summary["models"]["some_model"]["categories"].as_object().map(|all| all.len()), Some(1));
}

#[test]
fn mistakes_in_the_command_say_what_was_expected() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    benchmark(dir.path());
    write(&dir.path().join("empty/readme.json"), &[]);
    for (args, message) in [
        (
            &["eval", "bfcl", "--data", "nowhere", "--results", "result"][..],
            "nowhere: there is no such folder",
        ),
        (
            &["eval", "bfcl", "--data", "empty", "--results", "result"],
            "the folder holds no questions of the benchmark",
        ),
        (
            &["eval", "bfcl", "--data", "data", "--results", "nowhere"],
            "nowhere: there is no such folder; check the path",
        ),
        (
            &["eval", "bfcl", "--data", "data", "--results", "empty"],
            "empty: found no result files; expected BFCL_v4_<category>_result.json",
        ),
        (&with(&["--model", "some_modle"]), "no model is called `some_modle`; did you mean `some_model`?"),
        (&with(&["--category", "simple"]), "no category is called `simple`"),
        (&with(&["--result-format", "jsn"]), "no result format is called `jsn`; did you mean `json`?"),
        (&with(&["--decoder", "2024"]), "no decoder is called `2024`"),
        (&with(&["--names", "dot"]), "no spelling is called `dot`; did you mean `dots`?"),
        (&with(&["--diff", "nowhere"]), "nowhere: cannot be read"),
    ] {
        let talk = says(dir.path(), args, 2);
        assert!(talk.contains(message), "{message}\n{talk}");
    }
}

#[test]
fn published_results_are_scored_in_each_version() {
    let Some(data) = real_data() else { return };
    let dir = tempfile::tempdir().expect("a scratch folder");
    for (questions, results, more, tests) in [
        ("bfcl_v4", "v4", &[][..], 5431),
        ("bfcl_v3_2024-12", "v3", &["--decoder", "2024-12"], 2300),
        ("bfcl_v1_2024-08", "v1", &[], 8340),
    ] {
        let (questions, results) = (data.join(questions), data.join("bfcl_results").join(results));
        let (questions, results) = (questions.to_string_lossy(), results.to_string_lossy());
        let args = [&["eval", "bfcl", "--data", &questions, "--results", &results][..], more].concat();
        let summary = json_of(dir.path(), &args, 0);
        let models = summary["models"].as_object().expect("models");
        let all: u64 = models.values().filter_map(|model| model["overall"]["total"].as_u64()).sum();
        assert_eq!(all, tests);
    }
}

/// The dataset's gold calls as answers to it.
fn gold(dir: &Path, data: &str) -> Vec<Value> {
    let text = String::from_utf8(read(dir.join(data))).expect("UTF-8");
    let mut answers = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        for (turn, message) in row["messages"].as_array().expect("messages").iter().enumerate() {
            if message["role"] == "assistant" {
                let result = if turn % 2 == 0 && message.get("tool_calls").is_some() {
                    message["tool_calls"].clone()
                } else {
                    message.clone()
                };
                answers.push(json!({ "id": format!("{}:{turn}", at + 1), "result": result }));
            }
        }
    }
    answers
}

#[test]
fn a_dataset_is_a_benchmark_of_its_own() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    ends(dir.path(), &["synth", "--n", "60", "--out", "run", "-q"], 0);
    ends(dir.path(), &["eval", "dataset", "run", "--prompts", "prompts.jsonl", "-q"], 0);
    let mut answers = gold(dir.path(), "run/dialogs.jsonl");
    let prompts = String::from_utf8(read(dir.path().join("prompts.jsonl"))).expect("UTF-8");
    let prompts: Vec<Value> = prompts.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(prompts.len(), answers.len());
    assert_eq!(prompts[0]["id"], answers[0]["id"]);
    assert!(
        prompts[0]["messages"]
            .as_array()
            .is_some_and(|messages| messages.last().is_some_and(|last| last["role"] == "user"))
    );
    write(&dir.path().join("answers.jsonl"), &answers);
    let args = ["eval", "dataset", "run", "--results", "answers.jsonl"];
    let summary = json_of(dir.path(), &args, 0);
    assert_eq!(summary["correct"], summary["total"]);
    assert_eq!(summary["total"], json!(answers.len()));
    // One wrong, one malformed, one missing, one to no test.
    let calls = answers.iter().position(|answer| !answer["result"]["tool_calls"].is_null()).expect("a call");
    answers[calls]["result"] = json!("[no_such_tool(a=1)]");
    answers[calls + 1]["result"] = json!("[no_such_tool(a=");
    let last = answers.len() - 1;
    answers[last]["id"] = json!("999:9");
    write(&dir.path().join("answers.jsonl"), &answers);
    let summary = json_of(dir.path(), &[&args[..], &["-o", "verdicts.jsonl"]].concat(), 1);
    assert_eq!((&summary["missing"], &summary["unknown"]), (&json!(1), &json!(1)));
    assert_eq!((&summary["outcomes"]["wrong"], &summary["outcomes"]["malformed"]), (&json!(1), &json!(1)));
    let verdicts = String::from_utf8(read(dir.path().join("verdicts.jsonl"))).expect("UTF-8");
    assert_eq!(verdicts.lines().count(), last);
    assert!(verdicts.contains("found a call of `no_such_tool`, expected"), "{verdicts}");
    let talk = says(dir.path(), &["eval", "dataset", "run"], 2);
    assert!(talk.contains("--results") && talk.contains("--prompts"), "{talk}");
    let talk = says(dir.path(), &["eval", "dataset", "run", "--results", "nowhere.jsonl"], 2);
    assert!(talk.contains("nowhere.jsonl: there is no such file"), "{talk}");
}

#[test]
fn answers_become_dialogs_that_rules_and_judges_are_held_against() {
    let dir = tempfile::tempdir().expect("a folder");
    benchmark(dir.path());
    says(dir.path(), &with(&["--dialogs", "answers.jsonl"]), 0);
    let text = std::fs::read_to_string(dir.path().join("answers.jsonl")).expect("it was written");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0]["messages"][1]["tool_calls"][0]["function"]["name"], "get.weather");
    assert_eq!(rows[0]["meta"]["row"]["id"], "simple_python_0");
    let verdict = |at: usize| &rows[at]["meta"]["verdicts"][0];
    assert_eq!((&verdict(0)["by"], &verdict(0)["outcome"]), (&json!("bfcl"), &json!("pass")));
    assert_eq!(verdict(1)["findings"][0]["rule"], "type_error:simple");
    let held = json_of(dir.path(), &["audit", "answers.jsonl", "--verdicts", "bfcl"], 0);
    let (passed, rejected) = (&held["passed"], &held["rejected"]);
    assert_eq!((&passed["n"], &rejected["n"]), (&json!(3), &json!(2)), "{held}");
    assert_eq!(held["by_finding"]["type_error:simple"]["caught_by_rules"], 1);
    assert_eq!(held["by_finding"]["type_error:simple"]["by_rule"]["argument-format"], 1);
    let told = says(dir.path(), &["audit", "answers.jsonl", "--verdicts", "bfck"], 2);
    assert!(told.contains("none of 5 dialogs has a verdict by `bfck`"), "{told}");
}

#[test]
fn several_turns_and_agents_are_scored_and_the_overall_score_names_what_is_missing() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let start = json!({"GorillaFileSystem": {"root": {"w": {"type": "directory", "contents": {"a.txt": {"type": "file", "content": "x"}}}}}});
    let test = |id: usize| json!({"id": format!("multi_turn_base_{id}"), "question": [[]], "initial_config": start, "involved_classes": ["GorillaFileSystem"]});
    let gold = |id: usize| json!({"id": format!("multi_turn_base_{id}"), "ground_truth": [["cat('a.txt')"]]});
    let data = dir.path().join("data");
    write(&data.join("BFCL_v4_multi_turn_base.json"), &[test(0), test(1)]);
    write(&data.join("possible_answer/BFCL_v4_multi_turn_base.json"), &[gold(0), gold(1)]);
    write(&data.join("BFCL_v4_multi_turn_long_context.json"), &[test(0)]);
    write(&data.join("possible_answer/BFCL_v4_multi_turn_long_context.json"), &[gold(0)]);
    write(&data.join("BFCL_v4_memory.json"), &[json!({"id": "memory_0-customer-0", "question": [[]]})]);
    write(
        &data.join("possible_answer/BFCL_v4_memory.json"),
        &[json!({"id": "memory_0-customer-0", "ground_truth": ["Ann"]})],
    );
    let model = dir.path().join("result/m");
    let answers = [
        json!({"id": "multi_turn_base_0", "result": [["[cat(file_name='a.txt')]", "It says x."]], "inference_log": "kept"}),
        json!({"id": "multi_turn_base_1", "result": [["[ls()]"]]}),
    ];
    write(&model.join("multi_turn/BFCL_v4_multi_turn_base_result.json"), &answers);
    write(&model.join("multi_turn/BFCL_v4_multi_turn_long_context_result.json"), &answers[..1]);
    let answer = json!({"id": "memory_kv_0-customer-0", "result": [["[get(key='name')]", "You are Ann."]]});
    write(&model.join("agentic/memory/kv/BFCL_v4_memory_kv_result.json"), &[answer]);
    let talk = says(dir.path(), &BASE, 1);
    assert!(talk.contains("found no long_context.py, which multi_turn_long_context needs"), "{talk}");
    let module =
        "FILES_TAIL_USED = ['a.txt']\nPOPULATE_FILE_EXTENSION = ['b.jpg']\nFILE_CONTENT_EXTENSION = 'more'\n";
    std::fs::write(dir.path().join("long.py"), module).expect("written");
    let long = json_of(dir.path(), &[&BASE[..], &["--long-context", "long.py"]].concat(), 0);
    assert_eq!(long["models"]["m"]["categories"]["multi_turn_long_context"]["correct"], 1, "{long}");
    let args = [&BASE[..], &["--score-dir", "score"]].concat();
    let summary = json_of(dir.path(), &args, 1);
    let groups = &summary["models"]["m"]["groups"];
    let missing = json!(["multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context"]);
    assert_eq!(groups["multi_turn"], json!({"accuracy": null, "missing": missing}));
    assert_eq!(groups["overall_v4"]["accuracy"], json!(null));
    assert!(
        groups["overall_v4"]["missing"]
            .as_array()
            .is_some_and(|missing| missing.contains(&json!("irrelevance")))
    );
    let categories = &summary["models"]["m"]["categories"];
    assert_eq!(categories["multi_turn_base"]["errors"], json!({"multi_turn:execution_response_mismatch": 1}));
    assert_eq!(
        (&categories["multi_turn_base"]["correct"], &categories["memory_kv"]["correct"]),
        (&json!(1), &json!(1))
    );
    let lines =
        std::fs::read_to_string(dir.path().join("score/m/multi_turn/BFCL_v4_multi_turn_base_score.json"))
            .expect("written");
    let line: Value = serde_json::from_str(lines.lines().nth(1).expect("a failure")).expect("JSON");
    assert_eq!(line["error"]["details"]["missing_items"], json!(["{\"file_content\": \"x\"}"]));
    assert_eq!((&line["model_result_decoded"], &line["inference_log"]), (&json!([[["ls()"]]]), &json!("")));
    assert!(dir.path().join("score/m/agentic/memory/kv/BFCL_v4_memory_kv_score.json").is_file());
}

#[test]
fn predicted_calls_of_api_bank_are_scored_by_level() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let api = |name: &str, given: Value, output: Value| json!({"role": "API", "api_name": name, "param_dict": given, "result": {"api_name": name, "input": given, "output": output, "exception": null}});
    let says_ = |role: &str, text: &str| json!({"role": role, "text": text});
    let rows = [
        json!({"level": "level-1-given-desc", "file": "a", "turns": [says_("User", "An alarm!"), api("AddAlarm", json!({"time": "t"}), json!("success")), says_("AI", "Done.")]}),
        json!({"level": "level-2-toolsearcher", "file": "b", "turns": [
            says_("User", "An alarm!"), api("ToolSearcher", json!({"keywords": "set alarm"}), json!({"name": "AddAlarm"})), api("AddAlarm", json!({"time": "t"}), json!("success"))]}),
    ];
    write(&dir.path().join("dialogs.jsonl"), &rows);
    let apis = "id,类型,应用场景,API名称,参数,路径,类名,input_parameters,expressions,api_info\n1,a,b,c,d,e,AddAlarm,f,g,\"description = \"\"Sets an alarm.\"\"\ninput_parameters = {'time': {'type': 'str', 'description': 'When.'}}\noutput_parameters = {}\"\n";
    std::fs::write(dir.path().join("all_apis.csv"), apis).expect("written");
    let prompts =
        ["eval", "api-bank", "dialogs.jsonl", "--apis", "all_apis.csv", "--prompts", "prompts.jsonl"];
    let talk = says(dir.path(), &prompts, 1);
    assert!(talk.contains("no API is called `ToolSearcher`") && talk.contains("3 tests written"), "{talk}");
    let prompt = std::fs::read_to_string(dir.path().join("prompts.jsonl")).expect("written");
    let prompt: Value = serde_json::from_str(prompt.lines().next().expect("a test")).expect("JSON");
    assert_eq!((&prompt["id"], &prompt["tools"][0]["function"]["name"]), (&json!("1:1"), &json!("AddAlarm")));
    let answers = [
        json!({"id": "1:1", "result": "[AddAlarm(time='t')]"}),
        json!({"id": "2:1", "result": "[ToolSearcher(keywords='alarm clock')]"}),
        json!({"id": "2:3", "result": "[AddAlarm(time='later')]"}),
    ];
    write(&dir.path().join("answers.jsonl"), &answers);
    let args = ["eval", "api-bank", "dialogs.jsonl", "--results", "answers.jsonl"];
    let summary = json_of(dir.path(), &args, 0);
    assert_eq!(summary["levels"]["call"]["accuracy"], 1.0);
    let second = &summary["levels"]["retrieve_and_call"];
    assert_eq!((&second["correct"], &second["decided"]["total"]), (&json!(0), &json!(1)));
    assert_eq!(
        second["outcomes"],
        json!({"right": 0, "wrong": 1, "undecided": 1, "no_call": 0, "malformed": 0})
    );
    let talk = says(dir.path(), &["eval", "api-bank", "dialogs.jsonl"], 2);
    assert!(talk.contains("--results"), "{talk}");
}
