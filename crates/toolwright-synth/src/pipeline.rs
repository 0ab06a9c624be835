//! From an index to a verified dialog: the file to read first.
//!
//! An index has a kind ([`KindTable`]). A try draws a plan of that kind ([`Director`]), plays it ([`play`]): the user and the
//! assistant put intents into words, the simulated world executes calls. Then the rules check the dialog, and judges weigh what passes them. An index tries a few
//! times and gives one accepted dialog or none; what was rejected is kept with its findings. All randomness derives from (run
//! seed, stage, index, try).
//!
//! Where the recipe has agents that ask a [`Model`], the same loop waits for their replies: they word the plan, or play without gold
//! ([`converse`]), and judges that ask a model see what the others pass. The embedded answerers never wait.
//!
//! Source: ToolACE (arXiv:2409.00920), modules SDG and DLV. Ours: plans come first, so no votes are needed; see docs/papers.md.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use toolwright_core::seed::Seed;
use toolwright_core::{
    Asker, Dialog, Endpoint, Error, Finding, Host, Kind, Outcome, Ran, Result, Situation, Unanswered, Verdict,
};
use toolwright_verify::{Judges, Panel, Rules};

use crate::agent::surface::Manner;
use crate::agent::voice::Voice;
use crate::agent::{Scene, Utterance, assistant, turns, user};
use crate::dialog::chain::expected;
use crate::dialog::machine::{Intent, Machine, Reply, Step, Trouble};
use crate::dialog::plan::{Director, Episode, Plan};
use crate::model::{Agents, Lost, SoFar, converse};
use crate::pool::Pool;
use crate::recipe::{DialogConfig, Direction, RunBy, VerifyConfig};
use crate::runner::Runner;
use crate::world::{World, failure};

/// Makes the samples of a run.
///
/// ```
/// use std::sync::Arc;
/// use toolwright_core::Kind;
/// use toolwright_synth::{DialogConfig, Synth, VerifyConfig, pool::{Pool, builtin}};
/// let pool = Arc::new(Pool::new(builtin::tools(300)).0);
/// let synth = Synth::new(Arc::clone(&pool), pool, DialogConfig::default(), &VerifyConfig::default(), 7)?;
/// let made = synth.make(0);
/// let dialog = made.accepted.expect("the built-in pool serves every kind");
/// assert_eq!(dialog.meta.kind, Some(synth.kind(0)));
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Synth {
    pool: Arc<Pool>,
    foreign: Arc<Pool>,
    config: DialogConfig,
    kinds: KindTable,
    rules: Rules,
    judges: Judges,
    panel: Option<Panel>,
    /// Whose findings are noted and reject nothing.
    notes: Vec<String>,
    run_seed: u64,
}

/// A model that answers for agents and judges.
#[derive(Clone, Copy)]
pub struct Model<'a> {
    /// Whoever carries questions to it.
    pub endpoint: &'a dyn Endpoint,
    /// Its name with a hash of what it is told ([`words`]): what measurements on samples name.
    pub name: &'a str,
}

/// Whoever answers beside the embedded speakers and the simulated world.
#[derive(Clone, Copy, Default)]
pub struct Cast<'a> {
    /// The model, where the recipe asks one.
    pub model: Option<Model<'a>>,
    /// The live tools, where the recipe runs calls on them.
    pub host: Option<&'a dyn Host>,
}

/// Why a sample has to wait for another time: a reply or a result did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits(pub String);

impl std::fmt::Display for Waits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Waits {}

impl From<Unanswered> for Waits {
    fn from(unanswered: Unanswered) -> Self {
        Self(unanswered.to_string())
    }
}

/// The prompts of agents and judges, and the manners of users, for hashing: they belong to a run as much as its recipe.
///
/// ```
/// assert!(toolwright_synth::words().all(|text| !text.is_empty()));
/// ```
pub fn words() -> impl Iterator<Item = &'static str> {
    crate::model::words().chain(Panel::words())
}

/// What an index gave.
#[derive(Debug, Default)]
pub struct Made {
    /// The dialog that passed, if one did.
    pub accepted: Option<Dialog>,
    /// The tries that did not, with their findings, or with what a judge could not decide.
    pub rejected: Vec<Dialog>,
}

/// From so many domains on, or parts of domains, a pool can give requests that the tools on offer do not serve.
const WIDE: usize = 12;

