//! One test and what each model made of it, in words.

use std::fmt::Write;

use toolwright_core::{Error, Result};

use super::benchmark::{Benchmark, Questions};
use super::category::{CATEGORIES, Category};
use super::decode::Evidence;
use super::file::Lines;
use super::question::Judgement;
use super::results::{Results, rows};
use super::score::Options;
use crate::python::json::{loads, members};
use crate::python::{Value, dumps, repr, str_of};

/// Explains the test with this id: question, functions, accepted calls, and for each model its answer, the decoded calls and
/// the verdict.
///
/// # Errors
/// No category that is there has such a test, or a file cannot be read.
pub fn explain(benchmark: &Benchmark, results: &Results, options: &Options<'_>, id: &str) -> Result<String> {
    let (category, questions, at) = find(benchmark, id)?;
    let mut out = String::new();
    let _ = writeln!(out, "{id} ({}, {})\n", category.id, benchmark.version().name());
    asked(&mut out, questions, at);
    for (model, files) in &results.models {
        for (_, path) in files.iter().filter(|(known, _)| known.id == category.id) {
            let lines = Lines::read(path)?;
            let mut evidence = Evidence::default();
            let all: Vec<_> = rows(&lines).filter_map(std::result::Result::ok).collect();
            for row in &all {
                if let Some(at) = questions.place(&row.id) {
                    questions.questions[at].testify(&row.answer, &mut evidence);
                }
            }
            let decoder = options.decoder.unwrap_or_else(|| evidence.decoder());
            let names = options.names.unwrap_or_else(|| evidence.names(decoder));
            let _ = writeln!(out, "\n== {model} (results read as {}, names with {names:?})", decoder.id);
            match all.iter().find(|row| row.id == id) {
                None => out.push_str("no answer\n"),
                Some(row) => {
                    let result = loads(row.raw).unwrap_or(Value::None);
                    let _ = writeln!(out, "answer    {}", str_of(&result));
                    let judgement =
                        questions.questions[at].judge(row.raw, decoder, options.flavour, names)?;
                    judged(&mut out, &judgement);
                }
            }
        }
    }
    Ok(out)
}

fn find<'b>(benchmark: &'b Benchmark, id: &str) -> Result<(&'static Category, &'b Questions, usize)> {
    let version = benchmark.version();
    let mut nearest = None;
    for category in CATEGORIES.iter().filter(|category| category.name_in(version).is_some()) {
        // A category whose files are not there has no such test.
        let Ok(questions) = benchmark.questions(category) else { continue };
        if let Some(at) = questions.place(id) {
            return Ok((category, questions, at));
        }
        nearest = nearest.or_else(|| toolwright_core::nearest(id, questions.ids.iter().map(String::as_str)));
    }
    let near = nearest.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Error::new(format!("no test has the id `{id}`{near}")))
}

fn asked(out: &mut String, questions: &Questions, at: usize) {
    let members = members(questions.asked(at)).unwrap_or_default();
    let get = |key: &str| members.iter().find(|(known, _)| known == key).map(|(_, raw)| *raw);
    if let Some(question) = get("question") {
        let mut told = Vec::new();
        said(&loads(question).unwrap_or(Value::None), &mut told);
        told.iter().for_each(|line| {
            let _ = writeln!(out, "question  {line}");
        });
    }
    let functions = match get("function").and_then(|raw| loads(raw).ok()) {
        Some(Value::List(functions)) => functions,
        Some(other) => vec![other],
        // Services are documented elsewhere.
        None => Vec::new(),
    };
    for function in functions {
        let mut line = String::new();
        dumps(&mut line, &function);
        let _ = writeln!(out, "function  {line}");
    }
    match questions.answer(at).and_then(|raw| loads(raw).ok()) {
        Some(Value::List(calls)) => calls.iter().for_each(|call| {
            let _ = writeln!(out, "accepted  {}", repr(call));
        }),
        Some(other) => {
            let _ = writeln!(out, "accepted  {}", repr(&other));
        }
        None => {
            let _ = writeln!(
                out,
                "accepted  {}",
                match questions.questions[at].category().id.ends_with("irrelevance") {
                    true => "no call",
                    false => "any call",
                }
            );
        }
    }
}

/// The messages of a question, whatever lists they stand in.
fn said(question: &Value<'_>, told: &mut Vec<String>) {
    match question {
        Value::List(items) => items.iter().for_each(|item| said(item, told)),
        Value::Dict(message) => {
            let part = |key: &str| message.get(key).map(str_of).unwrap_or_default();
            told.push(format!("{}: {}", part("role"), part("content")));
        }
        other => told.push(str_of(other)),
    }
}

fn judged(out: &mut String, judgement: &Judgement) {
    let _ = writeln!(out, "decoded   {}", judgement.decoded.as_deref().unwrap_or("–"));
    let verdict = if judgement.valid { "right" } else { "wrong" };
    let _ = match &judgement.error_type {
        None => writeln!(out, "verdict   {verdict}"),
        Some(kind) => writeln!(out, "verdict   {verdict}: {kind}"),
    };
    if let Some(strict) = judgement.strict {
        let _ = writeln!(out, "strict    {}", if strict { "right" } else { "wrong" });
    }
    let mut because = |error: &Value<'_>| {
        let _ = writeln!(out, "because   {}", str_of(error));
    };
    match judgement.errors.as_deref().map(loads) {
        Some(Ok(Value::List(errors))) => errors.iter().for_each(because),
        // Of a test with several steps: the message, and what it rests on.
        Some(Ok(Value::Dict(error))) => {
            match error.get("error_message") {
                Some(Value::List(messages)) => messages.iter().for_each(&mut because),
                Some(message) => because(message),
                None => {}
            }
            let details = ["missing_items", "differences"].map(|name| match error.get("details") {
                Some(Value::Dict(details)) => details.get(name),
                _ => None,
            });
            details.into_iter().flatten().for_each(because);
        }
        _ => {}
    }
}
