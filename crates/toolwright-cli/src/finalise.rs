//! The finalise step as a run folds it: what looks across samples, applied to lines.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use toolwright_core::format::Rows;
use toolwright_core::jsonl::Lines;
use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Error, Finding, Outcome, Result, Verdict};
use toolwright_run::{Admit, Fate, Fold, Line, Sample, Totals};
use toolwright_synth::{Finalise, Made, Sketch};
use toolwright_verify::diversity;
use toolwright_view::report::{self, Numbers, Report};

/// [`Finalise`] over a run's lines.
#[derive(Debug, Default)]
pub(crate) struct Finaliser {
    folded: Finalise,
    /// The lines of the accepted dialogs with the smallest fingerprints: what the page measures diversity on.
    sample: BTreeMap<u128, String>,
}

/// Dialogs that the page measures diversity on.
const SAMPLE: usize = 400;

impl Fold for Finaliser {
    type Item = Sketch;

    fn read(&self, _: Fate, line: &str) -> Result<(u64, Sketch)> {
        Sketch::read(line)
    }

    fn admit(&self, _: u64, sketch: &Sketch, line: &str) -> Result<Admit> {
        if !self.folded.repeats(sketch) {
            return Ok(Admit::Keep);
        }
        let mut dialog = parse(line)?;
        let why = "an earlier dialog of the run says the same, word for word".to_owned();
        let finding = Finding { rule: "duplicate".into(), message: None, call: None, why };
        let verdict = Verdict {
            by: "finalise".into(),
            outcome: Outcome::Reject,
            findings: vec![finding],
            notes: Vec::new(),
            not_applicable: Vec::new(),
            undecided: None,
        };
        dialog.meta.verdicts.push(verdict);
        Ok(Admit::Reject(write(&dialog)?))
    }

    fn note(&mut self, fate: Fate, sketch: Sketch, line: &str) {
        match fate {
            Fate::Accepted => {
                let fingerprint = sketch.fingerprint;
                let last = self.sample.last_key_value().map(|(last, _)| *last);
                if self.sample.len() < SAMPLE || last.is_some_and(|last| fingerprint < last) {
                    self.sample.insert(fingerprint, line.to_owned());
                }
                if self.sample.len() > SAMPLE {
                    self.sample.pop_last();
                }
                self.folded.accepted(sketch, line);
            }
            Fate::Rejected => self.folded.rejected(sketch, line),
            Fate::Undecided => {}
        }
    }

    fn report(&self, totals: &Totals) -> Value {
        let mut report = json!({ "accepted": totals.accepted, "rejected": totals.rejected, "undecided": totals.undecided, "indices": totals.done });
        if let (Value::Object(report), Value::Object(more)) = (&mut report, self.folded.report()) {
            report.extend(more);
        }
        report
    }

    fn page(&self, dir: &Path, report: &Value) -> Result<Option<String>> {
        let mut numbers: Numbers = Numbers::deserialize(report)
            .map_err(|error| Error::new(format!("the report cannot be drawn: {error}")).caused_by(error))?;
        (numbers.tools, numbers.domains) = domains(&dir.join("tools.jsonl"), self.folded.calls_by_tool())?;
        let about = about(&dir.join("recipe.toml"))?;
        let dialogs = self.folded.handful().into_iter().map(parse).collect::<Result<_>>()?;
        Ok(Some(report::page(&Report {
            recipe: about.name,
            seed: about.seed,
            version: about.version,
            numbers,
            diversity: self.diversity()?,
            dialogs,
        })))
    }
}

impl Finaliser {
    /// How varied the sample is: what each measure says, and its value.
    fn diversity(&self) -> Result<Vec<(String, String)>> {
        let mut sample = diversity::Sample::new(SAMPLE);
        for line in self.sample.values() {
            sample.put(diversity::draw(Seed::new(0), parse(line)?));
        }
        let set = sample.read();
        let size = set.size();
        let row = |measure: &diversity::Measure| {
            Some((measure.says.to_owned(), measure.unit.written((measure.of)(&set, &size)?)))
        };
        Ok(diversity::MEASURES.iter().filter_map(row).collect())
    }
}

/// What a page says of the recipe.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    name: String,
    seed: u64,
    version: String,
}

fn about(path: &Path) -> Result<About> {
    let text = std::fs::read_to_string(path).map_err(|error| at(path, error))?;
    toml::from_str(&text).map_err(|error| at(path, error))
}

/// How many tools a pool has, and how many calls go to each domain. The pool is read line by line, so it may be of any size.
fn domains(path: &Path, calls: &BTreeMap<String, u64>) -> Result<(u64, BTreeMap<String, u64>)> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
        #[serde(default)]
        meta: Meta,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Meta {
        domain: Option<String>,
    }
    let file = File::open(path).map_err(|error| at(path, error))?;
    let (mut tools, mut domains) = (0, BTreeMap::new());
    for line in Lines::new(BufReader::new(file)) {
        let (_, line) =
            line.map_err(|(number, error)| error.at(format_args!("{}:{number}", path.display())))?;
        let row: Row = serde_json::from_str(&line).map_err(|error| at(path, error))?;
        tools += 1;
        if let Some(times) = calls.get(&row.name) {
            *domains.entry(row.meta.domain.unwrap_or_else(|| "none named".into())).or_default() += times;
        }
    }
    Ok((tools, domains))
}

fn at(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(format!("cannot be read: {error}")).at(path.display()).caused_by(error)
}

fn parse(line: &str) -> Result<Dialog> {
    serde_json::from_str(line)
        .map_err(|error| Error::new(format!("the line is no dialog: {error}")).caused_by(error))
}

fn write(dialog: &Dialog) -> Result<String> {
    thread_local! {
        static ROWS: RefCell<Rows> = RefCell::default();
    }
    ROWS.with_borrow_mut(|rows| rows.write(dialog))
}

/// What an index gave, as lines.
pub(crate) fn sample(index: u64, made: &Made) -> Result<Sample<Sketch>> {
    let line =
        |fate: Fate, dialog: &Dialog| Ok(Line { fate, text: write(dialog)?, item: Sketch::of(dialog) });
    let fate = |dialog: &Dialog| match dialog.meta.verdicts.last().map(|verdict| verdict.outcome) {
        Some(Outcome::Undecided) => Fate::Undecided,
        _ => Fate::Rejected,
    };
    let rejected = made.rejected.iter().map(|dialog| line(fate(dialog), dialog));
    let lines = rejected.chain(made.accepted.iter().map(|dialog| line(Fate::Accepted, dialog)));
    Ok(Sample { index, lines: lines.collect::<Result<_>>()? })
}
