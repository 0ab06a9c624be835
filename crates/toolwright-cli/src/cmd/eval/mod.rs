//! `toolwright eval`: scores of function calls.

mod api_bank;
mod ask;
mod bfcl;
mod dataset;

use anyhow::Result;

use crate::Exit;
use crate::args::{self, EvalCommand};

pub(crate) fn run(args: &args::Eval) -> Result<Exit> {
    match &args.command {
        EvalCommand::Bfcl(args) => bfcl::run(args),
        EvalCommand::Dataset(args) => dataset::run(args),
        EvalCommand::ApiBank(args) => api_bank::run(args),
    }
}

/// A share with its interval: `86.8 %  83.1–89.7`.
fn share(right: usize, all: usize) -> [String; 2] {
    let (low, high) = toolwright_eval::interval(right, all);
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    if all == 0 {
        return ["–".to_owned(), String::new()];
    }
    [format!("{} %", percent(right as f64 / all as f64)), format!("{}–{}", percent(low), percent(high))]
}

/// A share for machines: `{"total", "correct", "accuracy", "ci95"}`.
fn share_json(right: usize, all: usize) -> serde_json::Value {
    let (low, high) = toolwright_eval::interval(right, all);
    let accuracy = (all > 0).then(|| right as f64 / all as f64);
    serde_json::json!({ "total": all, "correct": right, "accuracy": accuracy, "ci95": [low, high] })
}
