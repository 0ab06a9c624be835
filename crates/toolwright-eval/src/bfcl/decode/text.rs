//! `text`: calls as their language writes them, `[f(a=1), g(b="x")]`.
//!
//! Source: the prompting handlers. Backticks, blanks and line breaks are taken off the ends, and a missing outer bracket is
//! added; then the text is parsed as Python, Java or JavaScript. Text that says something else fails to decode.

use std::borrow::Cow;

use super::{Answer, Decoded, Decoder, Flavour, Language, java, javascript};
use crate::python::calls::{Call, calls};

pub(super) const DECODER: Decoder = Decoder {
    id: "text",
    says: "call text, a bracketed list of calls in the category's language",
    source: "prompting; ToolACE",
    example: r#""[get_weather(city=\"Oslo\")]""#,
    decode,
    recognises: |answer| matches!(answer, Answer::Text(text) if text.trim_start_matches(['`', ' ', '\n']).starts_with('[')),
};

fn decode<'a>(answer: &'a Answer<'a>, language: Language, flavour: Flavour) -> Decoded<'a> {
    let Answer::Text(text) = answer else { return Decoded::Failed("expected a text".to_owned()) };
    let text = bracketed(text.trim_matches(['`', '\n', ' ']));
    let inside = |text: &str| text.get(1..text.len() - 1).unwrap_or_default().to_owned();
    match (language, flavour) {
        (Language::Java, _) => java::decode(&inside(&text)),
        (Language::JavaScript, _) => javascript::decode(&inside(&text)),
        (Language::Python, Flavour::Current) => python(text, |text| text),
        (Language::Python, Flavour::December2024) => python(text, |text| text.trim_matches(['[', ']', '\''])),
    }
}

/// The text between brackets, one of which at each end at least.
fn bracketed(text: &str) -> Cow<'_, str> {
    let (open, close) = (text.starts_with('['), text.ends_with(']'));
    if open && close && text.len() > 1 {
        return Cow::Borrowed(text);
    }
    // A lone bracket closes what it opens, or opens what it closes.
    let (open, close) = if text.len() == 1 { (text == "[", text == "]") } else { (open, close) };
    Cow::Owned(format!("{}{text}{}", if open { "" } else { "[" }, if close { "" } else { "]" }))
}

fn python<'a>(text: Cow<'a, str>, cut: fn(&str) -> &str) -> Decoded<'a> {
    let read = match &text {
        Cow::Borrowed(text) => calls(cut(text)),
        Cow::Owned(text) => calls(cut(text)).map(|calls| calls.into_iter().map(Call::into_owned).collect()),
    };
    match read {
        Ok(calls) => Decoded::Calls(calls),
        Err(why) => Decoded::Failed(why),
    }
}
