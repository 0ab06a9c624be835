//! Python files: one public function, one tool.
//!
//! ```text
//! def get_weather(city: str, unit: Literal["C", "F"] = "C") -> dict[str, float]:
//!     """Current weather.
//!
//!     Args:
//!         city: The city's name.
//!     """
//! ```
//!
//! is `get_weather`, "Current weather.", with `city` (required, "The city's name.") and `unit`, one of `C` and `F` and `C` by
//! default; it returns an object of numbers. Nothing is executed: what an annotation or a default means is read from the
//! file alone (see [`types`]), and types in docstrings stand in where there is no annotation (see [`docstring`]).
//!
//! Tools are the functions at the top level, `async` ones too, and static methods of classes there (`Mail.send` is
//! `mail_send`). Skipped with the reason: private names (`_x`), methods that need an object or a class, functions that are
//! defined again. Kept without and told: `*args` and `**kwargs`, which take what has no name; `self`; what a framework
//! passes in (`ctx: Context`); private parameters that may be left out; and types that are not known here. A syntax error
//! is told with its line, and what the parser makes of the rest is read.

mod docstring;
mod parse;
#[cfg(test)]
mod tests;
mod types;

use indexmap::IndexMap;
use ruff_python_ast::{Parameter, ParameterWithDefault, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;
use serde_json::{Map, Value, json};
use toolwright_core::{Error, Hints, Tool};

use self::docstring::Docstring;
use self::parse::Module;
use self::types::{Slot, Types, last_name};
use super::inline::{Direction, Inliner};
use super::{Imported, Importer, Skipped, naming, openapi, prose};
use crate::pool::hints;

/// Python files.
pub(super) const IMPORTER: Importer = Importer {
    id: "python",
    says: "Python files: public functions with their annotations, defaults and docstrings",
    source: "https://docs.python.org/3/library/typing.html",
    sniff: |name, document| document.is_string() && is_python(name),
    import,
};

/// Characters of a tool's description and summary.
const DESCRIPTION: usize = 600;
const SUMMARY: usize = 200;

/// What frameworks pass into a function beside a model's arguments.
const PASSED: &[&str] =
    &["Context", "RunContext", "ToolContext", "ToolRuntime", "RunnableConfig", "Request", "CallbackContext"];

/// Whether a file is Python by its name.
pub(super) fn is_python(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".py")
}

/// A function with its name in the file: `add`, `Calculator.add`.
struct Function<'a> {
    name: String,
    def: &'a StmtFunctionDef,
}

fn import(source: &str, document: &Value) -> toolwright_core::Result<Imported> {
    let module = Module::of(document.as_str().unwrap_or_default())?;
    let mut file = File { source, module: &module, skipped: Vec::new() };
    let functions = file.functions();
    if functions.is_empty() && file.skipped.is_empty() {
        let why = "the file has no function at its top level; expected public functions with annotations or docstrings";
        return Err(Error::new(why));
    }
    let mut types = Types::of(module.text(), module.body());
    let docs: Vec<Docstring> = functions
        .iter()
        .map(|function| {
            types::docstring(&function.def.body).map(|text| Docstring::of(&text)).unwrap_or_default()
        })
        .collect();
    let signatures: Vec<Value> = functions
        .iter()
        .zip(&docs)
        .map(|(function, doc)| file.signature(function, doc, &mut types))
        .collect();
    let mut lost = Vec::new();
    let definitions = types.definitions(&mut lost);
    lost.into_iter().for_each(|(name, why)| file.skipped.push(Skipped::new(source, name, why)));
    let whole = json!({ "$defs": definitions, "signatures": signatures });
    let mut inliner = Inliner::new(&whole);
    let mut tools = Vec::new();
    for ((at, function), doc) in functions.iter().enumerate().zip(&docs) {
        let signature = whole.get("signatures").and_then(|all| all.get(at)).unwrap_or(&Value::Null);
        match file.tool(function, doc, signature, &mut inliner) {
            Ok(tool) => tools.push(tool),
            Err(why) => file.skip(&function.name, function.def, why),
        }
    }
    Ok(Imported { tools, skipped: file.skipped })
}

/// One file on its way in.
struct File<'a> {
    source: &'a str,
    module: &'a Module<'a>,
    skipped: Vec<Skipped>,
}

impl<'a> File<'a> {
    fn skip(&mut self, name: &str, at: impl Ranged, reason: impl Into<String>) {
        let place = format!("line {}, {name}", self.module.line(at.range()));
        self.skipped.push(Skipped::new(self.source, place, reason));
    }

