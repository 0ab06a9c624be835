//! Runs `spec/*.md`: each rule and each judge with dialogs that it rejects, word for word, and dialogs that it passes.

use std::collections::HashSet;
use std::path::Path;

use toolwright_core::{Dialog, Finding, Verdict};
use toolwright_verify::{EXPERTS, Judge, Judges, RULES, Rules};

use crate::notation;

/// One case of a spec: a dialog and what the rule says of it.
struct Case {
    line: usize,
    dialog: Dialog,
    expected: String,
}

#[test]
fn every_rule_and_judge_does_what_its_spec_says() {
    let mut wrong = Vec::new();
    let ids = RULES.iter().map(|rule| rule.id).chain(EXPERTS.iter().map(|expert| expert.id));
    for id in ids {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("spec/{id}.md"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let cases = cases(&text).unwrap_or_else(|why| panic!("spec/{id}.md:{why}"));
        let (mut passed, mut rejected) = (0, 0);
        for case in &cases {
            let said = said(id, &case.dialog);
            passed += usize::from(said == "pass");
            rejected += usize::from(said.starts_with("reject"));
            if said != case.expected {
                let (line, expected) = (case.line, &case.expected);
                wrong.push(format!("spec/{id}.md:{line}: expected\n{expected}\nfound\n{said}"));
            }
        }
        assert!(passed > 0, "spec/{id}.md: no case passes");
        assert!(rejected > 0, "spec/{id}.md: no case is rejected");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_spec_is_without_a_rule_or_judge() {
    let folder =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")).expect("the folder is there");
    for entry in folder {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are ASCII");
        let id = name.trim_end_matches(".md");
        let known = RULES.iter().map(|rule| rule.id).chain(EXPERTS.iter().map(|expert| expert.id));
        assert!(id == "README" || known.into_iter().any(|known| known == id), "{name}");
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
fn judges_are_well_formed() {
    for expert in EXPERTS {
        assert!(RULES.iter().all(|rule| rule.id != expert.id), "a rule is called `{}`, too", expert.id);
        assert!(expert.asks.ends_with('?') && !expert.source.is_empty(), "{}", expert.id);
        let none = expert.verdict(&Dialog::default());
        assert_eq!(none.not_applicable.len(), 1, "{}: {none:?}", expert.id);
    }
    let chosen = Judges::named(&["consistency", "hallucination", "consistency"]).expect("both are there");
    assert_eq!(chosen.iter().map(|judge| judge.id()).collect::<Vec<_>>(), ["hallucination", "consistency"]);
    let error = Judges::named(&["halucination"]).expect_err("there is no such judge").to_string();
    let meant =
        "no judge is called `halucination`; did you mean `hallucination`? `toolwright judges` lists them";
    assert_eq!(error, meant);
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

/// What a rule or judge says, in the words of a `verdict` block.
fn said(id: &str, dialog: &Dialog) -> String {
    let Verdict { findings, not_applicable, undecided, .. } =
        match EXPERTS.iter().find(|expert| expert.id == id) {
            Some(expert) => expert.verdict(dialog),
            None => Rules::named(&[id]).expect("it is in the list").verdict(dialog),
        };
    let open = undecided.map(|why| format!("undecided: {why}"));
    let apart = not_applicable.first().and_then(|why| why.split_once(": "));
    let apart = apart.map(|(_, why)| format!("not applicable: {why}"));
    let all: Vec<String> = findings.iter().map(reject).chain(open).chain(apart).collect();
    if all.is_empty() { "pass".into() } else { all.join("\n") }
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
