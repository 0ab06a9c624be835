//! Worlds: the stateful services that multi-turn tests are played in, and that tools for training can be run on.
//!
//! A [`World`] holds some of the services in [`CLASSES`], each with a state of its own. A call, in Python's notation, changes the state and gives a result as text;
//! what cannot be done gives an error as text, as a service would. A world can be saved, restored, copied and compared.
//!
//! Source: the eight services of the Berkeley leaderboard's multi-turn categories (`bfcl-eval` 2026.3.23), in their behaviour. Their words, tables and state are
//!         interfaces and are kept, quirks included; the code is ours. Nothing of a call is ever executed as a program: literals, operators, subscripts and the
//!         services' own methods are all that is evaluated.
//! Ours:   work is bounded (see [`World::run`]). Lists for a large context are copied for each service, where the official ones are shared by all tests of a process.
//!
//! ```
//! use toolwright_eval::world::{Setting, World};
//! let start = r#"{"GorillaFileSystem": {"root": {"home": {"type": "directory", "contents": {
//!     "notes.txt": {"type": "file", "content": "milk\nbread"}}}}}}"#;
//! let mut world = World::new(&["GorillaFileSystem"], start, &Setting::default())?;
//! let before = world.clone();
//! assert_eq!(world.run("sort('notes.txt')"), r#"{"sorted_content": "bread\nmilk"}"#);
//! assert!(world.differences(&before)?.is_empty());
//! assert_eq!(world.run("rm(file_name='notes.txt')"), r#"{"result": "'notes.txt' removed"}"#);
//! assert_eq!(world.differences(&before)?, [("GorillaFileSystem", "root")]);
//! let saved = world.save();
//! assert!(World::restore(&saved, &Setting::default())?.differences(&world)?.is_empty());
//! # Ok::<(), toolwright_core::Error>(())
//! ```

mod backend;
mod files;
mod large;
mod math;
mod messages;
mod posts;
mod tickets;
mod trading;
mod travel;
mod vehicle;

use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde_json::{Map, Value as Json, json};
use toolwright_core::{Error, Result};

use crate::python::eval::{Given, Scope, eval, plain};
use crate::python::json::loads;
use crate::python::ops::{Object, Outcome, Raised};
use crate::python::saved::{from_json, to_json};
use crate::python::{Dict, Value, dumps_ascii, repr};
use backend::{Class, Instance, Shared, class};

pub use large::Large;

/// Every service.
const CATALOGUE: &[Class] = &[
    class::<files::Files>(),
    class::<math::Math>(),
    class::<messages::Messages>(),
    class::<posts::Posts>(),
    class::<tickets::Tickets>(),
    class::<trading::Trading>(),
    class::<travel::Travel>(),
    class::<vehicle::Vehicle>(),
];

/// The services' names.
pub static CLASSES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| CATALOGUE.iter().map(|class| class.name).collect());

/// The longest result, in bytes.
const LONGEST_RESULT: usize = 4 << 20;

/// What a world is made under. Posts of all worlds that are made under one setting, and of their copies, share the list of mentions that stands for none given, as
/// those of one process do in the official program.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// With it, services tell more than is asked for, as in the category `multi_turn_long_context`.
    pub large: Option<Arc<Large>>,
    shared: Shared,
}

impl Setting {
    /// A setting for a large context, or a plain one.
    pub fn new(large: Option<Arc<Large>>) -> Self {
        Self { large, shared: Shared::default() }
    }
}

/// Some services with their state.
#[derive(Clone, Debug)]
pub struct World {
    /// Where the official program keeps the services' variables apart, this stands in the variables' names.
    label: String,
    services: Vec<Service>,
}

#[derive(Clone, Debug)]
struct Service {
    class: &'static Class,
    state: Box<dyn Instance>,
}

impl World {
    /// Makes services with their first state.
    ///
    /// - `start`: an object with the first state of each service that has one.
    ///
    /// # Errors
    /// There is no such service, or `start` is not of its shape.
    pub fn new(classes: &[&str], start: &str, setting: &Setting) -> Result<Self> {
        let start = loads(start).map_err(|fault| Error::new(format!("the first state is {fault}")))?;
        let nothing = Value::Dict(Dict::default());
        let start = start.into_owned();
        let made = classes.iter().map(|name| {
            let class = known(name)?;
            let own = match &start {
                Value::Dict(start) => start.get(name).unwrap_or(&nothing),
                _ => return Err(Error::new("the first state is no object")),
            };
            let state = (class.load)(own, setting)
                .map_err(|raised| Error::new(format!("the first state of {name}: {}", raised.text)))?;
            Ok(Service { class, state })
        });
        let services = made.collect::<Result<_>>()?;
        let mut world = Self { label: String::new(), services };
        world.name("world");
        Ok(world)
    }

