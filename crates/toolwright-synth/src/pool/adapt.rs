//! Adaptation: functionalities of the context tree become APIs.
//!
//! Source: ToolACE (arXiv 2409.00920), tool self-evolution synthesis, *adaptation*.

use serde_json::{Map, Value, json};
use toolwright_core::{Hints, Phrase, Tool, Wording};

use super::hints::lift;
use super::tree::{Domain, Functionality, SubDomain, Thing};

/// One plain tool for every functionality of a domain.
pub fn plain(domain: &Domain) -> Vec<Tool> {
    let mut tools = Vec::new();
    for (name, sub) in &domain.sub_domains {
        for thing in sub.things.values() {
            for (key, does) in &thing.does {
                let mut tool = of(sub, thing, key, does);
                tool.meta.domain = Some(format!("{}/{name}", domain.domain));
                tools.push(tool);
            }
        }
    }
    tools
}

fn of(sub: &SubDomain, thing: &Thing, key: &str, does: &Functionality) -> Tool {
    let mut properties = Map::new();
    let mut wording = Wording { asks: does.ask.clone(), ..Wording::default() };
    for name in does.needs.iter().chain(&does.may) {
        let Some(attribute) = sub.attribute(thing, name) else { continue };
        properties.insert(name.clone(), attribute.schema(false));
        if let Some(put) = &attribute.put {
            wording.parameters.insert(name.clone(), Phrase { with: Some(put.clone()), ..Phrase::default() });
        }
    }
    let mut parameters = json!({ "type": "object", "properties": properties });
    if !does.needs.is_empty() {
        parameters["required"] = json!(does.needs);
    }
    let given: Map<String, Value> = does
        .gives
        .iter()
        .filter_map(|name| Some((name.clone(), sub.attribute(thing, name)?.schema(true))))
        .collect();
    let required: Vec<&String> = given.keys().collect();
    let one = json!({ "type": "object", "properties": given, "required": required });
    let mut returns = if does.many {
        let key = key.split_once('_').map_or(key, |(_, object)| object);
        json!({ "type": "object", "required": [key], "properties": { key: { "type": "array", "items": one, "minItems": 1, "maxItems": 4 } } })
    } else {
        one
    };
    let tell = if does.many {
        let list = key.split_once('_').map_or(key, |(_, object)| object);
        format!("I found {{count {list}}}: {{each {list};: {}}}.", does.tell)
    } else {
        does.tell.clone()
    };
    let mut wording = wording;
    wording.tells = vec![tell];
    let description = match &does.more {
        Some(more) => format!("{}. {more}", does.says),
        None => format!("{}.", does.says),
    };
    let hints = Hints { parameters: lift(&mut parameters), returns: lift(&mut returns) };
    let mut tool = Tool::new(key, description, parameters);
    tool.returns = Some(returns);
    tool.meta.hints = hints;
    tool.meta.wording = Some(wording);
    tool
}
