//! Call text as the official scorer reads it: `ast.parse`, and a value for each keyword argument.
//!
//! The grammar is Python's, by a well-kept parser of it; what becomes of each node is the official decoder's: positional
//! arguments are dropped, a bare name is its own text, a call without keywords is the text that Python would write for
//! it, any unary operator negates, sums and products are evaluated. Nothing is ever executed: where the official decoder
//! evaluates names and calls inside an operation, this one refuses.

use num_bigint::BigInt;
use ruff_python_ast::{Expr, ExprCall, ExprUnaryOp, Mod, Number, PythonVersion};
use ruff_python_parser::{Mode, ParseError, ParseErrorType, ParseOptions, parse_unchecked};

use super::json::MAX_DIGITS;
use super::unparse::unparse;
use super::{Dict, Value, arithmetic, fast};

/// A call: its name, which JSON may have as something else than a text, and its named arguments in order. The key of
/// `**arguments` is `None`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call<'a> {
    pub(crate) name: Value<'a>,
    pub(crate) arguments: Dict<'a>,
}

impl<'a> Call<'a> {
    /// `{name: arguments}`, as the official decoders give a call.
    pub(crate) fn as_item(&self) -> Value<'a> {
        Value::Dict(Dict::of(vec![(self.name.clone(), Value::Dict(self.arguments.clone()))]))
    }

    /// The same call, holding on to no text.
    pub(crate) fn into_owned(self) -> Call<'static> {
        let arguments = self.arguments.into_members().into_iter();
        let owned = arguments.map(|(key, value)| (key.into_owned(), value.into_owned()));
        Call { name: self.name.into_owned(), arguments: Dict::of(owned.collect()) }
    }
}

/// Longer texts are refused: no answer to one question is as long.
const MAX_TEXT: usize = 256 << 10;

/// Python's tokenizer takes no more nested brackets.
const MAX_BRACKETS: usize = 200;

/// The calls of a text that is one call, or a list, tuple or set of calls.
pub(crate) fn calls(text: &str) -> Result<Vec<Call<'_>>, String> {
    match fast::calls(text) {
        Some(calls) => Ok(calls),
        None if fast::is_prose(text) => Err("the text is prose: two names stand side by side".to_owned()),
        None => full(text),
    }
}

/// As [`calls`], by the whole grammar.
fn full(text: &str) -> Result<Vec<Call<'static>>, String> {
    if is_indented(text) {
        return Err("the text starts with blanks, which Python takes for an indent".to_owned());
    }
    guarded(text, || resolved(text))
}

/// Reads a text that Python's tokenizer would not refuse, on a stack that it cannot fill.
pub(super) fn guarded<T: Send>(
    text: &str,
    read: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the text has {} bytes; at most {MAX_TEXT} are read", text.len()));
    }
    if text.contains('\0') || text.starts_with('\u{feff}') {
        return Err("the text holds a null character, or starts with a byte order mark".to_owned());
    }
    let danger = Danger::of(text);
    if danger.brackets >= MAX_BRACKETS {
        return Err(format!("brackets nest {} deep; Python allows {MAX_BRACKETS}", danger.brackets));
    }
    if danger.is_small() {
        return read();
    }
    // The parser and the tree's own drop recurse: a stack that no text of this length can fill.
    let stack = (16 << 20) + text.len() * (8 << 10);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, read);
        let joined = thread.map_err(|error| format!("no thread for a deep text: {error}"))?.join();
        joined.unwrap_or_else(|_| Err("the parser failed".to_owned()))
    })
}

/// How deep a parser could have to go, seen without parsing.
struct Danger {
    /// The most brackets open at once; those in strings count, too.
    brackets: usize,
    /// Operators and words, each of which may lead one step down.
    steps: usize,
}

impl Danger {
    fn of(text: &str) -> Self {
        let (mut open, mut brackets, mut steps) = (0usize, 0, 0);
        for byte in text.bytes() {
            match byte {
                b'(' | b'[' | b'{' => {
                    open += 1;
                    brackets = brackets.max(open);
                }
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b'+' | b'-' | b'~' | b'*' | b'/' | b'%' | b'@' | b'|' | b'^' | b'&' | b'<' | b'>' | b'.' => {
                    steps += 1
                }
                _ => {}
            }
        }
        for word in ["not", "lambda", "await", "if", "else"] {
            steps += memchr::memmem::find_iter(text.as_bytes(), word).count();
        }
        Self { brackets, steps }
    }

