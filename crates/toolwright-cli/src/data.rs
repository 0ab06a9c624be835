//! Datasets as commands read them: any known format, line by line, on all threads, in order.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use toolwright_core::format::{DatasetFormat, FORMATS, Interner, detect};
use toolwright_core::jsonl::{Items, Lines};
use toolwright_core::{Dialog, nearest, packed};
use toolwright_run::Fate;

/// A dataset to be read.
pub(crate) struct Dataset {
    path: PathBuf,
    format: Option<&'static DatasetFormat>,
    /// Answers that stand in a file of their own beside the questions, by the id of their row.
    answers: HashMap<String, Value>,
}

/// The folder beside a benchmark's questions, and the key of a row, in which answers stand.
const ANSWERS: (&str, &str) = ("possible_answer", "ground_truth");

/// A row as it stands in the file.
enum Raw {
    Text(String),
    Broken(String),
}

/// Where a dialog stands: in `3`, the third row, or in `3.2`, the second part of it where a row holds several dialogs.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The line, or the position in a list, from 1.
    pub(crate) row: usize,
    /// The dialog of the row, from 1.
    pub(crate) part: Option<usize>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.row)?;
        self.part.map_or(Ok(()), |part| write!(f, ".{part}"))
    }
}

/// A dialog of a row, or why it cannot be read.
pub(crate) struct Row {
    pub(crate) place: Place,
    pub(crate) dialog: Result<Dialog, String>,
}

/// So much of a file is looked at to tell one list from lines that are lists.
const HEAD: u64 = 1 << 20;
/// Rows that one thread takes at a time.
const BATCH: usize = 256;

/// The format of this name.
pub(crate) fn format_named(name: &str) -> Result<&'static DatasetFormat> {
    FORMATS.iter().find(|format| format.id == name).ok_or_else(|| {
        let near = nearest(name, FORMATS.iter().map(|format| format.id))
            .map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
        anyhow!("no format is called `{name}`;{near} `toolwright formats` lists them")
    })
}

impl Dataset {
    /// A file, or the accepted dialogs of a run folder.
    pub(crate) fn open(path: &Path, format: Option<&str>) -> Result<Self> {
        let format = format.map(format_named).transpose()?;
        let mut file = path.to_path_buf();
        if path.is_dir() {
            file.push(Fate::Accepted.file_name());
            if !file.exists() {
                bail!(
                    "{}: expected a dataset or a run folder; this folder has no {}",
                    path.display(),
                    Fate::Accepted.file_name()
                );
            }
        } else if !path.exists() {
            bail!("{}: there is no such file or folder; check the path", path.display());
        }
        let answers = answers(&file);
        Ok(Self { path: file, format, answers })
    }

    /// The file that is read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads every row: `map` on all threads, `sink` in the order of the rows.
    pub(crate) fn each<T: Send>(
        &self,
        threads: usize,
        map: impl Fn(Row) -> T + Sync,
        mut sink: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let threads =
            if threads == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { threads };
        let mut readers: Vec<Reader<'_>> =
            (0..threads).map(|_| Reader { of: self, interner: Interner::default() }).collect();
        let mut rows = self.rows()?;
        loop {
            let mut batches: Vec<Vec<(usize, Raw)>> = Vec::new();
            while batches.len() < threads {
                let batch: Vec<(usize, Raw)> = rows.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                batches.push(batch);
            }
            if batches.is_empty() {
                return Ok(());
            }
            let mapped = std::thread::scope(|scope| {
                let map = &map;
                let work = readers.iter_mut().zip(batches);
                let running: Vec<_> = work
                    .map(|(reader, batch)| {
                        scope.spawn(move || {
                            batch
                                .into_iter()
                                .flat_map(|(number, raw)| reader.read(number, raw))
                                .map(map)
                                .collect::<Vec<T>>()
                        })
                    })
                    .collect();
                running
                    .into_iter()
                    .map(|thread| {
                        thread.join().map_err(|_| {
                            anyhow!("{}: reading failed; please report it with the file", self.path.display())
                        })
                    })
                    .collect::<Result<Vec<_>>>()
            })?;
            for one in mapped.into_iter().flatten() {
                sink(one)?;
            }
        }
    }

    /// The rows of JSON Lines or of a JSON list, as they come; packed ones are unpacked on the way.
    fn rows(&self) -> Result<Box<dyn Iterator<Item = (usize, Raw)>>> {
        let place = || format!("{}: cannot be read", self.path.display());
        let file = BufReader::with_capacity(1 << 20, std::fs::File::open(&self.path).with_context(place)?);
        let mut file = packed::open(file).with_context(place)?;
        let start = file.fill_buf().with_context(place)?;
        if let Some(kind) = archived(start) {
            bail!(
                "{}: this is {kind}; expected JSON Lines or a JSON list: unpack it first",
                self.path.display()
            );
        }
        if start.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
            return Ok(rows(Lines::new(file)));
        }
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head).with_context(place)?;
        let lists = many_lists(&head);
        let whole = Cursor::new(head).chain(file);
        Ok(if lists { rows(Lines::new(whole)) } else { rows(Items::new(whole)) })
    }
}

