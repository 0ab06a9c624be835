//! Recipes: one TOML is one run.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use toolwright_core::nearest;
use toolwright_core::render::tool_notation;
use toolwright_synth::pool::builtin;
use toolwright_synth::{AgentsConfig, DialogConfig, RunBy, SplitConfig, VerifyConfig, check_style};

use crate::sources::McpConfig;

/// The recipes that come with the program: (name, text).
pub(crate) const BUILTIN: &[(&str, &str)] = &[
    (OFFLINE, include_str!("../../../recipes/toolace-offline.toml")),
    (BY_MODEL, include_str!("../../../recipes/toolace.toml")),
];
/// The built-in recipe where no model is given.
pub(crate) const OFFLINE: &str = "toolace-offline";
/// The one where a model is.
pub(crate) const BY_MODEL: &str = "toolace";

/// A recipe, every key resolved.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipe {
    /// Its name; run folders are named after it.
    #[serde(default = "unnamed")]
    pub(crate) name: String,
    /// The paper it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paper: Option<String>,
    /// The run's seed.
    #[serde(default)]
    pub(crate) seed: u64,
    /// How many sample indices.
    #[serde(default = "thousand")]
    pub(crate) n: u64,
    /// Where the tools come from; evolved from the context tree where the list is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tools: Vec<String>,
    #[serde(default)]
    pub(crate) pool: PoolConfig,
    #[serde(default)]
    pub(crate) dialog: DialogConfig,
    #[serde(default)]
    pub(crate) split: SplitConfig,
    #[serde(default)]
    pub(crate) verify: VerifyConfig,
    #[serde(default, skip_serializing_if = "FinaliseConfig::is_empty")]
    pub(crate) finalise: FinaliseConfig,
    #[serde(default, skip_serializing_if = "ModelConfig::is_empty")]
    pub(crate) model: ModelConfig,
    #[serde(default, skip_serializing_if = "McpConfig::is_default")]
    pub(crate) mcp: McpConfig,
    /// What parameters may be where tools run for real, by `parameter` or `tool.parameter`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) values: IndexMap<String, Vec<serde_json::Value>>,
    /// The program's version that resolved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
}

/// The pool that is evolved where no tools are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PoolConfig {
    /// How many tools.
    pub(crate) apis: usize,
    /// What they grow from. It is not the run's, so that runs of several seeds share their tools.
    pub(crate) seed: u64,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self { apis: builtin::SIZE, seed: builtin::SEED }
    }
}

/// What looks across samples beside exact repeats, which never stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FinaliseConfig {
    /// From this similarity to an earlier dialog on, one is rejected; absent: only what repeats it word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) near_duplicates: Option<f64>,
    /// Benchmarks that dialogs may have nothing in common with: datasets, or folders of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) against: Vec<PathBuf>,
    /// A hash of what the benchmarks hold, noted by the program; where it stands in a recipe, others are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
}

