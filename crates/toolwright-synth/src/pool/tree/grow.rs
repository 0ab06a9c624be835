//! The tree grows by what documents are about: a document is a domain, a tag a sub-domain, a resource a thing, an operation a
//! functionality.
//!
//! Source: ToolACE (arXiv 2409.00920), *speciation*: a language model reads API documents and names domains and
//!         functionalities.
//! Ours:   what the importers read off a document is enough for that: the titles, tags, paths, parameters, results and
//!         descriptions that its authors wrote. Nothing is merged by meaning; a domain of the same name is extended.
//!
//! An operation whose required parameters refer to shared schemas is left out, as is an optional parameter or a part of a
//! result that does: they could not be moved to another API.

use indexmap::IndexMap;
use serde_json::{Map, Value};
use toolwright_core::{Hint, Tool};

use super::{Attribute, Domain, Functionality, SubDomain, Thing, Tree};
use crate::agent::clause::{Clause, entity, is_base_verb};
use crate::agent::name::{article, spoken, tokens};
use crate::pool::entry::resolve;
use crate::pool::import::floor_char;

/// What documents added to a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grown {
    /// Domains that were added or extended.
    pub domains: usize,
    /// Sub-domains that were added or extended.
    pub sub_domains: usize,
    /// Functionalities that were added.
    pub functionalities: usize,
}

/// The longest sentences that are kept of a description, in bytes.
const SAYS: usize = 200;
const MORE: usize = 240;

impl Tree {
    /// Adds what these tools are about.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolwright_core::Tool;
    /// use toolwright_synth::pool::tree::Tree;
    /// let mut tool = Tool::new("get_pet", "Find a pet by its ID.", json!({
    ///     "type": "object", "properties": {"pet_id": {"type": "string"}}, "required": ["pet_id"]}));
    /// tool.returns = Some(json!({"type": "object", "properties": {"name": {"type": "string"}}}));
    /// tool.meta.domain = Some("petstore".into());
    /// let mut tree = Tree::default();
    /// assert_eq!(tree.grow(&[tool]).functionalities, 1);
    /// assert_eq!(tree.domains[0].domain, "petstore");
    /// ```
    pub fn grow(&mut self, tools: &[Tool]) -> Grown {
        let mut touched: std::collections::BTreeSet<(String, String)> = std::collections::BTreeSet::new();
        let mut grown = Grown::default();
        for tool in tools {
            let Some((thing, key, does, has)) = functionality(tool) else { continue };
            let source = tool.meta.source.as_deref().unwrap_or("documents");
            let domain = snake(tool.meta.domain.as_deref().unwrap_or(source));
            let part = snake(tool.meta.sub_domain.as_deref().unwrap_or(&thing));
            let home = self.part(&domain, &part);
            let place = home
                .things
                .entry(thing)
                .or_insert_with(|| Thing { has: IndexMap::new(), does: IndexMap::new() });
            // Attributes of one name are one attribute; the first says what it is.
            for (name, attribute) in has {
                place.has.entry(name).or_insert(attribute);
            }
            if place.does.contains_key(&key) {
                continue;
            }
            place.does.insert(key, does);
            touched.insert((domain, part));
            grown.functionalities += 1;
        }
        grown.sub_domains = touched.len();
        let mut domains: Vec<&String> = touched.iter().map(|(domain, _)| domain).collect();
        domains.dedup();
        grown.domains = domains.len();
        grown
    }

    fn part(&mut self, domain: &str, part: &str) -> &mut SubDomain {
        let at = self.domains.iter().position(|known| known.domain == domain).unwrap_or_else(|| {
            let says = spoken(domain);
            self.domains.push(Domain { domain: domain.to_owned(), says, sub_domains: IndexMap::new() });
            self.domains.len() - 1
        });
        let fresh = || SubDomain { says: spoken(part), rows: Vec::new(), things: IndexMap::new() };
        self.domains[at].sub_domains.entry(part.to_owned()).or_insert_with(fresh)
    }
}

type Found = (String, String, Functionality, IndexMap<String, Attribute>);

