//! A provider's batch interface: many requests in one file, and no batch paid for twice.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolwright_core::Unanswered;
use toolwright_llm::{Batching, Limits, Llm, Server};
use toolwright_run::Journal;

use crate::faults::{ask, check, patience, said};
use crate::server::reply;

#[derive(Default)]
struct State {
    files: HashMap<String, String>,
    /// Input file, metadata, how often it was looked at.
    batches: Vec<(String, Value, usize)>,
    /// How often each text was answered.
    answered: HashMap<String, usize>,
    /// How often a batch is looked at until it is done.
    looks: usize,
}

/// A provider of batches.
struct Provider {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Provider {
    fn new(looks: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { looks, ..State::default() }));
        let of = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&of);
                std::thread::spawn(move || drop(serve(&stream, &state)));
            }
        });
        Self { url, state }
    }

    fn batches(&self) -> usize {
        self.state.lock().unwrap().batches.len()
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut parts = line.split_whitespace().map(str::to_owned);
        let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let answer = answer(&mut state.lock().unwrap(), &method, &path, &String::from_utf8(body).unwrap());
        write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{answer}", answer.len())?;
    }
}

fn answer(state: &mut State, method: &str, path: &str, body: &str) -> String {
    match (method, path.trim_start_matches("/v1/")) {
        ("POST", "files") => {
            assert!(body.contains("name=\"purpose\"\r\n\r\nbatch\r\n"), "{body}");
            let rows = body.lines().filter(|line| line.starts_with('{'));
            let id = format!("file-{}", state.files.len());
            state.files.insert(id.clone(), rows.collect::<Vec<_>>().join("\n"));
            json!({"id": id}).to_string()
        }
        ("POST", "batches") => {
            let order: Value = serde_json::from_str(body).unwrap();
            assert_eq!(
                (&order["endpoint"], &order["completion_window"]),
                (&json!("/v1/chat/completions"), &json!("24h"))
            );
            let id = format!("batch-{}", state.batches.len());
            state.batches.push((
                order["input_file_id"].as_str().unwrap().to_owned(),
                order["metadata"].clone(),
                0,
            ));
            json!({"id": id, "status": "validating"}).to_string()
        }
        ("GET", "batches?limit=100") => {
            let batch = |(n, (_, metadata, _)): (usize, &(String, Value, usize))| json!({"id": format!("batch-{n}"), "status": "in_progress", "metadata": metadata});
            json!({"data": state.batches.iter().enumerate().map(batch).collect::<Vec<_>>()}).to_string()
        }
        ("GET", path) if path.starts_with("batches/") => {
            let n: usize = path.trim_start_matches("batches/batch-").parse().unwrap();
            state.batches[n].2 += 1;
            if state.batches[n].2 < state.looks {
                return json!({"id": n, "status": "in_progress"}).to_string();
            }
            let output = format!("output-{n}");
            if !state.files.contains_key(&output) {
                let input = state.files[&state.batches[n].0].clone();
                let rows: Vec<String> = input.lines().filter_map(|row| row_of(state, row)).collect();
                state.files.insert(output.clone(), rows.join("\n"));
            }
            json!({"id": n, "status": "completed", "output_file_id": output}).to_string()
        }
        ("GET", path) => {
            let file = path.trim_start_matches("files/").trim_end_matches("/content");
            state.files[file].clone()
        }
        other => panic!("{other:?}"),
    }
}

/// What comes of one request; at first some fail, and some are left out.
fn row_of(state: &mut State, row: &str) -> Option<String> {
    let row: Value = serde_json::from_str(row).unwrap();
    let text = row["body"]["messages"][0]["content"].as_str().unwrap();
    let times = state.answered.entry(text.to_owned()).or_default();
    *times += 1;
    let n: u64 = text.trim_start_matches("sample ").parse().unwrap();
    let response = match (*times, n % 10) {
        (1, 3) => json!({"status_code": 500, "body": {"error": {"message": "oops"}}}),
        (1, 7) => return None,
        _ => json!({"status_code": 200, "body": serde_json::from_str::<Value>(&reply(&said(text))).unwrap()}),
    };
    Some(json!({"custom_id": row["custom_id"], "response": response, "error": null}).to_string())
}

fn open(dir: &std::path::Path, url: &str) -> Arc<Llm> {
    let batch = Some(Batching { gather: 0.1, poll: 0.02, ..Batching::default() });
    let server = Server { in_flight: 100, batch, ..Server::new(url, "tiny") };
    let journal = Arc::new(Journal::open(dir).unwrap());
    Arc::new(Llm::new(vec![server], Limits::default(), patience(), journal).unwrap())
}

#[test]
fn all_asks_go_in_one_batch_and_what_failed_in_another() {
    let provider = Provider::new(3);
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), &provider.url);
    check(&ask(&llm, 50));
    assert_eq!(provider.batches(), 2);
    assert_eq!((llm.asked().sent, llm.asked().answered), (60, 50));
    assert_eq!(llm.asked().faults["failed"], 10);
    assert_eq!(llm.asked().spent.usage.completion, 250);
    drop(llm);
    let llm = open(scratch.path(), &provider.url);
    check(&ask(&llm, 50));
    assert_eq!((llm.asked().found, llm.asked().sent, provider.batches()), (50, 0, 2));
}

#[test]
fn a_batch_that_was_sent_is_waited_for_in_the_next_session_and_not_sent_again() {
    for noted in [true, false] {
        let provider = Provider::new(usize::MAX);
        let scratch = tempfile::tempdir().unwrap();
        let llm = open(scratch.path(), &provider.url);
        let first = {
            let llm = Arc::clone(&llm);
            std::thread::spawn(move || ask(&llm, 20))
        };
        let began = Instant::now();
        let notes = scratch.path().join("batches.jsonl");
        while !notes.exists() && began.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(2));
        }
        llm.stop("interrupted");
        assert!(first.join().unwrap().iter().all(|reply| matches!(reply, Err(Unanswered::Stopped(_)))));
        drop(llm);
        assert_eq!(provider.batches(), 1);
        if !noted {
            // As if the process had died between sending and noting.
            std::fs::remove_file(&notes).unwrap();
        }
        provider.state.lock().unwrap().looks = 1;
        let llm = open(scratch.path(), &provider.url);
        check(&ask(&llm, 20));
        // The second batch has what failed in the first.
        assert_eq!(provider.batches(), 2, "noted: {noted}");
        let state = provider.state.lock().unwrap();
        let twice = state.answered.values().filter(|times| **times > 1).count();
        assert_eq!(twice, 4, "only what failed or was left out was sent again");
    }
}
