//! API-Bank, levels 1 and 2: is a predicted call the annotated one?
//!
//! Source: API-Bank (arXiv:2304.08244), section 3, whose accuracy is the share of predicted calls that do the same to its databases and get the same results as the
//!         annotated ones. What the released scorer compares of each API's inputs, and how, is the table `RULES`.
//! Ours:   no API is run. Two calls of one API whose inputs are equal by these rules have the same results, for every test begins with the same databases; inputs that
//!         the released scorer leaves out because it compares results instead are compared here. A search whose keywords are not the annotated ones is undecided: what it
//!         finds depends on an embedding model. docs/api-bank.md lists all differences.
//!
//! ```
//! use toolwright_core::{Call, Dialog, Message, Role};
//! use toolwright_eval::api_bank::{Outcome, judge, tests};
//! let arguments = serde_json::json!({"content": "Meeting with John", "time": "2023-10-26 09:00:00"});
//! let call = Call::new("AddReminder", arguments.as_object().cloned().unwrap_or_default());
//! let messages = vec![Message::text(Role::User, "Remind me!"), Message::calling(vec![call])];
//! let dialog = Dialog { messages, ..Dialog::default() };
//! let test = &tests(&dialog, 1)[0];
//! let answer = serde_json::json!("[AddReminder(content='meeting with john', time='2023-10-26 09:00:00')]");
//! assert_eq!(judge(test, &answer), Outcome::Right);
//! ```

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use toolwright_core::call::{Parsed, detect};
use toolwright_core::{Call, Dialog, Message, Role};

use crate::python::date::{Form, read};

/// What a test asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To call an API that is given.
    Call,
    /// To find an API, and to call it.
    RetrieveAndCall,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 2] = [Self::Call, Self::RetrieveAndCall];

    /// The level's name in summaries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::RetrieveAndCall => "retrieve_and_call",
        }
    }

    /// The level of a dialog, by what its row says.
    pub fn of(dialog: &Dialog) -> Self {
        let level = dialog.meta.other.get("row").and_then(|row| row.get("level")).and_then(Value::as_str);
        if level.is_some_and(|level| level.starts_with("level-2")) {
            Self::RetrieveAndCall
        } else {
            Self::Call
        }
    }
}

/// The API that finds others.
pub const SEARCH: &str = "ToolSearcher";

/// A call of a dialog, as a test.
#[derive(Clone, Debug)]
pub struct Test<'a> {
    /// `ROW:MESSAGE`: the dialog's row from 1, and the turn's place among its messages from 0.
    pub id: String,
    /// What the dialog asks for.
    pub level: Level,
    /// What was said before.
    pub before: &'a [Message],
    /// The annotated call.
    pub call: &'a Call,
}

impl Test<'_> {
    /// The APIs on offer, by name: at level 1 those that the whole dialog calls; at level 2 the search, and those that searches before have found.
    pub fn offer(&self, dialog: &Dialog) -> Vec<String> {
        if self.level == Level::Call {
            let names: BTreeSet<&str> = dialog.calls().map(|(_, _, call)| call.name.as_str()).collect();
            return names.into_iter().map(str::to_owned).collect();
        }
        let mut names = vec![SEARCH.to_owned()];
        for message in self.before.iter().filter(|message| message.name.as_deref() == Some(SEARCH)) {
            let Ok(found) = serde_json::from_str::<Value>(message.said()) else { continue };
            let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
            for name in found.iter().filter_map(|api| api.get("name").and_then(Value::as_str)) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }
}

/// The tests of a dialog, one for each annotated call.
///
/// - `row`: where the dialog stands in its dataset.
pub fn tests(dialog: &Dialog, row: impl std::fmt::Display) -> Vec<Test<'_>> {
    let level = Level::of(dialog);
    let annotated = dialog.messages.iter().enumerate().filter_map(|(at, message)| {
        let calls = message.role == Role::Assistant && message.malformed.is_none();
        Some((at, message.calls.first().filter(|_| calls)?))
    });
    let test = |(at, call)| Test { id: format!("{row}:{at}"), level, before: &dialog.messages[..at], call };
    annotated.map(test).collect()
}

/// What was made of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The annotated call.
    Right,
    /// Another call: what differs.
    Wrong(String),
    /// It makes no call.
    NoCall,
    /// It sets out to call and fails: where, and why.
    Malformed(String),
    /// A search with other keywords, of which nobody knows here what it finds.
    Undecided,
}