/// What a tool does: the thing, the name, the functionality, and the attributes it speaks of.
fn functionality(tool: &Tool) -> Option<Found> {
    let clause = Clause::derive(tool);
    let thing = snake(&entity(tool).unwrap_or_else(|| "record".to_owned()));
    let words = tokens(&tool.name);
    let verbed = words.first().is_some_and(|word| is_base_verb(word)) && words.len() > 1;
    let verb = clause.verb.split(' ').next().unwrap_or("get");
    let key = if verbed { snake(&tool.name) } else { snake(&format!("{verb}_{}", tool.name)) };
    let mut has = IndexMap::new();
    let (mut needs, mut may) = (Vec::new(), Vec::new());
    for (name, schema) in tool.properties() {
        let needed = tool.requires(name);
        match attribute(name, schema, &tool.parameters, &tool.meta.hints.parameters) {
            Some((name, attribute)) => {
                has.insert(name.clone(), attribute);
                if needed { needs.push(name) } else { may.push(name) }
            }
            None if needed => return None,
            None => {}
        }
    }
    let (fields, many) = results(tool);
    let gives: Vec<String> = fields.keys().cloned().collect();
    if gives.is_empty() || key.len() > 48 {
        return None;
    }
    for (name, attribute) in fields {
        has.entry(name).or_insert(attribute);
    }
    let (says, more) = sentences(&tool.description);
    let asks = tool.meta.wording.as_ref().map(|wording| wording.asks.clone()).unwrap_or_default();
    let ask = if asks.is_empty() { vec![clause.words()] } else { asks };
    Some((
        thing,
        key,
        Functionality { says, more, ask, needs, may, gives, many, ..Functionality::default() },
        has,
    ))
}

/// A property as an attribute, under its name in our letters; `None` where it cannot be moved.
fn attribute(
    name: &str,
    schema: &Value,
    root: &Value,
    hints: &IndexMap<String, Hint>,
) -> Option<(String, Attribute)> {
    let mut schema = resolve(root, schema).clone();
    let own = snake(name);
    if own.is_empty() || refers(&schema, 0) {
        return None;
    }
    let says = schema.as_object_mut().and_then(|map| map.shift_remove("description"));
    let says = says
        .as_ref()
        .and_then(Value::as_str)
        .map_or_else(|| capital(&spoken(name)), |text| sentences(text).0);
    if let Some(map) = schema.as_object_mut() {
        restore(map, &format!("/{name}"), hints);
    }
    let label = spoken(name);
    let composite = schema.get("properties").is_some() || schema.get("items").is_some();
    let flag = schema.get("type").is_some_and(|t| t == "boolean");
    let put = match (flag, composite) {
        (true, _) => format!("with {} {label}", article(&label)),
        (_, true) => format!("with {label}: @"),
        _ => format!("with {label} @"),
    };
    Some((own, Attribute { schema: Some(schema), says, put: Some(put), ..Attribute::default() }))
}

/// Puts back into a schema what was lifted out of it.
fn restore(map: &mut Map<String, Value>, path: &str, hints: &IndexMap<String, Hint>) {
    if let Some(hint) = hints.get(path) {
        if !hint.examples.is_empty() {
            map.insert("examples".into(), hint.examples.clone().into());
        }
        if let Some(meaning) = &hint.meaning {
            map.insert("meaning".into(), meaning.clone().into());
        }
    }
    if let Some(Value::Object(items)) = map.get_mut("items") {
        restore(items, path, hints);
    }
    for (name, inner) in map.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Value::Object(inner) = inner {
            restore(inner, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), hints);
        }
    }
}

/// What comes back, as attributes, and whether it is a list of such.
fn results(tool: &Tool) -> (IndexMap<String, Attribute>, bool) {
    let Some(root) = &tool.returns else { return (IndexMap::new(), false) };
    let hints = &tool.meta.hints.returns;
    let whole = resolve(root, root);
    let items = |schema: &Value| schema.get("items").map(|items| resolve(root, items).clone());
    let fields = |schema: &Value, above: &str| -> IndexMap<String, Attribute> {
        let properties = schema.get("properties").and_then(Value::as_object);
        let inner: IndexMap<String, Hint> = hints
            .iter()
            .filter_map(|(path, hint)| Some((path.strip_prefix(above)?.to_owned(), hint.clone())))
            .collect();
        properties
            .into_iter()
            .flatten()
            .filter_map(|(name, schema)| attribute(name, schema, root, &inner))
            .take(12)
            .collect()
    };
    if let Some(items) = items(whole) {
        return (fields(&items, ""), true);
    }
    // One list of objects, perhaps with counts beside it.
    let properties = whole.get("properties").and_then(Value::as_object);
    let lists: Vec<(&String, Value)> = properties
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| Some((name, items(resolve(root, schema))?)))
        .filter(|(_, items)| items.get("properties").is_some())
        .collect();
    if let [(name, items)] = &lists[..] {
        return (fields(items, &format!("/{name}")), true);
    }
    (fields(whole, ""), false)
}

