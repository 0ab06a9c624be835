use proptest::prelude::*;

use super::*;
use crate::schema::normalise;
use crate::seed::{Rng, Seed};

fn draw_with(schema: &Value, seed: u64) -> Drawn {
    sample(schema, &Shape::default(), &mut Plain, &mut Seed::new(seed).rng())
}

/// Draws ten values, holds each against the checker, and gives the last.
fn draw(schema: Value) -> Value {
    let checker = Checker::new(&schema).expect("compiles");
    let mut last = Value::Null;
    for seed in 0..10 {
        last = draw_with(&schema, seed).unwrap_or_else(|error| panic!("{error}: {schema}"));
        assert!(checker.accepts(&last), "{last} of {schema}: {:?}", checker.explain(&last));
    }
    last
}

fn why(schema: Value) -> String {
    draw_with(&schema, 1).expect_err("cannot be sampled").to_string()
}

#[test]
fn every_keyword_alone() {
    for schema in [
        json!(true),
        json!({}),
        json!({"type": "null"}),
        json!({"const": {"a": [1]}}),
        json!({"enum": ["a", 1, null], "type": "integer"}),
        json!({"type": ["integer", "null"], "minimum": 3}),
        json!({"type": "integer", "exclusiveMinimum": 2, "maximum": 9, "multipleOf": 3}),
        json!({"type": "number", "multipleOf": 0.01, "minimum": 0.5, "maximum": 0.6}),
        json!({"type": "string", "minLength": 30, "maxLength": 31}),
        json!({"type": "string", "pattern": "^[A-Z]{3}-\\d+$", "maxLength": 6}),
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "array", "items": {"type": "integer"}, "minItems": 5, "uniqueItems": true}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}),
        json!({"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}, "minContains": 2}),
        json!({"type": "object", "minProperties": 3}),
        json!({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2}),
        json!({"type": "object", "patternProperties": {"^x_": {"type": "integer"}}, "additionalProperties": false}),
        json!({"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2}),
        json!({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1}),
        json!({"type": "object", "required": ["q"], "additionalProperties": {"type": "boolean"}}),
        json!({"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b", "c"]}}),
        json!({"properties": {"a": {}, "b": {"type": "integer"}}, "dependentSchemas": {"a": {"required": ["b"]}}}),
        json!({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]}),
        json!({"anyOf": [{"type": "string", "maxLength": 0}, {"required": ["a"]}]}),
        json!({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"minimum": 9}}, "required": ["a"]}]}),
        json!({"type": "object", "properties": {"k": {"enum": ["a", "b"]}}, "required": ["k"],
               "if": {"properties": {"k": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}),
        json!({"not": {"type": ["string", "number"]}}),
        json!({"type": "integer", "minimum": 1, "maximum": 3, "not": {"enum": [1, 2]}}),
        json!({"$ref": "#/$defs/a", "minLength": 12, "$defs": {"a": {"type": "string"}}}),
        json!({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false}),
    ] {
        draw(schema);
    }
}

#[test]
fn plain_values_read_well() {
    let schema = json!({"type": "object", "properties": {
        "name": {"type": "string"}, "count": {"type": "integer"}, "ratio": {"type": "number"},
    }, "required": ["name", "count", "ratio"]});
    let value = draw(schema);
    let name = value["name"].as_str().expect("a string");
    assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{name}");
    assert!((1..=100).contains(&value["count"].as_i64().expect("an integer")));
}

#[test]
fn recursion_ends() {
    draw(json!({"$ref": "#/$defs/node", "$defs": {"node": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
        "required": ["name", "children"],
    }}}));
    draw(json!({"$ref": "#/$defs/tree", "$defs": {"tree": {"anyOf": [
        {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}, "right": {"$ref": "#/$defs/tree"}},
         "required": ["left", "right"]},
        {"type": "integer"},
    ]}}}));
    assert!(why(json!({"properties": {"a": {"$ref": "#"}}, "required": ["a"]})).contains("requires itself"));
    assert!(why(json!({"$ref": "#"})).contains("requires itself"));
    assert!(draw_with(&json!({"allOf": [{"$ref": "#"}]}), 1).is_err());
    assert!(why(json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]})).len() < 200);
}

#[test]
fn the_deepest_recursion_fits_a_thread() {
    let shape = Shape { depth: 10_000, ..Shape::default() };
    for schema in [
        json!({"properties": {"a": {"allOf": [{"$ref": "#"}]}}, "required": ["a"]}),
        json!({"items": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}, "minItems": 1}),
    ] {
        assert!(sample(&schema, &shape, &mut Plain, &mut Seed::new(1).rng()).is_err());
    }
}

