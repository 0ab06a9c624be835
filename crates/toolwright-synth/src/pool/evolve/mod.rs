//! Adaptation and evolution: a pool of any size grows out of the context tree.
//!
//! Source: ToolACE (arXiv 2409.00920), tool self-evolution synthesis (TSS).
//!         *Adaptation*: a subtree of one or more functionalities becomes an API; no two APIs of a domain are adapted from the same
//!         functionalities. *Evolution*: an example API, a subtree and one or two diversity indicators give a new API, which
//!         joins the examples.
//! Ours:   a program writes the definitions, from what the tree says of every functionality, and not a language model. The paper
//!         gives no numbers for the mix; ours are constants here. Two APIs are near-duplicates by the character 5-grams of
//!         description and parameter names (`near.rs`), not by embeddings. Examples are kept by domain, so domains evolve
//!         independently of one another and on as many threads as there are.
//!
//! A pool is a function of (tree, seed, n): [`Evolution::domain`] makes one domain's share, whatever thread asks for it.

mod draft;
mod indicator;
mod join;
mod naming;
mod style;
mod words;
mod write;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use toolwright_core::Tool;
use toolwright_core::seed::{Rng, Seed};

use super::tree::{Domain, Tree};
use draft::{Draft, Node};
use indicator::INDICATORS;
use style::Style;
use toolwright_verify::dedup::{Grams, Near};

/// How many functionalities an adapted API serves, 1 to 6, as weights.
pub(super) const NODES: [f64; 6] = [0.40, 0.25, 0.20, 0.08, 0.05, 0.02];
/// The share of APIs that are adapted and not evolved: while some functionality has no API yet, and after that. What goes on with
/// one another, as booking with searching, is there in a small pool, too.
const ADAPTED: [f64; 2] = [0.5, 0.4];
/// Examples that are kept for each domain: 1,920 over 30 domains.
const EXAMPLES: usize = 64;
/// Steps of evolution after which an API is no example any more: what changes for ever becomes odd.
const GENERATIONS: u32 = 3;
/// How often the next functionality of a sub-domain is one that goes on from those that are there.
const FLOWING: f64 = 0.75;
/// How often it is the turn of the indicator that was used least.
const RARE: f64 = 0.25;
/// How often a second indicator joins the first.
pub(super) const SECOND: f64 = 0.45;
/// Tools of one functionality that a provider has, in the largest pools.
const SERVED: usize = 2;
/// A domain stops when of so many tries in a row …
const WINDOW: usize = 200;
/// … fewer than this share were accepted.
const LEAST: f64 = 0.04;

/// The diversity indicators: their names, and what each changes.
///
/// ```
/// let names: Vec<&str> = toolwright_synth::pool::evolve::indicators().map(|(name, _)| name).collect();
/// assert_eq!(names, ["new-functionality", "new-parameter", "new-constraint", "mutated-type", "changed-result"]);
/// ```
pub fn indicators() -> impl Iterator<Item = (&'static str, &'static str)> {
    INDICATORS.iter().map(|indicator| (indicator.id, indicator.says))
}

/// A pool to be evolved.
#[derive(Debug)]
pub struct Evolution<'t> {
    tree: &'t Tree,
    seed: Seed,
    n: usize,
    /// How many functionalities each domain has.
    functionalities: Vec<usize>,
}

/// One domain's share of a pool.
#[derive(Debug, Default)]
pub struct Evolved {
    /// The tools, in the order in which they came to be.
    pub tools: Vec<Written>,
    /// What was tried for them.
    pub tries: Tries,
}

/// A tool as its line of `tools.jsonl`: it takes much less memory than a [`Tool`], so that a large pool can wait its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The tool's name.
    pub name: String,
    /// The tool as JSON, without a line break.
    pub json: String,
}

/// What became of the tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tries {
    /// Definitions that were written.
    pub written: usize,
    /// Those that were a near-duplicate of one before them.
    pub near_duplicates: usize,
    /// Those that broke a rule or that no dialog could use.
    pub unusable: usize,
}

