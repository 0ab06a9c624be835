//! The values of one result, one after another: what the call said, what was told before, what goes together, what is drawn.

use indexmap::IndexMap;
use jiff::civil::Time;
use serde_json::{Map, Value};
use toolwright_core::Call;
use toolwright_core::schema::{Shape, Site, Supply, sample};
use toolwright_core::seed::{Rng, Seed};

use super::filter::Demand;
use super::life::{DONE, MADE};
use super::memory::ORDERS;
use super::state::{Known, SPOKEN_OF, State};
use super::value::Values;
use super::words;
use super::{
    Expected, answering, asked, asked_for, bearing, filter, items_at, law, lexicon, life, made, question,
};
use crate::agent::clause::own_name;
use crate::pool::entry::{Entry, Field, Param};

/// A list of a result: where it is, whose it is, and which things it lists.
#[derive(Debug)]
pub(super) struct List {
    pub(super) path: String,
    pub(super) base: Seed,
    /// The things that were known before; what follows is new.
    pub(super) known: Vec<Seed>,
    /// The order that the items were brought into, where they were.
    pub(super) order: Vec<usize>,
    pub(super) count: usize,
    /// The thing whose list it is.
    pub(super) whose: Seed,
    /// Whether it is inside no other list.
    pub(super) outermost: bool,
}

impl List {
    /// The thing at this position as it was drawn.
    pub(super) fn drawn(&self, at: usize) -> Seed {
        self.known.get(at).copied().unwrap_or_else(|| self.base.index(at as u64))
    }

    /// The thing at this position of the result.
    pub(super) fn thing(&self, at: usize) -> Seed {
        self.drawn(self.order.get(at).copied().unwrap_or(at))
    }
}

/// A result keeps to about this many values, as far as optional ones can be left out.
const LEAVES: usize = 36;

/// What belongs to a call and to nothing else.
const PER_CALL: &[&str] = &["request_id", "took_ms", "processed_at"];

/// Items that were known before, at most.
const RECALLED: usize = 5;

