//! A file system: folders, files, and the commands of a shell on them.
//!
//! Folders and files are kept in lists and known by their places, because the official program shares them: a folder that is copied has the same files and folders
//! as the first, and a folder that was moved is what its own folders still call their parent.

use super::Setting;
use super::backend::{Backend, Method, Parameter, dict, error, text, texts};
use crate::python::ops::{
    self, Kind, Object, Order, Outcome, Raised, compare, contains, hashable, is_true, no_attribute, text_of,
};
use crate::python::text::is_space;
use crate::python::{Dict, Value, repr, str_of};

use Parameter::{Needed, Optional};

/// Folders in folders, beyond which Python's stack would end.
const DEEPEST: usize = 900;
/// What a walk through folders meets at the most.
const MOST_MET: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    File(usize),
    Folder(usize),
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    content: Object,
}

#[derive(Clone, Debug)]
struct Folder {
    name: String,
    parent: Option<usize>,
    /// The place of what it holds, which folders can share.
    contents: usize,
}

/// A file system.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    folders: Vec<Folder>,
    contents: Vec<Vec<(String, Item)>>,
    root: usize,
    current: usize,
    large: bool,
}

/// Names may not hold these.
const INVALID: &str = "|/\\?%*:\"><";

impl Files {
    fn folder(&mut self, name: &str, parent: Option<usize>) -> usize {
        self.contents.push(Vec::new());
        self.folders.push(Folder { name: name.to_owned(), parent, contents: self.contents.len() - 1 });
        self.folders.len() - 1
    }

    fn contents(&self, folder: usize) -> &Vec<(String, Item)> {
        &self.contents[self.folders[folder].contents]
    }

    fn contents_mut(&mut self, folder: usize) -> &mut Vec<(String, Item)> {
        let at = self.folders[folder].contents;
        &mut self.contents[at]
    }

    /// Puts an item under a name; what was there is replaced at its place.
    fn put(&mut self, folder: usize, name: &str, item: Item) {
        let contents = self.contents_mut(folder);
        match contents.iter_mut().find(|(known, _)| known == name) {
            Some((_, place)) => *place = item,
            None => contents.push((name.to_owned(), item)),
        }
    }

    fn find_in(&self, folder: usize, name: &str) -> Option<Item> {
        self.contents(folder).iter().find(|(known, _)| known == name).map(|(_, item)| *item)
    }

    /// What a name stands for: a point is the folder itself.
    fn item(&self, folder: usize, name: &str) -> Option<Item> {
        if name == "." { Some(Item::Folder(folder)) } else { self.find_in(folder, name) }
    }

    /// What a name stands for in the current folder, where it has an entry.
    fn entry(&self, name: &Object) -> Outcome<Option<Item>> {
        hashable(name)?;
        let Some(name) = name.as_str() else { return Ok(None) };
        Ok(self.find_in(self.current, name).and_then(|_| self.item(self.current, name)))
    }

    fn remove(&mut self, folder: usize, name: &str) {
        self.contents_mut(folder).retain(|(known, _)| known != name);
    }

    fn add_file(&mut self, folder: usize, name: &str, content: Object) -> Outcome<()> {
        if self.find_in(folder, name).is_some() {
            let own = &self.folders[folder].name;
            return Err(Raised::of_value(format!("File '{name}' already exists in directory '{own}'.")));
        }
        self.files.push(File { name: name.to_owned(), content });
        let file = Item::File(self.files.len() - 1);
        self.put(folder, name, file);
        Ok(())
    }

    fn add_folder(&mut self, folder: usize, name: &str) -> Outcome<usize> {
        if self.find_in(folder, name).is_some() {
            let own = &self.folders[folder].name;
            return Err(Raised::of_value(format!("Directory '{name}' already exists in directory '{own}'.")));
        }
        let added = self.folder(name, Some(folder));
        self.put(folder, name, Item::Folder(added));
        Ok(added)
    }

