//! [`Journal`]: every reply that was paid for, in `journal.db`, so that none is asked for twice.
//!
//! A reply stands under the [`Place`] of its ask and the hash of its request. [`Journal::keep`] says when a reply is in the
//! database; whoever holds a place among the requests in flight until then never has more to ask again after a kill than was in
//! flight. One thread writes, and whatever waits goes into one transaction, so the cost of a commit is shared when there is much to
//! do and nobody waits when there is little. The database is SQLite's with a write-ahead log: a process that is
//! killed loses nothing that was said to be kept; a machine that loses its power may lose the last moments.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use toolwright_core::{Error, Place, Result, Usage};

/// The database's name in a run folder.
const NAME: &str = "journal.db";
/// Marks a database as ours: "tlwr".
const APPLICATION: i32 = 0x746c_7772;
/// The layout of the tables.
const VERSION: i32 = 1;
/// The most that goes into one transaction.
const MOST_AT_ONCE: usize = 1024;

const TABLES: &str = "
CREATE TABLE reply (
    stage TEXT NOT NULL,
    sample INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    step INTEGER NOT NULL,
    draw INTEGER NOT NULL,
    request BLOB NOT NULL,
    model TEXT NOT NULL,
    usable INTEGER NOT NULL,
    prompt_tokens INTEGER,
    cached_tokens INTEGER,
    completion_tokens INTEGER,
    cost REAL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX reply_by_place ON reply (stage, sample, attempt, step, draw, request) WHERE usable;
";

/// The replies of a run.
///
/// ```
/// use std::sync::mpsc::channel;
/// use toolwright_core::Place;
/// use toolwright_run::{Entry, Journal};
/// let scratch = tempfile::tempdir()?;
/// let journal = Journal::open(scratch.path())?;
/// let place = Place { sample: 3, ..Place::new("assistant") };
/// assert_eq!(journal.find(&place, &[7; 32])?, None);
///
/// let (told, kept) = channel();
/// let entry = Entry { body: "Hello.".into(), ..Entry::new(place.clone(), [7; 32], "tiny") };
/// journal.keep(entry, move |result| told.send(result).expect("somebody waits"));
/// kept.recv()??;
/// assert_eq!(journal.find(&place, &[7; 32])?.as_deref(), Some("Hello."));
/// assert_eq!(journal.find(&place, &[8; 32])?, None, "another request at the same place");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    read: Mutex<Connection>,
    /// Absent once the journal is dropped.
    jobs: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

/// A reply to keep.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it was asked for.
    pub place: Place,
    /// The hash of the request.
    pub request: [u8; 32],
    /// The model that was asked; empty where a tool was called, which costs nothing.
    pub model: String,
    /// The reply as it came, whole.
    pub body: String,
    /// Whether it is a reply at all. What is none may have cost something, so it is kept, and never found.
    pub usable: bool,
    /// What the server counted, where it did.
    pub usage: Option<Usage>,
    /// What it cost, where prices are known.
    pub cost: Option<f64>,
}

impl Entry {
    /// A usable entry without a body, with nothing known of what it cost.
    pub fn new(place: Place, request: [u8; 32], model: impl Into<String>) -> Self {
        Self {
            place,
            request,
            model: model.into(),
            body: String::new(),
            usable: true,
            usage: None,
            cost: None,
        }
    }
}

/// What replies have cost so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spent {
    /// Replies in the journal, usable or not.
    pub replies: u64,
    /// Those of them that are no reply.
    pub unusable: u64,
    /// Those of which the server counted no tokens.
    pub uncounted: u64,
    /// Those of which no cost is known.
    pub unpriced: u64,
    /// The tokens of all.
    pub usage: Usage,
    /// What those cost of which a cost is known.
    pub cost: f64,
}

