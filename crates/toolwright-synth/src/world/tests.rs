//! What holds in the simulated world, law by law, on tools of few lines; and over the built-in pool.

use std::collections::BTreeSet;

use toolwright_core::{Laws, Rows};

use super::*;
use crate::dialog::arguments::planned;
use crate::pool::builtin;

fn tool(name: &str, parameters: Value, returns: Value) -> Tool {
    let required = |properties: &Value| {
        let names = properties
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, schema)| schema.get("optional").is_none());
        names.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let object = |properties: Value| json!({"type": "object", "required": required(&properties), "properties": properties});
    let mut tool = Tool::new(name, format!("{}.", name.replace('_', " ")), object(parameters));
    tool.returns =
        Some(if returns.get("type").is_some_and(Value::is_string) { returns } else { object(returns) });
    tool
}

fn text() -> Value {
    json!({"type": "string"})
}

fn orders() -> Vec<Tool> {
    let status = json!({"type": "string", "enum": ["failed", "open", "paid", "shipped", "cancelled"]});
    let order = json!({"type": "object", "required": ["order_id", "customer_name", "price", "status"], "properties": {
        "order_id": text(), "customer_name": text(), "price": {"type": "number"}, "status": status, "city": text(),
    }});
    let maximum = json!({"type": "number", "optional": true});
    let filter = || json!({"type": "string", "optional": true});
    vec![
        tool(
            "create_order",
            json!({"customer_name": text(), "city": text()}),
            json!({"order_id": text(), "status": status}),
        ),
        tool("get_order", json!({"order_id": text()}), order.clone()),
        tool(
            "get_order_total",
            json!({"order_id": text()}),
            json!({"price": {"type": "number"}, "city": text()}),
        ),
        tool(
            "update_order",
            json!({"order_id": text(), "city": text()}),
            json!({"success": {"type": "boolean"}}),
        ),
        tool("pay_order", json!({"order_id": text()}), json!({"receipt_number": text(), "status": status})),
        tool("cancel_order", json!({"order_id": text()}), json!({"status": status})),
        tool("delete_order", json!({"order_id": text()}), json!({"deleted": {"type": "boolean"}})),
        tool(
            "list_orders",
            json!({"city": filter(), "max_price": maximum, "query": filter(), "sort_by": filter(), "limit": {"type": "integer", "optional": true}}),
            json!({"orders": {"type": "array", "items": order}, "total": {"type": "integer"}}),
        ),
    ]
}

struct Played<'p> {
    world: World<'p>,
    pool: &'p Pool,
}

impl<'p> Played<'p> {
    fn new(pool: &'p Pool, seed: u64) -> Self {
        Self { world: World::new(pool, Seed::new(seed), jiff::civil::date(2026, 3, 14)), pool }
    }

    fn call(&mut self, name: &str, arguments: Value) -> Value {
        let call = Call::new(name, arguments.as_object().cloned().expect("an object"));
        let tool = &self.pool.named(name).expect("it is in the pool").tool;
        self.world.execute(tool, &call).expect("a result")
    }
}

fn pool(tools: Vec<Tool>) -> Pool {
    let (pool, unusable) = Pool::new(tools);
    assert!(unusable.is_empty(), "{unusable:?}");
    pool
}

fn column<'v>(result: &'v Value, list: &str, name: &str) -> Vec<&'v Value> {
    result[list].as_array().expect("a list").iter().map(|item| &item[name]).collect()
}

