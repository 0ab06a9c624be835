//! Whatever the text is, importing Python ends with tools or a message; and tools it gives can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_synth::pool::import::import_bytes;

fuzz_target!(|text: &str| {
    let Ok(imported) = import_bytes("f.py", text.as_bytes()) else { return };
    for tool in &imported.tools {
        tool.arguments_checker().expect("imported parameters compile");
        assert!(tool.returns_checker().is_none_or(|checker| checker.is_ok()));
    }
});