impl Synth {
    /// A maker of samples.
    ///
    /// - `pool`: the tools that dialogs use.
    /// - `foreign`: tools of other worlds, for requests that no tool on offer serves; may be the same pool.
    ///
    /// # Errors
    /// Where the pool is empty, a setting is out of its range, a weight is negative, no kind can be served, or the name of a rule or judge is unknown.
    pub fn new(
        pool: Arc<Pool>,
        foreign: Arc<Pool>,
        config: DialogConfig,
        verify: &VerifyConfig,
        seed: u64,
    ) -> Result<Self> {
        if pool.is_empty() {
            return Err(Error::new(
                "the pool has no usable tool; expected at least one function with a parameter schema",
            ));
        }
        config.check()?;
        let (rules, judges) = verify.chosen()?;
        let panel = verify.panel()?;
        let mut synth = Self {
            pool,
            foreign,
            config,
            kinds: KindTable::default(),
            rules,
            judges,
            panel,
            notes: verify.notes.clone(),
            run_seed: seed,
        };
        synth.kinds = KindTable::new(&synth.config, |kind| synth.serves(kind), seed)?;
        if synth.kinds.unserved.contains(&Kind::NoTool) && synth.pool.by_domain.len() >= WIDE {
            // A pool that speaks of everything has tools enough that are not on offer.
            synth.foreign = Arc::clone(&synth.pool);
            synth.kinds = KindTable::new(&synth.config, |kind| synth.serves(kind), seed)?;
        }
        Ok(synth)
    }

    /// The kinds that the recipe asks for and the pool cannot serve; their share went to the others.
    pub fn unserved(&self) -> &[Kind] {
        &self.kinds.unserved
    }

    /// The kind of this index.
    pub fn kind(&self, index: u64) -> Kind {
        self.kinds.of(index)
    }

    /// The sample of this index by the embedded speakers, whatever agents the recipe has: the same on every machine, in every order.
    pub fn make(&self, index: u64) -> Made {
        at_once(self.tries(index, Cast::default())).and_then(std::result::Result::ok).unwrap_or_default()
    }

    /// The sample of this index by the recipe's agents, judges and tools: the same wherever these answer the same.
    ///
    /// # Errors
    /// A reply or a result did not come: the sample is to be made another time, and what did come will be found in the journal.
    pub async fn make_with(&self, index: u64, cast: Cast<'_>) -> Result<Made, Waits> {
        self.tries(index, cast).await
    }

    async fn tries(&self, index: u64, cast: Cast<'_>) -> Result<Made, Waits> {
        let seed = Seed::new(self.run_seed).child("sample").index(index);
        let kind = self.kind(index);
        let mut made = Made::default();
        let mut failures = Vec::new();
        let planned = self.situation(index);
        let tries = self.config.tries.max(1);
        for attempt in 0..tries {
            // What the tools at hand cannot show must not cost the index: its last tries do without.
            let situation = planned.filter(|_| tries == 1 || attempt < tries - tries / 2);
            let mut asker = cast.model.map(|model| Asker::new(model.endpoint, index, attempt));
            let asking = cast.model.zip(asker.as_mut());
            let of = (index, attempt, seed.index(u64::from(attempt)));
            match self.attempt((kind, situation), of, asking, cast.host).await {
                Ok(mut dialog) => {
                    let verdict = self.verdict(&dialog, asker.as_mut()).await?;
                    let accepted = verdict.outcome == Outcome::Pass;
                    self.sign(&mut dialog, index, attempt, verdict);
                    if accepted {
                        made.accepted = Some(dialog);
                        return Ok(made);
                    }
                    made.rejected.push(dialog);
                }
                Err(Lost::Ended(mut dialog, verdict)) => {
                    dialog.meta.kind = Some(kind);
                    self.sign(&mut dialog, index, attempt, verdict);
                    made.rejected.push(*dialog);
                }
                Err(Lost::Plan(why)) => {
                    failures.push(Finding { rule: "plan".into(), message: None, call: None, why });
                }
                Err(Lost::Waits(why)) => return Err(Waits(why)),
            }
        }
        if made.rejected.is_empty() {
            // Nothing to show, but the reasons are kept.
            let mut empty = Dialog::default();
            empty.meta.kind = Some(kind);
            let verdict = Verdict {
                by: "plan".into(),
                outcome: Outcome::Reject,
                findings: failures,
                notes: Vec::new(),
                not_applicable: Vec::new(),
                undecided: None,
            };
            self.sign(&mut empty, index, self.config.tries.max(1) - 1, verdict);
            made.rejected.push(empty);
        }
        Ok(made)
    }

