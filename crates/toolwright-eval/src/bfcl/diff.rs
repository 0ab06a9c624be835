//! Our verdicts beside published ones.

use std::path::Path;

use toolwright_core::Result;

use super::benchmark::Benchmark;
use super::category::Category;
use super::score::{Model, Report, Score};
use super::score_file;

/// One category of one model beside its published score file.
#[derive(Debug)]
pub struct Comparison {
    /// The model's name.
    pub model: String,
    /// The category.
    pub category: &'static Category,
    /// The published counts, right and all; none where no file is published.
    pub published: Option<(usize, usize)>,
    /// Our counts.
    pub own: (usize, usize),
    /// The tests on which the two differ.
    pub differences: Vec<Difference>,
}

/// A test with two verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The test's id.
    pub id: String,
    /// The published error type; none for a right answer.
    pub published: Option<String>,
    /// Our error type; none for a right answer.
    pub own: Option<String>,
}

/// Compares a report with the official score files below a folder, which are found by the model's folder.
///
/// # Errors
/// The folder or a score file cannot be read.
pub fn compare(benchmark: &Benchmark, report: &Report, folder: &Path) -> Result<Vec<Comparison>> {
    let files = score_file::find(folder, benchmark.version())?;
    let mut all = Vec::new();
    for model in &report.models {
        for score in &model.scores {
            let mut fitting = files.iter().filter(|(names, category, _)| {
                category.id == score.category.id && belongs(names, model, report.models.len())
            });
            let published = match fitting.next() {
                Some((_, _, path)) => {
                    let questions = benchmark.questions(score.category)?;
                    Some(score_file::read(path, benchmark.version(), questions)?)
                }
                None => None,
            };
            all.push(beside(model, score, published));
        }
    }
    Ok(all)
}

/// Whether a score file on this way is a model's: its folder is on it; where there is one model, any is.
fn belongs(names: &[String], model: &Model, models: usize) -> bool {
    let mut wanted = model.name.split(['/', '\\']);
    models == 1 || wanted.all(|part| names.iter().any(|name| name == part))
}

fn beside(model: &Model, score: &Score, published: Option<score_file::Published>) -> Comparison {
    let own = |id: &str| {
        score.failures.iter().find(|failure| failure.id == id).map(|failure| failure.error_type.to_owned())
    };
    let mut differences = Vec::new();
    if let Some(published) = &published {
        for (id, kind) in &published.failures {
            let own = own(id);
            if own.as_ref() != Some(kind) {
                differences.push(Difference { id: id.clone(), published: Some(kind.clone()), own });
            }
        }
        for failure in score.failures.iter().filter(|failure| !published.failures.contains_key(&failure.id)) {
            let own = Some(failure.error_type.to_owned());
            differences.push(Difference { id: failure.id.clone(), published: None, own });
        }
    }
    Comparison {
        model: model.name.clone(),
        category: score.category,
        published: published.map(|published| (published.correct, published.total)),
        own: (score.correct, score.total),
        differences,
    }
}

impl Comparison {
    /// Differences in the verdict itself, not only in the error type.
    pub fn verdicts(&self) -> impl Iterator<Item = &Difference> {
        self.differences
            .iter()
            .filter(|difference| difference.published.is_some() != difference.own.is_some())
    }
}
