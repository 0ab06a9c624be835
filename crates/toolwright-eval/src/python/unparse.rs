//! `ast.unparse`: the text that Python writes for an expression, in its own spacing, brackets and quotes.
//!
//! Formatted strings are given as they stand in the source.

use ruff_python_ast::{
    Comprehension, Expr, ExprTuple, Operator, Parameter, ParameterWithDefault, Parameters, UnaryOp,
};
use ruff_text_size::Ranged;

use super::Value;
use super::calls::constant;
use super::repr;

/// How tightly an expression binds; a looser one inside a tighter place stands in brackets.
type Level = u8;

const NAMED: Level = 1;
const TUPLE: Level = 2;
const YIELD: Level = 3;
const TEST: Level = 4;
const OR: Level = 5;
const AND: Level = 6;
const NOT: Level = 7;
const COMPARE: Level = 8;
const BIT_OR: Level = 9;
const BIT_XOR: Level = 10;
const BIT_AND: Level = 11;
const SHIFT: Level = 12;
const SUM: Level = 13;
const TERM: Level = 14;
const FACTOR: Level = 15;
const POWER: Level = 16;
const AWAIT: Level = 17;
const ATOM: Level = 18;

/// The text of an expression that was read from `source`.
pub(super) fn unparse(node: &Expr, source: &str) -> String {
    let mut writer = Writer { out: String::new(), source };
    writer.write(node, TEST);
    writer.out
}

