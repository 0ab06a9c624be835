//! The table: what was measured, beside what it is measured against.

use std::fmt;

/// One row.
pub(super) struct Row {
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    pub(super) aim: Aim,
    /// What the aim, limit or peer is.
    pub(super) of: String,
}

/// What a value is measured against, in the same unit.
pub(super) enum Aim {
    AtLeast(f64),
    AtMost(f64),
    /// Something measured in the same run; there is nothing to meet.
    Peer(f64),
    /// So many times something measured in the same run.
    Times(f64, f64),
}

impl Aim {
    fn value(&self) -> f64 {
        match *self {
            Self::AtLeast(value) | Self::AtMost(value) | Self::Peer(value) | Self::Times(_, value) => value,
        }
    }

    fn sign(&self) -> &'static str {
        match self {
            Self::AtLeast(_) => "≥ ",
            Self::AtMost(_) => "≤ ",
            Self::Peer(_) | Self::Times(..) => "",
        }
    }

    fn met(&self, value: f64) -> String {
        let met = match self {
            Self::AtLeast(aim) => value >= *aim,
            Self::AtMost(aim) => value <= *aim,
            Self::Peer(_) => return "–".to_owned(),
            Self::Times(factor, peer) if value >= factor * peer => return format!("yes, ≥ {factor:.0}"),
            Self::Times(factor, _) => return format!("no, ≥ {factor:.0}"),
        };
        if met { "yes" } else { "no" }.to_owned()
    }
}

impl Row {
    fn ratio(&self) -> f64 {
        self.value / self.aim.value()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, aim, ratio) = (number(self.value), number(self.aim.value()), self.ratio());
        write!(f, "{}: {value} {}, {ratio:.2} × {aim} ({})", self.what, self.unit, self.of)
    }
}

/// All rows, as a table for a README.
pub(super) fn markdown(rows: &[Row]) -> String {
    let mut text =
        String::from("| what | measured | against | ratio | met |\n| --- | ---: | --- | ---: | --- |\n");
    for row in rows {
        let (sign, aim) = (row.aim.sign(), number(row.aim.value()));
        text.push_str(&format!(
            "| {} | {} {} | {sign}{aim} {} ({}) | {:.2} | {} |\n",
            row.what,
            number(row.value),
            row.unit,
            row.unit,
            row.of,
            row.ratio(),
            row.aim.met(row.value)
        ));
    }
    text
}

/// A number as people read it: whole from 100 on, with commas; one decimal below.
fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_value_aim_ratio_and_whether_it_is_met() {
        let row = |value, aim| Row { what: "work".into(), value, unit: "x/s", aim, of: "the aim".into() };
        let rows = [7500.0, 612.0, 50.0, 50.0].into_iter().zip([
            Aim::AtLeast(5000.0),
            Aim::AtMost(600.0),
            Aim::Peer(25.0),
            Aim::Times(3.0, 25.0),
        ]);
        let rows: Vec<Row> = rows.map(|(value, aim)| row(value, aim)).collect();
        assert_eq!(
            markdown(&rows),
            "| what | measured | against | ratio | met |\n\
             | --- | ---: | --- | ---: | --- |\n\
             | work | 7,500 x/s | ≥ 5,000 x/s (the aim) | 1.50 | yes |\n\
             | work | 612 x/s | ≤ 600 x/s (the aim) | 1.02 | no |\n\
             | work | 50.0 x/s | 25.0 x/s (the aim) | 2.00 | – |\n\
             | work | 50.0 x/s | 25.0 x/s (the aim) | 2.00 | no, ≥ 3 |\n"
        );
        assert_eq!(rows[0].to_string(), "work: 7,500 x/s, 1.50 × 5,000 (the aim)");
    }

    #[test]
    fn large_numbers_have_commas() {
        let shown: Vec<_> = [0.25, 99.94, 100.0, 1234567.8].into_iter().map(number).collect();
        assert_eq!(shown, ["0.2", "99.9", "100", "1,234,568"]);
    }
}
