//! The life of things: what an action leaves behind, in the words of whatever tool is asked about it later.
//!
//! [`OUTCOMES`] says how a thing stands after an action: after `cancel`, a status that begins like *cancelled*, whatever the tool's
//! list of statuses calls it. An action that is answered has succeeded; failures are results of another shape (`failure.rs`).

use serde_json::Value;
use toolwright_core::Tool;

use super::bearing::identifying;
use super::words::words_of;
use crate::agent::clause::own_name;
use crate::agent::name::singular;
use crate::pool::entry::Param;

/// What a tool does to the thing it is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deed {
    /// The row of [`OUTCOMES`] that it is.
    outcome: Option<&'static Outcome>,
    /// The parameter, by position, that names what is no more afterwards.
    pub(crate) ends: Option<usize>,
    /// Whether it makes something of its own.
    makes: bool,
}

/// How a thing stands after an action.
#[derive(Debug)]
pub(crate) struct Outcome {
    verbs: &'static [&'static str],
    /// How the words of such a status begin, the most fitting first.
    stems: &'static [&'static str],
}

macro_rules! outcomes {
    ($([$($verb:literal)+] [$($stem:literal)+];)+) => {
        &[$(Outcome { verbs: &[$($verb),+], stems: &[$($stem),+] }),+]
    };
}

/// What actions lead to.
const OUTCOMES: &[Outcome] = outcomes! {
    ["cancel" "abort"] ["cancel" "abort" "withdrawn" "terminat" "inactive" "closed"];
    ["delete" "remove" "discard" "erase" "purge" "drop"] ["delet" "remov" "discard" "inactive" "archiv"];
    ["void" "reverse"] ["void" "revers" "cancel"];
    ["revoke"] ["revok" "inactive" "disabl" "cancel"];
    ["unsubscribe"] ["unsubscrib" "cancel" "inactive"];
    ["pay" "charge" "capture" "settle"] ["paid" "pay" "captur" "settl" "succe" "complet" "process"];
    ["refund"] ["refund" "complet" "process" "pending"];
    ["approve"] ["approv" "accept" "grant" "confirm"];
    ["accept"] ["accept" "confirm" "agreed" "approv"];
    ["reject" "decline" "deny"] ["reject" "declin" "denied" "refus"];
    ["confirm" "verify" "validate"] ["confirm" "verif" "valid" "approv"];
    ["ship" "dispatch"] ["ship" "dispatch" "transit" "on_the_way" "sent"];
    ["deliver"] ["deliver"];
    ["return"] ["return"];
    ["book" "reserve"] ["confirm" "book" "reserv" "upcoming" "pending"];
    ["buy" "order" "place" "purchase" "checkout"] ["placed" "confirm" "order" "process" "pending" "paid" "new"];
    ["reschedule" "rebook" "postpone"] ["resched" "rebook" "schedul" "confirm" "upcoming"];
    ["schedule" "plan"] ["schedul" "plan" "upcoming" "pending" "queued" "confirm"];
    ["start" "launch" "begin" "run" "resume" "trigger"] ["start" "run" "active" "progress" "resum" "launch" "queued" "open"];
    ["stop" "end" "terminate" "finish" "complete"] ["stop" "finish" "complet" "ended" "done" "terminat" "closed" "off"];
    ["pause" "suspend" "hold"] ["paus" "suspend" "hold" "inactive"];
    ["close" "resolve"] ["closed" "resolv" "done" "complet"];
    ["reopen" "open"] ["reopen" "open" "active" "new"];
    ["archive"] ["archiv"];
    ["restore" "reactivate" "unarchive"] ["restor" "active" "available"];
    ["publish"] ["publish" "live" "public" "visible"];
    ["unpublish"] ["unpublish" "draft" "hidden" "private"];
    ["enable" "activate"] ["enabl" "activ" "on"];
    ["disable" "deactivate"] ["disabl" "inactiv" "deactiv" "off"];
    ["block" "ban"] ["block" "bann"];
    ["unblock" "unban"] ["unblock" "active" "clear"];
    ["lock"] ["lock"];
    ["unlock"] ["unlock" "open"];
    ["freeze"] ["frozen" "freez" "block" "suspend"];
    ["send" "forward" "share" "post"] ["sent" "send" "deliver" "queued" "post" "shared"];
    ["submit" "file" "apply" "request" "report"] ["submit" "filed" "receiv" "pending" "review" "open" "request" "new"];
    ["create" "add" "register" "save" "insert" "issue" "make"] ["creat" "active" "new" "open" "regist" "pending" "added" "draft" "saved"];
    ["subscribe" "enroll" "join"] ["subscrib" "enroll" "active" "confirm" "joined"];
    ["assign"] ["assign" "open" "progress"];
    ["upload" "import"] ["upload" "import" "process" "complet" "ready" "stored"];
    ["merge"] ["merged"];
    ["deploy" "install"] ["deploy" "install" "running" "live" "active"];
    ["renew" "extend"] ["renew" "extend" "active"];
    ["transfer" "withdraw" "deposit"] ["complet" "settl" "executed" "process" "pending" "sent" "booked"];
    ["update" "change" "edit" "modify" "set" "rename" "replace"] ["updat" "chang" "saved" "appl" "active"];
};

