//! [`Server`]: where a model is asked, and what is known of the place.

use std::time::Duration;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toolwright_core::{Error, Result, Usage};

/// A server that speaks OpenAI's chat completions, and a model on it.
///
/// ```
/// use toolwright_llm::Server;
/// let server = Server { in_flight: 256, ..Server::new("http://localhost:8000/v1", "qwen2.5-7b") };
/// server.check()?;
/// let misspelt = Server::new("localhost:8000/v1", "qwen2.5-7b");
/// assert!(misspelt.check().unwrap_err().to_string().contains("expected http:// or https://"));
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address that `/chat/completions` is put behind; for most servers it ends with `/v1`.
    pub url: String,
    /// The model, as the server names it.
    pub model: String,
    /// The environment variable that holds the key. A server without a key needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_env: Option<String>,
    /// The server's share of the asks, beside the other servers' weights.
    #[serde(default = "one")]
    pub weight: f64,
    /// The most requests at the same time. There are fewer where the server says that it is too busy.
    #[serde(default = "in_flight")]
    pub in_flight: usize,
    /// The most requests a minute, where the provider has such a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// The most tokens a minute, prompts and replies together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_minute: Option<u64>,
    /// Seconds until a reply must be there, whole.
    #[serde(default = "timeout")]
    pub timeout: f64,
    /// Seconds without a byte after which a reply that has begun is given up.
    #[serde(default = "idle")]
    pub idle: f64,
    /// What tokens cost, where costs are to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// The name of the longest reply in requests; OpenAI's own newer models want `max_completion_tokens`.
    #[serde(default = "max_tokens", skip_serializing_if = "is_max_tokens")]
    pub max_tokens_key: String,
    /// Whatever else goes into the body of each request.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
    /// How requests go through the provider's batch interface; absent where each is sent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batching>,
}

/// How requests are put together into batches, which providers charge less for and take up to a day over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Batching {
    /// Seconds without a new request after which those that are there are sent.
    pub gather: f64,
    /// Seconds between two looks at a batch.
    pub poll: f64,
    /// The most requests of a batch.
    pub largest: usize,
}

impl Default for Batching {
    fn default() -> Self {
        Self { gather: 2.0, poll: 30.0, largest: 20_000 }
    }
}

/// What a million tokens cost, in whatever currency; nothing here knows a provider's prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Of prompts.
    pub input: f64,
    /// Of prompts that the server had at hand; as `input` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<f64>,
    /// Of replies.
    pub output: f64,
}

impl Prices {
    /// What these tokens cost.
    pub fn cost(&self, usage: Usage) -> f64 {
        let cached = usage.cached.min(usage.prompt);
        #[expect(clippy::cast_precision_loss, reason = "no reply has 2^53 tokens")]
        let of = |tokens: u64, price: f64| tokens as f64 * price / 1e6;
        of(usage.prompt - cached, self.input)
            + of(cached, self.cached.unwrap_or(self.input))
            + of(usage.completion, self.output)
    }
}

const fn one() -> f64 {
    1.0
}

const fn in_flight() -> usize {
    64
}

const fn timeout() -> f64 {
    300.0
}

const fn idle() -> f64 {
    60.0
}

fn max_tokens() -> String {
    "max_tokens".to_owned()
}

fn is_max_tokens(key: &String) -> bool {
    key == "max_tokens"
}

/// The most requests at once that make sense for one process.
const MOST_IN_FLIGHT: usize = 20_000;