    /// Fills a folder from a first state.
    fn fill(&mut self, folder: usize, start: &Dict<'static>, setting: &Setting, depth: usize) -> Outcome<()> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        let mut innermost = true;
        for (name, item) in start.iter() {
            let name = name.as_str().ok_or_else(|| Raised::other("a name that is no text"))?;
            match ops::member(item, "type")?.as_str() {
                Some("directory") => {
                    innermost = false;
                    let added = self.folder(name, Some(folder));
                    let contents = ops::dict_of(ops::member(item, "contents")?, "items")?;
                    self.fill(added, contents, setting, depth + 1)?;
                    self.put(folder, name, Item::Folder(added));
                }
                Some("file") => {
                    let mut content = ops::member(item, "content")?.clone();
                    if let Some(large) = &setting.large
                        && !large.list("FILES_TAIL_USED")?.iter().any(|known| known.as_str() == Some(name))
                    {
                        let whole = [str_of(&content), str_of(large.get("FILE_CONTENT_EXTENSION")?)].concat();
                        content = text(whole);
                    }
                    self.files.push(File { name: name.to_owned(), content });
                    let file = Item::File(self.files.len() - 1);
                    self.put(folder, name, file);
                }
                _ => {}
            }
        }
        if let Some(large) = setting.large.as_ref().filter(|_| innermost) {
            for name in large.list("POPULATE_FILE_EXTENSION")? {
                self.add_file(folder, &str_of(name), text(""))?;
            }
        }
        Ok(())
    }

    fn pwd(&self) -> Outcome {
        let mut path = Vec::new();
        let mut folder = Some(self.current);
        while let Some(at) = folder {
            path.push(self.folders[at].name.as_str());
            folder = self.folders[at].parent;
        }
        path.reverse();
        Ok(dict([("current_working_directory", text(format!("/{}", path.join("/"))))]))
    }

    fn ls(&self, all: &Object) -> Outcome {
        let all = is_true(all);
        let names = self.contents(self.current).iter().map(|(name, _)| name.as_str());
        let shown = names.filter(|name| all || !name.starts_with('.'));
        Ok(dict([("current_directory_content", texts(shown))]))
    }

    fn cd(&mut self, folder: &Object) -> Outcome {
        let folder = text_of(folder, "rstrip")?.trim_end_matches('/');
        let folder = if folder.is_empty() { "/" } else { folder };
        if ![".", "..", "/"].contains(&folder) && folder.contains('/') {
            return error(format!(
                "cd: {folder}: Unsupported path. Only one folder level at a time is supported."
            ));
        }
        if folder == ".." {
            if let Some(parent) = self.folders[self.current].parent {
                self.current = parent;
            } else if self.same(self.root, self, self.current, 0)? {
                return error("Current directory is already the root. Cannot go back.");
            } else {
                return error("cd: ..: No such directory");
            }
            return Ok(Value::Dict(Dict::default()));
        }
        match self.walk_to(folder) {
            Err(why) => error(why),
            Ok(folder) => {
                self.current = folder;
                Ok(dict([("current_working_directory", text(self.folders[folder].name.as_str()))]))
            }
        }
    }

    /// The folder at a path, or what is said of there being none.
    fn walk_to(&self, path: &str) -> std::result::Result<usize, String> {
        match path {
            "." => return Ok(self.current),
            "/" => return Ok(self.root),
            _ => {}
        }
        let mut folder = if path.starts_with('/') { self.root } else { self.current };
        for name in path.trim_matches('/').split('/') {
            match self.item(folder, name) {
                Some(Item::Folder(next)) => folder = next,
                _ => return Err(format!("cd: '{path}': No such file or directory")),
            }
        }
        Ok(folder)
    }

    fn mkdir(&mut self, name: &Object) -> Outcome {
        if !is_valid(name)? {
            let name = str_of(name);
            return error(format!("mkdir: cannot create directory '{name}': Invalid character"));
        }
        if self.entry(name)?.is_some() {
            return error(format!("mkdir: cannot create directory '{}': File exists", str_of(name)));
        }
        self.add_folder(self.current, name_of(name)?)?;
        Ok(Value::None)
    }

    fn touch(&mut self, name: &Object) -> Outcome {
        if !is_valid(name)? {
            return error(format!("touch: cannot touch '{}': Invalid character", str_of(name)));
        }
        if self.entry(name)?.is_some() {
            return error(format!("touch: cannot touch '{}': File exists", str_of(name)));
        }
        self.add_file(self.current, name_of(name)?, text(""))?;
        Ok(Value::None)
    }

