//! Each kind is what its name says.

use std::sync::Arc;

use toolwright_core::{Dialog, Kind, Role, Source};

use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Sketch, Synth, VerifyConfig};

use crate::{SYNTH, dialogs};

/// How many calls each assistant message makes, those without calls left out.
fn steps(dialog: &Dialog) -> Vec<usize> {
    dialog.messages.iter().map(|message| message.calls.len()).filter(|count| *count > 0).collect()
}

#[test]
fn single_dialogs_make_one_call() {
    assert!(dialogs(Kind::Single, 200).all(|dialog| steps(&dialog) == [1]));
}

#[test]
fn parallel_dialogs_make_their_calls_at_once() {
    for dialog in dialogs(Kind::ParallelSame, 200) {
        let [count] = steps(&dialog)[..] else { panic!("{:?}", dialog.messages) };
        let names: Vec<_> = dialog.calls().map(|(_, _, call)| &call.name).collect();
        assert!(count >= 2 && names.iter().all(|name| *name == names[0]));
        let arguments: Vec<_> = dialog.calls().map(|(_, _, call)| &call.arguments).collect();
        assert!(arguments.iter().enumerate().all(|(at, own)| !arguments[..at].contains(own)));
    }
    for dialog in dialogs(Kind::ParallelMixed, 200) {
        let [count] = steps(&dialog)[..] else { panic!("{:?}", dialog.messages) };
        let mut names: Vec<_> = dialog.calls().map(|(_, _, call)| call.name.clone()).collect();
        names.dedup();
        assert!(count >= 2 && names.len() == count);
    }
}

#[test]
fn dependent_dialogs_use_an_earlier_result() {
    for dialog in dialogs(Kind::Dependent, 200) {
        assert!(steps(&dialog).len() >= 2);
        let provenance = dialog.meta.provenance.as_ref().expect("it is recorded");
        assert!(provenance.iter().any(|p| matches!(p.source, Source::Result { .. })), "{provenance:?}");
    }
}

#[test]
fn clarifying_dialogs_ask_before_they_call() {
    for dialog in dialogs(Kind::Clarify, 200) {
        let first_call =
            dialog.messages.iter().position(|message| !message.calls.is_empty()).expect("a call");
        let asked =
            dialog.messages[..first_call].iter().filter(|message| message.role == Role::Assistant).count();
        assert_eq!(asked, 1);
        let thinking = dialog.messages[..first_call]
            .iter()
            .find_map(|message| message.thinking.as_ref())
            .expect("thinking");
        assert_eq!(thinking.missing.len(), 1);
        // What was missing is given by the second user turn.
        let users: Vec<usize> =
            (0..first_call).filter(|at| dialog.messages[*at].role == Role::User).collect();
        let given = dialog
            .meta
            .provenance
            .as_ref()
            .expect("recorded")
            .iter()
            .filter(|p| matches!(p.source, Source::User { at, .. } if Some(&at) == users.get(1)));
        assert!(given.count() >= 1);
    }
}

#[test]
fn dialogs_without_calls_make_none() {
    for kind in [Kind::NoTool, Kind::Chat, Kind::Direct] {
        assert!(dialogs(kind, 100).all(|dialog| steps(&dialog).is_empty()), "{kind:?}");
    }
}

#[test]
fn long_dialogs_mix_requests() {
    for dialog in dialogs(Kind::Multi, 100) {
        assert!(dialog.messages.iter().filter(|message| message.role == Role::User).count() >= 2);
        assert!(!steps(&dialog).is_empty());
    }
}

#[test]
fn every_argument_has_a_source_and_every_result_its_call() {
    for index in 0..600 {
        let Some(dialog) = SYNTH.make(index).accepted else { continue };
        let provenance = dialog.meta.provenance.clone().unwrap_or_default();
        for (message, call, made) in dialog.calls() {
            for name in made.arguments.keys() {
                let pointer = format!("/{name}");
                let covers = |p: &&toolwright_core::Provenance| {
                    (p.message, p.call) == (message, call)
                        && (p.argument == pointer || p.argument.starts_with(&format!("{pointer}/")))
                };
                assert!(provenance.iter().any(|p| covers(&p)), "{index}: {name} of {}", made.name);
            }
            let answers = dialog.messages.iter().filter(|m| m.role == Role::Tool && m.call_id == made.id);
            assert_eq!(answers.count(), 1, "{index}: {}", made.name);
        }
    }
}

#[test]
fn an_index_gives_the_same_dialog_every_time() {
    for index in (0..200).rev() {
        assert_eq!(SYNTH.make(index).accepted, SYNTH.make(index).accepted);
    }
}

#[test]
fn shares_are_kept_over_any_stretch_of_indices() {
    for start in [0, 777, 5_000_000_000] {
        let single = (start..start + 1_000).filter(|index| SYNTH.kind(*index) == Kind::Single).count();
        assert!((190..=210).contains(&single), "{single} from {start}");
    }
}

#[test]
fn a_line_gives_the_sketch_of_its_dialog() {
    for index in 0..400 {
        let made = SYNTH.make(index);
        for dialog in made.rejected.iter().chain(&made.accepted) {
            let line = serde_json::to_string(dialog).expect("dialogs can be written");
            assert_eq!(Sketch::read(&line).expect("a line of ours"), (index, Sketch::of(dialog)));
        }
    }
    assert!(Sketch::read("{}").is_err());
}

#[test]
fn notations_are_mixed_as_the_recipe_says() {
    let pool = Arc::new(Pool::new(builtin::tools(300)).0);
    let mix = [("json", 0.4), ("yaml", 0.2), ("xml", 0.2), ("markdown", 0.2)];
    let tool_notations = mix.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
    let config = DialogConfig { tool_notations, ..DialogConfig::default() };
    let synth =
        Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), 5).expect("a good recipe");
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    let format =
        toolwright_core::format::FORMATS.iter().find(|format| format.id == "toolace").expect("it is there");
    let write = format.write.expect("it is written");
    for index in 0..300 {
        let Some(dialog) = synth.make(index).accepted else { continue };
        *counts.entry(dialog.meta.tool_notation.clone().unwrap_or_default()).or_default() += 1;
        // What is written so is read again.
        let read = (format.read)(&write(&dialog).expect("it can be written")).expect("it can be read");
        let names = |dialog: &toolwright_core::Dialog| {
            dialog.tools.iter().map(|tool| tool.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&read), names(&dialog), "{index}");
        if !dialog.tools.is_empty() {
            assert_eq!(read.meta.tool_notation, dialog.meta.tool_notation, "{index}");
        }
    }
    for (name, share) in [("", 120), ("yaml", 60), ("xml", 60), ("markdown", 60)] {
        let count = counts.get(name).copied().unwrap_or_default();
        assert!(count.abs_diff(share) < 30, "{name}: {count}; {counts:?}");
    }
}
