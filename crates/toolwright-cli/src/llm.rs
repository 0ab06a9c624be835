//! A model on a server, as the command line describes it: opened, stopped by Ctrl-C, and its costs told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use toolwright_llm::{Asked, Batching, Limits, Llm, Patience, Prices, Server};
use toolwright_run::{Cancel, Journal};

use crate::args;

/// Between two looks at whether somebody pressed Ctrl-C.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The model of these arguments.
pub(crate) fn open(args: &args::Llm, model: &str, journal: Arc<Journal>) -> Result<Arc<Llm>> {
    if !args.is_given() {
        bail!("no server is given; expected --llm URL");
    }
    let (servers, weights) = (args.llm.len(), args.weights.len());
    if weights > 0 && weights != servers {
        bail!(
            "--weight is given {weights} times and --llm {servers} times; give one weight for each server, or none"
        );
    }
    let prices =
        args.price_in.zip(args.price_out).map(|(input, output)| Prices { input, cached: None, output });
    let server = |(n, url): (usize, &String)| Server {
        weight: args.weights.get(n).copied().unwrap_or(1.0),
        key_env: args.key_env.clone(),
        in_flight: args.in_flight(),
        batch: args.batch.then(Batching::default),
        requests_per_minute: args.requests_per_minute,
        tokens_per_minute: args.tokens_per_minute,
        timeout: args.timeout,
        prices,
        ..Server::new(url, model)
    };
    let servers: Vec<Server> = args.llm.iter().enumerate().map(server).collect();
    servers.iter().try_for_each(Server::check)?;
    let limits = Limits { cost: args.max_cost, tokens: args.max_tokens };
    Ok(Arc::new(Llm::new(servers, limits, Patience::default(), journal)?))
}

/// Runs this on a runtime of its own; Ctrl-C calls `stop`, so that what is in flight comes in, and nothing more is asked.
pub(crate) fn run<T>(
    cancel: Cancel,
    stop: impl Fn(&str) + Send + 'static,
    job: impl Future<Output = T>,
) -> Result<T> {
    let done = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&done);
    let watch = std::thread::Builder::new().name("ctrl-c".into()).spawn(move || {
        while !over.load(Ordering::Relaxed) {
            if cancel.is_cancelled() {
                return stop("interrupted");
            }
            std::thread::sleep(LOOK_EVERY);
        }
    });
    watch.context("no thread could be started")?;
    let result = toolwright_llm::run(job);
    done.store(true, Ordering::Relaxed);
    Ok(result?)
}

/// What asking came to, in a line.
pub(crate) fn said(asked: &Asked) -> String {
    let Asked { found, sent, faults, spent, .. } = asked;
    let mut line = format!("{sent} requests sent");
    if *found > 0 {
        line.push_str(&format!(", {found} replies found in the journal"));
    }
    if !faults.is_empty() {
        let faults: Vec<String> = faults.iter().map(|(name, n)| format!("{n} {name}")).collect();
        line.push_str(&format!(", faults: {}", faults.join(", ")));
    }
    line.push_str(&format!("; {} tokens in, {} out", spent.usage.prompt, spent.usage.completion));
    if spent.uncounted > 0 {
        line.push_str(&format!(" ({} replies without a count)", spent.uncounted));
    }
    if spent.unpriced < spent.replies {
        line.push_str(&format!(", cost {:.4}", spent.cost));
    }
    line
}

/// The same for machines.
pub(crate) fn summary(asked: &Asked) -> Value {
    let Asked { found, sent, answered, faults, spent } = asked;
    json!({
        "found": found,
        "sent": sent,
        "answered": answered,
        "faults": faults,
        "replies": spent.replies,
        "uncounted": spent.uncounted,
        "prompt_tokens": spent.usage.prompt,
        "cached_tokens": spent.usage.cached,
        "completion_tokens": spent.usage.completion,
        "cost": (spent.unpriced < spent.replies).then_some(spent.cost),
    })
}
