//! `toolwright audit`: what rules and judges find of faults that are planted into dialogs, and what they find in the dialogs as they are.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, nearest};
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};
use toolwright_verify::audit::{Audit, Beside, FAULTS, Fault, Tally};
use toolwright_verify::{Judges, Rules};

use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::judges::ModelJudges;
use crate::talk::{self, say};

/// Dialogs that faults are planted into where nobody says how many.
const DIALOGS: u64 = 2_000;

pub(crate) fn run(args: &args::Audit) -> Result<Exit> {
    let (rules, mut judges) = args.layers.chosen()?;
    let asking = ModelJudges::open(&args.by_model, &args.layers, &mut judges)?;
    let exit = measured(args, rules, judges)?;
    let whole = asking.as_ref().is_none_or(|asked| asked.ended(args.quiet));
    Ok(if whole { exit } else { Exit::Stopped })
}

fn measured(args: &args::Audit, rules: Rules, judges: Judges) -> Result<Exit> {
    if let Some(by) = &args.verdicts {
        return beside(args, Beside::new(rules, judges, by), by);
    }
    let mut audit = Audit::new(rules, judges, Seed::new(args.seed).child("audit"));
    if let Some(id) = &args.missed {
        return missed(args, &audit, fault(id)?);
    }
    let (judged, unreadable) = each(args, |index, dialog| audit.judge(index, dialog))?;
    judged.into_iter().for_each(|one| audit.count(one));
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

fn fault(id: &str) -> Result<&'static Fault> {
    FAULTS.iter().find(|fault| fault.id == id).with_context(|| {
        let near = nearest(id, FAULTS.iter().map(|fault| fault.id));
        let meant = near.map(|near| format!(" did you mean `{near}`?")).unwrap_or_default();
        format!("no fault is called `{id}`;{meant} the first column of `toolwright audit` lists them")
    })
}

/// Writes the dialogs in which a fault was planted and not found.
fn missed(args: &args::Audit, audit: &Audit, fault: &Fault) -> Result<Exit> {
    let (mutants, unreadable) = each(args, |index, dialog| audit.missed(index, dialog, fault))?;
    let mut out = std::io::stdout().lock();
    let mutants: Vec<Dialog> = mutants.into_iter().flatten().collect();
    for mutant in &mutants {
        writeln!(out, "{}", serde_json::to_string(mutant)?)?;
    }
    if !args.quiet {
        say(&format!("{} dialogs in which `{}` was not found. {}", mutants.len(), fault.id, fault.says));
    }
    Ok(if unreadable > 0 { Exit::Found } else { Exit::Done })
}

/// Holds rules and judges against verdicts that the data bring along.
fn beside(args: &args::Audit, mut beside: Beside, by: &str) -> Result<Exit> {
    let (compared, unreadable) = each(args, |_, dialog| beside.judge(dialog))?;
    let rows = compared.len();
    compared.into_iter().flatten().for_each(|one| beside.count(one));
    let (passed, all) = (beside.passed(), beside.all_rejected());
    if passed.planted + all.planted == 0 {
        bail!(
            "none of {rows} dialogs has a verdict by `{by}`; expected one under `meta.verdicts`, as `toolwright eval bfcl --dialogs` writes them"
        );
    }
    if args.json {
        let rejected: Map<String, Value> =
            beside.rejected().map(|(finding, tally)| (finding.to_owned(), counted(tally))).collect();
        talk::json(&json!({
            "by": by,
            "passed": counted(passed),
            "rejected": counted(&all),
            "by_finding": rejected,
            "unreadable": unreadable,
        }))?;
    } else {
        let head = ["verdict", "dialogs", "objected to", "share", "95 % interval", "rules", "judges", "by"];
        let mut table = vec![head.map(str::to_owned).to_vec()];
        table.push([vec!["passed".to_owned()], cells(passed)].concat());
        table.push([vec!["rejected".to_owned()], cells(&all)].concat());
        table.extend(
            beside.rejected().map(|(finding, tally)| [vec![format!("  {finding}")], cells(tally)].concat()),
        );
        writeln!(std::io::stdout(), "{}", talk::table(&table))?;
    }
    let open = rows - passed.planted - all.planted;
    if open > 0 && !args.quiet {
        say(&format!("{open} dialogs have no verdict by `{by}`, or an undecided one"));
    }
    Ok(if unreadable > 0 { Exit::Found } else { Exit::Done })
}

