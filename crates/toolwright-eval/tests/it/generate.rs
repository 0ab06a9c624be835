//! Answers that no model gave: accepted ones, written in each format and each language, then bent until many are wrong.

use std::path::Path;

use serde_json::{Map, Value, json};
use toolwright_core::seed::Rng;
use toolwright_eval::bfcl::{CATEGORIES, Category};

/// One answer to one question.
pub(crate) struct Case {
    pub(crate) category: &'static Category,
    pub(crate) decoder: &'static str,
    pub(crate) underscores: bool,
    pub(crate) functions: Value,
    pub(crate) answer: Option<Value>,
    /// The raw JSON of the result.
    pub(crate) result: String,
}

impl Case {
    /// The case as the official driver is asked it.
    pub(crate) fn asked(&self) -> Value {
        let mut asked = json!({
            "decoder": self.decoder.replace('-', "_"),
            "names": if self.underscores { "underscores" } else { "dots" },
            "category": self.category.id,
            "function": self.functions,
            "result": serde_json::from_str::<Value>(&self.result).expect("results are JSON"),
        });
        if let Some(answer) = &self.answer {
            asked["answer"] = answer.clone();
        }
        asked
    }
}

struct Asked {
    category: &'static Category,
    functions: Value,
    answer: Option<Value>,
}

/// Makes cases from the questions of the benchmark.
pub(crate) struct Generator {
    asked: Vec<Asked>,
}

impl Generator {
    pub(crate) fn new(data: &Path) -> Self {
        let read = |path: &Path| -> Vec<Value> {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            text.lines().map(|line| serde_json::from_str(line).expect("lines are JSON")).collect()
        };
        let mut asked = Vec::new();
        for category in CATEGORIES.iter().filter(|category| category.is_single_turn()) {
            let name = format!("BFCL_v4_{}.json", category.id);
            let mut answers = read(&data.join("possible_answer").join(&name)).into_iter();
            for mut question in read(&data.join(&name)) {
                let answer = answers.next().map(|mut answer| answer["ground_truth"].take());
                asked.push(Asked { category, functions: question["function"].take(), answer });
            }
        }
        assert!(asked.len() > 3000, "the package brings its questions: {}", data.display());
        Self { asked }
    }

    pub(crate) fn case(&self, rng: &mut Rng) -> Case {
        // Java and JavaScript have few questions and many quirks.
        let foreign = rng.chance(0.25);
        let asked = loop {
            let asked = rng.choose(&self.asked).expect("there are questions");
            if is_foreign(asked.category) == foreign {
                break asked;
            }
        };
        if rng.chance(0.06) {
            return conversion(rng);
        }
        let decoder = *rng.choose(&["text", "text", "json", "json", "hermes", "tool-calls"]).expect("a list");
        let underscores = rng.chance(0.3);
        let mut calls = match &asked.answer {
            Some(answer) => accepted(answer, asked.category, rng),
            None => some_call(&asked.functions, rng),
        };
        for _ in 0..rng.weighted([3.0, 5.0, 3.0, 1.0]).unwrap_or(0) {
            bend(&mut calls, is_foreign(asked.category), rng);
        }
        if underscores && rng.chance(0.9) {
            calls.iter_mut().for_each(|call| call.name = call.name.replace('.', "_"));
        }
        let result = match decoder {
            "text" if is_foreign(asked.category) => {
                json!(spoil(foreign_text(&calls, asked.category, rng), rng))
            }
            "text" => json!(spoil(python_text(&calls, rng), rng)),
            "json" => listed(&calls, rng),
            "hermes" => json!(spoil(hermes_text(&calls, rng), rng)),
            _ => json!(spoil(tool_calls_text(&calls, rng), rng)),
        };
        let result = if rng.chance(0.01) { odd_result(rng) } else { result };
        Case {
            category: asked.category,
            decoder,
            underscores,
            functions: asked.functions.clone(),
            answer: asked.answer.clone(),
            result: result.to_string(),
        }
    }
}

fn is_foreign(category: &Category) -> bool {
    matches!(category.id, "simple_java" | "simple_javascript")
}

struct Call {
    name: String,
    arguments: Vec<(String, Value)>,
}

