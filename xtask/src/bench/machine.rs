//! On what the figures were measured, and when.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

/// `2026-01-31, Some CPU @ 2 GHz, 2 cores, load 0.1 at the start`; what the system does not tell is `unknown`.
pub(super) fn describe() -> String {
    let unknown = || "unknown".to_owned();
    let cores = available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string());
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model(&text).map(str::to_owned));
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next()).map_or_else(unknown, str::to_owned);
    format!(
        "Measured on {}: {}, {cores} cores, load {load} at the start.",
        today().unwrap_or_else(unknown),
        cpu.unwrap_or_else(unknown)
    )
}

/// The first CPU's name.
fn model(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn today() -> Option<String> {
    let output = Command::new("date").args(["-u", "+%F"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_found_or_not() {
        assert_eq!(model("processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\n"), Some("Some CPU @ 2.00GHz"));
        assert_eq!(model("processor\t: 0\n"), None);
    }
}
