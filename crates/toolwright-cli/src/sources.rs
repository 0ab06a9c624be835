//! Where tools come from: files, and live MCP servers.

use std::path::Path;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use toolwright_mcp::{Client, Server};
use toolwright_synth::pool::import::{self, Imported};

/// What live servers are held to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct McpConfig {
    /// The tools that are taken and called, by their servers' own names; all of them where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow: Option<Vec<String>>,
    /// Seconds until a result must be there.
    pub(crate) timeout: f64,
    /// The largest result, in bytes.
    pub(crate) largest: usize,
    /// How often a server that ended is started again in a run.
    pub(crate) restarts: u32,
    /// The most calls at the same time, of each server.
    pub(crate) in_flight: usize,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self { allow: None, timeout: 30.0, largest: 64 << 10, restarts: 3, in_flight: 4 }
    }
}

impl McpConfig {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The first value that makes no sense: its key, and what was expected.
    pub(crate) fn fault(&self) -> Option<(&'static str, String)> {
        const LONGEST: f64 = 86_400.0;
        if !(self.timeout > 0.0 && self.timeout <= LONGEST) {
            return Some((
                "timeout",
                format!(
                    "mcp.timeout is {}; expected more than 0 and at most {LONGEST} seconds",
                    self.timeout
                ),
            ));
        }
        if self.in_flight == 0 {
            return Some(("in_flight", "mcp.in_flight is 0; expected at least 1 call".into()));
        }
        if self.largest == 0 {
            return Some(("largest", "mcp.largest is 0; expected at least 1 byte".into()));
        }
        None
    }
}

/// The live server that a source is, if it is one.
pub(crate) fn server(source: &str, config: &McpConfig) -> Result<Option<Server>> {
    let Some(server) = Server::parse(source).transpose()? else { return Ok(None) };
    let McpConfig { allow, timeout, largest, restarts, in_flight } = config.clone();
    Ok(Some(Server { allow, timeout, largest, restarts, in_flight, ..server }))
}

/// The tools of files, folders and live servers together.
pub(crate) fn import<S: AsRef<str>>(sources: &[S], config: &McpConfig) -> Result<Imported> {
    let mut names = Vec::new();
    let one = |source: &S| {
        let source = source.as_ref();
        match server(source, config)? {
            Some(server) => live(server, &mut names),
            None => Ok(import::import_path(Path::new(source))?),
        }
    };
    let imported: Vec<Imported> = sources.iter().map(one).collect::<Result<_>>()?;
    all_there(config.allow.as_deref().unwrap_or_default(), &names)?;
    Ok(import::together(imported))
}

/// That what is allowed is there, on one server or another.
fn all_there(allowed: &[String], names: &[String]) -> Result<()> {
    let Some(unknown) = allowed.iter().find(|name| !names.contains(name)) else { return Ok(()) };
    let near = toolwright_core::nearest(unknown, names.iter().map(String::as_str));
    let meant = near.map(|name| format!(" did you mean `{name}`?")).unwrap_or_default();
    let there = if names.is_empty() { "no live server gives any".to_owned() } else { names.join(", ") };
    bail!("mcp.allow: no live tool is called `{unknown}`;{meant} there are: {there}")
}

/// The tools of a live server that are allowed; the names of all join `names`.
fn live(server: Server, names: &mut Vec<String>) -> Result<Imported> {
    let source = server.source.clone();
    let listed = toolwright_llm::run(async {
        let client = Client::connect(server).await?;
        let listed = client.tools().await;
        client.close().await;
        listed
    })??;
    // By its name a reader tells what a document is; a command's name would mislead it.
    let mut imported = import::import_bytes("tools.json", listed.allowed.to_string().as_bytes())
        .map_err(|error| error.at(&source))?;
    names.extend(listed.names);
    imported.tools.iter_mut().for_each(|tool| tool.meta.source = Some(source.clone()));
    imported.skipped.iter_mut().for_each(|skipped| skipped.source.clone_from(&source));
    Ok(imported)
}