impl Outcome {
    /// The outcome's name in summaries.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong(_) => "wrong",
            Self::NoCall => "no_call",
            Self::Malformed(_) => "malformed",
            Self::Undecided => "undecided",
        }
    }

    /// Every name, in the order of summaries.
    pub const NAMES: [&'static str; 5] = ["right", "wrong", "undecided", "no_call", "malformed"];
}

/// How an input is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Without blanks around it.
    Trimmed,
    /// Without blanks around it, and in lower case.
    Folded,
    /// Without any blanks.
    Unspaced,
    /// More than half of all words, split at blanks, are in both.
    Words,
    /// As [`Words`](Self::Words), in lower case.
    FoldedWords,
    /// As a day; what is none is compared as it is.
    Day,
    /// As a moment; what is none is compared as it is.
    Moment,
    /// Not at all.
    Free,
}

use Rule::{Day, Folded, FoldedWords, Free, Moment, Trimmed, Unspaced, Words};

/// Inputs that are not compared as they are: the API, the input, the rule.
const RULES: &[(&str, &str, Rule)] = &[
    ("AddAgenda", "content", Words),
    ("ModifyAgenda", "content", Words),
    ("QueryAgenda", "content", Words),
    ("AddMeeting", "meeting_topic", Words),
    ("ModifyMeeting", "meeting_topic", Words),
    ("QueryMeeting", "meeting_topic", Words),
    ("AddReminder", "content", FoldedWords),
    ("ModifyReminder", "content", FoldedWords),
    ("QueryReminder", "content", FoldedWords),
    ("AddScene", "name", Folded),
    ("ModifyScene", "name", Folded),
    ("QueryScene", "name", Folded),
    ("DeleteScene", "name", Folded),
    ("AppointmentRegistration", "patient_name", Trimmed),
    ("AppointmentRegistration", "date", Day),
    ("AppointmentRegistration", "doctor_name", Trimmed),
    ("ModifyRegistration", "appointment_id", Trimmed),
    ("ModifyRegistration", "new_appointment_date", Day),
    ("ModifyRegistration", "new_appointment_doctor", Trimmed),
    ("QueryRegistration", "patient_name", Trimmed),
    ("QueryRegistration", "date", Day),
    ("CancelRegistration", "appointment_id", Trimmed),
    ("Calculator", "formula", Unspaced),
    ("TimedSwitch", "name", Folded),
    ("TimedSwitch", "time", Moment),
    ("CancelTimedSwitch", "name", Folded),
    ("CancelTimedSwitch", "time", Moment),
    ("DocumentQA", "url", Trimmed),
    ("DocumentQA", "question", Trimmed),
    ("EmergencyKnowledge", "symptom", Folded),
    ("SymptomSearch", "symptom", Folded),
    ("QueryBalance", "token", Trimmed),
    ("QueryHealthData", "user_id", Folded),
    ("QueryHealthData", "start_time", Moment),
    ("QueryHealthData", "end_time", Moment),
    ("RecordHealthData", "user_id", Folded),
    ("RecordHealthData", "time", Moment),
    ("RecordHealthData", "health_data", Free),
    ("QueryHistoryToday", "date", Trimmed),
    ("QueryStock", "stock_code", Folded),
    ("QueryStock", "date", Day),
    ("SendEmail", "receiver", Folded),
    ("SendEmail", "subject", Trimmed),
    ("SendEmail", "content", Trimmed),
];

