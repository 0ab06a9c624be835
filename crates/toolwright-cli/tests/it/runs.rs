//! Runs: the default one, resume after kills, threads, shards, extension.

use std::time::Duration;

use serde_json::Value;
use toolwright_core::seed::Seed;

use crate::{ends, json, read, same, says, toolwright};

/// The built-in recipe's shares.
const SHARES: &[(&str, f64)] = &[
    ("single", 0.20),
    ("parallel_same", 0.10),
    ("parallel_mixed", 0.10),
    ("dependent", 0.16),
    ("no_tool", 0.08),
    ("clarify", 0.10),
    ("chat", 0.04),
    ("direct", 0.06),
    ("multi", 0.16),
];

#[test]
fn the_default_run_accepts_and_keeps_the_shares() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let summary = json(scratch.path(), &["synth"], 0);
    let accepted = summary["accepted"].as_f64().expect("a count");
    assert!(accepted >= 990.0, "{summary}");
    for (kind, share) in SHARES {
        let got = summary["by_kind"][*kind].as_f64().unwrap_or(0.0) / accepted;
        assert!((got - share).abs() <= 0.02, "{kind}: {got} for {share}");
    }
    let out = summary["out"].as_str().expect("a folder");
    assert_eq!(out, "runs/toolace-offline-seed7");
    let dialogs = String::from_utf8(read(scratch.path().join(out).join("dialogs.jsonl"))).expect("UTF-8");
    assert_eq!(dialogs.lines().count() as f64, accepted);
    let first: Value = serde_json::from_str(dialogs.lines().next().expect("a line")).expect("JSON");
    assert!(
        first["meta"]["verdicts"][0]["outcome"] == "pass"
            && first["messages"].is_array()
            && first["tools"].is_array()
    );
    // The same command again has nothing left to do, and the data stands up to the rules from outside.
    assert_eq!(json(scratch.path(), &["synth"], 0)["resumed"], true);
    assert_eq!(json(scratch.path(), &["verify", out], 0)["rejected"], 0);
}

#[test]
fn a_run_killed_at_any_moment_goes_on_to_the_same_bytes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let args = ["synth", "--n", "6000", "--threads", "2", "-q", "--out"];
    ends(scratch.path(), &[&args[..], &["whole"]].concat(), 0);
    let seed = u64::from(std::process::id());
    println!("kill moments are drawn from seed {seed}");
    let mut rng = Seed::new(seed).rng();
    let mut killed = 0;
    for _ in 0..10 {
        let mut child = toolwright(scratch.path(), &[&args[..], &["killed"]].concat())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(rng.between(30, 900).unsigned_abs()));
        killed += u32::from(child.try_wait().expect("the child is ours").is_none());
        child.kill().expect("the child is ours");
        child.wait().expect("the child is ours");
    }
    println!("{killed} of 10 kills met a running program");
    ends(scratch.path(), &[&args[..], &["killed"]].concat(), 0);
    same(&scratch.path().join("whole"), &scratch.path().join("killed"));
}

#[test]
fn threads_and_shards_do_not_change_a_byte() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = |name: &str| scratch.path().join(name);
    for threads in ["1", "2", "8"] {
        ends(
            scratch.path(),
            &["synth", "--n", "1000", "--threads", threads, "-q", "--out", &format!("t{threads}")],
            0,
        );
    }
    same(&folder("t1"), &folder("t2"));
    same(&folder("t1"), &folder("t8"));
    let shards: Vec<String> = (1..=8).map(|shard| format!("s{shard}")).collect();
    for (at, out) in shards.iter().enumerate() {
        ends(
            scratch.path(),
            &["synth", "--n", "1000", "--shard", &format!("{}/8", at + 1), "-q", "--out", out],
            0,
        );
    }
    let all: Vec<&str> =
        ["merge", "--out", "merged", "-q"].into_iter().chain(shards.iter().map(String::as_str)).collect();
    ends(scratch.path(), &all, 0);
    same(&folder("t1"), &folder("merged"));
    assert!(!folder("s1").join("report.html").exists(), "a shard looks at nothing across samples");
    // A shard that is missing is named.
    let some: Vec<&str> = ["merge", "--out", "some", "s1", "s2"].to_vec();
    assert!(says(scratch.path(), &some, 2).contains("shard"), "{}", says(scratch.path(), &some, 2));
}

#[test]
fn a_finished_run_grows_to_the_bytes_of_a_larger_one() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "200", "-q", "--out", "grown"], 0);
    ends(scratch.path(), &["synth", "--n", "500", "-q", "--out", "grown"], 0);
    ends(scratch.path(), &["synth", "--n", "500", "-q", "--out", "whole"], 0);
    same(&scratch.path().join("whole"), &scratch.path().join("grown"));
}

#[test]
fn another_recipe_on_the_same_folder_is_refused_with_the_difference() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "50", "-q", "--out", "run"], 0);
    let talk = says(scratch.path(), &["synth", "--n", "50", "--seed", "8", "-q", "--out", "run"], 2);
    assert!(talk.contains("seed is 7 there, 8 here"), "{talk}");
}
