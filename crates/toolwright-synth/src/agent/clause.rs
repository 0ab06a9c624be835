//! What a tool does, as a verb phrase, read off its definition: `Retrieves a product.` becomes *get a product*.
//!
//! Imported tools come without wording. Their summaries, descriptions and names are short imperatives or noun phrases in
//! nearly every API; this file turns them into what a person would say, and gives the past form for answers.

use toolwright_core::Tool;

use super::name::{article, is_plural, singular, spoken_word, tokens};

/// A verb phrase: *create* + *a product*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The verb in its base form.
    pub(crate) verb: String,
    /// Its object and what follows; may be empty.
    pub(crate) rest: String,
    /// Whether the tool only looks things up.
    pub(crate) reads: bool,
}

/// Verbs of API definitions: base form, past participle, whether it only reads.
#[rustfmt::skip]
const VERBS: &[(&str, &str, bool)] = &[
    ("get", "got", true), ("list", "listed", true), ("fetch", "fetched", true),
    ("retrieve", "retrieved", true), ("find", "found", true), ("search", "searched", true),
    ("return", "returned", true), ("show", "shown", true), ("read", "read", true),
    ("query", "queried", true), ("view", "viewed", true), ("lookup", "looked up", true),
    ("look", "looked", true), ("check", "checked", true), ("count", "counted", true),
    ("describe", "described", true), ("verify", "verified", true), ("validate", "validated", true),
    ("calculate", "calculated", true), ("compute", "computed", true), ("convert", "converted", true),
    ("estimate", "estimated", true), ("compare", "compared", true), ("recommend", "recommended", true),
    ("discover", "discovered", true), ("scroll", "scrolled", true), ("detect", "detected", true),
    ("analyze", "analyzed", true), ("translate", "translated", true), ("download", "downloaded", true),
    ("export", "exported", true), ("browse", "browsed", true), ("preview", "previewed", true),
    ("suggest", "suggested", true), ("collect", "collected", true), ("inspect", "inspected", true),
    ("report", "reported", true), ("provide", "provided", true), ("determine", "determined", true),
    ("test", "tested", true), ("display", "displayed", true), ("identify", "identified", true),
    ("resolve", "resolved", true), ("track", "tracked", true), ("explain", "explained", true),
    ("see", "seen", true), ("obtain", "obtained", true), ("locate", "located", true),
    ("buy", "bought", false), ("block", "blocked", false), ("select", "selected", false), ("operate", "operated", false),
    ("reschedule", "rescheduled", false), ("rollback", "rolled back", false), ("checkout", "checked out", false),
    ("transition", "moved", false), ("unblock", "unblocked", false), ("undo", "undone", false),
    ("create", "created", false), ("add", "added", false), ("update", "updated", false),
    ("delete", "deleted", false), ("remove", "removed", false), ("set", "set", false),
    ("send", "sent", false), ("post", "posted", false), ("put", "put", false), ("patch", "patched", false),
    ("insert", "inserted", false), ("upsert", "upserted", false), ("replace", "replaced", false),
    ("register", "registered", false), ("cancel", "canceled", false), ("book", "booked", false),
    ("reserve", "reserved", false), ("schedule", "scheduled", false), ("start", "started", false),
    ("stop", "stopped", false), ("pause", "paused", false), ("resume", "resumed", false),
    ("enable", "enabled", false), ("disable", "disabled", false), ("activate", "activated", false),
    ("deactivate", "deactivated", false), ("upload", "uploaded", false), ("import", "imported", false),
    ("submit", "submitted", false), ("approve", "approved", false), ("reject", "rejected", false),
    ("assign", "assigned", false), ("unassign", "unassigned", false), ("move", "moved", false),
    ("copy", "copied", false), ("rename", "renamed", false), ("archive", "archived", false),
    ("restore", "restored", false), ("publish", "published", false), ("unpublish", "unpublished", false),
    ("follow", "followed", false), ("unfollow", "unfollowed", false), ("save", "saved", false),
    ("store", "stored", false), ("change", "changed", false), ("modify", "modified", false),
    ("edit", "edited", false), ("reset", "reset", false), ("refresh", "refreshed", false),
    ("generate", "generated", false), ("make", "made", false), ("open", "opened", false),
    ("close", "closed", false), ("lock", "locked", false), ("unlock", "unlocked", false),
    ("pay", "paid", false), ("refund", "refunded", false), ("charge", "charged", false),
    ("capture", "captured", false), ("void", "voided", false), ("transfer", "transferred", false),
    ("order", "ordered", false), ("apply", "applied", false), ("associate", "associated", false),
    ("attach", "attached", false), ("detach", "detached", false), ("invite", "invited", false),
    ("join", "joined", false), ("leave", "left", false), ("log", "logged", false),
    ("record", "recorded", false), ("mark", "marked", false), ("merge", "merged", false),
    ("split", "split", false), ("clear", "cleared", false), ("purge", "purged", false),
    ("revoke", "revoked", false), ("grant", "granted", false), ("authorize", "authorized", false),
    ("confirm", "confirmed", false), ("accept", "accepted", false), ("defend", "defended", false),
    ("supply", "supplied", false), ("request", "requested", false), ("perform", "performed", false),
    ("run", "run", false), ("execute", "executed", false), ("trigger", "triggered", false), ("duplicate", "duplicated", false),
    ("process", "processed", false), ("issue", "issued", false), ("load", "loaded", false),
    ("abort", "aborted", false), ("skip", "skipped", false), ("play", "played", false),
    ("seek", "sought", false), ("toggle", "toggled", false), ("transform", "transformed", false),
    ("subscribe", "subscribed", false), ("unsubscribe", "unsubscribed", false), ("rotate", "rotated", false),
    ("sync", "synced", false), ("share", "shared", false), ("shuffle", "shuffled", false),
    ("reorder", "reordered", false), ("recover", "recovered", false), ("batch", "batched", false),
    ("overwrite", "overwritten", false), ("increment", "incremented", false), ("drop", "dropped", false),
    ("build", "built", false), ("turn", "turned", false), ("give", "given", false),
    ("write", "written", false), ("draft", "drafted", false), ("complete", "completed", false),
    ("extend", "extended", false), ("renew", "renewed", false), ("freeze", "frozen", false),
    ("adjust", "adjusted", false), ("notify", "notified", false), ("rate", "rated", false),
    ("reply", "replied", false), ("forward", "forwarded", false), ("link", "linked", false),
    ("unlink", "unlinked", false), ("provision", "provisioned", false), ("deploy", "deployed", false),
    ("balance", "balanced", false), ("initiate", "initiated", false), ("allocate", "allocated", false),
    ("redeem", "redeemed", false),
    ("measure", "measured", true), ("predict", "predicted", true), ("summarize", "summarized", true),
    ("simulate", "simulated", true), ("evaluate", "evaluated", true), ("classify", "classified", true),
    ("extract", "extracted", true), ("parse", "parsed", true), ("solve", "solved", true),
    ("simplify", "simplified", true), ("factorize", "factorized", true), ("integrate", "integrated", true),
    ("differentiate", "differentiated", true), ("diagnose", "diagnosed", true), ("assess", "assessed", true),
    ("appraise", "appraised", true), ("scan", "scanned", true), ("monitor", "monitored", true),
    ("rank", "ranked", true), ("score", "scored", true), ("encode", "encoded", true),
    ("decode", "decoded", true), ("transcribe", "transcribed", true), ("rewrite", "rewritten", true),
    ("interpolate", "interpolated", true), ("approximate", "approximated", true),
    ("project", "projected", true), ("audit", "audited", true), ("sort", "sorted", true),
    ("match", "matched", true), ("derive", "derived", true), ("plot", "plotted", true),
    ("model", "modeled", true), ("quote", "quoted", true), ("grade", "graded", true),
    ("plan", "planned", true), ("choose", "chosen", true), ("lint", "linted", true),
    ("sample", "sampled", true), ("rent", "rented", false), ("hire", "hired", false),
    ("lease", "leased", false), ("enroll", "enrolled", false), ("withdraw", "withdrawn", false),
    ("deposit", "deposited", false), ("donate", "donated", false), ("vote", "voted", false),
    ("file", "filed", false), ("appeal", "appealed", false), ("claim", "claimed", false),
    ("dispatch", "dispatched", false), ("reroute", "rerouted", false), ("install", "installed", false),
    ("uninstall", "uninstalled", false), ("configure", "configured", false),
    ("calibrate", "calibrated", false), ("repair", "repaired", false), ("annotate", "annotated", false),
    ("highlight", "highlighted", false), ("bookmark", "bookmarked", false), ("mute", "muted", false),
    ("unmute", "unmuted", false), ("dim", "dimmed", false), ("arm", "armed", false),
    ("disarm", "disarmed", false), ("water", "watered", false), ("feed", "fed", false),
    ("irrigate", "irrigated", false), ("harvest", "harvested", false), ("adopt", "adopted", false),
    ("prescribe", "prescribed", false), ("dispense", "dispensed", false), ("refer", "referred", false),
    ("admit", "admitted", false), ("discharge", "discharged", false), ("sell", "sold", false),
    ("bid", "bid", false), ("exchange", "exchanged", false), ("convene", "convened", false),
    ("appoint", "appointed", false), ("certify", "certified", false), ("declare", "declared", false),
    ("nominate", "nominated", false), ("challenge", "challenged", false), ("host", "hosted", false),
    ("announce", "announced", false), ("escalate", "escalated", false), ("resend", "resent", false),
    ("quarantine", "quarantined", false), ("scale", "scaled", false), ("restart", "restarted", false),
    ("reboot", "rebooted", false), ("tag", "tagged", false), ("pin", "pinned", false),
    ("unpin", "unpinned", false), ("react", "reacted", false), ("decline", "declined", false),
    ("waive", "waived", false), ("contest", "contested", false), ("dispose", "disposed", false),
    ("pick", "picked", false), ("pack", "packed", false), ("ship", "shipped", false),
    ("label", "labeled", false), ("weigh", "weighed", false), ("recall", "recalled", false),
    ("train", "trained", false), ("tune", "tuned", false), ("optimize", "optimized", false),
    ("format", "formatted", false), ("crop", "cropped", false), ("resize", "resized", false),
    ("mix", "mixed", false), ("compose", "composed", false), ("mint", "minted", false),
    ("stake", "staked", false), ("hedge", "hedged", false), ("rebalance", "rebalanced", false),
    ("offset", "offset", false), ("commission", "commissioned", false),
    ("decommission", "decommissioned", false), ("recharge", "recharged", false),
    ("replenish", "replenished", false), ("restock", "restocked", false), ("top", "topped", false),
    ("swap", "swapped", false), ("upgrade", "upgraded", false), ("downgrade", "downgraded", false),
    ("vaccinate", "vaccinated", false), ("groom", "groomed", false), ("breed", "bred", false),
    ("sow", "sown", false), ("prune", "pruned", false), ("spray", "sprayed", false),
    ("reopen", "reopened", false), ("reassign", "reassigned", false), ("acknowledge", "acknowledged", false),
    ("snooze", "snoozed", false), ("dismiss", "dismissed", false), ("compile", "compiled", false),
    ("migrate", "migrated", false), ("encrypt", "encrypted", false), ("decrypt", "decrypted", false),
    ("sign", "signed", false), ("whitelist", "whitelisted", false), ("ban", "banned", false),
    ("unban", "unbanned", false), ("waitlist", "waitlisted", false), ("preorder", "preordered", false),
    ("ping", "pinged", false),
    ("hold", "held", false), ("keep", "kept", false), ("enter", "entered", false), ("suspend", "suspended", false),
    ("take", "taken", false), ("ask", "asked", false),
];

