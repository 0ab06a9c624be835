//! [`Scorer`]: how unlikely a model finds a text after another.
//!
//! Source: ToolACE (arXiv:2409.00920), complexity: `H_M(x, y)`, the mean negative log-likelihood of the response's tokens given what stands before them, by the model
//!         `M` that is going to be trained. It expires with the model, so it is a measurement that names it.

use std::pin::Pin;

use crate::{Place, Unanswered};

/// What a text costs a model, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// The tokens of the text, at least one.
    pub tokens: usize,
    /// The sum of their negative log-likelihoods.
    pub total: f64,
}

impl Loss {
    /// The mean over the tokens: `H_M(x, y)`.
    ///
    /// ```
    /// assert_eq!(toolwright_core::Loss { tokens: 4, total: 2.0 }.mean(), 0.5);
    /// ```
    pub fn mean(&self) -> f64 {
        self.total / self.tokens as f64
    }
}

/// A loss to come.
pub type Scoring<'a> = Pin<Box<dyn Future<Output = Result<Loss, Unanswered>> + Send + 'a>>;

/// Whoever measures losses: a server, a model in this process, or a record of one.
pub trait Scorer: Send + Sync {
    /// The loss of `response` after `context`, both as the model reads them, chat template and all. The same place and texts give the same loss whenever they are asked again.
    fn score<'a>(&'a self, place: &'a Place, context: &'a str, response: &'a str) -> Scoring<'a>;
}