    /// The functions that are tools.
    fn functions(&mut self) -> Vec<Function<'a>> {
        for (line, why) in self.module.errors() {
            let reason = format!("the file is no Python here: {why}; what follows may be lost");
            self.skipped.push(Skipped::new(self.source, format!("line {line}"), reason));
        }
        let (mut found, mut private) = (IndexMap::new(), Vec::new());
        let module = self.module;
        for stmt in module.body() {
            match stmt {
                Stmt::FunctionDef(def) if def.name.starts_with('_') => private.push(def.name.as_str()),
                Stmt::FunctionDef(def) => self.function(def.name.to_string(), def, &mut found),
                Stmt::ClassDef(class) if !class.name.starts_with('_') => self.class(class, &mut found),
                _ => {}
            }
        }
        if !private.is_empty() {
            let why = format!("{}: their names say that they are private", several("functions", &private));
            self.skipped.push(Skipped::new(self.source, "", why));
        }
        found.into_iter().map(|(name, def)| Function { name, def }).collect()
    }

    fn function(
        &mut self,
        name: String,
        def: &'a StmtFunctionDef,
        found: &mut IndexMap<String, &'a StmtFunctionDef>,
    ) {
        if let Some(before) = found.insert(name.clone(), def) {
            let line = self.module.line(def.name.range());
            let why = format!("it is defined again in line {line}, and the last definition counts");
            self.skip(&name, &before.name, why);
        }
    }

    /// The static methods of a class; the others are told together.
    fn class(&mut self, class: &'a StmtClassDef, found: &mut IndexMap<String, &'a StmtFunctionDef>) {
        let mut bound = Vec::new();
        let methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
        for def in methods.filter(|def| !def.name.starts_with('_')) {
            let mut marks = def.decorator_list.iter().filter_map(|one| last_name(&one.expression));
            if marks.any(|mark| mark == "staticmethod") {
                self.function(format!("{}.{}", class.name, def.name), def, found);
            } else {
                bound.push(def.name.as_str());
            }
        }
        if !bound.is_empty() {
            let why =
                format!("{} need an object or the class; static ones do not", several("methods", &bound));
            self.skip(&class.name, &class.name, why);
        }
    }

    /// What a function takes and gives, in schemas with references to the file's own types.
    fn signature(&mut self, function: &Function<'a>, doc: &Docstring, types: &mut Types<'a>) -> Value {
        let (mut properties, mut required, mut lost) = (Map::new(), Vec::new(), Vec::new());
        let parameters = &function.def.parameters;
        for (at, parameter) in parameters.iter_non_variadic_params().enumerate() {
            if let Some(why) = not_the_models(at, parameter) {
                lost.push(why);
                continue;
            }
            let name = parameter.name().as_str();
            let slot = Slot {
                name,
                annotation: parameter.annotation(),
                default: parameter.default(),
                said: doc.parameters.get(name),
            };
            let Some(property) = types.property(slot, &mut lost) else { continue };
            if property.required {
                required.push(property.name.clone());
            }
            properties.insert(property.name, property.schema);
        }
        let bare = |parameter: &Option<Box<Parameter>>| parameter.as_ref().map(|one| one.name.to_string());
        lost.extend(
            bare(&parameters.vararg)
                .map(|name| format!("`*{name}` takes values without names; it is left out")),
        );
        lost.extend(
            bare(&parameters.kwarg).map(|name| format!("`**{name}` takes any names; it is left out")),
        );
        let result = types.result(function.def.returns.as_deref(), &doc.result, &mut lost);
        lost.into_iter().for_each(|why| self.skip(&function.name, &function.def.name, why));
        let mut inputs = json!({ "type": "object", "properties": properties });
        if let (Value::Object(inputs), false) = (&mut inputs, required.is_empty()) {
            inputs.insert("required".into(), required.into());
        }
        json!({ "inputs": inputs, "result": result })
    }

    fn tool<'d>(
        &self,
        function: &Function<'_>,
        doc: &Docstring,
        signature: &'d Value,
        inliner: &mut Inliner<'d>,
    ) -> Result<Tool, String> {
        let mut standalone = |direction, key: &str| {
            let Some(node) = signature.get(key).filter(|node| node.is_object()) else { return Ok(None) };
            let schema = inliner.standalone(direction, |pieces| pieces.schema(node))?;
            schema.map(Some).ok_or_else(|| inliner.too_large())
        };
        let mut inputs = standalone(Direction::Input, "inputs")?.unwrap_or_default();
        let mut result = standalone(Direction::Result, "result")?;
        let mut known = Hints { parameters: hints::lift(&mut inputs), ..Hints::default() };
        prose::plain_schema(&mut inputs, 0);
        if let Some(schema) = &mut result {
            known.returns = hints::lift(schema);
            prose::plain_schema(schema, 0);
        }
        // A dotted name is no name in chat APIs.
        let name = match function.name.split_once('.') {
            Some(_) => naming::short(naming::words(&function.name)),
            None => function.name.clone(),
        };
        let description = Some(prose::plain(&doc.prose, DESCRIPTION)).filter(|text| !text.is_empty());
        let mut tool = Tool::new(name, "", inputs);
        tool.description = description.unwrap_or_else(|| format!("{}.", naming::sentence(&tool.name)));
        tool.returns = result;
        tool.meta.summary = Some(prose::plain(&doc.summary, SUMMARY)).filter(|text| !text.is_empty());
        tool.meta.operation = Some(function.name.clone());
        tool.meta.source = Some(self.source.to_string());
        let stem = self.source.rsplit('/').next().and_then(|name| name.split('.').next()).map(naming::slug);
        tool.meta.domain = stem.filter(|stem| !stem.is_empty());
        tool.meta.hints = known;
        Ok(tool)
    }
}

/// Why a parameter is not for a model to fill in.
fn not_the_models(at: usize, parameter: &ParameterWithDefault) -> Option<String> {
    let name = parameter.name().as_str();
    if at == 0 && (name == "self" || name == "cls") {
        return Some(format!("`{name}` is an object or a class; it is left out"));
    }
    if let Some(kind) = parameter.annotation().and_then(last_name).filter(|kind| PASSED.contains(kind)) {
        return Some(format!("`{name}` is passed in by the framework (`{kind}`); it is left out"));
    }
    (name.starts_with('_') && parameter.default().is_some())
        .then(|| format!("`{name}` is private and may be left out; it is"))
}

/// How many there are, and what the first few are called.
fn several(what: &str, names: &[&str]) -> String {
    let more = if names.len() > 4 { ", …" } else { "" };
    format!("{} {what} ({}{more})", names.len(), openapi::list(names.iter()))
}
