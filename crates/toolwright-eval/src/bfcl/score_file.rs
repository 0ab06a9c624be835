//! Score files, as the official scorer writes them: a summary, then one line for each wrong answer. Written, and read again
//! for comparing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use toolwright_core::{Error, Result};

use super::benchmark::Questions;
use super::category::{CATEGORIES, Category, Known, Version, known};
use super::file::{Lines, PACKED};
use super::parallel::each;
use super::question::{Verdict, Wrong};
use super::results::Row;
use super::score::{Model, Report, Score};
use crate::python::json::{Reader, loads, members};
use crate::python::{Value, dumps, str_of};

/// What a line of a score file is made of.
pub(crate) struct Entry<'a> {
    pub(crate) version: Version,
    pub(crate) category: &'static Category,
    pub(crate) model: &'a str,
    pub(crate) questions: &'a Questions,
    pub(crate) at: usize,
    pub(crate) row: &'a Row<'a>,
    pub(crate) verdict: &'a Verdict<'a>,
    pub(crate) error_type: &'a str,
}

impl Entry<'_> {
    /// Appends the line.
    pub(crate) fn write(&self, out: &mut String) {
        out.push('{');
        let mut line = Line { out, empty: true };
        match self.version.counts_lines() {
            true => line.raw("id", &(self.at + 1).to_string()),
            false => line.text("id", &self.questions.ids[self.at]),
        }
        line.text("model_name", self.model);
        line.text("test_category", self.category.name_in(self.version).unwrap_or(self.category.id));
        line.raw("valid", "false");
        if self.category.is_about_relevance() {
            self.about_relevance(&mut line);
        } else if !self.category.is_single_turn() {
            self.about_steps(&mut line);
        } else {
            self.about_calls(&mut line);
        }
        line.out.push_str("}\n");
    }

    fn about_relevance(&self, line: &mut Line<'_>) {
        let errors = |line: &mut Line<'_>| {
            line.raw("error", &self.verdict.errors().unwrap_or_default());
            line.text("error_type", self.error_type);
        };
        if self.version == Version::V1 {
            errors(line);
        } else {
            line.json("prompt", self.questions.asked(self.at));
        }
        line.json("model_result", self.row.raw);
        line.value("decoded_result", &self.verdict.decoded_value().unwrap_or(Value::None));
        if self.version != Version::V1 {
            errors(line);
        }
    }

    fn about_steps(&self, line: &mut Line<'_>) {
        line.raw("error", &self.verdict.errors().unwrap_or_default());
        let asked = self.questions.asked(self.at);
        match &self.verdict.wrong {
            Some(Wrong::Answer(fault)) => match &fault.last {
                Some(last) => {
                    let members = members(asked).unwrap_or_default();
                    let question =
                        members.iter().find(|(key, _)| key == "question").map_or("null", |(_, raw)| *raw);
                    line.json("prompt", question);
                    line.json("model_result_raw", self.row.raw);
                    line.value("last_non_fc_message", last);
                }
                None => {
                    line.json("prompt", asked);
                    line.json("model_result", self.row.raw);
                }
            },
            _ => {
                line.json("prompt", &self.questions.prompt(self.at));
                match self.verdict.decoded_value() {
                    Some(decoded) => {
                        line.json("model_result_raw", self.row.raw);
                        line.value("model_result_decoded", &decoded);
                    }
                    None => line.json("model_result", self.row.raw),
                }
            }
        }
        line.json("possible_answer", self.questions.answer(self.at).unwrap_or("null"));
        line.json("inference_log", self.row.log.unwrap_or("\"\""));
    }

    fn about_calls(&self, line: &mut Line<'_>) {
        line.raw("error", &self.verdict.errors().unwrap_or_default());
        line.text("error_type", self.error_type);
        line.json("prompt", self.questions.asked(self.at));
        let decoded = self.verdict.decoded_value();
        match (&self.verdict.wrong, decoded) {
            (Some(Wrong::Shape), Some(decoded)) => {
                line.text("model_result_raw", &str_of(&loads(self.row.raw).unwrap_or(Value::None)));
                line.text("model_result_decoded", &str_of(&decoded));
            }
            (_, decoded) => {
                line.json("model_result_raw", self.row.raw);
                if let Some(decoded) = decoded {
                    line.value("model_result_decoded", &decoded);
                }
            }
        }
        if let Some(answer) = self.questions.answer(self.at) {
            line.json("possible_answer", answer);
        }
    }
}

/// An object in the making.
struct Line<'o> {
    out: &'o mut String,
    empty: bool,
}

impl Line<'_> {
    fn raw(&mut self, key: &str, value: &str) {
        let comma = if std::mem::take(&mut self.empty) { "" } else { ", " };
        let _ = write!(self.out, "{comma}\"{key}\": {value}");
    }

    fn value(&mut self, key: &str, value: &Value<'_>) {
        self.raw(key, "");
        dumps(self.out, value);
    }

    /// A member whose value is JSON. Of a question, part of the line may not have been read before: where it is broken, the
    /// value is null.
    fn json(&mut self, key: &str, raw: &str) {
        self.raw(key, "");
        let start = self.out.len();
        if Reader::new(raw).rewrite(self.out).is_err() {
            self.out.truncate(start);
            self.out.push_str("null");
        }
    }

    fn text(&mut self, key: &str, text: &str) {
        self.value(key, &Value::text(text));
    }
}

