//! Scoring: every answer of every model, category by category, on all threads.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::benchmark::{Benchmark, Questions};
use super::category::Category;
use super::check::Names;
use super::decode::{Decoder, Evidence, Flavour};
use super::file::Lines;
use super::parallel::{each, parts};
use super::question::{EXCEPTION, Verdict};
use super::results::{Results, Row, rows};
use super::score_file;

/// How answers are read, and which.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The results' format; found in the results where absent.
    pub decoder: Option<&'static Decoder>,
    /// The rules of the text decoder.
    pub flavour: Flavour,
    /// How called names relate to declared ones; found in the results where absent.
    pub names: Option<Names>,
    /// Only these categories, by their id.
    pub categories: &'a [String],
    /// Threads; 0 takes one per core.
    pub threads: usize,
    /// Whether to make the lines of score files.
    pub lines: bool,
}

/// What all models came to.
#[derive(Debug, Default)]
pub struct Report {
    /// The models, by name.
    pub models: Vec<Model>,
    /// What was wrong with files and rows, one message each.
    pub problems: Vec<String>,
}

/// What one model came to.
#[derive(Debug)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// The format in which its results were read.
    pub decoder: &'static Decoder,
    /// How it spells declared names.
    pub names: Names,
    /// One score for each category that it has results of.
    pub scores: Vec<Score>,
}

/// What a model came to in one category.
#[derive(Debug)]
pub struct Score {
    /// The category.
    pub category: &'static Category,
    /// Tests that have an answer.
    pub total: usize,
    /// Those whose answer is right.
    pub correct: usize,
    /// Those right without tolerance, where the category asks whether to call at all.
    pub strict: Option<usize>,
    /// Tests without an answer; they are not in `total`.
    pub missing: usize,
    /// Answers to no test.
    pub unknown: usize,
    /// Answers to a test that has one already; the first counts.
    pub repeated: usize,
    /// Rows that could not be read.
    pub unreadable: usize,
    /// Answers at which the official checker raises an exception; they count as wrong.
    pub exceptions: usize,
    /// The wrong answers, in the order of the tests.
    pub failures: Vec<Failure>,
    /// Their lines of the score file, where those were asked for.
    pub lines: String,
}

/// A wrong answer.
#[derive(Debug)]
pub struct Failure {
    /// The test's id.
    pub id: String,
    /// The test's position in its file, from 0.
    pub at: usize,
    /// The official error type.
    pub error_type: &'static str,
}

impl Score {
    /// A score of no answers.
    pub(crate) const fn empty(category: &'static Category) -> Self {
        Self {
            category,
            total: 0,
            correct: 0,
            strict: if category.is_about_relevance() { Some(0) } else { None },
            missing: 0,
            unknown: 0,
            repeated: 0,
            unreadable: 0,
            exceptions: 0,
            failures: Vec::new(),
            lines: String::new(),
        }
    }

    /// The share of right answers; 0 where there are none.
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.total.max(1) as f64
    }

    /// Whether some test could not be scored, or some row was of no use.
    pub const fn has_gaps(&self) -> bool {
        self.missing + self.unknown + self.repeated + self.unreadable > 0
    }
}

impl Score {
    /// How often each error type is there.
    pub fn by_error_type(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        self.failures.iter().for_each(|failure| *counts.entry(failure.error_type).or_default() += 1);
        counts
    }
}

impl Model {
    /// Right answers and all answers, over all categories.
    pub fn counts(&self) -> (usize, usize) {
        self.scores.iter().fold((0, 0), |sum, score| (sum.0 + score.correct, sum.1 + score.total))
    }
}

/// A result file, read.
struct Answers {
    model: usize,
    category: &'static Category,
    path: PathBuf,
    lines: Lines,
}

/// Messages about single rows that are told for each file; the others are counted.
const TOLD: usize = 5;