    fn echo(&mut self, content: &Object, name: &Object) -> Outcome {
        let shown = || Ok(dict([("terminal_output", content.clone())]));
        if *name == Value::None {
            return shown();
        }
        if !is_valid(name)? {
            return error(format!("echo: cannot write to '{}': Invalid character", str_of(name)));
        }
        if !is_true(name) {
            return shown();
        }
        match self.entry(name)? {
            None => error(format!("echo: cannot write to '{}': No such file", str_of(name))),
            Some(Item::Folder(_)) => Err(Raised::other("'Directory' object has no attribute '_write'")),
            Some(Item::File(file)) => {
                self.files[file].content = content.clone();
                Ok(Value::None)
            }
        }
    }

    fn cat(&self, name: &Object) -> Outcome {
        if !is_valid(name)? {
            return error(format!("cat: '{}': Invalid character", str_of(name)));
        }
        match self.entry(name)? {
            Some(Item::File(file)) => Ok(dict([("file_content", self.files[file].content.clone())])),
            Some(Item::Folder(_)) => error(format!("cat: '{}': Is a directory", str_of(name))),
            None => error(format!("cat: '{}': No such file or directory", str_of(name))),
        }
    }

    fn find(&self, path: &Object, name: &Object) -> Outcome {
        let folder = match path {
            Value::None => self.current,
            path => match self.walk_to(text_of(path, "strip")?) {
                Ok(folder) => folder,
                Err(why) => return error(why.replacen("cd:", "find:", 1)),
            },
        };
        let base = text_of(path, "rstrip")?.trim_end_matches('/');
        let mut search = Search { files: self, name, met: 0, found: Vec::new() };
        search.folder(folder, base, 0)?;
        Ok(dict([("matches", Value::List(search.found))]))
    }

    /// The content of a file in the current folder; none where there is no such file.
    fn content(&self, name: &Object) -> Outcome<Option<&Object>> {
        Ok(match self.entry(name)? {
            Some(Item::File(file)) => Some(&self.files[file].content),
            _ => None,
        })
    }

    fn wc(&self, name: &Object, mode: &Object) -> Outcome {
        let mode = match mode.as_str() {
            Some(mode @ ("l" | "w" | "c")) => mode,
            _ => return error(format!("wc: invalid mode '{}'", str_of(mode))),
        };
        let Some(content) = self.content(name)? else {
            return error(format!("wc: {}: No such file or directory", str_of(name)));
        };
        let (count, kind) = match (mode, content) {
            ("l", content) => (split_lines(content)?.len(), "lines"),
            ("w", content) => {
                (text_of(content, "split")?.split(is_space).filter(|word| !word.is_empty()).count(), "words")
            }
            (_, Value::Str(content)) => (content.chars().count(), "characters"),
            (_, Value::List(items) | Value::Tuple(items)) => (items.len(), "characters"),
            (_, Value::Dict(dict)) => (dict.len(), "characters"),
            (_, other) => {
                return Err(Raised::of_type(format!("object of type '{}' has no len()", ops::kind(other))));
            }
        };
        Ok(dict([("count", Value::Int(count as i64)), ("type", text(kind))]))
    }

    fn sort(&self, name: &Object) -> Outcome {
        let Some(content) = self.content(name)? else {
            return error(format!("sort: {}: No such file or directory", str_of(name)));
        };
        let mut lines = split_lines(content)?;
        lines.sort_unstable();
        Ok(dict([("sorted_content", text(lines.join("\n")))]))
    }

    fn grep(&self, name: &Object, pattern: &Object) -> Outcome {
        let Some(content) = self.content(name)? else {
            return error(format!("grep: {}: No such file or directory", str_of(name)));
        };
        let mut matching = Vec::new();
        for line in split_lines(content)? {
            let line = text(line);
            if contains(&line, pattern)? {
                matching.push(line);
            }
        }
        Ok(dict([("matching_lines", Value::List(matching))]))
    }

