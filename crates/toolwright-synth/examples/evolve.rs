//! Evolves a pool and prints it, one tool a line.
//!
//! `cargo run --release -p toolwright-synth --example evolve -- 300 7`

use toolwright_core::seed::Seed;
use toolwright_synth::pool::evolve::{Evolution, Tries};
use toolwright_synth::pool::tree::Tree;

fn main() {
    let number = |at: usize, otherwise: u64| {
        std::env::args().nth(at).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let tree = Tree::authored();
    let evolution = Evolution::new(&tree, Seed::new(number(2, 7)), number(1, 300) as usize);
    let mut tries = Tries::default();
    let mut names = evolution.unique();
    for domain in 0..evolution.domains() {
        let mut evolved = evolution.domain(domain);
        names.settle(&mut evolved.tools);
        tries += evolved.tries;
        evolved.tools.iter().for_each(|tool| println!("{}", serde_json::to_string(tool).expect("a tool is JSON")));
    }
    eprintln!("{tries:?}");
}