/// The score file of a category, whole.
pub fn contents(score: &Score) -> String {
    format!("{}{}", summary(score), score.lines)
}

/// A score file's first line.
fn summary(score: &Score) -> String {
    let accuracy = crate::python::repr(&Value::Float(score.accuracy()));
    let (correct, total) = (score.correct, score.total);
    format!("{{\"accuracy\": {accuracy}, \"correct_count\": {correct}, \"total_count\": {total}}}\n")
}

/// Where a model's score file of a category lies below the folder for scores.
pub fn path(version: Version, model: &Model, score: &Score) -> PathBuf {
    let stem = score.category.name_in(version).unwrap_or(score.category.id);
    let folder = PathBuf::from(&model.name);
    let folder = if version.counts_lines() { folder } else { folder.join(score.category.folder()) };
    folder.join(format!("{}{stem}_score.json", version.score_prefix()))
}

/// Writes every score file, on all threads; 0 takes one per core. It gives how many there are.
///
/// # Errors
/// A folder or file cannot be written.
pub fn write(report: &Report, version: Version, folder: &Path, threads: usize) -> Result<usize> {
    let files: Vec<(&Model, &Score)> =
        report.models.iter().flat_map(|model| model.scores.iter().map(move |score| (model, score))).collect();
    let written = each(threads, &files, |(model, score)| {
        let path = folder.join(path(version, model, score));
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| write_file(&path, score)).map_err(|error| {
            Error::new(format!("{}: cannot be written; check the folder", path.display())).caused_by(error)
        })
    });
    written.into_iter().collect::<Result<Vec<()>>>().map(|files| files.len())
}

fn write_file(path: &Path, score: &Score) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(summary(score).as_bytes())?;
    file.write_all(score.lines.as_bytes())
}

/// An official score file: its summary, and the error type of each failure by the test's position.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) correct: usize,
    pub(crate) total: usize,
    pub(crate) failures: BTreeMap<String, String>,
}

/// Reads a score file; a line number becomes the id of the question on that line.
pub(crate) fn read(path: &Path, version: Version, questions: &Questions) -> Result<Published> {
    let lines = Lines::read(path)?;
    let broken = |number: usize, why: &str| Error::new(format!("{}:{number}: {why}", path.display()));
    let mut published = None;
    for (number, line) in lines.iter() {
        let line = line.map_err(|why| broken(number, why))?;
        let members = members(line).map_err(|fault| broken(number, &fault.to_string()))?;
        let get = |key: &str| members.iter().find(|(known, _)| known == key).map(|(_, raw)| *raw);
        let count = |key: &str| get(key).and_then(|raw| raw.parse::<usize>().ok());
        let Some(published) = &mut published else {
            let (Some(correct), Some(total)) = (count("correct_count"), count("total_count")) else {
                return Err(broken(number, "expected the summary, with `correct_count` and `total_count`"));
            };
            published = Some(Published { correct, total, failures: BTreeMap::new() });
            continue;
        };
        let id = get("id")
            .map(super::benchmark::identity)
            .ok_or_else(|| broken(number, "expected the key `id`"))?;
        let id = match id.parse::<usize>() {
            Ok(line) if version.counts_lines() => {
                questions.ids.get(line.wrapping_sub(1)).cloned().unwrap_or(id)
            }
            _ => id,
        };
        // Of tests with several steps the type stands within the error.
        let within = || {
            let error = crate::python::json::members(get("error")?).ok()?;
            error.into_iter().find(|(key, _)| key == "error_type").map(|(_, raw)| raw)
        };
        let kind = get("error_type").or_else(within).map(super::benchmark::identity).unwrap_or_default();
        published.failures.insert(id, kind);
    }
    published.ok_or_else(|| Error::new(format!("{}: the file is empty; expected a summary", path.display())))
}

/// The score files below a folder, by the folder names on the way and the category.
pub(crate) fn find(
    folder: &Path,
    version: Version,
) -> Result<Vec<(Vec<String>, &'static Category, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: std::io::Error| {
            Error::new(format!("{}: cannot be read", folder.display())).caused_by(error)
        };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let stem = name.strip_suffix(PACKED).unwrap_or(&name).strip_suffix("_score.json");
            let Some(stem) = stem.and_then(|stem| stem.strip_prefix(version.score_prefix())) else {
                continue;
            };
            if let Known::Scored(category) = known(version, stem) {
                let absolute = path.canonicalize().unwrap_or_else(|_| path.clone());
                let names = absolute.parent().into_iter().flat_map(Path::components);
                let names = names.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                found.push((names, category, path));
            }
        }
    }
    found.sort_by_key(|(_, category, path)| {
        (CATEGORIES.iter().position(|known| known.id == category.id), path.clone())
    });
    Ok(found)
}
