//! An account for trading shares.

use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{
    Attributes, Backend, Method, Parameter, dict, error, random, restored_random, saved_random, text, texts,
};
use crate::python::date::{Form, read};
use crate::python::ops::{
    self, Object, Order, Outcome, augmented, compare, contains, dict_mut, dict_of, float, hashable, int,
    is_true, item, iterate, list_mut, member, no_attribute, text_of,
};
use crate::python::random::Random;
use crate::python::{Dict, Value, repr, str_of};

use std::sync::Arc;

use super::Large;
use Parameter::{Needed, Optional};

const SEED: i64 = 1_053_520;
/// The time that it is in this world.
const NOW: DateTime = date(2024, 9, 1).at(10, 30, 0, 0);
const SECONDS_A_DAY: u64 = 86_400;

/// Companies and their symbols.
const SYMBOLS: &[(&str, &str)] = &[
    ("Apple", "AAPL"),
    ("Google", "GOOG"),
    ("Tesla", "TSLA"),
    ("Microsoft", "MSFT"),
    ("Nvidia", "NVDA"),
    ("Zeta Corp", "ZETA"),
    ("Alpha Tech", "ALPH"),
    ("Omega Industries", "OMEG"),
    ("Quasar Ltd.", "QUAS"),
    ("Neptune Systems", "NEPT"),
    ("Synex Solutions", "SYNX"),
    ("Amazon", "AMZN"),
    ("Gorilla", "GORI"),
];

/// Symbol, price, change in percent, volume, and means over 5 and 20 days.
const STOCKS: &[(&str, [f64; 5])] = &[
    ("AAPL", [227.16, 0.17, 2.552, 227.11, 227.09]),
    ("GOOG", [2840.34, 0.24, 1.123, 2835.67, 2842.15]),
    ("TSLA", [667.92, -0.12, 1.654, 671.15, 668.2]),
    ("MSFT", [310.23, 0.09, 3.234, 309.88, 310.11]),
    ("NVDA", [220.34, 0.34, 1.234, 220.45, 220.67]),
    ("ALPH", [1320.45, -0.08, 1.567, 1321.12, 1325.78]),
    ("OMEG", [457.23, 0.12, 2.345, 456.78, 458.12]),
    ("QUAS", [725.89, -0.03, 1.789, 726.45, 728.0]),
    ("NEPT", [88.34, 0.19, 0.654, 88.21, 88.67]),
    ("SYNX", [345.67, 0.11, 2.112, 345.34, 346.12]),
    ("ZETA", [22.09, -0.05, 0.789, 22.12, 22.34]),
];

/// An account.
#[derive(Clone, Debug)]
pub(super) struct Trading {
    own: Attributes,
    random: Random,
    large: Option<Arc<Large>>,
}

fn defaults(start: &Dict<'static>, large: bool) -> Attributes {
    let order = |id: i64, [kind, symbol, status]: [&str; 3], price: f64, amount: i64| {
        let order = dict([
            ("id", Value::Int(id)),
            ("order_type", text(kind)),
            ("symbol", text(symbol)),
            ("price", Value::Float(price)),
            ("amount", Value::Int(amount)),
            ("status", text(status)),
        ]);
        (Value::Int(id), order)
    };
    let orders = vec![
        order(12_345, ["Buy", "AAPL", "Completed"], 210.65, 10),
        order(12_446, ["Sell", "GOOG", "Pending"], 2840.56, 5),
    ];
    let stocks = STOCKS.iter().map(|(symbol, numbers)| {
        let names = ["price", "percent_change", "volume", "MA(5)", "MA(20)"];
        let members = names.into_iter().zip(numbers);
        let members = members.map(|(name, number)| (Value::text(name), Value::Float(*number)));
        (text(*symbol), Value::Dict(Dict::of(members.collect())))
    });
    Attributes::of(
        start,
        [
            ("orders", Value::Dict(Dict::of(orders))),
            (
                "account_info",
                dict([
                    ("account_id", Value::Int(12_345)),
                    ("balance", Value::Float(10_000.0)),
                    ("binding_card", Value::Int(1_974_202_140_965_533)),
                ]),
            ),
            ("authenticated", Value::Bool(false)),
            ("market_status", text("Closed")),
            ("order_counter", Value::Int(12_446)),
            ("stocks", Value::Dict(Dict::of(stocks.collect()))),
            ("watch_list", texts(["NVDA"])),
            ("transaction_history", Value::List(Vec::new())),
            ("long_context", Value::Bool(large)),
        ],
    )
}

