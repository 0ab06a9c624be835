//! Messages between the users of a workspace.

use std::collections::BTreeSet;

use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{
    Attributes, Backend, Method, Parameter, dict, error, random, restored_random, saved_random, text,
};
use crate::python::ops::{
    Object, Outcome, Raised, augmented, contains, dict_mut, dict_of, hashable, is_true, iterate, list_mut,
    no_attribute, text_of,
};
use crate::python::random::Random;
use crate::python::{Dict, Value, str_of};

use Parameter::Needed;

const SEED: i64 = 200_191;
const NOBODY: &str = "No user is currently logged in.";

/// A workspace.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    own: Attributes,
    /// The numbers given so far. A first state that brings such a list makes the official program fail at the next number, and so this.
    given: BTreeSet<u64>,
    random: Random,
}

fn defaults(start: &Dict<'static>) -> Attributes {
    let users = [("Alice", "USR001"), ("Bob", "USR002"), ("Catherine", "USR003"), ("Daniel", "USR004")];
    let inbox = [
        dict([("USR002", text("My name is Alice. I want to connect."))]),
        dict([("USR003", text("Could you upload the file?"))]),
        dict([("USR004", text("Could you upload the file?"))]),
    ];
    Attributes::of(
        start,
        [
            ("generated_ids", Value::None),
            ("user_count", Value::Int(4)),
            ("user_map", dict(users.map(|(name, id)| (name, text(id))))),
            ("inbox", Value::List(inbox.into())),
            ("message_count", Value::Int(3)),
            ("current_user", Value::None),
        ],
    )
}

/// Who got a message, and what it says.
fn parts(message: &Object) -> Outcome<(Object, Object)> {
    let first = dict_of(message, "items")?.iter().next().cloned();
    first.ok_or_else(|| Raised::other("list index out of range"))
}

impl Messages {
    fn users(&self) -> Outcome<&Dict<'static>> {
        dict_of(&self.own["user_map"], "values")
    }

    fn is_user(&self, id: &Object) -> Outcome<bool> {
        Ok(self.users()?.iter().any(|(_, known)| known == id))
    }

    fn inbox(&self) -> Outcome<Vec<Object>> {
        iterate(&self.own["inbox"])
    }

    fn number(&mut self) -> Outcome {
        const LEAST: u64 = 10_000;
        const MOST: u64 = 99_999;
        let mut number = self.random.between(LEAST, MOST);
        if self.own["generated_ids"] != Value::None {
            return Err(no_attribute(&self.own["generated_ids"], "add"));
        }
        // There are 90,000 numbers, and a call each.
        while !self.given.insert(number) {
            number = self.random.between(LEAST, MOST);
        }
        Ok(dict([("new_id", Value::Int(number as i64))]))
    }

    fn list_users(&self) -> Outcome {
        Ok(dict([("user_list", Value::List(self.users()?.iter().map(|(name, _)| name.clone()).collect()))]))
    }

    fn get_user_id(&self, user: &Object) -> Outcome {
        hashable(user)?;
        match self.users()?.get_value(user) {
            Some(id) => Ok(dict([("user_id", id.clone())])),
            None => error(format!("User '{}' not found in the workspace.", str_of(user))),
        }
    }

    fn login(&mut self, id: &Object) -> Outcome {
        let known = self.is_user(id)?;
        let shown = str_of(id);
        if !known {
            let why = text(format!("User ID '{shown}' not found."));
            return Ok(dict([("login_status", Value::Bool(false)), ("message", why)]));
        }
        self.own["current_user"] = id.clone();
        let told = text(format!("User '{shown}' logged in successfully."));
        Ok(dict([("login_status", Value::Bool(true)), ("message", told)]))
    }

    fn is_logged_in(&self) -> bool {
        is_true(&self.own["current_user"])
    }

    fn send(&mut self, receiver: &Object, message: &Object) -> Outcome {
        if !self.is_logged_in() {
            return error(NOBODY);
        }
        if !self.is_user(receiver)? {
            return error(format!("Receiver ID '{}' not found.", str_of(receiver)));
        }
        let number = self.number()?;
        hashable(receiver)?;
        let sent = Value::Dict(Dict::of(vec![(receiver.clone(), message.clone())]));
        list_mut(&mut self.own["inbox"], "append")?.push(sent);
        self.own["message_count"] = augmented(&self.own["message_count"], Operator::Add, &Value::Int(1))?;
        let told = text(format!("Message sent to '{}' successfully.", str_of(receiver)));
        Ok(dict([("sent_status", Value::Bool(true)), ("message_id", number), ("message", told)]))
    }

    fn delete(&mut self, receiver: &Object) -> Outcome {
        if !self.is_logged_in() {
            return error(NOBODY);
        }
        let shown = str_of(receiver);
        for message in self.inbox()?.iter().rev() {
            let (to, _) = parts(message)?;
            if to == *receiver {
                // The first that is equal goes, whichever was found.
                let inbox = list_mut(&mut self.own["inbox"], "remove")?;
                if let Some(at) = inbox.iter().position(|known| known == message) {
                    inbox.remove(at);
                }
                let told = text(format!("Receiver {shown}'s latest message deleted successfully."));
                return Ok(dict([
                    ("deleted_status", Value::Bool(true)),
                    ("receiver_id", to),
                    ("message", told),
                ]));
            }
        }
        error(format!("Receiver ID {shown} not found."))
    }

    fn sent(&self) -> Outcome {
        if !self.is_logged_in() {
            return error(NOBODY);
        }
        let mut sent = Dict::default();
        for message in self.inbox()? {
            let (to, said) = parts(&message)?;
            match sent.get_value_mut(&to) {
                Some(Value::List(all)) => all.push(said),
                _ => sent.insert(to, Value::List(vec![said])),
            }
        }
        Ok(dict([("messages", Value::Dict(sent))]))
    }

    fn add_contact(&mut self, name: &Object) -> Outcome {
        if contains(&self.own["user_map"], name)? {
            return error(format!("User name '{}' already exists.", str_of(name)));
        }
        self.own["user_count"] = augmented(&self.own["user_count"], Operator::Add, &Value::Int(1))?;
        let id = text(format!("USR{}", filled(&str_of(&self.own["user_count"]))));
        if self.is_user(&id)? {
            return error(format!("User ID '{}' already exists.", str_of(&id)));
        }
        dict_mut(&mut self.own["user_map"])?.insert(name.clone(), id.clone());
        let told = text(format!("Contact '{}' added successfully.", str_of(name)));
        Ok(dict([("added_status", Value::Bool(true)), ("user_id", id), ("message", told)]))
    }

    fn search(&self, keyword: &Object) -> Outcome {
        if !self.is_logged_in() {
            return error(NOBODY);
        }
        let keyword = text_of(keyword, "lower")?.to_lowercase();
        let mut results = Vec::new();
        for message in self.inbox()? {
            let (to, said) = parts(&message)?;
            if text_of(&said, "lower")?.to_lowercase().contains(&keyword) {
                results.push(dict([("receiver_id", to), ("message", said)]));
            }
        }
        Ok(dict([("results", Value::List(results))]))
    }

    fn stats(&self) -> Outcome {
        if !self.is_logged_in() {
            return error(NOBODY);
        }
        let inbox = self.inbox()?;
        let mut contacts: Vec<Object> = Vec::new();
        for message in &inbox {
            let (to, _) = parts(message)?;
            if !contacts.contains(&to) {
                contacts.push(to);
            }
        }
        let count = |count: usize| Value::Int(count as i64);
        let stats = dict([("received_count", count(inbox.len())), ("total_contacts", count(contacts.len()))]);
        Ok(dict([("stats", stats)]))
    }
}

