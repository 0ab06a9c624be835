//! A process killed with SIGKILL at any moment and started again: nothing is lost, nothing is paid for twice.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use toolwright_core::seed::Seed;

use crate::faults::{ask, check, open, quick, said};
use crate::faulty::{Case, faults};
use crate::server::{Act, Scripted, reply};

const N: u64 = 150;
const IN_FLIGHT: usize = 8;
const URL: &str = "TOOLWRIGHT_TEST_URL";
const DIR: &str = "TOOLWRIGHT_TEST_DIR";

/// What is killed: this test, started by the other one in a process of its own.
#[test]
#[ignore = "the other tests start it"]
fn asks_for_all_samples() {
    let (Ok(url), Ok(dir)) = (std::env::var(URL), std::env::var(DIR)) else { return };
    check(&ask(&open(dir.as_ref(), quick(&url, IN_FLIGHT)), N));
}

fn start(server: &Scripted, dir: &std::path::Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "kill::asks_for_all_samples", "--ignored", "--quiet"]);
    child.env(URL, &server.url).env(DIR, dir).stdout(std::process::Stdio::null()).spawn().unwrap()
}

#[test]
fn a_kill_during_each_fault_costs_no_more_than_was_in_flight() {
    let seed = Seed::new(u64::from(std::process::id()));
    eprintln!("seed {}", std::process::id());
    for (nth_fault, Case { name, act: fault, tallied }) in faults().into_iter().enumerate() {
        let mut rng = seed.index(nth_fault as u64).rng();
        // One request in ten meets the fault, once.
        let server = Scripted::with_latency(Duration::from_millis(4), move |text, nth| {
            let n: u64 = text.trim_start_matches("sample ").parse().unwrap();
            if n % 10 == 3 && nth == 0 { fault(&reply(&said(text))) } else { Act::Say(said(text)) }
        });
        let scratch = tempfile::tempdir().unwrap();
        let mut kills = 0;
        for kill_at in [rng.between(10, 60), rng.between(70, 140)] {
            let mut child = start(&server, scratch.path());
            let began = Instant::now();
            while server.received() < kill_at as usize && began.elapsed() < Duration::from_secs(30) {
                std::thread::sleep(Duration::from_micros(300));
                if child.try_wait().unwrap().is_some() {
                    break;
                }
            }
            kills += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(start(&server, scratch.path()).wait().unwrap().success(), "{name}");
        let faulty = if tallied.is_some() { N as usize / 10 } else { 0 };
        let most = N as usize + faulty + kills * IN_FLIGHT;
        assert!(
            server.received() <= most,
            "{name}: {} requests, at most {most} with {kills} kills",
            server.received()
        );
        let received = server.received();
        let llm = open(scratch.path(), quick(&server.url, IN_FLIGHT));
        check(&ask(&llm, N));
        assert_eq!(
            (llm.asked().found, server.received()),
            (N, received),
            "{name}: every sample is in the journal"
        );
    }
}
