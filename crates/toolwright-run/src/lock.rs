//! One process writes a run folder: an exclusive lock of the operating system on `run.lock`.
//!
//! The lock ends with its process, however that ends, so a stale file never stands in the way. The file says
//! who holds it, for people.

use std::{
    fs::{self, File, TryLockError},
    io::{Seek, Write},
    path::Path,
};

use toolwright_core::{Error, Result};

use crate::files::cannot;

pub(crate) const NAME: &str = "run.lock";

/// A folder that no other process writes as long as this is there.
#[derive(Debug)]
pub struct Hold(File);

/// Holds a folder, which must be there, for this process alone. A [`Run`](crate::Run) does so by itself.
///
/// # Errors
/// Another process holds it, or its lock file cannot be written.
pub fn hold(dir: &Path) -> Result<Hold> {
    let path = dir.join(NAME);
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| cannot("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(busy(dir)),
        Err(TryLockError::Error(error)) => return Err(cannot("lock", &path, error)),
    }
    write_holder(&mut file).map_err(|error| cannot("write", &path, error))?;
    Ok(Hold(file))
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn busy(dir: &Path) -> Error {
    let holder = fs::read_to_string(dir.join(NAME)).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let who = holder.map_or_else(|| "another process".to_string(), |pid| format!("process {pid}"));
    Error::new(format!("{who} is writing this run ({NAME}); wait for it, or use another --out"))
        .at(dir.display())
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Nobody holds a finished run; that it says so is a courtesy, so a failure here is nobody's business.
        let _ = self.0.set_len(0);
    }
}
