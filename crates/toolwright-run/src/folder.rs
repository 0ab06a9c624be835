//! [`Folder`]: a run folder read back, while it is written or after.
//!
//! Only what the checkpoint speaks of is read: what is behind it may be cut off at any moment.

use std::{
    fs::File,
    io::{BufReader, Read, Take},
    ops::Range,
    path::{Path, PathBuf},
};

use serde_json::Value;
use toolwright_core::{Error, Result, jsonl::Lines};

use crate::{
    Fate, Fold, Shard, Totals,
    checkpoint::{self, Checkpoint},
    files::{cannot, read_if_any},
    identity::{self, RECIPE, TOOLS},
};

pub(crate) const REPORT: &str = "report.json";
pub(crate) const PAGE: &str = "report.html";
pub(crate) const SHARD: &str = "shard.json";

/// A run folder as it was at its last checkpoint.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is.
    pub dir: PathBuf,
    /// The text of `recipe.toml`.
    pub recipe: String,
    /// The bytes of `tools.jsonl`.
    pub tools: Vec<u8>,
    /// Which part of a run it is, if not the whole.
    pub shard: Option<Shard>,
    /// How many indices the whole run has.
    pub n: u64,
    /// What is written.
    pub totals: Totals,
    /// `report.json`, once the run is finished.
    pub report: Option<Value>,
    checkpoint: Checkpoint,
}

impl Folder {
    /// Reads everything but the lines.
    ///
    /// # Errors
    /// Where `dir` is no run folder, or a file of it cannot be read.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let checkpoint = Checkpoint::load(dir)?.ok_or_else(|| {
            Error::new(format!("no run folder: it has no {}", checkpoint::NAME)).at(dir.display())
        })?;
        let shard = read_shard(dir)?;
        let range = identity::range(checkpoint.n, shard);
        Ok(Self {
            dir: dir.to_path_buf(),
            recipe: read_recipe(dir)?,
            tools: read_needed(dir, TOOLS)?,
            shard,
            n: checkpoint.n,
            totals: checkpoint.totals(&range),
            report: if checkpoint.next == range.end { read_report(dir)? } else { None },
            checkpoint,
        })
    }

    /// Whether every index is done and the report is written.
    pub const fn is_finished(&self) -> bool {
        self.report.is_some()
    }

    /// The indices of this run or shard.
    pub fn range(&self) -> Range<u64> {
        identity::range(self.n, self.shard)
    }

    /// The lines of one file, each with its number, from 1.
    ///
    /// # Errors
    /// Where the file cannot be opened; an item is an error where its line cannot be read.
    pub fn lines(&self, fate: Fate) -> Result<impl Iterator<Item = Result<(usize, String)>> + use<>> {
        open_lines(&self.dir, fate, &self.checkpoint)
    }

    /// Every line in the order of a run.
    pub(crate) fn candidates<T>(&self) -> Result<Candidates<T>> {
        Candidates::open(&self.dir, &self.checkpoint, self.range())
    }
}

fn read_needed(dir: &Path, name: &str) -> Result<Vec<u8>> {
    read_if_any(&dir.join(name))?.ok_or_else(|| {
        let why = format!("no {name}, but a {}; the run cannot be told from another one", checkpoint::NAME);
        Error::new(why).at(dir.display())
    })
}

pub(crate) fn read_recipe(dir: &Path) -> Result<String> {
    String::from_utf8(read_needed(dir, RECIPE)?)
        .map_err(|error| Error::new("not UTF-8").at(dir.join(RECIPE).display()).caused_by(error))
}

pub(crate) fn read_tools(dir: &Path) -> Result<Vec<u8>> {
    read_needed(dir, TOOLS)
}

pub(crate) fn read_shard(dir: &Path) -> Result<Option<Shard>> {
    read_json(dir, SHARD)?
        .map(|value| {
            serde_json::from_value(value.get("shard").cloned().unwrap_or_default()).map_err(|error| {
                let why = format!("expected {{\"shard\":\"I/K\"}}: {error}");
                Error::new(why).at(dir.join(SHARD).display()).caused_by(error)
            })
        })
        .transpose()
}

pub(crate) fn read_report(dir: &Path) -> Result<Option<Value>> {
    read_json(dir, REPORT).map_err(|error| {
        let why = format!("{error}; remove the file and run again: it is written anew");
        Error::new(why).caused_by(error)
    })
}

