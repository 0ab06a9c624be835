//! [`merge()`]: the folders of all shards become the folder of one run.
//!
//! A merge is a run whose samples are read rather than made: it writes through the same
//! [`Writer`], fold included. So it checkpoints, can be killed and run again, and leaves the
//! folder that an unsharded run leaves, to the byte; that folder can be extended like any other. It holds a
//! few lines at a time, of one shard at a time.

use std::path::{Path, PathBuf};

use toolwright_core::{Error, Result};

use crate::{
    Ended, Fold, Folder, Identity, Line, Opened, Run, Sample, Work, Writer,
    folder::{Candidate, Candidates},
    generate::Pace,
    generate::UNITS,
    identity::{Recipes, compare_recipes, compare_tools},
    progress::Meter,
};

/// Merges the finished folders of all shards of one run, in any order, into the folder `out`.
///
/// `fold` is new; of `work` only progress and cancelling matter. Where `out` is there already, the merge goes
/// on.
///
/// # Errors
/// Where a folder is no finished shard, shards are missing, twice or of different runs, or `out` cannot be
/// opened: the message names the folder. What goes wrong later is [`Ended::Stopped`].
pub fn merge<F: Fold>(shards: &[PathBuf], out: &Path, fold: F, work: &Work) -> Result<Ended> {
    let shards = read_shards(shards)?;
    let Some(first) = shards.first() else {
        return Err(Error::new("nothing to merge; give the folders of all shards"));
    };
    let identity =
        Identity { recipe: first.recipe.clone(), tools: first.tools.clone(), shard: None, n: first.n };
    let mut writer = match Run::open(out, &identity)? {
        Opened::Finished(done) => return Ok(Ended::Done(done)),
        Opened::Unfinished(run) => run.writer(fold)?,
    };
    let totals = writer.totals();
    let mut meter = work.progress.start(UNITS, totals.done, totals.of);
    let copied = writer.copy_all(&shards, work, &mut meter);
    Ok(writer.conclude(copied, meter))
}

/// Reads all shards, sorts them, and checks that together they are one run.
fn read_shards(dirs: &[PathBuf]) -> Result<Vec<Folder>> {
    let mut shards = Vec::with_capacity(dirs.len());
    for dir in dirs {
        let folder = Folder::read(dir)?;
        let Some(shard) = folder.shard else {
            return Err(Error::new("a whole run, not a shard; it needs no merging").at(dir.display()));
        };
        if !folder.is_finished() {
            let why = format!(
                "shard {shard} is not finished: {} of its {} indices are done; run it to its end first",
                folder.totals.done, folder.totals.of
            );
            return Err(Error::new(why).at(dir.display()));
        }
        shards.push((shard, folder));
    }
    shards.sort_by_key(|(shard, _)| *shard);
    if let Some(((_, first), rest)) = shards.split_first() {
        rest.iter().try_for_each(|(_, folder)| check_same_run(first, folder))?;
    }
    check_complete(&shards)?;
    Ok(shards.into_iter().map(|(_, folder)| folder).collect())
}

fn check_same_run(first: &Folder, other: &Folder) -> Result<()> {
    let of = |folder: &Folder| folder.shard.map_or(1, crate::Shard::of);
    let differ = |what: String| {
        let why = format!("not a shard of the same run: {what}, where `there` is {}", first.dir.display());
        Err(Error::new(why).at(other.dir.display()))
    };
    if of(first) != of(other) {
        return differ(format!("{} shards there, {} here", of(first), of(other)));
    }
    if first.n != other.n {
        return differ(format!("n is {} there, {} here", first.n, other.n));
    }
    if let Recipes::Differ(difference) = compare_recipes(&first.dir, &first.recipe, &other.recipe)? {
        return differ(difference);
    }
    match compare_tools(&first.tools, &other.tools) {
        Some(difference) => differ(difference),
        None => Ok(()),
    }
}

fn check_complete(shards: &[(crate::Shard, Folder)]) -> Result<()> {
    const LISTED: usize = 8;
    for pair in shards.windows(2) {
        if let [(shard, one), (same, two)] = pair
            && shard == same
        {
            let why = format!("shard {shard}, and so is {}; give each shard once", one.dir.display());
            return Err(Error::new(why).at(two.dir.display()));
        }
    }
    let Some((shard, _)) = shards.first() else { return Ok(()) };
    let (of, given) = (shard.of(), shards.len() as u64);
    if given == of {
        return Ok(());
    }
    let has = |number: &u64| shards.binary_search_by_key(number, |(shard, _)| shard.number()).is_err();
    let missing: Vec<String> =
        (1..=of).filter(has).take(LISTED).map(|number| format!("{number}/{of}")).collect();
    let rest = (of - given).saturating_sub(missing.len() as u64);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    Err(Error::new(format!("{given} of {of} shards are given; missing: {}{more}", missing.join(", "))))
}

