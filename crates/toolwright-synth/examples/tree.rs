//! Reads one domain of the context tree and says what is wrong with it.
//!
//! `cargo run -p toolwright-synth --example tree -- FILE`

use toolwright_synth::pool::tree::Domain;

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
    eprintln!("{} sub-domains, {} faults", domain.sub_domains.len(), faults.len());
}
