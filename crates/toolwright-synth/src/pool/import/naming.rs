//! Readable names for operations.
//!
//! An `operationId` is the author's own name and is kept, in `snake_case`, where a person can read it; what code
//! generators add to it goes (`UsingGET`, `Controller_`, the method before a verb, hashes at the end). Otherwise the
//! name is made from the method and the words of the path: `GET /v1/users/{id}/posts` is `list_user_posts`.

use std::collections::{HashMap, HashSet};

/// The longest name that chat APIs take.
pub(super) const LONGEST: usize = 64;

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/// Verbs that make sense without the HTTP method before them, and before which it is noise.
const VERBS: &[&str] = &[
    "accept", "activate", "add", "apply", "approve", "assign", "authorize", "calculate", "cancel", "change",
    "check", "clear", "close", "complete", "confirm", "convert", "copy", "count", "create", "deactivate",
    "debit", "decline", "defend", "delete", "disable", "download", "edit", "enable", "end", "execute",
    "export", "fetch", "find", "generate", "get", "import", "invite", "issue", "list", "load", "lookup",
    "merge", "modify", "move", "notify", "open", "patch", "pause", "publish", "query", "read", "refresh",
    "refund", "register", "reject", "remove", "replace", "request", "reset", "restore", "resume", "retrieve",
    "revoke", "save", "search", "send", "set", "start", "stop", "store", "submit", "supply", "sync",
    "transfer", "update", "upload", "upsert", "validate", "verify", "void",
];

/// Names that say nothing on their own.
const EMPTY: &[&str] = &[
    "get", "list", "index", "show", "create", "update", "delete", "post", "put", "patch", "find", "find_all",
    "find_one", "get_all", "all", "read", "remove", "add", "edit", "store", "fetch", "operation", "default",
    "handler", "call", "run", "execute", "retrieve", "search", "query", "save", "set",
];

/// What an operation may be called, best first.
pub(super) fn candidates(id: Option<&str>, method: &str, path: &str) -> Vec<String> {
    let from_path = words_of_path(method, path);
    let by: Vec<String> =
        path.split('{').skip(1).filter_map(|part| part.split('}').next()).flat_map(words).collect();
    let apart = short([from_path.clone(), vec!["by".to_string()], by].concat());
    let from_path = short(from_path);
    let Some(id) = id.filter(|id| !is_the_path(id, method, path)) else {
        return vec![from_path, apart];
    };
    let clean = said(words(&without_noise(id, method, path)), method);
    let whole = short(with_verb(words(id), method));
    let mut names = if is_readable(&clean) { vec![clean, whole, from_path] } else { vec![from_path, whole] };
    names.push(apart);
    names.retain(|name| !name.is_empty());
    names
}

/// Names that are taken.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// Where counting goes on for a name, so that a thousand tools of one name are numbered in one pass.
    counts: HashMap<String, usize>,
}

impl Names {
    /// The first of these names that is free, or the first with a number; takes it.
    pub(super) fn take(&mut self, names: &[String]) -> String {
        if let Some(free) = names.iter().find(|name| !self.taken.contains(*name)) {
            self.taken.insert(free.clone());
            return free.clone();
        }
        let first = names.first().map_or("tool", String::as_str);
        let count = self.counts.entry(first.to_string()).or_insert(1);
        loop {
            *count += 1;
            let name = numbered(first, *count);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn numbered(name: &str, n: usize) -> String {
    let tail = format!("_{n}");
    let head: String = name.chars().take(LONGEST - tail.len()).collect();
    head + &tail
}

/// The words of an identifier, in lower case: `getHTTPStatus-v2` is `get`, `http`, `status`, `v2`.
pub(super) fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().take(400).collect();
    let mut words = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let plural = next == 's' && !chars.get(at + 2).is_some_and(|c| c.is_ascii_lowercase());
        let starts = c.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || previous.is_ascii_digit()
                || previous.is_ascii_uppercase() && next.is_ascii_lowercase() && !plural);
        let counted = c.is_ascii_digit() && words.last().is_some_and(|word| word == "get");
        if starts || counted || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words as a name of at most 64 characters.
pub(super) fn short(words: Vec<String>) -> String {
    let mut name = String::new();
    for word in words {
        let word: String = word.chars().take(LONGEST).collect();
        if name.len() + 1 + word.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&word);
    }
    name
}

/// The identifier without what generators add to it.
fn without_noise(id: &str, method: &str, path: &str) -> String {
    let id = id.trim().trim_matches('_');
    let id = fastapi(id, method, path).unwrap_or(id);
    let upper = method.to_ascii_uppercase();
    let id = id.find(&format!("Using{upper}")).and_then(|at| id.get(..at)).unwrap_or(id);
    let id =
        id.strip_suffix(&upper).filter(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase())).unwrap_or(id);
    let id = id.replace("Controller_", "_").replace("Controller.", "_").replace("Controller#", "_");
    match id.rsplit_once(['_', '-', '.']) {
        Some((head, tail)) if is_hash(tail) && !head.is_empty() => head.to_string(),
        _ => id,
    }
}

