//! Each kind is what its name says.

use std::sync::Arc;

use toolwright_core::{Dialog, Kind, Role, Situation, Source};

use toolwright_core::seed::Seed;
use toolwright_synth::pool::evolve::Evolution;
use toolwright_synth::pool::tree::Tree;
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Sketch, Synth, VerifyConfig};

use crate::{SYNTH, dialogs};

/// How many calls each assistant message makes, those without calls left out.
fn steps(dialog: &Dialog) -> Vec<usize> {
    dialog.messages.iter().map(|message| message.calls.len()).filter(|count| *count > 0).collect()
}

/// Dialogs in which nothing out of the ordinary happens.
fn plain(kind: Kind, count: usize) -> impl Iterator<Item = Dialog> {
    dialogs(kind, count).filter(|dialog| dialog.meta.situation.is_none())
}

#[test]
fn single_dialogs_make_one_call() {
    assert!(plain(Kind::Single, 200).all(|dialog| steps(&dialog) == [1]));
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
    for dialog in plain(Kind::Dependent, 200) {
        assert!(steps(&dialog).len() >= 2);
        let provenance = dialog.meta.provenance.as_ref().expect("it is recorded");
        assert!(provenance.iter().any(|p| matches!(p.source, Source::Result { .. })), "{provenance:?}");
    }
}

/// Long chains are not a matter of one part of the pool.
#[test]
fn long_chains_come_from_many_parts_of_the_pool() {
    let pool = Arc::new(Pool::new(builtin::tools(builtin::SIZE)).0);
    let config =
        DialogConfig { kinds: [(Kind::Dependent, 1.0)].into_iter().collect(), ..DialogConfig::default() };
    let synth =
        Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), 5).expect("a good recipe");
    let mut parts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let long = (0..1_500).filter_map(|index| synth.make(index).accepted).filter(|one| steps(one).len() > 3);
    for dialog in long {
        let name = &dialog.calls().next().expect("a call").2.name;
        let tool = dialog.tools.iter().find(|tool| tool.name == *name).expect("it is on offer");
        *parts.entry(format!("{:?}/{:?}", tool.meta.domain, tool.meta.sub_domain)).or_default() += 1;
    }
    let (all, most) = (parts.values().sum::<usize>(), parts.values().max().copied().unwrap_or_default());
    assert!(all > 150 && parts.len() > 25 && most * 3 < all, "{all} in {} parts: {parts:?}", parts.len());
}

