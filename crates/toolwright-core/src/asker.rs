//! [`Asker`]: questions to a model whose answers are JSON of a form, with one round of repair.
//!
//! A reply that cannot be read is shown to the model once, with what is wrong with it; a second one that cannot be read is the end of the question. That is the
//! model's failing and data. A reply that did not come is not: it is [`Unanswered`], and whoever asked waits for another time.

use std::sync::Arc;

use serde_json::Value;

use crate::schema::Checker;
use crate::{Candidate, Endpoint, Finish, Form, Message, Place, Prompt, Request, Role, Sampling, Unanswered};

/// What a model is told whose reply cannot be read.
const REPAIR: Prompt = Prompt::new(include_str!("repair.md"));
/// The problems of a reply that a model is told of.
const PROBLEMS: usize = 5;

/// A form to be filled in by a model.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::Blank;
/// let blank = Blank::new("verdict", json!({"type": "object", "required": ["pass"]}));
/// assert_eq!(blank.read("```json\n{\"pass\": true}\n```"), Ok(json!({"pass": true})));
/// assert_eq!(blank.read("{}").unwrap_err(), "missing the required property `pass`");
/// ```
#[derive(Debug)]
pub struct Blank {
    form: Arc<Form>,
    /// Why there is none, where the schema is none.
    checker: Result<Checker, String>,
}

impl Blank {
    /// - `name`: letters, digits, `_` and `-`.
    /// - `schema`: the JSON Schema of an object. A server is told to hold the model to it strictly where all of it says what may be in it.
    pub fn new(name: &str, schema: Value) -> Self {
        let checker = Checker::new(&schema).map_err(|error| error.to_string());
        let strict = closed(&schema);
        Self { form: Arc::new(Form { name: name.to_owned(), schema, strict }), checker }
    }

    /// The form as servers take it.
    pub const fn form(&self) -> &Arc<Form> {
        &self.form
    }

    /// The value that a text holds, in a fence or not, after whatever the model thought in marks before it.
    ///
    /// # Errors
    /// Says why it is none of this form, in words for a model.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let checker = self.checker.as_ref().map_err(Clone::clone)?;
        let text = unfenced(unthought(text.trim()));
        if text.is_empty() {
            return Err("the reply is empty".into());
        }
        let value = serde_json::from_str(text).map_err(|error| format!("the reply is no JSON: {error}"))?;
        if checker.accepts(&value) {
            return Ok(value);
        }
        let problems = checker.explain(&value);
        let problems: Vec<String> = problems.iter().take(PROBLEMS).map(ToString::to_string).collect();
        Err(problems.join("; "))
    }
}

/// Whether every object of a schema lists its properties, requires all of them and allows no other: what servers demand that promise to keep to it.
fn closed(schema: &Value) -> bool {
    let Some(map) = schema.as_object() else { return false };
    let mut below = {
        let properties =
            map.get("properties").and_then(Value::as_object).into_iter().flat_map(|map| map.values());
        properties
            .chain(map.get("items"))
            .chain(map.get("anyOf").and_then(Value::as_array).into_iter().flatten())
    };
    let object = || {
        let count = |key: &str| match map.get(key) {
            Some(Value::Array(list)) => list.len(),
            Some(Value::Object(map)) => map.len(),
            _ => 0,
        };
        map.get("additionalProperties") == Some(&Value::Bool(false))
            && count("properties") == count("required")
    };
    let typed = map.contains_key("type") || map.contains_key("enum") || map.contains_key("anyOf");
    typed && (map.get("type") != Some(&"object".into()) || object()) && below.all(closed)
}

/// The text after what a model thought first, where its server leaves that in the reply.
fn unthought(text: &str) -> &str {
    let thought = text.strip_prefix("<think>").and_then(|rest| rest.split_once("</think>"));
    thought.map_or(text, |(_, rest)| rest.trim())
}

/// The text within a code fence, where all of it stands in one.
fn unfenced(text: &str) -> &str {
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inner.and_then(|inner| inner.split_once('\n')).map_or(text, |(_, inner)| inner.trim())
}

/// A question to a model.
#[derive(Debug)]
pub struct Question<'a> {
    /// Who asks: [`Place::stage`].
    pub stage: &'static str,
    /// What the model reads.
    pub messages: Vec<Message>,
    /// What it is to fill in.
    pub blank: &'a Blank,
    /// How its reply is drawn.
    pub sampling: Sampling,
}

/// An answer, or why what came cannot be used.
pub type Answered<T> = Result<T, String>;

/// Puts the questions of one try of a sample, each at a place of its own.
pub struct Asker<'a> {
    endpoint: &'a dyn Endpoint,
    sample: u64,
    attempt: u32,
    step: u32,
}

