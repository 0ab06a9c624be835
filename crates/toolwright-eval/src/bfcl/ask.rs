//! The other direction: a question as a request to a model, and the reply as a row of a result file.
//!
//! Source: what the package's handlers for OpenAI's API do: in function-calling mode functions go as `tools`, with underscores for dots in their names, and a
//!         result is a list of calls, each with its arguments as JSON text; in prompt mode the result is text. Values for Java and JavaScript are text.
//! Ours:   the words of the prompt and of the notes on Java and JavaScript. A reply that is neither text nor calls is empty text, and arguments that are no JSON
//!         object are the result as they stand, so that they are scored as the model's failing.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use toolwright_core::{Candidate, Dialog, Message, Reply, Request, Result, Role, Sampling, Tool};

use super::benchmark::Benchmark;
use super::category::{Category, Version};
use super::check::Language;
use super::dialogs::asked;

/// The system prompt of prompt mode; `{functions}` stands for the definitions.
const PROMPT: &str = include_str!("prompt.md");

/// How a model is told of the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By the server, as tools.
    Functions,
    /// In the system prompt; the reply is text.
    Prompt,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 2] = [Self::Functions, Self::Prompt];

    /// The mode's name: `functions`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Functions => "functions",
            Self::Prompt => "prompt",
        }
    }
}

/// A question to put to a model.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The question's id.
    pub id: String,
    /// What is sent.
    pub request: Request,
}

/// The questions of a category, as they are put to a model.
///
/// # Errors
/// The benchmark's files cannot be read, or hold no such category.
pub fn asks(
    benchmark: &Benchmark,
    category: &'static Category,
    mode: Mode,
    sampling: &Sampling,
) -> Result<Vec<Ask>> {
    let questions = benchmark.questions(category)?;
    let ask = |(at, id): (usize, &String)| {
        let dialog = asked(questions.asked(at)).map_err(|error| error.at(format_args!("test {id}")))?;
        let request = match mode {
            Mode::Functions => with_tools(dialog, category.language),
            Mode::Prompt => with_prompt(dialog, category.language),
        };
        Ok(Ask { id: id.clone(), request: Request { sampling: sampling.clone(), ..request } })
    };
    questions.ids.iter().enumerate().map(ask).collect()
}

fn with_tools(dialog: Dialog, language: Language) -> Request {
    let tools = dialog.tools.iter().map(|tool| {
        let tool = in_text(tool, language);
        Arc::new(Tool::new(tool.name.replace('.', "_"), tool.description, tool.parameters))
    });
    Request { tools: tools.collect(), messages: dialog.messages, ..Request::default() }
}

fn with_prompt(mut dialog: Dialog, language: Language) -> Request {
    let functions = dialog.tools.iter().map(|tool| {
        let tool = in_text(tool, language);
        json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters}).to_string()
    });
    let functions: Vec<String> = functions.collect();
    let mut prompt = PROMPT.trim_end().replace("{functions}", &functions.join("\n"));
    match dialog.messages.first_mut().filter(|message| message.role == Role::System) {
        // The question's own instructions stay what the model reads last before the user.
        Some(own) => {
            prompt.push_str("\n\n");
            prompt.push_str(own.said());
            own.content = Some(prompt);
        }
        None => dialog.messages.insert(0, Message::text(Role::System, prompt)),
    }
    Request { messages: dialog.messages, ..Request::default() }
}

/// A tool whose arguments are written as text in the notation of its language; Python's are values.
fn in_text(tool: &Tool, language: Language) -> Tool {
    let notation = match language {
        Language::Python => return Tool::new(&*tool.name, &*tool.description, tool.parameters.clone()),
        Language::Java => "Java",
        Language::JavaScript => "JavaScript",
    };
    let mut parameters = tool.original.as_ref().unwrap_or(&tool.parameters).clone();
    parameters["type"] = "object".into();
    for property in parameters.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
        let text = |key: &str| property.1.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let (mut kind, about) = (text("type"), text("description"));
        if let Some(items) = property.1.pointer("/items/type").and_then(Json::as_str) {
            kind = format!("{kind} of {items}");
        }
        let note = format!("Its value is {notation} source text, of the type {kind}.");
        *property.1 = json!({"type": "string", "description": format!("{about} {note}").trim_start()});
    }
    let description = format!("{} Its arguments are written as {notation} source text.", tool.description);
    Tool::new(&*tool.name, description.trim_start(), parameters)
}

/// A row of a result file: the id, the result, what the server counted, and what the model thought, where it tells.
pub fn row(id: &str, reply: &Reply) -> Json {
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    let first = reply.candidates.first();
    row.insert("result".into(), first.map_or_else(|| "".into(), result));
    if let Some(usage) = reply.usage {
        row.insert("input_token_count".into(), usage.prompt.into());
        row.insert("output_token_count".into(), usage.completion.into());
    }
    if let Some(reasoning) = first.and_then(|first| first.reasoning.clone()) {
        row.insert("reasoning_content".into(), reasoning.into());
    }
    row.into()
}

