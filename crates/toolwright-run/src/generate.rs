//! Making samples on many threads and writing them in index order.
//!
//! Threads take small chunks of indices from a [`Desk`] and hand over finished lines, so that serialising is
//! parallel too; the calling thread alone writes and folds. The desk hands out no chunk that is too far ahead
//! of the writer, which bounds memory. Which thread makes which chunk, and when checkpoints happen, depends
//! on the clock; what is written does not.

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use toolwright_core::{Error, Result};

use crate::{Finished, Fold, Progress, Sample, Writer, progress::Meter};

/// Indices of a chunk, at most: enough that handing out costs nothing, few enough that slow samples spread.
const CHUNK: u64 = 16;
/// Chunks that each thread may be ahead of the writer.
const AHEAD: u64 = 8;
/// How long the writer waits for a chunk before it looks at the clock again.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Between two checkpoints, at least.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(100);
/// On a slow disk, checkpoints take at most about one part in this many of the time.
const CHECKPOINT_SHARE: u32 = 20;

/// A request to stop, shared with whoever may make it; for example a Ctrl-C handler.
///
/// ```
/// let cancel = toolwright_run::Cancel::default();
/// let shared = cancel.clone();
/// shared.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the run to stop after the samples that are being made now.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What progress counts.
pub(crate) const UNITS: &str = "indices";

/// How samples are made. None of this changes what is written.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Threads that make samples; 0 stands for one per core.
    pub threads: usize,
    /// How it is told.
    pub progress: Progress,
    /// How it is stopped.
    pub cancel: Cancel,
}

/// How a run ended.
#[derive(Debug)]
#[must_use]
pub enum Ended {
    /// Every index is written, and the report.
    Done(Finished),
    /// Before the end; the folder can be opened again and goes on.
    Stopped(Stopped),
}

/// Where a run stopped, and why. As text, it says what to do next.
#[derive(Debug)]
pub struct Stopped {
    /// Indices that are safely written.
    pub done: u64,
    /// Indices that the run or shard has.
    pub of: u64,
    /// Why it stopped.
    pub why: Stop,
}

/// Why a run stopped before its end.
#[derive(Debug)]
pub enum Stop {
    /// [`Cancel::cancel`] was called.
    Cancelled,
    /// A sample could not be made or judged, or a file could not be written.
    Failed(Error),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Stop::Cancelled => f.write_str("stopped")?,
            Stop::Failed(error) => write!(f, "{error}")?,
        }
        write!(f, "; {} of {} indices are kept, the same command goes on from there", self.done, self.of)
    }
}

impl<F: Fold> Writer<F> {
    /// Keeps what is written, and finishes the run where nothing is left; `made` says what stopped it, if
    /// something failed.
    pub(crate) fn conclude(&mut self, made: Result<()>, meter: Meter) -> Ended {
        let kept = if self.is_broken() { Ok(()) } else { self.checkpoint() };
        let ended = match made.and(kept) {
            Err(error) => self.stopped(Stop::Failed(error)),
            Ok(()) if !self.left().is_empty() => self.stopped(Stop::Cancelled),
            Ok(()) => self.finish().map_or_else(|error| self.stopped(Stop::Failed(error)), Ended::Done),
        };
        let totals = self.totals();
        meter.end(totals.done, &totals.said());
        ended
    }

    fn stopped(&self, why: Stop) -> Ended {
        let totals = self.kept();
        Ended::Stopped(Stopped { done: totals.done, of: totals.of, why })
    }
}