/// Supplies the values of one result.
pub(super) struct Answers<'w> {
    pub(super) state: &'w State,
    pub(super) entry: &'w Entry,
    pub(super) call: &'w Call,
    pub(super) subject: Seed,
    leaves: usize,
    /// The city that the call speaks of.
    place: Option<&'static lexicon::City>,
    /// What items of lists have been called: (path, words).
    used: Vec<(String, String)>,
    pub(super) lists: Vec<List>,
    /// What follows exactly from the arguments.
    worked: Vec<(&'static str, Value)>,
    /// What the call asks of its subject, as a mark.
    question: Option<String>,
    /// The rows that were chosen: (whose, table, row, the object's path).
    pub(super) rows: Vec<(Seed, usize, usize, String)>,
    /// What later calls will say.
    pub(super) expected: &'w [Expected],
    /// The arguments by the words of their names, where an evolved tool was called.
    pub(super) said: law::Arguments<'w>,
    /// What was drawn for things of this result, where tables have to know: (whose, attribute, value).
    pub(super) drawn: Vec<(Seed, &'w str, Value)>,
    /// What the items of a list share without telling it: (list, attribute, value).
    pub(super) shared: Vec<(String, String, Value)>,
}

impl<'w> Answers<'w> {
    pub(super) fn new(state: &'w State, entry: &'w Entry, call: &'w Call, subject: Seed) -> Self {
        let worked = entry.formula.and_then(|formula| formula.work(&call.arguments)).unwrap_or_default();
        let place = place_of(call);
        Self {
            state,
            entry,
            call,
            subject,
            leaves: 0,
            place,
            used: Vec::new(),
            lists: Vec::new(),
            worked,
            question: question(entry, call),
            rows: Vec::new(),
            shared: Vec::new(),
            expected: &[],
            drawn: Vec::new(),
            said: if entry.is_evolved() {
                law::Arguments::of(&call.arguments)
            } else {
                law::Arguments::default()
            },
        }
    }

    /// The value of the parameter at this position.
    fn given(&self, at: usize) -> Option<&'w Value> {
        self.call.arguments.get(&self.entry.params.get(at)?.name)
    }

    /// What the call said of this property, where the result repeats it or was asked to have it.
    fn echo(&self, site: &Site<'_>, field: &Field) -> Option<Value> {
        let repeats = field.asked.as_deref().is_some_and(|asked| asked.echo.is_some());
        // What comes with its currency is the amount that was given.
        let whole = || self.attribute(site).filter(|whole| *whole != field.key);
        if self.entry.is_evolved()
            && site.item.is_none()
            && site.name == "amount"
            && let Some(value) = whole().and_then(|whole| self.said.get(whole))
            && fits_type(site.schema, value)
        {
            return Some(value.clone());
        }
        // An attribute that stands inside an object of the call is repeated as well.
        if self.entry.is_evolved() && site.item.is_none() && !repeats {
            let named = self.said.inner(&field.key);
            if let Some(value) = named.filter(|value| fits_type(site.schema, value)) {
                return Some(value.clone());
            }
        }
        let asked = field.asked.as_deref()?;
        if let (Some(at), Some(each)) = (site.item, asked.each)
            && site.path.matches('/').count() <= 3
            && let Some(Value::Array(values)) = self.given(each)
        {
            return values.get(at).cloned();
        }
        if let Some((echo, value)) = asked.echo.and_then(|echo| Some((echo, self.given(echo.param)?))) {
            // What a list was searched by holds for its items: mail from a sender.
            let filter = self.entry.clause.reads && site.item.is_some() && echo.same;
            let others = echo.foreign && (value.is_object() || !(echo.identifies || filter));
            // Items of a list share what was searched by, but not what tells them apart.
            let apart = site.item.is_some() && echo.own;
            let plain = !(value.is_object() || value.is_null()) && (field.list || !value.is_array());
            if !others && !apart && (plain || site.item.is_none()) {
                return Some(value.clone());
            }
        }
        // A row has the value that is demanded, and what goes with it.
        if self.entry.laws.tables.iter().any(|table| table.column(&field.key).is_some()) {
            return None;
        }
        self.demanded(site, field)
    }

    /// A value that the call demands, or one of several.
    fn demanded(&self, site: &Site<'_>, field: &Field) -> Option<Value> {
        let rng = || self.owner(site).child("one of").child(&field.key).rng();
        let rules = &field.asked.as_deref()?.rules;
        rules.iter().find_map(|rule| rule.given(&self.call.arguments, &mut rng()))
    }

    /// What follows exactly from the arguments.
    fn follows(&self, site: &Site<'_>, field: &Field) -> Option<Value> {
        if self.worked.is_empty() || site.item.is_some() {
            return None;
        }
        let numeric = site.schema.get("type").is_some_and(|t| t == "number" || t == "integer");
        let own = self.attribute(site).unwrap_or(&field.key);
        let fits = |name: &str| {
            if name.is_empty() { numeric && site.path.matches('/').count() <= 1 } else { name == own }
        };
        self.worked.iter().find(|(name, _)| fits(name)).map(|(_, value)| value.clone())
    }

    /// The thing that owns the property.
    fn owner(&self, site: &Site<'_>) -> Seed {
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        let within = |list: &&List| {
            let rest = above.strip_prefix(list.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || list.path == site.path
        };
        let list = self.lists.iter().filter(within).max_by_key(|list| list.path.len());
        let (start, rest) = match (list, site.item) {
            (Some(list), Some(at)) => (list.drawn(at), above.get(list.path.len()..).unwrap_or_default()),
            _ => (self.subject, above),
        };
        rest.split('/').filter(|step| !step.is_empty()).fold(start, Seed::child)
    }

    /// The attribute that a property is: an amount with its currency is that of the whole.
    pub(super) fn attribute(&self, site: &Site<'_>) -> Option<&'w str> {
        let above = site.path.rsplit_once('/').map(|(above, _)| above);
        let whole =
            above.filter(|above| site.name == "amount" && !above.is_empty() && self.entry.is_evolved());
        let field = self.entry.results.get(whole.unwrap_or(site.path))?;
        Some(&field.key)
    }

    /// The thing that has it.
    pub(super) fn whose(&self, site: &Site<'_>) -> Seed {
        let amount = site.name == "amount" && self.entry.is_evolved();
        let whole = if amount { self.whole(site) } else { None };
        whole.unwrap_or_else(|| self.owner(site))
    }

    /// The thing whose list this is.
    fn holder(&self, site: &Site<'_>) -> Seed {
        if site.path.is_empty() { self.subject } else { self.owner(site).child(site.name) }
    }

    /// What was said of it before.
    fn fact(&self, site: &Site<'_>, owner: Seed, field: &Field) -> Option<&'w Value> {
        let own = || {
            if self.state.facts(owner).is_empty() {
                return None;
            }
            self.state.fact(owner, &field.key).or_else(|| {
                (field.bearing.identifies && field.words.len() > 1)
                    .then(|| self.state.fact(owner, &field.words.join("_")))
                    .flatten()
            })
        };
        // `bill_sum.amount` is what a bill comes to.
        let whole = site.path.rsplit('/').nth(1).filter(|_| site.name == "amount");
        if let Some(told) = whole.and_then(|name| self.state.fact(self.whole(site)?, &words::key(name))) {
            return Some(told);
        }
        // The same lookup with another question, for another day, has another answer.
        if let (Some(question), false) = (&self.question, field.bearing.stays)
            && let Some(other) = self.state.fact(owner, &answering(&field.key)).and_then(Value::as_str)
            && other != question
            && other.split('?').next() == question.split('?').next()
        {
            return None;
        }
        // A part of a thing is told of the thing as well: `practicals.doors_open` of a concert.
        own().or_else(|| {
            let whole =
                self.whole(site).filter(|whole| *whole != owner && self.entry.tells_of_whole(field))?;
            self.state.fact(whole, &field.key)
        })
    }

    /// The thing that a property is of in the end: the item of a list, else what the call is about.
    pub(super) fn whole(&self, site: &Site<'_>) -> Option<Seed> {
        match site.item {
            None => Some(self.subject),
            Some(at) => {
                let mut lists = self.lists.iter().filter(|list| list.outermost);
                let list = lists.find(|list| {
                    site.path.strip_prefix(list.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
                })?;
                // Within a list inside the list, the position is another's.
                let inner = self
                    .lists
                    .iter()
                    .any(|other| !other.outermost && site.path.starts_with(other.path.as_str()));
                (!inner).then(|| list.drawn(at))
            }
        }
    }

    /// Whether a property of a thing that has come up was told; `None` of what is new, and of what has parts.
    fn is_known(&self, site: &Site<'_>) -> Option<bool> {
        let field = self.entry.results.get(site.path)?;
        let again = match site.item {
            None if self.state.facts(self.subject).is_empty() => return None,
            None => false,
            Some(at) => {
                let above = site.path.rsplit_once('/').map(|(above, _)| above);
                let list =
                    self.lists.iter().find(|list| list.outermost && Some(list.path.as_str()) == above)?;
                list.known.get(at)?;
                !site.schema.contains_key("properties") && !site.schema.contains_key("$ref")
            }
        };
        let known = self.fact(site, self.owner(site), field).is_some();
        (known || again).then_some(known)
    }

    /// How a thing stands, where something was done to it or the call does something.
    fn stands(&self, owner: Seed, field: &Field, schema: &Map<String, Value>) -> Option<Value> {
        if !field.bearing.status {
            return None;
        }
        let options = schema.get("enum").and_then(Value::as_array)?;
        if !self.entry.clause.reads {
            return self.entry.deed.status(options).cloned();
        }
        let done = self.state.fact(owner, DONE).and_then(Value::as_str)?;
        life::said_by(life::deed(done), options).cloned()
    }

    /// When something was done that is done now.
    fn now(&self, field: &Field, owner: Seed, schema: &Map<String, Value>) -> Option<Value> {
        let meaning = field.meaning.filter(|_| field.bearing.stamp)?;
        // What was made in this dialog was made today, whoever tells it.
        let made = || field.key.starts_with("creat") && self.state.fact(owner, MADE).is_some();
        if self.entry.clause.reads && !made() {
            return None;
        }
        let today = self.state.today;
        let long =
            meaning.id.contains("datetime") && schema.get("format").is_none_or(|format| format != "date");
        if long {
            return Some(format!("{today}T{}Z", self.state.clock()).into());
        }
        meaning.id.contains("date").then(|| today.to_string().into())
    }

    /// A value that nobody has spoken of.
    fn draw(&mut self, site: &Site<'_>, field: &Field, owner: Seed) -> Option<Value> {
        let bearing = field.bearing;
        // What a call makes has a number of its own, whatever was made before.
        let new = bearing.identifies && !self.entry.clause.reads;
        // A name belongs to the thing; what is looked up for a day or a number of people belongs to the question.
        let seed = match (new, bearing.stays) {
            (true, _) => made(owner, self.call),
            (false, true) => owner,
            (false, false) => asked(owner, self.entry, self.call),
        };
        // Every request has a number of its own.
        let seed = if PER_CALL.contains(&field.key.as_str()) {
            seed.child(&self.entry.tool.name).index(u64::from(self.state.calls))
        } else {
            seed
        };
        let seed = seed.child(&field.key);
        if field.is_common()
            && let Some(options) = site.schema.get("enum").and_then(Value::as_array)
        {
            let usual = [self.currency(), "USD", "EUR"];
            let usual =
                usual.iter().find_map(|code| options.iter().find(|option| option.as_str() == Some(code)));
            return usual.or_else(|| options.first()).cloned();
        }
        if let Some(options) = site.schema.get("enum").and_then(Value::as_array) {
            let drawn = seed.rng().choose(options).cloned();
            let sour = drawn.as_ref().and_then(Value::as_str).is_some_and(life::is_sour);
            let better = || {
                options
                    .iter()
                    .find(|option| option.as_str().is_some_and(|text| !life::is_sour(text)))
                    .cloned()
            };
            return if sour && !self.entry.clause.reads { better().or(drawn) } else { drawn };
        }
        if site.schema.get("type").is_some_and(|t| t == "boolean") {
            return Some(seed.rng().chance(0.5).into());
        }
        let mut values = Values {
            fields: &self.entry.results,
            entity: self.entry.entity.as_deref().unwrap_or_default(),
            today: self.state.today,
            kin: owner,
            place: self.place,
            currency: Some(self.currency()),
        };
        let mut drawn = None;
        // Items of a list are told apart by their words, and a value is not by chance what the call spoke of.
        for salt in 0..12 {
            let mut rng = seed.index(salt).rng();
            values.kin = if salt == 0 { owner } else { owner.index(1_000 + salt) };
            let value = values.of(field, site.name, site.schema, &mut rng);
            drawn = value.or_else(|| {
                sample(
                    &Value::Object(leaf_schema(site.schema)),
                    &Shape { optional: 1.0, items: 1..=2, depth: 2 },
                    &mut Nothing,
                    &mut rng,
                )
                .ok()
            });
            let words = match &drawn {
                Some(Value::String(words)) => words.clone(),
                Some(Value::Number(number)) if bearing.identifies => number.to_string(),
                _ => break,
            };
            // Two people, clubs or firms of one result are not the same.
            let person = field
                .meaning
                .is_some_and(|meaning| ["person", "sport_team", "company"].contains(&meaning.id));
            let taken = self
                .used
                .iter()
                .any(|(path, used)| (person || site.item.is_some() && path == site.path) && *used == words);
            // Two things of a dialog are not called the same.
            let labels = field.words.last().is_some_and(|last| last == "label" || last == "block");
            let named = || {
                (field.bearing.told || labels)
                    && self.entry.is_evolved()
                    && self.state.is_called(&field.key, &words)
            };
            let another = || bearing.identifies && self.state.stands_for_another(&words, owner);
            let taken = taken || named() || another();
            let spoken = self.call.arguments.values().any(|argument| argument.as_str() == Some(&words));
            if !taken && !spoken {
                self.used.push((site.path.to_owned(), words));
                break;
            }
        }
        drawn
    }

    /// The currency of all amounts: the one that the call names, else that of the place it is about, else any.
    fn currency(&self) -> &'w str {
        let asked = self.entry.reading.currency.and_then(|at| self.given(at)).and_then(Value::as_str);
        asked.or_else(|| self.place.map(|city| city.currency)).unwrap_or_else(|| {
            self.subject.child("currency").rng().choose(lexicon::CITIES).map_or("USD", |city| city.currency)
        })
    }

    /// Some of the listed values, each once, in the schema's order.
    fn some_of(&self, site: &Site<'_>, field: &Field, options: &[Value]) -> Value {
        let mut rng = self.owner(site).child(&field.key).child("some").rng();
        let bound =
            |key: &str| site.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let most = bound("maxItems").unwrap_or(3).min(options.len());
        let count = (1 + rng.below(most.max(1))).max(bound("minItems").unwrap_or(0)).min(options.len());
        let mut places: Vec<usize> = (0..options.len()).collect();
        rng.shuffle(&mut places);
        places.truncate(count);
        places.sort_unstable();
        places.into_iter().filter_map(|at| options.get(at).cloned()).collect()
    }

    /// The things that a list recalls: what was made first, then what the same lookup has listed, as far as the call admits it.
    fn recalled(&self, site: &Site<'_>, most: usize) -> Vec<Seed> {
        let reads = self.entry.clause.reads && site.item.is_none();
        let Some(kind) = self.entry.results.kind(site.path).filter(|_| reads) else { return Vec::new() };
        let mut known = self.state.known(kind).peekable();
        if known.peek().is_none() || self.entry.reading.goes_on(&self.entry.params, &self.call.arguments) {
            return Vec::new();
        }
        let here = Seed::new(0).child(own_name(&self.entry.tool));
        // What was only spoken of is in a list of all there is.
        let all = self.call.arguments.is_empty();
        let same = |known: &Known| known.listed_by.is_none_or(|by| by == here || all && by == SPOKEN_OF);
        let lasts = self.lasts(site.path);
        known
            .filter(same)
            .filter(|known| self.admits(*known, site.path, lasts))
            .map(|known| known.thing)
            .take(most)
            .collect()
    }

    /// Whether what was said of a thing is as the call demands. What nobody has spoken of speaks for what was made only.
    ///
    /// - `lasts`: whether things of the list are there whatever day is asked about.
    fn admits(&self, known: Known, list: &str, lasts: bool) -> bool {
        let made = known.listed_by.is_none();
        let arguments = &self.call.arguments;
        let demands = || self.entry.reading.demands.iter().filter(|demand| demand.list == list);
        for demand in demands().filter(|demand| demand.rule.is_demanded(arguments)) {
            let mut steps: Vec<&str> = demand.property.split('/').collect();
            steps.pop();
            let owner = steps.into_iter().fold(known.thing, Seed::child);
            let fact = self.state.fact(owner, &demand.key);
            let fact = fact.or_else(|| self.state.fact(known.thing, &asked_for(&demand.key)));
            let held = fact.map_or(made, |fact| demand.rule.holds(arguments, fact).unwrap_or(true));
            if !held {
                return false;
            }
        }
        self.entry.params.iter().enumerate().all(|(at, param)| {
            let Some(value) = arguments.get(&param.name) else { return true };
            let ruled = demands().any(|demand| demand.rule.is_of(&param.name));
            if ruled || value.is_object() || self.entry.reading.technical.contains(&at) {
                return true;
            }
            if let (true, Some(text)) = (made && filter::searches(param), value.as_str()) {
                let text = text.to_lowercase();
                let mut facts = self.state.facts(known.thing).iter().filter_map(|(_, fact)| fact.as_str());
                return facts.any(|fact| fact.to_lowercase().contains(&text));
            }
            let own = self.state.fact(known.thing, &param.key);
            if own.is_none() && lasts && self.asks_when_or_how_many(param) {
                return true;
            }
            let fact = own.or_else(|| self.state.fact(known.thing, &asked_for(&param.key)));
            fact.map_or(made, |fact| filter::same(fact, value))
        })
    }

    /// Whether the things of a list are there whatever day is asked about: they have a name and a number, and no day or time.
    fn lasts(&self, list: &str) -> bool {
        let own = || {
            let of = |path: &str| path.strip_prefix(list)?.strip_prefix('/').map(|name| !name.contains('/'));
            self.entry.results.iter().filter(move |(path, _)| of(path) == Some(true)).map(|(_, field)| field)
        };
        let clock = |example: &Value| example.as_str().is_some_and(|text| text.parse::<Time>().is_ok());
        let timed = |field: &Field| {
            field.meaning.is_some_and(|meaning| is_time(meaning.id))
                || !field.examples.is_empty() && field.examples.iter().all(clock)
        };
        own().any(|field| field.bearing.identifies)
            && own().any(|field| field.bearing.told)
            && !own().any(timed)
    }

    /// Whether a parameter says for which day or for how many something is looked for.
    fn asks_when_or_how_many(&self, param: &Param) -> bool {
        let field = self.entry.arguments.get(&format!("/{}", param.name));
        let timed = field.and_then(|field| field.meaning).is_some_and(|meaning| is_time(meaning.id));
        timed || param.schema.get("type").is_some_and(|t| t == "integer" || t == "number")
    }

    /// Brings lists into the order that is asked for.
    pub(super) fn sort(&mut self, result: &mut Value) {
        let orders = &self.entry.tool.meta.hints.laws.orders;
        if !orders.is_empty() {
            sort_parts(result, orders);
        }
        // A list that was sorted before stays so.
        let kept = || {
            let [by, falling] = ORDERS.map(|order| self.state.fact(self.subject, order));
            let (by, falling) = (by?.as_str()?, falling == Some(&Value::Bool(true)));
            Some(filter::Wanted::of(&format!("{}{by}", if falling { "-" } else { "" })))
        };
        let order = self.entry.reading.wanted(&self.entry.params, &self.call.arguments).or_else(kept);
        if let Some(order) = order {
            let own = |list: &List| {
                let name = list.path.rsplit('/').next().unwrap_or_default();
                list.outermost && list.count > 1 && !orders.contains_key(&*words::key(name))
            };
            for list in self.lists.iter_mut().filter(|list| own(list)) {
                let Some(items) =
                    items_at(result, &list.path).filter(|items| items.iter().all(Value::is_object))
                else {
                    continue;
                };
                let mut places: Vec<usize> = (0..items.len()).collect();
                places.sort_by(|one, other| order.compare(&items[*one], &items[*other]));
                *items = places.iter().map(|at| std::mem::take(&mut items[*at])).collect();
                list.order = places;
            }
        }
    }
}

impl Answers<'_> {
    /// The value for a place, where there is more to say of it than its schema does.
    fn supplied(&mut self, site: &Site<'_>) -> Option<Value> {
        let entry = self.entry;
        let unknown;
        let field = match entry.results.get(site.path) {
            Some(field) => field,
            None if site.path.is_empty() && self.worked.is_empty() && site.item.is_none() => return None,
            None => {
                unknown =
                    Field::of(site.name, entry.entity.as_deref().unwrap_or_default(), site.schema, None);
                &unknown
            }
        };
        if let Some(value) = self.follows(site, field).or_else(|| self.echo(site, field)) {
            self.leaves += 1;
            return Some(value);
        }
        let composite = site.schema.get("type").is_some_and(|t| t == "object" || t == "array")
            || ["properties", "items", "allOf", "oneOf", "anyOf", "$ref"]
                .iter()
                .any(|key| site.schema.contains_key(*key));
        if composite {
            if !field.list {
                return None;
            }
            let owner = self.owner(site);
            if let Some(fact) = self.fact(site, owner, field).filter(|fact| fact.is_array()) {
                return Some(fact.clone());
            }
            let options =
                site.schema.get("items").and_then(|items| items.get("enum")).and_then(Value::as_array);
            return options.map(|options| self.some_of(site, field, options));
        }
        self.leaves += 1;
        let owner = self.owner(site);
        let new = field.bearing.identifies && !entry.clause.reads;
        if let Some(stands) = self.stands(owner, field, site.schema) {
            let fact =
                self.fact(site, owner, field).filter(|fact| entry.clause.reads && allows(site.schema, fact));
            return Some(fact.cloned().unwrap_or(stands));
        }
        let new = new || PER_CALL.contains(&field.key.as_str());
        let fact = self.fact(site, owner, field).filter(|_| !new);
        if let Some(fact) = fact.filter(|_| entry.clause.reads || field.key.starts_with("creat")) {
            return Some(fact.clone());
        }
        if let Some(now) = self.now(field, owner, site.schema) {
            return Some(now);
        }
        if let Some(fact) = fact {
            return Some(fact.clone());
        }
        if field.bearing.success && field.nature == crate::pool::entry::Nature::Flag {
            return Some(Value::Bool(true));
        }
        if let Some(value) = self.row(site) {
            return Some(value);
        }
        if let Some(value) = self.demanded(site, field) {
            return Some(value);
        }
        // Nothing else is known of it, and the first of the list is the one that a later call speaks of.
        let first = site.item.unwrap_or(0) == 0 && !field.list && !field.bearing.identifies;
        let sorted =
            || site.item.is_some() && entry.reading.wanted(&entry.params, &self.call.arguments).is_some();
        if let Some(value) = self.will_be(self.attribute(site).unwrap_or(&field.key)).filter(|value| {
            let rules = field.asked.as_deref().map(|asked| asked.rules.as_slice()).unwrap_or_default();
            let asked = rules.iter().all(|rule| rule.holds(&self.call.arguments, value) != Some(false));
            asked
                && first
                && entry.clause.reads
                && allows(site.schema, value)
                && fits_type(site.schema, value)
                && !sorted()
        }) {
            return Some(value.clone());
        }
        let drawn = self.draw(site, field, owner)?;
        let rules = field.asked.as_deref().map(|asked| asked.rules.as_slice()).unwrap_or_default();
        if rules.is_empty() {
            return Some(drawn);
        }
        let mut rng = owner.child(&field.key).child("within").rng();
        Some(filter::within(drawn, rules, &self.call.arguments, (site.schema, field.range), &mut rng))
    }
}

impl Supply for Answers<'_> {
    fn value(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<Value> {
        let value = self.supplied(site)?;
        let entry = self.entry;
        if let Some(attribute) = self.attribute(site).filter(|_| !value.is_object() && !value.is_array())
            && entry.laws.tables.iter().any(|table| table.column(attribute).is_some())
        {
            self.drawn.push((self.whose(site), attribute, value.clone()));
        }
        Some(value)
    }

    fn include(&mut self, site: &Site<'_>, _rng: &mut Rng) -> Option<bool> {
        let (params, arguments) = (&self.entry.params, &self.call.arguments);
        let unknown;
        let (bearing, asked) = match self.entry.results.get(site.path) {
            Some(field) => (field.bearing, field.asked.as_deref()),
            None => {
                unknown = bearing::bearing(&words::words_of(site.name));
                (unknown, None)
            }
        };
        if bearing.trouble {
            return Some(false);
        }
        if let Some(part) = asked.and_then(|asked| asked.part) {
            return Some(part.is_asked_for(params, arguments, site.name));
        }
        // Who asks for some properties only gets those, and what identifies them.
        let only = self.entry.reading.only.and_then(|at| self.given(at)).and_then(Value::as_array);
        if let Some(only) = only.filter(|_| site.item.is_some()) {
            return Some(bearing.identifies || only.iter().any(|one| one == site.name));
        }
        if bearing.identifies || bearing.told {
            return Some(true);
        }
        // What was said of a thing is told of it; of one that is listed again, no more and no less.
        if let Some(told) = self.is_known(site) {
            return Some(told);
        }
        // A lookup gives what was looked for: its list is there, if only empty.
        let listing = self.entry.clause.reads
            && bearing.listing
            && site.path.matches('/').count() < 3
            && site.schema.contains_key("items");
        if listing {
            return Some(true);
        }
        (self.leaves > LEAVES).then_some(false)
    }

    fn items(&mut self, site: &Site<'_>, rng: &mut Rng) -> Option<usize> {
        let reading = &self.entry.reading;
        let outermost = site.item.is_none();
        let whose = self.owner(site);
        let base = self.holder(site);
        let base =
            if outermost && self.question.is_some() { asked(base, self.entry, self.call) } else { base };
        self.lists.retain(|list| list.path != site.path);
        let mut list = List {
            path: site.path.to_owned(),
            base,
            known: Vec::new(),
            order: Vec::new(),
            count: 0,
            whose,
            outermost,
        };
        // One entry for each that was asked for.
        let each = reading.batches.iter().filter(|(path, _)| path == site.path);
        let each = each.filter_map(|(_, at)| self.given(*at)?.as_array()).next();
        if let Some(values) = each.filter(|_| site.path.matches('/').count() <= 2) {
            list.count = values.len();
            self.lists.push(list);
            return Some(values.len());
        }
        let cap = reading.cap(&self.entry.params, &self.call.arguments);
        let open = if site.path.matches('/').count() > 1 { 1 + rng.below(2) } else { 2 + rng.below(3) };
        let cap = cap.unwrap_or(usize::MAX);
        let bound =
            |key: &str| site.schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(usize::MAX));
        let span =
            if most < 12 && most > least { least.max(1) + rng.below(most - least.max(1) + 1) } else { open };
        let mut count = span.min(cap).clamp(least, most.max(least));
        // Nothing is listed where nothing can be as the call demands.
        let properties = site.schema.get("items").and_then(|items| items.get("properties"));
        let demands = || reading.demands.iter().filter(|demand| demand.list == site.path);
        let ruled_out = demands().any(|demand| {
            let schema = properties.and_then(|all| all.get(&demand.property)).and_then(Value::as_object);
            let against = |other: &Demand| {
                other.property == demand.property
                    && demand.rule.contradicts(&other.rule, &self.call.arguments)
            };
            schema.is_some_and(|schema| demand.rule.rules_out(&self.call.arguments, schema))
                || demands().any(against)
        });
        if ruled_out {
            count = least;
        } else {
            list.known = self.recalled(site, most.min(cap).min(RECALLED));
            let rows =
                properties.and_then(Value::as_object).and_then(|all| self.rows_for(site.path, whose, all));
            count = count.min(rows.unwrap_or(usize::MAX)).max(list.known.len()).max(least);
        }
        list.count = count;
        self.lists.push(list);
        Some(count)
    }
}

/// Brings lists that come along into their order, wherever they stand. Things with identifiers are known by their place and keep it.
fn sort_parts(value: &mut Value, orders: &IndexMap<String, String>) {
    let known = |item: &Value| {
        item.as_object()
            .is_none_or(|map| map.keys().any(|name| bearing::bearing(&words::words_of(name)).identifies))
    };
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Value::Array(items) = value
                    && let Some(order) = orders.get(&*words::key(name))
                    && !items.iter().any(known)
                {
                    let wanted = filter::Wanted::of(order);
                    items.sort_by(|one, other| wanted.compare(one, other));
                }
                sort_parts(value, orders);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| sort_parts(item, orders)),
        _ => {}
    }
}

