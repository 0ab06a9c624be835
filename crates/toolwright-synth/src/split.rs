//! Splits by tool: what is trained on and what is tested on share no tool, nor any of a tool's kin.
//!
//! Source: ours; benchmarks of tool use report unseen tools apart (ToolAlpaca, Seal-Tools, API-Bank), and papers on evolved pools do not
//!         say how they keep a tool's descendants together.
//! Ours:   tools that share a functionality, a parent or nearly all of their words are one *family*, and families are never torn
//!         apart. Families go to the splits in an order drawn by the run's seed, each to the split that lacks the most; so the shares
//!         hold for tools as far as families allow, and for indices exactly, by a fixed table.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toolwright_core::seed::Seed;
use toolwright_core::{Error, Kind, Result, Situation, Tool};

use crate::pipeline::{Cast, Made, Synth, Waits};
use crate::pool::Pool;
use crate::recipe::{DialogConfig, VerifyConfig};
use toolwright_verify::dedup::{Grams, Near};

/// The shares of the splits, of tools and of sample indices alike. By default everything is for training and nothing is split.
///
/// ```
/// let split = toolwright_synth::SplitConfig { train: 0.8, validation: 0.1, test: 0.1 };
/// assert!(split.check().is_ok());
/// let nothing = toolwright_synth::SplitConfig { train: 0.0, validation: 0.0, test: 0.0 };
/// assert!(nothing.check().unwrap_err().to_string().contains("every share is 0"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SplitConfig {
    /// What models learn from.
    pub train: f64,
    /// What training is watched with.
    pub validation: f64,
    /// What the result is measured with.
    pub test: f64,
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self { train: 1.0, validation: 0.0, test: 0.0 }
    }
}

impl SplitConfig {
    /// The splits with their weights.
    pub const fn shares(&self) -> [(&'static str, f64); 3] {
        [("train", self.train), ("validation", self.validation), ("test", self.test)]
    }

    /// Whether every share makes sense.
    ///
    /// # Errors
    /// Names the first that does not.
    pub fn check(&self) -> Result<()> {
        for (name, share) in self.shares() {
            if !share.is_finite() || !(0.0..=1e6).contains(&share) {
                return Err(Error::new(format!("split.{name} is {share}; expected a weight of 0 or more")));
            }
        }
        if self.shares().iter().all(|(_, share)| *share == 0.0) {
            return Err(Error::new("split: every share is 0; give at least one, such as `train = 1.0`"));
        }
        Ok(())
    }
}

/// The makers of a run's samples: one for each split.
#[derive(Debug)]
pub struct Splits {
    /// Name, where its share ends in 0..1, maker.
    parts: Vec<(&'static str, f64, Synth)>,
    offset: u64,
}

impl Splits {
    /// Makers of samples over a pool, split as `split` says. The rest is as for [`Synth::new`].
    ///
    /// # Errors
    /// As [`Synth::new`]; and where a split gets no tool or cannot serve any kind with what it gets.
    pub fn new(
        pool: Arc<Pool>,
        foreign: Arc<Pool>,
        config: &DialogConfig,
        verify: &VerifyConfig,
        split: &SplitConfig,
        seed: u64,
    ) -> Result<Self> {
        split.check()?;
        let shares: Vec<(&'static str, f64)> =
            split.shares().into_iter().filter(|(_, share)| *share > 0.0).collect();
        let total: f64 = shares.iter().map(|(_, share)| share).sum();
        let offset = Seed::new(seed).child("splits").value();
        let alone = Arc::ptr_eq(&pool, &foreign);
        let pools: Vec<Arc<Pool>> = if shares.len() == 1 {
            vec![pool]
        } else {
            let tools: Vec<Arc<Tool>> = pool.tools().cloned().collect();
            let weights: Vec<f64> = shares.iter().map(|(_, share)| share / total).collect();
            let homes = homes(&tools, &weights, Seed::new(seed).child("families"));
            let part = |at: usize| {
                let own = tools.iter().zip(&homes).filter(|(_, home)| **home == at);
                Arc::new(Pool::new(own.map(|(tool, _)| Tool::clone(tool))).0)
            };
            (0..shares.len()).map(part).collect()
        };
        let (mut parts, mut end) = (Vec::new(), 0.0);
        for ((name, share), pool) in shares.iter().zip(pools) {
            end += share / total;
            let place = |error: Error| error.at(format_args!("split `{name}`, {} tools", pool.len()));
            let foreign = if alone { Arc::clone(&pool) } else { Arc::clone(&foreign) };
            let synth =
                Synth::new(Arc::clone(&pool), foreign, config.clone(), verify, seed).map_err(place)?;
            parts.push((*name, end, synth));
        }
        Ok(Self { parts, offset })
    }

    /// The split of this index, and its maker.
    fn part(&self, index: u64) -> Option<&(&'static str, f64, Synth)> {
        let point = index.wrapping_mul(0xbb67_ae85_84ca_a73b).wrapping_add(self.offset);
        let point = (point >> 11) as f64 / (1u64 << 53) as f64;
        self.parts.iter().find(|(_, end, _)| point < *end).or(self.parts.last())
    }

    /// The split of this index; `None` where nothing is split.
    pub fn split(&self, index: u64) -> Option<&'static str> {
        self.part(index).filter(|_| self.parts.len() > 1).map(|(name, ..)| *name)
    }

