//! [`Llm`]: asks servers, and never twice for the same reply.
//!
//! An ask goes to the server that its place draws, so that it is the same one whenever the run is resumed. What comes back is in the journal
//! before anybody learns of it, and its slot among the requests in flight is free only then. So a process that is killed has at most
//! as much to ask again as was in flight. What went wrong on the way is cured as `fault.rs` says: the identical request is sent again, and never one
//! that tells the model of a fault that was not the model's.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep};
use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{
    Asking, Endpoint, Error, Loss, Place, Reply, Request, Result, Scorer, Scoring, Unanswered, Usage,
};
use toolwright_run::{Entry, Journal, Spent};

use crate::batch::Batches;
use crate::budget::{Budget, Limits, Share};
use crate::fault::{Cure, Fault};
use crate::gate::{Gate, Pass};
use crate::http::{Http, Route};
use crate::server::Server;
use crate::wire;

const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// So many requests that are all refused, and none answered, are no accident.
const ALL_REFUSED: u64 = 20;
/// Bytes of a body for a token, in a guess.
const BYTES_A_TOKEN: usize = 4;

/// How persistent asking is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// How often a request is sent at the most, where the server or the way to it fails.
    pub tries: u32,
    /// How long is waited at first, before a request is sent again or a busy server is asked again that does not say when; twice as long each time.
    pub wait: Duration,
    /// How long servers may be busy or unreachable, with no reply from any, until the run is stopped; it goes on another time.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 6, wait: Duration::from_secs(1), silence: Duration::from_secs(600) }
    }
}

/// Models on servers, with the journal of what they answered.
///
/// ```no_run
/// use std::{path::Path, sync::Arc};
/// use toolwright_core::{Endpoint, Message, Place, Request, Role};
/// use toolwright_llm::{Limits, Llm, Patience, Server};
/// use toolwright_run::Journal;
///
/// let journal = Arc::new(Journal::open(Path::new("runs/first"))?);
/// let server = Server::new("http://localhost:8000/v1", "qwen2.5-7b");
/// let llm = Llm::new(vec![server], Limits::default(), Patience::default(), journal)?;
/// let request = Request { messages: vec![Message::text(Role::User, "Hello!")], ..Request::default() };
/// toolwright_llm::run(async {
///     let reply = llm.ask(&Place::new("greeting"), &request).await?;
///     println!("{}", reply.candidates[0].message.said());
///     Ok::<_, toolwright_core::Unanswered>(())
/// })??;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Llm {
    lanes: Vec<Lane>,
    journal: Arc<Journal>,
    /// Whether the journal held anything when it was opened.
    resumed: bool,
    budget: Budget,
    patience: Patience,
    tally: Tally,
    /// Why nothing more is asked.
    stop: watch::Sender<Option<String>>,
    began: Instant,
}

#[derive(Debug)]
struct Lane {
    server: Server,
    http: Arc<Http>,
    gate: Arc<Gate>,
    /// Where requests go in batches.
    batches: Option<Batches>,
}

#[derive(Debug, Default)]
struct Tally {
    found: AtomicU64,
    sent: AtomicU64,
    answered: AtomicU64,
    /// Since when no server replies, in seconds since the beginning plus one; 0 where the last ask was answered.
    silent_since: AtomicU64,
    faults: Mutex<BTreeMap<&'static str, u64>>,
}

impl Tally {
    fn faults(&self) -> MutexGuard<'_, BTreeMap<&'static str, u64>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long no server has replied, given that none does now.
    fn silence(&self, began: Instant) -> Duration {
        let now = began.elapsed().as_secs() + 1;
        let since = self.silent_since.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        Duration::from_secs(now.saturating_sub(since.err().unwrap_or(now)))
    }
}

/// What asking came to so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Replies that were in the journal and not asked for.
    pub found: u64,
    /// Requests sent, each time it was.
    pub sent: u64,
    /// Replies that came.
    pub answered: u64,
    /// What went wrong, by its name.
    pub faults: BTreeMap<&'static str, u64>,
    /// What the run has cost, earlier sessions included.
    pub spent: Spent,
}