/// The answers that a benchmark keeps in a file of the same name in a folder of its own; none where there is no such file.
fn answers(questions: &Path) -> HashMap<String, Value> {
    let beside =
        questions.parent().zip(questions.file_name()).map(|(dir, name)| dir.join(ANSWERS.0).join(name));
    let Some(Ok(file)) = beside.map(std::fs::File::open) else { return HashMap::new() };
    let Ok(file) = packed::open(BufReader::new(file)) else { return HashMap::new() };
    let rows = Lines::new(file).filter_map(|line| serde_json::from_str::<Value>(&line.ok()?.1).ok());
    let answer = |row: Value| Some((row.get("id")?.as_str()?.to_owned(), row.get(ANSWERS.1)?.clone()));
    rows.filter_map(answer).collect()
}

/// The rows that a stream gives.
fn rows(
    read: impl Iterator<Item = Result<(usize, String), (usize, toolwright_core::Error)>> + 'static,
) -> Box<dyn Iterator<Item = (usize, Raw)>> {
    Box::new(read.map(|row| match row {
        Ok((number, text)) => (number, Raw::Text(text)),
        Err((number, error)) => (number, Raw::Broken(error.to_string())),
    }))
}

/// Whether the first line that says anything is a list of its own, and more follows it.
fn many_lists(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().is_some_and(|line| serde_json::from_slice::<Value>(line).is_ok());
    first && lines.next().is_some()
}

/// What a file is by its first bytes, where that is no text.
fn archived(start: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 5] = [
        (b"\x1f\x8b", "a file packed twice"),
        (b"\x28\xb5\x2f\xfd", "a file packed twice"),
        (b"BZh", "a bzip2 file"),
        (b"PK\x03\x04", "a zip file"),
        (b"PAR1", "a Parquet file"),
    ];
    known.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind)
}

/// A row's JSON error. A row is mostly one line, and then the column alone says where.
fn not_json(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let why = told.split(" at line ").next().unwrap_or(&told);
    let line = if error.line() > 1 { format!("line {}, ", error.line()) } else { String::new() };
    format!("not JSON: {why} at {line}column {}", error.column())
}

/// What a row holds.
enum Dialogs {
    One(Box<Dialog>),
    Several(Vec<Result<Dialog, String>>),
}

/// What one thread keeps while it reads.
struct Reader<'d> {
    of: &'d Dataset,
    interner: Interner,
}

impl Reader<'_> {
    /// The dialogs of a row: one, but for formats that hold several in one.
    fn read(&mut self, row: usize, raw: Raw) -> Vec<Row> {
        let dialogs = match raw {
            Raw::Broken(why) => Err(why),
            Raw::Text(text) => self.text(&text),
        };
        let whole = |dialog| vec![Row { place: Place { row, part: None }, dialog }];
        match dialogs {
            Err(why) => whole(Err(why)),
            Ok(Dialogs::One(dialog)) => whole(Ok(self.share(*dialog))),
            Ok(Dialogs::Several(parts)) => {
                let part = |(at, dialog): (usize, Result<Dialog, String>)| Row {
                    place: Place { row, part: Some(at + 1) },
                    dialog: dialog.map(|dialog| self.share(dialog)),
                };
                parts.into_iter().enumerate().map(part).collect()
            }
        }
    }

    fn share(&mut self, mut dialog: Dialog) -> Dialog {
        self.interner.share(&mut dialog);
        dialog
    }

    fn text(&mut self, text: &str) -> Result<Dialogs, String> {
        // Our own rows need no detour through a value.
        if self.of.format.is_none_or(|format| format.id == FORMATS[0].id)
            && text.contains("\"meta\"")
            && let Ok(dialog) = serde_json::from_str(text)
        {
            return Ok(Dialogs::One(Box::new(dialog)));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
        self.value(&value)
    }

    fn value(&mut self, value: &Value) -> Result<Dialogs, String> {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
        let unknown =
            || format!("the row is of no known format ({}); name one with --format", known.join(", "));
        let mut whole = None;
        let id = value.get("id").and_then(Value::as_str);
        if let Some(answer) =
            id.and_then(|id| self.of.answers.get(id)).filter(|_| value.get(ANSWERS.1).is_none())
            && let Value::Object(row) = value
        {
            let mut row = row.clone();
            row.insert(ANSWERS.1.to_owned(), answer.clone());
            whole = Some(Value::Object(row));
        }
        let value = whole.as_ref().unwrap_or(value);
        let format = self.of.format.or_else(|| detect(value)).ok_or_else(unknown)?;
        let told = |error: toolwright_core::Error| format!("{}: {error}", format.id);
        let Some(parts) = format.parts else {
            return (format.read)(value).map(|dialog| Dialogs::One(Box::new(dialog))).map_err(told);
        };
        let parts = parts(value).map_err(told)?;
        Ok(Dialogs::Several(parts.iter().map(|part| (format.read)(part).map_err(told)).collect()))
    }
}
