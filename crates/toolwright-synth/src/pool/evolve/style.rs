//! Providers: how one writes its APIs, and what holds for all of them.
//!
//! Real pools hold many services, each with a hand of its own: the case of names, the voice of descriptions, whether unknown
//! arguments are refused. A sub-domain has a few such providers, and each draft is written by one of them. Where a pool is so
//! large that one functionality is served many times over, there are more providers, and those tell themselves apart as real ones
//! do: by a name before every call, and by what they cover, how fresh their data is and what they allow.

use toolwright_core::seed::{Rng, Seed};

use crate::agent::name::{capitalised, tokens};

/// A provider's hand.
#[derive(Clone, Debug)]
pub(super) struct Style {
    case: Case,
    pub(super) voice: Voice,
    /// What all its names begin with.
    pub(super) prefix: Option<String>,
    /// Whether its schemas forbid what they do not declare.
    pub(super) strict: bool,
    /// Sentences that hold for all that it offers.
    pub(super) facts: Vec<String>,
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

/// Providers of one sub-domain, at least.
pub(super) const PROVIDERS: usize = 6;

/// Beginnings and ends of made-up service names, for where there are many.
#[rustfmt::skip]
const HEADS: &[&str] = &[
    "acu", "bel", "cal", "dor", "eco", "fen", "gal", "hex", "ina", "jov", "kal", "lor", "mer", "nex", "oph", "pel", "qua", "ril", "sol",
    "tor", "umi", "ven", "wex", "xan", "yor", "zel", "arb", "bri", "cor", "dun", "eld", "fal", "gri", "har", "ivo", "jas", "kes", "lin",
    "mon", "nor",
];
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "bay", "base", "cast", "dale", "desk", "field", "flow", "ford", "gate", "hub", "kit", "lane", "line", "link", "loop", "mark", "mere",
    "mont", "nest", "net", "path", "point", "port", "rise", "side", "span", "stack", "stone", "tide", "ton", "trace", "vale", "view", "ward",
    "ware", "wave", "way", "well", "wick", "works",
];

/// What providers say of themselves: `#` is a number of the given range, `@` a region.
#[rustfmt::skip]
const FACTS: &[(&str, i64, i64)] = &[
    ("Data is refreshed every # minutes.", 2, 55), ("Covers @.", 0, 0), ("Limited to # calls per minute.", 10, 90),
    ("Records go back to #.", 1970, 2022), ("Results are cached for # seconds.", 5, 95), ("Free for up to # calls a day.", 50, 990),
    ("Times out after # seconds.", 4, 45), ("Most requests are answered within # ms.", 40, 900), ("Changes are logged for # days.", 30, 720),
    ("Available to customers in @.", 0, 0), ("Served from data centers in @.", 0, 0), ("Support answers within # hours.", 2, 72),
    ("Requests are billed in blocks of #.", 10, 500), ("Not available during maintenance on Sundays from # o'clock UTC.", 1, 9),
    ("Accounts may hold up to # open requests.", 3, 40), ("Version # of the interface.", 2, 40),
    ("Partners in @ use the same call.", 0, 0), ("Sandbox accounts get made-up data for # days.", 7, 90),
    ("Answers are kept for # hours.", 2, 96), ("At most # requests may run at once.", 2, 64),
];

const REGIONS: &[&str] = &[
    "Northern Europe", "Western Europe", "the Baltic states", "the Alps", "the Iberian peninsula",
    "the Benelux countries", "the Balkans", "North America", "Central America", "the Caribbean", "the Andes",
    "Brazil and Argentina", "East Africa", "West Africa", "Southern Africa", "the Gulf states", "South Asia",
    "Southeast Asia", "Japan and South Korea", "Australia and New Zealand", "Canada", "the British Isles",
    "Central Europe", "the Mediterranean", "the Nordic countries",
];

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
    /// - `home`: the sub-domain's seed; `which`: the provider's number.
    pub(super) fn of(home: Seed, which: usize) -> Self {
        let mut rng = home.child("provider").index(which as u64).rng();
        let case = if rng.chance(0.28) { Case::Camel } else { Case::Snake };
        let voice = match rng.below(20) {
            0..=9 => Voice::Imperative,
            10..=15 => Voice::Third,
            16..=17 => Voice::Purpose,
            _ => Voice::Permission,
        };
        let prefix = rng.chance(0.2).then(|| rng.choose(PREFIXES).copied()).flatten().map(str::to_owned);
        let strict = rng.chance(0.2);
        if which < PROVIDERS {
            return Self { case, voice, prefix, strict, facts: Vec::new() };
        }
        let prefix = Some(service(&mut rng));
        let facts = (0..5).map(|_| fact(&mut rng)).collect();
        Self { case, voice, prefix, strict, facts }
    }

    /// A `snake_case` name in this hand.
    pub(super) fn name(&self, snake: &str) -> String {
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
    pub(super) fn is_snake(&self) -> bool {
        self.case == Case::Snake
    }
}

/// A made-up service name, of some thousand.
pub(super) fn service(rng: &mut Rng) -> String {
    let mut part = |parts: &[&'static str]| rng.choose(parts).copied().unwrap_or_default();
    format!("{}{}", part(HEADS), part(ENDS))
}

fn fact(rng: &mut Rng) -> String {
    let (text, least, most) = FACTS[rng.below(FACTS.len())];
    let number = rng.between(least, most).to_string();
    let region = rng.choose(REGIONS).copied().unwrap_or_default();
    text.replace('#', &number).replace('@', region)
}
