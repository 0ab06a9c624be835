//! What a property's name alone says of how its value behaves: whether it identifies, stays, tells of success or of the present.
//!
//! Found once per property when a tool is made ready; the world asks for it at every value.

/// How the value of a property behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bearing {
    /// It names one thing: `order_id`.
    pub(crate) identifies: bool,
    /// It belongs to the thing, whatever is asked about it: its name, its city.
    pub(crate) stays: bool,
    /// It is there only when something went wrong.
    pub(crate) trouble: bool,
    /// It is always told: what a thing is called, how it stands.
    pub(crate) told: bool,
    /// It says how things stand: `status`.
    pub(crate) status: bool,
    /// It says whether all went well, where it is a flag.
    pub(crate) success: bool,
    /// It says when something was done: `processed_at`.
    pub(crate) stamp: bool,
    /// It is a list of what was looked for.
    pub(crate) listing: bool,
}

const STAYS: &[&str] = &[
    "name", "title", "type", "category", "address", "city", "country", "email", "phone", "brand", "model",
    "id", "code", "currency", "description",
];
const TROUBLE: &[&str] = &["error", "errors", "failure", "failures", "warning", "warnings", "exception"];
const STATUS: &[&str] = &["status", "state", "stage", "phase", "outcome"];
const SUCCESS: &[&str] = &[
    "success", "successful", "succeeded", "ok", "result", "deleted", "updated", "created", "acknowledged",
    "accepted", "done", "saved", "completed", "confirmed", "sent", "queued", "removed", "cancelled",
    "canceled",
];
const IDENTIFIES: &[&str] = &["id", "sid", "uuid", "uid", "key", "reference", "number", "code", "symbol"];
/// Participles that speak of what is yet to come.
const AHEAD: &[&str] = &[
    "scheduled", "expected", "estimated", "planned", "expired", "needed", "required", "requested",
    "delivered",
];

/// How a property of this name behaves. `words` are the name's own.
pub(crate) fn bearing(words: &[String]) -> Bearing {
    let last = words.last().map_or("", String::as_str);
    let done = |word: &String| {
        (word.len() > 4 && word.ends_with("ed") || ["sent", "made", "paid"].contains(&word.as_str()))
            && !AHEAD.contains(&word.as_str())
    };
    Bearing {
        identifies: identifying(words),
        stays: STAYS.contains(&last),
        trouble: words.iter().any(|word| TROUBLE.contains(&word.as_str())),
        told: ["name", "title", "status"].contains(&last),
        status: STATUS.contains(&last),
        success: SUCCESS.contains(&last),
        stamp: last == "timestamp"
            || ["at", "on", "time", "date", "utc"].contains(&last) && words.iter().any(done),
        listing: last != "links" && crate::agent::name::is_plural(last),
    }
}

/// Whether a name's last word says that it identifies something.
pub(crate) fn identifying(words: &[String]) -> bool {
    words.last().is_some_and(|last| IDENTIFIES.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::words::words_of;

    #[test]
    fn names_tell_how_values_behave() {
        let of = |name: &str| bearing(&words_of(name));
        assert!(of("orderId").identifies && of("order_id").stays && !of("order").identifies);
        assert!(of("processed_at").stamp && of("createdOn").stamp && of("timestamp").stamp);
        assert!(!of("scheduled_at").stamp && !of("start_date").stamp && !of("bed").stamp);
        assert!(of("order_status").status && of("last_error").trouble && of("is_deleted").success);
        assert!(of("flights").listing && !of("flight").listing && !of("links").listing);
    }
}
