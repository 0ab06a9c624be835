//! A queue of tickets in a company.

use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{Attributes, Backend, Method, Parameter, dict, error, text};
use crate::python::ops::{
    Object, Order, Outcome, augmented, compare, dict_mut, dict_of, is_true, iterate, list_mut, member,
    text_of,
};
use crate::python::{Dict, Value, str_of};

use Parameter::{Needed, Optional};

/// The queue.
#[derive(Clone, Debug)]
pub(super) struct Tickets {
    own: Attributes,
}

fn defaults(start: &Dict<'static>) -> Attributes {
    Attributes::of(
        start,
        [
            ("ticket_queue", Value::List(Vec::new())),
            ("ticket_counter", Value::Int(1)),
            ("current_user", Value::None),
        ],
    )
}

fn not_found(id: &Object) -> Outcome {
    error(format!("Ticket with ID {} not found.", str_of(id)))
}

fn status(told: String) -> Outcome {
    Ok(dict([("status", text(told))]))
}

impl Tickets {
    /// The place of the first ticket with this number. An empty one counts for none.
    fn find(&self, id: &Object) -> Outcome<Option<usize>> {
        for (at, ticket) in iterate(&self.own["ticket_queue"])?.iter().enumerate() {
            if member(ticket, "id")? == id {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn at(&mut self, at: usize) -> Outcome<&mut Object> {
        Ok(&mut list_mut(&mut self.own["ticket_queue"], "append")?[at])
    }

    fn is_logged_in(&self) -> bool {
        is_true(&self.own["current_user"])
    }

    fn create(&mut self, title: &Object, description: &Object, priority: &Object) -> Outcome {
        if !self.is_logged_in() {
            return error("User not authenticated. Please log in to create a ticket.");
        }
        if compare(priority, Order::Less, &Value::Int(1))?
            || compare(priority, Order::Greater, &Value::Int(5))?
        {
            return error("Invalid priority. Priority must be between 1 and 5.");
        }
        let ticket = dict([
            ("id", self.own["ticket_counter"].clone()),
            ("title", title.clone()),
            ("description", description.clone()),
            ("status", text("Open")),
            ("priority", priority.clone()),
            ("created_by", self.own["current_user"].clone()),
        ]);
        list_mut(&mut self.own["ticket_queue"], "append")?.push(ticket.clone());
        self.own["ticket_counter"] = augmented(&self.own["ticket_counter"], Operator::Add, &Value::Int(1))?;
        Ok(ticket)
    }

    fn get(&mut self, id: &Object) -> Outcome {
        match self.find(id)? {
            Some(at) => self.at(at).cloned(),
            None => not_found(id),
        }
    }

    /// Gives a ticket another status, unless it has it.
    fn end(&mut self, id: &Object, name: &'static str, resolution: Option<&Object>) -> Outcome {
        let Some(at) = self.find(id)? else { return not_found(id) };
        let ticket = self.at(at)?;
        let (shown, told) = (str_of(id), name.to_lowercase());
        if member(ticket, "status")?.as_str() == Some(name) {
            return error(format!("Ticket with ID {shown} is already {told}."));
        }
        let ticket = dict_mut(ticket)?;
        ticket.insert(Value::text("status"), text(name));
        if let Some(resolution) = resolution {
            ticket.insert(Value::text("resolution"), resolution.clone());
        }
        status(format!("Ticket {shown} has been {told} successfully."))
    }

    fn edit(&mut self, id: &Object, updates: &Object) -> Outcome {
        let Some(at) = self.find(id)? else { return not_found(id) };
        let updates = dict_of(updates, "keys")?;
        let invalid: Vec<String> = updates
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), Some("title" | "description" | "status" | "priority")))
            .map(|(key, _)| str_of(key))
            .collect();
        if !invalid.is_empty() {
            return error(format!("Invalid fields for update: {}", invalid.join(", ")));
        }
        let ticket = dict_mut(self.at(at)?)?;
        for (key, value) in updates.iter().filter(|(_, value)| *value != Value::None) {
            ticket.insert(key.clone(), value.clone());
        }
        status(format!("Ticket {} has been updated successfully.", str_of(id)))
    }

    fn login(&mut self, username: &Object, password: &Object) -> Outcome {
        let given = is_true(username) && is_true(password);
        if given {
            self.own["current_user"] = username.clone();
        }
        Ok(dict([("success", Value::Bool(given))]))
    }

    fn logout(&mut self) -> Outcome {
        let was = self.is_logged_in();
        if was {
            self.own["current_user"] = Value::None;
        }
        Ok(dict([("success", Value::Bool(was))]))
    }

    fn of_user(&self, status: &Object) -> Outcome {
        if !self.is_logged_in() {
            let why = text("User not authenticated. Please log in to view tickets.");
            return Ok(Value::List(vec![dict([("error", why)])]));
        }
        let mut own = Vec::new();
        for ticket in iterate(&self.own["ticket_queue"])? {
            if *member(&ticket, "created_by")? == self.own["current_user"] {
                own.push(ticket);
            }
        }
        if !is_true(status) {
            return Ok(Value::List(own));
        }
        let mut fitting = Vec::new();
        for ticket in own {
            let known = text_of(member(&ticket, "status")?, "lower")?.to_lowercase();
            if known == text_of(status, "lower")?.to_lowercase() {
                fitting.push(ticket);
            }
        }
        Ok(Value::List(fitting))
    }
}

impl Backend for Tickets {
    const NAME: &'static str = "TicketAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method(
            "create_ticket",
            &[Needed("title"), Optional("description", || text("")), Optional("priority", || Value::Int(1))],
            |own, a| own.create(&a[0], &a[1], &a[2]),
        ),
        Method("get_ticket", &[Needed("ticket_id")], |own, a| own.get(&a[0])),
        Method("close_ticket", &[Needed("ticket_id")], |own, a| own.end(&a[0], "Closed", None)),
        Method("resolve_ticket", &[Needed("ticket_id"), Needed("resolution")], |own, a| {
            own.end(&a[0], "Resolved", Some(&a[1]))
        }),
        Method("edit_ticket", &[Needed("ticket_id"), Needed("updates")], |own, a| own.edit(&a[0], &a[1])),
        Method("ticket_login", &[Needed("username"), Needed("password")], |own, a| own.login(&a[0], &a[1])),
        Method("ticket_get_login_status", &[], |own, _| {
            Ok(dict([("login_status", Value::Bool(own.is_logged_in()))]))
        }),
        Method("logout", &[], |own, _| own.logout()),
        Method("get_user_tickets", &[Optional("status", || Value::None)], |own, a| own.of_user(&a[0])),
    ];

    fn load(start: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        Ok(Self { own: defaults(start) })
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        self.own.all()
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        Ok(self.own.differences(&other.own))
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        self.own.all()
    }

    fn restore(saved: &Dict<'static>, _: &Setting) -> Outcome<Self> {
        let mut own = defaults(saved);
        own.restore(saved)?;
        Ok(Self { own })
    }
}
