//! `toolwright dedup`: a dataset without what nearly repeats an earlier row.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;
use toolwright_core::Dialog;
use toolwright_verify::dedup::{Sketch, Twins, sketch};

use super::kept::Kept;
use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::talk::{self, say};

/// A row's place; and its sketch, beside its line, or why it cannot be read.
type Looked = (String, Result<(Sketch, Result<String>), String>);

pub(crate) fn run(args: &args::Dedup) -> Result<Exit> {
    let data = Dataset::open(&args.data, args.format.as_deref())?;
    let mut kept = Kept::create(&data, &args.output, args.removed.as_deref())?;
    let mut twins = Twins::new(args.similarity);
    // Where each dialog that was kept stands.
    let mut places: Vec<String> = Vec::new();
    data.each(
        args.threads,
        |row| {
            let place = row.place.to_string();
            (place, row.dialog.map(|dialog| (sketch(&dialog), written(&dialog))))
        },
        |(place, read): Looked| {
            let (sketch, line) = match read {
                Ok(read) => read,
                Err(why) => return kept.unreadable(&args.data, &place, &why, args.quiet),
            };
            match twins.keep(sketch) {
                None => {
                    places.push(place);
                    kept.keep(&line?)
                }
                Some(twin) => {
                    let of = places.get(twin.at).map(String::as_str).unwrap_or_default();
                    let similarity = (twin.similarity * 1000.0).round() / 1000.0;
                    kept.remove(&json!({ "row": place, "like": of, "similarity": similarity }))
                }
            }
        },
    )?;
    let counts = kept.finish()?;
    if args.json {
        talk::json(&json!({
            "out": args.output.display().to_string(),
            "read": counts.kept + counts.removed,
            "unreadable": counts.unreadable,
            "kept": counts.kept,
            "removed": counts.removed,
        }))?;
    }
    if !args.quiet {
        let share = percent(counts.removed, counts.kept + counts.removed);
        say(&format!(
            "{}: {} rows kept, {} removed as nearly the same as an earlier one ({share} %)",
            args.output.display(),
            counts.kept,
            counts.removed
        ));
    }
    Ok(if counts.unreadable > 0 { Exit::Found } else { Exit::Done })
}

/// A dialog as a line of our own format.
pub(super) fn written(dialog: &Dialog) -> Result<String> {
    serde_json::to_string(dialog).context("a dialog cannot be written")
}

/// A share in percent, with a decimal.
pub(super) fn percent(part: u64, of: u64) -> String {
    if of == 0 { "0.0".to_owned() } else { format!("{:.1}", part as f64 * 100.0 / of as f64) }
}

/// A file to be written, at the end of which nothing is lost.
pub(super) fn lines_to(path: &Path, out: &mut dyn Write, line: &str) -> Result<()> {
    writeln!(out, "{line}").with_context(|| format!("{}: cannot be written", path.display()))
}
