//! The questions: a folder of the benchmark's files, of any version.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use toolwright_core::{Error, Result};

use super::category::{CATEGORIES, Category, Task, Version};
use super::check::{Offer, offered};
use super::file::Lines;
use super::question::Question;
use crate::python::json::{Reader, members};

/// A folder of the benchmark: `BFCL_v4_….json` with `possible_answer/`, or the like of earlier versions.
#[derive(Debug)]
pub struct Benchmark {
    folder: PathBuf,
    version: Version,
    /// One place for each category; filled when it is first asked for.
    categories: Vec<OnceLock<std::result::Result<Questions, String>>>,
}

/// The questions of one category, in the order of its file.
#[derive(Debug)]
pub(crate) struct Questions {
    pub(crate) ids: Vec<String>,
    pub(crate) questions: Vec<Question>,
    places: HashMap<String, usize>,
    asked: Lines,
    answers: Option<Lines>,
}

impl Questions {
    /// The position of the question with this id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The question's line.
    pub(crate) fn asked(&self, at: usize) -> &str {
        self.asked.line(at)
    }

    /// The raw `ground_truth` of the question.
    pub(crate) fn answer(&self, at: usize) -> Option<&str> {
        truth(self.answers.as_ref()?.line(at)).ok()
    }
}

impl Benchmark {
    /// Finds out which version a folder holds.
    ///
    /// # Errors
    /// There is no such folder, or it holds no questions.
    pub fn open(folder: &Path) -> Result<Self> {
        let entries = std::fs::read_dir(folder).map_err(|error| {
            Error::new(format!(
                "{}: there is no such folder, or it cannot be read; check the path",
                folder.display()
            ))
            .caused_by(error)
        })?;
        let names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        let holds = |version: &Version| {
            let mut stems = CATEGORIES.iter().filter_map(|category| category.name_in(*version));
            stems.any(|stem| names.contains(&format!("{}{stem}.json", version.prefix())))
        };
        let version = Version::ALL.into_iter().find(holds).ok_or_else(|| {
            let expected: Vec<String> = Version::ALL.iter().map(|version| format!("{}….json", version.prefix())).collect();
            Error::new(format!(
                "{}: the folder holds no questions of the benchmark; expected files like {}: give the folder `data` of the \
                 package bfcl-eval, or one like it",
                folder.display(),
                expected.join(", ")
            ))
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            version,
            categories: CATEGORIES.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    /// The benchmark's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The size of a category's file in bytes, as far as it is there: what takes longest is to be read first.
    pub(crate) fn size(&self, category: &Category) -> u64 {
        let stem = category.name_in(self.version).unwrap_or_default();
        let path = self.folder.join(format!("{}{stem}.json", self.version.prefix()));
        path.metadata().map_or(0, |metadata| metadata.len())
    }

    /// The questions of a category.
    ///
    /// # Errors
    /// A file is missing or cannot be read, questions and answers do not belong together, or a line is broken.
    pub(crate) fn questions(&self, category: &'static Category) -> Result<&Questions> {
        let at = CATEGORIES.iter().position(|known| known.id == category.id).unwrap_or_default();
        let read = self.categories[at].get_or_init(|| self.read(category).map_err(|error| error.to_string()));
        read.as_ref().map_err(|why| Error::new(why.clone()))
    }

    fn read(&self, category: &'static Category) -> Result<Questions> {
        let Some(stem) = category.name_in(self.version) else {
            return Err(Error::new(format!(
                "version {} has no category `{}`",
                self.version.name(),
                category.id
            )));
        };
        let name = format!("{}{stem}.json", self.version.prefix());
        let path = self.folder.join(&name);
        let asked = Lines::read(&path)?;
        let answer_path = self.folder.join("possible_answer").join(&name);
        let has_answers = matches!(category.task, Task::Calls(_));
        let answers = if has_answers { Some(Lines::read(&answer_path)?) } else { None };
        if let Some(answers) = &answers
            && answers.len() != asked.len()
        {
            return Err(Error::new(format!(
                "{}: found {} answers for {} questions; expected one each, in the same order",
                answer_path.display(),
                answers.len(),
                asked.len()
            )));
        }
        let (mut ids, mut questions) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
        let mut answer_lines = answers.as_ref().map(|answers| answers.iter());
        for (number, line) in asked.iter() {
            let broken = |path: &Path, number: usize, why: &dyn std::fmt::Display| {
                Error::new(format!("{}:{number}: {why}; is the file whole?", path.display()))
            };
            let line = line.map_err(|why| broken(&path, number, &why))?;
            let (id, offer) = asked_of(line).map_err(|why| broken(&path, number, &why))?;
            let answer = match answer_lines.as_mut().and_then(Iterator::next) {
                None => None,
                Some((number, line)) => {
                    let line = line.map_err(|why| broken(&answer_path, number, &why))?;
                    Some(truth(line).map_err(|why| broken(&answer_path, number, &why))?)
                }
            };
            let question =
                Question::read(category, offer, answer).map_err(|fault| broken(&path, number, &fault))?;
            ids.push(id);
            questions.push(question);
        }
        drop(answer_lines);
        let places = ids.iter().cloned().zip(0..).collect();
        Ok(Questions { ids, questions, places, asked, answers })
    }
}

/// An id, which is a text or a number.
pub(crate) fn identity(raw: &str) -> String {
    match crate::python::json::loads(raw) {
        Ok(crate::python::Value::Str(id)) => id.into_owned(),
        _ => raw.to_owned(),
    }
}

/// The id and the functions of a question.
fn asked_of(line: &str) -> std::result::Result<(String, Offer<'_>), String> {
    let (mut id, mut offer) = (None, None);
    let mut reader = Reader::new(line);
    let read = reader.object(|key, reader| {
        match key.as_ref() {
            "id" => id = Some(identity(reader.raw()?)),
            "function" => offer = Some(offered(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    });
    read.and_then(|()| reader.end()).map_err(|fault| fault.to_string())?;
    Ok((id.ok_or("expected the key `id`")?, offer.ok_or("expected the key `function`")?))
}

/// The raw `ground_truth` of an answer.
fn truth(line: &str) -> std::result::Result<&str, String> {
    let members = members(line).map_err(|fault| fault.to_string())?;
    let found = members.into_iter().find(|(key, _)| key == "ground_truth");
    found.map(|(_, raw)| raw).ok_or_else(|| "expected the key `ground_truth`".to_owned())
}
