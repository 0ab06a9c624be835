//! Ten dialogs to read, as Markdown: kinds first, then situations.
//!
//! `cargo run --release -p toolwright-synth --example dialogs > docs/examples/dialogs.md`

use std::sync::Arc;

use toolwright_core::{Dialog, Kind, Role, Situation};
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};

/// What each example shows; `None` stands for nothing out of the ordinary.
const SHOWN: &[(Kind, Option<Situation>)] = &[
    (Kind::Single, None),
    (Kind::ParallelSame, None),
    (Kind::Dependent, None),
    (Kind::Clarify, Some(Situation::PartialAnswer)),
    (Kind::NoTool, None),
    (Kind::Single, Some(Situation::NotFound)),
    (Kind::Single, Some(Situation::WrongArgument)),
    (Kind::Dependent, Some(Situation::Retry)),
    (Kind::Multi, Some(Situation::ToolAdded)),
    (Kind::Multi, None),
];

fn main() -> toolwright_core::Result<()> {
    let pool = Arc::new(Pool::new(builtin::tools(builtin::SIZE)).0);
    let synth = Synth::new(Arc::clone(&pool), pool, DialogConfig::default(), &VerifyConfig::default(), 2026)?;
    println!(
        "# Ten dialogs\n\nAs they come, the first of each: `cargo run --release -p toolwright-synth --example dialogs`."
    );
    for (kind, situation) in SHOWN {
        let shows = |index: &u64| synth.kind(*index) == *kind && synth.situation(*index) == *situation;
        let made = (0..20_000).filter(shows).filter_map(|index| synth.make(index).accepted);
        if let Some(dialog) = made.into_iter().find(|dialog| dialog.meta.situation == *situation) {
            let name = situation.map_or_else(String::new, |situation| format!(", `{}`", situation.name()));
            println!("\n## `{}`{name}\n\n{}", kind.name(), shown(&dialog));
        }
    }
    Ok(())
}

/// A dialog as a list of turns.
fn shown(dialog: &Dialog) -> String {
    let names: Vec<String> = dialog.tools.iter().map(|tool| format!("`{}`", tool.name)).collect();
    let mut lines = vec![format!("Tools on offer: {}.\n", names.join(", "))];
    for message in &dialog.messages {
        let said = message.said();
        match message.role {
            Role::Tool => lines.push(format!("- *tool* `{said}`")),
            role if !said.is_empty() => {
                lines.push(format!("- **{}** {}", role.name(), said.replace('\n', "  \n  ")));
            }
            _ => {}
        }
        let masked = if message.train == Some(false) { " (masked from training)" } else { "" };
        for call in &message.calls {
            let arguments = serde_json::to_string(&call.arguments).unwrap_or_default();
            lines.push(format!("- **assistant** → `{}({arguments})`{masked}", call.name));
        }
    }
    lines.join("\n")
}
