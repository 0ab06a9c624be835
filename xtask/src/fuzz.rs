//! Fuzzing: each target in `fuzz/fuzz_targets/` in turn, for a minute unless told otherwise.
//!
//! cargo-fuzz wants a nightly compiler; `RUSTC_BOOTSTRAP` lets the stable one do, and no sanitizer is asked for, because
//! our crates hold no unsafe code. Inputs that taught the fuzzer something stay in `fuzz/corpus/`, those that broke a
//! target in `fuzz/artifacts/`; neither is checked in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::process;

/// One input may take this many seconds; more is a fault of its own, as hostile input must not hold a reader up.
const SECONDS_AN_INPUT: u64 = 10;

/// What to fuzz, and for how long.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// All of them where none is named.
    target: Option<String>,
    /// For each target.
    time: Duration,
}

impl Options {
    /// # Errors
    /// The reason, where the arguments are not `[TARGET] [--seconds N]`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let mut options = Self { target: None, time: Duration::from_secs(60) };
        let mut rest = arguments.iter();
        while let Some(&argument) = rest.next() {
            match argument {
                "--seconds" => {
                    let given = rest.next().ok_or("`--seconds` needs a number after it")?;
                    let seconds = given.parse().ok().filter(|seconds| *seconds > 0);
                    let seconds = seconds.ok_or_else(|| {
                        format!("`--seconds {given}`: a whole number of at least 1 is expected")
                    })?;
                    options.time = Duration::from_secs(seconds);
                }
                flag if flag.starts_with('-') => {
                    return Err(format!("`fuzz` has no option `{flag}`; it has `--seconds N`"));
                }
                target if options.target.is_none() => options.target = Some(target.to_owned()),
                extra => return Err(format!("`fuzz` takes one target, but `{extra}` was given too")),
            }
        }
        Ok(options)
    }
}

/// Fuzzes, and goes on to the next target where one breaks.
///
/// # Errors
/// Where a target is not known or not in `fuzz/Cargo.toml`, does not build, or broke; the message names the inputs.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let targets = chosen(targets(root)?, options.target.as_deref())?;
    install(root)?;
    for target in &targets {
        process::succeed(cargo_fuzz(root, "build").arg(target))?;
    }
    let mut broken = Vec::new();
    for target in &targets {
        eprintln!("\n== {target}: {} s", options.time.as_secs());
        broken.extend(fuzz(root, target, options.time).err().map(|why| format!("{why:#}")));
    }
    match broken.len() {
        0 => eprintln!("\nno target broke: {} s each for {}", options.time.as_secs(), listing(&targets)),
        n => bail!("{n} of {} targets broke\n{}", targets.len(), broken.join("\n")),
    }
    Ok(())
}

/// The targets' names: what is in the folder, once it is known that the manifest says the same.
fn targets(root: &Path) -> Result<BTreeSet<String>> {
    let files = files(&root.join("fuzz/fuzz_targets"))?;
    let listed = listed(&root.join("fuzz/Cargo.toml"))?;
    agree(&files, &listed)?;
    Ok(files)
}

/// The stems of the `.rs` files in `folder`.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let shown = folder.display();
    let mut stems = BTreeSet::new();
    for entry in folder.read_dir().with_context(|| format!("cannot read {shown}"))? {
        let path = entry.with_context(|| format!("cannot read {shown}"))?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            stems.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    Ok(stems)
}

/// The binaries that a manifest lists.
fn listed(manifest: &Path) -> Result<BTreeSet<String>> {
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    let metadata = metadata.with_context(|| format!("cannot read {}", manifest.display()))?;
    let targets = metadata.packages.iter().flat_map(|package| &package.targets);
    Ok(targets.filter(|target| target.is_bin()).map(|target| target.name.clone()).collect())
}

fn agree(files: &BTreeSet<String>, listed: &BTreeSet<String>) -> Result<()> {
    if let Some(name) = files.difference(listed).next() {
        bail!(
            "fuzz/fuzz_targets/{name}.rs has no `[[bin]]` in fuzz/Cargo.toml; copy a neighbour's and change the name"
        );
    }
    if let Some(name) = listed.difference(files).next() {
        bail!(
            "fuzz/Cargo.toml lists `{name}`, but there is no fuzz/fuzz_targets/{name}.rs; take its `[[bin]]` out"
        );
    }
    Ok(())
}