/// The past participle of a verb.
pub(crate) fn past(verb: &str) -> String {
    match VERBS.iter().find(|(base, ..)| *base == verb) {
        Some((_, past, _)) => (*past).to_owned(),
        None => verb.strip_suffix('e').map_or_else(|| format!("{verb}ed"), |stem| format!("{stem}ed")),
    }
}

/// The base form and whether it reads, of a word that is some form of a known verb.
fn known(word: &str) -> Option<(&'static str, bool)> {
    let word = word.to_lowercase();
    let exact = |w: &str| VERBS.iter().find(|(base, ..)| *base == w).map(|(base, _, reads)| (*base, *reads));
    exact(&word)
        .or_else(|| word.strip_suffix("ies").and_then(|stem| exact(&format!("{stem}y"))))
        .or_else(|| word.strip_suffix("es").and_then(exact))
        .or_else(|| word.strip_suffix('s').and_then(exact))
        .or_else(|| {
            let stem = word.strip_suffix("ing")?;
            exact(stem)
                .or_else(|| exact(&format!("{stem}e")))
                .or_else(|| exact(stem.strip_suffix(|c: char| stem.ends_with([c, c]))?))
        })
}

/// Whether a word is a verb of API definitions, in any form.
pub(crate) fn is_verb(word: &str) -> bool {
    known(word).is_some()
}

