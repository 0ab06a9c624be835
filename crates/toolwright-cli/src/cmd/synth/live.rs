//! Dialogs that a model plays, or whose calls live servers run: many at once, written in order, and nothing asked or called twice.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use toolwright_core::Host;
use toolwright_llm::{Llm, in_order};
use toolwright_mcp::{Client, Hosts, Server};
use toolwright_run::{Cancel, Finished, Journal, Progress, Sample, Writer};
use toolwright_synth::{Cast, Model, RunBy, Splits, Waits};

use crate::args;
use crate::finalise::{self, Across, Finaliser, Item};
use crate::llm;
use crate::recipe::{BY_MODEL, OFFLINE, Recipe};
use crate::sources;

/// Samples in the works for each request in flight, so that one that waits keeps nobody else waiting.
const WINDOW: usize = 4;
/// Calls in flight where no model is asked: programs that run calls are rarely made for many at once.
const CALLS: usize = 2;
/// The most requests in flight that samples are held ready for.
const MOST: usize = 20_000;
/// Between two checkpoints; what came after one is made again from the journal.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);

/// The model of a run.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// As its server knows it.
    pub(super) name: String,
    /// As measurements on samples name it.
    measured: String,
}

/// The model that the recipe asks, noted in it; `None` where it asks none.
pub(super) fn chosen(name: &str, recipe: &mut Recipe, args: &args::Synth) -> Result<Option<Chosen>> {
    match (recipe.asks_model(), args.llm.is_given()) {
        (false, false) => Ok(None),
        (true, false) => bail!(
            "{name}: this recipe asks a model; give --llm URL and --model NAME, or take the recipe {OFFLINE}, which needs none"
        ),
        (false, true) => bail!(
            "{name}: this recipe asks no model; leave --llm out, take the recipe {BY_MODEL}, or give yours a section [dialog.agents] or [verify.by_model]"
        ),
        (true, true) => {
            let measured = recipe.model.settle(args.model.as_ref())?;
            let name = recipe.model.name.clone().unwrap_or_default();
            Ok(Some(Chosen { name, measured }))
        }
    }
}

/// The live servers that the recipe runs calls on.
pub(super) fn servers(name: &str, recipe: &Recipe) -> Result<Vec<Server>> {
    if recipe.dialog.executor != RunBy::Mcp {
        return Ok(Vec::new());
    }
    if recipe.tools.is_empty() {
        bail!("{name}: dialog.executor is `mcp`, and no server is given; give --tools mcp:\"COMMAND ARGS\"");
    }
    let server = |source: &String| {
        let server = sources::server(source, &recipe.mcp)?;
        server.with_context(|| {
            format!("{source}: no live server, and dialog.executor is `mcp`; expected mcp:\"COMMAND ARGS\" or an address")
        })
    };
    recipe.tools.iter().map(server).collect()
}

/// What makes the samples.
pub(super) struct Job {
    pub(super) model: Option<(Chosen, Arc<Llm>)>,
    pub(super) servers: Vec<Server>,
    pub(super) journal: Arc<Journal>,
    pub(super) synth: Arc<Splits>,
    pub(super) across: Arc<Across>,
}

/// A sample, or why it has to wait.
type Made = Result<toolwright_core::Result<Sample<Item>>, Waits>;

/// Whoever answers, and whatever makes samples of it, shared by all that are in the making.
struct Making {
    model: Option<(Chosen, Arc<Llm>)>,
    hosts: Option<Arc<Hosts>>,
    synth: Arc<Splits>,
    across: Arc<Across>,
}

impl Making {
    /// Why nothing more is asked or called, where that is so.
    fn stopped(&self) -> Option<String> {
        let model = self.model.as_ref().and_then(|(_, llm)| llm.stopped());
        model.or_else(|| self.hosts.as_ref().and_then(|hosts| hosts.stopped()))
    }

    fn stop(&self, why: &str) {
        if let Some((_, llm)) = &self.model {
            llm.stop(why);
        }
        if let Some(hosts) = &self.hosts {
            hosts.stop(why);
        }
    }