#[test]
fn contradictions_are_said() {
    let cases = [
        (
            json!({"type": "integer", "minimum": 5, "maximum": 4}),
            "the schema: no integer fits `minimum` 5 and `maximum` 4",
        ),
        (
            json!({"type": "string", "minLength": 5, "maxLength": 4}),
            "the schema: no string fits `minLength` 5 and `maxLength` 4",
        ),
        (
            json!({"properties": {"a": {"type": "array", "minItems": 2, "maxItems": 1}}, "required": ["a"]}),
            "/a: at least 2 items are asked for, and at most 1 are allowed",
        ),
        (
            json!({"type": "array", "minItems": 1_000_000}),
            "the schema: 1000000 items are asked for; at most 1000 are sampled",
        ),
        (
            json!({"type": "array", "items": {"enum": [1, 2]}, "minItems": 3, "uniqueItems": true}),
            "the schema: not enough different items were found",
        ),
        (
            json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
            r#"the schema: no value is of type "string" and of type "integer""#,
        ),
        (json!(false), "the schema: no value is allowed here"),
        (
            json!({"type": "object", "required": ["a"], "maxProperties": 0}),
            "the schema: 1 properties are required, and at most 0 are allowed",
        ),
        (
            json!({"enum": ["a"], "type": "integer"}),
            "the schema: none of the listed values fits the other keywords",
        ),
        (json!({"$ref": "#/nowhere"}), "the schema: `$ref` \"#/nowhere\" leads to no part of this schema"),
    ];
    for (schema, expected) in cases {
        assert_eq!(why(schema), expected);
    }
    assert!(why(json!({"not": {}})).contains("no branch"));
}

#[test]
fn hostile_schemas_end() {
    let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        let deep = (0..10_000).fold(json!({}), |inner, _| {
            let fields: Fields =
                [("items".to_owned(), inner), ("minItems".to_owned(), json!(1))].into_iter().collect();
            Value::Object(fields)
        });
        assert!(draw_with(&deep, 1).is_err());
    });
    worker.expect("starts").join().expect("no panic");
    let wide: Fields = (0..20_000).map(|n| (format!("p{n}"), json!({"type": "null"}))).collect();
    let names: Vec<String> = wide.keys().cloned().collect();
    assert!(draw_with(&json!({"properties": wide, "required": names}), 1).is_ok());
    let doubling: Fields = (0..40)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/d{}", (n + 1) % 40)});
            (
                format!("d{n}"),
                json!({"type": "object", "properties": {"a": next, "b": next}, "required": ["a", "b"]}),
            )
        })
        .collect();
    assert!(draw_with(&json!({"$ref": "#/$defs/d0", "$defs": doubling}), 1).is_err());
    assert!(draw_with(&json!({"type": "string", "pattern": "(){4000000000}x{5000}{5000}"}), 1).is_err());
}

