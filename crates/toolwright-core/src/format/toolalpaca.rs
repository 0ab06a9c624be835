//! `toolalpaca`: the evaluation rows of ToolAlpaca.
//!
//! Source: ToolAlpaca (arXiv:2306.05301), `eval_simulated.json`: a row is an API with `Function_Description`, the words on
//!         each function, and `Instructions` with `Golden_Answers`, the steps that answer each; a step is an `Action` and
//!         its `Action_Input`, the JSON text of the arguments.
//! Ours:   only read. A row is as many dialogs as it has instructions: [`parts`] takes it apart. A dialog is the instruction
//!         and a call a step; nobody answers, and no tool returns anything. Steps with a hole in place of a value, `${id from
//!         search}`, are malformed. Parameters are read as far as their words go: `Required. string. The city.`. The
//!         training rows with their simulated results are of another shape and are not read.
//! Worked: `{"Name": "Air", "Function_Description": {"getAqi": "Air quality.\nParameters: {\"city\": \"Required. string. The
//!         city.\"}\nOutput: …"}, "Instructions": ["AQI in Turin?"], "Golden_Answers": [[{"Action": "getAqi", "Action_Input":
//!         "{\"city\": \"Turin\"}"}]]}`

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::openai::read_arguments;
use super::{DatasetFormat, keep_rest, malformed, wrong};
use crate::{Call, Dialog, Error, Message, Result, Role, Tool};

pub(super) const FORMAT: DatasetFormat = DatasetFormat {
    id: "toolalpaca",
    says: "ToolAlpaca's evaluation rows: an API with instructions and the calls that answer them, a dialog each.",
    source: "https://github.com/tangqiaoyu/ToolAlpaca, data/eval_simulated.json (arXiv:2306.05301)",
    sniff,
    read,
    parts: Some(parts),
    write: None,
    tools_as_text: false,
    loses: &[],
};

/// What the dialogs of one row may copy of it, in bytes; the published rows copy under 1 MB.
const MOST_COPIED: usize = 64 << 20;

const ASKED: &str = "Instructions";
const ANSWERS: &str = "Golden_Answers";
const FUNCTIONS: &str = "Function_Description";

fn sniff(row: &Value) -> bool {
    [ASKED, ANSWERS].iter().all(|key| row.get(key).is_some_and(Value::is_array))
}

/// A row for each instruction, with the answer to it and all else.
fn parts(row: &Value) -> Result<Vec<Value>> {
    let Api { row, asked, answers } = Api::of(row)?;
    let mut rest = row.clone();
    [ASKED, ANSWERS].iter().for_each(|key| drop(rest.shift_remove(*key)));
    let bytes = Value::Object(rest.clone()).to_string().len();
    if bytes.saturating_mul(asked.len()) > MOST_COPIED {
        let why =
            format!("{} dialogs would copy {bytes} bytes about their API each; split the row", asked.len());
        return Err(Error::new(why).at(ASKED));
    }
    let part = |(n, asked): (usize, &Value)| {
        let mut part = rest.clone();
        part.insert(ASKED.into(), json!([asked]));
        part.insert(ANSWERS.into(), answers.get(n).map_or_else(|| json!([]), |answer| json!([answer])));
        Value::Object(part)
    };
    Ok(asked.iter().enumerate().map(part).collect())
}

/// A row with its instructions and the answers to the first of them, or to all.
struct Api<'a> {
    row: &'a Map<String, Value>,
    asked: &'a [Value],
    answers: &'a [Value],
}

impl<'a> Api<'a> {
    fn of(row: &'a Value) -> Result<Self> {
        let row = row.as_object().ok_or_else(|| wrong("an object with `Instructions`", row))?;
        let list = |key: &str| {
            let value = row.get(key).unwrap_or(&Value::Null);
            value.as_array().ok_or_else(|| wrong("a list", value).at(key))
        };
        let (asked, answers) = (list(ASKED)?, list(ANSWERS)?);
        if answers.len() > asked.len() {
            let why = format!("{} answers to {} instructions; expected one each", answers.len(), asked.len());
            return Err(Error::new(why).at(ANSWERS));
        }
        Ok(Self { row, asked, answers })
    }
}

