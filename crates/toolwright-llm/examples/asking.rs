//! Asks a server many times and prints what that cost this process: seconds, seconds of processor time, and its peak of memory after a tenth of the
//! requests and at the end. Linux only.
//!
//! `cargo run --release -p toolwright-llm --example asking -- URL N IN_FLIGHT`

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use toolwright_core::{Endpoint, Message, Place, Request, Role};
use toolwright_llm::{Limits, Llm, Patience, Server};
use toolwright_run::Journal;

/// As the command has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, n, in_flight] = &arguments[..] else { return Err("expected URL N IN_FLIGHT".into()) };
    let (n, in_flight): (u64, usize) = (n.parse()?, in_flight.parse()?);
    let folder = tempfile::tempdir()?;
    let journal = Arc::new(Journal::open(folder.path())?);
    let server = Server { in_flight, ..Server::new(url, "mock") };
    let llm = Arc::new(Llm::new(vec![server], Limits::default(), Patience::default(), journal)?);
    let make = |sample: u64| {
        let llm = Arc::clone(&llm);
        async move {
            let message = Message::text(Role::User, format!("Describe item {sample} in one sentence."));
            let request = Request { messages: vec![message], ..Request::default() };
            llm.ask(&Place { sample, ..Place::new("bench") }, &request).await
        }
    };
    let (began, mut early, mut failed) = (Instant::now(), 0, None);
    toolwright_llm::run(toolwright_llm::in_order(0..n, in_flight * 4, make, |sample, reply| {
        if sample == n * 2 / 5 {
            early = peak_bytes();
        }
        failed = failed.take().or(reply.err());
        ControlFlow::Continue(())
    }))?;
    if let Some(why) = failed {
        return Err(why.to_string().into());
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{}",
        serde_json::json!({
            "seconds": seconds, "cpu_seconds": cpu_seconds(), "early_bytes": early, "peak_bytes": peak_bytes(),
            "replies": llm.asked().answered, "sent": llm.asked().sent,
        })
    );
    Ok(())
}

/// What the kernel has counted for this process, in its ticks of a hundredth of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// The most memory that was resident at once.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or_default() * 1024
}