/// Tools of a shop whose laws say what goes together.
fn shop() -> Pool {
    let number = || json!({"type": "number"});
    let product = json!({"type": "object", "required": ["product_id", "product_name", "maker", "price", "rank"], "properties": {
        "product_id": text(), "product_name": text(), "maker": text(), "price": number(), "rank": {"type": "integer"},
    }});
    let mut search = tool(
        "search_products",
        json!({"subject": text(), "maker": {"type": "string", "optional": true}}),
        json!({"products": {"type": "array", "items": product}}),
    );
    let mut add = tool(
        "add_to_cart",
        json!({"cart_id": text(), "product_id": text(), "pieces": {"type": "integer", "optional": true}}),
        json!({"price": number(), "line_total": number(), "piece_count": {"type": "integer"}, "held_until": {"type": "string", "format": "date"}}),
    );
    let open = tool("create_cart", json!({"cart_label": text()}), json!({"cart_id": text()}));
    let rows = |subject: &str, name: &str, maker: &str| vec![subject.into(), name.into(), maker.into()];
    let table = Rows {
        of: ["subject", "product_name", "maker"].map(String::from).to_vec(),
        are: vec![
            rows("lamps", "Dawn Lamp", "Halden"),
            rows("lamps", "Desk Lamp", "Lumora"),
            rows("lamps", "Clip Lamp", "Lumora"),
            rows("knives", "Bread Knife", "Tessaro"),
            rows("knives", "Chef Knife", "Orrin"),
        ],
    };
    let works = |all: &[(&str, &str)]| {
        all.iter().map(|(name, work)| ((*name).to_owned(), (*work).to_owned())).collect()
    };
    search.meta.hints.laws = Laws {
        rows: vec![table.clone()],
        order: Some("-price".into()),
        works: works(&[("rank", "item")]),
        ..Laws::default()
    };
    add.meta.hints.laws = Laws {
        works: works(&[
            ("line_total", "price * (pieces ?? 1)"),
            ("piece_count", "before(piece_count, 0) + (pieces ?? 1)"),
            ("held_until", "later(today, 2, days)"),
        ]),
        about: Some("cart_id".into()),
        ..Laws::default()
    };
    let tools = [search, add, open].map(|mut tool| {
        tool.meta.lineage = Some(toolwright_core::Lineage::default());
        tool
    });
    Pool::new(tools.to_vec()).0
}

#[test]
fn what_goes_together_comes_together() {
    let pool = shop();
    for seed in 0..40 {
        let mut played = Played::new(&pool, seed);
        let found = played.call("search_products", json!({"subject": "lamps"}));
        let products = found["products"].as_array().expect("a list");
        let names: Vec<&str> = products.iter().filter_map(|one| one["product_name"].as_str()).collect();
        let distinct: BTreeSet<&&str> = names.iter().collect();
        assert!(distinct.len() == names.len() && names.len() <= 3, "{found}");
        for (at, one) in products.iter().enumerate() {
            let maker = if one["product_name"] == "Dawn Lamp" { "Halden" } else { "Lumora" };
            assert!(names[at].ends_with(" Lamp") && one["maker"] == maker, "{found}");
            assert_eq!(one["rank"], at + 1, "{found}");
        }
        assert!(products.is_sorted_by(|a, b| a["price"].as_f64() >= b["price"].as_f64()), "{found}");
        let by = played.call("search_products", json!({"subject": "lamps", "maker": "Lumora"}));
        let by = by["products"].as_array().expect("a list");
        assert!(
            by.iter().all(|one| one["maker"] == "Lumora" && one["product_name"] != "Dawn Lamp"),
            "{by:?}"
        );
        // A subject that stands in no row leaves the rest free, and whole.
        let other = played.call("search_products", json!({"subject": "boats"}));
        let known = |one: &Value| {
            shop().entries[0].laws.tables[0]
                .rows
                .iter()
                .any(|row| row[1] == one["product_name"] && row[2] == one["maker"])
        };
        assert!(other["products"].as_array().expect("a list").iter().all(known), "{other}");
    }
}

#[test]
fn formulas_follow_from_arguments_and_what_was_told() {
    let pool = shop();
    let mut played = Played::new(&pool, 5);
    let cart = played.call("create_cart", json!({"cart_label": "Camping"}))["cart_id"].clone();
    let add = |played: &mut Played<'_>, product: &str, pieces: u64| {
        played.call("add_to_cart", json!({"cart_id": cart, "product_id": product, "pieces": pieces}))
    };
    let one = add(&mut played, "P-1", 3);
    let price = one["price"].as_f64().expect("a price");
    assert_eq!(one["line_total"].as_f64(), Some((price * 300.0).round() / 100.0), "{one}");
    assert_eq!((&one["piece_count"], &one["held_until"]), (&json!(3), &json!("2026-03-16")), "{one}");
    let two = add(&mut played, "P-2", 2);
    assert_eq!(two["piece_count"], 5, "{two}");
    // Of a cart that nobody has spoken of, nothing is known, and what is drawn stays.
    let other = played.call("add_to_cart", json!({"cart_id": "C-77", "product_id": "P-1"}));
    assert!(other["piece_count"].is_i64() && other["line_total"] == other["price"], "{other}");
}

