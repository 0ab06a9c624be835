//! The director with gold: what happens in a dialog is planned first, so its calls are right by construction.
//!
//! Source: plan-first is ours; ToolACE (arXiv:2409.00920, §3) samples candidate tools and a dialog kind, as here, but lets its
//! assistant find the calls and settles by agreement. The kinds are the paper's, split finer; candidate counts span 0 to 9 as in
//! its Figure 2. The mix is ours, because the paper gives none.
//!
//! A [`Draft`] is a plan in the making. How chains come to be stands in [`super::chain`], what goes wrong in [`super::twist`], which tools
//! are on offer in [`super::offer`].

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Kind, Situation};

use super::arguments::planned;
use super::task::{Argument, Given, Planned, Task};
use crate::agent::name::listed;
use crate::agent::surface::Manner;
use crate::agent::talk;
use crate::pool::Pool;
use crate::pool::entry::{Entry, Field, Param};
use crate::recipe::DialogConfig;
use crate::world::bearing::bearing;
use crate::world::{law, lexicon};

/// Everything that will happen in a dialog.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) situation: Option<Situation>,
    pub(crate) today: Date,
    /// The tools on offer, by their position in the pool.
    pub(crate) offered: Vec<usize>,
    /// The system prompt, where there is one.
    pub(crate) system: Option<String>,
    pub(crate) episodes: Vec<Episode>,
}

/// One request and what follows from it.
#[derive(Debug)]
pub(crate) enum Episode {
    /// Something the tools can do.
    Task(Task),
    /// Something no tool on offer can do.
    Outside(Outside),
    /// Small talk.
    Chat(talk::Exchange),
    /// A question that needs no tool.
    Direct(talk::Exchange),
    /// A tool comes on offer, by its position in the pool, or goes.
    News { tool: usize, added: bool },
}

/// A request that no tool on offer serves.
#[derive(Debug)]
pub(crate) struct Outside {
    /// The tool that would serve it.
    pub(crate) planned: Planned,
    /// Whether that tool belongs to the built-in pool and not to the run's own.
    pub(crate) foreign: bool,
}

/// Whether two tools would serve the same request.
pub(super) fn alike(pool: &Pool, a: usize, b: usize) -> bool {
    let (a, b) = (&pool.entries[a], &pool.entries[b]);
    let serves = |entry: &Entry, of: &Entry| {
        let lineage = entry.tool.meta.lineage.as_ref().zip(of.tool.meta.lineage.as_ref());
        lineage.is_some_and(|(own, other)| {
            own.functionalities.iter().any(|one| other.functionalities.contains(one))
        })
    };
    a.clause == b.clause
        || (!a.tool.description.is_empty() && a.tool.description == b.tool.description)
        || a.domain == b.domain && serves(a, b)
}

/// Whether a tool, or one that would serve the same, is among these.
pub(super) fn taken(pool: &Pool, among: &[usize], at: usize) -> bool {
    among.iter().any(|one| *one == at || alike(pool, *one, at))
}

/// How often a request of a longer dialog goes on with what an earlier one gave, where it can.
const GOES_ON: f64 = 0.7;

/// Draws plans from a pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Director<'p> {
    pub(crate) pool: &'p Pool,
    /// Tools of other worlds, for requests that the run's own tools cannot serve.
    pub(crate) foreign: &'p Pool,
    pub(crate) config: &'p DialogConfig,
}

/// Facts about the user that a system prompt may hold: last words of a parameter's name, what the prompt says.
const PROFILE: &[(&str, &str)] = &[
    ("email", "email address"),
    ("phone", "phone number"),
    ("city", "home city"),
    ("currency", "preferred currency"),
    ("timezone", "time zone"),
    ("customer id", "customer ID"),
    ("account id", "account ID"),
    ("member id", "member ID"),
    ("patient id", "patient ID"),
    ("home id", "home ID"),
    ("address", "home address"),
    ("user id", "user ID"),
    ("employee id", "employee ID"),
    ("language", "preferred language"),
];

/// What a parameter that the system prompt may fill is called there.
pub(crate) fn profile_label(param: &Param) -> Option<&'static str> {
    let words = param.words.join(" ");
    let named = |name: &str| words == name || (name.contains(' ') && words.ends_with(name));
    PROFILE.iter().find(|(name, _)| named(name)).map(|(_, label)| *label)
}

