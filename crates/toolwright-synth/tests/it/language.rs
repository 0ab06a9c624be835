//! How users speak changes nothing of what they ask for.

use std::sync::Arc;

use toolwright_core::{Call, Role, Source};
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};
use toolwright_verify::ground::supports;

const STYLES: [&str; 6] = ["plain", "polite", "terse", "rambling", "expert", "careless"];

fn speaking(pool: &Arc<Pool>, style: &str, degree: u8) -> Synth {
    let styles = [(style.to_owned(), 1.0)].into_iter().collect();
    let config =
        DialogConfig { styles, complication: [degree, degree], system: 0.7, ..DialogConfig::default() };
    let verify = VerifyConfig::default();
    Synth::new(Arc::clone(pool), Arc::clone(pool), config, &verify, 7).expect("a good recipe")
}

/// Every style and every degree asks for the same calls with the same values, and every dialog passes every rule.
#[test]
fn styles_and_degrees_ask_for_the_same() {
    let pool = Arc::new(Pool::new(builtin::tools(600)).0);
    let calls = |synth: &Synth, index: u64| -> Option<Vec<Call>> {
        let dialog = synth.make(index).accepted?;
        Some(dialog.calls().map(|(.., call)| call.clone()).collect())
    };
    let plain = speaking(&pool, "plain", 1);
    for style in STYLES {
        for degree in 0..=3 {
            let synth = speaking(&pool, style, degree);
            for index in 0..120 {
                let said = calls(&synth, index);
                assert!(said.is_some(), "{style} {degree} {index}");
                assert_eq!(said, calls(&plain, index), "{style} {degree} {index}");
            }
        }
    }
}

/// Each setting is noted, and each is heard: the same request has other words in every style and at every degree.
#[test]
fn styles_and_degrees_are_heard() {
    let pool = Arc::new(Pool::new(builtin::tools(600)).0);
    let mut texts = Vec::new();
    for style in STYLES {
        for degree in 0..=3 {
            let synth = speaking(&pool, style, degree);
            let mut all = String::new();
            for index in 0..40 {
                let dialog = synth.make(index).accepted.expect("it passes");
                assert_eq!(dialog.meta.other["style"], style);
                assert_eq!(dialog.meta.other["complication"], degree);
                for message in dialog.messages.iter().filter(|message| message.role == Role::User) {
                    all.push_str(message.said());
                }
            }
            assert!(!texts.contains(&all), "{style} {degree}");
            texts.push(all);
        }
    }
}

/// Relative dates are said where the date is stated, and nowhere else.
#[test]
fn dates_are_relative_only_where_the_day_is_stated() {
    let pool = Arc::new(Pool::new(builtin::tools(600)).0);
    let synth = speaking(&pool, "plain", 1);
    let dated = |value: &serde_json::Value| {
        value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok())
    };
    let (mut with, mut without) = (0, 0);
    for index in 0..1_000 {
        let Some(dialog) = synth.make(index).accepted else { continue };
        let stated =
            dialog.messages[0].role == Role::System && dialog.messages[0].said().contains("Today is ");
        for entry in dialog.meta.provenance.iter().flatten() {
            let Source::User { quote, .. } = &entry.source else { continue };
            let arguments =
                serde_json::Value::Object(dialog.messages[entry.message].calls[entry.call].arguments.clone());
            let value = arguments.pointer(&entry.argument).filter(|value| dated(value));
            if value.is_some_and(|value| !supports(value, quote)) {
                *if stated { &mut with } else { &mut without } += 1;
            }
        }
    }
    assert!(with > 5, "{with} relative dates");
    assert_eq!(without, 0);
}

#[test]
fn wrong_settings_are_named() {
    let refused = |change: fn(&mut DialogConfig)| {
        let mut config = DialogConfig::default();
        change(&mut config);
        config.check().expect_err("it makes no sense").to_string()
    };
    let error = refused(|config| {
        config.styles.insert("polit".into(), 1.0);
    });
    assert!(error.starts_with("styles: no style is called `polit`; did you mean `polite`?"), "{error}");
    let error = refused(|config| config.styles.values_mut().for_each(|weight| *weight = 0.0));
    assert_eq!(error, "every weight of styles is 0; give at least one style more");
    let error = refused(|config| config.complication = [2, 1]);
    assert_eq!(error, "complication is [2, 1]; expected the least and the most, from 0 to 3");
}
