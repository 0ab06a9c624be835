//! Live MCP servers: tools listed, calls executed for real, and each call made once, whatever happens to the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use toolwright_core::seed::Seed;

use crate::{ends, json, read, says, scratch, toolwright, write};

/// The small server of the crate `toolwright-mcp`, with a log of its calls.
fn small(dir: &Path, log: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../toolwright-mcp/tests/it/server.py");
    format!("mcp:python3 '{script}' '{}'", dir.join(log).display())
}

fn lines(path: impl AsRef<Path>) -> Vec<String> {
    String::from_utf8(read(path)).expect("UTF-8").lines().map(str::to_owned).collect()
}

fn dialogs(dir: &Path, file: &str) -> Vec<Value> {
    let lines = lines(dir.join(file));
    lines.iter().map(|line| serde_json::from_str(line).expect("a dialog")).collect()
}

#[test]
fn tools_of_a_live_server_are_imported() {
    let dir = scratch();
    let source = small(dir.path(), "log");
    let counts = json(dir.path(), &["tools", "import", &source, "-o", "tools.jsonl"], 0);
    assert_eq!(counts["tools"], 9, "{counts}");
    let tools = dialogs(dir.path(), "tools.jsonl");
    assert_eq!((&tools[0]["name"], &tools[0]["meta"]["source"]), (&"echo".into(), &source.as_str().into()));
    let talk = says(dir.path(), &["tools", "import", "mcp:python3 -c 'import nothing_like_it'"], 2);
    assert!(talk.contains("its last words: ") && talk.contains("nothing_like_it"), "{talk}");
}

/// A recipe in which every call has a text of its own, so that the log tells calls apart.
fn recipe(dir: &Path) {
    let texts: Vec<String> = (0..20_000).map(|n| format!("\"note {n}\"")).collect();
    let text = format!(
        "seed = 2\nn = 120\n[dialog]\nexecutor = \"mcp\"\n[dialog.kinds]\nsingle = 1\n[mcp]\nallow = [\"echo\"]\n[values]\ntext = [{}]\n",
        texts.join(", ")
    );
    write(dir, "live.toml", &text);
}

#[test]
fn a_call_of_a_run_that_is_killed_is_not_made_again() {
    let dir = scratch();
    recipe(dir.path());
    let whole = small(dir.path(), "whole.log");
    let base = ["synth", "--recipe", "live.toml", "--tools"];
    let summary = json(dir.path(), &[&base[..], &[&whole, "--out", "whole"]].concat(), 0);
    assert!(summary["accepted"].as_u64() >= Some(110), "{summary}");
    let calls = lines(dir.path().join("whole.log"));
    let made: usize = dialogs(dir.path(), "whole/dialogs.jsonl").iter().map(calls_of).sum();
    assert!(calls.len() >= made && made > 100, "{} calls received, {made} in dialogs", calls.len());

    let source = small(dir.path(), "killed.log");
    let args = [&base[..], &[&source, "--out", "killed"]].concat();
    let seed = u64::from(std::process::id());
    println!("kill moments are drawn from seed {seed}");
    let mut rng = Seed::new(seed).rng();
    let log = dir.path().join("killed.log");
    let mut kills = 0;
    for nth in 1..4 {
        let at = nth * 30 + rng.between(0, 20);
        let mut child = toolwright(dir.path(), &[&args[..], &["-q"]].concat())
            .env("SMALL_SERVER_PAUSE", "0.01")
            .spawn()
            .expect("the program starts");
        let began = Instant::now();
        let received = || std::fs::read_to_string(&log).unwrap_or_default().lines().count() as i64;
        while received() < at && began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(1));
            if child.try_wait().expect("a child").is_some() {
                break;
            }
        }
        kills += usize::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("it can be killed");
        child.wait().expect("it was killed");
    }
    let summary = json(dir.path(), &args, 0);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for call in lines(&log) {
        *times.entry(call).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty() && kills > 0, "{kills} kills, calls made twice: {twice:?}");
    let lost: Vec<Value> = dialogs(dir.path(), "killed/undecided.jsonl");
    println!(
        "{kills} kills, {} calls, {} samples undecided: {}",
        times.len(),
        lost.len(),
        summary["undecided"]
    );
    for dialog in &lost {
        let why = dialog["meta"]["verdicts"][0]["undecided"].as_str().unwrap_or_default();
        assert!(why.contains("was called before the program was stopped"), "{why}");
    }
    // Whatever no kill touched is as in the run that nobody disturbed.
    let by_index = |run: &str| -> BTreeMap<u64, Value> {
        let all = dialogs(dir.path(), &format!("{run}/dialogs.jsonl"));
        all.into_iter()
            .map(|dialog| (dialog["meta"]["index"].as_u64().unwrap_or_default(), messages(&dialog)))
            .collect()
    };
    let touched: Vec<u64> = lost.iter().filter_map(|dialog| dialog["meta"]["index"].as_u64()).collect();
    let (whole, killed) = (by_index("whole"), by_index("killed"));
    for (index, dialog) in whole.iter().filter(|(index, _)| !touched.contains(index)) {
        assert_eq!(killed.get(index), Some(dialog), "{index}");
    }
}

