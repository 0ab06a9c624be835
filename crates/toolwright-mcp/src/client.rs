//! [`Client`]: a connection to a server, made again where the server ends.

use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use rmcp::model::{CallToolRequestParams, ContentBlock};
use rmcp::service::{RunningService, ServiceError};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{RoleClient, ServiceExt};
use serde_json::{Map, Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use toolwright_core::{Error, Ran, Result};

use crate::server::{Reach, Server};

/// The last words of a server that are kept, in bytes.
const LAST_WORDS: usize = 2_000;
/// How long a server that ends may take over it, and over its last words.
const GOODBYE: Duration = Duration::from_secs(3);

/// A connection to a server.
#[derive(Debug)]
pub struct Client {
    server: Server,
    name: String,
    live: Mutex<Live>,
}

#[derive(Debug)]
struct Live {
    service: Option<RunningService<RoleClient, ()>>,
    said: LastWords,
    restarts: u32,
}

/// What a program wrote last on its standard error.
#[derive(Clone, Debug)]
struct LastWords {
    text: Arc<Lock<String>>,
    /// Closed once nothing more comes.
    over: watch::Receiver<()>,
}

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It was sent, and nothing usable came back.
    Lost(String),
    /// It was not sent, and none will be: the server cannot be reached.
    Gone(String),
}

/// What a server lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The tools that are allowed, as a document that the importer `mcp` reads: `{"server": …, "tools": […]}`.
    pub allowed: Value,
    /// The names of all tools, allowed or not.
    pub names: Vec<String>,
}

impl Client {
    /// Connects to a server, which is started where it is a program.
    ///
    /// # Errors
    /// It cannot be started or reached, does not speak the protocol, or is too slow; with its last words.
    pub async fn connect(server: Server) -> Result<Self> {
        let (service, said) = open(&server).await?;
        let info = service.peer_info();
        let name = info.and_then(|info| Some(info.server_info.as_ref()?.name.clone())).unwrap_or_default();
        let live = Mutex::new(Live { service: Some(service), said, restarts: 0 });
        Ok(Self { server, name, live })
    }

    /// The server.
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// The server's tools.
    ///
    /// # Errors
    /// The server does not list them.
    pub async fn tools(&self) -> Result<Listed> {
        let at = |why: String| Error::new(why).at(&self.server.source);
        let live = self.live.lock().await;
        let service = live.service.as_ref().ok_or_else(|| at("the server has ended".into()))?;
        let listed = timeout(self.server.timeout(), service.list_all_tools()).await;
        let listed = listed.map_err(|_| at(format!("no list of tools after {} s", self.server.timeout)))?;
        let listed = listed
            .map_err(|error| at(format!("the server lists no tools: {error}{}", live.said.so_far())))?;
        let tools: Vec<Value> = listed
            .iter()
            .filter(|tool| self.server.allows(&tool.name))
            .map(|tool| serde_json::to_value(tool).map_err(|error| at(error.to_string())))
            .collect::<Result<_>>()?;
        let name = if self.name.is_empty() { self.server.source.as_str() } else { self.name.as_str() };
        let names = listed.iter().map(|tool| tool.name.to_string()).collect();
        Ok(Listed { allowed: json!({"server": name, "tools": tools}), names })
    }

    /// Calls a tool by the server's own name.
    ///
    /// # Errors
    /// See [`Failed`]. A tool that reports an error has given a result.
    pub async fn call(&self, name: &str, arguments: Map<String, Value>) -> Result<Ran, Failed> {
        if !self.server.allows(name) {
            return Err(Failed::Gone(format!("{}: the tool `{name}` is not allowed", self.server.source)));
        }
        let (peer, said) = {
            let mut live = self.live.lock().await;
            self.alive(&mut live).await?;
            let service = live.service.as_ref().ok_or_else(|| Failed::Gone("the server has ended".into()))?;
            (service.peer().clone(), live.said.clone())
        };
        let mut params = CallToolRequestParams::new(name.to_owned());
        params.arguments = Some(arguments);
        let lost = |why: String| Failed::Lost(format!("{}: `{name}`: {why}", self.server.source));
        let answered = timeout(self.server.timeout(), peer.call_tool(params)).await;
        let Ok(answered) = answered else {
            return Err(lost(format!("no result after {} s", self.server.timeout)));
        };
        let ran = match answered {
            Ok(result) => {
                let value = match result.structured_content {
                    Some(value) => value,
                    None => contents(&result.content),
                };
                Ran { result: value, failed: result.is_error == Some(true) }
            }
            // The server answers that it does not take the call.
            Err(ServiceError::McpError(error)) => {
                Ran { result: json!({"error": error.message, "code": error.code.0}), failed: true }
            }
            Err(error) => return Err(lost(format!("{error}{}", said.at_the_end().await))),
        };
        let size = ran.result.to_string().len();
        if size > self.server.largest {
            return Err(lost(format!("a result of {size} bytes; at most {} are taken", self.server.largest)));
        }
        Ok(ran)
    }

