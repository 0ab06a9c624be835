//! Every dataset format reads any JSON: rows are recognised, taken apart, read or refused, and what is written is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use toolwright_core::format::{FORMATS, detect};

fuzz_target!(|row: &[u8]| {
    let Ok(row) = serde_json::from_slice::<Value>(row) else { return };
    let _ = detect(&row);
    for format in FORMATS {
        let rows = format.parts.map_or_else(|| vec![row.clone()], |parts| parts(&row).unwrap_or_default());
        for dialog in rows.iter().filter_map(|row| (format.read)(row).ok()) {
            if let Some(Ok(written)) = format.write.map(|write| write(&dialog)) {
                let again = (format.read)(&written).expect("what was written is read");
                assert_eq!(again.messages.len() > 0, dialog.messages.len() > 0, "{}: {written}", format.id);
            }
        }
    }
});