impl Server {
    /// A server with the defaults, and without a key.
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            key_env: None,
            weight: one(),
            in_flight: in_flight(),
            requests_per_minute: None,
            tokens_per_minute: None,
            timeout: timeout(),
            idle: idle(),
            prices: None,
            max_tokens_key: max_tokens(),
            extra: Map::new(),
            batch: None,
        }
    }

    /// Whether every setting makes sense.
    ///
    /// # Errors
    /// Names the first that does not, with what was expected.
    pub fn check(&self) -> Result<()> {
        self.endpoint()?;
        let wrong = |what: &str, found: &dyn std::fmt::Display, expected: &str| {
            Err(Error::new(format!("{what} is {found}; expected {expected}")).at(&self.url))
        };
        let positive = |number: f64| number > 0.0 && number.is_finite();
        if self.model.is_empty() {
            return wrong("model", &"empty", "the model's name, as the server lists it under /models");
        }
        if !positive(self.weight) {
            return wrong("weight", &self.weight, "a positive number");
        }
        if !(1..=MOST_IN_FLIGHT).contains(&self.in_flight) {
            return wrong("in_flight", &self.in_flight, &format!("1 to {MOST_IN_FLIGHT}"));
        }
        if self.requests_per_minute == Some(0) || self.tokens_per_minute == Some(0) {
            return wrong("a limit per minute", &0, "at least 1, or no limit");
        }
        for (what, seconds) in [("timeout", self.timeout), ("idle", self.idle)] {
            if !positive(seconds) || seconds > 86_400.0 {
                return wrong(what, &seconds, "seconds, more than 0 and at most 86400");
            }
        }
        if let Some(Batching { gather, poll, largest }) = self.batch {
            for (what, seconds) in [("batch.gather", gather), ("batch.poll", poll)] {
                if !positive(seconds) || seconds > 86_400.0 {
                    return wrong(what, &seconds, "seconds, more than 0 and at most 86400");
                }
            }
            if largest == 0 {
                return wrong("batch.largest", &largest, "at least 1 request");
            }
        }
        let prices = self
            .prices
            .map_or(vec![], |prices| vec![prices.input, prices.output, prices.cached.unwrap_or_default()]);
        if let Some(price) = prices.into_iter().find(|price| !(price.is_finite() && *price >= 0.0)) {
            return wrong("a price", &price, "0 or more, for a million tokens");
        }
        Ok(())
    }

    /// The address that requests go to.
    pub(crate) fn endpoint(&self) -> Result<Url> {
        let wrong = |why: String| Error::new(why).at(shown(&self.url));
        let mut url = Url::parse(&self.url).map_err(|error| {
            wrong(format!("no address of a server: {error}; expected http:// or https:// and a host, such as http://localhost:8000/v1"))
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("no address of a server; expected http:// or https:// before it".into()));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(wrong(
                "an address is kept in the run, so it must hold no key; put the key into an environment variable and name that as key_env"
                    .into(),
            ));
        }
        if !url.path().ends_with("/chat/completions") {
            let path = format!("{}/chat/completions", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        url.set_fragment(None);
        Ok(url)
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs_f64(self.timeout)
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_secs_f64(self.idle)
    }
}

/// An address without what may be a key in it.
fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (None, Some((_, host))) => format!("…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_behind_the_address_that_was_given() {
        let to = |url: &str| Server::new(url, "m").endpoint().unwrap().to_string();
        assert_eq!(to("http://localhost:8000/v1"), "http://localhost:8000/v1/chat/completions");
        assert_eq!(to("http://localhost:8000/v1/"), "http://localhost:8000/v1/chat/completions");
        assert_eq!(to("https://h/openai/v1/chat/completions"), "https://h/openai/v1/chat/completions");
        assert_eq!(to("http://[::1]:1"), "http://[::1]:1/chat/completions");
    }

    #[test]
    fn what_makes_no_sense_is_named_and_no_key_is_shown() {
        let why = |server: Server| server.check().unwrap_err().to_string();
        let fine = || Server::new("http://h/v1", "m");
        assert_eq!(
            why(Server { weight: 0.0, ..fine() }),
            "http://h/v1: weight is 0; expected a positive number"
        );
        assert_eq!(
            why(Server { in_flight: 0, ..fine() }),
            "http://h/v1: in_flight is 0; expected 1 to 20000"
        );
        assert!(why(Server { timeout: f64::NAN, ..fine() }).contains("timeout is NaN"));
        assert!(why(Server { model: String::new(), ..fine() }).contains("expected the model's name"));
        let prices = Some(Prices { input: -1.0, ..Prices::default() });
        assert!(why(Server { prices, ..fine() }).contains("a price is -1"));
        for url in ["http://me:sk-secret@h/v1", "http://h/v1?api-key=sk-secret", "me:sk-secret@h/v1"] {
            let why = why(Server::new(url, "m"));
            assert!(!why.contains("sk-secret"), "{why}");
        }
    }

    #[test]
    fn cached_tokens_cost_what_they_cost() {
        let prices = Prices { input: 2.0, cached: Some(0.5), output: 10.0 };
        let usage = Usage { prompt: 1_000_000, cached: 400_000, completion: 100_000 };
        assert!((prices.cost(usage) - (1.2 + 0.2 + 1.0)).abs() < 1e-12);
        let more_cached_than_there_is = Usage { prompt: 10, cached: 20, completion: 0 };
        assert!(prices.cost(more_cached_than_there_is) > 0.0);
    }
}