/// After these, what was named is no more.
const ENDS: &[&str] = &[
    "delete", "remove", "cancel", "revoke", "discard", "erase", "purge", "drop", "void", "unsubscribe",
    "unregister", "uninstall", "destroy", "terminate", "withdraw",
];

/// These make something.
const MAKES: &[&str] = &[
    "create", "add", "book", "reserve", "submit", "file", "register", "open", "place", "order", "buy",
    "send", "post", "upload", "generate", "draft", "log", "record", "save", "request", "apply", "enroll",
    "issue", "invite", "write", "insert", "schedule", "report", "make", "start", "copy", "duplicate",
    "import", "publish",
];

/// How words begin that say that something did not work.
const SOUR: &[&str] = &[
    "fail", "error", "reject", "declin", "denied", "deny", "expir", "cancel", "abort", "invalid", "refus",
    "void", "lost", "bounced", "blocked", "overdue", "not_",
];

/// The words between which a name speaks of another thing: `remove_item_from_cart`.
const LINKS: &[&str] = &["from", "in", "to", "of", "for", "by", "with", "on", "at", "and", "into", "out"];

/// Names of things that are no identifiers.
pub(crate) const NAMES: &[&str] = &["path", "filename", "slug", "handle", "username"];

impl Deed {
    /// What a tool does, by its name or its HTTP method.
    pub(crate) fn of(tool: &Tool, verb: &str, params: &[Param]) -> Self {
        let words = words_of(own_name(tool));
        let method = tool.meta.operation.as_deref().and_then(|operation| operation.split_whitespace().next());
        let deletes = method == Some("DELETE");
        let first = words.first().map_or("", String::as_str);
        let row = |verb: &str| OUTCOMES.iter().find(|row| row.verbs.contains(&verb));
        let outcome = row(first).or_else(|| row(verb)).or_else(|| row(if deletes { "delete" } else { "" }));
        let ends = (deletes || ENDS.contains(&first) || ENDS.contains(&verb)).then(|| {
            let object = words.iter().skip(1).take_while(|word| !LINKS.contains(&word.as_str()));
            let object = object.last().map(|word| singular(word)).unwrap_or_default();
            let named = |param: &Param| {
                let head = param.words.len().checked_sub(2).and_then(|at| param.words.get(at));
                identifying(&param.words) && head.is_some_and(|head| singular(head) == object)
            };
            let alone = |param: &Param| {
                let needed = params.iter().filter(|other| other.required).count();
                param.required
                    && needed == 1
                    && param.words.last().is_some_and(|last| NAMES.contains(&last.as_str()))
            };
            let path = tool.meta.operation.as_deref().filter(|_| deletes);
            let in_path =
                |param: &Param| path.is_some_and(|path| path.ends_with(&format!("{{{}}}", param.name)));
            let found = |test: &dyn Fn(&Param) -> bool| params.iter().position(test);
            found(&in_path).or_else(|| found(&named)).or_else(|| found(&alone))
        });
        let makes = MAKES.contains(&first) || MAKES.contains(&verb);
        Self { outcome, ends: ends.flatten(), makes }
    }

    /// The name under which it is remembered.
    pub(crate) fn name(self) -> Option<&'static str> {
        self.outcome.and_then(|outcome| outcome.verbs.first().copied())
    }

    /// Whether it makes something of its own, and leaves what it names as it is.
    pub(crate) const fn makes(self) -> bool {
        self.makes
    }

    /// One of the listed values as it is after the action; one that says that nothing went wrong where none speaks of it.
    pub(crate) fn status(self, options: &[Value]) -> Option<&Value> {
        self.outcome.and_then(|outcome| stands(outcome, options)).or_else(|| {
            let sour = |value: &&Value| value.as_str().is_some_and(is_sour);
            // Only where there is something to choose between.
            options
                .iter()
                .any(|value| sour(&value))
                .then(|| options.iter().find(|value| !sour(value)))
                .flatten()
        })
    }
}