    /// The sample of this index: the same on every machine, in every order.
    pub fn make(&self, index: u64) -> Made {
        let Some((_, _, synth)) = self.part(index) else { return Made::default() };
        self.named(index, synth.make(index))
    }

    /// The sample of this index by the recipe's agents, judges and tools.
    ///
    /// # Errors
    /// As [`Synth::make_with`].
    pub async fn make_with(&self, index: u64, cast: Cast<'_>) -> Result<Made, Waits> {
        let Some((_, _, synth)) = self.part(index) else { return Ok(Made::default()) };
        Ok(self.named(index, synth.make_with(index, cast).await?))
    }

    /// What an index gave, with the name of its split.
    fn named(&self, index: u64, mut made: Made) -> Made {
        if let Some(name) = self.split(index) {
            let dialogs = made.accepted.iter_mut().chain(&mut made.rejected);
            dialogs.for_each(|dialog| dialog.meta.split = Some(name.to_owned()));
        }
        made
    }

    /// The kind of this index.
    pub fn kind(&self, index: u64) -> Kind {
        self.part(index).map_or(Kind::Single, |(_, _, synth)| synth.kind(index))
    }

    /// What happens out of the ordinary at this index, as far as the tools can show it.
    pub fn situation(&self, index: u64) -> Option<Situation> {
        self.part(index).and_then(|(_, _, synth)| synth.situation(index))
    }

