//! How varied is a set of dialogs, and how well do its dialogs hang together?
//!
//! Source: ToolFlow (arXiv:2410.18447), data-quality metrics H, D-3 and SS. One file a question: `spread.rs` (words),
//!         `similar.rs` (SS), `links.rs` (what later turns take up); each says where we differ.
//! Ours:   no model. A set is measured on a [`Sample`] (`sample.rs`), and sets are compared at one [`Size`], as many words or
//!         turns of each. EnR, NAT, COH, HELP and ACC need models and are not built.
//!
//! ```
//! use toolwright_core::seed::Seed;
//! use toolwright_core::{Dialog, Message, Role};
//! use toolwright_verify::diversity::{MEASURES, Sample, draw};
//! let mut sample = Sample::new(100);
//! for text in ["Air quality in Turin?", "Air quality in Bari?"] {
//!     let dialog = Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() };
//!     sample.put(draw(Seed::new(7), dialog));
//! }
//! let set = sample.read();
//! let distinct = MEASURES.iter().find(|measure| measure.id == "distinct-3-user").expect("it is in the list");
//! // "air quality in" twice, "quality in turin", "quality in bari"
//! assert_eq!((distinct.of)(&set, &set.size()), Some(0.75));
//! ```

mod links;
mod sample;
mod similar;
mod spread;
mod words;

use toolwright_core::{Message, Role};

pub use sample::{Drawn, Sample, draw};

use links::{Context, from_results};
use similar::{Mean, Paired, Rarity};
use spread::share;
use words::folded;
pub(crate) use words::{carries_content, words};

/// A sample, read. Everything that does not depend on the size of comparison is in numbers already.
pub struct Set {
    dialogs: Vec<Vec<Turn>>,
    similarity: Paired,
    linked: Paired,
    values: (usize, usize),
    calls: usize,
}

/// What the user or the assistant says.
struct Turn {
    user: bool,
    folded: String,
    words: Vec<String>,
}

/// A request that has an exchange before it: where it is, its words, and those of a request of another dialog.
struct Request<'a> {
    dialog: usize,
    turn: usize,
    words: &'a [String],
    other: Option<&'a [String]>,
}

/// How much of a sample is measured where the amount matters. Of several sets, [`Size::or_less`] gives what all have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Turns of the user.
    pub turns: usize,
    /// Words of the user.
    pub words: usize,
    /// Words of the user and the assistant.
    pub all_words: usize,
}

impl Size {
    /// The smaller of each.
    #[must_use]
    pub fn or_less(self, other: Self) -> Self {
        Self {
            turns: self.turns.min(other.turns),
            words: self.words.min(other.words),
            all_words: self.all_words.min(other.all_words),
        }
    }
}

impl Set {
    fn of(dialogs: Vec<Vec<Message>>) -> Self {
        let mut set = Self {
            dialogs: dialogs.iter().map(|messages| turns(messages)).collect(),
            similarity: Paired::default(),
            linked: Paired::default(),
            values: (0, 0),
            calls: 0,
        };
        for messages in &dialogs {
            let (all, taken) = from_results(messages);
            set.values = (set.values.0 + all, set.values.1 + taken);
            // A turn that set out to call counts as one call.
            let calls =
                messages.iter().map(|message| message.calls.len() + usize::from(message.malformed.is_some()));
            set.calls += calls.sum::<usize>();
        }
        set.similarity = set.compare();
        set.linked = set.link(&dialogs);
        set
    }

    /// The requests that have an exchange before them: dialog and turn.
    fn later(&self) -> Vec<(usize, usize)> {
        let later = |(at, turns): (usize, &Vec<Turn>)| {
            let requests = turns.iter().enumerate().filter(|(_, turn)| turn.user).skip(1);
            requests.map(|(turn, _)| (at, turn)).collect::<Vec<_>>()
        };
        self.dialogs.iter().enumerate().flat_map(later).collect()
    }

