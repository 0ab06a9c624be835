//! The simulated world agrees with itself and with the schemas.

use std::collections::HashMap;

use serde_json::Value;
use toolwright_core::{Dialog, Kind, Role};

use crate::dialogs;

fn results(dialog: &Dialog) -> impl Iterator<Item = (String, Value)> {
    dialog.messages.iter().filter(|message| message.role == Role::Tool).map(|message| {
        let value = serde_json::from_str(message.said()).expect("results are JSON");
        (message.name.clone().expect("results name their tool"), value)
    })
}

#[test]
fn results_fit_what_tools_declare() {
    for kind in [Kind::Single, Kind::Dependent, Kind::Multi] {
        for dialog in dialogs(kind, 150) {
            for (name, result) in results(&dialog) {
                let tool = dialog
                    .tool_at(dialog.messages.len(), &name)
                    .or_else(|| dialog.tool(&name))
                    .expect("the tool is on offer");
                // A failure is no answer; only dialogs that are to show one may hold it.
                let text = result.to_string();
                if dialog.meta.situation.is_some()
                    && ["\"error\"", "\"isError\"", "/problems/"].iter().any(|mark| text.contains(mark))
                {
                    continue;
                }
                if let Some(checker) = tool.returns_checker() {
                    let checker = checker.expect("the schema compiles");
                    assert!(checker.accepts(&result), "{name}: {result}: {:?}", checker.explain(&result));
                }
            }
        }
    }
}

#[test]
fn an_identifier_always_names_the_same_thing() {
    // Within a dialog, whoever speaks of a thing gives its name as before.
    let mut names_seen = 0;
    for dialog in dialogs(Kind::Dependent, 400) {
        let mut names: HashMap<String, String> = HashMap::new();
        for (_, result) in results(&dialog) {
            walk(&result, &mut |object| {
                let text = |key: &str| object.get(key).and_then(Value::as_str);
                for key in object.keys() {
                    let Some(thing) = key.strip_suffix("_id") else { continue };
                    if let (Some(id), Some(name)) = (text(key), text(&format!("{thing}_name"))) {
                        let known = names.entry(id.to_owned()).or_insert_with(|| name.to_owned());
                        assert_eq!(known, name, "{id}");
                        names_seen += 1;
                    }
                }
            });
        }
    }
    assert!(names_seen > 20, "{names_seen}");
}

fn walk(value: &Value, see: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object.values().for_each(|value| walk(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

#[test]
fn items_of_a_list_differ() {
    for dialog in dialogs(Kind::Single, 300) {
        for (name, result) in results(&dialog) {
            for items in
                result.as_object().into_iter().flat_map(|object| object.values()).filter_map(Value::as_array)
            {
                let twice =
                    items.iter().enumerate().any(|(at, item)| item.is_object() && items[..at].contains(item));
                assert!(!twice, "{name}: {result}");
            }
        }
    }
}
