//! One program, measured from outside: its time, its peak of memory, and the JSON object that it prints.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::shown;

/// How often a running program is looked at. Time is therefore right to this much, and growth of memory in the last
/// moment of so short a length is not seen.
const LOOK: Duration = Duration::from_millis(2);

/// What a run took and gave.
pub(super) struct Measured {
    pub(super) status: ExitStatus,
    /// From start to end.
    pub(super) seconds: f64,
    /// The most memory that was resident at once; `None` where the program ended before it could be read.
    pub(super) peak_bytes: Option<u64>,
    /// The command, for messages.
    command: String,
    /// What it printed.
    printed: String,
}

/// Runs `command` to its end. Its standard output goes to `file` first, because a pipe that is not read would hold it up.
///
/// # Errors
/// Where it cannot be started or watched, or `file` cannot be written and read.
pub(super) fn measure(command: &mut Command, file: &Path) -> Result<Measured> {
    let place = || format!("cannot keep output in {}", file.display());
    command.stdout(File::create(file).with_context(place)?);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start `{}`", shown(command)))?;
    let (status, peak_bytes) = watch(&mut child)?;
    let seconds = start.elapsed().as_secs_f64();
    let printed = std::fs::read_to_string(file).with_context(place)?;
    Ok(Measured { status, seconds, peak_bytes, command: shown(command), printed })
}

fn watch(child: &mut Child) -> Result<(ExitStatus, Option<u64>)> {
    let mut peak = None;
    loop {
        peak = peak.max(peak_bytes(child.id()));
        if let Some(status) = child.try_wait().context("cannot wait for the program")? {
            return Ok((status, peak));
        }
        std::thread::sleep(LOOK);
    }
}

/// The kernel's own record of a process's peak.
fn peak_bytes(process: u32) -> Option<u64> {
    high_water(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

/// `VmHWM:     1234 kB`, where the kernel's kB are 1,024 bytes.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

impl Measured {
    /// A number of the JSON object that the program printed.
    ///
    /// # Errors
    /// Where it printed something else; the message shows what.
    pub(super) fn number(&self, key: &str) -> Result<f64> {
        let printed: Value = serde_json::from_str(&self.printed).with_context(|| {
            format!("`{}` should print one JSON object, but printed: {}", self.command, start(&self.printed))
        })?;
        printed.get(key).and_then(Value::as_f64).with_context(|| {
            format!("`{}` should print a number `{key}`, but printed: {}", self.command, start(&self.printed))
        })
    }
}

/// As much of a text as a message bears.
fn start(text: &str) -> String {
    text.trim().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, name: &str) -> Measured {
        let file = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        let measured = measure(Command::new("sh").args(["-c", script]), &file).expect("sh runs");
        std::fs::remove_file(file).expect("it was just written");
        measured
    }

    #[test]
    fn time_memory_and_numbers_are_told() {
        let measured = sh("sleep 0.1; echo '{\"accepted\": 7}'", "number");
        assert!(measured.status.success());
        assert!(measured.seconds >= 0.1);
        assert!(measured.peak_bytes.is_some_and(|bytes| bytes > 100_000));
        assert_eq!(measured.number("accepted").expect("it is there"), 7.0);
    }

    #[test]
    fn other_output_is_shown() {
        let why = sh("echo 3 dialogs", "text").number("read").expect_err("no JSON").to_string();
        assert_eq!(why, "`sh -c 'echo 3 dialogs'` should print one JSON object, but printed: 3 dialogs");
        let why = sh("echo {}", "empty").number("read").expect_err("no such key").to_string();
        assert_eq!(why, "`sh -c 'echo {}'` should print a number `read`, but printed: {}");
    }

    #[test]
    fn the_kernels_line_is_read() {
        assert_eq!(high_water("Name:\tsh\nVmHWM:\t    1640 kB\nVmRSS:\t 12 kB\n"), Some(1_679_360));
        assert_eq!(high_water("Name:\tsh\nState:\tZ (zombie)\n"), None);
    }
}
