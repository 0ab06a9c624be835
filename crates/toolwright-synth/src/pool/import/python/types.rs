//! Annotations to JSON Schema.
//!
//! `Optional[list[Literal["a", "b"]]]` is an array of an enum, or null. Classes of the same file that list their fields (data
//! classes, `TypedDict`, pydantic models), its enums and its own names for types become definitions, which are put in place
//! where they are used. What is not known here (`np.ndarray`, a class of another file) accepts anything and is told.
//!
//! Lost: the difference between `str` and `bytes`, between lists and other sequences, and what `Callable`s are.

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};

use ruff_python_ast::{Expr, ExprCall, Number, Operator, Stmt, StmtClassDef, UnaryOp};
use serde_json::{Map, Value, json};

use super::docstring::{Docstring, Said};
use super::parse;

/// How deep types and values are followed.
const DEPTH: usize = 24;
/// Values that one default may have, and all defaults of a file together; long text weighs more.
const VALUES: usize = 200;
const ALL_VALUES: usize = 1_000_000;
/// Values that are kept for an enum.
const CHOICES: usize = 1_000;
/// Fields that all classes of a file may have together, inherited ones counted as often as they are.
const ALL_FIELDS: usize = 100_000;
/// Bases of a class that are looked at.
const BASES: usize = 32;

const FIELDS: &[&str] = &[
    "Field", "field", "Query", "Path", "Body", "Header", "Param", "Form", "Option", "Argument", "attrib",
    "ib",
];
const RECORDS: &[&str] = &["BaseModel", "TypedDict", "NamedTuple", "SQLModel", "Struct", "BaseSettings"];
const DECORATORS: &[&str] = &["dataclass", "define", "frozen", "attrs", "s", "pydantic_dataclass"];
const ENUMS: &[&str] = &["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"];

/// The types of one file.
pub(super) struct Types<'a> {
    text: &'a str,
    classes: HashMap<&'a str, &'a StmtClassDef>,
    /// What module-level names stand for.
    names: HashMap<&'a str, &'a Expr>,
    /// Definitions that are referred to and not made yet.
    wanted: VecDeque<&'a str>,
    /// Names that were looked up, and whether they have a definition.
    known: HashMap<&'a str, bool>,
    /// Values and fields that may still be taken.
    values: Cell<usize>,
    fields: usize,
}

/// A parameter or a field, as it is declared.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a, 'd> {
    pub(super) name: &'a str,
    pub(super) annotation: Option<&'a Expr>,
    pub(super) default: Option<&'a Expr>,
    pub(super) said: Option<&'d Said>,
}

/// A parameter or a field, as a schema.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: Value,
    pub(super) required: bool,
}

