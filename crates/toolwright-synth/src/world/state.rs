//! What is so in one dialog's world: plain data that can be written down, read back and gone on with.
//!
//! A thing is a [`Seed`]: everything that nobody has said of it follows from there. The state holds what was said: which thing an
//! identifier stands for, what calls and results have told of it, what of a kind has come up, and what is no more. The world's
//! answers are a function of this state and the call, so a dialog that is written in the middle goes on to the same bytes; whoever
//! plays a dialog differently (drifting tools, search over calls, rewards for what was achieved) starts from the same object.
//!
//! Ours:  no paper prescribes this; ToolEVO (arXiv:2410.06617) copies tool state per search node, for which this is small enough.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toolwright_core::seed::Seed;

/// The state of the world in one dialog.
///
/// Written as JSON, it is the same bytes for the same state: every map is ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// Where everything follows from that was never said.
    pub(crate) seed: Seed,
    /// The day on which the dialog takes place.
    #[serde(with = "day")]
    pub(crate) today: Date,
    /// The thing that an identifier stands for.
    things: BTreeMap<String, Seed>,
    /// What was said of things: thing → (property, value), in the order in which it was said first.
    facts: BTreeMap<Seed, Vec<(String, Value)>>,
    /// What has come up, by kind (`order id`), what was made before what was listed.
    kinds: BTreeMap<String, Vec<Known>>,
    /// Things that are no more.
    gone: BTreeSet<Seed>,
    /// Calls that were answered so far; the day goes on with them.
    pub(crate) calls: u32,
}

/// A thing that has come up in the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) thing: Seed,
    /// The functionality that listed it, as a seed, or [`SPOKEN_OF`]; none where a call made it.
    pub(crate) listed_by: Option<Seed>,
}

/// Who lists what nobody has listed and a call only spoke of.
pub(crate) const SPOKEN_OF: Seed = Seed::new(1);

impl State {
    pub(crate) const fn new(seed: Seed, today: Date) -> Self {
        Self {
            seed,
            today,
            things: BTreeMap::new(),
            facts: BTreeMap::new(),
            kinds: BTreeMap::new(),
            gone: BTreeSet::new(),
            calls: 0,
        }
    }

    /// The time of day by now: some minutes have gone by with every call.
    pub(crate) fn clock(&self) -> String {
        let start = self.seed.child("clock").rng().between(8 * 60, 17 * 60);
        let minute = (start + i64::from(self.calls) * 2).min(24 * 60 - 1);
        let second = self.seed.child("clock").index(u64::from(self.calls)).rng().between(0, 59);
        format!("{:02}:{:02}:{second:02}", minute / 60, minute % 60)
    }

    /// The thing that an identifier stands for.
    pub(crate) fn thing(&self, id: &str) -> Seed {
        self.things.get(id).copied().unwrap_or_else(|| self.seed.child("thing").child(id))
    }

    /// From now on the identifier stands for this thing.
    pub(crate) fn name(&mut self, id: String, thing: Seed) {
        self.things.insert(id, thing);
    }

    /// The identifier stands for this thing, unless it already stands for another.
    pub(crate) fn introduce(&mut self, id: String, thing: Seed) {
        self.things.entry(id).or_insert(thing);
    }

    /// Whether an identifier stands for another thing than this one.
    pub(crate) fn stands_for_another(&self, id: &str, thing: Seed) -> bool {
        self.things.get(id).is_some_and(|known| *known != thing)
    }

    /// What was said of a thing.
    pub(crate) fn facts(&self, thing: Seed) -> &[(String, Value)] {
        self.facts.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// What was said of one property of a thing.
    pub(crate) fn fact(&self, thing: Seed, property: &str) -> Option<&Value> {
        self.facts(thing).iter().find(|(known, _)| known == property).map(|(_, value)| value)
    }

    /// Whether anything has this name.
    pub(crate) fn is_called(&self, property: &str, name: &str) -> bool {
        // Few values are of this length, and many properties of that.
        let named = |(known, value): &(String, Value)| value == name && known == property;
        self.facts.values().any(|facts| facts.iter().any(named))
    }

    /// From now on this is so.
    pub(crate) fn learn(&mut self, thing: Seed, property: &str, value: &Value) {
        let facts = self.facts.entry(thing).or_default();
        match facts.iter_mut().find(|(known, _)| known == property) {
            Some((_, known)) => {
                if known != value {
                    known.clone_from(value);
                }
            }
            None => facts.push((property.to_owned(), value.clone())),
        }
    }

    /// What of a kind has come up and is still there.
    pub(crate) fn known(&self, kind: &str) -> impl Iterator<Item = Known> {
        let known = self.kinds.get(kind).map_or(&[][..], Vec::as_slice);
        known.iter().copied().filter(|known| !self.gone.contains(&known.thing))
    }

    /// A thing of this kind has come up.
    pub(crate) fn comes_up(&mut self, kind: &str, known: Known) {
        let all = match self.kinds.get_mut(kind) {
            Some(all) => all,
            None => self.kinds.entry(kind.to_owned()).or_default(),
        };
        if let Some(at) = all.iter().position(|other| other.thing == known.thing) {
            if all[at].listed_by != Some(SPOKEN_OF) {
                return;
            }
            all.remove(at);
        }
        let made = all.partition_point(|other| other.listed_by.is_none());
        all.insert(if known.listed_by.is_none() { made } else { all.len() }, known);
    }

    /// The thing is no more.
    pub(crate) fn ends(&mut self, thing: Seed) {
        self.gone.insert(thing);
    }

    /// Whether everything is still there.
    pub(crate) fn none_gone(&self) -> bool {
        self.gone.is_empty()
    }

    /// Whether the thing is no more.
    pub(crate) fn is_gone(&self, thing: Seed) -> bool {
        self.gone.contains(&thing)
    }
}

/// A day as `2026-03-14`.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let mut state = State::new(Seed::new(7), jiff::civil::date(2026, 3, 14));
        let thing = state.thing("ORD-1");
        state.name("ORD-1".into(), thing.child("made"));
        state.learn(thing, "status", &"open".into());
        state.learn(thing, "status", &"closed".into());
        state.comes_up("order id", Known { thing, listed_by: Some(Seed::new(1)) });
        state.comes_up("order id", Known { thing: Seed::new(3), listed_by: None });
        state.comes_up("order id", Known { thing, listed_by: None });
        state.ends(Seed::new(9));
        let written = serde_json::to_string(&state).expect("it can be written");
        let read: State = serde_json::from_str(&written).expect("it can be read");
        assert_eq!(read, state);
        assert_eq!(serde_json::to_string(&read).expect("it can be written"), written);
        assert_eq!(read.fact(thing, "status"), Some(&"closed".into()));
        // What was made comes before what was listed.
        let known: Vec<Seed> = read.known("order id").map(|known| known.thing).collect();
        assert_eq!(known, [Seed::new(3), thing]);
        state.ends(thing);
        assert_eq!(state.known("order id").count(), 1);
        // What was only spoken of is listed later.
        for listed_by in [SPOKEN_OF, Seed::new(7)] {
            state.comes_up("card id", Known { thing, listed_by: Some(listed_by) });
        }
        assert_eq!(state.kinds["card id"], [Known { thing, listed_by: Some(Seed::new(7)) }]);
        assert!(serde_json::from_str::<State>(&written.replace("2026-03-14", "a day")).is_err());
    }
}
