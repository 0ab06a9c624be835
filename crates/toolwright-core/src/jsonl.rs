//! Lines in, one JSON value each: streaming, numbered, bounded.

use std::io::BufRead;

use crate::{Error, Result};

/// The longest line that is read; a longer one is skipped and reported.
pub const MAX_LINE: usize = 128 << 20;

/// Numbered lines of a stream. Blank lines are skipped; a line that is too long or not UTF-8 is an `Err` with
/// its number, and reading goes on after it.
///
/// ```
/// use toolwright_core::jsonl::Lines;
/// let lines: Vec<_> = Lines::new(&b"{}\n\n[1]"[..]).map(|line| line.unwrap()).collect();
/// assert_eq!(lines, [(1, "{}".to_string()), (3, "[1]".to_string())]);
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: usize,
    done: bool,
}

impl<R: BufRead> Lines<R> {
    /// The lines of this stream.
    pub const fn new(input: R) -> Self {
        Self { input, number: 0, done: false }
    }

    /// Reads one line without its end; `None` at the end of the stream, `Err(length)` where it is too long.
    fn line(&mut self) -> std::io::Result<Option<std::result::Result<Vec<u8>, usize>>> {
        let (mut line, mut length, mut any) = (Vec::new(), 0, false);
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', chunk);
            let part = end.unwrap_or(chunk.len());
            length += part;
            if length <= MAX_LINE {
                line.extend_from_slice(&chunk[..part]);
            } else {
                line = Vec::new();
            }
            self.input.consume(part + usize::from(end.is_some()));
            if end.is_some() {
                break;
            }
        }
        Ok(any.then_some(if length <= MAX_LINE { Ok(line) } else { Err(length) }))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<(usize, String), (usize, Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            self.number += 1;
            let number = self.number;
            let line = match self.line() {
                Ok(None) => return None,
                Ok(Some(Ok(line))) => line,
                Ok(Some(Err(length))) => {
                    let why = format!("the line has {length} bytes; at most {MAX_LINE} are read");
                    return Some(Err((number, Error::new(why))));
                }
                Err(error) => {
                    self.done = true;
                    return Some(Err((
                        number,
                        Error::new(format!("cannot read on: {error}")).caused_by(error),
                    )));
                }
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(match String::from_utf8(line) {
                Ok(mut text) => {
                    if text.ends_with('\r') {
                        text.pop();
                    }
                    Ok((number, text))
                }
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    Err((
                        number,
                        Error::new(format!("the line is not UTF-8 from byte {at} on")).caused_by(error),
                    ))
                }
            });
        }
        None
    }
}