impl<F: Fold> Writer<F>
where
    F::Item: Send,
{
    /// Makes every sample that is left with `make`, writes them in index order, and finishes the run.
    ///
    /// `make` is called on several threads, once for each index, in no order; it must be a pure function of
    /// the index. Where it fails or panics, the samples before that index are kept, and the run stops with an
    /// error that names the index.
    pub fn generate<M>(&mut self, work: &Work, make: M) -> Ended
    where
        M: Fn(u64) -> Result<Sample<F::Item>> + Sync,
    {
        let totals = self.totals();
        let mut meter = work.progress.start(UNITS, totals.done, totals.of);
        let made = self.make_all(work, &make, &mut meter);
        self.conclude(made, meter)
    }

    fn make_all<M>(&mut self, work: &Work, make: &M, meter: &mut Meter) -> Result<()>
    where
        M: Fn(u64) -> Result<Sample<F::Item>> + Sync,
    {
        let left = self.left();
        let indices = left.end.saturating_sub(left.start);
        let threads = threads(work.threads).min(usize::try_from(indices).unwrap_or(usize::MAX));
        let desk = Desk::new(left, threads);
        thread::scope(|scope| {
            let (sender, chunks) = channel();
            // However the writing ends, the makers must end too: the scope waits for them.
            let _stop = StopOnDrop(&desk);
            let mut started = Ok(());
            for count in 0..threads {
                let (desk, sender) = (&desk, sender.clone());
                let spawned = thread::Builder::new()
                    .name(format!("make-{count}"))
                    .spawn_scoped(scope, move || make_chunks(desk, make, &sender));
                if let Err(error) = spawned {
                    // Fewer threads than asked for give the same bytes; none at all give nothing.
                    if count == 0 {
                        let why = format!("cannot start a thread: {error}");
                        started = Err(Error::new(why).caused_by(error));
                    }
                    break;
                }
            }
            drop(sender);
            started.and_then(|()| self.write_all(&desk, &chunks, &work.cancel, meter))
        })
    }

    /// Writes chunks in order as they come in. Ends when the makers have ended, or with the first failure in
    /// index order.
    fn write_all(
        &mut self,
        desk: &Desk,
        chunks: &Receiver<Chunk<F::Item>>,
        cancel: &Cancel,
        meter: &mut Meter,
    ) -> Result<()> {
        let mut waiting = BTreeMap::new();
        let mut pace = Pace::new();
        loop {
            if cancel.is_cancelled() {
                desk.stop();
            }
            match chunks.recv_timeout(LOOK_EVERY) {
                Ok(chunk) => _ = waiting.insert(chunk.start, chunk),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            // A chunk that was cut short leaves a gap, so that nothing behind it is ever next.
            while let Some(chunk) = waiting.remove(&self.left().start) {
                for sample in chunk.samples {
                    self.append(sample)?;
                }
                if let Some(error) = chunk.failed {
                    return Err(error);
                }
                desk.written();
            }
            pace.checkpoint_if_due(self)?;
            let totals = self.totals();
            meter.update(totals.done, || totals.said());
        }
    }
}

fn threads(asked: usize) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, usize::from),
        asked => asked,
    }
}

/// What one thread made of a chunk of indices.
struct Chunk<T> {
    start: u64,
    samples: Vec<Sample<T>>,
    /// Why there are no more, where making one failed.
    failed: Option<Error>,
}

/// Hands out chunks of indices in order, not too far ahead of the writer.
struct Desk {
    state: Mutex<DeskState>,
    changed: Condvar,
    chunk: u64,
    ahead: u64,
    /// Whether chunks in hand are to be cut short; read before every sample, hence no lock.
    stopped: AtomicBool,
}

struct DeskState {
    left: Range<u64>,
    /// Chunks handed out and not written yet.
    out: u64,
    closed: bool,
}