    /// The kinds that the recipe asks for and that the tools of some split cannot serve.
    pub fn unserved(&self) -> Vec<Kind> {
        let all = |kind: &Kind| self.parts.iter().any(|(_, _, synth)| synth.unserved().contains(kind));
        Kind::ALL.into_iter().filter(all).collect()
    }
}

/// For every tool, the split that its family goes to.
fn homes(tools: &[Arc<Tool>], weights: &[f64], seed: Seed) -> Vec<usize> {
    let families = families(tools);
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, family) in families.iter().enumerate() {
        members.entry(*family).or_default().push(at);
    }
    let drawn = |family: usize| seed.child(&tools[family].name).value();
    let mut order: Vec<(u64, usize)> = members.keys().map(|family| (drawn(*family), *family)).collect();
    order.sort_unstable();
    let mut homes = vec![0; tools.len()];
    let mut counts = vec![0.0; weights.len()];
    for (_, family) in order {
        let own = &members[&family];
        // The split that lacks the most of what it should have by now.
        let lack = |at: &usize| weights[*at] * (tools.len() as f64) - counts[*at];
        let home = (0..weights.len())
            .max_by(|a, b| (lack(a) / weights[*a]).total_cmp(&(lack(b) / weights[*b])))
            .unwrap_or(0);
        counts[home] += own.len() as f64;
        own.iter().for_each(|at| homes[*at] = home);
    }
    homes
}

/// For every tool, the first tool of its family.
fn families(tools: &[Arc<Tool>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..tools.len()).collect();
    let mut known: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut near = Near::default();
    for (at, tool) in tools.iter().enumerate() {
        let home = tool.meta.domain.as_deref().unwrap_or_default();
        let lineage = tool.meta.lineage.iter();
        let keys = lineage.flat_map(|lineage| {
            let functionalities = lineage.functionalities.iter().map(|name| ("does", name.as_str()));
            functionalities.chain(lineage.parents.iter().map(|name| ("tool", name.as_str())))
        });
        for (kind, name) in keys.chain([("tool", tool.name.as_str())]) {
            match known.get(&(home, kind, name)) {
                Some(other) => join(&mut first, *other, at),
                None => {
                    known.insert((home, kind, name), at);
                }
            }
        }
        let grams = Grams::of(tool);
        if let Some(other) = near.find(&grams) {
            join(&mut first, other, at);
        }
        near.push(grams);
    }
    (0..tools.len()).map(|at| root(&mut first, at)).collect()
}

fn root(first: &mut [usize], at: usize) -> usize {
    let mut top = at;
    while first[top] != top {
        top = first[top];
    }
    let mut at = at;
    while first[at] != top {
        at = std::mem::replace(&mut first[at], top);
    }
    top
}

fn join(first: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(first, a), root(first, b));
    let (low, high) = (a.min(b), a.max(b));
    first[high] = low;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::builtin;

    #[test]
    fn families_stay_together_and_shares_hold() {
        let tools: Vec<Arc<Tool>> = builtin::tools(1_500).into_iter().map(Arc::new).collect();
        let weights = [0.8, 0.1, 0.1];
        let homes = homes(&tools, &weights, Seed::new(9));
        let mut does: HashMap<(&str, &str), usize> = HashMap::new();
        let by_name: HashMap<&str, usize> =
            tools.iter().zip(&homes).map(|(tool, home)| (tool.name.as_str(), *home)).collect();
        for (tool, home) in tools.iter().zip(&homes) {
            let lineage = tool.meta.lineage.as_ref().expect("it evolved");
            let domain = tool.meta.domain.as_deref().unwrap_or_default();
            for name in &lineage.functionalities {
                assert_eq!(does.entry((domain, name)).or_insert(*home), home, "{name}");
            }
            for parent in &lineage.parents {
                assert_eq!(by_name.get(parent.as_str()).unwrap_or(home), home, "{parent}");
            }
        }
        for (at, weight) in weights.iter().enumerate() {
            let count = homes.iter().filter(|home| **home == at).count() as f64;
            assert!((count / 1_500.0 - weight).abs() < 0.02, "{at}: {count}");
        }
    }

    #[test]
    fn samples_of_different_splits_share_no_tool() {
        let pool = Arc::new(Pool::new(builtin::tools(600)).0);
        let split = SplitConfig { train: 0.6, validation: 0.2, test: 0.2 };
        let splits = Splits::new(
            Arc::clone(&pool),
            pool,
            &DialogConfig::default(),
            &VerifyConfig::default(),
            &split,
            7,
        )
        .expect("600 tools serve three splits");
        let mut homes: HashMap<String, String> = HashMap::new();
        let mut counts: HashMap<String, usize> = HashMap::new();
        for index in 0..300 {
            let Some(dialog) = splits.make(index).accepted else { continue };
            let home = dialog.meta.split.clone().expect("it is split");
            assert_eq!(Some(home.as_str()), splits.split(index));
            *counts.entry(home.clone()).or_default() += 1;
            for tool in &dialog.tools {
                let known = homes.entry(tool.name.clone()).or_insert_with(|| home.clone());
                assert_eq!(*known, home, "{}", tool.name);
            }
        }
        assert!(counts["train"].abs_diff(180) < 8 && counts["test"].abs_diff(60) < 8, "{counts:?}");
    }
}