impl<'p> Director<'p> {
    /// Whether dialogs of this kind can be made from the pool at all.
    pub(crate) fn serves(&self, kind: Kind) -> bool {
        let entries = &self.pool.entries;
        match kind {
            Kind::Single | Kind::Multi => !entries.is_empty(),
            Kind::ParallelSame => entries.iter().any(|entry| entry.params.iter().any(|param| param.varies)),
            Kind::ParallelMixed => entries.len() > 1,
            Kind::Dependent => !self.pool.fed.is_empty(),
            Kind::Clarify => entries.iter().any(|entry| entry.params.iter().any(|param| param.withholdable)),
            Kind::NoTool | Kind::Chat | Kind::Direct => true,
        }
    }

    /// A plan of this kind, in which this happens, or why there is none this time.
    pub(crate) fn plan(&self, kind: Kind, situation: Option<Situation>, seed: Seed) -> Result<Plan, String> {
        let mut rng = seed.rng();
        let days = rng.between(0, 700);
        let today = jiff::civil::date(2025, 1, 6).saturating_add(jiff::Span::new().days(days));
        let mut draft = Draft {
            director: *self,
            rng,
            today,
            seed,
            used: Vec::new(),
            facts: Vec::new(),
            system: false,
            leads: kind == Kind::Multi,
            episode: 0,
        };
        draft.system = draft.rng.chance(self.config.system);
        let mut episodes = match (kind, situation) {
            (Kind::Multi, Some(Situation::ToolAdded)) => draft.tool_added()?,
            (Kind::Multi, Some(Situation::ToolRemoved)) => draft.tool_removed()?,
            (Kind::Multi, Some(Situation::ChangedMind)) => draft.changed_mind()?,
            (Kind::Multi, _) => draft.episodes()?,
            (Kind::Clarify, Some(Situation::PartialAnswer)) => vec![Episode::Task(draft.clarify(None, 2)?)],
            (Kind::Single, Some(situation)) => vec![Episode::Task(draft.single_that(situation)?)],
            (one, _) => vec![draft.episode(one, None)?],
        };
        if let Some(situation) = situation {
            draft.twist(situation, &mut episodes)?;
        }
        let offered = draft.offer(&episodes);
        let system = draft.system.then(|| draft.system_prompt());
        Ok(Plan { kind, situation, today, offered, system, episodes })
    }
}

/// What an assistant can do without a tool.
#[rustfmt::skip]
const BY_HEART: &[&str] = &[
    "translate", "summarize", "rewrite", "explain", "paraphrase", "correct", "suggest", "define", "convert", "calculate", "compute",
    "solve", "generate", "write", "draft", "compose", "describe", "simplify", "classify", "count", "analyze", "evaluate", "name",
];

/// Whether a lookup may be for what is known in general, such as the regions of a country: it names no single thing or person, and
/// nothing that it gives is of this day or has a price.
fn is_general(entry: &Entry) -> bool {
    #[rustfmt::skip]
    const OF_NOW: &[&str] = &[
        "money", "cents", "date", "past_date", "recent_date", "future_date", "time", "datetime", "past_datetime", "future_datetime", "phone",
        "email", "url", "address", "person", "driver", "first_name", "username", "carrier", "status",
    ];
    let of_now = |field: &Field| field.meaning.is_some_and(|meaning| OF_NOW.contains(&meaning.id));
    let single = |(_, field): (&str, &Field)| field.bearing.identifies || of_now(field);
    !entry.arguments.iter().any(single) && !entry.results.iter().any(|(_, field)| of_now(field))
}

/// Whether one request can leave out so many values at once.
fn leaves_out(entry: &Entry, count: usize) -> bool {
    let droppable = |ask: &crate::agent::pattern::Pattern| {
        let open = entry.params.iter().filter(|param| param.withholdable);
        open.filter(|param| ask.can_drop(&param.name)).count()
    };
    count < 2 || entry.asks.is_empty() || entry.asks.iter().any(|ask| droppable(ask) >= count)
}