fn read(row: &Value) -> Result<Dialog> {
    let Api { row: object, asked, answers } = Api::of(row)?;
    let [asked] = asked else {
        let why = format!("{} instructions are as many dialogs; take the row apart first", asked.len());
        return Err(Error::new(why).at(ASKED));
    };
    let asked = asked.as_str().ok_or_else(|| wrong("text", asked).at(format!("{ASKED}[0]")))?;
    let mut dialog = Dialog::default();
    let rest = object.iter().filter(|(key, _)| ![ASKED, ANSWERS].contains(&key.as_str()));
    keep_rest(&mut dialog.meta, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    if let Some(functions) = object.get(FUNCTIONS).and_then(Value::as_object) {
        // The last entry is no function: it holds what the outputs of the others are made of.
        let described = functions.iter().filter(|(name, _)| *name != "components");
        let tool = |(name, words): (&String, &Value)| Arc::new(read_tool(name, words.as_str().unwrap_or("")));
        dialog.tools = described.map(tool).collect();
    }
    dialog.messages.push(Message::text(Role::User, asked));
    let steps = answers.first().map_or(Ok(&[][..]), |steps| {
        steps.as_array().map(Vec::as_slice).ok_or_else(|| wrong("a list of steps", steps))
    });
    for (n, step) in steps.map_err(|error| error.at(format!("{ANSWERS}[0]")))?.iter().enumerate() {
        let message = read_step(n, step).map_err(|error| error.at(format!("{ANSWERS}[0][{n}]")))?;
        dialog.messages.push(message);
    }
    Ok(dialog)
}

fn read_step(n: usize, step: &Value) -> Result<Message> {
    let name = step.get("Action").unwrap_or(&Value::Null);
    let name = name.as_str().ok_or_else(|| wrong("text", name).at("Action"))?;
    let arguments = match step.get("Action_Input").unwrap_or(&Value::Null) {
        Value::String(text) => read_arguments(name, text),
        Value::Object(given) => read_arguments(name, &Value::Object(given.clone()).to_string()),
        Value::Null => Ok(Map::new()),
        other => return Err(wrong("the text of an object", other).at("Action_Input")),
    };
    Ok(match arguments {
        Ok(arguments) => {
            Message::calling(vec![Call { id: Some(format!("call_{}", n + 1)), ..Call::new(name, arguments) }])
        }
        Err(why) => {
            let raw = step.to_string();
            let said = Message::text(Role::Assistant, raw.clone());
            Message { malformed: Some(malformed(raw, why.why)), ..said }
        }
    })
}

/// A function as its description tells: what it does, `Parameters:` with an object of words, and its output.
fn read_tool(name: &str, words: &str) -> Tool {
    let (does, rest) = words.split_once("\nParameters:").unwrap_or((words, ""));
    let listed = rest.lines().next().unwrap_or_default();
    let listed: Map<String, Value> = serde_json::from_str(listed).unwrap_or_default();
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, words) in listed {
        let words = words.as_str().unwrap_or_default();
        let typed = words.strip_prefix("Required. ");
        required.extend(typed.map(|_| name.clone()));
        properties.insert(name, read_parameter(typed.unwrap_or(words)));
    }
    Tool::new(name, does.trim(), json!({"type": "object", "properties": properties, "required": required}))
}

