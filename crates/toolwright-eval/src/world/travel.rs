//! Flights, the cards that pay for them, and a budget.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{
    Attributes, Backend, Method, Parameter, dict, error, random, restored_random, saved_random, text, texts,
};
use crate::python::date::{Form, age, read};
use crate::python::ops::{
    self, Kind, Object, Order, Outcome, Raised, augmented, binary, compare, contains, dict_mut, dict_of,
    float, hashable, item, iterate, member, no_attribute, round,
};
use crate::python::random::Random;
use crate::python::text::digit;
use crate::python::{Dict, Value, repr, str_of};

use Parameter::{Needed, Optional};

const SEED: i64 = 141_053;

/// What a flight costs at the least, by where it starts, in the official order.
const ROUTES: &[(&str, &[(&str, i64)])] = &[
    (
        "SFO",
        &[
            ("LAX", 200),
            ("JFK", 500),
            ("ORD", 400),
            ("BOS", 450),
            ("RMS", 300),
            ("SBK", 350),
            ("MPC", 370),
            ("SVP", 320),
            ("SHD", 330),
            ("SSV", 340),
            ("OKD", 360),
            ("WLB", 310),
            ("CRH", 380),
            ("ATV", 390),
            ("PHV", 420),
            ("GFD", 430),
            ("CIA", 700),
        ],
    ),
    (
        "LAX",
        &[
            ("SFO", 100),
            ("JFK", 600),
            ("ORD", 500),
            ("BOS", 550),
            ("RMS", 310),
            ("SBK", 320),
            ("MPC", 330),
            ("SVP", 340),
            ("SHD", 350),
            ("SSV", 360),
            ("OKD", 370),
            ("WLB", 380),
            ("CRH", 390),
            ("ATV", 400),
            ("PHV", 410),
            ("GFD", 420),
            ("HND", 430),
        ],
    ),
    (
        "JFK",
        &[
            ("ORD", 300),
            ("BOS", 250),
            ("RMS", 450),
            ("SBK", 460),
            ("MPC", 470),
            ("SVP", 480),
            ("SHD", 490),
            ("SSV", 500),
            ("OKD", 510),
            ("WLB", 520),
            ("CRH", 530),
            ("ATV", 540),
            ("PHV", 550),
            ("GFD", 560),
            ("LAX", 570),
            ("HND", 800),
            ("PVG", 950),
            ("PEK", 1000),
        ],
    ),
    (
        "ORD",
        &[
            ("LAX", 180),
            ("BOS", 200),
            ("RMS", 350),
            ("SBK", 360),
            ("MPC", 370),
            ("SVP", 380),
            ("SHD", 390),
            ("SSV", 400),
            ("OKD", 410),
            ("WLB", 420),
            ("CRH", 430),
            ("ATV", 440),
            ("PHV", 450),
            ("GFD", 460),
        ],
    ),
    (
        "BOS",
        &[
            ("RMS", 400),
            ("SBK", 410),
            ("MPC", 420),
            ("SVP", 430),
            ("SHD", 440),
            ("SSV", 450),
            ("OKD", 460),
            ("WLB", 470),
            ("CRH", 480),
            ("ATV", 490),
            ("PHV", 500),
            ("GFD", 510),
        ],
    ),
    (
        "RMS",
        &[
            ("BOS", 200),
            ("JFK", 210),
            ("SBK", 220),
            ("MPC", 230),
            ("SVP", 240),
            ("SHD", 250),
            ("SSV", 260),
            ("OKD", 270),
            ("WLB", 280),
            ("CRH", 290),
            ("ATV", 300),
            ("PHV", 310),
            ("GFD", 320),
            ("LAX", 330),
        ],
    ),
    (
        "SBK",
        &[
            ("MPC", 200),
            ("SVP", 210),
            ("SHD", 220),
            ("SSV", 230),
            ("OKD", 240),
            ("WLB", 250),
            ("CRH", 260),
            ("ATV", 270),
            ("PHV", 280),
            ("GFD", 290),
        ],
    ),
    (
        "MPC",
        &[
            ("SVP", 210),
            ("SHD", 220),
            ("SSV", 230),
            ("OKD", 240),
            ("WLB", 250),
            ("CRH", 260),
            ("ATV", 270),
            ("PHV", 280),
            ("GFD", 290),
        ],
    ),
    (
        "SVP",
        &[
            ("SHD", 230),
            ("SSV", 240),
            ("OKD", 250),
            ("WLB", 260),
            ("CRH", 270),
            ("ATV", 280),
            ("PHV", 290),
            ("GFD", 300),
        ],
    ),
    (
        "SHD",
        &[("SSV", 220), ("OKD", 230), ("WLB", 240), ("CRH", 250), ("ATV", 260), ("PHV", 270), ("GFD", 280)],
    ),
    ("SSV", &[("OKD", 240), ("WLB", 250), ("CRH", 260), ("ATV", 270), ("PHV", 280), ("GFD", 290)]),
    ("OKD", &[("WLB", 230), ("CRH", 240), ("ATV", 250), ("PHV", 260), ("GFD", 270)]),
    ("WLB", &[("CRH", 250), ("ATV", 260), ("PHV", 270), ("GFD", 280)]),
    (
        "CRH",
        &[("ATV", 240), ("PHV", 250), ("GFD", 260), ("SFO", 270), ("RMS", 280), ("HKG", 290), ("JFK", 300)],
    ),
    ("ATV", &[("PHV", 230), ("GFD", 240)]),
    ("PHV", &[("GFD", 220)]),
    ("LHR", &[("CDG", 100)]),
    ("OKD", &[("LAX", 220)]),
];