    /// Another label for the variables of the services.
    pub(crate) fn name(&mut self, label: &str) {
        self.label = label.replace(['-', '.', '/', ':'], "_");
    }

    /// The variable that call text gets before a method's name.
    fn variable(&self, service: &Service) -> String {
        format!("{}_{}_instance", self.label, service.class.name)
    }

    /// Two worlds like this one, which share what worlds made under one setting do, and share it with no other.
    pub(crate) fn pair(&self) -> (Self, Self) {
        let shared = Shared::default();
        let one = || {
            let mut world = self.clone();
            world.services.iter_mut().for_each(|service| service.state.share(&shared));
            world
        };
        (one(), one())
    }

    /// Whether its state hangs on what worlds made under one setting share.
    pub(crate) fn shares(&self) -> bool {
        self.services.iter().any(|service| service.state.shares())
    }

    /// Runs one call, such as `cd(folder='home')`, and gives its result as text. An exception is a text that begins with `Error during execution: `.
    ///
    /// A call may hold others as arguments. Its text may have 256 KiB, values in it 64 Ki characters or items where operators make them, a result 4 MiB, and a
    /// walk through folders may go 900 deep and meet 100,000 files; beyond each bound the result is an error.
    pub fn run(&mut self, call: &str) -> String {
        let plain = read_plain(call);
        let outcome = plain.and_then(|(method, given)| self.plainly(method, given));
        told(outcome.unwrap_or_else(|| self.wholly(call)))
    }

    /// Runs a call by the whole grammar.
    fn wholly(&mut self, call: &str) -> Outcome {
        let text = self.prepared(call);
        match forbidden(&text) {
            Some(name) => Err(Raised::other(format!("Function call {name} is not allowed."))),
            None => eval(&text, self),
        }
    }

    /// Calls the method of the last service that has it; none where none has.
    fn plainly(&mut self, method: &str, given: Given) -> Option<Outcome> {
        let service = self.services.iter_mut().rev().find(|service| service.class.has(method))?;
        Some(service.state.call(method, given))
    }

    /// The services' attributes that differ from those of another world with the same services, each with the service's name.
    ///
    /// # Errors
    /// The worlds have other services, or states nest too deep to be compared.
    pub fn differences(&self, other: &Self) -> Result<Vec<(&'static str, &'static str)>> {
        let mut all = Vec::new();
        for service in &self.services {
            let name = service.class.name;
            let beside = other.services.iter().find(|other| other.class.name == name);
            let beside = beside.ok_or_else(|| Error::new(format!("the other world has no {name}")))?;
            let own = service.state.differences(&*beside.state);
            let own = own.map_err(|raised| Error::new(raised.text))?;
            all.extend(own.into_iter().map(|attribute| (name, attribute)));
        }
        Ok(all)
    }

    /// The attributes of a service that count for equality, in Python's order.
    pub(crate) fn public(&self, class: &str) -> Vec<(&'static str, Object)> {
        let service = self.services.iter().find(|service| service.class.name == class);
        let all = service.map(|service| service.state.attributes()).unwrap_or_default();
        all.into_iter().filter(|(name, _)| !name.starts_with('_')).collect()
    }

    /// The attributes that count for equality, as Python writes them: an object for each service. Folders are shown as the text that messages show.
    pub fn state(&self) -> Json {
        let service = |service: &Service| {
            let public = self.public(service.class.name).into_iter();
            let public: Map<String, Json> =
                public.map(|(name, value)| (name.to_owned(), repr(&value).into())).collect();
            (service.class.name.to_owned(), Json::Object(public))
        };
        self.services.iter().map(service).collect::<Map<_, _>>().into()
    }

    /// The whole state, for [`restore`](Self::restore): the attributes of each service, as JSON that tells Python's types apart.
    pub fn save(&self) -> Json {
        let service = |service: &Service| {
            let attributes = service.state.saved().into_iter();
            let attributes: Map<String, Json> =
                attributes.map(|(name, value)| (name.to_owned(), to_json(&value))).collect();
            (service.class.name.to_owned(), Json::Object(attributes))
        };
        json!({ "label": self.label, "services": self.services.iter().map(service).collect::<Map<_, _>>() })
    }

