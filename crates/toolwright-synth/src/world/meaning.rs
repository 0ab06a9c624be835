//! What a value means, read off its name, and what such values look like.
//!
//! A schema says `string`; a person sees a city, a due date or an order number. [`MEANINGS`] is the one list of kinds
//! of value: how they are recognised by the last words of a property's name, and how one is drawn. Values that belong
//! together (a city, its country and its airport; a person's name and address) are drawn from the same [`Draw::kin`],
//! so that they agree.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use toolwright_core::Hint;
use toolwright_core::seed::{Rng, Seed};

use super::lexicon as lex;
use crate::agent::name::singular;

/// A kind of value.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// The name that hints use.
    pub(crate) id: &'static str,
    /// Endings of property names that mean it, as words: `first name`.
    names: &'static [&'static str],
    /// The JSON type that values have by nature.
    natural: Natural,
    draw: fn(&mut Draw<'_>) -> Value,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Natural {
    Text,
    Number,
    /// A number that is often written as text.
    Either,
}

/// What a value is drawn from.
pub(crate) struct Draw<'a> {
    /// Randomness of this value alone.
    pub(crate) rng: &'a mut Rng,
    /// The same for all values that belong together.
    pub(crate) kin: Seed,
    /// The city that everything is about, where one was named.
    pub(crate) place: Option<&'static lex::City>,
    /// The day on which the dialog takes place.
    pub(crate) today: Date,
    /// The property's schema; numbers keep its bounds.
    pub(crate) schema: &'a Map<String, Value>,
    /// The words of the property's name.
    pub(crate) words: &'a [String],
}

impl Meaning {
    /// Whether such values are text by nature.
    pub(crate) fn is_text(&self) -> bool {
        self.natural == Natural::Text
    }
}

impl Draw<'_> {
    fn pick(&mut self, items: &[&str]) -> Value {
        self.rng.choose(items).copied().unwrap_or_default().into()
    }

    /// The same choice for everything of one kin.
    fn kin<'t, T>(&self, label: &str, items: &'t [T]) -> Option<&'t T> {
        self.kin.child(label).rng().choose(items)
    }

    fn city(&self) -> &'static lex::City {
        self.place.or_else(|| self.kin("place", lex::CITIES)).unwrap_or(&lex::CITIES[0])
    }

    fn first(&self) -> &'static str {
        self.kin("first name", lex::FIRST_NAMES).copied().unwrap_or_default()
    }

    fn last(&self) -> &'static str {
        self.kin("last name", lex::LAST_NAMES).copied().unwrap_or_default()
    }

    /// A number between the bounds, in steps; the schema's own bounds win.
    fn number(&mut self, low: f64, high: f64, step: f64) -> Value {
        let bound = |key: &str| self.schema.get(key).and_then(Value::as_f64);
        let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|b| b + step));
        let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|b| b - step));
        let (near, far) =
            (least.map_or(low, |least| low.max(least)), most.map_or(high, |most| high.min(most)));
        // The usual range, as far as the schema allows it; the schema's own where that leaves next to nothing.
        let (low, high) = match (least, most) {
            _ if far - near >= 5.0 * step => (near, far),
            (Some(least), Some(most)) => (least, most.max(least)),
            (Some(least), None) => (least, (least * 4.0).max(least + 10.0 * step)),
            (None, Some(most)) => ((most / 4.0).min(most - 10.0 * step), most),
            (None, None) => (low, high.max(low)),
        };
        let step = bound("multipleOf").filter(|s| *s > 0.0).unwrap_or(step);
        // Where no step fits between narrow bounds, whole numbers do.
        let fits = (low / step).ceil() * step <= high;
        let step = if fits || bound("multipleOf").is_some() { step } else { step.min(1.0) };
        let first = (low / step).ceil();
        let steps = ((high / step).floor() - first).clamp(0.0, 1e15);
        let at = first + self.rng.between(0, steps as i64) as f64;
        number(at * step, step, is_integer(self.schema))
    }

    /// Any number between the schema's own bounds, in steps of at most this, and smaller ones over a narrow range.
    fn quantity(&mut self, most: f64) -> Value {
        let bound = |key: &str| self.schema.get(key).and_then(Value::as_f64);
        let (low, high) = (bound("minimum").unwrap_or(1.0), bound("maximum").unwrap_or(100.0));
        let step = 10f64.powf(((high - low).max(1e-9) / 30.0).log10().floor());
        let step = if is_integer(self.schema) { 1.0 } else { step.clamp(1e-6, most) };
        let first = (low / step).ceil();
        let steps = ((high / step).floor() - first).clamp(0.0, 1e15);
        let at = first + self.rng.between(0, steps as i64) as f64;
        number((at * step).clamp(low, high.max(low)), step, is_integer(self.schema))
    }

    fn day(&mut self, from: i64, to: i64) -> Date {
        let days = self.rng.between(from, to);
        self.today.saturating_add(jiff::Span::new().days(days))
    }

    /// The same, when offices and shops are open: no Sunday.
    fn open_day(&mut self, from: i64, to: i64) -> Date {
        let day = self.day(from, to);
        let sunday = day.weekday() == jiff::civil::Weekday::Sunday;
        if sunday { day.tomorrow().unwrap_or(day) } else { day }
    }

    /// A day of something's life, in order with its others: it ends or changes after it starts or is made.
    fn stage(&mut self, from: i64, to: i64) -> Date {
        const LATER: &[&str] = &[
            "end", "ends", "ended", "until", "to", "finish", "finished", "updated", "update", "modified",
            "last", "completed", "closed", "sent", "resolved", "delivered", "changed", "expires", "expiry",
            "out", "return", "arrival",
        ];
        let first = self.kin.child("life").rng().between(from, to);
        let after = if self.words.iter().any(|word| LATER.contains(&word.as_str())) {
            self.rng.between(1, 30)
        } else {
            0
        };
        self.day(first + after, first + after)
    }

    fn clock(&mut self) -> String {
        format!("{:02}:{:02}", self.rng.between(7, 21), self.rng.between(0, 11) * 5)
    }

    fn moment(&mut self, from: i64, to: i64) -> Value {
        let day = self.stage(from, to);
        format!("{day}T{}:00Z", self.clock()).into()
    }

    fn code(&mut self, shape: &str) -> String {
        reshape(shape, self.rng)
    }
}

