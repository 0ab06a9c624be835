//! What a service is made of: attributes, methods with their parameters, and how a call's arguments are bound to those.

use std::any::Any;
use std::fmt::Debug;
use std::ops::{Index, IndexMut};
use std::sync::{Arc, Mutex, PoisonError};

use super::Setting;
use crate::python::eval::Given;
use crate::python::ops::{Object, Outcome, Raised};
use crate::python::random::Random;
use crate::python::{Dict, Value};

/// A service's attributes in the order in which Python keeps them. Those whose names begin with `_` do not count for equality.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes(Vec<(&'static str, Object)>);

impl Attributes {
    /// The members of a first state, or what stands there where it has none.
    pub(super) fn of<const N: usize>(start: &Dict<'static>, defaults: [(&'static str, Object); N]) -> Self {
        let attribute =
            |(name, default): (&'static str, Object)| (name, start.get(name).cloned().unwrap_or(default));
        Self(defaults.into_iter().map(attribute).collect())
    }

    /// The names of those that count for equality and differ.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let public = self.0.iter().filter(|(name, _)| !name.starts_with('_'));
        let differing = public.filter(|(name, value)| other[*name] != *value);
        differing.map(|(name, _)| *name).collect()
    }

    pub(super) fn all(&self) -> Vec<(&'static str, Object)> {
        self.0.clone()
    }

    /// Gives each attribute the value that it was saved with.
    pub(super) fn restore(&mut self, saved: &Dict<'static>) -> Outcome<()> {
        for (name, value) in &mut self.0 {
            *value = saved.get(name).cloned().ok_or_else(|| Raised::other(format!("no `{name}`")))?;
        }
        Ok(())
    }
}

impl Index<&str> for Attributes {
    type Output = Object;

    fn index(&self, name: &str) -> &Object {
        self.0.iter().find(|(known, _)| *known == name).map_or(&Value::None, |(_, value)| value)
    }
}