const AIRPORTS: &[&str] = &[
    "RMS", "SBK", "MPC", "SVP", "SHD", "CDG", "LHR", "SSV", "OKD", "WLB", "PEK", "HND", "HKG", "CIA", "CRH",
    "ATV", "PHV", "GFD", "SFO", "LAX", "JFK", "ORD", "BOS",
];

const CITIES: &[(&str, &str)] = &[
    ("Rivermist", "RMS"),
    ("Stonebrook", "SBK"),
    ("Maplecrest", "MPC"),
    ("Silverpine", "SVP"),
    ("Shadowridge", "SHD"),
    ("London", "LHR"),
    ("Paris", "CDG"),
    ("Sunset Valley", "SSV"),
    ("Oakendale", "OKD"),
    ("Willowbend", "WLB"),
    ("Crescent Hollow", "CRH"),
    ("Autumnville", "ATV"),
    ("Pinehaven", "PHV"),
    ("Greenfield", "GFD"),
    ("San Francisco", "SFO"),
    ("Los Angeles", "LAX"),
    ("New York", "JFK"),
    ("Chicago", "ORD"),
    ("Boston", "BOS"),
    ("Beijing", "PEK"),
    ("Hong Kong", "HKG"),
    ("Rome", "CIA"),
    ("Tokyo", "HND"),
];

/// What a dollar is worth.
const RATES: &[(&str, f64)] = &[
    ("RMB", 7.0),
    ("EUR", 0.8),
    ("JPY", 110.0),
    ("GBP", 0.7),
    ("CAD", 1.3),
    ("AUD", 1.4),
    ("INR", 70.0),
    ("RUB", 60.0),
    ("BRL", 3.8),
    ("MXN", 20.0),
];

/// A traveller's account.
#[derive(Clone, Debug)]
pub(super) struct Travel {
    own: Attributes,
    random: Random,
    large: bool,
}

fn defaults(start: &Dict<'static>) -> Attributes {
    let nothing = || Value::Dict(Dict::default());
    Attributes::of(
        start,
        [
            ("credit_card_list", nothing()),
            ("booking_record", nothing()),
            ("access_token", Value::None),
            ("token_type", Value::None),
            ("token_expires_in", Value::None),
            ("token_scope", Value::None),
            ("user_first_name", Value::None),
            ("user_last_name", Value::None),
            ("budget_limit", Value::None),
            ("long_context", Value::Bool(false)),
        ],
    )
}

