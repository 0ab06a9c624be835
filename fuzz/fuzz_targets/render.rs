//! A list of tools as text, whatever its bytes: each notation reads or refuses it, finds a list in it or none, and what it
//! reads settles.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_core::Tool;
use toolwright_core::render::{TOOL_NOTATIONS, ToolNotation};

fuzz_target!(|text: &str| {
    for notation in TOOL_NOTATIONS {
        if let Ok(tools) = (notation.read)(text) {
            settles(notation, &tools);
        }
        if let Some((place, tools)) = (notation.find)(text) {
            assert!(text.get(place).is_some() && !tools.is_empty());
            settles(notation, &tools);
        }
    }
});

fn settles(notation: &ToolNotation, tools: &[Tool]) {
    let written = (notation.write)(&tools.iter().collect::<Vec<_>>());
    let again = (notation.read)(&written).expect("it was just written");
    assert_eq!(again, tools, "{}: {written}", notation.id);
}
