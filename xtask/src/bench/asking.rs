//! Asking a server beside what its latency allows, and beside Python programs that ask the same server the same.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Bench;
use super::measure::{Measured, measure};
use super::table::{Aim, Row};
use crate::peers::{AIOHTTP, CURATOR, Peer};
use crate::process;

/// A server in a process of its own, which ends when this is dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(bench: &Bench<'_>, milliseconds: u64) -> Result<Self> {
        let mut command = Command::new(example(bench, "served")?);
        command.arg(milliseconds.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child =
            command.spawn().with_context(|| format!("cannot start `{}`", process::shown(&command)))?;
        let mut url = String::new();
        let printed = child.stdout.take().context("the server prints its address")?;
        BufReader::new(printed).read_line(&mut url).context("the server prints its address")?;
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends with its input; where it does not, it is nothing to the figures.
        let _ = self.child.wait();
    }
}

/// An example of `toolwright-llm`, built.
fn example(bench: &Bench<'_>, name: &str) -> Result<PathBuf> {
    let mut build = process::cargo(bench.root);
    process::succeed(
        build.args(["build", "--release", "--locked", "-p", "toolwright-llm", "--example", name]),
    )?;
    let folder = bench.toolwright.parent().context("the command lies in a folder")?;
    Ok(folder.join("examples").join(name))
}

/// Asks so often, with so many in flight.
fn ask(bench: &Bench<'_>, mut command: Command, n: u64, in_flight: u64) -> Result<Measured> {
    command.arg(n.to_string()).arg(in_flight.to_string()).stderr(Stdio::null());
    let measured = measure(&mut command, &bench.folder.join("asking.json"))?;
    if !measured.status.success() || measured.number("replies")? != n as f64 {
        bail!("`{}` ended with {} and did not get {n} replies", process::shown(&command), measured.status);
    }
    Ok(measured)
}

/// A thousand in flight at a server that takes a second.
pub(super) fn saturation(bench: &Bench<'_>) -> Result<Vec<Row>> {
    const IN_FLIGHT: u64 = 1000;
    let n = bench.options.dialogs;
    let server = Served::start(bench, 1000)?;
    let mut own = Command::new(example(bench, "asking")?);
    own.arg(&server.url);
    let measured = ask(bench, own, n, IN_FLIGHT)?;
    let ideal = n as f64 / IN_FLIGHT as f64;
    let what = |what: &str| format!("asking a server of 1 s latency {n} times, 1,000 in flight: {what}");
    Ok(vec![
        Row {
            what: what("rate"),
            value: 100.0 * ideal / measured.number("seconds")?,
            unit: "%",
            aim: Aim::AtLeast(98.0),
            of: "what the server's latency allows".into(),
        },
        Row {
            what: what("processor time"),
            value: measured.number("cpu_seconds")? * 1e6 / n as f64,
            unit: "µs/request",
            aim: Aim::AtMost(150.0),
            of: "the whole process, its start included".into(),
        },
        Row {
            what: what("peak memory"),
            value: measured.number("peak_bytes")? / 1e6,
            unit: "MB",
            // A connection has all its room once it has carried some dozens of requests: its queue has blocks of 32 places and keeps two.
            aim: Aim::AtMost(1.05 * measured.number("early_bytes")? / 1e6),
            of: "1.05 × the peak after two fifths of the requests".into(),
        },
    ])
}

/// Requests a second of processor time, start-up not counted on any side: what more requests cost more.
pub(super) fn beside_python(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let server = Served::start(bench, 200)?;
    let python = |peer: &Peer, script: &str| -> Result<Command> {
        let mut command = Command::new(peer.install(bench.root)?);
        command.arg(bench.root.join("crates/toolwright-llm/peer").join(script)).arg(&server.url);
        Ok(command)
    };
    let own = || -> Result<Command> {
        let mut command = Command::new(example(bench, "asking")?);
        command.arg(&server.url);
        Ok(command)
    };
    let rate = |command: &dyn Fn() -> Result<Command>, n: u64, in_flight: u64| -> Result<f64> {
        const FEW: u64 = 100;
        let few = ask(bench, command()?, FEW, in_flight)?.number("cpu_seconds")?;
        let many = ask(bench, command()?, n, in_flight)?.number("cpu_seconds")?;
        Ok((n - FEW) as f64 / (many - few))
    };
    let n = bench.options.dialogs;
    let mut rows = Vec::new();
    for (peer, script, name, times, theirs, in_flight) in [
        (
            &AIOHTTP,
            "asyncio_loop.py",
            "a bare loop on aiohttp 3.13.5, without journal, retries or limits",
            3.0,
            n,
            1000,
        ),
        // Its rate grows no further beyond some hundred in flight.
        (&CURATOR, "curator.py", "Curator 0.1.31", 20.0, n / 50, 100),
    ] {
        let theirs = rate(&|| python(peer, script), theirs, in_flight)?;
        let ours = rate(&own, n, in_flight)?;
        rows.push(Row {
            what: format!("asking a server of 200 ms latency, {in_flight} in flight"),
            value: ours,
            unit: "requests a second of processor time",
            aim: Aim::Times(times, theirs),
            of: format!("{name}: {theirs:.0}"),
        });
    }
    Ok(rows)
}
