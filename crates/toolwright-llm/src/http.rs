//! [`Http`]: one request, its reply whole, and every way it can fail as a [`Fault`].

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Url, redirect};
use tokio::time::timeout;
use toolwright_core::{Error, Result};

use crate::fault::Fault;
use crate::server::Server;

/// The longest reply that is read.
const LONGEST_REPLY: usize = 64 << 20;
/// The longest file, which holds the replies of a batch.
const LONGEST_FILE: usize = 1 << 30;
/// Until a connection must stand.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(10);
/// What is shown in the place of a key.
const HIDDEN: &str = "[key]";

/// What is asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// A chat's next turn.
    Chat,
    /// A text's end, or how likely it is.
    Completions,
}

/// The way to one server.
pub(crate) struct Http {
    client: Client,
    url: Url,
    /// Where texts are completed, and scored.
    completions: Url,
    headers: HeaderMap,
    key: Option<String>,
}

impl Http {
    /// # Errors
    /// The server's settings are wrong, the key's variable is not set, or TLS cannot be set up.
    pub(crate) fn new(server: &Server) -> Result<Self> {
        let url = server.endpoint()?;
        let mut completions = url.clone();
        completions.set_path(&url.path().replace("/chat/completions", "/completions"));
        let key = server.key_env.as_deref().map(key).transpose()?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let (Some(key), Some(name)) = (&key, &server.key_env) {
            let mut value = HeaderValue::try_from(format!("Bearer {key}"))
                .map_err(|_| Error::new(format!("the key in {name} holds characters that no key has")))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // A second provider in one process is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("toolwright/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(server.in_flight)
            .http1_only()
            .build()
            .map_err(|error| Error::new(format!("no HTTP client could be set up: {}", root(&error))))?;
        Ok(Self { client, url, completions, headers, key })
    }

    /// Sends a body and reads the reply to its end.
    pub(crate) async fn post(&self, route: Route, body: Bytes, server: &Server) -> Result<String, Fault> {
        let url = match route {
            Route::Chat => &self.url,
            Route::Completions => &self.completions,
        };
        let request = self.client.post(url.clone()).headers(self.headers.clone()).body(body);
        self.whole(request, server, LONGEST_REPLY).await
    }

    /// What stands at a path beside that of chats.
    pub(crate) async fn get(&self, path: &str, server: &Server) -> Result<String, Fault> {
        let request = self.client.get(self.beside(path)).headers(self.headers.clone());
        self.whole(request, server, LONGEST_FILE).await
    }

    /// Sends a body of another kind to a path beside that of chats.
    pub(crate) async fn put(
        &self,
        path: &str,
        kind: &str,
        body: Bytes,
        server: &Server,
    ) -> Result<String, Fault> {
        let mut headers = self.headers.clone();
        if let Ok(kind) = HeaderValue::try_from(kind) {
            headers.insert(CONTENT_TYPE, kind);
        }
        let request = self.client.post(self.beside(path)).headers(headers).body(body);
        self.whole(request, server, LONGEST_REPLY).await
    }

    fn beside(&self, path: &str) -> String {
        format!("{}/{path}", self.url.as_str().trim_end_matches("/chat/completions"))
    }

    /// The reply to a request, to its end.
    async fn whole(&self, request: RequestBuilder, server: &Server, longest: usize) -> Result<String, Fault> {
        let whole = async {
            let response = request.send().await.map_err(|error| self.fault(&error))?;
            let status = response.status();
            if status.is_success() {
                return self.read(response, server, longest).await;
            }
            let headers = response.headers().clone();
            let text = self.read(response, server, longest).await?;
            Err(Fault::of_status(status.as_u16(), &headers, &self.hide(&text)))
        };
        match timeout(server.timeout(), whole).await {
            Ok(ended) => ended,
            Err(_) => Err(Fault::Slow { seconds: server.timeout, begun: false }),
        }
    }

    async fn read(&self, mut response: Response, server: &Server, longest: usize) -> Result<String, Fault> {
        let mut body = Vec::new();
        loop {
            let chunk = timeout(server.idle(), response.chunk()).await;
            let chunk = chunk.map_err(|_| Fault::Slow { seconds: server.idle, begun: true })?;
            let Some(chunk) = chunk.map_err(|error| self.fault(&error))? else { break };
            if body.len() + chunk.len() > longest {
                let why = format!("it is longer than {} MiB", longest >> 20);
                return Err(Fault::Garbled { why, body: String::new() });
            }
            body.extend_from_slice(&chunk);
        }
        String::from_utf8(body).map_err(|error| Fault::Garbled {
            why: format!("byte {} is no UTF-8", error.utf8_error().valid_up_to()),
            body: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    fn fault(&self, error: &reqwest::Error) -> Fault {
        let why = self.hide(&root(error));
        if error.is_connect() { Fault::Unreachable(why) } else { Fault::Broken(why) }
    }

    /// A text without the key, which some servers repeat.
    fn hide(&self, text: &str) -> String {
        match &self.key {
            Some(key) if text.contains(key) => text.replace(key, HIDDEN),
            _ => text.to_owned(),
        }
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// The key in this variable.
fn key(name: &str) -> Result<String> {
    let key = std::env::var(name).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
    key.ok_or_else(|| {
        Error::new(format!(
            "the environment variable {name} is not set; put the server's key into it, for keys are read from nowhere else"
        ))
    })
}

/// The cause behind all others; what is around it repeats the address.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
