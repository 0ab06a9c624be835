//! What goes together within a result: rows that agree with all that is known, and the formulas and the order of its laws.

use jiff::civil::DateTime;
use serde_json::{Map, Value};
use toolwright_core::schema::Site;
use toolwright_core::seed::Seed;

use super::answer::{Answers, allows};
use super::filter::{Demand, Rule};
use super::law::Round;
use super::life::MADE;
use super::words;
use super::{agree, asked_for, asks_for, filter, law, named};

/// What is known of an attribute before a row is chosen.
enum Known<'k> {
    /// What was said or told.
    Told(&'k Value),
    /// What the call demands.
    Demanded(Vec<&'k Rule>, &'k Map<String, Value>),
}

impl Known<'_> {
    /// Whether a value is as it must be.
    fn is(&self, value: &Value) -> bool {
        match self {
            Self::Told(known) => law::is_known(known, value),
            Self::Demanded(rules, call) => rules.iter().all(|rule| rule.holds(call, value) != Some(false)),
        }
    }
}

impl<'w> Answers<'w> {
    /// The value of a property that goes together with others, from a row that agrees with all that is known.
    pub(super) fn row(&mut self, site: &Site<'_>) -> Option<Value> {
        let (entry, attribute, owner) = (self.entry, self.attribute(site)?, self.whose(site));
        let above = site.path.rsplit_once('/').map_or("", |(above, _)| above);
        let above =
            if site.name == "amount" { above.rsplit_once('/').map_or("", |(above, _)| above) } else { above };
        for (nth, table) in entry.laws.tables.iter().enumerate() {
            let Some(column) = table.column(attribute) else { continue };
            let chosen = self.rows.iter().find(|(whose, of, ..)| *whose == owner && *of == nth);
            let at = match chosen {
                Some((_, _, at, _)) => *at,
                None => {
                    let mut around: Vec<Seed> = self.whole(site).into_iter().collect();
                    around.extend(
                        self.lists.iter().rev().find(|list| list.path == above).map(|list| list.whose),
                    );
                    let matching = self.matching(table, Some(owner), above, &around);
                    let matching = self.expected_of(table, matching);
                    let taken = |at: &usize| {
                        self.rows.iter().any(|(_, of, row, path)| *of == nth && row == at && path == above)
                    };
                    let fresh: Vec<usize> = matching.iter().copied().filter(|at| !taken(at)).collect();
                    let open = if site.item.is_none() || fresh.is_empty() { matching } else { fresh };
                    let open = self.unheard(table, column, open, site);
                    let Some(at) = owner.child("row").index(nth as u64).rng().choose(&open).copied() else {
                        continue;
                    };
                    self.rows.push((owner, nth, at, above.to_owned()));
                    at
                }
            };
            let value = table.rows.get(at).and_then(|row| row.get(column))?;
            return allows(site.schema, value).then(|| value.clone());
        }
        None
    }

    /// Of these rows, those whose name nothing else in the dialog has, where there are any: two cities do not have the same shops.
    fn unheard(&self, table: &law::Table, column: usize, rows: Vec<usize>, site: &Site<'_>) -> Vec<usize> {
        if site.item.is_none() || site.schema.contains_key("enum") {
            return rows;
        }
        let attribute = &table.of[column];
        let drawn = |name: &str| self.drawn.iter().any(|(_, of, value)| *of == attribute && value == name);
        let heard = |at: usize| {
            let name = table.rows[at][column].as_str();
            name.is_some_and(|name| drawn(name) || self.state.is_called(attribute, name))
        };
        let fresh: Vec<usize> = rows.iter().copied().filter(|at| !heard(*at)).collect();
        if fresh.is_empty() { rows } else { fresh }
    }

    /// Of these rows, those that are as later calls will say, where there are any.
    fn expected_of(&self, table: &law::Table, rows: Vec<usize>) -> Vec<usize> {
        let said = |column: usize| self.will_be(&table.of[column]);
        let fits = |row: &Vec<Value>| {
            (0..table.of.len())
                .all(|column| said(column).is_none_or(|value| filter::same(value, &row[column])))
        };
        let fitting: Vec<usize> = rows.iter().copied().filter(|at| fits(&table.rows[*at])).collect();
        if fitting.is_empty() { rows } else { fitting }
    }

