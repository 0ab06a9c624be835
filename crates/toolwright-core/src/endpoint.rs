//! [`Request`] and [`Reply`]: what a model is asked and what it answers; [`Endpoint`]: whoever answers.
//!
//! Prompts are rendered and replies are judged without a network, so the nouns are here; who sends them is at the edge.
//! Every ask has a [`Place`] in its run, by which its reply is found again: a reply that was paid for is never asked for twice.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Message, Tool};

/// Where in a run something is asked. Two asks of a run never have the same place.
///
/// ```
/// use toolwright_core::Place;
/// let place = Place { sample: 17, step: 3, ..Place::new("assistant") };
/// assert_eq!(place.to_string(), "assistant, sample 17, step 3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which part of the job asks: the name of an agent, a judge, a benchmark.
    pub stage: &'static str,
    /// The sample's index.
    pub sample: u64,
    /// Which try of the sample, from 0.
    pub attempt: u32,
    /// Which ask of the try, from 0.
    pub step: u32,
    /// Which draw of the ask, from 0, where it is put more than once.
    pub draw: u32,
}

impl Place {
    /// The first place of a stage.
    pub const fn new(stage: &'static str) -> Self {
        Self { stage, sample: 0, attempt: 0, step: 0, draw: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, sample {}", self.stage, self.sample)?;
        let rest = [("try", self.attempt), ("step", self.step), ("draw", self.draw)];
        rest.iter().filter(|(_, n)| *n > 0).try_for_each(|(what, n)| write!(f, ", {what} {n}"))
    }
}

/// What a model is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The dialog so far; the model speaks next.
    pub messages: Vec<Message>,
    /// The tools that it may call.
    pub tools: Vec<Arc<Tool>>,
    /// Whether it may, must or must not call.
    pub choice: ToolChoice,
    /// The JSON that the reply must be, where it must be some.
    pub form: Option<Arc<Form>>,
    /// How the reply is drawn.
    pub sampling: Sampling,
}

/// Whether a model may call tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it sees fit.
    #[default]
    Auto,
    /// It must not.
    None,
    /// It must call at least one.
    Required,
}

/// A reply that is JSON of this schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// A name for the schema: letters, digits, `_` and `-`.
    pub name: String,
    /// The JSON Schema, of an object.
    pub schema: Value,
    /// Whether the server is to promise that replies keep to it; some then take only schemas that close every object.
    pub strict: bool,
}

/// How a reply is drawn. What is absent is left to the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// 0 for the likeliest reply, higher for more varied ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of the probability mass that is drawn from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The longest reply, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The seed of the draw, for servers that honour one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Texts at which a reply ends.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// How many replies are drawn at once; absent means one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<u32>,
    /// How many of the likeliest tokens come with each token's log-probability; absent means no log-probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<u8>,
    /// Whatever else a server takes, as it stands in the request's body.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// What a model answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The replies drawn, at least one.
    pub candidates: Vec<Candidate>,
    /// What the server counted, where it says so.
    pub usage: Option<Usage>,
    /// The model, as the server names it.
    pub model: Option<String>,
}

/// One reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What is said and called; arguments that are no JSON object are in [`Message::malformed`].
    pub message: Message,
    /// What the model thought before it spoke, where the server tells.
    pub reasoning: Option<String>,
    /// Why the reply ends where it does.
    pub finish: Finish,
    /// The log-probability of each token, where asked for.
    pub logprobs: Option<Vec<TokenLogprob>>,
}

/// Why a reply ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Finish {
    /// The model ended it, or a stop text did.
    Stop,
    /// With calls.
    Calls,
    /// It was cut off at the longest length.
    Length,
    /// The server withheld it.
    Filtered,
    /// The server does not say, or in a word that is not known.
    #[default]
    Unknown,
}

/// A token and how likely it was.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLogprob {
    /// The token's text.
    pub token: String,
    /// The natural logarithm of its probability.
    pub logprob: f64,
}

/// Tokens, as a server counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the request.
    pub prompt: u64,
    /// Of the prompt's tokens, those that the server had at hand and may charge less for.
    pub cached: u64,
    /// Of the reply, thinking included.
    pub completion: u64,
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The server will not answer this request, however often it is sent: it is too long, for one.
    Refused(String),
    /// It was sent as often as allowed; it can be asked again another time.
    Exhausted(String),
    /// Nothing more is asked in this run: the budget is used up, the key is not accepted, somebody pressed Ctrl-C.
    Stopped(String),
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(why) | Self::Exhausted(why) | Self::Stopped(why)) = self;
        f.write_str(why)
    }
}

impl std::error::Error for Unanswered {}

/// A reply to come.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Reply, Unanswered>> + Send + 'a>>;

/// Whoever answers for a model: a server, or a record of one.
pub trait Endpoint: Send + Sync {
    /// Asks; the same place and request give the same reply whenever they are asked again.
    fn ask<'a>(&'a self, place: &'a Place, request: &'a Request) -> Asking<'a>;
}
