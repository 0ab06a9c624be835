//! The API pool: where tools come from, and what is known of them together.
//!
//! [`import`] reads tools from documents that people already have; [`hints`] takes out of their schemas what values look
//! like in life. [`tree`] says what APIs can be about, and [`evolve`] grows a pool of any size out of it; [`builtin`] is such a
//! pool. [`stats`] counts. A [`Pool`] makes tools ready for dialogs: their wording is compiled,
//! and it is known which results feed which arguments.

pub mod builtin;
pub mod by_model;
pub(crate) mod entry;
pub mod evolve;
mod given;
pub mod hints;
pub mod import;
mod leeway;
pub(crate) mod link;
pub mod stats;
pub mod tree;

pub use given::give_values;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Serialize;
use toolwright_core::schema::{Plain, Shape, sample};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Dialog, Tool};
use toolwright_verify::Rules;

use crate::agent::name::{singular, tokens};
use crate::dialog::arguments::planned;
use entry::Entry;
use link::Link;

/// Tools made ready for dialogs.
#[derive(Debug)]
pub struct Pool {
    pub(crate) entries: Vec<Entry>,
    pub(crate) by_name: HashMap<String, usize>,
    pub(crate) by_domain: Vec<Vec<usize>>,
    /// For every tool, the results that feed its parameters.
    pub(crate) links: Vec<Vec<Link>>,
    /// The tools that some result feeds.
    pub(crate) fed: Vec<usize>,
    /// For every domain or part of one, the tools of the whole domain.
    pub(crate) around: Vec<Arc<[usize]>>,
    /// For every tool, the tools that its result feeds, with the position of the link among theirs.
    pub(crate) feeds: Vec<Vec<(usize, usize)>>,
    /// For every tool, how many others, no two of one functionality, a chain that begins with it can go on to; counted up to [`FAR`].
    pub(crate) reach: Vec<usize>,
    /// For every part of a domain that has any, the tools from which at least [`LONG`] others are reached.
    pub(crate) starts: Vec<Vec<usize>>,
    /// The words that the tools' names and domains are made of.
    words: BTreeSet<String>,
}

/// A tool that dialogs cannot use, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unusable {
    /// The tool's name.
    pub tool: String,
    /// What stands in the way.
    pub reason: String,
}

impl Pool {
    /// Makes tools ready; those that cannot be used are returned with their reasons.
    ///
    /// ```
    /// let tools = toolwright_synth::pool::builtin::tools(90);
    /// let (pool, unusable) = toolwright_synth::pool::Pool::new(tools);
    /// assert!(pool.len() == 90 && unusable.is_empty());
    /// ```
    pub fn new(tools: impl IntoIterator<Item = Tool>) -> (Self, Vec<Unusable>) {
        Self::on_threads(1, tools)
    }

    /// As [`new`](Self::new), on several threads; 0 takes one per core. The pool is the same for any number.
    pub fn on_threads(threads: usize, tools: impl IntoIterator<Item = Tool>) -> (Self, Vec<Unusable>) {
        let mut domains: HashMap<String, usize> = HashMap::new();
        let placed = tools.into_iter().map(|tool| {
            let meta = &tool.meta;
            let named = meta.domain.clone().or_else(|| meta.source.clone()).unwrap_or_default();
            let named =
                meta.sub_domain.as_ref().map_or_else(|| named.clone(), |sub| format!("{named}/{sub}"));
            let next = domains.len();
            (*domains.entry(named).or_insert(next), Arc::new(tool))
        });
        let placed: Vec<(usize, Arc<Tool>)> = placed.collect();
        let (mut entries, mut unusable): (Vec<Entry>, Vec<Unusable>) = (Vec::new(), Vec::new());
        let mut by_name = HashMap::new();
        for ((_, tool), made) in placed.iter().zip(all_ready(threads, &placed)) {
            let name = tool.name.clone();
            let made =
                if by_name.contains_key(&name) { Err("another tool has the same name".into()) } else { made };
            match made {
                Ok(entry) => {
                    by_name.insert(name, entries.len());
                    entries.push(entry);
                }
                Err(reason) => unusable.push(Unusable { tool: name, reason }),
            }
        }
        let mut by_domain = vec![Vec::new(); domains.len()];
        for (at, entry) in entries.iter().enumerate() {
            by_domain[entry.domain].push(at);
        }
        let mut wide: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            wide.entry(entry.tool.meta.domain.as_deref()).or_default().push(at);
        }
        let around = by_domain
            .iter()
            .map(|own| {
                let first = own.first().and_then(|at| entries.get(*at));
                first
                    .and_then(|entry| wide.get(&entry.tool.meta.domain.as_deref()))
                    .cloned()
                    .unwrap_or_default()
            })
            .map(Arc::from)
            .collect();
        let links = link::links(&entries);
        let chains = |links: &[Link]| links.iter().any(|link| !link.undoes);
        let fed = links.iter().enumerate().filter(|(_, links)| chains(links)).map(|(at, _)| at).collect();
        let mut feeds = vec![Vec::new(); entries.len()];
        for (to, links) in links.iter().enumerate() {
            for (at, link) in links.iter().enumerate() {
                feeds[link.from].push((to, at));
            }
        }
        let reach = reach(&entries, &links, &feeds);
        let starts = by_domain
            .iter()
            .map(|part| part.iter().copied().filter(|at| reach[*at] >= LONG).collect())
            .filter(|part: &Vec<usize>| !part.is_empty())
            .collect();
        let words = entries.iter().flat_map(spoken_of).collect();
        (Self { entries, by_name, by_domain, around, links, fed, feeds, reach, starts, words }, unusable)
    }

    /// How many tools are ready.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no tool is ready.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The tools, in order.
    pub fn tools(&self) -> impl Iterator<Item = &Arc<Tool>> {
        self.entries.iter().map(|entry| &entry.tool)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Entry> {
        self.entries.get(*self.by_name.get(name)?)
    }

    /// Any tool: a domain first, so that large domains do not drown small ones, in half the cases.
    pub(crate) fn draw(&self, rng: &mut Rng) -> Option<usize> {
        if rng.chance(0.5) {
            let domains: usize = self.by_domain.len();
            let domain = self.by_domain.get(rng.below(domains))?;
            if let Some(at) = rng.choose(domain) {
                return Some(*at);
            }
        }
        (!self.entries.is_empty()).then(|| rng.below(self.entries.len()))
    }

    /// Whether the pool's tools are about what this tool is about.
    pub(crate) fn speaks_of(&self, other: &Entry) -> bool {
        spoken_of(other).iter().any(|word| self.words.contains(word))
    }
}

