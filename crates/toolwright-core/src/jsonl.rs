//! Rows in, one JSON value each: [`Lines`] of JSON Lines, [`Items`] of a JSON list. Streaming, numbered, bounded.

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
            return Some(match text("line", line) {
                Ok(mut text) => {
                    if text.ends_with('\r') {
                        text.pop();
                    }
                    Ok((number, text))
                }
                Err(error) => Err((number, error)),
            });
        }
        None
    }
}

/// The bytes as text; `what` they are stands in the error.
fn text(what: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(format!("the {what} is not UTF-8 from byte {at} on")).caused_by(error)
    })
}

/// Numbered items of a stream that is one JSON list, each as its text, which may be no JSON. An item that is too long or not UTF-8 is an
/// `Err` with its number, and reading goes on after it; where the list itself breaks off, the last is one that says so.
///
/// ```
/// use toolwright_core::jsonl::Items;
/// let items: Vec<_> = Items::new(&b"[{\"a\": [1, 2]},\n 3]"[..]).map(|item| item.unwrap()).collect();
/// assert_eq!(items, [(1, r#"{"a": [1, 2]}"#.to_string()), (2, "3".to_string())]);
/// ```
#[derive(Debug)]
pub struct Items<R> {
    input: R,
    number: usize,
    opened: bool,
    done: bool,
}

/// What stands behind an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Comma,
    /// The end of the list.
    Close,
    /// The end of the stream.
    Nothing,
    /// A bracket that nothing has opened.
    Stray,
}

impl<R: BufRead> Items<R> {
    /// The items of the list that this stream is.
    pub const fn new(input: R) -> Self {
        Self { input, number: 0, opened: false, done: false }
    }

