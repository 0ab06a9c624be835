//! Laws of all notations, and what each looks like.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;

use super::arbitrary::{text, tools};
use super::*;

fn written(notation: &ToolNotation, tools: &[Tool]) -> String {
    (notation.write)(&tools.iter().collect::<Vec<_>>())
}

fn named(id: &str) -> &'static ToolNotation {
    tool_notation(id).expect("it is known")
}

/// A tool with a bit of everything.
fn booking() -> Tool {
    Tool::new(
        "book_table",
        "Book a table.\nOnly for:\n- dinner\n- lunch",
        json!({
            "type": "object",
            "properties": {
                "where": {
                    "type": "object",
                    "description": "The place: a name & a <city>.",
                    "properties": {"name": {"type": "string"}, "city": {"type": "string", "default": "5"}},
                    "required": ["name"],
                },
                "area": {"type": "string", "enum": ["inside", "no", "1:30"], "default": "inside"},
                "guests": {"type": ["integer", "null"], "minimum": 1, "description": "How many."},
                "tags": {"type": "array", "items": {"type": "string", "description": "A wish."}, "minItems": 1},
                "when": {"anyOf": [{"$ref": "#/$defs/time"}, {"const": null}]},
                "note": {"description": "Anything else.\n\n- Allergies\n`code`"},
            },
            "required": ["where", "when"],
            "additionalProperties": false,
            "$defs": {"time": {"type": "string", "pattern": "^\\d+:\\d+$"}},
        }),
    )
}

fn now() -> Tool {
    Tool::new("now", "", json!({"type": "object", "properties": {}}))
}

