//! What holds for every format in the list, and for choosing among them.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Map, json};

use super::arbitrary::{calls, nested, plain, text};
use super::*;

fn found(parsed: Parsed) -> Vec<Call> {
    match parsed {
        Parsed::Calls(calls) => calls,
        other => panic!("expected calls, found {other:?}"),
    }
}

#[test]
fn the_list_is_well_formed() {
    let ids: BTreeSet<_> = CALL_FORMATS.iter().map(|format| format.id).collect();
    assert_eq!(ids.len(), CALL_FORMATS.len(), "ids are unique");
    for format in CALL_FORMATS {
        assert!(format.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", format.id);
        assert!(!format.says.is_empty() && !format.source.is_empty(), "{} says what it is", format.id);
    }
}

#[test]
fn examples_are_read_and_written_as_they_stand() {
    for format in CALL_FORMATS {
        let calls = found((format.parse)(format.example));
        assert!(!calls.is_empty());
        assert_eq!(
            (format.render)(&calls).expect("examples can be written"),
            format.example,
            "{}",
            format.id
        );
        let (detected, parsed) = detect(format.example);
        assert_eq!(detected.map(|found| found.id), Some(format.id));
        assert_eq!(parsed, Parsed::Calls(calls));
    }
}

#[test]
fn prose_is_no_call_in_any_format() {
    for prose in [
        "", " \n", "It is noon.", "[1] see foo (bar)", "{}", "[]", "3", "null", "\"x\"", "```\n```",
        "<think>",
    ] {
        assert!(matches!(detect(prose), (None, Parsed::NoCall)), "{prose:?}");
    }
}

#[test]
fn detection_prefers_calls_to_malformed_text() {
    let text = "[Note(this first)] <tool_call>{\"name\": \"f\"}</tool_call>";
    assert!(matches!(python::parse(text), Parsed::Malformed(_)));
    let (format, parsed) = detect(text);
    assert_eq!(format.map(|format| format.id), Some("hermes"));
    assert_eq!(found(parsed).len(), 1);
    let (format, parsed) = detect("[f(1)]");
    assert_eq!(format.map(|format| format.id), Some("python"));
    assert!(matches!(parsed, Parsed::Malformed(_)));
}

#[test]
fn nothing_is_written_for_no_calls_or_calls_without_a_name() {
    for format in CALL_FORMATS {
        assert!((format.render)(&[]).is_err(), "{}", format.id);
        let error = (format.render)(&[Call::default()]).expect_err("the name is empty");
        assert_eq!(error.to_string(), "call 0: found an empty name, expected the name of a tool");
    }
}

#[test]
fn nesting_is_bounded_alike() {
    let call = |depth| Call::new("f", Map::from_iter([("a".to_owned(), nested(depth))]));
    for format in CALL_FORMATS {
        let deepest = [call(MAX_DEPTH)];
        let text = (format.render)(&deepest).expect("within the bound");
        assert_eq!(plain(found((format.parse)(&text))), deepest, "{}", format.id);
        assert!((format.render)(&[call(MAX_DEPTH + 1)]).is_err(), "{}", format.id);
        // The same text with one list more around the innermost value.
        let deeper = text.replacen("1", "[1]", 1);
        assert!(matches!((format.parse)(&deeper), Parsed::Malformed(_)), "{}", format.id);
    }
}

/// Hostile text of about a megabyte. The time is generous enough for slow machines and far below what anything
/// quadratic takes on a million bytes.
#[test]
fn hostile_text_takes_linear_time() {
    let pieces = [
        "[",
        "]",
        "{",
        "(",
        "f(",
        "[f(",
        "[f(a=",
        "[f(a=1),",
        "f(a=1),",
        "f(a=1)\n",
        "f()",
        "\"",
        "'",
        "`",
        "\\",
        "a",
        " ",
        "\n",
        ",",
        "{\"name\":",
        "[{",
        "{\"a\":",
        "{}",
        "{} ",
        "[],",
        "{\"name\": \"f\", \"arguments\": {}}\n",
        "{\"name\": \"f\", \"arguments\": 1}",
        "<tool_call>",
        "</tool_call>",
        "<think>",
        "</think>",
        "<tool_call>{\"name\": \"f\"}</tool_call>",
        "<tool_call>{",
        "-",
        "1",
        "1_",
        "\\x",
        "\"\"\"",
        "é",
        "\u{a0}",
        "arguments\"",
    ];
    let starts = [
        "", "[f(a=", "[f(a=\"", "[f(a='''", "[f(a=[", "[", "{\"name\": \"", "[{\"name\": ",
        "<tool_call>{\"a\":\"", "{'name': ",
    ];
    let started = Instant::now();
    for start in starts {
        for piece in pieces {
            let text = format!("{start}{}", piece.repeat((1 << 20) / piece.len()));
            let _ = detect(&text);
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60), "took {:?}", started.elapsed());
}

#[test]
fn calls_in_files_are_openai_shaped() {
    let call = Call { id: Some("c1".into()), ..Call::new("f", Map::from_iter([("a".to_owned(), json!(1))])) };
    let text = serde_json::to_string(&call).expect("calls are JSON");
    assert_eq!(text, r#"{"id":"c1","type":"function","function":{"name":"f","arguments":{"a":1}}}"#);
    assert_eq!(serde_json::from_str::<Call>(&text).expect("and are read back"), call);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(calls in calls()) {
        for format in CALL_FORMATS {
            let text = (format.render)(&calls).expect("these calls can be written");
            let read = found((format.parse)(&text));
            for call in &read {
                let raw = call.raw.as_deref().expect("a call keeps its text");
                prop_assert!(text.contains(raw));
                prop_assert_eq!(&found((format.parse)(&wrapped(format, raw)))[0].name, &call.name);
            }
            prop_assert_eq!(plain(read), calls.clone(), "{} {}", format.id, text);
            prop_assert_eq!(detect(&text).0.map(|format| format.id), Some(format.id));
        }
    }

    #[test]
    fn calls_that_are_cut_off_are_malformed(calls in calls(), cut in any::<prop::sample::Index>()) {
        for (format, opening) in [("python", "("), ("json", "\"name\""), ("hermes", "<tool_call>")] {
            let format = CALL_FORMATS.iter().find(|known| known.id == format).expect("a known format");
            let text = (format.render)(&calls[..1]).expect("these calls can be written");
            let start = text.find(opening).expect("the text opens") + opening.len();
            let cut = text.floor_char_boundary(start + cut.index(text.len() - start));
            let parsed = (format.parse)(&text[..cut]);
            prop_assert!(matches!(parsed, Parsed::Malformed(_)), "{} {}: {:?}", format.id, &text[..cut], parsed);
        }
    }

    #[test]
    fn any_text_is_read_without_harm(pieces in prop::collection::vec(
        prop_oneof![
            text(),
            prop::sample::select(vec!["[", "]", "f(", ")", "a=", ",", "{", "}", "\"", "1", "-", "<tool_call>", "\"name\"", ":"])
                .prop_map(str::to_owned),
        ],
        0..12,
    )) {
        let text = pieces.concat();
        for format in CALL_FORMATS {
            match (format.parse)(&text) {
                Parsed::Malformed(malformed) => {
                    prop_assert!(text.get(malformed.span).is_some(), "spans are places in the text");
                    prop_assert_eq!(malformed.raw, text.as_str());
                }
                Parsed::Calls(calls) => {
                    let written = (format.render)(&calls).expect("what is read can be written");
                    prop_assert_eq!(plain(found((format.parse)(&written))), plain(calls));
                }
                Parsed::NoCall => {}
            }
        }
    }
}

/// A call's own text, with what the format needs around it.
fn wrapped(format: &CallFormat, raw: &str) -> String {
    match format.id {
        "python" => format!("[{raw}]"),
        "hermes" => format!("<tool_call>{raw}</tool_call>"),
        _ => raw.to_owned(),
    }
}

/// The `result` texts of every file of real model outputs under a folder.
fn result_texts(folder: &std::path::Path, texts: &mut Vec<String>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            result_texts(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let file = std::fs::read_to_string(&path).expect("a text file");
            let rows = file.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            texts.extend(rows.filter_map(|row| Some(row.get("result")?.as_str()?.to_owned())));
        }
    }
}

/// What models wrote for the Berkeley leaderboard: calls keep their text and survive being written in every format.
#[test]
fn real_outputs_are_read_and_written_back() {
    let Some(data) = std::env::var_os("TOOLWRIGHT_DATA") else {
        eprintln!("skipped: TOOLWRIGHT_DATA is not set, so there are no real model outputs to read");
        return;
    };
    let mut texts = Vec::new();
    result_texts(&std::path::Path::new(&data).join("bfcl_results"), &mut texts);
    let mut read = 0;
    for text in &texts {
        let (Some(_), Parsed::Calls(calls)) = detect(text) else { continue };
        read += 1;
        assert!(calls.iter().all(|call| call.raw.as_ref().is_some_and(|raw| text.contains(raw))), "{text}");
        let calls = plain(calls);
        for format in CALL_FORMATS {
            let written = (format.render)(&calls).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(plain(found((format.parse)(&written))), calls, "{text}");
        }
    }
    // Most of these models answer most tests with calls; far fewer would mean that the reader has lost something.
    assert!(read * 10 > texts.len() * 7, "{read} of {} texts are calls", texts.len());
}
