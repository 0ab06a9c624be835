//! Call text, run on objects that somebody keeps: literals, operators, subscripts, and calls of methods.
//!
//! Nothing else is ever evaluated: no name but those of the objects, no attribute, no comprehension, no built-in function.

use ruff_python_ast::{Expr, ExprCall, Mod, PythonVersion, UnaryOp};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use super::ops::{Object, Outcome, Raised, binary, hashable, item, kind};
use super::{Dict, Value, arithmetic, calls};

/// The objects that names stand for.
pub(crate) trait Scope: Send {
    /// Whether an object has this name.
    fn knows(&self, name: &str) -> bool;

    /// Calls an object's method.
    fn call(&mut self, object: &str, method: &str, given: Given) -> Outcome;
}

/// What a call gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// By their place.
    pub(crate) placed: Vec<Object>,
    /// By their name.
    pub(crate) named: Vec<(String, Object)>,
}

/// `eval(text)`.
pub(crate) fn eval(text: &str, scope: &mut dyn Scope) -> Outcome {
    let text = text.trim_start_matches([' ', '\t']);
    let evaluated = calls::guarded(text, || Ok(parsed(text).map(|node| value(&node, scope))));
    match evaluated {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(why)) => Err(Raised::other(format!("invalid syntax: {why} (<string>, line 1)"))),
        Err(why) => Err(Raised::other(why)),
    }
}

/// A call of literals alone, `f(1, a='x')`, read in one pass; none where [`eval`] must decide.
pub(crate) fn plain(text: &str) -> Option<(&str, Given)> {
    let (name, (placed, named)) = super::fast::literal_call(text)?;
    let placed = placed.into_iter().map(Value::into_owned).collect();
    let named = named.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
    Some((name, Given { placed, named }))
}

/// The values that a module's top assigns to names, where they are literals.
pub(crate) fn constants(text: &str) -> Result<Vec<(String, Object)>, String> {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY311);
    let parsed = parse_unchecked(text, options);
    if let Some(error) = parsed.errors().first() {
        return Err(format!("{} at byte {}", error.error, error.location.start().to_usize()));
    }
    let Mod::Module(module) = parsed.into_syntax() else { return Err("no module".to_owned()) };
    let mut found = Vec::new();
    for statement in module.body {
        let Some(assign) = statement.as_assign_stmt() else { continue };
        if let [Expr::Name(name)] = &assign.targets[..] {
            let value = value(&assign.value, &mut Nothing).map_err(|raised| raised.text)?;
            found.push((name.id.to_string(), value));
        }
    }
    Ok(found)
}

/// The value of a text that is a literal as `repr` writes it.
pub(crate) fn literal(text: &str) -> Outcome {
    eval(text, &mut Nothing)
}

/// No objects.
struct Nothing;

impl Scope for Nothing {
    fn knows(&self, _: &str) -> bool {
        false
    }

    fn call(&mut self, _: &str, method: &str, _: Given) -> Outcome {
        Err(unknown(method))
    }
}

fn unknown(name: &str) -> Raised {
    Raised::other(format!("name '{name}' is not defined"))
}

fn parsed(text: &str) -> Result<Expr, String> {
    let options = ParseOptions::from(Mode::Expression).with_target_version(PythonVersion::PY311);
    let parsed = parse_unchecked(text, options);
    if let Some(error) = parsed.errors().first() {
        return Err(format!("{} at byte {}", error.error, error.location.start().to_usize()));
    }
    match parsed.into_syntax() {
        Mod::Expression(module) => Ok(*module.body),
        Mod::Module(_) => Err("no expression".to_owned()),
    }
}

fn value(node: &Expr, scope: &mut dyn Scope) -> Outcome {
    if let Expr::EllipsisLiteral(_) = node {
        return Ok(Value::Ellipsis);
    }
    if let Some(constant) = calls::constant(node) {
        return constant.map_err(Raised::other);
    }
    match node {
        Expr::UnaryOp(operation) => {
            let operand = value(&operation.operand, scope)?;
            arithmetic::unary(operation.op, &operand).map_err(|_| {
                let sign = match operation.op {
                    UnaryOp::USub => "-",
                    UnaryOp::UAdd => "+",
                    UnaryOp::Invert => "~",
                    UnaryOp::Not => "not",
                };
                Raised::of_type(format!("bad operand type for unary {sign}: '{}'", kind(&operand)))
            })
        }
        Expr::BinOp(operation) => {
            let left = value(&operation.left, scope)?;
            binary(&left, operation.op, &value(&operation.right, scope)?)
        }
        Expr::List(list) => Ok(Value::List(values(&list.elts, scope)?)),
        Expr::Tuple(tuple) => Ok(Value::Tuple(values(&tuple.elts, scope)?)),
        Expr::Dict(dict) => {
            let mut members = Vec::with_capacity(dict.items.len());
            for member in &dict.items {
                let Some(key) = &member.key else { return Err(Raised::other("`**` is not evaluated")) };
                let key = value(key, scope)?;
                let value = value(&member.value, scope)?;
                hashable(&key)?;
                members.push((key, value));
            }
            Ok(Value::Dict(Dict::of(members)))
        }
        Expr::Subscript(subscript) => {
            let whole = value(&subscript.value, scope)?;
            let key = value(&subscript.slice, scope)?;
            item(&whole, &key).cloned()
        }
        Expr::Call(call) => called(call, scope),
        Expr::Name(name) => match name.id.as_str() {
            "inf" => Ok(Value::Float(f64::INFINITY)),
            "nan" => Ok(Value::Float(f64::NAN)),
            "Ellipsis" => Ok(Value::Ellipsis),
            name if scope.knows(name) => Err(Raised::other("an object is no value here")),
            name => Err(unknown(name)),
        },
        _ => Err(Raised::other("an expression of this kind is not evaluated")),
    }
}

