//! The tool agent: what a call returns, where no program is at hand.
//!
//! Source: ToolACE (arXiv:2409.00920): a tool agent makes results up from the tool's documentation and the arguments.
//! Ours:   where the tool declares the schema of its result, a result that does not keep to it is no reply.

use std::sync::Arc;

use serde_json::{Value, json};
use toolwright_core::{Answered, Blank, Call, Tool, definitions, transcript};

use super::user::closed;
use super::{Agents, Lost, SoFar, TOOL};

impl Agents<'_, '_> {
    /// What a call returns.
    pub(crate) async fn tool(
        &mut self,
        tool: &Arc<Tool>,
        call: &Call,
        so_far: &SoFar<'_>,
    ) -> Result<Value, Lost> {
        let data = [
            ("tool", definitions([tool], true)),
            ("call", json!({"name": call.name, "arguments": call.arguments}).to_string()),
            ("dialog", transcript(so_far.messages)),
        ];
        let data = data.each_ref().map(|(name, value)| (*name, value.as_str()));
        // References in a schema are to its own root, so one that has some cannot be put into another.
        let returns = tool.returns.as_ref().filter(|schema| !schema.to_string().contains("\"$ref\""));
        let blank =
            Blank::new("result", closed(&[("result", returns.cloned().unwrap_or_else(|| json!({})))]));
        let read = |mut value: Value| -> Answered<Value> {
            let result = value.get_mut("result").map(Value::take).unwrap_or_default();
            match tool.returns_checker() {
                Some(Ok(checker)) if !checker.accepts(&result) => {
                    let problem = checker.explain(&result).into_iter().next();
                    Err(format!(
                        "`result` does not fit: {}",
                        problem.map_or_else(String::new, |one| one.to_string())
                    ))
                }
                _ => Ok(result),
            }
        };
        let how = ("tool", self.config.temperature.tool);
        self.ask(how, TOOL.messages(&data), &blank, so_far, read).await
    }
}
