//! `hallucination`: is any argument made up?
//!
//! Source: ToolACE (arXiv:2409.00920), model layer, hallucination expert: is a value absent from both the user's turns and the system prompt?
//! Ours:   every leaf of every call that training may learn is looked for in what was said before the call: system prompts, user turns,
//!         results, and the assistant's own words once the user has answered them. What counts as saying it, [`ground`](crate::ground) knows:
//!         numbers in words, units, dates from a stated day on, casing, spacing; beyond that, plurals, the other words of a text in any order, numbers in
//!         another unit, a year left out. A recorded source ([`Provenance`](toolwright_core::Provenance)) counts as well, if it gives the value.
//!         What the schema declares (default, constant, single choice) needs no source.
//! Fails:  nobody said it, and it is of a kind that one would have to be told: a name, an identifier, an address, a date, a number of two digits
//!         and more. Flags, choices, codes, small numbers and texts that the assistant writes itself may follow from what was said; they are undecided.

use serde_json::Value;
use toolwright_core::{Call, Dialog, Role, Tool};

use super::heard::{Heard, content};
use super::{Expert, Opinion};
use crate::finding::{Findings, cut};
use crate::ground::{Moment, moments};
use crate::rule::grounding::{Sources, defaults};
use crate::rule::offer::{DEEPEST, masked, pointer_token, shallow_arguments};

pub(super) const EXPERT: Expert = Expert {
    id: "hallucination",
    asks: "Does every argument come from what was said before?",
    source: "ToolACE (arXiv:2409.00920), model layer, hallucination expert",
    judge,
};

const TOO_LONG: &str = "the dialog has more text than is searched";

/// What is known of one value.
enum Origin {
    Given,
    /// It may follow from what was said.
    Open,
    /// It would have to be said, and is not.
    Absent,
}

fn judge(dialog: &Dialog) -> Opinion {
    if dialog.calls().all(|(at, ..)| masked(dialog, at)) {
        return Opinion::NotApplicable("no calls");
    }
    let mut found = Findings::of(EXPERT.id);
    let mut open = Vec::new();
    let (mut heard, mut own) = (Heard::default(), Vec::new());
    let mut sources = Sources::of(dialog);
    for (at, message) in dialog.messages.iter().enumerate() {
        if message.role == Role::User {
            // What the user has answered, the user has heard.
            own.drain(..).for_each(|earlier| heard.add(earlier));
        }
        for (n, call) in message.calls.iter().enumerate().filter(|_| !masked(dialog, at)) {
            if !shallow_arguments(call) {
                found.call(
                    (at, n),
                    format!("the arguments of `{}` are nested deeper than {DEEPEST} levels", cut(&call.name)),
                );
                continue;
            }
            let tool = dialog.tool_at(at, &call.name).map(|tool| &**tool);
            leaves(call, &mut |pointer, value| {
                let name = pointer.trim_start_matches('/');
                // A recorded source is a quick look, all that was said a long one.
                if recorded(dialog, (at, n), pointer, value, tool, &mut sources) {
                    return;
                }
                if !heard.may_ask() {
                    if open.last().is_none_or(|last| last != TOO_LONG) {
                        open.push(TOO_LONG.to_owned());
                    }
                    return;
                }
                match origin(name, value, tool, pointer, &mut heard) {
                    Origin::Given => {}
                    Origin::Open => open.push(format!("`{}` is {}", cut(name), cut(&value.to_string()))),
                    Origin::Absent => found.call(
                        (at, n),
                        format!(
                            "`{}` is {}, which nothing before the call says",
                            cut(name),
                            cut(&value.to_string())
                        ),
                    ),
                }
            });
        }
        if message.role == Role::Assistant {
            own.push(message);
        } else {
            heard.add(message);
        }
    }
    let found = found.all();
    match (&found[..], &open[..]) {
        ([], [first, ..]) if first == TOO_LONG => Opinion::Undecided(TOO_LONG.into()),
        ([], [first, rest @ ..]) => Opinion::Undecided(match rest.len() {
            0 => format!("{first}, not said in so many words"),
            more => format!("{first}, not said in so many words, and {more} more"),
        }),
        _ => Opinion::Found(found),
    }
}

