//! What a run does: the recipe's sections as types, with their defaults.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use toolwright_core::render::tool_notation;
use toolwright_core::{Error, Kind, Result, Situation};
use toolwright_verify::{Judges, Panel, PanelConfig, Rules, known};

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
    /// What runs calls.
    pub executor: RunBy,
    /// How agents that ask a model play dialogs; absent where the embedded speakers do, without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<AgentsConfig>,
}

/// How agents that ask a model play dialogs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentsConfig {
    /// Who decides what happens.
    pub director: Direction,
    /// Whether a planner lays out what the user wants in the whole dialog, before the first word; with the director `assistant`.
    pub planner: bool,
    /// How many drafts of each of its turns the assistant makes, with the director `assistant`. The paper gives no number.
    pub drafts: u32,
    /// How many of them must make the same calls. The paper gives no number.
    pub quorum: u32,
    /// What happens where fewer do.
    pub disagreement: Disagreement,
    /// How often the assistant may call for one request, before it has to speak.
    pub rounds: u32,
    /// How often the user answers a question of the assistant's for one request.
    pub questions: u32,
    /// How varied what each agent says is.
    pub temperature: Temperatures,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
}

/// Who decides what happens in a dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The assistant, by agreement among its drafts, as in the paper.
    #[default]
    Assistant,
    /// A plan with the gold calls; the model only words it.
    Plan,
}

/// What happens where too few drafts agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disagreement {
    /// The try is rejected.
    #[default]
    Drop,
    /// The dialog goes on with what most drafts do, and training must not learn the turn.
    Mask,
}

/// What runs calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunBy {
    /// The simulated world.
    #[default]
    World,
    /// The tool agent, as in the paper.
    Model,
    /// The live servers that the tools come from.
    Mcp,
}

/// How varied what each agent says is: 0 for the likeliest, up to 2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Temperatures {
    /// The user.
    pub user: f64,
    /// The planner.
    pub planner: f64,
    /// The assistant's drafts.
    pub assistant: f64,
    /// The tool agent.
    pub tool: f64,
    /// The wording of planned dialogs.
    pub wording: f64,
}

impl Default for Temperatures {
    fn default() -> Self {
        Self { user: 1.0, planner: 1.0, assistant: 0.8, tool: 0.7, wording: 0.9 }
    }
}

impl Default for AgentsConfig {
    fn default() -> Self {
        Self {
            director: Direction::default(),
            planner: false,
            drafts: 5,
            quorum: 3,
            disagreement: Disagreement::default(),
            rounds: 6,
            questions: 2,
            temperature: Temperatures::default(),
            max_tokens: 2048,
        }
    }
}

impl AgentsConfig {
    /// The first setting that is out of its range: its key, and what was expected.
    ///
    /// ```
    /// use toolwright_synth::AgentsConfig;
    /// assert_eq!(AgentsConfig::default().fault(), None);
    /// let config = AgentsConfig { drafts: 2, ..AgentsConfig::default() };
    /// assert_eq!(config.fault(), Some(("quorum", "quorum is 3; expected 1 to 2, the number of drafts".into())));
    /// ```
    pub fn fault(&self) -> Option<(&'static str, String)> {
        const DRAFTS: u32 = 32;
        const ROUNDS: u32 = 32;
        const TOKENS: u32 = 1 << 20;
        let Temperatures { user, planner, assistant, tool, wording } = self.temperature;
        let temperatures = [
            ("user", user),
            ("planner", planner),
            ("assistant", assistant),
            ("tool", tool),
            ("wording", wording),
        ];
        let counts = [
            ("drafts", self.drafts, 1, DRAFTS, ""),
            ("quorum", self.quorum, 1, self.drafts, ", the number of drafts"),
            ("rounds", self.rounds, 1, ROUNDS, ""),
            ("questions", self.questions, 0, ROUNDS, ""),
            ("max_tokens", self.max_tokens, 1, TOKENS, ""),
        ];
        let count = counts.into_iter().find(|(_, value, least, most, _)| !(least..=most).contains(&value));
        let count = count.map(|(key, value, least, most, what)| {
            (key, format!("{key} is {value}; expected {least} to {most}{what}"))
        });
        let temperature = temperatures.into_iter().find(|(_, value)| !(0.0..=2.0).contains(value));
        count
            .or(temperature
                .map(|(key, value)| (key, format!("temperature.{key} is {value}; expected 0 to 2"))))
    }
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
            executor: RunBy::World,
            agents: None,
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
        if self.executor == RunBy::Model && self.agents.is_none() {
            return Err(Error::new(
                "executor is `model`, and there are no agents to ask one; expected `world` or `mcp`",
            ));
        }
        if let Some((_, why)) = self.agents.as_ref().and_then(AgentsConfig::fault) {
            return Err(Error::new(format!("agents: {why}")));
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// The judges that ask a model, of what the others pass; absent where none is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_model: Option<PanelConfig>,
}

impl VerifyConfig {
    /// The judges that ask a model, where the recipe has some.
    ///
    /// # Errors
    /// Where a name is unknown, or a number makes no sense.
    pub fn panel(&self) -> Result<Option<Panel>> {
        self.by_model.as_ref().map(Panel::new).transpose().map_err(|error| error.at("by_model"))
    }

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