    /// What a later call will say of this attribute of what this call gives.
    pub(super) fn will_be(&self, attribute: &str) -> Option<&'w Value> {
        let tool = &self.entry.tool.name;
        let said = self.expected.iter().find(|said| said.attribute == attribute && said.tool == *tool);
        said.map(|said| &said.value).filter(|_| self.said.get(attribute).is_none())
    }

    /// The rows of a table that agree with all that is known.
    ///
    /// - `owner`: whose row it is; `around`: the things that it is part of.
    fn matching(&self, table: &law::Table, owner: Option<Seed>, above: &str, around: &[Seed]) -> Vec<usize> {
        let known: Vec<Option<Known<'_>>> =
            table.of.iter().map(|attribute| self.known(attribute, owner, above, around)).collect();
        let mut rows =
            table.matching(&|column, value| known.get(column)?.as_ref().map(|known| known.is(value)));
        // What the call demands holds, or no row does.
        let demanded = |(column, known): (usize, &Option<Known<'_>>), row: &Vec<Value>| match known {
            Some(known @ Known::Demanded(..)) => known.is(&row[column]),
            _ => true,
        };
        rows.retain(|at| known.iter().enumerate().all(|known| demanded(known, &table.rows[*at])));
        rows
    }

    /// What is known of an attribute: what the call demands or says, what was told, what other rows say.
    fn known(&self, attribute: &str, owner: Option<Seed>, above: &str, around: &[Seed]) -> Option<Known<'_>> {
        let arguments = &self.call.arguments;
        let of = |demand: &&Demand| {
            let whole = || {
                demand.property.strip_suffix("/amount").is_some_and(|whole| *words::key(whole) == *attribute)
            };
            demand.list == above && (demand.key == attribute || whole()) && demand.rule.is_demanded(arguments)
        };
        let mut demands = self.entry.reading.demands.iter().filter(of).map(|demand| &demand.rule).peekable();
        if demands.peek().is_some() {
            return Some(Known::Demanded(demands.collect(), arguments));
        }
        let told = |thing: Seed| {
            let facts = self.state.facts(thing);
            let fact = |asked: bool| {
                let named = |name: &str| {
                    if asked { asks_for(name) == Some(attribute) } else { name == attribute }
                };
                facts.iter().find(|(name, _)| named(name)).map(|(_, value)| value)
            };
            fact(false).or_else(|| fact(true))
        };
        let chosen = || {
            let of = |whose: Seed| Some(whose) == owner || whose == self.subject;
            self.rows.iter().filter(|(whose, ..)| of(*whose)).find_map(|(_, of, row, _)| {
                let other = self.entry.laws.tables.get(*of)?;
                other.rows.get(*row)?.get(other.column(attribute)?)
            })
        };
        let shared = || {
            let mut shared = self.shared.iter();
            shared.find(|(list, name, _)| list == above && name == attribute).map(|(.., value)| value)
        };
        let near = || owner.iter().chain(around).chain([&self.subject]).copied();
        let drawn = || {
            let of = |thing: Seed| {
                self.drawn.iter().find(|(whose, name, _)| *whose == thing && *name == attribute)
            };
            near().find_map(of).map(|(.., value)| value)
        };
        let known = self.said.get(attribute).or_else(|| near().find_map(told)).or_else(drawn);
        known.or_else(chosen).or_else(shared).map(Known::Told)
    }

    /// The most items that a list can have, each with a row of its own.
    ///
    /// - `whose`: the thing whose list it is.
    pub(super) fn rows_for(
        &mut self,
        path: &str,
        whose: Seed,
        properties: &Map<String, Value>,
    ) -> Option<usize> {
        let mut most: Option<usize> = None;
        for (nth, table) in self.entry.laws.tables.iter().enumerate() {
            // Free texts tell items apart; what the call says is the same for all.
            let apart: Vec<usize> = properties
                .iter()
                .filter(|(_, schema)| {
                    schema.get("type").is_some_and(|t| t == "string") && schema.get("enum").is_none()
                })
                .filter_map(|(name, _)| table.column(self.attribute_of(path, name)?))
                .filter(|column| self.said.get(&table.of[*column]).is_none())
                .collect();
            if apart.is_empty() {
                continue;
            }
            self.share(nth, table, (path, whose), properties);
            let mut seen: Vec<Vec<&Value>> = Vec::new();
            for at in self.matching(table, None, path, &[whose]) {
                let words = apart.iter().filter_map(|column| table.rows[at].get(*column)).collect();
                if !seen.contains(&words) {
                    seen.push(words);
                }
            }
            most = Some(most.unwrap_or(usize::MAX).min(seen.len())).filter(|most| *most > 0);
        }
        most
    }

    /// The attribute that a property of an item is.
    fn attribute_of(&self, list: &str, property: &str) -> Option<&'w str> {
        self.entry.results.get(&format!("{list}/{property}")).map(|field| field.key.as_str())
    }

    /// What the items do not tell belongs to the thing that they are of: the shots of one animal are those of one kind of animal.
    fn share(
        &mut self,
        nth: usize,
        table: &law::Table,
        (path, whose): (&str, Seed),
        properties: &Map<String, Value>,
    ) {
        if named(self.entry, self.call).is_none() {
            return;
        }
        let told = |attribute: &String| {
            properties.keys().any(|name| self.attribute_of(path, name) == Some(attribute))
        };
        let known = |column: usize| self.known(&table.of[column], None, path, &[whose]).is_some();
        let hidden: Vec<usize> =
            (0..table.of.len()).filter(|column| !told(&table.of[*column]) && !known(*column)).collect();
        let matching = self.matching(table, None, path, &[whose]);
        // What leaves the list a single item is told by the items after all.
        let alike = |at: usize, other: usize| {
            hidden.iter().all(|column| table.rows[at][*column] == table.rows[other][*column])
        };
        let several = |at: &usize| matching.iter().any(|other| other != at && alike(*at, *other));
        let matching = self.expected_of(table, matching.iter().copied().filter(several).collect());
        let chosen = self.subject.child("shared").index(nth as u64).rng().choose(&matching).copied();
        if let Some(row) = chosen.and_then(|at| table.rows.get(at)) {
            let values = hidden
                .into_iter()
                .map(|column| (path.to_owned(), table.of[column].clone(), row[column].clone()));
            self.shared.extend(values);
        }
    }

    /// Brings a result into order and into agreement with its laws and with itself.
    pub(super) fn settle(&mut self, result: &mut Value) {
        let mut said = Map::new();
        let laws = &self.entry.laws;
        let returns = self.entry.tool.returns.as_ref().unwrap_or(&Value::Null);
        laws.work(result, returns, self, (Round::First, None), &mut said);
        self.sort(result);
        let order = self.entry.tool.meta.hints.laws.order.as_deref();
        let order = order.map(words::key);
        laws.work(result, returns, self, (Round::Counting, order.as_deref()), &mut said);
        if said.is_empty() {
            agree::agree(result, &self.call.arguments);
        } else {
            said.extend(self.call.arguments.clone());
            agree::agree(result, &said);
        }
    }

    /// The item of a list that is inside no other.
    fn listed(&self, list: &str, at: usize) -> Option<Seed> {
        self.lists.iter().find(|known| known.outermost && known.path == list).map(|list| list.thing(at))
    }
}