/// Scores all results.
pub fn score(benchmark: &Benchmark, results: &Results, options: &Options<'_>) -> Report {
    let mut report = Report { problems: results.problems.clone(), ..Report::default() };
    let wanted = |category: &Category| {
        options.categories.is_empty() || options.categories.iter().any(|id| *id == category.id)
    };
    let files: Vec<(usize, &'static Category, &Path)> = results
        .models
        .values()
        .enumerate()
        .flat_map(|(at, files)| files.iter().map(move |(category, path)| (at, *category, path.as_path())))
        .filter(|(_, category, _)| wanted(category))
        .collect();
    let mut categories: Vec<&'static Category> = Vec::new();
    for (_, category, _) in &files {
        if !categories.iter().any(|known| known.id == category.id) {
            categories.push(category);
        }
    }
    let threads = options.threads;
    benchmark.load(&categories, threads);
    let asked = categories.iter().map(|category| benchmark.questions(category).map(|_| ()));
    let asked: Vec<_> = asked.filter_map(Result::err).collect();
    let mut answers = Vec::new();
    let read = each(threads, &files, |(model, category, path)| {
        let answers = |lines| Answers { model: *model, category, path: path.to_path_buf(), lines };
        Lines::read(path).map(answers)
    });
    let mut problem = |error: toolwright_core::Error| report.problems.push(error.to_string());
    asked.into_iter().for_each(&mut problem);
    for file in read {
        file.map_or_else(&mut problem, |file| answers.push(file));
    }
    let parsed = each(threads, &answers, |file| Parsed::of(file, benchmark.questions(file.category).ok()));
    let names: Vec<&String> = results.models.keys().collect();
    let mut evidence = vec![Evidence::default(); names.len()];
    for parsed in &parsed {
        parsed.testify(&mut evidence[parsed.file.model]);
    }
    let chosen: Vec<Chosen> = evidence.iter().map(|evidence| Chosen::by(options, evidence)).collect();
    let parts = parts(parsed.iter().map(|parsed| parsed.rows.len()));
    let scored = each(threads, &parts, |(file, rows)| {
        let model = parsed[*file].file.model;
        Scorer { benchmark, options, chosen: chosen[model], model: names[model] }
            .score(&parsed[*file], rows.clone())
    });
    let mut scored = parts.iter().map(|(file, _)| *file).zip(scored).peekable();
    let mut models: Vec<Model> = names
        .iter()
        .zip(&chosen)
        .map(|(name, chosen)| Model {
            name: (*name).clone(),
            decoder: chosen.decoder,
            names: chosen.names,
            scores: Vec::new(),
        })
        .collect();
    for (at, parsed) in parsed.iter().enumerate() {
        let Some(mut score) = parsed.empty_score() else { continue };
        while let Some((_, part)) = scored.next_if(|(file, _)| *file == at) {
            score.add(part);
        }
        report.problems.extend(parsed.told(&score));
        models[parsed.file.model].scores.push(score);
    }
    models.retain(|model| !model.scores.is_empty());
    report.models = models;
    report
}

/// How a model's answers are read.
#[derive(Clone, Copy)]
struct Chosen {
    decoder: &'static Decoder,
    flavour: Flavour,
    names: Names,
}

impl Chosen {
    fn by(options: &Options<'_>, evidence: &Evidence) -> Self {
        let decoder = options.decoder.unwrap_or_else(|| evidence.decoder());
        let names = options.names.unwrap_or_else(|| evidence.names(decoder));
        Self { decoder, flavour: options.flavour, names }
    }
}

/// The rows of a result file, each at its question.
struct Parsed<'a> {
    file: &'a Answers,
    questions: Option<&'a Questions>,
    /// Rows with the position of their question.
    rows: Vec<(usize, Row<'a>)>,
    unknown: usize,
    repeated: usize,
    unreadable: usize,
    problems: Vec<String>,
}

impl<'a> Parsed<'a> {
    fn of(file: &'a Answers, questions: Option<&'a Questions>) -> Self {
        let mut parsed = Self {
            file,
            questions,
            rows: Vec::new(),
            unknown: 0,
            repeated: 0,
            unreadable: 0,
            problems: Vec::new(),
        };
        let Some(questions) = questions else { return parsed };
        let mut seen = HashSet::new();
        let tell = |problems: &mut Vec<String>, number: usize, why: String| {
            problems.push(format!("{}:{number}: {why}", file.path.display()));
        };
        for row in rows(&file.lines) {
            match row {
                Err((number, why)) => {
                    parsed.unreadable += 1;
                    tell(&mut parsed.problems, number, why);
                }
                Ok(row) => match questions.place(&row.id) {
                    None => {
                        parsed.unknown += 1;
                        tell(&mut parsed.problems, row.number, format!("no test has the id `{}`", row.id));
                    }
                    Some(at) if !seen.insert(at) => {
                        parsed.repeated += 1;
                        let why = format!("`{}` has an answer already, which counts", row.id);
                        tell(&mut parsed.problems, row.number, why);
                    }
                    Some(at) => parsed.rows.push((at, row)),
                },
            }
        }
        parsed.rows.sort_by_key(|(at, _)| *at);
        if parsed.problems.len() > TOLD {
            let more = parsed.problems.len() - TOLD;
            parsed.problems.truncate(TOLD);
            parsed.problems.push(format!("{}: and {more} more rows like these", file.path.display()));
        }
        parsed
    }

    /// A score that has no rows yet.
    fn empty_score(&self) -> Option<Score> {
        Some(Score {
            total: self.rows.len(),
            missing: self.questions?.ids.len() - self.rows.len(),
            unknown: self.unknown,
            repeated: self.repeated,
            unreadable: self.unreadable,
            ..Score::empty(self.file.category)
        })
    }

    /// What is to be said of the file.
    fn told(&self, score: &Score) -> Vec<String> {
        let mut problems = self.problems.clone();
        if let Some(questions) = self.questions
            && score.missing > 0
        {
            let answered: HashSet<usize> = self.rows.iter().map(|(at, _)| *at).collect();
            let missing = questions.ids.iter().enumerate().find(|(at, _)| !answered.contains(at));
            problems.push(format!(
                "{}: {} of {} tests have no answer, such as `{}`; the score is of the others",
                self.file.path.display(),
                score.missing,
                questions.ids.len(),
                missing.map_or("", |(_, id)| id)
            ));
        }
        problems
    }

    fn testify(&self, evidence: &mut Evidence) {
        let Some(questions) = self.questions else { return };
        for (at, row) in &self.rows {
            questions.questions[*at].testify(&row.answer, evidence);
        }
    }
}

/// What some rows of a file come to.
#[derive(Default)]
struct Part {
    correct: usize,
    strict: usize,
    exceptions: usize,
    failures: Vec<Failure>,
    lines: String,
}

impl Score {
    /// Takes a part into the whole; parts come in order.
    fn add(&mut self, part: Part) {
        self.correct += part.correct;
        self.strict = self.strict.map(|strict| strict + part.strict);
        self.exceptions += part.exceptions;
        self.failures.extend(part.failures);
        match self.lines.is_empty() {
            true => self.lines = part.lines,
            false => self.lines.push_str(&part.lines),
        }
    }
}

/// Scores a file's rows.
struct Scorer<'a> {
    benchmark: &'a Benchmark,
    options: &'a Options<'a>,
    chosen: Chosen,
    model: &'a str,
}