fn messages(dialog: &Value) -> Value {
    dialog["messages"].clone()
}

fn calls_of(dialog: &Value) -> usize {
    let messages = dialog["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["tool_calls"].as_array()).map(Vec::len).sum()
}

#[test]
fn a_server_that_cannot_go_on_stops_the_run_and_what_was_made_is_kept() {
    let dir = scratch();
    let source = small(dir.path(), "log");
    write(
        dir.path(),
        "crash.toml",
        "n = 20\n[dialog]\nexecutor = \"mcp\"\n[dialog.kinds]\nsingle = 1\n[mcp]\nallow = [\"crash\"]\nrestarts = 1\n",
    );
    let args = ["synth", "--recipe", "crash.toml", "--tools", &source, "--out", "run"];
    let talk = says(dir.path(), &args, 3);
    assert!(talk.contains("the server ended 2 times; its last words: I fell over"), "{talk}");
    assert!(talk.contains(" of 20 indices are kept, the same command goes on from there"), "{talk}");
    let why = |text: &str| {
        write(dir.path(), "odd.toml", text);
        says(dir.path(), &["synth", "--recipe", "odd.toml", "--tools", &source], 2)
    };
    let executor = "[dialog]\nexecutor = \"mcp\"\n";
    assert!(
        why(&format!("{executor}[values]\ntxt = [1]\n"))
            .contains("values: no tool has a parameter `txt`; did you mean `text`?")
    );
    assert!(why(&format!("{executor}[mcp]\nallow = [\"ech\"]\n")).contains(
        "mcp.allow: no live tool is called `ech`; did you mean `echo`? there are: echo, sum, fail, "
    ));
    assert!(why("[mcp]\ntimeout = 0.0\n").contains("odd.toml:2: mcp.timeout is 0; expected more than 0"));
    assert!(
        says(dir.path(), &["synth", "--recipe", "crash.toml"], 2)
            .contains("no server is given; give --tools mcp:")
    );
}

#[test]
fn what_is_allowed_may_be_on_one_server_or_another() {
    let dir = scratch();
    let (echo, sum) =
        (small(dir.path(), "echo.log") + " echo crash", small(dir.path(), "sum.log") + " sum fail");
    let recipe = "n = 60\n[dialog]\nexecutor = \"mcp\"\n[dialog.kinds]\nsingle = 1\n[mcp]\nallow = [\"echo\", \"sum\"]\n";
    write(dir.path(), "live.toml", recipe);
    let run = ["synth", "--recipe", "live.toml", "--out", "run", "--tools", &echo, "--tools", &sum];
    let summary = json(dir.path(), &run, 0);
    assert!(summary["accepted"].as_u64() >= Some(55), "{summary}");
    for (log, name) in [("echo.log", "echo"), ("sum.log", "sum")] {
        let calls = lines(dir.path().join(log));
        assert!(!calls.is_empty() && calls.iter().all(|call| call.contains(name)), "{log}: {calls:?}");
    }
}

/// A published server: what it is called, its source, the recipe's sections for it.
fn published(dir: &Path) -> Vec<(&'static str, String, String)> {
    let folder = dir.join("files");
    std::fs::create_dir(&folder).expect("a folder");
    let files: Vec<String> = ["shopping", "meeting", "budget", "travel", "garden"]
        .iter()
        .map(|name| {
            let text: String = (1..9).map(|line| format!("{name}, line {line}\n")).collect();
            write(&folder, &format!("{name}.txt"), &text);
            format!("{:?}", folder.join(format!("{name}.txt")).display().to_string())
        })
        .collect();
    let (files, folder) = (files.join(", "), folder.display());
    let zones = r#"["Europe/Oslo", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Africa/Cairo", "Asia/Kolkata"]"#;
    let mut servers = Vec::new();
    let program = |variable: &str, name: &str| -> Option<String> {
        let there = std::env::var_os(variable).map(PathBuf::from);
        let Some(there) = there else {
            println!("skipped: {variable} names no installation with {name}; `cargo xtask peers` makes one");
            return None;
        };
        // Of Python its program is named, of Node the folder of programs.
        let folder = if there.is_dir() { there } else { there.parent()?.to_owned() };
        Some(format!("mcp:'{}'", folder.join(name).display()))
    };
    let python = |name| program("TOOLWRIGHT_MCP_PYTHON", name);
    if let Some(source) = python("mcp-server-time") {
        let times = r#"time = ["09:30", "14:00", "18:45", "07:15", "22:00", "11:20"]"#;
        let values = format!(
            "[values]\ntimezone = {zones}\nsource_timezone = {zones}\ntarget_timezone = {zones}\n{times}\n"
        );
        servers.push(("time", source, values));
    }
    if let Some(source) = python("mcp-server-calculator") {
        let sums: Vec<String> = (2..40).map(|n| format!("\"{n} * {} + {}\"", n + 3, n * 5)).collect();
        let kinds =
            "[dialog.kinds]\nsingle = 4\nparallel_same = 2\nmulti = 3\nno_tool = 1\nchat = 1\ndirect = 1\n";
        servers.push((
            "calculator",
            source,
            format!("{kinds}[values]\nexpression = [{}]\n", sums.join(", ")),
        ));
    }
    if let Some(source) = python("mcp-text-editor") {
        let values = format!(
            "[mcp]\nallow = [\"get_text_file_contents\"]\n[values]\n\"files/file_path\" = [{files}]\n\"files/ranges/start\" = [1, 2]\n\"files/ranges/end\" = [4, 5, 6]\nencoding = [\"utf-8\"]\n"
        );
        servers.push(("text-editor", source, values));
    }
    if let Some(source) = program("TOOLWRIGHT_MCP_NPM", "mcp-server-filesystem") {
        let values = format!(
            "[mcp]\nallow = [\"read_text_file\", \"list_directory\", \"get_file_info\", \"read_multiple_files\"]\n[values]\npath = [{files}]\npaths = [{files}]\n\"list_directory.path\" = [\"{folder}\"]\nhead = [1, 2, 3]\ntail = [1, 2, 3]\n"
        );
        servers.push(("filesystem", format!("{source} '{folder}'"), values));
    }
    servers
}

/// 200 dialogs on each server that other people published, their calls executed for real.
#[test]
fn published_servers_serve_two_hundred_dialogs_each() {
    let dir = scratch();
    for (name, source, sections) in published(dir.path()) {
        let file = format!("{name}.toml");
        write(dir.path(), &file, &format!("seed = 5\nn = 260\n[dialog]\nexecutor = \"mcp\"\n{sections}"));
        let args = ["synth", "--recipe", &file, "--tools", &source, "--out", name];
        let summary = json(dir.path(), &args, 0);
        let accepted = dialogs(dir.path(), &format!("{name}/dialogs.jsonl"));
        let calls: usize = accepted.iter().map(calls_of).sum();
        println!(
            "{name}: {} dialogs, {calls} calls executed, {} rejected, {} undecided",
            accepted.len(),
            summary["rejected"],
            summary["undecided"]
        );
        assert!(accepted.len() >= 200 && calls >= 200, "{name}: {summary}");
        // The same command again makes no call; the data stands up to the rules from outside.
        assert_eq!(json(dir.path(), &args, 0)["resumed"], true);
        ends(dir.path(), &["verify", name, "-q", "--json"], 0);
    }
}

/// The same over HTTP.
#[test]
fn a_server_over_http_is_a_server() {
    let Some(folder) = std::env::var_os("TOOLWRIGHT_MCP_NPM").map(PathBuf::from) else {
        println!(
            "skipped: TOOLWRIGHT_MCP_NPM names no programs of Node's; `cargo xtask peers` installs them"
        );
        return;
    };
    let dir = scratch();
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let port = free.expect("a free port").port();
    let mut server = std::process::Command::new(folder.join("mcp-server-everything"))
        .arg("streamableHttp")
        .env("PORT", port.to_string())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the server starts");
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
        && began.elapsed() < Duration::from_secs(30)
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    write(
        dir.path(),
        "http.toml",
        "seed = 5\nn = 40\n[dialog]\nexecutor = \"mcp\"\n[mcp]\nallow = [\"echo\", \"get-sum\", \"get-structured-content\"]\n[values]\nmessage = [\"good morning\", \"the door is open\", \"see you at noon\"]\na = [1, 2, 3, 40]\nb = [5, 6, 70]\n",
    );
    let url = format!("http://127.0.0.1:{port}/mcp");
    let summary = json(dir.path(), &["synth", "--recipe", "http.toml", "--tools", &url, "--out", "run"], 0);
    server.kill().expect("it can be ended");
    let _ = server.wait();
    assert!(summary["accepted"].as_u64() >= Some(36), "{summary}");
}