impl Spent {
    /// Adds one reply.
    pub fn add(&mut self, entry: &Entry) {
        self.replies += 1;
        self.unusable += u64::from(!entry.usable);
        self.uncounted += u64::from(entry.usage.is_none());
        self.unpriced += u64::from(entry.cost.is_none());
        let usage = entry.usage.unwrap_or_default();
        self.usage.prompt = self.usage.prompt.saturating_add(usage.prompt);
        self.usage.cached = self.usage.cached.saturating_add(usage.cached);
        self.usage.completion = self.usage.completion.saturating_add(usage.completion);
        self.cost += entry.cost.unwrap_or_default();
    }
}

struct Job {
    entry: Entry,
    done: Box<dyn FnOnce(Result<()>) + Send>,
}

impl Journal {
    /// Opens the journal of this folder, which must be there; a new one where there is none.
    ///
    /// Only one process may write a folder; [`hold`](crate::hold) sees to that.
    ///
    /// # Errors
    /// It cannot be opened or made, or it is another program's database or a later version's.
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join(NAME);
        let at = |error| cannot("open", &path, error);
        let mut write = Connection::open(&path).map_err(at)?;
        prepare(&mut write, &path)?;
        let read = Connection::open(&path).map_err(at)?;
        read.busy_timeout(Duration::from_secs(60)).map_err(at)?;
        let (jobs, waiting) = channel();
        let of = Arc::<Path>::from(path.as_path());
        let writer = thread::Builder::new().name("journal".into()).spawn(move || run(write, &of, &waiting));
        let writer = writer.map_err(|error| Error::new(format!("no thread could be started: {error}")))?;
        Ok(Self { path, read: Mutex::new(read), jobs: Some(jobs), writer: Some(writer) })
    }

    /// The folder that it is of.
    pub fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// The reply to this request at this place, if it was kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn find(&self, place: &Place, request: &[u8; 32]) -> Result<Option<String>> {
        const FIND: &str = "SELECT body FROM reply WHERE stage = ?1 AND sample = ?2 AND attempt = ?3 AND step = ?4 AND \
                            draw = ?5 AND request = ?6 AND usable";
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |error| cannot("read", &self.path, error);
        let mut find = read.prepare_cached(FIND).map_err(at)?;
        let Place { stage, sample, attempt, step, draw } = place;
        let key = params![stage, sample.cast_signed(), attempt, step, draw, request.as_slice()];
        find.query_row(key, |row| row.get(0)).optional().map_err(at)
    }

    /// Whether something is kept of this request at this place that is no reply: that it was sent, for one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn begun(&self, place: &Place, request: &[u8; 32]) -> Result<bool> {
        const BEGUN: &str = "SELECT count(*) FROM reply WHERE stage = ?1 AND sample = ?2 AND attempt = ?3 AND step = ?4 AND \
                             draw = ?5 AND request = ?6 AND NOT usable";
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |error| cannot("read", &self.path, error);
        let mut find = read.prepare_cached(BEGUN).map_err(at)?;
        let Place { stage, sample, attempt, step, draw } = place;
        let key = params![stage, sample.cast_signed(), attempt, step, draw, request.as_slice()];
        find.query_row(key, |row| row.get::<_, i64>(0)).map(|count| count > 0).map_err(at)
    }

    /// Keeps a reply and says when it is kept, on the journal's own thread.
    ///
    /// A usable entry of a place and request that is there already is kept as it is there.
    pub fn keep(&self, entry: Entry, done: impl FnOnce(Result<()>) + Send + 'static) {
        let job = Job { entry, done: Box::new(done) };
        if let Some(jobs) = &self.jobs
            && let Err(lost) = jobs.send(job)
        {
            (lost.0.done)(Err(Error::new("the journal's thread has ended").at(self.path.display())));
        }
    }

    /// What all replies of models in the journal have cost.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn spent(&self) -> Result<Spent> {
        const SUM: &str = "SELECT count(*), count(*) FILTER (WHERE NOT usable), count(*) FILTER (WHERE prompt_tokens IS NULL), \
                           count(*) FILTER (WHERE cost IS NULL), coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0), \
                           coalesce(sum(completion_tokens), 0), coalesce(sum(cost), 0.0) FROM reply WHERE model <> ''";
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        let spent = read.query_row(SUM, [], |row| {
            Ok(Spent {
                replies: count(row, 0)?,
                unusable: count(row, 1)?,
                uncounted: count(row, 2)?,
                unpriced: count(row, 3)?,
                usage: Usage { prompt: count(row, 4)?, cached: count(row, 5)?, completion: count(row, 6)? },
                cost: row.get(7)?,
            })
        });
        spent.map_err(|error| cannot("read", &self.path, error))
    }
}