/// Whether a word is a verb of API definitions in its base form.
pub(crate) fn is_base_verb(word: &str) -> bool {
    VERBS.iter().any(|(base, ..)| *base == word)
}

/// Whether a verb at the head of an API's name only looks things up; an unknown one does not, and who reports files a report and
/// who returns brings back.
pub(crate) fn reads(verb: &str) -> bool {
    !["report", "return"].contains(&verb) && VERBS.iter().any(|(base, _, reads)| *base == verb && *reads)
}

/// Openers of descriptions that say nothing.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "this endpoint ", "this api ", "this operation ", "this method ", "this call ", "this resource ",
    "this function ", "this tool ", "the endpoint ", "use this endpoint to ", "use this api to ",
    "use this operation to ", "use this method to ", "use this to ", "endpoint to ", "endpoint for ",
    "api to ", "api for ", "operation to ", "method to ", "allows you to ", "allow you to ", "lets you ",
    "allows users to ", "allows to ", "allows for ", "enables you to ", "used to ", "is used to ",
    "can be used to ", "will ", "tries to ", "you can ", "use to ", "allows the user to ",
    "allows clients to ", "try to ", "please ", "easily ", "experimental: ", "beta: ", "permanently ",
    "allows ", "a method to ", "an endpoint to ",
];