/// No chain is longer.
const FAR: usize = 8;
/// What follows the first call of a long chain, at least.
pub(crate) const LONG: usize = 3;

fn reach(entries: &[Entry], links: &[Vec<Link>], feeds: &[Vec<(usize, usize)>]) -> Vec<usize> {
    let does = |at: usize| {
        let tool = &entries[at].tool;
        let lineage = tool.meta.lineage.as_ref().and_then(|lineage| lineage.functionalities.first());
        (entries[at].domain, lineage.unwrap_or(&tool.name))
    };
    let from = |start: usize| {
        let (mut seen, mut open) = (vec![does(start)], vec![start]);
        while let Some(at) = open.pop().filter(|_| seen.len() <= FAR) {
            for (to, link) in &feeds[at] {
                if !links[*to][*link].undoes && !seen.contains(&does(*to)) {
                    seen.push(does(*to));
                    open.push(*to);
                }
            }
        }
        seen.len() - 1
    };
    (0..entries.len()).map(from).collect()
}

/// Makes all tools ready, in order.
fn all_ready(threads: usize, tools: &[(usize, Arc<Tool>)]) -> Vec<Result<Entry, String>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores } else { threads.min(cores) };
    let one = |(domain, tool): &(usize, Arc<Tool>)| ready(Arc::clone(tool), *domain);
    if threads < 2 {
        return tools.iter().map(one).collect();
    }
    let share = tools.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = tools
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Makes a tool ready, and tries it: what breaks every dialog it is in is said once, here.
fn ready(tool: Arc<Tool>, domain: usize) -> Result<Entry, String> {
    let alone = Dialog { tools: vec![Arc::clone(&tool)], ..Dialog::default() };
    let verdict =
        Rules::named(&["tool-schema", "tool-fields"]).map_err(|error| error.to_string())?.verdict(&alone);
    if let Some(finding) = verdict.findings.into_iter().next() {
        return Err(finding.why);
    }
    let entry = Entry::new(tool, domain).map_err(|error| error.to_string())?;
    let today = jiff::civil::date(2026, 1, 5);
    let mut why = String::new();
    for at in 0..4 {
        let seed = Seed::new(at);
        match planned(&entry, 0, &mut seed.rng(), today, seed, false, &[]) {
            Ok(_) => break,
            Err(reason) if at == 3 => why = reason,
            Err(_) => {}
        }
    }
    if why.is_empty()
        && let Some(returns) = &entry.tool.returns
        && let Err(reason) = sample(returns, &Shape::default(), &mut Plain, &mut Seed::new(0).rng())
    {
        why = format!("a result of `{}` cannot be made: {reason}", entry.tool.name);
    }
    if why.is_empty() { Ok(entry) } else { Err(why) }
}

/// The words that say what a tool is about: the nouns of its name and its domain.
fn spoken_of(entry: &Entry) -> Vec<String> {
    let meta = &entry.tool.meta;
    let places = [&meta.domain, &meta.sub_domain].into_iter().flatten().flat_map(|place| tokens(place));
    let words = tokens(&entry.tool.name).into_iter().chain(places);
    words
        .map(|word| singular(&word))
        .filter(|word| word.len() > 2 && !crate::agent::clause::is_verb(word))
        .collect()
}
