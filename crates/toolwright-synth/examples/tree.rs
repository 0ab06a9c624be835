//! Shows what files of the context tree say, for those who write them:
//!
//!     cargo run --release --example tree -- check crates/toolwright-synth/src/pool/tree/food.yaml
//!     cargo run --release --example tree -- show crates/toolwright-synth/src/pool/tree/food.yaml recipes
//!
//!     cargo run --release --example tree -- play crates/toolwright-synth/src/pool/tree/food.yaml 7 40
//!
//! `check` lists what is wrong; `show` plays three calls of every functionality, and some of several in a row; `play` evolves tools from
//! the file and plays dialogs of all kinds on them (seed, how many).

use std::error::Error;
use std::sync::Arc;

use toolwright_core::seed::Seed;
use toolwright_core::{Dialog, Kind, Role, Tool};
use toolwright_synth::pool::evolve::Evolution;
use toolwright_synth::pool::tree::{Domain, Tree};
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(what), Some(path)) = (words.next(), words.next()) else {
        return Err("usage: tree check|show|play FILE [SUB_DOMAIN | FUNCTIONALITY | SEED COUNT]".into());
    };
    let wanted = words.next();
    let text = std::fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let domain = Domain::parse(&text).map_err(|why| format!("{path}: {why}"))?;
    let mut faults = domain.faults();
    let tree = Tree { domains: vec![domain] };
    let evolution = Evolution::new(&tree, Seed::new(7), 0);
    let apart = evolution.apart().into_iter();
    faults.extend(
        apart.map(|(one, other)| format!("{one}: `with` names `{other}`, which cannot be joined to it")),
    );
    faults.iter().for_each(|fault| println!("{fault}"));
    if what == "check" {
        return if faults.is_empty() {
            Ok(())
        } else {
            Err(format!("{path}: {} faults", faults.len()).into())
        };
    }
    let builtin = Arc::new(Pool::new(builtin::tools(builtin::SIZE)).0);
    if what == "play" {
        let number = |word: Option<String>, usual: u64| word.map_or(Ok(usual), |word| word.parse());
        let (seed, count) = (number(wanted, 7)?, number(words.next(), 40)?);
        let tools = Evolution::new(&tree, Seed::new(seed), tree.functionalities() * 2 / 3).tools();
        let pool = Arc::new(Pool::new(tools).0);
        let synth = Synth::new(pool, builtin, DialogConfig::default(), &VerifyConfig::default(), seed)?;
        for index in 0..count {
            println!("\n=== {index} {}", synth.kind(index).name());
            synth.make(index).accepted.iter().for_each(print);
        }
        return Ok(());
    }
    let play = |tools: Vec<Tool>, kind: Kind, count: usize| -> Result<(), Box<dyn Error>> {
        let config = DialogConfig {
            kinds: [(kind, 1.0)].into_iter().collect(),
            situations: Default::default(),
            ..DialogConfig::default()
        };
        let pool = Arc::new(Pool::new(tools).0);
        let synth = Synth::new(pool, Arc::clone(&builtin), config, &VerifyConfig::default(), 7)?;
        let dialogs = (0..200).filter_map(|index| synth.make(index).accepted);
        dialogs.take(count).for_each(|dialog| print(&dialog));
        Ok(())
    };
    let mut near: Vec<Tool> = Vec::new();
    let mut tools = evolution.plain().into_iter().peekable();
    while let Some(tool) = tools.next() {
        let part = tool.meta.sub_domain.clone();
        let main = tool.meta.lineage.as_ref().and_then(|lineage| lineage.functionalities.first().cloned());
        let all = wanted.is_none() || wanted == part;
        if all || wanted == main {
            println!("\n## {}: {}", main.unwrap_or_default(), tool.description);
            if let Err(why) = play(vec![tool.clone()], Kind::Single, 3) {
                println!("   nothing to show: {why}");
            }
        }
        near.push(tool);
        if tools.peek().is_none_or(|next| next.meta.sub_domain != part) {
            let whole = std::mem::take(&mut near);
            if all {
                println!("\n# {} in a row", part.unwrap_or_default());
                if let Err(why) = play(whole, Kind::Dependent, 6) {
                    println!("   nothing to show: {why}");
                }
            }
        }
    }
    Ok(())
}

fn print(dialog: &Dialog) {
    for message in dialog.messages.iter().filter(|message| message.role != Role::System) {
        for call in &message.calls {
            println!("   -> {}({})", call.name, serde_json::Value::Object(call.arguments.clone()));
        }
        if !message.said().is_empty() {
            println!(" {} {}", if message.role == Role::User { '*' } else { ' ' }, message.said());
        }
    }
}
