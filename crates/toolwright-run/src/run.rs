//! [`Run`]: opening a folder, which is where most mistakes are caught, and [`Writer`]: writing it in index
//! order.
//!
//! A new folder is filled in an order that a crash cannot confuse: `run.lock` first, `checkpoint.json` last.
//! A folder with the lock but without a checkpoint holds no samples and is filled anew.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use toolwright_core::{Error, Result};

use crate::{
    Admit, Fate, Fold, Folder, Identity, Line, Sample, Shard, Totals,
    checkpoint::{self, Checkpoint, Extent},
    files::{Appender, cannot, draft_of, remove_if_any, replace, sync_dir},
    folder::{Candidates, PAGE, REPORT, SHARD, read_recipe, read_report, read_shard, read_tools},
    identity::{RECIPE, Recipes, TOOLS, compare_recipes, compare_tools},
    lock::{self, Hold, hold},
    sample::check_text,
};

/// A finished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// What was written.
    pub totals: Totals,
    /// `report.json`.
    pub report: Value,
    /// Whether anything of it was written before this opening.
    pub resumed: bool,
}

/// What [`Run::open`] found.
#[derive(Debug)]
pub enum Opened {
    /// Nothing is left to do.
    Finished(Finished),
    /// A new run, or one that goes on.
    Unfinished(Run),
}

/// A run folder, locked for writing until this is dropped.
#[derive(Debug)]
pub struct Run {
    dir: PathBuf,
    shard: Option<Shard>,
    range: Range<u64>,
    /// What the folder's `checkpoint.json` says.
    saved: Checkpoint,
    /// By [`Fate::place`].
    files: Box<[Appender; 3]>,
    resumed: bool,
    _lock: Hold,
}

impl Run {
    /// Creates the folder of a run, or opens it to go on.
    ///
    /// A larger `n` than before extends the run, to the bytes of a fresh run with that `n`.
    ///
    /// # Errors
    /// Where the folder cannot be created, is being written by another process, is not empty and no run
    /// folder, or belongs to another run: the message tells the difference.
    pub fn open(dir: &Path, identity: &Identity) -> Result<Opened> {
        // The recipe is read before anything is created: a broken one leaves nothing behind.
        compare_recipes(&dir.join(RECIPE), "", &identity.recipe)?;
        fs::create_dir_all(dir).map_err(|error| cannot("create the run folder", dir, error))?;
        // Looked at twice: before the lock so that a folder which is no run is left as it is, and after it
        // because another process may have been at work until then.
        has_run(dir)?;
        let lock = hold(dir)?;
        let saved = if has_run(dir)? { readopt(dir, identity)? } else { create(dir, identity)? };
        let range = identity.range();
        let resumed = saved.next > range.start;
        if saved.next == range.end
            && let Some(report) = read_report(dir)?
        {
            return Ok(Opened::Finished(Finished { totals: saved.totals(&range), report, resumed: true }));
        }
        let open = |fate: Fate| {
            let extent = saved.extent(fate);
            Appender::open(dir.join(fate.file_name()), extent.bytes, extent.lines)
        };
        let [rejected, undecided, accepted] = Fate::ALL.map(open);
        let files = Box::new([rejected?, undecided?, accepted?]);
        sync_dir(dir)?;
        let (dir, shard) = (dir.to_path_buf(), identity.shard);
        Ok(Opened::Unfinished(Self { dir, shard, range, saved, files, resumed, _lock: lock }))
    }

    /// Reads a run folder back, without locking it; one that is being written reads as of its last
    /// checkpoint.
    ///
    /// # Errors
    /// Where `dir` is no run folder, or a file of it cannot be read.
    pub fn read(dir: &Path) -> Result<Folder> {
        Folder::read(dir)
    }

    /// The indices that are not written yet.
    pub const fn left(&self) -> Range<u64> {
        self.saved.next..self.range.end
    }