/// `string. The city.`; of lists and objects the words alone say what is in them.
fn read_parameter(words: &str) -> Value {
    let (first, said) = words.split_once('.').unwrap_or((words, ""));
    let (kind, said) = match first {
        "string" | "integer" | "number" | "boolean" => (Some(first), said.trim_start()),
        _ if first.starts_with("Array[") => (Some("array"), words),
        _ if first.starts_with("Object") => (Some("object"), words),
        _ => (None, words),
    };
    let mut schema = Map::new();
    schema.extend(kind.map(|kind| ("type".to_owned(), kind.into())));
    schema.insert("description".to_owned(), said.into());
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(instructions: Value, answers: Value) -> Value {
        let about = "Air quality.\nParameters: {\"city\": \"Required. string. The city.\", \"days\": \"integer. How many.\", \
                     \"of\": \"Array[string]. What.\"}\nOutput: A list.\n - Format: application/json";
        let functions = json!({"getAqi": about, "now": "The time.", "components": ""});
        json!({"Name": "Air", FUNCTIONS: functions, ASKED: instructions, ANSWERS: answers})
    }

    fn step(input: &str) -> Value {
        json!([{"Action": "getAqi", "Action_Input": input}])
    }

    #[test]
    fn a_row_is_taken_apart() {
        let row = row(json!(["AQI in Turin?", "And in Bari?"]), json!([step("{\"city\": \"Turin\"}")]));
        assert!(sniff(&row));
        assert_eq!(
            read(&row).expect_err("two are asked").to_string(),
            "Instructions: 2 instructions are as many dialogs; take the row apart first"
        );
        let dialogs: Vec<Dialog> =
            parts(&row).expect("it has parts").iter().map(|part| read(part).expect("it is good")).collect();
        assert_eq!((dialogs.len(), dialogs[0].messages.len(), dialogs[1].messages.len()), (2, 2, 1));
        assert_eq!(dialogs[0].messages[1].calls[0].arguments["city"], "Turin");
        assert_eq!(dialogs[1].messages[0].said(), "And in Bari?");
        assert_eq!(dialogs[1].meta.other["row"]["Name"], "Air");
    }

    #[test]
    fn parameters_are_read_from_words() {
        let dialog = read(&row(json!(["AQI?"]), json!([[]]))).expect("it is good");
        let names: Vec<&str> = dialog.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["getAqi", "now"]);
        let expected = json!({"type": "object", "properties": {
            "city": {"type": "string", "description": "The city."},
            "days": {"type": "integer", "description": "How many."},
            "of": {"type": "array", "description": "Array[string]. What."}}, "required": ["city"]});
        assert_eq!(
            (&dialog.tools[0].parameters, dialog.tools[0].description.as_str()),
            (&expected, "Air quality.")
        );
    }

    #[test]
    fn steps_with_holes_are_malformed() {
        let dialog = read(&row(json!(["AQI?"]), json!([step("{\"id\": ${id from search}}")])))
            .expect("it can be held");
        let malformed = dialog.messages[1].malformed.as_ref().expect("it is no call");
        assert_eq!(malformed.raw, step("{\"id\": ${id from search}}")[0].to_string());
        assert!(
            malformed.why.starts_with("the arguments of `getAqi` are no JSON object"),
            "{}",
            malformed.why
        );
    }

    #[test]
    fn errors_say_where_and_why() {
        let refused = |asked: Value, answers: Value| {
            read(&row(asked, answers)).expect_err("the row is bad").to_string()
        };
        let many =
            parts(&row(json!(vec!["?"; 300_000]), json!([]))).expect_err("they are too many").to_string();
        assert!(many.starts_with("Instructions: 300000 dialogs would copy "), "{many}");
        assert_eq!(refused(json!([1]), json!([])), "Instructions[0]: expected text, found a number");
        assert_eq!(
            refused(json!(["?"]), json!([7])),
            "Golden_Answers[0]: expected a list of steps, found a number"
        );
        assert_eq!(
            refused(json!(["?"]), json!([[{}]])),
            "Golden_Answers[0][0]: Action: expected text, found null"
        );
        assert_eq!(
            refused(json!([]), json!([[]])),
            "Golden_Answers: 1 answers to 0 instructions; expected one each"
        );
    }
}
