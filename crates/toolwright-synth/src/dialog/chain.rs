//! What goes on with what another call gave: chains within a request, and requests that go on with an earlier one.
//!
//! The links between tools ([`crate::pool::link`]) say which results feed which arguments. A chain grows at both ends until it is long
//! enough or nothing fits; a later request may go on with the result of an earlier one, also to undo it (`cancel that booking`).

use jiff::Span;
use jiff::civil::Date;

use super::plan::{Draft, Episode, Plan, alike, taken};
use super::task::{Amend, Argument, From, Given, Planned, Task, Twist};
use crate::agent::clause::own_name;
use crate::pool::entry::{Entry, Field, Param};
use crate::pool::link::Link;
use crate::pool::{LONG, Pool};
use crate::world::Expected;

/// How long chains are, from two calls on.
const LENGTHS: [f64; 6] = [52.0, 24.0, 11.0, 6.0, 4.0, 3.0];
/// How often a lookup of a longer dialog is asked for once more with another value.
const AGAIN: f64 = 0.15;

impl<'p> Draft<'p> {
    /// Calls of which each needs what an earlier one gave, in the order in which the user asks for them.
    pub(super) fn dependent(&mut self) -> Result<Task, String> {
        let [least, most] = self.director.config.chain;
        let wanted =
            (2 + self.rng.weighted(LENGTHS).unwrap_or(0)).clamp(usize::from(least), usize::from(most));
        let mut longest: Vec<usize> = Vec::new();
        // Few tools have neighbours enough for a long chain.
        for _ in 0..wanted * 3 {
            let chain = self.chain(wanted)?;
            if chain.len() > longest.len() {
                longest = chain;
            }
            if longest.len() >= wanted {
                break;
            }
        }
        if longest.len() < usize::from(least) {
            return Err(format!("a chain of {} calls was found; {least} are wanted", longest.len()));
        }
        // What ends a thing comes last.
        let pool = self.pool();
        longest.sort_by_key(|at| pool.entries[*at].deed.ends.is_some());
        look_first(pool, &mut longest);
        let mut steps: Vec<Vec<Planned>> = Vec::new();
        for (step, entry) in longest.iter().copied().enumerate() {
            let fed = self.fed(entry, &longest[..step]);
            let names: Vec<&str> = fed.iter().map(|(_, link)| &*link.parameter).collect();
            let mut call = self.planned(entry, longest.len() == 2 && step == 1, &names)?;
            let episode = self.episode;
            call.arguments.extend(fed.into_iter().map(|(from, link)| fed_by(episode, from, link)));
            steps.push(vec![call]);
        }
        self.agree(&mut steps);
        if !steps.iter().flatten().all(|call| self.in_rows(call)) {
            return Err("the values of two steps do not go together".into());
        }
        if !self.put_in_order(None, steps.iter_mut().flatten()) {
            return Err("what has happened would follow what is still to come".into());
        }
        Ok(Task::of(steps))
    }

    /// Tools of which each is fed by an earlier one; as many as wanted, or as many as there are.
    fn chain(&mut self, wanted: usize) -> Result<Vec<usize>, String> {
        let pool = self.pool();
        let used = self.used.clone();
        let start = if wanted > LONG { self.start(wanted) } else { None };
        let (from, last) = start.or_else(|| self.pair()).ok_or("no result of a tool feeds another tool")?;
        let mut chain = vec![from, last];
        while chain.len() < wanted {
            let fresh = |at: usize| !taken(pool, &chain, at) && !taken(pool, &used, at);
            let first = &pool.links[chain[0]];
            let before: Vec<usize> =
                first.iter().filter(|link| !link.undoes && fresh(link.from)).map(|link| link.from).collect();
            let after = |from: usize| -> Vec<usize> {
                let fed =
                    pool.feeds[from].iter().filter(|(to, at)| !pool.links[*to][*at].undoes && fresh(*to));
                fed.map(|(to, _)| *to).collect()
            };
            let next: Vec<usize> = chain.last().map(|end| after(*end)).unwrap_or_default();
            // What the end of the chain feeds comes first, then what its beginning needs, then what anything in it feeds.
            if let Some(to) = self.rng.choose(&next).copied() {
                chain.push(to);
            } else if let Some(from) = self.rng.choose(&before).copied() {
                chain.insert(0, from);
            } else {
                let any: Vec<usize> = chain.iter().flat_map(|from| after(*from)).collect();
                let Some(to) = self.rng.choose(&any).copied() else { break };
                chain.push(to);
            }
        }
        Ok(chain)
    }

