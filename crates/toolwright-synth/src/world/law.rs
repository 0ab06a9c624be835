//! What holds between the values of one call: rows that go together, and formulas.
//!
//! A tool carries its laws ([`toolwright_core::Laws`]); here they are read once, by the words of their names, so that `unitPrice`
//! and `unit_price` are the same attribute. Rows are chosen by what is known already and leave the rest free; formulas are worked
//! out over a whole result, inner objects after outer ones. What was told of an item of a list before stays as it was told.
//!
//! Ours:  no paper prescribes this; ToolACE's results come from a language model, which makes up what goes together.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::DateTime;
use serde_json::{Map, Value};
use toolwright_core::{Result, Tool};

use super::expression::{Expression, Names};
use super::filter::same;
use super::words::key;

/// The laws of a tool, ready for use.
#[derive(Debug, Default)]
pub(crate) struct Laws {
    /// Formulas, in the order in which they are worked out.
    works: Vec<(String, Expression)>,
    /// Tables of values that go together.
    pub(crate) tables: Vec<Table>,
}

/// A table of values that go together.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its attributes, by the words of their names.
    pub(crate) of: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Laws {
    /// Reads the laws of a tool.
    ///
    /// # Errors
    /// Says which formula cannot be read.
    pub(crate) fn of(tool: &Tool) -> Result<Self> {
        let laws = &tool.meta.hints.laws;
        let read =
            |(name, formula): (&String, &String)| Ok((key(name).to_string(), Expression::parse(formula)?));
        let whole = |rows: &&toolwright_core::Rows| rows.are.iter().all(|row| row.len() == rows.of.len());
        Ok(Self {
            works: laws.works.iter().map(read).collect::<Result<_>>()?,
            tables: laws
                .rows
                .iter()
                .filter(whole)
                .map(|rows| Table {
                    of: rows.of.iter().map(|name| key(name).to_string()).collect(),
                    rows: rows.are.clone(),
                })
                .collect(),
        })
    }
}

impl Table {
    /// The position of an attribute.
    pub(crate) fn column(&self, attribute: &str) -> Option<usize> {
        self.of.iter().position(|name| name == attribute)
    }

    /// The rows in which every known value stands. A value that stands in no row says nothing.
    ///
    /// - `holds`: whether a value of a column is as it must be; `None` where nothing is known of it.
    pub(crate) fn matching(&self, holds: &dyn Fn(usize, &Value) -> Option<bool>) -> Vec<usize> {
        let telling: Vec<usize> = (0..self.of.len())
            .filter(|column| self.rows.iter().any(|row| holds(*column, &row[*column]) == Some(true)))
            .collect();
        let fits =
            |row: &Vec<Value>| telling.iter().all(|column| holds(*column, &row[*column]) != Some(false));
        (0..self.rows.len()).filter(|at| fits(&self.rows[*at])).collect()
    }
}

/// Whether a value is the known one, or one of the known ones.
pub(crate) fn is_known(known: &Value, value: &Value) -> bool {
    match known {
        Value::Array(all) => all.iter().any(|one| same(one, value)),
        _ => same(known, value),
    }
}

/// The arguments of a call by the words of their names; those inside an object come after those at the top.
#[derive(Debug, Default)]
pub(crate) struct Arguments<'c> {
    all: Vec<(Arc<str>, &'c Value)>,
    /// How many are at the top.
    top: usize,
}

impl<'c> Arguments<'c> {
    pub(crate) fn of(arguments: &'c Map<String, Value>) -> Self {
        let named = |(name, value): (&'c String, &'c Value)| (key(name), value);
        let inner = arguments.values().filter_map(Value::as_object).flatten().map(named);
        Self { all: arguments.iter().map(named).chain(inner).collect(), top: arguments.len() }
    }

    /// The argument that is this attribute.
    pub(crate) fn get(&self, attribute: &str) -> Option<&'c Value> {
        self.all.iter().find(|(name, _)| **name == *attribute).map(|(_, value)| *value)
    }

    /// The same, of those inside an object.
    pub(crate) fn inner(&self, attribute: &str) -> Option<&'c Value> {
        let inner = self.all.get(self.top..).unwrap_or_default();
        inner.iter().find(|(name, _)| **name == *attribute).map(|(_, value)| *value)
    }
}

/// What formulas may speak of beside the result.
pub(crate) trait Told {
    /// What the call said or what was told of the thing before.
    fn told(&self, attribute: &str, item: Option<(&str, usize)>) -> Option<Value>;
    /// What was told of the thing before; `start` for what was made in this dialog.
    fn before(&self, attribute: &str, start: Option<Value>) -> Value;
    /// Whether this was told of the item of a list before.
    fn stays(&self, attribute: &str, list: &str, at: usize) -> bool;
    /// The moment of the call.
    fn now(&self) -> DateTime;
}

/// Which formulas are worked out.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Round {
    /// All of them.
    First,
    /// Those that depend on the position, after a list was brought into order; that by which it was is left alone.
    Counting,
}

