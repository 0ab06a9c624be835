//! What a run does: the recipe's sections as types, with their defaults.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use toolwright_core::render::tool_notation;
use toolwright_core::{Error, Kind, Result, Situation};
use toolwright_verify::{Judges, Rules, known};

use crate::agent::style::{STYLES, style};

/// The highest degree of complication.
const MOST_COMPLICATED: u8 = 3;

/// How dialogs are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DialogConfig {
    /// How often an index tries before it gives up.
    pub tries: u32,
    /// The least and the most tools on offer. ToolACE's Figure 2 spans 0 to 9.
    pub candidates: [u8; 2],
    /// The least and the most requests in a dialog of kind `multi`.
    pub turns: [u8; 2],
    /// The least and the most calls in a chain of a dialog of kind `dependent`.
    pub chain: [u8; 2],
    /// The least and the most calls that are made at once in the kinds `parallel_same` and `parallel_mixed`.
    pub parallel: [u8; 2],
    /// The share of the other tools on offer that are near neighbours of those that calls use.
    pub neighbours: f64,
    /// The share of dialogs with a system prompt.
    pub system: f64,
    /// The share of each kind, as weights. The paper gives no mix; this one is ours.
    pub kinds: IndexMap<Kind, f64>,
    /// The share of dialogs in which something out of the ordinary happens, of the dialogs whose kind can show it.
    pub situations: IndexMap<Situation, f64>,
    /// How the tools of a dialog are written where a format writes them as text, as weights of notations. ToolACE's first version
    /// mixes JSON, YAML, XML and Markdown; its published data, and this default, are JSON.
    pub tool_notations: IndexMap<String, f64>,
    /// How users speak, as weights of styles. The paper leaves that to its model; this mix is ours.
    pub styles: IndexMap<String, f64>,
    /// The least and the most degree, 0 to 3, of how far a user's words are from the API's own: 0 its own, 1 as people ask, 2 further
    /// away, 3 a need is stated. What is asked for stays the same.
    pub complication: [u8; 2],
}

impl Default for DialogConfig {
    fn default() -> Self {
        let kinds = [
            (Kind::Single, 0.20),
            (Kind::ParallelSame, 0.10),
            (Kind::ParallelMixed, 0.10),
            (Kind::Dependent, 0.16),
            (Kind::NoTool, 0.08),
            (Kind::Clarify, 0.10),
            (Kind::Chat, 0.04),
            (Kind::Direct, 0.06),
            (Kind::Multi, 0.16),
        ];
        let situations = [
            (Situation::Retry, 0.03),
            (Situation::Outage, 0.03),
            (Situation::WrongArgument, 0.04),
            (Situation::NotFound, 0.03),
            (Situation::Correction, 0.04),
            (Situation::ChangedMind, 0.03),
            (Situation::PartialAnswer, 0.10),
            (Situation::ToolAdded, 0.02),
            (Situation::ToolRemoved, 0.02),
        ];
        Self {
            tries: 8,
            candidates: [0, 9],
            turns: [2, 6],
            chain: [2, 7],
            parallel: [2, 8],
            neighbours: 0.6,
            system: 0.35,
            kinds: kinds.into_iter().collect(),
            situations: situations.into_iter().collect(),
            tool_notations: [("json".to_owned(), 1.0)].into_iter().collect(),
            styles: STYLES.iter().map(|style| (style.name.to_owned(), style.weight)).collect(),
            complication: [1, 3],
        }
    }
}

/// The longest chain, and the most calls at once.
const LONGEST: u8 = 8;