pub(crate) fn is_integer(schema: &Map<String, Value>) -> bool {
    schema
        .get("type")
        .is_some_and(|t| t == "integer" || t.as_array().is_some_and(|a| a.contains(&json!("integer"))))
}

/// A number with no more decimals than its step has.
fn number(value: f64, step: f64, integer: bool) -> Value {
    if integer || (step.fract() == 0.0 && value.fract() == 0.0) {
        return json!(value as i64);
    }
    let mut decimals = 0;
    let mut scaled = step;
    while decimals < 8 && (scaled - scaled.round()).abs() > 1e-9 {
        scaled *= 10.0;
        decimals += 1;
    }
    let factor = 10f64.powi(decimals);
    json!((value * factor).round() / factor)
}

/// A value of the same shape: digits for digits, letters of the same case for letters of a code.
pub(crate) fn reshape(shape: &str, rng: &mut Rng) -> String {
    let hex = shape.chars().all(|c| !c.is_ascii_alphabetic() || matches!(c, 'a'..='f' | 'A'..='F'));
    let mut letters = |low: char, span: usize| char::from(low as u8 + rng.below(span) as u8);
    let draw = |c: char| match c {
        '1'..='9' => letters('1', 9),
        '0' => letters('0', 10),
        'a'..='z' => letters('a', if hex { 6 } else { 26 }),
        'A'..='Z' => letters('A', if hex { 6 } else { 26 }),
        other => other,
    };
    shape.chars().map(draw).collect()
}

macro_rules! meanings {
    ($($id:literal $natural:ident [$($name:literal)*] $draw:expr;)*) => {
        /// Every kind of value that names can mean.
        pub(crate) static MEANINGS: &[Meaning] = &[
            $(Meaning { id: $id, names: &[$($name),*], natural: Natural::$natural, draw: $draw }),*
        ];
    };
}

