//! `mixed-language`: the assistant writes in the user's script.
//!
//! Source: ToolACE (arXiv:2409.00920), rule layer, dialog: mixed languages (DLG-4).
//! Ours:   scripts stand for languages, so English mixed with French passes. Text is counted in units, two for a word
//!         of a spaced script and one for a character of Han, kana or Hangul. What the user's script is, all user turns
//!         say together. The assistant may use a tenth of another script but for a whole sentence, or up to 60 % Latin, the script of
//!         names and technical terms; quoted text, code, links and words that stand in calls or results do not count.
//! Fails:  an English question answered in Chinese.

use std::collections::HashSet;

use serde_json::Value;
use toolwright_core::{Dialog, Role};
use unicode_script::{Script, UnicodeScript};

use super::{Answer, Findings, Rule, next_not_ascii};

pub(super) const RULE: Rule = Rule {
    id: "mixed-language",
    code: "DLG-4",
    says: "The assistant writes in the user's script.",
    source: "ToolACE (arXiv:2409.00920), rule layer, dialog",
    check,
};

/// Fewer foreign units than this are a name, not a language.
const LEAST: usize = 4;
/// The share of a foreign script, in percent, from which a turn is mixed.
const SHARE: usize = 10;
/// The same for Latin.
const LATIN_SHARE: usize = 60;
/// So many units in a row are a sentence, whatever their share of the turn.
const SENTENCE: usize = 10;
/// The share of the user's units, in percent, that makes a script the user's.
const OWN: usize = 10;

fn check(dialog: &Dialog) -> Answer {
    let of = |role| dialog.messages.iter().enumerate().filter(move |(_, message)| message.role == role);
    let own = own_scripts(of(Role::User).map(|(_, message)| message.said()));
    if own.is_empty() {
        return Answer::NotApplicable("no letters in user turns");
    }
    let mut found = Findings::of(RULE.id);
    let mut given = None;
    for (at, message) in of(Role::Assistant) {
        let text = message.said();
        if own.contains(&Script::Latin) && plain(text) || foreign(text, &own, |_| true).is_none() {
            continue;
        }
        // Only a suspect is worth the closer look.
        let given = given.get_or_insert_with(|| given_words(dialog));
        if let Some((script, share)) = foreign(&without_quotes(text), &own, |word| !given.contains(word)) {
            let (script, own) = (script.full_name(), own.first().map_or("", |script| script.full_name()));
            let much = if share < SHARE { "a sentence".to_owned() } else { format!("{share} %") };
            found.message(at, format!("{much} of the reply is in {script} script; the user writes {own}"));
        }
    }
    Answer::Found(found.all())
}

/// The scripts that the user writes.
fn own_scripts<'a>(turns: impl Iterator<Item = &'a str> + Clone) -> Vec<Script> {
    if turns.clone().all(plain) {
        let letters = turns.clone().any(|text| text.bytes().any(|byte| byte.is_ascii_alphabetic()));
        return if letters { vec![Script::Latin] } else { Vec::new() };
    }
    let mut units = Units::default();
    turns.for_each(|text| units.count(text, |_| true));
    units.shares().filter(|(_, share)| *share >= OWN).map(|(script, _)| script).collect()
}

/// Whether all letters of a text are ASCII's. Most text is so, and need not be taken apart.
fn plain(text: &str) -> bool {
    let mut from = 0;
    while let Some(at) = next_not_ascii(text.as_bytes(), from) {
        let Some(c) = text[at..].chars().next().filter(|c| !c.is_alphabetic()) else { return false };
        from = at + c.len_utf8();
    }
    true
}

/// The foreign script that takes too much of a text, and its share.
fn foreign(text: &str, own: &[Script], counts: impl Fn(&str) -> bool) -> Option<(Script, usize)> {
    let mut units = Units::default();
    units.count(text, counts);
    let foreign = units.shares().filter(|(script, _)| !own.contains(script));
    foreign
        .filter(|(script, share)| {
            let share = *share >= if *script == Script::Latin { LATIN_SHARE } else { SHARE };
            units.of(*script) >= LEAST && share || *script != Script::Latin && units.run(*script) >= SENTENCE
        })
        .max_by_key(|(_, share)| *share)
}

/// How much of a text is in which script.
#[derive(Default)]
struct Units {
    counts: Vec<(Script, usize)>,
    /// The longest run of each script, and the run at the end.
    runs: Vec<(Script, usize)>,
    last: Option<(Script, usize)>,
}

