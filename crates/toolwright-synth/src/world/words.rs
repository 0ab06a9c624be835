//! The words of property names, kept for the thread: the same few names come up in every result.

use std::cell::RefCell;
use std::sync::Arc;

use ahash::AHashMap;

use crate::agent::name::tokens;

/// Names kept before all are dropped.
const KEPT: usize = 8_192;

/// The lower-case words of a property's name.
pub(crate) fn words_of(name: &str) -> Arc<[String]> {
    known(name, |known| Arc::clone(&known.words))
}

/// The words of a name in one: `hotel_name` for `hotelName`.
pub(crate) fn key(name: &str) -> Arc<str> {
    known(name, |known| Arc::clone(&known.key))
}

struct Known {
    words: Arc<[String]>,
    key: Arc<str>,
}

fn known<T>(name: &str, what: impl Fn(&Known) -> T) -> T {
    thread_local! {
        static KNOWN: RefCell<AHashMap<Box<str>, Known>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|all| {
        if let Some(known) = all.get(name) {
            return what(known);
        }
        if all.len() >= KEPT {
            all.clear();
        }
        let words = tokens(name);
        let fresh = Known { key: words.join("_").into(), words: words.into() };
        let found = what(&fresh);
        all.insert(name.into(), fresh);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_hand_have_the_same_words() {
        for name in ["hotelName", "hotel_name", "hotel-name", "hotelName"] {
            assert_eq!(&*key(name), "hotel_name");
            assert_eq!(*words_of(name), ["hotel", "name"].map(str::to_owned));
        }
    }

    #[test]
    fn more_names_than_are_kept_have_their_own_words() {
        for at in 0..KEPT + 10 {
            assert_eq!(&*key(&format!("name{at}Of")), format!("name{at}_of"));
        }
    }
}
