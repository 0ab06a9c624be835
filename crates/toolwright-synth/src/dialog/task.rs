//! A task: what the user wants, the calls that do it, and what comes in between.
//!
//! The calls and every argument with its source are known before a word is written. What goes another way than straight on is a
//! [`Twist`]; [`Task::moves`] lays out turn by turn what happens, and the machine plays it.

use serde_json::Value;

use crate::world::failure::Failure;

/// Calls in steps; the calls of a step are made at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Task {
    pub(crate) steps: Vec<Vec<Planned>>,
    /// The parameter that tells parallel calls of one tool apart.
    pub(crate) varied: Option<String>,
    /// The parameters that the user leaves out at first.
    pub(crate) withheld: Vec<String>,
    /// What goes another way than straight on.
    pub(crate) twist: Option<Twist>,
}

/// A call to come.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The tool, by its position in the pool.
    pub(crate) entry: usize,
    pub(crate) arguments: Vec<Argument>,
}

/// An argument to come.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) given: Given,
}

/// Where an argument's value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// The user says it.
    User(Value),
    /// The system prompt says it, in these words.
    System(Value, String),
    /// The schema leaves no choice.
    Default(Value),
    /// An earlier result gives it.
    Result(From),
}

/// A place in an earlier result.
#[derive(Clone, Debug)]
pub(crate) struct From {
    /// The position of the episode in the plan.
    pub(crate) episode: usize,
    pub(crate) step: usize,
    pub(crate) call: usize,
    /// A JSON pointer into the result.
    pub(crate) pointer: String,
    /// Whether it is one of a list.
    pub(crate) listed: bool,
}

impl Argument {
    /// The value, where it is known before the dialog is played.
    pub(crate) const fn value(&self) -> Option<&Value> {
        match &self.given {
            Given::User(value) | Given::System(value, _) | Given::Default(value) => Some(value),
            Given::Result(_) => None,
        }
    }
}

/// What goes another way than straight on.
#[derive(Clone, Debug)]
pub(crate) enum Twist {
    /// The call of this step fails. It is made again where that may help; if it still fails, the user is told.
    Fails { step: usize, failure: &'static Failure, recovers: bool },
    /// The assistant gets an argument of this step's call wrong at first (`None`: leaves it out); the tool says what it expects.
    Wrong { step: usize, argument: String, value: Option<Value>, expected: String },
    /// What the plan's call has for this argument is not what the user ends up with.
    Amended { argument: String, value: Value, why: Amend },
    /// The user drops the request when asked back.
    Dropped,
    /// The user answers one of two questions.
    Halved,
}

/// Why a value changes after a call was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amend {
    /// Nothing was found by the first one; it was a slip.
    Missing,
    /// The user meant another one.
    Correction,
    /// The user wants the same for another one.
    Again,
}

/// One thing that happens in a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// The user asks.
    Request,
    /// The assistant asks for the parameters that are left out, from this one up to that.
    AskFor(usize, usize),
    /// The user gives them.
    Supply(usize, usize),
    /// The assistant makes the calls of this step.
    Calls(usize, How),
    /// The assistant says what came of the calls.
    Report,
    /// The assistant says that it failed.
    Regret,
    /// The user changes a value.
    Amend,
}

/// How a step's calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As planned, and it works.
    Right,
    /// As planned, and the tool fails.
    Failing,
    /// The same call once more after it failed.
    Again,
    /// The same call once more, and the tool fails again.
    FailingAgain,
    /// With an argument that the tool does not take.
    Wrong,
    /// As planned, after the tool did not take an argument.
    Corrected,
    /// As planned, and what the user named is not there.
    Missing,
    /// With the changed value.
    Amended,
}

impl Task {
    /// A task of these steps that goes straight on.
    pub(crate) fn of(steps: Vec<Vec<Planned>>) -> Self {
        Self { steps, ..Self::default() }
    }