impl Desk {
    fn new(left: Range<u64>, threads: usize) -> Self {
        let threads = u64::try_from(threads).unwrap_or(u64::MAX).max(1);
        let chunk = (left.end.saturating_sub(left.start) / threads.saturating_mul(4)).clamp(1, CHUNK);
        Self {
            state: Mutex::new(DeskState { left, out: 0, closed: false }),
            changed: Condvar::new(),
            chunk,
            ahead: threads.saturating_mul(AHEAD),
            stopped: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, DeskState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next chunk, once the writer is near enough; `None` where there is none.
    fn take(&self) -> Option<Range<u64>> {
        let mut state = self.lock();
        while !state.closed && !state.left.is_empty() && state.out >= self.ahead {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed || state.left.is_empty() {
            return None;
        }
        let start = state.left.start;
        let end = start.saturating_add(self.chunk).min(state.left.end);
        state.left.start = end;
        state.out += 1;
        if state.left.is_empty() {
            // Whoever waits for room waits for nothing now.
            self.changed.notify_all();
        }
        Some(start..end)
    }

    /// One chunk more is written.
    fn written(&self) {
        let mut state = self.lock();
        state.out = state.out.saturating_sub(1);
        self.changed.notify_one();
    }

    /// Hands out no more; chunks in hand are still made, because they come before what failed.
    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Hands out no more, and cuts the chunks in hand short.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.close();
    }
}

struct StopOnDrop<'a>(&'a Desk);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

fn make_chunks<T>(desk: &Desk, make: &impl Fn(u64) -> Result<Sample<T>>, sender: &Sender<Chunk<T>>) {
    while let Some(indices) = desk.take() {
        let chunk = make_chunk(desk, indices, make);
        if chunk.failed.is_some() {
            desk.close();
        }
        if sender.send(chunk).is_err() {
            return;
        }
    }
}

fn make_chunk<T>(desk: &Desk, indices: Range<u64>, make: &impl Fn(u64) -> Result<Sample<T>>) -> Chunk<T> {
    let mut chunk = Chunk { start: indices.start, samples: Vec::new(), failed: None };
    for index in indices {
        if desk.stopped.load(Ordering::Relaxed) {
            break;
        }
        match make_one(index, make) {
            Ok(sample) => chunk.samples.push(sample),
            Err(error) => {
                chunk.failed = Some(error.at(format_args!("sample {index}")));
                break;
            }
        }
    }
    chunk
}

fn make_one<T>(index: u64, make: &impl Fn(u64) -> Result<Sample<T>>) -> Result<Sample<T>> {
    // Nothing that a panic may have left half done is looked at again: the run stops here.
    let sample = catch_unwind(AssertUnwindSafe(|| make(index)))
        .unwrap_or_else(|panic| Err(Error::new(format!("making it panicked: {}", panic_text(&*panic)))))?;
    if sample.index != index {
        return Err(Error::new(format!("its maker gave sample {} instead", sample.index)));
    }
    Ok(sample)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it did not say why")
}

/// When to checkpoint. Time decides only this, and this decides no bytes.
pub(crate) struct Pace {
    last: Instant,
    wait: Duration,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self { last: Instant::now(), wait: CHECKPOINT_EVERY }
    }

    pub(crate) fn checkpoint_if_due<F: Fold>(&mut self, writer: &mut Writer<F>) -> Result<()> {
        if self.last.elapsed() < self.wait {
            return Ok(());
        }
        let began = Instant::now();
        writer.checkpoint()?;
        self.wait = CHECKPOINT_EVERY.max(began.elapsed().saturating_mul(CHECKPOINT_SHARE));
        self.last = Instant::now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, sync::atomic::AtomicU64};

    use super::*;
    use crate::{
        Fate,
        files::Appender,
        testing::{Distinct, N, fresh, identity, make, open, run_whole, snapshot},
    };

    fn stopped(ended: Ended) -> Stopped {
        match ended {
            Ended::Stopped(stopped) => stopped,
            Ended::Done(done) => panic!("not stopped: {done:?}"),
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("1"), 500, 1);
        for threads in [0, 2, 3, 8, 40] {
            assert_eq!(run_whole(&scratch.path().join(threads.to_string()), 500, threads), whole);
        }
    }