/// Which of a result's members an error stands beside.
type Beside = Option<&'static str>;

/// An error, beside a status that says so.
fn failed(beside: Beside, why: impl Into<String>) -> Outcome {
    match beside {
        Some(status) => Ok(dict([(status, Value::Bool(false)), ("error", text(why))])),
        None => error(why),
    }
}

impl Travel {
    /// Refuses whoever has no valid token.
    fn refused(&self, token: &Object, beside: Beside) -> Option<Outcome> {
        if self.own["token_expires_in"] == Value::Int(0) {
            return Some(failed(beside, "Token expired"));
        }
        (*token != self.own["access_token"]).then(|| failed(beside, "Invalid access token"))
    }

    fn cards(&self) -> Outcome<&Dict<'static>> {
        dict_of(&self.own["credit_card_list"], "keys")
    }

    /// A card's balance, changed.
    fn charge(&mut self, card: &Object, operator: Operator, amount: &Object) -> Outcome<()> {
        let balance = member(item(&self.own["credit_card_list"], card)?, "balance")?;
        let balance = augmented(balance, operator, amount)?;
        if let Some(card) = dict_mut(&mut self.own["credit_card_list"])?.get_value_mut(card) {
            dict_mut(card)?.insert(Value::text("balance"), balance);
        }
        Ok(())
    }

    /// A number as text.
    fn number(&mut self, low: u64, high: u64) -> Object {
        text(self.random.between(low, high).to_string())
    }

    fn authenticate(&mut self, scope: &Object, first: &Object, last: &Object) -> Outcome {
        let token = self.number(100_000, 999_999);
        self.own["token_expires_in"] = Value::Int(2);
        self.own["access_token"] = token.clone();
        self.own["token_type"] = text("Bearer");
        self.own["token_scope"] = scope.clone();
        self.own["user_first_name"] = first.clone();
        self.own["user_last_name"] = last.clone();
        Ok(dict([
            ("expires_in", Value::Int(2)),
            ("access_token", token),
            ("token_type", text("Bearer")),
            ("scope", scope.clone()),
        ]))
    }

    fn register(&mut self, token: &Object, [number, expires, holder, check]: [&Object; 4]) -> Outcome {
        if self.own["token_expires_in"] == Value::None {
            return error("Token not initialized");
        }
        if let Some(refused) = self.refused(token, None) {
            return refused;
        }
        if contains(&self.own["credit_card_list"], number)? {
            return error("Card already registered");
        }
        let id = self.number(100_000_000_000, 999_999_999_999);
        let balance = self.random.between(10_000, 99_999);
        let card = dict([
            ("card_number", number.clone()),
            ("expiration_date", expires.clone()),
            ("cardholder_name", holder.clone()),
            ("card_verification_number", check.clone()),
            ("balance", Value::Int(i64::try_from(balance).unwrap_or_default())),
        ]);
        dict_mut(&mut self.own["credit_card_list"])?.insert(id.clone(), card);
        Ok(dict([("card_id", id)]))
    }

    /// What the flight costs, and what the flights of all routes cost where all are told.
    fn cost(&self, from: &Object, to: &Object, date: &Object, class: &Object) -> Outcome<(f64, Vec<f64>)> {
        hashable(from)?;
        hashable(to)?;
        let all =
            ROUTES.iter().flat_map(|(from, routes)| routes.iter().map(move |(to, cost)| (*from, *to, *cost)));
        let wanted = (from.as_str(), to.as_str());
        let base =
            all.clone().find(|(from, to, _)| (Some(*from), Some(*to)) == wanted).map(|(.., cost)| cost);
        let base = base.ok_or_else(|| Raised::of_value("No available route for the given airports."))?;
        let factor = match class.as_str() {
            Some("economy") => 1,
            Some("business") => 2,
            Some("first") => 5,
            _ => {
                let why = "Invalid travel class. Options are: economy, business, first.";
                return Err(Raised::of_value(why));
            }
        };
        let mut sum = 0;
        for next in iterate(date)? {
            let next = ops::text_of(&next, "isdigit")?.chars().next().unwrap_or_default();
            match digit(next) {
                Some(digit) => sum += digit.to_digit(10).unwrap_or_default(),
                None if is_other_digit(next) => {
                    let why = format!("invalid literal for int() with base 10: '{next}'");
                    return Err(Raised::of_value(why));
                }
                None => {}
            }
        }
        let factor = factor * if sum % 2 == 0 { 2 } else { 1 };
        let cost = |base: i64| (base * factor) as f64;
        let told = match self.large {
            true => all.map(|(.., base)| cost(base)).collect(),
            false => vec![cost(base)],
        };
        Ok((cost(base), told))
    }

    fn balance(&self, token: &Object, card: &Object) -> Outcome {
        if let Some(refused) = self.refused(token, None) {
            return refused;
        }
        if !contains(&self.own["credit_card_list"], card)? {
            let known = Value::List(self.cards()?.iter().map(|(id, _)| id.clone()).collect());
            return error(format!("Card not registered. Here are a list of card_id's: {}", repr(&known)));
        }
        let balance = member(item(&self.own["credit_card_list"], card)?, "balance")?;
        Ok(dict([("card_balance", balance.clone())]))
    }

    fn book(&mut self, token: &Object, card: &Object, [date, from, to, class]: [&Object; 4]) -> Outcome {
        let beside = Some("booking_status");
        if let Some(refused) = self.refused(token, beside) {
            return refused;
        }
        if !contains(&self.own["credit_card_list"], card)? {
            return failed(beside, "Card not registered");
        }
        if !contains(item(&self.own["credit_card_list"], card)?, &text("balance"))? {
            return failed(beside, "Balance not found");
        }
        let is_airport = |place: &Object| place.as_str().is_some_and(|place| AIRPORTS.contains(&place));
        if !is_airport(from) {
            return failed(beside, format!("Invalid departure airport code: {}", str_of(from)));
        }
        if !is_airport(to) {
            return failed(beside, format!("Invalid destination airport code: {}", str_of(to)));
        }
        match read(date, Form::Day) {
            Err(raised) if raised.kind == Kind::Value => {
                return failed(beside, "Invalid date format. Use YYYY-MM-DD.");
            }
            read => drop(read?),
        }
        hashable(class)?;
        if !matches!(class.as_str(), Some("economy" | "business" | "first")) {
            // Of a set, whose order is not fixed in the official program.
            let classes = "{'economy', 'business', 'first'}";
            return failed(beside, format!("Invalid travel class. Must be one of {classes}"));
        }
        let cost = match self.cost(from, to, date, class) {
            Err(raised) if raised.kind == Kind::Value => return failed(beside, raised.text),
            cost => Value::Float(cost?.0),
        };
        let balance = member(item(&self.own["credit_card_list"], card)?, "balance")?;
        if compare(balance, Order::Less, &cost)? {
            return failed(beside, "Insufficient funds");
        }
        let budget = &self.own["budget_limit"];
        if *budget != Value::None && compare(balance, Order::Less, budget)? {
            return failed(beside, "Balance is less than budget limit");
        }
        self.charge(card, Operator::Sub, &cost)?;
        let booking = self.number(1_000_000, 9_999_999);
        let transaction = self.number(10_000_000, 99_999_999);
        let record = dict([
            ("card_id", card.clone()),
            ("travel_date", date.clone()),
            ("travel_from", from.clone()),
            ("travel_to", to.clone()),
            ("travel_class", class.clone()),
            ("travel_cost", cost),
            ("transaction_id", transaction.clone()),
        ]);
        dict_mut(&mut self.own["booking_record"])?.insert(booking.clone(), record);
        let history =
            if self.large { self.own["booking_record"].clone() } else { Value::Dict(Dict::default()) };
        Ok(dict([
            ("booking_id", booking),
            ("transaction_id", transaction),
            ("booking_status", Value::Bool(true)),
            ("booking_history", history),
        ]))
    }

    fn invoice(&self, token: &Object, booking: &Object) -> Outcome {
        if let Some(refused) = self.refused(token, None) {
            return refused;
        }
        if !contains(&self.own["booking_record"], booking)? {
            return error("Booking not found");
        }
        let record = item(&self.own["booking_record"], booking)?;
        let mut invoice = Dict::of(vec![(Value::text("booking_id"), booking.clone())]);
        for name in
            ["travel_date", "travel_from", "travel_to", "travel_class", "travel_cost", "transaction_id"]
        {
            invoice.insert(Value::text(name), member(record, name)?.clone());
        }
        Ok(dict([("invoice", Value::Dict(invoice))]))
    }

    fn history(&self, token: &Object) -> Outcome {
        match self.refused(token, None) {
            Some(refused) => refused,
            None => Ok(dict([("booking_history", self.own["booking_record"].clone())])),
        }
    }

    fn cancel(&mut self, token: &Object, booking: &Object) -> Outcome {
        let beside = Some("cancel_status");
        if let Some(refused) = self.refused(token, beside) {
            return refused;
        }
        if !contains(&self.own["booking_record"], booking)? {
            return failed(beside, "Booking not found");
        }
        let record = item(&self.own["booking_record"], booking)?;
        let (card, cost) = (member(record, "card_id")?.clone(), member(record, "travel_cost")?.clone());
        self.charge(&card, Operator::Add, &cost)?;
        dict_mut(&mut self.own["booking_record"])?.remove(booking);
        Ok(dict([("cancel_status", Value::Bool(true))]))
    }

    fn exchange(base: &Object, target: &Object, value: &Object) -> Outcome {
        let rate = |code: &Object| {
            RATES.iter().find(|(known, _)| code.as_str() == Some(known)).map(|(_, rate)| *rate)
        };
        let number = |rate: f64| match rate.fract() == 0.0 {
            true => Value::Int(rate as i64),
            false => Value::Float(rate),
        };
        let exchanged = match (base.as_str(), target.as_str()) {
            (Some("USD"), _) if rate(target).is_some() => {
                let rate = number(rate(target).unwrap_or_default());
                Value::Float(float(&binary(value, Operator::Mult, &rate)?)?)
            }
            (_, Some("USD")) if rate(base).is_some() => {
                let rate = number(rate(base).unwrap_or_default());
                round(&binary(value, Operator::Div, &rate)?, &Value::Int(2))?
            }
            _ => return Err(Raised::of_value("No available exchange rate for the given currencies.")),
        };
        Ok(dict([("exchanged_value", exchanged)]))
    }

    fn verify(&self, first: &Object, last: &Object, birth: &Object, passport: &Object) -> Outcome {
        let failed = |why: String| {
            Ok(dict([("verification_status", Value::Bool(false)), ("verification_failure", text(why))]))
        };
        let (own_first, own_last) = (&self.own["user_first_name"], &self.own["user_last_name"]);
        if own_first != first || own_last != last {
            return failed(format!(
                "Cannot book flight information for another user.Expected {} {}, got {} {}",
                str_of(own_first),
                str_of(own_last),
                str_of(first),
                str_of(last)
            ));
        }
        let born = match read(birth, Form::Day) {
            Err(raised) if raised.kind == Kind::Value => {
                return failed("Invalid date of birth format. Please use YYYY-MM-DD.".to_owned());
            }
            born => born?.date(),
        };
        if age(born, Timestamp::now().to_zoned(TimeZone::UTC).date()) < 18 {
            return failed("Traveler must be at least 18 years old.".to_owned());
        }
        let passport = passport.as_str().ok_or_else(|| no_attribute(passport, "startswith"))?;
        if !passport.starts_with("US") {
            return failed("Passport must be issued by the United States.".to_owned());
        }
        Ok(dict([("verification_status", Value::Bool(true))]))
    }

    fn set_budget(&mut self, token: &Object, limit: &Object) -> Outcome {
        if let Some(refused) = self.refused(token, None) {
            return refused;
        }
        let limit = Value::Float(float(limit)?);
        self.own["budget_limit"] = limit.clone();
        Ok(dict([("budget_limit", limit)]))
    }

    fn insure(&mut self, token: &Object, booking: &Object, cost: &Object, card: &Object) -> Outcome {
        let beside = Some("insurance_status");
        if let Some(refused) = self.refused(token, beside) {
            return refused;
        }
        let budget = &self.own["budget_limit"];
        if *budget != Value::None && compare(budget, Order::Less, cost)? {
            return failed(beside, "Exceeded budget limit");
        }
        if !contains(&self.own["booking_record"], booking)? {
            return failed(beside, "Booking not found");
        }
        if !contains(&self.own["credit_card_list"], card)? {
            return failed(beside, "Credit card not registered");
        }
        self.charge(card, Operator::Sub, cost)?;
        let insurance = self.number(100_000_000, 999_999_999);
        Ok(dict([("insurance_id", insurance), ("insurance_status", Value::Bool(true))]))
    }

    fn support(&self, booking: &Object) -> Outcome {
        if !contains(&self.own["booking_record"], booking)? {
            return error("Booking not found");
        }
        let told = "Thank you for contacting customer support. Your message has been received and we will get back to you shortly.";
        Ok(dict([("customer_support_message", text(told))]))
    }

    fn nearest(city: &Object) -> Outcome {
        hashable(city)?;
        let found = CITIES.iter().find(|(known, _)| city.as_str() == Some(*known));
        Ok(dict([("nearest_airport", text(found.map_or("Unknown", |(_, airport)| *airport)))]))
    }
}