    /// Whether something was written before this opening.
    pub const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Makes a new `fold` note every line that is already written, and gets ready to write.
    ///
    /// # Errors
    /// Where a line cannot be read: file, line and reason.
    pub fn writer<F: Fold>(self, mut fold: F) -> Result<Writer<F>> {
        if self.shard.is_none() {
            let mut lines = Candidates::open(&self.dir, &self.saved, self.range.start..self.saved.next)?;
            while let Some(line) = lines.next(&fold)? {
                fold.note(line.fate, line.item, &line.text);
            }
        }
        Ok(Writer { next: self.saved.next, run: self, fold, broken: false })
    }
}

/// Whether a folder holds a run (`true`), or a new one may be made in it (`false`).
///
/// # Errors
/// Where it holds something else.
fn has_run(dir: &Path) -> Result<bool> {
    let entries = fs::read_dir(dir)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(|error| cannot("list", dir, error))?;
    let mut names: Vec<String> =
        entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    let has = |name: &str| names.iter().any(|found| found == name);
    if has(checkpoint::NAME) {
        return Ok(true);
    }
    if names.is_empty() {
        return Ok(false);
    }
    // Creation that was cut short leaves the lock and some of our files, but no data.
    let stranger = if has(lock::NAME) { names.iter().find(|name| !is_ours(name)) } else { names.first() };
    if let Some(stranger) = stranger {
        let why = format!(
            "not empty and no run folder: it holds `{stranger}`, but no {}; use another --out",
            checkpoint::NAME
        );
        return Err(Error::new(why).at(dir.display()));
    }
    for fate in Fate::ALL {
        let path = dir.join(fate.file_name());
        if path.metadata().is_ok_and(|found| found.len() > 0) {
            let why = format!(
                "it holds data, but the folder has no {}, so it cannot be gone on with; use another --out",
                checkpoint::NAME
            );
            return Err(Error::new(why).at(path.display()));
        }
    }
    Ok(false)
}

fn is_ours(name: &str) -> bool {
    let small = [RECIPE, TOOLS, SHARD, checkpoint::NAME];
    name == lock::NAME
        || Fate::ALL.iter().any(|fate| fate.file_name() == name)
        || small.iter().any(|ours| *ours == name || draft_of(ours) == name)
}

/// Fills a new folder.
fn create(dir: &Path, identity: &Identity) -> Result<Checkpoint> {
    replace(dir, RECIPE, identity.recipe.as_bytes())?;
    replace(dir, TOOLS, &identity.tools)?;
    match identity.shard {
        Some(shard) => replace(dir, SHARD, format!("{}\n", json!({"shard": shard})).as_bytes())?,
        // A creation that was cut short may have been a shard's.
        None => remove_if_any(&dir.join(SHARD))?,
    }
    for fate in Fate::ALL {
        Appender::open(dir.join(fate.file_name()), 0, 0)?;
    }
    let checkpoint = Checkpoint::new(identity.n, identity.range().start);
    checkpoint.save(dir)?;
    Ok(checkpoint)
}

/// Checks that a folder holds this run, as long as its checkpoint says, and sets `n`.
fn readopt(dir: &Path, identity: &Identity) -> Result<Checkpoint> {
    let mut checkpoint = Checkpoint::load(dir)?
        .ok_or_else(|| Error::new(format!("{} is gone", checkpoint::NAME)).at(dir.display()))?;
    check_shard(dir, identity, checkpoint.n)?;
    let recipes = check_recipe(dir, identity)?;
    if let Some(difference) = compare_tools(&read_tools(dir)?, &identity.tools) {
        let why = format!("other {difference}; use another --out, or give the tools of that run");
        return Err(Error::new(why).at(dir.join(TOOLS).display()));
    }
    check_next(dir, identity, &checkpoint)?;
    check_lengths(dir, &checkpoint)?;
    // Drafts that a crash left behind.
    for name in [RECIPE, checkpoint::NAME, PAGE, REPORT] {
        remove_if_any(&dir.join(draft_of(name)))?;
    }
    if checkpoint.n != identity.n {
        // The report goes first: a report beside an unfinished run would speak of another `n`.
        remove_if_any(&dir.join(REPORT))?;
        remove_if_any(&dir.join(PAGE))?;
        checkpoint.n = identity.n;
        checkpoint.save(dir)?;
    }
    if recipes == Recipes::SameButN {
        replace(dir, RECIPE, identity.recipe.as_bytes())?;
    }
    Ok(checkpoint)
}