/// FastAPI's `read_item_items__id__get` is the function's name, the path and the method.
fn fastapi<'a>(id: &'a str, method: &str, path: &str) -> Option<&'a str> {
    let path: String = path.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let head = id.strip_suffix(method)?.strip_suffix('_')?.strip_suffix(path.trim_end_matches('_'));
    let head = head.or_else(|| id.strip_suffix(method)?.strip_suffix('_')?.strip_suffix(path.as_str()))?;
    (head.len() > 2).then_some(head.trim_end_matches('_'))
}

/// Whether an identifier is nothing but the method and the path, as generators write it, and a better name can be made.
fn is_the_path(id: &str, method: &str, path: &str) -> bool {
    let Some(rest) = id.strip_prefix(method).and_then(|rest| rest.strip_prefix(['-', '_'])) else {
        return false;
    };
    let clumsy = path.contains('{') || !VERBS.contains(&method);
    clumsy && words(rest) == path.split('/').flat_map(words).collect::<Vec<_>>()
}

/// An identifier's words as they are best said: without versions, repetition and HTTP, with a verb.
fn said(words: Vec<String>, method: &str) -> String {
    let mut words = without_method(words, method);
    if words.len() > 1 && words.first().is_some_and(|word| is_version(word)) {
        words.remove(0);
    }
    if words.len() > 2 && words.first() == words.last() {
        words.pop();
    }
    short(with_verb(words, method))
}

/// A lone noun is what a `GET` gets.
fn with_verb(mut words: Vec<String>, method: &str) -> Vec<String> {
    let mut said = words.iter().filter(|word| !is_version(word));
    let verbless = |word: &String| !VERBS.contains(&word.as_str()) && !EMPTY.contains(&word.as_str());
    let lone_noun = said.next().is_some_and(verbless) && said.next().is_none();
    if method == "get" && lone_noun {
        words.insert(0, "get".into());
    }
    words
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn without_method(mut words: Vec<String>, method: &str) -> Vec<String> {
    let before_verb = words.get(1).is_some_and(|word| VERBS.contains(&word.as_str()));
    if before_verb && words.first().is_some_and(|word| word == method) {
        words.remove(0);
    }
    words
}

fn is_hash(word: &str) -> bool {
    let hex = word.len() >= 6 && word.chars().all(|c| c.is_ascii_hexdigit());
    hex && word.contains(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a person would say the name: a word with a vowel, not only digits, codes or a bare verb.
fn is_readable(name: &str) -> bool {
    let word = |w: &str| {
        w.len() >= 3
            && w.contains(['a', 'e', 'i', 'o', 'u', 'y'])
            && !w.contains(|c: char| c.is_ascii_digit())
    };
    let parts: Vec<&str> = name.split('_').collect();
    let codes = parts.iter().filter(|part| is_hash(part)).count();
    !EMPTY.contains(&name) && parts.iter().any(|part| word(part)) && codes == 0
}

fn words_of_path(method: &str, path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let parameter = |part: &str| part.starts_with('{') || part.starts_with(':');
    let ends_in_parameter = parts.last().is_some_and(|part| parameter(part));
    let mut names: Vec<Vec<String>> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let mut said = if parameter(part) { Vec::new() } else { path_words(part) };
        let followed = parts.get(at + 1).is_some_and(|next| parameter(next));
        if let (true, Some(last)) = (followed, said.last_mut()) {
            *last = singular(last);
        }
        if !said.is_empty() {
            names.push(said);
        }
    }
    let last = names.last().cloned().unwrap_or_default();
    let plural = last.last().is_some_and(|word| singular(word) != *word);
    let acts = last.first().is_some_and(|word| VERBS.contains(&word.as_str()));
    let verb = match method {
        "get" if plural && !ends_in_parameter => "list",
        "put" | "patch" => "update",
        "post" if acts => {
            names.pop();
            return [last, names.concat()].concat();
        }
        "post" => "create",
        other => other,
    };
    if verb == "create"
        && let Some(word) = names.last_mut().and_then(|words| words.last_mut())
    {
        *word = singular(word);
    }
    let mut out = vec![verb.to_string()];
    out.extend(names.concat());
    if let (true, "get", Some(part)) = (ends_in_parameter, method, parts.last()) {
        out.push("by".into());
        out.extend(words(part));
    } else if out.len() == 1 {
        out.push("root".into());
    }
    out
}

/// The words of a fixed path segment, without versions, file endings and `api`.
fn path_words(part: &str) -> Vec<String> {
    let part = part.strip_suffix(".json").or_else(|| part.strip_suffix(".xml")).unwrap_or(part);
    let version = |word: &str| word.trim_start_matches('v').bytes().all(|b| b.is_ascii_digit());
    let mut said = words(&part.split('{').next().unwrap_or_default().replace('.', "_"));
    said.retain(|word| !version(word) && !["api", "rest", "public"].contains(&word.as_str()));
    said
}

/// A naive singular: good enough for `users`, `categories`, `addresses`.
fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word.strip_suffix("es").unwrap_or(word).to_string();
        }
    }
    let keeps = ["ss", "us", "is", "news", "series"].iter().any(|ending| word.ends_with(ending));
    word.strip_suffix('s').filter(|stem| !keeps && stem.len() > 2).unwrap_or(word).to_string()
}

