//! The crate from outside: held to verdicts that others published, and to the official package itself.

mod agents;
mod generate;
mod official;
mod published;
mod worlds;

use std::path::PathBuf;

/// The folder of real data, where there is one.
fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("TOOLWRIGHT_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TOOLWRIGHT_DATA is not set");
    }
    folder
}