/// Visits the leaves of a call's arguments. They are shallow.
fn leaves(call: &Call, each: &mut dyn FnMut(&str, &Value)) {
    fn below(pointer: &mut String, value: &Value, each: &mut dyn FnMut(&str, &Value)) {
        let length = pointer.len();
        let mut step = |token: &str, item: &Value| {
            pointer.push('/');
            pointer.push_str(&pointer_token(token));
            below(pointer, item, each);
            pointer.truncate(length);
        };
        match value {
            Value::Object(map) => map.iter().for_each(|(key, item)| step(key, item)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(n, item)| step(&n.to_string(), item));
            }
            leaf => each(pointer, leaf),
        }
    }
    for (name, value) in &call.arguments {
        below(&mut format!("/{}", pointer_token(name)), value, each);
    }
}

/// Whether a recorded source gives the value.
fn recorded(
    dialog: &Dialog,
    at: (usize, usize),
    pointer: &str,
    value: &Value,
    tool: Option<&Tool>,
    sources: &mut Sources<'_>,
) -> bool {
    let known = dialog.meta.provenance.iter().flatten();
    let mut own = known.filter(|entry| (entry.message, entry.call) == at && entry.argument == pointer);
    own.any(|entry| sources.gives(entry, value, tool).is_ok())
}

fn origin(name: &str, value: &Value, tool: Option<&Tool>, pointer: &str, heard: &mut Heard<'_>) -> Origin {
    if tool.is_some_and(|tool| defaults(tool, pointer, value)) || heard.gives(value) {
        return Origin::Given;
    }
    match value {
        Value::Number(number) => number.as_f64().map_or(Origin::Open, |number| numeric(name, number, heard)),
        Value::String(text) => textual(name, text, tool, heard),
        _ => Origin::Open,
    }
}

/// Numbers that people leave to others to know.
const PLACES: [&str; 5] = ["lat", "lon", "lng", "latitude", "longitude"];

fn numeric(name: &str, wanted: f64, heard: &Heard<'_>) -> Origin {
    /// What one unit is in the next smaller or larger one.
    const SCALES: [f64; 8] = [7.0, 12.0, 24.0, 60.0, 100.0, 1e3, 1e6, 1e9];
    let near = |said: f64, wanted: f64| (said - wanted).abs() <= 1e-9 * wanted.abs().max(1.0);
    let scaled = |said: f64| {
        SCALES.iter().any(|scale| near(said * scale, wanted) || near(said / scale, wanted))
            || near(said * 3600.0, wanted)
            || near(-said, wanted)
    };
    if heard.number(scaled) {
        return Origin::Given;
    }
    // `seven years ago of 2023`, `for two more nights`.
    if heard.two_numbers(|one, other| near(one + other, wanted) || near(one - other, wanted)) {
        return Origin::Open;
    }
    if named_amount(wanted, heard) || CONSTANTS.iter().any(|known| (known - wanted).abs() <= 0.002 * known) {
        return Origin::Open;
    }
    let name = name.to_lowercase();
    let of_place = PLACES.iter().any(|place| name.ends_with(place)) || name.contains("coord");
    if of_place || pages(&name) || wanted.abs() < 10.0 && wanted.fract() == 0.0 {
        Origin::Open
    } else {
        Origin::Absent
    }
}

/// Numbers that physics and mathematics have for everybody.
const CONSTANTS: [f64; 6] = [std::f64::consts::PI, std::f64::consts::E, 9.81, 8.314, 299_792_458.0, 273.15];

/// Whether a word that was said stands for so many: `the past hour`, `next month`, `a dozen`.
fn named_amount(wanted: f64, heard: &Heard<'_>) -> bool {
    #[rustfmt::skip]
    const AMOUNTS: [(&str, &[f64]); 10] = [
        ("hour", &[60.0, 3600.0]), ("minute", &[60.0]), ("day", &[24.0, 1440.0, 86_400.0]), ("week", &[7.0, 14.0, 168.0]), ("month", &[28.0, 29.0, 30.0, 31.0]),
        ("quarter", &[90.0, 91.0, 92.0]), ("year", &[12.0, 52.0, 365.0, 366.0]), ("decade", &[10.0]), ("century", &[100.0]), ("dozen", &[12.0, 24.0]),
    ];
    AMOUNTS.iter().any(|(word, amounts)| {
        amounts.contains(&wanted)
            && heard.quotes().any(|quote| {
                let words = quote.words();
                words.contains(&format!(" {word} ")) || words.contains(&format!(" {word}s "))
            })
    })
}

