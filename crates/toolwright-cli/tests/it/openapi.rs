//! Real OpenAPI documents, versions 2.0 to 3.1: tools from documents that nobody here wrote, and dialogs on them.

use crate::{json, real_data};

#[test]
fn documents_that_nobody_here_wrote_give_dialogs() {
    let Some(data) = real_data() else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let mut files: Vec<_> = std::fs::read_dir(data.join("openapi"))
        .expect("the folder is there")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.sort();
    let (mut tried, mut good) = (0, 0);
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        if file.extension().is_some_and(|ending| ending == "md") {
            continue;
        }
        let file = file.to_string_lossy().into_owned();
        let tools = format!("{name}.tools.jsonl");
        let imported = json(scratch.path(), &["tools", "import", &file, "-o", &tools], 0);
        let count = imported["tools"].as_u64().expect("a count");
        let skipped = imported["skipped"].as_array().expect("a list").len() as u64;
        assert!(count > 0, "{name}: {imported}");
        if count + skipped < 3 {
            continue;
        }
        tried += 1;
        let summary = json(scratch.path(), &["synth", "--tools", &file, "--n", "200", "--out", &name], 0);
        let accepted = summary["accepted"].as_u64().expect("a count");
        println!("{name}: {count} tools, {skipped} skipped, {accepted} of 200 accepted");
        good += usize::from(accepted >= 190);
    }
    println!("{good} of {tried} documents with three or more operations reach 95 %");
    assert!(tried >= 30 && good * 10 >= tried * 9, "{good} of {tried}");
}
