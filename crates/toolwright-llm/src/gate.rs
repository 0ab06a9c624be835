//! [`Gate`]: how many requests may be with a server at once, and how fast they may follow one another.
//!
//! The number of requests in flight adapts as TCP's window does. A server that says it is too busy gets three tenths fewer, once for all
//! requests that it had by then, and rests; each round of successes brings a twentieth more, up to what was set. A server that
//! fails often without saying that it is busy is taken for busy. Limits a minute are kept by pacing: each request has its moment, and a
//! request's tokens are guessed first and set right when they are known.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::server::Server;

const LONGEST_REST: Duration = Duration::from_secs(60);
/// A share of failures, smoothed, above which a server is taken for busy.
const TOO_MANY_FAILURES: f64 = 0.3;
/// How much one outcome moves that share.
const SMOOTHING: f64 = 0.05;

#[derive(Debug)]
pub(crate) struct Gate {
    slots: Arc<Semaphore>,
    most: usize,
    /// The first rest of a server that does not say how long; twice as long each time.
    first_rest: Duration,
    rested: Notify,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that may be in flight now.
    limit: usize,
    /// Slots that are still out and do not come back.
    owed: usize,
    /// Successes since the limit last rose.
    round: usize,
    last_cut: Option<Instant>,
    /// Nothing is sent before.
    rest_until: Option<Instant>,
    last_rest: Option<Instant>,
    /// Rests in a row.
    rests: u32,
    failures: f64,
    requests: Option<Pace>,
    tokens: Option<Pace>,
}

/// Leave to send one request; it is given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    permit: Option<OwnedSemaphorePermit>,
    since: Instant,
    guessed: u64,
}

impl Gate {
    pub(crate) fn new(server: &Server, first_rest: Duration) -> Arc<Self> {
        let most = server.in_flight;
        let state = State {
            limit: most,
            owed: 0,
            round: 0,
            last_cut: None,
            rest_until: None,
            last_rest: None,
            rests: 0,
            failures: 0.0,
            requests: server.requests_per_minute.map(|most| Pace::new(f64::from(most))),
            #[expect(clippy::cast_precision_loss, reason = "no provider's limit has 2^53 tokens")]
            tokens: server.tokens_per_minute.map(|most| Pace::new(most as f64)),
        };
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(most)),
            most,
            first_rest,
            rested: Notify::new(),
            state: Mutex::new(state),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for leave to send a request of about so many tokens.
    pub(crate) async fn enter(self: &Arc<Self>, tokens: u64) -> Pass {
        // The semaphore is never closed.
        let permit = Arc::clone(&self.slots).acquire_owned().await.ok();
        let mut pass = Pass { gate: Arc::clone(self), permit, since: Instant::now(), guessed: tokens };
        let turn = self.state().turn(tokens);
        loop {
            let until = self.state().rest_until.into_iter().chain(turn).max();
            match until {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => break,
            }
        }
        pass.since = Instant::now();
        pass
    }

    /// Whether nothing is sent now.
    pub(crate) fn rests(&self) -> bool {
        self.state().rest_until.is_some_and(|until| until > Instant::now())
    }

    /// The beginning of the next rest.
    pub(crate) fn next_rest(&self) -> Notified<'_> {
        self.rested.notified()
    }

    /// Requests that may be in flight now.
    #[cfg(test)]
    fn limit(&self) -> usize {
        self.state().limit
    }
}

impl State {
    /// The moment of the next request, where there are limits a minute.
    fn turn(&mut self, tokens: u64) -> Option<Instant> {
        let now = Instant::now();
        let of = |pace: &mut Option<Pace>, units: f64| pace.as_mut().map(|pace| pace.turn(now, units));
        #[expect(clippy::cast_precision_loss, reason = "no request has 2^53 tokens")]
        let turns = [of(&mut self.requests, 1.0), of(&mut self.tokens, tokens as f64)];
        turns.into_iter().flatten().max()
    }

    /// Fewer from now on, once for what was sent before.
    fn cut(&mut self, slots: &Semaphore, since: Instant) {
        if self.last_cut.is_some_and(|cut| since <= cut) {
            return;
        }
        let limit = (self.limit * 7 / 10).max(1);
        let gone = self.limit - limit;
        self.owed += gone - slots.forget_permits(gone);
        (self.limit, self.round, self.last_cut) = (limit, 0, Some(Instant::now()));
    }

    /// Nothing is sent for a while.
    fn rest(&mut self, first: Duration, since: Instant, asked: Option<Duration>) {
        let now = Instant::now();
        // Requests of one burst that are all turned away are one rest.
        if self.last_rest.is_none_or(|began| since > began) {
            (self.rests, self.last_rest) = (self.rests + 1, Some(now));
        }
        let own = first.saturating_mul(1 << self.rests.saturating_sub(1).min(16)).min(LONGEST_REST);
        let until = now + asked.unwrap_or(own);
        self.rest_until = self.rest_until.max(Some(until));
    }
}

impl Pass {
    /// The server answered, and counted so many tokens, if it did.
    pub(crate) fn answered(self, tokens: Option<u64>) {
        let mut state = self.gate.state();
        state.rests = 0;
        state.failures *= 1.0 - SMOOTHING;
        if let (Some(pace), Some(tokens)) = (&mut state.tokens, tokens) {
            #[expect(clippy::cast_precision_loss, reason = "no request has 2^53 tokens")]
            pace.set_right(tokens as f64 - self.guessed as f64);
        }
        state.round += 1;
        if state.round >= state.limit && state.limit < self.gate.most {
            let more = (state.limit / 20).max(1).min(self.gate.most - state.limit);
            (state.limit, state.round) = (state.limit + more, 0);
            // What is owed need not be given back then.
            let forgiven = more.min(state.owed);
            state.owed -= forgiven;
            self.gate.slots.add_permits(more - forgiven);
        }
    }