    /// A tool and one that its result feeds.
    fn pair(&mut self) -> Option<(usize, usize)> {
        let pool = self.pool();
        for _ in 0..24 {
            let last = self.rng.choose(&pool.fed).copied()?;
            let open: Vec<&Link> = pool.links[last].iter().filter(|link| !link.undoes).collect();
            let Some(link) = self.rng.choose(&open).copied() else { continue };
            let fresh = [last, link.from].iter().all(|at| !taken(pool, &self.used, *at));
            if fresh && !alike(pool, link.from, last) {
                return Some((link.from, last));
            }
        }
        None
    }

    /// The same, where a chain of so many calls can begin. Every part of the pool has the same chance, however many of its tools
    /// go together.
    fn start(&mut self, wanted: usize) -> Option<(usize, usize)> {
        let pool = self.pool();
        let far = |at: &usize| pool.reach[*at] + 1 >= wanted && !taken(pool, &self.used, *at);
        let parts: Vec<&Vec<usize>> = pool.starts.iter().filter(|part| part.iter().any(far)).collect();
        let part: Vec<usize> = self.rng.choose(&parts)?.iter().copied().filter(far).collect();
        let from = self.rng.choose(&part).copied()?;
        let open: Vec<usize> = pool.feeds[from]
            .iter()
            .filter(|(to, at)| {
                !pool.links[*to][*at].undoes && !taken(pool, &self.used, *to) && !alike(pool, from, *to)
            })
            .map(|(to, _)| *to)
            .collect();
        Some((from, self.rng.choose(&open).copied()?))
    }

    /// What earlier calls give of what a tool needs: the step, and the link; the latest step that gives a parameter counts.
    fn fed(&self, entry: usize, earlier: &[usize]) -> Vec<(usize, &'p Link)> {
        let mut fed: Vec<(usize, &Link)> = Vec::new();
        for (step, from) in earlier.iter().enumerate().rev() {
            for link in self.pool().links[entry].iter().filter(|link| link.from == *from && !link.undoes) {
                if fed.iter().all(|(_, known)| known.parameter != link.parameter) {
                    fed.push((step, link));
                }
            }
        }
        fed
    }

    /// The steps of one task speak of the same things: what two of them need by the same name has one value.
    fn agree(&self, steps: &mut [Vec<Planned>]) {
        for at in 1..steps.len() {
            let (before, rest) = steps.split_at_mut(at);
            let Some(calls) = rest.first_mut() else { continue };
            for call in calls {
                let entry = &self.pool().entries[call.entry];
                // What is changed is not what it was.
                if changes(entry) {
                    continue;
                }
                for argument in call.arguments.iter_mut().filter(|argument| argument.value().is_some()) {
                    let Some(param) = entry.param(&argument.name) else { continue };
                    if let Some(said) =
                        before.iter().flatten().find_map(|earlier| self.said_before(earlier, param))
                    {
                        argument.given = said;
                    }
                }
            }
        }
    }