impl<'a> Asker<'a> {
    /// For this try of this sample.
    pub const fn new(endpoint: &'a dyn Endpoint, sample: u64, attempt: u32) -> Self {
        Self { endpoint, sample, attempt, step: 0 }
    }

    /// Asks once. `read` makes of the filled form what is wanted, or says in words for a model why that cannot be.
    ///
    /// # Errors
    /// No reply came; whatever is made of the sample has to wait.
    pub async fn ask<T: Send>(
        &mut self,
        question: &Question<'_>,
        read: impl Fn(Value) -> Answered<T> + Send + Sync,
    ) -> Result<Answered<T>, Unanswered> {
        let mut drawn = self.draw(question, 1, read).await?;
        Ok(drawn.pop().unwrap_or_else(|| Err("no reply was drawn".into())))
    }

    /// Asks for several replies to the same question, at once where the server draws several; each has its own round of repair.
    ///
    /// # Errors
    /// As for [`ask`](Self::ask).
    pub async fn draw<T: Send>(
        &mut self,
        question: &Question<'_>,
        draws: u32,
        read: impl Fn(Value) -> Answered<T> + Send + Sync,
    ) -> Result<Vec<Answered<T>>, Unanswered> {
        let step = self.step;
        self.step += 2;
        let place = |step: u32, draw: u32| Place {
            stage: question.stage,
            sample: self.sample,
            attempt: self.attempt,
            step,
            draw,
        };
        let one = Request {
            messages: question.messages.clone(),
            form: Some(Arc::clone(question.blank.form())),
            sampling: question.sampling.clone(),
            ..Request::default()
        };
        let mut several = one.clone();
        several.sampling.draws = (draws > 1).then_some(draws);
        let mut drawn: Vec<Answered<Candidate>> = match self.candidates(&place(step, 0), &several).await? {
            Ok(candidates) => candidates.into_iter().take(draws as usize).map(Ok).collect(),
            Err(why) => return Ok(vec![Err(why)]),
        };
        // Servers that draw one at a time are asked for the others.
        for draw in drawn.len() as u32..draws {
            drawn.push(self.candidates(&place(step, draw), &one).await?.and_then(first));
        }
        let filled = |candidate: &Candidate| {
            let value =
                question.blank.read(candidate.message.said()).map_err(|why| match candidate.finish {
                    Finish::Length => format!("{why}; it was cut off at the longest length, so be brief"),
                    _ => why,
                })?;
            read(value)
        };
        let mut answers = Vec::with_capacity(drawn.len());
        for (draw, candidate) in (0u32..).zip(drawn) {
            let candidate = match candidate {
                Ok(candidate) => candidate,
                Err(why) => {
                    answers.push(Err(why));
                    continue;
                }
            };
            let answer = match filled(&candidate) {
                Ok(answer) => Ok(answer),
                Err(why) => {
                    let again = repair(&one, &candidate, &why);
                    let candidates = self.candidates(&place(step + 1, draw), &again).await?;
                    candidates.and_then(first).and_then(|candidate| filled(&candidate))
                }
            };
            answers.push(answer);
        }
        Ok(answers)
    }

    /// What the model says, or why the server takes no such request, however often it is sent: that is the end of the question and not of the run.
    async fn candidates(
        &self,
        place: &Place,
        request: &Request,
    ) -> Result<Answered<Vec<Candidate>>, Unanswered> {
        match self.endpoint.ask(place, request).await {
            Ok(reply) => Ok(Ok(reply.candidates)),
            Err(Unanswered::Refused(why)) => Ok(Err(why)),
            Err(unanswered) => Err(unanswered),
        }
    }
}

fn first(candidates: Vec<Candidate>) -> Answered<Candidate> {
    candidates.into_iter().next().ok_or_else(|| "the server drew no reply".into())
}