impl<'a> Types<'a> {
    pub(super) fn of(text: &'a str, body: &'a [Stmt]) -> Self {
        let (mut classes, mut names) = (HashMap::new(), HashMap::new());
        for stmt in body {
            match stmt {
                Stmt::ClassDef(class) => drop(classes.insert(class.name.as_str(), class)),
                Stmt::Assign(assign) => {
                    if let [Expr::Name(name)] = assign.targets.as_slice() {
                        names.insert(name.id.as_str(), &*assign.value);
                    }
                }
                Stmt::AnnAssign(assign) => {
                    if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                        names.insert(name.id.as_str(), &**value);
                    }
                }
                Stmt::TypeAlias(alias) => {
                    if let Expr::Name(name) = &*alias.name {
                        names.insert(name.id.as_str(), &*alias.value);
                    }
                }
                _ => {}
            }
        }
        Self {
            text,
            classes,
            names,
            wanted: VecDeque::new(),
            known: HashMap::new(),
            values: Cell::new(ALL_VALUES),
            fields: ALL_FIELDS,
        }
    }

    /// The schema of an annotation; what is not known goes into `lost`.
    pub(super) fn schema(&mut self, annotation: &Expr, lost: &mut Vec<String>) -> Value {
        Walk { types: self, text: None, lost, depth: 0 }.schema(annotation)
    }

    /// The schema of a type in a docstring's words.
    fn said(&mut self, kind: &str, lost: &mut Vec<String>) -> Value {
        let words = in_python(kind);
        let Some(parsed) = parse::expression(&words) else {
            lost.push(format!("the type `{}` is not known", kind.chars().take(60).collect::<String>()));
            return json!({});
        };
        Walk { types: self, text: Some(&words), lost, depth: 0 }.schema(&parsed)
    }

    /// The schema of what a function gives.
    pub(super) fn result(
        &mut self,
        annotation: Option<&Expr>,
        said: &Said,
        lost: &mut Vec<String>,
    ) -> Option<Value> {
        let mut unknown = Vec::new();
        let mut schema = match (annotation, &said.kind) {
            (Some(annotation), _) => self.schema(annotation, &mut unknown),
            (None, Some(kind)) => self.said(kind, &mut unknown),
            (None, None) => return None,
        };
        lost.extend(
            unknown.into_iter().map(|why| format!("the result: {why}; it is kept without a type there")),
        );
        let says =
            schema.as_object().is_some_and(|map| !map.is_empty() && map.get("type") != Some(&"null".into()));
        describe(&mut schema, &said.text);
        says.then_some(schema)
    }

    /// The schema of a parameter or field; `None` where the field is not given from outside.
    pub(super) fn property(&mut self, slot: Slot<'a, '_>, lost: &mut Vec<String>) -> Option<Property> {
        let mut unknown = Vec::new();
        let kind = slot.said.and_then(|said| said.kind.as_deref());
        let mut schema = match (slot.annotation, kind) {
            (Some(annotation), _) => self.schema(annotation, &mut unknown),
            (None, Some(kind)) => self.said(kind, &mut unknown),
            (None, None) => json!({}),
        };
        let told =
            unknown.into_iter().map(|why| format!("`{}`: {why}; it is kept without a type there", slot.name));
        lost.extend(told);
        describe(&mut schema, slot.said.map_or("", |said| said.text.as_str()));
        let call = slot.default.and_then(|default| called(default, FIELDS));
        if let Some(call) = call {
            if keyword(call, &["init"]).is_some_and(|init| self.value(init) == Some(Value::Bool(false))) {
                return None;
            }
            self.constrain(&mut schema, call);
        }
        let marked = call.or_else(|| slot.annotation.and_then(|annotation| in_annotated(annotation)));
        let alias = marked.and_then(|call| self.value(keyword(call, &["alias"])?));
        let name = alias.as_ref().and_then(Value::as_str).unwrap_or(slot.name).to_string();
        let default = match call {
            Some(call) => keyword(call, &["default"]).or_else(|| call.arguments.args.first()),
            None => slot.default,
        };
        let required = match (default, call) {
            (Some(Expr::EllipsisLiteral(_)), _) => true,
            (Some(_), _) => false,
            (None, Some(call)) => keyword(call, &["default_factory", "factory"]).is_none(),
            (None, None) => !marker(slot.annotation, "NotRequired"),
        };
        if !required {
            let default = default.and_then(|default| self.value(default));
            put_default(&mut schema, default);
        }
        Some(Property { name, schema, required })
    }

    /// The definitions that were referred to, and all that they refer to.
    pub(super) fn definitions(&mut self, lost: &mut Vec<(String, String)>) -> Map<String, Value> {
        let mut made = Map::new();
        while let Some(name) = self.wanted.pop_front() {
            let mut unknown = Vec::new();
            let schema = match (self.classes.get(name).copied(), self.names.get(name).copied()) {
                (Some(class), _) => self.class(class, &mut unknown),
                (None, Some(alias)) => {
                    let schema = self.schema(alias, &mut unknown);
                    unknown.iter_mut().for_each(|why| why.push_str("; it is kept without a type there"));
                    schema
                }
                (None, None) => json!({}),
            };
            lost.extend(unknown.into_iter().map(|why| (name.to_string(), why)));
            made.insert(name.to_string(), schema);
        }
        made
    }

    fn class(&mut self, class: &'a StmtClassDef, lost: &mut Vec<String>) -> Value {
        let mut schema = if self.is(class, ENUMS) { self.choices(class) } else { self.record(class, lost) };
        describe(&mut schema, &documented(class).summary);
        schema
    }

    /// Whether a class is of a kind, by what it or a base of it in this file inherits.
    fn is(&self, class: &'a StmtClassDef, kinds: &[&str]) -> bool {
        let foreign = |base: &&str| !self.classes.contains_key(base);
        self.lineage(class).into_iter().flat_map(bases).filter(foreign).any(|base| kinds.contains(&base))
    }

    /// Whether a class lists its fields.
    fn is_record(&self, class: &'a StmtClassDef) -> bool {
        let decorators = self.lineage(class).into_iter().flat_map(|class| &class.decorator_list);
        let mut names = decorators.filter_map(|decorator| match &decorator.expression {
            Expr::Call(call) => last_name(&call.func),
            other => last_name(other),
        });
        names.any(|name| DECORATORS.contains(&name)) || self.is(class, RECORDS)
    }

    /// A class with its bases before it, each once.
    fn lineage(&self, class: &'a StmtClassDef) -> Vec<&'a StmtClassDef> {
        let (mut found, mut open) = (Vec::new(), vec![class]);
        while let Some(next) = open.pop().filter(|_| found.len() < DEPTH) {
            if !found.iter().any(|known: &&StmtClassDef| std::ptr::eq(*known, next)) {
                found.push(next);
                open.extend(bases(next).filter_map(|base| self.classes.get(base)));
            }
        }
        found.reverse();
        found
    }

    fn record(&mut self, class: &'a StmtClassDef, lost: &mut Vec<String>) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for class in self.lineage(class) {
            let doc = documented(class);
            let Some(left) = self.fields.checked_sub(class.body.len() + doc.prose.len() / 64) else {
                lost.push(format!(
                    "the file's classes have more than {ALL_FIELDS} fields together; some are left out"
                ));
                break;
            };
            self.fields = left;
            let total = class.arguments.as_ref().and_then(|arguments| arguments.find_keyword("total"));
            let total = total.is_none_or(|total| self.value(&total.value) != Some(Value::Bool(false)));
            for (at, stmt) in class.body.iter().enumerate() {
                let Stmt::AnnAssign(field) = stmt else { continue };
                let Expr::Name(name) = &*field.target else { continue };
                let name = name.id.as_str();
                if name.starts_with('_') || marker(Some(&field.annotation), "ClassVar") {
                    continue;
                }
                // A text after a field describes it.
                let after = class.body.get(at + 1).and_then(text_of).map(|text| Said { text, kind: None });
                let said = doc.parameters.get(name).or(after.as_ref());
                let slot =
                    Slot { name, annotation: Some(&field.annotation), default: field.value.as_deref(), said };
                let Some(property) = self.property(slot, lost) else { continue };
                required.retain(|name| *name != property.name);
                if property.required && (total || marker(Some(&field.annotation), "Required")) {
                    required.push(property.name.clone());
                }
                properties.insert(property.name, property.schema);
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if let (Value::Object(map), false) = (&mut schema, required.is_empty()) {
            map.insert("required".into(), required.into());
        }
        schema
    }

    fn choices(&self, class: &'a StmtClassDef) -> Value {
        let mut values = Vec::new();
        for (_, value) in self.members(class, DEPTH, &mut { 10 * CHOICES }) {
            if !values.contains(&value) && values.len() < CHOICES {
                values.push(value);
            }
        }
        choice(values)
    }

    /// The members of an enum; `auto()` is one more than the last number, or the name in a `StrEnum`.
    fn members(&self, class: &'a StmtClassDef, depth: usize, left: &mut usize) -> Vec<(&'a str, Value)> {
        let textual = self.is(class, &["StrEnum"]);
        let (mut members, mut last) = (Vec::new(), 0);
        for stmt in &class.body {
            let Stmt::Assign(assign) = stmt else { continue };
            let [Expr::Name(name)] = assign.targets.as_slice() else { continue };
            if *left == 0 {
                break;
            }
            let name = name.id.as_str();
            let value = match called(&assign.value, &["auto"]) {
                Some(_) if textual => Some(name.to_lowercase().into()),
                Some(_) => Some((last + 1).into()),
                None => self.literal(&assign.value, depth, left),
            };
            if let Some(value) = value.filter(|_| !name.starts_with('_')) {
                last = value.as_i64().unwrap_or(last).min(i64::MAX - 1);
                members.push((name, value));
            }
        }
        members
    }

    /// The value of an expression that is one without running anything: literals, names of literals, enum members.
    pub(super) fn value(&self, expression: &Expr) -> Option<Value> {
        self.literal(expression, DEPTH, &mut { VALUES })
    }

    fn literal(&self, expression: &Expr, depth: usize, left: &mut usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        *left = left.checked_sub(1)?;
        let weight = expression.as_string_literal_expr().map_or(1, |text| 1 + text.value.to_str().len() / 64);
        self.values.set(self.values.get().checked_sub(weight)?);
        let mut all = |elements: &[Expr]| {
            elements
                .iter()
                .map(|one| self.literal(one, depth, left))
                .collect::<Option<Vec<_>>>()
                .map(Value::from)
        };
        match expression {
            Expr::NoneLiteral(_) => Some(Value::Null),
            Expr::BooleanLiteral(literal) => Some(literal.value.into()),
            Expr::StringLiteral(literal) => Some(literal.value.to_str().into()),
            Expr::NumberLiteral(literal) => number(&literal.value),
            Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => {
                match self.literal(&unary.operand, depth, left)? {
                    Value::Number(number) => match number.as_i64() {
                        Some(whole) => Some(whole.checked_neg()?.into()),
                        None => Some((-number.as_f64()?).into()),
                    },
                    _ => None,
                }
            }
            Expr::List(list) => all(&list.elts),
            Expr::Tuple(tuple) => all(&tuple.elts),
            Expr::Set(set) => all(&set.elts),
            Expr::Dict(dict) => {
                let mut map = Map::new();
                for item in &dict.items {
                    let Value::String(key) = self.literal(item.key.as_ref()?, depth, left)? else {
                        return None;
                    };
                    map.insert(key, self.literal(&item.value, depth, left)?);
                }
                Some(map.into())
            }
            Expr::Name(name) => self.literal(self.names.get(name.id.as_str())?, depth, left),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "value" => {
                self.literal(&attribute.value, depth, left)
            }
            Expr::Attribute(attribute) => {
                let class = *self.classes.get(last_name(&attribute.value)?)?;
                let members =
                    if self.is(class, ENUMS) { self.members(class, depth, left) } else { Vec::new() };
                members.into_iter().find(|(name, _)| *name == attribute.attr.as_str()).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// What `Field(…)` says of its values.
    fn constrain(&self, schema: &mut Value, call: &ExprCall) {
        let Value::Object(map) = schema else { return };
        let many = map.get("type").is_some_and(|kind| kind == "array");
        let lengths = if many { ["minItems", "maxItems"] } else { ["minLength", "maxLength"] };
        let words: [(&[&str], &str); 10] = [
            (&["description", "help"], "description"),
            (&["ge", "min"], "minimum"),
            (&["gt"], "exclusiveMinimum"),
            (&["le", "max"], "maximum"),
            (&["lt"], "exclusiveMaximum"),
            (&["multiple_of"], "multipleOf"),
            (&["min_length"], lengths[0]),
            (&["max_length"], lengths[1]),
            (&["pattern", "regex"], "pattern"),
            (&["examples"], "examples"),
        ];
        for (names, word) in words {
            if let Some(value) = keyword(call, names).and_then(|value| self.value(value)) {
                map.insert(word.to_string(), value);
            }
        }
    }

    /// A reference to a definition of this file.
    fn refer(&mut self, name: &str) -> Option<Value> {
        if !self.known.contains_key(name) {
            let (name, defined) = match self.classes.get_key_value(name) {
                Some((name, class)) => (*name, self.is(class, ENUMS) || self.is_record(class)),
                None => (*self.names.get_key_value(name)?.0, true),
            };
            self.known.insert(name, defined);
            if defined {
                self.wanted.push_back(name);
            }
        }
        self.known.get(name)?.then(|| json!({ "$ref": format!("#/$defs/{name}") }))
    }
}

/// One annotation on its way to a schema.
struct Walk<'w, 'a> {
    types: &'w mut Types<'a>,
    /// The text that the expression is from, where that is not the file.
    text: Option<&'w str>,
    lost: &'w mut Vec<String>,
    depth: usize,
}

impl Walk<'_, '_> {
    fn schema(&mut self, annotation: &Expr) -> Value {
        if self.depth > DEPTH {
            return self.unknown(annotation);
        }
        self.depth += 1;
        let schema = match annotation {
            Expr::NoneLiteral(_) => json!({ "type": "null" }),
            Expr::StringLiteral(literal) => self.quoted(annotation, literal.value.to_str()),
            Expr::Name(_) | Expr::Attribute(_) => self.named(annotation),
            Expr::BinOp(operation) if operation.op == Operator::BitOr => {
                let mut parts = vec![&*operation.right];
                let mut left = &*operation.left;
                while let Expr::BinOp(operation) = left
                    && operation.op == Operator::BitOr
                {
                    parts.push(&operation.right);
                    left = &operation.left;
                }
                parts.push(left);
                parts.reverse();
                self.union(&parts)
            }
            Expr::Subscript(subscript) => {
                let arguments = match &*subscript.slice {
                    Expr::Tuple(tuple) => tuple.elts.iter().collect(),
                    one => vec![one],
                };
                self.generic(annotation, last_name(&subscript.value), &arguments)
            }
            Expr::Set(set) => match set.elts.iter().map(|one| self.types.value(one)).collect() {
                Some(values) => choice(values),
                None => self.unknown(annotation),
            },
            Expr::Call(call) if last_name(&call.func) == Some("NewType") => {
                match call.arguments.args.get(1) {
                    Some(of) => self.schema(of),
                    None => self.unknown(annotation),
                }
            }
            Expr::Call(call) if last_name(&call.func) == Some("TypeVar") => match keyword(call, &["bound"]) {
                Some(bound) => self.schema(bound),
                None => json!({}),
            },
            _ => self.unknown(annotation),
        };
        self.depth -= 1;
        schema
    }

    fn unknown(&mut self, annotation: &Expr) -> Value {
        let said = parse::said(self.text.unwrap_or(self.types.text), annotation);
        self.lost.push(format!("the type `{said}` is not known"));
        json!({})
    }

    fn quoted(&mut self, annotation: &Expr, text: &str) -> Value {
        let Some(parsed) = parse::expression(text) else { return self.unknown(annotation) };
        let depth = self.depth;
        Walk { types: &mut *self.types, text: Some(text), lost: &mut *self.lost, depth }.schema(&parsed)
    }

    fn named(&mut self, annotation: &Expr) -> Value {
        let Some(name) = last_name(annotation) else { return self.unknown(annotation) };
        let own = self.types.refer(name);
        let known = own.or_else(|| plain(name)).or_else(|| plain(&name.to_ascii_lowercase()));
        known.unwrap_or_else(|| self.unknown(annotation))
    }

    fn union(&mut self, parts: &[&Expr]) -> Value {
        let mut schemas: Vec<Value> = Vec::new();
        for part in parts {
            let schema = self.schema(part);
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        joined(schemas)
    }

    fn generic(&mut self, whole: &Expr, name: Option<&str>, arguments: &[&Expr]) -> Value {
        let first = arguments.first().copied();
        let last = arguments.last().copied();
        let (name, Some(first), Some(last)) = (name.unwrap_or_default(), first, last) else {
            return self.unknown(whole);
        };
        match name {
            "Optional" => {
                let inner = self.schema(first);
                joined(vec![inner, json!({ "type": "null" })])
            }
            "Union" => self.union(arguments),
            "Literal" => self.literals(whole, arguments),
            "Annotated" => {
                let mut schema = self.schema(first);
                arguments.iter().skip(1).for_each(|note| self.annotate(&mut schema, note));
                schema
            }
            "Required" | "NotRequired" | "ReadOnly" | "Final" | "ClassVar" | "InitVar" | "Mapped"
            | "Awaitable" => self.schema(first),
            "Coroutine" => self.schema(last),
            "tuple" | "Tuple" => self.tuple(arguments),
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict"
            | "DefaultDict"
                if arguments.len() == 2 =>
            {
                match self.schema(last) {
                    Value::Object(map) if map.is_empty() => json!({ "type": "object" }),
                    values => json!({ "type": "object", "additionalProperties": values }),
                }
            }
            "Counter" => json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
            name => match plain(name).filter(|schema| schema.get("type").is_some_and(|kind| kind == "array"))
            {
                Some(mut list) => {
                    let items = self.schema(first);
                    if let (Value::Object(list), true) = (&mut list, items != json!({})) {
                        list.insert("items".into(), items);
                    }
                    list
                }
                // A generic class of this file, whose parameters are not followed.
                None => self.types.refer(name).unwrap_or_else(|| self.unknown(whole)),
            },
        }
    }

    fn tuple(&mut self, arguments: &[&Expr]) -> Value {
        if let [of, Expr::EllipsisLiteral(_)] = arguments {
            return json!({ "type": "array", "items": self.schema(of) });
        }
        if let [Expr::Tuple(empty)] = arguments
            && empty.elts.is_empty()
        {
            return json!({ "type": "array", "maxItems": 0 });
        }
        let items: Vec<Value> = arguments.iter().map(|one| self.schema(one)).collect();
        let count = items.len();
        if items.windows(2).all(|pair| pair.first() == pair.last()) {
            return json!({ "type": "array", "items": items.first(), "minItems": count, "maxItems": count });
        }
        json!({ "type": "array", "prefixItems": items, "minItems": count, "maxItems": count })
    }

    fn literals(&mut self, whole: &Expr, arguments: &[&Expr]) -> Value {
        let mut values = Vec::new();
        for argument in arguments {
            match self.types.value(argument) {
                Some(Value::Array(inner)) => values.extend(inner),
                Some(value) => values.push(value),
                None => return self.unknown(whole),
            }
        }
        choice(values)
    }

    /// What stands beside a type in `Annotated`.
    fn annotate(&self, schema: &mut Value, note: &Expr) {
        if let Expr::StringLiteral(text) = note {
            describe(schema, text.value.to_str());
        } else if let Some(call) = called(note, &["Doc"]) {
            let text = call.arguments.args.first().and_then(|text| self.types.value(text));
            describe(schema, text.as_ref().and_then(Value::as_str).unwrap_or_default());
        } else if let Some(call) = called(note, FIELDS) {
            self.types.constrain(schema, call);
        }
    }
}

/// The types that need no further word.
fn plain(name: &str) -> Option<Value> {
    let text = |format: &str| json!({ "type": "string", "format": format });
    Some(match name {
        "str" | "Text" | "AnyStr" | "LiteralString" | "string" | "bytes" | "bytearray" | "Path"
        | "PurePath" | "PathLike" | "SecretStr" => json!({ "type": "string" }),
        "int" | "Integral" | "integer" | "StrictInt" => json!({ "type": "integer" }),
        "PositiveInt" => json!({ "type": "integer", "minimum": 1 }),
        "NonNegativeInt" => json!({ "type": "integer", "minimum": 0 }),
        "float" | "Decimal" | "Number" | "Real" | "number" | "double" => json!({ "type": "number" }),
        "PositiveFloat" => json!({ "type": "number", "exclusiveMinimum": 0 }),
        "NonNegativeFloat" => json!({ "type": "number", "minimum": 0 }),
        "bool" | "boolean" | "StrictBool" => json!({ "type": "boolean" }),
        "None" | "NoneType" => json!({ "type": "null" }),
        "Any" | "object" => json!({}),
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict" | "DefaultDict"
        | "Counter" => {
            json!({ "type": "object" })
        }
        "list" | "List" | "Sequence" | "MutableSequence" | "Iterable" | "Collection" | "Container"
        | "deque" | "Deque" | "tuple" | "Tuple" | "array" | "Iterator" | "Generator" | "AsyncIterator"
        | "AsyncIterable" | "AsyncGenerator" => {
            json!({ "type": "array" })
        }
        "set" | "Set" | "frozenset" | "FrozenSet" | "AbstractSet" | "MutableSet" => {
            json!({ "type": "array", "uniqueItems": true })
        }
        "date" => text("date"),
        "datetime" | "AwareDatetime" | "NaiveDatetime" => text("date-time"),
        "time" => text("time"),
        "timedelta" => text("duration"),
        "UUID" | "UUID4" => text("uuid"),
        "AnyUrl" | "HttpUrl" | "AnyHttpUrl" => text("uri"),
        "EmailStr" => text("email"),
        "IPv4Address" => text("ipv4"),
        "IPv6Address" => text("ipv6"),
        _ => return None,
    })
}

/// A docstring's type as Python would write it: `list of str or None, optional` is `list[str] | None`.
fn in_python(kind: &str) -> String {
    let kind = kind.trim().trim_matches('`').trim_end_matches('.');
    let parts = kind.split(", ").filter(|part| {
        let part = part.trim().to_ascii_lowercase();
        part != "optional" && part != "required" && !part.starts_with("default")
    });
    let kind = parts.collect::<Vec<_>>().join(", ");
    let choices = kind.split(" or ").map(|choice| {
        let mut nested = choice.trim().split(" of ").map(str::trim);
        let outer = nested.next().unwrap_or_default();
        let inner: Vec<&str> = nested.collect();
        format!(
            "{outer}{}{}",
            inner.iter().map(|one| format!("[{one}")).collect::<String>(),
            "]".repeat(inner.len())
        )
    });
    choices.collect::<Vec<_>>().join(" | ")
}

/// One schema that any of these meets; null comes last.
fn joined(mut schemas: Vec<Value>) -> Value {
    if schemas.iter().any(|schema| *schema == json!({})) {
        return json!({});
    }
    let null = json!({ "type": "null" });
    schemas.sort_by_key(|schema| *schema == null);
    let mut types = Vec::new();
    let bare = schemas.iter().all(|schema| match schema.as_object().filter(|map| map.len() == 1) {
        Some(map) => kinds(map).map(|kinds| types.extend(kinds)).is_some(),
        None => false,
    });
    match schemas.as_mut_slice() {
        [_] => schemas.pop().unwrap_or_default(),
        _ if bare => {
            let mut seen = HashSet::new();
            types.retain(|kind| seen.insert(kind.clone()));
            json!({ "type": types })
        }
        [Value::Object(one), other] if *other == null && kinds(one).is_some() => {
            let mut kinds = kinds(one).unwrap_or_default();
            kinds.push("null".into());
            one.insert("type".into(), kinds.into());
            if let Some(Value::Array(choices)) = one.get_mut("enum") {
                choices.push(Value::Null);
            }
            std::mem::take(one).into()
        }
        _ => json!({ "anyOf": schemas }),
    }
}

/// The types that a schema names.
fn kinds(schema: &Map<String, Value>) -> Option<Vec<Value>> {
    match schema.get("type")? {
        Value::Array(kinds) => Some(kinds.clone()),
        kind => Some(vec![kind.clone()]),
    }
}

/// A schema of these values, with their type where they have one.
fn choice(values: Vec<Value>) -> Value {
    let kind = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let first = values.first().and_then(kind);
    match first.filter(|_| values.iter().all(|value| kind(value) == first)) {
        _ if values.is_empty() => json!({}),
        Some(kind) => json!({ "type": kind, "enum": values }),
        None => json!({ "enum": values }),
    }
}

/// Adds a default that the schema could take: `None` often only says that nothing was given.
fn put_default(schema: &mut Value, default: Option<Value>) {
    let (Value::Object(map), Some(default)) = (schema, default) else { return };
    let nullable = |map: &Map<String, Value>| {
        let kinds = map.get("type").and_then(Value::as_array);
        let parts = map.get("anyOf").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.contains(&"null".into()))
            || parts.is_some_and(|parts| parts.contains(&json!({ "type": "null" })))
    };
    if !default.is_null() || nullable(map) {
        map.insert("default".into(), default);
    }
}

fn describe(schema: &mut Value, text: &str) {
    if let (Value::Object(map), false) = (schema, text.trim().is_empty()) {
        map.entry("description").or_insert(text.trim().into());
    }
}

fn number(number: &Number) -> Option<Value> {
    match number {
        Number::Int(int) => match int.as_i64() {
            Some(int) => Some(int.into()),
            None => int.to_string().parse::<u64>().ok().map(Value::from),
        },
        Number::Float(float) => serde_json::Number::from_f64(*float).map(Value::Number),
        Number::Complex { .. } => None,
    }
}

/// The name that a dotted name ends in.
pub(super) fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Subscript(subscript) => match &*subscript.value {
            Expr::Name(name) => Some(name.id.as_str()),
            Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// The call, where it is one of a function with such a name.
fn called<'e>(expression: &'e Expr, names: &[&str]) -> Option<&'e ExprCall> {
    let Expr::Call(call) = expression else { return None };
    last_name(&call.func).is_some_and(|name| names.contains(&name)).then_some(call)
}

/// The names that a class inherits from.
fn bases(class: &StmtClassDef) -> impl Iterator<Item = &str> {
    class.arguments.iter().flat_map(|arguments| arguments.args.iter()).take(BASES).filter_map(last_name)
}

fn keyword<'e>(call: &'e ExprCall, names: &[&str]) -> Option<&'e Expr> {
    names.iter().find_map(|name| Some(&call.arguments.find_keyword(name)?.value))
}

/// `Field(…)` inside `Annotated[…]`.
fn in_annotated(annotation: &Expr) -> Option<&ExprCall> {
    let Expr::Subscript(subscript) = annotation else { return None };
    let Expr::Tuple(notes) = &*subscript.slice else { return None };
    notes
        .elts
        .iter()
        .filter(|_| last_name(&subscript.value) == Some("Annotated"))
        .find_map(|note| called(note, FIELDS))
}

/// Whether an annotation is marked so: `ClassVar[int]`.
fn marker(annotation: Option<&Expr>, name: &str) -> bool {
    annotation.and_then(last_name) == Some(name)
}

/// The text that a statement is.
fn text_of(stmt: &Stmt) -> Option<String> {
    let Stmt::Expr(stmt) = stmt else { return None };
    let Expr::StringLiteral(literal) = &*stmt.value else { return None };
    Some(literal.value.to_str().to_string())
}

fn documented(class: &StmtClassDef) -> Docstring {
    docstring(&class.body).map(|text| Docstring::of(&text)).unwrap_or_default()
}

/// The docstring of a body.
pub(super) fn docstring(body: &[Stmt]) -> Option<String> {
    body.first().and_then(text_of)
}
