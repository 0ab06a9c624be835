//! Files, folders and archives: from a path to documents.
//!
//! `specs/` may hold `a.yaml`, `old/b.py`, `c.json.gz` and `dump.tar.zst`; each document in it is read under a name of its own
//! (`old/b.py`, `dump.tar/x/d.json`). How bytes are packed is told by how they begin, so a single file may be called
//! anything; in a folder or archive the endings choose what is read.
//!
//! The paths inside archives are names and nothing else: nothing is written anywhere. What archives unpack to is bounded,
//! and so are folders within folders, the number of files and their sizes together. One bad file never loses the rest. Left
//! out without a word are hidden files (`.git`), told are other kinds of files (by ending), archives inside archives, links
//! inside archives, and folders that links lead to twice.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use toolwright_core::{Error, Result, packed};

use super::{Imported, MAX_BYTES, Skipped, from_bytes, make_unique};

/// Endings of documents that are read in folders and archives.
const ENDINGS: &[&str] = &["json", "jsonl", "yaml", "yml", "csv", "py"];
/// Endings of archives.
const ARCHIVES: &[&str] = &["zip", "tar", "tgz", "tzst"];
/// Endings of packed files, before which another one stands.
const PACKED: &[&str] = &["gz", "zst", "zstd"];

/// What all documents of one import may have together, packed and unpacked, in bytes.
const TOTAL: u64 = 2 << 30;
/// The most files that are looked at.
const FILES: usize = 100_000;
/// Endings of other files that are told apart.
const OTHERS: usize = 50;
/// How deep folders are followed.
const DEPTH: usize = 32;
/// The first bytes of a file; those of a tar archive say so after its first header's name.
const HEAD: u64 = 512;
/// The longest name of a document, in bytes.
const NAME: usize = 300;

/// The tools of a file, of an archive, or of all documents in a folder, by name.
///
/// A file may be packed (gzip, zstd). In a folder, and in a `.zip` or `.tar` archive, `.json`, `.jsonl`, `.yaml`, `.yml`,
/// `.csv` and `.py` are read, packed or not; what cannot be read is skipped with its reason.
///
/// # Errors
/// Says why the file, or the folder or archive as a whole, cannot be read.
pub fn import_path(path: &Path) -> Result<Imported> {
    let place = path.display();
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(error).at(&place))?;
    let mut walk = Walk::default();
    if metadata.is_dir() {
        walk.folder(path, "", 0).map_err(|error| unreadable(error).at(&place))?;
        walk.any("the folder").map_err(|error| error.at(&place))?;
    } else {
        walk.file(path, &file_name(path)).map_err(|error| error.at(&place))?;
    }
    Ok(walk.finish(&file_name(path)))
}

/// The tools of several files, archives and folders together.
///
/// # Errors
/// As [`import_path`], for the first that cannot be read.
pub fn import_paths<P: AsRef<Path>>(paths: &[P]) -> Result<Imported> {
    let imported: Vec<Imported> =
        paths.iter().map(|path| import_path(path.as_ref())).collect::<Result<_>>()?;
    Ok(together(imported))
}

/// What several sources gave, with unique names.
pub fn together(imported: impl IntoIterator<Item = Imported>) -> Imported {
    let mut all = Imported::default();
    for one in imported {
        all.tools.extend(one.tools);
        all.skipped.extend(one.skipped);
    }
    make_unique(&mut all.tools);
    all
}

/// The tools of one file's bytes.
pub(super) fn import(name: &str, bytes: &[u8]) -> Result<Imported> {
    let mut walk = Walk::default();
    walk.open(name, Cursor::new(bytes))?;
    Ok(walk.finish(name))
}

pub(super) fn unreadable(error: std::io::Error) -> Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder; check the path".to_string(),
        _ => format!("cannot be read: {error}"),
    };
    Error::new(why).caused_by(error)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// How bytes are packed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
    Tar,
}

impl Packing {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            _ if head.get(257..262) == Some(b"ustar") => Self::Tar,
            _ => Self::None,
        }
    }
}

