//! Who speaks: the user's style, how far their words are from the API's own, and what day they know it is. Drawn once per dialog.

use indexmap::IndexMap;
use jiff::civil::Date;
use toolwright_core::seed::{Rng, Seed};

use super::pieces::Said;
use super::style::{STYLES, Style, Topic};
use super::{Quote, Utterance, amount, complicate, when};

/// How one user speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) style: &'static Style,
    /// How far the words are from the API's own, 0 to 3: see [`complicate`].
    pub(crate) degree: u8,
    /// The day that the dialog says it is; dates may be said from it on.
    pub(crate) today: Option<Date>,
    /// Whether amounts are said with their units in other ways than the tool's own.
    amounts: bool,
}

/// How often somebody who knows the date says dates from it on.
const RELATIVE: f64 = 0.75;
/// How often somebody has a way of their own with amounts.
const AMOUNTS: f64 = 0.4;

impl Voice {
    /// The voice of a dialog. `styles` are weights by name; `degrees` the least and the most; `system` is the system prompt.
    pub(crate) fn draw(
        styles: &IndexMap<String, f64>,
        [least, most]: [u8; 2],
        system: Option<&str>,
        seed: Seed,
    ) -> Self {
        let mut rng = seed.rng();
        let weight = |style: &Style| styles.get(style.name).copied().unwrap_or_default();
        let at = rng.weighted(STYLES.iter().map(weight)).unwrap_or(0);
        let degree = rng.between(i64::from(least), i64::from(most));
        let relative = rng.chance(RELATIVE);
        Self {
            style: STYLES.get(at).unwrap_or(&STYLES[0]),
            degree: u8::try_from(degree).unwrap_or(1),
            today: system.filter(|_| relative).and_then(toolwright_verify::ground::stated_date),
            amounts: rng.chance(AMOUNTS),
        }
    }

    /// The text as this voice says it: its dates, amounts and words, and what the style does in the end. `dates` are the dates
    /// that the text gives, by the words that it gives them with.
    pub(crate) fn settled(
        &self,
        text: String,
        quotes: Vec<Quote>,
        dates: &[(String, Date)],
        topic: &Topic,
        rng: &mut Rng,
    ) -> Utterance {
        let fields = self.style.shape == super::style::Shape::Fields;
        let dated = self.today.is_some() && !dates.is_empty();
        let finished = rng.chance(self.style.often);
        if !(dated || finished || !fields && (self.amounts || self.degree == 2)) {
            return Utterance { text, quotes };
        }
        let mut said = Said::new(&text, quotes);
        if let Some(today) = self.today.filter(|_| !dates.is_empty()) {
            when::relative(&mut said, today, dates, rng);
        }
        if self.amounts && !fields {
            amount::reworded(&mut said, rng);
        }
        if self.degree == 2 && !fields {
            complicate::reworded(&mut said, rng);
        }
        if finished {
            (self.style.finish)(&mut said, topic, rng);
        }
        let (text, quotes) = said.together();
        Utterance { text, quotes }
    }
}
