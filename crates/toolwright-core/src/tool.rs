//! [`Tool`]: what a model may call.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::schema::{Checker, is_schema, nests_within};

/// A function that a model may call: its name, what it does, what it takes and what it gives.
///
/// `parameters` is a normalised JSON Schema of type `object`; what a document said in another dialect is kept in
/// [`original`](Self::original). Whether the schemas are any, and the compiled checkers, are found once per tool, on first
/// use: dialogs of one pool share their tools.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tool {
    /// The name that calls use, unique in a pool.
    pub name: String,
    /// What the tool does, as its author wrote it.
    #[serde(default)]
    pub description: String,
    /// JSON Schema of the arguments: an object schema in the standard dialect.
    #[serde(default)]
    pub parameters: Value,
    /// JSON Schema of the result, where the author gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<Value>,
    /// `parameters` as the source had them, where normalising changed anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Value>,
    /// Where the tool comes from and how people talk about it.
    #[serde(default, skip_serializing_if = "ToolMeta::is_empty")]
    pub meta: ToolMeta,
    #[serde(skip)]
    checkers: Checkers,
}

type Compiled = OnceLock<Result<Arc<Checker>, String>>;

#[derive(Debug, Default)]
struct Checkers {
    parameters: Compiled,
    returns: Compiled,
    definition: OnceLock<Result<(), String>>,
}

/// The deepest schema that is taken for a definition; JSON readers go no deeper.
const DEEPEST: usize = 128;

/// What is known of a tool beyond its definition. Never shown to a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolMeta {
    /// The domain the tool belongs to (`travel`, `payments`); tools of one domain are likely neighbours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The part of the domain (`flights`), where the source is that fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_domain: Option<String>,
    /// Where the definition came from: a file, a URL, `evolved`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A short form of the description, where the source has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What the source calls the operation: an HTTP method and path, for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What the arguments and results look like in life.
    #[serde(skip_serializing_if = "Hints::is_empty")]
    pub hints: Hints,
    /// How people ask for the tool; derived from the definition where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
    /// How the tool came to be, where it was evolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lineage: Option<Lineage>,
}

/// How an evolved tool came to be (ToolACE, arXiv 2409.00920, tool self-evolution synthesis).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lineage {
    /// Steps of evolution behind it; 0 for one that was adapted from the context tree.
    pub generation: u32,
    /// The names of the tools that it came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
    /// The diversity indicators of all steps, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<String>,
    /// The functionalities of the context tree that it serves, its main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functionalities: Vec<String>,
}

/// What values look like in life, beyond their schemas. The keys are property paths without array positions:
/// `/address/city`, `/flights/price`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// Of the arguments.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Hint>,
    /// Of the result.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub returns: IndexMap<String, Hint>,
    /// What holds between them.
    #[serde(skip_serializing_if = "Laws::is_empty")]
    pub laws: Laws,
}

impl Hints {
    fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.returns.is_empty() && self.laws.is_empty()
    }
}

/// What holds between the arguments and results of a tool. Names are those of attributes: the words of a property's name in
/// lower case, joined by `_` (`unit_price` for `unitPrice`), wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Laws {
    /// How attributes of the result follow from others, as formulas (docs/pool.md), in the order in which they are worked out.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub works: IndexMap<String, String>,
    /// Which values go together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Rows>,
    /// The argument that identifies what a call is about, where there are several identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Parts of the result that are there only where an argument is given: part, argument.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub parts: IndexMap<String, String>,
    /// The attribute by which the list of the result comes, with `-` before it where the largest comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The same for other lists of the result: list, attribute.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub orders: IndexMap<String, String>,
}

impl Laws {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A table of values that go together: a book with its author and its subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The attributes.
    pub of: Vec<String>,
    /// The rows, with a value for each attribute.
    pub are: Vec<Vec<Value>>,
}

/// What one property's values look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hint {
    /// The kind of value, by the name of a meaning: `city`, `person`, `money`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// Values that the author gave as examples.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Value>,
    /// The least and the most that a number usually is; the schema may allow more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Whether nothing but the examples means anything: files that exist, for one, where a tool runs for real.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// How people talk about a tool. The patterns are described in `docs/wording.md`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// Requests as verb phrases with slots: `book {flight_id|flight @|that flight} for {passenger}`.
    pub asks: Vec<String>,
    /// Requests as whole sentences: `What's the weather like in {city}?`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// How single parameters are put, and what stands inside an object (`extras/note`).
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Phrase>,
    /// Answers over the result: `It's {temperature} degrees and {condition} in {arg city}.`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<String>,
}

