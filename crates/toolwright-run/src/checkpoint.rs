//! `checkpoint.json`: how far a run got, written only after the data it speaks of is on the disk.

use std::path::Path;

use serde::{Deserialize, Serialize};
use toolwright_core::{Error, Result};

use crate::{
    Fate,
    files::{read_if_any, replace},
};

pub(crate) const NAME: &str = "checkpoint.json";

/// The version of the folder's layout; another one is refused.
const FORMAT: u32 = 1;

/// How much a run has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Indices that are done.
    pub done: u64,
    /// Indices that this run (or shard) has.
    pub of: u64,
    /// Lines of `dialogs.jsonl`.
    pub accepted: u64,
    /// Lines of `rejected.jsonl`.
    pub rejected: u64,
    /// Lines of `undecided.jsonl`.
    pub undecided: u64,
}

impl Totals {
    /// What was not accepted, in words.
    pub(crate) fn said(&self) -> String {
        match self.undecided {
            0 => format!("{} rejected", self.rejected),
            undecided => format!("{} rejected, {undecided} undecided", self.rejected),
        }
    }
}

/// How long a data file was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extent {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    format: u32,
    /// The indices of the whole run, also in a shard's checkpoint.
    pub(crate) n: u64,
    /// The first index that is not written.
    pub(crate) next: u64,
    pub(crate) dialogs: Extent,
    pub(crate) rejected: Extent,
    pub(crate) undecided: Extent,
}

impl Checkpoint {
    /// Nothing written yet; `next` is the first index of the run or shard.
    pub(crate) fn new(n: u64, next: u64) -> Self {
        let none = Extent::default();
        Self { format: FORMAT, n, next, dialogs: none, rejected: none, undecided: none }
    }

    /// Reads the checkpoint of a folder; `None` where there is none.
    pub(crate) fn load(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(NAME);
        let Some(bytes) = read_if_any(&path)? else { return Ok(None) };
        let parsed = serde_json::from_slice::<serde_json::Value>(&bytes).map(|value| {
            let format = value.get("format").and_then(serde_json::Value::as_u64);
            (format, serde_json::from_value::<Self>(value))
        });
        match parsed {
            Ok((Some(format), _)) if format != u64::from(FORMAT) => Err(Error::new(format!(
                "the folder has format {format}, and this version reads {FORMAT}; go on with the version \
                that wrote it, or use another --out"
            ))
            .at(path.display())),
            Ok((_, Ok(checkpoint))) => Ok(Some(checkpoint)),
            Ok((_, Err(error))) | Err(error) => Err(Error::new(format!(
                "not a checkpoint: {error}; it is only ever written whole, so something else changed it: \
                use another --out"
            ))
            .at(path.display())
            .caused_by(error)),
        }
    }

    pub(crate) fn save(&self, dir: &Path) -> Result<()> {
        let mut bytes = serde_json::to_vec(self)
            .map_err(|error| Error::new(format!("cannot write {NAME}: {error}")).caused_by(error))?;
        bytes.push(b'\n');
        replace(dir, NAME, &bytes)
    }

    pub(crate) const fn extent(&self, fate: Fate) -> Extent {
        match fate {
            Fate::Accepted => self.dialogs,
            Fate::Rejected => self.rejected,
            Fate::Undecided => self.undecided,
        }
    }

    pub(crate) const fn set_extent(&mut self, fate: Fate, extent: Extent) {
        match fate {
            Fate::Accepted => self.dialogs = extent,
            Fate::Rejected => self.rejected = extent,
            Fate::Undecided => self.undecided = extent,
        }
    }

    /// The totals of a run over this range.
    pub(crate) const fn totals(&self, range: &std::ops::Range<u64>) -> Totals {
        Totals {
            done: self.next.saturating_sub(range.start),
            of: range.end.saturating_sub(range.start),
            accepted: self.dialogs.lines,
            rejected: self.rejected.lines,
            undecided: self.undecided.lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_checkpoint_is_said() {
        let scratch = tempfile::tempdir().expect("a folder");
        assert_eq!(Checkpoint::load(scratch.path()).expect("none"), None);
        let path = scratch.path().join(NAME);
        let said = |text: &str| {
            std::fs::write(&path, text).expect("written");
            let error = Checkpoint::load(scratch.path()).expect_err("no checkpoint").to_string();
            error.strip_prefix(&format!("{}: ", path.display())).expect("names the file").to_string()
        };
        assert_eq!(
            said(r#"{"format": 2, "later": 1}"#),
            "the folder has format 2, and this version reads 1; go on with the version that wrote it, or use \
             another --out"
        );
        assert!(said(r#"{"format":1"#).starts_with("not a checkpoint: EOF while parsing"));
        assert!(said("[]").starts_with("not a checkpoint: "));
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_saved() {
        let scratch = tempfile::tempdir().expect("a folder");
        let mut saved = Checkpoint::new(9, 3);
        saved.set_extent(Fate::Rejected, Extent { bytes: 12, lines: 2 });
        saved.save(scratch.path()).expect("saved");
        assert_eq!(Checkpoint::load(scratch.path()).expect("loaded"), Some(saved));
    }
}
