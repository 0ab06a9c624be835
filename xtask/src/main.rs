//! Project chores: `cargo xtask --help`.
//!
//! Arguments become a [`Plan`] first, and only then is anything run. Exit codes: 0 done · 1 a check or a tool failed ·
//! 2 bad usage.

mod arrows;
mod bench;
mod browser;
mod fuzz;
mod graph;
mod licences;
mod peers;
mod process;
mod steps;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use steps::{STEPS, Step};

/// What the arguments ask for.
enum Plan {
    Help,
    /// All steps, in order.
    Test,
    One(&'static Step),
    Fuzz(fuzz::Options),
    Bench(bench::Options),
    Picture,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let plan = match plan(&arguments) {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("cargo xtask: {why}\n`cargo xtask --help` lists the chores");
            return ExitCode::from(2);
        }
    };
    match run(plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("cargo xtask: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn plan(arguments: &[&str]) -> Result<Plan, String> {
    let Some((&chore, rest)) = arguments.split_first() else { return Ok(Plan::Help) };
    if chore == "help" || arguments.iter().any(|argument| ["--help", "-h"].contains(argument)) {
        return Ok(Plan::Help);
    }
    match chore {
        "test" => nothing_more(chore, rest).map(|()| Plan::Test),
        "fuzz" => fuzz::Options::parse(rest).map(Plan::Fuzz),
        "picture" => nothing_more(chore, rest).map(|()| Plan::Picture),
        "bench" => bench::Options::parse(rest).map(Plan::Bench),
        name => {
            let step = STEPS.iter().find(|step| step.name == name);
            let step = step.ok_or_else(|| format!("no chore is called `{name}`"))?;
            nothing_more(chore, rest).map(|()| Plan::One(step))
        }
    }
}

fn nothing_more(chore: &str, rest: &[&str]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(format!("`{chore}` takes no arguments, but `{extra}` was given")),
    }
}

fn run(plan: Plan) -> Result<()> {
    let root = root()?;
    match plan {
        Plan::Help => {
            print!("{}", help());
            Ok(())
        }
        Plan::Test => steps::all(&root),
        Plan::One(step) => step.run(&root).map(|_| ()),
        Plan::Fuzz(options) => fuzz::run(&root, &options),
        Plan::Bench(options) => bench::run(&root, &options),
        Plan::Picture => browser::picture(&root),
    }
}

fn help() -> String {
    let mut text = String::from("Project chores.\n\n");
    let mut line = |usage: &str, says: &str| text.push_str(&format!("  cargo xtask {usage:<30} {says}\n"));
    line("test", "every step below, in this order; stops at the first that fails");
    for step in STEPS {
        line(step.name, step.says);
    }
    line("fuzz [TARGET] [--seconds N]", "fuzz one target, or each in turn; 60 seconds a target");
    line("picture", "the README's picture of a run's page, docs/report.png");
    line("bench [--quick] [--only TEXT]", "measure against the aims; a Markdown table on stdout");
    text
}

/// The repository's root: the folder above this package, which cargo names to what it runs.
fn root() -> Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .context("CARGO_MANIFEST_DIR is not set; run this as `cargo xtask`, which sets it")?;
    let root = Path::new(&package).parent().context("the package xtask lies in no folder")?;
    Ok(root.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_chore_of_its_own_and_in_the_help() {
        for step in STEPS {
            assert!(matches!(plan(&[step.name]), Ok(Plan::One(found)) if found.name == step.name));
            assert!(help().contains(step.says), "{}", step.name);
        }
    }

    #[test]
    fn what_is_not_known_is_named() {
        let why = |arguments: &[&str]| plan(arguments).err().expect("bad usage");
        assert_eq!(why(&["tset"]), "no chore is called `tset`");
        assert_eq!(why(&["fmt", "--fix"]), "`fmt` takes no arguments, but `--fix` was given");
    }

    #[test]
    fn help_is_asked_for_in_any_place() {
        for arguments in [&[][..], &["--help"], &["help"], &["fuzz", "-h"]] {
            assert!(matches!(plan(arguments), Ok(Plan::Help)), "{arguments:?}");
        }
    }
}
