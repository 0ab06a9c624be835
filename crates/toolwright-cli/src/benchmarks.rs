//! Benchmarks that a set is kept clear of, as they stand in files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toolwright_core::seed::Seed;
use toolwright_verify::dedup::Clear;

use crate::data::Dataset;

/// The items of benchmarks.
pub(crate) struct Benchmarks {
    pub(crate) clear: Clear,
    /// A hash of all items in their order.
    pub(crate) digest: String,
}

impl Benchmarks {
    /// Reads benchmarks: datasets, or folders of them. `option` stands in messages before the path.
    pub(crate) fn read(paths: &[PathBuf], option: &str, threads: usize) -> Result<Self> {
        let (mut clear, mut digest) = (Clear::default(), Seed::new(0));
        for path in paths {
            let files = files(path, option)?;
            let before = clear.len();
            let mut why = None;
            for file in &files {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                // A folder holds other files as well; rows that are no dialogs are none of the benchmark.
                Dataset::open(file, None)?.each(
                    threads,
                    |row| {
                        let read = row.dialog.map(|dialog| {
                            let line = serde_json::to_string(&dialog).context("a dialog cannot be written");
                            (dialog, line)
                        });
                        (row.place, read)
                    },
                    |(place, read)| {
                        match read {
                            Ok((dialog, line)) => {
                                digest = digest.child(&line?);
                                clear.add(format!("{name}:{place}"), &dialog);
                            }
                            Err(error) => {
                                why.get_or_insert(format!("{}:{place}: {error}", file.display()));
                            }
                        }
                        Ok(())
                    },
                )?;
            }
            if clear.len() == before {
                bail!(
                    "{option}{}: no row of it can be read{}",
                    path.display(),
                    why.map(|why| format!("; the first: {why}")).unwrap_or_default()
                );
            }
        }
        Ok(Self { clear, digest: format!("{:016x}", digest.value()) })
    }
}

/// The file, or the files of data in the folder, by name.
fn files(path: &Path, option: &str) -> Result<Vec<PathBuf>> {
    const ENDINGS: [&str; 6] = [".json", ".jsonl", ".json.zst", ".jsonl.zst", ".json.gz", ".jsonl.gz"];
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries =
        std::fs::read_dir(path).with_context(|| format!("{option}{}: cannot be read", path.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.is_file() && ENDINGS.iter().any(|end| file.to_string_lossy().ends_with(end)))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{option}{}: the folder holds no file that ends with {}", path.display(), ENDINGS.join(", "));
    }
    Ok(files)
}
