//! Numbers about a pool of tools: how many, how large, how alike.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;
use toolwright_core::Tool;

/// Numbers about a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// How many tools.
    pub tools: usize,
    /// How many domains they belong to.
    pub domains: usize,
    /// Parameters in all, nested ones not counted.
    pub parameters: usize,
    /// Required parameters in all.
    pub required: usize,
    /// Tools with an object, or a list of objects or of lists, among their parameters.
    pub nested: usize,
    /// Tools that declare their result.
    pub with_returns: usize,
    /// Tools that are a near-duplicate of an earlier one.
    pub near_duplicates: usize,
}

/// From this Jaccard similarity of character 5-grams on, two tools are near-duplicates.
pub const NEAR: f64 = 0.7;

impl Stats {
    /// The numbers of these tools.
    ///
    /// ```
    /// let tools = toolwright_synth::pool::builtin::tools();
    /// let stats = toolwright_synth::pool::stats::Stats::of(&tools);
    /// assert_eq!((stats.domains, stats.near_duplicates), (12, 0));
    /// ```
    pub fn of(tools: &[Tool]) -> Self {
        let domains: BTreeSet<_> = tools.iter().filter_map(|tool| tool.meta.domain.as_deref()).collect();
        Self {
            tools: tools.len(),
            domains: domains.len(),
            parameters: tools.iter().map(|tool| tool.properties().count()).sum(),
            required: tools.iter().map(|tool| tool.required().count()).sum(),
            nested: tools.iter().filter(|tool| tool.properties().any(|(_, schema)| nests(schema))).count(),
            with_returns: tools.iter().filter(|tool| tool.returns.is_some()).count(),
            near_duplicates: near_duplicates(tools),
        }
    }
}

fn nests(schema: &Value) -> bool {
    let composite = |schema: &Value| {
        schema.get("properties").is_some() || schema.get("items").is_some() || schema.get("$ref").is_some()
    };
    schema.get("properties").is_some() || schema.get("items").is_some_and(composite)
}

/// How many tools are near-duplicates of an earlier one: Jaccard similarity of the character 5-grams of description and
/// parameter names of at least [`NEAR`].
///
/// Exact, without comparing all pairs: two sets that are so alike share one of the rarest few grams of each.
fn near_duplicates(tools: &[Tool]) -> usize {
    let mut sets: Vec<Vec<u64>> = tools.iter().map(grams).collect();
    let mut frequency: HashMap<u64, u32> = HashMap::new();
    for gram in sets.iter().flatten() {
        *frequency.entry(*gram).or_default() += 1;
    }
    for set in &mut sets {
        set.sort_unstable_by_key(|gram| (frequency.get(gram).copied().unwrap_or_default(), *gram));
    }
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut count = 0;
    for (at, set) in sets.iter().enumerate() {
        let prefix = set.len() - (NEAR * set.len() as f64).ceil() as usize + 1;
        let prefix = &set[..prefix.min(set.len())];
        let mut tried = BTreeSet::new();
        let near = prefix
            .iter()
            .filter_map(|gram| index.get(gram))
            .flatten()
            .any(|other| tried.insert(*other) && jaccard(set, &sets[*other]) >= NEAR);
        count += usize::from(near);
        for gram in prefix {
            index.entry(*gram).or_default().push(at);
        }
    }
    count
}

/// The 5-grams of a tool's description and parameter names, as numbers, each once.
fn grams(tool: &Tool) -> Vec<u64> {
    let names: Vec<&str> = tool.properties().map(|(name, _)| name).collect();
    let text: Vec<char> =
        format!("{} {}", tool.description, names.join(" ")).to_lowercase().chars().collect();
    let hash = |window: &[char]| {
        window.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| {
            (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let grams: BTreeSet<u64> = text.windows(5.min(text.len().max(1))).map(hash).collect();
    grams.into_iter().collect()
}

fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let own: std::collections::HashSet<&u64> = a.iter().collect();
    let shared = b.iter().filter(|gram| own.contains(gram)).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
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
        assert_eq!(Stats::of(&[]), Stats::default());
    }
}