/// The city that a call speaks of, by name or by position.
fn place_of(call: &Call) -> Option<&'static lexicon::City> {
    let named = |value: &Value| {
        let text = value.as_str()?;
        lexicon::CITIES.iter().find(|city| [city.name, city.airport, city.code, city.country].contains(&text))
    };
    let number = |name: &str| call.arguments.get(name).and_then(Value::as_f64);
    let at = number("latitude")
        .or_else(|| number("lat"))
        .zip(number("longitude").or_else(|| number("lng")).or_else(|| number("lon")));
    call.arguments.values().find_map(named).or_else(|| {
        let (latitude, longitude) = at?;
        let far =
            |city: &lexicon::City| (city.latitude - latitude).powi(2) + (city.longitude - longitude).powi(2);
        lexicon::CITIES.iter().min_by(|a, b| far(a).total_cmp(&far(b)))
    })
}

/// Whether a schema's list of values has this one.
pub(super) fn allows(schema: &Map<String, Value>, value: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_none_or(|options| options.contains(value))
}

/// Whether a value is of the schema's type.
fn fits_type(schema: &Map<String, Value>, value: &Value) -> bool {
    let named = |name: &str| schema.get("type").is_some_and(|t| t == name);
    match value {
        Value::String(_) => named("string"),
        Value::Number(number) => named("number") || named("integer") && (number.is_i64() || number.is_u64()),
        _ => false,
    }
}

/// Whether a meaning is a day or a time.
fn is_time(meaning: &str) -> bool {
    meaning.contains("date") || meaning.contains("time")
}

/// Leaves the schema to itself.
struct Nothing;

impl Supply for Nothing {}

fn leaf_schema(schema: &Map<String, Value>) -> Map<String, Value> {
    #[rustfmt::skip]
    let keep = [
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "pattern", "minLength", "maxLength", "format",
    ];
    schema
        .iter()
        .filter(|(name, _)| keep.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
