//! The context tree, and pools that are evolved from it.

use std::collections::{BTreeMap, HashMap, HashSet};

use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Tool};
use toolwright_synth::pool::evolve::{Evolution, indicators};
use toolwright_synth::pool::stats::Stats;
use toolwright_synth::pool::tree::Tree;
use toolwright_verify::Rules;

fn evolved(seed: u64, n: usize) -> Vec<Tool> {
    Evolution::new(&Tree::authored(), Seed::new(seed), n).tools()
}

#[test]
fn the_tree_is_as_large_as_the_papers() {
    let tree = Tree::authored();
    assert_eq!(tree.domains.len(), 30);
    assert!(tree.sub_domains().count() >= 390);
    assert!(tree.functionalities() >= 3_000);
    let mut names = HashSet::new();
    for (domain, part, sub) in tree.sub_domains() {
        for name in sub.things.values().flat_map(|thing| thing.does.keys()) {
            assert!(names.insert(name.clone()), "{}/{part}: `{name}` is there twice", domain.domain);
        }
    }
}

#[test]
fn every_tool_is_sound_and_says_where_it_comes_from() {
    let tools = evolved(5, 1_200);
    assert_eq!(tools.len(), 1_200);
    let tree = Tree::authored();
    let known: HashSet<&String> = tree
        .sub_domains()
        .flat_map(|(_, _, sub)| sub.things.values())
        .flat_map(|thing| thing.does.keys())
        .collect();
    let ids: HashSet<&str> = indicators().map(|(id, _)| id).collect();
    let rules = Rules::named(&["tool-schema", "tool-fields"]).expect("these rules are there");
    let mut earlier: HashMap<String, u32> = HashMap::new();
    let mut adapted: HashSet<(String, Vec<String>)> = HashSet::new();
    for tool in tools {
        let lineage = tool.meta.lineage.clone().expect("an evolved tool has a lineage");
        assert!(lineage.functionalities.iter().all(|name| known.contains(name)), "{}", tool.name);
        assert!(lineage.indicators.iter().all(|id| ids.contains(id.as_str())), "{}", tool.name);
        let domain = tool.meta.domain.clone().expect("a domain");
        if lineage.generation == 0 {
            assert!(lineage.parents.is_empty() && lineage.indicators.is_empty());
            let mut set = lineage.functionalities.clone();
            set.sort();
            assert!(adapted.insert((domain, set)), "`{}` has the functionalities of another", tool.name);
        } else {
            let parent = lineage.parents.first().expect("an example that it came from");
            assert_eq!(earlier.get(parent), Some(&(lineage.generation - 1)), "{}", tool.name);
        }
        let name = tool.name.clone();
        let alone = Dialog { tools: vec![tool.into()], ..Dialog::default() };
        let verdict = rules.verdict(&alone);
        assert!(verdict.findings.is_empty(), "{name}: {:?}", verdict.findings);
        assert!(earlier.insert(name.clone(), lineage.generation).is_none(), "two tools are called `{name}`");
    }
}

#[test]
fn pools_are_varied() {
    let stats = Stats::of(&evolved(6, 3_000));
    assert_eq!((stats.tools, stats.near_duplicates, stats.domains), (3_000, 0, 30));
    assert!(stats.sub_domains >= 380, "{}", stats.sub_domains);
    assert!(stats.by_indicator.values().all(|tools| *tools > 150), "{:?}", stats.by_indicator);
    assert!(stats.lists_of_objects > 20, "{}", stats.lists_of_objects);
    assert!(stats.lists_of_lists > 5, "{}", stats.lists_of_lists);
    assert!(stats.by_generation.len() == 4, "{:?}", stats.by_generation);
}

#[test]
fn descriptions_and_wording_speak_of_what_is_there() {
    for tool in evolved(8, 900) {
        let mut names = HashSet::new();
        collect(&tool.parameters, &mut names);
        collect(tool.returns.as_ref().expect("a result"), &mut names);
        // Every second part of a text with code ticks is in ticks.
        for name in tool.description.split('`').skip(1).step_by(2) {
            let example = name.contains(|c: char| c.is_ascii_digit());
            assert!(example || names.contains(name), "{}: `{name}` in: {}", tool.name, tool.description);
        }
        let declared: BTreeMap<&str, _> = tool.properties().collect();
        let wording = tool.meta.wording.clone().unwrap_or_default();
        for parameter in wording.parameters.keys() {
            // `extras/note` stands inside `extras`.
            let mut steps = parameter.split('/');
            let outer = steps.next().and_then(|name| declared.get(name)).expect("a parameter");
            let inner = |name| outer.pointer("/properties").and_then(|all| all.get(name)).is_some();
            assert!(steps.all(inner), "{}: {parameter}", tool.name);
        }
        let sentences: Vec<&str> = tool.description.split(". ").collect();
        let distinct: HashSet<&&str> = sentences.iter().collect();
        assert_eq!(distinct.len(), sentences.len(), "{}: {}", tool.name, tool.description);
    }
}

fn collect(schema: &serde_json::Value, names: &mut HashSet<String>) {
    for (name, inner) in schema.get("properties").and_then(|p| p.as_object()).into_iter().flatten() {
        names.insert(name.clone());
        collect(inner, names);
    }
    for value in schema.get("enum").and_then(|values| values.as_array()).into_iter().flatten() {
        names.extend(value.as_str().map(str::to_owned));
    }
    if let Some(items) = schema.get("items") {
        collect(items, names);
    }
}

#[test]
fn a_pool_follows_from_its_seed() {
    assert_eq!(evolved(9, 120), evolved(9, 120));
    assert_ne!(evolved(9, 120), evolved(10, 120));
}

#[test]
fn a_small_tree_gives_what_it_has() {
    let mut tree = Tree::authored();
    tree.domains.truncate(1);
    let keep = tree.domains[0].sub_domains.keys().next().cloned().expect("a sub-domain");
    tree.domains[0].sub_domains.retain(|name, _| *name == keep);
    let few = Evolution::new(&tree, Seed::new(1), 40).tools();
    assert_eq!(few.len(), 40);
    // A functionality or two are a tree as well.
    let sub = tree.domains[0].sub_domains.values_mut().next().expect("the sub-domain");
    for thing in sub.things.values_mut() {
        thing.does.truncate(1);
    }
    let all = Evolution::new(&tree, Seed::new(1), 40).tools();
    assert!(all.len() > 4, "{}", all.len());
    let names: HashSet<&String> = all.iter().map(|tool| &tool.name).collect();
    assert_eq!(names.len(), all.len());
    assert!(Evolution::new(&Tree::default(), Seed::new(1), 10).tools().is_empty());
}