impl Drop for Journal {
    /// What waits is kept first.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            // A panic of the thread was a failure of each job it had, and they were told.
            let _ = writer.join();
        }
    }
}

/// Makes the tables, or finds them.
fn prepare(connection: &mut Connection, path: &Path) -> Result<()> {
    let at = |error| cannot("open", path, error);
    connection.busy_timeout(Duration::from_secs(60)).map_err(at)?;
    let pragma =
        |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(at);
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(at)?;
    if (tables > 0 || application != 0) && application != APPLICATION {
        return Err(
            Error::new("another program's database; move it away, or use another folder").at(path.display())
        );
    }
    if version > VERSION {
        return Err(Error::new(format!(
            "a journal of layout {version}, and this program knows layouts up to {VERSION}; use the newer program that wrote it"
        ))
        .at(path.display()));
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(at)?;
    connection.pragma_update(None, "synchronous", "NORMAL").map_err(at)?;
    if tables == 0 {
        let make = connection.transaction().map_err(at)?;
        make.execute_batch(TABLES).map_err(at)?;
        make.pragma_update(None, "application_id", APPLICATION).map_err(at)?;
        make.pragma_update(None, "user_version", VERSION).map_err(at)?;
        make.commit().map_err(at)?;
    }
    Ok(())
}

fn cannot(what: &str, path: &Path, error: rusqlite::Error) -> Error {
    Error::new(format!("cannot {what} the journal: {error}")).at(path.display()).caused_by(error)
}

/// Writes what comes until nobody can send any more.
fn run(mut connection: Connection, path: &Path, waiting: &Receiver<Job>) {
    let mut jobs = Vec::with_capacity(MOST_AT_ONCE);
    while let Ok(job) = waiting.recv() {
        jobs.push(job);
        jobs.extend(waiting.try_iter().take(MOST_AT_ONCE - 1));
        let written = write(&mut connection, &jobs).map_err(|error| error.to_string());
        for job in jobs.drain(..) {
            (job.done)(match &written {
                Ok(()) => Ok(()),
                Err(why) => Err(Error::new(format!("cannot write the journal: {why}")).at(path.display())),
            });
        }
    }
}

fn write(connection: &mut Connection, jobs: &[Job]) -> rusqlite::Result<()> {
    const KEEP: &str = "INSERT INTO reply VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING";
    let together = connection.transaction()?;
    {
        let mut keep = together.prepare_cached(KEEP)?;
        for Job { entry, .. } in jobs {
            let Place { stage, sample, attempt, step, draw } = &entry.place;
            let tokens = |of: fn(&Usage) -> u64| entry.usage.as_ref().map(|usage| of(usage).cast_signed());
            keep.execute(params![
                stage,
                sample.cast_signed(),
                attempt,
                step,
                draw,
                entry.request.as_slice(),
                entry.model,
                entry.usable,
                tokens(|usage| usage.prompt),
                tokens(|usage| usage.cached),
                tokens(|usage| usage.completion),
                entry.cost,
                entry.body,
            ])?;
        }
    }
    together.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(journal: &Journal, entries: Vec<Entry>) -> Vec<Result<()>> {
        let (told, kept) = channel();
        let n = entries.len();
        for entry in entries {
            let told = told.clone();
            journal.keep(entry, move |result| told.send(result).unwrap());
        }
        kept.iter().take(n).collect()
    }

    fn entry(sample: u64, body: &str) -> Entry {
        let place = Place { sample, ..Place::new("assistant") };
        Entry { body: body.into(), ..Entry::new(place, [1; 32], "tiny") }
    }

    #[test]
    fn what_was_kept_is_found_after_reopening_and_counted_once() {
        let scratch = tempfile::tempdir().unwrap();
        let usage = Some(Usage { prompt: 10, cached: 4, completion: 5 });
        let journal = Journal::open(scratch.path()).unwrap();
        let priced = Entry { usage, cost: Some(0.25), ..entry(1, "one") };
        let broken = Entry { usable: false, usage, ..entry(2, "<html>") };
        assert!(
            keep(&journal, vec![priced.clone(), broken.clone(), entry(u64::MAX, "last")])
                .iter()
                .all(Result::is_ok)
        );
        drop(journal);
        assert!(!scratch.path().join("journal.db-wal").exists(), "a journal that is closed is one file");

        let journal = Journal::open(scratch.path()).unwrap();
        assert!(
            keep(&journal, vec![Entry { body: "another".into(), ..priced.clone() }])
                .iter()
                .all(Result::is_ok)
        );
        let found = |sample| journal.find(&Place { sample, ..Place::new("assistant") }, &[1; 32]).unwrap();
        assert_eq!(found(1).as_deref(), Some("one"), "the first is kept");
        assert_eq!(found(2), None, "what is no reply is not found");
        assert_eq!(found(u64::MAX).as_deref(), Some("last"));
        let mut expected = Spent::default();
        [priced, broken, entry(3, "")].iter().for_each(|entry| expected.add(entry));
        assert_eq!(journal.spent().unwrap(), expected);
    }

    #[test]
    fn every_draw_step_try_sample_and_stage_has_its_own_reply() {
        let scratch = tempfile::tempdir().unwrap();
        let journal = Journal::open(scratch.path()).unwrap();
        let first = Place::new("assistant");
        let places = [
            Place { draw: 1, ..first.clone() },
            Place { step: 1, ..first.clone() },
            Place { attempt: 1, ..first.clone() },
            Place { sample: 1, ..first.clone() },
            Place::new("user"),
            first,
        ];
        let entries = places
            .iter()
            .enumerate()
            .map(|(n, place)| Entry { body: n.to_string(), ..Entry::new(place.clone(), [0; 32], "tiny") });
        assert!(keep(&journal, entries.collect()).iter().all(Result::is_ok));
        for (n, place) in places.iter().enumerate() {
            assert_eq!(journal.find(place, &[0; 32]).unwrap(), Some(n.to_string()), "{place}");
        }
    }

    #[test]
    fn what_waits_when_the_journal_is_closed_is_kept() {
        let scratch = tempfile::tempdir().unwrap();
        let journal = Journal::open(scratch.path()).unwrap();
        (0..5000).for_each(|sample| journal.keep(entry(sample, "x"), |result| result.unwrap()));
        drop(journal);
        assert_eq!(Journal::open(scratch.path()).unwrap().spent().unwrap().replies, 5000);
    }

    #[test]
    fn databases_of_others_and_of_later_versions_are_left_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join(NAME);
        let open = || Journal::open(scratch.path()).map(drop).unwrap_err().to_string();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(
            open().ends_with("journal.db: another program's database; move it away, or use another folder")
        );
        std::fs::remove_file(&path).unwrap();
        drop(Journal::open(scratch.path()).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", VERSION + 1).unwrap();
        assert!(
            open().contains("a journal of layout 2, and this program knows layouts up to 1"),
            "{}",
            open()
        );
        std::fs::write(&path, "not a database at all, but long enough to be looked at as one").unwrap();
        assert!(open().contains("cannot open the journal: file is not a database"), "{}", open());
    }
}