struct Writer<'s> {
    out: String,
    source: &'s str,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// `inner`, in brackets where its own level is looser than the place it stands in.
    fn bracketed(&mut self, own: Level, place: Level, inner: impl FnOnce(&mut Self)) {
        self.put(if place > own { "(" } else { "" });
        inner(self);
        self.put(if place > own { ")" } else { "" });
    }

    fn list<'e>(&mut self, nodes: impl IntoIterator<Item = &'e Expr>) {
        for (at, node) in nodes.into_iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.write(node, TEST);
        }
    }

    fn write(&mut self, node: &Expr, place: Level) {
        match node {
            Expr::Name(name) => self.put(name.id.as_str()),
            Expr::Attribute(attribute) => {
                self.write(&attribute.value, ATOM);
                let number = matches!(constant(&attribute.value), Some(Ok(Value::Int(_) | Value::Big(_))));
                self.put(if number { " ." } else { "." });
                self.put(attribute.attr.as_str());
            }
            Expr::Call(call) => {
                self.write(&call.func, ATOM);
                self.put("(");
                self.list(&call.arguments.args);
                for (at, keyword) in call.arguments.keywords.iter().enumerate() {
                    self.put(if at > 0 || !call.arguments.args.is_empty() { ", " } else { "" });
                    match &keyword.arg {
                        Some(name) => {
                            self.put(name.as_str());
                            self.put("=");
                        }
                        None => self.put("**"),
                    }
                    self.write(&keyword.value, TEST);
                }
                self.put(")");
            }
            Expr::Subscript(subscript) => {
                self.write(&subscript.value, ATOM);
                self.put("[");
                match &*subscript.slice {
                    Expr::Tuple(tuple) if !tuple.elts.is_empty() => self.tuple_items(tuple),
                    slice => self.write(slice, TEST),
                }
                self.put("]");
            }
            Expr::Slice(slice) => {
                slice.lower.iter().for_each(|lower| self.write(lower, TEST));
                self.put(":");
                slice.upper.iter().for_each(|upper| self.write(upper, TEST));
                if let Some(step) = &slice.step {
                    self.put(":");
                    self.write(step, TEST);
                }
            }
            Expr::Starred(starred) => {
                self.put("*");
                self.write(&starred.value, BIT_OR);
            }
            Expr::List(list) => {
                self.put("[");
                self.list(&list.elts);
                self.put("]");
            }
            Expr::Tuple(tuple) => {
                let brackets = tuple.elts.is_empty() || place > TUPLE;
                self.put(if brackets { "(" } else { "" });
                self.tuple_items(tuple);
                self.put(if brackets { ")" } else { "" });
            }
            Expr::Set(set) if set.elts.is_empty() => self.put("{*()}"),
            Expr::Set(set) => {
                self.put("{");
                self.list(&set.elts);
                self.put("}");
            }
            Expr::Dict(dict) => {
                self.put("{");
                for (at, item) in dict.items.iter().enumerate() {
                    self.put(if at > 0 { ", " } else { "" });
                    match &item.key {
                        Some(key) => {
                            self.write(key, TEST);
                            self.put(": ");
                            self.write(&item.value, TEST);
                        }
                        None => {
                            self.put("**");
                            self.write(&item.value, BIT_OR);
                        }
                    }
                }
                self.put("}");
            }
            Expr::UnaryOp(operation) => {
                let (own, sign) = match operation.op {
                    UnaryOp::Not => (NOT, "not "),
                    other => (FACTOR, other.as_str()),
                };
                self.bracketed(own, place, |writer| {
                    writer.put(sign);
                    writer.write(&operation.operand, own);
                });
            }
            Expr::BinOp(operation) => {
                let own = level(operation.op);
                let (left, right) = if own == POWER { (own + 1, own) } else { (own, own + 1) };
                self.bracketed(own, place, |writer| {
                    writer.write(&operation.left, left);
                    writer.put(&format!(" {} ", operation.op.as_str()));
                    writer.write(&operation.right, right);
                });
            }
            Expr::BoolOp(operation) => {
                let own = if operation.op.as_str() == "or" { OR } else { AND };
                self.bracketed(own, place, |writer| {
                    for (at, value) in operation.values.iter().enumerate() {
                        writer.put(&if at > 0 {
                            format!(" {} ", operation.op.as_str())
                        } else {
                            String::new()
                        });
                        // Python lets each operand bind one step tighter than the one before.
                        let step = Level::try_from(at + 1).unwrap_or(ATOM);
                        writer.write(value, own.saturating_add(step).min(ATOM));
                    }
                });
            }
            Expr::Compare(compare) => self.bracketed(COMPARE, place, |writer| {
                writer.write(&compare.left, COMPARE + 1);
                for (operator, value) in compare.ops.iter().zip(&compare.comparators) {
                    writer.put(&format!(" {} ", operator.as_str()));
                    writer.write(value, COMPARE + 1);
                }
            }),
            Expr::If(choice) => self.bracketed(TEST, place, |writer| {
                writer.write(&choice.body, TEST + 1);
                writer.put(" if ");
                writer.write(&choice.test, TEST + 1);
                writer.put(" else ");
                writer.write(&choice.orelse, TEST);
            }),
            Expr::Lambda(lambda) => self.bracketed(TEST, place, |writer| {
                writer.put("lambda");
                if let Some(parameters) = &lambda.parameters {
                    writer.put(" ");
                    writer.parameters(parameters);
                }
                writer.put(": ");
                writer.write(&lambda.body, TEST);
            }),
            Expr::Named(named) => self.bracketed(NAMED, place, |writer| {
                writer.write(&named.target, ATOM);
                writer.put(" := ");
                writer.write(&named.value, ATOM);
            }),
            Expr::Await(waiting) => self.bracketed(AWAIT, place, |writer| {
                writer.put("await ");
                writer.write(&waiting.value, ATOM);
            }),
            Expr::Yield(given) => self.bracketed(YIELD, place, |writer| {
                writer.put("yield");
                if let Some(value) = &given.value {
                    writer.put(" ");
                    writer.write(value, ATOM);
                }
            }),
            Expr::YieldFrom(given) => self.bracketed(YIELD, place, |writer| {
                writer.put("yield from ");
                writer.write(&given.value, ATOM);
            }),
            Expr::ListComp(comp) => self.comprehension("[", &comp.elt, &comp.generators, "]"),
            Expr::SetComp(comp) => self.comprehension("{", &comp.elt, &comp.generators, "}"),
            Expr::Generator(comp) => self.comprehension("(", &comp.elt, &comp.generators, ")"),
            Expr::DictComp(comp) => {
                self.put("{");
                self.write(&comp.key, TEST);
                self.put(": ");
                self.comprehension("", &comp.value, &comp.generators, "}");
            }
            literal => self.literal(literal),
        }
    }

    fn tuple_items(&mut self, tuple: &ExprTuple) {
        self.list(&tuple.elts);
        self.put(if tuple.elts.len() == 1 { "," } else { "" });
    }

    fn literal(&mut self, node: &Expr) {
        if let Expr::StringLiteral(literal) = node
            && literal.value.is_unicode()
        {
            self.put("u");
        }
        match (node, constant(node)) {
            (Expr::EllipsisLiteral(_), _) => self.put("..."),
            // Python writes a literal that overflows where the value has none.
            (_, Some(Ok(value @ (Value::Float(_) | Value::Complex(..))))) => {
                self.put(&repr(&value).replace("inf", "1e309"));
            }
            (_, Some(Ok(value))) => self.put(&repr(&value)),
            _ => {
                let source = self.source.get(node.range().to_std_range()).unwrap_or_default();
                self.put(source);
            }
        }
    }

    fn comprehension(&mut self, open: &str, element: &Expr, clauses: &[Comprehension], close: &str) {
        self.put(open);
        self.write(element, TEST);
        for clause in clauses {
            self.put(if clause.is_async { " async for " } else { " for " });
            self.write(&clause.target, TUPLE);
            self.put(" in ");
            self.write(&clause.iter, TEST + 1);
            for condition in &clause.ifs {
                self.put(" if ");
                self.write(condition, TEST + 1);
            }
        }
        self.put(close);
    }

    fn parameters(&mut self, all: &Parameters) {
        let mut first = true;
        let mut comma = |writer: &mut Self| {
            writer.put(if first { "" } else { ", " });
            first = false;
        };
        for (at, parameter) in all.posonlyargs.iter().chain(&all.args).enumerate() {
            comma(self);
            self.parameter(parameter);
            self.put(if at + 1 == all.posonlyargs.len() { ", /" } else { "" });
        }
        if all.vararg.is_some() || !all.kwonlyargs.is_empty() {
            comma(self);
            self.put("*");
            self.put(name(all.vararg.as_deref()));
        }
        for parameter in &all.kwonlyargs {
            comma(self);
            self.parameter(parameter);
        }
        if all.kwarg.is_some() {
            comma(self);
            self.put("**");
            self.put(name(all.kwarg.as_deref()));
        }
    }

    fn parameter(&mut self, parameter: &ParameterWithDefault) {
        self.put(name(Some(&parameter.parameter)));
        if let Some(default) = &parameter.default {
            self.put("=");
            self.write(default, TEST);
        }
    }
}

fn name(parameter: Option<&Parameter>) -> &str {
    parameter.map_or("", |parameter| parameter.name.as_str())
}

const fn level(operator: Operator) -> Level {
    match operator {
        Operator::Add | Operator::Sub => SUM,
        Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => TERM,
        Operator::LShift | Operator::RShift => SHIFT,
        Operator::BitOr => BIT_OR,
        Operator::BitXor => BIT_XOR,
        Operator::BitAnd => BIT_AND,
        Operator::Pow => POWER,
    }
}
