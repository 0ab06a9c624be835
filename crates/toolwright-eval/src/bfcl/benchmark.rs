//! The questions: a folder of the benchmark's files, of any version.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use toolwright_core::{Error, Result};

use super::category::{CATEGORIES, Category, Task, Version};
use super::check::{Offer, Shape, called, offered};
use super::file::Lines;
use super::parallel::{each, parts};
use super::question::Question;
use crate::python::json::{Fault, Reader, loads, members};
use crate::python::{Dict, Value, dumps};
use crate::world::Large;

/// A folder of the benchmark: `BFCL_v4_….json` with `possible_answer/`, or the like of earlier versions.
#[derive(Debug)]
pub struct Benchmark {
    folder: PathBuf,
    version: Version,
    /// The module with what services tell in the category for long contexts, where it was named.
    long_context: Option<PathBuf>,
    /// What it says; read when it is first asked for.
    large: OnceLock<std::result::Result<Arc<Large>, String>>,
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
    documents: Documents,
}

/// The services' methods as the benchmark documents them, raw, by name; for the category that holds some back.
type Documents = HashMap<String, String>;

impl Questions {
    /// The position of the question with this id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The question's line.
    pub(crate) fn asked(&self, at: usize) -> &str {
        self.asked.line(at)
    }

    /// The question's line with the documents of the methods that it holds back, as score files show it.
    pub(crate) fn prompt(&self, at: usize) -> Cow<'_, str> {
        let asked = self.asked(at);
        let Ok(Value::Dict(mut question)) = loads(asked) else { return asked.into() };
        let held = question.get("missed_function").filter(|_| !self.documents.is_empty());
        let Some(Value::Dict(held)) = held else { return asked.into() };
        let document = |name: &Value<'_>| loads(self.documents.get(name.as_str()?)?).ok();
        let turn = |(turn, names): &(Value<'_>, Value<'_>)| match names {
            Value::List(names) => {
                let documents = names.iter().filter_map(document).map(Value::into_owned);
                (turn.clone().into_owned(), Value::List(documents.collect()))
            }
            other => (turn.clone().into_owned(), other.clone().into_owned()),
        };
        let held = Value::Dict(Dict::of(held.iter().map(turn).collect()));
        question.insert(Value::text("missed_function"), held);
        let mut line = String::new();
        dumps(&mut line, &Value::Dict(question));
        line.into()
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
            let mut stems = CATEGORIES.iter().filter_map(|category| category.file_in(*version));
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
            long_context: None,
            large: OnceLock::new(),
            categories: CATEGORIES.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    /// Names the official package's module `long_context.py`, for the category `multi_turn_long_context`. Without it, it is looked for beside the questions, and where
    /// the package has it.
    #[must_use]
    pub fn with_long_context(self, path: &Path) -> Self {
        Self { long_context: Some(path.to_owned()), ..self }
    }

    /// The benchmark's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Whether the folder has questions of a category.
    pub fn holds(&self, category: &Category) -> bool {
        let stem = category.file_in(self.version);
        stem.is_some_and(|stem| self.folder.join(format!("{}{stem}.json", self.version.prefix())).is_file())
    }

    /// The questions of a category.
    ///
    /// # Errors
    /// A file is missing or cannot be read, questions and answers do not belong together, or a line is broken.
    pub(crate) fn questions(&self, category: &'static Category) -> Result<&Questions> {
        let read = self.place(category).get_or_init(|| {
            let source = Source::read(self, category).map_err(|error| error.to_string())?;
            let compiled = source.compile(0..source.asked.len());
            source.finish([compiled])
        });
        read.as_ref().map_err(|why| Error::new(why.clone()))
    }