    /// Takes bytes for as long as `each` wants more; `false` where the stream ended first.
    fn bytes(&mut self, mut each: impl FnMut(u8) -> bool) -> std::io::Result<bool> {
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(false);
            }
            let taken = chunk.iter().position(|byte| !each(*byte));
            let length = chunk.len();
            self.input.consume(taken.map_or(length, |at| at + 1));
            if taken.is_some() {
                return Ok(true);
            }
        }
    }

    /// One item, its length, and what stands behind it. Of one that is too long only the length is kept.
    fn item(&mut self) -> std::io::Result<(Vec<u8>, usize, After)> {
        let (mut item, mut length, mut depth) = (Vec::new(), 0_usize, 0_usize);
        let (mut quoted, mut escaped) = (false, false);
        let mut after = After::Nothing;
        self.bytes(|byte| {
            if quoted {
                (quoted, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            } else {
                match byte {
                    b'"' => quoted = true,
                    // Whether brackets match is for the reader of the item to say.
                    b'[' | b'{' => depth += 1,
                    b']' if depth == 0 => after = After::Close,
                    b'}' if depth == 0 => after = After::Stray,
                    b']' | b'}' => depth -= 1,
                    b',' if depth == 0 => after = After::Comma,
                    _ => {}
                }
            }
            if after != After::Nothing {
                return false;
            }
            length += 1;
            if length <= MAX_LINE {
                item.push(byte);
            } else {
                item = Vec::new();
            }
            true
        })?;
        Ok((item, length, after))
    }

    fn broken(&mut self, why: impl Into<String>) -> Result<(usize, String), (usize, Error)> {
        self.done = true;
        Err((self.number, Error::new(why)))
    }
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = Result<(usize, String), (usize, Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let first = !self.opened;
        self.number += 1;
        if first {
            let mut opens = false;
            let read = self.bytes(|byte| {
                opens = byte == b'[';
                byte.is_ascii_whitespace()
            });
            match read {
                Ok(_) if opens => self.opened = true,
                Ok(_) => return Some(self.broken("the file is no JSON list")),
                Err(error) => return Some(self.broken(format!("cannot read on: {error}"))),
            }
        }
        let (item, length, after) = match self.item() {
            Ok(read) => read,
            Err(error) => return Some(self.broken(format!("cannot read on: {error}"))),
        };
        let blank = length <= MAX_LINE && item.iter().all(u8::is_ascii_whitespace);
        match after {
            After::Nothing => return Some(self.broken("the list ends in the middle, without its `]`")),
            After::Stray => {
                return Some(
                    self.broken("a bracket closes here that none opens; the list cannot be read on"),
                );
            }
            After::Close => {
                // What follows is looked at when it is asked for.
                let mut more = false;
                let read = self.bytes(|byte| {
                    more = !byte.is_ascii_whitespace();
                    !more
                });
                if more || read.is_err() {
                    return Some(
                        self.broken("something follows the list; expected one list and nothing else"),
                    );
                }
                self.done = true;
                if blank && first {
                    return None;
                }
            }
            After::Comma => {}
        }
        if blank {
            let why = "a comma with no value beside it";
            return Some(Err((self.number, Error::new(why))));
        }
        if length > MAX_LINE {
            let why = format!("the item has {length} bytes; at most {MAX_LINE} are read");
            return Some(Err((self.number, Error::new(why))));
        }
        let number = self.number;
        Some(match text("item", item) {
            Ok(text) => Ok((number, text.trim_ascii().to_owned())),
            Err(error) => Err((number, error)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn items(text: &[u8], chunk: usize) -> Vec<Result<(usize, String), (usize, Error)>> {
        Items::new(BufReader::with_capacity(chunk, text)).collect()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            "[a\"\\\\\\[\\]{},é\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a\"]{0,3}", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn items_are_those_of_the_list(list in prop::collection::vec(any_json(), 0..5), pretty: bool, chunk in 1usize..40, cut in 0usize..400) {
            let whole = Value::from(list.clone());
            let text = if pretty { format!(" {whole:#}\n") } else { whole.to_string() };
            let read: Vec<Value> = items(text.as_bytes(), chunk)
                .into_iter()
                .map(|item| serde_json::from_str(&item.expect("the list is good").1).expect("so are its items"))
                .collect();
            prop_assert_eq!(&read, &list);
            // Whatever is cut off, what came before it is read, and the end is told.
            let cut = (0..=cut.min(text.trim_end().len() - 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let read = items(&text.as_bytes()[..cut], chunk);
            prop_assert!(matches!(read.last(), Some(Err(_))));
            for (at, item) in read.iter().take(read.len() - 1).enumerate() {
                let (number, text) = item.as_ref().expect("it is whole");
                prop_assert_eq!(*number, at + 1);
                prop_assert_eq!(&serde_json::from_str::<Value>(text).expect("it is whole"), &list[at]);
            }
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(prop::sample::select(b"[]{},\"\\\\ 1\xff".to_vec()), 0..60)) {
            let read = items(&bytes, 7);
            prop_assert!(read.len() <= bytes.len() + 1);
        }
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told() {
        let told = |text: &str| -> Vec<String> {
            items(text.as_bytes(), 16)
                .into_iter()
                .map(|item| match item {
                    Ok((number, text)) => format!("{number} {text}"),
                    Err((number, error)) => format!("{number}! {error}"),
                })
                .collect()
        };
        assert_eq!(told(" [ ] \n"), Vec::<String>::new());
        assert_eq!(told("[1,"), ["1 1", "2! the list ends in the middle, without its `]`"]);
        assert_eq!(told("[1,]"), ["1 1", "2! a comma with no value beside it"]);
        assert_eq!(told("[1, x y, {]}, 2]")[..2], ["1 1", "2 x y"]);
        assert_eq!(told("[1] [2]"), ["1! something follows the list; expected one list and nothing else"]);
        assert_eq!(told("{}"), ["1! the file is no JSON list"]);
        let read = items(b"[\"\xff\", 2]", 4);
        assert!(
            read[0].as_ref().is_err_and(|(_, error)| error.to_string().contains("not UTF-8 from byte 1 on"))
        );
        assert_eq!(read[1].as_ref().ok(), Some(&(2, json!(2).to_string())));
    }
}