impl std::ops::AddAssign for Tries {
    fn add_assign(&mut self, other: Self) {
        self.written += other.written;
        self.near_duplicates += other.near_duplicates;
        self.unusable += other.unusable;
    }
}

impl<'t> Evolution<'t> {
    /// Gets ready to evolve `n` tools from a tree.
    ///
    /// ```
    /// use toolwright_core::seed::Seed;
    /// use toolwright_synth::pool::{evolve::Evolution, tree::Tree};
    /// let tree = Tree::authored();
    /// let evolution = Evolution::new(&tree, Seed::new(7), 60);
    /// assert_eq!(evolution.domain(0).tools.len(), evolution.share(0));
    /// assert!(evolution.tools().iter().all(|tool| tool.meta.lineage.is_some()));
    /// ```
    pub fn new(tree: &'t Tree, seed: Seed, n: usize) -> Self {
        let functionalities = tree.domains.iter().map(|domain| Node::all(domain).len()).collect();
        Self { tree, seed: seed.child("evolution"), n, functionalities }
    }

    /// How many domains there are.
    pub const fn domains(&self) -> usize {
        self.tree.domains.len()
    }

    /// How many tools of the pool a domain has: in proportion to its functionalities.
    pub fn share(&self, domain: usize) -> usize {
        let up_to = |domain: usize| {
            let before: u128 = self.functionalities.iter().take(domain).map(|count| *count as u128).sum();
            let all: u128 = self.functionalities.iter().map(|count| *count as u128).sum();
            usize::try_from(self.n as u128 * before / all.max(1)).unwrap_or(usize::MAX)
        };
        up_to(domain + 1) - up_to(domain)
    }

    /// One domain's share. There are fewer tools than that where the domain has no more to give.
    pub fn domain(&self, domain: usize) -> Evolved {
        let Some(of) = self.tree.domains.get(domain) else { return Evolved::default() };
        let share = self.share(domain);
        Breed::new(self, of, share).run(share)
    }

    /// Every functionality of the tree as a tool of its own, with all that it can take and give: what the tree says, before it evolves.
    ///
    /// ```
    /// use toolwright_core::seed::Seed;
    /// use toolwright_synth::pool::{evolve::Evolution, tree::Tree};
    /// let tree = Tree::authored();
    /// let tools = Evolution::new(&tree, Seed::new(7), 0).plain();
    /// assert_eq!(tools.len(), tree.functionalities());
    /// ```
    pub fn plain(&self) -> Vec<Tool> {
        let mut tools = Vec::new();
        for node in self.tree.domains.iter().flat_map(Node::all) {
            let may: Vec<&String> = node.does.may.iter().collect();
            let gives: Vec<&String> = node.does.gives.iter().collect();
            let seed = self.seed.child("plain").child(node.key);
            let style = Style::of(seed, 0);
            let draft = Draft::of(node, &may, &gives);
            tools.extend(write::tool(&draft, &style, &mut seed.rng(), &|_| false));
        }
        tools
    }

    /// The functionalities that the tree names together (`with`) and that cannot be: what the one needs, the other does not know.
    pub fn apart(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for domain in &self.tree.domains {
            let nodes = Node::all(domain);
            for node in &nodes {
                let (may, gives): (Vec<&String>, Vec<&String>) =
                    (Vec::new(), node.does.gives.iter().collect());
                for name in node.does.with.iter().flatten() {
                    let others =
                        nodes.iter().filter(|other| other.sub_domain == node.sub_domain && other.key == name);
                    let joined = |other: &&Node<'t>| {
                        (0..4).any(|at| {
                            join::join(
                                &mut Draft::of(*node, &may, &gives),
                                **other,
                                &mut self.seed.index(at).rng(),
                            )
                        })
                    };
                    if others.into_iter().find(joined).is_none() {
                        found.push((node.key.to_owned(), name.clone()));
                    }
                }
            }
        }
        found
    }

    /// The whole pool, one domain after another.
    pub fn tools(&self) -> Vec<Tool> {
        let mut names = Unique::default();
        let written = (0..self.domains()).flat_map(|domain| self.domain(domain).tools);
        written.filter_map(|tool| serde_json::from_str(&names.settle(tool).json).ok()).collect()
    }
}

