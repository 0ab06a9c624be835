//! Files that survive a crash: replaced whole, or appended to and synced.

use std::{
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use toolwright_core::{Error, Result};

/// Between [`Appender::append`] and the kernel: large enough that a write is mostly a copy.
const BUFFER: usize = 256 << 10;

/// "cannot `what`", at this path, with what to do about the usual causes.
pub(crate) fn cannot(what: &str, path: &Path, error: io::Error) -> Error {
    let next = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => "; make room there",
        ErrorKind::NotADirectory | ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; choose a folder that can be written"
        }
        _ => "",
    };
    Error::new(format!("cannot {what}: {error}{next}")).at(path.display()).caused_by(error)
}

/// Reads a file; `None` where there is none.
pub(crate) fn read_if_any(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", path, error)),
    }
}

/// Removes a file; there may be none.
pub(crate) fn remove_if_any(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot("remove", path, error)),
        _ => Ok(()),
    }
}

/// Where [`replace`] writes before it renames.
pub(crate) fn draft_of(name: &str) -> String {
    format!("{name}.tmp")
}

/// Writes a whole file so that a crash leaves the old one or the new one, and nothing between.
pub(crate) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (path, draft) = (dir.join(name), dir.join(draft_of(name)));
    let write = || {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    };
    write().map_err(|error| cannot("write", &path, error))?;
    sync_dir(dir)
}

/// Makes names in a folder durable. Only Unix has a way to; elsewhere a rename is as durable as it gets.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| cannot("sync", dir, error))?;
    }
    Ok(())
}

/// A file that grows by lines, and knows how long it is.
#[derive(Debug)]
pub(crate) struct Appender {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
    lines: u64,
}

impl Appender {
    /// Opens a file to go on after its first `bytes` bytes, which are `lines` lines; what is behind them was
    /// written after the last checkpoint and is cut off.
    pub(crate) fn open(path: PathBuf, bytes: u64, lines: u64) -> Result<Self> {
        let open = || {
            let mut file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.set_len(bytes)?;
            file.seek(SeekFrom::Start(bytes))?;
            Ok(file)
        };
        let file = open().map_err(|error| cannot("open for appending", &path, error))?;
        Ok(Self::over(path, file, bytes, lines))
    }

    pub(crate) fn over(path: PathBuf, file: File, bytes: u64, lines: u64) -> Self {
        Self { path, file: BufWriter::with_capacity(BUFFER, file), bytes, lines }
    }

    pub(crate) fn append(&mut self, line: &str) -> Result<()> {
        self.file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|error| cannot("write", &self.path, error))?;
        self.bytes += line.len() as u64 + 1;
        self.lines += 1;
        Ok(())
    }

    /// Hands everything to the disk.
    pub(crate) fn sync(&mut self) -> Result<()> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_data())
            .map_err(|error| cannot("write", &self.path, error))
    }

    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) const fn lines(&self) -> u64 {
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_named_with_what_to_do() {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let mut appender = Appender::over("runs/a/dialogs.jsonl".into(), full, 0, 0);
        appender.append("{}").expect("still in the buffer");
        let error = appender.sync().expect_err("no room");
        assert_eq!(
            error.to_string(),
            "runs/a/dialogs.jsonl: cannot write: No space left on device (os error 28); make room there"
        );
        let error = appender.append(&"x".repeat(2 * BUFFER)).expect_err("no room").to_string();
        assert!(error.starts_with("runs/a/dialogs.jsonl: cannot write: "), "{error}");
    }

    #[test]
    fn an_appender_goes_on_where_it_was() {
        let scratch = tempfile::tempdir().expect("a folder");
        let path = scratch.path().join("a.jsonl");
        fs::write(&path, "1\n2\n3 cut").expect("written");
        let mut appender = Appender::open(path.clone(), 4, 2).expect("opened");
        appender.append("4").expect("appended");
        appender.sync().expect("synced");
        assert_eq!(fs::read_to_string(path).expect("read"), "1\n2\n4\n");
        assert_eq!((appender.bytes(), appender.lines()), (6, 3));
    }
}