    const fn is_small(&self) -> bool {
        self.brackets <= 24 && self.steps <= 96
    }
}

/// Whether the first line that holds anything starts with blanks.
fn is_indented(text: &str) -> bool {
    let lines = text.split(['\n', '\r']);
    let mut told = lines.filter(|line| {
        let line = line.trim_start_matches([' ', '\t', '\u{c}']);
        !line.is_empty() && !line.starts_with('#')
    });
    // A form feed starts the count of columns anew.
    let line = told.next().unwrap_or_default();
    let blanks = &line[..line.len() - line.trim_start_matches([' ', '\t', '\u{c}']).len()];
    blanks.rsplit('\u{c}').next().is_some_and(|last| !last.is_empty())
}

fn resolved(text: &str) -> Result<Vec<Call<'static>>, String> {
    let options = ParseOptions::from(Mode::Expression).with_target_version(PythonVersion::PY311);
    let parsed = parse_unchecked(text, options);
    // Python's own parser leaves it to the compiler to object to a name that is given twice.
    let twice = |error: &&ParseError| matches!(error.error, ParseErrorType::DuplicateKeywordArgumentError(_));
    if let Some(error) = parsed.errors().iter().find(|error| !twice(error)) {
        return Err(format!("{} at byte {}", error.error, error.location.start().to_usize()));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(error.to_string());
    }
    let Mod::Expression(module) = parsed.into_syntax() else {
        return Err("the text is no expression".to_owned());
    };
    let items = match *module.body {
        Expr::Call(call) => vec![Expr::Call(call)],
        Expr::List(list) => list.elts,
        Expr::Tuple(tuple) => tuple.elts,
        Expr::Set(set) => set.elts,
        _ => return Err("the text is neither a call nor a list of calls".to_owned()),
    };
    let resolver = Resolver { text };
    items
        .iter()
        .map(|item| match item {
            Expr::Call(call) => resolver.call(call),
            _ => Err("the list holds something that is no call".to_owned()),
        })
        .collect()
}

/// Turns nodes into values.
struct Resolver<'t> {
    text: &'t str,
}

impl Resolver<'_> {
    fn call(&self, call: &ExprCall) -> Result<Call<'static>, String> {
        let mut parts = Vec::new();
        let mut at = &*call.func;
        while let Expr::Attribute(attribute) = at {
            parts.push(attribute.attr.as_str());
            at = &attribute.value;
        }
        if let Expr::Name(name) = at {
            parts.push(name.id.as_str());
        }
        parts.reverse();
        let mut arguments = Dict::default();
        for keyword in &call.arguments.keywords {
            let key = keyword.arg.as_ref().map_or(Value::None, |name| Value::text(name.as_str().to_owned()));
            arguments.insert(key, self.value(&keyword.value)?);
        }
        Ok(Call { name: Value::text(parts.join(".")), arguments })
    }

    fn value(&self, node: &Expr) -> Result<Value<'static>, String> {
        if let Some(constant) = constant(node) {
            return constant;
        }
        Ok(match node {
            Expr::UnaryOp(operation) => negated(operation)?,
            Expr::List(list) => Value::List(self.values(&list.elts)?),
            Expr::Tuple(tuple) => Value::Tuple(self.values(&tuple.elts)?),
            Expr::Dict(dict) => {
                let mut members = Vec::with_capacity(dict.items.len());
                for item in &dict.items {
                    let key = item.key.as_ref().ok_or("`**` in a dict is not supported")?;
                    let key = self.value(key)?;
                    if !key.is_hashable() {
                        return Err(format!("a {} cannot be a key", key.kind().name()));
                    }
                    members.push((key, self.value(&item.value)?));
                }
                Value::Dict(Dict::of(members))
            }
            Expr::BinOp(_) => arithmetic::value(node)?,
            Expr::Name(name) => Value::text(name.id.as_str().to_owned()),
            Expr::Call(call) if call.arguments.keywords.is_empty() => Value::text(unparse(node, self.text)),
            Expr::Call(call) => {
                let Call { name, arguments } = self.call(call)?;
                Value::Dict(Dict::of(vec![(name, Value::Dict(arguments))]))
            }
            Expr::Subscript(subscript) => {
                let (value, slice) =
                    (unparse(&subscript.value, self.text), unparse(&subscript.slice, self.text));
                Value::text(format!("{value}[{slice}]"))
            }
            _ => return Err("an argument is an expression that is not supported".to_owned()),
        })
    }

    fn values(&self, nodes: &[Expr]) -> Result<Vec<Value<'static>>, String> {
        nodes.iter().map(|node| self.value(node)).collect()
    }
}

