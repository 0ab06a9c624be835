//! [`Budget`]: what may be spent, and what has been.
//!
//! A request that is sent has its likely cost set aside until the true one is known, so a run ends just below its limit and not by
//! what was in flight above it. What earlier sessions of the same run have spent counts, once: it is read from the journal.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolwright_core::Usage;
use toolwright_run::{Entry, Spent};

use crate::server::Prices;

/// The most that a run may spend, all its sessions together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// In the currency of the prices.
    pub cost: Option<f64>,
    /// Tokens, of prompts and replies.
    pub tokens: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    state: Mutex<State>,
    settled: Notify,
}

#[derive(Debug, Default)]
struct State {
    spent: Spent,
    set_aside: Guess,
    in_flight: usize,
}

/// What a request will likely take.
#[derive(Clone, Copy, Debug, Default)]
struct Guess {
    tokens: u64,
    cost: f64,
}

/// A request's share, set aside; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    budget: &'a Budget,
    guess: Guess,
}

impl Budget {
    pub(crate) fn new(limits: Limits, spent: Spent) -> Self {
        Self { limits, state: Mutex::new(State { spent, ..State::default() }), settled: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been spent.
    pub(crate) fn spent(&self) -> Spent {
        self.state().spent.clone()
    }

    /// The tokens of a reply to a request that does not limit them.
    pub(crate) fn likely_reply(&self) -> u64 {
        let state = self.state();
        let counted = state.spent.replies - state.spent.uncounted;
        state.spent.usage.completion.checked_div(counted).unwrap_or(DEFAULT_REPLY)
    }

    /// Sets aside what a request of this prompt will likely take. It waits where only what is in flight decides whether there is enough.
    ///
    /// # Errors
    /// The reason, where there is not.
    pub(crate) async fn set_aside(&self, usage: Usage, prices: Option<&Prices>) -> Result<Share<'_>, String> {
        let guess = Guess {
            tokens: usage.prompt.saturating_add(usage.completion),
            cost: prices.map_or(0.0, |prices| prices.cost(usage)),
        };
        loop {
            // Asked for before looking, so that nothing is missed between.
            let settled = self.settled.notified();
            {
                let mut state = self.state();
                match self.lacks(&state, guess) {
                    None => {
                        state.set_aside.tokens = state.set_aside.tokens.saturating_add(guess.tokens);
                        state.set_aside.cost += guess.cost;
                        state.in_flight += 1;
                        return Ok(Share { budget: self, guess });
                    }
                    Some(why) if state.in_flight == 0 => return Err(why),
                    Some(_) => {}
                }
            }
            settled.await;
        }
    }

    /// What there is not enough of.
    fn lacks(&self, state: &State, guess: Guess) -> Option<String> {
        let spent = state.spent.usage.prompt.saturating_add(state.spent.usage.completion);
        let tokens = spent.saturating_add(state.set_aside.tokens).saturating_add(guess.tokens);
        if let Some(most) = self.limits.tokens.filter(|most| tokens > *most) {
            return Some(format!(
                "the budget of {most} tokens is used up: {spent} are spent, and the next request takes about {}; raise --max-tokens to \
                 go on",
                guess.tokens
            ));
        }
        let cost = state.spent.cost + state.set_aside.cost + guess.cost;
        let most = self.limits.cost.filter(|most| cost > *most)?;
        Some(format!(
            "the budget of {most} is used up: {:.4} is spent, and the next request costs about {:.4}; raise --max-cost to go on",
            state.spent.cost, guess.cost
        ))
    }

    /// Counts a reply. One of which the server counted nothing counts as what was guessed, so that a limit still is one.
    pub(crate) fn count(&self, entry: &Entry, share: &Share<'_>) {
        let mut state = self.state();
        state.spent.add(entry);
        if entry.usage.is_none() && entry.usable {
            state.spent.usage.prompt = state.spent.usage.prompt.saturating_add(share.guess.tokens);
            state.spent.cost += share.guess.cost;
        }
    }
}

/// Tokens of a reply, where nothing is known.
const DEFAULT_REPLY: u64 = 256;

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.state();
        state.set_aside.tokens = state.set_aside.tokens.saturating_sub(self.guess.tokens);
        state.set_aside.cost -= self.guess.cost;
        state.in_flight -= 1;
        if state.in_flight == 0 {
            state.set_aside = Guess::default();
        }
        drop(state);
        self.budget.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use toolwright_core::Place;

    use super::*;

    const USAGE: Usage = Usage { prompt: 60, cached: 0, completion: 40 };

    fn entry(usage: Option<Usage>, cost: Option<f64>) -> Entry {
        Entry { usage, cost, ..Entry::new(Place::new("test"), [0; 32], "tiny") }
    }

    #[tokio::test]
    async fn a_run_ends_below_its_limit_with_nothing_in_flight() {
        let budget = Budget::new(Limits { tokens: Some(1000), cost: None }, Spent::default());
        for _ in 0..10 {
            let share = budget.set_aside(USAGE, None).await.unwrap();
            budget.count(&entry(Some(USAGE), None), &share);
        }
        let why = budget.set_aside(USAGE, None).await.unwrap_err();
        assert_eq!(
            why,
            "the budget of 1000 tokens is used up: 1000 are spent, and the next request takes about 100; raise --max-tokens to go on"
        );
        let again = Budget::new(Limits { tokens: Some(1100), cost: None }, budget.spent());
        assert!(again.set_aside(USAGE, None).await.is_ok(), "a higher limit goes on from what is spent");
    }

    #[tokio::test]
    async fn the_last_request_waits_for_those_in_flight() {
        let prices = Prices { input: 1e6, cached: None, output: 1e6 };
        let budget = Budget::new(Limits { tokens: None, cost: Some(150.0) }, Spent::default());
        let first = budget.set_aside(USAGE, Some(&prices)).await.unwrap();
        let mut second = Box::pin(budget.set_aside(USAGE, Some(&prices)));
        let early = tokio::time::timeout(std::time::Duration::from_millis(1), &mut second).await;
        assert!(early.is_err(), "whether there is enough is not known yet");
        budget.count(&entry(Some(Usage { completion: 0, ..USAGE }), Some(30.0)), &first);
        drop(first);
        assert!(second.await.is_ok(), "the first cost less than guessed");
    }

    #[tokio::test]
    async fn what_a_server_does_not_count_is_guessed_and_said_to_be_uncounted() {
        let budget = Budget::new(Limits { tokens: Some(150), cost: None }, Spent::default());
        let share = budget.set_aside(USAGE, None).await.unwrap();
        budget.count(&entry(None, None), &share);
        drop(share);
        assert!(budget.set_aside(USAGE, None).await.is_err());
        assert_eq!(budget.spent().uncounted, 1);
    }
}
