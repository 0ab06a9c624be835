//! What stays of a dataset, and what is taken out of it with its reason, as both are written.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toolwright_core::Dialog;

use crate::data::Dataset;
use crate::talk::say;

/// The two files, and how many rows went where.
pub(super) struct Kept {
    path: PathBuf,
    out: Box<dyn Write>,
    removed: Option<(PathBuf, Box<dyn Write>)>,
    counts: Counts,
}

/// How many rows went where.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) kept: u64,
    pub(super) removed: u64,
    pub(super) unreadable: u64,
}

impl Kept {
    /// Opens the files. Neither may be the dataset itself, nor both one.
    pub(super) fn create(data: &Dataset, output: &Path, removed: Option<&Path>) -> Result<Self> {
        super::apart(data.path(), output)?;
        if removed == Some(output) {
            bail!("{}: --removed and -o name one file; give each its own", output.display());
        }
        let out = Box::new(super::create(output)?);
        let removed = removed
            .map(|path| -> Result<(PathBuf, Box<dyn Write>)> {
                super::apart(data.path(), path)?;
                Ok((path.to_path_buf(), Box::new(super::create(path)?)))
            })
            .transpose()?;
        Ok(Self { path: output.to_path_buf(), out, removed, counts: Counts::default() })
    }

    /// Writes a row that stays.
    pub(super) fn keep(&mut self, line: &str) -> Result<()> {
        self.counts.kept += 1;
        lines_to(&self.path, &mut self.out, line)
    }

    /// Notes a row that goes, with its reason.
    pub(super) fn remove(&mut self, why: &Value) -> Result<()> {
        self.counts.removed += 1;
        match &mut self.removed {
            Some((path, out)) => lines_to(path, out, &why.to_string()),
            None => Ok(()),
        }
    }

    /// Notes a row that cannot be read; the first few are told.
    pub(super) fn unreadable(&mut self, data: &Path, place: &str, why: &str, quiet: bool) -> Result<()> {
        self.counts.unreadable += 1;
        if self.counts.unreadable <= 5 && !quiet {
            say(&format!("{}:{place}: left out: {why}", data.display()));
        }
        Ok(())
    }

    /// Writes what is left to be written.
    pub(super) fn finish(mut self) -> Result<Counts> {
        self.out.flush().with_context(|| format!("{}: cannot be written", self.path.display()))?;
        if let Some((path, out)) = &mut self.removed {
            out.flush().with_context(|| format!("{}: cannot be written", path.display()))?;
        }
        Ok(self.counts)
    }
}

/// A dialog as a line of our own format.
pub(super) fn written(dialog: &Dialog) -> Result<String> {
    serde_json::to_string(dialog).context("a dialog cannot be written")
}

/// A share in percent, with a decimal.
pub(super) fn percent(part: u64, of: u64) -> String {
    if of == 0 { "0.0".to_owned() } else { format!("{:.1}", part as f64 * 100.0 / of as f64) }
}

/// Writes a line, or says which file cannot be written.
fn lines_to(path: &Path, out: &mut dyn Write, line: &str) -> Result<()> {
    writeln!(out, "{line}").with_context(|| format!("{}: cannot be written", path.display()))
}