impl Clause {
    /// What the tool does, by its summary, its description or its name: the first that can be said.
    pub(crate) fn derive(tool: &Tool) -> Self {
        // Evolved tools are described in whole sentences that begin with their verb; their articles are where they belong.
        let evolved = tool.meta.lineage.is_some();
        let whole = |text: &str| {
            let verb = text.split_whitespace().next().unwrap_or_default().to_lowercase();
            let own = tokens(own_name(tool)).first().is_some_and(|own| *own == verb);
            (!evolved || own || is_base_verb(&verb)).then(|| sentence_clause(text, !evolved))?
        };
        let summary = tool.meta.summary.as_deref().and_then(whole);
        let said = summary.or_else(|| whole(&tool.description));
        // `Open items of a list` is no request to open: a name that looks things up knows better.
        let looks_up =
            tokens(own_name(tool)).first().and_then(|word| known(word)).is_some_and(|(_, reads)| reads);
        // Of an evolved tool, the name alone says whether it acts.
        let looks_up =
            if evolved { tokens(own_name(tool)).first().is_some_and(|verb| reads(verb)) } else { looks_up };
        said.filter(|clause| if evolved { clause.reads == looks_up } else { clause.reads || !looks_up })
            .unwrap_or_else(|| {
                let clause = name_clause(own_name(tool));
                Self { reads: if evolved { looks_up } else { clause.reads }, ..clause }
            })
    }

    /// The verb phrase.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.verb, self.rest).trim_end().to_owned()
    }

    /// What has been done: `created a product`, `deleted the flow`. What was there before is spoken of as known.
    pub(crate) fn done(&self) -> String {
        #[rustfmt::skip]
        const ON_KNOWN: &[&str] = &[
            "update", "delete", "remove", "cancel", "revoke", "replace", "change", "edit", "archive", "stop",
            "pause", "restore", "modify", "patch", "reset", "publish", "rename", "move", "approve", "close",
        ];
        let known = ["a ", "an "].iter().find_map(|article| self.rest.strip_prefix(article));
        match known.filter(|_| ON_KNOWN.contains(&self.verb.as_str())) {
            Some(noun) => format!("{} the {noun}", past(&self.verb)),
            None => format!("{} {}", past(&self.verb), self.rest).trim_end().to_owned(),
        }
    }
}

/// The clause that a sentence opens with, if it is short and plain enough to be said. `bare` definitions lack their articles.
fn sentence_clause(text: &str, bare: bool) -> Option<Clause> {
    let sentence = first_sentence(text);
    let mut body = sentence.as_str();
    while let Some(rest) = OPENERS.iter().find_map(|opener| strip_prefix_ignoring_case(body, opener)) {
        body = rest;
    }
    let plain = body.chars().all(|c| c.is_alphanumeric() || " -'/&,".contains(c));
    let lowered = untitled(body);
    let lowered = without_asides(&lowered);
    let words: Vec<&str> = lowered.split_whitespace().collect();
    if !plain || words.is_empty() || words.len() > 13 || body.contains(" that you ") || body.contains(" if ")
    {
        return None;
    }
    let (first, rest) = words.split_first()?;
    if let Some((verb, reads)) = known(first.trim_end_matches(',')) {
        // "Search" and "List" alone say too little; the name says more. "Query parameters …" is a noun.
        let rest = without_tail(without_second_verb(rest));
        let rest = if bare { determined(verb, &rest) } else { rest };
        return (!rest.is_empty()).then(|| Clause::of(verb, &rest, reads));
    }
    let noun = words.len() <= 7 && words.iter().all(|w| w.chars().all(|c| c.is_alphabetic() || c == '-'));
    let noun = noun
        && known(words[words.len() - 1]).is_none()
        && !["if", "when", "the", "these", "an", "a"].contains(&first.to_lowercase().as_str());
    noun.then(|| Clause::of("get", &with_article(&decapitalised(&without_tail(&words))), true))
}

