//! [`Aside`]: a runtime on a thread of its own, for those who wait on theirs.

use std::pin::Pin;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use toolwright_core::{Error, Result};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A runtime on a thread of its own. Many threads may wait for what it does, each for one thing.
///
/// ```
/// let aside = toolwright_llm::Aside::start()?;
/// assert_eq!(aside.wait_for(async { 6 * 7 }), Some(42));
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Aside {
    /// Absent once it ends.
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Aside {
    /// Starts it.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start() -> Result<Self> {
        let (jobs, mut coming) = unbounded_channel::<Job>();
        let work = move || {
            let _ = crate::run(async {
                while let Some(job) = coming.recv().await {
                    tokio::spawn(job);
                }
            });
        };
        let thread = std::thread::Builder::new().name("aside".into()).spawn(work);
        let thread = thread.map_err(|error| Error::new(format!("no thread could be started: {error}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// What comes of this; `None` where the runtime has ended.
    pub fn wait_for<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (told, done) = channel();
        let job = Box::pin(async move { drop(told.send(work.await)) });
        self.jobs.as_ref()?.send(job).ok()?;
        done.recv().ok()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
