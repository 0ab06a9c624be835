//! A model's answer, whatever its bytes: each decoder reads or refuses it in each language, and every verdict has its words.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Prepared, Question};

/// One question for each category, with an argument of each kind.
static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    let question = |category: &'static toolwright_eval::bfcl::Category| {
        if !category.is_single_turn() {
            let line = r#"{"id": "t_0", "involved_classes": ["GorillaFileSystem", "MathAPI"], "initial_config": {}}"#;
            let answer = if category.id.starts_with("multi") { r#"[["ls()"], []]"# } else { r#"["35"]"# };
            return Question::of_steps(category, line, answer, None).expect("a question");
        }
        let (types, gold): (&[&str], &[&str]) = match category.id {
            "simple_java" => (
                &["integer", "float", "boolean", "ArrayList", "HashMap", "String", "Array"],
                &["1", "1.5", "true", "[1]", r#"{"k": [1]}"#, r#""x""#, r#"["a"]"#],
            ),
            "simple_javascript" => (
                &["integer", "float", "Boolean", "array", "dict", "String", "any"],
                &["1", "1.5", "true", "[1]", r#"{"k": [1]}"#, r#""x""#, r#""y""#],
            ),
            _ => (
                &["integer", "float", "boolean", "array", "dict", "string", "tuple"],
                &["1", "1.5", "true", r#"[{"k": ["x"]}]"#, r#"{"k": ["x"]}"#, r#""x""#, "[1, 2]"],
            ),
        };
        let items = if category.id.starts_with("simple_java") { "integer" } else { "dict" };
        let declared = types.iter().enumerate().map(|(at, kind)| format!(r#""p{at}": {{"type": "{kind}", "items": {{"type": "{items}"}}}}"#));
        let declared = declared.collect::<Vec<_>>().join(", ");
        let functions = format!(r#"[{{"name": "a.f", "parameters": {{"properties": {{{declared}}}, "required": []}}}}]"#);
        let accepted = gold.iter().enumerate().map(|(at, value)| format!(r#""p{at}": ["", {value}]"#));
        let call = format!(r#"{{"a.f": {{{}}}}}"#, accepted.collect::<Vec<_>>().join(", "));
        let answer = format!("[{call}, {call}]");
        let answer = if category.id.contains("parallel") { answer } else { format!("[{call}]") };
        Question::new(category, &functions, Some(&answer)).expect("a question")
    };
    CATEGORIES.iter().map(question).collect()
});

fuzz_target!(|text: &str| {
    let quoted = serde_json::Value::from(text).to_string();
    let listed = serde_json::json!([{ "a.f": text }]).to_string();
    for raw in [text, &quoted, &listed] {
        let Ok(prepared) = Prepared::read(raw) else { continue };
        for question in QUESTIONS.iter() {
            for decoder in DECODERS {
                for flavour in [Flavour::Current, Flavour::December2024] {
                    let judgement = question.judge(raw, decoder, flavour, Names::Dots).expect("it was just read");
                    assert_eq!(judgement.valid, judgement.error_type.is_none());
                    assert_eq!(judgement.valid, judgement.errors.is_none());
                    let fault = question.fault(&prepared, decoder, flavour, Names::Dots);
                    assert_eq!(fault, judgement.error_type.as_deref());
                }
            }
        }
    }
});
