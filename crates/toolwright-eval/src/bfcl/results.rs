//! Results: the files that models' answers are in, and the answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toolwright_core::{Error, Result};

use super::category::{CATEGORIES, Category, Group, Known, Version, known};
use super::decode::Answer;
use super::file::{Lines, PACKED};
use crate::python::json::Reader;

/// Result files found below a folder, by model.
#[derive(Debug, Default)]
pub struct Results {
    /// Models by name.
    pub(crate) models: BTreeMap<String, Vec<(&'static Category, PathBuf)>>,
    /// Categories that files are there for and that are not scored, with how many.
    pub(crate) not_scored: BTreeMap<String, usize>,
    /// What is wrong with other files.
    pub(crate) problems: Vec<String>,
}

/// Folders below a model's own.
const INNER: &[&str] = &[
    Group::NonLive.name(),
    Group::Live.name(),
    Group::MultiTurn.name(),
    Group::Agentic.name(),
    "memory",
    "kv",
    "vector",
    "rec_sum",
    "format_sensitivity",
    "result",
    "results",
];

/// Folders are searched this deep.
const MAX_DEPTH: usize = 12;

const SUFFIX: &str = "_result.json";

impl Results {
    /// Finds the result files of this version below a folder. A model's name is that of the folder above `result/` and
    /// above the folders of groups; models of the same name have the folders above with it.
    ///
    /// # Errors
    /// There is no such folder, it holds no result files, or only those of another version.
    pub fn find(folder: &Path, version: Version) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::new(format!("{}: there is no such folder; check the path", folder.display())));
        }
        let mut files = Vec::new();
        walk(folder, 0, &mut files)?;
        files.sort();
        let mut found = Self::default();
        let mut others: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_folder: BTreeMap<PathBuf, Vec<(&'static Category, PathBuf)>> = BTreeMap::new();
        for path in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(PACKED).unwrap_or(&name).strip_suffix(SUFFIX) else {
                continue;
            };
            let Some(category) = stem.strip_prefix(version.prefix()) else {
                let other = Version::ALL.iter().find(|version| stem.starts_with(version.prefix()));
                *others.entry(other.map_or("no known version", |version| version.name())).or_default() += 1;
                continue;
            };
            match known(version, category) {
                Known::Scored(category) => {
                    by_folder.entry(model_folder(&path)).or_default().push((category, path))
                }
                Known::NotScored => *found.not_scored.entry(category.to_owned()).or_default() += 1,
                Known::Unknown => {
                    let near = toolwright_core::nearest(
                        category,
                        CATEGORIES.iter().filter_map(|known| known.name_in(version)),
                    );
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    found
                        .problems
                        .push(format!("{}: no category is called `{category}`{near}", path.display()));
                }
            }
        }
        for (version, files) in &others {
            found.problems.push(format!(
                "{}: {files} result files are of {version}; they are passed over, because the questions are of another version",
                folder.display()
            ));
        }
        if by_folder.is_empty() && found.not_scored.is_empty() {
            let expected = format!("{}<category>{SUFFIX}", version.prefix());
            let told = if found.problems.is_empty() {
                String::new()
            } else {
                format!("; {}", found.problems.join("; "))
            };
            return Err(Error::new(format!(
                "{}: found no result files; expected {expected} in it or below{told}",
                folder.display()
            )));
        }
        found.name_models(folder, by_folder);
        Ok(found)
    }

    fn name_models(&mut self, root: &Path, by_folder: BTreeMap<PathBuf, Vec<(&'static Category, PathBuf)>>) {
        let last = |path: &Path| {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            path.file_name().map_or_else(|| "results".to_owned(), |name| name.to_string_lossy().into_owned())
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for folder in by_folder.keys() {
            *counts.entry(last(folder)).or_default() += 1;
        }
        for (folder, mut files) in by_folder {
            let mut name = last(&folder);
            if counts.get(&name).is_some_and(|count| *count > 1) {
                name = folder.strip_prefix(root).unwrap_or(&folder).to_string_lossy().into_owned();
            }
            files.sort_by_key(|(category, _)| CATEGORIES.iter().position(|known| known.id == category.id));
            for (at, (category, path)) in files.iter().enumerate() {
                if files[..at].iter().any(|(before, _)| before.id == category.id) {
                    let twice =
                        "the model has another file of this category, which is scored; take one of them away";
                    self.problems.push(format!("{}: {twice}", path.display()));
                }
            }
            files.dedup_by_key(|(category, _)| category.id);
            self.models.insert(name, files);
        }
    }

    /// The models' names.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }

    /// Keeps only some models.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.models.retain(|model, _| wanted(model));
    }

    /// Categories of the benchmark that there are files of and that are not scored here, each with how many.
    pub fn not_scored(&self) -> impl Iterator<Item = (&str, usize)> {
        self.not_scored.iter().map(|(category, files)| (category.as_str(), *files))
    }
}

/// The folder that a result file's model has for itself.
fn model_folder(path: &Path) -> PathBuf {
    let mut folder = path.parent().unwrap_or(Path::new("")).to_owned();
    loop {
        // A name such as `..` says nothing; what it stands for does.
        let name = match folder.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => folder
                .canonicalize()
                .ok()
                .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
                .unwrap_or_default(),
        };
        if !INNER.contains(&name.as_str()) {
            return folder;
        }
        let above = match folder.file_name() {
            Some(_) => folder.parent().map(Path::to_owned).unwrap_or_default(),
            None => folder.join(".."),
        };
        folder = if above.as_os_str().is_empty() { PathBuf::from(".") } else { above };
    }
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed =
        |error: std::io::Error| Error::new(format!("{}: cannot be read", folder.display())).caused_by(error);
    if depth > MAX_DEPTH {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            walk(&path, depth + 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// One row of a result file.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Its line, from 1.
    pub(crate) number: usize,
    pub(crate) id: String,
    /// The raw text of the result.
    pub(crate) raw: &'a str,
    /// The raw log of how it came about, where there is one.
    pub(crate) log: Option<&'a str>,
    pub(crate) answer: Answer<'a>,
}

/// The rows of a result file; `Err` is a line and what is wrong with it.
pub(crate) fn rows(lines: &Lines) -> impl Iterator<Item = std::result::Result<Row<'_>, (usize, String)>> {
    lines.iter().map(|(number, line)| {
        let line = line.map_err(|why| (number, why.to_owned()))?;
        let (mut id, mut raw, mut log) = (None, None, None);
        let mut reader = Reader::new(line);
        let read = reader.object(|key, reader| {
            match key.as_ref() {
                "id" => id = Some(super::benchmark::identity(reader.raw()?)),
                "result" => raw = Some(reader.raw()?),
                "inference_log" => log = Some(reader.raw()?),
                _ => reader.skip()?,
            }
            Ok(())
        });
        read.and_then(|()| reader.end()).map_err(|fault| (number, fault.to_string()))?;
        let id = id.ok_or_else(|| (number, "expected the key `id`".to_owned()))?;
        let raw = raw.ok_or_else(|| (number, "expected the key `result`".to_owned()))?;
        let answer = Answer::read(raw).map_err(|fault| (number, format!("the result is {fault}")))?;
        Ok(Row { number, id, raw, log, answer })
    })
}
