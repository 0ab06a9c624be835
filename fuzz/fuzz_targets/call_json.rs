//! JSON call objects: no text makes the reader panic, spans are places in the text, and what is read is written and read
//! back with the same names and arguments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::call::{Call, Parsed, json};

fn plain(calls: Vec<Call>) -> Vec<Call> {
    calls.into_iter().map(|call| Call::new(call.name, call.arguments)).collect()
}

fuzz_target!(|text: &str| match json::parse(text) {
    Parsed::Calls(calls) => {
        let written = json::render(&calls).expect("what is read can be written");
        let Parsed::Calls(again) = json::parse(&written) else {
            panic!("what is written is read back: {written}")
        };
        assert_eq!(plain(again), plain(calls));
    }
    Parsed::Malformed(malformed) =>
        assert!(text.get(malformed.span).is_some(), "the span is a place in the text"),
    Parsed::NoCall => {}
});