impl law::Told for Answers<'_> {
    fn told(&self, attribute: &str, item: Option<(&str, usize)>) -> Option<Value> {
        if let Some(argument) = self.said.get(attribute) {
            return Some(argument.clone());
        }
        let things = item.and_then(|(list, at)| self.listed(list, at)).into_iter().chain([self.subject]);
        let mut facts = things.filter_map(|thing| {
            let fact = self.state.fact(thing, attribute);
            fact.or_else(|| self.state.fact(thing, &asked_for(attribute)))
        });
        facts.next().cloned()
    }

    fn before(&self, attribute: &str, start: Option<Value>) -> Value {
        let fact = self.state.fact(self.subject, attribute).cloned();
        // What is made by this very call starts there as well.
        let new = || self.entry.deed.makes() && named(self.entry, self.call).is_none();
        let made = || self.state.fact(self.subject, MADE).is_some() || new();
        fact.or_else(|| start.filter(|_| made())).unwrap_or_default()
    }

    fn stays(&self, attribute: &str, list: &str, at: usize) -> bool {
        self.listed(list, at).is_some_and(|thing| self.state.fact(thing, attribute).is_some())
    }

    fn now(&self) -> DateTime {
        let clock = self.state.clock().parse();
        self.state.today.to_datetime(clock.unwrap_or(jiff::civil::time(12, 0, 0, 0)))
    }
}
