//! Any JSON text as a schema: compiling, checking, explaining and sampling end, and samples are accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::schema::{Checker, Plain, Shape, normalise, sample};
use toolwright_core::seed::Seed;

fuzz_target!(|data: &[u8]| {
    let Ok(given) = serde_json::from_slice(data) else { return };
    // As given too: whatever a schema is, nothing may panic.
    for schema in [&given, &normalise(&given).schema] {
        let drawn = sample(schema, &Shape::default(), &mut Plain, &mut Seed::new(data.len() as u64).rng());
        let Ok(checker) = Checker::new(schema) else { continue };
        assert_eq!(checker.accepts(&given), checker.explain(&given).is_empty());
        if let Ok(value) = drawn {
            assert!(checker.accepts(&value), "{value} of {schema}");
        }
    }
});