impl Llm {
    /// - `servers`: each ask goes to one of them, by their weights. Those that have a model in common stand in for one another.
    /// - `journal`: of the run's folder.
    ///
    /// # Errors
    /// There is no server, a setting makes no sense, a key is not there, or a limit of cost is set without prices.
    pub fn new(
        servers: Vec<Server>,
        limits: Limits,
        patience: Patience,
        journal: Arc<Journal>,
    ) -> Result<Self> {
        if servers.is_empty() {
            return Err(Error::new("no server; expected at least one, with an address and a model"));
        }
        servers.iter().try_for_each(Server::check)?;
        if let (Some(_), Some(server)) = (limits.cost, servers.iter().find(|server| server.prices.is_none()))
        {
            return Err(Error::new(
                "a limit of cost needs prices, and none are known here; give what a million tokens cost, in and out",
            )
            .at(&server.url));
        }
        let in_flight: usize = servers.iter().map(|server| server.in_flight).sum();
        if servers.iter().any(|server| server.batch.is_none()) {
            allow_connections(in_flight)?;
        }
        let lane = |server: Server| {
            let gate = Gate::new(&server, patience.wait);
            let http = Arc::new(Http::new(&server).map_err(|error| error.at(&server.url))?);
            let batched = || Batches::new(Arc::clone(&http), server.clone(), journal.dir());
            let batches = server.batch.map(|_| batched());
            Ok(Lane { http, gate, batches, server })
        };
        let spent = journal.spent()?;
        Ok(Self {
            lanes: servers.into_iter().map(lane).collect::<Result<_>>()?,
            resumed: spent.replies > 0,
            budget: Budget::new(limits, spent),
            journal,
            patience,
            tally: Tally::default(),
            stop: watch::Sender::new(None),
            began: Instant::now(),
        })
    }

