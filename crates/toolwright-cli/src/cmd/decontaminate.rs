//! `toolwright decontaminate`: a dataset without what it has in common with benchmarks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use toolwright_verify::dedup::{Clear, Match};

use super::kept::{Kept, percent, written};
use crate::Exit;
use crate::args;
use crate::data::Dataset;
use crate::talk::{self, say};

/// A row's place; and what it has in common with a benchmark, beside its line, or why it cannot be read.
type Looked = (String, Result<(Option<Match>, Result<String>), String>);

pub(crate) fn run(args: &args::Decontaminate) -> Result<Exit> {
    let data = Dataset::open(&args.data, args.format.as_deref())?;
    let clear = benchmarks(&args.against, args.threads)?;
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

/// The items of benchmarks: datasets, or folders of them.
fn benchmarks(paths: &[PathBuf], threads: usize) -> Result<Clear> {
    let mut clear = Clear::default();
    for path in paths {
        let files = files(path)?;
        let before = clear.len();
        let mut why = None;
        for file in &files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A folder holds other files as well; rows that are no dialogs are none of the benchmark.
            Dataset::open(file, None)?.each(
                threads,
                |row| (row.place, row.dialog),
                |(place, dialog)| {
                    match dialog {
                        Ok(dialog) => clear.add(format!("{name}:{place}"), &dialog),
                        Err(error) => {
                            why.get_or_insert(format!("{}:{place}: {error}", file.display()));
                        }
                    }
                    Ok(())
                },
            )?;
        }
        if clear.len() == before {
            bail!(
                "--against {}: no row of it can be read{}",
                path.display(),
                why.map(|why| format!("; the first: {why}")).unwrap_or_default()
            );
        }
    }
    Ok(clear)
}

/// The file, or the files of data in the folder, by name.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    const ENDINGS: [&str; 6] = [".json", ".jsonl", ".json.zst", ".jsonl.zst", ".json.gz", ".jsonl.gz"];
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries =
        std::fs::read_dir(path).with_context(|| format!("--against {}: cannot be read", path.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.is_file() && ENDINGS.iter().any(|end| file.to_string_lossy().ends_with(end)))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("--against {}: the folder holds no file that ends with {}", path.display(), ENDINGS.join(", "));
    }
    Ok(files)
}
