//! How long it takes to find the near-duplicates among a million short dialogs, one in a hundred of which is one.
//!
//! `cargo run --release -p toolwright-verify --example twins`

use std::time::Instant;

use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Message, Role};
use toolwright_verify::dedup::{Twins, sketch};

const DIALOGS: usize = 1_000_000;
/// Words of a dialog, and how many different ones there are.
const WORDS: usize = 60;
const KNOWN: usize = 20_000;
/// One dialog in so many is an earlier one with another word.
const AGAIN: usize = 100;

fn main() {
    let words: Vec<String> = (0..KNOWN).map(|n| format!("word{n}")).collect();
    let text = |index: usize, changed: Option<usize>| {
        let mut rng = Seed::new(7).index(index as u64).rng();
        let mut text = String::with_capacity(WORDS * 10);
        for n in 0..WORDS {
            text.push_str(if changed == Some(n) { "another" } else { &words[rng.below(KNOWN)] });
            text.push(' ');
        }
        text
    };
    let mut twins = Twins::new(0.8);
    let (mut found, mut planted, mut taken) = (0, 0, std::time::Duration::ZERO);
    for index in 0..DIALOGS {
        let again = index % AGAIN == AGAIN - 1;
        let said = if again { text(index - AGAIN / 2, Some(WORDS / 2)) } else { text(index, None) };
        let dialog = Dialog { messages: vec![Message::text(Role::User, said)], ..Dialog::default() };
        let start = Instant::now();
        let twin = twins.keep(sketch(&dialog));
        taken += start.elapsed();
        planted += usize::from(again);
        found += usize::from(twin.is_some());
    }
    println!("{found} found, {planted} planted");
    println!("{:.1} s for {DIALOGS} dialogs of {WORDS} words", taken.as_secs_f64());
}
