//! `toolwright dedup`: a dataset without what nearly repeats an earlier row.

use anyhow::Result;
use serde_json::json;
use toolwright_verify::dedup::{Sketch, Twins, sketch};

use super::kept::{Kept, percent, written};
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