impl<F: Fold> Writer<F> {
    /// Appends every sample of these shards that is not written yet; ends early when cancelled.
    fn copy_all(&mut self, shards: &[Folder], work: &Work, meter: &mut Meter) -> Result<()> {
        let mut pace = Pace::new();
        let next = self.left().start;
        for shard in shards.iter().filter(|shard| shard.range().end > next) {
            let mut samples = Samples { lines: shard.candidates()?, ahead: None };
            for index in shard.range() {
                let sample = samples.next(index, self.fold())?;
                if index < self.left().start {
                    continue;
                }
                if work.cancel.is_cancelled() {
                    return Ok(());
                }
                self.append(sample)?;
                pace.checkpoint_if_due(self)?;
                let totals = self.totals();
                meter.update(totals.done, || totals.said());
            }
            // Reads to the end, which checks that the files are as long as they should be.
            samples.lines.next(self.fold())?;
        }
        Ok(())
    }
}

/// The lines of one shard, sample by sample.
struct Samples<T> {
    lines: Candidates<T>,
    /// A line that was read and belongs to a later index.
    ahead: Option<Candidate<T>>,
}

impl<T> Samples<T> {
    /// The sample of the next index; one that gave no line is empty.
    fn next<F: Fold<Item = T>>(&mut self, index: u64, fold: &F) -> Result<Sample<T>> {
        let mut sample = Sample { index, lines: Vec::new() };
        loop {
            let line = match self.ahead.take() {
                Some(line) => line,
                None => match self.lines.next(fold)? {
                    Some(line) => line,
                    None => return Ok(sample),
                },
            };
            if line.index != index {
                self.ahead = Some(line);
                return Ok(sample);
            }
            sample.lines.push(Line { fate: line.fate, text: line.text, item: line.item });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        Shard,
        testing::{Distinct, N, identity, make, open, run_whole, snapshot},
    };

    fn run_shards(base: &Path, n: u64, of: u64) -> Vec<PathBuf> {
        let mut dirs: Vec<PathBuf> = (1..=of)
            .map(|number| {
                let dir = base.join(format!("s{number}-{of}"));
                let shard = Some(Shard::new(number, of).expect("a shard"));
                let ended = open(&dir, &Identity { shard, ..identity(n) }).generate(&Work::default(), make);
                assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
                dir
            })
            .collect();
        dirs.reverse();
        dirs
    }

    fn said(dirs: &[PathBuf], out: &Path) -> String {
        merge(dirs, out, Distinct::default(), &Work::default()).expect_err("no merge").to_string()
    }

    #[test]
    fn merged_shards_are_the_unsharded_run_to_the_byte() {
        let scratch = tempfile::tempdir().expect("a folder");
        for n in [0, 3, N] {
            let base = scratch.path().join(n.to_string());
            let whole = run_whole(&base.join("whole"), n, 2);
            for of in 1..=8 {
                let out = base.join(format!("out{of}"));
                let dirs = run_shards(&base, n, of);
                for resumed in [false, true] {
                    let ended = merge(&dirs, &out, Distinct::default(), &Work::default()).expect("merged");
                    let Ended::Done(done) = ended else { panic!("stopped: {ended:?}") };
                    assert_eq!(done.resumed, resumed);
                    assert_eq!(snapshot(&out), whole, "{of} shards of n = {n}");
                }
            }
        }
    }

    #[test]
    fn a_merge_that_was_stopped_goes_on() {
        let scratch = tempfile::tempdir().expect("a folder");
        let whole = run_whole(&scratch.path().join("whole"), N, 1);
        let dirs = run_shards(scratch.path(), N, 3);
        for done in [0, 1, 19, 20, 33, N - 1] {
            let out = scratch.path().join(format!("out{done}"));
            let mut writer = open(&out, &identity(N));
            for index in 0..done {
                writer.append(make(index).expect("made")).expect("written");
            }
            writer.checkpoint().expect("saved");
            drop(writer);
            let cancelled = Work::default();
            cancelled.cancel.cancel();
            let ended = merge(&dirs, &out, Distinct::default(), &cancelled).expect("stopped");
            assert!(matches!(ended, Ended::Stopped(stopped) if stopped.done == done));
            let ended = merge(&dirs, &out, Distinct::default(), &Work::default()).expect("merged");
            assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
            assert_eq!(snapshot(&out), whole);
        }
    }

    #[test]
    fn what_is_not_all_shards_of_one_run_is_told() {
        let scratch = tempfile::tempdir().expect("a folder");
        let base = scratch.path();
        let out = base.join("out");
        let dirs = run_shards(base, N, 3);
        assert_eq!(said(&[], &out), "nothing to merge; give the folders of all shards");
        assert_eq!(said(&dirs[..1], &out), "1 of 3 shards are given; missing: 1/3, 2/3");
        let (one, two) = (base.join("s1-3"), base.join("s2-3"));
        assert_eq!(
            said(&[one.clone(), one.clone(), two.clone()], &out),
            format!("{0}: shard 1/3, and so is {0}; give each shard once", one.display())
        );
        let of_two = run_shards(base, N, 2);
        assert_eq!(
            said(&[of_two[1].clone(), two.clone()], &out),
            format!(
                "{}: not a shard of the same run: 2 shards there, 3 here, where `there` is {}",
                two.display(),
                of_two[1].display()
            )
        );
        let other = run_shards(&base.join("other"), N + 1, 3);
        assert!(said(&[one.clone(), other[1].clone()], &out).contains("n is 60 there, 61 here"));
        fs::write(two.join("tools.jsonl"), "{}\n").expect("written");
        assert!(said(&dirs, &out).contains("tools: 2 there, 1 here; line 1 is the first that differs"));
        fs::copy(one.join("tools.jsonl"), two.join("tools.jsonl")).expect("copied");
        fs::write(two.join("recipe.toml"), "seed = 8\n[kinds]\nsingle = 0.3\n").expect("written");
        assert!(
            said(&dirs, &out)
                .contains(": not a shard of the same run: seed is 7 there, 8 here, where `there` is ")
        );
        fs::copy(one.join("recipe.toml"), two.join("recipe.toml")).expect("copied");
        fs::remove_file(two.join("report.json")).expect("removed");
        assert_eq!(
            said(&dirs, &out),
            format!(
                "{}: shard 2/3 is not finished: 20 of its 20 indices are done; run it to its end first",
                two.display()
            )
        );
        run_whole(&base.join("whole"), N, 1);
        assert!(
            said(&[base.join("whole")], &out)
                .ends_with("whole: a whole run, not a shard; it needs no merging")
        );
        assert!(said(&[base.join("none")], &out).ends_with("none: no run folder: it has no checkpoint.json"));
        assert!(!out.exists());
    }

    #[test]
    fn a_damaged_shard_is_told_by_line() {
        let scratch = tempfile::tempdir().expect("a folder");
        let dirs = run_shards(scratch.path(), N, 1);
        let path = dirs[0].join("dialogs.jsonl");
        let good = fs::read_to_string(&path).expect("read");
        let said = |text: String, name: &str| {
            assert_eq!(text.len(), good.len());
            fs::write(&path, text).expect("written");
            let ended = merge(&dirs, &scratch.path().join(name), Distinct::default(), &Work::default());
            let Ended::Stopped(stopped) = ended.expect("opened") else { panic!("merged") };
            stopped.to_string().replace(&path.display().to_string(), "F")
        };
        let lines: Vec<&str> = good.lines().collect();
        let spoilt = good.replacen(lines[3], &"x".repeat(lines[3].len()), 1);
        assert!(said(spoilt, "a").starts_with("F:4: expected value at line 1 column 1; "));
        let later = |at: usize| (at + 1..lines.len()).find(|later| lines[*later].len() == lines[at].len());
        let (at, other) = (0..lines.len()).find_map(|at| Some((at, later(at)?))).expect("two of one length");
        let (one, two) = (lines[at], lines[other]);
        let swapped = good.replacen(one, "?", 1).replacen(two, one, 1).replacen('?', two, 1);
        let text = said(swapped, "b");
        let expected = format!("F:{}: sample index ", at + 2);
        assert!(text.starts_with(&expected) && text.contains(", in order; the file was changed"), "{text}");
        let joined = good.replacen(&format!("{one}\n"), &format!("{one} "), 1);
        let text = said(joined, "c");
        assert!(text.starts_with(&format!("F:{}: trailing characters", at + 1)), "{text}");
        let blank = good.replacen(one, &" ".repeat(one.len()), 1);
        let (few, all) = (lines.len() - 1, lines.len());
        let expected =
            format!("F: the line count is {few}, where checkpoint.json says {all}; the file was changed");
        assert!(said(blank, "d").starts_with(&expected));
    }
}
