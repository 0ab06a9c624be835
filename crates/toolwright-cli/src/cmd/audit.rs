//! `toolwright audit`: what the rules find of faults that are planted into dialogs, and what they find in the dialogs as they are.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use toolwright_core::Dialog;
use toolwright_core::seed::Seed;
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};
use toolwright_verify::Rules;
use toolwright_verify::audit::{Audit, Audited, Fault, Tally};

use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::talk::{self, say};

pub(crate) fn run(args: &args::Audit) -> Result<Exit> {
    let rules = if args.rules.is_empty() {
        Rules::all()
    } else {
        Rules::named(&args.rules.iter().map(String::as_str).collect::<Vec<_>>())?
    };
    let mut audit = Audit::new(rules, Seed::new(args.seed).child("audit"));
    let unreadable = match &args.data {
        Some(path) => over(args, &Dataset::open(path, args.format.as_deref())?, &mut audit)?,
        None => {
            over_ours(args, &mut audit)?;
            0
        }
    };
    if args.json {
        talk::json(&summary(&audit, unreadable))?;
    } else {
        writeln!(std::io::stdout(), "{}", talk::table(&rows(&audit)))?;
    }
    if !args.quiet {
        tell(args, &audit, unreadable);
    }
    Ok(if unreadable > 0 { Exit::Found } else { Exit::Done })
}

/// Audits the dialogs of a dataset's first rows; gives how many rows could not be read.
fn over(args: &args::Audit, data: &Dataset, audit: &mut Audit) -> Result<u64> {
    let (mut audited, mut unreadable) = (Vec::new(), 0u64);
    let shared: &Audit = audit;
    data.each(
        args.threads,
        |row| {
            let at = row.place.row as u64;
            (at <= args.n).then(|| row.dialog.map(|dialog| shared.judge(at, &dialog)))
        },
        |judged| {
            match judged {
                Some(Ok(one)) => audited.push(one),
                Some(Err(_)) => unreadable += 1,
                None => {}
            }
            Ok(())
        },
    )?;
    audited.into_iter().for_each(|one| audit.count(one));
    Ok(unreadable)
}

/// Audits dialogs of the built-in recipe.
fn over_ours(args: &args::Audit, audit: &mut Audit) -> Result<()> {
    let pool = Arc::new(Pool::new(builtin::tools(builtin::SIZE)).0);
    let config = DialogConfig::default();
    let synth = Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), args.seed)?;
    let threads = match args.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let shared: &Audit = audit;
    let parts: Vec<Vec<Audited>> = std::thread::scope(|scope| {
        let synth = &synth;
        let one = |at: usize| {
            scope.spawn(move || {
                let mine = (0..args.n).skip(at).step_by(threads);
                let judged = mine.filter_map(|index| {
                    let dialog: Dialog = synth.make(index).accepted?;
                    Some(shared.judge(index, &dialog))
                });
                judged.collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (0..threads).map(one).collect();
        running.into_iter().map(|thread| thread.join().ok()).collect::<Option<Vec<_>>>()
    })
    .context("a thread of the audit failed; please report it with the seed")?;
    parts.into_iter().flatten().for_each(|audited| audit.count(audited));
    Ok(())
}

fn rows(audit: &Audit) -> Vec<Vec<String>> {
    let mut rows = vec![
        ["fault", "class", "planted", "found", "recall", "95 % interval", "by"].map(str::to_owned).to_vec(),
    ];
    rows.extend(audit.faults().map(|(fault, tally)| row(fault, tally)));
    rows
}

fn row(fault: &Fault, tally: &Tally) -> Vec<String> {
    let (low, high) = tally.interval();
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let mut by: Vec<(&str, usize)> = tally.by_rule.iter().map(|(rule, count)| (*rule, *count)).collect();
    by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let by: Vec<String> = by.into_iter().take(3).map(|(rule, count)| format!("{rule} {count}")).collect();
    vec![
        fault.id.to_owned(),
        fault.class.name().to_owned(),
        tally.planted.to_string(),
        tally.caught.to_string(),
        tally.recall().map_or_else(|| "-".to_owned(), |recall| format!("{} %", percent(recall))),
        if tally.planted == 0 { "-".to_owned() } else { format!("{}–{}", percent(low), percent(high)) },
        by.join(", "),
    ]
}

fn summary(audit: &Audit, unreadable: u64) -> Value {
    let faults: Map<String, Value> = audit
        .faults()
        .map(|(fault, tally)| {
            let (low, high) = tally.interval();
            let value = json!({
                "class": fault.class.name(),
                "n": tally.planted,
                "caught": tally.caught,
                "recall": tally.recall(),
                "ci95": [low, high],
                "equivalent": tally.equivalent,
                "by_rule": tally.by_rule,
            });
            (fault.id.to_owned(), value)
        })
        .collect();
    let (dialogs, flagged) = audit.alarms();
    let rate = (dialogs > 0).then(|| flagged as f64 / dialogs as f64);
    json!({
        "faults": faults,
        "false_alarms": { "n": dialogs, "flagged": flagged, "rate": rate, "by_rule": audit.alarms_by_rule() },
        "unreadable": unreadable,
    })
}

fn tell(args: &args::Audit, audit: &Audit, unreadable: u64) {
    let (dialogs, flagged) = audit.alarms();
    let whose = args
        .data
        .as_ref()
        .map_or_else(|| "of the built-in recipe".to_owned(), |path| format!("of {}", path.display()));
    say(&format!(
        "{dialogs} dialogs {whose}, each fault planted into a copy of each that has a place for it"
    ));
    say(&format!("as they are, {flagged} of them are objected to"));
    for (rule, count) in audit.alarms_by_rule() {
        say(&format!("  {rule}: {count}"));
    }
    let equivalent: usize = audit.faults().map(|(_, tally)| tally.equivalent).sum();
    if equivalent > 0 {
        say(&format!("{equivalent} mutants are the dialog they were made from, and in no column"));
    }
    if unreadable > 0 {
        say(&format!("rows that cannot be read: {unreadable}"));
    }
}
