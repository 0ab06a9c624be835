//! Prints dialogs as people read them, from the built-in pool or from a document of yours:
//!
//!     cargo run --release --example read                                  # ten dialogs
//!     cargo run --release --example read -- --tools api.yaml --kind clarify --first 40 --count 100
//!
//! `--quiet` prints only how many indices were accepted, how fast, and why tries failed.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use toolwright_core::{Dialog, Role};
use toolwright_synth::pool::{Pool, builtin, import};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};

#[derive(Default)]
struct Options {
    tools: Option<PathBuf>,
    kind: Option<String>,
    first: u64,
    count: Option<u64>,
    quiet: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let builtin = Arc::new(Pool::new(builtin::tools(builtin::SIZE)).0);
    let pool = match &options.tools {
        Some(path) => Arc::new(Pool::new(import::import_path(path)?.tools).0),
        None => Arc::clone(&builtin),
    };
    let synth = Synth::new(pool, builtin, DialogConfig::default(), &VerifyConfig::default(), 7)?;
    let mut out = std::io::stdout().lock();
    let (mut tried, mut accepted, mut reasons) = (0, 0, BTreeMap::<String, u64>::new());
    let start = std::time::Instant::now();
    for index in options.first..options.first + options.count.unwrap_or(10) {
        let kind = synth.kind(index).name();
        if options.kind.as_ref().is_some_and(|wanted| wanted != kind) {
            continue;
        }
        tried += 1;
        let made = synth.make(index);
        for finding in made
            .rejected
            .iter()
            .flat_map(|dialog| &dialog.meta.verdicts)
            .flat_map(|verdict| &verdict.findings)
        {
            *reasons.entry(format!("{}: {}", finding.rule, finding.why)).or_default() += 1;
        }
        if let Some(dialog) = made.accepted {
            accepted += 1;
            if !options.quiet {
                writeln!(out, "=== {index} {kind}")?;
                print(&mut out, &dialog)?;
            }
        }
    }
    writeln!(out, "--- {accepted} of {tried} indices accepted in {:.2?}", start.elapsed())?;
    for (reason, count) in reasons.iter().take(20) {
        writeln!(out, "{count} x {reason}")?;
    }
    Ok(())
}

fn print(out: &mut impl Write, dialog: &Dialog) -> std::io::Result<()> {
    let names: Vec<&str> = dialog.tools.iter().map(|tool| tool.name.as_str()).collect();
    writeln!(out, "tools: {}", names.join(", "))?;
    for message in &dialog.messages {
        if message.role != Role::Assistant || !message.said().is_empty() {
            writeln!(out, "{}: {}", message.role.name(), message.said())?;
        }
        for call in &message.calls {
            writeln!(out, "  -> {}({})", call.name, serde_json::to_string(&call.arguments)?)?;
        }
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--tools" => options.tools = Some(value()?.into()),
            "--kind" => options.kind = Some(value()?),
            "--first" => options.first = value()?.parse()?,
            "--count" => options.count = Some(value()?.parse()?),
            "--quiet" => options.quiet = true,
            other => return Err(format!("{other} is unknown; see the head of examples/read.rs").into()),
        }
    }
    Ok(options)
}
