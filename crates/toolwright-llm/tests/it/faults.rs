//! Every way a reply can fail to come, cured by sending the same bytes again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use toolwright_core::{Endpoint, Message, Place, Reply, Request, Role, Unanswered};
use toolwright_llm::{Limits, Llm, Patience, Server};
use toolwright_run::Journal;

use crate::faulty::{Case, faults, raw};
use crate::server::{Act, Scripted, reply};

/// What is said to a request of this text.
pub(crate) fn said(text: &str) -> String {
    format!("You said: {text}")
}

/// Short waits, so that a test of faults is short.
pub(crate) fn patience() -> Patience {
    Patience { tries: 6, wait: Duration::from_millis(20), silence: Duration::from_secs(20) }
}

pub(crate) fn quick(url: &str, in_flight: usize) -> Server {
    Server { in_flight, timeout: 1.0, idle: 0.5, ..Server::new(url, "tiny") }
}

pub(crate) fn open(dir: &Path, server: Server) -> Arc<Llm> {
    let journal = Arc::new(Journal::open(dir).unwrap());
    Arc::new(Llm::new(vec![server], Limits::default(), patience(), journal).unwrap())
}

pub(crate) fn request(sample: u64) -> Request {
    Request { messages: vec![Message::text(Role::User, format!("sample {sample}"))], ..Request::default() }
}

pub(crate) fn place(sample: u64) -> Place {
    Place { sample, ..Place::new("test") }
}

/// Asks for samples, in order, with a window of four times what may be in flight.
pub(crate) fn ask(llm: &Arc<Llm>, n: u64) -> Vec<Result<Reply, Unanswered>> {
    let mut replies = Vec::new();
    let make = |sample| {
        let llm = Arc::clone(llm);
        async move { llm.ask(&place(sample), &request(sample)).await }
    };
    let window = llm.in_flight() * 4;
    toolwright_llm::run(toolwright_llm::in_order(0..n, window, make, |_, reply| {
        replies.push(reply);
        std::ops::ControlFlow::Continue(())
    }))
    .unwrap();
    replies
}

pub(crate) fn check(replies: &[Result<Reply, Unanswered>]) {
    for (sample, reply) in replies.iter().enumerate() {
        let reply = reply.as_ref().unwrap_or_else(|why| panic!("sample {sample}: {why}"));
        assert_eq!(reply.candidates[0].message.said().trim_end(), said(&format!("sample {sample}")));
    }
}

#[test]
fn each_fault_is_cured_with_the_same_bytes_and_nothing_is_asked_more_often_than_it_must() {
    const N: u64 = 60;
    for Case { name, act: fault, tallied } in faults() {
        eprintln!("{name}");
        // Every fifth sample meets the fault, twice.
        let meets = |text: &str| text.trim_start_matches("sample ").parse::<u64>().unwrap() % 5 == 0;
        let server = Scripted::new(move |text, nth| {
            let good = reply(&said(text));
            if meets(text) && nth < 2 { fault(&good) } else { Act::Body(good) }
        });
        let scratch = tempfile::tempdir().unwrap();
        let llm = open(scratch.path(), quick(&server.url, 8));
        check(&ask(&llm, N));
        let faulty = if tallied.is_some() { N as usize / 5 * 2 } else { 0 };
        assert_eq!(server.received(), N as usize + faulty, "{name}");
        for (text, bodies) in server.log() {
            assert!(
                bodies.iter().all(|body| *body == bodies[0]),
                "{name}: {text} was not sent again as it was"
            );
        }
        let asked = llm.asked();
        assert_eq!((asked.sent, asked.answered), (server.received() as u64, N), "{name}");
        assert_eq!(
            asked.faults.get(tallied.unwrap_or("none")).copied().unwrap_or(0),
            faulty as u64,
            "{name}"
        );
        drop(llm);

        // Asked again, the journal answers, and the server hears nothing of it.
        let llm = open(scratch.path(), quick(&server.url, 8));
        check(&ask(&llm, N));
        assert_eq!((llm.asked().found, llm.asked().sent), (N, 0), "{name}");
        assert_eq!(server.received(), N as usize + faulty, "{name}");
    }
}

