//! `diversity`: sets side by side; and the published sets that the readers are for.

use serde_json::{Value, json};

use crate::{ends, json, real_data, says};

/// Rows of 40 dialogs, about different things where they are to be varied.
fn rows(varied: bool) -> String {
    let things = ["kettle", "lantern", "violin", "hammock", "bicycle"];
    let row = |n: usize| {
        let thing = if varied { format!("{} {n}", things[n % 5]) } else { "kettle".to_owned() };
        let says = |role: &str, text: String| json!({"role": role, "content": text});
        json!({"messages": [
            says("user", format!("Find me a {thing}")),
            says("assistant", format!("This {thing} is new")),
            says("user", format!("Order that {thing}")),
        ]})
    };
    (0..40).map(|n| format!("{}\n", row(n))).collect()
}

#[test]
fn sets_stand_side_by_side_whatever_their_order() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let write =
        |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("a writable folder");
    let varied = rows(true);
    write("varied.jsonl", &varied);
    write("back.jsonl", &varied.lines().rev().map(|line| format!("{line}\n")).collect::<String>());
    write("same.jsonl", &rows(false));
    let args = ["diversity", "varied.jsonl", "back.jsonl", "same.jsonl", "--n", "30"];
    let found = json(dir.path(), &args, 0);
    let of = |set: usize, id: &str| found["sets"][set]["measures"][id].as_f64();
    assert_eq!(found["sets"][0]["measures"], found["sets"][1]["measures"]);
    assert!(
        of(0, "entropy-user") > of(2, "entropy-user") && of(0, "distinct-3-user") > of(2, "distinct-3-user")
    );
    assert_eq!((of(0, "linked-turns"), of(2, "repeated-turns")), (Some(1.0), Some(58.0 / 60.0)));
    assert_eq!(found, json(dir.path(), &[&args[..], &["--threads", "1"]].concat(), 0));

    let table = ends(dir.path(), &args, 0);
    assert!(
        table.starts_with("                     ") && table.contains("varied.jsonl  back.jsonl"),
        "{table}"
    );
    assert!(table.contains("\nuser turns that repeat an earlier one") && table.contains("96.7 %"), "{table}");
}

#[test]
fn sets_that_are_too_small_say_so() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    std::fs::write(dir.path().join("few.jsonl"), rows(true) + "{\"messages\": 7}\n")
        .expect("a writable folder");
    let talk = says(dir.path(), &["diversity", "few.jsonl", "--words", "9999"], 1);
    assert!(talk.contains("few.jsonl:41: the row is of no known format"), "{talk}");
    assert!(
        talk.contains("few.jsonl: 40 dialogs, fewer than the 1000 asked for; all are measured"),
        "{talk}"
    );
    assert!(talk.contains("fewer than the 9999 asked for; what needs more is left open"), "{talk}");
    let found = json(dir.path(), &["diversity", "few.jsonl", "--words", "9999"], 1);
    assert_eq!(found["sets"][0]["measures"]["entropy-user"], Value::Null);
    assert!(says(dir.path(), &["diversity"], 2).contains("<DATA>"));
    assert!(says(dir.path(), &["diversity", "few.jsonl", "--n", "0"], 2).contains("--n"));
}

#[test]
fn published_sets_are_read_whole() {
    let Some(data) = real_data() else { return };
    let dir = tempfile::tempdir().expect("a scratch folder");
    // Rows, dialogs, user turns, calls, malformed turns.
    let sets = [
        ("glaive_demo/glaive_toolcall_en_demo.json.zst", 300, 746, 211, 0),
        ("api_bank/dialogs.jsonl.zst", 264, 864, 508, 0),
        ("toolalpaca/eval_simulated.json", 100, 100, 122, 32),
        ("toolace_sample/dialogs.jsonl", 60, 195, 114, 1),
    ];
    for (name, dialogs, turns, calls, malformed) in sets {
        let from = data.join(name).display().to_string();
        let found = json(dir.path(), &["diversity", &from], 0);
        let set = &found["sets"][0];
        assert_eq!(
            (&set["read"], &set["unreadable"], &set["has"]["user_turns"]),
            (&json!(dialogs), &json!(0), &json!(turns)),
            "{name}"
        );
        let a_dialog = set["measures"]["calls"].as_f64().expect("there are dialogs");
        assert_eq!((a_dialog * f64::from(dialogs)).round(), f64::from(calls + malformed), "{name}");

        // Nothing is lost on the way into rows of our own.
        ends(dir.path(), &["export", &from, "--format", "toolwright", "-o", "own.jsonl", "-q"], 0);
        let own = std::fs::read_to_string(dir.path().join("own.jsonl")).expect("it was just written");
        let marked = own.lines().filter(|line| line.contains("\"malformed\":{")).count();
        assert_eq!(marked > 0, malformed > 0, "{name}: {marked}");
        let again = json(dir.path(), &["diversity", "own.jsonl"], 0);
        assert_eq!(again["sets"][0]["measures"], set["measures"], "{name}");
    }
}

#[test]
fn rows_of_several_dialogs_have_places() {
    let Some(data) = real_data() else { return };
    let dir = tempfile::tempdir().expect("a scratch folder");
    std::fs::copy(data.join("toolalpaca/eval_simulated.json"), dir.path().join("a.json"))
        .expect("a writable folder");
    let verdicts =
        ends(dir.path(), &["verify", "a.json", "--rules", "malformed-call", "--judges", "none", "-q"], 1);
    let rejected = verdicts.lines().filter(|line| line.contains("\"reject\"")).count();
    assert!(
        verdicts.starts_with("{\"row\":1,\"part\":1,\"by\":\"rules\",\"outcome\":\"pass\""),
        "{verdicts}"
    );
    assert_eq!((verdicts.lines().count(), rejected > 10), (100, true));
    // A prompt with a malformed turn in it cannot be written.
    ends(dir.path(), &["eval", "dataset", "a.json", "--prompts", "p.jsonl", "-q"], 1);
    let prompts = std::fs::read_to_string(dir.path().join("p.jsonl")).expect("it was just written");
    assert!(prompts.starts_with("{\"id\":\"1.1:1\""), "{}", &prompts[..80]);
}