/// The name as the beginning of a sentence: `fetch_phone_number` is `Fetch a phone number`.
pub(super) fn sentence(name: &str) -> String {
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let Some((verb, rest)) = words.split_first() else { return String::new() };
    let noun = rest.split(|word| *word == "by").next().and_then(<[&str]>::last);
    let counted = METHODS.contains(verb) || VERBS.contains(verb);
    let article = match (noun, rest.first()) {
        (Some(noun), Some(first))
            if counted && singular(noun) == *noun && !["list", "search"].contains(verb) =>
        {
            if first.starts_with(['a', 'e', 'i', 'o']) { "an " } else { "a " }
        }
        _ => "",
    };
    let mut verb = verb.chars();
    let verb: String = verb.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(verb).collect();
    if rest.is_empty() { verb } else { format!("{verb} {article}{}", rest.join(" ")) }
}

/// Lower-case words joined by hyphens, for domains.
pub(super) fn slug(text: &str) -> String {
    words(text).join("-").chars().take(LONGEST).collect::<String>().trim_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_id_that_reads_well_is_kept() {
        let cases = [
            ("FetchPhoneNumber", "get", "/v1/PhoneNumbers/{PhoneNumber}", "fetch_phone_number"),
            ("post-createTestCardRanges", "post", "/createTestCardRanges", "create_test_card_ranges"),
            ("get-grants", "get", "/grants", "get_grants"),
            ("get-grants-grantId", "get", "/grants/{grantId}", "get_grant_by_grant_id"),
            ("post-get3dsAvailability", "post", "/get3dsAvailability", "get_3ds_availability"),
            ("v1Region", "get", "/v1/region/{region}", "get_region"),
            ("metrics", "get", "/metrics", "get_metrics"),
            ("login", "post", "/login", "login"),
            ("CreateApprovalCreate", "post", "/x", "create_approval"),
            ("deleteAllUsingGET_1", "get", "/x/deleteAll", "delete_all"),
            ("UsersController_findAll", "get", "/users", "users_find_all"),
            ("read_item_items__item_id__get", "get", "/items/{item_id}", "read_item"),
            ("list_things_3f9ac1d2", "get", "/things", "list_things"),
            ("getHTTPStatus", "get", "/status", "get_http_status"),
            ("getURLs", "get", "/urls", "get_urls"),
            ("emails/get-attachment", "get", "/e", "emails_get_attachment"),
            ("fetchPdbHeaderPOST", "post", "/pdb/header", "fetch_pdb_header"),
        ];
        for (id, method, path, expected) in cases {
            assert_eq!(
                candidates(Some(id), method, path).first().map(String::as_str),
                Some(expected),
                "{id}"
            );
        }
    }

    #[test]
    fn a_path_makes_a_name_where_the_id_does_not() {
        let cases = [
            (None, "get", "/v1/users/{id}/posts", "list_user_posts"),
            (None, "get", "/users/{userId}", "get_user_by_user_id"),
            (None, "post", "/api/v2/categories", "create_category"),
            (None, "post", "/orders/{id}/cancel", "cancel_order"),
            (None, "delete", "/orders/{id}", "delete_order"),
            (None, "get", "/info.0.json", "get_info"),
            (None, "get", "/", "get_root"),
            (Some("index"), "get", "/things", "list_things"),
            (Some("0a1b2c3d4e"), "patch", "/things/{x}", "update_thing"),
            (Some("取得"), "get", "/things", "list_things"),
        ];
        for (id, method, path, expected) in cases {
            assert_eq!(candidates(id, method, path).first().map(String::as_str), Some(expected), "{path}");
        }
    }

    #[test]
    fn names_are_unique_and_short() {
        let mut taken = Names::default();
        let names = [short(words(&"veryLongName".repeat(20)))];
        let taken_names: Vec<_> = (0..3).map(|_| taken.take(&names)).collect();
        assert_eq!(taken_names.iter().collect::<HashSet<_>>().len(), 3);
        assert!(taken_names.iter().all(|name| name.len() <= LONGEST), "{taken_names:?}");
    }

    #[test]
    fn a_name_begins_a_sentence() {
        assert_eq!(sentence("fetch_phone_number"), "Fetch a phone number");
        assert_eq!(sentence("list_user_posts"), "List user posts");
        assert_eq!(sentence("metrics"), "Metrics");
    }
}
