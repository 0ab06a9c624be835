//! A server that answers every chat completion after a fixed time, for measuring what asking costs. It prints its address and ends with
//! its standard input.
//!
//! `cargo run --release -p toolwright-llm --example served -- [MILLISECONDS]`
#![expect(clippy::unwrap_used, reason = "a tool of the benchmark")]

#[path = "../tests/it/server.rs"]
#[expect(dead_code, reason = "tests use all of it")]
mod server;

use std::io::Read;
use std::time::Duration;

fn main() {
    let milliseconds = std::env::args().nth(1).map_or(1000, |text| text.parse().expect("milliseconds"));
    let server = server::Scripted::with_latency(Duration::from_millis(milliseconds), |text, _| {
        server::Act::Say(format!(
            "You said {text}, and here are twenty words or so, as a model might answer to such a request."
        ))
    });
    println!("{}", server.url);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    eprintln!("{} requests, {} at once at the most", server.received(), server.most());
}