    /// Reads the questions of several categories on all threads; [`questions`](Self::questions) then has them.
    pub(crate) fn load(&self, categories: &[&'static Category], threads: usize) {
        let sources = each(threads, categories, |category| Source::read(self, category));
        let length = |source: &Result<Source>| source.as_ref().map_or(0, |source| source.asked.len());
        let parts = parts(sources.iter().map(length));
        let compiled = each(threads, &parts, |(file, lines)| match &sources[*file] {
            Ok(source) => source.compile(lines.clone()),
            Err(_) => Ok(Vec::new()),
        });
        let mut compiled = parts.iter().map(|(file, _)| *file).zip(compiled).peekable();
        for (at, (source, category)) in sources.into_iter().zip(categories).enumerate() {
            let own = std::iter::from_fn(|| compiled.next_if(|(file, _)| *file == at)).map(|(_, part)| part);
            let questions = match source {
                Ok(source) => source.finish(own),
                Err(error) => Err(error.to_string()),
            };
            let _ = self.place(category).set(questions);
        }
    }

    /// The module with what services tell in the category for long contexts: beside the questions, or where the package has it.
    fn large(&self) -> std::result::Result<Arc<Large>, String> {
        let read = self.large.get_or_init(|| {
            let beside = self.folder.join(LARGE);
            let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
            let package = folder.parent().unwrap_or(&folder).join(LARGE_IN_PACKAGE).join(LARGE);
            let found = || [beside, package].into_iter().find(|path| path.is_file());
            match self.long_context.clone().or_else(found) {
                Some(path) => Large::read(&path).map(Arc::new).map_err(|error| error.to_string()),
                None => Err(format!(
                    "{}: found no {LARGE}, which multi_turn_long_context needs; give --long-context FILE, the package's \
                     {LARGE_IN_PACKAGE}/{LARGE}, or the folder `data` of an installed bfcl-eval",
                    self.folder.display()
                )),
            }
        });
        read.clone()
    }

    fn place(&self, category: &Category) -> &OnceLock<std::result::Result<Questions, String>> {
        let at = CATEGORIES.iter().position(|known| known.id == category.id).unwrap_or_default();
        &self.categories[at]
    }
}

/// The module for long contexts, and its folder beside the package's data.
const LARGE: &str = "long_context.py";
const LARGE_IN_PACKAGE: &str = "eval_checker/multi_turn_eval/func_source_code";

/// Questions with their ids, or what is wrong with a line.
type Compiled = std::result::Result<Vec<(String, Question)>, String>;

/// The files of a category.
struct Source {
    category: &'static Category,
    path: PathBuf,
    answer_path: PathBuf,
    asked: Lines,
    answers: Option<Lines>,
    documents: Documents,
    large: Option<Arc<Large>>,
}

impl Source {
    fn read(benchmark: &Benchmark, category: &'static Category) -> Result<Self> {
        let version = benchmark.version;
        let Some(stem) = category.file_in(version) else {
            return Err(Error::new(format!("version {} has no category `{}`", version.name(), category.id)));
        };
        let name = format!("{}{stem}.json", version.prefix());
        let path = benchmark.folder.join(&name);
        let answer_path = benchmark.folder.join("possible_answer").join(&name);
        let asked = Lines::read(&path)?;
        let large = match category.task {
            Task::Turns { large: true } => Some(benchmark.large().map_err(Error::new)?),
            _ => None,
        };
        let documents = match category.id {
            "multi_turn_miss_func" => documents(&benchmark.folder.join("multi_turn_func_doc"))?,
            _ => Documents::new(),
        };
        let has_answers = !category.is_about_relevance();
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
        Ok(Self { category, path, answer_path, asked, answers, documents, large })
    }

    fn compile(&self, lines: Range<usize>) -> Compiled {
        let broken = |path: &Path, number: usize, why: &dyn std::fmt::Display| {
            format!("{}:{number}: {why}; is the file whole?", path.display())
        };
        let mut answers = self.answers.as_ref().map(|answers| answers.range(lines.clone()));
        let compile = |(number, line): (usize, std::result::Result<&str, &str>)| {
            let line = line.map_err(|why| broken(&self.path, number, &why))?;
            let answer = match answers.as_mut().and_then(Iterator::next) {
                None => None,
                Some((number, line)) => {
                    let line = line.map_err(|why| broken(&self.answer_path, number, &why))?;
                    Some(truth(line).map_err(|why| broken(&self.answer_path, number, &why))?)
                }
            };
            if let Some(answer) = answer.filter(|_| !self.category.is_single_turn()) {
                let (id, large) = (id_of(line, self.category), self.large.clone());
                let id = id.map_err(|why| broken(&self.path, number, &why))?;
                let question = Question::of_steps(self.category, line, answer, large);
                return Ok((id, question.map_err(|why| broken(&self.path, number, &why))?));
            }
            let (id, offer) =
                asked_of(line, self.category, answer).map_err(|why| broken(&self.path, number, &why))?;
            let question = Question::read(self.category, &offer, answer);
            Ok((id, question.map_err(|fault| broken(&self.path, number, &fault))?))
        };
        self.asked.range(lines).map(compile).collect()
    }