fn check_shard(dir: &Path, identity: &Identity, n: u64) -> Result<()> {
    let there = read_shard(dir)?;
    let told =
        |shard: Option<Shard>| shard.map_or("a whole run".to_string(), |shard| format!("shard {shard}"));
    if there != identity.shard {
        let why = format!("it holds {}, not {}; use another --out", told(there), told(identity.shard));
        return Err(Error::new(why).at(dir.display()));
    }
    if there.is_some() && n != identity.n {
        let why = format!(
            "it holds {} of n = {n}, and n is {} here; a shard's indices follow from n: use another --out",
            told(there),
            identity.n
        );
        return Err(Error::new(why).at(dir.display()));
    }
    Ok(())
}

fn check_recipe(dir: &Path, identity: &Identity) -> Result<Recipes> {
    let path = dir.join(RECIPE);
    match compare_recipes(&path, &read_recipe(dir)?, &identity.recipe)? {
        Recipes::Differ(difference) => {
            let why =
                format!("the recipe differs: {difference}; use another --out, or the recipe of that run");
            Err(Error::new(why).at(path.display()))
        }
        same => Ok(same),
    }
}

fn check_next(dir: &Path, identity: &Identity, checkpoint: &Checkpoint) -> Result<()> {
    let (range, next) = (identity.range(), checkpoint.next);
    if next > range.end && identity.shard.is_none() {
        let why = format!(
            "samples of {next} indices are written, and n is {} here; a smaller n does not take them \
            back: use another --out, or an n of at least {next}",
            identity.n
        );
        return Err(Error::new(why).at(dir.display()));
    }
    if next < range.start || next > range.end {
        let why =
            format!("next is {next}, where {} to {} is expected; use another --out", range.start, range.end);
        return Err(Error::new(why).at(dir.join(checkpoint::NAME).display()));
    }
    Ok(())
}

fn check_lengths(dir: &Path, checkpoint: &Checkpoint) -> Result<()> {
    for fate in Fate::ALL {
        let (path, expected) = (dir.join(fate.file_name()), checkpoint.extent(fate).bytes);
        let found = match path.metadata() {
            Ok(found) => found.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            Err(error) => return Err(cannot("read", &path, error)),
        };
        if found < expected {
            let why = format!(
                "{found} bytes long, where {} says at least {expected}; something cut the file: put it \
                back, or use another --out",
                checkpoint::NAME
            );
            return Err(Error::new(why).at(path.display()));
        }
    }
    Ok(())
}

/// Writes the samples of a run in index order.
#[derive(Debug)]
pub struct Writer<F> {
    run: Run,
    fold: F,
    next: u64,
    /// Set where a file is in a state that no checkpoint may speak of.
    broken: bool,
}

impl<F: Fold> Writer<F> {
    /// The indices that are not written yet.
    pub const fn left(&self) -> Range<u64> {
        self.next..self.run.range.end
    }

    /// What is written, whether on the disk yet or not.
    pub fn totals(&self) -> Totals {
        self.state().totals(&self.run.range)
    }

    /// The fold, having noted every line of an index before [`left`](Self::left). A shard's fold notes
    /// nothing.
    pub const fn fold(&self) -> &F {
        &self.fold
    }