    /// The later requests, each with one of another dialog: the one half of the list further on, where that is of another.
    fn requests(&self) -> Vec<Request<'_>> {
        let later = self.later();
        let words = |(dialog, turn): (usize, usize)| {
            self.dialogs.get(dialog).and_then(|turns| turns.get(turn)).map_or(&[][..], |turn| &turn.words)
        };
        let other = |n: usize| later.get((n + later.len() / 2) % later.len().max(1)).copied();
        let request = |(n, at): (usize, &(usize, usize))| Request {
            dialog: at.0,
            turn: at.1,
            words: words(*at),
            other: other(n).filter(|other| other.0 != at.0).map(words),
        };
        later.iter().enumerate().map(request).collect()
    }

    fn compare(&self) -> Paired {
        let mut rarity = Rarity::default();
        self.dialogs.iter().flatten().for_each(|turn| rarity.add(&turn.words));
        let mut similarity = Paired::default();
        for Request { dialog, turn, words, other } in self.requests() {
            let before = self.dialogs.get(dialog).and_then(|turns| turns.get(..turn)).unwrap_or_default();
            let start = before.iter().rposition(|turn| turn.user).unwrap_or_default();
            let exchange = before.get(start..).unwrap_or_default().iter().map(|turn| turn.words.as_slice());
            let exchange = rarity.vectors(exchange);
            similarity.related.add(exchange.similarity(&rarity.vectors([words])));
            if let Some(other) = other {
                similarity.unrelated.add(exchange.similarity(&rarity.vectors([other])));
            }
        }
        similarity
    }

    fn link(&self, dialogs: &[Vec<Message>]) -> Paired {
        let mut linked = Paired::default();
        let mut requests = self.requests().into_iter();
        for messages in dialogs {
            let (mut context, mut asked) = (Context::default(), false);
            for message in messages {
                if message.role == Role::User
                    && std::mem::replace(&mut asked, true)
                    && let Some(Request { words, other, .. }) = requests.next()
                {
                    linked.related.add(f64::from(context.links(words)));
                    other.into_iter().for_each(|other| linked.unrelated.add(f64::from(context.links(other))));
                }
                context.add(message);
            }
        }
        linked
    }

    fn user_turns(&self) -> impl Iterator<Item = &Turn> {
        self.all_turns().filter(|turn| turn.user)
    }

    fn all_turns(&self) -> impl Iterator<Item = &Turn> {
        self.dialogs.iter().flatten()
    }

    fn user_words(&self) -> impl Iterator<Item = &[String]> {
        self.user_turns().map(|turn| turn.words.as_slice())
    }

    fn all_words(&self) -> impl Iterator<Item = &[String]> {
        self.all_turns().map(|turn| turn.words.as_slice())
    }

    /// The mean length of the user's turns in words, and its standard deviation.
    fn length(&self) -> Option<(f64, f64)> {
        let mut lengths = Mean::default();
        self.user_words().for_each(|words| lengths.add(words.len() as f64));
        let mean = lengths.value()?;
        let mut squares = Mean::default();
        self.user_words().for_each(|words| squares.add((words.len() as f64 - mean).powi(2)));
        Some((mean, squares.value()?.sqrt()))
    }

    /// How much there is to measure.
    pub fn size(&self) -> Size {
        Size {
            turns: self.user_turns().count(),
            words: self.user_words().map(<[String]>::len).sum(),
            all_words: self.all_words().map(<[String]>::len).sum(),
        }
    }

    /// How many dialogs the sample holds.
    pub const fn dialogs(&self) -> usize {
        self.dialogs.len()
    }

    /// How many requests of the user have an exchange before them; coherence is measured on these.
    pub fn later_turns(&self) -> usize {
        self.later().len()
    }
}

fn turns(messages: &[Message]) -> Vec<Turn> {
    let spoken = messages.iter().filter(|message| match message.role {
        Role::User => true,
        Role::Assistant => !message.said().is_empty() && message.malformed.is_none(),
        Role::System | Role::Tool => false,
    });
    let turn = |message: &Message| Turn {
        user: message.role == Role::User,
        folded: folded(message.said()),
        words: words(message.said()),
    };
    spoken.map(turn).collect()
}

