//! What one index of a run gives: lines, each with the file it goes to.

use toolwright_core::{Error, Result};

/// Which file a line goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// `dialogs.jsonl`: what the run is for.
    Accepted,
    /// `rejected.jsonl`: kept with its findings.
    Rejected,
    /// `undecided.jsonl`: a judge did not answer.
    Undecided,
}

impl Fate {
    /// Every fate, in the order in which the lines of one index are written and folded: what was accepted
    /// comes last, because trying ends with it. The order is fixed so that shards, which keep only three
    /// files, can be merged to the same bytes.
    pub const ALL: [Self; 3] = [Self::Rejected, Self::Undecided, Self::Accepted];

    /// The name of its file in a run folder.
    ///
    /// ```
    /// assert_eq!(toolwright_run::Fate::Accepted.file_name(), "dialogs.jsonl");
    /// ```
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Accepted => "dialogs.jsonl",
            Self::Rejected => "rejected.jsonl",
            Self::Undecided => "undecided.jsonl",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Rejected => 0,
            Self::Undecided => 1,
            Self::Accepted => 2,
        }
    }
}

/// One line of a run, as its maker hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<T> {
    /// The file it goes to.
    pub fate: Fate,
    /// One JSON value without a line end, serialised by the maker (on its own thread).
    pub text: String,
    /// What the [`Fold`](crate::Fold) sees of it; the same as [`Fold::read`](crate::Fold::read) gives for
    /// `text`.
    pub item: T,
}

/// What one index gives: at most one accepted line, and any number of others, in the order of the tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample<T> {
    /// The index it was made for.
    pub index: u64,
    /// Its lines; none is allowed.
    pub lines: Vec<Line<T>>,
}

impl<T> Sample<T> {
    /// Whether this can be written so that it is read back as it was.
    pub(crate) fn check(&self) -> Result<()> {
        let accepted = self.lines.iter().filter(|line| line.fate == Fate::Accepted).count();
        if accepted > 1 {
            let why = format!("it has {accepted} accepted lines; an index gives at most one");
            return Err(Error::new(why).at(format_args!("sample {}", self.index)));
        }
        self.lines
            .iter()
            .try_for_each(|line| check_text(&line.text))
            .map_err(|error| error.at(format_args!("sample {}", self.index)))
    }
}

/// Whether a text is one line that reading does not skip.
pub(crate) fn check_text(text: &str) -> Result<()> {
    if text.as_bytes().contains(&b'\n') || text.ends_with('\r') {
        return Err(Error::new("a line has a line end in it; a line is one JSON value, written compactly"));
    }
    if text.trim_ascii().is_empty() {
        return Err(Error::new("a line is blank; a line is one JSON value"));
    }
    Ok(())
}