/// What a file in a folder or archive is, by its name.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Document,
    Archive,
    Hidden,
    /// Nothing that is read, and its ending.
    Other(String),
}

impl Kind {
    fn of(name: &str) -> Self {
        let hidden = |part: &str| part.starts_with('.') && part != "." && part != ".." || part == "__MACOSX";
        if name.split(['/', '\\']).any(hidden) {
            return Self::Hidden;
        }
        let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let mut endings = base.rsplit('.');
        let mut ending = endings.next().unwrap_or_default();
        if PACKED.contains(&ending) {
            ending = endings.next().unwrap_or_default();
        }
        match ending {
            _ if endings.next().is_none() => {
                Self::Other(base.rsplit_once('.').map_or("", |(_, end)| end).to_string())
            }
            ending if ENDINGS.contains(&ending) => Self::Document,
            ending if ARCHIVES.contains(&ending) => Self::Archive,
            ending => Self::Other(ending.to_string()),
        }
    }
}

/// Where a file is, and so what may still be unpacked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// A file of its own.
    File,
    /// Inside one packing, which may hold an archive.
    Packed,
    /// Inside an archive, which may hold packed documents.
    Archive,
    /// Nothing more is unpacked.
    Last,
}

impl Layer {
    const fn within(self) -> Self {
        match self {
            Self::File => Self::Packed,
            _ => Self::Last,
        }
    }
}

/// One import on its way through files.
struct Walk {
    all: Imported,
    /// Bytes that may still be read.
    left: Rc<Cell<u64>>,
    /// Files that were looked at, of any kind, and documents and archives among them.
    files: usize,
    documents: usize,
    /// Files that are not read: how many there are of an ending, and the first.
    others: BTreeMap<String, (usize, String)>,
    /// Folders that were entered, without links in their paths.
    entered: HashSet<PathBuf>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            all: Imported::default(),
            left: Rc::new(Cell::new(TOTAL)),
            files: 0,
            documents: 0,
            others: BTreeMap::new(),
            entered: HashSet::new(),
        }
    }
}

impl Walk {
    fn skip(&mut self, name: &str, reason: impl Into<String>) {
        self.all.skipped.push(Skipped::new(name, "", reason));
    }

    /// Goes on after a file that cannot be read.
    fn go_on(&mut self, name: &str, done: Result<()>) {
        if let Err(error) = done {
            self.skip(name, error.to_string());
        }
    }