/// The value of a literal; none where the node is none. `...` is its own text.
pub(super) fn constant(node: &Expr) -> Option<Result<Value<'static>, String>> {
    Some(Ok(match node {
        Expr::StringLiteral(literal) => Value::text(literal.value.to_str().to_owned()),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => return Some(whole(&int.to_string())),
            Number::Float(float) => Value::Float(*float),
            Number::Complex { real, imag } => Value::Complex(*real, *imag),
        },
        Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
        Expr::NoneLiteral(_) => Value::None,
        Expr::EllipsisLiteral(_) => Value::text("..."),
        Expr::BytesLiteral(literal) => Value::Bytes(literal.value.bytes().collect()),
        _ => return None,
    }))
}

/// A whole number as its literal is written, in any radix.
fn whole(text: &str) -> Result<Value<'static>, String> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| plain.starts_with(prefix));
    let number = match radix {
        Some((prefix, radix)) => BigInt::parse_bytes(&plain.as_bytes()[prefix.len()..], radix),
        None if plain.len() > MAX_DIGITS => {
            return Err(format!("a whole number of over {MAX_DIGITS} digits"));
        }
        None => BigInt::parse_bytes(plain.as_bytes(), 10),
    };
    number.map(Value::whole).ok_or_else(|| "a number that cannot be read".to_owned())
}

