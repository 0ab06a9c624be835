//! Whatever the bytes are, importing tools ends with tools or a message; and tools it gives can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_synth::pool::import::import_bytes;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses the name, because the name's ending has a say in how bytes are read.
    let (name, bytes) = match data.split_first() {
        Some((0, rest)) => ("f.yaml", rest),
        Some((1, rest)) => ("f.jsonl", rest),
        Some((2, rest)) => ("f.csv", rest),
        Some((3, rest)) => ("f.txt", rest),
        _ => ("f.json", data),
    };
    let Ok(imported) = import_bytes(name, bytes) else { return };
    for tool in &imported.tools {
        tool.arguments_checker().expect("imported parameters compile");
        assert!(tool.returns_checker().is_none_or(|checker| checker.is_ok()));
    }
});
