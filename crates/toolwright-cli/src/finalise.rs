//! The finalise step as a run folds it: what looks across samples, applied to lines.

use serde_json::{Value, json};
use toolwright_core::{Dialog, Error, Finding, Outcome, Result, Verdict};
use toolwright_run::{Admit, Fate, Fold, Line, Sample, Totals};
use toolwright_synth::{Finalise, Made, Sketch};

/// [`Finalise`] over a run's lines.
#[derive(Debug, Default)]
pub(crate) struct Finaliser(Finalise);

impl Fold for Finaliser {
    type Item = Sketch;

    fn read(&self, _: Fate, line: &str) -> Result<(u64, Sketch)> {
        Sketch::read(line)
    }

    fn admit(&self, _: u64, sketch: &Sketch, line: &str) -> Result<Admit> {
        if !self.0.repeats(sketch) {
            return Ok(Admit::Keep);
        }
        let mut dialog = parse(line)?;
        let why = "an earlier dialog of the run says the same, word for word".to_owned();
        let finding = Finding { rule: "duplicate".into(), message: None, call: None, why };
        let verdict = Verdict {
            by: "finalise".into(),
            outcome: Outcome::Reject,
            findings: vec![finding],
            not_applicable: Vec::new(),
            undecided: None,
        };
        dialog.meta.verdicts.push(verdict);
        Ok(Admit::Reject(write(&dialog)?))
    }

    fn note(&mut self, fate: Fate, sketch: Sketch, _: &str) {
        match fate {
            Fate::Accepted => self.0.accepted(sketch),
            Fate::Rejected => self.0.rejected(sketch),
            Fate::Undecided => {}
        }
    }

    fn report(&self, totals: &Totals) -> Value {
        let mut report = json!({ "accepted": totals.accepted, "rejected": totals.rejected, "undecided": totals.undecided, "indices": totals.done });
        if let (Value::Object(report), Value::Object(more)) = (&mut report, self.0.report()) {
            report.extend(more);
        }
        report
    }
}

fn parse(line: &str) -> Result<Dialog> {
    serde_json::from_str(line)
        .map_err(|error| Error::new(format!("the line is no dialog: {error}")).caused_by(error))
}

fn write(dialog: &Dialog) -> Result<String> {
    serde_json::to_string(dialog)
        .map_err(|error| Error::new(format!("the dialog cannot be written: {error}")).caused_by(error))
}

/// What an index gave, as lines.
pub(crate) fn sample(index: u64, made: &Made) -> Result<Sample<Sketch>> {
    let line =
        |fate: Fate, dialog: &Dialog| Ok(Line { fate, text: write(dialog)?, item: Sketch::of(dialog) });
    let rejected = made.rejected.iter().map(|dialog| line(Fate::Rejected, dialog));
    let lines = rejected.chain(made.accepted.iter().map(|dialog| line(Fate::Accepted, dialog)));
    Ok(Sample { index, lines: lines.collect::<Result<_>>()? })
}