fn values(nodes: &[Expr], scope: &mut dyn Scope) -> Outcome<Vec<Object>> {
    nodes.iter().map(|node| value(node, scope)).collect()
}

fn called(call: &ExprCall, scope: &mut dyn Scope) -> Outcome {
    let (object, method) = match &*call.func {
        Expr::Name(name) => return Err(unknown(name.id.as_str())),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(name) if scope.knows(name.id.as_str()) => (name.id.as_str(), attribute.attr.as_str()),
            Expr::Name(name) => return Err(unknown(name.id.as_str())),
            other => {
                let value = value(other, scope)?;
                return Err(super::ops::no_attribute(&value, attribute.attr.as_str()));
            }
        },
        _ => return Err(Raised::other("a call of this kind is not evaluated")),
    };
    let mut given = Given::default();
    for argument in &call.arguments.args {
        if argument.is_starred_expr() {
            return Err(Raised::other("`*` is not evaluated"));
        }
        given.placed.push(value(argument, scope)?);
    }
    for keyword in &call.arguments.keywords {
        let Some(name) = &keyword.arg else { return Err(Raised::other("`**` is not evaluated")) };
        given.named.push((name.as_str().to_owned(), value(&keyword.value, scope)?));
    }
    scope.call(object, method, given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::repr;

    struct Echo;

    impl Scope for Echo {
        fn knows(&self, name: &str) -> bool {
            name == "it"
        }

        fn call(&mut self, _: &str, method: &str, given: Given) -> Outcome {
            let mut members: Vec<_> = given
                .placed
                .into_iter()
                .enumerate()
                .map(|(at, value)| (Value::Int(at as i64), value))
                .collect();
            members.extend(given.named.into_iter().map(|(name, value)| (Value::text(name), value)));
            Ok(Value::Dict(Dict::of(vec![(Value::text(method.to_owned()), Value::Dict(Dict::of(members)))])))
        }
    }

    #[test]
    fn calls_are_run_and_all_else_is_refused() {
        let told_of = |outcome: Outcome| {
            outcome.map_or_else(|raised| format!("! {}", raised.text), |value| repr(&value))
        };
        let told = |text: &str| told_of(eval(text, &mut Echo));
        for (text, expected) in [
            ("it.f(1, a=[2, 'x'])", "{'f': {0: 1, 'a': [2, 'x']}}"),
            (" it.f(a=it.g(b=1)['g']['b'] + 2)", "{'f': {'a': 3}}"),
            ("it.f(a=-True)", "{'f': {'a': -1}}"),
            ("1", "1"),
            ("f(1)", "! name 'f' is not defined"),
            ("open('x')", "! name 'open' is not defined"),
            ("it.f(__import__('os').system('x'))", "! name '__import__' is not defined"),
            ("it.__class__", "! an expression of this kind is not evaluated"),
            ("it", "! an object is no value here"),
            ("it.f(a=x)", "! name 'x' is not defined"),
            ("it.f(a=-'x')", "! bad operand type for unary -: 'str'"),
            ("it.f(*[1])", "! `*` is not evaluated"),
            ("it.f(a={[1]: 2})", "! unhashable type: 'list'"),
            ("'a'.upper()", "! 'str' object has no attribute 'upper'"),
            ("[x for x in (1,)]", "! an expression of this kind is not evaluated"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        for text in ["f(1, a=[2, 'x'])", "f()", "f(a={'b': (1,)}, c=None, )", "f(-1.5, True)"] {
            let (name, given) = plain(text).expect("a plain call");
            assert_eq!(told(&format!("it.{text}")), told_of(Echo.call("it", name, given)), "{text}");
        }
        for text in [
            "f(a=b)", "f(a=1, 2)", "f(a=1, a=2)", "f(g())", "f(1+2)", "f(*[1])", "f(1) ", "it.f(1)",
            "f(007)", "f(a==1)",
        ] {
            assert!(plain(text).is_none(), "{text}");
        }
        assert!(told("it.f(").starts_with("! invalid syntax"));
        assert!(told(&format!("it.f({}1)", "-".repeat(50_000))).contains("1"));
    }

    #[test]
    fn constants_of_a_module_are_read() {
        let text = "import os\nA = ['x', 1.5]\nB={\n 'k': \"\"\"a\nb\"\"\"}\ndef f():\n  C = 1\n";
        let found = constants(text).expect("a module");
        let told: Vec<_> = found.iter().map(|(name, value)| format!("{name} {}", repr(value))).collect();
        assert_eq!(told, ["A ['x', 1.5]", "B {'k': 'a\\nb'}"]);
        assert_eq!(
            literal("{'a': (1, -2.5, inf)}").map(|value| repr(&value)).as_deref(),
            Ok("{'a': (1, -2.5, inf)}")
        );
    }
}