/// How one parameter is put.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Phrase {
    /// What is added to a request that has no slot for it; `@` stands for the value: `with at most @ stops`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// What is added where the value is `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// How an object, or each object of a list, is said: `{pieces} x {product}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// What the assistant asks when the value is missing: `Which city is it for?`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// What the user answers then: `For @.`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl ToolMeta {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Tool {
    /// A tool with these parts and nothing else known of it.
    ///
    /// ```
    /// use serde_json::json;
    /// let tool = toolwright_core::Tool::new(
    ///     "get_weather",
    ///     "Current weather of a city.",
    ///     json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    /// );
    /// assert!(tool.requires("city"));
    /// ```
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        Self { name: name.into(), description: description.into(), parameters, ..Self::default() }
    }

    /// The declared parameters, in the author's order.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.parameters.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    /// The names of the required parameters, in the author's order.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.parameters
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Whether a call must name this parameter.
    pub fn requires(&self, parameter: &str) -> bool {
        self.required().any(|name| name == parameter)
    }

    /// The compiled check of a call's arguments; made once.
    ///
    /// # Errors
    /// Says why the schema cannot be compiled.
    pub fn arguments_checker(&self) -> Result<&Checker, &str> {
        compiled(&self.checkers.parameters, &self.parameters)
    }

    /// The compiled check of a result, where the tool declares one; made once.
    pub fn returns_checker(&self) -> Option<Result<&Checker, &str>> {
        self.returns.as_ref().map(|schema| compiled(&self.checkers.returns, schema))
    }

    /// Whether the schemas of the parameters and of the result, where there are any, are JSON Schemas that compile; found
    /// out once.
    ///
    /// # Errors
    /// Says which of the two is none, and why, in one sentence.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolwright_core::Tool;
    /// assert_eq!(Tool::new("now", "The time.", json!({"type": "object"})).definition(), Ok(()));
    /// let wrong = Tool::new("now", "The time.", json!({"minProperties": -1}));
    /// assert_eq!(wrong.definition(), Err("the parameters: at `/minProperties`: -1 is less than the minimum 0"));
    /// ```
    pub fn definition(&self) -> Result<(), &str> {
        self.checkers.definition.get_or_init(|| self.defined()).as_ref().copied().map_err(String::as_str)
    }

    fn defined(&self) -> Result<(), String> {
        if !self.parameters.is_null() {
            schema_of(&self.parameters, || self.arguments_checker())
                .map_err(|why| format!("the parameters: {why}"))?;
        }
        let Some(schema) = &self.returns else { return Ok(()) };
        let checker = || compiled(&self.checkers.returns, schema);
        schema_of(schema, checker).map_err(|why| format!("the result: {why}"))
    }

    /// The definition as chat APIs take it: `{"type": "function", "function": {…}}`, without what models never see.
    pub fn to_openai(&self) -> Value {
        let mut function = Map::new();
        function.insert("name".into(), self.name.clone().into());
        function.insert("description".into(), self.description.clone().into());
        function.insert("parameters".into(), self.parameters.clone());
        serde_json::json!({ "type": "function", "function": function })
    }
}

/// Whether this is a schema, and one that compiles: a `$ref` that leads nowhere is allowed by the standard only.
fn schema_of<'a>(
    schema: &Value,
    compiled: impl FnOnce() -> Result<&'a Checker, &'a str>,
) -> Result<(), String> {
    if !nests_within(schema, DEEPEST) {
        return Err(format!("the schema is nested deeper than {DEEPEST} levels"));
    }
    is_schema(schema)?;
    compiled().map(|_| ()).map_err(str::to_owned)
}

fn compiled<'a>(cell: &'a Compiled, schema: &Value) -> Result<&'a Checker, &'a str> {
    match cell.get_or_init(|| Checker::new(schema).map(Arc::new).map_err(|error| error.to_string())) {
        Ok(checker) => Ok(checker),
        Err(why) => Err(why),
    }
}

impl Clone for Tool {
    /// The copy compiles its own checkers: its schemas may be changed before they are used.
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            description: self.description.clone(),
            parameters: self.parameters.clone(),
            returns: self.returns.clone(),
            original: self.original.clone(),
            meta: self.meta.clone(),
            checkers: Checkers::default(),
        }
    }
}

impl PartialEq for Tool {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.description == other.description
            && self.parameters == other.parameters
            && self.returns == other.returns
            && self.original == other.original
            && self.meta == other.meta
    }
}
