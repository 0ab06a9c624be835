//! Budgets, requests in flight and weights, seen from the server.

use std::sync::Arc;
use std::time::Duration;

use toolwright_core::Unanswered;
use toolwright_llm::{Limits, Llm, Prices, Server};
use toolwright_run::Journal;

use crate::faults::{ask, check, open, patience, quick, said};
use crate::server::{Act, Scripted};

#[test]
fn no_more_is_in_flight_than_allowed_and_all_of_it_is_used() {
    let server = Scripted::with_latency(Duration::from_millis(50), |text, _| Act::Say(said(text)));
    let scratch = tempfile::tempdir().unwrap();
    let llm = open(scratch.path(), quick(&server.url, 16));
    check(&ask(&llm, 200));
    assert_eq!(server.most(), 16);
}

#[test]
fn a_budget_stops_the_run_and_a_higher_one_goes_on_without_paying_twice() {
    let server = Scripted::with_latency(Duration::from_millis(5), |text, _| Act::Say(said(text)));
    let scratch = tempfile::tempdir().unwrap();
    // A reply is 10 tokens in and 5 out: 0.01 + 0.02.
    let prices = Some(Prices { input: 1000.0, cached: None, output: 4000.0 });
    let open = |cost: f64| {
        let journal = Arc::new(Journal::open(scratch.path()).unwrap());
        let limits = Limits { cost: Some(cost), tokens: None };
        let server = Server { prices, ..quick(&server.url, 8) };
        Arc::new(Llm::new(vec![server], limits, patience(), journal).unwrap())
    };
    let llm = open(3.0);
    let replies = ask(&llm, 200);
    let spent = llm.asked().spent;
    assert!(spent.cost <= 3.0 && spent.cost > 1.5, "{spent:?}");
    let why = replies[199].clone().unwrap_err();
    assert!(
        matches!(&why, Unanswered::Stopped(why) if why.starts_with("the budget of 3 is used up: ")),
        "{why}"
    );
    assert_eq!(server.received() as u64, spent.replies);
    drop(llm);
    let llm = open(100.0);
    let before = llm.asked().spent;
    assert_eq!(
        (before.replies, before.usage),
        (spent.replies, spent.usage),
        "what earlier sessions spent counts, once"
    );
    assert!((before.cost - spent.cost).abs() < 1e-9);
    check(&ask(&llm, 200));
    assert_eq!(server.received(), 200);
    assert!((llm.asked().spent.cost - 200.0 * 0.03).abs() < 1e-6);
}

#[test]
fn a_limit_of_cost_without_prices_is_no_limit_and_so_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::open(scratch.path()).unwrap());
    let limits = Limits { cost: Some(1.0), tokens: None };
    let why =
        Llm::new(vec![Server::new("http://h/v1", "m")], limits, patience(), journal).unwrap_err().to_string();
    assert_eq!(
        why,
        "http://h/v1: a limit of cost needs prices, and none are known here; give what a million tokens cost, in and out"
    );
}

#[test]
fn asks_are_spread_by_weight_the_same_way_every_time() {
    let servers: Vec<Scripted> = (0..2).map(|_| Scripted::new(|text, _| Act::Say(said(text)))).collect();
    let spread = |dir: &std::path::Path| {
        let journal = Arc::new(Journal::open(dir).unwrap());
        let of = |n: usize, weight| Server { weight, ..quick(&servers[n].url, 4) };
        let llm = Llm::new(vec![of(0, 3.0), of(1, 1.0)], Limits::default(), patience(), journal).unwrap();
        check(&ask(&Arc::new(llm), 400));
        servers
            .iter()
            .map(|server| server.log().into_keys().collect::<std::collections::BTreeSet<_>>())
            .collect::<Vec<_>>()
    };
    let first = spread(tempfile::tempdir().unwrap().path());
    assert!((260..340).contains(&first[0].len()), "{} of 400 at a weight of 3 in 4", first[0].len());
    assert_eq!(first[0].len() + first[1].len(), 400);
    assert_eq!(spread(tempfile::tempdir().unwrap().path()), first);
}

#[test]
fn servers_of_one_model_stand_in_for_one_another() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let alive = Scripted::new(|text, _| Act::Say(said(text)));
    let scratch = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::open(scratch.path()).unwrap());
    let servers = vec![quick(&format!("http://{dead}/v1"), 4), quick(&alive.url, 4)];
    let llm = Arc::new(Llm::new(servers, Limits::default(), patience(), journal).unwrap());
    check(&ask(&llm, 50));
}

/// A server that offers log-probabilities of prompts, one token a word, each as unlikely as it is long.
fn scores(body: &serde_json::Value) -> String {
    let text = format!("{}.", body["prompt"].as_str().unwrap());
    let (mut offsets, mut logprobs, mut at) = (Vec::new(), Vec::new(), 0);
    for word in text.split_inclusive(' ') {
        offsets.push(at);
        let length = word.chars().count();
        logprobs.push(if at == 0 { serde_json::Value::Null } else { (-(length as f64)).into() });
        at += length;
    }
    let logprobs = serde_json::json!({"text_offset": offsets, "token_logprobs": logprobs});
    let usage = serde_json::json!({"prompt_tokens": offsets.len(), "completion_tokens": 1});
    serde_json::json!({"choices": [{"text": text, "logprobs": logprobs}], "usage": usage}).to_string()
}

#[test]
fn a_server_that_tells_how_likely_prompts_are_is_a_scorer_and_is_asked_once() {
    use toolwright_core::{Loss, Scorer};
    let server = Scripted::of_bodies(Duration::ZERO, |body, _, nth| {
        assert_eq!((&body["echo"], &body["logprobs"]), (&true.into(), &1.into()));
        if nth == 0 { crate::faulty::raw(500, &[], "oops") } else { Act::Body(scores(body)) }
    });
    let scratch = tempfile::tempdir().unwrap();
    let place = toolwright_core::Place::new("complexity");
    for sent in [2, 0] {
        let llm = open(scratch.path(), quick(&server.url, 2));
        let loss = toolwright_llm::run(llm.score(&place, "Où est Oslo? ", "In Norway it is")).unwrap();
        // `In `, `Norway ` and `it `; the last word has become one with the full stop that follows.
        assert_eq!(loss, Ok(Loss { tokens: 4, total: 3.0 + 7.0 + 3.0 + 3.0 }));
        assert_eq!(llm.asked().sent, sent);
    }
    let none = Scripted::new(|text, _| Act::Say(said(text)));
    let llm = open(tempfile::tempdir().unwrap().path(), quick(&none.url, 2));
    let why = toolwright_llm::run(llm.score(&place, "a ", "b")).unwrap().unwrap_err().to_string();
    assert!(why.contains("it gives no log-probabilities of a prompt"), "{why}");
}