/// What a measure's number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of 0 or more.
    Number,
    /// A part of a whole, from 0 to 1.
    Share,
    /// A mean of cosines, from 0 to 1.
    Cosine,
}

impl Unit {
    /// A value as a table has it.
    ///
    /// ```
    /// use toolwright_verify::diversity::Unit;
    /// assert_eq!((Unit::Share.written(0.125), Unit::Cosine.written(0.1)), ("12.5 %".into(), "0.100".into()));
    /// ```
    pub fn written(self, value: f64) -> String {
        match self {
            Self::Number => format!("{value:.2}"),
            Self::Share => format!("{:.1} %", 100.0 * value),
            Self::Cosine => format!("{value:.3}"),
        }
    }
}

/// One number of a set.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// What it is, in a phrase.
    pub says: &'static str,
    /// What the number is.
    pub unit: Unit,
    /// Takes it at a size; `None` where the set has less, or nothing that it could be taken of.
    pub of: fn(&Set, &Size) -> Option<f64>,
}

/// Every measure, in the order of tables.
pub const MEASURES: &[Measure] = &[
    Measure {
        id: "entropy-user",
        says: "H of the user's words, in bits",
        unit: Unit::Number,
        of: |set, size| spread::entropy(set.user_words(), size.words),
    },
    Measure {
        id: "distinct-3-user",
        says: "D-3 of the user's words",
        unit: Unit::Share,
        of: |set, size| spread::distinct_trigrams(set.user_words(), size.words),
    },
    Measure {
        id: "distinct-words-user",
        says: "distinct words of the user",
        unit: Unit::Share,
        of: |set, size| spread::distinct_words(set.user_words(), size.words),
    },
    Measure {
        id: "distinct-openings",
        says: "distinct first three words of user turns",
        unit: Unit::Share,
        of: |set, size| spread::distinct_openings(set.user_words(), size.turns),
    },
    Measure {
        id: "repeated-turns",
        says: "user turns that repeat an earlier one",
        unit: Unit::Share,
        of: |set, size| spread::repeated(set.user_turns().map(|turn| turn.folded.as_str()), size.turns),
    },
    Measure {
        id: "entropy-all",
        says: "H of all words, in bits",
        unit: Unit::Number,
        of: |set, size| spread::entropy(set.all_words(), size.all_words),
    },
    Measure {
        id: "distinct-3-all",
        says: "D-3 of all words",
        unit: Unit::Share,
        of: |set, size| spread::distinct_trigrams(set.all_words(), size.all_words),
    },
    Measure {
        id: "distinct-words-all",
        says: "distinct words of all",
        unit: Unit::Share,
        of: |set, size| spread::distinct_words(set.all_words(), size.all_words),
    },
    Measure {
        id: "similarity",
        says: "SS: an exchange and the next request",
        unit: Unit::Cosine,
        of: |set, _| set.similarity.related.value(),
    },
    Measure {
        id: "similarity-unrelated",
        says: "the same across dialogs",
        unit: Unit::Cosine,
        of: |set, _| set.similarity.unrelated.value(),
    },
    Measure {
        id: "linked-turns",
        says: "later requests linked to what came before",
        unit: Unit::Share,
        of: |set, _| set.linked.related.value(),
    },
    Measure {
        id: "linked-unrelated",
        says: "the same across dialogs",
        unit: Unit::Share,
        of: |set, _| set.linked.unrelated.value(),
    },
    Measure {
        id: "values-from-results",
        says: "later arguments from earlier results",
        unit: Unit::Share,
        of: |set, _| share(set.values.1, set.values.0),
    },
    Measure {
        id: "turns",
        says: "user turns a dialog",
        unit: Unit::Number,
        of: |set, _| share(set.size().turns, set.dialogs()),
    },
    Measure {
        id: "calls",
        says: "calls a dialog",
        unit: Unit::Number,
        of: |set, _| share(set.calls, set.dialogs()),
    },
    Measure {
        id: "words-a-turn",
        says: "words a user turn",
        unit: Unit::Number,
        of: |set, _| Some(set.length()?.0),
    },
    Measure {
        id: "words-a-turn-spread",
        says: "their standard deviation",
        unit: Unit::Number,
        of: |set, _| Some(set.length()?.1),
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use toolwright_core::Dialog;
    use toolwright_core::seed::Seed;

    use super::*;

    fn dialog(turns: &[&str]) -> Dialog {
        let role = |at: usize| if at.is_multiple_of(2) { Role::User } else { Role::Assistant };
        let messages = turns.iter().enumerate().map(|(at, text)| Message::text(role(at), *text)).collect();
        Dialog { messages, ..Dialog::default() }
    }

    fn set(most: usize, dialogs: impl IntoIterator<Item = Dialog>) -> Set {
        let mut sample = Sample::new(most);
        dialogs.into_iter().for_each(|dialog| sample.put(draw(Seed::new(7), dialog)));
        sample.read()
    }

    fn take(id: &str, set: &Set) -> Option<f64> {
        let measure = MEASURES.iter().find(|measure| measure.id == id).expect("it is in the list");
        (measure.of)(set, &set.size())
    }

    #[test]
    fn measures_are_well_formed() {
        let mut ids = HashSet::new();
        for measure in MEASURES {
            assert!(ids.insert(measure.id) && !measure.says.is_empty(), "{}", measure.id);
            assert!(measure.id.bytes().all(|b| b == b'-' || b.is_ascii_lowercase() || b.is_ascii_digit()));
            assert_eq!((measure.of)(&set(10, []), &set(10, []).size()), None, "{}", measure.id);
        }
    }

    #[test]
    fn a_sample_does_not_depend_on_order_and_begins_with_the_smaller() {
        let texts: Vec<String> = (0..50).map(|n| format!("Request number {n}")).collect();
        let drawn = |most: usize, back: bool| {
            let dialogs = texts.iter().map(|text| dialog(&[text]));
            let set = if back { set(most, dialogs.rev()) } else { set(most, dialogs) };
            set.user_turns().map(|turn| turn.folded.clone()).collect::<Vec<_>>()
        };
        let ten = drawn(10, false);
        assert_eq!((ten.len(), &ten), (10, &drawn(10, true)));
        assert_eq!(ten, drawn(20, true)[..10]);
        assert_ne!(ten, drawn(50, false)[40..]);
    }

    #[test]
    fn coherent_dialogs_are_told_from_shuffled_ones() {
        let things = ["kettle", "lantern", "violin", "hammock", "bicycle", "tent"];
        let coherent = things.map(|thing| {
            dialog(&[
                &format!("Find me a {thing}"),
                &format!("This {thing} is new"),
                &format!("Order that {thing}"),
            ])
        });
        let coherent = set(10, coherent);
        assert_eq!((coherent.dialogs(), coherent.later_turns()), (6, 6));
        assert_eq!(
            (take("linked-turns", &coherent), take("linked-unrelated", &coherent)),
            (Some(1.0), Some(0.0))
        );
        let (related, unrelated) = (take("similarity", &coherent), take("similarity-unrelated", &coherent));
        assert!(related > Some(0.3) && unrelated < Some(0.1), "{related:?} {unrelated:?}");
    }

    #[test]
    fn shape_is_counted() {
        let set = set(10, [dialog(&["One two three", "Yes.", "Four"]), dialog(&["FOUR "]), dialog(&[])]);
        assert_eq!(set.size(), Size { turns: 3, words: 5, all_words: 6 });
        assert_eq!((take("turns", &set), take("calls", &set)), (Some(1.0), Some(0.0)));
        assert_eq!(take("repeated-turns", &set), Some(1.0 / 3.0));
        assert!(take("words-a-turn", &set).is_some_and(|mean| (mean - 5.0 / 3.0).abs() < 1e-12));
        assert!(
            take("words-a-turn-spread", &set)
                .is_some_and(|spread| (spread - (8.0_f64 / 9.0).sqrt()).abs() < 1e-12)
        );
        let small = Size { turns: 2, words: 2, all_words: 2 };
        assert_eq!(set.size().or_less(small), small);
    }
}
