//! Models' answers as dialogs: the question, the tools, what the model did, and the official verdict of it.
//!
//! Ours: what the official decoder reads as calls are the calls; an answer that it cannot read is text, or a malformed call where it sets out
//!       to be one. An empty list of calls says nothing, for what was said instead is not in the results; it is left out. A called name is given as it is declared. The verdict stands in `meta.verdicts`, by [`BY`], with the official error type as its rule.

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};
use toolwright_core::call::{Malformed, Parsed, detect};
use toolwright_core::format::FORMATS;
use toolwright_core::{Call, Dialog, Error, Finding, Message, Outcome, Result, Role, Verdict};

use super::benchmark::{Benchmark, Questions};
use super::check::Names;
use super::decode::{Answer, Decoded, Evidence};
use super::file::Lines;
use super::results::{Results, Row, rows};
use super::score::Options;
use crate::python::dumps;

/// Who judged, in the verdicts of [`dialogs`].
pub const BY: &str = "bfcl";

/// Gives every answer to a known question as a dialog, model by model and file by file. How answers are read is as in [`score`](super::score()).
///
/// # Errors
/// A file cannot be read, a question is none that can be read as a dialog, or `each` fails.
pub fn dialogs(
    benchmark: &Benchmark,
    results: &Results,
    options: &Options<'_>,
    mut each: impl FnMut(Dialog) -> Result<()>,
) -> Result<()> {
    for (model, files) in &results.models {
        let wanted =
            |id: &str| options.categories.is_empty() || options.categories.iter().any(|own| own == id);
        // What was said between the steps of several turns is not in the results.
        let files = files.iter().filter(|(category, _)| wanted(category.id) && category.is_single_turn());
        let mut read = Vec::new();
        for (category, path) in files {
            read.push((benchmark.questions(category)?, Lines::read(path)?));
        }
        let read: Vec<(&Questions, Vec<Row<'_>>)> = read
            .iter()
            .map(|(questions, lines)| (*questions, rows(lines).filter_map(std::result::Result::ok).collect()))
            .collect();
        let mut evidence = Evidence::default();
        for (questions, rows) in &read {
            for row in rows {
                let dotted = questions.place(&row.id).map_or(&[][..], |at| &questions.questions[at].dotted);
                evidence.see(&row.answer, dotted);
            }
        }
        let decoder = options.decoder.unwrap_or_else(|| evidence.decoder());
        let names = options.names.unwrap_or_else(|| evidence.names(decoder));
        for (questions, rows) in &read {
            for row in rows {
                let Some(at) = questions.place(&row.id) else { continue };
                let question = &questions.questions[at];
                let category = question.category();
                let mut dialog =
                    asked(questions.asked(at)).map_err(|error| error.at(format_args!("test {}", row.id)))?;
                let decoded = (decoder.decode)(&row.answer, category.language, options.flavour);
                let Some(reply) = reply(&row.answer, &decoded, names, &dialog) else { continue };
                dialog.messages.push(reply);
                let judgement = question.judge(row.raw, decoder, options.flavour, names)?;
                let mut verdict = Verdict::passed(BY);
                if !judgement.valid {
                    let why = judgement.errors.unwrap_or_default();
                    let rule = judgement.error_type.unwrap_or_default();
                    verdict.findings.push(Finding { rule, message: None, call: None, why });
                    verdict.outcome = Outcome::Reject;
                }
                dialog.meta.verdicts.push(verdict);
                let row = json!({ "id": row.id, "model": model, "category": category.id });
                dialog.meta.other.insert("row".into(), row);
                each(dialog)?;
            }
        }
    }
    Ok(())
}

/// A question as a dialog without an answer.
pub(super) fn asked(line: &str) -> Result<Dialog> {
    let row: Json = serde_json::from_str(line)
        .map_err(|error| Error::new(format!("the question cannot be read: {error}")).caused_by(error))?;
    let format = FORMATS.iter().find(|format| format.id == "bfcl");
    let format = format.ok_or_else(|| Error::new("the format `bfcl` is not known"))?;
    (format.read)(&row)
}

/// What the model did; `None` where it gave an empty list of calls.
fn reply(answer: &Answer<'_>, decoded: &Decoded<'_>, names: Names, dialog: &Dialog) -> Option<Message> {
    let text = match answer {
        Answer::Text(text) => Cow::Borrowed(&**text),
        Answer::List(items) => {
            let texts: Vec<String> = items.iter().map(dumped).collect();
            format!("[{}]", texts.join(", ")).into()
        }
        Answer::Other(value) => dumped(value).into(),
    };
    if let Decoded::Calls(calls) = decoded
        && !calls.is_empty()
    {
        let calls: Option<Vec<Call>> =
            calls.iter().map(|call| called(&call.as_item(), names, dialog)).collect();
        let unwritten = || malformed(&text, "the calls cannot be written as JSON");
        return Some(calls.map_or_else(unwritten, Message::calling));
    }
    if ["", "[]"].contains(&text.trim()) {
        return None;
    }
    Some(match (decoded, detect(&text).1) {
        (_, Parsed::NoCall) | (Decoded::Calls(_), _) => Message::text(Role::Assistant, text),
        (Decoded::Failed(why), _) => malformed(&text, why),
        (Decoded::Misshapen(_), _) => malformed(&text, "the answer is no list of calls with named arguments"),
    })
}

fn malformed(text: &str, why: &str) -> Message {
    let malformed = Malformed { raw: text.to_owned(), span: 0..text.len(), why: why.to_owned() };
    Message { malformed: Some(malformed), ..Message::text(Role::Assistant, text) }
}

/// `{name: arguments}` as a call of a declared tool.
fn called(item: &crate::python::Value<'_>, names: Names, dialog: &Dialog) -> Option<Call> {
    let item: Map<String, Json> = serde_json::from_str(&dumped(item)).ok()?;
    let (name, arguments) = item.into_iter().next()?;
    let Json::Object(arguments) = arguments else { return None };
    let declared = dialog.tools.iter().map(|tool| &tool.name).find(|declared| {
        **declared == name || matches!(names, Names::Underscores) && declared.replace('.', "_") == name
    });
    Some(Call::new(declared.cloned().unwrap_or(name), arguments))
}

fn dumped(value: &crate::python::Value<'_>) -> String {
    let mut out = String::new();
    dumps(&mut out, value);
    out
}
