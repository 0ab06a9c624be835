//! What Python's text methods do: `strip`, `int()` and `float()` of a text.

use super::Value;
use super::json::whole_number;

/// `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text[1:-1]`: a text without its first and last character.
pub(crate) fn inside(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

/// `str.isspace` of a character: Unicode's white space and four separators of old.
pub(crate) fn is_space(next: char) -> bool {
    next.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&next)
}

/// `int(text)`; none where it raises an exception.
pub(crate) fn int(text: &str) -> Option<Value<'static>> {
    let plain = plain(strip(text))?;
    let digits = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    whole_number(plain.strip_prefix('+').unwrap_or(&plain))
}

/// `float(text)`; none where it raises an exception.
pub(crate) fn float(text: &str) -> Option<f64> {
    let plain = plain(strip(text))?;
    // Rust reads the same texts, and the same words for what is no number.
    plain.parse().ok()
}

/// The text with ASCII digits and without the single underscores between them; none where one stands elsewhere.
fn plain(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut after_digit = false;
    while let Some(next) = chars.next() {
        if next == '_' {
            let before_digit = chars.peek().is_some_and(|next| digit(*next).is_some());
            (after_digit && before_digit).then_some(())?;
            after_digit = false;
            continue;
        }
        let digit = digit(next);
        after_digit = digit.is_some();
        plain.push(digit.unwrap_or(next));
    }
    Some(plain)
}

/// The ASCII digit of the same value; none of what is no decimal digit.
pub(crate) fn digit(next: char) -> Option<char> {
    if next.is_ascii() {
        return next.is_ascii_digit().then_some(next);
    }
    let code = u32::from(next);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// The zeros of Unicode's decimal digits; nine others follow each.
const ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
    0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec,
    0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::repr;

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, value) in [
            ("12", "12"),
            (" -3\n", "-3"),
            ("+5", "5"),
            ("1_000", "1000"),
            ("٣٤", "34"),
            ("００7", "7"),
            ("99999999999999999999", "99999999999999999999"),
            ("\u{1c}1\u{1f}", "1"),
        ] {
            assert_eq!(int(text).map(|value| repr(&value)).as_deref(), Some(value), "{text}");
        }
        for text in ["", "-", "1.0", "_1", "1_", "1__0", "0x1", "+-1", "1 2", "²", "1e5"] {
            assert_eq!(int(text).map(|value| repr(&value)), None, "{text}");
        }
        for (text, value) in [
            ("1.5", 1.5),
            (" 1e5 ", 1e5),
            (".5", 0.5),
            ("5.", 5.0),
            ("-Inf", f64::NEG_INFINITY),
            ("iNFinity", f64::INFINITY),
            ("1_0.5_0", 10.5),
            ("٣.٤", 3.4),
            ("1e400", f64::INFINITY),
            ("+1", 1.0),
        ] {
            assert_eq!(float(text), Some(value), "{text}");
        }
        assert!(float("NaN").is_some_and(f64::is_nan));
        for text in ["", ".", "1e", "1_.5", "1._5", "0x1", "1,5", "infin", "1f", "e5"] {
            assert_eq!(float(text), None, "{text}");
        }
    }
}