    /// Writes one sample, after asking the fold; it is safe on the disk after the next
    /// [`checkpoint`](Self::checkpoint).
    ///
    /// # Errors
    /// Where the sample is not the next one or cannot be written as it is, or the fold cannot judge it:
    /// nothing is changed then. Where a file cannot be written: this writer refuses to go on, and the folder
    /// can be opened again.
    pub fn append(&mut self, sample: Sample<F::Item>) -> Result<()> {
        self.check_whole()?;
        if !self.left().contains(&sample.index) || sample.index != self.next {
            let why =
                format!("sample {} does not come next: {:?} are left, in order", sample.index, self.left());
            return Err(Error::new(why));
        }
        sample.check()?;
        let lines = self.settle(sample)?;
        self.broken = true;
        for line in &lines {
            self.run.files[line.fate.place()].append(&line.text)?;
        }
        self.broken = false;
        if self.run.shard.is_none() {
            for line in lines {
                self.fold.note(line.fate, line.item, &line.text);
            }
        }
        self.next += 1;
        Ok(())
    }

    /// The lines of a sample as they are written: judged by the fold, unless this is a shard, and ordered.
    fn settle(&self, sample: Sample<F::Item>) -> Result<Vec<Line<F::Item>>> {
        let (index, mut lines) = (sample.index, sample.lines);
        if self.run.shard.is_none()
            && let Some(accepted) = lines.iter_mut().find(|line| line.fate == Fate::Accepted)
            && let Admit::Reject(text) = self.fold.admit(index, &accepted.item, &accepted.text)?
        {
            *accepted = self
                .rejected(index, text)
                .map_err(|error| error.at(format_args!("sample {index}, as rejected across samples")))?;
        }
        // Stable: tries of one fate stay in their order, and one that the fold rejects was the last try.
        lines.sort_by_key(|line| line.fate.place());
        Ok(lines)
    }

    /// A line that the fold rejected; read back, so that the fold notes what it will find on resuming.
    fn rejected(&self, index: u64, text: String) -> Result<Line<F::Item>> {
        check_text(&text)?;
        let (read, item) = self.fold.read(Fate::Rejected, &text)?;
        if read != index {
            return Err(Error::new(format!("it reads as index {read}; rejecting keeps the index")));
        }
        Ok(Line { fate: Fate::Rejected, text, item })
    }

    /// Puts everything so far on the disk and says so in `checkpoint.json`. Does nothing where nothing is
    /// new.
    ///
    /// # Errors
    /// Where a file cannot be written; the folder can be opened again and goes on from the last checkpoint.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.check_whole()?;
        let state = self.state();
        if state == self.run.saved {
            return Ok(());
        }
        self.broken = true;
        for file in self.run.files.iter_mut() {
            file.sync()?;
        }
        state.save(&self.run.dir)?;
        self.run.saved = state;
        self.broken = false;
        Ok(())
    }

    /// Writes `report.json`, and `report.html` where the fold has a page, once no index is left.
    ///
    /// # Errors
    /// Where indices are left, the fold cannot make its page, or a file cannot be written.
    pub fn finish(&mut self) -> Result<Finished> {
        let left = self.left();
        if !left.is_empty() {
            return Err(
                Error::new(format!("indices {left:?} are not written yet")).at(self.run.dir.display())
            );
        }
        self.checkpoint()?;
        let totals = self.totals();
        let report = match self.run.shard {
            Some(shard) => shard_report(shard, &totals),
            None => self.fold.report(&totals),
        };
        let mut text = serde_json::to_string_pretty(&report)
            .map_err(|error| Error::new(format!("cannot write {REPORT}: {error}")).caused_by(error))?;
        text.push('\n');
        // The numbers come last: a folder that has them is finished.
        if self.run.shard.is_none()
            && let Some(page) = self.fold.page(&self.run.dir, &report)?
        {
            replace(&self.run.dir, PAGE, page.as_bytes())?;
        }
        replace(&self.run.dir, REPORT, text.as_bytes())?;
        Ok(Finished { totals, report, resumed: self.run.resumed })
    }

    fn check_whole(&self) -> Result<()> {
        if self.broken {
            let why = "an earlier write failed; open the run again to go on from its last checkpoint";
            return Err(Error::new(why).at(self.run.dir.display()));
        }
        Ok(())
    }

    /// What the last checkpoint speaks of.
    pub(crate) const fn kept(&self) -> Totals {
        self.run.saved.totals(&self.run.range)
    }

    #[cfg(test)]
    pub(crate) fn swap_file(&mut self, fate: Fate, swap: impl FnOnce(&Appender) -> Appender) {
        let file = &mut self.run.files[fate.place()];
        *file = swap(file);
    }

    pub(crate) const fn is_broken(&self) -> bool {
        self.broken
    }

    fn state(&self) -> Checkpoint {
        let mut state = self.run.saved;
        state.next = self.next;
        let [rejected, undecided, accepted] = &*self.run.files;
        state.set_extent(Fate::Rejected, extent(rejected));
        state.set_extent(Fate::Undecided, extent(undecided));
        state.set_extent(Fate::Accepted, extent(accepted));
        state
    }
}

