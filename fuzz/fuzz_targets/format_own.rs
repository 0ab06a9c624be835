//! A line of our own format, whatever its bytes: it is read or refused, and what is read is written and read the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::Dialog;
use toolwright_core::format::FORMATS;

fuzz_target!(|bytes: &[u8]| {
    let Ok(row) = serde_json::from_slice(bytes) else { return };
    for format in FORMATS {
        let _ = (format.sniff)(&row);
        for part in format.parts.and_then(|parts| parts(&row).ok()).unwrap_or_default() {
            let _ = (format.read)(&part);
        }
        let Ok(dialog) = (format.read)(&row) else { continue };
        if let Some(write) = format.write {
            let _ = write(&dialog);
        }
    }
    let Ok(dialog) = serde_json::from_slice::<Dialog>(bytes) else { return };
    let text = serde_json::to_string(&dialog).expect("dialogs are JSON");
    assert_eq!(serde_json::from_str::<Dialog>(&text).expect("it was just written"), dialog);
});