/// Whether `isdigit` holds of a character that is no decimal digit: superscripts, digits in circles and the like.
fn is_other_digit(next: char) -> bool {
    matches!(
        next,
        '²' | '³' | '¹' | '\u{1369}'..='\u{1371}' | '\u{19da}' | '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}'
            | '\u{2460}'..='\u{2468}' | '\u{2474}'..='\u{247c}' | '\u{2488}'..='\u{2490}' | '\u{24ea}' | '\u{24f5}'..='\u{24fd}'
            | '\u{24ff}' | '\u{2776}'..='\u{277e}' | '\u{2780}'..='\u{2788}' | '\u{278a}'..='\u{2792}' | '\u{10a40}'..='\u{10a43}'
            | '\u{10e60}'..='\u{10e68}' | '\u{11052}'..='\u{1105a}' | '\u{1f100}'..='\u{1f10a}'
    )
}

fn nothing() -> Object {
    Value::None
}

impl Backend for Travel {
    const NAME: &'static str = "TravelAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method(
            "authenticate_travel",
            &[
                Needed("client_id"),
                Needed("client_secret"),
                Needed("refresh_token"),
                Needed("grant_type"),
                Needed("user_first_name"),
                Needed("user_last_name"),
            ],
            |own, a| own.authenticate(&a[3], &a[4], &a[5]),
        ),
        Method("travel_get_login_status", &[], |own, _| {
            let expires = &own.own["token_expires_in"];
            let out = *expires == Value::None || *expires == Value::Int(0);
            Ok(dict([("status", Value::Bool(!out))]))
        }),
        Method(
            "get_budget_fiscal_year",
            &[Optional("lastModifiedAfter", nothing), Optional("includeRemoved", nothing)],
            |_, _| Ok(dict([("budget_fiscal_year", text("2018"))])),
        ),
        Method(
            "register_credit_card",
            &[
                Needed("access_token"),
                Needed("card_number"),
                Needed("expiration_date"),
                Needed("cardholder_name"),
                Needed("card_verification_number"),
            ],
            |own, a| own.register(&a[0], [&a[1], &a[2], &a[3], &a[4]]),
        ),
        Method(
            "get_flight_cost",
            &[Needed("travel_from"), Needed("travel_to"), Needed("travel_date"), Needed("travel_class")],
            |own, a| {
                let told = own.cost(&a[0], &a[1], &a[2], &a[3])?.1;
                Ok(dict([("travel_cost_list", Value::List(told.into_iter().map(Value::Float).collect()))]))
            },
        ),
        Method("get_credit_card_balance", &[Needed("access_token"), Needed("card_id")], |own, a| {
            own.balance(&a[0], &a[1])
        }),
        Method(
            "book_flight",
            &[
                Needed("access_token"),
                Needed("card_id"),
                Needed("travel_date"),
                Needed("travel_from"),
                Needed("travel_to"),
                Needed("travel_class"),
            ],
            |own, a| own.book(&a[0], &a[1], [&a[2], &a[3], &a[4], &a[5]]),
        ),
        Method(
            "retrieve_invoice",
            &[Needed("access_token"), Optional("booking_id", nothing), Optional("insurance_id", nothing)],
            |own, a| own.invoice(&a[0], &a[1]),
        ),
        Method("get_booking_history", &[Needed("access_token")], |own, a| own.history(&a[0])),
        Method("list_all_airports", &[], |_, _| Ok(texts(AIRPORTS.iter().copied()))),
        Method("cancel_booking", &[Needed("access_token"), Needed("booking_id")], |own, a| {
            own.cancel(&a[0], &a[1])
        }),
        Method(
            "compute_exchange_rate",
            &[Needed("base_currency"), Needed("target_currency"), Needed("value")],
            |_, a| Self::exchange(&a[0], &a[1], &a[2]),
        ),
        Method(
            "verify_traveler_information",
            &[Needed("first_name"), Needed("last_name"), Needed("date_of_birth"), Needed("passport_number")],
            |own, a| own.verify(&a[0], &a[1], &a[2], &a[3]),
        ),
        Method("set_budget_limit", &[Needed("access_token"), Needed("budget_limit")], |own, a| {
            own.set_budget(&a[0], &a[1])
        }),
        Method("get_nearest_airport_by_city", &[Needed("location")], |_, a| Self::nearest(&a[0])),
        Method(
            "purchase_insurance",
            &[
                Needed("access_token"),
                Needed("insurance_type"),
                Needed("booking_id"),
                Needed("insurance_cost"),
                Needed("card_id"),
            ],
            |own, a| own.insure(&a[0], &a[2], &a[3], &a[4]),
        ),
        Method("contact_customer_support", &[Needed("booking_id"), Needed("message")], |own, a| {
            own.support(&a[0])
        }),
        Method("get_all_credit_cards", &[], |own, _| {
            Ok(dict([("credit_card_list", own.own["credit_card_list"].clone())]))
        }),
    ];

    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(start);
        own["long_context"] = Value::Bool(setting.large.is_some());
        if let Some(large) = &setting.large {
            for (name, more) in [
                ("credit_card_list", "CREDIT_CARD_EXTENSION"),
                ("booking_record", "BOOKING_RECORD_EXTENSION"),
            ] {
                let known = dict_mut(&mut own[name])?;
                for (id, value) in dict_of(large.get(more)?, "items")?.iter() {
                    if known.get_value(id).is_none() {
                        known.insert(id.clone(), value.clone());
                    }
                }
            }
        }
        Ok(Self { own, random: random(start, SEED)?, large: setting.large.is_some() })
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
        let mut own = defaults(saved);
        own.restore(saved)?;
        Ok(Self { own, random: restored_random(saved)?, large: setting.large.is_some() })
    }
}