impl Laws {
    /// Works out the formulas over a result.
    ///
    /// - `skip`: the attribute that stays as it is.
    /// - `done`: what was worked out at the top, by property, to be added to.
    pub(crate) fn work(
        &self,
        result: &mut Value,
        schema: &Value,
        told: &dyn Told,
        (round, skip): (Round, Option<&str>),
        done: &mut Map<String, Value>,
    ) {
        if self.works.is_empty() {
            return;
        }
        let chosen = |(name, formula): &&(String, Expression)| {
            round == Round::First || formula.counts() && Some(name.as_str()) != skip
        };
        let works: Vec<&(String, Expression)> = self.works.iter().filter(chosen).collect();
        let mut walk = Walk { works: &works, told, above: Vec::new(), item: None, done };
        walk.visit(result, schema, &mut String::new());
    }
}

struct Walk<'w> {
    works: &'w [&'w (String, Expression)],
    told: &'w dyn Told,
    /// The values of the objects above, the outermost first.
    above: Vec<Vec<(Arc<str>, Value)>>,
    /// The innermost list, with the position in it.
    item: Option<(String, usize)>,
    done: &'w mut Map<String, Value>,
}

/// How deep results are followed.
const DEPTH: usize = 8;

impl Walk<'_> {
    fn visit(&mut self, value: &mut Value, schema: &Value, path: &mut String) {
        match value {
            Value::Object(object) if self.above.len() < DEPTH => self.object(object, schema, path),
            Value::Array(items) => {
                let Some(schema) = schema.get("items") else { return };
                let outer = self.item.take();
                for (at, item) in items.iter_mut().enumerate().filter(|(_, item)| item.is_object()) {
                    self.item = Some((path.clone(), at));
                    self.visit(item, schema, path);
                }
                self.item = outer;
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, schema: &Value, path: &mut String) {
        let properties = schema.get("properties");
        let of = |name: &str| properties.and_then(|all| all.get(name));
        let values = object.iter().map(|(name, value)| (key(name), bare(value).clone())).collect();
        self.above.push(values);
        for (attribute, formula) in self.works {
            let Some(name) = object.keys().find(|name| *key(name) == **attribute).cloned() else { continue };
            let stays = self.item.as_ref().is_some_and(|(list, at)| self.told.stays(attribute, list, *at));
            let Some(schema) = of(&name).filter(|_| !stays) else { continue };
            let amount = object.get(&name).is_some_and(Value::is_object);
            let schema = if amount { schema.pointer("/properties/amount").unwrap_or(schema) } else { schema };
            let Some(worked) = fitting(formula.work(self), formula.is_rounded(), schema) else { continue };
            if let Some(known) =
                self.above.last_mut().and_then(|all| all.iter_mut().find(|(name, _)| **name == **attribute))
            {
                known.1 = worked.clone();
            }
            if self.above.len() == 1 {
                self.done.insert(name.clone(), worked.clone());
            }
            match object.get_mut(&name) {
                Some(Value::Object(inner)) => drop(inner.insert("amount".into(), worked)),
                Some(value) => *value = worked,
                None => {}
            }
        }
        for (name, value) in object.iter_mut().filter(|(_, value)| value.is_object() || value.is_array()) {
            let Some(schema) = of(name) else { continue };
            let length = path.len();
            path.push('/');
            path.push_str(name);
            self.visit(value, schema, path);
            path.truncate(length);
        }
        self.above.pop();
    }
}

/// A value without its currency.
pub(crate) fn bare(value: &Value) -> &Value {
    value.get("amount").filter(|amount| amount.is_number()).unwrap_or(value)
}

/// A worked-out value as the schema has it; `None` where it does not fit.
fn fitting(value: Value, rounded: bool, schema: &Value) -> Option<Value> {
    let named = |name: &str| schema.get("type").is_some_and(|t| t == name);
    let fits = match &value {
        Value::Null => false,
        Value::String(text) => {
            let options = schema.get("enum").and_then(Value::as_array);
            named("string") && options.is_none_or(|options| options.iter().any(|option| option == text))
        }
        Value::Bool(_) => named("boolean"),
        Value::Number(number) => {
            let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
            let number = number.as_f64()?;
            (named("number") || named("integer"))
                && bound("minimum").is_none_or(|least| number >= least)
                && bound("maximum").is_none_or(|most| number <= most)
        }
        Value::Array(_) => named("array"),
        Value::Object(_) => false,
    };
    if !fits {
        return None;
    }
    let Some(number) = value.as_f64() else { return Some(value) };
    let scale = if named("integer") { 1.0 } else { 100.0 };
    let kept = if rounded && !named("integer") { number } else { (number * scale).round() / scale };
    Some(if kept.fract() == 0.0 && kept.abs() < 1e15 { (kept as i64).into() } else { kept.into() })
}

impl Names for Walk<'_> {
    fn value(&self, name: &str) -> Value {
        let attribute = if name.contains(|c: char| c.is_ascii_digit()) {
            Cow::Owned(key(name).to_string())
        } else {
            Cow::Borrowed(name)
        };
        let seen = self.above.iter().rev().flatten().find(|(known, _)| **known == *attribute);
        let item = self.item.as_ref().map(|(list, at)| (list.as_str(), *at));
        seen.map(|(_, value)| value.clone()).or_else(|| self.told.told(&attribute, item)).unwrap_or_default()
    }

    fn before(&self, name: &str, start: Option<Value>) -> Value {
        self.told.before(&key(name), start)
    }

    fn item(&self) -> Option<usize> {
        self.item.as_ref().map(|(_, at)| at + 1)
    }

    fn now(&self) -> DateTime {
        self.told.now()
    }
}