/// Judges a result: text in any call format, a list of calls, or a whole assistant message. Of several calls the first counts.
pub fn judge(test: &Test<'_>, result: &Value) -> Outcome {
    let text = match result {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let call = match detect(&text).1 {
        Parsed::Malformed(malformed) => {
            return Outcome::Malformed(format!("at byte {}: {}", malformed.span.start, malformed.why));
        }
        Parsed::NoCall => return Outcome::NoCall,
        Parsed::Calls(calls) => match calls.into_iter().next() {
            Some(call) => call,
            None => return Outcome::NoCall,
        },
    };
    if call.name != test.call.name {
        return Outcome::Wrong(format!("found a call of `{}`, expected `{}`", call.name, test.call.name));
    }
    match differing(&call.name, &call.arguments, &test.call.arguments) {
        None => Outcome::Right,
        Some(_) if call.name == SEARCH && call.arguments.keys().all(|key| key == "keywords") => {
            Outcome::Undecided
        }
        Some(why) => Outcome::Wrong(why),
    }
}

/// The first input that differs. What is null is not given.
fn differing(api: &str, given: &Map<String, Value>, annotated: &Map<String, Value>) -> Option<String> {
    let there =
        |inputs: &Map<String, Value>, name: &str| inputs.get(name).cloned().filter(|value| !value.is_null());
    let names: BTreeSet<&String> = given.keys().chain(annotated.keys()).collect();
    for name in names {
        let rule =
            RULES.iter().find(|(known, input, _)| known == &api && input == name).map(|(.., rule)| *rule);
        match (there(given, name), there(annotated, name)) {
            (None, None) => {}
            (Some(_), None) => return Some(format!("argument `{name}`: not expected")),
            (None, Some(_)) => return Some(format!("argument `{name}`: missing")),
            (Some(given), Some(annotated)) if same(rule, api, &given, &annotated) => {}
            (Some(given), Some(annotated)) => {
                return Some(format!("argument `{name}`: found {given}, expected {annotated}"));
            }
        }
    }
    None
}

fn same(rule: Option<Rule>, api: &str, given: &Value, annotated: &Value) -> bool {
    let (a, b) = (written(given), written(annotated));
    let folded = |text: &str| text.trim().to_lowercase();
    match rule {
        // The search splits its keywords into words, so that their order is nothing.
        None if api == SEARCH => words(&folded(&a)) == words(&folded(&b)),
        None => a == b,
        Some(Free) => true,
        Some(Trimmed) => a.trim() == b.trim(),
        Some(Folded) => folded(&a) == folded(&b),
        Some(Unspaced) => a.replace(' ', "") == b.replace(' ', ""),
        Some(Words) => overlap(&words(&a), &words(&b)),
        Some(FoldedWords) => overlap(&words(&a.to_lowercase()), &words(&b.to_lowercase())),
        Some(Day) => moment(&a, Form::Day) == moment(&b, Form::Day),
        Some(Moment) => moment(&a, Form::Moment) == moment(&b, Form::Moment),
    }
}

/// A value as text: prompts and annotations write numbers and lists as text or as they are.
fn written(value: &Value) -> String {
    match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => match serde_json::from_str::<Value>(&text.replace('\'', "\"")) {
            Ok(list @ Value::Array(_)) => list.to_string(),
            _ => text.clone(),
        },
        other => other.to_string(),
    }
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(' ').collect()
}

/// Whether more than half of all words are in both.
fn overlap(a: &BTreeSet<&str>, b: &BTreeSet<&str>) -> bool {
    2 * a.intersection(b).count() > a.union(b).count()
}

/// A date in its one form, with four digits of a year; a text that is none as it is.
fn moment(text: &str, form: Form) -> String {
    let text = text.trim();
    let padded = match text.split_once('-') {
        Some((year, rest)) if year.len() < 4 => format!("{year:0>4}-{rest}"),
        _ => text.to_owned(),
    };
    read(&crate::python::Value::text(padded.as_str()), form).map_or(text.to_owned(), |read| read.to_string())
}

#[cfg(test)]
mod tests_of_outcomes {
    use super::*;
    use serde_json::json;

    fn judged(name: &str, annotated: Value, answer: Value) -> String {
        let call = Call::new(name, annotated.as_object().cloned().unwrap_or_default());
        let test = Test { id: "1:1".into(), level: Level::Call, before: &[], call: &call };
        match judge(&test, &answer) {
            Outcome::Wrong(why) => why,
            other => other.name().to_owned(),
        }
    }