    /// The files of a folder and of those in it, by name.
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> std::io::Result<()> {
        if !self.entered.insert(folder.canonicalize()?) {
            self.skip(prefix, "the folder is reached a second time, by a link");
            return Ok(());
        }
        let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = entries.collect::<std::io::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            let own = file_name(&path);
            let name = if prefix.is_empty() { own.clone() } else { format!("{prefix}/{own}") };
            if Kind::of(&own) == Kind::Hidden {
                continue;
            }
            match std::fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() && depth >= DEPTH => {
                    self.skip(&name, format!("folders are followed {DEPTH} deep"));
                }
                Ok(metadata) if metadata.is_dir() => {
                    let done = self.folder(&path, &name, depth + 1).map_err(unreadable);
                    self.go_on(&name, done);
                }
                Ok(metadata) if metadata.is_file() => match Kind::of(&own) {
                    _ if !self.looks_at(&name) => return Ok(()),
                    Kind::Document | Kind::Archive => {
                        self.documents += 1;
                        let done = self.file(&path, &name);
                        self.go_on(&name, done);
                    }
                    Kind::Other(ending) => self.other(ending, &name),
                    Kind::Hidden => {}
                },
                Ok(_) => {}
                Err(error) => self.go_on(&name, Err(unreadable(error))),
            }
        }
        Ok(())
    }

    fn other(&mut self, ending: String, name: &str) {
        let known = self.others.len() < OTHERS || self.others.contains_key(&ending);
        let ending = if known { ending } else { String::new() };
        self.others.entry(ending).or_insert_with(|| (0, name.to_string())).0 += 1;
    }

    /// Counts a file; says whether it is still to be looked at, and tells where the first is not.
    fn looks_at(&mut self, name: &str) -> bool {
        self.files += 1;
        if self.files == FILES + 1 {
            self.skip(name, format!("more than {FILES} files; this one and the rest are not read"));
        }
        self.files <= FILES
    }

    /// One file; messages do not name it.
    fn file(&mut self, path: &Path, name: &str) -> Result<()> {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return self.open(name, BufReader::new(file));
        }
        // A pipe gives its bytes once.
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        self.open(name, Cursor::new(bytes))
    }

    fn open(&mut self, name: &str, mut file: impl Read + Seek) -> Result<()> {
        let head = head(&mut file)?;
        file.rewind().map_err(unreadable)?;
        if Packing::of(&head) == Packing::Zip {
            return self.zip(name, file);
        }
        let file = self.metered(file);
        self.packed(name, file, Layer::File)
    }

    /// A reader that takes part in what may still be read.
    fn metered<R: Read>(&self, inner: R) -> Metered<R> {
        Metered { inner, left: Rc::clone(&self.left) }
    }

    /// Bytes that may be packed.
    fn packed<'r>(&mut self, name: &str, mut file: impl Read + 'r, layer: Layer) -> Result<()> {
        let head = head(&mut file)?;
        let packing = Packing::of(&head);
        let file = Cursor::new(head).chain(file);
        match (packing, layer) {
            (Packing::None, _) => self.document(name, file),
            (Packing::Tar, Layer::File | Layer::Packed) => self.tar(name, file),
            (Packing::Gzip, Layer::File | Layer::Archive) => {
                let unpacked = self.metered(packed::gzip(file));
                self.unpacked(name, Box::new(unpacked), layer)
            }
            (Packing::Zstd, Layer::File | Layer::Archive) => {
                let unpacked = self.metered(
                    packed::zstd(BufReader::new(file))
                        .map_err(|error| Error::new(format!("cannot be unpacked: {error}")))?,
                );
                self.unpacked(name, Box::new(unpacked), layer)
            }
            (Packing::Zip | Packing::Tar, _) => {
                Err(Error::new("an archive inside another file is not opened; unpack the outer one first"))
            }
            (Packing::Gzip | Packing::Zstd, _) => {
                Err(Error::new("the file is packed twice; unpack it once first"))
            }
        }
    }

    /// Boxed, for types would nest without end otherwise.
    fn unpacked(&mut self, name: &str, file: Box<dyn Read + '_>, layer: Layer) -> Result<()> {
        // The name goes without what is undone, because its ending has a say in how a document is read.
        let stem =
            name.rsplit_once('.').filter(|(_, end)| PACKED.contains(&end.to_ascii_lowercase().as_str()));
        self.packed(stem.map_or(name, |(stem, _)| stem), file, layer.within())
    }

    fn document(&mut self, name: &str, file: impl Read) -> Result<()> {
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let imported = from_bytes(name, &bytes)?;
        self.all.tools.extend(imported.tools);
        self.all.skipped.extend(imported.skipped);
        Ok(())
    }

    fn tar(&mut self, name: &str, file: impl Read) -> Result<()> {
        let mut archive = tar::Archive::new(file);
        for (at, entry) in archive.entries().map_err(unreadable)?.enumerate() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let why = format!("the archive is damaged, or ends, after {at} entries: {error}");
                    self.skip(name, why);
                    break;
                }
            };
            let path = inside(name, &String::from_utf8_lossy(&entry.path_bytes()));
            if !self.looks_at(&path) {
                break;
            }
            match entry.header().entry_type() {
                tar::EntryType::Regular | tar::EntryType::Continuous => self.entry(&path, entry),
                tar::EntryType::Link | tar::EntryType::Symlink if Kind::of(&path) == Kind::Document => {
                    self.skip(&path, "links inside archives are not followed");
                }
                tar::EntryType::GNUSparse => self.skip(&path, "sparse files are not read"),
                _ => {}
            }
        }
        self.any("the archive")
    }

    fn zip(&mut self, name: &str, file: impl Read + Seek) -> Result<()> {
        let broken =
            |error: zip::result::ZipError| Error::new(format!("the archive cannot be read: {error}"));
        let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
        for at in 0..archive.len() {
            let path = archive.name_for_index(at).map(|path| inside(name, path));
            let path = path.unwrap_or_else(|| format!("{name}/{at}"));
            if !self.looks_at(&path) {
                break;
            }
            match archive.by_index(at) {
                Ok(entry) if entry.is_dir() => {}
                Ok(entry) => {
                    let entry = self.metered(entry);
                    self.entry(&path, entry);
                }
                Err(error) => self.skip(&path, format!("cannot be read: {error}")),
            }
        }
        self.any("the archive")
    }

    /// One file of an archive.
    fn entry(&mut self, path: &str, file: impl Read) {
        match Kind::of(path) {
            Kind::Document => {
                self.documents += 1;
                let file: Box<dyn Read + '_> = Box::new(file);
                let done = self.packed(path, file, Layer::Archive);
                self.go_on(path, done);
            }
            Kind::Archive => {
                self.skip(path, "an archive inside an archive is not opened; unpack the outer one first");
            }
            Kind::Other(ending) => self.other(ending, path),
            Kind::Hidden => {}
        }
    }

    /// A folder or archive without a single document is refused.
    fn any(&self, what: &str) -> Result<()> {
        if self.documents > 0 || !self.all.skipped.is_empty() {
            return Ok(());
        }
        let endings = ENDINGS.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(", ");
        Err(Error::new(format!(
            "{what} has no file that ends in {endings}; expected at least one document with tools"
        )))
    }

    fn finish(mut self, name: &str) -> Imported {
        for (ending, (count, first)) in std::mem::take(&mut self.others) {
            let files = if count == 1 { "file" } else { "files" };
            let what = if ending.is_empty() {
                "without a known ending".to_string()
            } else {
                format!("in .{ending}")
            };
            self.skip(name, format!("{count} {files} {what}, such as `{first}`, that no importer knows"));
        }
        make_unique(&mut self.all.tools);
        self.all
    }
}