/// `str.zfill(3)`.
fn filled(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix(['+', '-']) {
        Some(digits) => number.split_at(number.len() - digits.len()),
        None => ("", number),
    };
    let zeros = 3usize.saturating_sub(number.chars().count());
    format!("{sign}{}{digits}", "0".repeat(zeros))
}

impl Backend for Messages {
    const NAME: &'static str = "MessageAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method("list_users", &[], |own, _| own.list_users()),
        Method("get_user_id", &[Needed("user")], |own, a| own.get_user_id(&a[0])),
        Method("message_login", &[Needed("user_id")], |own, a| own.login(&a[0])),
        Method("message_get_login_status", &[], |own, _| {
            Ok(dict([("login_status", Value::Bool(own.is_logged_in()))]))
        }),
        Method("send_message", &[Needed("receiver_id"), Needed("message")], |own, a| own.send(&a[0], &a[1])),
        Method("delete_message", &[Needed("receiver_id")], |own, a| own.delete(&a[0])),
        Method("view_messages_sent", &[], |own, _| own.sent()),
        Method("add_contact", &[Needed("user_name")], |own, a| own.add_contact(&a[0])),
        Method("search_messages", &[Needed("keyword")], |own, a| own.search(&a[0])),
        Method("get_message_stats", &[], |own, _| own.stats()),
    ];

    fn load(start: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        Ok(Self { own: defaults(start), given: BTreeSet::new(), random: random(start, SEED)? })
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        let mut all = self.own.all();
        if let Some((_, ids)) = all.first_mut().filter(|(_, ids)| *ids == Value::None) {
            // A set, as messages show it; in order, so that the texts are equal where the sets are.
            let given: Vec<String> = self.given.iter().map(u64::to_string).collect();
            *ids = match given.is_empty() {
                true => text("set()"),
                false => text(format!("{{{}}}", given.join(", "))),
            };
        }
        all
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        let mut differing = self.own.differences(&other.own);
        if self.given != other.given && !differing.contains(&"generated_ids") {
            differing.insert(0, "generated_ids");
        }
        Ok(differing)
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        let given = Value::List(self.given.iter().map(|number| Value::Int(*number as i64)).collect());
        let mut all = self.own.all();
        all.extend([("_given", given), ("_random", saved_random(&self.random))]);
        all
    }

    fn restore(saved: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        let mut own = defaults(saved);
        own.restore(saved)?;
        let given = iterate(saved.get("_given").unwrap_or(&Value::None))?;
        let given = given.iter().map(|number| match number {
            Value::Int(number) => {
                u64::try_from(*number).map_err(|_| Raised::other("`_given` is no list of numbers"))
            }
            _ => Err(Raised::other("`_given` is no list of numbers")),
        });
        Ok(Self { own, given: given.collect::<Outcome<_>>()?, random: restored_random(saved)? })
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn numbers_are_filled_with_zeros() {
        for (number, expected) in [("5", "005"), ("12", "012"), ("1234", "1234"), ("-5", "-05")] {
            assert_eq!(filled(number), expected);
        }
    }
}
