//! A Python value, borrowed from the text it was read from where that is possible.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive, Zero};

/// A value. `PartialEq` is Python's `==`: numbers by value whatever their type, lists and tuples apart, dicts by key.
///
/// Strings hold no lone surrogates: whatever reads one puts U+FFFD in its place.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    None,
    /// `...`, which one of the benchmark's lists has among its texts.
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// A whole number beyond [`Value::Int`]; [`Value::whole`] keeps the two apart.
    Big(Box<BigInt>),
    Float(f64),
    Complex(f64, f64),
    Str(Cow<'a, str>),
    Bytes(Vec<u8>),
    List(Vec<Value<'a>>),
    Tuple(Vec<Value<'a>>),
    Dict(Dict<'a>),
}

/// A value's type, as `type()` tells it: a `bool` is no `int` here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    None,
    Ellipsis,
    Bool,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    List,
    Tuple,
    Set,
    Dict,
}

impl Type {
    /// `type(value).__name__`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Ellipsis => "ellipsis",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Complex => "complex",
            Self::Str => "str",
            Self::Bytes => "bytes",
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::Dict => "dict",
        }
    }
}

impl<'a> Value<'a> {
    pub(crate) const fn kind(&self) -> Type {
        match self {
            Self::None => Type::None,
            Self::Ellipsis => Type::Ellipsis,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) | Self::Big(_) => Type::Int,
            Self::Float(_) => Type::Float,
            Self::Complex(..) => Type::Complex,
            Self::Str(_) => Type::Str,
            Self::Bytes(_) => Type::Bytes,
            Self::List(_) => Type::List,
            Self::Tuple(_) => Type::Tuple,
            Self::Dict(_) => Type::Dict,
        }
    }

    /// A whole number of any size.
    pub(crate) fn whole(number: BigInt) -> Self {
        number.to_i64().map_or_else(|| Self::Big(Box::new(number)), Self::Int)
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Str(text.into())
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it may be a key: `hash()` works on it.
    pub(crate) fn is_hashable(&self) -> bool {
        match self {
            Self::List(_) | Self::Dict(_) => false,
            Self::Tuple(items) => items.iter().all(Self::is_hashable),
            _ => true,
        }
    }

    /// A whole number, of a bool too.
    pub(crate) fn as_whole(&self) -> Option<BigInt> {
        match self {
            Self::Bool(bool) => Some(BigInt::from(i32::from(*bool))),
            Self::Int(int) => Some(BigInt::from(*int)),
            Self::Big(big) => Some((**big).clone()),
            _ => None,
        }
    }

    /// The same value, holding on to no text.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::None => Value::None,
            Self::Ellipsis => Value::Ellipsis,
            Self::Bool(bool) => Value::Bool(bool),
            Self::Int(int) => Value::Int(int),
            Self::Big(big) => Value::Big(big),
            Self::Float(float) => Value::Float(float),
            Self::Complex(real, imaginary) => Value::Complex(real, imaginary),
            Self::Str(text) => Value::Str(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Tuple(items) => Value::Tuple(items.into_iter().map(Value::into_owned).collect()),
            Self::Dict(dict) => Value::Dict(Dict(
                dict.0.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
            )),
        }
    }
}

impl<'b> PartialEq<Value<'b>> for Value<'_> {
    fn eq(&self, other: &Value<'b>) -> bool {
        match (self, other) {
            (Self::Str(a), Value::Str(b)) => a == b,
            (Self::Int(a), Value::Int(b)) => a == b,
            (Self::None, Value::None) | (Self::Ellipsis, Value::Ellipsis) => true,
            (Self::Bytes(a), Value::Bytes(b)) => a == b,
            (Self::List(a), Value::List(b)) | (Self::Tuple(a), Value::Tuple(b)) => a == b,
            (Self::Dict(a), Value::Dict(b)) => a == b,
            (a, b) => match (Number::of(a), Number::of(b)) {
                (Some(a), Some(b)) => a.equals(&b),
                _ => false,
            },
        }
    }
}

/// A number, for comparing.
enum Number<'a> {
    Int(i64),
    Big(&'a BigInt),
    Float(f64),
    Complex(f64, f64),
}

impl<'a> Number<'a> {
    fn of(value: &'a Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Bool(bool) => Self::Int(i64::from(*bool)),
            Value::Int(int) => Self::Int(*int),
            Value::Big(big) => Self::Big(big),
            Value::Float(float) | Value::Complex(float, 0.0) => Self::Float(*float),
            Value::Complex(real, imaginary) => Self::Complex(*real, *imaginary),
            _ => return None,
        })
    }

    fn equals(&self, other: &Number<'_>) -> bool {
        match (self, other) {
            (Self::Int(a), Number::Int(b)) => a == b,
            (Self::Big(a), Number::Big(b)) => a == b,
            (Self::Float(a), Number::Float(b)) => a == b,
            (Self::Complex(a, b), Number::Complex(c, d)) => a == c && b == d,
            (Self::Int(int), Number::Float(float)) | (Self::Float(float), Number::Int(int)) => {
                // Every f64 that is whole fits an i128 or is no i64.
                float.fract() == 0.0 && *float as i128 == i128::from(*int)
            }
            (Self::Big(big), Number::Float(float)) => is_whole(*float, big),
            (Self::Float(float), Number::Big(big)) => is_whole(*float, big),
            _ => false,
        }
    }
}

