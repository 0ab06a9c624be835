//! What a test expects, compiled once from its function descriptions and accepted values.

use std::borrow::Cow;
use std::sync::OnceLock;

use compact_str::CompactString;

use super::{Names, java, javascript, standard};
use crate::python::json::{Fault, Reader, loads};
use crate::python::{Type, Value};

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
    fn kind(self, declared: Option<&str>) -> Result<(&'static str, Type), String> {
        let declared = declared.ok_or("KeyError: 'type'")?;
        let found = self.types().iter().find(|(name, _)| *name == declared);
        found.copied().ok_or_else(|| format!("KeyError: '{declared}'"))
    }
}

/// One expected call.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The function that it must call, or what the official checker raises because there is none.
    pub(super) function: Result<Function, String>,
    pub(super) gold: Gold,
    /// The name in the answer file, and the raw accepted values: for messages.
    pub(super) name: CompactString,
    pub(super) raw: Box<str>,
}

/// What an answer file has as the arguments of a call.
#[derive(Clone, Debug)]
pub(super) enum Gold {
    /// Accepted values for each argument; they are in the function's [slots](Function::slots), which they come first in.
    Arguments(usize),
    /// A faulty answer of earlier versions: no arguments but a list.
    Other(Vec<Value<'static>>),
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
    pub(super) texts: Vec<CompactString>,
    lists: OnceLock<Result<Vec<Vec<Value<'static>>>, String>>,
}

impl Accepted {
    fn new(values: Vec<Value<'static>>) -> Self {
        let texts = values.iter().filter_map(Value::as_str).map(|text| standard(text).into()).collect();
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

/// A function description, with what is accepted for its arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    declared: CompactString,
    underscored: CompactString,
    /// All arguments that are declared, accepted or required: first those with accepted values, in the answer's order.
    pub(super) slots: Vec<Slot>,
    /// The slots of the required arguments, in the order of their declaration.
    pub(super) required: Vec<usize>,
}

/// An argument.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) name: CompactString,
    /// How it is declared, or the exception that its declaration raises.
    pub(super) declared: Option<Result<Declared, String>>,
    pub(super) accepted: Option<Accepted>,
}

/// The declaration of an argument.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    /// The declared type's name.
    pub(super) description: &'static str,
    pub(super) kind: Type,
    /// For lists, the declared type of the items, or the exception that looking for it raises.
    pub(super) items: Option<Result<Items, String>>,
}

#[derive(Clone, Debug)]
pub(super) struct Items {
    pub(super) description: &'static str,
    pub(super) kind: Type,
}

impl Function {
    /// The name in calls.
    pub(super) fn name(&self, names: Names) -> &str {
        match names {
            Names::Dots => &self.declared,
            Names::Underscores => &self.underscored,
        }
    }

    /// The place of an argument's slot, looked for from `hint` on and around: arguments mostly come in their order.
    pub(super) fn place(&self, name: &str, hint: usize) -> Option<usize> {
        let (before, after) = self.slots.split_at(hint.min(self.slots.len()));
        let fits = |slot: &Slot| slot.name == name;
        after.iter().position(fits).map(|at| at + before.len()).or_else(|| before.iter().position(fits))
    }

    /// The slot of this name, made where it is not there.
    fn slot(&mut self, name: &str) -> usize {
        self.slots.iter().position(|slot| slot.name == name).unwrap_or_else(|| {
            self.slots.push(Slot { name: name.into(), declared: None, accepted: None });
            self.slots.len() - 1
        })
    }