    /// What comes later in a chain is not dated before what comes earlier: nothing is returned before it is rented. Says whether that
    /// could be: what has happened follows nothing that is still to come.
    ///
    /// - `latest`: the last day that was spoken of before.
    fn put_in_order<'c>(
        &mut self,
        mut latest: Option<Date>,
        calls: impl Iterator<Item = &'c mut Planned>,
    ) -> bool {
        for call in calls {
            for argument in &mut call.arguments {
                let Given::User(value) = &mut argument.given else { continue };
                let Some(own) = value.as_str().and_then(|text| text.parse::<Date>().ok()) else { continue };
                if let Some(before) = latest.filter(|before| own < *before && *before >= self.today) {
                    if own < self.today && before > self.today {
                        return false;
                    }
                    let later = before.saturating_add(Span::new().days(self.rng.between(1, 12)));
                    *value = later.to_string().into();
                }
            }
            latest = last_day([&*call]).max(latest);
        }
        true
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

    /// A request that goes on with the result of an earlier one, where there is such a tool.
    pub(super) fn going_on(&mut self, earlier: &[Episode]) -> Option<Task> {
        let pool = self.pool();
        let mut open: Vec<(usize, usize, usize, &Link)> = Vec::new();
        // What was ended is not gone on with.
        let ended: Vec<(usize, usize)> = earlier
            .iter()
            .filter_map(|one| match one {
                Episode::Task(task) => Some(task.calls()),
                _ => None,
            })
            .flatten()
            .filter(|call| pool.entries[call.entry].deed.ends.is_some())
            .flat_map(|call| &call.arguments)
            .filter_map(|argument| match &argument.given {
                Given::Result(from) => Some((from.episode, from.step)),
                _ => None,
            })
            .collect();
        // What was done long ago is not `that booking` any more.
        let lately =
            earlier.iter().enumerate().rev().filter(|(_, one)| matches!(one, Episode::Task(_))).take(2);
        for (episode, one) in lately {
            let Episode::Task(task) = one else { continue };
            let single = task.steps.iter().enumerate().filter_map(|(step, calls)| match &calls[..] {
                [one] => Some((step, one.entry)),
                _ => None,
            });
            for (step, from) in single {
                if ended.contains(&(episode, step)) {
                    continue;
                }
                let later = task.steps.iter().skip(step + 1).flatten();
                let later: Vec<&Entry> = later.map(|call| &pool.entries[call.entry]).collect();
                let fed = pool.feeds[from].iter().map(|(to, at)| (*to, &pool.links[*to][*at]));
                open.extend(
                    fed.filter(|(to, link)| {
                        let newer = later.iter().any(|entry| brings_another(entry, &pool.entries[*to], link));
                        !newer && !taken(pool, &self.used, *to)
                    })
                    .map(|(to, link)| (episode, step, to, link)),
                );
            }
            if !open.is_empty() {
                break;
            }
        }
        let (episode, step, to, link) = self.rng.choose(&open).copied()?;
        // What else it needs may have come up as well: the version of a document whose versions were listed.
        let mut fed = vec![(episode, step, link)];
        for (episode, one) in earlier.iter().enumerate().rev() {
            let Episode::Task(task) = one else { continue };
            for (step, calls) in
                task.steps.iter().enumerate().filter(|_| !ended.iter().any(|(at, _)| *at == episode))
            {
                let [only] = &calls[..] else { continue };
                let more = pool.links[to].iter().filter(|link| link.from == only.entry);
                for link in more {
                    if fed.iter().all(|(.., known)| known.parameter != link.parameter) {
                        fed.push((episode, step, link));
                    }
                }
            }
        }
        let names: Vec<&str> = fed.iter().map(|(.., link)| &*link.parameter).collect();
        let mut call = self.planned(to, true, &names).ok()?;
        call.arguments.extend(fed.iter().map(|(episode, step, link)| fed_by(*episode, *step, link)));
        if let Some(Episode::Task(task)) = earlier.get(episode) {
            // Who has looked for a day and a class books for them.
            let entry = &pool.entries[to];
            for argument in call.arguments.iter_mut().filter(|a| a.value().is_some() && !changes(entry)) {
                let Some(param) = entry.param(&argument.name) else { continue };
                if let Some(said) = task.calls().find_map(|earlier| self.said_before(earlier, param)) {
                    argument.given = said;
                }
            }
            // Nothing is changed to what it is.
            let same = |argument: &Argument| {
                let known = entry
                    .param(&argument.name)
                    .and_then(|param| task.calls().find_map(|earlier| self.said_before(earlier, param)));
                matches!(known, Some(Given::User(known)) if argument.value() == Some(&known))
            };
            if changes(entry) && call.arguments.iter().any(same) || !self.in_rows(&call) {
                return None;
            }
            if !self.put_in_order(last_day(task.calls()), std::iter::once(&mut call)) {
                return None;
            }
        }
        Some(Task::of(vec![vec![call]]))
    }

    /// Lets the user ask for a lookup once more, for another value.
    pub(super) fn ask_again(&mut self, episodes: &mut [Episode]) {
        for at in 0..episodes.len() {
            let needed = needed(episodes, at);
            let Episode::Task(task) = &mut episodes[at] else { continue };
            if needed || !task.withheld.is_empty() || !self.rng.chance(AGAIN) {
                continue;
            }
            if let Some((argument, value)) = self.other_value(task) {
                task.twist = Some(Twist::Amended { argument, value, why: Amend::Again });
            }
        }
    }
}