    /// The server has too much to do, or is not there.
    pub(crate) fn turned_away(self, rest: Option<Duration>) {
        let mut state = self.gate.state();
        state.cut(&self.gate.slots, self.since);
        state.rest(self.gate.first_rest, self.since, rest);
        self.gate.rested.notify_waiters();
    }

    /// The server, or the way there, failed.
    pub(crate) fn failed(self) {
        let mut state = self.gate.state();
        state.failures += SMOOTHING * (1.0 - state.failures);
        if state.failures > TOO_MANY_FAILURES {
            state.cut(&self.gate.slots, self.since);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if let Some(permit) = self.permit.take()
            && state.owed > 0
        {
            state.owed -= 1;
            permit.forget();
        }
    }
}

/// So many units a minute, evenly.
#[derive(Debug)]
struct Pace {
    seconds_a_unit: f64,
    /// When what was let through so far is through.
    through: Option<Instant>,
}

/// As much as comes in this long may come at once.
const BURST: Duration = Duration::from_secs(1);

impl Pace {
    fn new(units_a_minute: f64) -> Self {
        Self { seconds_a_unit: 60.0 / units_a_minute, through: None }
    }

    /// When so many units may pass; the first at once.
    fn turn(&mut self, now: Instant, units: f64) -> Instant {
        let from = self.through.map_or(now, |through| through.max(now));
        self.through = Some(from + self.time(units));
        from.checked_sub(BURST).map_or(now, |turn| turn.max(now))
    }

    /// So many units more than was guessed have passed; negative for fewer.
    fn set_right(&mut self, units: f64) {
        let time = self.time(units.abs());
        self.through = self
            .through
            .and_then(|through| if units < 0.0 { through.checked_sub(time) } else { Some(through + time) });
    }

    fn time(&self, units: f64) -> Duration {
        Duration::from_secs_f64((units * self.seconds_a_unit).clamp(0.0, 86_400.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST_REST: Duration = Duration::from_millis(500);

    fn gate(in_flight: usize, requests_per_minute: Option<u32>, tokens_per_minute: Option<u64>) -> Arc<Gate> {
        let server =
            Server { in_flight, requests_per_minute, tokens_per_minute, ..Server::new("http://h", "m") };
        Gate::new(&server, FIRST_REST)
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_gets_fewer_once_a_burst_and_all_again_when_it_answers() {
        let gate = gate(100, None, None);
        let mut burst = Vec::new();
        for _ in 0..100 {
            burst.push(gate.enter(0).await);
        }
        burst.into_iter().for_each(|pass| pass.turned_away(None));
        assert_eq!(gate.limit(), 70, "one burst is one cut");
        assert_eq!(gate.slots.available_permits(), 70);
        let before = Instant::now();
        let pass = gate.enter(0).await;
        assert_eq!(before.elapsed(), FIRST_REST, "one burst is one rest");
        pass.turned_away(None);
        assert_eq!(gate.limit(), 49);
        let before = Instant::now();
        for _ in 0..1500 {
            gate.enter(0).await.answered(None);
        }
        assert_eq!(before.elapsed(), FIRST_REST * 2);
        assert_eq!((gate.limit(), gate.slots.available_permits()), (100, 100));
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_that_is_asked_for_is_kept_by_all() {
        let gate = gate(10, None, None);
        let waiting = gate.enter(0).await;
        gate.enter(0).await.turned_away(Some(Duration::from_secs(7)));
        drop(waiting);
        let before = Instant::now();
        let late = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { drop(gate.enter(0).await) }
        });
        drop(gate.enter(0).await);
        late.await.unwrap();
        assert_eq!(before.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn single_failures_change_nothing_and_many_are_taken_for_busy() {
        let gate = gate(100, None, None);
        for n in 0..2000 {
            let pass = gate.enter(0).await;
            if n % 20 == 0 { pass.failed() } else { pass.answered(None) }
        }
        assert_eq!(gate.limit(), 100);
        for _ in 0..200 {
            gate.enter(0).await.failed();
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(gate.limit(), 1);
        assert_eq!(gate.slots.available_permits(), 1, "what is in flight and what is allowed agree");
    }

    #[tokio::test(start_paused = true)]
    async fn limits_a_minute_are_kept_and_guesses_set_right() {
        let of_requests = gate(1000, Some(600), None);
        let before = Instant::now();
        for _ in 0..100 {
            of_requests.enter(0).await.answered(None);
        }
        let seconds = before.elapsed().as_secs_f64();
        assert!((8.5..=10.0).contains(&seconds), "100 requests at 10 a second took {seconds} s");

        let of_tokens = gate(1000, None, Some(60_000));
        let before = Instant::now();
        for _ in 0..30 {
            of_tokens.enter(1000).await.answered(Some(2000));
        }
        let seconds = before.elapsed().as_secs_f64();
        assert!((55.0..=60.0).contains(&seconds), "60,000 tokens at 1,000 a second took {seconds} s");
        of_tokens.enter(u64::MAX).await.answered(Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_gives_its_slot_back() {
        let gate = gate(1, None, None);
        let held = gate.enter(0).await;
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { drop(gate.enter(0).await) }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        drop(held);
        drop(gate.enter(0).await);
        assert_eq!(gate.slots.available_permits(), 1);
    }
}
