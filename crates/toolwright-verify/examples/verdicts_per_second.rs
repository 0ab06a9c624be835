//! How many parsed dialogs of about 5 kB all rules, and all judges, judge in a second on one core.
//!
//! `cargo run --release -p toolwright-verify --example verdicts_per_second [NAME…]`; with names, such as `all rules` or
//! `grounding`, only these are timed.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, json};
use toolwright_core::{Call, Dialog, Message, Outcome, Provenance, Role, Source, Tool};
use toolwright_verify::{EXPERTS, Judge, Judges, RULES, Rules};

const DIALOGS: usize = 2_000;

fn main() {
    let dialogs: Vec<_> = (0..DIALOGS).map(dialog).collect();
    let text: usize = dialogs[0].messages.iter().map(|message| message.said().len()).sum();
    println!(
        "{} bytes of text, {} tools, {} calls",
        text,
        dialogs[0].tools.len(),
        dialogs[0].calls().count()
    );
    // The first round compiles the schemas, once for the pool.
    let rules = Rules::all();
    let passed = dialogs.iter().filter(|dialog| rules.verdict(dialog).findings.is_empty()).count();
    assert_eq!(passed, DIALOGS, "{:?}", rules.verdict(&dialogs[0]));
    report("all rules", || dialogs.iter().map(|dialog| rules.verdict(dialog).findings.len()).sum());
    let judges = Judges::all();
    let verdicts = |dialog: &Dialog| judges.verdicts(dialog);
    let objected = dialogs.iter().flat_map(verdicts).find(|verdict| verdict.outcome != Outcome::Pass);
    assert_eq!(objected, None);
    report("all judges", || dialogs.iter().map(|dialog| verdicts(dialog).len()).sum());
    // Data of other makers say nothing of where arguments come from.
    let bare: Vec<_> = dialogs
        .iter()
        .map(|dialog| {
            let mut bare = dialog.clone();
            bare.meta.provenance = None;
            bare
        })
        .collect();
    report("all judges without provenance", || bare.iter().map(|dialog| verdicts(dialog).len()).sum());
    for expert in EXPERTS {
        report(expert.id, || dialogs.iter().map(|dialog| expert.verdict(dialog).findings.len()).sum());
    }
    for rule in RULES {
        let one = Rules::named(&[rule.id]).expect("the rule is in the list");
        report(rule.id, || dialogs.iter().map(|dialog| one.verdict(dialog).findings.len()).sum());
    }
}

/// The best of twenty rounds: on a shared machine, those that nothing disturbed.
fn report(name: &str, judge: impl Fn() -> usize) {
    if std::env::args().len() > 1 && !std::env::args().skip(1).any(|wanted| wanted == name) {
        return;
    }
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        std::hint::black_box(judge());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!(
        "{name}: {:.0} dialogs a second, {:.2} µs each",
        DIALOGS as f64 / best,
        best / DIALOGS as f64 * 1e6
    );
}

fn dialog(index: usize) -> Dialog {
    thread_local!(static POOL: Vec<Arc<Tool>> = (0..6).map(|n| Arc::new(tool(n))).collect());
    let tools = POOL.with(Clone::clone);
    let sentence = "Tell me how warm it is going to be there, please, and whether it rains a lot in spring. ";
    let system = "You help people with the weather. Be brief, be kind, and say what you do not know. ";
    let mut messages = vec![Message::text(Role::System, system.repeat(6))];
    let mut provenance = Vec::new();
    for turn in 0..3 {
        let at = messages.len();
        let days = index % 9 + 1;
        let user = format!("{}I am in Oslo for {days} days.", sentence.repeat(4));
        messages.push(Message::text(Role::User, user));
        let arguments = json!({"city": "Oslo", "days": days, "unit": "c"});
        let arguments: Map<_, _> = arguments.as_object().cloned().unwrap_or_default();
        let call =
            Call { id: Some(format!("call_{turn}")), ..Call::new(format!("get_weather_{turn}"), arguments) };
        for (argument, quote) in [("/city", "in Oslo".to_string()), ("/days", format!("{days} days"))] {
            let source = Source::User { at, quote };
            provenance.push(Provenance { message: at + 1, call: 0, argument: argument.into(), source });
        }
        provenance.push(Provenance {
            message: at + 1,
            call: 0,
            argument: "/unit".into(),
            source: Source::Default,
        });
        let result = Message::result(
            &call,
            json!({"days": vec![json!({"celsius": 21.5, "rain": 0.2}); days]}).to_string(),
        );
        messages.extend([Message::calling(vec![call]), result]);
        let days =
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        let told = days.map(|day| {
            format!("On the {day} day of your stay it is about 21.5 °C (71 °F) in Oslo, with some rain. ")
        });
        messages.push(Message::text(Role::Assistant, told.concat()));
    }
    let mut dialog = Dialog { tools, messages, ..Dialog::default() };
    dialog.meta.provenance = Some(provenance);
    dialog
}

fn tool(n: usize) -> Tool {
    let parameters = json!({"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "description": "The city", "minLength": 1},
        "days": {"type": "integer", "minimum": 1, "maximum": 14, "default": 3},
        "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
    }});
    Tool::new(format!("get_weather_{n}"), "The weather of a city.", parameters)
}