/// What becomes of the dialogs that are asked for, in order, each with its index; and how many rows could not be read.
fn each<T: Send>(args: &args::Audit, make: impl Fn(u64, &Dialog) -> T + Sync) -> Result<(Vec<T>, u64)> {
    let Some(path) = &args.data else { return Ok((each_of_ours(args, make)?, 0)) };
    let (mut made, mut unreadable) = (Vec::new(), 0u64);
    let most = args.n.unwrap_or(if args.verdicts.is_some() { u64::MAX } else { DIALOGS });
    Dataset::open(path, args.format.as_deref())?.each(
        args.by_model.threads(args.threads),
        |row| {
            let at = row.place.row as u64;
            (at <= most).then(|| row.dialog.map(|dialog| make(at, &dialog)))
        },
        |one| {
            match one {
                Some(Ok(one)) => made.push(one),
                Some(Err(_)) => unreadable += 1,
                None => {}
            }
            Ok(())
        },
    )?;
    Ok((made, unreadable))
}

/// The same for dialogs of the built-in recipe.
fn each_of_ours<T: Send>(args: &args::Audit, make: impl Fn(u64, &Dialog) -> T + Sync) -> Result<Vec<T>> {
    let pool = Arc::new(Pool::on_threads(args.threads, builtin::tools(builtin::SIZE)).0);
    let config = DialogConfig::default();
    let synth = Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), args.seed)?;
    let threads = match args.by_model.threads(args.threads) {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let parts: Vec<Vec<(u64, T)>> = std::thread::scope(|scope| {
        let (synth, make) = (&synth, &make);
        let one = |at: usize| {
            scope.spawn(move || {
                let mine = (0..args.n.unwrap_or(DIALOGS)).skip(at).step_by(threads);
                let made = mine.filter_map(|index| Some((index, make(index, &synth.make(index).accepted?))));
                made.collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (0..threads).map(one).collect();
        running.into_iter().map(|thread| thread.join().ok()).collect::<Option<Vec<_>>>()
    })
    .context("a thread of the audit failed; please report it with the seed")?;
    let mut made: Vec<(u64, T)> = parts.into_iter().flatten().collect();
    made.sort_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, one)| one).collect())
}

fn rows(audit: &Audit) -> Vec<Vec<String>> {
    let mut rows = vec![
        ["fault", "class", "planted", "found", "recall", "95 % interval", "rules", "judges", "by"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(audit.faults().map(|(fault, tally)| row(fault, tally)));
    rows
}

fn row(fault: &Fault, tally: &Tally) -> Vec<String> {
    [vec![fault.id.to_owned(), fault.class.name().to_owned()], cells(tally)].concat()
}

/// What a tally says, column by column.
fn cells(tally: &Tally) -> Vec<String> {
    let (low, high) = tally.interval();
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let mut by: Vec<(&str, usize)> = tally.by.iter().map(|(id, count)| (*id, *count)).collect();
    by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let by: Vec<String> = by.into_iter().take(3).map(|(id, count)| format!("{id} {count}")).collect();
    vec![
        tally.planted.to_string(),
        tally.caught.any.to_string(),
        tally.recall().map_or_else(|| "-".to_owned(), |recall| format!("{} %", percent(recall))),
        if tally.planted == 0 { "-".to_owned() } else { format!("{}–{}", percent(low), percent(high)) },
        tally.caught.rules.to_string(),
        tally.caught.judges.to_string(),
        by.join(", "),
    ]
}

/// A tally as JSON.
fn counted(tally: &Tally) -> Value {
    let (low, high) = tally.interval();
    json!({
        "n": tally.planted,
        "caught": tally.caught.any,
        "caught_by_rules": tally.caught.rules,
        "caught_by_judges": tally.caught.judges,
        "recall": tally.recall(),
        "ci95": [low, high],
        "by_rule": tally.by,
    })
}

fn summary(audit: &Audit, unreadable: u64) -> Value {
    let faults: Map<String, Value> = audit
        .faults()
        .map(|(fault, tally)| {
            let mut value = counted(tally);
            value["class"] = fault.class.name().into();
            value["equivalent"] = tally.equivalent.into();
            (fault.id.to_owned(), value)
        })
        .collect();
    let (dialogs, flagged) = audit.alarms();
    let rate = (dialogs > 0).then(|| flagged.any as f64 / dialogs as f64);
    json!({
        "faults": faults,
        "false_alarms": {
            "n": dialogs,
            "flagged": flagged.any,
            "flagged_by_rules": flagged.rules,
            "flagged_by_judges": flagged.judges,
            "rate": rate,
            "by_rule": audit.alarms_by(),
        },
        "undecided": audit.undecided(),
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
    say(&format!(
        "as they are, {} of them are objected to, and judges are undecided about {}",
        flagged.any,
        audit.undecided()
    ));
    for (id, count) in audit.alarms_by() {
        say(&format!("  {id}: {count}"));
    }
    let equivalent: usize = audit.faults().map(|(_, tally)| tally.equivalent).sum();
    if equivalent > 0 {
        say(&format!("{equivalent} mutants are the dialog they were made from, and in no column"));
    }
    if unreadable > 0 {
        say(&format!("rows that cannot be read: {unreadable}"));
    }
}
