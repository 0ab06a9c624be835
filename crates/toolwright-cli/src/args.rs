//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use toolwright_run::Shard;
use toolwright_verify::{Judges, Rules};

use crate::recipe::TWINS;

/// Function-calling data: make it, verify it, hand it over.
#[derive(Debug, Parser)]
#[command(
    name = "toolwright",
    version,
    max_term_width = 100,
    after_help = "Start with `toolwright synth`: it needs nothing and takes a second.\n\
Exit codes: 0 done; 1 done, but data was rejected, unreadable or not scored; 2 bad usage or input; 3 stopped, resumable."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make verified dialogs from tools; the same command again resumes.
    Synth(Synth),
    /// Import tools, evolve a pool of them, or count what pools hold.
    Tools(Tools),
    /// Run rules and judges over a dataset in any known format.
    Verify(Verify),
    /// Measure rules and judges themselves: plant faults into dialogs and count what is found.
    Audit(Audit),
    /// Leave out dialogs that nearly repeat an earlier one.
    Dedup(Dedup),
    /// Leave out dialogs that have questions or tools in common with benchmarks.
    Decontaminate(Decontaminate),
    /// Measure how varied and how coherent datasets are, side by side.
    Diversity(Diversity),
    /// Score function calls: on the Berkeley leaderboard, or on a dataset of your own.
    Eval(Eval),
    /// Write a dataset in another format.
    Export(Export),
    /// Join the shards of a run into the run they are parts of.
    Merge(Merge),
    /// List the built-in recipes, or show one.
    Recipes(Recipes),
    /// List the verification rules.
    Rules(Catalogue),
    /// List the judges.
    Judges(Catalogue),
    /// List the dataset formats, and the notations of tools in prompts.
    Formats(Catalogue),
}

const SYNTH_EXAMPLES: &str = "Examples:
  toolwright synth                                  1,000 dialogs from the built-in tools, into runs/
  toolwright synth --n 50000 --out runs/big         more of them; the same command resumes after a stop
  toolwright synth --tools api.yaml --tools fns.json   from your own OpenAPI document and functions
  toolwright synth --recipe my.toml --seed 8        from a recipe of yours
  toolwright synth --n 80000 --shard 3/8 --out s3   one of eight parts; `toolwright merge` joins them
  toolwright synth --llm http://localhost:8000/v1 --model qwen3-8b   a model plays user, assistant and tools, and judges";