impl Trading {
    fn is_logged_in(&self) -> bool {
        is_true(&self.own["authenticated"])
    }

    /// Refuses whoever is not logged in.
    fn refused(&self, what: &str) -> Option<Outcome> {
        (!self.is_logged_in()).then(|| error(self.please(what)))
    }

    fn please(&self, what: &str) -> String {
        format!("User not authenticated. Please log in to {what}.")
    }

    /// A moment within a day from now.
    fn moment(&mut self) -> Object {
        let seconds = self.random.between(0, SECONDS_A_DAY);
        let moment = NOW.saturating_add(i64::try_from(seconds).unwrap_or_default().seconds());
        text(moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    fn symbol(name: &Object) -> Outcome {
        hashable(name)?;
        let found = SYMBOLS.iter().find(|(company, _)| name.as_str() == Some(*company));
        Ok(dict([("symbol", text(found.map_or("Stock not found", |(_, symbol)| *symbol)))]))
    }

    fn stock(&self, symbol: &Object) -> Outcome {
        if !contains(&self.own["stocks"], symbol)? {
            return error(format!("Stock with symbol '{}' not found.", str_of(symbol)));
        }
        let mut stock = item(&self.own["stocks"], symbol)?.clone();
        if let Some(large) = &self.large {
            let stock = dict_mut(&mut stock)?;
            stock.insert(Value::text("MA(5)"), large.get("MA_5_EXTENSION")?.clone());
            stock.insert(Value::text("MA(20)"), large.get("MA_20_EXTENSION")?.clone());
        }
        Ok(stock)
    }

    fn order_ids(&self) -> Outcome {
        Ok(Value::List(iterate(&self.own["orders"])?))
    }

    fn order(&self, id: &Object) -> Outcome {
        if !contains(&self.own["orders"], id)? {
            let ids = repr(&self.order_ids()?);
            return error(format!(
                "Order with ID {} not found.Here is the list of orders_id: {ids}",
                str_of(id)
            ));
        }
        let mut order = item(&self.own["orders"], id)?.clone();
        if let Some(large) = &self.large {
            let symbol = str_of(member(&order, "symbol")?);
            let metadata = dict_of(large.get("ORDER_DETAIL_EXTENSION")?, "items")?.iter();
            let metadata =
                metadata.map(|(key, value)| (key.clone(), text(str_of(value).replace("{symbol}", &symbol))));
            let metadata = Value::Dict(Dict::of(metadata.collect()));
            dict_mut(&mut order)?.insert(Value::text("metadata"), metadata);
        }
        Ok(order)
    }

    fn cancel(&mut self, id: &Object) -> Outcome {
        let shown = str_of(id);
        if !contains(&self.own["orders"], id)? {
            return error(format!("Order with ID {shown} not found."));
        }
        if member(item(&self.own["orders"], id)?, "status")?.as_str() == Some("Completed") {
            return error(format!("Can't cancel order {shown}. Order is already completed."));
        }
        if let Some(order) = dict_mut(&mut self.own["orders"])?.get_value_mut(id) {
            dict_mut(order)?.insert(Value::text("status"), text("Cancelled"));
        }
        Ok(dict([("order_id", id.clone()), ("status", text("Cancelled"))]))
    }

    fn balance(&self) -> Outcome<Object> {
        let info = dict_of(&self.own["account_info"], "get")?;
        Ok(info.get("balance").cloned().unwrap_or(Value::Int(0)))
    }

    fn place(&mut self, kind: &Object, symbol: &Object, price: &Object, amount: &Object) -> Outcome {
        if let Some(refused) = self.refused("place an order") {
            return refused;
        }
        if !contains(&self.own["stocks"], symbol)? {
            return error(format!("Invalid stock symbol: {}", str_of(symbol)));
        }
        let zero = Value::Int(0);
        if compare(price, Order::LessOrEqual, &zero)? || compare(amount, Order::LessOrEqual, &zero)? {
            return error("Price and amount must be positive values.");
        }
        if text_of(kind, "lower")?.to_lowercase() == "buy" {
            let total = ops::binary(&Value::Float(float(price)?), Operator::Mult, &int(amount)?)?;
            let balance = self.balance()?;
            if compare(&total, Order::Greater, &balance)? {
                let (total, balance) = (float(&total)?, float(&balance)?);
                return error(format!(
                    "Insufficient funds: required ${total:.2} but only ${balance:.2} available."
                ));
            }
        }
        let price = Value::Float(float(price)?);
        let id = self.own["order_counter"].clone();
        let order = dict([
            ("id", id.clone()),
            ("order_type", kind.clone()),
            ("symbol", symbol.clone()),
            ("price", price.clone()),
            ("amount", amount.clone()),
            ("status", text("Open")),
        ]);
        hashable(&id)?;
        dict_mut(&mut self.own["orders"])?.insert(id.clone(), order);
        self.own["order_counter"] = augmented(&id, Operator::Add, &Value::Int(1))?;
        Ok(dict([
            ("order_id", id),
            ("order_type", kind.clone()),
            ("status", text("Pending")),
            ("price", price),
            ("amount", amount.clone()),
        ]))
    }

    /// Changes the balance and notes it.
    fn transact(&mut self, operator: Operator, amount: &Object, kind: &str) -> Outcome {
        let balance = augmented(member(&self.own["account_info"], "balance")?, operator, amount)?;
        dict_mut(&mut self.own["account_info"])?.insert(Value::text("balance"), balance.clone());
        let moment = self.moment();
        let noted = dict([("type", text(kind)), ("amount", amount.clone()), ("timestamp", moment)]);
        list_mut(&mut self.own["transaction_history"], "append")?.push(noted);
        Ok(balance)
    }

    fn withdraw(&mut self, amount: &Object) -> Outcome {
        if let Some(refused) = self.refused("make a transaction") {
            return refused;
        }
        if self.own["market_status"].as_str() != Some("Open") {
            return error("Market is closed. Transactions are not allowed.");
        }
        if compare(amount, Order::LessOrEqual, &Value::Int(0))? {
            return error("Transaction amount must be positive.");
        }
        if compare(amount, Order::Greater, member(&self.own["account_info"], "balance")?)? {
            return error("Insufficient funds for withdrawal.");
        }
        let balance = self.transact(Operator::Sub, amount, "withdrawal")?;
        Ok(dict([("status", text("Withdrawal successful")), ("new_balance", balance)]))
    }

    fn fund(&mut self, amount: &Object) -> Outcome {
        if let Some(refused) = self.refused("fund the account") {
            return refused;
        }
        if compare(amount, Order::LessOrEqual, &Value::Int(0))? {
            return error("Funding amount must be positive.");
        }
        let balance = self.transact(Operator::Add, amount, "deposit")?;
        Ok(dict([("status", text("Account funded successfully")), ("new_balance", balance)]))
    }

    fn login(&mut self) -> Outcome {
        let told = if self.is_logged_in() { "Already logged in" } else { "Logged in successfully" };
        if !self.is_logged_in() {
            self.own["authenticated"] = Value::Bool(true);
        }
        Ok(dict([("status", text(told))]))
    }

    fn logout(&mut self) -> Outcome {
        if !self.is_logged_in() {
            return Ok(dict([("status", text("No user is currently logged in"))]));
        }
        self.own["authenticated"] = Value::Bool(false);
        Ok(dict([("status", text("Logged out successfully"))]))
    }

    fn unwatch(&mut self, symbol: &Object) -> Outcome {
        if let Some(refused) = self.refused("modify the watchlist") {
            return refused;
        }
        if !contains(&self.own["watch_list"], symbol)? {
            return error(format!("Stock {} not found in watchlist.", str_of(symbol)));
        }
        let watched = list_mut(&mut self.own["watch_list"], "remove")?;
        if let Some(at) = watched.iter().position(|known| known == symbol) {
            watched.remove(at);
        }
        Ok(dict([("status", text(format!("Stock {} removed from watchlist successfully.", str_of(symbol))))]))
    }

    fn watchlist(&self) -> Outcome {
        if !self.is_logged_in() {
            return Ok(texts([format!("Error: {}", self.please("view the watchlist")).as_str()]));
        }
        match &self.large {
            Some(large) => {
                let mut watched = iterate(&self.own["watch_list"])?;
                watched.extend(large.list("WATCH_LIST_EXTENSION")?.iter().cloned());
                Ok(Value::List(watched))
            }
            None => Ok(dict([("watchlist", self.own["watch_list"].clone())])),
        }
    }

    fn watch(&mut self, symbol: &Object) -> Outcome {
        if !contains(&self.own["watch_list"], symbol)? && contains(&self.own["stocks"], symbol)? {
            list_mut(&mut self.own["watch_list"], "append")?.push(symbol.clone());
        }
        Ok(dict([("watchlist", self.own["watch_list"].clone())]))
    }

    fn orders(&self) -> Outcome {
        if !self.is_logged_in() {
            return Ok(Value::List(vec![dict([("error", text(self.please("view order history")))])]));
        }
        Ok(dict([("history", self.order_ids()?)]))
    }

    fn transactions(&self, start: &Object, end: &Object) -> Outcome {
        if !self.is_logged_in() {
            return Ok(Value::List(vec![dict([("error", text(self.please("view transaction history")))])]));
        }
        let day = |given: &Object, otherwise: DateTime| match is_true(given) {
            true => read(given, Form::Day),
            false => Ok(otherwise),
        };
        let (start, end) = (day(start, DateTime::MIN)?, day(end, DateTime::MAX)?);
        let mut found = Vec::new();
        for transaction in iterate(&self.own["transaction_history"])? {
            let moment = read(member(&transaction, "timestamp")?, Form::Moment)?;
            if start <= moment && moment <= end {
                found.push(transaction);
            }
        }
        if let Some(large) = &self.large {
            found.extend(large.list("TRANSACTION_HISTORY_EXTENSION")?.iter().cloned());
        }
        Ok(dict([("transaction_history", Value::List(found))]))
    }

    fn available(&self, sector: &Object) -> Outcome {
        hashable(sector)?;
        let (own, more): (&[&str], _) = match sector.as_str() {
            Some("Technology") => (&["AAPL", "GOOG", "MSFT", "NVDA"], "TECHNOLOGY_EXTENSION"),
            Some("Automobile") => (&["TSLA", "F", "GM"], "AUTOMOBILE_EXTENSION"),
            _ => return Ok(dict([("stock_list", Value::List(Vec::new()))])),
        };
        let mut all: Vec<Object> = own.iter().map(|symbol| text(*symbol)).collect();
        if let Some(large) = &self.large {
            all.extend(large.list(more)?.iter().cloned());
        }
        Ok(dict([("stock_list", Value::List(all))]))
    }

    fn by_price(&self, symbols: &Object, least: &Object, most: &Object) -> Outcome {
        let stocks = dict_of(&self.own["stocks"], "get")?;
        let mut found = Vec::new();
        for symbol in iterate(symbols)? {
            hashable(&symbol)?;
            let price = match stocks.get_value(&symbol) {
                Some(stock) => dict_of(stock, "get")?.get("price").cloned().unwrap_or(Value::Int(0)),
                None => Value::Int(0),
            };
            if compare(&price, Order::GreaterOrEqual, least)? && compare(&price, Order::LessOrEqual, most)? {
                found.push(symbol);
            }
        }
        Ok(dict([("filtered_stocks", Value::List(found))]))
    }

    fn changes(&self, symbols: &Object, threshold: &Object) -> Outcome {
        let mut changed = Vec::new();
        for symbol in iterate(symbols)? {
            if !contains(&self.own["stocks"], &symbol)? {
                continue;
            }
            let change = member(item(&self.own["stocks"], &symbol)?, "percent_change")?;
            let change = match change {
                Value::Float(change) => Value::Float(change.abs()),
                change => match change.as_whole() {
                    Some(whole) => Value::whole(whole.magnitude().clone().into()),
                    None => return Err(no_attribute(change, "__abs__")),
                },
            };
            if compare(&change, Order::GreaterOrEqual, threshold)? {
                changed.push(str_of(&symbol));
            }
        }
        let told = match changed.is_empty() {
            true => "No significant price changes in the selected stocks.".to_owned(),
            false => format!("Stocks {} have significant price changes.", changed.join(", ")),
        };
        Ok(dict([("notification", text(told))]))
    }
}

fn nothing() -> Object {
    Value::None
}

impl Backend for Trading {
    const NAME: &'static str = "TradingBot";
    const METHODS: &'static [Method<Self>] = &[
        Method("get_current_time", &[], |_, _| {
            Ok(dict([("current_time", text(NOW.strftime("%I:%M %p").to_string()))]))
        }),
        Method("get_symbol_by_name", &[Needed("name")], |_, a| Self::symbol(&a[0])),
        Method("get_stock_info", &[Needed("symbol")], |own, a| own.stock(&a[0])),
        Method("get_order_details", &[Needed("order_id")], |own, a| own.order(&a[0])),
        Method("cancel_order", &[Needed("order_id")], |own, a| own.cancel(&a[0])),
        Method(
            "place_order",
            &[Needed("order_type"), Needed("symbol"), Needed("price"), Needed("amount")],
            |own, a| own.place(&a[0], &a[1], &a[2], &a[3]),
        ),
        Method("withdraw_funds", &[Needed("amount")], |own, a| own.withdraw(&a[0])),
        Method("get_account_info", &[], |own, _| match own.refused("view account information") {
            Some(refused) => refused,
            None => Ok(own.own["account_info"].clone()),
        }),
        Method("trading_login", &[Needed("username"), Needed("password")], |own, _| own.login()),
        Method("trading_get_login_status", &[], |own, _| {
            Ok(dict([("status", Value::Bool(own.is_logged_in()))]))
        }),
        Method("trading_logout", &[], |own, _| own.logout()),
        Method("fund_account", &[Needed("amount")], |own, a| own.fund(&a[0])),
        Method("remove_stock_from_watchlist", &[Needed("symbol")], |own, a| own.unwatch(&a[0])),
        Method("get_watchlist", &[], |own, _| own.watchlist()),
        Method("get_order_history", &[], |own, _| own.orders()),
        Method(
            "get_transaction_history",
            &[Optional("start_date", nothing), Optional("end_date", nothing)],
            |own, a| own.transactions(&a[0], &a[1]),
        ),
        Method("get_available_stocks", &[Needed("sector")], |own, a| own.available(&a[0])),
        Method(
            "filter_stocks_by_price",
            &[Needed("stocks"), Needed("min_price"), Needed("max_price")],
            |own, a| own.by_price(&a[0], &a[1], &a[2]),
        ),
        Method("add_to_watchlist", &[Needed("stock")], |own, a| own.watch(&a[0])),
        Method("notify_price_change", &[Needed("stocks"), Needed("threshold")], |own, a| {
            own.changes(&a[0], &a[1])
        }),
    ];

    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(start, setting.large.is_some());
        // Keys are texts in JSON; those of digits are numbers here.
        let orders = dict_of(&own["orders"], "items")?.iter();
        let orders = orders.map(|(id, order)| {
            let number =
                id.as_str().is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
            Ok((if number { int(id)? } else { id.clone() }, order.clone()))
        });
        own["orders"] = Value::Dict(Dict::of(orders.collect::<Outcome<_>>()?));
        own["long_context"] = Value::Bool(setting.large.is_some());
        Ok(Self { own, random: random(start, SEED)?, large: setting.large.clone() })
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        self.own.all()
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        Ok(self.own.differences(&other.own))
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        let mut all = self.own.all();
        all.push(("_random", saved_random(&self.random)));
        all
    }

    fn restore(saved: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(saved, setting.large.is_some());
        own.restore(saved)?;
        Ok(Self { own, random: restored_random(saved)?, large: setting.large.clone() })
    }
}
