//! Dialogs to read: who says what, which calls are made, and where each argument comes from.
//!
//! `meta.provenance` ties a value in a call to words or to an earlier result. Entry `n` of it is `data-p="n"` on both ends; an end
//! that several entries share has all their numbers. The script only looks at these.

use std::fmt::Write;

use serde_json::Value;
use toolwright_core::{Call, Dialog, Message, Outcome, Provenance, Role, Source, Tool};

use super::json;
use crate::escape::Escaped;

/// The part of the page that holds dialogs; nothing where there are none.
pub(super) fn section(out: &mut String, dialogs: &[Dialog]) {
    if dialogs.is_empty() {
        return;
    }
    out.push_str(
        "<section aria-labelledby=\"read\">\n<h2 id=\"read\">Dialogs to read</h2>\n\
         <p>Drawn by a hash of what they say, a few of each kind; then rejected ones, a few of each rule. Point at an argument of a \
         call, or go to it with the tab key, to see where its value comes from: \
         <span class=\"from user\">the user’s words</span>, <span class=\"from system\">the system prompt</span>, \
         <span class=\"from result\">an earlier result</span> or <span class=\"from default\">the schema</span>. A click keeps it shown.</p>\n\
         <p><button type=\"button\" class=\"plain\" id=\"all\" hidden>Open all</button></p>\n",
    );
    let (rejected, accepted): (Vec<&Dialog>, Vec<&Dialog>) =
        dialogs.iter().partition(|dialog| is_rejected(dialog));
    for (at, dialog) in accepted.iter().chain(&rejected).enumerate() {
        if at == accepted.len() {
            out.push_str("<h3>Rejected</h3>\n");
        }
        whole(out, at, dialog);
    }
    out.push_str("</section>\n");
}

fn is_rejected(dialog: &Dialog) -> bool {
    dialog.meta.verdicts.iter().any(|verdict| verdict.outcome == Outcome::Reject)
}

fn whole(out: &mut String, at: usize, dialog: &Dialog) {
    let meta = &dialog.meta;
    let first = dialog.messages.iter().find(|message| message.role == Role::User).map_or("", Message::said);
    let kind = meta.kind.map_or("no kind", |kind| kind.name());
    let situation =
        meta.situation.map_or_else(String::new, |situation| format!(" <i>{}</i>", situation.name()));
    let calls = dialog.calls().count();
    let _ = write!(
        out,
        "<details class=\"dialog\" id=\"dialog-{at}\" data-kind=\"{kind}\">\n<summary><span class=\"kind\">{kind}{situation}</span>\
         <span class=\"first\" dir=\"auto\">{}</span><span class=\"size\">{}{calls} {}</span></summary>\n",
        Escaped(first),
        meta.index.map(|index| format!("index {index}, ")).unwrap_or_default(),
        if calls == 1 { "call" } else { "calls" },
    );
    findings(out, dialog);
    tools(out, dialog);
    out.push_str("<ol class=\"turns\">\n");
    for (at, message) in dialog.messages.iter().enumerate() {
        turn(out, at, message, dialog);
    }
    out.push_str("</ol>\n</details>\n");
}

fn findings(out: &mut String, dialog: &Dialog) {
    let findings: Vec<_> = dialog.meta.verdicts.iter().flat_map(|verdict| &verdict.findings).collect();
    if findings.is_empty() {
        return;
    }
    out.push_str("<ul class=\"findings\">\n");
    for finding in findings {
        let place = match (finding.message, finding.call) {
            (Some(message), Some(call)) => format!(" (message {message}, call {call})"),
            (Some(message), None) => format!(" (message {message})"),
            _ => String::new(),
        };
        let _ = writeln!(out, "<li><b>{}</b> {}{place}</li>", Escaped(&finding.rule), Escaped(&finding.why));
    }
    out.push_str("</ul>\n");
}

