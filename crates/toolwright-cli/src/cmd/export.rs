//! `toolwright export`: a dataset in another format, with a word on what that format cannot hold.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result, bail};
use serde_json::json;
use toolwright_core::Dialog;
use toolwright_core::format::{DatasetFormat, FORMATS};
use toolwright_core::render::{ToolNotation, tool_notation};

use crate::Exit;
use crate::args;
use crate::data::{Dataset, format_named};
use crate::talk::{self, say};

pub(crate) fn run(args: &args::Export) -> Result<Exit> {
    let format = format_named(&args.format)?;
    let Some(write) = format.write else { bail!("{}", only_read(format)) };
    let notation = args.tools_as.as_deref().map(|name| notation_for(format, name)).transpose()?;
    let data = Dataset::open(&args.data, None)?;
    super::apart(data.path(), &args.output)?;
    let mut out = super::create(&args.output)?;
    let (mut written, mut dropped) = (0u64, 0u64);
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let wanted = |dialog: &Dialog| args.split.is_none() || dialog.meta.split == args.split;
    data.each(
        0,
        |row| {
            let place = format!("{}:{}", args.data.display(), row.place);
            if row.dialog.as_ref().is_ok_and(|dialog| !wanted(dialog)) {
                return Ok(None);
            }
            row.dialog
                .and_then(|mut dialog| {
                    if let Some(notation) = notation {
                        dialog.meta.tool_notation = Some(notation.id.into());
                    }
                    write(&dialog).map_err(|error| error.to_string())
                })
                .map(|value| Some(value.to_string()))
                .map_err(|why| (place, why))
        },
        |written_row| {
            match written_row {
                Ok(None) => {}
                Ok(Some(line)) => {
                    writeln!(out, "{line}")
                        .with_context(|| format!("{}: cannot be written", args.output.display()))?;
                    written += 1;
                }
                Err((place, why)) => {
                    dropped += 1;
                    if dropped <= 5 && !args.quiet {
                        say(&format!("{place}: left out: {why}"));
                    }
                    *reasons.entry(why).or_default() += 1;
                }
            }
            Ok(())
        },
    )?;
    out.flush().with_context(|| format!("{}: cannot be written", args.output.display()))?;
    if args.json {
        talk::json(
            &json!({ "out": args.output.display().to_string(), "written": written, "dropped": dropped, "reasons": reasons, "loses": format.loses }),
        )?;
    }
    if !args.quiet {
        say(&format!("{}: {written} rows written, {dropped} left out", args.output.display()));
        if !format.loses.is_empty() {
            say(&format!("{} cannot hold: {}", format.id, format.loses.join("; ")));
        }
    }
    Ok(if dropped > 0 { Exit::Found } else { Exit::Done })
}

/// That a format is none to export to, and which are.
fn only_read(format: &DatasetFormat) -> String {
    let written: Vec<&str> =
        FORMATS.iter().filter(|format| format.write.is_some()).map(|format| format.id).collect();
    format!(
        "--format: rows of `{}` are only read, not written; export to one of {}",
        format.id,
        written.join(", ")
    )
}

/// The notation of this name, for a format that has a use for one.
fn notation_for(format: &DatasetFormat, name: &str) -> Result<&'static ToolNotation> {
    let notation = tool_notation(name).context("--tools-as")?;
    if !format.tools_as_text {
        let others: Vec<&str> =
            FORMATS.iter().filter(|format| format.tools_as_text).map(|format| format.id).collect();
        bail!(
            "--tools-as: rows of `{}` hold the tools as data, not as text; leave it out, or export to {}",
            format.id,
            others.join(" or ")
        );
    }
    Ok(notation)
}
