//! How fast, and how large: each line is one measurement beside the aim that the design names for it.
//!
//! Programs are measured from outside, from their start to their end, so that loading, writing and summing up count.
//! Figures of a machine that does other work at the same time are worth little; the load at the start is shown with them.

mod asking;
mod bfcl;
mod lines;
mod machine;
mod measure;
mod table;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::process;
use lines::LINES;
use table::Row;

/// How many dialogs, and which lines.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// Only lines whose name holds this.
    only: String,
    /// For figures of speed.
    dialogs: u64,
    /// For the figure of memory, which must not grow with the run.
    dialogs_for_memory: u64,
}

impl Options {
    /// # Errors
    /// The reason, where the arguments are not `[--quick] [--only TEXT]`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let mut options = Self { only: String::new(), dialogs: 100_000, dialogs_for_memory: 300_000 };
        let mut rest = arguments.iter();
        while let Some(&argument) = rest.next() {
            match argument {
                "--quick" => (options.dialogs, options.dialogs_for_memory) = (10_000, 10_000),
                "--only" => (*rest.next().ok_or("`--only` needs a part of a line's name after it")?)
                    .clone_into(&mut options.only),
                other => {
                    return Err(format!(
                        "`bench` takes `--quick` and `--only TEXT`, and `{other}` was given"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// What the lines share.
struct Bench<'a> {
    root: &'a Path,
    options: &'a Options,
    /// The command, as users get it.
    toolwright: PathBuf,
    /// Where runs go; emptied of an older run of the same name first.
    folder: PathBuf,
}

/// Builds the command, measures every line and prints the table on standard output.
///
/// # Errors
/// Where something cannot be built or measured; the table then has the other lines.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let bench = Bench::prepare(root, options)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut failed = Vec::new();
    println!("{}\n", machine::describe());
    for (name, line) in LINES.iter().filter(|(name, _)| name.contains(&options.only)) {
        eprintln!("== {name}");
        match line(&bench) {
            Ok(found) => {
                found.iter().for_each(|row| eprintln!("   {row}"));
                rows.extend(found);
            }
            Err(why) => {
                eprintln!("   not measured: {why:#}");
                failed.push(*name);
            }
        }
    }
    print!("{}", table::markdown(&rows));
    if !failed.is_empty() {
        bail!("not measured: {}", failed.join(", "));
    }
    Ok(())
}

impl<'a> Bench<'a> {
    fn prepare(root: &'a Path, options: &'a Options) -> Result<Self> {
        process::succeed(
            process::cargo(root).args(["build", "--release", "--locked", "-p", "toolwright-cli"]),
        )?;
        let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec();
        let target = metadata.context("cannot ask cargo for its target folder")?.target_directory;
        let folder = target.join("bench").into_std_path_buf();
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { root, options, toolwright: target.join("release/toolwright").into_std_path_buf(), folder })
    }

    /// The run folder of this name.
    fn run_folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_quick_and_only() {
        assert_eq!(Options::parse(&["--quick"]).map(|options| options.dialogs), Ok(10_000));
        assert_eq!(Options::parse(&["--only", "BFCL"]).map(|options| options.only), Ok("BFCL".to_owned()));
        assert_eq!(Options::parse(&[]).map(|options| options.dialogs_for_memory), Ok(300_000));
        let why = Options::parse(&["--fast"]).expect_err("there is no such option");
        assert_eq!(why, "`bench` takes `--quick` and `--only TEXT`, and `--fast` was given");
    }
}
