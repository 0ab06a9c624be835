//! The catalogues: recipes, rules, judges, formats and notations. What is printed is made from the lists themselves.

use std::io::Write;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use toolwright_core::format::FORMATS;
use toolwright_core::nearest;
use toolwright_core::render::TOOL_NOTATIONS;
use toolwright_verify::{EXPERTS, Expert, MODEL_JUDGES, ModelJudge, RULES};

use crate::Exit;
use crate::args;
use crate::recipe::{BUILTIN, Recipe};
use crate::talk;

pub(crate) fn recipes(args: &args::Recipes) -> Result<Exit> {
    if let Some(name) = &args.show {
        let Some((name, text)) = BUILTIN.iter().find(|(builtin, _)| builtin == name) else {
            let near = nearest(name, BUILTIN.iter().map(|(name, _)| *name))
                .map_or_else(String::new, |near| format!(" did you mean `{near}`?"));
            bail!("no recipe is called `{name}`;{near} `toolwright recipes` lists them");
        };
        write!(std::io::stdout(), "{}", Recipe::parse(name, text)?.resolved()?)?;
        return Ok(Exit::Done);
    }
    let says = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
    let rows = BUILTIN.iter().map(|(name, text)| {
        (json!({ "name": name, "says": says(text) }), vec![(*name).to_owned(), says(text)])
    });
    print("recipes", rows, args.json)
}

pub(crate) fn rules(args: &args::Catalogue) -> Result<Exit> {
    let row = |rule: &toolwright_verify::Rule| {
        let value = json!({ "id": rule.id, "code": rule.code, "says": rule.says, "source": rule.source });
        (value, vec![rule.id.to_owned(), rule.code.to_owned(), rule.says.to_owned()])
    };
    print("rules", RULES.iter().map(row), args.json)
}

pub(crate) fn judges(args: &args::Catalogue) -> Result<Exit> {
    let embedded = |expert: &Expert| {
        let value = json!({ "id": expert.id, "asks": expert.asks, "source": expert.source, "by": "code" });
        (value, vec![expert.id.to_owned(), expert.asks.to_owned()])
    };
    let by_model = |judge: &ModelJudge| {
        let value = json!({ "id": judge.id, "asks": judge.asks, "by": "model" });
        (value, vec![judge.id.to_owned(), format!("Asks a model: {}", judge.asks)])
    };
    print("judges", EXPERTS.iter().map(embedded).chain(MODEL_JUDGES.iter().map(by_model)), args.json)
}

pub(crate) fn formats(args: &args::Catalogue) -> Result<Exit> {
    let format = |format: &toolwright_core::format::DatasetFormat| {
        let value = json!({
            "id": format.id, "says": format.says, "source": format.source, "written": format.write.is_some(), "tools_as_text": format.tools_as_text, "loses": format.loses,
        });
        let loses = if format.write.is_none() {
            "Only read.".to_owned()
        } else if format.loses.is_empty() {
            String::new()
        } else {
            format!("Loses: {}.", format.loses.join("; "))
        };
        (value, vec![format.id.to_owned(), format.says.to_owned(), loses])
    };
    let notation = |notation: &toolwright_core::render::ToolNotation| {
        let value = json!({ "id": notation.id, "says": notation.says, "source": notation.source });
        (value, vec![notation.id.to_owned(), notation.says.to_owned()])
    };
    let (formats, format_rows): (Vec<Value>, Vec<_>) = FORMATS.iter().map(format).unzip();
    let (notations, notation_rows): (Vec<Value>, Vec<_>) = TOOL_NOTATIONS.iter().map(notation).unzip();
    if args.json {
        talk::json(&json!({ "formats": formats, "tool_notations": notations }))?;
    } else {
        let text_formats: Vec<&str> =
            FORMATS.iter().filter(|format| format.tools_as_text).map(|format| format.id).collect();
        let mut out = std::io::stdout();
        writeln!(out, "{}\n", talk::table(&format_rows))?;
        writeln!(
            out,
            "Notations of tools, where a format holds them as text ({}):",
            text_formats.join(", ")
        )?;
        writeln!(out, "{}", talk::table(&notation_rows))?;
    }
    Ok(Exit::Done)
}

fn print(name: &str, rows: impl Iterator<Item = (Value, Vec<String>)>, as_json: bool) -> Result<Exit> {
    let (values, rows): (Vec<Value>, Vec<Vec<String>>) = rows.unzip();
    if as_json {
        talk::json(&json!({ name: values }))?;
    } else {
        writeln!(std::io::stdout(), "{}", talk::table(&rows))?;
    }
    Ok(Exit::Done)
}
