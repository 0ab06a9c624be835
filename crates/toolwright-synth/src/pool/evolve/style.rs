//! How a provider writes its APIs: the case of names, the voice of descriptions, whether unknown arguments are refused.
//!
//! Real pools hold many services, each with a hand of its own. A sub-domain has a few such providers, and each draft is written
//! by one of them.

use toolwright_core::seed::Seed;

use crate::agent::name::{capitalised, tokens};

/// A provider's hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    case: Case,
    pub(super) voice: Voice,
    /// What all its names begin with.
    pub(super) prefix: Option<&'static str>,
    /// Whether its schemas forbid what they do not declare.
    pub(super) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Snake,
    Camel,
}

/// Who speaks in a description.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Voice {
    /// `Search flights.`
    Imperative,
    /// `Searches flights.`
    Third,
    /// `Use it to search flights.`
    Purpose,
    /// `Lets you search flights.`
    Permission,
}

/// Providers of one sub-domain.
const PROVIDERS: usize = 6;

/// Made-up service names.
#[rustfmt::skip]
pub(super) const PREFIXES: &[&str] = &[
    "northway", "opendesk", "bluefin", "parcelo", "quanta", "velora", "citywise", "lumio", "fieldbook", "harbor", "tideline", "atlas",
    "orbit", "pinehub", "swiftly", "mosaic", "keystone", "waypoint", "beacon", "cobalt", "ledgerly", "evergo", "sundial", "trailhead",
    "novacore", "brightside", "clearpath", "redwood", "skylark", "zenway", "polaris", "copperleaf", "daybreak", "fernhub", "granite",
    "hilltop", "ironbark", "juniper", "kestrel", "lakeside",
];

impl Style {
    /// One of the providers of a sub-domain.
    ///
    /// - `home`: the sub-domain's seed; `which`: any number.
    pub(super) fn of(home: Seed, which: usize) -> Self {
        let mut rng = home.child("provider").index((which % PROVIDERS) as u64).rng();
        let case = if rng.chance(0.28) { Case::Camel } else { Case::Snake };
        let voice = match rng.below(20) {
            0..=9 => Voice::Imperative,
            10..=15 => Voice::Third,
            16..=17 => Voice::Purpose,
            _ => Voice::Permission,
        };
        let prefix = rng.chance(0.2).then(|| rng.choose(PREFIXES).copied()).flatten();
        Self { case, voice, prefix, strict: rng.chance(0.2) }
    }

    /// A `snake_case` name in this hand.
    pub(super) fn name(self, snake: &str) -> String {
        match self.case {
            Case::Snake => snake.to_owned(),
            Case::Camel => {
                let words = tokens(snake);
                let rest = words.iter().skip(1).map(|word| capitalised(word));
                words.first().cloned().into_iter().chain(rest).collect()
            }
        }
    }

    /// Whether names stay as they are.
    pub(super) fn is_snake(self) -> bool {
        self.case == Case::Snake
    }
}