impl Scorer<'_> {
    /// What these rows of a file come to.
    fn score(&self, parsed: &Parsed<'_>, rows: Range<usize>) -> Part {
        let mut part = Part::default();
        let Some(questions) = parsed.questions else { return part };
        for (at, row) in parsed.rows.get(rows).unwrap_or_default() {
            let Chosen { decoder, flavour, names } = self.chosen;
            questions.questions[*at].verdict(&row.answer, decoder, flavour, names, |verdict| {
                part.strict += usize::from(verdict.strict == Some(true));
                match verdict.error_type() {
                    None => part.correct += 1,
                    Some(kind) => {
                        part.exceptions += usize::from(kind == EXCEPTION);
                        self.failure(&mut part, parsed.file.category, questions, *at, row, &verdict, kind);
                    }
                }
            });
        }
        part
    }

    /// Takes a wrong answer into the part.
    #[expect(clippy::too_many_arguments, reason = "all of them go into the line")]
    fn failure(
        &self,
        part: &mut Part,
        category: &'static Category,
        questions: &Questions,
        at: usize,
        row: &Row<'_>,
        verdict: &Verdict<'_>,
        kind: &'static str,
    ) {
        let version = self.benchmark.version();
        let error_type = if category.is_about_relevance() { category.relevance_error(version) } else { kind };
        if self.options.lines {
            let entry = score_file::Entry {
                version,
                category,
                model: self.model,
                questions,
                at,
                row,
                verdict,
                error_type,
            };
            entry.write(&mut part.lines);
        }
        part.failures.push(Failure { id: questions.ids[at].clone(), at, error_type });
    }
}