#[test]
fn clarifying_dialogs_ask_before_they_call() {
    for dialog in plain(Kind::Clarify, 200) {
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
        let learned = |message: &usize| dialog.messages[*message].train != Some(false);
        for (message, call, made) in dialog.calls().filter(|(message, ..)| learned(message)) {
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

/// Dialogs of the first indices in which this happens.
fn in_situation(situation: Situation, count: usize) -> Vec<Dialog> {
    let indices = (0..20_000).filter(|index| SYNTH.situation(*index) == Some(situation)).take(count);
    let made: Vec<Dialog> = indices.filter_map(|index| SYNTH.make(index).accepted).collect();
    let shown: Vec<Dialog> =
        made.into_iter().filter(|dialog| dialog.meta.situation == Some(situation)).collect();
    assert!(shown.len() * 10 >= count * 8, "{situation:?}: {} of {count}", shown.len());
    shown
}

/// Whether a result is a failure, in whatever hand.
fn failed(message: &toolwright_core::Message) -> bool {
    let text = message.said();
    message.role == Role::Tool
        && (text.contains("\"error\"") || text.contains("\"isError\":true") || text.contains("\"/problems/"))
}

#[test]
fn failures_are_met_by_the_same_call_or_by_the_truth() {
    for dialog in in_situation(Situation::Retry, 40) {
        let at = dialog.messages.iter().position(failed).expect("a failure");
        let (before, after) = (&dialog.messages[at - 1].calls, &dialog.messages[at + 1].calls);
        assert_eq!((before[0].name.as_str(), &before[0].arguments), (&*after[0].name, &after[0].arguments));
        assert!(!failed(&dialog.messages[at + 2]), "{:?}", dialog.messages);
    }
    for dialog in in_situation(Situation::Outage, 40) {
        let at = dialog.messages.iter().rposition(failed).expect("a failure");
        let told = &dialog.messages[at + 1];
        assert!(told.role == Role::Assistant && told.calls.is_empty(), "{told:?}");
        assert!(
            ["couldn't", "didn't work"].iter().any(|words| told.said().contains(words)),
            "{}",
            told.said()
        );
    }
}

#[test]
fn a_wrong_call_is_masked_and_its_correction_is_not() {
    for dialog in in_situation(Situation::WrongArgument, 60) {
        let masked: Vec<usize> =
            (0..dialog.messages.len()).filter(|at| dialog.messages[*at].train == Some(false)).collect();
        let [at] = masked[..] else { panic!("{masked:?}") };
        assert!(failed(&dialog.messages[at + 1]));
        let (wrong, right) = (&dialog.messages[at].calls[0], &dialog.messages[at + 2].calls[0]);
        assert!(wrong.name == right.name && wrong.arguments != right.arguments);
        let tool = dialog.tool(&wrong.name).expect("on offer");
        let checker = tool.arguments_checker().expect("a usable schema");
        assert!(!checker.accepts(&serde_json::Value::Object(wrong.arguments.clone())), "{wrong:?}");
        assert!(checker.accepts(&serde_json::Value::Object(right.arguments.clone())), "{right:?}");
    }
}

#[test]
fn users_correct_themselves_and_the_call_follows() {
    for situation in [Situation::NotFound, Situation::Correction] {
        for dialog in in_situation(situation, 40) {
            let calls: Vec<_> = dialog.calls().map(|(_, _, call)| call).collect();
            let pair = calls.windows(2).find(|pair| {
                pair[0].name == pair[1].name
                    && pair[0]
                        .arguments
                        .iter()
                        .filter(|(name, value)| pair[1].arguments.get(*name) != Some(value))
                        .count()
                        == 1
            });
            assert!(pair.is_some(), "{situation:?}: {calls:?}");
        }
    }
}

#[test]
fn half_an_answer_is_asked_about_again() {
    for dialog in in_situation(Situation::PartialAnswer, 40) {
        let missing: Vec<usize> = dialog
            .messages
            .iter()
            .filter_map(|message| message.thinking.as_ref())
            .map(|thinking| thinking.missing.len())
            .filter(|count| *count > 0)
            .collect();
        assert_eq!(missing, [2, 1]);
    }
}

#[test]
fn tools_come_and_go() {
    for dialog in in_situation(Situation::ToolAdded, 30) {
        let at = dialog.messages.iter().position(|message| message.offer.is_some()).expect("news");
        let added = &dialog.messages[at].offer.as_ref().expect("news").added[0];
        assert!(dialog.tool(&added.name).is_none() && dialog.tool_at(at + 1, &added.name).is_some());
        assert!(dialog.calls().all(|(message, _, call)| message > at || call.name != added.name));
        assert!(dialog.calls().any(|(message, _, call)| message > at && call.name == added.name));
        // What a format without such news writes holds the definition all the same.
        // A pair needs a turn that is mended.
        for format in toolwright_core::format::FORMATS.iter().filter(|format| format.id != "trl-dpo") {
            let Some(write) = format.write else { continue };
            let row = write(&dialog).unwrap_or_else(|error| panic!("{}: {error}", format.id));
            assert!(row.to_string().contains(&added.name), "{}", format.id);
        }
    }
    for dialog in in_situation(Situation::ToolRemoved, 30) {
        let at = dialog.messages.iter().position(|message| message.offer.is_some()).expect("news");
        let removed = &dialog.messages[at].offer.as_ref().expect("news").removed[0];
        assert!(dialog.calls().all(|(message, _, call)| message < at || call.name != *removed));
        assert!(dialog.messages[at + 2].calls.is_empty());
    }
    for dialog in in_situation(Situation::ChangedMind, 30) {
        assert!(dialog.calls().next().is_some_and(|(message, ..)| message > 2));
    }
}

#[test]
fn chains_and_parallel_sets_are_as_long_as_the_recipe_says() {
    let counted = |sizes: Vec<usize>| {
        let mut counts = [0; 10];
        sizes.into_iter().for_each(|size| counts[size.min(9)] += 1);
        counts
    };
    // Long chains need a pool with many neighbours.
    let mut tree = Tree::authored();
    tree.domains.retain(|domain| domain.domain == "film_and_events");
    let tools = Evolution::new(&tree, Seed::new(5), 450).tools();
    let pool = Arc::new(Pool::new(tools).0);
    let config = DialogConfig {
        kinds: std::iter::once((Kind::Dependent, 1.0)).collect(),
        situations: std::iter::empty().collect(),
        ..DialogConfig::default()
    };
    let synth =
        Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), 3).expect("a good recipe");
    let made = (0..1_500).filter_map(|index| synth.make(index).accepted);
    let chains = counted(made.map(|dialog| steps(&dialog).len()).collect());
    assert!(chains[2..=7].iter().all(|count| *count > 0) && chains[8..] == [0, 0], "{chains:?}");
    let sets = counted(plain(Kind::ParallelSame, 600).map(|dialog| steps(&dialog)[0]).collect());
    assert!(sets[2..=8].iter().all(|count| *count > 0) && sets[9] == 0, "{sets:?}");
}

#[test]
fn later_requests_go_on_with_earlier_results() {
    let goes_on = |dialog: &Dialog| {
        let provenance = dialog.meta.provenance.clone().unwrap_or_default();
        provenance.iter().any(|noted| match noted.source {
            Source::Result { at, .. } => {
                dialog.messages[at..noted.message].iter().any(|message| message.role == Role::User)
            }
            _ => false,
        })
    };
    let count = dialogs(Kind::Multi, 300).filter(goes_on).count();
    assert!(count >= 90, "{count} of 300");
}