impl Units {
    /// Adds the words of a text, as far as they count.
    fn count(&mut self, text: &str, counts: impl Fn(&str) -> bool) {
        for (word, script) in words(text).filter(|(word, _)| counts(word)) {
            self.add(script, if dense(script) { word.chars().count() } else { 2 });
        }
        self.last = None;
    }

    fn add(&mut self, script: Script, units: usize) {
        match self.counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += units,
            // Letters that belong to no one script say nothing of a language.
            None if matches!(script, Script::Common | Script::Inherited | Script::Unknown) => return,
            None => self.counts.push((script, units)),
        }
        // Japanese goes on from kana to Han.
        let kin = |known: Script| known == script || dense(known) && dense(script);
        let run = self.last.filter(|(known, _)| kin(*known)).map_or(0, |(_, run)| run) + units;
        self.last = Some((script, run));
        match self.runs.iter_mut().find(|(known, _)| *known == script) {
            Some((_, longest)) => *longest = run.max(*longest),
            None => self.runs.push((script, run)),
        }
    }

    fn run(&self, script: Script) -> usize {
        self.runs.iter().find(|(known, _)| *known == script).map_or(0, |(_, run)| *run)
    }

    fn total(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    fn of(&self, script: Script) -> usize {
        self.counts.iter().find(|(known, _)| *known == script).map_or(0, |(_, count)| *count)
    }

    /// Each script with its share in percent, the largest first.
    fn shares(&self) -> impl Iterator<Item = (Script, usize)> {
        let total = self.total().max(1);
        let mut shares: Vec<_> =
            self.counts.iter().map(|(script, count)| (*script, count * 100 / total)).collect();
        shares.sort_by_key(|(_, share)| std::cmp::Reverse(*share));
        shares.into_iter()
    }
}

/// The runs of letters of one script, each with its script.
fn words(text: &str) -> impl Iterator<Item = (&str, Script)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, from) = rest.split_at_checked(rest.find(char::is_alphabetic)?)?;
        let script = script_of(from.chars().next()?);
        let end = from.find(|c: char| !c.is_alphabetic() || script_of(c) != script).unwrap_or(from.len());
        let (word, after) = from.split_at_checked(end)?;
        rest = after;
        Some((word, script))
    })
}

/// A letter's script; kana are one, since Japanese mixes them.
fn script_of(c: char) -> Script {
    if c.is_ascii() {
        return Script::Latin;
    }
    match c.script() {
        Script::Katakana => Script::Hiragana,
        script => script,
    }
}

/// Whether a character of the script is about half a word.
fn dense(script: Script) -> bool {
    matches!(script, Script::Han | Script::Hiragana | Script::Hangul)
}

/// The words in the arguments of calls and in results: whoever repeats them has not changed the language.
fn given_words(dialog: &Dialog) -> HashSet<&str> {
    let mut given = HashSet::new();
    for message in &dialog.messages {
        if message.role == Role::Tool {
            given.extend(words(message.said()).map(|(word, _)| word));
        }
        let mut open: Vec<&Value> = message.calls.iter().flat_map(|call| call.arguments.values()).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => given.extend(words(text).map(|(word, _)| word)),
                Value::Array(items) => open.extend(items),
                Value::Object(map) => open.extend(map.values()),
                _ => {}
            }
        }
    }
    given
}

/// The text without what stands in quotation marks or backticks, or in a link.
fn without_quotes(text: &str) -> String {
    let (mut out, mut close) = (String::with_capacity(text.len()), None);
    for word in text.split_inclusive(char::is_whitespace) {
        if close.is_none() && (word.contains("://") || word.starts_with("www.")) {
            continue;
        }
        for c in word.chars() {
            match close {
                Some(end) if c == end => close = None,
                Some(_) => {}
                None => match closing(c) {
                    Some(end) => close = Some(end),
                    None => out.push(c),
                },
            }
        }
    }
    out
}

const fn closing(c: char) -> Option<char> {
    match c {
        '"' | '`' => Some(c),
        '“' | '„' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        '「' => Some('」'),
        '『' => Some('』'),
        '《' => Some('》'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_weigh_words_and_characters() {
        let mut units = Units::default();
        units.count("使用 Kubernetes 部署", |_| true);
        assert_eq!((units.of(Script::Han), units.of(Script::Latin), units.total()), (4, 2, 6));
    }

    #[test]
    fn quoted_text_is_left_out() {
        assert_eq!(without_quotes("say “你好” or `x` at https://a.b/你好 ok"), "say  or  at ok");
    }
}