/// A plan in the making.
pub(super) struct Draft<'p> {
    pub(super) director: Director<'p>,
    pub(super) rng: Rng,
    pub(super) today: Date,
    seed: Seed,
    /// The position of the episode that is being drawn.
    pub(super) episode: usize,
    /// Whether what comes first should lead on to something.
    leads: bool,
    /// The tools that calls use.
    pub(super) used: Vec<usize>,
    /// What the system prompt says of the user: (label, words).
    facts: Vec<(&'static str, Value, String)>,
    system: bool,
}

impl<'p> Draft<'p> {
    pub(super) fn pool(&self) -> &'p Pool {
        self.director.pool
    }

    /// Requests of different kinds, of which one may go on with what another gave.
    pub(super) fn episodes(&mut self) -> Result<Vec<Episode>, String> {
        let [least, most] = self.director.config.turns;
        let count = usize::try_from(self.rng.between(i64::from(least), i64::from(most))).unwrap_or(2);
        let mix = [
            (Kind::Single, 5.0),
            (Kind::Dependent, 2.0),
            (Kind::Clarify, 1.5),
            (Kind::ParallelSame, 1.0),
            (Kind::ParallelMixed, 1.0),
            (Kind::NoTool, 0.7),
            (Kind::Direct, 0.7),
            (Kind::Chat, 0.4),
        ];
        let open: Vec<(Kind, f64)> =
            mix.into_iter().filter(|(kind, _)| self.director.serves(*kind)).collect();
        let mut out: Vec<Episode> = Vec::new();
        let mut domain = None;
        while out.len() < count {
            let at = self.rng.weighted(open.iter().map(|(_, weight)| *weight)).unwrap_or(0);
            let (kind, _) = open.get(at).copied().ok_or("the pool serves no kind of request")?;
            let talk = |episode: &Episode| {
                matches!(episode, Episode::Chat(_) | Episode::Direct(_) | Episode::Outside(_))
            };
            if matches!(kind, Kind::Chat | Kind::Direct | Kind::NoTool) && out.iter().any(talk) {
                continue;
            }
            let kind = if kind == Kind::Chat && out.len() + 1 < count { Kind::Single } else { kind };
            self.episode = out.len();
            let goes_on = if self.rng.chance(GOES_ON) { self.going_on(&out) } else { None };
            let episode = match goes_on {
                Some(task) => Episode::Task(task),
                None => self.episode(kind, domain)?,
            };
            if let Episode::Task(task) = &episode {
                let entry = task.steps.first().and_then(|step| step.first()).map(|planned| planned.entry);
                domain = domain.or_else(|| entry.map(|entry| self.pool().entries[entry].domain));
            }
            out.push(episode);
        }
        self.ask_again(&mut out);
        let works = out.iter().any(|episode| matches!(episode, Episode::Task(_)));
        if works { Ok(out) } else { Err("no request of the dialog needs a tool".into()) }
    }

    pub(super) fn episode(&mut self, kind: Kind, domain: Option<usize>) -> Result<Episode, String> {
        Ok(match kind {
            Kind::Single | Kind::Multi => Episode::Task(self.single(domain)?),
            Kind::ParallelSame => Episode::Task(self.parallel_same(domain)?),
            Kind::ParallelMixed => Episode::Task(self.parallel_mixed(domain)?),
            Kind::Dependent => Episode::Task(self.dependent()?),
            Kind::Clarify => Episode::Task(self.clarify(domain, 1)?),
            Kind::NoTool => Episode::Outside(self.outside()?),
            Kind::Chat => Episode::Chat(if self.used.is_empty() {
                talk::chat(&mut self.rng)
            } else {
                talk::parting(&mut self.rng)
            }),
            Kind::Direct => Episode::Direct(talk::direct(&mut self.rng)),
        })
    }

    /// A tool: of this part of a domain or of the same domain if one is given, any other in one of ten cases.
    pub(super) fn entry(
        &mut self,
        domain: Option<usize>,
        fits: &dyn Fn(&Entry) -> bool,
    ) -> Result<usize, String> {
        let pool = self.pool();
        for tried in 0..24 {
            // Who talks on mostly stays with the matter.
            let at = match (domain, self.rng.below(10)) {
                (Some(domain), 0..=5) => self.rng.choose(&pool.by_domain[domain]).copied(),
                (Some(domain), 6..=8) => self.rng.choose(&pool.around[domain]).copied(),
                _ => pool.draw(&mut self.rng),
            };
            // Of two tools that serve the same, nobody could say which is meant.
            let Some(at) = at.filter(|at| !taken(pool, &self.used, *at)) else { continue };
            if self.leads && tried < 12 && pool.feeds[at].is_empty() {
                continue;
            }
            if fits(&pool.entries[at]) {
                return Ok(at);
            }
        }
        let rest: Vec<usize> = (0..pool.entries.len()).filter(|at| fits(&pool.entries[*at])).collect();
        self.rng.choose(&rest).copied().ok_or_else(|| "no tool of the pool fits".to_owned())
    }

    pub(super) fn single(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let entry = self.entry(domain, &|_| true)?;
        let planned = self.planned(entry, true, &[])?;
        Ok(Task::of(vec![vec![planned]]))
    }

    /// How many calls are made at once: mostly few.
    fn several(&mut self, weights: [f64; 7]) -> usize {
        let [least, most] = self.director.config.parallel;
        (2 + self.rng.weighted(weights).unwrap_or(0)).clamp(usize::from(least), usize::from(most))
    }

    fn parallel_same(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let entry = self.entry(domain, &|entry| entry.params.iter().any(|param| param.varies))?;
        let params: Vec<&Param> =
            self.pool().entries[entry].params.iter().filter(|param| param.varies).collect();
        // Prefer what requests have a slot for: it can be listed there.
        let slotted: Vec<&&Param> = params
            .iter()
            .filter(|p| self.pool().entries[entry].asks.iter().any(|ask| ask.slot(&p.name).is_some()))
            .collect();
        let param =
            self.rng.choose(&slotted).copied().or_else(|| params.first()).ok_or("no parameter varies")?;
        let name = param.name.clone();
        let base = self.planned(entry, false, &[])?;
        let count = self.several([50.0, 22.0, 12.0, 7.0, 4.0, 3.0, 2.0]);
        // Requests without wording spell every call out; two are enough.
        let long = self.pool().entries[entry].asks.is_empty() && base.arguments.len() > 2;
        let count = if long { 2 } else { count };
        let mut calls = vec![base.clone()];
        for _ in 0..count * 4 {
            if calls.len() == count {
                break;
            }
            let other = self.planned(entry, false, &[])?;
            let value = other.arguments.iter().find(|a| a.name == name).and_then(Argument::value).cloned();
            let Some(value) = value else { continue };
            let fresh = calls.iter().flat_map(|c| &c.arguments).all(|a| a.value() != Some(&value));
            if fresh {
                let mut call = base.clone();
                call.arguments
                    .iter_mut()
                    .filter(|a| a.name == name)
                    .for_each(|a| a.given = Given::User(value.clone()));
                calls.push(call);
            }
        }
        for call in &mut calls {
            // What varies is always said by the user.
            call.arguments.iter_mut().filter(|a| a.name == name).for_each(|a| {
                if let Given::System(value, _) = &a.given {
                    a.given = Given::User(value.clone());
                }
            });
            if !self.acceptable(call) {
                return Err("the varied call breaks the schema".into());
            }
        }
        if calls.len() < 2 {
            return Err("no second value was found for a parallel call".into());
        }
        Ok(Task { varied: Some(name), ..Task::of(vec![calls]) })
    }

    fn parallel_mixed(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let count = self.several([62.0, 22.0, 8.0, 4.0, 2.0, 1.0, 1.0]);
        let first = self.entry(domain, &|_| true)?;
        let domain = Some(self.pool().entries[first].domain);
        let mut calls = vec![self.planned(first, false, &[])?];
        for _ in 0..count * 6 {
            if calls.len() == count {
                break;
            }
            let next = self.entry(domain, &|_| true)?;
            let known = calls
                .iter()
                .map(|call| call.entry)
                .any(|entry| entry == next || alike(self.pool(), entry, next) || self.linked(entry, next));
            if known {
                continue;
            }
            let next = self.planned(next, false, &[])?;
            // Nobody ends a thing and does something with it at once, or makes one and lists them.
            if !calls.iter().any(|call| self.at_odds(call, &next) || self.makes_and_lists(call, &next)) {
                calls.push(next);
            }
        }
        if calls.len() < 2 {
            return Err("no second tool was found for a parallel call".into());
        }
        Ok(Task::of(vec![calls]))
    }

    /// Whether two calls are about one thing, and one of them ends it.
    fn at_odds(&self, one: &Planned, other: &Planned) -> bool {
        let ends = |call: &Planned| self.pool().entries[call.entry].deed.ends.is_some();
        let same = |a: &Argument| {
            let value = a.value().filter(|value| value.is_string());
            let entry = &self.pool().entries[one.entry];
            let names = entry.param(&a.name).is_some_and(|param| bearing(&param.words).identifies);
            names && value.is_some() && other.arguments.iter().any(|b| b.value() == value)
        };
        (ends(one) || ends(other)) && one.arguments.iter().any(same)
    }

    /// Whether one call makes or names something and the other lists all there is of its kind: at once, nobody could say whether it is
    /// in.
    fn makes_and_lists(&self, one: &Planned, other: &Planned) -> bool {
        let bare = [one, other].map(|call| call.arguments.is_empty());
        let (one, other) = (&self.pool().entries[one.entry], &self.pool().entries[other.entry]);
        let names = |entry: &Entry| {
            entry.params.iter().any(|param| param.required && bearing(&param.words).identifies)
        };
        let lists = |entry: &Entry| {
            let properties =
                entry.tool.returns.as_ref().and_then(|returns| returns.get("properties")?.as_object());
            let listed = |property: &Value| property.get("items").is_some();
            entry.clause.reads && properties.is_some_and(|properties| properties.values().any(listed))
        };
        let (one_of, other_of) = (&one.tool.meta.sub_domain, &other.tool.meta.sub_domain);
        one_of.is_some()
            && one_of == other_of
            && (lists(other) && (!one.clause.reads || bare[1] && names(one))
                || lists(one) && (!other.clause.reads || bare[0] && names(other)))
    }

    pub(super) fn linked(&self, a: usize, b: usize) -> bool {
        let links = &self.pool().links;
        links[a].iter().any(|link| link.from == b) || links[b].iter().any(|link| link.from == a)
    }

    /// A request that leaves out so many of its values.
    pub(super) fn clarify(&mut self, domain: Option<usize>, count: usize) -> Result<Task, String> {
        let open = |entry: &Entry| entry.params.iter().filter(|param| param.withholdable).count();
        let entry = self.entry(domain, &|entry| open(entry) >= count && leaves_out(entry, count))?;
        let ready = &self.pool().entries[entry];
        let mut params: Vec<&Param> = ready.params.iter().filter(|param| param.withholdable).collect();
        self.rng.shuffle(&mut params);
        params.truncate(count);
        let withheld: Vec<String> = params.iter().map(|param| param.name.clone()).collect();
        if withheld.is_empty() {
            return Err("no parameter can be left out".into());
        }
        let known = self.facts.len();
        let mut planned = self.planned(entry, false, &[])?;
        for argument in planned.arguments.iter_mut().filter(|argument| withheld.contains(&argument.name)) {
            let Given::System(value, words) = &argument.given else { continue };
            // Who must ask does not know it from the profile.
            let at = self.facts.iter().position(|(_, _, fact)| fact == words);
            match at.filter(|at| *at >= known) {
                Some(at) => self.facts.remove(at),
                None => return Err("the profile gives what the user was to be asked".into()),
            };
            argument.given = Given::User(value.clone());
        }
        Ok(Task { withheld, ..Task::of(vec![vec![planned]]) })
    }

    /// A request for a tool of another world than those on offer.
    pub(super) fn outside(&mut self) -> Result<Outside, String> {
        let foreign = self.director.foreign;
        for _ in 0..24 {
            let at = foreign.draw(&mut self.rng).ok_or("no other tools are known")?;
            let entry = &foreign.entries[at];
            // What needs no tool is not refused for want of one.
            let of_words = entry
                .tool
                .meta
                .domain
                .as_deref()
                .is_some_and(|domain| ["language", "mathematics"].contains(&domain));
            let known = entry.clause.reads && (of_words || is_general(entry));
            if known || BY_HEART.contains(&entry.clause.verb.as_str()) {
                continue;
            }
            let near = self.pool().by_name.contains_key(&entry.tool.name);
            let same_pool = std::ptr::eq(foreign, self.pool());
            if !same_pool && (near || self.pool().speaks_of(entry)) {
                continue;
            }
            // Nor what a tool of this dialog does.
            if same_pool && taken(self.pool(), &self.used, at) {
                continue;
            }
            let planned =
                planned(entry, at, &mut self.rng, self.today, self.seed.child("outside"), false, &[])?;
            if same_pool {
                self.used.push(at);
            }
            return Ok(Outside { planned, foreign: !same_pool });
        }
        Err("every other tool is too near to those on offer".into())
    }

    pub(super) fn planned(&mut self, entry: usize, optional: bool, fed: &[&str]) -> Result<Planned, String> {
        let ready = &self.pool().entries[entry];
        let kin = self.seed.child("call").index(self.rng.next_u64());
        let mut call = planned(ready, entry, &mut self.rng, self.today, kin, optional, fed)?;
        self.used.push(entry);
        if self.system {
            self.take_from_profile(ready, &mut call);
        }
        Ok(call)
    }

    pub(super) fn acceptable(&self, call: &Planned) -> bool {
        let arguments: Map<String, Value> =
            call.arguments.iter().filter_map(|a| Some((a.name.clone(), a.value()?.clone()))).collect();
        let checker = self.pool().entries[call.entry].tool.arguments_checker();
        checker.is_ok_and(|checker| checker.accepts(&Value::Object(arguments)))
    }

    /// Whether the values of a call stand in one row of every table that knows them.
    pub(super) fn in_rows(&self, call: &Planned) -> bool {
        let entry = &self.pool().entries[call.entry];
        let arguments: Map<String, Value> =
            call.arguments.iter().filter_map(|a| Some((a.name.clone(), a.value()?.clone()))).collect();
        let given = law::Arguments::of(&arguments);
        entry.laws.tables.iter().all(|table| {
            let holds = |column: usize, value: &Value| {
                table.of.get(column).and_then(|name| given.get(name)).map(|known| law::is_known(known, value))
            };
            !table.matching(&holds).is_empty()
        })
    }

    /// Moves what a profile would hold from the user's words to the system prompt.
    fn take_from_profile(&mut self, entry: &Entry, call: &mut Planned) {
        // Who names somebody else, or sends something away, does not speak of their own address.
        let named = |param: &Param| {
            param.required
                && param.words.last().is_some_and(|last| ["name", "recipient"].contains(&last.as_str()))
        };
        let away = ["send", "share", "invite", "message", "forward", "add", "create"]
            .contains(&entry.clause.verb.as_str());
        let of_others = away || entry.params.iter().any(named);
        for argument in &mut call.arguments {
            let Some(param) = entry.param(&argument.name) else { continue };
            let Some(label) = profile_label(param).filter(|_| param.required && !of_others) else { continue };
            let Given::User(value) = &argument.given else { continue };
            let known = self.facts.iter().find(|(known, ..)| *known == label);
            let value = known.map_or_else(|| value.clone(), |(_, value, _)| value.clone());
            if known.is_none() && !self.rng.chance(0.6) {
                continue;
            }
            let Some(words) = value.as_str().map(str::to_owned) else { continue };
            if known.is_none() {
                self.facts.push((label, value.clone(), words.clone()));
            }
            argument.given = Given::System(value, words);
        }
    }

    pub(super) fn system_prompt(&mut self) -> String {
        let openers = [
            "You are a helpful assistant with access to tools. Use them when they are needed and answer in plain words.",
            "You help users by calling the tools you are given. Ask when something you need is missing.",
            "You are the assistant of a busy person. Use the tools when they fit, keep answers short, and say so when a request is beyond them.",
            "Answer the user's questions. Call a tool only if it is needed, and never guess an argument.",
            "You are a careful assistant. Rely on the tools for facts, and on the user for what they want.",
        ];
        let mut lines = vec![self.rng.choose(&openers).copied().unwrap_or_default().to_owned()];
        if self.rng.chance(0.6) {
            let weekday = lexicon::WEEKDAYS
                [usize::try_from(self.today.weekday().to_monday_zero_offset()).unwrap_or(0).min(6)];
            let today = Manner::plain().say(&self.today.to_string().into()).unwrap_or_default();
            lines.push(format!("Today is {weekday}, {today}."));
        }
        let facts: Vec<String> =
            self.facts.iter().map(|(label, _, words)| format!("{label} {words}")).collect();
        if !facts.is_empty() {
            lines.push(format!("The user's profile: {}.", listed(&facts)));
        }
        lines.join(" ")
    }
}