    #[test]
    fn a_run_of_nothing_is_done() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = run_whole(&scratch.path().join("run"), 0, 4);
        assert_eq!(folder["dialogs.jsonl"], "");
        assert_eq!(
            folder["report.json"],
            "{\n  \"accepted\": 0,\n  \"rejected\": 0,\n  \"undecided\": 0,\n  \"sum\": 0\n}\n"
        );
    }

    #[test]
    fn a_panic_names_its_index_and_keeps_what_came_before() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        for threads in [1, 8] {
            let dir = scratch.path().join(format!("p{threads}"));
            let broken = |index| match index {
                17 => panic!("no tool has {} parameters", 3),
                30.. => Err(Error::new("not the first failure")),
                _ => make(index),
            };
            let ended = fresh(&dir, N).generate(&Work { threads, ..Work::default() }, broken);
            assert_eq!(
                stopped(ended).to_string(),
                "sample 17: making it panicked: no tool has 3 parameters; 17 of 60 indices are kept, the \
                same command goes on from there"
            );
            assert_eq!(run_whole(&dir, N, threads), whole);
        }
    }

    #[test]
    fn a_maker_that_breaks_the_rules_is_told() {
        let scratch = tempfile::tempdir().expect("a folder");
        let said = |name: &str, change: &(dyn Fn(&mut Sample<_>) + Sync)| {
            let ended = fresh(&scratch.path().join(name), N).generate(&Work::default(), |index| {
                let mut sample = make(index)?;
                if index == 4 {
                    change(&mut sample);
                }
                Ok(sample)
            });
            stopped(ended)
                .to_string()
                .replace("; 4 of 60 indices are kept, the same command goes on from there", "")
        };
        assert_eq!(said("index", &|sample| sample.index = 5), "sample 4: its maker gave sample 5 instead");
        assert_eq!(
            said("two", &|sample| {
                for line in &mut sample.lines {
                    line.fate = Fate::Accepted;
                }
            }),
            "sample 4: it has 4 accepted lines; an index gives at most one"
        );
        assert_eq!(
            said("line", &|sample| sample.lines[0].text = "{\n}".into()),
            "sample 4: a line has a line end in it; a line is one JSON value, written compactly"
        );
        assert_eq!(
            said("blank", &|sample| sample.lines[0].text = " ".into()),
            "sample 4: a line is blank; a line is one JSON value"
        );
    }

    #[test]
    fn cancelled_then_resumed_gives_the_same_bytes() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        for threads in [1, 2, 8] {
            let dir = scratch.path().join(format!("c{threads}"));
            for at in [0, 5, 31] {
                let work = Work { threads, ..Work::default() };
                let ended = open(&dir, &identity(N)).generate(&work, |index| {
                    if index >= at {
                        work.cancel.cancel();
                        thread::sleep(Duration::from_millis(2));
                    }
                    make(index)
                });
                let stopped = stopped(ended);
                assert!(matches!(stopped.why, Stop::Cancelled));
                assert!(stopped.done < N, "{stopped}");
                assert!(
                    stopped
                        .to_string()
                        .ends_with(" of 60 indices are kept, the same command goes on from there")
                );
            }
            assert_eq!(run_whole(&dir, N, threads), whole);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_stops_the_run_and_keeps_the_last_checkpoint() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        let dir = scratch.path().join("full");
        let mut writer = fresh(&dir, N);
        for index in 0..7 {
            writer.append(make(index).expect("made")).expect("written");
        }
        writer.checkpoint().expect("saved");
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let path = dir.join("dialogs.jsonl");
        writer.swap_file(Fate::Accepted, |old| Appender::over(path.clone(), full, old.bytes(), old.lines()));
        let stopped = stopped(writer.generate(&Work::default(), make));
        assert_eq!(
            stopped.to_string(),
            format!(
                "{}: cannot write: No space left on device (os error 28); make room there; 7 of 60 \
                indices are kept, the same command goes on from there",
                path.display()
            )
        );
        let error = writer.checkpoint().expect_err("it is broken").to_string();
        assert!(
            error.ends_with("an earlier write failed; open the run again to go on from its last checkpoint")
        );
        drop(writer);
        assert_eq!(run_whole(&dir, N, 2), whole);
    }

    #[test]
    fn progress_and_totals_go_on_where_the_run_was() {
        struct Shared(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Shared {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().expect("a lock").write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let scratch = tempfile::tempdir().expect("a folder");
        for (n, before) in [(20, false), (N, true)] {
            let told = Arc::new(Mutex::new(Vec::new()));
            let work = Work { progress: Progress::lines(Shared(Arc::clone(&told))), ..Work::default() };
            let Ended::Done(done) = fresh(scratch.path(), n).generate(&work, make) else { panic!("stopped") };
            assert_eq!((done.totals.done, done.totals.of, done.resumed), (n, n, before));
            assert_eq!(done.totals.rejected, Distinct::rejected(n) as u64);
            let told = String::from_utf8(told.lock().expect("a lock").clone()).expect("text");
            assert!(told.starts_with(&format!("{n}/{n} indices, ")), "{told}");
            assert!(told.contains(&format!("/s, {} rejected", done.totals.rejected)), "{told}");
        }
    }

    #[test]
    fn makers_stay_near_the_writer() {
        let scratch = tempfile::tempdir().expect("a folder");
        let (n, threads) = (20_000, 4);
        let furthest = AtomicU64::new(0);
        let mut writer = fresh(&scratch.path().join("run"), n);
        let ended = writer.generate(&Work { threads, ..Work::default() }, |index| {
            if index == 0 {
                thread::sleep(Duration::from_millis(100));
                // Everything in the window has been made by now, and nothing behind it.
                assert!(furthest.load(Ordering::SeqCst) < CHUNK * AHEAD * 4);
            }
            furthest.fetch_max(index, Ordering::SeqCst);
            make(index)
        });
        assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
        drop(writer);
        assert_eq!(
            snapshot(&scratch.path().join("run"))["rejected.jsonl"].lines().count(),
            Distinct::rejected(n)
        );
    }
}
