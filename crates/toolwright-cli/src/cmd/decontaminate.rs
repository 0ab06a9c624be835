//! `toolwright decontaminate`: a dataset without what it has in common with benchmarks.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;
use toolwright_verify::dedup::Match;

use super::kept::{Kept, percent, written};
use crate::Exit;
use crate::args;
use crate::benchmarks::Benchmarks;
use crate::data::Dataset;
use crate::talk::{self, say};

/// A row's place; and what it has in common with a benchmark, beside its line, or why it cannot be read.
type Looked = (String, Result<(Option<Match>, Result<String>), String>);

pub(crate) fn run(args: &args::Decontaminate) -> Result<Exit> {
    let data = Dataset::open(&args.data, args.format.as_deref())?;
    let clear = Benchmarks::read(&args.against, "--against ", args.threads)?.clear;
    let mut kept = Kept::create(&data, &args.output, args.removed.as_deref())?;
    let mut by: BTreeMap<&'static str, u64> = BTreeMap::new();
    data.each(
        args.threads,
        |row| {
            let place = row.place.to_string();
            (place, row.dialog.map(|dialog| (clear.find(&dialog), written(&dialog))))
        },
        |(place, read): Looked| match read {
            Err(why) => kept.unreadable(&args.data, &place, &why, args.quiet),
            Ok((None, line)) => kept.keep(&line?),
            Ok((Some(found), _)) => {
                *by.entry(found.common.name()).or_default() += 1;
                kept.remove(&json!({
                    "row": place,
                    "item": found.item,
                    "common": found.common.name(),
                    "says": found.evidence[0],
                    "item_says": found.evidence[1],
                }))
            }
        },
    )?;
    let counts = kept.finish()?;
    if args.json {
        talk::json(&json!({
            "out": args.output.display().to_string(),
            "items": clear.len(),
            "read": counts.kept + counts.removed,
            "unreadable": counts.unreadable,
            "kept": counts.kept,
            "removed": counts.removed,
            "by": by,
        }))?;
    }
    if !args.quiet {
        let share = percent(counts.removed, counts.kept + counts.removed);
        say(&format!(
            "{}: {} rows kept, {} removed ({share} %) for what they have in common with {} items of benchmarks",
            args.output.display(),
            counts.kept,
            counts.removed,
            clear.len()
        ));
        by.iter().for_each(|(common, count)| say(&format!("  {common}: {count}")));
    }
    Ok(if counts.unreadable > 0 { Exit::Found } else { Exit::Done })
}
