//! Reads one domain of the context tree and says what is wrong with it; what is right becomes one tool a functionality.
//!
//! `cargo run -p toolwright-synth --example tree -- FILE > tools.jsonl`

use toolwright_synth::pool::tree::Domain;
use toolwright_synth::pool::{Pool, adapt};

fn main() {
    let path = std::env::args().nth(1).expect("a YAML file");
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let domain = match Domain::parse(&text) {
        Ok(domain) => domain,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let faults = domain.faults();
    faults.iter().for_each(|fault| eprintln!("{fault}"));
    let tools = adapt::plain(&domain);
    let (_, unusable) = Pool::new(tools.iter().cloned());
    unusable.iter().for_each(|tool| eprintln!("{}: {}", tool.tool, tool.reason));
    tools.iter().for_each(|tool| println!("{}", serde_json::to_string(tool).expect("a tool is JSON")));
    let small = domain.sub_domains.iter().filter(|(_, sub)| sub.things.values().map(|t| t.does.len()).sum::<usize>() < 8);
    small.for_each(|(name, _)| eprintln!("{name}: fewer than 8 functionalities"));
    eprintln!(
        "{} sub-domains, {} functionalities, {} faults",
        domain.sub_domains.len(),
        tools.len(),
        faults.len() + unusable.len()
    );
}
