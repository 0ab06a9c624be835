//! A dialog as a machine without I/O: it asks for words and results, and whoever can give them answers.
//!
//! [`Machine::step`] takes the answer to the last [`Step`] and gives the next. Words are asked of the speaker whose turn it is,
//! results of whatever executes calls; nothing here knows who answers. A later argument that is an earlier result is filled in when
//! that result is there, and where every argument came from is noted as it is placed.

use std::sync::Arc;

use serde_json::{Map, Value};
use toolwright_core::{
    Call, Dialog, Message, OfferChange, Provenance, Role, SCHEMA_VERSION, Source, Thinking, Tool,
};

use super::plan::{Episode, Plan};
use super::task::{Amend, Argument, From, Given, How, Move, Planned, Task, Twist};
use crate::agent::values_step;
use crate::agent::{Done, Quote, Utterance, assistant};
use crate::pool::Pool;
use crate::world::failure::Failure;

/// What the machine needs next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Words for an intent.
    Ask(Intent),
    /// The result of a call.
    Execute(Arc<Tool>, Call),
    /// The result of a call that is to fail.
    Fail(Arc<Tool>, Call, Trouble),
    /// Nothing: the dialog is complete.
    Done(Box<Dialog>),
    /// Nothing: the dialog cannot be completed, for this reason.
    Failed(String),
}

/// How a call fails.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// Whatever the call says.
    Fails(&'static Failure),
    /// What this argument names is not there.
    Missing(String),
    /// This argument is not taken; the tool says what it expects.
    Refused(String, String),
}

/// What is to be put into words. The first number is the position of the episode in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// The user asks for what the episode is about.
    Request(usize),
    /// The assistant asks for the values that were left out, from this one up to that.
    AskFor(usize, usize, usize),
    /// The user gives these values.
    Supply(usize, usize, usize),
    /// The assistant says what came of the calls.
    Report(usize),
    /// The assistant says that it failed.
    Regret(usize),
    /// The user changes a value.
    Amend(usize),
    /// The assistant says that no tool does it.
    Decline(usize),
    /// The user speaks a turn of an exchange that needs no tool.
    Say(usize, usize),
    /// The assistant answers it.
    Answer(usize, usize),
}

/// The answer to a [`Step`].
#[derive(Debug)]
pub(crate) enum Reply {
    /// To nothing: the machine starts.
    Start,
    /// Words.
    Words(Utterance),
    /// A result.
    Result(Value),
}

/// A dialog being played.
pub(crate) struct Machine<'p> {
    pool: &'p Pool,
    plan: &'p Plan,
    messages: Vec<Message>,
    provenance: Vec<Provenance>,
    next: Next,
    /// What is still to happen in the present task, the next last.
    moves: Vec<Move>,
    /// What the user's words give in the present task: (message, quote).
    quotes: Vec<(usize, Quote)>,
    /// The calls that worked in the present task since the last request or change.
    done: Vec<Done>,
    /// Results so far that may be referred to.
    past: Vec<Past>,
    /// The calls of the present step that wait for their results, the next last.
    waiting: Vec<(usize, usize, Call)>,
    calls: usize,
}

/// A result, and where it stands.
struct Past {
    episode: usize,
    step: usize,
    call: usize,
    message: usize,
    result: Value,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Start,
    Asked(Intent),
    /// Waiting for a result of this step of this episode.
    Executed(usize, usize, How),
}

impl<'p> Machine<'p> {
    pub(crate) const fn new(pool: &'p Pool, plan: &'p Plan) -> Self {
        Self {
            pool,
            plan,
            messages: Vec::new(),
            provenance: Vec::new(),
            next: Next::Start,
            moves: Vec::new(),
            quotes: Vec::new(),
            done: Vec::new(),
            past: Vec::new(),
            waiting: Vec::new(),
            calls: 0,
        }
    }

    /// The calls made for the present request.
    pub(crate) fn done(&self) -> &[Done] {
        &self.done
    }

    /// The turns so far.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The last result of a tool: a failure, where something has just failed.
    pub(crate) fn last_result(&self) -> Option<Value> {
        let last = self.messages.iter().rev().find(|message| message.role == Role::Tool)?;
        serde_json::from_str(last.said()).ok()
    }

