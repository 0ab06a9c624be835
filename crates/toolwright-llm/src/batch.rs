//! [`Batches`]: requests that go through a provider's batch interface, many in one file, behind the same asks.
//!
//! Asks gather until none has come for a moment; then they are sent as one batch, which is looked after until it is done. An ask never notices: to it a batch is a
//! request that takes long, with the same faults, retries, budget and journal. A dialog takes one batch a step, and all samples take theirs together.
//!
//! A batch that was sent is paid for. So its number stands in `batches.jsonl` of the run's folder with the asks that are in it, and whoever asks for them again, in this
//! session or a later one, waits for that batch. Where the process died between sending and noting it, the batch is found at the provider by the key in its
//! metadata, a hash of what is in it.
//!
//! Source: OpenAI's batch interface (files, batches), which other providers copy.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OnceCell, oneshot};
use tokio::time::sleep;
use toolwright_core::Place;

use crate::fault::{Cure, Fault};
use crate::http::Http;
use crate::server::{Batching, Server};

/// The file that notes what is in which batch.
const NOTES: &str = "batches.jsonl";
/// The most bytes of a batch; providers take 200 MB.
const LARGEST: usize = 150 << 20;
/// How often in a row looking after a batch may fail.
const LOOKS: u32 = 20;
/// Hexadecimal digits of what names an ask, or a batch.
const DIGITS: usize = 40;

type Answer = Result<String, Fault>;

/// The batches of one server.
#[derive(Debug)]
pub(crate) struct Batches {
    http: Arc<Http>,
    server: Server,
    notes: PathBuf,
    desk: OnceCell<UnboundedSender<Ask>>,
}

#[derive(Debug)]
struct Ask {
    id: String,
    body: Bytes,
    told: oneshot::Sender<Answer>,
}

impl Batches {
    /// - `folder`: of the run.
    pub(crate) fn new(http: Arc<Http>, server: Server, folder: &Path) -> Self {
        Self { http, server, notes: folder.join(NOTES), desk: OnceCell::new() }
    }

    /// What the provider answers to a request, after the batch that it is in.
    pub(crate) async fn post(&self, place: &Place, hash: &[u8; 32], body: Bytes) -> Answer {
        let desk = self.desk.get_or_try_init(|| async { self.open() }).await?;
        let Place { stage, sample, attempt, step, draw } = place;
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{stage} {sample} {attempt} {step} {draw} ").as_bytes()).update(hash);
        let id = hasher.finalize().to_hex()[..DIGITS].to_owned();
        let (told, answer) = oneshot::channel();
        let ended = || Fault::Broken("the task that looks after batches has ended".into());
        desk.send(Ask { id, body, told }).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    fn open(&self) -> Result<UnboundedSender<Ask>, Fault> {
        let noted = noted(&self.notes)?;
        let (asks, coming) = unbounded_channel();
        let (done, finished) = unbounded_channel();
        let settings = self.server.batch.unwrap_or_default();
        let desk = Desk {
            http: Arc::clone(&self.http),
            server: self.server.clone(),
            settings,
            notes: self.notes.clone(),
            noted,
            open: HashMap::new(),
            done,
        };
        tokio::spawn(desk.work(coming, finished));
        Ok(asks)
    }
}

fn broken(path: &Path, why: &dyn std::fmt::Display) -> Fault {
    Fault::Barred { status: 0, said: format!("{}: {why}", path.display()) }
}

/// Which batch each ask is in, by the notes of earlier sessions; the later note counts.
fn noted(path: &Path) -> Result<HashMap<String, String>, Fault> {
    let mut noted = HashMap::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(noted),
        Err(error) => return Err(broken(path, &error)),
    };
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| broken(path, &error))?;
        // A last line that was cut off is of a batch that is found by its key.
        let Ok(row) = serde_json::from_str::<Value>(&line) else { continue };
        let Some(batch) = row["batch"].as_str() else { continue };
        let asks = row["asks"].as_array().into_iter().flatten().filter_map(Value::as_str);
        noted.extend(asks.map(|ask| (ask.to_owned(), batch.to_owned())));
    }
    Ok(noted)
}

