//! [`Fault`]: how an ask can go wrong on its way, and what is done about it.
//!
//! | what came | what is done |
//! | --- | --- |
//! | no connection; 429, 503, 529 | the server rests, and the identical request is sent again; no try is counted |
//! | reset, timeout, other 5xx, a body that is no reply, no choices | the identical request is sent again, a few times |
//! | 400, 413, 422 and other 4xx | nothing: this request will not be answered |
//! | 401, 402, 403, 404, 405, a redirect, a quota that is used up | nothing more is asked at all |

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::Value;

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// No connection.
    Unreachable(String),
    /// The server says that it has too much to do.
    Busy { status: u16, after: Option<Duration>, said: String },
    /// The connection broke.
    Broken(String),
    /// Nothing, or no more, came in this many seconds.
    Slow { seconds: f64, begun: bool },
    /// The server failed.
    Failed { status: u16, said: String },
    /// What came is no reply.
    Garbled { why: String, body: String },
    /// A reply without choices.
    Empty { body: String },
    /// The server will not have this request.
    Refused { status: u16, said: String },
    /// The server will have no request.
    Barred { status: u16, said: String },
}

/// What is done about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cure {
    /// The server rests, this long where it says so; then the same again.
    Rest(Option<Duration>),
    /// The same again, a few times.
    Again,
    /// This request is given up.
    GiveUp,
    /// Nothing more is asked.
    Stop,
}

/// The longest rest that a server may ask for.
const LONGEST_REST: Duration = Duration::from_secs(600);
/// The longest word of a server in a message of ours, in characters.
const LONGEST_WORD: usize = 300;

impl Fault {
    /// What a status other than success means.
    pub(crate) fn of_status(status: u16, headers: &HeaderMap, body: &str) -> Self {
        let said = said(body);
        let after = rest_asked(headers);
        match status {
            429 if quota_is_used_up(body) => Self::Barred { status, said },
            429 | 503 | 529 => Self::Busy { status, after, said },
            300..=399 => {
                let said = "a redirect, which is not followed; give the address that it leads to".into();
                Self::Barred { status, said }
            }
            401..=405 | 407 | 501 => Self::Barred { status, said },
            408 | 409 | 425 | 500.. => Self::Failed { status, said },
            _ => Self::Refused { status, said },
        }
    }

    /// What an error in the body of a reply that claims success means.
    pub(crate) fn of_error(error: &Value, body: &str) -> Self {
        let words = error.to_string().to_lowercase();
        let said = said(body);
        if quota_is_used_up(body) {
            Self::Barred { status: 200, said }
        } else if ["rate_limit", "rate limit", "overloaded", "too many requests", "429", "503"]
            .iter()
            .any(|sign| words.contains(sign))
        {
            Self::Busy { status: 200, after: None, said }
        } else {
            Self::Failed { status: 200, said }
        }
    }

    pub(crate) fn cure(&self) -> Cure {
        match self {
            Self::Unreachable(_) => Cure::Rest(None),
            Self::Busy { after, .. } => Cure::Rest(*after),
            Self::Broken(_) | Self::Slow { .. } | Self::Failed { .. } => Cure::Again,
            Self::Garbled { .. } | Self::Empty { .. } => Cure::Again,
            Self::Refused { .. } => Cure::GiveUp,
            Self::Barred { .. } => Cure::Stop,
        }
    }

    /// Its name in tallies.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Busy { .. } => "busy",
            Self::Broken(_) => "broken",
            Self::Slow { .. } => "slow",
            Self::Failed { .. } => "failed",
            Self::Garbled { .. } => "garbled",
            Self::Empty { .. } => "empty",
            Self::Refused { .. } => "refused",
            Self::Barred { .. } => "barred",
        }
    }

    /// What came, where something came that may have been paid for.
    pub(crate) fn body(&self) -> Option<&str> {
        match self {
            Self::Garbled { body, .. } | Self::Empty { body } => Some(body),
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "no connection: {why}"),
            Self::Broken(why) => write!(f, "the connection broke: {why}"),
            Self::Slow { seconds, begun: false } => write!(f, "no reply in {seconds} s"),
            Self::Slow { seconds, begun: true } => {
                write!(f, "the reply began, and no more of it came in {seconds} s")
            }
            Self::Garbled { why, .. } => write!(f, "what came is no reply: {why}"),
            Self::Empty { .. } => f.write_str("a reply without choices"),
            Self::Busy { status, said, .. }
            | Self::Failed { status, said }
            | Self::Refused { status, said }
            | Self::Barred { status, said } => {
                write!(f, "status {status}")?;
                if said.is_empty() { Ok(()) } else { write!(f, ", {said}") }
            }
        }
    }
}