    /// Whether the pool serves a kind: a few tries say it, whatever the run's seed.
    fn serves(&self, kind: Kind) -> bool {
        let director = Director { pool: &self.pool, foreign: &self.foreign, config: &self.config };
        let tried = |at: u64| {
            let of = (at, 0, Seed::new(0).child(kind.name()).index(at));
            let dialog = at_once(self.attempt((kind, None), of, None, None));
            dialog.is_some_and(|dialog| {
                dialog.is_ok_and(|dialog| self.rules.verdict(&dialog).outcome == Outcome::Pass)
            })
        };
        director.serves(kind) && (0..16).any(tried)
    }

    /// What rules and judges make of a dialog. What the rules reject, no judge need see, and what these judges do not pass, no model.
    async fn verdict(&self, dialog: &Dialog, asker: Option<&mut Asker<'_>>) -> Result<Verdict, Unanswered> {
        let by_rules = self.rules.verdict(dialog).noted(&self.notes);
        if by_rules.outcome != Outcome::Pass {
            return Ok(by_rules);
        }
        let noted = |verdict: Verdict| verdict.noted(&self.notes);
        let by_judges: Vec<Verdict> = self.judges.verdicts(dialog).into_iter().map(noted).collect();
        let passed = by_judges.iter().all(|verdict| verdict.outcome == Outcome::Pass);
        let by_model = match (&self.panel, asker) {
            (Some(panel), Some(asker)) if passed => panel.verdicts(dialog, asker).await?,
            _ => Vec::new(),
        };
        let all = std::iter::once(by_rules).chain(by_judges).chain(by_model.into_iter().map(noted));
        Ok(Verdict::joined(all))
    }

    fn sign(&self, dialog: &mut Dialog, index: u64, attempt: u32, verdict: Verdict) {
        dialog.meta.seed = Some(self.run_seed);
        dialog.meta.index = Some(index);
        dialog.meta.attempt = Some(attempt);
        dialog.meta.tool_notation = self.tool_notation(index);
        dialog.meta.verdicts.push(verdict);
    }

    /// How the tools of this index are written where they are written as text; `None` stands for JSON.
    fn tool_notation(&self, index: u64) -> Option<String> {
        let notations = &self.config.tool_notations;
        let mut rng = Seed::new(self.run_seed).child("tool notation").index(index).rng();
        let drawn = rng.weighted(notations.values().copied().collect::<Vec<_>>())?;
        notations.get_index(drawn).map(|(name, _)| name.clone()).filter(|name| name != "json")
    }

    /// What happens out of the ordinary at this index, as far as the tools can show it.
    pub fn situation(&self, index: u64) -> Option<Situation> {
        self.kinds.situation(self.kind(index), index)
    }

    async fn attempt(
        &self,
        (kind, situation): (Kind, Option<Situation>),
        (sample, attempt, seed): (u64, u32, Seed),
        asking: Option<(Model<'_>, &mut Asker<'_>)>,
        host: Option<&dyn Host>,
    ) -> std::result::Result<Dialog, Lost> {
        let director = Director { pool: &self.pool, foreign: &self.foreign, config: &self.config };
        let agents = self.config.agents.as_ref().zip(asking);
        let free = agents.as_ref().is_some_and(|(agents, _)| agents.director == Direction::Assistant);
        // Without gold nobody can say what goes wrong, and live tools fail when they do.
        let staged =
            |situation: &Situation| !free && (self.config.executor != RunBy::Mcp || !fails(*situation));
        let situation = situation.filter(staged);
        let plan = director.plan(kind, situation, seed.child("plan")).map_err(Lost::Plan)?;
        let expected = expected(&plan, &self.pool);
        let world = World::new(&self.pool, seed.child("world"), plan.today).expecting(expected);
        let mut runner = Runner { by: self.config.executor, world, host, sample, attempt, calls: 0 };
        let DialogConfig { styles, complication, .. } = &self.config;
        let voice = Voice::draw(styles, *complication, plan.system.as_deref(), seed.child("voice"));
        let mut agents = agents.map(|(config, (model, asker))| Agents { config, model: model.name, asker });
        let mut dialog = match &mut agents {
            Some(agents) if free => converse(agents, &self.pool, &plan, &voice, &mut runner).await?,
            agents => {
                let scene = (&*self.pool, &*self.foreign, &plan, voice);
                play(scene, agents.as_mut(), &mut runner, seed.child("words")).await?
            }
        };
        dialog.meta.other.insert("style".into(), voice.style.name.into());
        dialog.meta.other.insert("complication".into(), voice.degree.into());
        Ok(dialog)
    }
}

