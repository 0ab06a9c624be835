//! A server that speaks HTTP/1.1 over a real socket and does with each request what its script says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is done with a request; its text is what its last message says.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A good reply that says this.
    Say(String),
    /// A good reply with this body.
    Body(String),
    /// These headers and this body, whatever they are, in bytes as they go over the wire.
    Raw { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Nothing for this long, then a good reply with this body.
    Late(Duration, String),
    /// The head and half of this body, then silence.
    Stall(String),
    /// The connection is reset before a byte is sent.
    Reset,
    /// The head promises more than comes before the connection ends.
    Cut(String),
}

/// What a server does with a request of this body, whose text is this, when it comes for the nth time, from 0.
pub(crate) type Script = dyn Fn(&Value, &str, usize) -> Act + Send + Sync;

/// A server, until it is dropped.
pub(crate) struct Scripted {
    pub(crate) url: String,
    shared: Arc<Shared>,
    runtime: Option<tokio::runtime::Runtime>,
}

struct Shared {
    script: Box<Script>,
    /// How often each text was asked, and all bodies of it.
    log: Mutex<BTreeMap<String, Vec<Vec<u8>>>>,
    received: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    /// Connections are closed at once while this is set.
    dead: AtomicBool,
    latency: Duration,
}

impl Scripted {
    pub(crate) fn new(script: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> Self {
        Self::with_latency(Duration::ZERO, script)
    }

    pub(crate) fn with_latency(
        latency: Duration,
        script: impl Fn(&str, usize) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::of_bodies(latency, move |_, text, nth| script(text, nth))
    }

    pub(crate) fn of_bodies(
        latency: Duration,
        script: impl Fn(&Value, &str, usize) -> Act + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            script: Box::new(script),
            log: Mutex::default(),
            received: AtomicUsize::new(0),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            latency,
        });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let of = Arc::clone(&shared);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&of);
                tokio::spawn(async move {
                    // A client that goes away is not a fault of the server's.
                    let _ = serve(stream, &shared).await;
                });
            }
        });
        Self { url, shared, runtime: Some(runtime) }
    }

    /// Requests received so far.
    pub(crate) fn received(&self) -> usize {
        self.shared.received.load(Ordering::SeqCst)
    }

    /// The most requests that were with the server at once.
    pub(crate) fn most(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }

    /// From now on connections are refused as far as a listener can: they are closed at once.
    pub(crate) fn dead(&self, dead: bool) {
        self.shared.dead.store(dead, Ordering::SeqCst);
    }

    /// Every text asked for, with the bodies of its requests.
    pub(crate) fn log(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        self.shared.log.lock().unwrap().clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A good reply that says this.
pub(crate) fn reply(text: &str) -> String {
    json!({
        "id": "x", "object": "chat.completion", "model": "tiny",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    })
    .to_string()
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let Some(body) = request(&mut stream, &mut bytes).await? else { return Ok(()) };
        if shared.dead.load(Ordering::SeqCst) {
            return Ok(());
        }
        shared.received.fetch_add(1, Ordering::SeqCst);
        let now = shared.now.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(now, Ordering::SeqCst);
        let done = act(&mut stream, shared, body).await;
        shared.now.fetch_sub(1, Ordering::SeqCst);
        if !done? {
            return Ok(());
        }
    }
}

/// The body of the next request.
async fn request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<Option<Vec<u8>>> {
    loop {
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            let end = head + 4 + length.unwrap_or(0);
            if bytes.len() >= end {
                let body = bytes[head + 4..end].to_vec();
                bytes.drain(..end);
                return Ok(Some(body));
            }
        }
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// Whether the connection goes on.
async fn act(stream: &mut TcpStream, shared: &Shared, body: Vec<u8>) -> std::io::Result<bool> {
    let value: Value = serde_json::from_slice(&body).unwrap();
    let last = value["messages"].as_array().and_then(|messages| messages.last());
    let text = last.and_then(|last| last["content"].as_str()).unwrap_or_default().to_owned();
    let nth = {
        let mut log = shared.log.lock().unwrap();
        let bodies = log.entry(text.clone()).or_default();
        bodies.push(body);
        bodies.iter().filter(|one| bodies.last() == Some(one)).count() - 1
    };
    tokio::time::sleep(shared.latency).await;
    match (shared.script)(&value, &text, nth) {
        Act::Say(text) => good(stream, &reply(&text)).await.map(|()| true),
        Act::Body(body) => good(stream, &body).await.map(|()| true),
        Act::Late(by, body) => {
            tokio::time::sleep(by).await;
            good(stream, &body).await.map(|()| true)
        }
        Act::Raw { status, headers, body } => {
            send(stream, status, &headers, body.len(), &body).await?;
            Ok(true)
        }
        Act::Stall(body) => {
            send(stream, 200, &[], body.len(), &body.as_bytes()[..body.len() / 2]).await?;
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok(false)
        }
        Act::Reset => {
            #[expect(deprecated, reason = "a reset is what this is about, and nothing waits")]
            stream.set_linger(Some(Duration::ZERO))?;
            Ok(false)
        }
        Act::Cut(body) => {
            send(stream, 200, &[], body.len(), &body.as_bytes()[..body.len() / 2]).await?;
            Ok(false)
        }
    }
}

async fn good(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let headers = [("content-type".into(), "application/json".into())];
    send(stream, 200, &headers, body.len(), body.as_bytes()).await
}

async fn send(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(String, String)],
    length: usize,
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    stream.write_all(&bytes).await?;
    stream.flush().await
}
