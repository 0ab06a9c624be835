//! The `toolwright` command: arguments, one file per command, wiring.
//!
//! Data goes to stdout or into the run folder, talk and progress to stderr. Exit codes: 0 done; 1 done, but `verify` rejected
//! or could not read a row, `diversity` could not read one, or `eval` could not score one; 2 bad usage or input; 3 stopped before the end, resumable.
#![deny(missing_docs)]

mod args;
mod benchmarks;
mod cmd;
mod data;
mod evolved;
mod finalise;
mod judges;
mod llm;
mod recipe;
mod sources;
mod talk;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// The system's own allocator makes threads wait for one another while their memory grows.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ends, when it ends.
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Done, and something in the data was rejected or unreadable.
    Found,
    /// Stopped before the end; the same command goes on.
    Stopped,
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match args.command {
        Command::Synth(args) => cmd::synth::run(&args),
        Command::Tools(args) => cmd::tools::run(&args),
        Command::Verify(args) => cmd::verify::run(&args),
        Command::Audit(args) => cmd::audit::run(&args),
        Command::Dedup(args) => cmd::dedup::run(&args),
        Command::Decontaminate(args) => cmd::decontaminate::run(&args),
        Command::Diversity(args) => cmd::diversity::run(&args),
        Command::Eval(args) => cmd::eval::run(&args),
        Command::Export(args) => cmd::export::run(&args),
        Command::Merge(args) => cmd::merge::run(&args),
        Command::Recipes(args) => cmd::catalogue::recipes(&args),
        Command::Rules(args) => cmd::catalogue::rules(&args),
        Command::Judges(args) => cmd::catalogue::judges(&args),
        Command::Formats(args) => cmd::catalogue::formats(&args),
    };
    match done {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Ok(Exit::Stopped) => ExitCode::from(3),
        // Whoever reads our output has had enough: that is their good right.
        Err(error) if broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            talk::say(&format!("toolwright: {}", told(&error)));
            ExitCode::from(2)
        }
    }
}

/// The error with its causes, as far as it does not tell them itself.
fn told(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |told, cause| {
        let cause = cause.to_string();
        let known = told.contains(&cause) || (told.contains("no such file") && cause.contains("os error 2"));
        match (told.is_empty(), known) {
            (true, _) => cause,
            (false, true) => told,
            (false, false) => format!("{told}: {cause}"),
        }
    })
}

fn broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}