#[test]
fn notations_are_well_formed() {
    let mut ids = HashSet::new();
    for notation in TOOL_NOTATIONS {
        assert!(ids.insert(notation.id) && notation.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        assert!(notation.says.ends_with('.') && notation.source.starts_with("https://"), "{}", notation.id);
        assert_eq!(notation.title.to_ascii_lowercase(), notation.id);
    }
}

#[test]
fn each_looks_as_its_readers_expect() {
    let looks = [
        ("json", include_str!("looks/json.txt")),
        ("yaml", include_str!("looks/yaml.txt")),
        ("xml", include_str!("looks/xml.txt")),
        ("markdown", include_str!("looks/markdown.txt")),
    ];
    assert_eq!(looks.map(|(id, _)| id).as_slice(), TOOL_NOTATIONS.iter().map(|n| n.id).collect::<Vec<_>>());
    for (id, look) in looks {
        let text = written(named(id), &[booking(), now()]);
        assert_eq!(text, look.trim_end(), "{id}");
    }
}

#[test]
fn a_list_is_found_in_a_longer_text() {
    for notation in TOOL_NOTATIONS {
        let tools = [booking(), now()];
        let list = &*written(notation, &tools);
        for (before, after) in [
            ("", ""),
            ("You may call these. [Really.]\n\n", "\n\nAnswer with calls, <b>always</b>.\n"),
            ("## Rules\n\n- name: Bob\n<tools>\n\n", "\nIn short: be kind."),
        ] {
            let text = format!("{before}{list}{after}");
            let (range, found) = (notation.find)(&text).expect(notation.id);
            assert_eq!((&text[range], found.as_slice()), (list, &tools[..]), "{}", notation.id);
        }
        for none in [
            "", "Be kind.", "## Rules\n\nBe kind.", "- name: Bob\n  age: 7", "<tools>", "<tools></tools>",
            "[1, 2]",
        ] {
            assert!((notation.find)(none).is_none(), "{}: {none}", notation.id);
        }
    }
}

#[test]
fn other_spellings_are_read() {
    let tool = Tool::new(
        "f",
        "It's so.",
        json!({"type": "object", "properties": {"a": {"type": "string", "enum": ["x y", 5]}}, "required": ["a"]}),
    );
    let cases = [
        ("json", "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"description\": \"It's so.\", \"parameters\":
            {\"required\": [\"a\"], \"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"enum\": [\"x y\", 5]}}}}}]"),
        ("yaml", "-\n  name: f\r\n  description: 'It''s so.'\n\n  parameters:\n      type: \"object\"\n      properties:\n        'a':\n          \
            type:   string\n          enum:\n          - x y\n          - 5\n      required: [\"a\"]\n"),
        ("xml", "\n<tools ><tool name='f'><parameters\n type = 'object' ><parameter required='true' name='a' type='string'> <enum><item> x \
            y</item><item>5</item></enum></parameter></parameters><description>\n It&apos;s &#x73;o.\n</description></tool>\n</tools>"),
        ("markdown", "\n## f\nIt's so.\n**Parameters** (object)\n\n- `a` (string, required)\n\n  - one of: ``x y``, `5`"),
    ];
    for (id, text) in cases {
        assert_eq!((named(id).read)(text).expect(id), std::slice::from_ref(&tool), "{id}");
    }
}

#[test]
fn errors_say_where_and_why() {
    let cases = [
        ("json", "{}", "expected a JSON list of tools: "),
        ("json", "[{}]", "[0]: the tool has no `name`"),
        ("yaml", "", "expected a list of tools"),
        ("yaml", "- name: f\n  description: d", "[0]: the tool has no `parameters`"),
        ("yaml", "- name: f\n  name: g", "line 2: `name` is given twice"),
        ("yaml", "- name: f\n   name: g", "line 2: the line is indented further"),
        ("yaml", "- name: a: b", "line 1: a map cannot begin here; put a text with a colon in quotes"),
        ("yaml", "- name: f # so", "line 1: comments are not read"),
        ("yaml", "- name: *f", "line 1: this part of YAML is not read"),
        ("yaml", "- name: 'f", "line 1: the single quote is not closed"),
        ("yaml", "- 0x1f", "line 1: expected a number as JSON writes it"),
        ("yaml", "- f\nf", "line 2: expected the end of the list"),
        ("xml", "<tool/>", "line 1: expected <tools>"),
        ("xml", "<tools>\n<tool>", "line 2: the text ends before the list does"),
        ("xml", "<tools><tool/></tools>", "[0]: expected <tool name=\"…\">, found <tool>"),
        ("xml", "<tools><tool name='f'/></tools>", "[0]: the tool has no <parameters>"),
        ("xml", "<tools>&nbsp;</tools>", "line 1: no entity is known by this name; write `&` as `&amp;`"),
        ("xml", "<tools>\n<!-- so --></tools>", "line 2: expected a name"),
        ("xml", "<tools><a><tools></tools></a></tools>", "line 1: a list of tools cannot stand in another"),
        (
            "xml",
            "<tools><tool name='f'><parameters a='1'><a/></parameters></tool></tools>",
            "[0]: <a>: `a` is given twice",
        ),
        ("markdown", "# f", "line 1: expected a tool's heading: `## ` and its name"),
        ("markdown", "## f\n\nd", "the text ends before the tool does"),
        ("markdown", "## f\n\n### g", "line 3: expected `**Parameters**`"),
        ("markdown", "## f\n**Parameters** (object", "line 2: the bracket is not closed"),
        ("markdown", "## f\n**Parameters**\n- `a", "line 3: the name's backticks are not closed"),
        ("markdown", "## f\n**Parameters**\n- `a`\n- `a`", "line 4: `a` is given twice"),
        ("markdown", "## f\n**Parameters**\n  - `a`", "line 3: the point is indented further"),
        (
            "markdown",
            "## f\n**Parameters**\n- a b",
            "line 3: expected a colon and a space, or the end of the line",
        ),
    ];
    for (id, text, expected) in cases {
        let error = (named(id).read)(text).expect_err(text).to_string();
        assert!(error.starts_with(expected), "{id}: {text}\n{error}");
    }
}

#[test]
fn depth_is_bounded_and_reaches_far() {
    let nest = |key: &str, levels: usize| {
        (1..levels).fold(json!({"type": "string"}), |inner, _| match key {
            "[]" => json!([inner]),
            key => json!({ key: inner }),
        })
    };
    for notation in TOOL_NOTATIONS {
        for key in ["properties", "items", "anyOf", "default", "[]"] {
            let tool = Tool::new("f", "", nest(key, DEEPEST));
            let text = written(notation, std::slice::from_ref(&tool));
            assert_eq!((notation.read)(&text).expect(notation.id), [tool], "{}: {key}", notation.id);
            let text = written(notation, &[Tool::new("f", "", nest(key, DEEPEST + 9))]);
            // As a part of a line, what is too deep is text to those who read it.
            assert!((notation.read)(&text).is_err() || notation.id == "markdown", "{}: {key}", notation.id);
        }
    }
    let head = "- name: f\n  description: d\n  parameters:\n    ";
    for deep in ["- ".repeat(100_000), "[".repeat(100_000)] {
        let error = (named("yaml").read)(&format!("{head}{deep}1")).expect_err("too deep").to_string();
        assert!(error.starts_with("line 4: "), "{error}");
    }
    let deep = format!("<tools>{}", "<a>".repeat(100_000));
    let error = (named("xml").read)(&deep).expect_err("too deep").to_string();
    assert_eq!(error, "line 1: the schema is nested deeper than 120 levels");
    let points: String = (0..1000).map(|n| format!("{}- `a`\n", "  ".repeat(n))).collect();
    let error = (named("markdown").read)(&format!("## f\n**Parameters**\n{points}")).expect_err("too deep");
    assert!(error.to_string().ends_with("the schema is nested deeper than 120 levels"), "{error}");
}

#[test]
fn hostile_texts_take_linear_time() {
    const SIZE: usize = 1 << 18;
    #[rustfmt::skip]
    let pieces = [
        "[", "[{", "[{\"name\":\"f\"},", "- ", "-\n", "- name: f\n", "- name: |\n", "- name: f\n  parameters:\n", "\n", " ", "  \n",
        "- name: \"", "- name: '''", "a: ", "a:\n", "- name: f\n  description: d\n  parameters: {}\n", "- name: f\n  description: d\n\n",
        "<tools>", "<tools ", "<tools a='", "<tools>&", "<tools><tool name='f'>", "<", "&", "<a>", "<tools></tools", "<tools>a",
        "## f\n", "## f\n\na\n", "## f\n**Parameters**\n", "## f\n**Parameters**\n- `a`\n", "## f\n**Parameters**\n- `a`: b\n\n\n",
        "- `a`: b\n  c\n", "`", "``` ` ", "- one of: `a`, ", "**Parameters**", "(", "\\", "#", "## f\n**Parameters**\n- `a` (",
    ];
    for notation in TOOL_NOTATIONS {
        for piece in pieces {
            let heads = ["", "## f\n**Parameters**\n", "- name: ", "<tools>"];
            for text in heads.map(|head| head.to_owned() + &piece.repeat(SIZE / piece.len())) {
                let start = Instant::now();
                _ = (notation.read)(&text);
                _ = (notation.find)(&text);
                let took = start.elapsed();
                assert!(took < Duration::from_secs(5), "{} {piece:?} takes {took:?}", notation.id);
            }
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(tools in tools()) {
        for notation in TOOL_NOTATIONS {
            let text = written(notation, &tools);
            prop_assert_eq!(text.trim_end(), &text);
            let again = (notation.read)(&text);
            prop_assert_eq!(again.as_ref().ok(), Some(&tools), "{} {:?}\n{}", notation.id, again, text);
        }
    }

    #[test]
    fn properties_keep_their_order(tools in tools()) {
        for notation in TOOL_NOTATIONS {
            let again = (notation.read)(&written(notation, &tools)).expect(notation.id);
            for (tool, again) in tools.iter().zip(&again) {
                prop_assert!(tool.properties().map(|(name, _)| name).eq(again.properties().map(|(name, _)| name)));
            }
        }
    }

    #[test]
    fn what_is_written_is_found(tools in tools(), before in text()) {
        for notation in TOOL_NOTATIONS.iter().filter(|_| !tools.is_empty()) {
            let list = written(notation, &tools);
            let text = format!("{}\n{}", before.replace(['[', '-'], ""), list);
            let found = (notation.find)(&text).map(|(_, tools)| tools);
            prop_assert_eq!(found.as_ref(), Some(&tools), "{}\n{}", notation.id, text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_and_settles(tools in tools(), at in any::<prop::sample::Index>(), cut in 0..4usize, text in text()) {
        for notation in TOOL_NOTATIONS {
            // What is nearly right says more about a reader than noise does.
            let written_before = written(notation, &tools);
            let mut chars: Vec<char> = written_before.chars().collect();
            let at = at.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, text.chars());
            if let Ok(read) = (notation.read)(&chars.into_iter().collect::<String>()) {
                let again = written(notation, &read);
                prop_assert_eq!((notation.read)(&again).ok(), Some(read), "{}\n{}", notation.id, again);
            }
        }
    }
}
