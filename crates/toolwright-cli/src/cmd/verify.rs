//! `toolwright verify`: rules and judges over a dataset in any known format.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;
use toolwright_core::{Dialog, Outcome, Verdict};
use toolwright_verify::{EXPERTS, Judges, MODEL_JUDGES, Rules};

use crate::Exit;
use crate::args;
use crate::data::{Dataset, Place, Row};
use crate::judges::ModelJudges;
use crate::llm;
use crate::talk::{self, say};

/// What the rows came to.
#[derive(Default)]
struct Tally {
    read: u64,
    unreadable: u64,
    accepted: u64,
    rejected: u64,
    undecided: u64,
    by_rule: BTreeMap<String, u64>,
    undecided_by: BTreeMap<String, u64>,
    noted_by: BTreeMap<String, u64>,
    not_applicable: BTreeMap<String, u64>,
}

pub(crate) fn run(args: &args::Verify) -> Result<Exit> {
    let (rules, mut judges) = args.layers.chosen()?;
    toolwright_verify::known(&args.notes)?;
    let asking = ModelJudges::open(&args.by_model, &args.layers, &mut judges)?;
    let data = Dataset::open(&args.data, args.format.as_deref())?;
    if let Some(output) = &args.output {
        super::apart(data.path(), output)?;
    }
    let mut out =
        if args.json && args.output.is_none() { None } else { Some(super::output(args.output.as_deref())?) };
    let mut tally = Tally::default();
    let mut shown = 0;
    let writes = out.is_some();
    data.each(
        args.by_model.threads(args.threads),
        |row| {
            let judged = judge(&rules, &judges, &args.notes, row);
            let line = if writes { line(&judged) } else { Ok(String::new()) };
            (judged, line)
        },
        |(judged, line)| {
            if let Some(out) = &mut out {
                writeln!(out, "{}", line?)?;
            }
            if let (place, Err(why)) = &judged {
                shown += 1;
                if shown <= 5 && !args.quiet {
                    say(&format!("{}:{place}: {why}", args.data.display()));
                }
            }
            tally.count(judged);
            Ok(())
        },
    )?;
    if let Some(out) = &mut out {
        out.flush()?;
    }
    if asking.as_ref().is_some_and(|asked| !asked.ended(args.quiet)) {
        return Ok(Exit::Stopped);
    }
    if args.json {
        talk::json(&json!({
            "read": tally.read,
            "unreadable": tally.unreadable,
            "accepted": tally.accepted,
            "rejected": tally.rejected,
            "undecided": tally.undecided,
            "by_rule": tally.by_rule,
            "undecided_by": tally.undecided_by,
            "noted_by": tally.noted_by,
            "not_applicable": tally.not_applicable,
            "asked": asking.as_ref().map(|asked| llm::summary(&asked.asked())),
        }))?;
    }
    if !args.quiet {
        tally.tell(shown);
    }
    Ok(if tally.rejected + tally.unreadable > 0 { Exit::Found } else { Exit::Done })
}

type Judged = (Place, Result<(Option<u64>, Verdict), String>);

fn judge(rules: &Rules, judges: &Judges, notes: &[String], row: Row) -> Judged {
    let verdict = |dialog: &Dialog| {
        let by_rules = (rules.iter().next().is_some()).then(|| rules.verdict(dialog));
        let all = by_rules.into_iter().chain(judges.verdicts(dialog));
        Verdict::joined(all.map(|verdict| verdict.noted(notes)))
    };
    (row.place, row.dialog.map(|dialog| (dialog.meta.index, verdict(&dialog))))
}

/// A verdict as one line: `{"row": 3, "index": 2, "outcome": "reject", "findings": […]}`; `part` after `row` where the row
/// holds several dialogs.
fn line((place, judged): &Judged) -> Result<String> {
    let (index, mut value) = match judged {
        Err(why) => (None, json!({ "outcome": "unreadable", "why": why })),
        Ok((index, verdict)) => (*index, serde_json::to_value(verdict)?),
    };
    if let Some(object) = value.as_object_mut() {
        let row = [
            ("row", Some(json!(place.row))),
            ("part", place.part.map(Into::into)),
            ("index", index.map(Into::into)),
        ];
        let known = row.into_iter().filter_map(|(key, value)| Some((key, value?)));
        for (at, (key, value)) in known.enumerate() {
            object.shift_insert(at, key.to_owned(), value);
        }
    }
    Ok(value.to_string())
}

impl Tally {
    fn count(&mut self, (_, judged): Judged) {
        let Ok((_, verdict)) = judged else {
            self.unreadable += 1;
            return;
        };
        self.read += 1;
        match verdict.outcome {
            Outcome::Pass => self.accepted += 1,
            Outcome::Reject => self.rejected += 1,
            Outcome::Undecided => self.undecided += 1,
        }
        for (findings, tally) in [(verdict.findings, &mut self.by_rule), (verdict.notes, &mut self.noted_by)]
        {
            let mut rules: Vec<String> = findings.into_iter().map(|finding| finding.rule).collect();
            rules.sort_unstable();
            rules.dedup();
            for rule in rules {
                *tally.entry(rule).or_default() += 1;
            }
        }
        // A reason quotes the data and may look like the beginning of another one: only judges' names count.
        let reasons = verdict.undecided.iter().flat_map(|all| all.split("; "));
        let judge = |reason: &str| {
            let by_model = MODEL_JUDGES.iter().map(|judge| judge.id);
            EXPERTS
                .iter()
                .map(|expert| expert.id)
                .chain(by_model)
                .find(|id| reason.strip_prefix(id).is_some_and(|rest| rest.starts_with(": ")))
        };
        for id in reasons.filter_map(judge) {
            *self.undecided_by.entry(id.to_owned()).or_default() += 1;
        }
        for rule in verdict.not_applicable {
            *self.not_applicable.entry(rule).or_default() += 1;
        }
    }

    fn tell(&self, shown: u64) {
        if shown > 5 {
            say(&format!("… and {} more rows that cannot be read", shown - 5));
        }
        say(&format!(
            "{} rows read, {} unreadable: {} accepted, {} rejected, {} undecided",
            self.read, self.unreadable, self.accepted, self.rejected, self.undecided
        ));
        let found = self
            .by_rule
            .iter()
            .map(|(id, count)| vec![format!("  {id}"), count.to_string(), "rows rejected".to_owned()]);
        let noted = self
            .noted_by
            .iter()
            .map(|(id, count)| vec![format!("  {id}"), count.to_string(), "rows noted".to_owned()]);
        let open = self
            .undecided_by
            .iter()
            .map(|(id, count)| vec![format!("  {id}"), count.to_string(), "rows undecided".to_owned()]);
        let missing = self.not_applicable.iter().map(|(rule, count)| {
            vec![format!("  {rule}"), count.to_string(), "rows not applicable".to_owned()]
        });
        let rows: Vec<Vec<String>> = found.chain(open).chain(noted).chain(missing).collect();
        if !rows.is_empty() {
            say(&talk::table(&rows));
        }
    }
}