/// Who gathers asks, sends batches and hands answers out.
struct Desk {
    http: Arc<Http>,
    server: Server,
    settings: Batching,
    notes: PathBuf,
    noted: HashMap<String, String>,
    /// Who waits for what of which batch.
    open: HashMap<String, HashMap<String, Vec<oneshot::Sender<Answer>>>>,
    done: UnboundedSender<Finished>,
}

/// What came of a batch: answers by ask, and what became of those that have none.
struct Finished {
    batch: String,
    answers: HashMap<String, Answer>,
    rest: Fault,
}

impl Desk {
    async fn work(mut self, mut asks: UnboundedReceiver<Ask>, mut finished: UnboundedReceiver<Finished>) {
        let (mut queue, mut bytes) = (Vec::new(), 0);
        loop {
            let quiet = tokio::select! {
                ask = asks.recv() => {
                    let Some(ask) = ask else { return };
                    match self.noted.get(&ask.id).cloned() {
                        Some(batch) => self.attach(batch, ask),
                        None => {
                            bytes += ask.body.len();
                            queue.push(ask);
                        }
                    }
                    false
                }
                Some(finished) = finished.recv() => {
                    self.hand_out(finished);
                    false
                }
                () = sleep(seconds(self.settings.gather)), if !queue.is_empty() => true,
            };
            if quiet || queue.len() >= self.settings.largest || bytes >= LARGEST {
                bytes = 0;
                self.send(std::mem::take(&mut queue)).await;
            }
        }
    }

    /// Sends asks as a batch, or tells them why that cannot be.
    async fn send(&mut self, asks: Vec<Ask>) {
        match self.created(&asks).await {
            Ok(batch) => {
                for ask in asks {
                    self.noted.insert(ask.id.clone(), batch.clone());
                    self.attach(batch.clone(), ask);
                }
            }
            Err(fault) => asks.into_iter().for_each(|ask| drop(ask.told.send(Err(fault.clone())))),
        }
    }

    /// The number of the batch of these asks: one that is there already, or a new one, noted.
    async fn created(&self, asks: &[Ask]) -> Result<String, Fault> {
        let mut ids: Vec<&str> = asks.iter().map(|ask| ask.id.as_str()).collect();
        ids.sort_unstable();
        let key = blake3::hash(ids.join("\n").as_bytes()).to_hex()[..DIGITS].to_owned();
        let batch = match self.lost(&key).await? {
            Some(batch) => batch,
            None => self.sent(asks, &key).await?,
        };
        let note = json!({"batch": batch, "asks": ids});
        let append = || {
            let mut notes = File::options().create(true).append(true).open(&self.notes)?;
            writeln!(notes, "{note}")?;
            notes.sync_data()
        };
        append().map_err(|error| broken(&self.notes, &error))?;
        Ok(batch)
    }

