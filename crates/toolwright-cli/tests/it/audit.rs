//! `audit`: the rules are measured over our dialogs and over a dataset, alike for any number of threads.

use crate::{json, says, scratch, write};

#[test]
fn the_rules_are_measured() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let found = json(dir.path(), &["audit", "--n", "80"], 0);
    assert_eq!(found, json(dir.path(), &["audit", "--n", "80", "--threads", "1"], 0));
    let alarms = &found["false_alarms"];
    assert_eq!((alarms["n"].as_u64(), alarms["flagged"].as_u64()), (Some(80), Some(0)), "{alarms}");
    for fault in ["unknown-tool", "missing-argument", "wrong-type", "malformed-call", "orphan-result"] {
        let fault = &found["faults"][fault];
        assert!(fault["n"].as_u64().expect("a number") > 30, "{fault}");
        assert_eq!(fault["recall"], 1.0, "{fault}");
        assert!(fault["ci95"][0].as_f64().expect("a bound") > 0.85, "{fault}");
    }
    let only = json(dir.path(), &["audit", "--n", "80", "--rules", "unknown-tool"], 0);
    assert_eq!(only["faults"]["malformed-call"]["caught"], 0);
}

#[test]
fn a_dataset_is_audited_as_far_as_it_is_asked_for() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    says(dir.path(), &["synth", "--n", "30", "--out", "run"], 0);
    let found = json(dir.path(), &["audit", "run", "--n", "20"], 0);
    assert_eq!((found["false_alarms"]["n"].as_u64(), found["unreadable"].as_u64()), (Some(20), Some(0)));
    std::fs::write(dir.path().join("bad.jsonl"), "{}\n").expect("a writable folder");
    let told = says(dir.path(), &["audit", "bad.jsonl"], 1);
    assert!(told.contains("rows that cannot be read: 1"), "{told}");
}

#[test]
fn what_is_only_noted_rejects_nothing() {
    let dir = scratch();
    let row = r#"{"messages": [{"role": "user", "content": "Hello!"}, {"role": "assistant", "content": "Hello {{user_name}}!"}]}"#;
    write(dir.path(), "data.jsonl", row);
    let found = json(dir.path(), &["verify", "data.jsonl"], 1);
    assert_eq!(found["by_rule"]["meaningless-text"], 1);
    let noted = json(dir.path(), &["verify", "data.jsonl", "--note", "meaningless-text"], 0);
    assert_eq!((&noted["accepted"], &noted["noted_by"]["meaningless-text"]), (&1.into(), &1.into()));
    let talk = says(dir.path(), &["verify", "data.jsonl", "--note", "meaningles-text"], 2);
    assert!(
        talk.contains("no rule and no judge is called `meaningles-text`; did you mean `meaningless-text`?"),
        "{talk}"
    );
    write(dir.path(), "note.toml", "name = \"note\"\nn = 5\n[verify]\nnotes = [\"nonsense\"]\n");
    let talk = says(dir.path(), &["synth", "--recipe", "note.toml", "--out", "run"], 2);
    assert!(talk.contains("no rule and no judge is called `nonsense`"), "{talk}");
}