/// The name of what is inside an archive: its path there, which is nothing but a name.
fn inside(archive: &str, path: &str) -> String {
    let name: String = path.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let from = name.len().saturating_sub(NAME);
    let from = (from..=name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(name.len());
    format!("{archive}/{}", name.get(from..).unwrap_or_default().trim_start_matches("./"))
}

fn head(file: &mut impl Read) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    Ok(head)
}

/// A reader that takes from what all documents of an import may have together.
struct Metered<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => {
                let why = format!("more than {} MB to read, unpacked; import less at once", TOTAL >> 20);
                return Err(std::io::Error::other(why));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LIST: &str = r#"[{"name": "f", "description": "F."}]"#;

    fn list(name: &str) -> Vec<u8> {
        LIST.replace("\"f\"", &format!("\"{name}\"")).into_bytes()
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("packed")
    }

    fn zst(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    /// A tar archive; the paths are written as they are, odd ones too.
    fn tar_of(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, bytes.as_slice()).expect("written");
        }
        builder.into_inner().expect("whole")
    }

    fn zip_of(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in files {
            let method = zip::CompressionMethod::Deflated;
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file(*path, options).expect("started");
            writer.write_all(bytes).expect("written");
        }
        writer.finish().expect("whole").into_inner()
    }

    fn sources(imported: &Imported) -> Vec<(&str, &str)> {
        let tools = imported.tools.iter();
        tools.map(|tool| (tool.name.as_str(), tool.meta.source.as_deref().unwrap_or_default())).collect()
    }

    fn skipped(imported: &Imported) -> Vec<String> {
        imported.skipped.iter().map(|skipped| format!("{}: {}", skipped.source, skipped.reason)).collect()
    }

    fn refusal(bytes: &[u8]) -> String {
        super::super::import_bytes("a", bytes).map(|_| ()).expect_err("refused").to_string()
    }

    #[test]
    fn packed_files_are_unpacked_whatever_they_are_called() {
        let two = [zst(b"[{\"name\": \"f\","), zst(b" \"description\": \"F.\"}]")].concat();
        for bytes in [list("f"), gz(&list("f")), zst(&list("f")), two] {
            let imported = import("f.json.gz", &bytes).expect("one packed file");
            assert_eq!((imported.tools.len(), imported.skipped.len()), (1, 0));
        }
        assert_eq!(sources(&import("f.jsonl.zst", &zst(&list("f"))).expect("one file")), [("f", "f.jsonl")]);
        let python = gz(b"def f(x: int): ...");
        assert_eq!(import("f.py.gz", &python).expect("one file").tools.len(), 1);
        assert!(refusal(&gz(&gz(&list("f")))).contains("packed twice"));
        assert!(refusal(&gz(&zip_of(&[("f.json", list("f"))]))).contains("an archive inside another file"));
        assert!(refusal(b"\x1f\x8b\x08broken").starts_with("a: cannot be read: "));
        assert!(refusal(b"BZh91AY").contains("compressed in a way that is not read"));
    }

    #[test]
    fn archives_are_read_and_bad_files_are_skipped() {
        let files = [
            ("./one.json", list("f")),
            ("../../etc/two.json", list("f")),
            ("/abs/three\n.json", list("f")),
            ("deep/four.json.gz", gz(&list("g"))),
            ("broken.json", b"{".to_vec()),
            ("twice.json.gz", gz(&gz(&list("f")))),
            ("inner.zip", zip_of(&[("x.json", list("x"))])),
            (".hidden/five.json", list("h")),
            ("__MACOSX/six.json", list("h")),
            ("README.md", b"# Tools".to_vec()),
            ("LICENSE", b"MIT".to_vec()),
            ("docs/more.md", b"# More".to_vec()),
        ];
        let tar = tar_of(&files);
        for (name, bytes) in [
            ("a.tar", tar.clone()),
            ("a.tar.gz", gz(&tar)),
            ("a.tar.zst", zst(&tar)),
            ("a.tar", zip_of(&files)),
        ] {
            let imported = import(name, &bytes).expect("an archive");
            let expected = [
                ("f", "a.tar/one.json"),
                ("f_2", "a.tar/../../etc/two.json"),
                ("f_3", "a.tar//abs/three\u{fffd}.json"),
                ("g", "a.tar/deep/four.json"),
            ];
            assert_eq!(sources(&imported), expected);
            let expected = [
                "a.tar/broken.json: the file is no JSON: EOF while parsing an object at line 1 column 1"
                    .to_string(),
                "a.tar/twice.json.gz: the file is packed twice; unpack it once first".to_string(),
                "a.tar/inner.zip: an archive inside an archive is not opened; unpack the outer one first"
                    .to_string(),
                format!(
                    "{name}: 1 file without a known ending, such as `a.tar/LICENSE`, that no importer knows"
                ),
                format!("{name}: 2 files in .md, such as `a.tar/README.md`, that no importer knows"),
            ];
            assert_eq!(skipped(&imported), expected);
        }
    }

    #[test]
    fn damaged_and_empty_archives_say_so() {
        let tar = tar_of(&[("one.json", list("f")), ("two.json", list("g"))]);
        let cut = import("a.tar", tar.get(..1_100).expect("long enough")).expect("one file is whole");
        assert_eq!(sources(&cut), [("f", "a.tar/one.json")]);
        assert!(
            skipped(&cut)[0].starts_with("a.tar: the archive is damaged, or ends, after 1 entries: "),
            "{:?}",
            cut.skipped
        );
        let none = "the archive has no file that ends in .json, .jsonl, .yaml, .yml, .csv, .py; expected at least one document with tools";
        assert_eq!(refusal(&tar_of(&[("README", Vec::new())])), format!("a: {none}"));
        assert_eq!(refusal(&zip_of(&[])), format!("a: {none}"));
        assert!(refusal(b"PK\x03\x04 and no more").starts_with("a: the archive cannot be read: "));
    }

    #[test]
    fn a_bomb_ends() {
        let zeros = vec![b' '; 64 << 20];
        let packed = gz(&zeros);
        assert!(packed.len() < 1 << 20);
        let files: Vec<_> = (0..40).map(|n| (format!("{n}.json"), packed.clone())).collect();
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        let mut walk = Walk::default();
        walk.left.set(100 << 20);
        walk.open("a.zip", Cursor::new(zip_of(&files))).expect("an archive");
        let reasons = skipped(&walk.finish("a.zip"));
        assert_eq!(reasons.len(), 40);
        assert!(reasons[39].contains("more than 2048 MB to read"), "{}", reasons[39]);
    }

    #[test]
    fn folders_are_read_to_their_depths() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("created");
            std::fs::write(path, bytes).expect("written");
        };
        write("b/c/one.JSON", &list("f"));
        write("a.py", b"def f(x: int) -> int:\n    \"\"\"Adds one.\"\"\"\n");
        write("z.tar", &tar_of(&[("x.json", list("x"))]));
        write("b/two.json.zst", &zst(&list("g")));
        write(".git/config.json", &list("h"));
        write("b/c/logo.png", b"\x89PNG");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), folder.path().join("b/loop")).expect("linked");
            std::os::unix::fs::symlink("nowhere.json", folder.path().join("gone.json")).expect("linked");
        }
        let imported = import_path(folder.path()).expect("a folder");
        let expected = [("f", "a.py"), ("one_f", "b/c/one.JSON"), ("g", "b/two.json"), ("x", "z.tar/x.json")];
        assert_eq!(sources(&imported).first(), expected.first());
        assert_eq!(sources(&imported).len(), 4, "{:?}", sources(&imported));
        assert_eq!(sources(&imported).last(), expected.last());
        let reasons = skipped(&imported);
        if cfg!(unix) {
            assert_eq!(reasons[0], "b/loop: the folder is reached a second time, by a link");
            assert_eq!(reasons[1], "gone.json: there is no such file or folder; check the path");
        }
        let png = reasons.last().expect("the picture is told");
        assert!(
            png.ends_with("1 file in .png, such as `b/c/logo.png`, that no importer knows"),
            "{reasons:?}"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_pipe_is_read() {
        use std::os::fd::AsRawFd;
        for bytes in [list("f"), zst(&list("f")), zip_of(&[("f.json", list("f"))])] {
            let (reader, mut writer) = std::io::pipe().expect("a pipe");
            writer.write_all(&bytes).expect("it fits");
            drop(writer);
            let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
            assert_eq!(import_path(Path::new(&path)).expect("a list").tools.len(), 1);
        }
    }

    #[test]
    fn names_say_what_files_are() {
        let cases = [
            ("a.json", Kind::Document),
            ("x/A.PY.GZ", Kind::Document),
            ("a.tar.zst", Kind::Archive),
            ("a.tgz", Kind::Archive),
            ("a.gz", Kind::Other("gz".into())),
            ("json", Kind::Other(String::new())),
            ("a.md", Kind::Other("md".into())),
            ("x\\.git\\a.json", Kind::Hidden),
            ("../a.json", Kind::Document),
        ];
        for (name, kind) in cases {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_archive_is_survived(at in 0usize..2_000, byte in proptest::prelude::any::<u8>(), cut in 0usize..4_000, kind in 0..4) {
            let files = [("one.json", list("f")), ("two.py", b"def f(x: int): ...".to_vec())];
            let tar = tar_of(&files);
            let mut bytes = match kind {
                0 => zip_of(&files),
                1 => gz(&tar),
                2 => zst(&tar),
                _ => tar,
            };
            let length = bytes.len();
            if let Some(place) = bytes.get_mut(at % length) {
                *place = byte;
            }
            bytes.truncate(cut.max(8));
            drop(import("a", &bytes));
        }
    }
}