/// A supply that offers one fixed value for a path.
struct Fixed(&'static str, Value);

impl Supply for Fixed {
    fn value(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<Value> {
        (site.path == self.0).then(|| self.1.clone())
    }
    fn include(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        Some(site.path == self.0)
    }
    fn items(&mut self, _site: &Site<'_>, _rng: &mut Rng) -> Option<usize> {
        Some(4)
    }
}

#[test]
fn supplied_values_are_used_where_they_fit() {
    let schema = json!({"type": "object", "properties": {
        "address": {"type": "object", "properties": {"city": {"type": "string", "pattern": "^(?=O)"}}, "required": ["city"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "other": {"type": "string"},
    }, "required": ["address", "tags"]});
    let mut rng = Seed::new(1).rng();
    let mut supply = Fixed("/address/city", json!("Oslo"));
    let value = sample(&schema, &Shape::default(), &mut supply, &mut rng).expect("fits");
    assert_eq!(value["address"]["city"], "Oslo");
    assert_eq!(value["tags"].as_array().map(Vec::len), Some(4));
    assert_eq!(value.get("other"), None);
    let mut supply = Fixed("/address/city", json!("Bergen"));
    let refused = sample(&schema, &Shape::default(), &mut supply, &mut rng).expect_err("does not fit");
    assert_eq!(refused.path, "/address/city");
}

fn optional<S: Strategy<Value = Value> + 'static>(
    key: &'static str,
    value: S,
) -> BoxedStrategy<Vec<(&'static str, Value)>> {
    prop::option::weighted(0.35, value)
        .prop_map(move |value| value.map(|value| (key, value)).into_iter().collect())
        .boxed()
}

fn joined(parts: Vec<BoxedStrategy<Vec<(&'static str, Value)>>>) -> BoxedStrategy<Value> {
    parts
        .prop_map(|parts| {
            Value::Object(parts.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)).collect())
        })
        .boxed()
}

fn small(range: std::ops::Range<i64>) -> BoxedStrategy<Value> {
    range.prop_map(Value::from).boxed()
}

fn one_of(options: Vec<&'static str>) -> BoxedStrategy<Value> {
    prop::sample::select(options).prop_map(Value::from).boxed()
}

fn typed(kind: &'static str) -> BoxedStrategy<Vec<(&'static str, Value)>> {
    Just(vec![("type", json!(kind))]).boxed()
}

fn leaf() -> BoxedStrategy<Value> {
    let number = || {
        vec![
            optional("minimum", small(-20..20)),
            optional("maximum", small(10..40)),
            optional("exclusiveMinimum", (-5.0..5.0).prop_map(Value::from)),
            optional("exclusiveMaximum", small(20..50)),
            optional("multipleOf", prop::sample::select(vec![json!(2), json!(0.5), json!(0.1), json!(7)])),
        ]
    };
    let mut integer = number();
    integer.push(typed("integer"));
    let mut float = number();
    float.push(typed("number"));
    prop_oneof![
        joined(vec![
            typed("string"),
            optional("minLength", small(0..6)),
            optional("maxLength", small(4..20))
        ]),
        joined(vec![typed("string"), optional("format", one_of(text_formats()))]),
        joined(vec![
            typed("string"),
            optional(
                "pattern",
                one_of(vec!["^[a-z]+$", "\\d{2,}", "^x|y$", "^[^ab]{1,3}$", "\\bcat", "^(?!a)", "é+"])
            ),
            optional("maxLength", small(2..9)),
        ]),
        joined(integer),
        joined(float),
        prop::sample::select(vec![
            json!(true),
            json!(false),
            json!({}),
            json!({"type": "boolean"}),
            json!({"type": ["null", "integer"]}),
            json!({"enum": [1, "a", null, [1]]}),
            json!({"const": 1.0}),
            json!({"type": "string", "enum": ["a", "b", 3]}),
            json!({"$ref": "#"}),
            json!({"$ref": "#/$defs/d"}),
        ]),
    ]
    .boxed()
}

fn text_formats() -> Vec<&'static str> {
    vec![
        "date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "duration", "byte",
        "odd",
    ]
}

fn schemas() -> BoxedStrategy<Value> {
    let names = || {
        prop::collection::vec(one_of(vec!["a", "b", "c", "x_1"]), 1..3).prop_map(|mut names| {
            names.dedup();
            Value::from(names)
        })
    };
    let map = |inner: BoxedStrategy<Value>, keys: Vec<&'static str>| {
        prop::collection::vec((prop::sample::select(keys), inner), 1..4).prop_map(|entries| {
            Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
    };
    leaf()
        .prop_recursive(4, 32, 4, move |inner| {
            let list = prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from);
            let object = vec![
                typed("object"),
                optional("properties", map(inner.clone(), vec!["a", "b", "c"])),
                optional("properties", map(inner.clone(), vec!["a", "b", "c"])),
                optional("required", names()),
                optional("additionalProperties", inner.clone()),
                optional("patternProperties", map(inner.clone(), vec!["^x_", "b"])),
                optional(
                    "propertyNames",
                    prop::sample::select(vec![json!({"maxLength": 3}), json!({"pattern": "^[a-x]"})]),
                ),
                optional("minProperties", small(0..4)),
                optional("maxProperties", small(1..5)),
                optional("dependentRequired", names().prop_map(|names| json!({"a": names}))),
                optional("dependentSchemas", map(inner.clone(), vec!["a", "c"])),
                optional("unevaluatedProperties", Just(json!(false))),
            ];
            let array = vec![
                typed("array"),
                optional("items", inner.clone()),
                optional("prefixItems", list.clone()),
                optional("minItems", small(0..4)),
                optional("maxItems", small(1..5)),
                optional("uniqueItems", any::<bool>().prop_map(Value::from)),
                optional("contains", inner.clone()),
                optional("minContains", small(0..3)),
                optional("maxContains", small(1..4)),
            ];
            let composite = vec![
                optional("allOf", list.clone()),
                optional("anyOf", list.clone()),
                optional("oneOf", list),
                optional("not", inner.clone()),
                optional("if", inner.clone()),
                optional("then", inner.clone()),
                optional("else", inner.clone()),
                optional("minimum", small(0..9)),
                optional("properties", map(inner, vec!["a", "b"])),
            ];
            prop_oneof![joined(object), joined(array), joined(composite)]
        })
        .prop_map(|schema| match schema {
            Value::Object(mut fields) => {
                fields.insert("$defs".into(), json!({"d": {"type": "integer", "minimum": 3}}));
                Value::Object(fields)
            }
            _ => json!({"allOf": [schema], "$defs": {"d": {}}}),
        })
        .boxed()
}

proptest! {
    #[test]
    fn samples_are_accepted(schema in schemas(), seed in any::<u64>()) {
        let checker = Checker::new(&schema).expect("compiles");
        if let Ok(value) = draw_with(&schema, seed) {
            prop_assert!(checker.accepts(&value), "{} of {}: {:?}", value, schema, checker.explain(&value));
        }
    }

    #[test]
    fn the_rules_agree_with_the_checker(schema in schemas(), other in schemas(), seed in any::<u64>()) {
        let checker = Checker::new(&schema).expect("compiles");
        for source in [&schema, &other] {
            let Ok(value) = draw_with(source, seed) else { continue };
            let fit = Fit::new(&schema);
            let fits = fit.fits(&schema, &value);
            if !fit.unsure() {
                prop_assert_eq!(fits, checker.accepts(&value), "{} of {}", value, schema);
            }
        }
    }

    #[test]
    fn wild_schemas_are_sampled_or_refused(schema in crate::schema::normalise::tests::wild(), seed in any::<u64>()) {
        for schema in [&schema, &normalise(&schema).schema] {
            let drawn = draw_with(schema, seed);
            let Ok(checker) = Checker::new(schema) else { continue };
            prop_assert_eq!(checker.accepts(schema), checker.explain(schema).is_empty());
            if let Ok(value) = drawn {
                prop_assert!(checker.accepts(&value), "{} of {}", value, schema);
            }
        }
    }
}

#[test]
fn most_sensible_schemas_are_sampled() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = schemas();
    let (mut drawn, mut refused) = (0, 0);
    for seed in 0..400 {
        let schema = strategy.new_tree(&mut runner).expect("a schema").current();
        if draw_with(&schema, seed).is_ok() { drawn += 1 } else { refused += 1 }
    }
    println!("{drawn} drawn, {refused} refused");
    assert!(drawn > 150, "{drawn} drawn, {refused} refused");
}

