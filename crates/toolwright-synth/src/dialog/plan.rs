//! The director with gold: what happens in a dialog is planned first, so its calls are right by construction.
//!
//! Source: plan-first is ours; ToolACE (arXiv:2409.00920, §3) samples candidate tools and a dialog kind, as here, but lets its
//! assistant find the calls and settles by agreement. The kinds are the paper's, split finer; candidate counts span 0 to 9 as in
//! its Figure 2. The mix is ours, because the paper gives none.

use jiff::civil::Date;
use serde_json::{Map, Value};
use toolwright_core::Kind;
use toolwright_core::seed::{Rng, Seed};

use super::arguments::planned;
use crate::agent::name::listed;
use crate::agent::surface::Manner;
use crate::agent::talk;
use crate::pool::Pool;
use crate::pool::entry::{Entry, Param};
use crate::recipe::DialogConfig;
use crate::world::lexicon;

/// Everything that will happen in a dialog.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
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
}

/// Calls in steps; the calls of a step are made at once.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) steps: Vec<Vec<Planned>>,
    /// The parameter that tells parallel calls of one tool apart.
    pub(crate) varied: Option<String>,
    /// The parameter that the user leaves out at first.
    pub(crate) withheld: Option<String>,
}

/// A call to come.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The tool, by its position in the pool.
    pub(crate) entry: usize,
    pub(crate) arguments: Vec<Argument>,
}

/// A request that no tool on offer serves.
#[derive(Debug)]
pub(crate) struct Outside {
    /// The tool that would serve it.
    pub(crate) planned: Planned,
    /// Whether that tool belongs to the built-in pool and not to the run's own.
    pub(crate) foreign: bool,
}

/// An argument to come.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) given: Given,
}

/// Where an argument's value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// The user says it.
    User(Value),
    /// The system prompt says it, in these words.
    System(Value, String),
    /// The schema leaves no choice.
    Default(Value),
    /// An earlier step of the same task gives it: (step, call, pointer, one of a list).
    Result { step: usize, call: usize, pointer: String, listed: bool },
}

impl Argument {
    /// The value, where it is known before the dialog is played.
    pub(crate) const fn value(&self) -> Option<&Value> {
        match &self.given {
            Given::User(value) | Given::System(value, _) | Given::Default(value) => Some(value),
            Given::Result { .. } => None,
        }
    }
}

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
            Kind::ParallelSame => {
                entries.iter().any(|entry| entry.params.iter().any(|param| varies(entry, param)))
            }
            Kind::ParallelMixed => entries.len() > 1,
            Kind::Dependent => !self.pool.fed.is_empty(),
            Kind::Clarify => {
                entries.iter().any(|entry| entry.params.iter().any(|param| withholdable(entry, param)))
            }
            Kind::NoTool | Kind::Chat | Kind::Direct => true,
        }
    }

    /// A plan of this kind, or why there is none this time.
    pub(crate) fn plan(&self, kind: Kind, seed: Seed) -> Result<Plan, String> {
        let mut rng = seed.rng();
        let days = rng.between(0, 700);
        let today = jiff::civil::date(2025, 1, 6).saturating_add(jiff::Span::new().days(days));
        let mut draft =
            Draft { director: *self, rng, today, seed, used: Vec::new(), facts: Vec::new(), system: false };
        draft.system = draft.rng.chance(self.config.system);
        let episodes = match kind {
            Kind::Multi => draft.episodes()?,
            one => vec![draft.episode(one, None)?],
        };
        let offered = draft.offer(&episodes);
        let system = draft.system.then(|| draft.system_prompt());
        Ok(Plan { kind, today, offered, system, episodes })
    }
}

/// Whether parallel calls of one tool can differ in this parameter. Who changes something at once names several things, not
/// several states of one thing.
fn varies(entry: &Entry, param: &Param) -> bool {
    #[rustfmt::skip]
    const NAMING: &[&str] = &[
        "id", "key", "code", "number", "sid", "uuid", "reference", "symbol", "email", "phone", "name", "item", "medication", "recipient",
        "contact", "person", "username", "slug",
    ];
    const PROSE: &[&str] =
        &["subject", "text", "title", "note", "message", "body", "comment", "description", "content"];
    let last = param.words.last().map_or("", String::as_str);
    let kind = param.schema.get("type").and_then(Value::as_str);
    let open = !param.schema.contains_key("const")
        && param.schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.len() > 2);
    let naming = NAMING.contains(&last);
    let open = open && !PROSE.contains(&last);
    param.required && open && (kind == Some("string") || last == "id") && (entry.clause.reads || naming)
}

