//! [`Hosts`]: the servers of a run, with a journal of every call.
//!
//! A call may have an effect, so it is made once: that it is made is in the journal before it is sent, and its result before anybody learns of it. Where the
//! process died in between, nobody knows whether the call had its effect; it is not made again, and its sample becomes undecided.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::{Semaphore, oneshot};
use toolwright_core::{Call, Calling, Error, Host, Place, Ran, Result, Tool, Uncalled};
use toolwright_run::{Entry, Journal};

use crate::client::{Client, Failed};

/// The servers of a run.
#[derive(Debug)]
pub struct Hosts {
    /// By their sources, which tools name as theirs; each with its calls in flight.
    clients: HashMap<String, (Client, Semaphore)>,
    journal: Arc<Journal>,
    stopped: Mutex<Option<String>>,
}

impl Hosts {
    /// - `journal`: of the run's folder.
    pub fn new(clients: Vec<Client>, journal: Arc<Journal>) -> Self {
        let clients = clients.into_iter().map(|client| {
            let most = Semaphore::new(client.server().in_flight.max(1));
            (client.server().source.clone(), (client, most))
        });
        Self { clients: clients.collect(), journal, stopped: Mutex::default() }
    }

    /// Calls nothing more; what is being called comes in.
    pub fn stop(&self, why: impl Into<String>) {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.into());
    }

    /// Why nothing more is called, where that is so.
    pub fn stopped(&self) -> Option<String> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends all connections.
    pub async fn close(&self) {
        let mut clients: Vec<&Client> = self.clients.values().map(|(client, _)| client).collect();
        clients.sort_unstable_by_key(|client| &client.server().source);
        for client in clients {
            client.close().await;
        }
    }

    fn stop_now(&self, why: String) -> Uncalled {
        self.stop(why.clone());
        Uncalled::Stopped(why)
    }

    async fn keep(&self, entry: Entry) -> Result<(), Uncalled> {
        let (told, kept) = oneshot::channel();
        self.journal.keep(entry, move |result| drop(told.send(result)));
        let kept = kept.await.unwrap_or_else(|_| Err(Error::new("the journal's thread has ended")));
        kept.map_err(|error| self.stop_now(error.to_string()))
    }

    async fn run(&self, place: &Place, tool: &Tool, call: &Call) -> Result<Ran, Uncalled> {
        let source = tool.meta.source.as_deref().unwrap_or_default();
        let Some((client, most)) = self.clients.get(source) else {
            return Err(Uncalled::Lost(format!("`{}` is of no live server", tool.name)));
        };
        // The server's own name, where the tool had to be renamed.
        let name = tool.meta.operation.as_deref().unwrap_or(&tool.name);
        let request = json!([source, name, call.arguments]).to_string();
        let hash = *blake3::hash(request.as_bytes()).as_bytes();
        let broken = |error: Error| self.stop_now(error.to_string());
        if let Some(kept) = self.journal.find(place, &hash).map_err(broken)? {
            return read(&kept);
        }
        let _turn = most.acquire().await;
        if let Some(why) = self.stopped() {
            return Err(Uncalled::Stopped(why));
        }
        if self.journal.begun(place, &hash).map_err(broken)? {
            return Err(Uncalled::Lost(format!(
                "{source}: `{name}` was called before the program was stopped, and no result was kept; it may have had its effect, so it is not called again"
            )));
        }
        let entry = Entry::new(place.clone(), hash, "");
        self.keep(Entry { body: request, usable: false, ..entry.clone() }).await?;
        let body = match client.call(name, call.arguments.clone()).await {
            Ok(Ran { result, failed }) => json!({"result": result, "failed": failed}),
            Err(Failed::Lost(why)) => json!({"lost": why}),
            Err(Failed::Gone(why)) => return Err(self.stop_now(why)),
        };
        let body = body.to_string();
        self.keep(Entry { body: body.clone(), ..entry }).await?;
        read(&body)
    }
}

/// What the journal keeps of a call.
fn read(kept: &str) -> Result<Ran, Uncalled> {
    let mut kept: Value = serde_json::from_str(kept).unwrap_or_default();
    if let Some(why) = kept.get("lost").and_then(Value::as_str) {
        return Err(Uncalled::Lost(why.to_owned()));
    }
    let failed = kept.get("failed") == Some(&Value::Bool(true));
    match kept.get_mut("result") {
        Some(result) => Ok(Ran { result: result.take(), failed }),
        None => Err(Uncalled::Lost("what the journal holds of the call is no result".into())),
    }
}

impl Host for Hosts {
    fn call<'a>(&'a self, place: &'a Place, tool: &'a Tool, call: &'a Call) -> Calling<'a> {
        Box::pin(self.run(place, tool, call))
    }
}
