//! [`Escaped`]: the one way by which text from data gets into a page.

use std::fmt::{self, Display, Formatter, Write};

/// A text as HTML: the same between tags and inside a quoted attribute.
///
/// Nothing in it can begin or end a tag, an attribute, a comment or an entity. Control characters, which HTML forbids, are shown by
/// their pictures (`␀`), but for tabs and line ends. Marks of writing direction stay, because the text may need them; a page puts
/// each text into an element of its own, so none reaches beyond it.
#[derive(Clone, Copy)]
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'' | '`') || c.is_control();
        let mut rest = self.0;
        while let Some(at) = rest.find(special) {
            f.write_str(&rest[..at])?;
            let mut after = rest[at..].chars();
            match after.next() {
                Some('&') => f.write_str("&amp;")?,
                Some('<') => f.write_str("&lt;")?,
                Some('>') => f.write_str("&gt;")?,
                Some('"') => f.write_str("&quot;")?,
                Some('\'') => f.write_str("&#39;")?,
                Some('`') => f.write_str("&#96;")?,
                Some(c @ ('\t' | '\n')) => f.write_char(c)?,
                // Reading HTML makes a line feed of a carriage return.
                Some('\r') => f.write_str("&#13;")?,
                Some(c) => f.write_char(picture(c))?,
                None => {}
            }
            rest = after.as_str();
        }
        f.write_str(rest)
    }
}

fn picture(control: char) -> char {
    match u32::from(control) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let said = |text: &str| Escaped(text).to_string();
        assert_eq!(
            said("</script><script>alert(1)</script>"),
            "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
        );
        assert_eq!(said("\" onerror='x' `&amp;"), "&quot; onerror=&#39;x&#39; &#96;&amp;amp;");
        assert_eq!(said("a\0b\u{1b}[31m\u{7f}\u{85}"), "a␀b␛[31m␡\u{fffd}");
        assert_eq!(said("\u{202e}עברית\u{200f} é\r\n\t"), "\u{202e}עברית\u{200f} é&#13;\n\t");
    }

    proptest! {
        #[test]
        fn nothing_special_is_left(text in any::<String>()) {
            let said = Escaped(&text).to_string();
            prop_assert!(!said.contains(['<', '>', '"', '\'', '`', '\0', '\r']));
            let bare = said.matches('&').count();
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#96;", "&#13;"];
            prop_assert_eq!(entities.iter().map(|entity| said.matches(entity).count()).sum::<usize>(), bare);
        }
    }
}