    fn du(&self, readable: &Object) -> Outcome {
        let mut met = 0;
        let size = self.size(Item::Folder(self.current), 0, &mut met)?;
        let shown = if is_true(readable) {
            let mut size = size as f64;
            let mut units = ["B", "KB", "MB", "GB", "TB"].into_iter();
            loop {
                match units.next() {
                    Some(unit) if size < 1024.0 => break format!("{size:.2} {unit}"),
                    Some(_) => size /= 1024.0,
                    None => break format!("{size:.2} PB"),
                }
            }
        } else {
            format!("{size} bytes")
        };
        Ok(dict([("disk_usage", text(shown))]))
    }

    fn size(&self, item: Item, depth: usize, met: &mut usize) -> Outcome<u64> {
        *met += 1;
        if depth > DEEPEST || *met > MOST_MET {
            return Err(too_deep());
        }
        match item {
            Item::File(file) => Ok(text_of(&self.files[file].content, "encode")?.len() as u64),
            Item::Folder(folder) => {
                let sizes = self.contents(folder).iter().map(|(_, item)| self.size(*item, depth + 1, met));
                sizes.sum()
            }
        }
    }

    fn tail(&self, name: &Object, lines: &Object) -> Outcome {
        let Some(content) = self.content(name)? else {
            return error(format!("tail: {}: No such file or directory", str_of(name)));
        };
        let content = split_lines(content)?;
        let length = Value::Int(content.len() as i64);
        let lines = if compare(lines, Order::Greater, &length)? { &length } else { lines };
        let from = match lines.as_whole() {
            Some(lines) => i64::try_from(-lines).unwrap_or(i64::MAX),
            None => {
                let why = "slice indices must be integers or None or have an __index__ method";
                return Err(Raised::of_type(why));
            }
        };
        let from = if from < 0 { (content.len() as i64).saturating_add(from).max(0) } else { from };
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(content.len());
        Ok(dict([("last_lines", text(content[from..].join("\n")))]))
    }

    fn diff(&self, first: &Object, second: &Object) -> Outcome {
        let none =
            || error(format!("diff: {} or {}: No such file or directory", str_of(first), str_of(second)));
        let Some(one) = self.entry(first)? else { return none() };
        let Some(two) = self.entry(second)? else { return none() };
        let (Item::File(one), Item::File(two)) = (one, two) else { return none() };
        let (one, two) = (split_lines(&self.files[one].content)?, split_lines(&self.files[two].content)?);
        let lines = one.iter().zip(&two).filter(|(one, two)| one != two);
        let lines: Vec<String> = lines.map(|(one, two)| format!("- {one}\n+ {two}")).collect();
        Ok(dict([("diff_lines", text(lines.join("\n")))]))
    }

    fn mv(&mut self, source: &Object, destination: &Object) -> Outcome {
        let Some(item) = self.entry(source)? else {
            return error(format!("mv: cannot move '{}': No such file or directory", str_of(source)));
        };
        if contains(destination, &text("/"))? {
            return error("mv: path not allowed in destination. Provide only a file or directory name.");
        }
        let (from, to) = (str_of(source), str_of(destination));
        match self.entry(destination)? {
            Some(Item::Folder(folder)) => {
                if self.find_in(folder, &from).is_some() {
                    return error(format!("mv: cannot move '{from}' to '{to}/{from}': File exists"));
                }
                self.remove(self.current, &from);
                self.place(item, folder, &from, false)?;
                Ok(dict([("result", text(format!("'{from}' moved to '{to}/{from}'")))]))
            }
            Some(Item::File(_)) => error(format!("mv: cannot move '{from}' to '{to}': Not a directory")),
            None => {
                let name = name_of(destination)?.to_owned();
                self.remove(self.current, &from);
                self.place(item, self.current, &name, false)?;
                Ok(dict([("result", text(format!("'{from}' moved to '{to}'")))]))
            }
        }
    }

    fn cp(&mut self, source: &Object, destination: &Object) -> Outcome {
        let Some(item) = self.entry(source)? else {
            return error(format!("cp: cannot copy '{}': No such file or directory", str_of(source)));
        };
        if contains(destination, &text("/"))? {
            return error("cp: path not allowed in destination. Provide only a file or directory name.");
        }
        let (from, to) = (str_of(source), str_of(destination));
        match self.entry(destination)? {
            Some(Item::Folder(folder)) => {
                self.place(item, folder, &from, true)?;
                Ok(dict([("result", text(format!("'{from}' copied to '{to}/{from}'")))]))
            }
            Some(Item::File(_)) => error(format!("cp: cannot copy '{from}' to '{to}': Not a directory")),
            None => {
                let name = name_of(destination)?.to_owned();
                self.place(item, self.current, &name, true)?;
                Ok(dict([("result", text(format!("'{from}' copied to '{to}'")))]))
            }
        }
    }

