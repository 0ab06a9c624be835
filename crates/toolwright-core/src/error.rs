//! One error for the whole crate: what we could not do, where, and why.
//!
//! A bad sample is never an `Error`: it is data with [`Finding`](crate::Finding)s. An `Error` means that the
//! job itself could not be done.

use std::fmt;

/// The result of this crate's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done: a message that says where, what was found, what was expected and what to
/// do next, with the cause behind it where there is one.
///
/// ```
/// let error = toolwright_core::Error::new("expected a list of tools, found a number").at("tools.json:3");
/// assert_eq!(error.to_string(), "tools.json:3: expected a list of tools, found a number");
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), cause: None }))
    }

    /// Puts a place before the message: a file with its line, a URL, a pointer into a document.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    /// Keeps the error that led here; [`std::error::Error::source`] gives it back.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

/// The candidate that a mistyped name most likely meant, if one is close enough to be worth suggesting.
///
/// ```
/// use toolwright_core::nearest;
/// assert_eq!(nearest("unkown-tool", ["unknown-tool", "grounding"]), Some("unknown-tool"));
/// assert_eq!(nearest("zzz", ["unknown-tool", "grounding"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
