//! One test: what is asked, and what counts as right.

use super::agentic::{self, Accepted};
use super::category::{Category, Task};
use super::check::{Expected, Failure, Names, Offer, Shape, Test, dumps_errors, offered};
use super::decode::{Answer, Decoded, Decoder, Evidence, Flavour};
use super::turns::{self, Turns};
use crate::python::calls::Call;
use crate::python::json::{Fault, Reader};
use crate::python::{Value, repr};
use crate::world::Large;
use std::sync::Arc;
use toolwright_core::call::{Parsed, detect};

/// A test of a category, compiled: it can be asked any number of times whether an answer is right.
///
/// ```
/// use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Question};
/// let function = r#"[{"name": "f", "parameters": {"type": "dict", "properties": {"a": {"type": "string"}}, "required": ["a"]}}]"#;
/// let question = Question::new(&CATEGORIES[0], function, Some(r#"[{"f": {"a": ["New York", "NYC"]}}]"#))?;
/// let text = DECODERS.iter().find(|decoder| decoder.id == "text").expect("it is in the list");
/// let judge = |result: &str| question.judge(result, text, Flavour::Current, Names::Dots);
/// assert!(judge(r#""[f(a='new york')]""#)?.valid);
/// let wrong = judge(r#""[f(a='Oslo')]""#)?;
/// assert_eq!(wrong.error_type.as_deref(), Some("value_error:string"));
/// # Ok::<(), toolwright_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Question {
    category: &'static Category,
    test: Subject,
    /// Declared names with dots that are to be called, for telling how a model spells them.
    pub(crate) dotted: Vec<String>,
}

/// What a test is about.
#[derive(Debug)]
enum Subject {
    Calls(Test),
    /// Whether to call at all.
    Relevance,
    Turns(Turns),
    Answer(Accepted),
}

/// What was made of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The official verdict.
    pub valid: bool,
    /// The stricter verdict, where the question is whether to call at all: what does not decode is no abstention.
    pub strict: Option<bool>,
    /// The official error type of a wrong answer.
    pub error_type: Option<String>,
    /// The official errors of a wrong answer, as JSON.
    pub errors: Option<String>,
    /// The decoded answer as Python writes it, where decoding gave something.
    pub decoded: Option<String>,
    /// What the official checker raises at this answer, where it does: its run would have ended here.
    pub exception: Option<String>,
}

/// A result, read once, to be judged any number of times.
#[derive(Clone, Debug)]
pub struct Prepared<'a>(Answer<'a>);

impl<'a> Prepared<'a> {
    /// Reads the raw JSON of a result, as it stands in a result file.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn read(result: &'a str) -> toolwright_core::Result<Self> {
        let read = Answer::read(result);
        read.map(Self).map_err(|fault| toolwright_core::Error::new(format!("the result is {fault}")))
    }
}

/// What an answer does, seen without tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    NoCall,
    Calls,
    Malformed,
}

impl Question {
    /// Compiles a test from the raw JSON of its functions and its expected calls.
    ///
    /// # Errors
    /// The texts are no JSON, or not of the benchmark's shape.
    pub fn new(
        category: &'static Category,
        functions: &str,
        answer: Option<&str>,
    ) -> toolwright_core::Result<Self> {
        let mut offer = Offer::new();
        offered(&mut Reader::new(functions), &mut offer, |_| false)
            .and_then(|()| Self::read(category, &offer, answer))
            .map_err(|fault| toolwright_core::Error::new(fault.to_string()))
    }

    /// Compiles a test from those of its functions that its answer calls.
    pub(crate) fn read(
        category: &'static Category,
        offer: &[(String, &str)],
        answer: Option<&str>,
    ) -> Result<Self, Fault> {
        let test = match (category.task, answer) {
            (Task::Calls(shape), Some(answer)) => {
                let expected = Expected::read(offer, answer, category.language, shape == Shape::Simple)?;
                Subject::Calls(Test { shape, language: category.language, expected })
            }
            (Task::Calls(_), None) => {
                return Err(Fault { at: 0, why: "expected an answer with the expected calls" });
            }
            (Task::Turns { .. } | Task::Answer, _) => {
                return Err(Fault {
                    at: 0,
                    why: "a test of several steps, which is read from its whole line",
                });
            }
            _ => Subject::Relevance,
        };
        let dotted = offer.iter().map(|(name, _)| name).filter(|name| name.contains('.')).cloned().collect();
        Ok(Self { category, test, dotted })
    }