    /// Takes the answer to the last step and says what is needed next.
    pub(crate) fn step(&mut self, reply: Reply) -> Step {
        match (self.next, reply) {
            (Next::Start, Reply::Start) => {
                if let Some(system) = &self.plan.system {
                    self.messages.push(Message::text(Role::System, system.clone()));
                }
                self.open(0)
            }
            (Next::Asked(intent), Reply::Words(words)) => self.said(intent, words),
            (Next::Executed(episode, step, how), Reply::Result(result)) => {
                self.executed(episode, step, how, &result)
            }
            (next, reply) => Step::Failed(format!("the answer {reply:?} does not belong to {next:?}")),
        }
    }

    fn ask(&mut self, intent: Intent) -> Step {
        self.next = Next::Asked(intent);
        Step::Ask(intent)
    }

    /// Opens an episode, or ends the dialog after the last one.
    fn open(&mut self, episode: usize) -> Step {
        self.quotes.clear();
        self.done.clear();
        match self.plan.episodes.get(episode) {
            None => Step::Done(Box::new(self.dialog())),
            Some(Episode::Task(task)) => {
                self.moves = task.moves();
                self.moves.reverse();
                self.go_on(episode)
            }
            Some(Episode::Outside(_)) => self.ask(Intent::Request(episode)),
            Some(Episode::Chat(_) | Episode::Direct(_)) => self.ask(Intent::Say(episode, 0)),
            Some(Episode::News { tool, added }) => {
                self.news(*tool, *added);
                self.open(episode + 1)
            }
        }
    }

    /// The next move of a task.
    fn go_on(&mut self, episode: usize) -> Step {
        match self.moves.pop() {
            None => self.open(episode + 1),
            Some(Move::Request) => self.ask(Intent::Request(episode)),
            Some(Move::AskFor(from, to)) => self.ask(Intent::AskFor(episode, from, to)),
            Some(Move::Supply(from, to)) => self.ask(Intent::Supply(episode, from, to)),
            Some(Move::Report) => self.ask(Intent::Report(episode)),
            Some(Move::Regret) => self.ask(Intent::Regret(episode)),
            Some(Move::Amend) => self.ask(Intent::Amend(episode)),
            Some(Move::Calls(step, how)) => self.call(episode, step, how),
        }
    }

    /// A tool comes on offer, or goes.
    fn news(&mut self, tool: usize, added: bool) {
        let tool = &self.pool.entries[tool].tool;
        let change = if added {
            OfferChange { added: vec![Arc::clone(tool)], removed: Vec::new() }
        } else {
            OfferChange { added: Vec::new(), removed: vec![tool.name.clone()] }
        };
        self.messages
            .push(Message { offer: Some(change.clone()), ..Message::text(Role::System, change.news()) });
    }

    fn said(&mut self, intent: Intent, words: Utterance) -> Step {
        let at = self.messages.len();
        match intent {
            Intent::Request(episode) => {
                if let Some(lost) = self.user(at, words) {
                    return Step::Failed(lost);
                }
                match &self.plan.episodes[episode] {
                    Episode::Outside(_) => self.ask(Intent::Decline(episode)),
                    _ => self.go_on(episode),
                }
            }
            Intent::AskFor(episode, from, to) => {
                let thinking = self.task(episode).and_then(|task| {
                    let planned = task.steps.first()?.first()?;
                    Some(assistant::before_asking(self.pool, planned, task.withheld.get(from..to)?))
                });
                self.assistant(words.text, thinking);
                self.go_on(episode)
            }
            Intent::Supply(episode, ..) => match self.user(at, words) {
                Some(lost) => Step::Failed(lost),
                None => self.go_on(episode),
            },
            Intent::Amend(episode) => {
                // What is said now replaces what was said before.
                for quote in &words.quotes {
                    let replaced = |(_, old): &(usize, Quote)| {
                        (old.step, old.call, &old.argument) == (quote.step, quote.call, &quote.argument)
                    };
                    self.quotes.retain(|old| !replaced(old));
                }
                self.done.clear();
                match self.user(at, words) {
                    Some(lost) => Step::Failed(lost),
                    None => self.go_on(episode),
                }
            }
            Intent::Report(episode) => {
                let why = "The results answer the request; nothing is left to call.";
                self.assistant(words.text, Some(assistant::without_tools(why)));
                self.go_on(episode)
            }
            Intent::Regret(episode) => {
                let why = "The tool failed; another call would not help, so the user has to know.";
                self.assistant(words.text, Some(assistant::without_tools(why)));
                self.go_on(episode)
            }
            Intent::Decline(episode) => {
                self.assistant(
                    words.text,
                    Some(assistant::without_tools("No tool on offer does what the user asks for.")),
                );
                self.open(episode + 1)
            }
            Intent::Say(episode, turn) => {
                self.messages.push(Message::text(Role::User, words.text));
                self.ask(Intent::Answer(episode, turn))
            }
            Intent::Answer(episode, turn) => {
                let chat = matches!(self.plan.episodes[episode], Episode::Chat(_));
                let why = if chat {
                    "The user is making conversation; no tool is needed."
                } else {
                    "This can be answered without a tool."
                };
                self.assistant(words.text, Some(assistant::without_tools(why)));
                let turns = match &self.plan.episodes[episode] {
                    Episode::Chat(exchange) | Episode::Direct(exchange) => exchange.turns.len(),
                    _ => 0,
                };
                if turn + 1 < turns {
                    self.ask(Intent::Say(episode, turn + 1))
                } else {
                    self.open(episode + 1)
                }
            }
        }
    }

