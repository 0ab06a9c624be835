//! Python literals: no text makes the reader panic, what is read ends where it says, and is read again as an argument's value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::call::python::literal;
use toolwright_core::call::{Call, Parsed, python};

fuzz_target!(|text: &str| match literal(text) {
    Ok((value, end)) => {
        let read = text.get(..end).expect("the end is a place in the text");
        assert_eq!(literal(read).map(|(value, end)| (value, end == read.len())), Ok((value.clone(), true)));
        let call = Call::new("f", [("x".to_owned(), value.clone())].into_iter().collect());
        let Ok(written) = python::render(&[call]) else { return };
        let Parsed::Calls(again) = python::parse(&written) else {
            panic!("what is written is read back: {written}")
        };
        assert_eq!(again[0].arguments["x"], value);
    }
    Err(malformed) => assert!(text.get(malformed.span).is_some(), "the span is a place in the text"),
});