fn result(candidate: &Candidate) -> Json {
    let message = &candidate.message;
    match &message.malformed {
        Some(malformed) => malformed.raw.clone().into(),
        None if message.calls.is_empty() => message.said().into(),
        None => {
            let call = |call: &toolwright_core::Call| json!({ call.name.clone(): Json::Object(call.arguments.clone()).to_string() });
            message.calls.iter().map(call).collect()
        }
    }
}

/// Where a category's results are found again, below the folder of their model.
pub fn result_file(version: Version, category: &Category) -> String {
    let name = category.name_in(version).unwrap_or(category.id);
    format!("{}/{}{name}_result.json", category.group.name(), version.prefix())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toolwright_core::{Call, Finish};

    use super::super::category::CATEGORIES;
    use super::*;

    fn benchmark(dir: &Path) -> Benchmark {
        let questions = [
            (
                "simple_python",
                r#"{"id": "simple_python_0", "question": [[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Area?"}]], "function": [{"name": "geo.area", "description": "The area.", "parameters": {"type": "dict", "properties": {"side": {"type": "float", "description": "Of a square."}}, "required": ["side"]}}]}"#,
                r#"{"id": "simple_python_0", "ground_truth": [{"geo.area": {"side": [2.0]}}]}"#,
            ),
            (
                "simple_java",
                r#"{"id": "simple_java_0", "question": [[{"role": "user", "content": "Sort."}]], "function": [{"name": "Lists.sort", "description": "Sorts.", "parameters": {"type": "dict", "properties": {"list": {"type": "ArrayList", "description": "What."}}, "required": ["list"]}}]}"#,
                r#"{"id": "simple_java_0", "ground_truth": [{"Lists.sort": {"list": ["new ArrayList<>()"]}}]}"#,
            ),
        ];
        std::fs::create_dir(dir.join("possible_answer")).unwrap();
        for (category, question, answer) in questions {
            let name = format!("BFCL_v4_{category}.json");
            std::fs::write(dir.join(&name), question).unwrap();
            std::fs::write(dir.join("possible_answer").join(name), answer).unwrap();
        }
        Benchmark::open(dir).unwrap()
    }

    fn one(id: &str, mode: Mode) -> Request {
        let scratch = tempfile::tempdir().unwrap();
        let benchmark = benchmark(scratch.path());
        let category = CATEGORIES.iter().find(|category| category.id == id).unwrap();
        asks(&benchmark, category, mode, &Sampling::default()).unwrap().remove(0).request
    }

    #[test]
    fn functions_go_as_tools_with_names_that_servers_take() {
        let request = one("simple_python", Mode::Functions);
        let tool = &request.tools[0];
        assert_eq!(tool.name, "geo_area");
        assert_eq!(tool.parameters["properties"]["side"]["type"], "number");
        assert_eq!(request.messages.iter().map(Message::said).collect::<Vec<_>>(), ["Be brief.", "Area?"]);
    }

    #[test]
    fn in_prompts_functions_stand_before_the_questions_own_instructions() {
        let request = one("simple_python", Mode::Prompt);
        assert!(request.tools.is_empty());
        let prompt = request.messages[0].said();
        assert!(prompt.contains(r#"{"name":"geo.area","description":"The area.""#), "{prompt}");
        assert!(prompt.ends_with("\n\nBe brief.") && !prompt.contains("{functions}"), "{prompt}");
        assert_eq!(request.messages.len(), 2);
    }

    #[test]
    fn values_of_java_are_asked_for_as_text() {
        let request = one("simple_java", Mode::Functions);
        let list = &request.tools[0].parameters["properties"]["list"];
        let expected = "What. Its value is Java source text, of the type ArrayList.";
        assert_eq!(*list, json!({"type": "string", "description": expected}));
    }

    #[test]
    fn a_reply_is_a_row_that_the_scorer_reads() {
        let candidate =
            |message: Message| Candidate { message, reasoning: None, finish: Finish::Stop, logprobs: None };
        let of = |message: Message| {
            row("a_0", &Reply { candidates: vec![candidate(message)], ..Reply::default() })["result"].clone()
        };
        let call = Call::new("geo_area", json!({"side": 2.0}).as_object().unwrap().clone());
        assert_eq!(of(Message::calling(vec![call])), json!([{"geo_area": "{\"side\":2.0}"}]));
        assert_eq!(of(Message::text(Role::Assistant, "No.")), json!("No."));
        let broken =
            toolwright_core::Malformed { raw: "{\"side\": ".into(), span: 0..9, why: "it ends".into() };
        assert_eq!(
            of(Message { malformed: Some(broken), ..Message::text(Role::Assistant, "") }),
            json!("{\"side\": ")
        );
        assert_eq!(row("a_0", &Reply::default())["result"], json!(""));
    }
}