/// Every tool schema of real datasets normalises to a schema that compiles, and nearly all are sampled.
#[test]
fn schemas_in_the_wild() {
    let Some(data) = std::env::var_os("TOOLWRIGHT_DATA") else {
        return println!("skipped: TOOLWRIGHT_DATA names no folder of datasets");
    };
    let (mut seen, mut refused) = (0, Vec::new());
    for part in ["bfcl_v4", "mcp"] {
        let folder = std::path::Path::new(&data).join(part);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
        files.sort();
        for path in
            files.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json" || kind == "jsonl"))
        {
            let text = std::fs::read_to_string(path).expect("readable");
            for line in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
                in_the_wild(&line, &mut seen, &mut refused);
            }
        }
    }
    println!("{seen} schemas, {} refused: {:#?}", refused.len(), &refused[..refused.len().min(20)]);
    assert!(seen > 0, "no schema was found in the datasets");
    assert!(refused.len() * 200 <= seen, "{} of {seen} refused", refused.len());
}

fn in_the_wild(value: &Value, seen: &mut usize, refused: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| in_the_wild(item, seen, refused)),
        Value::Object(fields) => {
            for (key, inner) in fields {
                if !matches!(key.as_str(), "parameters" | "inputSchema" | "response") || !inner.is_object() {
                    in_the_wild(inner, seen, refused);
                    continue;
                }
                *seen += 1;
                let schema = normalise(inner).schema;
                let checker = Checker::new(&schema).unwrap_or_else(|error| panic!("{error}: {inner}"));
                match draw_with(&schema, *seen as u64) {
                    Ok(drawn) => assert!(checker.accepts(&drawn), "{drawn} of {schema}"),
                    Err(error) => refused.push(error.to_string()),
                }
            }
        }
        _ => {}
    }
}