/// The remembered action of this name.
pub(crate) fn deed(name: &str) -> Deed {
    Deed { outcome: OUTCOMES.iter().find(|row| row.verbs.contains(&name)), ..Deed::default() }
}

/// The last thing that was done to something is remembered under this property.
pub(crate) const DONE: &str = "~done";
/// That something was made in this dialog is remembered under this property.
pub(crate) const MADE: &str = "~made";

fn stands<'v>(outcome: &Outcome, options: &'v [Value]) -> Option<&'v Value> {
    outcome
        .stems
        .iter()
        .find_map(|stem| options.iter().find(|value| value.as_str().is_some_and(|text| begins(text, stem))))
}

/// The listed value that says it, where the list has one.
pub(crate) fn said_by(deed: Deed, options: &[Value]) -> Option<&Value> {
    stands(deed.outcome?, options)
}

/// Whether a value says that something did not work.
pub(crate) fn is_sour(text: &str) -> bool {
    SOUR.iter().any(|stem| begins(text, stem))
}

/// Whether a word of the text begins so, in either case.
fn begins(text: &str, stem: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= stem.len()
        && (0..=bytes.len() - stem.len()).any(|at| {
            let fresh = at == 0
                || !bytes[at - 1].is_ascii_alphanumeric()
                || bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
            // `on` is no `online`.
            let whole = stem.len() > 2 || bytes.len() == at + stem.len();
            fresh && whole && bytes[at..at + stem.len()].eq_ignore_ascii_case(stem.as_bytes())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn after(verb: &str, options: &[&str]) -> Option<String> {
        let options: Vec<Value> = options.iter().map(|option| (*option).into()).collect();
        deed(verb).status(&options).and_then(|value| value.as_str().map(str::to_owned))
    }

    #[test]
    fn no_verb_is_there_twice() {
        let verbs: Vec<&str> = OUTCOMES.iter().flat_map(|row| row.verbs.iter().copied()).collect();
        for (at, verb) in verbs.iter().enumerate() {
            assert!(!verbs[..at].contains(verb), "{verb}");
        }
    }

    #[test]
    fn a_status_fits_what_was_done() {
        let orders = &["failed", "pending", "in_transit", "CANCELLED", "paid"];
        assert_eq!(after("cancel", orders).as_deref(), Some("CANCELLED"));
        assert_eq!(after("pay", orders).as_deref(), Some("paid"));
        assert_eq!(after("ship", orders).as_deref(), Some("in_transit"));
        assert_eq!(after("approve", &["awaitingReview", "wasApproved"]).as_deref(), Some("wasApproved"));
        // Nothing speaks of it: anything but a failure.
        assert_eq!(after("cancel", &["failed", "fine"]).as_deref(), Some("fine"));
        assert_eq!(after("juggle", &["red", "green"]), None);
        assert!(is_sour("payment_failed") && !is_sour("unfailing") && !is_sour("online"));
    }

    #[test]
    fn what_ends_is_what_the_name_speaks_of() {
        let ends = |name: &str, names: &[&str], operation: Option<&str>| {
            let properties: serde_json::Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
            let mut tool =
                Tool::new(name, "", json!({"type": "object", "properties": properties, "required": names}));
            tool.meta.operation = operation.map(str::to_owned);
            let entry = crate::pool::entry::Entry::new(std::sync::Arc::new(tool), 0).expect("a tool");
            entry.deed.ends.map(|at| entry.params[at].name.clone())
        };
        assert_eq!(ends("cancel_order", &["order_id"], None).as_deref(), Some("order_id"));
        assert_eq!(ends("remove_item_from_cart", &["cart_id", "item_id"], None).as_deref(), Some("item_id"));
        assert_eq!(ends("remove_tag_from_photo", &["photo_id", "tag"], None), None);
        assert_eq!(ends("delete_file", &["path"], None).as_deref(), Some("path"));
        assert_eq!(ends("get_order", &["order_id"], None), None);
        let path = Some("DELETE /v1/customers/{customer}");
        assert_eq!(ends("customers_remove", &["customer"], path).as_deref(), Some("customer"));
    }
}
