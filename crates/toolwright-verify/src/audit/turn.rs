//! Faults of turns, texts and results.

use serde_json::Value;
use toolwright_core::{Message, Role};

use super::{Class, Fault, Plot};

const fn structural(id: &'static str, says: &'static str, plant: fn(&mut Plot<'_>) -> Option<()>) -> Fault {
    Fault { id, says, class: Class::Structure, plant }
}

pub(super) const TRUNCATED_REPLY: Fault =
    structural("truncated-reply", "A reply breaks off in the middle.", |plot| {
        let share = 0.3 + 0.5 * plot.rng.unit();
        let text = plot.reply(30)?;
        let from = (text.len() as f64 * share) as usize;
        // Within a word, as a limit of tokens cuts.
        let inside = |at: usize| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            text.is_char_boundary(at)
                && letter(text.get(..at).and_then(|head| head.chars().next_back()))
                && letter(text.get(at..).and_then(|tail| tail.chars().next()))
        };
        let at = (from..text.len()).find(|at| inside(*at))?;
        text.truncate(at);
        Some(())
    });

pub(super) const CONTROL_CHARACTERS: Fault =
    structural("control-characters", "A control character stands in a reply.", |plot| {
        let mark = *plot.rng.choose(&['\u{0}', '\u{7}', '\u{1b}', '\u{fffd}'])?;
        let text = plot.reply(10)?;
        let at = (text.len() / 2..text.len()).find(|at| text.is_char_boundary(*at))?;
        text.insert(at, mark);
        Some(())
    });

pub(super) const MIXED_LANGUAGE: Fault =
    structural("mixed-language", "A reply goes on in another language.", |plot| {
        let more = *plot.rng.choose(&[
            "请问还有什么可以帮助您的吗？",
            "Если нужно что-нибудь ещё, напишите.",
            "他に何かお手伝いできることはありますか。",
        ])?;
        let text = plot.reply(10)?;
        text.push(' ');
        text.push_str(more);
        Some(())
    });

pub(super) const REPEATED_REPLY: Fault =
    structural("repeated-reply", "A reply says the same three times over.", |plot| {
        let text = plot.reply(20)?;
        *text = format!("{text} {text} {text}");
        Some(())
    });

pub(super) const TWO_USER_TURNS: Fault =
    structural("two-user-turns", "The user speaks twice in a row.", |plot| {
        let at = plot.message(|one| one.role == Role::User)?;
        plot.dialog.messages.insert(at + 1, Message::text(Role::User, "Are you there?"));
        plot.moved();
        Some(())
    });

pub(super) const NO_LAST_WORD: Fault =
    structural("no-last-word", "The dialog ends with the user's turn.", |plot| {
        plot.dialog.messages.push(Message::text(Role::User, "And then?"));
        plot.moved();
        Some(())
    });

pub(super) const ORPHAN_RESULT: Fault =
    structural("orphan-result", "A result stands without its call.", |plot| {
        let at = plot.message(|one| one.role == Role::Assistant && !one.calls.is_empty())?;
        plot.dialog.messages.remove(at);
        plot.moved();
        Some(())
    });

pub(super) const RESULT_OF_ANOTHER_TOOL: Fault = structural(
    "result-of-another-tool",
    "A result says that it is of another tool than was called.",
    |plot| {
        let at = plot.message(|one| one.role == Role::Tool && one.name.is_some())?;
        let own = plot.dialog.messages[at].name.clone();
        let others: Vec<String> = plot
            .dialog
            .tools
            .iter()
            .map(|tool| tool.name.clone())
            .filter(|name| Some(name) != own.as_ref())
            .collect();
        plot.dialog.messages[at].name = Some(plot.rng.choose(&others)?.clone());
        Some(())
    },
);

pub(super) const MISSING_RESULT: Fault =
    structural("missing-result", "A call has no result, and the assistant goes on.", |plot| {
        let at = plot.message(|one| one.role == Role::Tool)?;
        plot.dialog.messages.remove(at);
        plot.moved();
        Some(())
    });

pub(super) const RESULT_AGAINST_SCHEMA: Fault =
    structural("result-against-schema", "A result lacks a property that its tool always returns.", |plot| {
        let mut open = Vec::new();
        for (at, message) in plot.dialog.messages.iter().enumerate() {
            let Some(name) = message.name.as_ref().filter(|_| message.role == Role::Tool) else { continue };
            let returns = plot.dialog.tool_at(at, name).and_then(|tool| tool.returns.as_ref());
            let required = returns.and_then(|returns| returns.get("required")?.as_array());
            let Ok(Value::Object(result)) = serde_json::from_str(message.said()) else { continue };
            let named = required.into_iter().flatten().filter_map(Value::as_str);
            open.extend(named.filter(|name| result.contains_key(*name)).map(|name| (at, name.to_owned())));
        }
        let (at, name) = plot.rng.choose(&open)?.clone();
        let mut result: Value = serde_json::from_str(plot.dialog.messages[at].said()).ok()?;
        result.as_object_mut()?.shift_remove(&name);
        plot.dialog.messages[at].content = Some(result.to_string());
        Some(())
    });
