//! Which format a model's results have, from the results themselves.
//!
//! All of a model's answers vote, because one of them may look like something else: a chatty answer of a model that calls
//! through an API, a tag quoted in a text. Where nothing votes, the results are text.

use super::{Answer, DECODERS, Decoder, text};
use crate::bfcl::check::Names;
use crate::python::Value;

/// What has been seen of a model's answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// For each decoder, the answers that look like its own.
    votes: Vec<usize>,
    dotted: usize,
    underscored: usize,
}

impl Evidence {
    /// Takes an answer into account; `dotted` are the declared names with dots that it could call.
    pub(crate) fn see(&mut self, answer: &Answer<'_>, dotted: &[String]) {
        self.votes.resize(DECODERS.len(), 0);
        if let Some(at) = DECODERS.iter().position(|decoder| (decoder.recognises)(answer)) {
            self.votes[at] += 1;
        }
        for name in called(answer) {
            for declared in dotted {
                self.dotted += usize::from(name == declared);
                self.underscored += usize::from(name == declared.replace('.', "_"));
            }
        }
    }

    /// The format with the most votes; of several, the first in the list.
    pub(crate) fn decoder(&self) -> &'static Decoder {
        let voted = DECODERS.iter().zip(&self.votes).rev().max_by_key(|(_, votes)| **votes);
        voted.filter(|(_, votes)| **votes > 0).map_or(&text::DECODER, |(decoder, _)| decoder)
    }

    /// Text keeps the dots that its prompt showed. Calls through an API are compared with both spellings of declared
    /// names, and where neither is seen more often they have underscores, because most providers allow no dots.
    pub(crate) fn names(&self, decoder: &Decoder) -> Names {
        match decoder.id == DECODERS[0].id && self.underscored >= self.dotted {
            true => Names::Underscores,
            false => Names::Dots,
        }
    }
}

/// The names in a list of calls.
fn called<'a>(answer: &'a Answer<'_>) -> impl Iterator<Item = &'a str> {
    let items = match answer {
        Answer::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| match item {
        Value::Dict(call) => call.iter().next().and_then(|(name, _)| name.as_str()),
        _ => None,
    })
}