    fn finish(self, parts: impl IntoIterator<Item = Compiled>) -> std::result::Result<Questions, String> {
        let (mut ids, mut questions) =
            (Vec::with_capacity(self.asked.len()), Vec::with_capacity(self.asked.len()));
        for part in parts {
            for (id, question) in part? {
                ids.push(id);
                questions.push(question);
            }
        }
        let places = ids.iter().cloned().zip(0..).collect();
        let Self { asked, answers, documents, .. } = self;
        Ok(Questions { ids, questions, places, asked, answers, documents })
    }
}

/// The documents in a folder; none where it is not there.
fn documents(folder: &Path) -> Result<Documents> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Documents::new()) };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut found = Documents::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
        let lines = Lines::read(path)?;
        for (_, line) in lines.iter() {
            let Ok(line) = line else { continue };
            let name = members(line).ok().and_then(|members| {
                members.into_iter().find(|(key, _)| key == "name").map(|(_, raw)| identity(raw))
            });
            if let Some(name) = name {
                found.insert(name, line.to_owned());
            }
        }
    }
    Ok(found)
}

/// An id, which is a text or a number.
pub(crate) fn identity(raw: &str) -> String {
    match crate::python::json::loads(raw) {
        Ok(crate::python::Value::Str(id)) => id.into_owned(),
        _ => raw.to_owned(),
    }
}

/// The id of a question in a category whose file others share: there it has the file's name, and in results the category's.
fn id_of(line: &str, category: &Category) -> std::result::Result<String, String> {
    let members = members(line).map_err(|fault| fault.to_string())?;
    let id = members.iter().find(|(key, _)| key == "id").map(|(_, raw)| identity(raw));
    let id = id.ok_or("expected the key `id`")?;
    Ok(match category.task {
        Task::Answer => id.replace(category.file_in(Version::V4).unwrap_or(category.id), category.id),
        _ => id,
    })
}

/// The id of a question and those of its functions that matter: none where no call is checked, the first in simple
/// categories, else those that the answer calls. The line is read no further than to these.
fn asked_of<'a>(
    line: &'a str,
    category: &Category,
    answer: Option<&str>,
) -> std::result::Result<(String, Offer<'a>), String> {
    let called = answer.map(called).transpose().map_err(|fault| fault.to_string())?.flatten();
    let enough = |offer: &[(String, &str)]| match (category.task, &called) {
        (Task::Calls(Shape::Simple), Some(_)) => !offer.is_empty(),
        (Task::Calls(_), Some(called)) => {
            called.iter().all(|name| offer.iter().any(|(known, _)| known == name))
        }
        _ => false,
    };
    let (mut id, mut offer, mut functions) = (None, Offer::new(), false);
    let mut reader = Reader::new(line);
    let read = reader.object(|key, reader| {
        match key.as_ref() {
            "id" => id = Some(identity(reader.raw()?)),
            "function" if answer.is_some() => {
                functions = true;
                // What stands behind the functions is looked at only where the id is still to come.
                let known = id.is_some();
                offered(reader, &mut offer, |offer| known && enough(offer))?;
            }
            _ => reader.skip()?,
        }
        if id.is_some() && answer.is_none() { Err(Fault::ENOUGH) } else { Ok(()) }
    });
    match read.and_then(|()| reader.end()) {
        Err(fault) if fault != Fault::ENOUGH => return Err(fault.to_string()),
        _ => {}
    }
    let id = id.ok_or("expected the key `id`")?;
    (functions || answer.is_none())
        .then_some((id, offer))
        .ok_or_else(|| "expected the key `function`".to_owned())
}

/// The raw `ground_truth` of an answer.
fn truth(line: &str) -> std::result::Result<&str, String> {
    let members = members(line).map_err(|fault| fault.to_string())?;
    let found = members.into_iter().find(|(key, _)| key == "ground_truth");
    found.map(|(_, raw)| raw).ok_or_else(|| "expected the key `ground_truth`".to_owned())
}
