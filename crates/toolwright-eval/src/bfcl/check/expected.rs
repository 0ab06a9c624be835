//! What a test expects, compiled once from its function descriptions and accepted values.

use std::sync::OnceLock;

use super::{Names, java, javascript, standard};
use crate::python::json::{Fault, Reader};
use crate::python::{Dict, Type, Value};

/// The language of a category: it decides which types are declared and how arguments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Java,
    JavaScript,
}

/// Each declared type and the Python type that its values get.
const PYTHON: &[(&str, Type)] = &[
    ("string", Type::Str),
    ("integer", Type::Int),
    ("float", Type::Float),
    ("boolean", Type::Bool),
    ("array", Type::List),
    ("tuple", Type::List),
    ("dict", Type::Dict),
    ("any", Type::Str),
];

impl Language {
    fn types(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Python => PYTHON,
            Self::Java => java::TYPES,
            Self::JavaScript => javascript::TYPES,
        }
    }

    /// The declared types whose items are declared, too.
    const fn with_items(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["array", "tuple"],
            Self::Java | Self::JavaScript => &["Array", "ArrayList", "array"],
        }
    }

    /// # Errors
    /// The exception that the official checker raises at this type.
    fn kind(self, declared: Option<&str>) -> Result<Type, String> {
        let declared = declared.ok_or("KeyError: 'type'")?;
        let found = self.types().iter().find(|(name, _)| *name == declared);
        found.map(|(_, kind)| *kind).ok_or_else(|| format!("KeyError: '{declared}'"))
    }
}

/// One expected call.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The function that it must call, or what the official checker raises because there is none.
    pub(super) function: Result<Function, String>,
    pub(super) gold: Gold,
    /// The call as the answer file has it, for messages: one name with its accepted values.
    pub(super) raw: Value<'static>,
}

/// The accepted values of each argument.
#[derive(Clone, Debug)]
pub(super) enum Gold {
    Arguments(Arguments),
    /// A faulty answer of earlier versions: no arguments but a list.
    Other(Vec<Value<'static>>),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Arguments(Vec<(String, Accepted)>);

impl Arguments {
    pub(super) fn get(&self, name: &str) -> Option<&Accepted> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, accepted)| accepted)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Accepted)> {
        self.0.iter().map(|(name, accepted)| (name.as_str(), accepted))
    }
}

/// What is accepted for one argument.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    pub(super) values: Vec<Value<'static>>,
    /// The type of the first value that is not `""`.
    pub(super) kind: Option<Type>,
    /// `""` is among the values: the argument may be left out.
    pub(super) optional: bool,
    /// The texts among the values, in standard form.
    pub(super) texts: Vec<String>,
    lists: OnceLock<Result<Vec<Vec<Value<'static>>>, String>>,
}

impl Accepted {
    fn new(values: Vec<Value<'static>>) -> Self {
        let texts = values.iter().filter_map(Value::as_str).map(standard).collect();
        let optional = values.iter().any(|value| value.as_str() == Some(""));
        Self { kind: kind_of(&values), optional, texts, lists: OnceLock::new(), values }
    }

    /// The items of each value, texts in standard form.
    pub(super) fn lists(&self) -> Result<&[Vec<Value<'static>>], &str> {
        let lists = self.lists.get_or_init(|| self.values.iter().map(standard_items).collect());
        lists.as_ref().map(Vec::as_slice).map_err(String::as_str)
    }
}

/// The type of the first value that is not `""`.
pub(super) fn kind_of(values: &[Value<'_>]) -> Option<Type> {
    values.iter().find(|value| value.as_str() != Some("")).map(Value::kind)
}

/// What a value gives when it is read by index: a list's items, a text's characters; texts in standard form.
pub(super) fn standard_items(value: &Value<'static>) -> Result<Vec<Value<'static>>, String> {
    match value {
        Value::List(items) => Ok(items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.clone(), |text| Value::text(standard(text))))
            .collect()),
        Value::Str(text) => {
            Ok(text.chars().map(|next| Value::text(standard(next.encode_utf8(&mut [0; 4])))).collect())
        }
        Value::Dict(dict) if dict.len() == 0 => Ok(Vec::new()),
        Value::Dict(_) => Err("KeyError: 0".to_owned()),
        other => Err(format!("TypeError: object of type '{}' has no len()", other.kind().name())),
    }
}

/// A function description, as far as checking goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    declared: String,
    underscored: String,
    parameters: Vec<(String, Result<Declared, String>)>,
    pub(super) required: Vec<String>,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    /// The declared type's name.
    pub(super) description: String,
    pub(super) kind: Type,
    /// For lists, the declared type of the items, or the exception that looking for it raises.
    pub(super) items: Option<Result<Items, String>>,
}

#[derive(Clone, Debug)]
pub(super) struct Items {
    pub(super) description: String,
    pub(super) kind: Type,
}

impl Declared {
    pub(super) fn items_kind(&self) -> Option<Type> {
        self.items.as_ref().and_then(|items| items.as_ref().ok()).map(|items| items.kind)
    }
}