const fn extent(file: &Appender) -> Extent {
    Extent { bytes: file.bytes(), lines: file.lines() }
}

/// A shard looks at nothing across samples, so its report only counts.
fn shard_report(shard: Shard, totals: &Totals) -> Value {
    json!({
        "shard": shard,
        "indices": totals.of,
        "accepted": totals.accepted,
        "rejected": totals.rejected,
        "undecided": totals.undecided,
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, sync::OnceLock};

    use proptest::prelude::*;

    use super::*;
    use crate::{
        Ended, Work,
        testing::{Distinct, N, fresh, identity, make, open, run_whole, snapshot},
    };

    fn refused(dir: &Path, identity: &Identity) -> String {
        let before = dir.is_dir().then(|| snapshot(dir));
        let error = Run::open(dir, identity).expect_err("refused").to_string();
        assert_eq!(dir.is_dir().then(|| snapshot(dir)), before, "a refusal changes nothing");
        error.replace(&dir.display().to_string(), "runs/a")
    }

    fn append(writer: &mut Writer<Distinct>, indices: Range<u64>) {
        for index in indices {
            writer.append(make(index).expect("made")).expect("written");
        }
    }

    /// Leaves what a crash leaves: a checkpoint after `saved` samples, and of what was written from there to
    /// `written` as many bytes as `kept` (per mille) says, and some that were never whole.
    fn crash(dir: &Path, saved: u64, written: u64, kept: [u64; 3], extra: &str) {
        let mut writer = fresh(dir, N);
        append(&mut writer, 0..saved);
        writer.checkpoint().expect("saved");
        let before = Fate::ALL.map(|fate| writer.state().extent(fate).bytes);
        append(&mut writer, saved..written);
        for file in writer.run.files.iter_mut() {
            file.sync().expect("synced");
        }
        drop(writer);
        for ((fate, before), kept) in Fate::ALL.into_iter().zip(before).zip(kept) {
            let path = dir.join(fate.file_name());
            let mut bytes = fs::read(&path).expect("read");
            let cut = before + (bytes.len() as u64 - before) * kept / 1000;
            bytes.truncate(cut as usize);
            bytes.extend_from_slice(extra.as_bytes());
            fs::write(&path, bytes).expect("written");
        }
        fs::write(dir.join("run.lock"), "4194304\n").expect("a lock file whose process is gone");
        fs::write(dir.join("checkpoint.json.tmp"), "{\"format\":1,\"n").expect("a draft");
        fs::write(dir.join("report.json.tmp"), "{").expect("a draft");
        fs::write(dir.join("report.html.tmp"), "<").expect("a draft");
    }

    static WHOLE: OnceLock<BTreeMap<String, String>> = OnceLock::new();

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn a_crash_at_any_moment_is_resumed_to_the_same_bytes(
            saved in prop_oneof![4 => 0..=N, 1 => Just(0), 1 => Just(N)],
            more in 0..=N,
            kept in prop::array::uniform3(0u64..=1000),
            extra in prop_oneof![Just(""), Just("{\"index\":"), Just("\n\n"), Just("\u{0}\u{0}\u{0}\u{0}")],
            threads in prop_oneof![Just(1usize), Just(2), Just(8)],
        ) {
            let scratch = tempfile::tempdir().expect("a folder");
            let whole = WHOLE.get_or_init(|| run_whole(&scratch.path().join("whole"), N, 2));
            let dir = scratch.path().join("crashed");
            crash(&dir, saved, (saved + more).min(N), kept, extra);
            prop_assert_eq!(&run_whole(&dir, N, threads), whole);
        }
    }

    #[test]
    fn a_creation_that_was_cut_short_starts_again() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        let shard = Identity { shard: Some(Shard::new(1, 2).expect("a shard")), ..identity(N) };
        let steps =
            ["run.lock", RECIPE, TOOLS, SHARD, "dialogs.jsonl", "rejected.jsonl", "checkpoint.json.tmp"];
        for done in 0..=steps.len() {
            let dir = scratch.path().join(done.to_string());
            drop(open(&dir, &shard));
            fs::rename(dir.join(checkpoint::NAME), dir.join("checkpoint.json.tmp")).expect("renamed");
            for gone in &steps[done..] {
                fs::remove_file(dir.join(gone)).expect("removed");
            }
            if done == 0 {
                fs::remove_dir_all(&dir).expect("removed");
            } else if done == 2 {
                fs::rename(dir.join(RECIPE), dir.join("recipe.toml.tmp")).expect("renamed");
            }
            if done > 0 {
                let _ = fs::remove_file(dir.join("undecided.jsonl"));
            }
            assert_eq!(run_whole(&dir, N, 1), whole, "after {done} steps");
        }
    }

    #[test]
    fn a_finished_run_gives_its_report_unchanged() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(scratch.path(), N, 1);
        let Opened::Finished(done) = Run::open(scratch.path(), &identity(N)).expect("opened") else {
            panic!("not finished")
        };
        assert!(done.resumed);
        assert_eq!(done.totals.done, N);
        assert_eq!(format!("{}\n", serde_json::to_string_pretty(&done.report).expect("text")), whole[REPORT]);
        assert_eq!(snapshot(scratch.path()), whole);
        fs::write(scratch.path().join(REPORT), "").expect("written");
        let text = refused(scratch.path(), &identity(N));
        assert!(text.starts_with("runs/a/report.json: not JSON: EOF"), "{text}");
        assert!(text.ends_with("; remove the file and run again: it is written anew"), "{text}");
        fs::remove_file(scratch.path().join(REPORT)).expect("removed");
        assert_eq!(run_whole(scratch.path(), N, 1), whole, "a missing report is written again");
    }

    #[test]
    fn an_extended_run_is_the_longer_run() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        let dir = scratch.path().join("run");
        for n in [0, 9, 10, 37] {
            run_whole(&dir, n, 2);
        }
        assert_eq!(
            refused(&dir, &identity(36)),
            "runs/a: samples of 37 indices are written, and n is 36 here; a smaller n does not take them \
            back: use another --out, or an n of at least 37"
        );
        drop(fresh(&dir, 1000));
        assert_eq!(run_whole(&dir, N, 2), whole);
    }

    #[test]
    fn a_recipe_that_names_n_is_written_again() {
        let scratch = tempfile::tempdir().expect("a folder");
        let with = |n: u64| Identity { recipe: format!("n = {n}\nseed = 1\n"), ..identity(n) };
        for n in [3, 5] {
            let ended = open(scratch.path(), &with(n)).generate(&Work::default(), make);
            assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
            assert_eq!(snapshot(scratch.path())[RECIPE], with(n).recipe);
        }
    }

    #[test]
    fn another_run_in_the_folder_is_told_apart() {
        let scratch = tempfile::tempdir().expect("a folder");
        let dir = scratch.path().join("run");
        run_whole(&dir, 5, 1);
        let same = identity(5);
        assert_eq!(
            refused(&dir, &Identity { recipe: "seed = 8\n[kinds]\nsingle = 0.25\n".into(), ..same.clone() }),
            "runs/a/recipe.toml: the recipe differs: kinds.single is 0.3 there, 0.25 here; seed is 7 \
            there, 8 here; use another --out, or the recipe of that run"
        );
        assert_eq!(
            refused(&dir, &Identity { tools: b"{\"name\":\"a\"}\n".to_vec(), ..same.clone() }),
            "runs/a/tools.jsonl: other tools: 2 there, 1 here; line 2 is the first that differs; use \
             another --out, or give the tools of that run"
        );
        let shard = Some(Shard::new(3, 8).expect("a shard"));
        assert_eq!(
            refused(&dir, &Identity { shard, ..same.clone() }),
            "runs/a: it holds a whole run, not shard 3/8; use another --out"
        );
        let part = scratch.path().join("part");
        drop(open(&part, &Identity { shard, ..same.clone() }));
        assert_eq!(refused(&part, &same), "runs/a: it holds shard 3/8, not a whole run; use another --out");
        assert_eq!(
            refused(&part, &Identity { shard, ..identity(6) }),
            "runs/a: it holds shard 3/8 of n = 5, and n is 6 here; a shard's indices follow from n: use \
            another --out"
        );
        assert_eq!(
            refused(&scratch.path().join("new"), &Identity { recipe: "seed = ".into(), ..same }),
            "the recipe: not TOML: string values must be quoted, expected literal string"
        );
        assert!(!scratch.path().join("new").exists());
    }

    #[test]
    fn a_folder_that_is_no_run_is_left_alone() {
        let scratch = tempfile::tempdir().expect("a folder");
        let dir = scratch.path();
        fs::write(dir.join(TOOLS), "{}\n").expect("written");
        let told = "runs/a: not empty and no run folder: it holds `tools.jsonl`, but no checkpoint.json; \
        use another --out";
        assert_eq!(refused(dir, &identity(5)), told);
        fs::remove_file(dir.join(TOOLS)).expect("removed");
        run_whole(dir, 5, 1);
        fs::remove_file(dir.join(checkpoint::NAME)).expect("removed");
        assert!(
            refused(dir, &identity(5))
                .starts_with("runs/a: not empty and no run folder: it holds `report.html`")
        );
        fs::remove_file(dir.join(PAGE)).expect("removed");
        fs::remove_file(dir.join(REPORT)).expect("removed");
        assert_eq!(
            refused(dir, &identity(5)),
            "runs/a/rejected.jsonl: it holds data, but the folder has no checkpoint.json, so it cannot be \
            gone on with; use another --out"
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_cannot_be_made_is_told() {
        let scratch = tempfile::tempdir().expect("a folder");
        let file = scratch.path().join("file");
        fs::write(&file, "").expect("written");
        assert_eq!(
            refused(&file.join("x"), &identity(5)),
            "runs/a: cannot create the run folder: Not a directory (os error 20); choose a folder that \
            can be written"
        );
        assert!(refused(&file, &identity(5)).starts_with("runs/a: cannot create the run folder: "));
    }

    #[test]
    fn one_process_writes_a_folder() {
        let scratch = tempfile::tempdir().expect("a folder");
        let writer = fresh(scratch.path(), 5);
        assert_eq!(
            refused(scratch.path(), &identity(5)),
            format!(
                "runs/a: process {} is writing this run (run.lock); wait for it, or use another --out",
                std::process::id()
            )
        );
        drop(writer);
        drop(fresh(scratch.path(), 5));
        assert_eq!(snapshot(scratch.path())[lock::NAME], "");
    }

    #[test]
    fn a_file_that_was_cut_is_told() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(scratch.path(), 5, 1);
        let path = scratch.path().join("undecided.jsonl");
        let length = whole["undecided.jsonl"].len();
        fs::write(&path, &whole["undecided.jsonl"][..length - 3]).expect("written");
        let expected = format!(
            "runs/a/undecided.jsonl: {} bytes long, where checkpoint.json says at least {length}; \
            something cut the file: put it back, or use another --out",
            length - 3
        );
        assert_eq!(refused(scratch.path(), &identity(5)), expected);
        fs::remove_file(&path).expect("removed");
        assert_eq!(refused(scratch.path(), &identity(9)), expected.replace(&(length - 3).to_string(), "0"));
    }

    #[test]
    fn samples_come_in_order() {
        let scratch = tempfile::tempdir().expect("a folder");
        let mut writer = fresh(scratch.path(), 5);
        append(&mut writer, 0..2);
        let mut said = |index| writer.append(make(index).expect("made")).expect_err("refused").to_string();
        assert_eq!(said(3), "sample 3 does not come next: 2..5 are left, in order");
        assert_eq!(said(9), "sample 9 does not come next: 2..5 are left, in order");
        assert!(
            writer.finish().expect_err("not yet").to_string().ends_with(": indices 2..5 are not written yet")
        );
        append(&mut writer, 2..5);
        assert_eq!(writer.finish().expect("done").totals.done, 5);
    }

    #[test]
    fn a_run_is_read_back_as_of_its_checkpoint() {
        let scratch = tempfile::tempdir().expect("a folder");
        let mut writer = fresh(scratch.path(), 9);
        append(&mut writer, 0..4);
        writer.checkpoint().expect("saved");
        let counted = |folder: &Folder| {
            Fate::ALL.map(|fate| {
                let lines: Result<Vec<_>> = folder.lines(fate).expect("opened").collect();
                lines.expect("lines").len() as u64
            })
        };
        append(&mut writer, 4..9);
        let folder = Run::read(scratch.path()).expect("read");
        assert_eq!((folder.n, folder.totals.done, folder.totals.of, folder.is_finished()), (9, 4, 9, false));
        assert_eq!(
            counted(&folder),
            [folder.totals.rejected, folder.totals.undecided, folder.totals.accepted]
        );
        let done = writer.finish().expect("done");
        let later = Run::read(scratch.path()).expect("read");
        assert_eq!((later.totals, later.report.as_ref()), (done.totals, Some(&done.report)));
        assert_eq!(counted(&later), [done.totals.rejected, done.totals.undecided, done.totals.accepted]);
        assert_eq!((later.recipe, later.tools, later.shard), (identity(9).recipe, identity(9).tools, None));
        let none = scratch.path().join("none");
        let error = Run::read(&none).expect_err("none").to_string();
        assert_eq!(error, format!("{}: no run folder: it has no checkpoint.json", none.display()));
    }

    #[test]
    fn a_shard_is_written_without_the_fold() {
        let scratch = tempfile::tempdir().expect("a folder");
        let shard = Identity { shard: Some(Shard::new(2, 2).expect("a shard")), ..identity(N) };
        let ended = open(scratch.path(), &shard).generate(&Work::default(), make);
        let Ended::Done(done) = ended else { panic!("stopped: {ended:?}") };
        let mut expected = BTreeMap::new();
        for line in (N / 2..N).flat_map(|index| make(index).expect("made").lines) {
            *expected.entry(line.fate.file_name()).or_insert_with(String::new) += &format!("{}\n", line.text);
        }
        let found = snapshot(scratch.path());
        for (name, text) in expected {
            assert_eq!(found[name], text);
        }
        assert_eq!(found[SHARD], "{\"shard\":\"2/2\"}\n");
        assert_eq!(done.report["shard"], "2/2");
        assert_eq!(done.report["accepted"], done.totals.accepted);
    }
}
