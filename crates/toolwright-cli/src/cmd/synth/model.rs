//! Dialogs that a model plays: many at once, written in order, and nothing asked for twice.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use toolwright_core::Unanswered;
use toolwright_llm::{Llm, in_order};
use toolwright_run::{Cancel, Finished, Progress, Sample, Writer};
use toolwright_synth::{Model, Splits};

use crate::args;
use crate::finalise::{self, Across, Finaliser, Item};
use crate::llm;
use crate::recipe::{BY_MODEL, OFFLINE, Recipe};

/// Samples in the works for each request in flight, so that one that waits keeps nobody else waiting.
const WINDOW: usize = 4;
/// Between two checkpoints; what came after one is made again from the journal.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);

/// The model of a run.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// As its server knows it.
    pub(super) name: String,
    /// As measurements on samples name it.
    measured: Arc<str>,
}

/// The model that the recipe asks, noted in it; `None` where it asks none.
pub(super) fn chosen(name: &str, recipe: &mut Recipe, args: &args::Synth) -> Result<Option<Chosen>> {
    match (recipe.asks_model(), &args.llm.llm) {
        (false, None) => Ok(None),
        (true, None) => bail!(
            "{name}: this recipe asks a model; give --llm URL and --model NAME, or take the recipe {OFFLINE}, which needs none"
        ),
        (false, Some(_)) => bail!(
            "{name}: this recipe asks no model; leave --llm out, take the recipe {BY_MODEL}, or give yours a section [dialog.agents] or [verify.by_model]"
        ),
        (true, Some(_)) => {
            let measured = recipe.model.settle(args.model.as_ref())?.into();
            let name = recipe.model.name.clone().unwrap_or_default();
            Ok(Some(Chosen { name, measured }))
        }
    }
}

/// What makes the samples.
pub(super) struct Job {
    pub(super) model: Chosen,
    pub(super) llm: Arc<Llm>,
    pub(super) synth: Arc<Splits>,
    pub(super) across: Arc<Across>,
}

/// A sample, or why it has to wait.
type Made = Result<toolwright_core::Result<Sample<Item>>, Unanswered>;

impl Job {
    /// Makes what is left of a run. The inner error says why it stopped before the end; the same command goes on.
    pub(super) fn generate(
        &self,
        writer: &mut Writer<Finaliser>,
        quiet: bool,
        cancel: Cancel,
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
                        self.llm.stop(error.to_string());
                        failed = Some(error);
                        waiting = Some(String::new());
                    }
                }
                Err(why) => drop(waiting.get_or_insert_with(|| format!("sample {index}: {why}"))),
            }
            let totals = writer.totals();
            meter.update(totals.done, || {
                format!("{} accepted, {} requests sent", totals.accepted, self.llm.asked().sent)
            });
            // What is in flight comes in, whatever happened.
            ControlFlow::Continue(())
        };
        let window = self.llm.in_flight() * WINDOW;
        llm::run(&self.llm, cancel, in_order(left, window, |index| self.sample(index), each))?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let totals = writer.totals();
        meter.end(
            totals.done,
            &format!("{} accepted, {} requests sent", totals.accepted, self.llm.asked().sent),
        );
        match self.llm.stopped().or(waiting) {
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

    fn sample(&self, index: u64) -> impl Future<Output = Made> + Send + use<> {
        let (llm, synth, across) = (Arc::clone(&self.llm), Arc::clone(&self.synth), Arc::clone(&self.across));
        let measured = Arc::clone(&self.model.measured);
        async move {
            if let Some(why) = llm.stopped() {
                return Err(Unanswered::Stopped(why));
            }
            let model = Model { endpoint: &*llm, name: &measured };
            let made = synth.make_with(index, &model).await?;
            Ok(finalise::sample(index, &made, &across))
        }
    }
}