/// The question with what came of it and what is wrong with that.
fn repair(question: &Request, candidate: &Candidate, why: &str) -> Request {
    let mut again = question.clone();
    // Servers refuse turns that say nothing.
    if !candidate.message.said().trim().is_empty() {
        again.messages.push(Message::text(Role::Assistant, candidate.message.said()));
    }
    again.messages.push(Message::text(Role::User, REPAIR.messages(&[("why", why)])[0].said()));
    again
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::task::{Context, Poll, Waker};

    use serde_json::json;

    use super::*;
    use crate::{Asking, Reply};

    /// Answers at once, from a list; keeps what was asked.
    struct Listed {
        replies: Mutex<Vec<Result<Vec<&'static str>, Unanswered>>>,
        asked: Mutex<Vec<(Place, Request)>>,
    }

    impl Endpoint for Listed {
        fn ask<'a>(&'a self, place: &'a Place, request: &'a Request) -> Asking<'a> {
            self.asked.lock().expect("a lock").push((place.clone(), request.clone()));
            let said = self.replies.lock().expect("a lock").remove(0);
            let candidate = |text: &str| Candidate {
                message: Message::text(Role::Assistant, text),
                reasoning: None,
                finish: Finish::Stop,
                logprobs: None,
            };
            let reply = said.map(|said| Reply {
                candidates: said.into_iter().map(candidate).collect(),
                ..Reply::default()
            });
            Box::pin(async move { reply })
        }
    }

    type Numbers = Result<Vec<Answered<i64>>, Unanswered>;

    fn draw(
        draws: u32,
        replies: Vec<Result<Vec<&'static str>, Unanswered>>,
    ) -> (Numbers, Vec<(Place, Request)>) {
        let listed = Listed { replies: Mutex::new(replies), asked: Mutex::default() };
        let blank = Blank::new("n", json!({"type": "object", "required": ["n"]}));
        let question = Question {
            stage: "test",
            messages: vec![Message::text(Role::User, "A number?")],
            blank: &blank,
            sampling: Sampling::default(),
        };
        let mut asker = Asker::new(&listed, 3, 1);
        let read = |value: Value| value["n"].as_i64().ok_or_else(|| "`n` is no whole number".to_owned());
        let numbers = {
            let mut asking = Box::pin(asker.draw(&question, draws, read));
            match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(numbers) => numbers,
                Poll::Pending => panic!("nothing here waits"),
            }
        };
        (numbers, listed.asked.into_inner().expect("a lock"))
    }

    #[test]
    fn one_round_of_repair_shows_the_model_its_error() {
        let (numbers, asked) =
            draw(1, vec![Ok(vec!["{\"n\": \"x\"}"]), Ok(vec!["```json\n{\"n\": 4}\n```"])]);
        assert_eq!(numbers, Ok(vec![Ok(4)]));
        let (place, request) = &asked[1];
        assert_eq!((place.step, place.draw), (1, 0));
        assert_eq!(request.messages[1].said(), "{\"n\": \"x\"}");
        assert!(request.messages[2].said().contains("`n` is no whole number"), "{request:?}");
        let (numbers, _) = draw(1, vec![Ok(vec!["<think>\n{\"n\": 1}?\n</think>\n\n{\"n\": 2}"])]);
        assert_eq!(numbers, Ok(vec![Ok(2)]));
        let (numbers, asked) = draw(1, vec![Ok(vec![""]), Ok(vec!["no"])]);
        assert_eq!(numbers, Ok(vec![Err("the reply is no JSON: expected ident at line 1 column 2".into())]));
        assert_eq!(asked[1].1.messages.len(), 2, "an empty reply is not shown");
    }

    #[test]
    fn draws_that_did_not_come_at_once_are_asked_for_one_by_one() {
        let replies =
            vec![Ok(vec!["{\"n\": 1}"]), Ok(vec!["{}"]), Ok(vec!["{\"n\": 3}"]), Ok(vec!["{\"n\": 2}"])];
        let (numbers, asked) = draw(3, replies);
        assert_eq!(numbers, Ok(vec![Ok(1), Ok(2), Ok(3)]));
        let places: Vec<_> = asked.iter().map(|(place, _)| (place.step, place.draw)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (0, 2), (1, 1)]);
        assert_eq!(asked[0].1.sampling.draws, Some(3));
        assert_eq!(asked[1].1.sampling.draws, None);
    }

    #[test]
    fn what_is_refused_is_an_answer_and_what_did_not_come_is_none() {
        let refused = || Err(Unanswered::Refused("too long".into()));
        assert_eq!(draw(5, vec![refused()]).0, Ok(vec![Err("too long".into())]));
        assert_eq!(draw(1, vec![Ok(vec!["?"]), refused()]).0, Ok(vec![Err("too long".into())]));
        let lost = Unanswered::Exhausted("reset".into());
        assert_eq!(draw(1, vec![Ok(vec!["?"]), Err(lost.clone())]).0, Err(lost));
    }

    #[test]
    fn a_form_is_strict_only_where_it_is_closed() {
        let strict = |schema: Value| Blank::new("x", schema).form().strict;
        let closed = json!({"type": "object", "additionalProperties": false, "required": ["a"], "properties":
            {"a": {"type": "array", "items": {"enum": [1, 2]}}}});
        assert!(strict(closed));
        assert!(!strict(json!({"type": "object"})));
        assert!(!strict(
            json!({"type": "object", "additionalProperties": false, "required": ["a"], "properties": {"a": {}}})
        ));
        assert!(!strict(
            json!({"type": "object", "additionalProperties": false, "required": [], "properties": {"a": {"type": "string"}}})
        ));
    }
}
