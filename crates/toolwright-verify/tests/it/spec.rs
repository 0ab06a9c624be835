//! Runs `spec/*.md`: each rule with dialogs that it rejects, word for word, and dialogs that it passes.

use std::collections::HashSet;
use std::path::Path;

use toolwright_core::{Dialog, Finding};
use toolwright_verify::{Answer, RULES, Rule, Rules};

use crate::notation;

/// One case of a spec: a dialog and what the rule says of it.
struct Case {
    line: usize,
    dialog: Dialog,
    expected: String,
}

#[test]
fn every_rule_does_what_its_spec_says() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("spec/{}.md", rule.id));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let cases = cases(&text).unwrap_or_else(|why| panic!("spec/{}.md:{why}", rule.id));
        let (mut passed, mut rejected) = (0, 0);
        for case in &cases {
            let said = said(rule, &case.dialog);
            passed += usize::from(said == "pass");
            rejected += usize::from(said.starts_with("reject"));
            if said != case.expected {
                let (id, line, expected) = (rule.id, case.line, &case.expected);
                wrong.push(format!("spec/{id}.md:{line}: expected\n{expected}\nfound\n{said}"));
            }
        }
        assert!(passed > 0, "spec/{}.md: no case passes", rule.id);
        assert!(rejected > 0, "spec/{}.md: no case is rejected", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_spec_is_without_a_rule() {
    let folder =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")).expect("the folder is there");
    for entry in folder {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are ASCII");
        let id = name.trim_end_matches(".md");
        assert!(id == "README" || RULES.iter().any(|rule| rule.id == id), "{name}");
    }
}

#[test]
fn rules_are_well_formed() {
    let mut seen = HashSet::new();
    for rule in RULES {
        let id = rule.id;
        assert!(seen.insert(id), "two rules are called `{id}`");
        assert!(
            id.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())),
            "{id}"
        );
        assert!(rule.says.ends_with('.') && !rule.source.is_empty(), "{id}");
        assert!(rule.code.is_empty() || seen.insert(rule.code), "two rules have the code `{}`", rule.code);
    }
    // The paper's table has 14 rows.
    assert_eq!(RULES.iter().filter(|rule| !rule.code.is_empty()).count(), 14);
}

#[test]
fn rules_are_chosen_by_name() {
    let chosen = Rules::named(&["role-order", "unknown-tool", "role-order"]).expect("both are there");
    assert_eq!(chosen.iter().map(|rule| rule.id).collect::<Vec<_>>(), ["unknown-tool", "role-order"]);
    let error = Rules::named(&["qqq"]).expect_err("there is no such rule").to_string();
    assert_eq!(error, "no rule is called `qqq`; `toolwright rules` lists them");
}

#[test]
fn a_verdict_keeps_what_does_not_apply() {
    let verdict = Rules::named(&["grounding"]).expect("it is there").verdict(&Dialog::default());
    assert_eq!(verdict.not_applicable, ["grounding: no provenance"]);
}

/// A rule's answer in the words of a `verdict` block.
fn said(rule: &Rule, dialog: &Dialog) -> String {
    match (rule.check)(dialog) {
        Answer::NotApplicable(why) => format!("not applicable: {why}"),
        Answer::Found(found) if found.is_empty() => "pass".into(),
        Answer::Found(found) => found.iter().map(reject).collect::<Vec<_>>().join("\n"),
    }
}

fn reject(finding: &Finding) -> String {
    let turn = finding.message.map(|at| format!(" at turn {at}")).unwrap_or_default();
    let call = finding.call.map(|n| format!(", call {n}")).unwrap_or_default();
    format!("reject {}{turn}{call}: {}", finding.rule, finding.why)
}

/// The cases of a spec: each `dialog` block with the `tools` block that last came before it and the next `verdict`.
fn cases(text: &str) -> Result<Vec<Case>, String> {
    let (mut cases, mut tools, mut dialog) = (Vec::new(), Vec::new(), None);
    let mut lines = text.lines().enumerate();
    while let Some((n, line)) = lines.next() {
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let block: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let (block, at) = (block.join("\n"), |why: String| format!("{}: {why}", n + 1));
        match kind {
            "tools" => tools = notation::tools(&block).map_err(at)?,
            "dialog" => dialog = Some(notation::dialog(&block, tools.clone()).map_err(at)?),
            "verdict" => {
                let dialog = dialog.take().ok_or_else(|| at("a verdict without a dialog".into()))?;
                cases.push(Case { line: n + 1, dialog, expected: block });
            }
            _ => return Err(at(format!("no block is called `{kind}`"))),
        }
    }
    Ok(cases)
}
