//! Pools on the command line: evolved, grown from documents, counted side by side.

use std::fs;

use serde_json::Value;

use crate::{ends, json, run};

#[test]
fn a_pool_is_the_same_for_any_number_of_threads() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let evolve = |threads: &str, out: &str| {
        json(dir.path(), &["tools", "evolve", "--n", "400", "--threads", threads, "-o", out], 0)
    };
    let told = evolve("1", "one.jsonl");
    assert_eq!((told["tools"].as_u64(), told["domains"].as_u64()), (Some(400), Some(30)), "{told}");
    assert!(told["near_duplicates_before"].as_f64().expect("a share") < 0.6, "{told}");
    evolve("4", "four.jsonl");
    let read = |name: &str| fs::read(dir.path().join(name)).expect("the pool");
    assert!(read("one.jsonl") == read("four.jsonl"), "the pools differ");
    let shown = ends(dir.path(), &["tools", "evolve", "--n", "400", "-q"], 0);
    assert!(shown.as_bytes() == read("one.jsonl"), "stdout differs from the file");
    let stats = json_of_stats(dir.path(), &["one.jsonl"]);
    assert_eq!((stats["tools"].as_u64(), stats["near_duplicates"].as_u64()), (Some(400), Some(0)));
    assert_eq!(stats["by_indicator"].as_object().map(serde_json::Map::len), Some(5));
    // What was evolved is a pool like any other.
    let made = json(dir.path(), &["synth", "--tools", "one.jsonl", "--n", "60", "--out", "run"], 0);
    assert!(made["accepted"].as_u64().expect("a count") >= 58, "{made}");
}

fn json_of_stats(dir: &std::path::Path, files: &[&str]) -> Value {
    serde_json::from_str(&ends(dir, &[&["tools", "stats"], files, &["--json"]].concat(), 0))
        .expect("one object")
}

#[test]
fn documents_grow_the_tree() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    fs::write(dir.path().join("shop.yaml"), SHOP).expect("a writable folder");
    let told = json(
        dir.path(),
        &["tools", "evolve", "--documents", "shop.yaml", "--only-documents", "--n", "12", "-o", "shop.jsonl"],
        0,
    );
    assert_eq!((told["domains"].as_u64(), told["functionalities"].as_u64()), (Some(1), Some(3)), "{told}");
    let text = fs::read_to_string(dir.path().join("shop.jsonl")).expect("the pool");
    assert!(text.lines().count() == 12 && text.contains("\"domain\":\"flower_shop\""), "{text}");
    // What gives no results gives no APIs, and that is said.
    let bare =
        r#"[{"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {}}}]"#;
    fs::write(dir.path().join("bare.json"), bare).expect("a writable folder");
    let none = run(dir.path(), &["tools", "evolve", "--documents", "bare.json", "--n", "10", "-q"]);
    let said = String::from_utf8_lossy(&none.stderr);
    assert_eq!(none.status.code(), Some(2), "{said}");
    assert!(said.contains("the documents give no operation that an API could be made from"), "{said}");
}

const SHOP: &str = r##"
openapi: 3.0.0
info: {title: Flower shop, version: "1"}
paths:
  /bouquets:
    get:
      operationId: listBouquets
      description: List the bouquets on sale. Seasonal ones come first.
      parameters:
        - {name: color, in: query, schema: {type: string, enum: [red, white, yellow]}}
        - {name: max_price, in: query, schema: {type: number}, description: Highest price in euros}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Bouquet"}}}}}
  /bouquets/{bouquet_id}:
    get:
      operationId: getBouquet
      description: Get one bouquet.
      parameters: [{name: bouquet_id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Bouquet"}}}}
  /orders:
    post:
      operationId: createOrder
      description: Order a bouquet.
      requestBody:
        content: {application/json: {schema: {type: object, required: [bouquet_id], properties: {bouquet_id: {type: string}, note: {type: string}, gift: {type: boolean}}}}}
      responses:
        "201": {description: ok, content: {application/json: {schema: {type: object, properties: {order_id: {type: string}, total: {type: number}}}}}}
components:
  schemas:
    Bouquet: {type: object, properties: {bouquet_id: {type: string}, title: {type: string}, color: {type: string, enum: [red, white, yellow]}, price: {type: number}}}
"##;

#[test]
fn pools_stand_side_by_side() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let list = r#"[{"name": "f", "description": "Adds <two> numbers.", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}]"#;
    fs::write(dir.path().join("a.json"), list).expect("written");
    fs::write(dir.path().join("b<i>.json"), list.replace("\"f\"", "\"g\"")).expect("written");
    let table = ends(dir.path(), &["tools", "stats", "a.json", "b<i>.json", "--plots", "page.html"], 0);
    assert!(
        table.lines().next().is_some_and(|head| head.contains("a.json") && head.contains("b<i>.json")),
        "{table}"
    );
    let page = fs::read_to_string(dir.path().join("page.html")).expect("the page");
    assert!(
        page.contains("b&lt;i&gt;.json") && !page.contains("<i>.json") && page.contains("</html>"),
        "names are escaped"
    );
    let both = json_of_stats(dir.path(), &["a.json", "b<i>.json"]);
    assert_eq!(both["pools"]["a.json"]["parameters"].as_u64(), Some(1), "{both}");
}

#[test]
fn what_cannot_be_counted_says_where() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    ends(dir.path(), &["tools", "evolve", "--n", "30", "-o", "pool.jsonl", "-q"], 0);
    let mut text = fs::read_to_string(dir.path().join("pool.jsonl")).expect("the pool");
    text.push_str("{\"name\": 3}\n");
    fs::write(dir.path().join("pool.jsonl"), text).expect("written");
    let output = run(dir.path(), &["tools", "stats", "pool.jsonl"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("pool.jsonl:31: the line is none of our tools"), "{said}");
    let none = run(dir.path(), &["tools", "evolve", "--n", "0"]);
    assert_eq!(none.status.code(), Some(2));
}
