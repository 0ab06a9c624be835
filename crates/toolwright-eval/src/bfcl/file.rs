//! JSON Lines files as the benchmark has them: under a `.json` name, often without a last line break, sometimes packed.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toolwright_core::{Error, Result, packed};

/// What stands behind the name of a file that is packed with Zstandard.
pub(crate) const PACKED: &str = ".zst";

/// Files of more bytes are refused, packed or not.
const MAX_FILE: u64 = 4 << 30;

/// A file's text and where its lines are.
#[derive(Debug)]
pub(crate) struct Lines {
    text: String,
    /// Each line that is not blank: its number from 1, and its place.
    lines: Vec<(usize, Range<usize>)>,
    /// The numbers of lines that are not UTF-8; what stands in `text` for them has other characters.
    broken: Vec<usize>,
}

impl Lines {
    /// Reads a file whole.
    ///
    /// # Errors
    /// The file cannot be read or unpacked, or is too large.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let failed = |what: &str, error: std::io::Error| {
            Error::new(format!("{}: cannot be {what}; check the file", path.display())).caused_by(error)
        };
        let file = std::fs::File::open(path).map_err(|error| failed("opened", error))?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(MAX_FILE)).unwrap_or_default() + 1);
        let file = packed::open(std::io::BufReader::new(file)).map_err(|error| failed("unpacked", error))?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| failed("read", error))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(Error::new(format!(
                "{}: the file has over {MAX_FILE} bytes; split it",
                path.display()
            )));
        }
        Ok(Self::of(bytes))
    }

    fn of(bytes: Vec<u8>) -> Self {
        let (text, broken) = match String::from_utf8(bytes) {
            Ok(text) => (text, Vec::new()),
            Err(error) => {
                let bytes = error.into_bytes();
                let lines = bytes.split(|byte| *byte == b'\n').enumerate();
                let broken =
                    lines.filter(|(_, line)| std::str::from_utf8(line).is_err()).map(|(at, _)| at + 1);
                let broken = broken.collect();
                (String::from_utf8_lossy(&bytes).into_owned(), broken)
            }
        };
        let mut lines = Vec::new();
        let (mut start, mut number) = (0, 0);
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
            number += 1;
            if !text[start..end].trim_ascii().is_empty() {
                lines.push((number, start..end));
            }
            start = end + 1;
        }
        Self { text, lines, broken }
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Each line with its number, or why it cannot be read.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, std::result::Result<&str, &'static str>)> {
        self.range(0..self.len())
    }

    /// As [`iter`](Self::iter), of the lines at these positions.
    pub(crate) fn range(
        &self,
        places: Range<usize>,
    ) -> impl Iterator<Item = (usize, std::result::Result<&str, &'static str>)> {
        self.lines.get(places).unwrap_or_default().iter().map(|(number, place)| {
            let line = self.text.get(place.clone()).unwrap_or_default();
            (*number, if self.broken.contains(number) { Err("the line is not UTF-8") } else { Ok(line) })
        })
    }

    /// The line at this position, blank ones not counted.
    pub(crate) fn line(&self, at: usize) -> &str {
        self.lines.get(at).and_then(|(_, place)| self.text.get(place.clone())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_blank_ones_passed_over() {
        let lines = Lines::of(b"{\"a\": 1}\n\n  \n[2]".to_vec());
        let read: Vec<_> = lines.iter().collect();
        assert_eq!(read, [(1, Ok("{\"a\": 1}")), (4, Ok("[2]"))]);
        assert_eq!((lines.len(), lines.line(1), lines.line(2)), (2, "[2]", ""));
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_named() {
        let lines = Lines::of(b"1\n\"\xff\"\n3\n".to_vec());
        let read: Vec<_> = lines.iter().map(|(number, line)| (number, line.is_ok())).collect();
        assert_eq!(read, [(1, true), (2, false), (3, true)]);
    }
}