fn tools(out: &mut String, dialog: &Dialog) {
    let count = dialog.tools.len();
    if count == 0 {
        out.push_str("<p class=\"none\">no tools on offer</p>\n");
        return;
    }
    let noun = if count == 1 { "tool" } else { "tools" };
    let _ = writeln!(out, "<details class=\"tools\"><summary>{count} {noun} on offer</summary>\n<ul>");
    for tool in &dialog.tools {
        let called = dialog.calls().any(|(_, _, call)| call.name == tool.name);
        let _ = writeln!(
            out,
            "<li{}><code>{}</code> {}</li>",
            if called { " class=\"called\"" } else { "" },
            Escaped(&signature(tool)),
            Escaped(&tool.description)
        );
    }
    out.push_str("</ul></details>\n");
}

/// `name(required, optional?)`.
fn signature(tool: &Tool) -> String {
    let required = |name: &str| {
        let names = tool.parameters.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let properties = tool.parameters.get("properties").and_then(Value::as_object);
    let names = properties.into_iter().flat_map(|properties| properties.keys());
    let names: Vec<String> =
        names.map(|name| format!("{name}{}", if required(name) { "" } else { "?" })).collect();
    format!("{}({})", tool.name, names.join(", "))
}

fn turn(out: &mut String, at: usize, message: &Message, dialog: &Dialog) {
    let role = message.role.name();
    let _ = write!(
        out,
        "<li class=\"turn {role}\" data-message=\"{at}\"><span class=\"role\">{role}</span><div>"
    );
    if let Some(thinking) = message.thinking.as_ref().filter(|thinking| !thinking.why.is_empty()) {
        let _ = write!(out, "<p class=\"thinking\" dir=\"auto\">{}</p>", Escaped(&thinking.why));
    }
    if message.role == Role::Tool {
        result(out, at, message, dialog);
    } else if !message.said().is_empty() {
        out.push_str("<p class=\"said\" dir=\"auto\">");
        words(out, message.said(), &quotes(at, message, dialog));
        out.push_str("</p>");
    }
    for (number, call) in message.calls.iter().enumerate() {
        calling(out, (at, number), call, dialog);
    }
    if let Some(malformed) = &message.malformed {
        let (raw, why) = (Escaped(&malformed.raw), Escaped(&malformed.why));
        let _ = write!(out, "<p class=\"malformed\"><b>malformed</b> <code>{raw}</code> {why}</p>");
    }
    out.push_str("</div></li>\n");
}

fn provenance(dialog: &Dialog) -> impl Iterator<Item = (usize, &Provenance)> {
    dialog.meta.provenance.iter().flatten().enumerate()
}

/// The stretches of a message that values are taken from: first byte, end, entry of the provenance.
fn quotes(at: usize, message: &Message, dialog: &Dialog) -> Vec<(usize, usize, usize)> {
    let quoted = provenance(dialog).filter_map(|(entry, provenance)| match &provenance.source {
        Source::User { at: place, quote } if *place == at => Some((entry, quote)),
        Source::System { quote } if message.role == Role::System => Some((entry, quote)),
        _ => None,
    });
    let said = message.said();
    let found = quoted.filter_map(|(entry, quote)| {
        let start = find(said, quote)?;
        Some((start, start + quote.len(), entry))
    });
    found.collect()
}

/// Where a quote stands: as words of its own, if it does so anywhere.
fn find(said: &str, quote: &str) -> Option<usize> {
    if quote.is_empty() {
        return None;
    }
    let apart = |at: &usize| {
        let before = said[..*at].chars().next_back();
        let after = said[at + quote.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    said.match_indices(quote).map(|(at, _)| at).find(apart).or_else(|| said.find(quote))
}

/// A text with the stretches marked. Stretches may overlap: each piece between two of their ends is an element of its own.
fn words(out: &mut String, said: &str, quotes: &[(usize, usize, usize)]) {
    let mut ends: Vec<usize> = quotes.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
    ends.extend([0, said.len()]);
    ends.sort_unstable();
    ends.dedup();
    for piece in ends.windows(2) {
        let &[start, end] = piece else { continue };
        let text = said.get(start..end).unwrap_or_default();
        let covers = |(from, to, _): &&(usize, usize, usize)| *from <= start && end <= *to;
        let entries: Vec<usize> = quotes.iter().filter(covers).map(|(_, _, entry)| *entry).collect();
        if entries.is_empty() {
            let _ = write!(out, "{}", Escaped(text));
        } else {
            let _ = write!(out, "{}{}</mark>", source(&entries), Escaped(text));
        }
    }
}

/// The tag before something that values are taken from.
fn source(entries: &[usize]) -> String {
    let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
    format!("<mark class=\"source\" role=\"button\" tabindex=\"0\" data-p=\"{}\">", entries.join(" "))
}

fn result(out: &mut String, at: usize, message: &Message, dialog: &Dialog) {
    let said = message.said();
    let _ = write!(
        out,
        "<details class=\"result\"><summary>result of <code>{}</code> <span class=\"size\">{} letters</span></summary><pre>",
        Escaped(message.name.as_deref().unwrap_or("a call")),
        said.chars().count()
    );
    match serde_json::from_str::<Value>(said) {
        Ok(value) => {
            let mark = |pointer: &str| {
                let taken = provenance(dialog).filter(|(_, provenance)| {
                    matches!(&provenance.source, Source::Result { at: place, pointer: taken } if *place == at && taken == pointer)
                });
                let entries: Vec<usize> = taken.map(|(entry, _)| entry).collect();
                (!entries.is_empty()).then(|| (source(&entries), "</mark>"))
            };
            json::write(out, &value, &mut String::new(), 0, &mark);
        }
        Err(_) => {
            let _ = write!(out, "{}", Escaped(said));
        }
    }
    out.push_str("</pre></details>");
}

fn calling(out: &mut String, (message, number): (usize, usize), call: &Call, dialog: &Dialog) {
    let _ = write!(out, "<div class=\"call\"><code class=\"tool-name\">{}</code>", Escaped(&call.name));
    let entry = |pointer: &str| {
        provenance(dialog).find(|(_, provenance)| {
            provenance.message == message && provenance.call == number && provenance.argument == pointer
        })
    };
    let mark = |pointer: &str| {
        let (at, provenance) = entry(pointer)?;
        let (from, says) = match &provenance.source {
            Source::User { quote, .. } => ("user", format!("the user’s words: {quote}")),
            Source::System { quote } => ("system", format!("the system prompt: {quote}")),
            Source::Result { at, pointer } => ("result", format!("the result in message {at}: {pointer}")),
            Source::Default => ("default", "the schema’s default or only value".to_owned()),
        };
        let says = Escaped(&says).to_string();
        Some((
            format!(
                "<button type=\"button\" class=\"argument {from}\" data-p=\"{at}\" title=\"from {says}\" aria-pressed=\"false\">"
            ),
            "</button>",
        ))
    };
    if !call.arguments.is_empty() {
        out.push_str("<dl>");
        for (name, value) in &call.arguments {
            let _ = write!(out, "<div><dt>{}</dt><dd>", Escaped(name));
            let mut pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            json::write(out, value, &mut pointer, 0, &mark);
            out.push_str("</dd></div>");
        }
        out.push_str("</dl>");
    }
    out.push_str("</div>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_as_a_word_of_its_own() {
        assert_eq!(find("15 beds for 5 nights", "5"), Some(12));
        assert_eq!(find("15 beds", "5"), Some(1));
        assert_eq!(find("beds", "x").or(find("beds", "")), None);
        assert_eq!(find("éa a", "a"), Some(4));
    }

    #[test]
    fn stretches_that_overlap_are_cut_into_pieces() {
        let mut out = String::new();
        words(&mut out, "from A to B", &[(0, 6, 0), (5, 11, 1)]);
        let plain = out
            .replace("<mark class=\"source\" role=\"button\" tabindex=\"0\" data-p=", "[")
            .replace("</mark>", "]");
        assert_eq!(plain, "[\"0\">from ][\"0 1\">A][\"1\"> to B]");
    }
}