impl FinaliseConfig {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The model that agents and judges ask. Where it is to be found is no part of a run: servers move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ModelConfig {
    /// Its name, as its server knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// A hash of the prompts, noted by the program; where it stands in a recipe, others are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<String>,
}

/// The first digits of a hash, enough to tell words apart.
const DIGITS: usize = 16;

impl ModelConfig {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Notes the model that is asked, and what it is told; gives the name that measurements get.
    pub(crate) fn settle(&mut self, model: Option<&String>) -> Result<String> {
        let Some(name) = model.or(self.name.as_ref()).cloned() else {
            bail!("no model is named; give --model NAME, as the server knows it");
        };
        let mut hasher = blake3::Hasher::new();
        for text in toolwright_synth::words() {
            // With its length, so that words cannot pass from one text to the next.
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        let words = hasher.finalize().to_hex()[..DIGITS].to_owned();
        if let Some(noted) = self.words.as_ref().filter(|noted| **noted != words) {
            bail!(
                "model.words: the prompts of this version of the program hash to {words}, and the recipe notes {noted}; take the version that made it, or leave model.words out"
            );
        }
        let named = format!("{name}, words {words}");
        *self = Self { name: Some(name), words: Some(words) };
        Ok(named)
    }
}

/// Bytes of a recipe's name: what is left of a file name beside seed, hash and shard.
const NAME: usize = 128;
/// The most tries for one index; what fails so often fails for good.
const TRIES: u32 = 1_000;
/// The most tools on offer.
const CANDIDATES: u8 = 128;
/// The most requests in a dialog.
const TURNS: u8 = 32;
/// The longest chain, and the most calls at once.
const CALLS: u8 = 8;
/// The furthest that a user's words are from the API's own.
const COMPLICATION: u8 = 3;
/// The most tools of an evolved pool: a run keeps all its tools in memory.
const APIS: usize = 200_000;
/// From which similarity on dialogs can be told to be nearly the same.
pub(crate) const TWINS: RangeInclusive<f64> = 0.6..=1.0;
/// The largest weight of a kind: their sum stays finite and small weights still count.
const WEIGHT: f64 = 1e6;

fn unnamed() -> String {
    "recipe".into()
}

const fn thousand() -> u64 {
    1_000
}

/// A recipe as it was asked for.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) recipe: Recipe,
    /// Whether the kinds are a person's own choice, to be met or refused, and not the built-in recipe's.
    pub(crate) explicit_kinds: bool,
}

impl Recipe {
    /// Loads a built-in recipe by name, or a file.
    pub(crate) fn load(name: &str) -> Result<Loaded> {
        if let Some((_, text)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
            return Ok(Loaded { recipe: Self::parse(name, text)?, explicit_kinds: false });
        }
        let known = BUILTIN.iter().map(|(builtin, _)| *builtin);
        let text = match std::fs::read_to_string(name) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let near =
                    nearest(name, known).map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
                bail!(
                    "{name}: there is no such recipe file, and no built-in recipe of this name;{near} `toolwright recipes` lists them"
                );
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("{name}: the recipe cannot be read; expected a TOML file"));
            }
        };
        let recipe = Self::parse(name, &text)?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| anyhow!("{name}: {}", error.message()))?;
        let explicit_kinds = table.get("dialog").and_then(|dialog| dialog.get("kinds")).is_some();
        Ok(Loaded { recipe, explicit_kinds })
    }

    /// Reads a recipe's text; `place` stands in messages.
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self> {
        let recipe: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let at =
                before.map_or_else(String::new, |before| format!(":{}", before.matches('\n').count() + 1));
            anyhow!("{place}{at}: {}", explained(error.message()))
        })?;
        match recipe.fault() {
            None => Ok(recipe),
            Some((key, why)) => {
                let at = line_of(text, key).map_or_else(String::new, |line| format!(":{line}"));
                bail!("{place}{at}: {why}")
            }
        }
    }

    /// The first value that is of the right type and still makes no sense: its key, and what is wrong.
    fn fault(&self) -> Option<(&str, String)> {
        let dialog = &self.dialog;
        if self.pool.apis == 0 || self.pool.apis > APIS {
            return Some(("apis", format!("pool.apis is {}; expected 1 to {APIS}", self.pool.apis)));
        }
        if self.name.trim().is_empty() || self.name.len() > NAME || self.name.chars().any(char::is_control) {
            let why = format!(
                "name is {:?}; expected one line of 1 to {NAME} bytes: run folders are named after it",
                shortened(&self.name)
            );
            return Some(("name", why));
        }
        if dialog.tries == 0 || dialog.tries > TRIES {
            return Some(("tries", format!("dialog.tries is {}; expected 1 to {TRIES}", dialog.tries)));
        }
        let pairs = [
            ("candidates", dialog.candidates, 0, CANDIDATES),
            ("turns", dialog.turns, 1, TURNS),
            ("chain", dialog.chain, 2, CALLS),
            ("parallel", dialog.parallel, 2, CALLS),
            ("complication", dialog.complication, 0, COMPLICATION),
        ];
        for (key, [least, most], from, to) in pairs {
            if least > most || least < from || most > to {
                let why = format!(
                    "dialog.{key} is [{least}, {most}]; expected the least and the most, from {from} to {to}"
                );
                return Some((key, why));
            }
        }
        for (key, share) in [("system", dialog.system), ("neighbours", dialog.neighbours)] {
            if !(0.0..=1.0).contains(&share) {
                return Some((key, format!("dialog.{key} is {share}; expected a share from 0 to 1")));
            }
        }
        for (situation, share) in &dialog.situations {
            if !(0.0..=1.0).contains(share) {
                let name = situation.name();
                let why = format!("dialog.situations.{name} is {share}; expected a share from 0 to 1");
                return Some((name, why));
            }
        }
        let sum: f64 = dialog.situations.values().sum();
        if sum > 1.0 + 1e-9 {
            let why = format!("the shares under dialog.situations add up to {sum}; expected at most 1");
            return Some(("[dialog.situations]", why));
        }
        for (kind, weight) in &dialog.kinds {
            if !(0.0..=WEIGHT).contains(weight) {
                let why =
                    format!("dialog.kinds.{} is {weight}; expected a weight from 0 to {WEIGHT}", kind.name());
                return Some((kind.name(), why));
            }
        }
        for (name, weight) in &dialog.tool_notations {
            if let Err(error) = tool_notation(name) {
                return Some((name, format!("dialog.tool_notations: {error}")));
            }
            if !(0.0..=WEIGHT).contains(weight) {
                let why =
                    format!("dialog.tool_notations.{name} is {weight}; expected a weight from 0 to {WEIGHT}");
                return Some((name, why));
            }
        }
        if dialog.tool_notations.values().all(|weight| *weight == 0.0) {
            let why = "every weight under dialog.tool_notations is 0; give at least one notation more, such as `json = 1.0`";
            return Some(("[dialog.tool_notations]", why.to_owned()));
        }
        for (name, weight) in &dialog.styles {
            if let Err(error) = check_style(name) {
                return Some((name, format!("dialog.styles: {error}")));
            }
            if !(0.0..=WEIGHT).contains(weight) {
                let why = format!("dialog.styles.{name} is {weight}; expected a weight from 0 to {WEIGHT}");
                return Some((name, why));
            }
        }
        if dialog.styles.values().all(|weight| *weight == 0.0) {
            let why =
                "every weight under dialog.styles is 0; give at least one style more, such as `plain = 1.0`";
            return Some(("[dialog.styles]", why.to_owned()));
        }
        if dialog.kinds.values().all(|weight| *weight == 0.0) {
            let why =
                "every weight under dialog.kinds is 0; give at least one kind more, such as `single = 1.0`";
            return Some(("[dialog.kinds]", why.to_owned()));
        }
        if let Some((key, why)) = dialog.agents.as_ref().and_then(AgentsConfig::fault) {
            return Some((key, format!("dialog.agents.{why}")));
        }
        if dialog.executor == RunBy::Model && dialog.agents.is_none() {
            let why = "dialog.executor is `model`, and there is no section [dialog.agents] to ask one; expected `world` or `mcp`";
            return Some(("executor", why.to_owned()));
        }
        if dialog.executor == RunBy::Mcp && self.tools.iter().any(|source| !is_live(source)) {
            let why = "dialog.executor is `mcp`, and not all tools come from live servers; expected sources such as `mcp:COMMAND ARGS`";
            return Some(("executor", why.to_owned()));
        }
        if let Some(fault) = self.mcp.fault() {
            return Some(fault);
        }
        if let Err(error) = self.verify.panel() {
            return Some(("[verify.by_model]", format!("verify.{error}")));
        }
        if let Err(error) = self.split.check() {
            return Some(("[split]", error.to_string()));
        }
        if self.verify.rules.as_ref().is_some_and(Vec::is_empty) {
            let why = "verify.rules is an empty list, so nothing would be verified; leave the key out for all rules";
            return Some(("rules", why.to_owned()));
        }
        if let Some(share) = self.finalise.near_duplicates.filter(|share| !TWINS.contains(share)) {
            let (least, most) = (TWINS.start(), TWINS.end());
            let why = format!("finalise.near_duplicates is {share}; expected a share from {least} to {most}");
            return Some(("near_duplicates", why));
        }
        if self.tools.iter().any(|source| source.trim().is_empty()) {
            return Some(("tools", "tools holds an empty path; expected files or folders".to_owned()));
        }
        None
    }

    /// Whether it asks a model.
    pub(crate) const fn asks_model(&self) -> bool {
        self.dialog.agents.is_some() || self.verify.by_model.is_some()
    }

    /// The recipe as it is written beside a run.
    pub(crate) fn resolved(&self) -> Result<String> {
        let mut own = self.clone();
        own.version = Some(env!("CARGO_PKG_VERSION").to_owned());
        toml::to_string(&own).context("the recipe cannot be written as TOML")
    }
}