    /// Reads a description into a function that has its accepted values.
    fn read(mut self, raw: &str, language: Language) -> Result<Self, Fault> {
        Reader::new(raw).object(|key, reader| {
            match key.as_ref() {
                "name" => self.declared = reader.string()?.into(),
                "parameters" => self.read_parameters(reader, language)?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        self.underscored = self.declared.replace('.', "_").into();
        Ok(self)
    }

    fn read_parameters(&mut self, reader: &mut Reader<'_>, language: Language) -> Result<(), Fault> {
        reader.object(|key, reader| match key.as_ref() {
            "properties" => reader.object(|name, reader| {
                let slot = self.slot(&name);
                self.slots[slot].declared = Some(Declared::read(reader, language)?);
                Ok(())
            }),
            "required" => {
                self.required.clear();
                reader.array(|reader| {
                    let slot = self.slot(&reader.string()?);
                    self.required.push(slot);
                    Ok(())
                })
            }
            _ => reader.skip(),
        })
    }
}

impl Declared {
    pub(super) fn items_kind(&self) -> Option<Type> {
        self.items.as_ref().and_then(|items| items.as_ref().ok()).map(|items| items.kind)
    }

    fn read(reader: &mut Reader<'_>, language: Language) -> Result<Result<Self, String>, Fault> {
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
        Ok(language.kind(declared.as_deref()).map(|(description, kind)| {
            let items = language.with_items().contains(&description).then(|| {
                let declared = items.flatten().ok_or("KeyError: 'items'")?;
                let (description, kind) = language.kind(Some(&declared))?;
                Ok(Items { description, kind })
            });
            Self { description, kind, items }
        }))
    }
}

/// The text of a name that an answer of the first version may have behind it: `_1`, or ` 1`.
fn without_number<'n>(name: &'n str, offered: &[(String, &str)]) -> &'n str {
    let plain = name.trim_end_matches(|next: char| next.is_ascii_digit());
    let cut = plain.strip_suffix(['_', ' ']).filter(|_| plain.len() < name.len());
    match offered.iter().any(|(declared, _)| declared == name) {
        true => name,
        false => cut.unwrap_or(name),
    }
}

impl Expected {
    /// The expected calls of a test, from the functions on [offer](offered) and the raw `ground_truth` of its answer.
    ///
    /// A list of calls, or, in the first version, one object of calls. With `first`, the function is the first one on
    /// offer, whatever its name.
    pub(crate) fn read(
        offered: &[(String, &str)],
        answer: &str,
        language: Language,
        first: bool,
    ) -> Result<Vec<Self>, Fault> {
        let mut calls: Vec<(Cow<'_, str>, &str)> = Vec::new();
        let mut reader = Reader::new(answer);
        fn member<'a>(
            calls: &mut Vec<(Cow<'a, str>, &'a str)>,
            reader: &mut Reader<'a>,
        ) -> Result<usize, Fault> {
            let start = calls.len();
            reader.object(|key, reader| {
                calls.push((key, reader.raw()?));
                Ok(())
            })?;
            Ok(start)
        }
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
        let expected = |(name, raw): (Cow<'_, str>, &str)| {
            let name = if numbered { without_number(&name, offered) } else { &name };
            Self::of(offered, name, raw, language, first)
        };
        calls.into_iter().map(expected).collect()
    }

    fn of(
        offered: &[(String, &str)],
        name: &str,
        raw: &str,
        language: Language,
        first: bool,
    ) -> Result<Self, Fault> {
        let mut function = Function::default();
        let gold = match loads(raw)?.into_owned() {
            Value::Dict(arguments) => {
                for (name, values) in arguments.into_members() {
                    let values = match values {
                        Value::List(values) => values,
                        other => vec![other],
                    };
                    let slot = function.slot(name.as_str().unwrap_or_default());
                    function.slots[slot].accepted = Some(Accepted::new(values));
                }
                Gold::Arguments(function.slots.len())
            }
            Value::List(values) => Gold::Other(values),
            other => Gold::Other(vec![other]),
        };
        let described = offered.iter().find(|(declared, _)| first || *declared == name);
        let function = described.map(|(_, raw)| function.read(raw, language)).transpose()?;
        let none = || "TypeError: 'NoneType' object is not subscriptable".to_owned();
        Ok(Self { function: function.ok_or_else(none), gold, name: name.into(), raw: raw.into() })
    }
}

/// Functions on offer: each with its name and its own raw text.
pub(crate) type Offer<'a> = Vec<(String, &'a str)>;

/// The functions on offer, from a test's `function` that is read next: a list of them, or one alone. Reading ends with
/// [`Fault::ENOUGH`] when `enough` says so of those found.
pub(crate) fn offered<'a>(
    reader: &mut Reader<'a>,
    offer: &mut Offer<'a>,
    enough: impl Fn(&[(String, &str)]) -> bool,
) -> Result<(), Fault> {
    let mut one = |reader: &mut Reader<'a>| {
        reader.peek();
        let start = reader.place();
        let mut name = String::new();
        reader.object(|key, reader| {
            match key.as_ref() {
                "name" => name = reader.string()?.into_owned(),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        offer.push((name, reader.since(start)));
        if enough(offer) { Err(Fault::ENOUGH) } else { Ok(()) }
    };
    match reader.peek() {
        Some(b'[') => reader.array(one),
        _ => one(reader),
    }
}

/// The names of the calls in an answer that is a list of them; none where it is one object, whose names may be numbered.
pub(crate) fn called(answer: &str) -> Result<Option<Vec<String>>, Fault> {
    let mut reader = Reader::new(answer);
    if reader.peek() != Some(b'[') {
        return Ok(None);
    }
    let mut names = Vec::new();
    reader.array(|reader| {
        reader.object(|key, reader| {
            names.push(key.into_owned());
            reader.skip()
        })
    })?;
    Ok(Some(names))
}