#[derive(Debug, ClapArgs)]
#[command(after_help = SYNTH_EXAMPLES)]
pub(crate) struct Synth {
    /// A recipe file, or the name of a built-in recipe [default: toolace-offline, or toolace with --llm]
    #[arg(long, value_name = "FILE")]
    pub(crate) recipe: Option<String>,
    /// Where tools come from: an OpenAPI document, a list of functions, an MCP dump, a Python file, a tools.jsonl, a folder or archive of these, or a live MCP server as mcp:"COMMAND ARGS" or by its address. May be repeated.
    #[arg(long, value_name = "SRC")]
    pub(crate) tools: Vec<String>,
    /// How many sample indices; each gives one accepted dialog, or none.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) n: Option<u64>,
    /// The run's seed.
    #[arg(long, value_name = "SEED", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) seed: Option<u64>,
    /// The run folder; by default a name under runs/ that follows from recipe, seed and tools.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Make only part I of K.
    #[arg(long, value_name = "I/K")]
    pub(crate) shard: Option<Shard>,
    /// The model that agents and judges ask, as the server knows it; by default the recipe's.
    #[arg(long, value_name = "NAME", requires = "llm")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) llm: Llm,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Tools {
    #[command(subcommand)]
    pub(crate) command: ToolsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ToolsCommand {
    /// Read tools from documents and write them as JSONL.
    Import(Import),
    /// Grow a pool of any size out of the context tree.
    Evolve(Box<Evolve>),
    /// Count what pools of tools hold, side by side.
    Stats(Stats),
}

const IMPORT_EXAMPLES: &str = "Examples:
  toolwright tools import api.yaml -o tools.jsonl
  toolwright tools import specs/ functions.json -o tools.jsonl
  toolwright tools import my_functions.py mcp.jsonl.zst apis.zip -o tools.jsonl
  toolwright tools import 'mcp:uvx mcp-server-time' http://localhost:3000/mcp -o tools.jsonl
  toolwright synth --tools tools.jsonl";

#[derive(Debug, ClapArgs)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct Import {
    /// OpenAPI documents (2.0, 3.x), lists of functions, MCP dumps, Python files, tools.jsonl files; also packed (.gz, .zst), and folders and archives (.zip, .tar) of these; or live MCP servers: mcp:"COMMAND ARGS", or an address.
    #[arg(required = true, value_name = "SRC")]
    pub(crate) sources: Vec<String>,
    /// Where the tools go; stdout where absent.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print one JSON object with the counts and what was skipped; needs -o.
    #[arg(long, requires = "output")]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const EVOLVE_EXAMPLES: &str = "Examples:
  toolwright tools evolve -o pool.jsonl                       as many tools as ToolACE's pool has
  toolwright tools evolve --n 500 --seed 3 -o small.jsonl
  toolwright tools evolve --documents specs/ --n 2000 -o pool.jsonl    grown with what your OpenAPI documents are about
  toolwright tools evolve --n 500 --documents manuals/ --llm http://localhost:8000/v1 --model qwen3-32b -o pool.jsonl
                                                              a model names what the documents are about, and defines the tools
  toolwright synth --tools pool.jsonl";

#[derive(Debug, ClapArgs)]
#[command(after_help = EVOLVE_EXAMPLES)]
pub(crate) struct Evolve {
    /// How many tools; ToolACE's pool holds 26,507.
    #[arg(long, value_name = "N", default_value_t = 26_507)]
    pub(crate) n: usize,
    /// The pool's seed.
    #[arg(long, value_name = "SEED", default_value_t = 7, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) seed: u64,
    /// Grow the context tree by what these are about: OpenAPI documents or other tool lists, or folders of them. May be repeated.
    #[arg(long, value_name = "SRC")]
    pub(crate) documents: Vec<PathBuf>,
    /// The model that writes the definitions and reads the documents, of whatever kind these are, as the server knows it.
    #[arg(long, value_name = "NAME", requires = "llm")]
    pub(crate) model: Option<String>,
    /// Where replies of the model are kept, so that none is paid for twice.
    #[arg(long, value_name = "DIR", default_value = "runs/evolved", requires = "llm")]
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) llm: Llm,
    /// Leave the authored tree out, so that only the documents count.
    #[arg(long, requires = "documents")]
    pub(crate) only_documents: bool,
    /// Where the tools go; stdout where absent.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object with the counts; needs -o.
    #[arg(long, requires = "output")]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const STATS_EXAMPLES: &str = "Examples:
  toolwright tools stats tools.jsonl
  toolwright tools stats                                   the built-in pool
  toolwright tools stats pool.jsonl other/ bench.json      side by side
  toolwright tools stats pool.jsonl --plots pool.html";

#[derive(Debug, ClapArgs)]
#[command(after_help = STATS_EXAMPLES)]
pub(crate) struct Stats {
    /// Tools files or folders, in any form that `tools import` reads; the built-in pool where absent.
    #[arg(value_name = "FILE")]
    pub(crate) sources: Vec<PathBuf>,
    /// Draw the distributions into a page of its own.
    #[arg(long, value_name = "FILE")]
    pub(crate) plots: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which checks are made.
#[derive(Debug, ClapArgs)]
pub(crate) struct Layers {
    /// Only these rules; `none` for none; `toolwright rules` lists them.
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub(crate) rules: Vec<String>,
    /// Only these judges; `none` for none; `toolwright judges` lists them. Those that ask a model need --llm.
    #[arg(long, value_name = "JUDGE,…", value_delimiter = ',')]
    pub(crate) judges: Vec<String>,
}

impl Layers {
    /// The rules and the judges that are code, as they are meant: all of them where none is named.
    ///
    /// # Errors
    /// Where a name is unknown.
    pub(crate) fn chosen(&self) -> toolwright_core::Result<(Rules, Judges)> {
        let rules = match &names(&self.rules)[..] {
            [] => Rules::all(),
            ["none"] => Rules::named(&[])?,
            some => Rules::named(some)?,
        };
        let of_code: Vec<&str> = names(&self.judges).into_iter().filter(|name| !asks_model(name)).collect();
        let judges = match &of_code[..] {
            [] if self.judges.is_empty() => Judges::all(),
            [] | ["none"] => Judges::default(),
            some => Judges::named(some)?,
        };
        Ok((rules, judges))
    }

