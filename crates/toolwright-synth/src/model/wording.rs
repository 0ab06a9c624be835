//! The wording of planned dialogs: a turn that the embedded speakers drafted, in a model's words.
//!
//! Ours. The calls and the source of every argument are planned before a word is written, so they stay right however weak the model is: the words
//! that give a value must stand in what it writes, letter for letter, and the rule `grounding` reads the values out of them again.

use serde_json::{Value, json};
use toolwright_core::{Answered, transcript};

use super::user::{MESSAGE, message};
use super::{Agents, Lost, SoFar, WORDING};
use crate::agent::Utterance;
use crate::agent::voice::Voice;

/// How an assistant speaks.
const ASSISTANT: &str = "Be clear, friendly and brief.";

impl Agents<'_, '_> {
    /// The same in other words. `voice` is the user's, where it is the user who speaks.
    pub(crate) async fn reworded(
        &mut self,
        draft: Utterance,
        voice: Option<&Voice>,
        so_far: &SoFar<'_>,
    ) -> Result<Utterance, Lost> {
        let keep: Vec<&str> = draft.quotes.iter().map(|quote| quote.words.as_str()).collect();
        let speaker = if voice.is_some() { "the user" } else { "the assistant" };
        let manner = voice.map_or(ASSISTANT, |voice| voice.style.manner);
        let data = [
            ("speaker", speaker),
            ("manner", manner),
            ("draft", &json!(draft.text).to_string()),
            ("keep", &json!(keep).to_string()),
            ("dialog", &transcript(so_far.messages)),
        ];
        let read = |value: Value| -> Answered<String> {
            let text = message(&value)?;
            match keep.iter().find(|words| !text.contains(**words)) {
                Some(lost) => Err(format!("`message` does not hold {lost:?}, word for word")),
                None => Ok(text),
            }
        };
        let how = ("wording", self.config.temperature.wording);
        let text = self.ask(how, WORDING.messages(&data), &MESSAGE, so_far, read).await?;
        Ok(Utterance { text, quotes: draft.quotes })
    }
}