/// Calls that are right: of each argument's accepted values one, or none where that is accepted.
fn accepted(answer: &Value, category: &Category, rng: &mut Rng) -> Vec<Call> {
    let mut calls = Vec::new();
    for call in answer.as_array().expect("a list of calls") {
        for (name, arguments) in call.as_object().expect("a call") {
            let mut chosen = Vec::new();
            for (argument, values) in arguments.as_object().into_iter().flatten() {
                let value =
                    rng.choose(values.as_array().expect("accepted values")).cloned().unwrap_or_default();
                if value != "" {
                    let value = plain(&value, rng);
                    chosen.push((
                        argument.clone(),
                        if is_foreign(category) { literal(&value, category, rng) } else { value },
                    ));
                }
            }
            calls.push(Call { name: name.clone(), arguments: chosen });
        }
    }
    calls
}

/// Where a dict is accepted, each of its keys has a list of accepted values.
fn plain(value: &Value, rng: &mut Rng) -> Value {
    match value {
        Value::Object(members) => {
            let mut chosen = Map::new();
            for (key, values) in members {
                match values {
                    Value::Array(values) if !values.is_empty() => {
                        let value = rng.choose(values).cloned().unwrap_or_default();
                        if value != "" {
                            chosen.insert(key.clone(), value);
                        }
                    }
                    other => {
                        chosen.insert(key.clone(), other.clone());
                    }
                }
            }
            Value::Object(chosen)
        }
        Value::Array(items) => {
            items.iter().map(|item| if item.is_object() { plain(item, rng) } else { item.clone() }).collect()
        }
        other => other.clone(),
    }
}

