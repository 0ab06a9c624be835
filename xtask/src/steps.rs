//! What must hold before a change goes in: a list of steps, each of which runs alone as `cargo xtask NAME`.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::graph::Graph;
use crate::{arrows, browser, licences, peers, process};

/// One thing that must hold.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) says: &'static str,
    work: Work,
}

enum Work {
    /// cargo, with these arguments and environment variables.
    Cargo(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// A look at the graph of dependencies, which gives one message for each fault.
    Graph(fn(&Graph) -> Vec<String>),
    /// Work of our own on the repository.
    Own(fn(&Path) -> Result<()>),
}

/// In the order in which they run: what answers in seconds first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        says: "every file is as rustfmt writes it",
        work: Work::Cargo(&["fmt", "--all", "--check"], &[]),
    },
    Step {
        name: "clippy",
        says: "no warnings, in tests and examples too",
        work: Work::Cargo(
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
            &[],
        ),
    },
    Step {
        name: "licences",
        says: "every dependency may be used under a licence that we accept",
        work: Work::Graph(licences::check),
    },
    Step {
        name: "arrows",
        says: "crates depend on each other, and reach others' crates, only as the design says",
        work: Work::Graph(arrows::check),
    },
    Step {
        name: "peers",
        says: "other people's programs that tests compare with are there, or it is said why not",
        work: Work::Own(peers::prepare),
    },
    Step {
        name: "browser",
        says: "the browser that tests look at pages in is there, or it is said why not",
        work: Work::Own(browser::prepare),
    },
    Step { name: "rust", says: "unit, integration and documentation tests", work: Work::Own(tests) },
    Step {
        name: "docs",
        says: "the documentation builds without warnings",
        work: Work::Cargo(
            &["doc", "--no-deps", "--workspace", "--locked"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        ),
    },
];

/// All tests, which are told where peers and the browser are.
fn tests(root: &Path) -> Result<()> {
    let mut command = process::cargo(root);
    command.args(["test", "--workspace", "--locked"]);
    for (_, peer, variable) in peers::TESTED {
        if let (None, Some(path)) = (std::env::var_os(variable), peer.there(root)) {
            command.env(variable, path);
        }
    }
    if let (None, Some(browser)) = (std::env::var_os(browser::BROWSER), browser::find()) {
        command.env(browser::BROWSER, browser);
    }
    process::succeed(&mut command)
}

impl Step {
    /// Runs this step and says how long it took.
    ///
    /// # Errors
    /// Where what it asks for does not hold, or a program cannot be started.
    pub(crate) fn run(&self, root: &Path) -> Result<Duration> {
        eprintln!("\n== {}: {}", self.name, self.says);
        let start = Instant::now();
        let result = self.work.run(root);
        let took = start.elapsed();
        result.with_context(|| format!("step `{}` failed after {:.1} s", self.name, took.as_secs_f64()))?;
        eprintln!("== {}: holds ({:.1} s)", self.name, took.as_secs_f64());
        Ok(took)
    }
}

impl Work {
    fn run(&self, root: &Path) -> Result<()> {
        match self {
            Self::Cargo(arguments, variables) => {
                process::succeed(process::cargo(root).args(*arguments).envs(variables.iter().copied()))
            }
            Self::Own(work) => work(root),
            Self::Graph(check) => {
                let faults = check(&Graph::read(root)?);
                for fault in &faults {
                    eprintln!("{fault}");
                }
                match faults.len() {
                    0 => Ok(()),
                    1 => bail!("1 fault, named above"),
                    n => bail!("{n} faults, named above"),
                }
            }
        }
    }
}

/// Every step in order.
///
/// # Errors
/// The first that fails; the message says how to run it alone.
pub(crate) fn all(root: &Path) -> Result<()> {
    let mut times = Vec::new();
    for step in STEPS {
        let took = step.run(root).with_context(|| {
            format!("stopped; `cargo xtask {}` runs only the step that failed", step.name)
        })?;
        times.push(format!("{} {:.1} s", step.name, took.as_secs_f64()));
    }
    eprintln!("\nall steps hold: {}", times.join(", "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_leave_the_other_chores_alone() {
        for (at, step) in STEPS.iter().enumerate() {
            assert!(!["test", "fuzz", "bench", "picture", "help"].contains(&step.name));
            assert!(STEPS.iter().skip(at + 1).all(|other| other.name != step.name));
        }
    }

    #[test]
    fn a_failure_names_the_step_and_its_faults_are_counted() {
        let faulty = Step {
            name: "faulty",
            says: "never holds",
            work: Work::Graph(|_| vec!["one".into(), "two".into()]),
        };
        let root = crate::root().expect("cargo runs the tests");
        let why = format!("{:#}", faulty.run(&root).expect_err("it never holds"));
        assert!(why.starts_with("step `faulty` failed after "), "{why}");
        assert!(why.ends_with(": 2 faults, named above"), "{why}");
    }
}