    /// Asks nothing more; what is in flight is waited for. Whatever asks from now on is told why.
    pub fn stop(&self, why: impl Into<String>) {
        self.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            if first {
                *stop = Some(why.into());
            }
            first
        });
    }

    /// Why nothing more is asked, where that is so.
    pub fn stopped(&self) -> Option<String> {
        self.stop.borrow().clone()
    }

    /// The most requests in flight, over all servers.
    pub fn in_flight(&self) -> usize {
        self.lanes.iter().map(|lane| lane.server.in_flight).sum()
    }

    /// What asking came to so far.
    pub fn asked(&self) -> Asked {
        let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
        Asked {
            found: count(&self.tally.found),
            sent: count(&self.tally.sent),
            answered: count(&self.tally.answered),
            faults: self.tally.faults().clone(),
            spent: self.budget.spent(),
        }
    }

    async fn answer(&self, place: &Place, request: &Request) -> Result<Reply, Unanswered> {
        let first = self.first(place);
        let body = wire::body(&self.lanes[first].server, request);
        let body = body.map_err(|error: Error| Unanswered::Refused(error.to_string()))?;
        let longest = request.sampling.max_tokens.map_or_else(|| self.budget.likely_reply(), u64::from);
        let read = |text: &str| {
            let reply = wire::reply(text)?;
            let usage = reply.usage;
            Ok((reply, usage))
        };
        self.carry(place, (first, Route::Chat), body, longest, read).await
    }

    async fn loss(&self, place: &Place, context: &str, response: &str) -> Result<Loss, Unanswered> {
        let first = self.first(place);
        let body = wire::scored(&self.lanes[first].server, &format!("{context}{response}"));
        // Servers count characters, not bytes.
        let begins = context.chars().count() as u64;
        let within = begins..begins + response.chars().count() as u64;
        self.carry(place, (first, Route::Completions), body, 1, |text| wire::loss(text, within.clone())).await
    }

    /// The server that an ask goes to first.
    fn first(&self, place: &Place) -> usize {
        if self.lanes.len() == 1 { 0 } else { self.draw(place) }
    }

    /// What a server answers to this body, from the journal where it is there.
    ///
    /// - `longest`: the tokens of the answer, in a guess.
    async fn carry<T>(
        &self,
        place: &Place,
        (first, route): (usize, Route),
        body: Vec<u8>,
        longest: u64,
        read: impl Fn(&str) -> Result<(T, Option<Usage>), Fault>,
    ) -> Result<T, Unanswered> {
        let mut rng = Seed::new(0).child(place.stage).index(place.sample).index(place.step.into()).rng();
        let hash = *blake3::hash(&body).as_bytes();
        if self.resumed {
            let found = self.journal.find(place, &hash).map_err(|error| self.broken(&error))?;
            // What was kept was read before; what cannot be read now is asked for anew.
            if let Some((answer, _)) = found.and_then(|text| read(&text).ok()) {
                self.tally.found.fetch_add(1, Ordering::Relaxed);
                return Ok(answer);
            }
        }
        let guess = Usage { prompt: (body.len() / BYTES_A_TOKEN) as u64, cached: 0, completion: longest };
        let body = Bytes::from(body);
        let (mut lane, mut tries) = (first, 0);
        loop {
            let pass;
            (lane, pass) =
                self.unless_stopped(self.enter(lane, guess.prompt.saturating_add(guess.completion))).await?;
            let Lane { server, http, batches, .. } = &self.lanes[lane];
            let share = self.unless_stopped(self.budget.set_aside(guess, server.prices.as_ref())).await?;
            let share = share.map_err(|why| self.stop_now(why))?;
            self.tally.sent.fetch_add(1, Ordering::Relaxed);
            let came = match batches.as_ref().filter(|_| route == Route::Chat) {
                // What is in a batch is kept by the provider, so nobody need wait for it. In a box, because most asks wait for none.
                Some(batches) => {
                    self.unless_stopped(Box::pin(batches.post(place, &hash, body.clone()))).await?
                }
                None => http.post(route, body.clone(), server).await,
            };
            let came = came.and_then(|text| Ok((read(&text)?, text)));
            let entry = Entry::new(place.clone(), hash, server.model.as_str());
            let fault = match came {
                Ok(((answer, usage), text)) => {
                    let entry = Entry { body: text, usage, ..entry };
                    self.keep(entry, server, &share).await?;
                    self.tally.answered.fetch_add(1, Ordering::Relaxed);
                    self.tally.silent_since.store(0, Ordering::Relaxed);
                    pass.answered(usage.map(|usage| usage.prompt.saturating_add(usage.completion)));
                    return Ok(answer);
                }
                Err(fault) => fault,
            };
            *self.tally.faults().entry(fault.name()).or_default() += 1;
            if let Some(body) = fault.body() {
                let usage = serde_json::from_str(body).ok().and_then(|value| wire::usage(&value));
                self.keep(Entry { body: body.to_owned(), usable: false, usage, ..entry }, server, &share)
                    .await?;
            }
            drop(share);
            let wait = self.cure(&fault, pass, server, &mut tries, &mut rng)?;
            self.unless_stopped(sleep(wait)).await?;
            lane = self.beside(lane).next().unwrap_or(lane);
        }
    }

    /// What a fault means for the server and for the ask: how long to wait before it is sent again, or why it is not.
    fn cure(
        &self,
        fault: &Fault,
        pass: Pass,
        server: &Server,
        tries: &mut u32,
        rng: &mut Rng,
    ) -> Result<Duration, Unanswered> {
        let said = || format!("{}: {fault}", server.url);
        match fault.cure() {
            Cure::Rest(rest) => {
                pass.turned_away(rest);
                let silent = self.tally.silence(self.began);
                if silent >= self.patience.silence.max(server.timeout() * 2) {
                    return Err(self.stop_now(format!(
                        "no reply for {} s; the last fault was: {}; look after the server, then run the same command again to go on",
                        silent.as_secs(),
                        said()
                    )));
                }
                // The gate makes everybody wait; this spreads who was turned away.
                Ok(self.patience.wait.mul_f64(rng.unit() / 10.0))
            }
            Cure::Again => {
                pass.failed();
                *tries += 1;
                if *tries >= self.patience.tries {
                    return Err(Unanswered::Exhausted(format!(
                        "sent {tries} times, and no reply came; the last time: {}",
                        said()
                    )));
                }
                let most = self.patience.wait.saturating_mul(1 << (*tries - 1).min(16)).min(LONGEST_WAIT);
                Ok(most.mul_f64(0.5 + rng.unit() / 2.0))
            }
            Cure::GiveUp => {
                pass.answered(None);
                let refused = self.tally.faults().get(fault.name()).copied();
                if refused >= Some(ALL_REFUSED) && self.tally.answered.load(Ordering::Relaxed) == 0 {
                    return Err(self.stop_now(format!(
                        "the first {ALL_REFUSED} requests were all refused; the last one: {}",
                        said()
                    )));
                }
                Err(Unanswered::Refused(said()))
            }
            Cure::Stop => {
                pass.answered(None);
                let next = server.key_env.as_deref().map_or_else(
                    || "check the address and the model, and whether a key is needed".to_owned(),
                    |name| format!("check the address, the model and the key in {name}"),
                );
                Err(self.stop_now(format!("{}; {next}", said())))
            }
        }
    }

    /// Keeps what came, and counts it once it is kept.
    async fn keep(&self, entry: Entry, server: &Server, share: &Share<'_>) -> Result<(), Unanswered> {
        let cost = entry.usage.zip(server.prices).map(|(usage, prices)| prices.cost(usage));
        let entry = Entry { cost, ..entry };
        let (told, kept) = oneshot::channel();
        self.budget.count(&entry, share);
        // Nobody waits any more where the ask was given up.
        self.journal.keep(entry, move |result| drop(told.send(result)));
        match kept.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(self.stop_now("the journal's thread has ended; the reply may be lost".into())),
        }
    }

    /// What comes of waiting, unless nothing more is asked.
    async fn unless_stopped<T>(&self, waiting: impl Future<Output = T>) -> Result<T, Unanswered> {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            biased;
            stopped = stop.wait_for(Option::is_some) => {
                let why = stopped.ok().and_then(|why| why.clone());
                Err(Unanswered::Stopped(why.unwrap_or_default()))
            }
            done = waiting => Ok(done),
        }
    }

    fn broken(&self, error: &Error) -> Unanswered {
        self.stop_now(error.to_string())
    }

    fn stop_now(&self, why: String) -> Unanswered {
        self.stop(why.clone());
        Unanswered::Stopped(why)
    }

    /// The server that this place draws.
    fn draw(&self, place: &Place) -> usize {
        let Place { stage, sample, attempt, step, draw } = place;
        let seed = [attempt, step, draw]
            .into_iter()
            .fold(Seed::new(*sample).child(stage), |seed, n| seed.index((*n).into()));
        let at = seed.rng().weighted(self.lanes.iter().map(|lane| lane.server.weight));
        at.unwrap_or_default()
    }

    /// Leave to send to this server, or to another that stands in for it while it rests.
    async fn enter(&self, first: usize, tokens: u64) -> (usize, Pass) {
        loop {
            let awake = |lane: &usize| !self.lanes[*lane].gate.rests();
            let lane = std::iter::once(first).chain(self.beside(first)).find(awake).unwrap_or(first);
            let gate = &self.lanes[lane].gate;
            let alone = self.beside(first).next().is_none();
            let rest = gate.next_rest();
            tokio::select! {
                pass = gate.enter(tokens) => return (lane, pass),
                () = rest, if !alone => {}
            }
        }
    }

    /// The other servers to which the same bytes can be sent.
    fn beside(&self, lane: usize) -> impl Iterator<Item = usize> {
        let Server { model, extra, max_tokens_key, .. } = &self.lanes[lane].server;
        let same = move |other: &usize| {
            let other = &self.lanes[*other].server;
            (&other.model, &other.extra, &other.max_tokens_key) == (model, extra, max_tokens_key)
        };
        let n = self.lanes.len();
        (1..n).map(move |step| (lane + step) % n).filter(same)
    }
}

impl Endpoint for Llm {
    fn ask<'a>(&'a self, place: &'a Place, request: &'a Request) -> Asking<'a> {
        Box::pin(self.answer(place, request))
    }
}

impl Scorer for Llm {
    fn score<'a>(&'a self, place: &'a Place, context: &'a str, response: &'a str) -> Scoring<'a> {
        Box::pin(self.loss(place, context, response))
    }
}

/// Each request in flight is an open file, and systems allow few by default.
fn allow_connections(in_flight: usize) -> Result<()> {
    /// For everything else.
    const OTHER_FILES: u64 = 128;
    let needed = in_flight as u64 + OTHER_FILES;
    match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) if allowed < needed => Err(Error::new(format!(
            "{in_flight} requests in flight need {needed} open files, and this system allows {allowed}; allow more (`ulimit -n`), or \
             ask for fewer in flight"
        ))),
        // Where there is no such limit to be read, there is none to speak of.
        _ => Ok(()),
    }
}