impl DialogConfig {
    /// Whether every setting is in its range.
    ///
    /// # Errors
    /// Names the first that is not, with what was expected.
    pub fn check(&self) -> Result<()> {
        let range = |name: &str, [least, most]: [u8; 2], floor: u8| {
            let wrong = || {
                Error::new(format!(
                    "{name} is [{least}, {most}]; expected the smaller number first, at least {floor}, at most 32"
                ))
            };
            if least > most || least < floor || most > 32 { Err(wrong()) } else { Ok(()) }
        };
        range("candidates", self.candidates, 0)?;
        range("turns", self.turns, 1)?;
        range("chain", self.chain, 2)?;
        range("parallel", self.parallel, 2)?;
        if self.chain[1] > LONGEST || self.parallel[1] > LONGEST {
            return Err(Error::new(format!(
                "chain ends at {} and parallel at {}; expected at most {LONGEST}",
                self.chain[1], self.parallel[1]
            )));
        }
        if !(0.0..=1.0).contains(&self.neighbours) {
            return Err(Error::new(format!(
                "neighbours is {}; expected a share between 0 and 1",
                self.neighbours
            )));
        }
        let shares = self.situations.iter();
        if let Some((name, share)) = shares.clone().find(|(_, share)| !(0.0..=1.0).contains(*share)) {
            return Err(Error::new(format!(
                "situations: {} is {share}; expected a share between 0 and 1",
                name.name()
            )));
        }
        let sum: f64 = shares.map(|(_, share)| share).sum();
        if sum > 1.0 + 1e-9 {
            return Err(Error::new(format!("the shares of situations add up to {sum}; expected at most 1")));
        }
        if self.tries == 0 {
            return Err(Error::new("tries is 0; expected at least 1"));
        }
        if !(0.0..=1.0).contains(&self.system) {
            return Err(Error::new(format!("system is {}; expected a share between 0 and 1", self.system)));
        }
        for (name, weight) in &self.tool_notations {
            tool_notation(name).map_err(|error| error.at("tool_notations"))?;
            if !weight.is_finite() || *weight < 0.0 {
                return Err(Error::new(format!(
                    "tool_notations: {name} is {weight}; expected a weight of at least 0"
                )));
            }
        }
        if self.tool_notations.values().all(|weight| *weight == 0.0) {
            return Err(Error::new("every weight of tool_notations is 0; give at least one notation more"));
        }
        for (name, weight) in &self.styles {
            style(name).map_err(|error| error.at("styles"))?;
            if !weight.is_finite() || *weight < 0.0 {
                return Err(Error::new(format!(
                    "styles: {name} is {weight}; expected a weight of at least 0"
                )));
            }
        }
        if self.styles.values().all(|weight| *weight == 0.0) {
            return Err(Error::new("every weight of styles is 0; give at least one style more"));
        }
        let [least, most] = self.complication;
        if least > most || most > MOST_COMPLICATED {
            return Err(Error::new(format!(
                "complication is [{least}, {most}]; expected the least and the most, from 0 to {MOST_COMPLICATED}"
            )));
        }
        let sum: f64 = self.kinds.values().sum();
        if !sum.is_finite() {
            return Err(Error::new(format!(
                "the weights of kinds add up to {sum}; expected a finite number"
            )));
        }
        Ok(())
    }
}

/// How dialogs are verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VerifyConfig {
    /// The rules to apply; all of them where the list is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<String>>,
    /// The judges to ask where the rules find nothing; all of them where the list is absent, none where it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judges: Option<Vec<String>>,
    /// Rules and judges whose findings are noted and reject nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl VerifyConfig {
    /// The rules and judges that are meant.
    ///
    /// # Errors
    /// Where a name is unknown.
    pub fn chosen(&self) -> Result<(Rules, Judges)> {
        fn names(all: &[String]) -> Vec<&str> {
            all.iter().map(String::as_str).collect()
        }
        known(&self.notes)?;
        let rules =
            self.rules.as_ref().map_or_else(|| Ok(Rules::all()), |some| Rules::named(&names(some)))?;
        let judges =
            self.judges.as_ref().map_or_else(|| Ok(Judges::all()), |some| Judges::named(&names(some)))?;
        Ok((rules, judges))
    }
}