    /// What happens, in order.
    pub(crate) fn moves(&self) -> Vec<Move> {
        let mut moves = vec![Move::Request];
        let asked = self.withheld.len();
        match self.twist {
            Some(Twist::Dropped) => {
                moves.push(Move::AskFor(0, asked));
                return moves;
            }
            Some(Twist::Halved) if asked > 1 => {
                moves.extend([Move::AskFor(0, asked), Move::Supply(0, 1)]);
                moves.extend([Move::AskFor(1, asked), Move::Supply(1, asked)]);
            }
            _ if asked > 0 => moves.extend([Move::AskFor(0, asked), Move::Supply(0, asked)]),
            _ => {}
        }
        for at in 0..self.steps.len() {
            match &self.twist {
                Some(Twist::Fails { step, failure, recovers }) if *step == at => {
                    moves.push(Move::Calls(at, How::Failing));
                    match (recovers, failure.passes) {
                        (true, _) => moves.push(Move::Calls(at, How::Again)),
                        (false, true) => {
                            moves.extend([Move::Calls(at, How::FailingAgain), Move::Regret]);
                            return moves;
                        }
                        (false, false) => {
                            moves.push(Move::Regret);
                            return moves;
                        }
                    }
                }
                Some(Twist::Wrong { step, .. }) if *step == at => {
                    moves.extend([Move::Calls(at, How::Wrong), Move::Calls(at, How::Corrected)]);
                }
                Some(Twist::Amended { why: Amend::Missing, .. }) => {
                    moves.extend([Move::Calls(at, How::Missing), Move::Regret, Move::Amend]);
                    moves.push(Move::Calls(at, How::Amended));
                }
                Some(Twist::Amended { .. }) => {
                    moves.extend([Move::Calls(at, How::Right), Move::Report, Move::Amend]);
                    moves.push(Move::Calls(at, How::Amended));
                }
                _ => moves.push(Move::Calls(at, How::Right)),
            }
        }
        moves.push(Move::Report);
        moves
    }

    /// The only call of the only step.
    pub(crate) fn only(&self) -> Option<&Planned> {
        match &self.steps[..] {
            [step] if step.len() == 1 => step.first(),
            _ => None,
        }
    }

    /// Every call to come.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Planned> {
        self.steps.iter().flatten()
    }
}

impl How {
    /// Whether the step's calls give what they should.
    pub(crate) const fn works(self) -> bool {
        matches!(self, Self::Right | Self::Again | Self::Corrected | Self::Amended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::failure;

    fn call() -> Vec<Planned> {
        vec![Planned { entry: 0, arguments: Vec::new() }]
    }

    #[test]
    fn a_task_goes_straight_on_or_takes_its_twist() {
        use How::{Again, Amended, Failing, FailingAgain, Missing, Right, Wrong};
        use Move::{Amend as Changed, AskFor, Calls, Regret, Report, Request, Supply};
        let mut task = Task::of(vec![call(), call()]);
        assert_eq!(task.moves(), [Request, Calls(0, Right), Calls(1, Right), Report]);
        let passing = failure::named("rate_limited").expect("it is listed");
        task.twist = Some(Twist::Fails { step: 1, failure: passing, recovers: true });
        assert_eq!(task.moves(), [Request, Calls(0, Right), Calls(1, Failing), Calls(1, Again), Report]);
        task.twist = Some(Twist::Fails { step: 0, failure: passing, recovers: false });
        assert_eq!(task.moves(), [Request, Calls(0, Failing), Calls(0, FailingAgain), Regret]);
        let lasting = failure::named("forbidden").expect("it is listed");
        task.twist = Some(Twist::Fails { step: 0, failure: lasting, recovers: false });
        assert_eq!(task.moves(), [Request, Calls(0, Failing), Regret]);
        task.steps.truncate(1);
        task.twist = Some(Twist::Wrong { step: 0, argument: "a".into(), value: None, expected: "b".into() });
        assert_eq!(task.moves(), [Request, Calls(0, Wrong), Calls(0, How::Corrected), Report]);
        let amended = |why| Some(Twist::Amended { argument: "a".into(), value: Value::Null, why });
        task.twist = amended(Amend::Missing);
        assert_eq!(task.moves(), [Request, Calls(0, Missing), Regret, Changed, Calls(0, Amended), Report]);
        task.twist = amended(Amend::Again);
        assert_eq!(task.moves(), [Request, Calls(0, Right), Report, Changed, Calls(0, Amended), Report]);
        task.twist = None;
        task.withheld = vec!["a".into(), "b".into()];
        assert_eq!(task.moves(), [Request, AskFor(0, 2), Supply(0, 2), Calls(0, Right), Report]);
        task.twist = Some(Twist::Halved);
        let halved =
            [Request, AskFor(0, 2), Supply(0, 1), AskFor(1, 2), Supply(1, 2), Calls(0, Right), Report];
        assert_eq!(task.moves(), halved);
        task.twist = Some(Twist::Dropped);
        assert_eq!(task.moves(), [Request, AskFor(0, 2)]);
    }
}