    /// A batch with this key that was sent and not noted.
    async fn lost(&self, key: &str) -> Result<Option<String>, Fault> {
        let listed = match self.http.get("batches?limit=100", &self.server).await {
            Ok(listed) => parsed(&listed)?,
            // Who lists no batches may still take some.
            Err(Fault::Refused { .. } | Fault::Barred { .. }) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let mine = |batch: &&Value| {
            let alive = ["validating", "in_progress", "finalizing", "completed"];
            batch["metadata"]["toolwright"] == key
                && batch["status"].as_str().is_some_and(|status| alive.contains(&status))
        };
        let found = listed["data"].as_array().into_iter().flatten().find(mine);
        Ok(found.and_then(|batch| batch["id"].as_str()).map(str::to_owned))
    }

    async fn sent(&self, asks: &[Ask], key: &str) -> Result<String, Fault> {
        const MARK: &str = "toolwright-requests";
        let head = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"requests.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n"
        );
        let mut form = head.into_bytes();
        for ask in asks {
            form.extend_from_slice(
                format!(
                    "{{\"custom_id\":\"{}\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":",
                    ask.id
                )
                .as_bytes(),
            );
            form.extend_from_slice(&ask.body);
            form.extend_from_slice(b"}\n");
        }
        form.extend_from_slice(format!("\r\n--{MARK}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={MARK}");
        let file = parsed(&self.http.put("files", &kind, form.into(), &self.server).await?)?;
        let file = text(&file, "id")?;
        let order = json!({
            "input_file_id": file,
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {"toolwright": key},
        });
        let order = order.to_string().into_bytes().into();
        let batch = parsed(&self.http.put("batches", "application/json", order, &self.server).await?)?;
        text(&batch, "id")
    }

    /// Lets an ask wait for a batch, which is looked after from now on.
    fn attach(&mut self, batch: String, ask: Ask) {
        if !self.open.contains_key(&batch) {
            let (http, server, done) = (Arc::clone(&self.http), self.server.clone(), self.done.clone());
            let (name, every) = (batch.clone(), seconds(self.settings.poll));
            tokio::spawn(async move {
                let (answers, rest) = looked_after(&http, &server, &name, every).await;
                drop(done.send(Finished { batch: name, answers, rest }));
            });
        }
        self.open.entry(batch).or_default().entry(ask.id).or_default().push(ask.told);
    }

    fn hand_out(&mut self, Finished { batch, mut answers, rest }: Finished) {
        let waiting = self.open.remove(&batch).unwrap_or_default();
        let mut waiting: Vec<_> = waiting.into_iter().collect();
        waiting.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (id, all) in waiting {
            let answer = answers.remove(&id).unwrap_or_else(|| Err(rest.clone()));
            if answer.is_err() {
                // Whoever asks again is in another batch.
                self.noted.remove(&id);
            }
            all.into_iter().for_each(|told| drop(told.send(answer.clone())));
        }
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(60))
}

fn parsed(body: &str) -> Result<Value, Fault> {
    serde_json::from_str(body).map_err(|error| Fault::Garbled { why: error.to_string(), body: String::new() })
}

fn text(value: &Value, key: &str) -> Result<String, Fault> {
    let text = value[key].as_str().map(str::to_owned);
    text.ok_or_else(|| Fault::Garbled { why: format!("it has no text `{key}`"), body: String::new() })
}

/// Waits until a batch is done; gives the answers, and what became of what has none.
async fn looked_after(
    http: &Http,
    server: &Server,
    batch: &str,
    every: Duration,
) -> (HashMap<String, Answer>, Fault) {
    let mut failed = 0;
    loop {
        sleep(every).await;
        let looked = async {
            let state = parsed(&http.get(&format!("batches/{batch}"), server).await?)?;
            finished(http, server, &state).await
        };
        let fault = match looked.await {
            Ok(Some(done)) => return done,
            Ok(None) => {
                failed = 0;
                continue;
            }
            Err(fault) => fault,
        };
        failed += 1;
        if failed >= LOOKS || matches!(fault.cure(), Cure::GiveUp | Cure::Stop) {
            return (HashMap::new(), fault);
        }
    }
}

/// What came of a batch in this state; `None` where it is not done.
async fn finished(
    http: &Http,
    server: &Server,
    state: &Value,
) -> Result<Option<(HashMap<String, Answer>, Fault)>, Fault> {
    let status = state["status"].as_str().unwrap_or_default();
    let rest = match status {
        "completed" | "expired" | "cancelled" => Fault::Failed {
            status: 200,
            said: format!("the batch is {status}, and the request is not in what came of it"),
        },
        "failed" => {
            let said = state["errors"]["data"][0]["message"].as_str().unwrap_or("it does not say why");
            Fault::Barred { status: 200, said: format!("the batch failed: {said}") }
        }
        _ => return Ok(None),
    };
    let mut answers = HashMap::new();
    for key in ["output_file_id", "error_file_id"] {
        let Some(file) = state[key].as_str() else { continue };
        let content = http.get(&format!("files/{file}/content"), server).await?;
        for line in content.lines().filter(|line| !line.trim().is_empty()) {
            let row = parsed(line)?;
            let Some(id) = row["custom_id"].as_str() else { continue };
            answers.insert(id.to_owned(), answer(&row));
        }
    }
    Ok(Some((answers, rest)))
}

/// One row of what came of a batch.
fn answer(row: &Value) -> Answer {
    let body = || row["response"]["body"].to_string();
    match row["response"]["status_code"].as_u64().and_then(|status| u16::try_from(status).ok()) {
        Some(200..=299) => Ok(body()),
        Some(status) => Err(Fault::of_status(status, &reqwest::header::HeaderMap::new(), &body())),
        None => Err(Fault::of_error(&row["error"], &row["error"].to_string())),
    }
}
