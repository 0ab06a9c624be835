//! What every page has around its content: head, style, script, and the rule that nothing is loaded.

const STYLE: &str = include_str!("page.css");
const TEMPLATE: &str = include_str!("page.html");

/// The script of [`report`](crate::report), and what the page's policy allows: this script and no other, so that a text which got
/// past the escaping would still not run.
const SCRIPT: &str = include_str!("report/report.js");
const SCRIPT_POLICY: &str = "'sha256-ICHQ0/jn1liD3jYDbE6+xv3xjdC/cGfPsSypzLkl6dU='";

/// A page.
///
/// - `title`: HTML.
/// - `content`: HTML.
/// - `script`: whether the script for dialogs is needed.
pub(crate) fn page(title: &str, style: &str, content: &str, script: bool) -> String {
    let (policy, script) = if script { (SCRIPT_POLICY, SCRIPT) } else { ("'none'", "") };
    let script = if script.is_empty() { String::new() } else { format!("<script>{script}</script>") };
    let values = [
        ("title", title),
        ("script policy", policy),
        ("style", STYLE),
        ("more style", style),
        ("content", content),
        ("script", &script),
    ];
    filled(TEMPLATE, &values)
}

/// A template with each `{{name}}` replaced. What is put in is not looked at again.
pub(crate) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let size = values.iter().map(|(_, value)| value.len()).sum::<usize>();
    let mut out = String::with_capacity(template.len() + size);
    let mut pieces = template.split("{{");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        out.push_str(value);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_script() {
        let digest = Sha256::digest(SCRIPT.as_bytes());
        assert_eq!(
            SCRIPT_POLICY,
            format!("'sha256-{}'", base64(&digest)),
            "put the right side into shell.rs"
        );
        assert!(page("t", "", "c", true).contains(&format!("<script>{SCRIPT}</script>")));
    }

    #[test]
    fn what_is_put_into_a_template_is_not_looked_at_again() {
        let values = [("a", "{{b}}"), ("b", "no")];
        assert_eq!(filled("<{{a}}|{{b}}|{{c}}>", &values), "<{{b}}|no|>");
    }

    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
                out.push(if at > chunk.len() { '=' } else { char::from(letter) });
            }
        }
        out
    }
}