fn read_json(dir: &Path, name: &str) -> Result<Option<Value>> {
    let path = dir.join(name);
    read_if_any(&path)?
        .map(|bytes| {
            serde_json::from_slice(&bytes)
                .map_err(|error| Error::new(format!("not JSON: {error}")).at(path.display()).caused_by(error))
        })
        .transpose()
}

fn open_lines(
    dir: &Path,
    fate: Fate,
    checkpoint: &Checkpoint,
) -> Result<impl Iterator<Item = Result<(usize, String)>> + use<>> {
    let path = dir.join(fate.file_name());
    Ok(raw_lines(&path, checkpoint.extent(fate).bytes)?.map(move |line| {
        line.map_err(|(number, error)| error.at(format_args!("{}:{number}", path.display())))
    }))
}

type Numbered = Lines<BufReader<Take<File>>>;

fn raw_lines(path: &Path, bytes: u64) -> Result<Numbered> {
    let file = File::open(path).map_err(|error| cannot("read", path, error))?;
    Ok(Lines::new(BufReader::with_capacity(256 << 10, file.take(bytes))))
}

/// One line read back.
pub(crate) struct Candidate<T> {
    pub(crate) index: u64,
    pub(crate) fate: Fate,
    pub(crate) text: String,
    pub(crate) item: T,
}

/// The lines of the three files as one stream: by index, and within an index in the order of [`Fate::ALL`].
/// Holds one line of each file at a time.
pub(crate) struct Candidates<T> {
    files: Vec<Reader<T>>,
}

impl<T> Candidates<T> {
    /// Reads the first `checkpoint` of the files in `dir`; every index must be in `range`.
    pub(crate) fn open(dir: &Path, checkpoint: &Checkpoint, range: Range<u64>) -> Result<Self> {
        let files = Fate::ALL
            .into_iter()
            .map(|fate| Reader::open(dir, fate, checkpoint, range.clone()))
            .collect::<Result<_>>()?;
        Ok(Self { files })
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// Where a line cannot be read, or its index is out of order or out of range: file, line and reason.
    pub(crate) fn next<F: Fold<Item = T>>(&mut self, fold: &F) -> Result<Option<Candidate<T>>> {
        for file in &mut self.files {
            file.fill(fold)?;
        }
        let first = self
            .files
            .iter_mut()
            .filter(|file| file.head.is_some())
            .min_by_key(|file| file.head.as_ref().map(|head| (head.index, head.fate.place())));
        Ok(first.and_then(|file| file.head.take()))
    }
}

struct Reader<T> {
    path: PathBuf,
    fate: Fate,
    lines: Numbered,
    /// Lines that the checkpoint speaks of and that are not read yet.
    left: u64,
    lines_said: u64,
    /// Where the next index may be.
    range: Range<u64>,
    head: Option<Candidate<T>>,
}

impl<T> Reader<T> {
    fn open(dir: &Path, fate: Fate, checkpoint: &Checkpoint, range: Range<u64>) -> Result<Self> {
        let path = dir.join(fate.file_name());
        let extent = checkpoint.extent(fate);
        let lines = raw_lines(&path, extent.bytes)?;
        Ok(Self { path, fate, lines, left: extent.lines, lines_said: extent.lines, range, head: None })
    }

    fn fill<F: Fold<Item = T>>(&mut self, fold: &F) -> Result<()> {
        if self.head.is_some() {
            return Ok(());
        }
        let Some(line) = self.lines.next() else { return self.check_end() };
        let (number, text) = line.map_err(|(number, error)| self.at(number, error))?;
        let (index, item) = fold.read(self.fate, &text).map_err(|error| self.at(number, error))?;
        if !self.range.contains(&index) {
            let why = format!(
                "sample index {index}, where {} to {} are expected, in order; the file was changed after \
                it was written",
                self.range.start,
                self.range.end.saturating_sub(1),
            );
            return Err(self.at(number, Error::new(why)));
        }
        if self.left == 0 {
            return Err(self.at(number, Error::new(format!("more lines than {} says", checkpoint::NAME))));
        }
        self.left -= 1;
        self.range.start = index;
        self.head = Some(Candidate { index, fate: self.fate, text, item });
        Ok(())
    }

    fn check_end(&self) -> Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        let why = format!(
            "the line count is {}, where {} says {}; the file was changed after it was written",
            self.lines_said - self.left,
            checkpoint::NAME,
            self.lines_said,
        );
        Err(Error::new(why).at(self.path.display()))
    }

    fn at(&self, number: usize, error: Error) -> Error {
        error.at(format_args!("{}:{number}", self.path.display()))
    }
}
