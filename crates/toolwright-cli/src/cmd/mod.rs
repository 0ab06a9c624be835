//! The commands, one file each.

pub(crate) mod audit;
pub(crate) mod catalogue;
pub(crate) mod decontaminate;
pub(crate) mod dedup;
pub(crate) mod diversity;
pub(crate) mod eval;
mod evolve_by_model;
pub(crate) mod export;
mod kept;
pub(crate) mod merge;
pub(crate) mod synth;
pub(crate) mod tools;
pub(crate) mod verify;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toolwright_run::Cancel;

/// Creates a file for output, and says so where that fails.
fn create(path: &Path) -> Result<std::io::BufWriter<std::fs::File>> {
    let file = std::fs::File::create(path).with_context(|| {
        format!("{}: cannot be written; check the folder and its permissions", path.display())
    })?;
    Ok(std::io::BufWriter::with_capacity(1 << 20, file))
}

/// Refuses to write over what is being read: creating the output would empty the input.
fn apart(input: &Path, output: &Path) -> Result<()> {
    if let (Ok(from), Ok(to)) = (input.canonicalize(), output.canonicalize())
        && from == to
        && to.is_file()
    {
        bail!(
            "{}: the output is the input, and writing would empty it before it is read; give another -o",
            output.display()
        );
    }
    Ok(())
}

/// Where data goes: the file, or stdout.
fn output(path: Option<&Path>) -> Result<Box<dyn Write>> {
    Ok(match path {
        Some(path) => Box::new(create(path)?),
        None => Box::new(std::io::BufWriter::new(std::io::stdout())),
    })
}

/// A cancel that Ctrl-C sets; the second Ctrl-C ends the program at once.
pub(crate) fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::default();
    let handler = cancel.clone();
    let set = ctrlc::set_handler(move || {
        if handler.is_cancelled() {
            std::process::exit(3);
        }
        handler.cancel();
        crate::talk::say("stopping after what is in the works; once more stops at once");
    });
    if let Err(error) = set {
        crate::talk::say(&format!("Ctrl-C will not stop cleanly: {error}"));
    }
    cancel
}
