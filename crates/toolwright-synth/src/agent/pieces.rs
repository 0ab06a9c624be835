//! A user's text taken apart into the words that give values and all others, so that the others can be changed.

use super::Quote;

/// What a user says, in pieces.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) quotes: Vec<Quote>,
}

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Words that give no value.
    Free(String),
    /// Words that give a value.
    Value(String),
}

impl Piece {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Free(text) | Self::Value(text) => text,
        }
    }
}

impl Said {
    /// Takes a text apart. Where one quote stands within another, the longer one is the piece.
    pub(crate) fn new(text: &str, quotes: Vec<Quote>) -> Self {
        let mut words: Vec<&str> = Vec::with_capacity(quotes.len());
        for quote in &quotes {
            if !quote.words.is_empty() && !words.contains(&quote.words.as_str()) {
                words.push(&quote.words);
            }
        }
        words.sort_by_key(|words| std::cmp::Reverse(words.len()));
        let mut ranges: Vec<(usize, usize)> = Vec::with_capacity(words.len());
        for words in words {
            let free = |ranges: &[(usize, usize)], from: usize, to: usize| {
                ranges.iter().all(|(start, end)| to <= *start || *end <= from)
            };
            let mut whole = false;
            for (from, found) in text.match_indices(words) {
                let to = from + found.len();
                whole |= stands_alone(text, from, to);
                if stands_alone(text, from, to) && free(&ranges, from, to) {
                    ranges.push((from, to));
                }
            }
            if let Some(from) = text.find(words).filter(|_| !whole)
                && free(&ranges, from, from + words.len())
            {
                ranges.push((from, from + words.len()));
            }
        }
        ranges.sort_unstable();
        let mut pieces = Vec::with_capacity(ranges.len() * 2 + 1);
        let mut at = 0;
        for (from, to) in ranges {
            if at < from {
                pieces.push(Piece::Free(text[at..from].to_owned()));
            }
            pieces.push(Piece::Value(text[from..to].to_owned()));
            at = to;
        }
        if at < text.len() {
            pieces.push(Piece::Free(text[at..].to_owned()));
        }
        Self { pieces, quotes }
    }

    /// The whole text, with what gives which value.
    pub(crate) fn together(self) -> (String, Vec<Quote>) {
        (self.pieces.iter().map(Piece::text).collect(), self.quotes)
    }

    /// Says the value at a piece in other words. It stays where other words would be ambiguous: where it stands twice, or holds
    /// another value.
    pub(crate) fn reword(&mut self, at: usize, new: &str) -> bool {
        let Some(Piece::Value(old)) = self.pieces.get(at).cloned() else { return false };
        let twice =
            self.pieces.iter().filter(|piece| matches!(piece, Piece::Value(words) if *words == old)).count()
                > 1;
        let holds = self.quotes.iter().any(|quote| quote.words != old && old.contains(&quote.words));
        if twice || holds {
            return false;
        }
        self.quotes
            .iter_mut()
            .filter(|quote| quote.words == old)
            .for_each(|quote| new.clone_into(&mut quote.words));
        self.pieces[at] = Piece::Value(new.to_owned());
        true
    }

    /// The text before a piece, where it gives no value.
    pub(crate) fn before(&self, at: usize) -> &str {
        match at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some(Piece::Free(text)) => text,
            _ => "",
        }
    }

    /// The text after a piece, where it gives no value.
    pub(crate) fn after(&self, at: usize) -> &str {
        match self.pieces.get(at + 1) {
            Some(Piece::Free(text)) => text,
            _ => "",
        }
    }

    /// Whether the text is more than a few lines of prose: a list, a payload.
    pub(crate) fn is_laid_out(&self) -> bool {
        self.pieces.iter().any(|piece| piece.text().contains('\n'))
    }

    /// Leaves the last full stop out.
    pub(crate) fn without_full_stop(&mut self) {
        if self.is_laid_out() {
            return;
        }
        if let Some(Piece::Free(text)) = self.pieces.last_mut()
            && text.ends_with('.')
            && !text.ends_with("..")
        {
            text.pop();
        }
    }

    /// Begins with a small letter, unless the first word is I.
    pub(crate) fn without_capital(&mut self) {
        if self.is_laid_out() {
            return;
        }
        if let Some(Piece::Free(text)) = self.pieces.first_mut() {
            let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let name = first.chars().skip(1).any(char::is_uppercase);
            if first != "I"
                && !name
                && let Some(c) = text.chars().next()
            {
                text.replace_range(..c.len_utf8(), &c.to_lowercase().to_string());
            }
        }
    }
}

/// Whether the words from one byte to another are whole words of the text.
fn stands_alone(text: &str, from: usize, to: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let inner = &text[from..to];
    let joined = |inner: Option<char>, outer: Option<char>| word(inner) && word(outer);
    !joined(inner.chars().next(), text[..from].chars().next_back())
        && !joined(inner.chars().next_back(), text[to..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(words: &str) -> Quote {
        Quote { step: 0, call: 0, argument: "/x".into(), words: words.into() }
    }

    #[test]
    fn values_are_kept_apart() {
        let mut said =
            Said::new("Book 3 seats on FL-3 for Ann Lee.", vec![quote("3"), quote("FL-3"), quote("Ann Lee")]);
        let values: Vec<&str> =
            said.pieces.iter().filter(|piece| matches!(piece, Piece::Value(_))).map(Piece::text).collect();
        assert_eq!(values, ["3", "FL-3", "Ann Lee"]);
        assert!(!said.reword(3, "flight three"), "it holds another value");
        assert!(said.reword(5, "ann lee"));
        assert_eq!(said.quotes[2].words, "ann lee");
        let (text, _) = said.together();
        assert_eq!(text, "Book 3 seats on FL-3 for ann lee.");
    }
}