#[test]
fn a_list_agrees_with_what_a_later_call_will_say() {
    let pool = shop();
    for seed in 0..20 {
        let said =
            Expected { tool: "search_products".into(), attribute: "maker".into(), value: "Orrin".into() };
        let world = World::new(&pool, Seed::new(seed), jiff::civil::date(2026, 3, 14)).expecting(vec![said]);
        let mut played = Played { world, pool: &pool };
        let found = played.call("search_products", json!({"subject": "knives"}));
        assert!(
            found["products"].as_array().expect("a list").iter().all(|one| one["maker"] == "Orrin"),
            "{found}"
        );
        let others = played.call("search_products", json!({"subject": "lamps"}));
        assert!(
            others["products"].as_array().expect("a list").iter().all(|one| one["maker"] != "Orrin"),
            "{others}"
        );
    }
}

#[test]
fn another_question_has_another_answer() {
    let temperature = json!({"temperature": {"type": "number"}, "station_name": text()});
    let day = json!({"station_id": text(), "day": {"type": "string", "format": "date"}});
    let pool = Pool::new(vec![tool("get_forecast", day, temperature)]).0;
    let differs = (0..20).filter(|seed| {
        let mut played = Played::new(&pool, *seed);
        let mut on = |day: &str| played.call("get_forecast", json!({"station_id": "S-1", "day": day}));
        let (one, other, again) = (on("2026-03-15"), on("2026-03-16"), on("2026-03-15"));
        assert_eq!(one["station_name"], other["station_name"]);
        assert_eq!(one, again);
        one["temperature"] != other["temperature"]
    });
    assert!(differs.count() > 15);
}

#[test]
fn what_is_made_is_found_changed_and_ended() {
    let pool = pool(orders());
    for seed in 0..40 {
        let mut played = Played::new(&pool, seed);
        let made = played.call("create_order", json!({"customer_name": "Mila Hart", "city": "Oslo"}));
        let id = made["order_id"].clone();
        assert_eq!(made["status"], "open");
        let order = played.call("get_order", json!({"order_id": id}));
        assert_eq!((&order["customer_name"], &order["city"]), (&json!("Mila Hart"), &json!("Oslo")));
        // It comes first in lists, as it is.
        let listed = played.call("list_orders", json!({}));
        assert_eq!(listed["orders"][0]["order_id"], id);
        assert_eq!(listed["orders"][0]["customer_name"], "Mila Hart");
        assert_eq!(listed["orders"][0]["price"], order["price"]);
        assert_eq!(listed["total"], listed["orders"].as_array().map_or(0, Vec::len));
        // Only where it is what the call asks for.
        assert_eq!(played.call("list_orders", json!({"city": "Oslo"}))["orders"][0]["order_id"], id);
        assert_eq!(played.call("list_orders", json!({"query": "hart"}))["orders"][0]["order_id"], id);
        for arguments in [json!({"city": "Lima"}), json!({"query": "zebra"}), json!({"max_price": 0.5})] {
            let others = played.call("list_orders", arguments);
            assert!(!column(&others, "orders", "order_id").contains(&&id), "{others}");
        }
        assert_eq!(
            played.call("update_order", json!({"order_id": id, "city": "Lima"})),
            json!({"success": true})
        );
        assert_eq!(played.call("get_order", json!({"order_id": id}))["city"], "Lima");
        assert_eq!(played.call("list_orders", json!({"city": "Lima"}))["orders"][0]["order_id"], id);
        assert_eq!(played.call("pay_order", json!({"order_id": id}))["status"], "paid");
        assert_eq!(played.call("get_order", json!({"order_id": id}))["status"], "paid");
        // Who cancels can see it as canceled; lists leave it out, and others do not find it.
        assert_eq!(played.call("cancel_order", json!({"order_id": id}))["status"], "cancelled");
        assert_eq!(played.call("get_order", json!({"order_id": id}))["status"], "cancelled");
        let total = played.call("get_order_total", json!({"order_id": id}));
        assert_eq!(failure::read(&total).map(|kind| kind.id), Some("not_found"), "{total}");
        let listed = played.call("list_orders", json!({}));
        assert!(!column(&listed, "orders", "order_id").contains(&&id), "{listed}");
        // What is deleted is not there for anybody.
        let other = listed["orders"][0]["order_id"].clone();
        assert_eq!(played.call("delete_order", json!({"order_id": other})), json!({"deleted": true}));
        let found = played.call("get_order", json!({"order_id": other}));
        assert_eq!(failure::read(&found).map(|kind| kind.id), Some("not_found"), "{found}");
        assert_eq!(
            failure::read(&played.call("pay_order", json!({"order_id": other}))).map(|kind| kind.id),
            Some("not_found")
        );
    }
}

