//! A row of the ToolACE dataset, whatever its bytes: it is read or refused, and what is read and can be written settles.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::format::FORMATS;

fuzz_target!(|bytes: &[u8]| {
    let Ok(row) = serde_json::from_slice(bytes) else { return };
    let Some(format) = FORMATS.iter().find(|format| format.id == "toolace") else { return };
    let Some(write) = format.write else { return };
    let Ok(dialog) = (format.read)(&row) else { return };
    let Ok(written) = write(&dialog) else { return };
    assert!((format.sniff)(&written), "what it writes it recognises");
    let again = (format.read)(&written).expect("it was just written");
    assert_eq!(again.messages.len(), dialog.messages.len());
    assert_eq!(write(&again).expect("it was just read"), written);
});
