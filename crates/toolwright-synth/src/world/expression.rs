//! Formulas of the context tree: how an attribute of a result follows from the arguments and from other attributes.
//!
//! ```text
//! round(unit_price * (piece_count ?? 1), 2)
//! later(today, loan_weeks, weeks)
//! if(score >= 60, "passed", "failed")
//! ```
//!
//! A formula is read once, when a tool is made ready, and has no loops, so that it ends. What is unknown is null, and
//! null in an operation gives null; `a ?? b` is b where a is null. docs/pool.md lists the functions.
//!
//! Ours:  an expression language of a crate would be larger than what is needed, and knows no days.
//! Fails: where a formula cannot be read; values of the wrong type give null.

use std::cmp::Ordering;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use serde_json::Value;
use toolwright_core::Error;

/// A formula that has been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression(Node);

/// What names stand for.
pub(crate) trait Names {
    /// The value of an attribute; null where it is unknown.
    fn value(&self, name: &str) -> Value;
    /// What was told of an attribute before; `start` for what was made in this dialog, null where nothing is known.
    fn before(&self, name: &str, start: Option<Value>) -> Value;
    /// The position in the innermost list, from 1.
    fn item(&self) -> Option<usize>;
    /// The day on which the dialog takes place, and the time by now.
    fn now(&self) -> DateTime;
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Value(Value),
    Name(String),
    Not(Box<Node>),
    Minus(Box<Node>),
    Two(Sign, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    Or,
    And,
    Else,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
    Power,
}

/// The signs, by how tightly they bind; longer ones before those that they begin with.
const SIGNS: &[(&str, u8, Sign)] = &[
    ("or", 1, Sign::Or),
    ("and", 2, Sign::And),
    ("??", 7, Sign::Else),
    ("==", 3, Sign::Equal),
    ("!=", 3, Sign::Unequal),
    ("<=", 3, Sign::LessOrEqual),
    (">=", 3, Sign::MoreOrEqual),
    ("<", 3, Sign::Less),
    (">", 3, Sign::More),
    ("+", 4, Sign::Plus),
    ("-", 4, Sign::Minus),
    ("*", 5, Sign::Times),
    ("/", 5, Sign::Over),
    ("%", 5, Sign::Modulo),
    ("^", 6, Sign::Power),
];

macro_rules! functions {
    ($($name:literal $function:ident $least:literal..=$most:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Function { $($function),+ }
        /// The functions, with how many values they take.
        const FUNCTIONS: &[(&str, Function, usize, usize)] = &[$(($name, Function::$function, $least, $most)),+];
    };
}

functions! {
    "if" If 3..=3; "pick" Pick 3..=64; "before" Before 1..=2; "join" Join 1..=16;
    "min" Min 1..=16; "max" Max 1..=16; "sum" Sum 1..=16; "mean" Mean 1..=16;
    "abs" Abs 1..=1; "round" Round 1..=2; "floor" Floor 1..=1; "ceil" Ceil 1..=1; "sqrt" Sqrt 1..=1; "ln" Ln 1..=1;
    "exp" Exp 1..=1; "sin" Sin 1..=1; "cos" Cos 1..=1; "tan" Tan 1..=1;
    "len" Len 1..=1; "first" First 1..=1; "last" Last 1..=1; "sort" Sort 1..=1;
    "upper" Upper 1..=1; "lower" Lower 1..=1; "words" Words 1..=1; "chars" Chars 1..=1;
    "later" Later 3..=3; "until" Until 3..=3; "workday" Workday 1..=1;
}

/// Units of time, as the last value of `later` and `until`.
const UNITS: &[&str] = &["minutes", "hours", "days", "weeks", "months", "years"];
/// How deep a formula may be nested.
const DEPTH: usize = 24;
/// The longest formula in bytes.
const LONGEST: usize = 1_000;

impl Expression {
    /// Reads a formula.
    ///
    /// # Errors
    /// Says what stands where something else was expected.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let fail = |why: String| Error::new(format!("the formula `{text}`: {why}"));
        if text.len() > LONGEST {
            return Err(Error::new(format!(
                "a formula of {} characters; {LONGEST} are the most",
                text.len()
            )));
        }
        let mut parser = Parser { text, at: 0 };
        let node = parser.two(0, 0).map_err(fail)?;
        let rest = parser.rest();
        if !rest.is_empty() {
            return Err(fail(format!("`{rest}` is left over; expected an operator or the end")));
        }
        Ok(Self(node))
    }

    /// The names that it speaks of, each as often as it does.
    pub(crate) fn names(&self) -> Vec<&str> {
        fn walk<'n>(node: &'n Node, out: &mut Vec<&'n str>) {
            match node {
                Node::Value(_) => {}
                Node::Name(name) => out.push(name),
                Node::Not(inner) | Node::Minus(inner) => walk(inner, out),
                Node::Two(_, one, other) => {
                    walk(one, out);
                    walk(other, out);
                }
                Node::Call(_, values) => values.iter().for_each(|value| walk(value, out)),
            }
        }
        let mut out = Vec::new();
        walk(&self.0, &mut out);
        out.retain(|name| !["today", "now", "item"].contains(name));
        out
    }

