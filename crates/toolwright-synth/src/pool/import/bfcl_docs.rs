//! Berkeley's function documents: the tools of its simulated backends, one a line, one backend a file.
//!
//! Format: `multi_turn_func_doc/*.json` holds JSON lines with `name`, `parameters`, `response` (the result's schema) and a
//!         `description` that first says what the backend is. They are function definitions in all else and read as
//!         such; what is particular is that the file is the domain.
//! Worked: a line of `ticket_api.json`, `{"name": "close_ticket", "description": "This tool belongs to the ticketing system
//!         …. Tool description: Close a ticket.", …}`, is a tool of the domain `ticket-api` with the summary `Close a
//!         ticket.`
//! Lost:   nothing; a line without `response` gives a tool without a result's schema.

use serde_json::Value;

use super::functions::{self, elements};
use super::{Imported, Importer, naming};

/// Function documents of BFCL's multi-turn, memory and web-search tests.
pub(super) const IMPORTER: Importer = Importer {
    id: "bfcl-docs",
    says: "function documents of BFCL's simulated backends (`multi_turn_func_doc`)",
    source: "https://github.com/ShishirPatil/gorilla/tree/main/berkeley-function-call-leaderboard",
    sniff,
    import,
};

fn sniff(_: &str, document: &Value) -> bool {
    let ours = |one: &Value| {
        let said = one.get("description").and_then(Value::as_str);
        one.get("name").is_some_and(Value::is_string) && said.is_some_and(|said| own_words(said).is_some())
    };
    let documents = elements(document);
    !documents.is_empty() && documents.iter().take(100).all(ours)
}

/// What a description says of the tool itself.
fn own_words(description: &str) -> Option<&str> {
    let (_, own) = description.strip_prefix("This tool belongs to ")?.split_once("Tool description: ")?;
    Some(own.trim())
}

fn import(source: &str, document: &Value) -> toolwright_core::Result<Imported> {
    let mut imported = functions::import(source, document)?;
    let file = source.rsplit('/').next().unwrap_or(source);
    let domain = naming::slug(file.split('.').next().unwrap_or(file));
    for tool in &mut imported.tools {
        tool.meta.domain = Some(domain.clone()).filter(|domain| !domain.is_empty());
        tool.meta.summary = own_words(&tool.description).map(str::to_string);
    }
    Ok(imported)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bring, real, told};
    use super::*;

    fn line(name: &str) -> Value {
        json!({
            "name": name, "description": "This tool belongs to the desk. Tool description: Close a ticket.",
            "parameters": { "type": "dict", "properties": { "id": { "type": "integer" } }, "required": ["id"] },
            "response": { "type": "dict", "properties": { "status": { "type": "string" } } },
        })
    }

    #[test]
    fn the_file_is_the_domain() {
        let imported = bring("ticket_api.json", &format!("{}\n{}\n{{\n", line("close"), line("end")));
        assert_eq!(told(&imported), ["line 3: the line is no JSON: EOF while parsing an object at column 1"]);
        let tool = &imported.tools[0];
        assert_eq!(tool.meta.domain.as_deref(), Some("ticket-api"));
        assert_eq!(tool.meta.summary.as_deref(), Some("Close a ticket."));
        assert!(tool.description.starts_with("This tool belongs to the desk."));
        assert_eq!(tool.returns.as_ref().map(|schema| &schema["type"]), Some(&json!("object")));
    }

    #[test]
    fn other_lists_have_no_domain_of_their_file() {
        let other = json!([line("close"), { "name": "f", "description": "This tool belongs to nobody." }]);
        assert_eq!(bring("tools.json", &other.to_string()).tools[0].meta.domain, None);
    }

    #[test]
    fn real_documents_come_in_whole() {
        let counts = [
            ("gorilla_file_system", 18),
            ("math_api", 17),
            ("memory_kv", 15),
            ("memory_rec_sum", 5),
            ("memory_vector", 12),
            ("message_api", 10),
            ("posting_api", 14),
            ("ticket_api", 9),
            ("trading_bot", 20),
            ("travel_booking", 18),
            ("vehicle_control", 22),
            ("web_search", 2),
        ];
        for (file, count) in counts {
            let place = format!("bfcl_v4/multi_turn_func_doc/{file}.json");
            let Some(imported) = real("bfcl-docs", &place) else { return };
            assert_eq!((imported.tools.len(), told(&imported)), (count, vec![]), "{file}");
            let lacking = imported.tools.iter().filter(|tool| tool.returns.is_none()).count();
            assert_eq!(lacking, usize::from(file == "web_search"), "{file}");
        }
    }
}