    /// The judges that ask a model, where some are named; `None` stands for all of them.
    pub(crate) fn by_model(&self) -> Option<Vec<String>> {
        let named = self.judges.iter().filter(|name| asks_model(name)).cloned().collect();
        (!self.judges.is_empty()).then_some(named)
    }
}

/// Whether a judge of this name asks a model.
fn asks_model(name: &str) -> bool {
    name.starts_with("model-")
}

/// The model that judges ask.
#[derive(Debug, ClapArgs)]
pub(crate) struct ByModel {
    /// The model that judges ask beside those that are code, as the server knows it.
    #[arg(long, value_name = "NAME", requires = "llm")]
    pub(crate) model: Option<String>,
    /// How many votes each judge that asks a model has.
    #[arg(long, value_name = "N", default_value_t = 3, requires = "llm")]
    pub(crate) votes: u32,
    /// Where replies of the model are kept, so that none is paid for twice.
    #[arg(long, value_name = "DIR", default_value = "runs/judged", requires = "llm")]
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) llm: Llm,
}

fn names(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

const VERIFY_EXAMPLES: &str = "Examples:
  toolwright verify runs/x                          a run's dialogs
  toolwright verify data.jsonl > verdicts.jsonl     one verdict a row, a summary per rule on stderr
  toolwright verify data.jsonl --judges none --json -o verdicts.jsonl    the rules alone
  toolwright verify data.jsonl --llm http://localhost:8000/v1 --model qwen3-8b > verdicts.jsonl    judges that ask a model, too";

#[derive(Debug, ClapArgs)]
#[command(after_help = VERIFY_EXAMPLES)]
pub(crate) struct Verify {
    /// A dataset (JSON Lines, or one JSON list), or a run folder.
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) layers: Layers,
    #[command(flatten)]
    pub(crate) by_model: ByModel,
    /// Rules and judges whose findings are noted and reject nothing.
    #[arg(long = "note", value_name = "RULE,…", value_delimiter = ',')]
    pub(crate) notes: Vec<String>,
    /// The dataset's format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Where the verdicts go; stdout where absent.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object with the counts instead of the verdicts.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const AUDIT_EXAMPLES: &str = "Examples:
  toolwright audit                       over 2,000 dialogs of the built-in recipe
  toolwright audit data.jsonl --n 500    over the first 500 of yours, which should be right
  toolwright audit --rules grounding --judges none     what one rule finds
  toolwright audit --missed contradicting-answer       dialogs with that fault that pass
  toolwright audit answers.jsonl --verdicts bfcl       beside the verdicts that the data bring along
  toolwright audit --n 200 --llm http://localhost:8000/v1 --model qwen3-8b    what judges that ask this model find";

#[derive(Debug, ClapArgs)]
#[command(after_help = AUDIT_EXAMPLES)]
pub(crate) struct Audit {
    /// A dataset (JSON Lines, or one JSON list) or a run folder of dialogs that are right; by default dialogs of the built-in recipe.
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<PathBuf>,
    /// How many dialogs faults are planted into: the first rows of DATA, or so many indices of the recipe [default: 2000; all with --verdicts]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) n: Option<u64>,
    /// Plant nothing: hold rules and judges against the verdicts of BY that DATA brings along.
    #[arg(long, value_name = "BY", requires = "data", conflicts_with = "missed")]
    pub(crate) verdicts: Option<String>,
    #[command(flatten)]
    pub(crate) layers: Layers,
    #[command(flatten)]
    pub(crate) by_model: ByModel,
    /// Write the dialogs with this fault in which it was not found, instead of the table.
    #[arg(long, value_name = "FAULT")]
    pub(crate) missed: Option<String>,
    /// The seed of where faults are planted, and of the built-in dialogs.
    #[arg(long, value_name = "SEED", default_value_t = 7, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) seed: u64,
    /// The dataset's format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const DEDUP_EXAMPLES: &str = "Examples:
  toolwright dedup data.jsonl -o fresh.jsonl
  toolwright dedup data.jsonl -o fresh.jsonl --removed twins.jsonl    what went, and which row it is like
  toolwright dedup data.jsonl -o fresh.jsonl --similarity 0.9         only what is almost the same";

#[derive(Debug, ClapArgs)]
#[command(after_help = DEDUP_EXAMPLES)]
pub(crate) struct Dedup {
    /// A dataset (JSON Lines, or one JSON list), or a run folder.
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    /// Where the rows that stay go, in the format `toolwright`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Where a line for each removed row goes, with the row it is like.
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<PathBuf>,
    /// The share of runs of three words from which on two dialogs are the same, from 0.6 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = share_of_twins)]
    pub(crate) similarity: f64,
    /// The dataset's format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object with the counts.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Below 0.6 the sketches find too few.
fn share_of_twins(text: &str) -> Result<f64, String> {
    let (least, most) = (TWINS.start(), TWINS.end());
    let share = text.parse().ok().filter(|share| TWINS.contains(share));
    share.ok_or_else(|| format!("expected a number from {least} to {most}"))
}

const DECONTAMINATE_EXAMPLES: &str = "Examples:
  toolwright decontaminate data.jsonl --against bfcl_eval/data -o clean.jsonl
  toolwright decontaminate runs/x --against bench.jsonl --against other/ -o clean.jsonl --removed found.jsonl";

#[derive(Debug, ClapArgs)]
#[command(after_help = DECONTAMINATE_EXAMPLES)]
pub(crate) struct Decontaminate {
    /// A dataset (JSON Lines, or one JSON list), or a run folder.
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    /// A benchmark to keep clear of: a dataset in any known format, or a folder of them. Can be given several times.
    #[arg(long, value_name = "BENCH", required = true)]
    pub(crate) against: Vec<PathBuf>,
    /// Where the rows that stay go, in the format `toolwright`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Where a line for each removed row goes, with what it has in common with which item.
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<PathBuf>,
    /// The dataset's format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object with the counts.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const DIVERSITY_EXAMPLES: &str = "Examples:
  toolwright diversity runs/x
  toolwright diversity runs/x other.jsonl --n 60        samples of 60 dialogs, side by side
  toolwright diversity a.jsonl b.jsonl --words 5000     words counted over the first 5,000 of each";

#[derive(Debug, ClapArgs)]
#[command(after_help = DIVERSITY_EXAMPLES)]
pub(crate) struct Diversity {
    /// Datasets (JSON Lines, or one JSON list) or run folders; a column each.
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<PathBuf>,
    /// How many dialogs of each are measured: those with the smallest hashes.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) n: u64,
    /// Over how many words entropy, distinct trigrams and distinct words are taken; by default as many as the smallest sample has.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) words: Option<u64>,
    /// The seed of the hashes; another seed draws other samples.
    #[arg(long, value_name = "SEED", default_value_t = 7, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) seed: u64,
    /// The datasets' format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Where a model is asked, and what that may cost.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Model")]
pub(crate) struct Llm {
    /// The address of a server that speaks OpenAI's chat completions, such as http://localhost:8000/v1. May be repeated for several servers of the same model.
    #[arg(long, value_name = "URL")]
    pub(crate) llm: Vec<String>,
    /// How much of the work a server gets beside the others: one weight for each --llm, in the same order; by default all the same.
    #[arg(long = "weight", value_name = "W", requires = "llm")]
    pub(crate) weights: Vec<f64>,
    /// The environment variable that holds the server's key, where it wants one.
    #[arg(long, value_name = "NAME", requires = "llm")]
    pub(crate) key_env: Option<String>,
    /// The most requests at the same time, of each server [default: 64, or 20000 with --batch]
    #[arg(long, value_name = "N", requires = "llm")]
    pub(crate) in_flight: Option<usize>,
    /// Ask through the provider's batch interface: many requests in one file, cheaper with some providers, and up to a day for each step of a dialog.
    #[arg(long, requires = "llm")]
    pub(crate) batch: bool,
    /// The most requests a minute, of each server.
    #[arg(long, value_name = "N", requires = "llm")]
    pub(crate) requests_per_minute: Option<u32>,
    /// The most tokens a minute, of each server.
    #[arg(long, value_name = "N", requires = "llm")]
    pub(crate) tokens_per_minute: Option<u64>,
    /// Seconds until a reply must be there.
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, requires = "llm")]
    pub(crate) timeout: f64,
    /// What a million tokens of prompts cost.
    #[arg(long, value_name = "PRICE", requires_all = ["llm", "price_out"])]
    pub(crate) price_in: Option<f64>,
    /// What a million tokens of replies cost.
    #[arg(long, value_name = "PRICE", requires_all = ["llm", "price_in"])]
    pub(crate) price_out: Option<f64>,
    /// Stop before more than this is spent, over all sessions of the run; needs prices.
    #[arg(long, value_name = "COST", requires_all = ["llm", "price_in"])]
    pub(crate) max_cost: Option<f64>,
    /// Stop before more tokens than this are used, over all sessions of the run.
    #[arg(long, value_name = "N", requires = "llm")]
    pub(crate) max_tokens: Option<u64>,
}

impl Llm {
    /// Whether a model is asked.
    pub(crate) const fn is_given(&self) -> bool {
        !self.llm.is_empty()
    }

    /// The most requests at the same time, of each server.
    pub(crate) fn in_flight(&self) -> usize {
        const ALONE: usize = 64;
        const BATCHED: usize = 20_000;
        self.in_flight.unwrap_or(if self.batch { BATCHED } else { ALONE })
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Eval {
    #[command(subcommand)]
    pub(crate) command: EvalCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Score results of the Berkeley Function-Calling Leaderboard, with the official verdicts.
    Bfcl(Box<EvalBfcl>),
    /// Score answers to the turns of a dataset: calls as sets, values by what they are.
    Dataset(EvalDataset),
    /// Score predicted calls of API-Bank, levels 1 and 2.
    ApiBank(EvalApiBank),
}

const BFCL_EXAMPLES: &str = "Examples:
  toolwright eval bfcl --data bfcl_eval/data --results result             every model, every category that is there
  toolwright eval bfcl --data … --results … --score-dir score             the official score files, too
  toolwright eval bfcl --data … --results … --diff score                  beside published verdicts
  toolwright eval bfcl --data … --results … --dialogs answers.jsonl       every answer as a dialog with its verdict
  toolwright eval bfcl --data … --results … --explain simple_python_13    one test in words
  toolwright eval bfcl --data … --llm http://localhost:8000/v1 --model qwen3-8b           ask a model, then score it;
                                                                          the same command again goes on after a stop";

#[derive(Debug, ClapArgs)]
#[command(after_help = BFCL_EXAMPLES)]
pub(crate) struct EvalBfcl {
    /// The benchmark's questions: the folder `data` of the package bfcl-eval, or that of an earlier version.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The models' answers: a folder with …_result.json files in it or below. With --llm the answers go there, by default runs/bfcl.
    #[arg(long, value_name = "DIR", required_unless_present = "llm")]
    pub(crate) results: Option<PathBuf>,
    /// Only these models. May be repeated. With --llm, the model to ask.
    #[arg(long = "model", value_name = "NAME")]
    pub(crate) models: Vec<String>,
    #[command(flatten)]
    pub(crate) llm: Llm,
    /// How the model is told of the functions: functions, as tools of the server, or prompt, as text, with calls as text.
    #[arg(long, value_name = "MODE", default_value = "functions", requires = "llm")]
    pub(crate) mode: String,
    /// 0 for the likeliest answer.
    #[arg(long, value_name = "T", default_value_t = 0.0, requires = "llm")]
    pub(crate) temperature: f64,
    /// Only these categories. May be repeated.
    #[arg(long = "category", value_name = "NAME")]
    pub(crate) categories: Vec<String>,
    /// The package's module long_context.py, for multi_turn_long_context, where it is not beside the questions or in the package.
    #[arg(long, value_name = "FILE")]
    pub(crate) long_context: Option<PathBuf>,
    /// How results hold calls: auto, json, hermes, tool-calls or text; auto looks at them.
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) result_format: String,
    /// The rules of the text format: current, or 2024-12 for those of December 2024.
    #[arg(long, value_name = "RULES", default_value = "current")]
    pub(crate) decoder: String,
    /// Whether called names keep the dots of declared ones or have underscores for them: auto, dots or underscores.
    #[arg(long, value_name = "NAMES", default_value = "auto")]
    pub(crate) names: String,
    /// Write the official score files below this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) score_dir: Option<PathBuf>,
    /// Compare with the official score files below this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) diff: Option<PathBuf>,
    /// Write every answer as a dialog, with its verdict, into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) dialogs: Option<PathBuf>,
    /// Explain one test instead of scoring: question, accepted calls, each model's answer, and why it is wrong.
    #[arg(long, value_name = "ID", conflicts_with_all = ["diff", "score_dir", "dialogs", "json"])]
    pub(crate) explain: Option<String>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const EVAL_DATASET_EXAMPLES: &str = "Examples:
  toolwright eval dataset test.jsonl --prompts prompts.jsonl            what to ask the model: id, messages, tools
  toolwright eval dataset test.jsonl --results answers.jsonl            score {\"id\": …, \"result\": …} rows
  toolwright eval dataset runs/x --results answers.jsonl -o verdicts.jsonl --json";

#[derive(Debug, ClapArgs)]
#[command(after_help = EVAL_DATASET_EXAMPLES, group(clap::ArgGroup::new("what").required(true).args(["results", "prompts"])))]
pub(crate) struct EvalDataset {
    /// A dataset (JSON Lines, or one JSON list), or a run folder. Each turn of the assistant is a test.
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    /// The answers: JSON Lines with `id`, a test's, and `result`: text, a list of calls, or an assistant message.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Write the tests instead: JSON Lines with `id`, `messages` and `tools`, to be answered.
    #[arg(long, value_name = "FILE")]
    pub(crate) prompts: Option<PathBuf>,
    /// The dataset's format, where it is not to be guessed; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Where a verdict for each test goes.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Threads; 0 takes one per core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const EVAL_API_BANK_EXAMPLES: &str = "Examples:
  toolwright eval api-bank dialogs.jsonl --apis all_apis.csv --prompts prompts.jsonl    what to ask the model: id, messages, tools
  toolwright eval api-bank dialogs.jsonl --results answers.jsonl                        score {\"id\": …, \"result\": …} rows";

#[derive(Debug, ClapArgs)]
#[command(after_help = EVAL_API_BANK_EXAMPLES, group(clap::ArgGroup::new("what").required(true).args(["results", "prompts"])))]
pub(crate) struct EvalApiBank {
    /// The benchmark's dialogs of levels 1 and 2, a dialog a row. Each annotated call is a test.
    #[arg(value_name = "DIALOGS")]
    pub(crate) data: PathBuf,
    /// The answers: JSON Lines with `id`, a test's, and `result`: text, a list of calls, or an assistant message.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Write the tests instead: JSON Lines with `id`, `messages` and `tools`, to be answered.
    #[arg(long, value_name = "FILE", requires = "apis")]
    pub(crate) prompts: Option<PathBuf>,
    /// The benchmark's inventory of APIs, for --prompts.
    #[arg(long, value_name = "FILE")]
    pub(crate) apis: Option<PathBuf>,
    /// Where a verdict for each test goes.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const EXPORT_EXAMPLES: &str = "Examples:
  toolwright export runs/x --format toolace -o train.jsonl
  toolwright export runs/x --format toolace --tools-as yaml -o train.jsonl    the tools in YAML
  toolwright export data.jsonl --format trl -o train.jsonl    for TRL; sharegpt for LLaMA-Factory, axolotl, ms-swift, …";

#[derive(Debug, ClapArgs)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct Export {
    /// A dataset (JSON Lines, or one JSON list), or a run folder.
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    /// The format to write; `toolwright formats` lists them.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: String,
    /// Write the tools in this notation, for formats that hold them as text; `toolwright formats` lists them. By default as each dialog says, else in JSON.
    #[arg(long, value_name = "NOTATION")]
    pub(crate) tools_as: Option<String>,
    /// Only the dialogs of this split: train, validation or test.
    #[arg(long, value_name = "SPLIT", value_parser = ["train", "validation", "test"])]
    pub(crate) split: Option<String>,
    /// Where the rows go.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  toolwright merge s1 s2 s3 --out runs/all")]
pub(crate) struct Merge {
    /// The folders of all shards of one run.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) shards: Vec<PathBuf>,
    /// The folder of the whole run.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Recipes {
    /// Print this recipe, every key resolved.
    #[arg(long, value_name = "NAME")]
    pub(crate) show: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Catalogue {
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