fn refers(schema: &Value, depth: usize) -> bool {
    depth > 32
        || match schema {
            Value::Object(map) => {
                map.contains_key("$ref") || map.values().any(|inner| refers(inner, depth + 1))
            }
            Value::Array(list) => list.iter().any(|inner| refers(inner, depth + 1)),
            _ => false,
        }
}

/// The first sentence without its full stop, and what follows it, both bounded.
fn sentences(text: &str) -> (String, Option<String>) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    let first = text[..end].trim_end_matches('.');
    let first = &first[..floor_char(first, SAYS)];
    let rest = text[end..].trim();
    // Whole sentences only.
    let rest = &rest[..floor_char(rest, MORE)];
    let rest = rest.rfind('.').map(|at| rest[..=at].to_owned()).filter(|rest| rest.len() > 1);
    (capital(first), rest)
}

fn capital(text: &str) -> String {
    crate::agent::name::capitalised(text)
}

/// A name in lower-case letters, digits and `_`, at most 40 of them.
fn snake(name: &str) -> String {
    let plain = |word: &String| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let words: Vec<String> = tokens(name).into_iter().filter(plain).collect();
    let mut out = words.join("_");
    out.truncate(48);
    out.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::evolve::Evolution;
    use serde_json::json;
    use toolwright_core::seed::Seed;

    fn pets() -> Vec<Tool> {
        let make = |name: &str, says: &str, parameters: Value, returns: Value| {
            let mut tool = Tool::new(name, says, parameters);
            tool.returns = Some(returns);
            tool.meta.domain = Some("Pet Store".into());
            tool.meta.sub_domain = Some("pets".into());
            tool
        };
        let pet = json!({"petId": {"type": "string"}, "name": {"type": "string"}, "age": {"type": "integer", "description": "Age in years."},
            "status": {"type": "string", "enum": ["free", "taken"]}, "weight": {"type": "number"}});
        vec![
            make(
                "list_pets",
                "List all pets. Sorted by name.",
                json!({"type": "object", "properties": {"status": {"type": "string", "enum": ["free", "taken"]}}}),
                json!({"type": "array", "items": {"type": "object", "properties": pet}}),
            ),
            make(
                "getPet",
                "Get a pet.",
                json!({"type": "object", "properties": {"petId": {"type": "string"}}, "required": ["petId"]}),
                json!({"type": "object", "properties": pet}),
            ),
            make(
                "odd",
                "Needs what is elsewhere.",
                json!({"type": "object", "properties": {"x": {"type": "object", "properties": {"y": {"$ref": "#/$defs/y"}}}},
                    "required": ["x"], "$defs": {"y": {"type": "string"}}}),
                json!({"type": "object", "properties": pet}),
            ),
        ]
    }

    #[test]
    fn operations_become_functionalities() {
        let mut tree = Tree::default();
        assert_eq!(tree.grow(&pets()), Grown { domains: 1, sub_domains: 1, functionalities: 2 });
        let part = &tree.domains[0].sub_domains["pets"];
        assert_eq!(tree.domains[0].domain, "pet_store");
        let pet = &part.things["pet"];
        let list = &pet.does["list_pets"];
        assert_eq!(
            (list.says.as_str(), list.more.as_deref(), list.many),
            ("List all pets", Some("Sorted by name."), true)
        );
        assert_eq!(pet.does["get_pet"].needs, ["pet_id"]);
        assert_eq!(pet.has["age"].says, "Age in years");
        // Growing twice adds nothing.
        assert_eq!(tree.grow(&pets()).functionalities, 0);
    }

    #[test]
    fn a_grown_tree_evolves() {
        let mut tree = Tree::default();
        tree.grow(&pets());
        let tools = Evolution::new(&tree, Seed::new(5), 20).tools();
        assert!(tools.len() >= 10, "{}", tools.len());
        // An API of another name that serves the same and says so.
        let another = |tool: &Tool| {
            let lineage = tool.meta.lineage.as_ref().expect("it evolved");
            tool.name != "list_pets"
                && lineage.functionalities.first().is_some_and(|first| first == "list_pets")
                && tool.description.contains("all pets")
        };
        assert!(tools.iter().any(another));
    }
}
