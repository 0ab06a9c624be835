//! Numbers about a pool of tools: how many, how deep, of what types, how alike.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use toolwright_core::Tool;

use super::entry::resolve;
use super::evolve::indicators;
use toolwright_verify::dedup::{Grams, Near};

/// Numbers about a pool. Tools are [`add`](Self::add)ed one by one.
#[derive(Debug, Default, Serialize)]
pub struct Stats {
    /// How many tools.
    pub tools: usize,
    /// How many domains they belong to.
    pub domains: usize,
    /// How many parts of domains they belong to.
    pub sub_domains: usize,
    /// Parameters in all, nested ones not counted.
    pub parameters: usize,
    /// Required parameters in all.
    pub required: usize,
    /// Tools with an object, or a list of objects or of lists, among their parameters.
    pub nested: usize,
    /// Tools with a list of objects among their parameters, at any depth.
    pub lists_of_objects: usize,
    /// Tools with a list of lists among their parameters, at any depth.
    pub lists_of_lists: usize,
    /// Tools that constrain a parameter beyond its type: a list of values, a range, a pattern, a format, a length.
    pub constrained: usize,
    /// Tools that declare their result.
    pub with_returns: usize,
    /// Tools that are a near-duplicate of an earlier one.
    pub near_duplicates: usize,
    /// Tools whose lineage has the diversity indicator.
    pub by_indicator: IndexMap<String, usize>,
    /// Tools by how many steps of evolution are behind them; those without lineage are not counted.
    pub by_generation: BTreeMap<u32, usize>,
    /// Tools by domain.
    pub by_domain: BTreeMap<String, usize>,
    /// Parameters at any depth by JSON type.
    pub by_type: BTreeMap<String, usize>,
    /// Tools by the number of their parameters.
    pub by_parameters: BTreeMap<usize, usize>,
    /// Tools by how deep their parameters nest; 1 where all are plain, 0 without any.
    pub by_depth: BTreeMap<usize, usize>,
    /// Tools by the number of words in their description.
    pub by_words: BTreeMap<usize, usize>,
    #[serde(skip)]
    parts: std::collections::BTreeSet<(String, String)>,
    #[serde(skip)]
    near: Near,
}

/// Schemas are followed to this depth.
const DEEPEST: usize = 16;

/// What one tool's parameters hold.
#[derive(Default)]
struct Found {
    objects_in_lists: bool,
    lists_in_lists: bool,
    constrained: bool,
    depth: usize,
}

