//! Scoring of the Berkeley leaderboard beside the official scorer, on the same results, by turns.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Bench;
use super::table::{Aim, Row};
use crate::peers::{BFCL, BFCL_WHOLE};
use crate::process;

/// How often each side runs, by turns.
const TURNS: usize = 5;

/// Results of one model in the official layout, under a name whose handler reads this form.
struct Inputs {
    /// The questions.
    data: PathBuf,
    results: PathBuf,
    model: &'static str,
}

/// The folder of real data.
fn data() -> Result<PathBuf> {
    let data = std::env::var_os("TOOLWRIGHT_DATA")
        .context("TOOLWRIGHT_DATA names no folder with results to score")?;
    Ok(PathBuf::from(data))
}

/// Results with JSON arguments: all single-turn categories.
fn json_inputs(bench: &Bench<'_>) -> Result<Inputs> {
    of_groups(bench, "bfcl/json", &["non_live", "live"])
}

/// Results of several turns.
fn turns_inputs(bench: &Bench<'_>) -> Result<Inputs> {
    of_groups(bench, "bfcl/turns", &["multi_turn"])
}

/// Published results of these groups, unpacked.
fn of_groups(bench: &Bench<'_>, folder: &str, groups: &[&str]) -> Result<Inputs> {
    let data = data()?;
    let model = "gpt-4o-2024-11-20-FC";
    let results = bench.folder.join(folder);
    let from = data.join("bfcl_results/v4/bbrowning-2025-11-12-main/openai_gpt-oss-120b/result");
    for group in groups {
        let to = results.join(model).join(group);
        std::fs::create_dir_all(&to)?;
        for entry in from.join(group).read_dir().with_context(|| format!("cannot read {}", from.display()))? {
            let path = entry?.path();
            let mut bytes = std::fs::read(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(PACKED) {
                bytes = unpacked(&bytes).with_context(|| format!("cannot unpack {}", path.display()))?;
            }
            std::fs::write(to.join(name.strip_suffix(PACKED).unwrap_or(&name)), bytes)?;
        }
    }
    Ok(Inputs { data: data.join("bfcl_v4"), results, model })
}

/// What stands behind the name of a packed file.
const PACKED: &str = ".zst";

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(bytes)?.read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

/// Both scorers on results of several turns, in their own processes, without what they load first.
pub(super) fn turns_results(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let inputs = turns_inputs(bench)?;
    let (theirs, ours) = by_turns(bench, &inputs, &["--turns"])?;
    let items = number(&ours, "items");
    let official_pass = items / passes(&theirs, "pass_seconds");
    let row = |what: &str, value: f64, unit, aim, of: &str| {
        let what = format!("BFCL, several turns, {what}, 1 thread");
        Row { what, value, unit, aim, of: of.to_owned() }
    };
    Ok(vec![
        row(
            "a pass with reading and writing",
            items / passes(&ours, "pass_seconds"),
            "tests/s",
            Aim::Times(8.0, official_pass),
            "the official pass in its process, imports done",
        ),
        row(
            "warm, decoding, running and checking the median test",
            1e6 / number(&ours, "median_us"),
            "tests/s",
            Aim::Times(30.0, 1e6 / number(&theirs, "median_us")),
            "the official median",
        ),
        row(
            "warm, decoding, running and checking, mean of all tests",
            1e6 / number(&ours, "mean_us"),
            "tests/s",
            Aim::Times(30.0, 1e6 / number(&theirs, "item_us")),
            "the official mean",
        ),
        row(
            "the same with the test compiled anew, from its text",
            1e6 / number(&ours, "anew_us"),
            "tests/s",
            Aim::Peer(1e6 / number(&theirs, "item_us")),
            "the official mean, which compiles nothing",
        ),
    ])
}

/// Results as call text: those of an earlier version, whose tests have other names.
fn text_inputs(bench: &Bench<'_>) -> Result<Inputs> {
    let data = data()?;
    let model = "meta-llama_Llama-3.1-8B-Instruct";
    let results = bench.folder.join("bfcl/text");
    let to = results.join(model).join("non_live");
    std::fs::create_dir_all(&to)?;
    for (earlier, name) in [
        ("simple", "simple_python"),
        ("java", "simple_java"),
        ("javascript", "simple_javascript"),
        ("multiple", "multiple"),
        ("parallel", "parallel"),
        ("parallel_multiple", "parallel_multiple"),
    ] {
        let from = data.join(format!("bfcl_results/v3/{model}/result/BFCL_v3_{earlier}_result.json"));
        let text =
            std::fs::read_to_string(&from).with_context(|| format!("cannot read {}", from.display()))?;
        let renamed = text.replace(&format!("\"id\": \"{earlier}_"), &format!("\"id\": \"{name}_"));
        std::fs::write(to.join(format!("BFCL_v4_{name}_result.json")), renamed)?;
    }
    Ok(Inputs { data: data.join("bfcl_v4"), results, model })
}

/// The whole command, from its start to its end, beside ours.
pub(super) fn command(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let inputs = json_inputs(bench)?;
    let python = BFCL_WHOLE.install(bench.root)?;
    let scores = bench.folder.join("bfcl/scores");
    // A new folder for each run, on both sides: emptying files costs more than writing them.
    let anew = || drop(std::fs::remove_dir_all(&scores));
    let official = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.env("BFCL_PROJECT_ROOT", bench.folder.join("bfcl/project")).env("OPENAI_API_KEY", "unused");
        command.args(arguments);
        command
    };
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let mut evaluate = official(&["-m", "bfcl_eval", "evaluate", "--test-category", "single_turn"]);
        evaluate
            .args(["--model", inputs.model])
            .arg("--result-dir")
            .arg(&inputs.results)
            .arg("--score-dir")
            .arg(&scores);
        anew();
        theirs.push(seconds(&mut evaluate)?);
        // So short a run is worth little alone.
        for _ in 0..TURNS {
            anew();
            ours.push(seconds(&mut own(bench, &inputs, &scores))?);
        }
    }
    let imports = seconds(&mut official(&["-c", "import bfcl_eval.eval_checker.eval_runner"]))?;
    let (theirs, ours) = (median(theirs), median(ours));
    Ok(vec![Row {
        what: format!("BFCL, whole command, 3,641 single-turn tests, JSON results: {ours:.3} s"),
        value: 1.0 / ours,
        unit: "runs/s",
        aim: Aim::Times(100.0, 1.0 / theirs),
        of: format!("`bfcl evaluate`: {theirs:.1} s, of which imports {imports:.1} s"),
    }])
}