/// Without what follows a comma that lists nothing: `events in the account, sorted by event date`.
fn without_asides(text: &str) -> String {
    let Some((head, tail)) = text.split_once(',') else { return text.to_owned() };
    let lists = [" and ", " or ", "&"].iter().any(|link| tail.contains(link));
    if lists || head.split_whitespace().count() < 2 { text.to_owned() } else { head.to_owned() }
}

/// `Send or schedule a broadcast` asks for one of two; the first is what the tool's name says, too.
fn without_second_verb<'a, 't>(rest: &'a [&'t str]) -> &'a [&'t str] {
    match rest {
        [link, second, tail @ ..]
            if ["or", "and"].contains(&link.to_lowercase().as_str())
                && known(second).is_some()
                && !tail.is_empty() =>
        {
            tail
        }
        // `Ask or tell something`, `dim or brighten a lamp`: what stands before an article is a verb, known or not.
        [link, _, article, ..]
            if ["or", "and"].contains(&link.to_lowercase().as_str())
                && ["a", "an", "the", "something", "somebody", "all", "one"].contains(article) =>
        {
            &rest[2..]
        }
        // A slip of the pen that real documents hold: `Update and existing usage`.
        [link, tail @ ..] if ["and", "or"].contains(&link.to_lowercase().as_str()) && !tail.is_empty() => {
            tail
        }
        _ => rest,
    }
}