/// Whether an object has all that another has.
fn says_all_of(one: &Value, other: &Value) -> bool {
    other.as_object().is_some_and(|other| other.iter().all(|(name, value)| one.get(name) == Some(value)))
}

#[test]
fn what_was_listed_stays_as_it_was() {
    let pool = pool(orders());
    for seed in 0..40 {
        let mut played = Played::new(&pool, seed);
        let first = played.call("list_orders", json!({}));
        assert_eq!(played.call("list_orders", json!({})), first);
        for item in first["orders"].as_array().expect("a list") {
            let alone = played.call("get_order", json!({"order_id": item["order_id"]}));
            assert!(says_all_of(&alone, item), "{alone} {item}");
        }
        let first = played.call("list_orders", json!({}));
        // A narrower question gives those of them that fit, as they were.
        let most = first["orders"][0]["price"].as_f64().expect("a price");
        let second = played.call("list_orders", json!({"max_price": most}));
        for item in first["orders"].as_array().expect("a list") {
            let fits = item["price"].as_f64().is_some_and(|price| price <= most);
            let listed = second["orders"].as_array().is_some_and(|all| all.contains(item));
            assert_eq!(listed, fits, "{first} {second}");
        }
    }
}

#[test]
fn what_was_spoken_of_is_in_a_list_of_all() {
    let pool = pool(orders());
    for seed in 0..20 {
        let mut played = Played::new(&pool, seed);
        let alone = played.call("get_order", json!({"order_id": "ORD-7781"}));
        let gone = played.call("delete_order", json!({"order_id": "ORD-7782"}));
        assert!(gone.get("error").is_none(), "{gone}");
        let all = played.call("list_orders", json!({}));
        let listed = all["orders"].as_array().expect("a list");
        let item = listed.iter().find(|item| item["order_id"] == "ORD-7781").expect("it was spoken of");
        assert!(says_all_of(item, &alone) || says_all_of(&alone, item), "{alone} {item}");
        assert!(listed.iter().all(|item| item["order_id"] != "ORD-7782"), "{all}");
        assert_eq!(played.call("list_orders", json!({})), all);
    }
}

#[test]
fn a_list_that_was_sorted_stays_so() {
    let track = json!({"type": "object", "required": ["track_id", "artist"], "properties": {"track_id": text(), "artist": text()}});
    let pool = pool(vec![
        tool(
            "sort_playlist",
            json!({"playlist_id": text(), "order_by": text()}),
            json!({"playlist_id": text()}),
        ),
        tool(
            "list_tracks",
            json!({"playlist_id": text()}),
            json!({"tracks": {"type": "array", "items": track}}),
        ),
    ]);
    let mut kept = 0;
    for seed in 0..20 {
        let mut played = Played::new(&pool, seed);
        played.call("sort_playlist", json!({"playlist_id": "PL-1", "order_by": "artist"}));
        let tracks = played.call("list_tracks", json!({"playlist_id": "PL-1"}));
        let artists: Vec<&str> =
            column(&tracks, "tracks", "artist").into_iter().filter_map(Value::as_str).collect();
        assert!(artists.is_sorted(), "{artists:?}");
        kept += usize::from(artists.len() > 1);
    }
    assert!(kept > 10, "{kept} lists have an order at all");
}

