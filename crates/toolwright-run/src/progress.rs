//! Progress on stderr: a bar on a terminal, a plain line every few seconds elsewhere, or nothing.

use std::{
    fmt,
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Totals;

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

    /// Starts telling, at this point of a run.
    pub(crate) fn start(&self, totals: Totals) -> Meter {
        let face = match &self.0 {
            Kind::Quiet => Face::Quiet,
            Kind::Bar => Face::Bar(bar(&totals)),
            Kind::Lines(out) => Face::Lines(Arc::clone(out)),
        };
        let now = Instant::now();
        Meter { face, first: totals.done, began: now, told: now }
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

fn bar(totals: &Totals) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(totals.of), ProgressDrawTarget::stderr());
    // The template is a constant; where it did not parse, indicatif's own look does.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} indices, {msg}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_position(totals.done);
    bar.reset_eta();
    bar
}

/// The telling of one call; rates are of this call only, not of what an earlier one wrote.
pub(crate) struct Meter {
    face: Face,
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
    /// Tells, if it is time.
    pub(crate) fn update(&mut self, totals: &Totals) {
        let every = match self.face {
            Face::Quiet => return,
            Face::Bar(_) => BAR_EVERY,
            Face::Lines(_) => LINE_EVERY,
        };
        if self.told.elapsed() >= every {
            self.tell(totals);
        }
    }

    /// Tells where it ended.
    pub(crate) fn end(mut self, totals: &Totals) {
        self.tell(totals);
        if let Face::Bar(bar) = self.face {
            bar.abandon();
        }
    }

    fn tell(&mut self, totals: &Totals) {
        self.told = Instant::now();
        let made = totals.done.saturating_sub(self.first);
        let rest = said(totals, made, self.began.elapsed());
        match &self.face {
            Face::Quiet => {}
            Face::Bar(bar) => {
                bar.set_position(totals.done);
                bar.set_message(rest);
            }
            Face::Lines(out) => {
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                // A closed stderr is no reason to stop a run.
                let _ = writeln!(out, "{}/{} indices, {rest}", totals.done, totals.of);
            }
        }
    }
}

fn said(totals: &Totals, made: u64, took: Duration) -> String {
    let rate = made as f64 / took.as_secs_f64().max(1e-3);
    let mut text = format!("{rate:.0}/s, {} rejected", totals.rejected);
    if totals.undecided > 0 {
        text.push_str(&format!(", {} undecided", totals.undecided));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        let totals = Totals { done: 12_000, of: 300_000, accepted: 11_997, rejected: 3, undecided: 0 };
        assert_eq!(said(&totals, 10_246, Duration::from_secs(2)), "5123/s, 3 rejected");
        assert_eq!(said(&totals, 0, Duration::ZERO), "0/s, 3 rejected");
        let totals = Totals { undecided: 2, ..totals };
        assert_eq!(said(&totals, 3, Duration::from_secs(2)), "2/s, 3 rejected, 2 undecided");
    }

    #[test]
    fn lines_are_rare_and_the_last_is_told() {
        let out = Arc::new(Mutex::new(Vec::new()));
        let mut meter = Progress(Kind::Lines(out.clone())).start(Totals { of: 4, ..Totals::default() });
        for done in 0..4 {
            meter.update(&Totals { done, of: 4, ..Totals::default() });
        }
        meter.end(&Totals { done: 4, of: 4, accepted: 4, ..Totals::default() });
        let text = String::from_utf8(out.lock().expect("a lock").clone()).expect("text");
        assert!(text.starts_with("4/4 indices, ") && text.ends_with("/s, 0 rejected\n"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