/// `Change Playlist Details` in the letters of a sentence. Acronyms and names in mixed case stay.
fn untitled(text: &str) -> String {
    let titled = |word: &str| {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_uppercase)
            && word.chars().count() > 1
            && chars.all(|c| c.is_lowercase() || c == '\'')
    };
    let long: Vec<&str> = text.split_whitespace().filter(|word| word.len() > 3).collect();
    let heading = long.iter().filter(|word| titled(word)).count() * 2 >= long.len();
    let words = text
        .split_whitespace()
        .map(|word| if heading && titled(word) { word.to_lowercase() } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

impl Clause {
    fn of(verb: &str, rest: &str, reads: bool) -> Self {
        let verb = match verb {
            "return" | "retrieve" | "fetch" | "provide" | "obtain" | "show" | "display" => "get",
            "lookup" | "query" if rest.is_empty() => "look up",
            "lookup" => "look up",
            other => other,
        };
        Self { verb: verb.to_owned(), rest: decapitalised(rest), reads }
    }
}

fn first_sentence(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let end = line
        .find(". ")
        .or_else(|| line.find(" ("))
        .or_else(|| line.find(": "))
        .or_else(|| line.find(" - "))
        .unwrap_or(line.len());
    let mut sentence: String = line[..end].trim_end_matches(['.', ':', '!']).to_owned();
    if let Some(open) = sentence.find(" (") {
        sentence.truncate(open);
    }
    sentence.retain(|c| !"`*_\"".contains(c));
    sentence
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Without `by ID`, `with the given name`, `using …`: the values say that themselves.
fn without_tail(words: &[&str]) -> String {
    let cut = words.iter().enumerate().skip(1).find(|(at, word)| {
        let next = words.get(at + 1).map(|w| w.to_lowercase()).unwrap_or_default();
        let after = words.get(at + 2).map(|w| w.to_lowercase()).unwrap_or_default();
        match word.to_lowercase().as_str() {
            "by" => true,
            "using" | "via" | "based" | "matching" | "belonging" | "associated" => true,
            "with" | "for" | "of" | "in" | "from" | "identified" => {
                ["given", "specified", "provided", "specific", "supplied"]
                    .iter()
                    .any(|w| next == *w || after == *w)
            }
            _ => false,
        }
    });
    let kept = &words[..cut.map_or(words.len(), |(at, _)| at)];
    plainer(kept)
}

/// Without the words that tell one thing from none: `a specific flow` is a flow, `the given file` is the file.
fn plainer(words: &[&str]) -> String {
    #[rustfmt::skip]
    const EMPTY: &[&str] = &[
        "specific", "specified", "given", "single", "existing", "particular", "provided", "certain",
    ];
    let mut out: Vec<&str> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let empty = EMPTY.contains(&word.to_lowercase().as_str()) && at + 1 < words.len();
        if !empty {
            out.push(word);
            continue;
        }
        // The article agrees with the word that now follows it.
        if let (Some(before), Some(after)) = (out.last_mut(), words.get(at + 1))
            && ["a", "an"].contains(&before.to_lowercase().as_str())
        {
            *before =
                if words.last().is_some_and(|last| is_plural(&last.to_lowercase())) && words.len() < at + 5 {
                    "the"
                } else {
                    article(after)
                };
        }
    }
    while out
        .last()
        .is_some_and(|last| ["the", "a", "an", "of", "for", "and", "or", "to", "with"].contains(last))
    {
        out.pop();
    }
    out.join(" ")
}

/// With an article before every bare singular noun: `a peer from the cluster`. Definitions leave them out, people do not.
fn determined(verb: &str, rest: &str) -> String {
    const LINKS: &[&str] =
        &["from", "in", "of", "for", "to", "with", "on", "into", "within", "at", "and", "or", "as"];
    let mut out: Vec<String> = Vec::new();
    let mut phrase: Vec<&str> = Vec::new();
    let mut first = true;
    for word in rest.split_whitespace().chain(["\0"]) {
        if word != "\0" && !LINKS.contains(&word.to_lowercase().as_str()) {
            phrase.push(word);
            continue;
        }
        if !phrase.is_empty() {
            let makes = ["create", "add", "register", "insert", "make", "generate", "post"].contains(&verb);
            out.push(noun_phrase(&phrase, !first || makes));
            first = false;
            phrase.clear();
        }
        if word != "\0" {
            out.push(word.to_owned());
        }
    }
    out.join(" ")
}

fn noun_phrase(words: &[&str], indefinite: bool) -> String {
    #[rustfmt::skip]
    const DETERMINERS: &[&str] = &[
        "a", "an", "the", "all", "one", "any", "each", "every", "this", "that", "these", "those", "your",
        "my", "our", "its", "their", "some", "multiple", "once", "up", "several", "many", "two", "more", "no", "another",
        "information", "it", "them", "what", "which", "if", "whether", "how",
    ];
    #[rustfmt::skip]
    const MASS: &[&str] = &[
        "information", "data", "status", "metadata", "content", "access", "history", "usage", "feedback",
        "text", "media", "details", "health", "support", "audio", "video", "code", "time", "email",
        "payload", "analytics", "telemetry", "storage", "evidence", "liveness", "readiness",
    ];
    let phrase = words.join(" ");
    let (Some(head), Some(last)) = (words.first(), words.last()) else { return phrase };
    let lower = last.to_lowercase();
    let plain = last.chars().all(char::is_alphabetic) && !last.chars().any(char::is_uppercase);
    let verbal = lower.ends_with("ing") || lower.ends_with("ed") || lower.ends_with("ly");
    let acts = indefinite && words.len() > 1 && known(head).is_some();
    let bare = !acts && !DETERMINERS.contains(&head.to_lowercase().as_str()) && !head.ends_with("'s");
    if !bare || !plain || verbal || is_plural(&lower) || MASS.contains(&lower.as_str()) {
        return phrase;
    }
    format!("{} {phrase}", if indefinite { article(&phrase) } else { "the" })
}

/// A first word in lower case, unless it is a name or an acronym.
fn decapitalised(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let keeps = first.chars().skip(1).any(char::is_uppercase) || first.len() < 2;
    if keeps {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn with_article(noun: &str) -> String {
    // `offers of moving companies` are offers.
    let head = noun
        .split_whitespace()
        .scan(false, |ended, word| {
            *ended |= ["of", "for", "in", "on", "from", "with", "at", "to", "by", "between", "that"]
                .contains(&word);
            (!*ended).then_some(word)
        })
        .last();
    let last = head.or_else(|| noun.split_whitespace().next_back()).unwrap_or_default();
    #[rustfmt::skip]
    let mass = [
        "information", "details", "data", "status", "statistics", "settings", "info", "history", "metadata",
        "usage", "content", "progress", "availability",
    ];
    if is_plural(last) || mass.contains(&last) || noun.starts_with("all ") {
        format!("the {noun}")
    } else {
        format!("{} {noun}", article(noun))
    }
}

/// The name that says what a tool does: of an evolved one, that of its main functionality, without what sets it apart.
pub(crate) fn own_name(tool: &Tool) -> &str {
    let main = tool.meta.lineage.as_ref().and_then(|lineage| lineage.functionalities.first());
    main.unwrap_or(&tool.name)
}

/// The clause that a tool's name makes.
fn name_clause(name: &str) -> Clause {
    let words = tokens(name);
    let spoken: Vec<String> = words.iter().map(|word| spoken_word(word)).collect();
    let at = words.iter().position(|word| known(word).is_some()).filter(|at| *at < 3);
    let Some((at, (verb, reads))) = at.and_then(|at| Some((at, known(words.get(at)?)?))) else {
        let noun = spoken.join(" ");
        return Clause::of(
            "get",
            &if noun.is_empty() { "the result".into() } else { format!("the {noun}") },
            true,
        );
    };
    let mut nouns: Vec<String> =
        spoken.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, word)| word.clone()).collect();
    if let Some(by) = nouns.iter().position(|word| word == "by").filter(|by| *by > 0) {
        nouns.truncate(by);
    }
    let noun = nouns.join(" ");
    let rest = match nouns.last() {
        None => String::new(),
        Some(last) if is_plural(last) || ["create", "add"].contains(&verb) && last.ends_with("data") => {
            format!("the {noun}")
        }
        Some(_) if ["create", "add", "post", "register", "insert"].contains(&verb) => {
            format!("{} {noun}", article(&noun))
        }
        Some(_) => format!("the {noun}"),
    };
    Clause::of(verb, &rest, reads)
}

/// Words that open a noun phrase as often as they order something: `Grade point average`.
#[rustfmt::skip]
const EITHER: &[&str] = &[
    "grade", "rank", "rate", "plan", "score", "report", "record", "list", "quote", "model", "sample", "match", "track", "forecast",
    "estimate", "order", "label", "sort", "test", "view", "start", "change", "project", "file", "issue", "charge", "lease", "rent", "claim",
    "offset", "balance", "process", "request", "transfer", "exchange", "share", "stake", "bid", "water", "feed", "play", "stop", "close",
    "open", "level", "host", "train", "scale", "exercise", "search", "query", "display", "log", "post", "link", "lock", "pin", "tag", "mark",
    "dim", "mute", "return", "review", "preview", "split", "sign", "pack", "pick", "ship", "weigh", "call", "set",
];

/// Whether a sentence tells to do something: it opens with the verb of the functionality's name, or with one that is nothing else.
pub(crate) fn is_imperative(says: &str, verb: &str) -> bool {
    let first = says.split(' ').next().unwrap_or_default().to_lowercase();
    // `sum up a column`, but `sum of a column`.
    const OBJECTS: &[&str] =
        &["a", "an", "the", "all", "each", "every", "up", "out", "off", "whether", "how"];
    let acts = says.split(' ').nth(1).is_some_and(|second| OBJECTS.contains(&second));
    first == verb || is_base_verb(&first) && (acts || !EITHER.contains(&first.as_str()))
}

/// What an evolved tool does, in the words of the tree: `put a product on a wish list`, `find out how often a device was used`,
/// `look up the price of a product`. `None` where the tree's sentence is no such phrase, or a long one.
pub(crate) fn in_words(tool: &Tool) -> Option<String> {
    let says = tool.meta.summary.as_deref().filter(|_| tool.meta.lineage.is_some())?;
    let verb = own_name(tool).split('_').next().unwrap_or_default();
    let first = says.split(' ').next().unwrap_or_default().to_lowercase();
    // What a comma adds is more than one would say.
    let said = says.split(", ").next().filter(|said| said.split(' ').count() > 2).unwrap_or(says);
    let lowered = decapitalised(said);
    let phrase = if is_imperative(says, verb) {
        lowered
    } else if ["how", "what", "which", "whether", "when", "where", "who", "why"].contains(&first.as_str()) {
        format!("find out {lowered}")
    } else if !reads(verb) {
        return None;
    } else if ["a", "an", "the", "all", "each", "every", "one", "your"].contains(&first.as_str()) {
        format!("look up {lowered}")
    } else {
        format!("look up the {lowered}")
    };
    // What speaks of a user is said to nobody.
    let told = [" unless ", "user", "customer", "somebody", " one ", " own "]
        .iter()
        .any(|word| phrase.contains(word));
    (phrase.len() <= 72 && phrase.contains(' ') && !told).then_some(phrase)
}

/// A tool's name as a heading: `search flights`, `book flight`.
pub(crate) fn heading(name: &str) -> String {
    let words = short(name);
    let mut parts = words.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(verb), Some("a" | "an"), Some(rest)) => format!("{verb} {rest}"),
        _ => words,
    }
}