#[test]
fn the_same_places_are_there_on_another_day() {
    let camp = json!({"type": "object", "required": ["campsite_id", "campsite_name"], "properties": {
        "campsite_id": text(), "campsite_name": text(), "price": {"type": "number"},
    }});
    let day = json!({"type": "string", "format": "date"});
    let pool = pool(vec![tool(
        "search_campsites",
        json!({"region": text(), "first_night": day}),
        json!({"campsites": {"type": "array", "items": camp}}),
    )]);
    for seed in 0..20 {
        let mut played = Played::new(&pool, seed);
        let mut ids = |region: &str, day: &str| -> Vec<String> {
            let found = played.call("search_campsites", json!({"region": region, "first_night": day}));
            column(&found, "campsites", "campsite_id").into_iter().map(ToString::to_string).collect()
        };
        let (one, other) = (ids("Bavaria", "2026-05-02"), ids("Bavaria", "2026-06-02"));
        assert!(one.iter().all(|id| other.contains(id)), "{one:?} {other:?}");
        let elsewhere = ids("Brittany", "2026-05-02");
        assert!(one.iter().all(|id| !elsewhere.contains(id)), "{one:?} {elsewhere:?}");
    }
}

#[test]
fn a_state_is_written_and_gone_on_with() {
    let pool = pool(orders());
    let mut played = Played::new(&pool, 5);
    let id = played.call("create_order", json!({"customer_name": "Mila Hart", "city": "Oslo"}))["order_id"]
        .clone();
    played.call("list_orders", json!({"limit": 3}));
    let written = serde_json::to_string(played.world.state()).expect("it can be written");
    let state: State = serde_json::from_str(&written).expect("it can be read");
    let mut other = Played { world: World::resumed(&pool, state), pool: &pool };
    for (name, arguments) in [
        ("pay_order", json!({"order_id": id})),
        ("list_orders", json!({})),
        ("delete_order", json!({"order_id": id})),
        ("get_order", json!({"order_id": id})),
        ("list_orders", json!({"city": "Oslo"})),
    ] {
        assert_eq!(played.call(name, arguments.clone()).to_string(), other.call(name, arguments).to_string());
    }
    assert_eq!(
        serde_json::to_string(played.world.state()).ok(),
        serde_json::to_string(other.world.state()).ok()
    );
}

#[test]
fn a_trial_run_changes_nothing() {
    let mut tools = orders();
    let flag = json!({"type": "boolean", "optional": true});
    tools.push(tool(
        "remove_order",
        json!({"order_id": text(), "dry_run": flag}),
        json!({"deleted": {"type": "boolean"}}),
    ));
    let pool = pool(tools);
    let mut played = Played::new(&pool, 1);
    let before = played.call("get_order", json!({"order_id": "ORD-1"}));
    played.call("remove_order", json!({"order_id": "ORD-1", "dry_run": true}));
    assert_eq!(played.call("get_order", json!({"order_id": "ORD-1"})), before);
}

fn hotels() -> Tool {
    let hotel = json!({"type": "object", "required": ["id", "name", "price", "stars", "board", "opened_on", "pool"], "properties": {
        "id": {"type": "integer"}, "name": text(), "price": {"type": "number", "minimum": 40}, "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "board": {"type": "string", "enum": ["breakfast", "half", "full"]}, "opened_on": {"type": "string", "format": "date"},
        "pool": {"type": "boolean"}, "city": text(), "note": text(),
    }});
    let optional = |mut schema: Value| {
        schema["optional"] = true.into();
        schema
    };
    let number = || optional(json!({"type": "number"}));
    let board = json!({"type": "string", "enum": ["breakfast", "half", "full"]});
    let date = || optional(json!({"type": "string", "format": "date"}));
    let mut tool = tool(
        "search_hotels",
        json!({
            "city": text(), "max_price": number(), "priceMax": number(), "price_lte": number(), "min_stars": number(),
            "opened_on_from": date(), "openedOnUntil": date(), "since": date(), "board": optional(board.clone()),
            "boards": optional(json!({"type": "array", "items": board})), "with_pool_only": optional(json!({"type": "boolean"})),
            "filters": optional(json!({"type": "object", "properties": {"max_price": {"type": "number"}, "board": board}})),
            "sort_by": optional(text()), "order": optional(text()), "page_size": optional(json!({"type": "integer"})),
            "fields": optional(json!({"type": "array", "items": text()})),
        }),
        json!({"hotels": {"type": "array", "items": hotel}, "total": {"type": "integer"}}),
    );
    tool.description = "Hotels of a city, the cheapest first.".into();
    tool
}