    /// The world that was saved. It needs the setting that it was made under.
    ///
    /// # Errors
    /// It is not what [`save`](Self::save) gives.
    pub fn restore(saved: &Json, setting: &Setting) -> Result<Self> {
        let no_world = || Error::new("expected a saved world: an object with `label` and `services`");
        let label = saved.get("label").and_then(Json::as_str).ok_or_else(no_world)?;
        let services = saved.get("services").and_then(Json::as_object).ok_or_else(no_world)?;
        let service = |(name, attributes): (&String, &Json)| {
            let class = known(name)?;
            let wrong = |why: String| Error::new(format!("the state of {name}: {why}"));
            let attributes = attributes.as_object().ok_or_else(|| wrong("expected an object".to_owned()))?;
            let mut dict = Dict::default();
            for (key, value) in attributes {
                let value = from_json(value).map_err(|raised| wrong(format!("`{key}`: {}", raised.text)))?;
                dict.insert(Value::text(key.clone()), value);
            }
            let state = (class.restore)(&dict, setting).map_err(|raised| wrong(raised.text))?;
            Ok(Service { class, state })
        };
        let services = services.iter().map(service).collect::<Result<_>>()?;
        let mut world = Self { label: String::new(), services };
        world.name(label);
        Ok(world)
    }

    /// The text with the services' variables before their methods' names, wherever such a name stands before a parenthesis: in texts, too, and what stood between
    /// the two is gone. The official program does so.
    fn prepared(&self, call: &str) -> String {
        static NAME: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\b([a-zA-Z_]\w*)\s*\(").expect("the pattern is a constant"));
        let mut out = String::with_capacity(call.len() + 64);
        let mut at = 0;
        for found in NAME.captures_iter(call) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
            out.push_str(&call[at..whole.start()]);
            // Of methods with one name, those of the last service count.
            let owner = self.services.iter().rev().find(|service| service.class.has(name.as_str()));
            if let Some(owner) = owner {
                out.push_str(&self.variable(owner));
                out.push('.');
            }
            out.push_str(name.as_str());
            out.push('(');
            at = whole.end();
        }
        out.push_str(&call[at..]);
        out
    }
}

impl Scope for World {
    fn knows(&self, name: &str) -> bool {
        self.services.iter().any(|service| self.variable(service) == name)
    }

    fn call(&mut self, object: &str, method: &str, given: Given) -> Outcome {
        let at = self.services.iter().position(|service| self.variable(service) == object);
        let service = at.and_then(|at| self.services.get_mut(at));
        let service = service.ok_or_else(|| Raised::other(format!("name '{object}' is not defined")))?;
        service.state.call(method, given)
    }
}

/// A call of literals, in which nothing else stands before a parenthesis; none where it is no such call.
fn read_plain(call: &str) -> Option<(&str, Given)> {
    (memchr::memchr_iter(b'(', call.as_bytes()).count() == 1).then_some(())?;
    plain(call)
}

/// A result, or an exception, as text.
fn told(outcome: Outcome) -> String {
    let text = match outcome {
        Ok(value) => shown(value),
        Err(raised) => format!("Error during execution: {}", raised.text),
    };
    if text.len() > LONGEST_RESULT {
        return format!("Error during execution: a result of {} bytes is too large", text.len());
    }
    text
}

fn known(name: &str) -> Result<&'static Class> {
    CATALOGUE.iter().find(|class| class.name == name).ok_or_else(|| {
        let near = toolwright_core::nearest(name, CATALOGUE.iter().map(|class| class.name));
        let near = near.map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
        let all: Vec<&str> = CATALOGUE.iter().map(|class| class.name).collect();
        Error::new(format!("no service is called `{name}`;{near} there are {}", all.join(", ")))
    })
}

/// A name that the official program refuses to evaluate.
fn forbidden(text: &str) -> Option<&str> {
    const FORBIDDEN: &[&str] = &["kill", "exit", "quit", "remove", "unlink", "popen", "Popen", "run"];
    let name = text.split('(').next().unwrap_or_default();
    let name = name.split('.').nth(1).unwrap_or(name);
    FORBIDDEN.contains(&name).then_some(name)
}

