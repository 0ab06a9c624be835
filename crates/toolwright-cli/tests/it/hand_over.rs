//! Export and verify: what another format holds comes back with the same verdicts.

use std::process::Command;

use serde_json::Value;

use crate::{ends, json, read, says};

/// Rules whose inputs do not survive each format; all others must answer as before.
const LOST: &[(&str, &[&str])] = &[("openai", &["grounding"]), ("toolace", &["grounding"])];

#[test]
fn exports_keep_the_verdicts_of_what_they_hold() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "400", "-q", "--out", "run"], 0);
    let own = verdicts(scratch.path(), "run");
    for (format, lost) in LOST {
        let file = format!("{format}.jsonl");
        let exported = json(scratch.path(), &["export", "run", "--format", format, "-o", &file], 0);
        assert_eq!(
            (exported["written"].as_u64(), exported["dropped"].as_u64()),
            (Some(own.len() as u64), Some(0)),
            "{exported}"
        );
        assert!(!exported["loses"].as_array().expect("a list").is_empty());
        let other = verdicts(scratch.path(), &file);
        assert_eq!(own.len(), other.len());
        for (before, after) in own.iter().zip(&other) {
            assert_eq!(after["outcome"], before["outcome"], "{format}: {after}");
            let names = |row: &Value| -> Vec<String> {
                let rules = row["not_applicable"].as_array().cloned().unwrap_or_default();
                rules.iter().filter_map(|rule| rule.as_str()?.split(':').next().map(str::to_owned)).collect()
            };
            let newly: Vec<String> =
                names(after).into_iter().filter(|rule| !names(before).contains(rule)).collect();
            assert!(newly.iter().all(|rule| lost.contains(&rule.as_str())), "{format}: {newly:?} in {after}");
        }
    }
}

/// TRL's and LLaMA-Factory's own loaders take every row, and give the turns, tools and calls that were written.
#[test]
fn trainers_loaders_take_every_row() {
    let Some(python) = std::env::var_os("TOOLWRIGHT_LOADERS_PYTHON") else {
        eprintln!(
            "skipped: TOOLWRIGHT_LOADERS_PYTHON names no Python with trl and llamafactory; `cargo xtask peers` makes one"
        );
        return;
    };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "1000", "-q", "--out", "run"], 0);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peer/loaders.py");
    for (loader, format, least) in
        [("trl", "trl", 1000), ("llamafactory", "sharegpt", 1000), ("trl-dpo", "trl-dpo", 10)]
    {
        let file = format!("{format}.jsonl");
        // Few dialogs hold a pair; the others are left out, and the exit code says so.
        let code = i32::from(format == "trl-dpo");
        ends(scratch.path(), &["export", "run", "--format", format, "-o", &file, "-q"], code);
        let output = Command::new(&python)
            .args([script, loader, &file])
            .current_dir(scratch.path())
            .output()
            .expect("that Python starts");
        let said = String::from_utf8_lossy(&output.stdout);
        let talk = String::from_utf8_lossy(&output.stderr);
        let loaded: Value =
            serde_json::from_str(said.trim()).unwrap_or_else(|why| panic!("{why}: {said}{talk}"));
        println!("{loaded}");
        assert!(output.status.success() && loaded["kept"] == loaded["rows"], "{loaded}\n{talk}");
        assert!(loaded["rows"].as_u64() >= Some(least), "{loaded}");
    }
}

#[test]
fn exports_write_the_tools_in_any_notation() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "60", "-q", "--out", "run"], 0);
    let export = |data: &str, more: &[&str], file: &str| {
        ends(scratch.path(), &[&["export", data, "-q", "-o", file, "--format"], more].concat(), 0);
        String::from_utf8(read(scratch.path().join(file))).expect("UTF-8")
    };
    export("run", &["toolace"], "plain.jsonl");
    let turned = export("plain.jsonl", &["toolwright"], "own.jsonl");
    for (notation, title) in [("json", "JSON"), ("yaml", "YAML"), ("xml", "XML"), ("markdown", "Markdown")] {
        let rows = export("run", &["toolace", "--tools-as", notation], "rows.jsonl");
        assert!(rows.lines().all(|row| row.contains(&format!("The functions, in {title}:\\n"))), "{rows}");
        // The same dialogs are in it, and they know how their tools were written.
        let own = export("rows.jsonl", &["toolwright"], "own.jsonl");
        let known =
            own.lines().filter(|row| row.contains(&format!("\"tool_notation\":\"{notation}\""))).count();
        assert_eq!(known, if notation == "json" { 0 } else { 60 });
        for (one, other) in own.lines().zip(turned.lines()) {
            let [one, other] = [one, other].map(|row| serde_json::from_str::<Value>(row).expect("JSON"));
            assert_eq!(
                (&one["tools"], &one["messages"]),
                (&other["tools"], &other["messages"]),
                "{notation}"
            );
        }
        assert!(export("own.jsonl", &["toolace"], "again.jsonl") == rows, "{notation}");
    }
}

fn verdicts(dir: &std::path::Path, data: &str) -> Vec<Value> {
    let out = ends(dir, &["verify", data, "-q"], 0);
    out.lines().map(|line| serde_json::from_str(line).expect("a verdict a line")).collect()
}

#[test]
fn broken_rows_are_numbered_and_the_rest_is_used() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "20", "-q", "--out", "run"], 0);
    let whole = read(scratch.path().join("run/dialogs.jsonl"));
    std::fs::write(scratch.path().join("cut.jsonl"), &whole[..whole.len() - 100]).expect("a writable folder");
    let summary = json(scratch.path(), &["verify", "cut.jsonl"], 1);
    assert_eq!((summary["read"].as_u64(), summary["unreadable"].as_u64()), (Some(19), Some(1)), "{summary}");
    let talk = says(scratch.path(), &["verify", "cut.jsonl"], 1);
    assert!(talk.contains("cut.jsonl:20: "), "{talk}");
}

#[test]
fn one_json_list_reads_like_lines() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "20", "-q", "--out", "run"], 0);
    let lines = String::from_utf8(read(scratch.path().join("run/dialogs.jsonl"))).expect("UTF-8");
    let list = format!("[\n{}\n]", lines.trim_end().replace('\n', ",\n"));
    std::fs::write(scratch.path().join("list.json"), list).expect("a writable folder");
    assert_eq!(json(scratch.path(), &["verify", "list.json"], 0)["accepted"], 20);
}
