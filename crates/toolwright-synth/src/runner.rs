//! What runs the calls of a dialog: the simulated world, the tool agent, or live tools.

use std::sync::Arc;

use serde_json::Value;
use toolwright_core::{Call, Executor, Host, Place, Ran, Tool, Uncalled};

use crate::model::{Agents, Lost, SoFar};
use crate::recipe::RunBy;
use crate::world::World;

/// Runs the calls of one try of a sample.
pub(crate) struct Runner<'r, 'p> {
    pub(crate) by: RunBy,
    pub(crate) world: World<'p>,
    pub(crate) host: Option<&'r dyn Host>,
    pub(crate) sample: u64,
    pub(crate) attempt: u32,
    /// Calls of live tools so far.
    pub(crate) calls: u32,
}

impl Runner<'_, '_> {
    /// The result of a call.
    pub(crate) async fn run(
        &mut self,
        agents: Option<&mut Agents<'_, '_>>,
        tool: &Arc<Tool>,
        call: &Call,
        so_far: &SoFar<'_>,
    ) -> Result<Ran, Lost> {
        let ran = |result: Value| Ran { result, failed: false };
        match (self.by, agents, self.host) {
            (RunBy::Model, Some(agents), _) => agents.tool(tool, call, so_far).await.map(ran),
            (RunBy::Mcp, _, Some(host)) => {
                let place = Place {
                    sample: self.sample,
                    attempt: self.attempt,
                    step: self.calls,
                    ..Place::new("mcp")
                };
                self.calls += 1;
                host.call(&place, tool, call).await.map_err(|uncalled| match uncalled {
                    Uncalled::Lost(why) => so_far.undecided("mcp", why),
                    Uncalled::Stopped(why) => Lost::Waits(why),
                })
            }
            _ => self.world.execute(tool, call).map(ran).map_err(|error| Lost::Plan(error.to_string())),
        }
    }
}