    /// Compiles a test of several steps from the raw JSON of its question and of its expected calls, or of its accepted answers.
    ///
    /// - `large`: what services tell in the category for long contexts; none elsewhere.
    ///
    /// ```
    /// use toolwright_eval::bfcl::{CATEGORIES, DECODERS, Flavour, Names, Question};
    /// let category = CATEGORIES.iter().find(|category| category.id == "multi_turn_base").expect("it is in the list");
    /// let line = r#"{"id": "multi_turn_base_0", "involved_classes": ["MathAPI"], "initial_config": {}}"#;
    /// let question = Question::of_steps(category, line, r#"[["mean(numbers=[1, 2])"]]"#, None)?;
    /// let text = DECODERS.iter().find(|decoder| decoder.id == "text").expect("it is in the list");
    /// let judge = |result: &str| question.judge(result, text, Flavour::Current, Names::Dots);
    /// assert!(judge(r#"[["[mean(numbers=[2, 1])]", "It is 1.5."]]"#)?.valid);
    /// let wrong = judge(r#"[["[mean(numbers=[1])]"]]"#)?;
    /// assert_eq!(wrong.error_type.as_deref(), Some("multi_turn:execution_response_mismatch"));
    /// # Ok::<(), toolwright_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// The category has no such tests, or the texts are not of the benchmark's shape.
    pub fn of_steps(
        category: &'static Category,
        question: &str,
        answer: &str,
        large: Option<Arc<Large>>,
    ) -> toolwright_core::Result<Self> {
        let test = match category.task {
            Task::Turns { .. } => Turns::read(question, answer, large).map(Subject::Turns),
            Task::Answer => Accepted::read(answer).map(Subject::Answer),
            _ => Err(format!("`{}` has tests of one step", category.id)),
        };
        let test = test.map_err(toolwright_core::Error::new)?;
        Ok(Self { category, test, dotted: Vec::new() })
    }

    /// Takes an answer into account for telling how a model's answers are to be read.
    pub(crate) fn testify(&self, answer: &Answer<'_>, evidence: &mut Evidence) {
        match self.category.is_single_turn() {
            true => evidence.see(answer, &self.dotted),
            false => turns::all_steps(answer).iter().for_each(|step| evidence.see(step, &[])),
        }
    }

    /// The category that it belongs to.
    pub fn category(&self) -> &'static Category {
        self.category
    }

    /// Judges the raw JSON of a result.
    ///
    /// # Errors
    /// The result is no JSON.
    pub fn judge(
        &self,
        result: &str,
        decoder: &Decoder,
        flavour: Flavour,
        names: Names,
    ) -> toolwright_core::Result<Judgement> {
        let Prepared(answer) = Prepared::read(result)?;
        let mut judgement = Judgement::default();
        self.verdict(&answer, decoder, flavour, names, |verdict| judgement = verdict.told());
        Ok(judgement)
    }

    /// The official error type of a prepared result, and nothing where it is right. No message is made, so this is the
    /// fastest way to a verdict.
    pub fn fault(
        &self,
        result: &Prepared<'_>,
        decoder: &Decoder,
        flavour: Flavour,
        names: Names,
    ) -> Option<&'static str> {
        let mut fault = None;
        self.verdict(&result.0, decoder, flavour, names, |verdict| fault = verdict.error_type());
        fault
    }

    /// Judges an answer; what is wrong is told to `told` while what it speaks of is there.
    pub(crate) fn verdict(
        &self,
        answer: &Answer<'_>,
        decoder: &Decoder,
        flavour: Flavour,
        names: Names,
        told: impl FnOnce(Verdict<'_>),
    ) {
        let test = match &self.test {
            Subject::Calls(test) => Some(test),
            Subject::Relevance => None,
            Subject::Turns(turns) => {
                let (checked, calls) = turns.check(answer, decoder, flavour);
                let decoded = match calls {
                    Some(calls) => Decoded::Misshapen(turns::as_value(calls)),
                    None => Decoded::Failed(String::new()),
                };
                let wrong = checked.err().map(Wrong::Turns);
                return told(Verdict { wrong, decoded: &decoded, strict: None });
            }
            Subject::Answer(accepted) => {
                let wrong = accepted.check(answer, decoder, flavour).err().map(Wrong::Answer);
                return told(Verdict { wrong, decoded: &Decoded::Failed(String::new()), strict: None });
            }
        };
        let decoded = (decoder.decode)(answer, self.category.language, flavour);
        let Some(test) = test else {
            return told(self.relevance(answer, &decoded));
        };
        match &decoded {
            Decoded::Calls(calls) => {
                let failure = test.check(calls, names).err();
                told(Verdict { wrong: failure.map(Wrong::Calls), decoded: &decoded, strict: None });
            }
            Decoded::Misshapen(_) => {
                told(Verdict { wrong: Some(Wrong::Shape), decoded: &decoded, strict: None })
            }
            Decoded::Failed(why) => {
                told(Verdict { wrong: Some(Wrong::Decoder(why)), decoded: &decoded, strict: None })
            }
        }
    }

    /// Whether to call at all: in the official verdict, what does not decode is no call.
    fn relevance<'d>(&self, answer: &Answer<'_>, decoded: &'d Decoded<'d>) -> Verdict<'d> {
        let calls = matches!(decoded, Decoded::Calls(calls) if !calls.is_empty());
        let attempt = if calls { Attempt::Calls } else { attempt(answer, decoded) };
        let wants_calls = self.category.task == Task::Relevance;
        let wrong = (calls != wants_calls).then_some(if calls { Wrong::Called } else { Wrong::NotCalled });
        let strict =
            if wants_calls { attempt == Attempt::Calls && calls } else { attempt == Attempt::NoCall };
        Verdict { wrong, decoded, strict: Some(strict) }
    }
}

