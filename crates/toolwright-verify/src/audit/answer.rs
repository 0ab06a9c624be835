//! Faults of sense: every turn is well-formed, and the wrong thing is done or said.

use toolwright_core::schema::{Shape, Supply, sample};
use toolwright_core::{Call, Message, Role, Tool};

use super::{Class, Fault, Plot};

const fn of_sense(id: &'static str, says: &'static str, plant: fn(&mut Plot<'_>) -> Option<()>) -> Fault {
    Fault { id, says, class: Class::Sense, plant }
}

pub(super) const MISSING_CALL: Fault =
    of_sense("missing-call", "Of several calls that are due at once, one is not made.", |plot| {
        let at = plot.message(|one| one.calls.len() > 1 && one.train != Some(false))?;
        let n = plot.rng.below(plot.dialog.messages[at].calls.len());
        let gone = plot.dialog.messages[at].calls.remove(n);
        let own = |one: &Message| one.role == Role::Tool && one.call_id.is_some() && one.call_id == gone.id;
        plot.dialog.messages.retain(|one| !own(one));
        plot.moved();
        Some(())
    });

pub(super) const SUPERFLUOUS_CALL: Fault =
    of_sense("superfluous-call", "A call is made that nobody asked for.", |plot| {
        let calls = plot.calls();
        let (at, n) = *plot.rng.choose(&calls)?;
        let own = plot.dialog.messages[at].calls[n].name.clone();
        let call = invented(plot, |tool| tool.name != own)?;
        let last =
            at + plot.dialog.messages[at + 1..].iter().take_while(|one| one.role == Role::Tool).count();
        let result = resulted(plot, at, &call)?;
        plot.dialog.messages.insert(last + 1, result);
        plot.dialog.messages[at].calls.push(call);
        Some(())
    });

pub(super) const CALL_FOR_REFUSAL: Fault =
    of_sense("call-for-refusal", "Where no tool serves, one is called all the same.", |plot| {
        if plot.dialog.calls().next().is_some() {
            return None;
        }
        let at = plot.message(|one| one.role == Role::Assistant)?;
        let call = invented(plot, |_| true)?;
        let result = resulted(plot, at, &call)?;
        plot.dialog.messages.insert(at, result);
        plot.dialog.messages.insert(at, Message::calling(vec![call]));
        plot.moved();
        Some(())
    });

pub(super) const NEEDLESS_QUESTION: Fault = of_sense(
    "needless-question",
    "The assistant asks for what it has been told, and calls nothing.",
    |plot| {
        let at = plot.message(|one| !one.calls.is_empty() && one.train != Some(false))?;
        let (name, _) = plot.dialog.messages[at].calls.first()?.arguments.iter().next()?;
        let question = format!("Could you tell me the {}?", name.replace('_', " "));
        plot.dialog.messages.truncate(at);
        plot.dialog.messages.push(Message::text(Role::Assistant, question));
        plot.moved();
        Some(())
    },
);

pub(super) const CONTRADICTING_ANSWER: Fault =
    of_sense("contradicting-answer", "A number in an answer is another than in the result.", |plot| {
        // Numbers of two digits and more, which answers quote from results.
        let mut open = Vec::new();
        for (at, message) in plot.dialog.messages.iter().enumerate() {
            let told = message.role == Role::Assistant
                && message.calls.is_empty()
                && at > 0
                && plot.dialog.messages[at - 1].role == Role::Tool;
            if !told {
                continue;
            }
            let mut from = None;
            for (place, c) in message.said().char_indices().chain([(message.said().len(), ' ')]) {
                match (c.is_ascii_digit(), from) {
                    (true, None) => from = Some(place),
                    (false, Some(start)) => {
                        from = None;
                        let digits = &message.said()[start..place];
                        if digits.len() > 1 && plot.dialog.messages[at - 1].said().contains(digits) {
                            open.push((at, start..place));
                        }
                    }
                    _ => {}
                }
            }
        }
        let (at, place) = plot.rng.choose(&open)?.clone();
        let text = plot.dialog.messages[at].content.as_mut()?;
        let digits: String =
            text.get(place.clone())?.bytes().map(|b| char::from(b'0' + (b - b'0' + 3) % 10)).collect();
        text.replace_range(place, &digits);
        Some(())
    });

pub(super) const UNANSWERED_REQUEST: Fault =
    of_sense("unanswered-request", "The result is there, and the answer says nothing of it.", |plot| {
        let messages = &plot.dialog.messages;
        let open: Vec<usize> = (1..messages.len())
            .filter(|at| {
                let one = &messages[*at];
                one.role == Role::Assistant && one.calls.is_empty() && messages[at - 1].role == Role::Tool
            })
            .collect();
        let at = *plot.rng.choose(&open)?;
        plot.dialog.messages[at].content =
            Some("You're welcome! Let me know if there is anything else.".into());
        Some(())
    });

/// Supplies no values of its own.
struct Nothing;
impl Supply for Nothing {}

/// A call with arguments that its tool takes and nobody has given.
pub(super) fn invented(plot: &mut Plot<'_>, of: impl Fn(&Tool) -> bool) -> Option<Call> {
    let open: Vec<_> = plot.dialog.tools.iter().filter(|tool| of(tool)).cloned().collect();
    let tool = plot.rng.choose(&open)?;
    let shape = Shape { optional: 0.0, items: 1..=2, depth: 3 };
    let arguments = sample(&tool.parameters, &shape, &mut Nothing, plot.rng).ok()?;
    let call = Call::new(&*tool.name, arguments.as_object()?.clone());
    Some(Call { id: Some("call_invented".into()), ..call })
}

/// A result such as the tool of a call returns.
pub(super) fn resulted(plot: &mut Plot<'_>, at: usize, call: &Call) -> Option<Message> {
    let tool = plot.dialog.tool_at(at, &call.name).cloned()?;
    let shape = Shape { optional: 0.0, items: 1..=2, depth: 4 };
    let result = match &tool.returns {
        Some(returns) => sample(returns, &shape, &mut Nothing, plot.rng).ok()?,
        None => serde_json::json!({}),
    };
    Some(Message::result(call, result.to_string()))
}