    /// Takes down a user turn; says which value its words fail to give.
    fn user(&mut self, at: usize, words: Utterance) -> Option<String> {
        let lost = words.quotes.iter().find(|quote| !words.text.contains(&quote.words));
        if let Some(quote) = lost {
            return Some(format!("the request does not say `{}` for `{}`", quote.words, quote.argument));
        }
        self.quotes.extend(words.quotes.into_iter().map(|quote| (at, quote)));
        self.messages.push(Message::text(Role::User, words.text));
        None
    }

    fn assistant(&mut self, text: String, thinking: Option<Thinking>) {
        self.messages.push(Message { thinking, ..Message::text(Role::Assistant, text) });
    }

    fn task(&self, episode: usize) -> Option<&'p Task> {
        match self.plan.episodes.get(episode) {
            Some(Episode::Task(task)) => Some(task),
            _ => None,
        }
    }

    /// Makes the calls of a step.
    fn call(&mut self, episode: usize, step: usize, how: How) -> Step {
        let Some(task) = self.task(episode) else { return Step::Failed("the episode holds no calls".into()) };
        let Some(planned) = task.steps.get(step) else {
            return Step::Failed("the task has no such step".into());
        };
        let amended;
        let planned = match (how, &task.twist) {
            (How::Amended, Some(Twist::Amended { argument, value, .. })) => {
                amended = changed(planned, argument, value);
                &amended
            }
            _ => planned,
        };
        let at = self.messages.len();
        let mut calls = Vec::new();
        for (position, one) in planned.iter().enumerate() {
            match self.placed(at, step, position, one) {
                Ok(call) => calls.push(call),
                Err(why) => return Step::Failed(why),
            }
        }
        if let (How::Wrong, Some(Twist::Wrong { argument, value, .. })) = (how, &task.twist) {
            // Nobody said what is wrong here, so no source is noted.
            self.provenance.retain(|noted| noted.message != at);
            for call in &mut calls {
                match value {
                    Some(value) => call.arguments.insert(argument.clone(), value.clone()),
                    None => call.arguments.shift_remove(argument),
                };
            }
        }
        self.waiting = calls
            .iter()
            .enumerate()
            .rev()
            .map(|(position, call)| (planned[position].entry, position, call.clone()))
            .collect();
        let thinking = assistant::before_calls(self.pool, task, planned, step, how);
        let train = (how == How::Wrong).then_some(false);
        self.messages.push(Message { thinking: Some(thinking), train, ..Message::calling(calls) });
        self.next_call(episode, step, how)
    }

    fn next_call(&mut self, episode: usize, step: usize, how: How) -> Step {
        let Some((entry, _, call)) = self.waiting.last() else { return self.go_on(episode) };
        self.next = Next::Executed(episode, step, how);
        let (tool, call) = (Arc::clone(&self.pool.entries[*entry].tool), call.clone());
        let trouble = self.task(episode).and_then(|task| match (&task.twist, how) {
            (Some(Twist::Fails { failure, .. }), How::Failing | How::FailingAgain) => {
                Some(Trouble::Fails(failure))
            }
            (Some(Twist::Wrong { argument, expected, .. }), How::Wrong) => {
                Some(Trouble::Refused(argument.clone(), expected.clone()))
            }
            (Some(Twist::Amended { argument, why: Amend::Missing, .. }), How::Missing) => {
                Some(Trouble::Missing(argument.clone()))
            }
            _ => None,
        });
        match trouble {
            Some(trouble) => Step::Fail(tool, call, trouble),
            None => Step::Execute(tool, call),
        }
    }

    fn executed(&mut self, episode: usize, step: usize, how: How, result: &Value) -> Step {
        let Some((entry, position, call)) = self.waiting.pop() else {
            return Step::Failed("a result came without a call".into());
        };
        if how.works() {
            let message = self.messages.len();
            self.past.push(Past { episode, step, call: position, message, result: result.clone() });
        }
        self.messages.push(Message::result(&call, result.to_string()));
        if how.works() {
            self.done.push(Done { entry, call, result: result.clone() });
        }
        self.next_call(episode, step, how)
    }

    /// A call with its arguments filled in and their sources noted.
    fn placed(
        &mut self,
        message: usize,
        step: usize,
        position: usize,
        planned: &Planned,
    ) -> Result<Call, String> {
        let tool = &self.pool.entries[planned.entry].tool;
        let mut arguments = Map::new();
        for argument in &planned.arguments {
            let value = self.source(message, step, position, argument)?;
            arguments.insert(argument.name.clone(), value);
        }
        // Arguments stand in the order in which the tool declares them.
        let mut ordered = Map::new();
        for (name, _) in tool.properties() {
            if let Some(value) = arguments.shift_remove(name) {
                ordered.insert(name.to_owned(), value);
            }
        }
        ordered.extend(arguments);
        self.calls += 1;
        Ok(Call { id: Some(format!("call_{}", self.calls)), ..Call::new(tool.name.clone(), ordered) })
    }

    fn source(
        &mut self,
        message: usize,
        step: usize,
        position: usize,
        argument: &Argument,
    ) -> Result<Value, String> {
        let pointer = values_step(&argument.name);
        let mut note = |argument: String, source: Source| {
            self.provenance.push(Provenance { message, call: position, argument, source })
        };
        match &argument.given {
            Given::User(value) => {
                let below = |quote: &Quote| {
                    quote.argument == pointer || quote.argument.starts_with(&format!("{pointer}/"))
                };
                let mut found = false;
                for (at, quote) in self
                    .quotes
                    .iter()
                    .filter(|(_, quote)| quote.step == step && quote.call == position && below(quote))
                {
                    found = true;
                    note(quote.argument.clone(), Source::User { at: *at, quote: quote.words.clone() });
                }
                if found {
                    Ok(value.clone())
                } else {
                    Err(format!("the user has not said `{}`", argument.name))
                }
            }
            Given::System(value, words) => {
                note(pointer, Source::System { quote: words.clone() });
                Ok(value.clone())
            }
            Given::Default(value) => {
                note(pointer, Source::Default);
                Ok(value.clone())
            }
            Given::Result(From { episode, step, call, pointer: within, .. }) => {
                let asked = (*episode, *step, *call);
                let past = self.past.iter().rev().find(|past| (past.episode, past.step, past.call) == asked);
                let found = past.and_then(|past| Some((past.message, past.result.pointer(within)?.clone())));
                let (at, value) =
                    found.ok_or_else(|| format!("the earlier result has nothing at `{within}`"))?;
                note(pointer, Source::Result { at, pointer: within.clone() });
                Ok(value)
            }
        }
    }

    fn dialog(&mut self) -> Dialog {
        let mut dialog = Dialog { messages: std::mem::take(&mut self.messages), ..Dialog::default() };
        dialog.tools = self.plan.offered.iter().map(|at| Arc::clone(&self.pool.entries[*at].tool)).collect();
        dialog.meta.schema = Some(SCHEMA_VERSION);
        dialog.meta.kind = Some(self.plan.kind);
        dialog.meta.situation = self.plan.situation;
        dialog.meta.provenance = Some(std::mem::take(&mut self.provenance));
        dialog
    }
}

/// The calls of a step with another value for one argument.
fn changed(planned: &[Planned], argument: &str, value: &Value) -> Vec<Planned> {
    let mut planned = planned.to_vec();
    for one in planned.iter_mut().flat_map(|call| &mut call.arguments).filter(|one| one.name == argument) {
        one.given = Given::User(value.clone());
    }
    planned
}

impl Intent {
    /// The position of the episode that the intent belongs to.
    pub(crate) const fn episode(self) -> usize {
        match self {
            Self::Request(at)
            | Self::AskFor(at, ..)
            | Self::Supply(at, ..)
            | Self::Report(at)
            | Self::Regret(at)
            | Self::Amend(at)
            | Self::Decline(at)
            | Self::Say(at, _)
            | Self::Answer(at, _) => at,
        }
    }

    /// Whether it is the user who speaks.
    pub(crate) const fn is_users(self) -> bool {
        matches!(self, Self::Request(_) | Self::Supply(..) | Self::Amend(_) | Self::Say(..))
    }
}