/// Verbs after which an attribute is another than before.
const CHANGES: &[&str] = &[
    "change", "update", "set", "reschedule", "move", "edit", "rename", "raise", "lower", "adjust", "modify",
    "switch", "replace", "extend", "transfer", "correct", "convert", "upgrade", "downgrade", "shift",
    "postpone", "increase", "reduce", "turn", "swap",
];

/// Whether a tool gives another thing of the kind that a link passes on, so that `that table` would mean the joined one.
fn brings_another(entry: &Entry, to: &Entry, link: &Link) -> bool {
    let Some(param) = to.param(&link.parameter) else { return false };
    let Some((_, kind)) = param.words.split_last() else { return false };
    let own = |field: &Field| field.words == param.words;
    let alike = |field: &Field| field.words.windows(kind.len()).any(|words| words == kind);
    !kind.is_empty()
        && entry.results.iter().any(|(_, field)| {
            let last = field.words.last().map_or("", String::as_str);
            let names = field.bearing.identifies || kind.last().is_some_and(|kind| kind == last);
            names && alike(field) && !own(field)
        })
}

/// Whether a tool makes an attribute another than before.
fn changes(entry: &Entry) -> bool {
    CHANGES.contains(&own_name(&entry.tool).split('_').next().unwrap_or_default())
}

/// Whoever looks something up does so before acting on it, as far as the lookup needs nothing of what is done.
fn look_first(pool: &Pool, chain: &mut [usize]) {
    let reads = |at: usize| pool.entries[at].clause.reads;
    for end in 1..chain.len() {
        for at in (1..=end).rev() {
            let (before, own) = (chain[at - 1], chain[at]);
            let fed = pool.links[own].iter().any(|link| link.from == before);
            if !reads(own) || reads(before) || fed {
                break;
            }
            chain.swap(at - 1, at);
        }
    }
}

/// What later calls will say of what earlier calls give: who books the first hotel from May 2 on has seen that it is free then.
pub(crate) fn expected(plan: &Plan, pool: &Pool) -> Vec<Expected> {
    let mut all = Vec::new();
    for episode in &plan.episodes {
        let Episode::Task(task) = episode else { continue };
        for call in task.calls() {
            let entry = &pool.entries[call.entry];
            let from = call.arguments.iter().find_map(|argument| match &argument.given {
                Given::Result(from) => Some(from),
                _ => None,
            });
            let Some(from) = from.filter(|_| entry.is_evolved() && !changes(entry)) else {
                continue;
            };
            let Some(Episode::Task(earlier)) = plan.episodes.get(from.episode) else { continue };
            let Some(source) = earlier.steps.get(from.step).and_then(|calls| calls.get(from.call)) else {
                continue;
            };
            let said = call.arguments.iter().filter_map(|argument| {
                let value = argument.value().filter(|value| value.is_string() || value.is_number())?;
                Some((entry.param(&argument.name)?.key.clone(), value.clone()))
            });
            let tool = &pool.entries[source.entry].tool.name;
            all.extend(said.map(|(attribute, value)| Expected { tool: tool.clone(), attribute, value }));
        }
    }
    all
}

/// The last day that calls speak of.
fn last_day<'c>(calls: impl IntoIterator<Item = &'c Planned>) -> Option<Date> {
    let day = |argument: &Argument| argument.value()?.as_str()?.parse::<Date>().ok();
    calls.into_iter().flat_map(|call| &call.arguments).filter_map(day).max()
}

/// Whether a later episode goes on with the result of the one at this position.
pub(super) fn needed(episodes: &[Episode], at: usize) -> bool {
    episodes.iter().skip(at + 1).any(|episode| needs(episode, at))
}

fn needs(episode: &Episode, at: usize) -> bool {
    let Episode::Task(task) = episode else { return false };
    task.calls()
        .flat_map(|call| &call.arguments)
        .any(|argument| matches!(&argument.given, Given::Result(from) if from.episode == at))
}

fn fed_by(episode: usize, step: usize, link: &Link) -> Argument {
    let from = From { episode, step, call: 0, pointer: link.pointer.clone(), listed: link.listed };
    Argument { name: link.parameter.clone(), given: Given::Result(from) }
}
