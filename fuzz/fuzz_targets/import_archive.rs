//! Whatever an archive or a packed file holds, importing it ends with tools or a message, and soon.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_synth::pool::import::import_bytes;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses how the rest begins, so that the fuzzer need not find out by itself.
    let (head, rest): (&[u8], _) = match data.split_first() {
        Some((0, rest)) => (b"PK\x03\x04", rest),
        Some((1, rest)) => (b"\x1f\x8b\x08\0", rest),
        Some((2, rest)) => (b"\x28\xb5\x2f\xfd", rest),
        _ => (b"", data),
    };
    let bytes = [head, rest].concat();
    let Ok(imported) = import_bytes("f.tar", &bytes) else { return };
    for tool in &imported.tools {
        assert!(tool.meta.source.as_deref().is_some_and(|source| !source.contains('\n')));
    }
});