/// What comes of work that waits for nothing.
fn at_once<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

/// Plays a plan with the embedded speakers, in a model's words where there are agents, and an executor.
async fn play(
    (pool, foreign, plan, voice): (&Pool, &Pool, &Plan, Voice),
    mut agents: Option<&mut Agents<'_, '_>>,
    runner: &mut Runner<'_, '_>,
    seed: Seed,
) -> std::result::Result<Dialog, Lost> {
    let mut rng = seed.rng();
    let manner = Manner::draw(&mut rng);
    let mut machine = Machine::new(pool, plan);
    let mut reply = Reply::Start;
    let offered: Vec<_> = plan.offered.iter().map(|at| Arc::clone(&pool.entries[*at].tool)).collect();
    loop {
        reply = match machine.step(reply) {
            Step::Ask(intent) => {
                let (episode, done) = (intent.episode(), machine.done());
                let scene = Scene { pool, foreign, plan, manner, voice, episode, done };
                let said = speak(&scene, intent, machine.last_result().as_ref(), &mut rng)
                    .ok_or_else(|| Lost::Plan(format!("{intent:?} cannot be put into words")))?;
                let so_far = SoFar { tools: &offered, messages: machine.messages() };
                Reply::Words(match &mut agents {
                    Some(agents) => {
                        agents.reworded(said, intent.is_users().then_some(&voice), &so_far).await?
                    }
                    None => said,
                })
            }
            Step::Execute(tool, call) => {
                let so_far = SoFar { tools: &offered, messages: machine.messages() };
                let Ran { result, failed } = runner.run(agents.as_deref_mut(), &tool, &call, &so_far).await?;
                if failed {
                    let why =
                        format!("the plan has the call of `{}` work, and it fails: {result}", tool.name);
                    return Err(so_far.rejected("executor", Some(so_far.messages.len() - 1), why));
                }
                Reply::Result(result)
            }
            Step::Fail(tool, call, trouble) => {
                let seed = seed.child("trouble").child(&call.name);
                Reply::Result(match trouble {
                    Trouble::Fails(kind) => failure::failure(kind, &tool, &call, seed),
                    Trouble::Missing(argument) => {
                        let entry = pool.named(&tool.name).and_then(|entry| entry.param(&argument));
                        let label = entry.map_or(argument.as_str(), |param| param.label.as_str());
                        let value = call.arguments.get(&argument).cloned().unwrap_or_default();
                        failure::missing(&tool, label, &value, seed)
                    }
                    Trouble::Refused(argument, expected) => {
                        failure::refused(&tool, &call, &argument, &expected, seed)
                    }
                })
            }
            Step::Done(dialog) => return Ok(*dialog),
            Step::Failed(why) => return Err(Lost::Plan(why)),
        };
    }
}

/// The embedded speakers' words for an intent.
///
/// - `last`: the last result of a tool.
fn speak(
    scene: &Scene<'_>,
    intent: Intent,
    last: Option<&serde_json::Value>,
    rng: &mut toolwright_core::seed::Rng,
) -> Option<Utterance> {
    let episodes = &scene.plan.episodes;
    match intent {
        Intent::Request(at) => match episodes.get(at)? {
            Episode::Task(task) => user::request(scene, task, rng),
            Episode::Outside(outside) => user::outside(
                scene,
                if outside.foreign { scene.foreign } else { scene.pool },
                &outside.planned,
                rng,
            ),
            _ => None,
        },
        Intent::AskFor(at, from, to) | Intent::Supply(at, from, to) => {
            let Episode::Task(task) = episodes.get(at)? else { return None };
            let planned = task.steps.first()?.first()?;
            let names = task.withheld.get(from..to)?;
            if matches!(intent, Intent::AskFor(..)) {
                assistant::ask_for(scene, planned, names, rng)
            } else {
                user::supply(scene, planned, names, to < task.withheld.len(), rng)
            }
        }
        Intent::Report(at) => match episodes.get(at)? {
            Episode::Task(task) => assistant::report(scene, task, rng),
            _ => None,
        },
        Intent::Regret(at) => match episodes.get(at)? {
            Episode::Task(task) => turns::regret(scene, task, last?, rng),
            _ => None,
        },
        Intent::Amend(at) => match episodes.get(at)? {
            Episode::Task(task) => turns::amend(scene, task, rng),
            _ => None,
        },
        Intent::Decline(at) => match episodes.get(at)? {
            Episode::Outside(outside) => {
                let foreign = if outside.foreign { scene.foreign } else { scene.pool };
                Some(assistant::decline(scene, foreign, outside, rng))
            }
            _ => None,
        },
        Intent::Say(at, turn) | Intent::Answer(at, turn) => {
            let (Episode::Chat(exchange) | Episode::Direct(exchange)) = episodes.get(at)? else {
                return None;
            };
            let (user, assistant) = exchange.turns.get(turn)?;
            Some(match intent {
                Intent::Say(..) => user::talk(scene, user, rng),
                _ => Utterance::plain(assistant),
            })
        }
    }
}

