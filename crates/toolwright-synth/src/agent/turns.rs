//! Turns out of the ordinary: what is said when a call fails, when a value changes, when several values are missing.

use serde_json::Value;
use toolwright_core::seed::Rng;

use super::name::capitalised;
use super::values::{inline, step};
use super::{Quote, Scene, Utterance, assistant, question};
use crate::dialog::task::{Amend, Planned, Task, Twist};
use crate::world::failure;

/// The user changes a value: a slip, a correction, the same for another one.
pub(crate) fn amend(scene: &Scene<'_>, task: &Task, rng: &mut Rng) -> Option<Utterance> {
    let Some(Twist::Amended { argument, value, why }) = &task.twist else { return None };
    let planned = task.only()?;
    let param = scene.pool.entries[planned.entry].param(argument)?;
    let said = inline(&step(argument), value, scene.manner)?;
    let first = planned.arguments.iter().find(|one| one.name == *argument)?.value()?;
    let before = inline(&step(argument), first, scene.manner)?.words;
    let label = &param.label;
    // `@` is the new value, `#` the one before, `%` what they are called.
    let forms: &[&str] = match why {
        Amend::Missing => &[
            "Sorry, it's @.", "My mistake, that should be @.", "Oh, I mistyped it: @.",
            "Right, it's @, not #.", "I swapped two digits. It's @.", "Let me check. It's @.",
            "Ah, the % is @.", "You're right, it should read @.",
        ],
        Amend::Correction => &[
            "Sorry, I meant @.", "Wait, I meant @, not #.", "Actually, make that @ instead of #.",
            "Oh, my mistake: @, not #.", "Hm, no, that should have been @.",
            "I got that wrong, I need it for @.", "Not #, sorry: @, please.",
            "Can you redo that with @ instead?", "That was the wrong %. It's @.",
        ],
        Amend::Again => &[
            "And for @?", "What about @?", "Can you do the same for @?", "Same for @, please.",
            "And how about @?", "Now for @.", "Could you also check @?", "And the same for @, please.",
        ],
    };
    let form = rng.choose(forms)?;
    // In one pass: an address holds such a mark itself.
    let mut text = String::new();
    for mark in form.chars() {
        match mark {
            '%' => text.push_str(label),
            '#' => text.push_str(&before),
            '@' => text.push_str(&said.words),
            other => text.push(other),
        }
    }
    let text = if form.starts_with('@') { capitalised(&text) } else { text };
    let quotes = said.quotes.into_iter().map(|(argument, words)| Quote { step: 0, call: 0, argument, words });
    Some(Utterance { text, quotes: quotes.collect() })
}

/// The assistant says that it did not work, and why, and makes nothing up.
pub(crate) fn regret(scene: &Scene<'_>, task: &Task, result: &Value, rng: &mut Rng) -> Option<Utterance> {
    match &task.twist {
        Some(Twist::Amended { argument, why: Amend::Missing, .. }) => {
            let planned = task.only()?;
            let entry = &scene.pool.entries[planned.entry];
            let label = &entry.param(argument)?.label;
            let value = planned.arguments.iter().find(|one| one.name == *argument)?.value()?;
            let value = value.as_str()?;
            Some(Utterance::plain(pick(
                rng,
                &[
                    format!("I couldn't find the {label} {value}. Could you check it?"),
                    format!("There's nothing under the {label} {value}. Is there a typo in it?"),
                    format!("No luck: {value} isn't known there. What is the right {label}?"),
                    format!("The {label} {value} doesn't exist, it seems. Can you look it up again?"),
                ],
            )))
        }
        Some(Twist::Fails { step, failure, .. }) => {
            let planned = task.steps.get(*step)?.first()?;
            let able = assistant::able(&scene.pool.entries[planned.entry]);
            let reason = reason(result, failure.id);
            let (again, next) = if failure.passes {
                (
                    pick(rng, &[" I tried twice.", " A second try went the same way.", ""].map(String::from)),
                    pick(
                        rng,
                        &[
                            " Please try again in a few minutes.", " Shall I try again later?",
                            " It may work again in a little while.",
                        ]
                        .map(String::from),
                    ),
                )
            } else {
                (
                    String::new(),
                    pick(
                        rng,
                        &[
                            " Somebody with the right permissions would have to do it.",
                            " You would have to get access first.",
                            " Please check which rights this account has.",
                        ]
                        .map(String::from),
                    ),
                )
            };
            // What came before is told as if nothing had failed.
            let worked = assistant::so_far(scene, *step);
            // Of several steps it is said which one failed.
            let ways = if task.steps.len() > 1 {
                [
                    format!("I'm sorry, but I couldn't {able}: {reason}."),
                    format!("But I couldn't {able}: {reason}."),
                    format!("Unfortunately {reason}, so I couldn't {able}."),
                ]
            } else {
                [
                    format!("I'm sorry, that didn't work: {reason}."),
                    format!("That didn't work, unfortunately: {reason}."),
                    format!("Unfortunately {reason}, and I couldn't do that."),
                ]
            };
            let opening = pick(rng, &ways);
            Some(Utterance::plain(format!("{worked}{opening}{again}{next}")))
        }
        _ => None,
    }
}

/// Why a call failed, as a clause.
fn reason(result: &Value, id: &str) -> String {
    let id = failure::read(result).map_or(id, |failure| failure.id);
    match id {
        "rate_limited" => "the service takes no more requests at the moment",
        "timeout" => "the service did not answer in time",
        "unavailable" => "the service is not available right now",
        "forbidden" => "access was refused",
        _ => "the service reported an error",
    }
    .to_owned()
}

fn pick(rng: &mut Rng, texts: &[String]) -> String {
    rng.choose(texts).cloned().unwrap_or_default()
}

/// The question for the values that are missing, where there are several.
pub(crate) fn ask_for_all(
    scene: &Scene<'_>,
    planned: &Planned,
    names: &[String],
    rng: &mut Rng,
) -> Option<Utterance> {
    let entry = &scene.pool.entries[planned.entry];
    let thing = |name: &String| {
        let param = entry.param(name)?;
        Some(question::described(param).unwrap_or_else(|| format!("the {}", param.label)))
    };
    let labels: Vec<String> = names.iter().map(thing).collect::<Option<_>>()?;
    let listed = super::name::listed(&labels);
    let able = assistant::able(entry);
    Some(Utterance::plain(pick(
        rng,
        &[
            format!("Sure. Could you tell me {listed}?"),
            format!("To {able}, I need {listed}."),
            format!("I can do that. Please give me {listed}."),
            format!("I still need {listed}."),
        ],
    )))
}