impl IndexMut<&'static str> for Attributes {
    fn index_mut(&mut self, name: &'static str) -> &mut Object {
        let at = self.0.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.0.push((name, Value::None));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

/// A method's parameter.
pub(super) enum Parameter {
    Needed(&'static str),
    /// With what stands for it where it is not given.
    Optional(&'static str, fn() -> Object),
}

impl Parameter {
    const fn name(&self) -> &'static str {
        match self {
            Self::Needed(name) | Self::Optional(name, _) => name,
        }
    }
}

/// A method: its name, its parameters, and what it does with their values.
pub(super) struct Method<B>(
    pub(super) &'static str,
    pub(super) &'static [Parameter],
    pub(super) fn(&mut B, &[Object]) -> Outcome,
);

/// A service.
pub(super) trait Backend: Clone + Debug + Send + Sync + Sized + 'static {
    /// Its class in the official program.
    const NAME: &'static str;
    const METHODS: &'static [Method<Self>];

    /// A service with its first state.
    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self>;

    /// A service with the state that [`saved`](Self::saved) gave.
    fn restore(saved: &Dict<'static>, setting: &Setting) -> Outcome<Self>;

    /// Its attributes, as messages show them.
    fn attributes(&self) -> Vec<(&'static str, Object)>;

    /// All of its state.
    fn saved(&self) -> Vec<(&'static str, Object)>;

    /// The names of the attributes that count for equality and differ.
    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>>;

    /// Takes part in what others share; most services share nothing.
    fn share(&mut self, _: &Shared) {}

    /// Whether its state hangs on what is shared.
    fn shares(&self) -> bool {
        false
    }
}

/// A service of whatever class.
pub(super) trait Instance: Debug + Send + Sync {
    fn call(&mut self, method: &str, given: Given) -> Outcome;
    fn attributes(&self) -> Vec<(&'static str, Object)>;
    fn saved(&self) -> Vec<(&'static str, Object)>;
    fn differences(&self, other: &dyn Instance) -> Outcome<Vec<&'static str>>;
    fn copied(&self) -> Box<dyn Instance>;
    fn share(&mut self, shared: &Shared);
    fn shares(&self) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl Clone for Box<dyn Instance> {
    fn clone(&self) -> Self {
        (**self).copied()
    }
}

impl<B: Backend> Instance for B {
    fn call(&mut self, method: &str, given: Given) -> Outcome {
        let found = B::METHODS.iter().find(|Method(name, ..)| *name == method);
        let Some(Method(name, parameters, run)) = found else {
            return Err(Raised::other(format!("'{}' object has no attribute '{method}'", B::NAME)));
        };
        let values = bound(B::NAME, name, parameters, given)?;
        run(self, &values)
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        Backend::attributes(self)
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        Backend::saved(self)
    }

    fn differences(&self, other: &dyn Instance) -> Outcome<Vec<&'static str>> {
        let other = other.as_any().downcast_ref::<B>();
        Backend::differences(self, other.ok_or_else(|| Raised::other("another class"))?)
    }

    fn copied(&self) -> Box<dyn Instance> {
        Box::new(self.clone())
    }

    fn share(&mut self, shared: &Shared) {
        Backend::share(self, shared);
    }

    fn shares(&self) -> bool {
        Backend::shares(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// How a service of a class is made, and what it can do.
pub(super) struct Class {
    pub(super) name: &'static str,
    has: fn(&str) -> bool,
    pub(super) load: fn(&Object, &Setting) -> Outcome<Box<dyn Instance>>,
    pub(super) restore: fn(&Dict<'static>, &Setting) -> Outcome<Box<dyn Instance>>,
}

impl Debug for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Class").field(&self.name).finish()
    }
}

impl Class {
    /// Whether it has such a method.
    pub(super) fn has(&self, method: &str) -> bool {
        (self.has)(method)
    }
}

/// The class of a service.
pub(super) const fn class<B: Backend>() -> Class {
    Class {
        name: B::NAME,
        has: |method| B::METHODS.iter().any(|Method(name, ..)| *name == method),
        load: |start, setting| match start {
            Value::Dict(start) => Ok(Box::new(B::load(start, setting)?)),
            _ => Err(Raised::of_type("expected an object")),
        },
        restore: |saved, setting| Ok(Box::new(B::restore(saved, setting)?)),
    }
}

/// A call's arguments in the order of the parameters; Python's words for what does not fit.
fn bound(class: &str, method: &str, parameters: &[Parameter], given: Given) -> Outcome<Vec<Object>> {
    let Given { placed, named } = given;
    let count = placed.len();
    let mut values: Vec<Option<Object>> = placed.into_iter().take(parameters.len()).map(Some).collect();
    values.resize_with(parameters.len(), || None);
    let wrong = |why: String| Raised::of_type(format!("{class}.{method}() {why}"));
    for (name, value) in named {
        let at = parameters.iter().position(|parameter| parameter.name() == name);
        let at = at.ok_or_else(|| wrong(format!("got an unexpected keyword argument '{name}'")))?;
        if values[at].is_some() {
            return Err(wrong(format!("got multiple values for argument '{name}'")));
        }
        values[at] = Some(value);
    }
    if count > parameters.len() {
        let needed = parameters.iter().filter(|parameter| matches!(parameter, Parameter::Needed(_))).count();
        // The service itself is the first.
        let (least, most) = (needed + 1, parameters.len() + 1);
        let takes = match least == most {
            true if most == 1 => "1 positional argument".to_owned(),
            true => format!("{most} positional arguments"),
            false => format!("from {least} to {most} positional arguments"),
        };
        return Err(wrong(format!("takes {takes} but {} were given", count + 1)));
    }
    let missing: Vec<String> = parameters
        .iter()
        .zip(&values)
        .filter(|(parameter, value)| matches!(parameter, Parameter::Needed(_)) && value.is_none())
        .map(|(parameter, _)| format!("'{}'", parameter.name()))
        .collect();
    match &missing[..] {
        [] => {}
        [one] => return Err(wrong(format!("missing 1 required positional argument: {one}"))),
        [one, two] => return Err(wrong(format!("missing 2 required positional arguments: {one} and {two}"))),
        [all @ .., last] => {
            let (count, all) = (missing.len(), all.join(", "));
            return Err(wrong(format!("missing {count} required positional arguments: {all}, and {last}")));
        }
    }
    let filled = parameters.iter().zip(values).map(|(parameter, value)| match (parameter, value) {
        (_, Some(value)) => value,
        (Parameter::Optional(_, default), None) => default(),
        (Parameter::Needed(_), None) => Value::None,
    });
    Ok(filled.collect())
}

/// A dict with these members.
pub(super) fn dict<const N: usize>(members: [(&'static str, Object); N]) -> Object {
    let members = members.into_iter().map(|(name, value)| (Value::text(name), value));
    Value::Dict(Dict::of(members.collect()))
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Object {
    Value::text(text.into())
}

/// A list of texts.
pub(super) fn texts<'t>(items: impl IntoIterator<Item = &'t str>) -> Object {
    Value::List(items.into_iter().map(text).collect())
}

/// A result that tells of an error.
pub(super) fn error(why: impl Into<String>) -> Outcome {
    Ok(dict([("error", text(why))]))
}

/// The generator that a first state asks for.
pub(super) fn random(start: &Dict<'static>, seed: i64) -> Outcome<Random> {
    match start.get("random_seed") {
        None => Ok(Random::new(seed)),
        Some(given) => match given.as_whole().and_then(|whole| i64::try_from(whole).ok()) {
            Some(seed) => Ok(Random::new(seed)),
            None => Err(Raised::of_type("`random_seed` is no whole number of 64 bits")),
        },
    }
}

/// A generator's state as a value.
pub(super) fn saved_random(random: &Random) -> Object {
    let (seed, drawn) = random.state();
    Value::Tuple(vec![Value::Int(seed), Value::Int(i64::try_from(drawn).unwrap_or(i64::MAX))])
}

/// The generator that was saved.
pub(super) fn restored_random(saved: &Dict<'static>) -> Outcome<Random> {
    /// So many words are drawn again at the most.
    const MOST: i64 = 1 << 24;
    match saved.get("_random") {
        Some(Value::Tuple(state)) => match state[..] {
            [Value::Int(seed), Value::Int(drawn @ 0..=MOST)] => Ok(Random::after(seed, drawn.unsigned_abs())),
            _ => Err(Raised::other("`_random` is no state of a generator")),
        },
        _ => Err(Raised::other("no `_random`")),
    }
}

/// What all services made under one setting have in common, for want of care in the official program: the list that stands for mentions that a post is not given.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<Object>>>);

impl Shared {
    pub(super) fn mentions(&self) -> Vec<Object> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn mention(&self, more: Vec<Object>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
    }
}