#[test]
fn filters_hold_for_what_is_listed() {
    let pool = pool(vec![hotels()]);
    for seed in 0..60 {
        let ask = |more: Value| {
            let mut arguments = json!({"city": "Oslo"});
            for (name, value) in more.as_object().expect("an object") {
                arguments[name] = value.clone();
            }
            Played::new(&pool, seed).call("search_hotels", arguments)
        };
        let numbers = |result: &Value, name: &str| -> Vec<f64> {
            column(result, "hotels", name)
                .into_iter()
                .map(|value| value.as_f64().expect("a number"))
                .collect()
        };
        let texts = |result: &Value, name: &str| -> Vec<String> {
            column(result, "hotels", name)
                .into_iter()
                .map(|value| value.as_str().expect("text").to_owned())
                .collect()
        };
        for bound in ["max_price", "priceMax", "price_lte"] {
            let found = ask(json!({bound: 90}));
            assert!(
                numbers(&found, "price").iter().all(|price| (40.0..=90.0).contains(price)),
                "{bound} {found}"
            );
        }
        let found = ask(json!({"filters": {"max_price": 75.5, "board": "half"}}));
        assert!(numbers(&found, "price").iter().all(|price| *price <= 75.5), "{found}");
        assert!(texts(&found, "board").iter().all(|board| board == "half"), "{found}");
        assert!(numbers(&ask(json!({"min_stars": 4})), "stars").iter().all(|stars| *stars >= 4.0));
        let found = ask(json!({"opened_on_from": "2025-05-01", "openedOnUntil": "2025-06-10"}));
        let within = |day: &String| ("2025-05-01"..="2025-06-10").contains(&day.as_str());
        assert!(texts(&found, "opened_on").iter().all(within), "{found}");
        let found = ask(json!({"since": "2026-02-01"}));
        assert!(texts(&found, "opened_on").iter().all(|day| day.as_str() >= "2026-02-01"), "{found}");
        assert!(texts(&ask(json!({"board": "full"})), "board").iter().all(|board| board == "full"));
        let found = texts(&ask(json!({"boards": ["breakfast", "full"]})), "board");
        assert!(found.iter().all(|board| board == "breakfast" || board == "full"), "{found:?}");
        assert!(
            column(&ask(json!({"with_pool_only": true})), "hotels", "pool")
                .into_iter()
                .all(|pool| *pool == true)
        );
        // A price that there cannot be gives nothing.
        let found = ask(json!({"max_price": 10}));
        assert_eq!(found, json!({"hotels": [], "total": 0}));
        // Order and length.
        let cheapest = numbers(&ask(json!({})), "price");
        assert!(cheapest.is_sorted(), "{cheapest:?}");
        let best = numbers(&ask(json!({"sort_by": "stars", "order": "desc"})), "stars");
        assert!(best.is_sorted_by(|one, other| one >= other), "{best:?}");
        assert!(texts(&ask(json!({"sort_by": "-name"})), "name").is_sorted_by(|one, other| one >= other));
        assert!(texts(&ask(json!({"page_size": 1})), "name").len() == 1);
        let only = ask(json!({"fields": ["name"]}));
        let optional = |item: &Value| item.get("note").is_none() && item.get("city").is_none();
        assert!(only["hotels"].as_array().expect("a list").iter().all(optional), "{only}");
        // No two of a list are called alike.
        let names = texts(&ask(json!({})), "name");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}

#[test]
fn values_of_one_result_agree() {
    let tools = vec![
        tool(
            "get_contract",
            json!({"contract_id": text()}),
            json!({"tenant_name": text(), "tenant_email": text(), "owner_name": text(), "owner_email": text(),
                "start_date": {"type": "string", "format": "date"}, "end_date": {"type": "string", "format": "date"}}),
        ),
        tool(
            "convert_money",
            json!({"amount": {"type": "number"}, "from_currency": text(), "to_currency": text()}),
            json!({"result": {"type": "number"}, "currency": text()}),
        ),
        tool(
            "locate_city",
            json!({"city": text()}),
            json!({"latitude": {"type": "number"}, "longitude": {"type": "number"}, "timezone": text()}),
        ),
        tool("get_member", json!({"team_id": text(), "member_id": text()}), json!({"member_name": text()})),
        tool("find_member", json!({"member_id": text()}), json!({"member_name": text()})),
        tool(
            "add_two_numbers",
            json!({"a": {"type": "number"}, "b": {"type": "number"}}),
            json!({"sum": {"type": "number"}}),
        ),
        tool(
            "list_days",
            json!({"week": {"type": "integer"}}),
            json!({"days": {"type": "array", "items": {"type": "string", "enum": ["Mon", "Tue", "Wed"]}}}),
        ),
    ];
    let pool = pool(tools);
    for seed in 0..60 {
        let mut played = Played::new(&pool, seed);
        let contract = played.call("get_contract", json!({"contract_id": "C-1"}));
        assert_ne!(contract["tenant_name"], contract["owner_name"], "{contract}");
        for role in ["tenant", "owner"] {
            let name = contract[format!("{role}_name")].as_str().expect("a name").to_lowercase();
            let address = name.replace(' ', ".");
            assert_eq!(contract[format!("{role}_email")], format!("{address}@example.com"), "{contract}");
        }
        assert!(contract["start_date"].as_str() <= contract["end_date"].as_str(), "{contract}");
        let money =
            played.call("convert_money", json!({"amount": 5, "from_currency": "NOK", "to_currency": "CHF"}));
        assert_eq!(money["currency"], "CHF");
        let oslo = played.call("locate_city", json!({"city": "Oslo"}));
        assert_eq!(oslo, json!({"latitude": 59.9139, "longitude": 10.7522, "timezone": "Europe/Oslo"}));
        // The second of two identifiers names what it is about.
        let member = played.call("get_member", json!({"team_id": "T-1", "member_id": "M-1"}));
        assert_eq!(played.call("find_member", json!({"member_id": "M-1"})), member);
        assert_eq!(played.call("get_member", json!({"team_id": "T-2", "member_id": "M-1"})), member);
        assert_eq!(played.call("add_two_numbers", json!({"a": 2, "b": 40.5})), json!({"sum": 42.5}));
        let days = played.call("list_days", json!({"week": 3}));
        let days: Vec<&str> =
            days["days"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(days.iter().collect::<BTreeSet<_>>().len(), days.len(), "{days:?}");
    }
}

#[test]
fn items_have_numbers_of_their_own_and_what_was_made_is_new() {
    let artist =
        json!({"type": "object", "required": ["id", "name"], "properties": {"id": text(), "name": text()}});
    let stamp = json!({"type": "string", "format": "date-time"});
    let amount = |code: &[&str]| {
        let currency = json!({"type": "string", "enum": code});
        json!({"type": "object", "required": ["currency"], "properties": {"currency": currency}})
    };
    let codes = ["AFN", "EUR", "USD", "XAF"];
    let tools = vec![
        tool(
            "get_related_artists",
            json!({"id": text()}),
            json!({"artists": {"type": "array", "items": artist}}),
        ),
        tool("create_contact", json!({"email": text()}), json!({"id": text()})),
        tool(
            "get_contact",
            json!({"id": text()}),
            json!({"id": text(), "email": text(), "created_at": stamp}),
        ),
        tool(
            "get_invoice",
            json!({"invoice_id": text()}),
            json!({"net": amount(&codes), "tax": amount(&codes), "paid": amount(&codes)}),
        ),
    ];
    let pool = pool(tools);
    for seed in 0..40 {
        let mut played = Played::new(&pool, seed);
        let related = played.call("get_related_artists", json!({"id": "A1"}));
        let ids: Vec<String> = column(&related, "artists", "id").into_iter().map(Value::to_string).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{related}");
        assert!(!ids.contains(&"\"A1\"".to_owned()), "{related}");
        let made = played.call("create_contact", json!({"email": "mila.hart@example.com"}));
        let found = played.call("get_contact", json!({"id": made["id"]}));
        assert_eq!(found["email"], "mila.hart@example.com");
        assert!(found["created_at"].as_str().is_some_and(|at| at.starts_with("2026-03-14T")), "{found}");
        let invoice = played.call("get_invoice", json!({"invoice_id": "I1"}));
        assert!(invoice["net"] == invoice["tax"] && invoice["tax"] == invoice["paid"], "{invoice}");
    }
}

#[test]
fn parts_are_there_where_they_are_asked_for() {
    let flag = json!({"type": "boolean", "optional": true});
    let parts = json!({"type": "array", "items": {"type": "string", "enum": ["route"]}, "optional": true});
    let part = json!({"type": "object", "properties": {"stops": {"type": "integer"}}, "required": ["stops"]});
    let mut tool = tool(
        "get_train",
        json!({"train_number": text(), "include_route": flag, "expand": parts}),
        json!({"train_number": text(), "route": part}),
    );
    if let Some(returns) = &mut tool.returns {
        returns["required"] = json!(["train_number"]);
    }
    let pool = pool(vec![tool]);
    for seed in 0..20 {
        let mut played = Played::new(&pool, seed);
        assert!(played.call("get_train", json!({"train_number": "R1"})).get("route").is_none());
        let asked = played.call("get_train", json!({"train_number": "R1", "expand": ["route"]}));
        assert!(asked.get("route").is_some(), "{asked}");
    }
}

/// Everything that holds whatever is asked: over the whole built-in pool.
#[test]
fn results_of_every_tool_fit_and_are_what_was_asked_for() {
    let pool = Pool::new(builtin::tools(2_340)).0;
    let today = jiff::civil::date(2026, 3, 14);
    let (mut demanded, mut calls) = (0, 0);
    for (at, entry) in pool.entries.iter().enumerate() {
        for seed in 0..3 {
            let seed = Seed::new(seed).index(at as u64);
            let Ok(mut call) = planned(entry, at, &mut seed.rng(), today, seed, true, &[]) else { continue };
            call.arguments.retain(|argument| argument.value().is_some());
            let arguments: Map<String, Value> = call
                .arguments
                .iter()
                .filter_map(|argument| Some((argument.name.clone(), argument.value()?.clone())))
                .collect();
            let call = Call::new(entry.tool.name.clone(), arguments);
            let mut world = World::new(&pool, seed, today);
            let result =
                world.execute(&entry.tool, &call).unwrap_or_else(|why| panic!("{}: {why}", entry.tool.name));
            let checker = entry.tool.returns_checker().expect("a schema").expect("it compiles");
            assert!(checker.accepts(&result), "{}: {result}", entry.tool.name);
            calls += 1;
            if !entry.clause.reads {
                continue;
            }
            let mut result = result;
            if let Some(cap) = entry.reading.cap(&entry.params, &call.arguments) {
                for list in result.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_array())
                {
                    assert!(list.len() <= cap, "{}: {cap} {list:?}", entry.tool.name);
                }
            }
            for demand in &entry.reading.demands {
                let Some(items) = items_at(&mut result, &demand.list) else { continue };
                for value in items.iter().filter_map(|item| item.pointer(&format!("/{}", demand.property))) {
                    if let Some(held) = demand.rule.holds(&call.arguments, value) {
                        assert!(
                            held,
                            "{}: {} {value} for {:?}",
                            entry.tool.name, demand.property, call.arguments
                        );
                        demanded += 1;
                    }
                }
            }
        }
    }
    assert!(calls > 6_000 && demanded > 300, "{calls} {demanded}");
}
