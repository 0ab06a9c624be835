//! Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere, or nothing.

use std::{
    fmt,
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Between two looks of the bar.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// How a run tells how far it is.
///
/// ```
/// use toolwright_run::{Progress, Work};
/// let work = Work { progress: Progress::stderr(false), ..Work::default() };
/// # let _ = work;
/// ```
#[derive(Clone, Default)]
pub struct Progress(Kind);

#[derive(Clone, Default)]
enum Kind {
    #[default]
    Quiet,
    Bar,
    Lines(Arc<Mutex<dyn Write + Send>>),
}

impl Progress {
    /// Silence.
    pub const fn quiet() -> Self {
        Self(Kind::Quiet)
    }

    /// A bar where stderr is a terminal, plain lines elsewhere, nothing where `quiet`.
    pub fn stderr(quiet: bool) -> Self {
        match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Self::quiet(),
            (false, true) => Self(Kind::Bar),
            (false, false) => Self::lines(std::io::stderr()),
        }
    }

    /// Plain lines, about every five seconds and at the end: `12000/300000 indices, 5123/s, 3 rejected`.
    pub fn lines(out: impl Write + Send + 'static) -> Self {
        Self(Kind::Lines(Arc::new(Mutex::new(out))))
    }

    /// Starts telling how many of so many `units` are done, at this point of the work.
    ///
    /// ```
    /// use toolwright_run::Progress;
    /// let mut meter = Progress::quiet().start("tests", 0, 2);
    /// meter.update(1, || "none failed".to_owned());
    /// meter.end(2, "none failed");
    /// ```
    pub fn start(&self, units: &'static str, done: u64, of: u64) -> Meter {
        let face = match &self.0 {
            Kind::Quiet => Face::Quiet,
            Kind::Bar => Face::Bar(bar(units, done, of)),
            Kind::Lines(out) => Face::Lines(Arc::clone(out)),
        };
        let now = Instant::now();
        Meter { face, units, of, first: done, began: now, told: now }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Quiet => "Progress(quiet)",
            Kind::Bar => "Progress(bar)",
            Kind::Lines(_) => "Progress(lines)",
        })
    }
}

fn bar(units: &str, done: u64, of: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr());
    // Where the template did not parse, indicatif's own look does.
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {units}, {{msg}}, {{eta}} left"))
    {
        bar.set_style(style);
    }
    bar.set_position(done);
    bar.reset_eta();
    bar
}

/// The telling of one piece of work; rates are of this piece only, not of what was done before.
pub struct Meter {
    face: Face,
    units: &'static str,
    of: u64,
    first: u64,
    began: Instant,
    told: Instant,
}

enum Face {
    Quiet,
    Bar(ProgressBar),
    Lines(Arc<Mutex<dyn Write + Send>>),
}

impl Meter {
    /// Tells how many are done and what else there is to say, if it is time.
    pub fn update(&mut self, done: u64, rest: impl FnOnce() -> String) {
        let every = match self.face {
            Face::Quiet => return,
            Face::Bar(_) => BAR_EVERY,
            Face::Lines(_) => LINE_EVERY,
        };
        if self.told.elapsed() >= every {
            self.tell(done, &rest());
        }
    }

    /// Tells where it ended.
    pub fn end(mut self, done: u64, rest: &str) {
        self.tell(done, rest);
        if let Face::Bar(bar) = self.face {
            bar.abandon();
        }
    }

    fn tell(&mut self, done: u64, rest: &str) {
        self.told = Instant::now();
        let rate = done.saturating_sub(self.first) as f64 / self.began.elapsed().as_secs_f64().max(1e-3);
        match &self.face {
            Face::Quiet => {}
            Face::Bar(bar) => {
                bar.set_position(done);
                bar.set_message(format!("{rate:.0}/s, {rest}"));
            }
            Face::Lines(out) => {
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                // A closed stderr is no reason to stop a run.
                let _ = writeln!(out, "{done}/{} {}, {rate:.0}/s, {rest}", self.of, self.units);
            }
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("units", &self.units).field("of", &self.of).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_rare_and_the_last_is_told() {
        let out = Arc::new(Mutex::new(Vec::new()));
        let mut meter = Progress(Kind::Lines(out.clone())).start("indices", 2, 4);
        for done in 2..4 {
            meter.update(done, || "none rejected".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
        meter.end(4, "none rejected");
        let text = String::from_utf8(out.lock().expect("a lock").clone()).expect("text");
        let rate =
            text.strip_prefix("4/4 indices, ").and_then(|rest| rest.strip_suffix("/s, none rejected\n"));
        let rate: f64 = rate.expect("one line").parse().expect("a rate");
        assert!(rate <= 200.0, "two in 10 ms are at most 200 a second: {rate}");
    }
}