fn some_call(functions: &Value, rng: &mut Rng) -> Vec<Call> {
    let functions = functions.as_array().cloned().unwrap_or_default();
    let Some(function) = rng.choose(&functions) else { return Vec::new() };
    let names =
        function["parameters"]["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let arguments = names.take(2).map(|name| (name, odd_value(rng))).collect();
    vec![Call { name: function["name"].as_str().unwrap_or("f").to_owned(), arguments }]
}

/// How a value is written in Java or JavaScript.
fn literal(value: &Value, category: &Category, rng: &mut Rng) -> Value {
    let java = category.id == "simple_java";
    let item = |value: &Value| match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    let text = match value {
        Value::String(text) if rng.chance(0.5) => text.clone(),
        Value::String(text) => format!("\"{text}\""),
        Value::Number(number) if java => {
            let end = *rng.choose(&["", "", "L", "l", "f", "F", ".0", "e2"]).expect("a list");
            format!("{number}{end}")
        }
        Value::Number(number) => {
            format!("{number}{}", rng.choose(&["", "", "n", ".0", "e2"]).expect("a list"))
        }
        Value::Array(items) => {
            let inside = items
                .iter()
                .map(item)
                .collect::<Vec<_>>()
                .join(*rng.choose(&[",", ", ", " , "]).expect("a list"));
            match (java, rng.below(5)) {
                (true, 0) => format!("new ArrayList<>(Arrays.asList({inside}))"),
                (true, 1) => format!(
                    "new ArrayList<String>() {{{{ {} }}}}",
                    items.iter().map(|one| format!("add({});", item(one))).collect::<Vec<_>>().join(" ")
                ),
                (true, 2) => format!("new Object[] {{{inside}}}"),
                (true, 3) => format!("new int[]{{ {inside} }}"),
                (true, _) => "new ArrayList<>()".to_owned(),
                (false, 0) => format!("new Array({inside})"),
                (false, 1) => format!("[[{inside}], [{inside}]]"),
                (false, _) => format!("[{inside}]"),
            }
        }
        Value::Object(members) if java => {
            let put = members.iter().map(|(key, value)| format!("put(\"{key}\", {});", item(value)));
            format!("new HashMap<String, Object>() {{{{ {} }}}}", put.collect::<Vec<_>>().join(" "))
        }
        Value::Object(members) => {
            let quote = *rng.choose(&["", "\"", "'"]).expect("a list");
            let pairs = members.iter().map(|(key, value)| format!("{quote}{key}{quote}: {}", item(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(*rng.choose(&[", ", ","]).expect("a list")))
        }
        other => other.to_string(),
    };
    Value::String(text)
}

/// A value of any type.
fn odd_value(rng: &mut Rng) -> Value {
    let text = |rng: &mut Rng| {
        json!(
            *rng.choose(&[
                "", "x", "New York", "new york", "it's", "say \"hi\"", "a\nb", "tab\t", "\\d", "é",
                "İstanbul", "ΣΑΣ", "東京", "😀", "１２", "\u{7f}", "\u{a0}", "true", "None", "1", "1.0",
                "[1, 2]", "{}", "a,b./-_*^c", "\u{1f}", "ß",
            ])
            .expect("a list")
        )
    };
    match rng.below(12) {
        0..4 => text(rng),
        4 => json!(rng.between(-3, 40)),
        5 => json!(
            *rng.choose(&[0.0, -0.0, 1.0, 0.1, 1e16, 1e-5, 1.5e300, 123_456_789.125, 5.0]).expect("a list")
        ),
        6 => json!(rng.chance(0.5)),
        7 => Value::Null,
        8 => {
            let items = (0..rng.below(3)).map(|_| odd_value(rng)).collect::<Vec<_>>();
            Value::Array(items)
        }
        9 => json!({ "k": odd_value(rng) }),
        10 => json!(
            *rng.choose(&[9_223_372_036_854_775_807_i64, -9_223_372_036_854_775_808, 9_007_199_254_740_993])
                .expect("a list")
        ),
        _ => text(rng),
    }
}

/// Changes one thing.
fn bend(calls: &mut Vec<Call>, foreign: bool, rng: &mut Rng) {
    let count = calls.len();
    if count == 0 {
        return;
    }
    let call = &mut calls[rng.below(count)];
    let arguments = call.arguments.len();
    match rng.below(16) {
        0 => {
            let name = rng.choose(&["extra", "class", "é", "a.b", "a b", ""]).expect("a list");
            call.arguments.push(((*name).to_owned(), odd_value(rng)));
        }
        1 if arguments > 0 => {
            call.arguments.remove(rng.below(arguments));
        }
        2 => {
            call.name = rng
                .choose(&["other", "a.b.c", "f g", "", "print"])
                .map(|name| (*name).to_owned())
                .unwrap_or_default()
        }
        3 => {
            call.name =
                if rng.chance(0.5) { call.name.replace('.', "_") } else { call.name.replacen('_', ".", 1) }
        }
        4 => rng.shuffle(&mut call.arguments),
        5 if count > 1 => {
            calls.remove(rng.below(count));
        }
        6 => {
            let again = Call { name: call.name.clone(), arguments: call.arguments.clone() };
            calls.insert(rng.below(count + 1), again);
        }
        7 => rng.shuffle(calls),
        _ if arguments > 0 => {
            let value = &mut call.arguments[rng.below(arguments)].1;
            *value = if rng.chance(0.25) { odd_value(rng) } else { near(value, foreign, rng) };
        }
        _ => {}
    }
}

/// A value near this one.
fn near(value: &Value, foreign: bool, rng: &mut Rng) -> Value {
    match value {
        Value::String(text) => match rng.below(9) {
            0 => json!(text.to_uppercase()),
            1 => json!(text.replace(' ', "")),
            2 => json!(format!(" {text}, ")),
            3 => json!(text.replace(['"', '\''], "`")),
            4 => json!([text]),
            5 => json!(text.chars().rev().collect::<String>()),
            6 if foreign => json!(format!("'{text}'")),
            6 => text.parse::<i64>().map_or_else(|_| json!(format!("{text}'s")), |number| json!(number)),
            7 => json!(format!("{text}\n")),
            _ => json!(text.replace(['(', ')', '[', ']', '{', '}'], "")),
        },
        Value::Number(number) => match rng.below(7) {
            0 => json!(number.to_string()),
            1 => json!(number.as_f64().unwrap_or_default()),
            2 => json!(number.as_f64().unwrap_or_default() as i64),
            3 => json!(number.as_f64().unwrap_or_default() + 0.5),
            4 => json!(-number.as_f64().unwrap_or_default()),
            5 => json!([number]),
            _ => json!(number.as_f64() == Some(1.0)),
        },
        Value::Bool(bool) => {
            [json!(!bool), json!(i32::from(*bool)), json!(bool.to_string()), json!(f64::from(*bool))]
                [rng.below(4)]
            .clone()
        }
        Value::Array(items) => {
            let mut items = items.clone();
            match rng.below(6) {
                0 => items.reverse(),
                1 => items.push(odd_value(rng)),
                2 => {
                    items.pop();
                }
                3 => return items.first().cloned().unwrap_or_default(),
                4 => return json!([items]),
                _ => {
                    if let Some(first) = items.first_mut() {
                        *first = near(first, foreign, rng);
                    }
                }
            }
            Value::Array(items)
        }
        Value::Object(members) => {
            let mut members = members.clone();
            let keys: Vec<String> = members.keys().cloned().collect();
            match (rng.below(5), rng.choose(&keys)) {
                (0, Some(key)) => {
                    members.shift_remove(key);
                }
                (1, _) => {
                    members.insert("extra".to_owned(), odd_value(rng));
                }
                (2, _) => return json!([members]),
                (_, Some(key)) => {
                    let value = members.get(key).map(|value| near(value, foreign, rng));
                    members.insert(key.clone(), value.unwrap_or_default());
                }
                _ => {}
            }
            Value::Object(members)
        }
        Value::Null => odd_value(rng),
    }
}

/// Calls as Python writes them, or nearly.
fn python_text(calls: &[Call], rng: &mut Rng) -> String {
    let glue = *rng.choose(&[", ", ",", ",\n", " , "]).expect("a list");
    let calls: Vec<String> = calls
        .iter()
        .map(|call| {
            let mut parts: Vec<String> = Vec::new();
            if rng.chance(0.04) {
                parts.push(odd_python(rng));
            }
            for (name, value) in &call.arguments {
                let equals = if rng.chance(0.1) { " = " } else { "=" };
                let value = if rng.chance(0.07) { odd_python(rng) } else { python_value(value, rng) };
                parts.push(format!("{name}{equals}{value}"));
            }
            if rng.chance(0.02) {
                parts.push((*rng.choose(&["**extra", "**{'a': 1}", "*rest"]).expect("a list")).to_owned());
            }
            format!("{}({})", call.name, parts.join(glue))
        })
        .collect();
    let text = calls.join(glue);
    match rng.below(12) {
        0 => text,
        1 => format!("[{text}"),
        2 => format!("{text}]"),
        3 => format!("```\n[{text}]\n```"),
        4 => format!("  [ {text} , ]\n"),
        5 => format!("'[{text}]'"),
        _ => format!("[{text}]"),
    }
}

fn python_value(value: &Value, rng: &mut Rng) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => python_string(text, rng),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| python_value(item, rng)).collect();
            match (rng.below(8), items.len()) {
                (0, 1) => format!("({},)", items[0]),
                (0, _) => format!("({})", items.join(", ")),
                (1, 1..) => format!("[{},]", items.join(",")),
                _ => format!("[{}]", items.join(", ")),
            }
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", python_string(key, rng), python_value(value, rng)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

fn python_string(text: &str, rng: &mut Rng) -> String {
    let quote = if rng.chance(0.5) { '"' } else { '\'' };
    let mut out = String::new();
    for next in text.chars() {
        match next {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            next if next == quote => {
                out.push('\\');
                out.push(next);
            }
            next if !next.is_ascii() && rng.chance(0.3) => {
                let code = u32::from(next);
                out.push_str(&if code > 0xffff {
                    format!("\\U{code:08x}")
                } else {
                    format!("\\u{code:04x}")
                });
            }
            next => out.push(next),
        }
    }
    match rng.below(24) {
        0 => format!("{quote}{quote}{quote}{out} {quote}{quote}{quote}"),
        1 => format!("r{quote}{out}{quote}"),
        2 => format!("u{quote}{out}{quote}"),
        3 => format!("{quote}{out}{quote} {quote}x{quote}"),
        4 => format!("b{quote}{out}{quote}"),
        5 => format!("f{quote}{out}{quote}"),
        _ => format!("{quote}{out}{quote}"),
    }
}

/// Something that stands where a literal should, or an odd literal.
fn odd_python(rng: &mut Rng) -> String {
    const ODD: &[&str] = &[
        "x", "true", "null", "Oslo", "...", "-x", "- 1", "+5", "~3", "not True", "--1", "-True", "-1.5",
        "-'x'", "1_000", "0x1F", "0o17", "0b101", "00", "007", "1__0", "1.", ".5", "1e5", "1E-5", "1e400",
        "-1e400", "1j", "3+2j", "1.5J", "2*3", "7/2", "7//2", "-7//2", "7%3", "-7%3", "7.5%2", "2**10",
        "2**-1", "10**20", "1<<4", "6&3", "6|1", "5^1", "1/0", "'a'+'b'", "'a'*3", "[1]*2", "[1]+[2]",
        "(1,)+(2,)", "'a'+1", "1+x", "True+1", "True&False", "1.5+2", "0.1+0.2", "9999999999999999999",
        "123456789012345678901234567890", "[1, (2, 3)]", "()", "(1)", "(1,)", "{}", "{1, 2}", "{1: 2}",
        "{'a': {'b': []}}", "{None: 1, True: 2}", "{(1, 2): 3}", "{[1]: 2}", "{**x}", "[*x]", "f()", "f(1)",
        "date(2020, 1, 1)", "datetime.date(2020,1,1)", "f(a=1)", "a.b.c(d='x', e=[1])", "f(g(h=1))",
        "f(x)[0]", "x[0]", "x['k']", "x[1:2]", "x[:, ::2]", "x[a, b]", "x[-1]", "x.y", "x.y[0]", "lambda: 1",
        "lambda x, y=2: x+y", "1 if x else 2", "x and y", "x == 1", "x < y < z", "[i for i in x]",
        "(i for i in x)", "{k: v for k, v in x}", "f(lambda x: x*2)", "f(x for x in y)", "f(*a, **b)",
        "f(a if b else c, not d)", "f((1,), (), [], {})", "f('it\\'s', \"q\")", "f(-1, +2, ~3, - -4)",
        "f(1+2*3, (1+2)*3, 2**-1, -2**2)", "f(a or b and c)", "f(a[b:c, d])", "f(x:=1)",
        "f(\"\"\"x\ny\"\"\")", "f(1.0, 1e10, 1e16, 1j)", "f(b'x', u'y')", "await x", "yield", "*x",
        "'x' 'y'", "'\\x41\\101\\N{EM DASH}'", "'\\q'", "'\\ud83d\\ude00'", "'\\777'", "'unclosed",
        "\"\\\"\"", "''", "'''a\nb'''", "'a\\\nb'", "“x”", "x y", "1 2", "{1: }", "[1, , 2]", "=1", "1=",
        "None", "print", "match", "async", "#x\n1", "ｘ", "é", "__import__('os')", "x\u{a0}", "f(a, b)(c)",
        "f(a)(b=1)", "f(0).g(1)", "(f)(1)", "'a'.join(b)", "[].append(1)", "f(1).g", "(yield)",
        "f(not a == b)", "f((a, b) if c else d)", "f(a @ b // c)", "f(a < (b < c))",
        "f(lambda *a, b=1, **c: 0)", "f(lambda a, /, b: 0)", "f(lambda *, a: 0)", "f((lambda: 0)())",
        "f((a := 1), b)", "f([x async for x in y])", "f({**a, 'b': 1})", "f({1, 2}, {*a})", "f(-a ** -b)",
        "f((-a) ** b)", "f(a ** b ** c)", "f((a ** b) ** c)", "f(a - (b - c))", "f((a, ))", "f(x[1:2:3])",
        "f(x[()])", "f(x[1,])", "f(1 .real)", "f(1.5.real)", "f(not (a and b))", "f(await a)",
        "f((a if b else c) if d else e)", "f(a if b else (c if d else e))", "f((lambda: a) if b else c)",
        "f(... , None, True)", "f(1_0, 0xff, 1e1_0)",
    ];
    (*rng.choose(ODD).expect("a list")).to_owned()
}

/// Calls as Java or JavaScript writes them: the argument's text is its value.
fn foreign_text(calls: &[Call], category: &Category, rng: &mut Rng) -> String {
    const ODD: &[&str] = &[
        "x",
        "this.x",
        "a.b.c",
        "X.class",
        "null",
        "true",
        "-5",
        "5L",
        "1.5f",
        "'c'",
        "\"s\"",
        "\"a \\\"b\\\"\"",
        "new Foo()",
        "new Foo(1, \"x\")",
        "new int[]{1, 2}",
        "new int[5]",
        "new int[][]{{1}, {2}}",
        "new ArrayList<>(Arrays.asList(\"a\", \"b\"))",
        "new HashMap<String, Integer>() {{ put(\"a\", 1); }}",
        "a + b",
        "a ? b : c",
        "(int) x",
        "x -> x + 1",
        "Foo::bar",
        "a[0]",
        "f(1)",
        "a.f(1, 2)",
        "Arrays.asList(1, 2)",
        "List.of(\"a\")",
        "function(x) { return x; }",
        "x => x",
        "(a, b) => a + b",
        "[1, 2, [3]]",
        "{a: 1, b: 'x'}",
        "{\"a\": [1, 2]}",
        "`t ${x}`",
        "/re/g",
        "undefined",
        "new Map([[1, 2]])",
        "async () => {}",
        "...rest",
        "é",
        "\"é\"",
        "東京",
        "",
        "=",
        "1 2",
        "{",
        "(",
        "\"unclosed",
        "\"a\" + \"b\"",
        "typeof x",
        "!x",
        "x++",
        "5n",
        "a = 1",
        "super.x",
        "@Foo",
        "String[]{\"a\"}",
        "new String[]{\"a\", \"b\"}",
        "new char[]{'a'}",
        "2.0d",
        "0x1F",
        "1_000",
        "Foo.BAR",
        "new Foo<>() { int x; }",
        "switch",
        "class",
    ];
    let calls: Vec<String> = calls
        .iter()
        .map(|call| {
            let mut parts = Vec::new();
            for (name, value) in &call.arguments {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let bare = text.is_empty()
                    || text
                        .chars()
                        .any(|next| !next.is_alphanumeric() && !"._[](){}\"', <>-+:;".contains(next));
                let value = match rng.below(12) {
                    0 => (*rng.choose(ODD).expect("a list")).to_owned(),
                    1..4 if !text.contains('"') => format!("\"{text}\""),
                    _ if bare && rng.chance(0.8) => {
                        format!("\"{}\"", text.replace('"', "\\\"").replace('\n', " "))
                    }
                    _ => text,
                };
                parts.push(match rng.below(40) {
                    0 => value,
                    1 => format!("{name}:{value}"),
                    _ => format!("{name}={value}"),
                });
            }
            format!("{}({})", call.name, parts.join(", "))
        })
        .collect();
    let end = if category.id == "simple_java" && rng.chance(0.3) { ";" } else { "" };
    let text = calls.join(", ");
    match rng.below(10) {
        0 => format!("{text}{end}"),
        1 => format!("```\n[{text}]```"),
        _ => format!("[{text}{end}]"),
    }
}

/// Arguments as JSON text, in one of its spellings.
fn json_text(value: &Value, rng: &mut Rng) -> String {
    let text = if rng.chance(0.2) {
        serde_json::to_string_pretty(value).unwrap_or_default()
    } else {
        value.to_string()
    };
    if !rng.chance(0.2) {
        return text;
    }
    let mut out = String::new();
    for next in text.chars() {
        if next.is_ascii() {
            out.push(next);
        } else {
            next.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

fn arguments(call: &Call) -> Value {
    Value::Object(call.arguments.iter().cloned().collect())
}

fn listed(calls: &[Call], rng: &mut Rng) -> Value {
    let list = calls.iter().map(|call| {
        let text = json_text(&arguments(call), rng);
        let text = match rng.below(30) {
            0 => spoil(text, rng),
            1 => (*rng
                .choose(&[
                    "", "null", "[]", "{}", "1", "\"x\"", "{\"a\": NaN}", "{\"a\": 1, \"a\": 2}",
                    "{\"a\": 1e400}",
                ])
                .expect("a list"))
            .to_owned(),
            _ => text,
        };
        match rng.below(60) {
            0 => json!({}),
            1 => json!({ call.name.clone(): text, "second": "{}" }),
            2 => json!("text"),
            _ => json!({ call.name.clone(): text }),
        }
    });
    Value::Array(list.collect())
}

fn object(call: &Call, rng: &mut Rng) -> Value {
    match rng.below(40) {
        0 => json!({ "name": call.name }),
        1 => json!({ "name": call.name, "arguments": odd_value(rng) }),
        2 => json!({ "name": odd_value(rng), "arguments": arguments(call) }),
        3 => odd_value(rng),
        4 => json!({ "arguments": arguments(call), "name": call.name, "more": 1 }),
        _ => json!({ "name": call.name, "arguments": arguments(call) }),
    }
}

fn hermes_text(calls: &[Call], rng: &mut Rng) -> String {
    let calls = calls.iter().map(|call| {
        let object = object(call, rng);
        let text = json_text(&object, rng);
        match rng.below(20) {
            0 => format!("<tool_call>{text}</tool_call>"),
            1 => format!("<tool_call>\n{text}</tool_call>"),
            2 => format!("<tool_call>\n\n{text}\n\n</tool_call>"),
            3 => format!("Let me see.\n<tool_call>\n{text}\n</tool_call>"),
            4 => format!("<tool_call>\n{text}"),
            _ => format!("<tool_call>\n{text}\n</tool_call>"),
        }
    });
    calls.collect::<Vec<_>>().join("\n")
}

fn tool_calls_text(calls: &[Call], rng: &mut Rng) -> String {
    let calls: Vec<Value> = calls.iter().map(|call| object(call, rng)).collect();
    match rng.below(8) {
        0 => Value::Array(calls).to_string(),
        1 => format!("\n{}", json!({ "tool_calls": calls })),
        2 => json!({ "thought": "x", "tool_calls": calls }).to_string(),
        _ => json_text(&json!({ "tool_calls": calls }), rng),
    }
}

/// Sometimes breaks a text at random places.
fn spoil(text: String, rng: &mut Rng) -> String {
    if !rng.chance(0.15) {
        return text;
    }
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=rng.below(2) {
        let at = rng.below(chars.len() + 1);
        let odd = *rng
            .choose(&[
                '[', ']', '(', ')', '{', '}', ',', '=', '"', '\'', ' ', '\n', '\\', '.', '-', '0', 'x', '#',
                ':', 'é', '`', '\t', '\r', '*', '<',
            ])
            .expect("a list");
        match rng.below(4) {
            0 => chars.insert(at, odd),
            1 if at < chars.len() => {
                chars.remove(at);
            }
            2 if at < chars.len() => chars[at] = odd,
            3 if rng.chance(0.3) => chars.truncate(at),
            _ => chars.insert(at, odd),
        }
    }
    chars.into_iter().collect()
}

fn odd_result(rng: &mut Rng) -> Value {
    let odd = [
        json!(""),
        json!(" "),
        json!("[]"),
        json!([]),
        json!({}),
        json!(null),
        json!(1),
        json!("I cannot do that."),
        json!("["),
        json!("]"),
        json!([[]]),
        json!([{}]),
        json!({ "error": "x" }),
        json!(true),
        json!("'"),
        json!("```"),
        json!("()"),
        json!("f"),
        json!("[f]"),
        json!("None"),
        json!("[f(a=1)] or [g(b=2)]"),
        json!("Sure: f(a=1)"),
        json!([1, 2]),
        json!("<tool_call>"),
        json!("{}"),
        json!("{\"tool_calls\": null}"),
        json!("{\"tool_calls\": {}}"),
        json!("{\"tool_calls\": \"\"}"),
        json!("\"x\""),
        json!("[[f(a=1)]]"),
        json!("{f(a=1)}"),
        json!("(f(a=1), g())"),
    ];
    rng.choose(&odd).cloned().unwrap_or_default()
}

/// A question made for one value: what does its declared type make of it? The message of the wrong answer shows it.
fn conversion(rng: &mut Rng) -> Case {
    const TEXTS: &[&str] = &[
        "5",
        "-5",
        "+5",
        "5L",
        "5l",
        "-5L",
        "5.0",
        "5.",
        ".5",
        "1e5",
        "1E-5f",
        "1.5f",
        "1.5F",
        "1.5d",
        "5n",
        "-5n",
        "0x1F",
        "1_000",
        "٣",
        "٣L",
        "",
        " ",
        " 5",
        "5 ",
        "5\n",
        "1.5f\n",
        "true",
        "false",
        "True",
        "null",
        "'c'",
        "'cc'",
        "\"s\"",
        "\"s",
        "'s\"",
        "\"",
        "nan",
        "inf",
        "-Infinity",
        "99999999999999999999",
        "99999999999999999999L",
        "new int[]{1, 2, 3}",
        "new int[] {}",
        "new int[]{ 1 ,, 2 }",
        "new String[]{\"a\", \"b,c\"}",
        "new String[] { \"a\" , \"b\" }",
        "new long[]{1L, 2, 3L}",
        "new float[]{1f, 2.5f}",
        "new boolean[]{true, False}",
        "new Object[]{1, \"x\", true, null}",
        "int[]{1}",
        "new int[3]",
        "new int[][]{{1}, {2}}",
        "x = new int[]{1}",
        "new ArrayList<>()",
        "new ArrayList<String>()",
        "new ArrayList<>(Arrays.asList(\"a\", \"b\"))",
        "new ArrayList<>(Arrays.asList(1, 2))",
        "new ArrayList<>(Arrays.asList())",
        "new ArrayList<Integer>(Arrays.asList(1,2 , 3))",
        "new  ArrayList<>(Arrays.asList('a', 'b'))",
        "new ArrayList<List<String>>()",
        "Arrays.asList(1, 2)",
        "new ArrayList<>() {{ add(\"a\"); add(\"b\"); }}",
        "new ArrayList<Integer>() {{\n add(1);\n add(2);\n}}",
        "new ArrayList<>(){{add(1.5f);add(2L);}}",
        "new ArrayList<>() {{ }}",
        "new HashMap<>()",
        "new HashMap<String, Integer>()",
        "new HashMap<>() {}",
        "new HashMap<>() {{ }}",
        "new HashMap<String, Object>() {{ put(\"a\", 1); put(\"b\", \"x\"); }}",
        "new HashMap<>() { { put(\"a\", true); } }",
        "new HashMap<>(){{put(\"a\",1L);put(\"a\",2.5f);}}",
        "new HashMap<>() {{ put(\"a\", new int[]{1}); }}",
        "new HashMap<>() {{\nput(\"a\",\n1);\n}}",
        "new HashMap<String, Map<String, Integer>>() {{ put(\"a\", f(1)); }}",
        "HashMap<>()",
        "{\"a\": 1}",
        "put(\"a\", 1)",
        "[]",
        "[ ]",
        "[1]",
        "[1, 2.5, 'x', \"y\", true, null]",
        "[1,,2]",
        "['a', 'b,c']",
        "[1, 2",
        "[1, 2] // x",
        " [1]",
        "[[1, 2], [3, 4]]",
        "[ [1,2] ,[3] ]",
        "[[1], 2]",
        "[[]]",
        "[[1, [2]]]",
        "new Array(1, 2)",
        "new Array()",
        "new Array([1, 2], [3])",
        "new  Array('a', \"b\")",
        "Array(1)",
        "[{a: 1}, {b: 2}]",
        "[1n, 2n]",
        "[undefined, NaN]",
        "[\"a]\", 1]",
        "['it\\'s']",
        "[\n1,\n2]",
        "{}",
        "{ }",
        "{a: 1}",
        "{'a': 'x'}",
        "{\"a\": \"x\", \"b\": [1, 2], c: {d: 1}}",
        "{a: 1, b: 2, c: 'x, y: z'}",
        "{a: 'x:y'}",
        "{a:1,b:2}",
        "{a}",
        "{:1}",
        "{a: }",
        "{a: , b: 1}",
        "{a: {b: {c: 1}}}",
        "{a: [1, 2], b: [3]}",
        "{a: \"1, 2\"}",
        "{a: 1,\nb: 2}",
        "{\na: 1\n}",
        "{a: 1, : 2}",
        "{a: x, y, z: 1}",
        "{a::1}",
        "{'a b': true, \"c\": null}",
        "{a: 1}, {b: 2}",
        "{a: `t`}",
        "{a: 1, b:2 ,c : 3 }",
        "x",
        "{a: '1', b: \"2\", c: 3.0, d: 1e3, e: 0x1}",
        "{key:\u{1c}1}",
        "new\u{1c}Array(1)",
        "{a: 1,b}",
        "{a: 1, b:}",
        "{é: 'ü', b: 1}",
    ];
    let java = rng.chance(0.5);
    let (category, types): (&str, &[&str]) = match java {
        true => (
            "simple_java",
            &[
                "byte", "short", "integer", "float", "double", "long", "boolean", "char", "Array", "Array",
                "ArrayList", "ArrayList", "HashMap", "HashMap", "String", "any", "Set", "Queue", "Stack",
                "Hashtable",
            ],
        ),
        false => (
            "simple_javascript",
            &["String", "integer", "float", "Bigint", "Boolean", "dict", "dict", "array", "array", "any"],
        ),
    };
    let declared = *rng.choose(types).expect("a list");
    let mut parameter = json!({ "type": declared });
    if matches!(declared, "Array" | "ArrayList" | "array") {
        let items: Vec<&str> = types
            .iter()
            .copied()
            .filter(|one| !matches!(*one, "Set" | "Queue" | "Stack" | "Hashtable"))
            .collect();
        parameter["items"] = json!({ "type": rng.choose(&items).expect("a list") });
    }
    let text = match rng.below(3) {
        0 => spoil((*rng.choose(TEXTS).expect("a list")).to_owned(), rng),
        _ => (*rng.choose(TEXTS).expect("a list")).to_owned(),
    };
    let never = match declared {
        "Array" | "ArrayList" | "array" | "Queue" | "Stack" => json!([["never"]]),
        "HashMap" | "Hashtable" | "dict" => json!([{ "never": ["never"] }]),
        "boolean" | "Boolean" => json!(["never", true]),
        "float" | "double" => json!([-77.5]),
        "String" | "char" | "any" => json!(["never"]),
        _ => json!([-77]),
    };
    let text = if rng.chance(0.02) { odd_value(rng) } else { json!(text) };
    Case {
        category: CATEGORIES.iter().find(|known| known.id == category).expect("it is in the list"),
        decoder: "json",
        underscores: false,
        functions: json!([{ "name": "f", "parameters": { "type": "dict", "properties": { "a": parameter }, "required": ["a"] } }]),
        answer: Some(json!([{ "f": { "a": never } }])),
        result: json!([{ "f": json!({ "a": text }).to_string() }]).to_string(),
    }
}