#[test]
fn a_storm_of_429_costs_the_server_few_requests_and_ends_when_it_ends() {
    for header in [&[("retry-after-ms", "100")][..], &[]] {
        let server = Scripted::new(|text, _| Act::Say(said(text)));
        let began = std::time::Instant::now();
        let storm = Duration::from_millis(700);
        let stormy = Scripted::new(move |text, _| {
            if began.elapsed() < storm { raw(429, header, "{}") } else { Act::Say(said(text)) }
        });
        drop(server);
        let scratch = tempfile::tempdir().unwrap();
        let llm = open(scratch.path(), quick(&stormy.url, 32));
        check(&ask(&llm, 200));
        let wasted = stormy.received() - 200;
        // A client that only waited its own turn would send thousands.
        assert!(wasted < 32 * 8, "{wasted} requests into the storm");
    }
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    let server = Scripted::new(|text, _| {
        if text == "sample 3" {
            raw(400, &[], r#"{"error": {"message": "context too long"}}"#)
        } else {
            Act::Say(said(text))
        }
    });
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), quick(&server.url, 4));
    let replies = ask(&llm, 10);
    let refused = replies[3].clone().unwrap_err();
    assert_eq!(refused, Unanswered::Refused(format!("{}: status 400, context too long", server.url)));
    assert_eq!((server.received(), replies.iter().filter(|reply| reply.is_ok()).count()), (10, 9));
}

#[test]
fn a_key_that_is_not_accepted_stops_the_run_and_is_not_shown() {
    let server = Scripted::new(|_, _| {
        raw(401, &[], r#"{"error": {"message": "Incorrect API key provided: path-as-key"}}"#)
    });
    let scratch = tempfile::tempdir().unwrap();
    // A variable that every test has, with a value that could be a key.
    let name = "CARGO_PKG_NAME";
    let llm = open(scratch.path(), Server { key_env: Some(name.into()), ..quick(&server.url, 4) });
    let replies = ask(&llm, 100);
    let why = replies[0].clone().unwrap_err();
    let expected = "status 401, Incorrect API key provided: path-as-key; check the address, the model and the key in CARGO_PKG_NAME";
    assert_eq!(why, Unanswered::Stopped(format!("{}: {expected}", server.url)));
    assert!(replies.iter().all(|reply| matches!(reply, Err(Unanswered::Stopped(_)))));
    assert!(server.received() <= 4, "{} requests with a key that is not accepted", server.received());

    let echo = Scripted::new(|_, _| raw(403, &[], format!("no entry for {}", env!("CARGO_PKG_NAME"))));
    let llm = open(
        tempfile::tempdir().unwrap().path(),
        Server { key_env: Some(name.into()), ..quick(&echo.url, 1) },
    );
    let why = ask(&llm, 1)[0].clone().unwrap_err().to_string();
    assert!(why.contains("no entry for [key]"), "{why}");
}

#[test]
fn a_model_that_refuses_everything_stops_the_run() {
    let server = Scripted::new(|_, _| raw(400, &[], r#"{"error": {"message": "tools are not supported"}}"#));
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), quick(&server.url, 4));
    let replies = ask(&llm, 500);
    assert!(server.received() < 40, "{}", server.received());
    let why = replies[499].clone().unwrap_err().to_string();
    assert!(why.starts_with("the first 20 requests were all refused; the last one: "), "{why}");
    assert!(why.ends_with("status 400, tools are not supported"), "{why}");
}

#[test]
fn a_request_is_given_up_after_its_tries_and_can_be_asked_again() {
    let server = Scripted::new(|text, nth| {
        if text == "sample 2" && nth < 6 { raw(500, &[], "oops") } else { Act::Say(said(text)) }
    });
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), quick(&server.url, 4));
    let replies = ask(&llm, 5);
    let why = format!("sent 6 times, and no reply came; the last time: {}: status 500, oops", server.url);
    assert_eq!(replies[2], Err(Unanswered::Exhausted(why)));
    drop(llm);
    let llm = open(scratch.path(), quick(&server.url, 4));
    check(&ask(&llm, 5));
    assert_eq!((llm.asked().found, llm.asked().sent), (4, 1));
}

#[test]
fn a_server_that_dies_and_returns_is_waited_for() {
    let server = Scripted::new(|text, _| Act::Say(said(text)));
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), quick(&server.url, 8));
    let waiting = {
        let llm = Arc::clone(&llm);
        std::thread::spawn(move || ask(&llm, 2000))
    };
    while server.received() < 300 {
        std::thread::sleep(Duration::from_millis(1));
    }
    server.dead(true);
    std::thread::sleep(Duration::from_millis(100));
    server.dead(false);
    check(&waiting.join().unwrap());
}

#[test]
fn a_server_that_is_not_there_stops_the_run_when_patience_ends() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::open(scratch.path()).unwrap());
    let patience = Patience { silence: Duration::from_secs(1), ..patience() };
    let server = Server { timeout: 0.1, ..quick(&format!("http://{free}/v1"), 4) };
    let llm = Arc::new(Llm::new(vec![server], Limits::default(), patience, journal).unwrap());
    let replies = ask(&llm, 20);
    let why = replies[0].clone().unwrap_err().to_string();
    assert!(why.starts_with("no reply for 1 s; the last fault was: "), "{why}");
    assert!(why.contains("no connection: ") && why.ends_with("run the same command again to go on"), "{why}");
}