/// Which index has which kind: fixed in advance, spread evenly, never by what came back.
#[derive(Debug, Default)]
struct KindTable {
    /// (kind, where its share ends in 0..1).
    ends: Vec<(Kind, f64)>,
    unserved: Vec<Kind>,
    /// The share of each situation, of the dialogs whose kind can show it.
    situations: Vec<(Situation, f64)>,
    offset: u64,
}

impl KindTable {
    fn new(config: &DialogConfig, serves: impl Fn(Kind) -> bool, seed: u64) -> Result<Self> {
        if let Some((kind, weight)) =
            config.kinds.iter().find(|(_, weight)| !weight.is_finite() || **weight < 0.0)
        {
            return Err(Error::new(format!(
                "kinds.{} is {weight}; expected a weight of 0 or more",
                kind.name()
            )));
        }
        let asked = config.kinds.iter().filter(|(_, weight)| **weight > 0.0);
        let (served, unserved): (Vec<_>, Vec<_>) =
            asked.map(|(kind, weight)| (*kind, *weight)).partition(|(kind, _)| serves(*kind));
        let total: f64 = served.iter().map(|(_, weight)| weight).sum();
        if served.is_empty() {
            return Err(Error::new(
                "the pool serves none of the kinds that the recipe asks for; add tools, or kinds such as `single`",
            ));
        }
        let mut sum = 0.0;
        let ends = served.into_iter().map(|(kind, weight)| {
            sum += weight / total;
            (kind, sum)
        });
        Ok(Self {
            ends: ends.collect(),
            unserved: unserved.into_iter().map(|(kind, _)| kind).collect(),
            situations: config.situations.iter().map(|(situation, share)| (*situation, *share)).collect(),
            offset: Seed::new(seed).child("kinds").value(),
        })
    }

    /// The situation of an index of this kind: by multiples of another irrational number, so that kinds and situations mix evenly.
    fn situation(&self, kind: Kind, index: u64) -> Option<Situation> {
        let point = index.wrapping_mul(0xc13f_a9a9_02a6_328f).wrapping_add(self.offset.rotate_left(32));
        let point = (point >> 11) as f64 / (1u64 << 53) as f64;
        let mut end = 0.0;
        for (situation, share) in self.situations.iter().filter(|(situation, _)| shown_by(kind, *situation)) {
            end += share;
            if point < end {
                return Some(*situation);
            }
        }
        None
    }

    /// The golden ratio's multiples fill the unit interval evenly, so that any stretch of indices has nearly its share of each kind.
    fn of(&self, index: u64) -> Kind {
        let point = index.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(self.offset);
        let point = (point >> 11) as f64 / (1u64 << 53) as f64;
        let found = self.ends.iter().find(|(_, end)| point < *end).or(self.ends.last());
        found.map_or(Kind::Single, |(kind, _)| *kind)
    }
}

/// Whether a call is made to fail in a situation.
const fn fails(situation: Situation) -> bool {
    matches!(situation, Situation::Retry | Situation::Outage | Situation::WrongArgument | Situation::NotFound)
}

/// Whether dialogs of this kind can show a situation.
const fn shown_by(kind: Kind, situation: Situation) -> bool {
    match situation {
        Situation::Retry | Situation::Outage | Situation::WrongArgument => {
            matches!(kind, Kind::Single | Kind::Dependent | Kind::Multi)
        }
        Situation::NotFound | Situation::Correction => matches!(kind, Kind::Single | Kind::Multi),
        Situation::PartialAnswer => matches!(kind, Kind::Clarify),
        Situation::ChangedMind | Situation::ToolAdded | Situation::ToolRemoved => matches!(kind, Kind::Multi),
    }
}