    /// Puts a file's copy, or a new folder with what a folder holds, into a folder. Of a copied folder the list is a new one, and what stands in it is shared.
    fn place(&mut self, item: Item, folder: usize, name: &str, copied: bool) -> Outcome<()> {
        match item {
            Item::File(file) => {
                let content = self.files[file].content.clone();
                self.add_file(folder, name, content)
            }
            Item::Folder(source) => {
                let added = self.add_folder(folder, name)?;
                if copied {
                    let contents = self.contents(source).clone();
                    *self.contents_mut(added) = contents;
                } else {
                    self.folders[added].contents = self.folders[source].contents;
                }
                Ok(())
            }
        }
    }

    fn rm(&mut self, name: &Object) -> Outcome {
        let shown = str_of(name);
        if self.entry(name)?.is_none() {
            return error(format!("rm: cannot remove '{shown}': No such file or directory"));
        }
        self.remove(self.current, &shown);
        Ok(dict([("result", text(format!("'{shown}' removed")))]))
    }

    fn rmdir(&mut self, name: &Object) -> Outcome {
        let shown = str_of(name);
        match self.entry(name)? {
            None => error(format!("rmdir: cannot remove '{shown}': No such file or directory")),
            Some(Item::File(_)) => error(format!("rmdir: cannot remove '{shown}': Not a directory")),
            Some(Item::Folder(folder)) if !self.contents(folder).is_empty() => {
                error(format!("rmdir: cannot remove '{shown}': Directory not empty"))
            }
            Some(Item::Folder(_)) => {
                self.remove(self.current, &shown);
                Ok(dict([("result", text(format!("'{shown}' removed")))]))
            }
        }
    }

    /// Whether two folders have one name and equal contents.
    fn same(&self, own: usize, other: &Self, beside: usize, depth: usize) -> Outcome<bool> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        if std::ptr::eq(self, other) && own == beside {
            return Ok(true);
        }
        let (contents, others) = (self.contents(own), other.contents(beside));
        if self.folders[own].name != other.folders[beside].name || contents.len() != others.len() {
            return Ok(false);
        }
        for (at, (name, item)) in contents.iter().enumerate() {
            // Nearly always both have the same order.
            let found = others.get(at).filter(|(other, _)| other == name).map(|(_, item)| *item);
            let same = match (item, found.or_else(|| other.find_in(beside, name))) {
                (Item::File(file), Some(Item::File(beside))) => {
                    let (file, beside) = (&self.files[*file], &other.files[beside]);
                    file.name == beside.name && file.content == beside.content
                }
                (Item::Folder(folder), Some(Item::Folder(beside))) => {
                    self.same(*folder, other, beside, depth + 1)?
                }
                _ => false,
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A folder as messages show it.
    fn write_folder(&self, out: &mut String, folder: usize, depth: usize, met: &mut usize) {
        *met += 1;
        if depth > DEEPEST || *met > MOST_MET {
            out.push('…');
            return;
        }
        let Folder { name, parent, .. } = &self.folders[folder];
        let parent = parent.map_or("None", |parent| self.folders[parent].name.as_str());
        out.push_str(&format!("<Directory: {name}, Parent: {parent}, Contents: {{"));
        for (at, (name, item)) in self.contents(folder).iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            out.push_str(&format!("{comma}{}: ", repr(&text(name.as_str()))));
            match item {
                Item::Folder(folder) => self.write_folder(out, *folder, depth + 1, met),
                Item::File(file) => {
                    let File { name, content } = &self.files[*file];
                    out.push_str(&format!("<<File: {name}, Content: {}>>", str_of(content)));
                }
            }
        }
        out.push_str("}>");
    }
}

/// A walk for names that hold a text.
struct Search<'f> {
    files: &'f Files,
    name: &'f Object,
    met: usize,
    found: Vec<Object>,
}

