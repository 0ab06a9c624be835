//! The embedded user and assistant: they put intents into words, offline.
//!
//! [`user`] words what a person wants, [`assistant`] what a model answers. Both look at a [`Scene`] and give an
//! [`Utterance`]; for the user's values it also holds which words give them, so that every argument can be traced.

mod amount;
pub(crate) mod assistant;
mod careless;
pub(crate) mod clause;
mod complicate;
pub(crate) mod name;
pub(crate) mod pattern;
mod pieces;
mod question;
mod ramble;
pub(crate) mod sentence;
pub(crate) mod style;
mod summary;
pub(crate) mod surface;
pub(crate) mod talk;
pub(crate) mod tell;
mod trivia;
pub(crate) mod turns;
pub(crate) mod user;
mod values;
pub(crate) mod voice;
mod when;

pub(crate) use values::step as values_step;

use serde_json::Value;
use toolwright_core::Call;

use crate::dialog::plan::{Episode, Plan};
use crate::dialog::task::Twist;
use crate::pool::Pool;
use sentence::Mood;
use surface::Manner;
use voice::Voice;

/// What a speaker sees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) foreign: &'a Pool,
    pub(crate) plan: &'a Plan,
    /// How the user writes values.
    pub(crate) manner: Manner,
    /// How the user speaks.
    pub(crate) voice: Voice,
    /// The episode of the plan that is being played.
    pub(crate) episode: usize,
    /// The calls made for the present request, with their results.
    pub(crate) done: &'a [Done],
}

impl Scene<'_> {
    /// What has just happened when the episode begins.
    pub(crate) fn mood(&self) -> Mood {
        match self.episode.checked_sub(1).and_then(|before| self.plan.episodes.get(before)) {
            None => Mood::Opening,
            Some(Episode::Task(task)) => match task.twist {
                Some(Twist::Dropped) => Mood::Dropped,
                Some(Twist::Fails { recovers: false, .. }) => Mood::Declined,
                _ => Mood::Served,
            },
            Some(Episode::News { added: true, .. }) => Mood::Granted,
            Some(Episode::News { added: false, .. }) => Mood::Served,
            Some(Episode::Outside(_)) => Mood::Declined,
            Some(Episode::Chat(_) | Episode::Direct(_)) => Mood::Talked,
        }
    }
}

/// A call that was made.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The tool, by its position in the pool.
    pub(crate) entry: usize,
    pub(crate) call: Call,
    pub(crate) result: Value,
}

/// What is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Utterance {
    pub(crate) text: String,
    /// Which words give which argument.
    pub(crate) quotes: Vec<Quote>,
}

/// The words that give one argument value of one call to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) step: usize,
    pub(crate) call: usize,
    /// A JSON pointer into the arguments.
    pub(crate) argument: String,
    pub(crate) words: String,
}

impl Utterance {
    /// Plain words that give no argument.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), quotes: Vec::new() }
    }
}