/// The names of a pool so far. Domains evolve apart, so two may give the same name; the later one then gives way.
#[derive(Debug, Default)]
pub struct Unique {
    taken: HashSet<String>,
    /// New names by domain and old name.
    renamed: HashMap<(String, String), String>,
}

impl Unique {
    /// The next tool under a name of its own; its lineage follows where a parent was renamed. Tools come domain by domain.
    pub fn settle(&mut self, written: Written) -> Written {
        let free = !self.taken.contains(&written.name);
        if free && self.renamed.is_empty() {
            self.taken.insert(written.name.clone());
            return written;
        }
        let Ok(mut tool) = serde_json::from_str::<Tool>(&written.json) else { return written };
        let domain = tool.meta.domain.clone().unwrap_or_default();
        if !free {
            let place = tool.meta.sub_domain.clone().unwrap_or_default();
            let old = tool.name.clone();
            let mut names = std::iter::once(format!("{place}_{old}"))
                .chain((2..).map(|version| format!("{old}_v{version}")))
                .filter(|name| name.len() <= naming::LONGEST && !self.taken.contains(name));
            if let Some(name) = names.next() {
                self.renamed.insert((domain.clone(), old), name.clone());
                tool.name = name;
            }
        }
        for parent in tool.meta.lineage.iter_mut().flat_map(|lineage| &mut lineage.parents) {
            if let Some(name) = self.renamed.get(&(domain.clone(), parent.clone())) {
                parent.clone_from(name);
            }
        }
        self.taken.insert(tool.name.clone());
        Written::of(&tool)
    }
}

impl Written {
    fn of(tool: &Tool) -> Self {
        Self { name: tool.name.clone(), json: serde_json::to_string(tool).unwrap_or_default() }
    }
}

/// Whether the one gives an identifier that the other needs.
fn feeds(from: &Node<'_>, to: &Node<'_>) -> bool {
    to.does.needs.iter().any(|name| {
        from.does.gives.contains(name)
            && !from.does.needs.contains(name)
            && to.attribute(name).is_some_and(|attribute| attribute.identifies(name))
    })
}

/// Whether one feeds the other, or the other way round.
fn chained(one: &Node<'_>, other: &Node<'_>) -> bool {
    feeds(one, other) || feeds(other, one)
}

/// An example: a draft, and the name of the tool that it became.
#[derive(Debug)]
struct Example<'t> {
    draft: Draft<'t>,
    name: String,
}

/// The evolution of one domain.
struct Breed<'t> {
    seed: Seed,
    nodes: Vec<Node<'t>>,
    /// Where in `nodes` each sub-domain's are, in the order in which they have their turns.
    homes: Vec<std::ops::Range<usize>>,
    /// Turns of adaptation so far.
    turns: usize,
    near: Near,
    names: HashSet<String>,
    /// The sets of functionalities that were adapted, and the tools that came of it.
    adapted: HashMap<Vec<u32>, String>,
    /// How often each functionality was adapted as the main one.
    mains: Vec<u32>,
    /// How many were not yet.
    unserved: usize,
    /// How often each functionality was to be evolved, with or without success: what is exhausted must not be asked again and again.
    asked: Vec<u32>,
    examples: Vec<Example<'t>>,
    /// How often each indicator was used.
    used: [u32; INDICATORS.len()],
    tries: Tries,
    /// Providers of each sub-domain.
    providers: usize,
}

