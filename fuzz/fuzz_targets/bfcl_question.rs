//! A question file's line, whatever its bytes: functions before the first line break, accepted calls after it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Question};

fuzz_target!(|text: &str| {
    let (functions, answer) = text.split_once('\n').unwrap_or((text, ""));
    for category in CATEGORIES {
        if let Ok(question) = Question::of_steps(category, functions, answer, None) {
            for result in [r#"[["[ls()]"], [[{"mean": "{\"numbers\": [1]}"}]]]"#, r#"[["x"]]"#] {
                question.judge(result, &DECODERS[0], Flavour::Current, Names::Dots).expect("the result is JSON");
            }
        }
        let Ok(question) = Question::new(category, functions, Some(answer)) else { continue };
        for result in [r#"[{"f": "{\"a\": \"x\"}"}]"#, r#"[{"f": "{\"a\": [1, {\"k\": 2}]}"}]"#, r#""[f(a=1, b={'k': (1,)})]""#] {
            for decoder in DECODERS {
                question.judge(result, decoder, Flavour::Current, Names::Underscores).expect("the result is JSON");
            }
        }
    }
});