/// What an answer that gave no official calls sets out to do. Text is read by the core's call formats.
fn attempt(answer: &Answer<'_>, decoded: &Decoded<'_>) -> Attempt {
    match (answer, decoded) {
        (Answer::List(items), _) if items.is_empty() => Attempt::NoCall,
        (Answer::List(_), _) => Attempt::Malformed,
        (Answer::Other(_), Decoded::Calls(_)) => Attempt::NoCall,
        (Answer::Other(_), _) => Attempt::Malformed,
        (Answer::Text(text), _) => match detect(text).1 {
            Parsed::NoCall => Attempt::NoCall,
            Parsed::Calls(calls) if calls.is_empty() => Attempt::NoCall,
            // Calls in a form that this decoder does not read.
            Parsed::Calls(_) | Parsed::Malformed(_) => Attempt::Malformed,
        },
    }
}

/// A verdict with what it speaks of.
pub(crate) struct Verdict<'a> {
    pub(crate) wrong: Option<Wrong<'a>>,
    pub(crate) decoded: &'a Decoded<'a>,
    pub(crate) strict: Option<bool>,
}

/// Why an answer is wrong.
pub(crate) enum Wrong<'a> {
    Decoder(&'a str),
    Shape,
    Calls(Failure<'a>),
    /// It calls, and should not.
    Called,
    /// It does not call, and should.
    NotCalled,
    Turns(turns::Fault),
    Answer(agentic::Fault),
}

/// The error type of an answer at which the official checker raises an exception.
pub(crate) const EXCEPTION: &str = "checker:exception";

impl Verdict<'_> {
    /// The official error type; that of the newest version where versions differ.
    pub(crate) fn error_type(&self) -> Option<&'static str> {
        Some(match self.wrong.as_ref()? {
            Wrong::Decoder(_) => "ast_decoder:decoder_failed",
            Wrong::Shape => "ast_decoder:decoder_wrong_output_format",
            Wrong::Calls(Failure::Fault(fault)) => fault.kind,
            Wrong::Calls(Failure::Exception(_)) => EXCEPTION,
            Wrong::Called => "irrelevance_error:decoder_success",
            Wrong::NotCalled => "relevance_error:decoder_failed",
            Wrong::Turns(fault) => fault.kind,
            Wrong::Answer(fault) => fault.kind,
        })
    }

    /// The official errors, as JSON. What a decoder raised has words of our own.
    pub(crate) fn errors(&self) -> Option<String> {
        let mut out = String::new();
        let mut one =
            |message: String| crate::python::dumps(&mut out, &Value::List(vec![Value::text(message)]));
        match self.wrong.as_ref()? {
            Wrong::Decoder(why) => one(format!("Invalid syntax. Failed to decode AST. {why}")),
            Wrong::Shape => one(
                "Did not output in the specified format. Note: the model_result is wrapped in a string to \
                                 ensure json serializability."
                    .to_owned(),
            ),
            Wrong::Calls(Failure::Fault(fault)) => dumps_errors(&mut out, fault),
            Wrong::Calls(Failure::Exception(raised)) => {
                one(format!("The official checker raises here: {raised}"))
            }
            Wrong::Called => one("Valid syntax. Successfully decode AST when it should not.".to_owned()),
            Wrong::NotCalled => {
                let why = match self.decoded {
                    Decoded::Failed(why) => why,
                    _ => "None",
                };
                one(format!("Invalid syntax. Failed to decode AST when it should have. {why}"));
            }
            Wrong::Turns(turns::Fault { error, .. }) | Wrong::Answer(agentic::Fault { error, .. }) => {
                crate::python::dumps(&mut out, error);
            }
        }
        Some(out)
    }

    /// The decoded answer as a value; none where the decoder failed.
    pub(crate) fn decoded_value(&self) -> Option<Value<'_>> {
        match self.decoded {
            Decoded::Calls(calls) => Some(Value::List(calls.iter().map(Call::as_item).collect())),
            Decoded::Misshapen(value) => Some(value.clone()),
            Decoded::Failed(_) => None,
        }
    }

    fn told(&self) -> Judgement {
        Judgement {
            valid: self.wrong.is_none(),
            strict: self.strict,
            error_type: self.error_type().map(str::to_owned),
            errors: self.errors(),
            decoded: self.decoded_value().map(|value| repr(&value)),
            exception: match &self.wrong {
                Some(Wrong::Calls(Failure::Exception(raised))) => Some(raised.clone()),
                _ => None,
            },
        }
    }
}