impl<'t> Breed<'t> {
    fn new(evolution: &Evolution<'t>, domain: &'t Domain, share: usize) -> Self {
        let nodes = Node::all(domain);
        let mut homes: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            match homes.last_mut() {
                Some(home) if nodes[home.start].sub_domain == node.sub_domain => home.end = at + 1,
                _ => homes.push(at..at + 1),
            }
        }
        let providers = style::PROVIDERS.max(share / (nodes.len() * SERVED).max(1));
        let seed = evolution.seed.child(&domain.domain);
        seed.child("turns").rng().shuffle(&mut homes);
        Self {
            seed,
            turns: 0,
            mains: vec![0; nodes.len()],
            unserved: nodes.len(),
            asked: vec![0; nodes.len()],
            nodes,
            homes,
            near: Near::default(),
            names: HashSet::new(),
            adapted: HashMap::new(),
            examples: Vec::new(),
            used: [0; INDICATORS.len()],
            tries: Tries::default(),
            providers,
        }
    }

    fn run(mut self, share: usize) -> Evolved {
        let mut tools = Vec::with_capacity(share);
        let mut lately = std::collections::VecDeque::with_capacity(WINDOW);
        let mut at = 0;
        while tools.len() < share && !self.nodes.is_empty() {
            let mut rng = self.seed.index(at).rng();
            at += 1;
            let made = self.step(&mut rng);
            lately.push_back(made.is_some());
            tools.extend(made);
            if lately.len() > WINDOW {
                lately.pop_front();
                let accepted = lately.iter().filter(|accepted| **accepted).count();
                if (accepted as f64) < LEAST * WINDOW as f64 {
                    break;
                }
            }
        }
        Evolved { tools, tries: self.tries }
    }

    /// One try.
    fn step(&mut self, rng: &mut Rng) -> Option<Written> {
        let adapt = self.examples.is_empty() || rng.chance(ADAPTED[usize::from(self.unserved == 0)]);
        let draft = if adapt { self.adapt(rng) } else { self.evolve(rng) }?;
        let home = self.seed.child(draft.node.sub_domain);
        let style = Style::of(home, rng.below(self.providers));
        let tool = write::tool(&draft, &style, rng, &|name| self.names.contains(name))?;
        self.tries.written += 1;
        let grams = Grams::of(&tool);
        if self.near.find(&grams).is_some() {
            self.tries.near_duplicates += 1;
            return None;
        }
        let tool = Arc::new(tool);
        if super::ready(Arc::clone(&tool), 0).is_err() {
            self.tries.unusable += 1;
            return None;
        }
        self.near.push(grams);
        self.names.insert(tool.name.clone());
        if draft.generation == 0 {
            self.adapted.insert(draft.nodes(), tool.name.clone());
            let mains = &mut self.mains[draft.node.at as usize];
            self.unserved -= usize::from(*mains == 0);
            *mains += 1;
        }
        for (count, indicator) in self.used.iter_mut().zip(INDICATORS) {
            *count +=
                u32::from(draft.indicators.iter().rev().take(draft.fresh).any(|id| *id == indicator.id));
        }
        let example = Example { draft, name: tool.name.clone() };
        if example.draft.generation < GENERATIONS {
            if self.examples.len() < EXAMPLES {
                self.examples.push(example);
            } else {
                let out = rng.below(EXAMPLES);
                self.examples[out] = example;
            }
        }
        Some(Written::of(&tool))
    }

    /// A new API from functionalities of one sub-domain. Where they were taken together before, another
    /// is evolved: from an example, or in a very large pool from the API that they gave.
    fn adapt(&mut self, rng: &mut Rng) -> Option<Draft<'t>> {
        // Sub-domains take turns, two each, so that small pools hold neighbours, too; within one, it is the turn of the
        // functionality that was the main one least often, and mostly of one that goes on from what is there: first come those
        // from which most others go on.
        let home = self.homes.get(self.turns / 2 % self.homes.len().max(1))?.clone();
        self.turns += 1;
        let there: Vec<usize> = home.clone().filter(|at| self.mains[*at] > 0).collect();
        let flowing = rng.chance(FLOWING);
        let apart = |at: usize| match (flowing, &there[..]) {
            (false, _) => 0,
            (true, []) => {
                home.len() - home.clone().filter(|to| feeds(&self.nodes[at], &self.nodes[*to])).count()
            }
            (true, there) => {
                usize::from(!there.iter().any(|one| chained(&self.nodes[*one], &self.nodes[at])))
            }
        };
        let main = home.clone().map(|at| (self.mains[at], apart(at), rng.next_u64(), at)).min()?.3;
        let node = self.nodes[main];
        let wanted = 1 + rng.weighted(NODES).unwrap_or_default();
        let mut may: Vec<&String> = node.does.may.iter().filter(|_| rng.chance(0.75)).collect();
        if rng.chance(0.3) {
            rng.shuffle(&mut may);
        }
        let mut gives: Vec<&String> = node.does.gives.iter().collect();
        // What an answer speaks of stays.
        let spoken = |name: &String| {
            ["", "if ", "each "].iter().any(|mark| node.does.tell.contains(&format!("{{{mark}{name}")))
        };
        if let Some(out) =
            gives.iter().rposition(|name| !spoken(name)).filter(|_| gives.len() > 2 && rng.chance(0.4))
        {
            gives.remove(out);
        }
        let mut draft = Draft::of(node, &may, &gives);
        for other in self.subtree(node, rng) {
            if draft.joined.len() + 1 >= wanted {
                break;
            }
            join::join(&mut draft, other, rng);
        }
        match self.adapted.get(&draft.nodes()).cloned() {
            None => Some(draft),
            // The examples of a very large pool would be used up.
            Some(earlier) if self.providers > style::PROVIDERS || rng.chance(0.5) => {
                self.change(draft, earlier, None, rng)
            }
            Some(_) => self.evolve(rng),
        }
    }

    /// The functionalities of the sub-domain of one, in random order.
    fn subtree(&self, node: Node<'t>, rng: &mut Rng) -> Vec<Node<'t>> {
        let home = self.homes.iter().find(|home| home.contains(&(node.at as usize))).cloned().unwrap_or(0..0);
        let mut near: Vec<Node<'t>> = self.nodes[home].to_vec();
        rng.shuffle(&mut near);
        near
    }

    /// A new API from an example, a subtree and one or two indicators.
    fn evolve(&mut self, rng: &mut Rng) -> Option<Draft<'t>> {
        // Every indicator has its turns, also the one that few examples are fit for; that one has more.
        let rare = (0..INDICATORS.len()).min_by_key(|at| self.used[*at]).filter(|_| rng.chance(RARE));
        let lead = rare.unwrap_or_else(|| rng.below(INDICATORS.len()));
        let fit: Vec<&Example<'t>> =
            self.examples.iter().filter(|example| (INDICATORS[lead].fits)(&example.draft)).collect();
        // The example whose functionality had its turn least often, of a few.
        let few = (0..4).filter_map(|_| rng.choose(&fit).copied().or_else(|| rng.choose(&self.examples)));
        let example = few.min_by_key(|example| self.asked[example.draft.node.at as usize])?;
        self.asked[example.draft.node.at as usize] += 1;
        let (draft, parent) = (example.draft.clone(), example.name.clone());
        self.change(draft, parent, Some(lead), rng)
    }

    /// Applies one or two indicators to a draft.
    ///
    /// - `lead`: the indicator whose turn it is.
    fn change(
        &self,
        mut draft: Draft<'t>,
        parent: String,
        lead: Option<usize>,
        rng: &mut Rng,
    ) -> Option<Draft<'t>> {
        let subtree = self.subtree(draft.node, rng);
        // After that the least used first, so that all are used alike.
        let mut order: Vec<usize> = (0..INDICATORS.len()).collect();
        rng.shuffle(&mut order);
        order.sort_by_key(|at| (Some(*at) != lead, self.used[*at]));
        let wanted = if rng.chance(SECOND) { 2 } else { 1 };
        let mut applied = 0;
        for at in order {
            let indicator = INDICATORS[at];
            if applied < wanted && (indicator.apply)(&mut draft, &subtree, rng) {
                draft.indicators.push(indicator.id);
                applied += 1;
            }
        }
        if applied == 0 {
            return None;
        }
        draft.fresh = applied;
        draft.generation += 1;
        draft.parents = vec![parent];
        Some(draft)
    }
}