meanings! {
    "person" Text ["full name" "person" "customer name" "passenger name" "passenger" "guest name" "contact name"
        "patient name" "user name display" "display name" "owner" "owner name" "assignee" "reporter" "organizer" "sender name"
        "recipient name" "holder name" "card holder" "cardholder name" "account holder" "attendee" "creator" "reviewer" "doctor"
        "driver" "tenant name" "landlord name" "member name" "student name" "teacher name" "driver name" "employee name" "doctor name"
        "instructor name" "coach name" "worker name" "visitor name" "resident name" "buyer name" "borrower name" "participant name"
        "applicant name" "candidate name" "captain name" "beneficiary name" "donor name" "volunteer name" "agent name" "requester name"
        "approver name" "speaker name" "organizer name" "client full name" "manager name" "assignee name" "reviewer name" "caller name" "caller" "employee" "instructor" "host name person" "legal name" "manager" "contact person"]
        |d| format!("{} {}", d.first(), d.last()).into();
    "first_name" Text ["first name" "given name" "firstname" "forename"] |d| d.first().into();
    "last_name" Text ["last name" "family name" "surname" "lastname"] |d| d.last().into();
    "email" Text ["email" "e mail" "mail" "email address" "reply to" "cc" "bcc" "recipient email"]
        |d| format!("{}.{}@example.com", d.first(), d.last()).to_lowercase().into();
    "username" Text ["username" "user name" "user" "login" "screen name" "nickname" "handle"]
        |d| format!("{}{}", d.first().to_lowercase(), d.rng.between(10, 99)).into();
    "password" Text ["password" "passphrase" "new password"]
        |d| { let w = d.pick(lex::WORDS); format!("{}-{}", w.as_str().unwrap_or("word"), d.code("Xx000xX")).into() };
    "phone" Text ["phone" "phone number" "mobile" "mobile number" "telephone" "telephone number" "fax" "tel" "msisdn"
        "contact number" "fax number"]
        |d| format!("+1{}555{:04}", d.rng.between(201, 989), d.rng.between(100, 9999)).into();
    "city" Text ["city" "town" "locality" "location" "place" "city name" "capital" "home city" "municipality"] |d| d.city().name.into();
    "country" Text ["country" "country name" "nationality country"] |d| d.city().country.into();
    "country_code" Text ["country code" "iso country" "country iso" "iso country code" "iso 2" "alpha code" "alphacode" "country alpha"] |d| d.city().code.into();
    "state" Text ["address state" "billing state" "shipping state" "home state" "customer state" "contact state" "location state" "state code"
        "province code" "us state"] |d| {
        let full = d.schema.get("minLength").and_then(Value::as_u64).is_some_and(|n| n > 2);
        let state = d.kin("state", lex::STATES).copied().unwrap_or(("Texas", "TX"));
        (if full { state.0 } else { state.1 }).into() };
    "region" Text ["region" "province" "county" "state or province" "admin area"] |d| d.kin("state", lex::STATES)
        .map_or("Texas", |s| s.0).into();
    "address" Text ["address" "street address" "address line 1" "address line" "line 1" "address 1" "street" "street name"
        "home address" "delivery address" "shipping address" "billing address" "postal address" "pickup address"]
        |d| format!("{} {}", d.rng.between(1, 240), d.rng.choose(lex::STREETS).copied().unwrap_or("Main Street")).into();
    "address_detail" Text ["address line 2" "line 2" "apartment" "suite" "address 2" "unit number"]
        |d| format!("Apt {}", d.rng.between(1, 60)).into();
    "house_number" Either ["house number" "house number or name" "building number" "street number"] |d| d.number(1.0, 240.0, 1.0);
    "postcode" Text ["postcode" "postal code" "zip" "zip code" "zipcode"] |d| d.code("10000").into();
    "airport" Text ["airport" "airport code" "iata" "iata code"] |d| d.city().airport.into();
    "airline" Text ["airline" "carrier name" "airline name"] |d| d.pick(lex::AIRLINES);
    "timezone" Text ["timezone" "time zone" "tz" "timezone id" "time zone id"] |d| d.city().timezone.into();
    "latitude" Number ["latitude" "lat"] |d| { let c = d.city(); json!(c.latitude) };
    "longitude" Number ["longitude" "lng" "lon" "long"] |d| { let c = d.city(); json!(c.longitude) };
    "date" Text ["date" "day" "on date"] |d| d.day(-60, 90).to_string().into();
    "past_date" Text ["past date" "birth date" "date of birth" "birthday" "dob" "from date" "start date" "since" "date from"
        "issue date" "purchase date" "order date" "date created" "posted date" "release date" "published date" "begin date"]
        |d| { let birth = d.words.iter().any(|w| w.starts_with("birth") || w == "dob");
              (if birth { d.day(-22_000, -7_000) } else { d.day(-120, -31) }).to_string().into() };
    "recent_date" Text ["to date" "end date" "until" "date to" "finish date" "last date"] |d| d.day(-30, -1).to_string().into();
    "future_date" Text ["future date" "due date" "deadline" "departure date" "arrival date" "check in" "check out" "expiry date"
        "delivery date" "expiration date" "due on" "return date" "visit date" "scheduled date" "appointment date"]
        |d| { const PAIRED: &[&str] = &["in", "out", "departure", "return", "arrival", "start", "end", "pickup"];
              let paired = d.words.iter().any(|word| PAIRED.contains(&word.as_str()));
              (if paired { d.stage(2, 60) } else { d.open_day(2, 90) }).to_string().into() };
    "time" Text ["time" "start time" "end time" "time of day" "opening time" "closing time" "departure time" "arrival time"]
        |d| d.clock().into();
    "datetime" Text ["datetime" "date time" "timestamp" "start at" "end at"] |d| d.moment(-40, 5);
    "past_datetime" Text ["past datetime" "created at" "updated at" "created" "updated" "modified" "modified at" "last modified"
        "last updated" "create time" "update time" "published at" "sent at" "date created" "date updated" "creation date"
        "created date" "modified date" "added at" "last seen" "completed at" "started at" "received at" "joined at" "created on"
        "start datetime" "from datetime" "updated date utc" "last update" "date sent" "last login"]
        |d| d.moment(-200, -32);
    "future_datetime" Text ["future datetime" "expires at" "expires" "expiry" "expiration" "scheduled at" "scheduled for" "send at"
        "ends at" "valid until" "expiration time" "delivery time" "estimated arrival" "due at"] |d| d.moment(2, 90);
    "year" Either ["year" "birth year" "release year" "expiry year"] |d| { let y = f64::from(d.today.year());
        if d.words.iter().any(|w| w == "expiry" || w == "exp") { d.number(y + 1.0, y + 5.0, 1.0) } else { d.number(y - 30.0, y, 1.0) } };
    "month" Either ["month" "expiry month"] |d| if d.schema.get("type").is_some_and(|t| t == "string")
        && !d.words.iter().any(|w| w == "expiry") { d.pick(&lex::MONTHS) } else { d.number(1.0, 12.0, 1.0) };
    "weekday" Text ["weekday" "day of week"] |d| d.pick(&lex::WEEKDAYS);
    "duration_minutes" Number ["duration minutes" "minutes" "duration" "length minutes"] |d| d.number(10.0, 120.0, 5.0);
    "seconds" Number ["seconds" "expires in" "timeout" "ttl" "duration seconds" "delay" "interval"] |d| d.number(5.0, 120.0, 5.0);
    "hours" Number ["hours"] |d| d.number(1.0, 12.0, 1.0);
    "days" Number ["days"] |d| d.number(2.0, 14.0, 1.0);
    "money" Either ["price" "amount" "total" "cost" "fee" "balance" "budget" "subtotal" "tax" "value amount" "total price"
        "min price" "max price" "salary" "unit price" "discount" "credit" "gross" "net" "payment" "rate usd" "revenue" "paid"]
        |d| if is_integer(d.schema) { d.number(5.0, 900.0, 5.0) } else { d.number(5.0, 900.0, 0.01) };
    "currency" Text ["currency" "currency code" "base currency" "target currency" "from currency" "to currency" "iso currency"]
        |d| d.city().currency.into();
    "language" Text ["language" "language name" "target language" "source language"] |d| d.kin("language", lex::LANGUAGES)
        .map_or("English", |l| l.0).into();
    "language_code" Text ["language code" "lang" "locale language" "iso language"] |d| d.kin("language", lex::LANGUAGES)
        .map_or("en", |l| l.1).into();
    "locale" Text ["locale" "culture"] |d| d.pick(&["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "pt-PT", "nl-NL"]);
    "url" Text ["url" "uri" "link" "href" "website" "webhook" "web site" "homepage" "endpoint" "callback" "webhook url"
        "callback url" "next" "previous" "next page" "more info" "image url" "page url" "avatar" "thumbnail" "permalink"]
        |d| { let w = d.pick(lex::WORDS); let t = d.pick(lex::TAGS);
              format!("https://www.{}.example/{}", w.as_str().unwrap_or("site"), t.as_str().unwrap_or("home")).into() };
    "domain_name" Text ["domain" "domain name" "hostname" "host" "fqdn"]
        |d| { let w = d.pick(lex::WORDS); format!("{}.example", w.as_str().unwrap_or("site")).into() };
    "company" Text ["company" "company name" "organization" "organisation" "organization name" "employer" "brand" "merchant"
        "merchant name" "vendor" "supplier" "business name" "brand name" "client" "manufacturer" "publisher" "customer company"
        "organisation name" "seller" "trading name" "carrier company"] |d| d.pick(lex::COMPANIES);
    "product" Text ["product" "product name" "item" "item name" "article"] |d| d.pick(lex::PRODUCTS);
    "job_title" Text ["job title" "occupation" "position title" "profession" "job"] |d| d.pick(lex::JOBS);
    "percent" Number ["percent" "percentage" "progress" "humidity" "battery" "discount percent" "completion" "popularity"] |d| d.number(1.0, 99.0, 1.0);
    "rating" Number ["rating" "stars" "average rating"] |d| if is_integer(d.schema) { d.number(1.0, 5.0, 1.0) } else { d.number(2.5, 5.0, 0.1) };
    "score" Number ["score" "confidence" "similarity" "relevance"] |d| if is_integer(d.schema) { d.number(40.0, 99.0, 1.0) } else { d.number(0.05, 0.99, 0.01) };
    "color" Text ["color" "colour"] |d| d.pick(lex::COLORS);
    "sentence" Text ["sentence" "message" "text" "body" "content" "comment" "description" "summary" "notes" "remarks" "reason"
        "feedback" "instructions" "caption" "bio" "about" "memo" "review" "statement" "details" "explanation" "abstract"
        "short description" "transcript" "alt" "detail" "long description" "message text" "message body" "note text" "html" "statement descriptor" "reply"]
        |d| d.pick(lex::SENTENCES);
    "title" Text ["title" "subject" "headline" "heading" "event name" "project" "project name" "task name" "label name" "topic name"
        "event title" "task" "task title" "campaign" "campaign name" "document title" "friendly name" "page title" "topic title" "subtitle" "broadcast name" "automation name" "template name" "survey name"]
        |d| d.pick(lex::TITLES);
    "note" Text ["note" "reminder"] |d| d.pick(lex::SENTENCES);
    "topic" Text ["topic" "query" "q" "search" "search term" "keyword" "keywords" "search query" "term" "phrase" "search text"
        "subject area" "category name" "interest" "genre topic" "word" "search terms" "prompt" "filter text" "theme"]
        |d| d.pick(lex::TOPICS);
    "tag" Text ["tag" "tags" "label" "labels" "category" "group" "folder" "segment" "topics" "channel" "list name" "bucket"]
        |d| d.pick(lex::TAGS);
    "uuid" Text ["uuid" "guid"] |d| d.code("a0a0a0a0-a0a0-4a0a-9a0a-a0a0a0a0a0a0").into();
    "ip" Text ["ip" "ip address" "client ip" "remote ip" "source ip"]
        |d| format!("203.0.113.{}", d.rng.between(1, 254)).into();
    "filename" Text ["filename" "file name" "file" "attachment" "document name" "original filename"] |d| d.pick(lex::FILES);
    "filepath" Text ["filepath" "file path" "path" "directory" "source path" "target path" "destination path" "folder path"]
        |d| { let t = d.pick(lex::TAGS); let f = d.pick(lex::FILES);
              format!("/{}/{}", t.as_str().unwrap_or("docs"), f.as_str().unwrap_or("notes.txt")).into() };
    "hashtag" Text ["hashtag" "hashtags"] |d| { let t = d.pick(lex::TAGS); format!("#{}", t.as_str().unwrap_or("travel")).into() };
    "sku" Text ["sku" "article number" "product code" "part number" "item code" "merchant item number"] |d| d.code("AA-0000-A").into();
    "hotel" Text ["hotel" "hotel name"] |d| d.pick(lex::HOTELS);
    "restaurant" Text ["restaurant" "restaurant name"] |d| d.pick(lex::RESTAURANTS);
    "dish" Text ["dish" "recipe" "recipe name" "meal"] |d| d.pick(lex::DISHES);
    "ingredient" Text ["ingredient" "ingredients" "food" "food item"] |d| d.pick(lex::INGREDIENTS);
    "movie" Text ["movie" "film" "movie title" "movie name"] |d| d.pick(lex::MOVIES);
    "song" Text ["song" "song name" "track" "track name" "song title"] |d| d.pick(lex::SONGS);
    "artist" Text ["artist" "artist name" "band" "performer"] |d| d.pick(lex::ARTISTS);
    "book" Text ["book" "book title" "book name" "audiobook" "audiobook name"] |d| d.pick(lex::BOOKS);
    "author" Text ["author" "author name" "writer"] |d| format!("{} {}", d.first(), d.last()).into();
    "sport_team" Text ["team" "team name" "home team" "away team" "club" "opponent"] |d| d.pick(lex::TEAMS);
    "stock_symbol" Text ["stock symbol" "ticker" "stock"] |d| d.pick(lex::STOCKS);
    "medication" Text ["medication" "drug" "medicine" "medication name"] |d| d.pick(lex::MEDICATIONS);
    "exercise" Text ["exercise" "activity" "workout"] |d| d.pick(lex::EXERCISES);
    "animal" Text ["animal" "pet" "species" "breed"] |d| d.pick(lex::ANIMALS);
    "plant" Text ["plant" "crop"] |d| d.pick(lex::PLANTS);
    "status" Text ["status" "state" "order status" "current status"] |d| d.pick(&["active", "completed", "pending", "processing", "open", "confirmed"]);
    "carrier" Text ["carrier" "courier" "operator" "provider"] |d| d.pick(&["FastShip", "BlueRoute", "Parcelway", "NorthLine", "Swift Cargo"]);
    "type" Text ["type" "plan" "tier" "level" "mode"] |d| d.pick(&["standard", "basic", "premium", "default", "business"]);
    "format" Text ["format"] |d| d.pick(&["json", "csv", "pdf", "png"]);
    "gender" Text ["gender" "sex"] |d| d.pick(&["female", "male"]);
    "version" Text ["version" "api version" "release" "build version" "tag name"] |d| d.code("1.2.0").into();
    "token" Text ["token" "access token" "refresh token" "api key" "secret" "client secret" "auth token" "hash" "checksum" "etag"
        "signature" "nonce" "state token" "cursor" "sync token" "after" "before" "next token" "fingerprint" "page token" "session token"]
        |d| d.code("a0f3b1c97e2d").into();
    "id" Text ["id" "ids" "identifier" "sid" "reference" "ref" "number" "uid" "psp reference" "code" "key" "slug id" "no" "tracking number"
        "account number" "order number" "invoice number" "serial number"] |d| identifier(d);
    "slug" Text ["slug" "unique name"] |d| { let w = d.pick(lex::WORDS); let t = d.pick(lex::TAGS);
        format!("{}-{}", w.as_str().unwrap_or("a"), t.as_str().unwrap_or("b")).into() };
    "name" Text ["name"] |d| { let w = d.pick(lex::WORDS); title_case(w.as_str().unwrap_or("atlas")).into() };
    "page" Number ["page" "page number" "page no" "page index"] |d| d.number(1.0, 5.0, 1.0);
    "offset" Number ["offset" "skip" "start index" "start"] |d| d.number(10.0, 100.0, 10.0);
    "limit" Number ["limit" "page size" "per page" "max results" "size" "max" "top" "max items" "page limit" "results"]
        |d| d.number(5.0, 50.0, 5.0);
    "count" Number ["count" "quantity" "qty" "seats" "guests" "people" "party size" "passengers" "adults" "rooms" "children"
        "number of guests" "copies"] |d| d.number(2.0, 8.0, 1.0);
    "total_count" Number ["total count" "items count" "item count" "total items" "total pages" "total results" "views" "downloads" "likes" "followers" "population"]
        |d| d.number(12.0, 900.0, 1.0);
    "age" Number ["age"] |d| d.number(18.0, 75.0, 1.0);
    "temperature" Number ["temperature" "temp" "feels like" "temp max" "temp min"] |d| if is_integer(d.schema) { d.number(-5.0, 32.0, 1.0) } else { d.number(-5.0, 32.0, 0.1) };
    "distance" Number ["distance" "distance km" "radius" "radius km" "miles" "km" "meters"] |d| d.number(1.0, 50.0, 1.0);
    "quantity" Number [] |d| d.quantity(0.1);
    "cents" Number [] |d| d.quantity(0.01);
    "dimension" Number ["width" "height" "depth" "length"] |d| d.number(10.0, 1200.0, 10.0);
    "weight" Number ["weight" "weight kg" "mass"] |d| d.number(0.5, 30.0, 0.5);
    "album" Text ["album" "album name" "playlist name" "playlist" "show name" "podcast name" "episode name" "podcast"]
        |d| d.pick(&["Midnight Letters", "Slow Rivers", "Paper Lanterns", "Harbour Lights", "The Long Way Home",
            "Morning Frequencies", "Half a Map", "Static and Snow", "Songs for Small Rooms", "Borrowed Summers"]);
    "genre" Text ["genre" "music genre"] |d| d.pick(&["indie rock", "jazz", "ambient", "folk", "hip hop", "classical",
        "soul", "electronic", "country", "blues"]);
    "market" Text ["market" "available market"] |d| d.rng.choose(lex::CITIES).map_or("NO", |c| c.code).into();
    "subregion" Text ["subregion" "sub region"] |d| d.pick(&["Western Europe", "Northern Europe", "South America",
        "Eastern Asia", "Southern Africa"]);
    "calling_code" Text ["calling code" "callingcode" "dialling code"] |d| d.pick(&["1", "44", "47", "49", "33", "81"]);
    "link_relation" Text ["rel" "relation"] |d| d.pick(&["self", "next", "edit", "delete", "up"]);
    "http_method" Text ["method" "request method" "webhook method" "http method"] |d| d.pick(&["GET", "POST"]);
    "payment_method" Text ["payment method" "funding source"] |d| d.pick(&["card", "bank transfer", "invoice", "wallet"]);
    "log_level" Text ["log level" "severity"] |d| d.pick(&["error", "warning", "notice", "debug"]);
    "mime_type" Text ["mime type" "content type" "media type" "mimetype"]
        |d| d.pick(&["application/pdf", "image/png", "text/plain", "text/csv", "image/jpeg"]);
    "event_type" Text ["event type" "event" "trigger event"]
        |d| d.pick(&["order.created", "account.updated", "message.sent", "payment.failed", "user.deleted"]);
    "source" Text ["source" "created via" "sent via"] |d| d.pick(&["api", "web", "mobile app", "import"]);
    "platform" Text ["platform" "device type"] |d| d.pick(&["ios", "android", "web"]);
    "frequency" Text ["frequency" "recurrence" "cadence" "period"] |d| d.pick(&["daily", "weekly", "monthly", "quarterly"]);
    "unit" Text ["unit" "unit of measure"] |d| d.pick(&["kg", "piece", "hour", "box", "liter"]);
    "headers" Text ["headers" "header"] |d| d.pick(&["Content-Type: application/json", "Accept: application/json"]);
    "header_name" Text ["header name"] |d| d.pick(&["Authorization", "X-Request-Id", "Accept-Language", "X-Api-Version"]);
    "variable_name" Text ["variable name" "env var" "environment variable"]
        |d| d.pick(&["API_KEY", "LOG_LEVEL", "DATABASE_URL", "PORT", "CACHE_DIR", "REGION"]);
    "argument_name" Text ["argument name" "flag"] |d| d.pick(&["--port", "--verbose", "--config", "--output"]);
    "placeholder" Text ["hint" "value hint"] |d| d.pick(&["file_path", "port", "directory", "api_key"]);
    "launcher" Text ["runtime hint" "runtime"] |d| d.pick(&["npx", "uvx", "docker"]);
    "query_string" Text ["variables" "query string" "query params"] |d| d.pick(&["page=2&limit=50", "id=1042", "lang=en&sort=name"]);
    "json" Text ["json" "json data" "json payload"] |d| d.pick(&["{\"priority\":\"high\"}", "{\"team\":\"support\"}"]);
    "user_agent" Text ["user agent"] |d| d.pick(&["Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "curl/8.5.0"]);
    "disposition" Text ["disposition"] |d| d.pick(&["attachment", "inline"]);
    "scope" Text ["scope"] |d| d.pick(&["read:orders", "write:orders", "read:users", "admin"]);
    "sort" Text ["sort" "sort by" "order by" "field" "field name" "sort field" "group by" "property name"]
        |d| d.pick(&["name", "created_at", "price", "status", "priority"]);
    "collection" Text ["collection" "collection name" "alias" "alias name" "index name" "table name" "vector name" "shard key" "dataset"
        "bucket name" "namespace"]
        |d| d.pick(&["articles", "products", "support_tickets", "reviews", "customers", "documents", "images", "recipes"]);
    "snapshot" Text ["snapshot" "snapshot name" "backup name"] |d| format!("backup-{}.snapshot", d.day(-60, -1)).into();
    "folder_name" Text ["folder name" "segment name" "group name" "channel name" "audience name" "property name display"
        "department" "category title"]
        |d| { let t = d.pick(lex::TAGS); title_case(t.as_str().unwrap_or("sales")).into() };
    "merchant_account" Text ["merchant account" "store account"] |d| { let c = d.pick(lex::COMPANIES);
        let first = c.as_str().and_then(|c| c.split_whitespace().next()).unwrap_or("Shop").to_owned();
        format!("{first}ECOM").into() };
    "store" Text ["store" "branch" "shop"] |d| format!("{} Central", d.city().name).into();
    "fault" Text ["issue" "error message" "error" "latest error"]
        |d| d.pick(&["The value is out of range.", "A required field is missing.", "The request timed out."]);
    "commit" Text ["commit" "commit hash" "sha" "md5" "sample md5"] |d| d.code("a0f3b1c97e2da0f3b1c97e2da0f3b1c97e2d4b7a").into();
    "commit_message" Text ["commit message"] |d| d.pick(&["Fix the login redirect", "Add the export button", "Update the greeting",
        "Remove the old menu"]);
    "revision" Either ["revision" "revision number" "disc number" "episode number" "season" "season number" "chapter number" "position"
        "queue position" "track number" "build" "build number" "flow version"] |d| d.number(1.0, 24.0, 1.0);
    "ean" Text ["ean" "gtin" "barcode"] |d| d.code("4006381333931").into();
    "upc" Text ["upc"] |d| d.code("036000291452").into();
    "isbn" Text ["isbn" "isbn 13"] |d| isbn(d).into();
    "isrc" Text ["isrc"] |d| d.code("USAB12000001").into();
    "card_bin" Text ["bin" "issuer bin" "card bin"] |d| d.code("411111").into();
    "card_range" Text ["range start" "range end" "start range" "end range" "card number range start" "card number range end"]
        |d| d.code("4111111111111111").into();
    "cvc" Text ["cvc" "cvv" "security code"] |d| d.code("737").into();
    "mcc" Either ["mcc" "merchant category code"] |d| d.code("5411").into();
    "network_code" Text ["mobile country code" "mobile network code" "mnc"] |d| d.code("310").into();
    "national_phone" Text ["national format" "national number" "local format"]
        |d| format!("({}) 555-{:04}", d.rng.between(201, 989), d.rng.between(100, 9999)).into();
    "button" Text ["button" "button text" "button label"] |d| d.pick(&["Learn more", "Get started", "See details", "Contact us"]);
    "footer" Text ["footer"] |d| d.pick(&["Reply STOP to unsubscribe", "Thank you for shopping with us"]);
    "subdomain" Text ["subdomain"] |d| d.pick(&["links", "mail", "track", "go"]);
    "milliseconds" Number ["duration ms" "length ms" "position ms" "progress ms" "ms"] |d| d.number(60_000.0, 320_000.0, 500.0);
    "basis_points" Number ["basis points"] |d| d.number(50.0, 900.0, 25.0);
    "elapsed" Number ["time" "elapsed" "took" "latency"] |d| d.number(0.002, 0.2, 0.001);
    "card_number" Text ["card number" "credit card number"] |d| format!("4111 1111 1111 {:04}", d.rng.between(1000, 9999)).into();
    "iban" Text ["iban"] |d| iban(d).into();
    "bic" Text ["bic" "swift" "swift code"] |d| d.code("ABCDDEFF").into();
}

/// An ISBN-13 with its check digit.
fn isbn(draw: &mut Draw<'_>) -> String {
    let body = format!("978{:09}", draw.rng.between(100_000_000, 999_999_999));
    let sum: u32 =
        body.bytes().zip([1, 3].into_iter().cycle()).map(|(c, weight)| u32::from(c - b'0') * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// A German IBAN with its check digits.
fn iban(draw: &mut Draw<'_>) -> String {
    let mut digits = |count: u32| draw.rng.between(10_i64.pow(count - 1), 10_i64.pow(count) - 1);
    let account = format!("{}{}", digits(8), digits(10));
    // `DE00` goes to the end, its letters as 13 and 14.
    let rest = format!("{account}131400").bytes().fold(0, |rest, c| (rest * 10 + u32::from(c - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

/// An identifier: a prefix taken from what it identifies, then digits.
fn identifier(d: &mut Draw<'_>) -> Value {
    let generic = [
        "id", "ids", "identifier", "number", "code", "reference", "ref", "key", "uid", "sid", "no", "item",
        "new",
    ];
    let prefix = d.words.iter().rev().find(|w| !generic.contains(&w.as_str()));
    let letters: String =
        prefix.map_or("ID", String::as_str).chars().filter(char::is_ascii_alphabetic).take(3).collect();
    let digits = d.code("10000");
    if letters.is_empty() {
        digits.into()
    } else {
        format!("{}-{digits}", letters.to_ascii_uppercase()).into()
    }
}

pub(crate) fn title_case(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The meaning with this name.
pub(crate) fn named(id: &str) -> Option<&'static Meaning> {
    static BY_ID: LazyLock<HashMap<&'static str, &'static Meaning>> =
        LazyLock::new(|| MEANINGS.iter().map(|meaning| (meaning.id, meaning)).collect());
    BY_ID.get(id).copied()
}

/// What a property means, by its hint, its format and its name. `words` are the name's words, with those of what
/// it belongs to before them where its own say too little (`id` of a server: `server id`).
pub(crate) fn infer(
    words: &[String],
    schema: &Map<String, Value>,
    hint: Option<&Hint>,
) -> Option<&'static Meaning> {
    if let Some(meaning) = hint.and_then(|hint| hint.meaning.as_deref()).and_then(named) {
        return Some(meaning);
    }
    let natural = natural_type(schema)?;
    if let Some(meaning) = schema.get("format").and_then(Value::as_str).and_then(|f| by_format(f, words)) {
        return Some(meaning);
    }
    // `created date utc` is a created date.
    let words = match words {
        [named @ .., zone] if !named.is_empty() && (zone == "utc" || zone == "gmt") => named,
        _ => words,
    };
    let found = by_name(words, natural).or_else(|| {
        let mut one = words.to_vec();
        let last = one.last_mut()?;
        *last = singular(last);
        by_name(&one, natural)
    });
    found.or_else(|| by_description(natural, schema)).map(|found| sharpen(found, schema))
}

/// The meaning with the longest ending of this name.
fn by_name(words: &[String], natural: Natural) -> Option<&'static Meaning> {
    longest_ending(words, |m| m.natural == natural || m.natural == Natural::Either)
}

/// What a description says of a value whose name says nothing: `from` of a message.
fn by_description(natural: Natural, schema: &Map<String, Value>) -> Option<&'static Meaning> {
    const SAYS: &[(&str, &str)] = &[
        ("email address", "email"),
        ("phone number", "phone"),
        ("URL", "url"),
        ("currency code", "currency"),
        ("country code", "country_code"),
        ("locale", "locale"),
        ("date and time", "past_datetime"),
        ("timestamp", "past_datetime"),
        ("file name", "filename"),
        ("MIME type", "mime_type"),
        ("identifier", "id"),
        ("ID of", "id"),
        ("SID", "id"),
    ];
    let about = schema.get("description").and_then(Value::as_str).filter(|_| natural == Natural::Text)?;
    SAYS.iter().find(|(says, _)| about.contains(says)).and_then(|(_, id)| named(id))
}

fn natural_type(schema: &Map<String, Value>) -> Option<Natural> {
    let named = |t: &Value| match t.as_str() {
        Some("string") => Some(Natural::Text),
        Some("integer" | "number") => Some(Natural::Number),
        _ => None,
    };
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().find_map(named),
        Some(one) => named(one),
        None => Some(Natural::Text),
    }
}

fn by_format(format: &str, words: &[String]) -> Option<&'static Meaning> {
    let dated = |fallback: &'static str| longest_ending(words, |m| m.id.ends_with(fallback));
    match format {
        "date" => dated("date").or_else(|| named("date")),
        "date-time" => dated("datetime").or_else(|| {
            // `recorded at`, `date generated`: a participle tells of what has been.
            let been = words.iter().any(|word| word.len() > 4 && word.ends_with("ed"));
            named(if been { "past_datetime" } else { "datetime" })
        }),
        "email" => named("email"),
        "uuid" => named("uuid"),
        "uri" | "url" => named("url"),
        "phone" | "phone-number" => named("phone"),
        "ipv4" => named("ip"),
        "hostname" => named("domain_name"),
        "password" => named("password"),
        "currency" => named("currency"),
        _ => None,
    }
}

/// Schemas and neighbours tell a code from a name.
fn sharpen(meaning: &'static Meaning, schema: &Map<String, Value>) -> &'static Meaning {
    let most = schema.get("maxLength").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let coded =
        most <= 3 || about.contains("ISO") || about.contains("two-letter") || about.contains("two-character");
    // A moment is longer than a time or a date.
    let moment = schema
        .get("minLength")
        .and_then(Value::as_u64)
        .is_some_and(|least| (16..40).contains(&least))
        || schema.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("date_time"));
    let better = match meaning.id {
        "time" | "date" | "recent_date" | "past_date" if moment => named("past_datetime"),
        "future_date" if moment => named("future_datetime"),
        "country" if coded => named("country_code"),
        "language" if coded || most <= 8 || about.contains("code") => named("language_code"),
        _ => None,
    };
    better.unwrap_or(meaning)
}

/// The meanings by the endings that name them.
static BY_ENDING: LazyLock<HashMap<&'static str, Vec<&'static Meaning>>> = LazyLock::new(|| {
    let mut endings: HashMap<&'static str, Vec<&'static Meaning>> = HashMap::new();
    for meaning in MEANINGS {
        for name in meaning.names {
            endings.entry(name).or_default().push(meaning);
        }
    }
    endings
});

/// The most words of an ending.
const ENDING: usize = 4;

/// Of the meanings that fit, the one whose name is the longest ending of these words; of several, the last.
fn longest_ending(words: &[String], fits: impl Fn(&Meaning) -> bool) -> Option<&'static Meaning> {
    let from = words.len().saturating_sub(ENDING);
    (from..words.len()).find_map(|at| {
        let ending = words[at..].join(" ");
        BY_ENDING.get(ending.as_str())?.iter().rev().find(|meaning| fits(meaning)).copied()
    })
}

impl Meaning {
    /// A value of this kind, in the type that the schema asks for.
    pub(crate) fn value(&self, draw: &mut Draw<'_>) -> Value {
        let value = (self.draw)(draw);
        match (&value, natural_type(draw.schema)) {
            (Value::Number(number), Some(Natural::Text)) => number.to_string().into(),
            _ => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::words::words_of;

    fn inferred(name: &str, schema: Value) -> Option<&'static str> {
        infer(&words_of(name), schema.as_object().expect("an object"), None).map(|m| m.id)
    }

    #[test]
    fn names_and_schemas_tell_what_is_meant() {
        let text = || json!({"type": "string"});
        assert_eq!(inferred("customerEmail", text()), Some("email"));
        assert_eq!(inferred("first_name", text()), Some("first_name"));
        assert_eq!(
            inferred("shipping_country", json!({"type": "string", "maxLength": 2})),
            Some("country_code")
        );
        assert_eq!(inferred("order_id", text()), Some("id"));
        assert_eq!(inferred("order_id", json!({"type": "boolean"})), None);
        assert_eq!(inferred("due_date", json!({"type": "string", "format": "date"})), Some("future_date"));
        assert_eq!(inferred("total", json!({"type": "number"})), Some("money"));
    }

    #[test]
    fn every_meaning_is_unique_and_draws() {
        let schema = Map::new();
        for (at, meaning) in MEANINGS.iter().enumerate() {
            assert!(MEANINGS[..at].iter().all(|m| m.id != meaning.id), "{} twice", meaning.id);
            let mut rng = Seed::new(at as u64).rng();
            let today = jiff::civil::date(2026, 3, 14);
            let words = vec!["order".to_string(), "id".into()];
            let mut draw =
                Draw { rng: &mut rng, kin: Seed::new(1), place: None, today, schema: &schema, words: &words };
            assert!(!meaning.value(&mut draw).is_null(), "{}", meaning.id);
        }
    }

    #[test]
    fn numbers_with_check_digits_check() {
        let (schema, words, today) = (Map::new(), Vec::new(), jiff::civil::date(2026, 3, 14));
        for seed in 0..50 {
            let made = |name: &str| {
                let mut rng = Seed::new(seed).rng();
                let kin = Seed::new(seed);
                let mut draw =
                    Draw { rng: &mut rng, kin, place: None, today, schema: &schema, words: &words };
                named(name).expect("it is known").value(&mut draw).as_str().expect("a text").to_owned()
            };
            let isbn = made("isbn");
            let weights = [1, 3].into_iter().cycle();
            let sum: u32 = isbn.bytes().zip(weights).map(|(c, weight)| u32::from(c - b'0') * weight).sum();
            assert!(isbn.len() == 13 && sum.is_multiple_of(10), "{isbn}");
            let iban = made("iban");
            let turned = format!("{}1314{}", &iban[4..], &iban[2..4]);
            let rest = turned.bytes().fold(0, |rest, c| (rest * 10 + u32::from(c - b'0')) % 97);
            assert!(iban.len() == 22 && rest == 1, "{iban}");
        }
    }

    #[test]
    fn bounds_are_kept() {
        let schema = json!({"type": "integer", "minimum": 1, "maximum": 3});
        let mut rng = Seed::new(5).rng();
        for _ in 0..100 {
            let today = jiff::civil::date(2026, 3, 14);
            let schema = schema.as_object().expect("an object");
            let mut draw = Draw { rng: &mut rng, kin: Seed::new(1), place: None, today, schema, words: &[] };
            let value = named("limit").expect("known").value(&mut draw);
            assert!((1..=3).contains(&value.as_i64().expect("an integer")), "{value}");
        }
    }
}