/// The official decoder negates whatever the operator says.
fn negated(operation: &ExprUnaryOp) -> Result<Value<'static>, String> {
    let operand = match (&*operation.operand, constant(&operation.operand)) {
        (Expr::EllipsisLiteral(_), _) | (_, None) => None,
        (_, Some(value)) => Some(value?),
    };
    operand
        .and_then(|value| arithmetic::negative(&value))
        .ok_or_else(|| format!("`{}` stands before something that is no number", operation.op.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::repr;
    use proptest::prelude::*;

    fn shown(calls: &[Call<'_>]) -> String {
        let shown = calls.iter().map(|call| {
            format!(
                "{}{}",
                call.name.as_str().unwrap_or_default(),
                repr(&Value::Dict(call.arguments.clone()))
            )
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    fn read(text: &str) -> String {
        calls(text).map_or_else(|why| format!("! {why}"), |calls| shown(&calls))
    }

    #[test]
    fn nodes_become_what_the_official_decoder_makes_of_them() {
        for (text, expected) in [
            ("[f(a=1, b='x'), g.h()]", "f{'a': 1, 'b': 'x'}; g.h{}"),
            ("[f(1, 'x', *y, a=2, **z)]", "f{'a': 2, None: 'z'}"),
            ("f(a=1)", "f{'a': 1}"),
            ("f(a=1), g()", "f{'a': 1}; g{}"),
            ("\n\n[f(a=1)]\n# done", "f{'a': 1}"),
            ("[]", ""),
            ("[f(a=1, a=2)]", "f{'a': 2}"),
            ("[f(a=1, b=+2, a=x[0])]", "f{'a': 'x[0]', 'b': -2}"),
            ("[f(a=Oslo, b=true)]", "f{'a': 'Oslo', 'b': 'true'}"),
            ("[f(a=+5, b=not True, c=-1.5, d=~0)]", "f{'a': -5, 'b': -1, 'c': -1.5, 'd': 0}"),
            ("[f(a=1+2*3, b='x'+'y', c=[1]*2, d=3+2j)]", "f{'a': 7, 'b': 'xy', 'c': [1, 1], 'd': (3+2j)}"),
            ("[f(a=Date(2020,1,1), b=g(h=1))]", "f{'a': 'Date(2020, 1, 1)', 'b': {'g': {'h': 1}}}"),
            ("[f(a=x[0], b=x[1:2,::3])]", "f{'a': 'x[0]', 'b': 'x[(1:2, ::3)]'}"),
            ("[f(a=..., b=b'x', c=(1,), d=(1))]", "f{'a': '...', 'b': b'x', 'c': (1,), 'd': 1}"),
            ("[f(a={1: 'a', True: 'b', 'k': (2, [3])})]", "f{'a': {1: 'b', 'k': (2, [3])}}"),
            (
                "[f(a=0x_ff, b=0o17, c=1_000, d=00, e=10**2)]",
                "f{'a': 255, 'b': 15, 'c': 1000, 'd': 0, 'e': 100}",
            ),
            (
                "[f(a='a' \"b\", b=r'\\d', c='\\x41\\u00e9\\N{EM DASH}', d='''x\ny''')]",
                "f{'a': 'ab', 'b': '\\\\d', 'c': 'Aé—', 'd': 'x\\ny'}",
            ),
            ("[foo().bar(a=1), 'x'.join(b=2), (lambda: 1)(c=3)]", "bar{'a': 1}; join{'b': 2}; {'c': 3}"),
            ("[ｆ(ａ=1)]", "f{'a': 1}"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_python_or_the_decoder_refuses_is_refused() {
        for text in [
            "", " f(a=1)", "  \n f(a=1)", "\tf()", "f(a=1)\n[g()]", "[f(a=1)", "[f(a=1) g()]", "[f(a=1, 2)]",
            "[f(a=007)]", "[f(a=\"x)]", "[f(a='x\ny')]", "[f(True=1)]", "[f(a.b=1)]", "[f(a=“x”)]",
            "[f(a=1\u{a0})]", "[f(class=1)]", "[f(a=b.c)]", "[f(a={1, 2})]", "[f(a={**b})]",
            "[f(a={[]: 1})]", "[f(a=lambda: 1)]", "[f(a=f'x')]", "[f(a=x if y else z)]", "[f(a=x == y)]",
            "[f(a=-x)]", "[f(a=--1)]", "[f(a=-'x')]", "[f(a=x + 1)]", "[f(a=1/0)]", "[f(a=[*b])]",
            "[f, g()]", "[[f()]]", "f", "1", "{}", "\u{feff}[f(a=1)]", "[f(a=1)]\0", "[f(a='\\N{NO NAME}')]",
            "I would call f(a=1).", "[I would call f(a=1).]", "[### Answer\nYou can call f.]", "[f(a=t'x')]",
        ] {
            assert!(read(text).starts_with('!'), "{text}: {}", read(text));
        }
    }

    #[test]
    fn no_depth_overflows_the_stack() {
        let long = 100_000;
        for text in [
            "[".repeat(long),
            format!("f(a={}1)", "-".repeat(long)),
            format!("f(a={}1)", "1+".repeat(long / 2)),
            format!("f({}x)", "not ".repeat(long / 4)),
            format!("f(a={})", "(".repeat(150)),
            format!("f(g{}, a=1)", ".x".repeat(long / 2)),
            format!("f({}1)", "lambda:".repeat(long / 7)),
            format!("f({}1)", "1 if x else ".repeat(long / 12)),
            format!("f({}2)", "2**".repeat(long / 3)),
        ] {
            let _ = calls(&text);
        }
        assert!(calls(&"x".repeat(MAX_TEXT + 1)).is_err());
    }

    /// Text that lies near plain call text.
    fn near() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "[", "]", "(", ")", "{", "}", ",", ", ", "=", ":", "f", "g.h", "a", "b", "'x'", "\"y\"", "''",
            "\"", "'", "1", "-1", "-", "1.5", "1e5", "0", "07", "1_0", "2.", ".5", "True", "None", "not",
            "in", " ", "\n", "\\", "\\n", "é", "#", ".", "f(a=1)", "f(a='x', b=2)", "a=", "b=[1, 2]",
            "c={'k': (1,)}", "e", "j", "0x1",
        ]);
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn the_plain_reader_agrees_with_the_grammar(text in near(), wrap in any::<bool>()) {
            let text = if wrap { format!("[f({text})]") } else { text };
            if let Some(plain) = fast::calls(&text) {
                prop_assert_eq!(full(&text).map(|calls| shown(&calls)), Ok(shown(&plain)), "{}", text);
            }
            if fast::is_prose(&text) {
                prop_assert!(full(&text).is_err(), "{}", text);
            }
        }
    }
}
