//! The finalise step as a run folds it: what looks across samples, applied to lines.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use toolwright_core::format::Rows;
use toolwright_core::jsonl::Lines;
use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Error, Finding, Outcome, Result, Verdict};
use toolwright_run::{Admit, Fate, Fold, Line, Sample, Totals};
use toolwright_synth::{Finalise, Made, Sketch};
use toolwright_verify::dedup::{self, Clear, Match, Twins};
use toolwright_verify::diversity;
use toolwright_view::report::{self, Numbers, Report};

use crate::benchmarks::Benchmarks;
use crate::recipe::FinaliseConfig;

/// What a run is held against beside itself; makers' threads share it.
#[derive(Debug, Default)]
pub(crate) struct Across {
    near: Option<f64>,
    clear: Option<Clear>,
}

impl Across {
    /// As a recipe has it. What the benchmarks hold is noted in the recipe, and held against what was noted before.
    pub(crate) fn of(config: &mut FinaliseConfig, threads: usize) -> anyhow::Result<Self> {
        let mut clear = None;
        if !config.against.is_empty() {
            let read = Benchmarks::read(&config.against, "finalise.against: ", threads)?;
            if let Some(noted) = config.digest.as_ref().filter(|noted| **noted != read.digest) {
                anyhow::bail!(
                    "finalise.against: the benchmarks hash to {}, and the recipe notes {noted}; take those that it was made with, or leave finalise.digest out",
                    read.digest
                );
            }
            config.digest = Some(read.digest);
            clear = Some(read.clear);
        }
        Ok(Self { near: config.near_duplicates, clear })
    }

    /// What the fold needs of a dialog that is written as this line.
    fn item<'d>(
        &self,
        fate: Fate,
        index: u64,
        sketch: Sketch,
        dialog: impl FnOnce() -> Result<Cow<'d, Dialog>>,
    ) -> Result<Item> {
        let mut item = Item { index, sketch, twin: None, met: None };
        if fate == Fate::Accepted && (self.near.is_some() || self.clear.is_some()) {
            let dialog = dialog()?;
            item.twin = self.near.map(|_| Box::new(dedup::sketch(&dialog)));
            item.met = self.clear.as_ref().and_then(|clear| clear.find(&dialog)).map(Box::new);
        }
        Ok(item)
    }
}

/// What the fold needs of a line.
#[derive(Debug)]
pub(crate) struct Item {
    index: u64,
    sketch: Sketch,
    twin: Option<Box<dedup::Sketch>>,
    /// What an accepted dialog has in common with a benchmark.
    met: Option<Box<Match>>,
}

/// [`Finalise`] over a run's lines.
#[derive(Debug)]
pub(crate) struct Finaliser {
    across: Arc<Across>,
    folded: Finalise,
    twins: Twins,
    /// The indices of the dialogs in `twins`.
    indices: Vec<u64>,
    /// The lines of the accepted dialogs with the smallest fingerprints: what the page measures diversity on.
    sample: BTreeMap<u128, String>,
}

/// Dialogs that the page measures diversity on.
const SAMPLE: usize = 400;

impl Fold for Finaliser {
    type Item = Item;

    fn read(&self, fate: Fate, line: &str) -> Result<(u64, Item)> {
        let (index, sketch) = Sketch::read(line)?;
        Ok((index, self.across.item(fate, index, sketch, || parse(line).map(Cow::Owned))?))
    }

    fn admit(&self, _: u64, item: &Item, line: &str) -> Result<Admit> {
        let Some((rule, why)) = self.objection(item) else { return Ok(Admit::Keep) };
        let mut dialog = parse(line)?;
        let finding = Finding { rule: rule.into(), message: None, call: None, why };
        let mut verdict = Verdict::passed("finalise");
        (verdict.outcome, verdict.findings) = (Outcome::Reject, vec![finding]);
        dialog.meta.verdicts.push(verdict);
        Ok(Admit::Reject(write(&dialog)?))
    }

    fn note(&mut self, fate: Fate, item: Item, line: &str) {
        match fate {
            Fate::Accepted => {
                let fingerprint = item.sketch.fingerprint;
                let last = self.sample.last_key_value().map(|(last, _)| *last);
                if self.sample.len() < SAMPLE || last.is_some_and(|last| fingerprint < last) {
                    self.sample.insert(fingerprint, line.to_owned());
                }
                if self.sample.len() > SAMPLE {
                    self.sample.pop_last();
                }
                if let Some(twin) = item.twin {
                    self.twins.add(*twin);
                    self.indices.push(item.index);
                }
                self.folded.accepted(item.sketch, line);
            }
            Fate::Rejected => self.folded.rejected(item.sketch, line),
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
    pub(crate) fn new(across: Arc<Across>) -> Self {
        let twins = Twins::new(across.near.unwrap_or(1.0));
        Self { across, folded: Finalise::default(), twins, indices: Vec::new(), sample: BTreeMap::new() }
    }

    /// Why a dialog cannot stay beside those before it: the rule, and what it found.
    fn objection(&self, item: &Item) -> Option<(&'static str, String)> {
        if self.folded.repeats(&item.sketch) {
            let why = "an earlier dialog of the run says the same, word for word";
            return Some(("duplicate", why.to_owned()));
        }
        if let Some(Match { common, item, evidence: [says, item_says] }) = item.met.as_deref() {
            let common = common.name();
            let why = format!("{common} in common with {item}: {says:?}, there {item_says:?}");
            return Some(("contaminated", why));
        }
        let twin = self.twins.find(item.twin.as_deref()?)?;
        let index = self.indices.get(twin.at)?;
        let why = format!("it is alike to {:.2} with the dialog of index {index}", twin.similarity);
        Some(("near-duplicate", why))
    }

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
pub(crate) fn sample(index: u64, made: &Made, across: &Across) -> Result<Sample<Item>> {
    let line = |fate: Fate, dialog: &Dialog| {
        let item = across.item(fate, index, Sketch::of(dialog), || Ok(Cow::Borrowed(dialog)))?;
        Ok(Line { fate, text: write(dialog)?, item })
    };
    let fate = |dialog: &Dialog| match dialog.meta.verdicts.last().map(|verdict| verdict.outcome) {
        Some(Outcome::Undecided) => Fate::Undecided,
        _ => Fate::Rejected,
    };
    let rejected = made.rejected.iter().map(|dialog| line(fate(dialog), dialog));
    let lines = rejected.chain(made.accepted.iter().map(|dialog| line(Fate::Accepted, dialog)));
    Ok(Sample { index, lines: lines.collect::<Result<_>>()? })
}