/// Whether a source is a live server, well written or not.
fn is_live(source: &str) -> bool {
    toolwright_mcp::Server::parse(source).is_some()
}

/// The line where a key, or a table's heading, stands; `None` where it is written in another way.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let stands = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix(key).is_some_and(|rest| key.starts_with('[') || rest.trim_start().starts_with('='))
    };
    text.lines().position(stands).map(|at| at + 1)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `unknown field` and `unknown variant` with the nearest name.
fn explained(message: &str) -> String {
    let message = message.trim();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let Some(found) = quoted.next().filter(|_| unknown) else { return message.to_owned() };
    let known: Vec<&str> = quoted.collect();
    let near = nearest(found, known.iter().copied())
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    format!("no key is called `{found}` here; {near}known keys: {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_recipes_read_and_write() {
        for (name, text) in BUILTIN {
            let recipe = Recipe::parse(name, text).expect(name);
            assert_eq!(recipe.name, *name);
            let resolved = recipe.resolved().expect("it was just read");
            assert_eq!(Recipe::parse(name, &resolved).expect("resolved").dialog, recipe.dialog);
        }
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = |text: &str| Recipe::parse("my.toml", text).expect_err(text).to_string();
        assert_eq!(
            error("seed = 7\n[dialog]\ntrys = 3\n"),
            "my.toml:3: no key is called `trys` here; did you mean `tries`? known keys: tries, candidates, turns, chain, parallel, neighbours, system, kinds, situations, tool_notations, styles, complication, executor, agents"
        );
        assert!(
            error("[dialog.kinds]\nsingel = 1\n")
                .starts_with("my.toml:2: no key is called `singel` here; did you mean `single`?")
        );
        assert!(
            error("seed = \"x\"\n").starts_with("my.toml:1: invalid type: string"),
            "{}",
            error("seed = \"x\"\n")
        );
        assert_eq!(
            error("[dialog.tool_notations]\njson = 1\nymal = 1\n"),
            "my.toml:3: dialog.tool_notations: no tool notation is called `ymal`; did you mean `yaml`? There are: json, yaml, xml, markdown"
        );
        assert!(error("[dialog.styles]\nplain = 1\npolit = 1\n").starts_with(
            "my.toml:3: dialog.styles: no style is called `polit`; did you mean `polite`? There are: plain, "
        ));
        assert_eq!(
            error("[dialog]\ncomplication = [2, 4]\n"),
            "my.toml:2: dialog.complication is [2, 4]; expected the least and the most, from 0 to 3"
        );
        assert!(error("seed = \n").starts_with("my.toml:1: "));
    }
}