fn is_whole(float: f64, big: &BigInt) -> bool {
    float.fract().is_zero() && BigInt::from_f64(float).is_some_and(|whole| whole == *big)
}

/// A dict: keys in the order in which they came, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dict<'a>(Vec<(Value<'a>, Value<'a>)>);

/// From this many members on, keys are looked for by their hash while a dict is built.
const MANY: usize = 24;

impl<'a> Dict<'a> {
    /// Of equal keys the last value counts, at the first one's place. Keys are hashable; the caller has seen to it.
    pub(crate) fn of(mut members: Vec<(Value<'a>, Value<'a>)>) -> Self {
        let repeated = |members: &[(Value<'a>, Value<'a>)]| {
            (1..members.len()).any(|at| members[..at].iter().any(|(key, _)| *key == members[at].0))
        };
        if members.len() > MANY {
            return Self::of_many(members);
        }
        if repeated(&members) {
            let mut dict = Self::default();
            members.drain(..).for_each(|(key, value)| dict.insert(key, value));
            return dict;
        }
        Self(members)
    }

    /// As [`of`](Self::of), in a time that grows with the number of members only.
    fn of_many(members: Vec<(Value<'a>, Value<'a>)>) -> Self {
        let mut places = std::collections::HashMap::with_capacity(members.len());
        let mut dict = Self(Vec::with_capacity(members.len()));
        for (key, value) in members {
            match key.as_str().map(str::to_owned) {
                Some(text) => match places.get(&text) {
                    Some(place) => dict.replace(*place, value),
                    None => {
                        places.insert(text, dict.0.len());
                        dict.0.push((key, value));
                    }
                },
                // Only call text has other keys, and its length is bounded.
                None => dict.insert(key, value),
            }
        }
        dict
    }

    fn replace(&mut self, place: usize, value: Value<'a>) {
        if let Some(member) = self.0.get_mut(place) {
            member.1 = value;
        }
    }

    pub(crate) fn insert(&mut self, key: Value<'a>, value: Value<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some(member) => member.1 = value,
            None => self.0.push((key, value)),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The value of this key; all of the dict again where it has none.
    pub(crate) fn take(mut self, key: &str) -> Result<Value<'a>, Self> {
        match self.0.iter().position(|(known, _)| known.as_str() == Some(key)) {
            Some(at) => Ok(self.0.swap_remove(at).1),
            None => Err(self),
        }
    }

    pub(crate) fn get_value(&self, key: &Value<'_>) -> Option<&Value<'a>> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub(crate) fn get_value_mut(&mut self, key: &Value<'_>) -> Option<&mut Value<'a>> {
        self.0.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Takes a member out; the others keep their order.
    pub(crate) fn remove(&mut self, key: &Value<'_>) -> Option<Value<'a>> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, (Value<'a>, Value<'a>)> {
        self.0.iter()
    }

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_members(self) -> Vec<(Value<'a>, Value<'a>)> {
        self.0
    }
}

impl<'b> PartialEq<Dict<'b>> for Dict<'_> {
    fn eq(&self, other: &Dict<'b>) -> bool {
        self.len() == other.len()
            && self.0.iter().all(|(key, value)| other.get_value(key).is_some_and(|other| value == other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_value_whatever_their_type() {
        assert_eq!(Value::Bool(true), Value::Int(1));
        assert_eq!(Value::Bool(false), Value::Float(-0.0));
        assert_eq!(Value::Int(3), Value::Float(3.0));
        assert_eq!(Value::Int(3), Value::Complex(3.0, 0.0));
        assert_ne!(Value::Int(9_007_199_254_740_993), Value::Float(9_007_199_254_740_992.0));
        assert_ne!(Value::Float(f64::NAN), Value::Float(f64::NAN));
        assert_ne!(Value::Int(i64::MAX), Value::Float(9_223_372_036_854_775_808.0));
        let big = Value::whole(BigInt::from(10).pow(22));
        assert_eq!(big, Value::Float(1e22));
        assert_ne!(big, Value::Float(f64::INFINITY));
        assert_ne!(Value::Int(0), Value::None);
        assert_ne!(Value::text("1"), Value::Int(1));
    }

    #[test]
    fn lists_and_tuples_are_apart_and_dicts_have_no_order() {
        let items = || vec![Value::Int(1), Value::text("x")];
        assert_eq!(Value::List(items()), Value::List(items()));
        assert_ne!(Value::List(items()), Value::Tuple(items()));
        let dict = |keys: [&'static str; 2]| {
            Value::Dict(Dict::of(keys.map(|key| (Value::text(key), Value::text(key))).to_vec()))
        };
        assert_eq!(dict(["a", "b"]), dict(["b", "a"]));
        assert_ne!(dict(["a", "b"]), dict(["a", "c"]));
    }

    #[test]
    fn of_equal_keys_the_last_value_counts_at_the_first_place() {
        for filler in [0, 2 * MANY] {
            let mut members = vec![(Value::Int(1), Value::text("x")), (Value::text("k"), Value::Int(1))];
            members.extend((0..filler).map(|at| (Value::text(format!("f{at}")), Value::None)));
            members.push((Value::Bool(true), Value::text("y")));
            members.push((Value::text("k"), Value::Int(2)));
            let dict = Dict::of(members);
            assert_eq!(dict.len(), 2 + filler);
            assert_eq!(dict.get("k"), Some(&Value::Int(2)));
            let (key, value) = dict.iter().next().expect("a member");
            assert!(matches!(key, Value::Int(1)) && *value == Value::text("y"));
        }
    }
}
