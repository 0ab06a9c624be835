//! Bytes to a JSON value: JSON, one JSON value a line, YAML, a CSV table or plain text.
//!
//! A table (`.csv`, with a header) is the list of its rows, each an object with the header's names as keys and text as
//! values; columns without a name are left out. Plain text (`.txt`) and Python are one string.

use std::collections::HashSet;

use serde_json::{Map, Value};
use toolwright_core::{Error, Result};

use super::{MAX_BYTES, Skipped};

/// YAML nodes that are read at most, aliases counted as often as they are used.
const NODES: usize = 8_000_000;
/// Cells of a table that are read at most.
const CELLS: usize = 8_000_000;
/// The longest name of a table's column, in bytes; every row holds it once more.
const COLUMN: usize = 100;

/// A document as one value.
pub(super) struct Document {
    /// The value; a line-based file is the list of its lines.
    pub(super) value: Value,
    /// Lines that could not be read.
    pub(super) skipped: Vec<Skipped>,
}

impl Document {
    const fn whole(value: Value) -> Self {
        Self { value, skipped: Vec::new() }
    }
}

/// Reads a document by its first character and its name.
pub(super) fn document(name: &str, bytes: &[u8]) -> Result<Document> {
    let text = text(bytes)?;
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match text.trim_start().chars().next() {
        Some(_) if super::python::is_python(name) => Ok(Document::whole(text.into())),
        None => Err(Error::new(
            "the file is empty; expected an OpenAPI document or a list of function definitions",
        )),
        Some(_) if ending == "csv" => table(name, text),
        Some(_) if ending == "txt" => Ok(Document::whole(text.into())),
        Some('<') => Err(Error::new(
            "the file is HTML or XML; expected JSON or YAML (was a web page saved in place of the document?)",
        )),
        Some('{' | '[') if ending != "yaml" && ending != "yml" => json(name, text),
        _ if ending == "jsonl" => json(name, text),
        // JSON is YAML, but its own reader is faster and says more.
        _ => serde_json::from_str(text).or_else(|_| yaml(text)).map(Document::whole),
    }
}

fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::new(format!("the file has more than {} MB; split it", MAX_BYTES >> 20)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::new("the file is UTF-16; save it as UTF-8"));
    }
    let packed: [&[u8]; 4] = [b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!"];
    if packed.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Error::new(
            "the file is compressed in a way that is not read (.gz, .zst, .zip and .tar are); unpack it first",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let why = format!("the file is not UTF-8 from byte {} on; save it as UTF-8", error.valid_up_to());
        Error::new(why).caused_by(error)
    })
}

fn json(name: &str, text: &str) -> Result<Document> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(Document::whole(value)),
        Err(error) => error,
    };
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if name.ends_with(".jsonl") || serde_json::from_str::<Value>(first).is_ok() {
        return lines(name, text);
    }
    let why = match error.to_string() {
        why if why.contains("recursion limit") => {
            why.replace("recursion limit exceeded", "nested deeper than 128 levels")
        }
        why => why,
    };
    Err(Error::new(format!("the file is no JSON: {why}")).caused_by(error))
}

fn lines(name: &str, text: &str) -> Result<Document> {
    let (mut values, mut skipped) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(value) => values.push(value),
            Err(error) => {
                // The reader's own "line 1" would mislead here.
                let why = error.to_string();
                let why = why.split(" at line ").next().unwrap_or_default();
                let reason = format!("the line is no JSON: {why} at column {}", error.column());
                skipped.push(Skipped::new(name, format!("line {}", at + 1), reason));
            }
        }
    }
    if values.is_empty() {
        return Err(Error::new("no line of the file is JSON; expected one function definition a line"));
    }
    Ok(Document { value: Value::Array(values), skipped })
}

/// A CSV table. A row of another length than the header's is skipped: no one knows which cell is which.
fn table(name: &str, text: &str) -> Result<Document> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let broken = |error: csv::Error| {
        Error::new(format!("the file is no table of comma-separated values: {error}")).caused_by(error)
    };
    let header = reader.headers().map_err(broken)?.clone();
    let columns = columns(&header)?;
    let (mut rows, mut skipped, mut left) = (Vec::new(), Vec::new(), CELLS);
    for record in reader.records() {
        let record = record.map_err(broken)?;
        left = left
            .checked_sub(record.len())
            .ok_or_else(|| Error::new(format!("the table has more than {CELLS} cells; split it")))?;
        if record.len() != header.len() {
            let line = record.position().map_or(0, csv::Position::line);
            let reason =
                format!("the row has {} cells; the header has {} columns", record.len(), header.len());
            skipped.push(Skipped::new(name, format!("line {line}"), reason));
            continue;
        }
        let cells = columns.iter().filter_map(|(at, column)| Some((*column, record.get(*at)?)));
        let row: Map<_, _> = cells.map(|(column, cell)| (column.to_string(), cell.into())).collect();
        rows.push(Value::Object(row));
    }
    if rows.is_empty() {
        return Err(Error::new("the table has no row that fits its header; expected one tool a row"));
    }
    Ok(Document { value: rows.into(), skipped })
}

/// The columns that have a name, by place.
fn columns(header: &csv::StringRecord) -> Result<Vec<(usize, &str)>> {
    let mut seen = HashSet::new();
    let columns: Vec<_> =
        header.iter().map(str::trim).enumerate().filter(|(_, name)| !name.is_empty()).collect();
    for (at, name) in &columns {
        if name.len() > COLUMN {
            let why =
                format!("column {} has a name of {} bytes; at most {COLUMN} are read", at + 1, name.len());
            return Err(Error::new(why));
        }
        if !seen.insert(*name) {
            return Err(Error::new(format!(
                "the table has two columns `{name}`; each needs a name of its own"
            )));
        }
    }
    Ok(columns)
}

fn yaml(text: &str) -> Result<Value> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 128,
            max_nodes: NODES,
            max_events: 2 * NODES,
            max_total_scalar_bytes: MAX_BYTES as usize,
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        // `no`, `on` and `y` are words in YAML 1.2.
        strict_booleans: true,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        ignore_binary_tag_for_string: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default().trim_end_matches(':');
        Error::new(format!("the file is no YAML: {why}")).caused_by(why.to_string())
    })
}
