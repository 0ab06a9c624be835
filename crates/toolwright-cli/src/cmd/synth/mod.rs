//! `toolwright synth`: from tools to a run folder of verified dialogs.

mod live;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use toolwright_core::{Dialog, Kind, Role};
use toolwright_run::{Ended, Fate, Finished, Identity, Journal, Opened, Progress, Run, Work};
use toolwright_synth::Splits;
use toolwright_synth::pool::{Pool, give_values};

use crate::Exit;
use crate::args;
use crate::evolved;
use crate::finalise::{self, Across, Finaliser};
use crate::llm;
use crate::recipe::{BUILTIN, BY_MODEL, OFFLINE, PoolConfig, Recipe};
use crate::sources;
use crate::talk::{self, say};

/// Tools of the pool that gives requests for what a person's own tools cannot do.
const BESIDE: usize = 396;

pub(crate) fn run(args: &args::Synth) -> Result<Exit> {
    let name = args.recipe.as_deref().unwrap_or(if args.llm.is_given() { BY_MODEL } else { OFFLINE });
    let loaded = Recipe::load(name)?;
    let mut recipe = loaded.recipe;
    recipe.seed = args.seed.unwrap_or(recipe.seed);
    recipe.n = args.n.unwrap_or(recipe.n);
    if !args.tools.is_empty() {
        recipe.tools.clone_from(&args.tools);
    }
    let model = live::chosen(name, &mut recipe, args)?;
    let servers = live::servers(name, &recipe)?;
    // From the start: also a stop while a long run is read back ends with the code that says so.
    let cancel = super::cancel_on_interrupt();
    // Beside a person's own tools, the pool only gives requests for what those cannot do.
    let beside = PoolConfig { apis: BESIDE, ..recipe.pool };
    let evolved = evolved::pool(if recipe.tools.is_empty() { recipe.pool } else { beside }, args.threads)?;
    let builtin = Arc::new(Pool::on_threads(args.threads, evolved).0);
    let pool = pool(&recipe, &builtin, args)?;
    let tools = tools_file(&pool)?;
    let (dialog, verify, split) = (&recipe.dialog, &recipe.verify, &recipe.split);
    let synth = Arc::new(Splits::new(Arc::clone(&pool), builtin, dialog, verify, split, recipe.seed)?);
    unserved(&synth, loaded.explicit_kinds, name, args.quiet)?;
    let across = Arc::new(Across::of(&mut recipe.finalise, args.threads)?);
    let resolved = recipe.resolved()?;
    let out = args.out.clone().unwrap_or_else(|| default_folder(&recipe, name, &resolved, &tools, args));
    let identity = Identity { recipe: resolved, tools, shard: args.shard, n: recipe.n };
    let start = Instant::now();
    let mut asked = None;
    let (finished, made) = match Run::open(&out, &identity)? {
        Opened::Finished(finished) => (finished, 0),
        Opened::Unfinished(run) => {
            let mut writer = run.writer(Finaliser::new(Arc::clone(&across)))?;
            let left = writer.left();
            if left.start > identity.range().start && !args.quiet {
                say(&format!("{}: goes on at index {} of {}", out.display(), left.start, recipe.n));
            }
            if model.is_some() || !servers.is_empty() {
                let journal = Arc::new(Journal::open(&out)?);
                let open = |model: live::Chosen| {
                    let llm = llm::open(&args.llm, &model.name, Arc::clone(&journal))?;
                    Ok::<_, anyhow::Error>((model, llm))
                };
                let model = model.map(open).transpose()?;
                let llm = model.as_ref().map(|(_, llm)| Arc::clone(llm));
                let job = live::Job { model, servers, journal: Arc::clone(&journal), synth, across };
                let ended = job.generate(&mut writer, args.quiet, cancel)?;
                asked = llm.map(|llm| llm.asked());
                match ended {
                    Ok(finished) => (finished, left.end - left.start),
                    Err(why) => {
                        say(&format!("{}: {why}", out.display()));
                        return Ok(Exit::Stopped);
                    }
                }
            } else {
                let work = Work { threads: args.threads, progress: Progress::stderr(args.quiet), cancel };
                match writer.generate(&work, |index| finalise::sample(index, &synth.make(index), &across)) {
                    Ended::Done(finished) => (finished, left.end - left.start),
                    Ended::Stopped(stopped) => {
                        say(&format!("{}: {stopped}", out.display()));
                        return Ok(Exit::Stopped);
                    }
                }
            }
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    if args.json {
        let mut summary = summary(&out, &finished, made, seconds);
        if let (Some(asked), Value::Object(summary)) = (&asked, &mut summary) {
            summary.insert("asked".into(), llm::summary(asked));
        }
        talk::json(&summary)?;
    }
    if !args.quiet {
        tell(&out, &finished, made, seconds, args)?;
        if let Some(asked) = &asked {
            say(&llm::said(asked));
        }
    }
    Ok(Exit::Done)
}

/// The run's tools: imported, or the built-in pool.
fn pool(recipe: &Recipe, builtin: &Arc<Pool>, args: &args::Synth) -> Result<Arc<Pool>> {
    if recipe.tools.is_empty() {
        return Ok(Arc::clone(builtin));
    }
    let mut imported = sources::import(&recipe.tools, &recipe.mcp)?;
    give_values(&mut imported.tools, &recipe.values)?;
    let (count, skipped) = (imported.tools.len(), imported.skipped.len());
    let (pool, unusable) = Pool::on_threads(args.threads, imported.tools);
    if !args.quiet {
        say(&format!("{} tools from {}", pool.len(), recipe.tools.join(", ")));
        if skipped > 0 {
            say(&format!("{skipped} operations skipped; `toolwright tools import` says why"));
        }
        for one in unusable.iter().take(5) {
            say(&format!("left out: {}", one.reason));
        }
        if unusable.len() > 5 {
            say(&format!("left out: {} more", unusable.len() - 5));
        }
    }
    if count == 0 {
        bail!(
            "{}: no tool was found; expected operations or function definitions, and `toolwright tools import` lists what was skipped",
            recipe.tools.join(", ")
        );
    }
    if pool.is_empty() {
        bail!(
            "{}: none of {count} tools can be used; `toolwright tools import` lists what was found and why it was skipped",
            recipe.tools.join(", ")
        );
    }
    Ok(Arc::new(pool))
}

fn tools_file(pool: &Pool) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for tool in pool.tools() {
        serde_json::to_writer(&mut out, tool.as_ref()).context("a tool cannot be written")?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Kinds that the tools cannot serve: a person's own choice is refused, a built-in recipe's is said.
fn unserved(synth: &Splits, explicit: bool, recipe: &str, quiet: bool) -> Result<()> {
    let names: Vec<&str> = synth.unserved().iter().map(|kind| kind.name()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join(", ");
    if explicit {
        bail!(
            "{recipe}: the tools cannot serve the kinds {names}; set them to 0 under [dialog.kinds], or add tools"
        );
    }
    if !quiet {
        say(&format!("these tools cannot serve the kinds {names}; their share goes to the others"));
    }
    Ok(())
}

/// `runs/<recipe>-seed<seed>`, with a hash where tools or settings are a person's own.
fn default_folder(
    recipe: &Recipe,
    asked_for: &str,
    resolved: &str,
    tools: &[u8],
    args: &args::Synth,
) -> PathBuf {
    let mut name = format!("{}-seed{}", recipe.name.replace(['/', '\\'], "-"), recipe.seed);
    let builtin = BUILTIN.iter().any(|(builtin, _)| *builtin == asked_for);
    if !builtin || !recipe.tools.is_empty() || recipe.model.name.is_some() {
        let settings: String = resolved.lines().filter(|line| !line.starts_with("n = ")).collect();
        let hash =
            toolwright_core::seed::Seed::new(0).child(&settings).child(&String::from_utf8_lossy(tools));
        let _ = write!(name, "-{:08x}", hash.value() >> 32);
    }
    if let Some(shard) = args.shard {
        let _ = write!(name, "-shard-{}-of-{}", shard.number(), shard.of());
    }
    Path::new("runs").join(name)
}

fn summary(out: &Path, finished: &Finished, made: u64, seconds: f64) -> Value {
    let totals = &finished.totals;
    json!({
        "out": out.display().to_string(),
        "accepted": totals.accepted,
        "rejected": totals.rejected,
        "undecided": totals.undecided,
        "by_kind": finished.report.get("by_kind").cloned().unwrap_or_else(|| json!({})),
        "by_situation": finished.report.get("by_situation").cloned().unwrap_or_else(|| json!({})),
        "seconds": seconds,
        "dialogs_per_second": if seconds > 0.0 { made as f64 / seconds } else { 0.0 },
        "resumed": finished.resumed,
    })
}

fn tell(out: &Path, finished: &Finished, made: u64, seconds: f64, args: &args::Synth) -> Result<()> {
    let totals = &finished.totals;
    let folder = out.display();
    say("");
    if totals.of == 0 {
        say(&format!("{folder}: there are no indices to make; give a larger --n"));
        return Ok(());
    }
    if made == 0 {
        say(&format!("{folder} was finished before; nothing was left to make"));
    }
    let speed =
        if made > 0 { format!(", {:.0} a second", made as f64 / seconds.max(1e-9)) } else { String::new() };
    say(&format!(
        "{} dialogs accepted of {} indices in {seconds:.1} s{speed}; {} rejected tries kept with their findings",
        totals.accepted, totals.done, totals.rejected
    ));
    for key in ["by_kind", "by_situation"] {
        let Some(kinds) = finished.report.get(key).and_then(Value::as_object) else { continue };
        if key == "by_situation" {
            say("of these, with something out of the ordinary:");
        }
        let rows: Vec<Vec<String>> = kinds
            .iter()
            .map(|(kind, count)| {
                let share = count.as_f64().unwrap_or(0.0) / (totals.accepted.max(1)) as f64;
                vec![format!("  {kind}"), count.to_string(), format!("{:.1} %", 100.0 * share)]
            })
            .collect();
        say(&talk::table(&rows));
    }
    if args.shard.is_some() {
        say(&format!("\nThis is one shard; when all are done: toolwright merge {folder} … --out DIR"));
        return Ok(());
    }
    if let Some(dialog) = example(out)? {
        say("\nOne of them:\n");
        say(&shown(&dialog));
    }
    say(&format!(
        "\n{folder}/dialogs.jsonl holds the dataset, report.html shows what is in it, report.json has the numbers. Next:"
    ));
    let program = std::env::args().next().unwrap_or_else(|| "toolwright".into());
    say(&format!("  {program} export {folder} --format toolace -o train.jsonl"));
    say(&format!("  {program} verify {folder}"));
    Ok(())
}

/// A dialog worth showing: the first dependent one, or the first at all.
fn example(out: &Path) -> Result<Option<Dialog>> {
    const LOOKED_AT: usize = 200;
    let mut first = None;
    for line in Run::read(out)?.lines(Fate::Accepted)?.take(LOOKED_AT) {
        let (_, line) = line?;
        let dialog: Dialog = serde_json::from_str(&line).context("a line that was just written")?;
        if dialog.meta.kind == Some(Kind::Dependent) {
            return Ok(Some(dialog));
        }
        first.get_or_insert(dialog);
    }
    Ok(first)
}

/// A dialog as a person reads it.
fn shown(dialog: &Dialog) -> String {
    let mut out = String::new();
    let names: Vec<&str> = dialog.tools.iter().map(|tool| tool.name.as_str()).collect();
    let _ = writeln!(out, "  tools      {}", names.join(", "));
    for message in &dialog.messages {
        let role = message.role.name();
        if !message.said().is_empty() {
            let said = if message.role == Role::Tool {
                shortened(message.said(), 300)
            } else {
                message.said().replace('\n', "\n             ")
            };
            let _ = writeln!(out, "  {role:10} {said}");
        }
        for call in &message.calls {
            let arguments = serde_json::to_string(&call.arguments).unwrap_or_default();
            let _ = writeln!(out, "  {role:10} → {}({arguments})", call.name);
        }
    }
    out.trim_end().to_owned()
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
