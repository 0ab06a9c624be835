//! Samples of dialogs that do not depend on the order of a set.
//!
//! Ours:   a sample is the dialogs whose seeded hash of roles, texts, calls and results is smallest, in the order of the hash. So
//!         it is the same for any order of the set and any number of threads, is drawn from a stream in the memory of the
//!         sample, and a larger one begins with the smaller. Copies of a dialog have one hash: they are all in or all
//!         out, but where the sample ends among them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Message};

use super::Set;

/// A dialog with its place in the order of samples; made by [`draw`].
#[derive(Debug)]
pub struct Drawn {
    key: u64,
    messages: Vec<Message>,
}

/// Hashes a dialog by its content: roles, texts, calls and results, not ids, tools or what is known about it.
pub fn draw(seed: Seed, dialog: Dialog) -> Drawn {
    let mut key = seed.child("diversity");
    for message in &dialog.messages {
        key = key.child(message.role.name()).child(message.said());
        for call in &message.calls {
            key = key.child(&call.name).child(&serde_json::to_string(&call.arguments).unwrap_or_default());
        }
        if let Some(malformed) = &message.malformed {
            key = key.child(&malformed.raw);
        }
    }
    Drawn { key: key.value(), messages: dialog.messages }
}

impl Ord for Drawn {
    fn cmp(&self, other: &Self) -> Ordering {
        // Two dialogs of one hash are all but sure to be the same; if not, their text decides, never their order.
        let text = |drawn: &Self| serde_json::to_string(&drawn.messages).unwrap_or_default();
        self.key.cmp(&other.key).then_with(|| text(self).cmp(&text(other)))
    }
}

impl PartialOrd for Drawn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Drawn {}

/// The dialogs of the smallest hashes among all that were put in.
#[derive(Debug)]
pub struct Sample {
    most: usize,
    seen: usize,
    kept: BinaryHeap<Drawn>,
}

impl Sample {
    /// An empty sample that holds at most this many dialogs.
    pub fn new(most: usize) -> Self {
        Self { most, seen: 0, kept: BinaryHeap::new() }
    }

    /// Keeps a dialog, or one that is before it.
    pub fn put(&mut self, drawn: Drawn) {
        self.seen += 1;
        if self.kept.len() < self.most {
            self.kept.push(drawn);
        } else if let Some(mut last) = self.kept.peek_mut()
            && drawn < *last
        {
            *last = drawn;
        }
    }

    /// How many dialogs were put in.
    pub const fn seen(&self) -> usize {
        self.seen
    }

    /// Reads the dialogs of the sample, so that they can be measured.
    pub fn read(self) -> Set {
        Set::of(self.kept.into_sorted_vec().into_iter().map(|drawn| drawn.messages).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_core::{Call, Role};

    use super::*;

    fn dialog(text: &str) -> Dialog {
        Dialog { messages: vec![Message::text(Role::User, text)], ..Dialog::default() }
    }

    #[test]
    fn what_is_known_of_a_dialog_does_not_move_it() {
        let plain = dialog("Hi");
        let mut known = plain.clone();
        known.meta.index = Some(3);
        assert_eq!(draw(Seed::new(7), plain.clone()), draw(Seed::new(7), known));
        let mut called = plain.clone();
        let before = draw(Seed::new(7), called.clone());
        called.messages[0]
            .calls
            .push(Call::new("f", json!({"a": 1}).as_object().cloned().unwrap_or_default()));
        assert_ne!(before, draw(Seed::new(7), called));
        assert_ne!(draw(Seed::new(7), plain.clone()).key, draw(Seed::new(8), plain).key);
    }
}
