//! The command as a user meets it: every test runs the real program.

mod audit;
mod browser;
mod catalogues;
mod dedup;
mod diversity;
mod eval;
#[path = "../../../toolwright-llm/tests/it/faulty.rs"]
#[expect(dead_code, reason = "another crate's tests use all of it")]
mod faulty;
mod hand_over;
mod live;
mod mistakes;
mod models;
mod openapi;
#[expect(clippy::panic, reason = "a script that is asked for what it does not play is wrong")]
mod roles;
mod runs;
#[path = "../../../toolwright-llm/tests/it/server.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "another crate's tests use all of it")]
mod server;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program, in this folder.
fn toolwright(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolwright"));
    command.current_dir(dir).args(args).stdin(Stdio::null());
    command
}

/// Runs it to its end.
fn run(dir: &Path, args: &[&str]) -> Output {
    toolwright(dir, args).output().expect("the program starts")
}

/// Runs it, expects this exit code, and gives stdout.
fn ends(dir: &Path, args: &[&str], code: i32) -> String {
    let output = run(dir, args);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "toolwright {}\n{talk}", args.join(" "));
    String::from_utf8(output.stdout).expect("stdout is UTF-8")
}

/// Runs it with `--json` and reads the object.
fn json(dir: &Path, args: &[&str], code: i32) -> Value {
    let args = [args, &["--json", "-q"]].concat();
    serde_json::from_str(&ends(dir, &args, code)).expect("one JSON object on stdout")
}

/// What it says on stderr.
fn says(dir: &Path, args: &[&str], code: i32) -> String {
    let output = run(dir, args);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "toolwright {}\n{talk}", args.join(" "));
    talk
}

/// A folder of a test's own.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::write(dir.join(name), text).expect("a writable folder");
}

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    std::fs::read(path.as_ref()).expect("the file was just written")
}

/// The files of two run folders that must be equal.
fn same(one: &Path, other: &Path) {
    for file in [
        "dialogs.jsonl", "rejected.jsonl", "undecided.jsonl", "recipe.toml", "tools.jsonl", "report.json",
        "report.html",
    ] {
        assert!(
            read(one.join(file)) == read(other.join(file)),
            "{file} of {} and {} differ",
            one.display(),
            other.display()
        );
    }
}

/// The folder of real data, where there is one.
fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("TOOLWRIGHT_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TOOLWRIGHT_DATA is not set");
    }
    folder
}