impl Stats {
    /// The numbers of these tools.
    ///
    /// ```
    /// let tools = toolwright_synth::pool::builtin::tools(90);
    /// let stats = toolwright_synth::pool::stats::Stats::of(&tools);
    /// assert_eq!((stats.tools, stats.near_duplicates), (90, 0));
    /// ```
    pub fn of<'t>(tools: impl IntoIterator<Item = &'t Tool>) -> Self {
        let mut stats = Self::default();
        for (id, _) in indicators() {
            stats.by_indicator.insert(id.to_owned(), 0);
        }
        tools.into_iter().for_each(|tool| stats.add(tool));
        stats
    }

    /// Counts another tool.
    pub fn add(&mut self, tool: &Tool) {
        self.tools += 1;
        let domain = tool.meta.domain.clone();
        if let (Some(domain), Some(part)) = (&domain, &tool.meta.sub_domain) {
            self.parts.insert((domain.clone(), part.clone()));
        }
        domain.into_iter().for_each(|domain| *self.by_domain.entry(domain).or_default() += 1);
        (self.domains, self.sub_domains) = (self.by_domain.len(), self.parts.len());
        let count = tool.properties().count();
        self.parameters += count;
        self.required += tool.required().count();
        *self.by_parameters.entry(count).or_default() += 1;
        let mut found = Found::default();
        for (_, schema) in tool.properties() {
            self.look(&tool.parameters, schema, 1, &mut found);
        }
        *self.by_depth.entry(found.depth).or_default() += 1;
        self.nested += usize::from(found.depth > 1);
        self.lists_of_objects += usize::from(found.objects_in_lists);
        self.lists_of_lists += usize::from(found.lists_in_lists);
        self.constrained += usize::from(found.constrained);
        self.with_returns += usize::from(tool.returns.is_some());
        *self.by_words.entry(tool.description.split_whitespace().count()).or_default() += 1;
        if let Some(lineage) = &tool.meta.lineage {
            *self.by_generation.entry(lineage.generation).or_default() += 1;
            let used: std::collections::BTreeSet<&String> = lineage.indicators.iter().collect();
            for indicator in used {
                *self.by_indicator.entry(indicator.clone()).or_default() += 1;
            }
        }
        let grams = Grams::of(tool);
        self.near_duplicates += usize::from(self.near.find(&grams).is_some());
        self.near.push(grams);
    }

    /// Looks at one parameter, and at what it holds.
    fn look(&mut self, root: &Value, schema: &Value, depth: usize, found: &mut Found) {
        const CONSTRAINTS: &[&str] = &[
            "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
            "pattern", "format", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
        ];
        let schema = resolve(root, schema);
        if depth > DEEPEST {
            return;
        }
        *self.by_type.entry(kind(schema).to_owned()).or_default() += 1;
        found.constrained |= CONSTRAINTS.iter().any(|key| schema.get(key).is_some());
        // A list of plain values is as flat as one of them.
        found.depth = found.depth.max(depth);
        for (_, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.look(root, inner, depth + 1, found);
        }
        let Some(items) = schema.get("items").map(|items| resolve(root, items)) else { return };
        let (objects, lists) =
            (items.get("properties").is_some(), items.get("items").is_some() || kind(items) == "array");
        found.objects_in_lists |= objects;
        found.lists_in_lists |= lists;
        if objects || lists {
            self.look(root, items, depth + 1, found);
        }
    }

    /// The number of words that this share of the descriptions does not exceed.
    ///
    /// - `share`: between 0 and 1.
    pub fn words_at(&self, share: f64) -> usize {
        let mut left = share * self.tools as f64;
        let reached = self.by_words.iter().find(|(_, tools)| {
            left -= **tools as f64;
            left <= 0.0
        });
        reached.map_or(0, |(words, _)| *words)
    }
}

/// The type of a parameter, as statistics name it.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(many)) => {
            many.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or("any")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ if schema.get("enum").is_some() => "string",
        _ => "any",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn alike_tools_are_counted() {
        let tool = |name: &str, text: &str| {
            Tool::new(name, text, json!({"type": "object", "properties": {"city": {"type": "string"}}}))
        };
        let tools = [
            tool("a", "Current weather of a city in metric units."),
            tool("b", "Current weather of a city in metric units!"),
            tool("c", "Books a table at a restaurant for a number of guests."),
        ];
        let stats = Stats::of(&tools);
        assert_eq!((stats.tools, stats.near_duplicates, stats.parameters), (3, 1, 3));
        assert_eq!((stats.words_at(0.5), stats.words_at(1.0)), (8, 11));
        assert_eq!(Stats::of(&[]).tools, 0);
    }

    #[test]
    fn nesting_is_seen() {
        let parameters = json!({"type": "object", "properties": {
            "plain": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"type": "string"}},
            "guests": {"type": "array", "items": {"$ref": "#/$defs/guest"}},
            "matrix": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        }, "$defs": {"guest": {"type": "object", "properties": {"home": {"type": "object", "properties": {"city": {"type": "string"}}}}}}});
        let stats = Stats::of(&[Tool::new("t", "A tool.", parameters)]);
        assert_eq!(
            (stats.nested, stats.lists_of_objects, stats.lists_of_lists, stats.constrained),
            (1, 1, 1, 1)
        );
        assert_eq!(stats.by_depth.keys().collect::<Vec<_>>(), [&4]);
        assert_eq!(stats.by_type["object"], 2);
    }
}