fn textual(name: &str, text: &str, tool: Option<&Tool>, heard: &mut Heard<'_>) -> Origin {
    let text = text.trim();
    // What stands behind a sign of equality, or between other marks, is said as well.
    if text.is_empty() || refers(text) || heard.holds(text) {
        return Origin::Given;
    }
    if let Some(origin) = momentary(text, heard).or_else(|| yearless(text, heard)) {
        return origin;
    }
    let words = content(text);
    if words.is_empty() || ["true", "false", "yes", "no", "none", "null"].contains(&words.join(" ").as_str())
    {
        return Origin::Open;
    }
    let known = heard.known(words.iter().map(String::as_str));
    if known == words.len() || words.len() > 2 && known * 2 >= words.len() {
        return Origin::Given;
    }
    if chosen(name, tool) || classifies(name) || text.contains(['%', '$', '{', '}', '=', '<', '\\', '^', '*'])
    {
        return if known > 0 { Origin::Given } else { Origin::Open };
    }
    if text.contains('@') && !text.contains(' ') {
        return Origin::Absent;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let single = !text.contains(char::is_whitespace);
    // An identifier: letters and digits in one word; `2x` and `h264` are none.
    if single && digits > 2 && letters > 0 {
        return if squeezed(text, heard) { Origin::Given } else { Origin::Absent };
    }
    if digits > 0 && letters == 0 {
        // A range around a number that was said: `25-30`.
        let ends: Vec<f64> = text.split(['-', '–']).filter_map(|end| end.trim().parse().ok()).collect();
        if let [low, high] = ends[..]
            && heard.number(|said| (low..=high).contains(&said))
        {
            return Origin::Open;
        }
        return if digits > 1 && !spelled(text, heard) && !pages(&name.to_lowercase()) {
            Origin::Absent
        } else {
            Origin::Open
        };
    }
    // Codes such as `USD` and `en`, and single words that classify, stand for what was said.
    let code = single && (letters <= 5 || text.contains('_')) && text.chars().all(|c| !c.is_lowercase());
    // `Los Angeles, CA` where `LA` was said; and what was said in another script.
    let initials: String =
        text.split(',').next().unwrap_or(text).split(' ').filter_map(|word| word.chars().next()).collect();
    let abbreviated = initials.len() > 1 && heard.holds(&initials.to_uppercase());
    let translated =
        || heard.quotes().any(|quote| quote.raw().chars().any(|c| !c.is_ascii() && c.is_alphabetic()));
    if abbreviated || translated() {
        return Origin::Open;
    }
    let named = text.chars().next().is_some_and(char::is_uppercase);
    if known > 0
        || code
        || words.len() > 5
        || text.contains('/')
        || !text.is_ascii()
        || !named && words.len() < 2
    {
        return Origin::Open;
    }
    Origin::Absent
}

/// Whether the value stands for what an earlier call gives, as data of nested calls without results has it: `$var1.skyId$`,
/// `API_call_0`.
fn refers(text: &str) -> bool {
    let inner = text.trim_matches('$').split('.').next().unwrap_or_default();
    let number = inner.strip_prefix("API_call_").or_else(|| {
        text.starts_with('$').then(|| inner.strip_prefix("var").or_else(|| inner.strip_prefix("var_")))?
    });
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a parameter of this name says how much of a result is wanted at once, which the caller may choose.
fn pages(name: &str) -> bool {
    const PAGES: [&str; 9] = ["limit", "count", "size", "page", "offset", "zoom", "results", "max", "top"];
    PAGES.iter().any(|page| name.ends_with(page))
}

/// Whether a parameter of this name says of which sort something is, which a whole conversation may tell.
fn classifies(name: &str) -> bool {
    #[rustfmt::skip]
    const SORTS: [&str; 20] = [
        "language", "lang", "locale", "unit", "units", "currency", "country", "gender", "sex", "type", "format", "category", "genre", "status",
        "sort", "order", "timezone", "mode", "method", "level",
    ];
    let last = name.rsplit('/').find(|step| !step.bytes().all(|b| b.is_ascii_digit())).unwrap_or_default();
    let lower = last.to_lowercase();
    SORTS.iter().any(|sort| lower.ends_with(sort))
}

/// Whether the value is one of a list that the schema gives.
fn chosen(name: &str, tool: Option<&Tool>) -> bool {
    let top = name.split('/').next().unwrap_or_default();
    tool.and_then(|tool| tool.properties().find(|(known, _)| *known == top)).is_some_and(|(_, schema)| {
        schema.get("enum").is_some() || schema.get("items").is_some_and(|items| items.get("enum").is_some())
    })
}

/// Whether an identifier stands somewhere without the marks inside it: `fl69879` for `FL-69879`.
fn squeezed(text: &str, heard: &Heard<'_>) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(text);
    let said = |word: &str| plain(word) == wanted;
    heard.quotes().any(|quote| quote.raw().split_whitespace().any(said))
}

/// Whether the digits of a text stand somewhere in the same order, with other marks between: telephone numbers, cards.
fn spelled(text: &str, heard: &Heard<'_>) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = plain(text);
    wanted.len() > 3 && heard.quotes().any(|quote| plain(quote.raw()).contains(&wanted))
}

/// What is known of a day without its year: `12-10`.
fn yearless(text: &str, heard: &Heard<'_>) -> Option<Origin> {
    let (month, day) = text.split_once(['-', '/'])?;
    let plain = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let (month, day): (i8, i8) =
        (plain(month) && plain(day)).then(|| Some((month.parse().ok()?, day.parse().ok()?)))??;
    let said = |month: i8, day: i8| {
        let Ok(date) = jiff::civil::Date::new(2000, month, day) else { return false };
        let (date, first) = (date.to_string().into(), jiff::civil::date(2000, 1, 1));
        heard.quotes().any(|quote| crate::ground::supports_on(&date, quote.raw(), first))
    };
    (said(month, day) || said(day, month)).then_some(Origin::Given)
}

/// What is known of a text that is a date or a time of day and no more; `None` of another one.
fn momentary(text: &str, heard: &Heard<'_>) -> Option<Origin> {
    let all = moments(text);
    let covered: usize = all.iter().map(|(bytes, _)| bytes.len()).sum();
    if all.is_empty() || covered + all.len() + 6 < text.len() {
        return None;
    }
    let lower: Vec<String> = heard.quotes().map(|quote| quote.raw().to_lowercase()).collect();
    let says = |words: &[&str]| lower.iter().any(|text| words.iter().any(|word| text.contains(word)));
    #[rustfmt::skip]
    const NEAR: [&str; 17] = [
        "today", "tonight", "tomorrow", "yesterday", "week", "month", "year", "day", "night", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "now",
    ];
    #[rustfmt::skip]
    const PARTS: [&str; 11] =
        ["morning", "afternoon", "evening", "night", "noon", "lunch", "hour", "minute", "before", "after", "later"];
    let mut open = false;
    for (_, moment) in all {
        match moment {
            Moment::Date((year, month, day)) => {
                let said = heard.quotes().any(|quote| quote.moments().dates.contains(&(year, month, day)));
                let short = heard.quotes().any(|quote| {
                    crate::ground::supports_on(
                        &format!("{year:04}-{month:02}-{day:02}").into(),
                        quote.raw(),
                        jiff::civil::date(i16::try_from(year).unwrap_or(1), 1, 1),
                    )
                });
                if !said && !short {
                    if !says(&NEAR) {
                        return Some(Origin::Absent);
                    }
                    open = true;
                }
            }
            Moment::Time(time @ (hour, minute, _)) => {
                let said = heard.quotes().any(|quote| quote.moments().times.contains(&time));
                let hour_said = minute == 0
                    && heard.number(|number| number == f64::from(hour) || number == f64::from(hour % 12));
                if !said && !hour_said {
                    let edge = (hour, minute) == (0, 0) || (hour, minute) == (23, 59);
                    if !edge && !says(&PARTS) && !says(&NEAR) {
                        return Some(Origin::Absent);
                    }
                    open = true;
                }
            }
        }
    }
    Some(if open { Origin::Open } else { Origin::Given })
}
