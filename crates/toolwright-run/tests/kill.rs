//! A run that is killed with SIGKILL again and again gives the bytes of an undisturbed run.
//!
//! The test starts itself as another process, kills it after a while that grows, and starts it again.
#![cfg(unix)]

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use toolwright_run::{
    Admit, Ended, Error, Fate, Fold, Identity, Line, Opened, Result, Run, Sample, Totals, Work,
};

const FOLDER: &str = "TOOLWRIGHT_RUN_KILL_FOLDER";
const N: u64 = 6000;

/// Rejects what it has seen before; the rest makes the report depend on every line and its place.
#[derive(Default)]
struct Seen(std::collections::BTreeSet<u64>, u64);

impl Fold for Seen {
    type Item = u64;

    fn read(&self, _: Fate, line: &str) -> Result<(u64, u64)> {
        let value: Value = serde_json::from_str(line).map_err(|error| Error::new(error.to_string()))?;
        let number = |key| value[key].as_u64().ok_or_else(|| Error::new("expected a number"));
        Ok((number("index")?, number("value")?))
    }

    fn admit(&self, index: u64, item: &u64, _: &str) -> Result<Admit> {
        let again = self.0.contains(item);
        Ok(if again { Admit::Reject(json!({"index": index, "value": 1}).to_string()) } else { Admit::Keep })
    }

    fn note(&mut self, fate: Fate, item: u64, _: &str) {
        if fate == Fate::Accepted {
            self.0.insert(item);
        }
        self.1 = self.1.wrapping_mul(31).wrapping_add(item);
    }

    fn report(&self, totals: &Totals) -> Value {
        json!({"totals": totals, "sum": self.1})
    }
}

fn run(dir: &Path, slow: bool) -> Ended {
    let identity = Identity { recipe: "seed = 1\n".into(), tools: b"{}\n".to_vec(), shard: None, n: N };
    let run = match Run::open(dir, &identity).expect("opened") {
        Opened::Finished(done) => return Ended::Done(done),
        Opened::Unfinished(run) => run,
    };
    let work = Work { threads: 2, ..Work::default() };
    run.writer(Seen::default()).expect("restored").generate(&work, |index| {
        if slow && index.is_multiple_of(8) {
            thread::sleep(Duration::from_millis(4));
        }
        let value = index * index % 7919;
        let pad = "x".repeat((index % 300) as usize);
        let line = |fate| Line {
            fate,
            text: json!({"index": index, "value": value, "pad": pad}).to_string(),
            item: value,
        };
        let fates = [Some(Fate::Rejected).filter(|_| index.is_multiple_of(3)), Some(Fate::Accepted)];
        Ok(Sample { index, lines: fates.into_iter().flatten().map(line).collect() })
    })
}

/// Not a test by itself: what the killed process does.
#[test]
fn child() {
    let Some(dir) = env::var_os(FOLDER) else { return };
    assert!(matches!(run(Path::new(&dir), true), Ended::Done(_)));
}

#[test]
fn killed_again_and_again() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (whole, killed) = (scratch.path().join("whole"), scratch.path().join("killed"));
    assert!(matches!(run(&whole, false), Ended::Done(_)));
    let mut kills = 0;
    for wait in 0.. {
        let mut child = Command::new(env::current_exe().expect("this test"))
            .args(["--exact", "child"])
            .env(FOLDER, &killed)
            .stdout(Stdio::null())
            .spawn()
            .expect("started");
        thread::sleep(Duration::from_millis(3 + 97 * wait));
        if let Some(status) = child.try_wait().expect("waited") {
            assert!(status.success(), "after {kills} kills: {status}");
            break;
        }
        child.kill().expect("killed");
        child.wait().expect("waited");
        kills += 1;
    }
    assert!(kills > 3, "killed only {kills} times");
    let files = [
        "recipe.toml", "tools.jsonl", "dialogs.jsonl", "rejected.jsonl", "undecided.jsonl", "checkpoint.json",
    ];
    for name in files.into_iter().chain(["report.json"]) {
        let read = |dir: &Path| fs::read_to_string(dir.join(name)).expect("read");
        assert!(read(&whole) == read(&killed), "{name} differs after {kills} kills");
    }
}
