//! Any JSON text as a schema: normalising ends, changes nothing the second time, and gives a valid schema.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::schema::{is_schema, normalise};

fuzz_target!(|data: &[u8]| {
    let Ok(schema) = serde_json::from_slice(data) else { return };
    let once = normalise(&schema);
    let twice = normalise(&once.schema);
    assert_eq!(once.schema, twice.schema, "normalising twice");
    assert!(!twice.changed);
    assert_eq!(is_schema(&once.schema), Ok(()));
});