impl Search<'_> {
    fn folder(&mut self, folder: usize, base: &str, depth: usize) -> Outcome<()> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        for (name, item) in self.files.contents(folder) {
            self.met += 1;
            if self.met > MOST_MET {
                return Err(Raised::too_large());
            }
            let path = format!("{base}/{name}");
            if *self.name == Value::None || contains(&text(name.as_str()), self.name)? {
                self.found.push(text(path.as_str()));
            }
            if let Item::Folder(folder) = item {
                self.folder(*folder, &path, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn too_deep() -> Raised {
    Raised::new(Kind::Recursion, "maximum recursion depth exceeded")
}

/// Whether a name holds none of the characters that are not allowed.
fn is_valid(name: &Object) -> Outcome<bool> {
    if let Value::Str(name) = name {
        return Ok(!name.contains(|next| INVALID.contains(next)));
    }
    for next in INVALID.chars() {
        if contains(name, &text(next.to_string()))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A name that is to be given. Python takes other keys, too; ours are texts.
fn name_of(name: &Object) -> Outcome<&str> {
    name.as_str().ok_or_else(|| no_attribute(name, "startswith"))
}

/// `str.splitlines()`.
fn split_lines(content: &Object) -> Outcome<Vec<&str>> {
    let mut rest = text_of(content, "splitlines")?;
    let mut lines = Vec::new();
    let ends = |next: char| {
        matches!(
            next,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    while let Some(at) = rest.find(ends) {
        lines.push(&rest[..at]);
        let end = &rest[at..];
        let length = if end.starts_with("\r\n") { 2 } else { end.chars().next().map_or(1, char::len_utf8) };
        rest = &end[length..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    Ok(lines)
}

fn falsehood() -> Object {
    Value::Bool(false)
}

fn nothing() -> Object {
    Value::None
}

impl Backend for Files {
    const NAME: &'static str = "GorillaFileSystem";
    const METHODS: &'static [Method<Self>] = &[
        Method("pwd", &[], |fs, _| fs.pwd()),
        Method("ls", &[Optional("a", falsehood)], |fs, a| fs.ls(&a[0])),
        Method("cd", &[Needed("folder")], |fs, a| fs.cd(&a[0])),
        Method("mkdir", &[Needed("dir_name")], |fs, a| fs.mkdir(&a[0])),
        Method("touch", &[Needed("file_name")], |fs, a| fs.touch(&a[0])),
        Method("echo", &[Needed("content"), Optional("file_name", nothing)], |fs, a| fs.echo(&a[0], &a[1])),
        Method("cat", &[Needed("file_name")], |fs, a| fs.cat(&a[0])),
        Method("find", &[Optional("path", || text(".")), Optional("name", nothing)], |fs, a| {
            fs.find(&a[0], &a[1])
        }),
        Method("wc", &[Needed("file_name"), Optional("mode", || text("l"))], |fs, a| fs.wc(&a[0], &a[1])),
        Method("sort", &[Needed("file_name")], |fs, a| fs.sort(&a[0])),
        Method("grep", &[Needed("file_name"), Needed("pattern")], |fs, a| fs.grep(&a[0], &a[1])),
        Method("du", &[Optional("human_readable", falsehood)], |fs, a| fs.du(&a[0])),
        Method("tail", &[Needed("file_name"), Optional("lines", || Value::Int(10))], |fs, a| {
            fs.tail(&a[0], &a[1])
        }),
        Method("diff", &[Needed("file_name1"), Needed("file_name2")], |fs, a| fs.diff(&a[0], &a[1])),
        Method("mv", &[Needed("source"), Needed("destination")], |fs, a| fs.mv(&a[0], &a[1])),
        Method("rm", &[Needed("file_name")], |fs, a| fs.rm(&a[0])),
        Method("rmdir", &[Needed("dir_name")], |fs, a| fs.rmdir(&a[0])),
        Method("cp", &[Needed("source"), Needed("destination")], |fs, a| fs.cp(&a[0], &a[1])),
    ];

    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut files = Self { large: setting.large.is_some(), ..Self::default() };
        match start.get("root") {
            None => drop(files.folder("/", None)),
            Some(root) => {
                let root = ops::dict_of(root, "keys")?;
                let (name, whole) =
                    root.iter().next().ok_or_else(|| Raised::other("list index out of range"))?;
                files.folder(&str_of(name), None);
                let contents = ops::dict_of(ops::member(whole, "contents")?, "items")?;
                files.fill(0, contents, setting, 0)?;
            }
        }
        Ok(files)
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        let mut root = String::new();
        self.write_folder(&mut root, self.root, 0, &mut 0);
        vec![("long_context", Value::Bool(self.large)), ("root", text(root))]
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        let mut differing = Vec::new();
        if self.large != other.large {
            differing.push("long_context");
        }
        if !self.same(self.root, other, other.root, 0)? {
            differing.push("root");
        }
        Ok(differing)
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        let place = |place: usize| Value::Int(place as i64);
        let file = |file: &File| Value::Tuple(vec![text(file.name.as_str()), file.content.clone()]);
        let folder = |folder: &Folder| {
            let parent = folder.parent.map_or(Value::None, place);
            Value::Tuple(vec![text(folder.name.as_str()), parent, place(folder.contents)])
        };
        let entry = |(name, item): &(String, Item)| {
            let (is_folder, at) = match item {
                Item::File(file) => (false, *file),
                Item::Folder(folder) => (true, *folder),
            };
            Value::Tuple(vec![text(name.as_str()), Value::Bool(is_folder), place(at)])
        };
        let contents = |entries: &Vec<(String, Item)>| Value::List(entries.iter().map(entry).collect());
        vec![
            ("files", Value::List(self.files.iter().map(file).collect())),
            ("folders", Value::List(self.folders.iter().map(folder).collect())),
            ("contents", Value::List(self.contents.iter().map(contents).collect())),
            ("places", Value::Tuple(vec![place(self.root), place(self.current)])),
            ("large", Value::Bool(self.large)),
        ]
    }

    fn restore(saved: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        let wrong = || Raised::other("no saved file system");
        let list = |name: &str| match saved.get(name) {
            Some(Value::List(items)) => Ok(items),
            _ => Err(wrong()),
        };
        let (files, folders, contents) = (list("files")?, list("folders")?, list("contents")?);
        let below = |value: &Object, most: usize| match value {
            Value::Int(at) => usize::try_from(*at).ok().filter(|at| *at < most).ok_or_else(wrong),
            _ => Err(wrong()),
        };
        let named = |value: &Object| value.as_str().map(str::to_owned).ok_or_else(wrong);
        let file = |file: &Object| match file {
            Value::Tuple(parts) if parts.len() == 2 => {
                Ok(File { name: named(&parts[0])?, content: parts[1].clone() })
            }
            _ => Err(wrong()),
        };
        let folder = |folder: &Object| match folder {
            Value::Tuple(parts) if parts.len() == 3 => {
                let parent = match &parts[1] {
                    Value::None => None,
                    parent => Some(below(parent, folders.len())?),
                };
                Ok(Folder { name: named(&parts[0])?, parent, contents: below(&parts[2], contents.len())? })
            }
            _ => Err(wrong()),
        };
        let entry = |entry: &Object| match entry {
            Value::Tuple(parts) if parts.len() == 3 => {
                let item = match parts[1] {
                    Value::Bool(true) => Item::Folder(below(&parts[2], folders.len())?),
                    _ => Item::File(below(&parts[2], files.len())?),
                };
                Ok((named(&parts[0])?, item))
            }
            _ => Err(wrong()),
        };
        let entries = |entries: &Object| match entries {
            Value::List(items) => items.iter().map(entry).collect::<Outcome<Vec<_>>>(),
            _ => Err(wrong()),
        };
        let (root, current) = match saved.get("places") {
            Some(Value::Tuple(places)) if places.len() == 2 => {
                (below(&places[0], folders.len())?, below(&places[1], folders.len())?)
            }
            _ => return Err(wrong()),
        };
        let restored = Self {
            files: files.iter().map(file).collect::<Outcome<_>>()?,
            folders: folders.iter().map(folder).collect::<Outcome<_>>()?,
            contents: contents.iter().map(entries).collect::<Outcome<_>>()?,
            root,
            current,
            large: saved.get("large").is_some_and(is_true),
        };
        // A folder that lies in itself would make the way up endless.
        let endless = (0..restored.folders.len()).any(|folder| {
            let up = std::iter::successors(Some(folder), |at| restored.folders[*at].parent);
            up.take(restored.folders.len() + 1).count() > restored.folders.len()
        });
        if endless { Err(wrong()) } else { Ok(restored) }
    }
}

#[cfg(test)]
mod tests {
    use crate::world::{Setting, World};

    fn run(calls: &[(&str, &str)]) {
        let start = r#"{"GorillaFileSystem": {"root": {"home": {"type": "directory", "contents": {
            "a": {"type": "directory", "contents": {"b": {"type": "directory", "contents": {}}, "f.txt": {"type": "file", "content": "two\none\n"}}},
            ".h": {"type": "file", "content": "é"}}}}}}"#;
        let mut world = World::new(&["GorillaFileSystem"], start, &Setting::default()).expect("a world");
        for (call, expected) in calls {
            assert_eq!(world.run(call), *expected, "{call}");
        }
    }

    #[test]
    fn a_moved_folder_is_still_what_its_folders_call_their_parent() {
        run(&[
            ("mv('a', 'z')", r#"{"result": "'a' moved to 'z'"}"#),
            ("cd('z')", r#"{"current_working_directory": "z"}"#),
            ("cd('b')", r#"{"current_working_directory": "b"}"#),
            ("pwd()", r#"{"current_working_directory": "/home/a/b"}"#),
        ]);
    }

    #[test]
    fn a_copied_folder_shares_its_files() {
        run(&[
            ("cp('a', 'z')", r#"{"result": "'a' copied to 'z'"}"#),
            ("cd('z')", r#"{"current_working_directory": "z"}"#),
            ("echo('new', 'f.txt')", "None"),
            ("touch('own')", "None"),
            ("cd('..')", "{}"),
            ("cd('a')", r#"{"current_working_directory": "a"}"#),
            ("cat('f.txt')", r#"{"file_content": "new"}"#),
            ("ls()", r#"{"current_directory_content": ["b", "f.txt"]}"#),
        ]);
    }

    #[test]
    fn a_folder_in_itself_ends_in_an_error() {
        run(&[
            ("cp('a', 'a')", r#"{"result": "'a' copied to 'a/a'"}"#),
            ("find()", "Error during execution: maximum recursion depth exceeded"),
            ("du()", "Error during execution: maximum recursion depth exceeded"),
        ]);
    }

    #[test]
    fn commands_say_what_the_official_ones_say() {
        run(&[
            ("ls()", r#"{"current_directory_content": ["a"]}"#),
            ("ls(a=True)", r#"{"current_directory_content": ["a", ".h"]}"#),
            ("cat('.h')", r#"{"file_content": "\u00e9"}"#),
            ("du()", r#"{"disk_usage": "10 bytes"}"#),
            ("du(human_readable=True)", r#"{"disk_usage": "10.00 B"}"#),
            ("find(path='a', name='f')", r#"{"matches": ["a/f.txt"]}"#),
            ("find(path='x')", r#"{"error": "find: 'x': No such file or directory"}"#),
            (
                "cd('a/b')",
                r#"{"error": "cd: a/b: Unsupported path. Only one folder level at a time is supported."}"#,
            ),
            ("cd('a/')", r#"{"current_working_directory": "a"}"#),
            ("sort('f.txt')", r#"{"sorted_content": "one\ntwo"}"#),
            ("wc('f.txt')", r#"{"count": 2, "type": "lines"}"#),
            ("wc('f.txt', 'c')", r#"{"count": 8, "type": "characters"}"#),
            ("tail('f.txt', lines=1)", r#"{"last_lines": "one"}"#),
            ("tail('f.txt', lines=0)", r#"{"last_lines": "two\none"}"#),
            ("touch(5)", "Error during execution: argument of type 'int' is not iterable"),
            (
                "mkdir(dir_name='x*')",
                r#"{"error": "mkdir: cannot create directory 'x*': Invalid character"}"#,
            ),
            ("rmdir('b')", r#"{"result": "'b' removed"}"#),
            ("cd('..')", "{}"),
            ("cd('..')", r#"{"error": "Current directory is already the root. Cannot go back."}"#),
        ]);
    }
}