/// What a tool does in a few words, by its name: `search flights`, `book a flight`.
pub(crate) fn short(name: &str) -> String {
    let words = tokens(name);
    let Some((verb, _)) = words.first().and_then(|word| known(word)) else {
        return name_clause(name).words();
    };
    if let Some(link) =
        words.get(1).filter(|word| ["to", "from", "for", "in", "on", "with"].contains(&word.as_str()))
    {
        let noun: Vec<String> = words[2..].iter().map(|word| spoken_word(word)).collect();
        let noun = noun.join(" ");
        if noun.split(' ').next_back().is_some_and(is_plural) {
            return format!("{verb} {link} {noun}");
        }
        return format!("{verb} {link} {} {noun}", article(&noun));
    }
    // People update where web interfaces patch and put; a list of things is the things.
    let verb = match verb {
        "patch" | "put" => "update",
        "lookup" => "look up",
        other => other,
    };
    let after = match &words[1..] {
        [a, list, of, rest @ ..] if a == "a" && list == "list" && of == "of" => rest,
        [list, of, rest @ ..] if list == "list" && of == "of" => rest,
        rest => rest,
    };
    let nouns: Vec<String> = after
        .iter()
        .filter(|word| !["a", "an", "the"].contains(&word.as_str()))
        .take_while(|word| !["by", "for", "from"].contains(&word.as_str()))
        .map(|w| spoken_word(w))
        .collect();
    let noun = nouns.join(" ");
    #[rustfmt::skip]
    let mass = [
        "data", "information", "weather", "quality", "status", "history", "traffic", "usage", "energy", "stock",
        "availability", "money", "music", "parking", "content", "payload", "playback", "info", "details",
    ];
    match nouns.last() {
        None => verb.to_owned(),
        Some(last) if is_plural(last) || mass.contains(&last.as_str()) || noun.contains(" and ") => {
            format!("{verb} {noun}")
        }
        Some(_) => format!("{verb} {} {noun}", article(&noun)),
    }
}

