//! Judges that ask a model, beside those that are code: each waits on its thread until the model has answered.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use toolwright_core::seed::Seed;
use toolwright_core::{Asker, Dialog, Outcome, Verdict, definitions, transcript};
use toolwright_llm::{Aside, Asked, Llm};
use toolwright_run::{Hold, Journal, hold};
use toolwright_verify::{Judge, Judges, ModelJudge, Panel, PanelConfig};

use crate::args;
use crate::llm;
use crate::talk::say;

/// The model's judges, and what they need.
pub(crate) struct ModelJudges {
    shared: Arc<Shared>,
    _hold: Hold,
}

#[derive(Debug)]
struct Shared {
    panel: Panel,
    llm: Arc<Llm>,
    aside: Aside,
    /// Why not all could be asked.
    left: Mutex<Option<String>>,
}

impl ModelJudges {
    /// The judges that ask a model, added to those that are code; `None` where no model is given.
    ///
    /// # Errors
    /// A judge that asks a model is named and no model is given, or the other way round; or the model cannot be set up.
    pub(crate) fn open(
        by: &args::ByModel,
        layers: &args::Layers,
        judges: &mut Judges,
    ) -> Result<Option<Self>> {
        let named = layers.by_model();
        if !by.llm.is_given() {
            if let Some(first) = named.iter().flatten().next() {
                bail!("the judge `{first}` asks a model; give --llm URL and --model NAME");
            }
            return Ok(None);
        }
        let Some(model) = &by.model else {
            bail!("no model is named; give --model NAME, as the server knows it")
        };
        if named.as_ref().is_some_and(Vec::is_empty) {
            bail!(
                "--llm is given, and of the named judges none asks a model; leave --llm out, or name one of `toolwright judges`"
            );
        }
        let panel = Panel::new(&PanelConfig { judges: named, votes: by.votes, ..PanelConfig::default() })?;
        let folder = &by.journal;
        std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        let hold = hold(folder)?;
        let llm = llm::open(&by.llm, model, Arc::new(Journal::open(folder)?))?;
        let shared = Shared { panel, llm, aside: Aside::start()?, left: Mutex::default() };
        let shared = Arc::new(shared);
        for judge in shared.panel.iter() {
            judges.push(Arc::new(Asking { judge: *judge, shared: Arc::clone(&shared) }));
        }
        let (cancel, stopped) = (crate::cmd::cancel_on_interrupt(), Arc::downgrade(&shared));
        let watch = move || {
            while let Some(shared) = stopped.upgrade() {
                if cancel.is_cancelled() {
                    shared.llm.stop("interrupted");
                    return;
                }
                drop(shared);
                std::thread::sleep(llm::LOOK_EVERY);
            }
        };
        std::thread::Builder::new()
            .name("ctrl-c".into())
            .spawn(watch)
            .context("no thread could be started")?;
        Ok(Some(Self { shared, _hold: hold }))
    }

    /// Says what asking came to; whether everything was asked. The same command goes on where not.
    pub(crate) fn ended(&self, quiet: bool) -> bool {
        if !quiet {
            say(&llm::said(&self.asked()));
        }
        let left = self.shared.left.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let left = self.shared.llm.stopped().or(left);
        if let Some(why) = &left {
            say(&format!("{why}; not every judge was asked about every dialog, the same command goes on"));
        }
        left.is_none()
    }

    /// What asking came to so far.
    pub(crate) fn asked(&self) -> Asked {
        self.shared.llm.asked()
    }
}

/// One judge, as whoever waits on a thread sees it.
#[derive(Debug)]
struct Asking {
    judge: ModelJudge,
    shared: Arc<Shared>,
}

impl Judge for Asking {
    fn id(&self) -> &'static str {
        self.judge.id
    }

    fn verdict(&self, dialog: &Dialog) -> Verdict {
        // A dialog is found again by what it says: rows have no index, and planted faults none of their own.
        let read = format!("{}\n{}", definitions(&dialog.tools, true), transcript(&dialog.messages));
        let sample = Seed::new(0).child(&read).value() >> 1;
        let (shared, judge, dialog) = (Arc::clone(&self.shared), self.judge, dialog.clone());
        let asking = async move {
            let mut asker = Asker::new(&*shared.llm, sample, 0);
            shared.panel.verdict(&judge, &dialog, &mut asker).await
        };
        let why = match self.shared.aside.wait_for(asking) {
            Some(Ok(verdict)) => return verdict,
            Some(Err(unanswered)) => unanswered.to_string(),
            None => "the thread that asks has ended".to_owned(),
        };
        self.shared.left.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.clone());
        Verdict { outcome: Outcome::Undecided, undecided: Some(why), ..Verdict::passed(self.judge.id) }
    }
}

impl args::ByModel {
    /// The threads that wait: as many as requests may be in flight.
    pub(crate) fn threads(&self, asked_for: usize) -> usize {
        const MOST: usize = 1_000;
        if self.llm.is_given() { self.llm.in_flight().min(MOST).max(asked_for) } else { asked_for }
    }
}