fn chosen(targets: BTreeSet<String>, name: Option<&str>) -> Result<BTreeSet<String>> {
    let Some(name) = name else { return Ok(targets) };
    if !targets.contains(name) {
        bail!("no fuzz target is called `{name}`; there are {}", listing(&targets));
    }
    Ok(BTreeSet::from([name.to_owned()]))
}

fn listing(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Sees to it that cargo-fuzz is there.
fn install(root: &Path) -> Result<()> {
    let mut version = process::cargo(root);
    version.args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if version.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    eprintln!("cargo-fuzz is not installed; installing it");
    process::succeed(process::cargo(root).args(["install", "cargo-fuzz", "--locked"]))
}

/// `cargo fuzz`, on the stable toolchain and without a sanitizer.
fn cargo_fuzz(root: &Path, what: &str) -> Command {
    let mut command = process::cargo(root);
    command.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", what, "--sanitizer", "none"]);
    command
}

/// One target for `time`.
fn fuzz(root: &Path, target: &str, time: Duration) -> Result<()> {
    let artifacts = root.join("fuzz/artifacts").join(target);
    let before = inputs(&artifacts);
    let mut command = cargo_fuzz(root, "run");
    command.args([target, "--"]);
    command.arg(format!("-max_total_time={}", time.as_secs())).arg(format!("-timeout={SECONDS_AN_INPUT}"));
    // Without these, tens of thousands of lines bury the one that matters.
    let ended = process::succeed(command.args(["-verbosity=0", "-print_final_stats=1"]));
    let found = inputs(&artifacts);
    let found = found.difference(&before).map(|path| path.strip_prefix(root).unwrap_or(path));
    let found = listing(&found.map(|path| path.display().to_string()).collect());
    // An input that took long but ended may only have met a busy machine: a person decides.
    if ended.is_ok() && !found.is_empty() {
        eprintln!("{target}: nothing broke, but this took long and is worth a second run: {found}");
    }
    ended.with_context(|| format!("{target}: broken by [{found}]"))
}

/// What lies in a target's folder of inputs that broke it; nothing where there is no folder yet.
fn inputs(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn options_are_a_target_and_seconds_in_any_order() {
        let both = Options { target: Some("call_json".into()), time: Duration::from_secs(5) };
        assert_eq!(Options::parse(&["call_json", "--seconds", "5"]).as_ref(), Ok(&both));
        assert_eq!(Options::parse(&["--seconds", "5", "call_json"]).as_ref(), Ok(&both));
        assert_eq!(Options::parse(&[]), Ok(Options { target: None, time: Duration::from_secs(60) }));
    }

    #[test]
    fn bad_options_say_what_is_expected() {
        for (arguments, why) in [
            (&["--seconds"][..], "`--seconds` needs a number after it"),
            (&["--seconds", "0"], "`--seconds 0`: a whole number of at least 1 is expected"),
            (&["--secs", "1"], "`fuzz` has no option `--secs`; it has `--seconds N`"),
            (&["a", "b"], "`fuzz` takes one target, but `b` was given too"),
        ] {
            assert_eq!(Options::parse(arguments), Err(why.to_owned()));
        }
    }

    #[test]
    fn every_target_of_this_repository_is_listed() {
        let found =
            targets(&crate::root().expect("cargo runs the tests")).expect("folder and manifest agree");
        assert!(found.contains("call_json"), "{found:?}");
    }

    #[test]
    fn a_target_on_one_side_only_is_named() {
        let why = |files, listed| agree(&set(files), &set(listed)).expect_err("they differ").to_string();
        assert!(why(&["a", "b"], &["a"]).starts_with("fuzz/fuzz_targets/b.rs has no `[[bin]]`"));
        assert!(why(&["a"], &["a", "b"]).starts_with("fuzz/Cargo.toml lists `b`"));
        let why = chosen(set(&["a", "b"]), Some("c")).expect_err("there is no c").to_string();
        assert_eq!(why, "no fuzz target is called `c`; there are a, b");
    }
}
