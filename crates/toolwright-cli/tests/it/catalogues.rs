//! Catalogues and help: what is listed is what there is.

use crate::{ends, json};

#[test]
fn catalogues_list_what_there_is() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    assert!(json_of(dir.path(), &["rules"])["rules"].as_array().expect("a list").len() >= 15);
    let formats = json_of(dir.path(), &["formats"]);
    assert!(formats["formats"].as_array().expect("a list").len() >= 6);
    assert_eq!(formats["tool_notations"].as_array().expect("a list").len(), 4);
    assert!(ends(dir.path(), &["formats"], 0).contains("\nmarkdown  A Markdown section for each tool"));
    assert_eq!(json_of(dir.path(), &["recipes"])["recipes"][0]["name"], "toolace-offline");
    let shown = ends(dir.path(), &["recipes", "--show", "toolace-offline"], 0);
    std::fs::write(dir.path().join("shown.toml"), &shown).expect("a writable folder");
    // What is shown is a recipe that runs.
    json(dir.path(), &["synth", "--recipe", "shown.toml", "--n", "10"], 0);
}

fn json_of(dir: &std::path::Path, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&ends(dir, &[args, &["--json"]].concat(), 0)).expect("one JSON object")
}

#[test]
fn help_has_examples_for_every_command_with_arguments() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    for command in [
        &["synth"][..],
        &["tools", "import"],
        &["tools", "stats"],
        &["verify"],
        &["diversity"],
        &["export"],
        &["merge"],
    ] {
        let help = ends(dir.path(), &[command, &["--help"]].concat(), 0);
        assert!(help.contains("Example"), "{command:?}");
    }
}

#[test]
fn the_built_in_pool_has_its_domains() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let stats = json_of(dir.path(), &["tools", "stats"]);
    let number = |key: &str| stats[key].as_u64();
    assert_eq!(
        (number("tools"), number("domains"), number("near_duplicates")),
        (Some(toolwright_synth::pool::builtin::SIZE as u64), Some(30), Some(0)),
        "{stats}"
    );
    assert!(number("sub_domains").is_some_and(|parts| parts >= 390), "{stats}");
}
