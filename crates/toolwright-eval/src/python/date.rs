//! `datetime.strptime` for days and for moments, and ages.

use jiff::civil::{Date, DateTime};

use super::Value;
use super::ops::{Outcome, Raised, kind};
use super::repr;
use super::text::digit;

/// A form that dates are read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `%Y-%m-%d`.
    Day,
    /// `%Y-%m-%d %H:%M:%S`.
    Moment,
}

impl Form {
    const fn pattern(self) -> &'static str {
        match self {
            Self::Day => "%Y-%m-%d",
            Self::Moment => "%Y-%m-%d %H:%M:%S",
        }
    }
}

/// `datetime.strptime(text, form)`.
pub(crate) fn read(text: &Value<'_>, form: Form) -> Outcome<DateTime> {
    let Value::Str(given) = text else {
        return Err(Raised::of_type(format!("strptime() argument 1 must be str, not {}", kind(text))));
    };
    let no_match =
        || Raised::of_value(format!("time data {} does not match format '{}'", repr(text), form.pattern()));
    let mut reader = Reader { rest: given };
    let (date, moment) = reader.whole(form).ok_or_else(no_match)?;
    if !reader.rest.is_empty() {
        return Err(Raised::of_value(format!("unconverted data remains: {}", reader.rest)));
    }
    let (year, month, day) = date;
    if year == 0 {
        return Err(Raised::of_value("year 0 is out of range"));
    }
    let date = Date::new(year, month, day);
    let date = date.map_err(|_| Raised::of_value("day is out of range for month"))?;
    let (hour, minute, second) = moment;
    // A leap second is the first of the next minute nowhere; Python refuses it.
    let moment = jiff::civil::Time::new(hour, minute, second, 0);
    let moment = moment.map_err(|_| Raised::of_value("second must be in 0..59"))?;
    Ok(date.to_datetime(moment))
}

/// Whole years from a birth to today.
pub(crate) fn age(birth: Date, today: Date) -> i16 {
    let before = (today.month(), today.day()) < (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(before)
}

type Found = ((i16, i8, i8), (i8, i8, i8));

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn whole(&mut self, form: Form) -> Option<Found> {
        let year = self.digits(4, 4, 0, 9999)?;
        self.literal('-')?;
        let month = self.digits(1, 2, 1, 12)?;
        self.literal('-')?;
        let day = self.digits(1, 2, 1, 31)?;
        let date = (year, month as i8, day as i8);
        if form == Form::Day {
            return Some((date, (0, 0, 0)));
        }
        // A blank of the form stands for any white space.
        let rest = self.rest.trim_start_matches(super::text::is_space);
        (rest.len() < self.rest.len()).then_some(())?;
        self.rest = rest;
        let hour = self.digits(1, 2, 0, 23)?;
        self.literal(':')?;
        let minute = self.digits(1, 2, 0, 59)?;
        self.literal(':')?;
        let second = self.digits(1, 2, 0, 61)?;
        Some((date, (hour as i8, minute as i8, second as i8)))
    }

    fn literal(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    /// A number of so many digits; a shorter one where the longer is out of range.
    fn digits(&mut self, least: usize, most: usize, from: i16, to: i16) -> Option<i16> {
        for length in (least..=most).rev() {
            let mut chars = self.rest.chars();
            let digits: Option<String> = chars.by_ref().take(length).map(digit).collect();
            let digits = digits.filter(|digits| digits.len() == length);
            if let Some(number) = digits.and_then(|digits| digits.parse::<i16>().ok())
                && (from..=to).contains(&number)
            {
                self.rest = chars.as_str();
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_as_python_reads_them() {
        let told = |text: &'static str, form| {
            read(&Value::text(text), form).map_or_else(|raised| raised.text, |read| read.to_string())
        };
        for (text, expected) in [
            ("2024-02-29", "2024-02-29T00:00:00"),
            ("2024-2-9", "2024-02-09T00:00:00"),
            ("2023-02-29", "day is out of range for month"),
            ("2023-13-01", "time data '2023-13-01' does not match format '%Y-%m-%d'"),
            ("2023-1-321", "unconverted data remains: 21"),
            ("23-01-01", "time data '23-01-01' does not match format '%Y-%m-%d'"),
            ("2023-01-01 ", "unconverted data remains:  "),
            ("", "time data '' does not match format '%Y-%m-%d'"),
        ] {
            assert_eq!(told(text, Form::Day), expected, "{text}");
        }
        assert_eq!(told("2024-05-01 22:14:05", Form::Moment), "2024-05-01T22:14:05");
        assert_eq!(told("2024-05-01 22:14:05.85", Form::Moment), "unconverted data remains: .85");
        let raised = read(&Value::Int(3), Form::Day).map_err(|raised| raised.text);
        assert_eq!(raised, Err("strptime() argument 1 must be str, not int".to_owned()));
        let date = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(age(date("2000-03-02"), date("2018-03-01")), 17);
        assert_eq!(age(date("2000-03-02"), date("2018-03-02")), 18);
    }
}