/// The thing a tool is about, in the singular: the last noun of its path or name (`server` of `/v0/servers/{id}`).
pub(crate) fn entity(tool: &Tool) -> Option<String> {
    let path = tool.meta.operation.as_deref().and_then(|operation| operation.split_whitespace().nth(1));
    let from_path = path.and_then(|path| {
        let named =
            |part: &&str| !part.is_empty() && !part.starts_with('{') && part.chars().any(char::is_alphabetic);
        let version = |part: &&str| {
            part.len() <= 4 && part.starts_with('v') && part[1..].chars().any(|c| c.is_ascii_digit())
        };
        path.split('/').filter(named).rfind(|part| !version(part)).map(str::to_owned)
    });
    let source = from_path.unwrap_or_else(|| own_name(tool).to_owned());
    let words: Vec<String> =
        tokens(&source).into_iter().filter(|word| known(word).is_none_or(|_| is_plural(word))).collect();
    words
        .last()
        .map(|word| singular(word))
        .filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn derived(name: &str, description: &str) -> String {
        Clause::derive(&Tool::new(name, description, json!({}))).words()
    }

    #[test]
    fn definitions_become_requests() {
        for (name, description, words) in [
            ("x", "Returns a list of all registered MCP servers", "get a list of all registered MCP servers"),
            ("x", "Creates one or more test card ranges.", "create one or more test card ranges"),
            ("x", "Show product details", "get product details"),
            ("x", "Create product", "create a product"),
            ("x", "Remove peer from the cluster", "remove the peer from the cluster"),
            ("x", "Delete index for field in collection", "delete the index for a field in a collection"),
            ("x", "This endpoint allows you to cancel an order by ID.", "cancel an order"),
            ("fetch_phone_number", "", "get the phone number"),
            ("create_user", "{weird} text", "create a user"),
            ("list_products", "", "list the products"),
            ("check", "Check a text", "check a text"),
            ("x", "Product details", "get the product details"),
            ("forecast", "", "get the forecast"),
            ("x", "Delete a specific flow", "delete a flow"),
            ("x", "Retrieve an existing contact", "get a contact"),
            ("x", "Downloads the given download", "download the download"),
            ("x", "Send or schedule a broadcast", "send a broadcast"),
            ("x", "Dim or brighten a lamp", "dim a lamp"),
            ("x", "Retrieve a list of events in the account, sorted", "get a list of events in the account"),
            ("x", "Get a specific file associations", "get the file associations"),
        ] {
            assert_eq!(derived(name, description), words, "{name}: {description}");
        }
    }

    #[test]
    fn what_was_there_is_spoken_of_as_known() {
        let done = |text: &str| Clause::derive(&Tool::new("x", text, json!({}))).done();
        assert_eq!(done("Update an existing flow"), "updated the flow");
        assert_eq!(done("Create a flow"), "created a flow");
    }

    #[test]
    fn names_are_told_as_people_do() {
        assert_eq!(short("patch_project"), "update a project");
        assert_eq!(short("get_a_list_of_playlists"), "get playlists");
        assert_eq!(short("extend_parking"), "extend parking");
    }

    #[test]
    fn things_are_found() {
        let mut tool = Tool::new("get_server", "", json!({}));
        tool.meta.operation = Some("GET /v0/servers/{id}".into());
        assert_eq!(entity(&tool).as_deref(), Some("server"));
        assert_eq!(entity(&Tool::new("list_open_orders", "", json!({}))).as_deref(), Some("order"));
    }
}