    /// Whether it depends on the position in a list.
    pub(crate) fn counts(&self) -> bool {
        fn walk(node: &Node) -> bool {
            match node {
                Node::Value(_) => false,
                Node::Name(name) => name == "item",
                Node::Not(inner) | Node::Minus(inner) => walk(inner),
                Node::Two(_, one, other) => walk(one) || walk(other),
                Node::Call(_, values) => values.iter().any(walk),
            }
        }
        walk(&self.0)
    }

    /// Whether it says itself how fine its value is.
    pub(crate) const fn is_rounded(&self) -> bool {
        matches!(self.0, Node::Call(Function::Round | Function::Floor | Function::Ceil, _))
    }

    /// Its value; null where something that it needs is unknown or of the wrong type.
    pub(crate) fn work(&self, names: &dyn Names) -> Value {
        self.0.work(names)
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.trim_end()
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    /// The sign that comes next.
    fn sign(&mut self) -> Option<(&'static str, u8, Sign)> {
        let rest = self.rest();
        SIGNS.iter().copied().find(|(mark, ..)| {
            let word = mark.starts_with(|c: char| c.is_ascii_alphabetic());
            rest.strip_prefix(mark).is_some_and(|tail| {
                !word || !tail.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
        })
    }

    fn two(&mut self, least: u8, depth: usize) -> Result<Node, String> {
        let mut one = self.one(depth)?;
        while let Some((mark, binds, sign)) = self.sign().filter(|(_, binds, _)| *binds > least) {
            self.at += mark.len();
            let right = if sign == Sign::Power { binds - 1 } else { binds };
            let other = self.two(right, depth + 1)?;
            one = Node::Two(sign, Box::new(one), Box::new(other));
        }
        Ok(one)
    }

    fn one(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(format!("it is nested deeper than {DEPTH} levels"));
        }
        if self.take("-") {
            return Ok(Node::Minus(Box::new(self.two(5, depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.two(0, depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        let rest = self.rest();
        let length = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some(end) = quoted.find('"') else { return Err("a text has no end; expected `\"`".into()) };
            self.at += end + 2;
            return Ok(Node::Value(quoted[..end].into()));
        }
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            let end = length(|c| c.is_ascii_digit() || c == '.');
            let read: f64 = rest[..end].parse().map_err(|_| format!("`{}` is no number", &rest[..end]))?;
            self.at += end;
            return Ok(Node::Value(number(Some(read))));
        }
        let end = length(|c| c.is_ascii_alphanumeric() || c == '_');
        let word = &rest[..end];
        if word.is_empty() || SIGNS.iter().any(|(mark, ..)| *mark == word) {
            return Err(self.expected("a value"));
        }
        self.at += end;
        match word {
            "not" => return Ok(Node::Not(Box::new(self.two(2, depth + 1)?))),
            "true" => return Ok(Node::Value(true.into())),
            "false" => return Ok(Node::Value(false.into())),
            "null" => return Ok(Node::Value(Value::Null)),
            _ if !self.take("(") => return Ok(Node::Name(word.to_owned())),
            _ => {}
        }
        let Some((_, function, least, most)) = FUNCTIONS.iter().find(|(name, ..)| *name == word) else {
            let known: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
            return Err(format!("no function is called `{word}`; there are {}", known.join(", ")));
        };
        let mut values = Vec::new();
        while !self.take(")") {
            if !values.is_empty() && !self.take(",") {
                return Err(self.expected("`,` or `)`"));
            }
            values.push(self.two(0, depth + 1)?);
        }
        if !(*least..=*most).contains(&values.len()) {
            return Err(format!("`{word}` takes {least} to {most} values, not {}", values.len()));
        }
        let timed = matches!(function, Function::Later | Function::Until);
        if timed {
            let unit = values.pop();
            let known = |unit: &Node| matches!(unit, Node::Name(unit) if UNITS.contains(&unit.as_str()));
            let Some(Node::Name(unit)) = unit.filter(known) else {
                return Err(format!("`{word}` ends with one of {}", UNITS.join(", ")));
            };
            values.push(Node::Value(unit.into()));
        }
        if *function == Function::Before && !matches!(values.first(), Some(Node::Name(_))) {
            return Err("`before` is of an attribute".into());
        }
        Ok(Node::Call(*function, values))
    }

    fn expected(&mut self, what: &str) -> String {
        let rest = self.rest();
        let found = if rest.is_empty() { "the end".to_owned() } else { format!("`{rest}`") };
        format!("{found} stands where {what} was expected")
    }
}

impl Node {
    fn work(&self, names: &dyn Names) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Name(name) => match name.as_str() {
                "today" => names.now().date().to_string().into(),
                "now" => format!("{}Z", names.now()).into(),
                "item" => names.item().map_or(Value::Null, Value::from),
                _ => names.value(name),
            },
            Self::Not(inner) => inner.work(names).as_bool().map_or(Value::Null, |set| (!set).into()),
            Self::Minus(inner) => number(inner.number(names).map(|value| -value)),
            Self::Two(sign, one, other) => two(*sign, one, other, names),
            Self::Call(function, values) => call(*function, values, names).unwrap_or(Value::Null),
        }
    }

    fn number(&self, names: &dyn Names) -> Option<f64> {
        self.work(names).as_f64()
    }

    fn set(&self, names: &dyn Names) -> Option<bool> {
        self.work(names).as_bool()
    }
}

/// A number as JSON; null where there is none.
fn number(value: Option<f64>) -> Value {
    match value.filter(|value| value.is_finite()) {
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => (value as i64).into(),
        Some(value) => value.into(),
        None => Value::Null,
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn two(sign: Sign, one: &Node, other: &Node, names: &dyn Names) -> Value {
    let flag = |value: Option<bool>| value.map_or(Value::Null, Value::from);
    match sign {
        Sign::Else => {
            let value = one.work(names);
            return if value.is_null() { other.work(names) } else { value };
        }
        Sign::Or => return flag(Some(one.set(names) == Some(true) || other.set(names) == Some(true))),
        Sign::And => return flag(Some(one.set(names) == Some(true) && other.set(names) == Some(true))),
        _ => {}
    }
    let (one, other) = (one.work(names), other.work(names));
    if one.is_null() || other.is_null() {
        return Value::Null;
    }
    let order = || super::filter::compare(&one, &other);
    let of = |work: fn(f64, f64) -> f64| number(one.as_f64().zip(other.as_f64()).map(|(a, b)| work(a, b)));
    match sign {
        Sign::Equal => same(&one, &other).into(),
        Sign::Unequal => (!same(&one, &other)).into(),
        Sign::Less => flag(order().map(Ordering::is_lt)),
        Sign::LessOrEqual => flag(order().map(Ordering::is_le)),
        Sign::More => flag(order().map(Ordering::is_gt)),
        Sign::MoreOrEqual => flag(order().map(Ordering::is_ge)),
        Sign::Plus => of(|a, b| a + b),
        Sign::Minus => of(|a, b| a - b),
        Sign::Times => of(|a, b| a * b),
        Sign::Over => of(|a, b| a / b),
        Sign::Modulo => of(f64::rem_euclid),
        Sign::Power => of(f64::powf),
        Sign::Or | Sign::And | Sign::Else => Value::Null,
    }
}

/// All numbers of the values, those inside lists as well; `None` where something else is among them.
fn numbers(values: &[Node], names: &dyn Names) -> Option<Vec<f64>> {
    let mut out = Vec::new();
    for value in values {
        match value.work(names) {
            Value::Array(items) => {
                for item in &items {
                    out.push(item.as_f64()?);
                }
            }
            value => out.push(value.as_f64()?),
        }
    }
    (!out.is_empty()).then_some(out)
}

fn call(function: Function, values: &[Node], names: &dyn Names) -> Option<Value> {
    let first = values.first()?;
    let value = |at: usize| values.get(at).map(|value| value.work(names));
    let of = |work: fn(f64) -> f64| Some(number(first.number(names).map(work)));
    let text = || first.work(names).as_str().map(str::to_owned);
    let items = || match first.work(names) {
        Value::Array(items) => Some(items),
        _ => None,
    };
    match function {
        Function::If => value(if first.set(names)? { 1 } else { 2 }),
        Function::Pick => {
            let wanted = first.work(names);
            let pairs = values[1..].chunks_exact(2);
            let rest = pairs.remainder().first();
            let mut found = pairs.filter(|pair| same(&pair[0].work(names), &wanted)).map(|pair| &pair[1]);
            found.next().or(rest).map(|value| value.work(names))
        }
        Function::Before => match first {
            Node::Name(name) => Some(names.before(name, value(1))),
            _ => None,
        },
        Function::Join => {
            let mut out = String::new();
            for at in 0..values.len() {
                match value(at)? {
                    Value::Null => return None,
                    Value::String(text) => out.push_str(&text),
                    Value::Number(value) => out.push_str(&number(value.as_f64()).to_string()),
                    other => out.push_str(&other.to_string()),
                }
            }
            Some(out.into())
        }
        Function::Min => Some(number(numbers(values, names)?.into_iter().reduce(f64::min))),
        Function::Max => Some(number(numbers(values, names)?.into_iter().reduce(f64::max))),
        Function::Sum => Some(number(Some(numbers(values, names)?.iter().sum()))),
        Function::Mean => {
            let all = numbers(values, names)?;
            Some(number(Some(all.iter().sum::<f64>() / all.len() as f64)))
        }
        Function::Abs => of(f64::abs),
        Function::Round => {
            let digits = match value(1) {
                Some(digits) => digits.as_i64()?.clamp(-9, 9),
                None => 0,
            };
            let scale = 10f64.powi(i32::try_from(digits).ok()?);
            // What binary fractions miss by a hair is half a step up.
            let scaled = first.number(names)? * scale;
            Some(number(Some((scaled + scaled.signum() * 1e-9).round() / scale)))
        }
        Function::Floor => of(|value| (value + 1e-9).floor()),
        Function::Ceil => of(|value| (value - 1e-9).ceil()),
        Function::Sqrt => of(f64::sqrt),
        Function::Ln => of(f64::ln),
        Function::Exp => of(f64::exp),
        Function::Sin => of(f64::sin),
        Function::Cos => of(f64::cos),
        Function::Tan => of(f64::tan),
        Function::Len => Some(items()?.len().into()),
        Function::First => items()?.first().cloned(),
        Function::Last => items()?.last().cloned(),
        Function::Sort => {
            let mut items = items()?;
            items.sort_by(|one, other| super::filter::compare(one, other).unwrap_or(Ordering::Equal));
            Some(items.into())
        }
        Function::Upper => Some(text()?.to_uppercase().into()),
        Function::Lower => Some(text()?.to_lowercase().into()),
        Function::Words => Some(text()?.split_whitespace().count().into()),
        Function::Chars => Some(text()?.chars().count().into()),
        Function::Later => {
            let from = text()?;
            Moment::parse(&from)?.later(value(1)?.as_f64()?, value(2)?.as_str()?).map(Value::from)
        }
        Function::Workday => Moment::parse(&text()?)?.workday().map(Value::from),
        Function::Until => {
            let (from, to) = (text()?, value(1)?);
            let to = Moment::parse(to.as_str()?)?;
            Moment::parse(&from)?.until(&to, value(2)?.as_str()?).map(Value::from)
        }
    }
}

/// A day, a moment or a time of day, with what it is written like.
struct Moment<'t> {
    at: DateTime,
    form: Form,
    tail: &'t str,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Day,
    Moment,
    Clock,
    ClockWithSeconds,
}

impl<'t> Moment<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        if let Ok(day) = text.parse::<Date>()
            && text.len() == 10
        {
            return Some(Self { at: day.at(0, 0, 0, 0), form: Form::Day, tail: "" });
        }
        if text.len() <= 8 {
            let form = if text.len() > 5 { Form::ClockWithSeconds } else { Form::Clock };
            let time: Time = text.parse().ok()?;
            return Some(Self { at: jiff::civil::date(2001, 1, 1).to_datetime(time), form, tail: "" });
        }
        // `2026-03-14T08:00:00Z`: the place stays as it is.
        let (at, tail) = text.split_at_checked(19)?;
        Some(Self { at: at.parse().ok()?, form: Form::Moment, tail })
    }

    fn later(&self, by: f64, unit: &str) -> Option<String> {
        if by.abs() > 1e6 {
            return None;
        }
        let whole = by.round() as i64;
        let span = match unit {
            "minutes" => Span::new().minutes(whole),
            "hours" => Span::new().minutes((by * 60.0).round() as i64),
            "days" => Span::new().days(whole),
            "weeks" => Span::new().weeks(whole),
            "months" => Span::new().months(whole),
            "years" => Span::new().years(whole),
            _ => return None,
        };
        let at = self.at.checked_add(span).ok()?;
        Some(match self.form {
            Form::Day if ["minutes", "hours"].contains(&unit) => return None,
            Form::Day => at.date().to_string(),
            Form::Moment => format!("{}{}", at.strftime("%Y-%m-%dT%H:%M:%S"), self.tail),
            Form::Clock => at.strftime("%H:%M").to_string(),
            Form::ClockWithSeconds => at.strftime("%H:%M:%S").to_string(),
        })
    }

    /// Whole units from here to there.
    /// The same, or the Monday after a weekend.
    fn workday(&self) -> Option<String> {
        let days = match self.at.weekday() {
            jiff::civil::Weekday::Saturday => 2.0,
            jiff::civil::Weekday::Sunday => 1.0,
            _ => 0.0,
        };
        let dated = matches!(self.form, Form::Day | Form::Moment);
        dated.then(|| self.later(days, "days")).flatten()
    }

    fn until(&self, to: &Self, unit: &str) -> Option<i64> {
        let day = |moment: &Self| moment.at.date();
        let whole = |span: Result<Span, jiff::Error>| span.ok();
        let days = || whole(day(self).until((jiff::Unit::Day, day(to))));
        Some(match unit {
            "days" => days()?.get_days().into(),
            "weeks" => i64::from(days()?.get_days()) / 7,
            "months" => whole(day(self).until((jiff::Unit::Month, day(to))))?.get_months().into(),
            "years" => whole(day(self).until((jiff::Unit::Year, day(to))))?.get_years().into(),
            "hours" | "minutes" => {
                let minutes = whole(self.at.until((jiff::Unit::Minute, to.at)))?.get_minutes();
                // A night goes over midnight.
                let clock = [Form::Clock, Form::ClockWithSeconds].contains(&self.form);
                let minutes = if clock && minutes < 0 { minutes + 24 * 60 } else { minutes };
                if unit == "hours" { minutes / 60 } else { minutes }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Known(Value);

    impl Names for Known {
        fn value(&self, name: &str) -> Value {
            self.0.get(name).cloned().unwrap_or_default()
        }
        fn before(&self, name: &str, start: Option<Value>) -> Value {
            self.0.get(format!("old_{name}")).cloned().or(start).unwrap_or_default()
        }
        fn item(&self) -> Option<usize> {
            Some(3)
        }
        fn now(&self) -> DateTime {
            jiff::civil::date(2026, 3, 30).at(9, 5, 0, 0)
        }
    }

    #[test]
    fn formulas_give_values() {
        let known = Known(json!({
            "price": 19.99, "pieces": 3, "plan": "yearly", "old_balance": 40, "marks": [1, 2.5, 4], "starts": "22:30",
            "at": "2026-03-14T08:00:00+02:00", "note": "two words", "paid": true,
        }));
        for (formula, value) in [
            ("round(price * pieces, 2)", json!(59.97)),
            ("1 + 2 * 3 - 4 / 2", json!(5)),
            ("2 ^ 3 ^ 2 - -1", json!(513)),
            ("10 - 2 - 3", json!(5)),
            ("-7 % 5", json!(3)),
            ("price * (count ?? 2)", json!(39.98)),
            ("price * count", Value::Null),
            ("count ?? pieces * 2", json!(6)),
            ("if(pieces >= 3 and not paid == false, \"many\", \"few\")", json!("many")),
            ("pick(plan, \"monthly\", 12, \"yearly\", 1)", json!(1)),
            ("pick(plan, \"weekly\", 52, 7)", json!(7)),
            ("before(balance, 0) - 15", json!(25)),
            ("before(points, 0) + 5", json!(5)),
            ("before(points) + 5", Value::Null),
            ("join(\"Plan \", plan, \", \", pieces, \" x\")", json!("Plan yearly, 3 x")),
            ("sum(marks) + max(marks) + len(marks) + mean(marks, 2.5)", json!(17)),
            ("first(sort(marks)) + last(marks)", json!(5)),
            ("round(2.675, 2)", json!(2.68)),
            ("round(1234, -2)", json!(1200)),
            ("later(today, 1, months)", json!("2026-04-30")),
            ("workday(later(today, 5, days))", json!("2026-04-06")),
            ("workday(later(today, 2, days))", json!("2026-04-01")),
            ("later(today, item, weeks)", json!("2026-04-20")),
            ("later(starts, 1.5, hours)", json!("00:00")),
            ("later(at, 90, minutes)", json!("2026-03-14T09:30:00+02:00")),
            ("later(today, 5, hours)", Value::Null),
            ("until(\"2026-01-31\", today, months)", json!(1)),
            ("until(starts, \"06:00\", hours)", json!(7)),
            ("words(note) + chars(note)", json!(11)),
            ("upper(plan) == \"YEARLY\" or false", json!(true)),
            ("now", json!("2026-03-30T09:05:00Z")),
            ("1 / 0", Value::Null),
            ("note + 1", Value::Null),
        ] {
            let read = Expression::parse(formula).unwrap_or_else(|why| panic!("{formula}: {why}"));
            assert_eq!(read.work(&known), value, "{formula}");
        }
        let read = Expression::parse("before(balance, 0) + item * price").expect("a formula");
        assert_eq!(read.names(), ["balance", "price"]);
        assert!(read.counts());
    }

    #[test]
    fn what_is_no_formula_is_refused() {
        for (text, why) in [
            ("", "the end stands where a value was expected"),
            ("1 +", "the end stands where a value was expected"),
            ("(1", "the end stands where `)` was expected"),
            ("sum(1", "the end stands where `,` or `)` was expected"),
            ("sam(1)", "no function is called `sam`; there are if, pick, "),
            (
                "later(today, 1, fortnights)",
                "`later` ends with one of minutes, hours, days, weeks, months, years",
            ),
            ("1 2", "`2` is left over; expected an operator or the end"),
            ("\"a", "a text has no end; expected `\"`"),
            ("before(1)", "`before` is of an attribute"),
            ("if(1)", "`if` takes 3 to 3 values, not 1"),
            ("1.2.3", "`1.2.3` is no number"),
            ("a $ b", "`$ b` is left over"),
        ] {
            let found = Expression::parse(text).expect_err("no formula").to_string();
            assert!(found.starts_with(&format!("the formula `{text}`: {why}")), "{found}");
        }
        assert!(Expression::parse(&"(".repeat(900)).is_err());
        assert!(Expression::parse(&"-".repeat(900)).is_err());
    }
}
