//! Rules and judges answer for any dialog that any format reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use toolwright_core::format::FORMATS;
use toolwright_verify::dedup::{Clear, sketch};
use toolwright_verify::{Judges, Rules};

fuzz_target!(|row: &[u8]| {
    let Ok(row) = serde_json::from_slice::<Value>(row) else { return };
    for format in FORMATS {
        let rows = format.parts.map_or_else(|| vec![row.clone()], |parts| parts(&row).unwrap_or_default());
        for dialog in rows.iter().filter_map(|row| (format.read)(row).ok()) {
            let _ = Rules::all().verdict(&dialog);
            let _ = Judges::all().verdicts(&dialog);
            let _ = sketch(&dialog);
            let mut clear = Clear::default();
            clear.add("own", &dialog);
            let _ = clear.find(&dialog);
        }
    }
});