    /// What there is to say of it beside the count.
    fn said(&self, accepted: u64) -> String {
        let sent = self.model.as_ref().map(|(_, llm)| format!(", {} requests sent", llm.asked().sent));
        format!("{accepted} accepted{}", sent.unwrap_or_default())
    }

    async fn sample(&self, index: u64) -> Made {
        if let Some(why) = self.stopped() {
            return Err(Waits(why));
        }
        let model = self.model.as_ref();
        let model = model.map(|(chosen, llm)| Model { endpoint: &**llm, name: &chosen.measured });
        let host = self.hosts.as_ref().map(|hosts| &**hosts as &dyn Host);
        let made = self.synth.make_with(index, Cast { model, host }).await?;
        Ok(finalise::sample(index, &made, &self.across))
    }
}

impl Job {
    /// Makes what is left of a run. The inner error says why it stopped before the end; the same command goes on.
    pub(super) fn generate(
        self,
        writer: &mut Writer<Finaliser>,
        quiet: bool,
        cancel: Cancel,
    ) -> Result<Result<Finished, String>> {
        let Self { model, servers, journal, synth, across } = self;
        let shared: Arc<OnceLock<Arc<Making>>> = Arc::default();
        let stopping = Arc::clone(&shared);
        // Before there is anything to stop, the first sample will see that nothing is to be made.
        let stop = {
            let cancel = cancel.clone();
            move |why: &str| {
                while stopping.get().is_none() && cancel.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(10));
                }
                if let Some(making) = stopping.get() {
                    making.stop(why);
                }
            }
        };
        llm::run(cancel, stop, async {
            let mut clients = Vec::new();
            for server in servers {
                clients.push(Client::connect(server).await?);
            }
            let hosts = (!clients.is_empty()).then(|| Arc::new(Hosts::new(clients, journal)));
            let making = Arc::new(Making { model, hosts, synth, across });
            let _ = shared.set(Arc::clone(&making));
            let ended = making.generate(writer, quiet).await;
            if let Some(hosts) = &making.hosts {
                hosts.close().await;
            }
            ended
        })?
    }
}

impl Making {
    async fn generate(
        self: &Arc<Self>,
        writer: &mut Writer<Finaliser>,
        quiet: bool,
    ) -> Result<Result<Finished, String>> {
        let left = writer.left();
        let totals = writer.totals();
        let (mut waiting, mut failed, mut saved) = (None, None, Instant::now());
        let mut meter = Progress::stderr(quiet).start("indices", totals.done, totals.of);
        let each = |index: u64, made: Made| {
            match made {
                // What comes behind a sample that waits is in the journal, and made again from there.
                Ok(_) if waiting.is_some() => {}
                Ok(sample) => {
                    let mut kept = sample.and_then(|sample| writer.append(sample));
                    if kept.is_ok() && saved.elapsed() >= CHECKPOINT_EVERY {
                        kept = writer.checkpoint();
                        saved = Instant::now();
                    }
                    if let Err(error) = kept {
                        self.stop(&error.to_string());
                        failed = Some(error);
                        waiting = Some(String::new());
                    }
                }
                Err(why) => drop(waiting.get_or_insert_with(|| format!("sample {index}: {why}"))),
            }
            let totals = writer.totals();
            meter.update(totals.done, || self.said(totals.accepted));
            // What is in flight comes in, whatever happened.
            ControlFlow::Continue(())
        };
        let in_flight = self.model.as_ref().map_or(CALLS, |(_, llm)| llm.in_flight().min(MOST));
        let make = |index| {
            let making = Arc::clone(self);
            async move { making.sample(index).await }
        };
        in_order(left, in_flight * WINDOW, make, each).await;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let totals = writer.totals();
        meter.end(totals.done, &self.said(totals.accepted));
        match self.stopped().or(waiting) {
            None => Ok(Ok(writer.finish()?)),
            Some(why) => {
                writer.checkpoint()?;
                Ok(Err(format!(
                    "{why}; {} of {} indices are kept, the same command goes on from there",
                    totals.done, totals.of
                )))
            }
        }
    }
}