    /// Starts the server again where it has ended.
    async fn alive(&self, live: &mut Live) -> Result<(), Failed> {
        let ended =
            |service: &RunningService<RoleClient, ()>| service.is_closed() || service.is_transport_closed();
        if live.service.as_ref().is_some_and(|service| !ended(service)) {
            return Ok(());
        }
        let words = live.said.at_the_end().await;
        live.service = None;
        if live.restarts >= self.server.restarts {
            let why = format!("{}: the server ended {} times{words}", self.server.source, live.restarts + 1);
            return Err(Failed::Gone(why));
        }
        live.restarts += 1;
        let (service, said) = open(&self.server).await.map_err(|error| Failed::Gone(error.to_string()))?;
        (live.service, live.said) = (Some(service), said);
        Ok(())
    }

    /// Ends the connection, and the program where there is one.
    pub async fn close(&self) {
        if let Some(service) = self.live.lock().await.service.take() {
            let _ = timeout(GOODBYE, service.cancel()).await;
        }
    }
}

async fn open(server: &Server) -> Result<(RunningService<RoleClient, ()>, LastWords)> {
    let at = |why: String| Error::new(why).at(&server.source);
    let (said, listener) = LastWords::new();
    let opened = match &server.reach {
        Reach::Command(words) => {
            let [program, arguments @ ..] = &words[..] else { return Err(at("no command".into())) };
            let mut command = Command::new(program);
            command.args(arguments).kill_on_drop(true);
            let child = TokioChildProcess::builder(command).stderr(std::process::Stdio::piped()).spawn();
            let (child, stderr) = child.map_err(|error| {
                at(format!(
                    "`{program}` cannot be started: {error}; check the command, and that it is installed"
                ))
            })?;
            if let Some(stderr) = stderr {
                tokio::spawn(listener.listen(stderr));
            }
            timeout(server.timeout(), ().serve(child)).await
        }
        Reach::Url(url) => {
            drop(listener);
            // Whoever came first has installed it.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder().build().map_err(|error| at(error.to_string()))?;
            let config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
            timeout(server.timeout(), ().serve(StreamableHttpClientTransport::with_client(client, config)))
                .await
        }
    };
    match opened {
        Ok(Ok(service)) => Ok((service, said)),
        Ok(Err(error)) => {
            Err(at(format!("the server does not answer as one: {error}{}", said.at_the_end().await)))
        }
        Err(_) => Err(at(format!("no answer after {} s{}", server.timeout, said.so_far()))),
    }
}

/// Whoever hears a program's last words.
struct Listener {
    text: Arc<Lock<String>>,
    over: watch::Sender<()>,
}

impl Listener {
    /// Keeps the end of what a program writes.
    async fn listen(self, mut stderr: ChildStderr) {
        let Self { text, over } = self;
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = stderr.read(&mut bytes).await {
            let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&String::from_utf8_lossy(&bytes[..read]));
            let from = text.len().saturating_sub(LAST_WORDS);
            let from = (from..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.drain(..from);
        }
        drop(over);
    }
}

impl LastWords {
    fn new() -> (Self, Listener) {
        let text = Arc::<Lock<String>>::default();
        let (sender, over) = watch::channel(());
        (Self { text: Arc::clone(&text), over }, Listener { text, over: sender })
    }

    /// What a program that ends said to its end; one that goes on is not waited for long.
    async fn at_the_end(&self) -> String {
        let mut over = self.over.clone();
        let _ = timeout(GOODBYE, over.changed()).await;
        self.so_far()
    }

    fn so_far(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = &lines[lines.len().saturating_sub(3)..];
        if last.is_empty() { String::new() } else { format!("; its last words: {}", last.join(" / ")) }
    }
}

/// What content blocks say: JSON where a text is some, the text where not; of pictures and sounds only what they are.
fn contents(blocks: &[ContentBlock]) -> Value {
    let block = |block: &ContentBlock| match block {
        ContentBlock::Text(text) => text_or_json(&text.text),
        ContentBlock::Image(image) => json!({"image": image.mime_type, "base64_bytes": image.data.len()}),
        ContentBlock::Audio(audio) => json!({"audio": audio.mime_type, "base64_bytes": audio.data.len()}),
        other => serde_json::to_value(other).unwrap_or_default(),
    };
    match blocks {
        [] => Value::Null,
        [one] => block(one),
        several => several.iter().map(block).collect(),
    }
}

/// A text that is a JSON object or list as such.
fn text_or_json(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => text.into(),
    }
}
