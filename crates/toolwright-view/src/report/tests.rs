use std::sync::Arc;

use serde_json::json;
use toolwright_core::{Call, Finding, Kind, Message, Outcome, Provenance, Role, Situation, Source, Verdict};

use super::*;

const HOSTILE: &[&str] = &[
    "</script><script>alert(1)</script>",
    "<img src=x onerror=\"alert(1)\">",
    "\" autofocus onfocus='alert(1)' x=\"",
    "--><svg onload=alert(1)>",
    "</style></title></details>{{content}}{{script}}",
    "a\0b \u{202e}gnp.exe\u{200f}\u{2028}\u{2029}",
];

/// A run in which every text is this one.
fn hostile(text: &str) -> Report {
    let tool = toolwright_core::Tool::new(
        text,
        text,
        json!({"type": "object", "properties": {text: {"description": text}}, "required": [text]}),
    );
    let call = Call::new(
        text,
        json!({text: text, "nested": {text: [text]}}).as_object().cloned().unwrap_or_default(),
    );
    let mut malformed = Message::text(Role::Assistant, text);
    malformed.malformed =
        serde_json::from_value(json!({"raw": text, "span": {"start": 0, "end": 1}, "why": text}))
            .expect("malformed text");
    let messages = vec![
        Message::text(Role::System, text),
        Message::text(Role::User, text),
        Message::calling(vec![call.clone()]),
        Message::result(&call, json!({text: text}).to_string()),
        Message::result(&call, text),
        malformed,
    ];
    let mut dialog = Dialog { tools: vec![Arc::new(tool)], messages, ..Dialog::default() };
    dialog.meta.kind = Some(Kind::Single);
    dialog.meta.situation = Some(Situation::Retry);
    let from = |argument: &str, source: Source| Provenance {
        message: 2,
        call: 0,
        argument: argument.into(),
        source,
    };
    let member = format!("/{}", text.replace('~', "~0").replace('/', "~1"));
    dialog.meta.provenance = Some(vec![
        from(&member, Source::User { at: 1, quote: text.into() }),
        from("/nested", Source::System { quote: text.into() }),
        from(&format!("/nested{member}"), Source::Result { at: 3, pointer: member.clone() }),
        from(&format!("/nested{member}/0"), Source::Default),
    ]);
    let finding = Finding { rule: text.into(), message: Some(2), call: Some(0), why: text.into() };
    dialog.meta.verdicts = vec![Verdict {
        by: text.into(),
        outcome: Outcome::Reject,
        findings: vec![finding],
        notes: Vec::new(),
        not_applicable: vec![text.into()],
        undecided: Some(text.into()),
    }];
    let counts = || BTreeMap::from([(text.to_owned(), 3), ("plain".to_owned(), 1)]);
    let numbers = Numbers {
        accepted: 4,
        rejected: 1,
        indices: 5,
        by_kind: json!({text: 4}).as_object().cloned().unwrap_or_default(),
        by_situation: counts(),
        by_rule: counts(),
        tool_calls: BTreeMap::from([(3, 1), (1, 1)]),
        most_called: vec![(text.to_owned(), 3)],
        argument_types: counts(),
        argument_sources: counts(),
        domains: counts(),
        ..Numbers::default()
    };
    let diversity = vec![(text.to_owned(), text.to_owned())];
    Report { recipe: text.into(), seed: 7, version: text.into(), numbers, diversity, dialogs: vec![dialog] }
}

/// Every tag of a page, as it stands.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag).collect()
}

#[test]
fn hostile_texts_make_no_tag_and_no_attribute() {
    let shape = |text: &str| {
        let page = page(&hostile(text));
        assert!(!page.contains('\0') && !page.contains("onerror=\""), "{text}");
        // Tags without the values of their attributes.
        let bare = |tag: &&str| tag.split('"').step_by(2).collect::<String>();
        tags(&page).iter().map(bare).collect::<Vec<String>>()
    };
    let plain = shape("plain words here");
    for text in HOSTILE {
        // Longer labels and more lines move things, but no tag comes or goes.
        assert_eq!(shape(text), plain, "{text}");
    }
}

#[test]
fn both_ends_of_a_provenance_have_its_number() {
    let page = page(&hostile("words"));
    for tag in [
        "class=\"argument user\" data-p=\"0\"",
        "class=\"argument system\" data-p=\"1\"",
        "class=\"argument result\" data-p=\"2\"",
        "class=\"argument default\" data-p=\"3\"",
    ] {
        assert_eq!(page.matches(tag).count(), 1, "{tag}");
    }
    for entry in 0..3 {
        let tag = format!("<mark class=\"source\" role=\"button\" tabindex=\"0\" data-p=\"{entry}\">");
        assert_eq!(page.matches(&tag).count(), 1, "{tag}");
    }
    assert_eq!(page.matches("data-p=\"3\"").count(), 1, "a default has no other end");
}

#[test]
fn an_empty_run_has_a_page() {
    let page = page(&Report::default());
    assert!(page.ends_with("</html>\n") && !page.contains("<figure") && !page.contains("NaN"));
}

#[test]
fn nothing_is_loaded() {
    let page = page(&hostile("words"));
    assert!(page.contains("default-src 'none'"));
    assert!(
        !page.contains("src=\"")
            && !page.contains("url(")
            && !page.contains("@import")
            && !page.contains("href=\"http")
    );
}