/// Whether the user can leave this parameter out and the request still reads well.
fn withholdable(entry: &Entry, param: &Param) -> bool {
    let simple = param
        .schema
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|t| t == "string" || t == "integer" || t == "number");
    let open = !param.schema.contains_key("const") && !param.schema.contains_key("default");
    param.required
        && simple
        && open
        && (entry.asks.is_empty() || entry.asks.iter().any(|ask| ask.can_drop(&param.name)))
}

struct Draft<'p> {
    director: Director<'p>,
    rng: Rng,
    today: Date,
    seed: Seed,
    /// The tools that calls use.
    used: Vec<usize>,
    /// What the system prompt says of the user: (label, words).
    facts: Vec<(&'static str, Value, String)>,
    system: bool,
}

impl<'p> Draft<'p> {
    fn pool(&self) -> &'p Pool {
        self.director.pool
    }

    /// Two to four requests of different kinds.
    fn episodes(&mut self) -> Result<Vec<Episode>, String> {
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
            (Kind::Chat, 0.5),
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
            let episode = self.episode(kind, domain)?;
            if let Episode::Task(task) = &episode {
                let entry = task.steps.first().and_then(|step| step.first()).map(|planned| planned.entry);
                domain = domain.or_else(|| entry.map(|entry| self.pool().entries[entry].domain));
            }
            out.push(episode);
        }
        let works = out.iter().any(|episode| matches!(episode, Episode::Task(_)));
        if works { Ok(out) } else { Err("no request of the dialog needs a tool".into()) }
    }

    fn episode(&mut self, kind: Kind, domain: Option<usize>) -> Result<Episode, String> {
        Ok(match kind {
            Kind::Single | Kind::Multi => Episode::Task(self.single(domain)?),
            Kind::ParallelSame => Episode::Task(self.parallel_same(domain)?),
            Kind::ParallelMixed => Episode::Task(self.parallel_mixed(domain)?),
            Kind::Dependent => Episode::Task(self.dependent()?),
            Kind::Clarify => Episode::Task(self.clarify(domain)?),
            Kind::NoTool => Episode::Outside(self.outside()?),
            Kind::Chat => Episode::Chat(if self.used.is_empty() {
                talk::chat(&mut self.rng)
            } else {
                talk::parting(&mut self.rng)
            }),
            Kind::Direct => Episode::Direct(talk::direct(&mut self.rng)),
        })
    }

    /// A tool: of this domain if one is given, any other in one of four cases.
    fn entry(&mut self, domain: Option<usize>, fits: &dyn Fn(&Entry) -> bool) -> Result<usize, String> {
        let pool = self.pool();
        for _ in 0..24 {
            let at = match domain.filter(|_| self.rng.chance(0.75)) {
                Some(domain) => self.rng.choose(&pool.by_domain[domain]).copied(),
                None => pool.draw(&mut self.rng),
            };
            let Some(at) = at.filter(|at| !self.used.contains(at)) else { continue };
            if fits(&pool.entries[at]) {
                return Ok(at);
            }
        }
        let rest: Vec<usize> = (0..pool.entries.len()).filter(|at| fits(&pool.entries[*at])).collect();
        self.rng.choose(&rest).copied().ok_or_else(|| "no tool of the pool fits".to_owned())
    }

    fn single(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let entry = self.entry(domain, &|_| true)?;
        let planned = self.planned(entry, true, &[])?;
        Ok(Task { steps: vec![vec![planned]], varied: None, withheld: None })
    }

    fn parallel_same(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let entry = self.entry(domain, &|entry| entry.params.iter().any(|param| varies(entry, param)))?;
        let params: Vec<&Param> = self.pool().entries[entry]
            .params
            .iter()
            .filter(|param| varies(&self.pool().entries[entry], param))
            .collect();
        // Prefer what requests have a slot for: it can be listed there.
        let slotted: Vec<&&Param> = params
            .iter()
            .filter(|p| self.pool().entries[entry].asks.iter().any(|ask| ask.slot(&p.name).is_some()))
            .collect();
        let param =
            self.rng.choose(&slotted).copied().or_else(|| params.first()).ok_or("no parameter varies")?;
        let name = param.name.clone();
        let base = self.planned(entry, false, &[])?;
        let count = 2 + self.rng.weighted([6.0, 3.0, 1.0]).unwrap_or(0);
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
        Ok(Task { steps: vec![calls], varied: Some(name), withheld: None })
    }

    fn parallel_mixed(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let count = if self.rng.chance(0.75) { 2 } else { 3 };
        let first = self.entry(domain, &|_| true)?;
        let domain = Some(self.pool().entries[first].domain);
        let mut calls = vec![self.planned(first, false, &[])?];
        for _ in 0..12 {
            if calls.len() == count {
                break;
            }
            let next = self.entry(domain, &|_| true)?;
            let known = calls
                .iter()
                .map(|call| call.entry)
                .any(|entry| entry == next || self.alike(entry, next) || self.linked(entry, next));
            if !known {
                calls.push(self.planned(next, false, &[])?);
            }
        }
        if calls.len() < 2 {
            return Err("no second tool was found for a parallel call".into());
        }
        Ok(Task { steps: vec![calls], varied: None, withheld: None })
    }

    fn linked(&self, a: usize, b: usize) -> bool {
        let links = &self.pool().links;
        links[a].iter().any(|link| link.from == b) || links[b].iter().any(|link| link.from == a)
    }

    /// Two tools that would serve the same request.
    fn alike(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.pool().entries[a], &self.pool().entries[b]);
        a.clause == b.clause || (!a.tool.description.is_empty() && a.tool.description == b.tool.description)
    }

    fn dependent(&mut self) -> Result<Task, String> {
        let pool = self.pool();
        let drawn =
            (0..24).find_map(|_| self.rng.choose(&pool.fed).copied().filter(|at| !self.used.contains(at)));
        let last = drawn.ok_or("no result of a tool feeds another tool")?;
        let link = self.rng.choose(&pool.links[last]).cloned().ok_or("no link")?;
        // A chain of three where the first tool is itself fed by another.
        let before = pool.links[link.from]
            .iter()
            .filter(|l| l.from != last && l.from != link.from)
            .cloned()
            .collect::<Vec<_>>();
        let before = if self.rng.chance(0.35) { self.rng.choose(&before).cloned() } else { None };
        let mut steps = Vec::new();
        if let Some(before) = &before {
            steps.push(vec![self.planned(before.from, false, &[])?]);
            let mut first = self.planned(link.from, false, &[&before.parameter])?;
            first.arguments.push(fed_by(0, before));
            steps.push(vec![first]);
        } else {
            steps.push(vec![self.planned(link.from, false, &[])?]);
        }
        let mut end = self.planned(last, steps.len() < 2, &[&link.parameter])?;
        end.arguments.push(fed_by(steps.len() - 1, &link));
        steps.push(vec![end]);
        self.agree(&mut steps);
        Ok(Task { steps, varied: None, withheld: None })
    }

    /// The steps of one task speak of the same things: what two of them need by the same name has one value.
    fn agree(&self, steps: &mut [Vec<Planned>]) {
        for at in 1..steps.len() {
            let (before, rest) = steps.split_at_mut(at);
            let Some(calls) = rest.first_mut() else { continue };
            for call in calls {
                let entry = &self.pool().entries[call.entry];
                for argument in call.arguments.iter_mut().filter(|argument| argument.value().is_some()) {
                    let Some(param) = entry.param(&argument.name).filter(|param| param.required) else {
                        continue;
                    };
                    if let Some(said) =
                        before.iter().flatten().find_map(|earlier| self.said_before(earlier, param))
                    {
                        argument.given = said;
                    }
                }
            }
        }
    }

    /// What an earlier call was given for the same parameter.
    fn said_before(&self, earlier: &Planned, param: &Param) -> Option<Given> {
        let entry = &self.pool().entries[earlier.entry];
        let alike = |other: &Param| {
            let same = |key: &str| other.schema.get(key) == param.schema.get(key);
            other.words == param.words && ["type", "format", "pattern", "enum", "items"].into_iter().all(same)
        };
        let found =
            earlier.arguments.iter().find(|a| a.value().is_some() && entry.param(&a.name).is_some_and(alike));
        found.map(|argument| argument.given.clone())
    }

    fn clarify(&mut self, domain: Option<usize>) -> Result<Task, String> {
        let entry =
            self.entry(domain, &|entry| entry.params.iter().any(|param| withholdable(entry, param)))?;
        let ready = &self.pool().entries[entry];
        let params: Vec<&Param> = ready.params.iter().filter(|param| withholdable(ready, param)).collect();
        let param = self.rng.choose(&params).copied().ok_or("no parameter can be left out")?;
        let known = self.facts.len();
        let mut planned = self.planned(entry, false, &[])?;
        for argument in planned.arguments.iter_mut().filter(|argument| argument.name == param.name) {
            let Given::System(value, words) = &argument.given else { continue };
            // Who must ask does not know it from the profile.
            let at = self.facts.iter().position(|(_, _, fact)| fact == words);
            match at.filter(|at| *at >= known) {
                Some(at) => self.facts.remove(at),
                None => return Err("the profile gives what the user was to be asked".into()),
            };
            argument.given = Given::User(value.clone());
        }
        Ok(Task { steps: vec![vec![planned]], varied: None, withheld: Some(param.name.clone()) })
    }

    /// A request for a tool of another world than those on offer.
    fn outside(&mut self) -> Result<Outside, String> {
        let foreign = self.director.foreign;
        for _ in 0..24 {
            let at = foreign.draw(&mut self.rng).ok_or("no other tools are known")?;
            let entry = &foreign.entries[at];
            let near = self.pool().by_name.contains_key(&entry.tool.name);
            let same_pool = std::ptr::eq(foreign, self.pool());
            if !same_pool && (near || self.pool().speaks_of(entry)) {
                continue;
            }
            let planned =
                planned(entry, at, &mut self.rng, self.today, self.seed.child("outside"), false, &[])?;
            return Ok(Outside { planned, foreign: !same_pool });
        }
        Err("every other tool is too near to those on offer".into())
    }

    fn planned(&mut self, entry: usize, optional: bool, fed: &[&str]) -> Result<Planned, String> {
        let ready = &self.pool().entries[entry];
        let kin = self.seed.child("call").index(self.rng.next_u64());
        let mut call = planned(ready, entry, &mut self.rng, self.today, kin, optional, fed)?;
        self.used.push(entry);
        if self.system {
            self.take_from_profile(ready, &mut call);
        }
        Ok(call)
    }

    fn acceptable(&self, call: &Planned) -> bool {
        let arguments: Map<String, Value> =
            call.arguments.iter().filter_map(|a| Some((a.name.clone(), a.value()?.clone()))).collect();
        let checker = self.pool().entries[call.entry].tool.arguments_checker();
        checker.is_ok_and(|checker| checker.accepts(&Value::Object(arguments)))
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

    fn system_prompt(&mut self) -> String {
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

    /// The tools on offer: those that calls use, neighbours and strangers, in random order.
    fn offer(&mut self, episodes: &[Episode]) -> Vec<usize> {
        let pool = self.pool();
        let mut offered: Vec<usize> = Vec::new();
        for at in std::mem::take(&mut self.used) {
            let planned = |task: &Task| task.steps.iter().flatten().any(|planned| planned.entry == at);
            let used = episodes.iter().any(|episode| matches!(episode, Episode::Task(task) if planned(task)));
            if used && !offered.contains(&at) {
                offered.push(at);
            }
        }
        let used = offered.len();
        let outside: Vec<&Outside> = episodes
            .iter()
            .filter_map(|e| if let Episode::Outside(o) = e { Some(o) } else { None })
            .collect();
        let [least, most] = self.director.config.candidates;
        let (least, most) = (usize::from(least), usize::from(most));
        let least = if used == 0 { least } else { least.max(1) };
        let weights: Vec<f64> = (least..=most.max(least)).map(|n| if n == 0 { 0.5 } else { 1.0 }).collect();
        let target = (least + self.rng.weighted(weights.iter().copied()).unwrap_or(0)).max(used);
        let domain = offered.first().map(|at| pool.entries[*at].domain);
        for _ in 0..target * 6 {
            if offered.len() >= target.min(pool.entries.len()) {
                break;
            }
            let neighbour = domain.filter(|_| self.rng.chance(0.6));
            let at = match neighbour {
                Some(domain) => self.rng.choose(&pool.by_domain[domain]).copied(),
                None => pool.draw(&mut self.rng),
            };
            let Some(at) = at.filter(|at| !offered.contains(at)) else { continue };
            let rival = offered[..used].iter().any(|own| self.alike(*own, at));
            let serves = outside
                .iter()
                .any(|o| !o.foreign && pool.entries[o.planned.entry].domain == pool.entries[at].domain);
            if !rival && !serves {
                offered.push(at);
            }
        }
        self.rng.shuffle(&mut offered);
        offered
    }
}

fn fed_by(step: usize, link: &crate::pool::link::Link) -> Argument {
    let given = Given::Result { step, call: 0, pointer: link.pointer.clone(), listed: link.listed };
    Argument { name: link.parameter.clone(), given }
}