/// A result as text: a text as it is, a dict as JSON where JSON has a form for it, anything else as Python writes it.
fn shown(value: Object) -> String {
    match value {
        Value::Dict(_) => dumps_ascii(&value).unwrap_or_else(|| repr(&value)),
        Value::Str(text) => text.into_owned(),
        value => repr(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_parentheses_get_their_service_in_texts_too() {
        let mut world =
            World::new(&["GorillaFileSystem", "MathAPI"], "{}", &Setting::default()).expect("a world");
        world.name("m-1.x");
        let fs = "m_1_x_GorillaFileSystem_instance";
        for (call, expected) in [
            ("ls (a=True)", format!("{fs}.ls(a=True)")),
            ("echo(content='find (x) it (y)')", format!("{fs}.echo(content='{fs}.find(x) it(y)')")),
            ("mean(numbers=[1])", "m_1_x_MathAPI_instance.mean(numbers=[1])".to_owned()),
            ("x.cd()", format!("x.{fs}.cd()")),
            ("éls()", "éls()".to_owned()),
        ] {
            assert_eq!(world.prepared(call), expected);
        }
    }

    #[test]
    fn what_is_no_call_of_a_service_is_an_error() {
        let mut world = World::new(&["GorillaFileSystem"], "{}", &Setting::default()).expect("a world");
        let mut run = |call: &str| world.run(call);
        for (call, expected) in [
            ("exit()", "Error during execution: Function call exit is not allowed."),
            ("os.remove('x')", "Error during execution: Function call remove is not allowed."),
            ("nothing()", "Error during execution: name 'nothing' is not defined"),
            (
                "cd()",
                "Error during execution: GorillaFileSystem.cd() missing 1 required positional argument: 'folder'",
            ),
            (
                "cd(a=1)",
                "Error during execution: GorillaFileSystem.cd() got an unexpected keyword argument 'a'",
            ),
            (
                "cd('a', folder='b')",
                "Error during execution: GorillaFileSystem.cd() got multiple values for argument 'folder'",
            ),
            (
                "pwd(1)",
                "Error during execution: GorillaFileSystem.pwd() takes 1 positional argument but 2 were given",
            ),
            (
                "ls(1, 2)",
                "Error during execution: GorillaFileSystem.ls() takes from 1 to 2 positional arguments but 3 were given",
            ),
            ("cd('", "Error during execution: invalid syntax"),
        ] {
            assert!(run(call).starts_with(expected), "{call}: {}", run(call));
        }
        assert!(World::new(&["GorillaFilesystem"], "{}", &Setting::default()).is_err());
        assert!(World::new(&["GorillaFileSystem"], "[]", &Setting::default()).is_err());
    }

    #[test]
    fn every_service_is_saved_and_restored_as_it_was() {
        let setting = Setting::default();
        let classes: Vec<&str> = CLASSES.clone();
        let mut world = World::new(&classes, "{}", &setting).expect("defaults are enough");
        for call in [
            "mkdir(dir_name='a')",
            "touch(file_name='b.txt')",
            "echo(content='x', file_name='b.txt')",
            "cd(folder='a')",
            "message_login(user_id='USR001')",
            "send_message(receiver_id='USR002', message='hi')",
            "authenticate_twitter(username='john', password='john123')",
            "post_tweet(content='hi')",
            "ticket_login(username='a', password='b')",
            "create_ticket(title='t')",
            "trading_login(username='a', password='b')",
            "fund_account(amount=5)",
            "place_order(order_type='Buy', symbol='AAPL', price=1, amount=1)",
            "authenticate_travel(client_id='a', client_secret='b', refresh_token='c', grant_type='read', user_first_name='A', user_last_name='B')",
            "fillFuelTank(fuelAmount=5)",
            "get_current_speed()",
        ] {
            assert!(!world.run(call).starts_with("Error"), "{call}: {}", world.run(call));
        }
        let large = format!("echo(content='{}', file_name='b.txt')", "x é".repeat(50_000));
        assert_eq!(
            (world.run("cd(folder='..')"), world.run(&large), world.run("cd(folder='a')").len()),
            ("{}".into(), "None".into(), 34)
        );
        let mut again = World::restore(&world.save(), &Setting::default()).expect("it was saved");
        assert_eq!(again.save(), world.save());
        assert_eq!(again.differences(&world).expect("the same services"), []);
        for call in ["pwd()", "get_current_speed()", "send_message('USR003', 'again')", "get_order_history()"]
        {
            assert_eq!(again.run(call), world.run(call), "{call}");
        }
        assert_eq!(again.run("cd(folder='..')"), "{}");
    }
}