/// What a server says of an error, for a message of one line.
fn said(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let message = [&value["error"]["message"], &value["error"], &value["message"], &value["detail"]]
        .into_iter()
        .find_map(Value::as_str);
    let plain = message.unwrap_or(if value.is_null() { body } else { "" });
    shortened(plain)
}

/// In one line of bounded length, without control characters.
pub(crate) fn shortened(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Whether a server says that the account has nothing left, which no waiting mends.
fn quota_is_used_up(body: &str) -> bool {
    ["insufficient_quota", "billing_hard_limit", "credit balance"].iter().any(|sign| body.contains(sign))
}

/// How long a server asks to be left alone.
fn rest_asked(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| *number >= 0.0 && number.is_finite());
    let exactly = text("retry-after-ms").and_then(number).map(|milliseconds| milliseconds / 1e3);
    let seconds = exactly.or_else(|| {
        let after = text("retry-after")?;
        number(after).or_else(|| {
            let until = httpdate::parse_http_date(after).ok()?;
            Some(until.duration_since(SystemTime::now()).unwrap_or_default().as_secs_f64())
        })
    })?;
    Some(Duration::from_secs_f64(seconds.min(LONGEST_REST.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Fault {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Fault::of_status(status, &headers.collect(), body)
    }

    #[test]
    fn each_status_has_its_cure() {
        for (status, cure) in [
            (429, Cure::Rest(None)),
            (503, Cure::Rest(None)),
            (529, Cure::Rest(None)),
            (500, Cure::Again),
            (502, Cure::Again),
            (408, Cure::Again),
            (400, Cure::GiveUp),
            (413, Cure::GiveUp),
            (422, Cure::GiveUp),
            (401, Cure::Stop),
            (403, Cure::Stop),
            (404, Cure::Stop),
            (307, Cure::Stop),
        ] {
            assert_eq!(of(status, &[], "").cure(), cure, "{status}");
        }
    }

    #[test]
    fn a_server_says_how_long_it_rests() {
        let rest = |headers: &[(&'static str, &str)]| of(429, headers, "").cure();
        assert_eq!(rest(&[("retry-after", "2")]), Cure::Rest(Some(Duration::from_secs(2))));
        assert_eq!(rest(&[("retry-after", "0.25")]), Cure::Rest(Some(Duration::from_millis(250))));
        assert_eq!(
            rest(&[("retry-after", "9"), ("retry-after-ms", "20")]),
            Cure::Rest(Some(Duration::from_millis(20)))
        );
        assert_eq!(rest(&[("retry-after", "1e300")]), Cure::Rest(Some(LONGEST_REST)));
        for nonsense in ["-1", "soon", "NaN", "inf", ""] {
            assert_eq!(rest(&[("retry-after", nonsense)]), Cure::Rest(None), "{nonsense}");
        }
        let past = rest(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]);
        assert_eq!(past, Cure::Rest(Some(Duration::ZERO)));
    }

    #[test]
    fn no_waiting_fills_an_empty_account() {
        let body =
            r#"{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}"#;
        let fault = of(429, &[("retry-after", "1")], body);
        assert_eq!(
            (fault.cure(), fault.to_string()),
            (Cure::Stop, "status 429, You exceeded your current quota".into())
        );
    }

    #[test]
    fn what_servers_say_is_one_line_of_bounded_length() {
        for (body, expected) in [
            (r#"{"error": {"message": "too\n long"}}"#, "status 400, too long"),
            (r#"{"error": "plain"}"#, "status 400, plain"),
            (r#"{"detail": "theirs"}"#, "status 400, theirs"),
            ("<html>\u{1b}[31mBad</html>", "status 400, <html> [31mBad</html>"),
            (r#"{"other": 1}"#, "status 400"),
            ("", "status 400"),
        ] {
            assert_eq!(of(400, &[], body).to_string(), expected);
        }
        assert_eq!(
            of(400, &[], &"é".repeat(10_000)).to_string().chars().count(),
            "status 400, …".chars().count() + LONGEST_WORD
        );
    }

    #[test]
    fn an_error_in_a_body_that_claims_success_is_one() {
        let of = |error: &str| Fault::of_error(&serde_json::from_str(error).unwrap(), error);
        assert_eq!(of(r#"{"message": "Rate limit reached", "type": "requests"}"#).cure(), Cure::Rest(None));
        assert_eq!(of(r#"{"message": "worker died", "code": 500}"#).cure(), Cure::Again);
        assert_eq!(of(r#""overloaded""#).cure(), Cure::Rest(None));
    }
}