    #[test]
    fn inputs_are_compared_by_their_rules() {
        let moment = json!({"name": "Light", "time": "2023-3-19 09:00:00", "on": "True"});
        for (name, annotated, answer, expected) in [
            (
                "AddAlarm",
                json!({"time": "t", "token": "x"}),
                json!("[AddAlarm(token='x', time='t')]"),
                "right",
            ),
            (
                "AddAlarm",
                json!({"time": "t", "token": "x"}),
                json!("[AddAlarm(token='x', time='t ')]"),
                "argument `time`: found \"t \", expected \"t\"",
            ),
            ("AddAlarm", json!({"time": "t"}), json!("[AddAlarm()]"), "argument `time`: missing"),
            (
                "AddAlarm",
                json!({"time": "t"}),
                json!("[AddAlarm(time='t', x=1)]"),
                "argument `x`: not expected",
            ),
            (
                "AddAlarm",
                json!({}),
                json!("[AddAgenda()]"),
                "found a call of `AddAgenda`, expected `AddAlarm`",
            ),
            ("AddAlarm", json!({}), json!("I cannot."), "no_call"),
            ("AddAlarm", json!({}), json!("[AddAlarm("), "malformed"),
            (
                "TimedSwitch",
                moment.clone(),
                json!("[TimedSwitch(name=' light', time='2023-03-19 9:00:00', on=True)]"),
                "right",
            ),
            (
                "TimedSwitch",
                moment,
                json!({"content": null, "tool_calls": [{"function": {"name": "TimedSwitch", "arguments": "{\"name\": \"light\", \"time\": \"2023-03-19 09:00:00\", \"on\": \"True\"}"}}]}),
                "right",
            ),
            (
                "AddAgenda",
                json!({"content": "Meeting with John"}),
                json!("[AddAgenda(content='Meeting with John today')]"),
                "right",
            ),
            (
                "AddAgenda",
                json!({"content": "Meeting with John"}),
                json!("[AddAgenda(content='meeting john')]"),
                "argument `content`: found \"meeting john\", expected \"Meeting with John\"",
            ),
            (
                "AddReminder",
                json!({"content": "Call Ann"}),
                json!("[AddReminder(content='call ann')]"),
                "right",
            ),
            (
                "Calculator",
                json!({"formula": "(1+2) * 3"}),
                json!("[Calculator(formula='(1 + 2)*3')]"),
                "right",
            ),
            (
                "RecordHealthData",
                json!({"user_id": "j1", "health_data": "[]"}),
                json!("[RecordHealthData(user_id='J1', health_data='x')]"),
                "right",
            ),
            (
                "AddMeeting",
                json!({"attendees": ["a", "b"]}),
                json!("[AddMeeting(attendees=['a', 'b'])]"),
                "right",
            ),
            (
                "AddMeeting",
                json!({"attendees": "['a', 'b']"}),
                json!("[AddMeeting(attendees=['a', 'b'])]"),
                "right",
            ),
            (
                "ModifyRegistration",
                json!({"new_appointment_doctor": null}),
                json!("[ModifyRegistration()]"),
                "right",
            ),
            (
                "ToolSearcher",
                json!({"keywords": "add agenda"}),
                json!("[ToolSearcher(keywords='Agenda add')]"),
                "right",
            ),
            (
                "ToolSearcher",
                json!({"keywords": "add agenda"}),
                json!("[ToolSearcher(keywords='calendar')]"),
                "undecided",
            ),
            (
                "ToolSearcher",
                json!({"keywords": "add agenda"}),
                json!("[ToolSearcher(query='add agenda')]"),
                "argument `keywords`: missing",
            ),
        ] {
            assert_eq!(judged(name, annotated, answer.clone()), expected, "{answer}");
        }
    }

    #[test]
    fn each_rule_stands_once() {
        for (at, (api, input, _)) in RULES.iter().enumerate() {
            assert!(
                !RULES[..at].iter().any(|(known, other, _)| known == api && other == input),
                "{api} {input}"
            );
        }
    }

    #[test]
    fn what_searches_found_is_on_offer() {
        let search = Call { id: Some("c".into()), ..Call::new(SEARCH, Map::new()) };
        let found = json!([{"name": "GetUserToken"}, {"name": "AddAlarm"}]).to_string();
        let messages = vec![
            Message::text(Role::User, "?"),
            Message::calling(vec![search.clone()]),
            Message::result(&search, found),
            Message::calling(vec![Call::new("AddAlarm", Map::new())]),
        ];
        let mut dialog = Dialog { messages, ..Dialog::default() };
        dialog.meta.other.insert("row".into(), json!({"level": "level-2-toolsearcher"}));
        let tests = tests(&dialog, 3);
        assert_eq!((tests[1].id.as_str(), tests[1].level), ("3:3", Level::RetrieveAndCall));
        assert_eq!(tests[0].offer(&dialog), [SEARCH]);
        assert_eq!(tests[1].offer(&dialog), [SEARCH, "GetUserToken", "AddAlarm"]);
    }
}