impl Function {
    /// The name in calls.
    pub(super) fn name(&self, names: Names) -> &str {
        match names {
            Names::Dots => &self.declared,
            Names::Underscores => &self.underscored,
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&Result<Declared, String>> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, declared)| declared)
    }

    /// Reads a description; one of another name is passed over.
    fn read(
        reader: &mut Reader<'_>,
        language: Language,
        wanted: Option<&str>,
    ) -> Result<Option<Self>, Fault> {
        let mut function = Self::default();
        reader.object(|key, reader| {
            match key.as_ref() {
                "name" => function.declared = reader.string()?.into_owned(),
                "parameters"
                    if wanted
                        .is_none_or(|wanted| function.declared.is_empty() || wanted == function.declared) =>
                {
                    function.read_parameters(reader, language)?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        function.underscored = function.declared.replace('.', "_");
        Ok(wanted.is_none_or(|wanted| wanted == function.declared).then_some(function))
    }

    fn read_parameters(&mut self, reader: &mut Reader<'_>, language: Language) -> Result<(), Fault> {
        reader.object(|key, reader| match key.as_ref() {
            "properties" => reader.object(|name, reader| {
                let declared = Declared::read(reader, language, &name)?;
                self.parameters.retain(|(known, _)| *known != name);
                self.parameters.push((name.into_owned(), declared));
                Ok(())
            }),
            "required" => {
                self.required.clear();
                reader.array(|reader| {
                    self.required.push(reader.string()?.into_owned());
                    Ok(())
                })
            }
            _ => reader.skip(),
        })
    }
}

impl Declared {
    fn read(reader: &mut Reader<'_>, language: Language, name: &str) -> Result<Result<Self, String>, Fault> {
        let (mut declared, mut items) = (None, None);
        reader.object(|key, reader| {
            match key.as_ref() {
                "type" => declared = reader.value()?.as_str().map(str::to_owned),
                "items" if reader.peek() == Some(b'{') => reader.object(|key, reader| {
                    match key.as_ref() {
                        "type" => items = Some(reader.value()?.as_str().map(str::to_owned)),
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(language.kind(declared.as_deref()).map(|kind| {
            let description = declared.unwrap_or_default();
            let has_items = language.with_items().contains(&description.as_str());
            let items = has_items.then(|| {
                let declared = items.flatten().ok_or("KeyError: 'items'")?;
                Ok(Items { kind: language.kind(Some(&declared))?, description: declared })
            });
            Self { name: name.to_owned(), description, kind, items }
        }))
    }
}

/// The text of a name that an answer of the first version may have behind it: `_1`, or ` 1`.
fn without_number<'n>(name: &'n str, declared: &[String]) -> &'n str {
    let plain = name.trim_end_matches(|next: char| next.is_ascii_digit());
    let cut = plain.strip_suffix(['_', ' ']).filter(|_| plain.len() < name.len());
    match declared.iter().any(|declared| declared == name) {
        true => name,
        false => cut.unwrap_or(name),
    }
}

impl Expected {
    /// The expected calls of a test, from the raw texts of its `function` and of its answer's `ground_truth`.
    ///
    /// A list of calls, or, in the first version, one object of calls. With `first`, the function is the first one on
    /// offer, whatever its name.
    pub(crate) fn read(
        functions: &str,
        answer: &str,
        language: Language,
        first: bool,
    ) -> Result<Vec<Self>, Fault> {
        let mut calls: Vec<(String, Value<'static>)> = Vec::new();
        let mut reader = Reader::new(answer);
        let member = |calls: &mut Vec<_>, reader: &mut Reader<'_>| {
            let start = calls.len();
            reader.object(|key, reader| {
                calls.push((key.into_owned(), reader.value()?.into_owned()));
                Ok(())
            })?;
            Ok(start)
        };
        let numbered = reader.peek() == Some(b'{');
        if numbered {
            member(&mut calls, &mut reader)?;
        } else {
            reader.array(|reader| {
                // The official checker looks at the first key alone.
                let start = member(&mut calls, reader)?;
                calls.truncate(start + 1);
                Ok(())
            })?;
        }
        reader.end()?;
        if numbered {
            let declared = names(functions)?;
            for (name, _) in &mut calls {
                *name = without_number(name, &declared).to_owned();
            }
        }
        calls.into_iter().map(|(name, gold)| Self::of(functions, name, gold, language, first)).collect()
    }

    fn of(
        functions: &str,
        name: String,
        gold: Value<'static>,
        language: Language,
        first: bool,
    ) -> Result<Self, Fault> {
        let wanted = (!first).then_some(name.as_str());
        let mut function = None;
        let mut reader = Reader::new(functions);
        let mut read = |reader: &mut Reader<'_>| {
            match function {
                Some(_) => reader.skip()?,
                None => function = Function::read(reader, language, wanted)?,
            }
            Ok(())
        };
        match reader.peek() {
            Some(b'[') => reader.array(read)?,
            _ => read(&mut reader)?,
        }
        let none = || "TypeError: 'NoneType' object is not subscriptable".to_owned();
        let raw = Value::Dict(Dict::of(vec![(Value::text(name), gold.clone())]));
        let gold = match gold {
            Value::Dict(arguments) => Gold::Arguments(Arguments(
                arguments
                    .into_members()
                    .into_iter()
                    .filter_map(|(name, values)| match values {
                        Value::List(values) => Some((name.as_str()?.to_owned(), Accepted::new(values))),
                        other => Some((name.as_str()?.to_owned(), Accepted::new(vec![other]))),
                    })
                    .collect(),
            )),
            Value::List(values) => Gold::Other(values),
            other => Gold::Other(vec![other]),
        };
        Ok(Self { function: function.ok_or_else(none), gold, raw })
    }
}

/// The names of the functions on offer.
pub(crate) fn names(functions: &str) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    let mut reader = Reader::new(functions);
    let mut name = |reader: &mut Reader<'_>| {
        reader.object(|key, reader| {
            match key.as_ref() {
                "name" => names.push(reader.string()?.into_owned()),
                _ => reader.skip()?,
            }
            Ok(())
        })
    };
    match reader.peek() {
        Some(b'[') => reader.array(name)?,
        _ => name(&mut reader)?,
    }
    Ok(names)
}
