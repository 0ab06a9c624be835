//! Swagger 2.0 documents, recognised so that they are refused by name.
//!
//! The older format differs in bodies (`in: body`), media types (`consumes`) and where schemas live (`definitions`); it
//! is converted by many tools.

use serde_json::Value;
use toolwright_core::{Error, Result};

use super::{Imported, Importer};

/// Swagger 2.0.
pub(super) const IMPORTER: Importer = Importer {
    id: "swagger2",
    says: "Swagger 2.0 service descriptions: recognised, not read yet",
    source: "https://spec.openapis.org/oas/v2.0.html",
    sniff: |_, document| document.get("swagger").is_some(),
    import,
};

fn import(_: &str, document: &Value) -> Result<Imported> {
    let version = match document.get("swagger") {
        Some(Value::String(version)) => version.chars().take(20).collect(),
        Some(Value::Number(number)) => number.to_string(),
        _ => "2.0".to_string(),
    };
    Err(Error::new(format!(
        "this is a Swagger {version} document and OpenAPI 3.0 or 3.1 is expected; convert it first (`swagger2openapi`, \
         https://converter.swagger.io)"
    )))
}