fn own(bench: &Bench<'_>, inputs: &Inputs, scores: &Path) -> Command {
    let mut command = Command::new(&bench.toolwright);
    command.args(["eval", "bfcl", "-q", "--data"]).arg(&inputs.data).arg("--results").arg(&inputs.results);
    command.arg("--score-dir").arg(scores);
    command
}

/// How long a command takes that ends well; what it prints is not shown.
fn seconds(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.output().with_context(|| format!("cannot start `{}`", process::shown(command)))?;
    let took = start.elapsed().as_secs_f64();
    if !output.status.success() {
        bail!(
            "`{}` ended with {}: {}",
            process::shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(took)
}

pub(super) fn json_results(bench: &Bench<'_>) -> Result<Vec<Row>> {
    in_process(bench, "JSON results", &json_inputs(bench)?, 10.0)
}

pub(super) fn text_results(bench: &Bench<'_>) -> Result<Vec<Row>> {
    in_process(bench, "text results", &text_inputs(bench)?, 30.0)
}

/// Both scorers in their own processes, without what they load first: whole passes over the files, and single items.
fn in_process(bench: &Bench<'_>, name: &str, inputs: &Inputs, aim: f64) -> Result<Vec<Row>> {
    let (theirs, ours) = by_turns(bench, inputs, &[])?;
    let items = number(&ours, "items");
    let row =
        |what: String, value: f64, unit, aim, of: &str| Row { what, value, unit, aim, of: of.to_owned() };
    let pass = |key: &str| items / passes(&ours, key);
    let official_pass = items / passes(&theirs, "pass_seconds");
    let official_median = 1e6 / (number(&theirs, "decode_us") + number(&theirs, "check_us"));
    Ok(vec![
        row(
            format!("BFCL, {name}, a pass with reading and writing, 1 thread"),
            pass("pass_seconds"),
            "tests/s",
            Aim::Times(8.0, official_pass),
            "the official pass in its process, imports done",
        ),
        row(
            format!("BFCL, {name}, a pass with reading and writing, all cores"),
            pass("pass_seconds_all_cores"),
            "tests/s",
            Aim::Times(8.0, official_pass),
            "the official pass in its process, imports done",
        ),
        row(
            format!("BFCL, {name}, warm, decoding and checking the median item, 1 thread"),
            1e6 / number(&ours, "median_us"),
            "items/s",
            Aim::Times(aim, official_median),
            "the official medians of both",
        ),
        row(
            format!("BFCL, {name}, warm, decoding and checking, mean of all items, 1 thread"),
            1e6 / number(&ours, "mean_us"),
            "items/s",
            Aim::Peer(1e6 / number(&theirs, "item_us")),
            "the official mean",
        ),
    ])
}

/// What both scorers print of their times, each several times, by turns.
fn by_turns(bench: &Bench<'_>, inputs: &Inputs, options: &[&str]) -> Result<(Vec<Value>, Vec<Value>)> {
    let python = BFCL.install(bench.root)?;
    let mut build = process::cargo(bench.root);
    process::succeed(build.args([
        "build", "--release", "--locked", "--quiet", "-p", "toolwright-eval", "--example", "bfcl_speed",
    ]))?;
    let example = bench.toolwright.with_file_name("examples").join("bfcl_speed");
    let driver = bench.root.join("crates/toolwright-eval/peer/bfcl.py");
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let mut official = Command::new(&python);
        official.arg(&driver).args(["time", "-"]).arg(&inputs.results).arg(inputs.model).args(options);
        theirs.push(printed(&mut official)?);
        ours.push(printed(Command::new(&example).arg(&inputs.data).arg(&inputs.results))?);
    }
    Ok((theirs, ours))
}

/// The median of all passes of all runs.
fn passes(runs: &[Value], key: &str) -> f64 {
    let all = runs.iter().flat_map(|run| run[key].as_array().into_iter().flatten());
    median(all.filter_map(Value::as_f64).collect())
}

/// The median of a number over all runs.
fn number(runs: &[Value], key: &str) -> f64 {
    median(runs.iter().filter_map(|run| run[key].as_f64()).collect())
}

/// The JSON object that a command prints.
fn printed(command: &mut Command) -> Result<Value> {
    let text = process::output(command.env("OPENAI_API_KEY", "unused"))?;
    serde_json::from_str(text.trim())
        .with_context(|| format!("`{}` printed no JSON object", process::shown(command)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }
}
