//! How far can a verdict be trusted? Known faults are planted into dialogs that are right, and what rules and judges find is counted.
//!
//! [`FAULTS`] is the one list of what can be planted. A fault changes one dialog in one place; whether a rule or a judge finds it, and
//! which, is what an [`Audit`] counts, fault by fault, with Wilson's interval. What they say of the dialogs as they were are false alarms,
//! if the dialogs are right. A judge that is undecided has found nothing.
//!
//! Source: recall of planted faults is our reading of "Pitfalls of Rule- and Model-based Verifiers" (arXiv:2505.22203), which measures verifiers
//!         by what gets past them; the faults are ours, after what function-calling benchmarks count as wrong.
//! Ours:   a mutant that is the dialog it was made from is counted apart and not as missed. Where a fault moves turns or calls, what is known of the
//!         sources of arguments is dropped with it, so that no rule finds the move instead of the fault.
//! Fails:  a fault that nobody can see is reported with the recall it has, which may be none.

mod answer;
mod beside;
mod call;
mod hostile;
mod turn;
mod value;

use std::collections::BTreeMap;

use toolwright_core::seed::{Rng, Seed};
use toolwright_core::{Dialog, Message, Outcome, Role, interval};

use crate::{Judges, Rules};

pub use beside::{Beside, Compared};

/// What a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The form of calls, turns and texts.
    Structure,
    /// The values of arguments, which are well-formed.
    Value,
    /// What is called, asked or answered, all of it well-formed.
    Sense,
}

impl Class {
    /// The class's name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Value => "value",
            Self::Sense => "sense",
        }
    }
}

/// Something that can be wrong with a dialog.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// What it does to a dialog, in one sentence.
    pub says: &'static str,
    /// What it is about.
    pub class: Class,
    /// Plants it; `None` where the dialog has no place for it.
    plant: fn(&mut Plot<'_>) -> Option<()>,
}

/// Every fault that can be planted, in the order of reports.
pub const FAULTS: &[Fault] = &[
    call::UNKNOWN_TOOL,
    call::WRONG_TOOL,
    call::MISSING_ARGUMENT,
    call::INVENTED_ARGUMENT,
    call::WRONG_TYPE,
    call::OUTSIDE_ENUM,
    call::BROKEN_PATTERN,
    call::OUT_OF_BOUNDS,
    call::PLACEHOLDER,
    call::DUPLICATE_CALL,
    call::MALFORMED_CALL,
    turn::TRUNCATED_REPLY,
    turn::CONTROL_CHARACTERS,
    turn::MIXED_LANGUAGE,
    turn::REPEATED_REPLY,
    turn::TWO_USER_TURNS,
    turn::NO_LAST_WORD,
    turn::ORPHAN_RESULT,
    turn::RESULT_OF_ANOTHER_TOOL,
    turn::MISSING_RESULT,
    turn::RESULT_AGAINST_SCHEMA,
    value::SWAPPED_VALUES,
    value::OFF_BY_ONE,
    value::SHIFTED_DATE,
    value::FABRICATED_VALUE,
    value::UNASKED_OPTION,
    answer::MISSING_CALL,
    answer::SUPERFLUOUS_CALL,
    answer::CALL_FOR_REFUSAL,
    answer::NEEDLESS_QUESTION,
    answer::CONTRADICTING_ANSWER,
    answer::UNANSWERED_REQUEST,
    hostile::CLAIMED_SUCCESS,
    hostile::EVERY_TOOL,
    hostile::CALL_IN_PROSE,
    hostile::WILDCARD,
    hostile::ALL_NULL,
    hostile::FORMAT_MARKS,
    hostile::GIBBERISH,
    hostile::EMPTY_SYMBOLS,
    hostile::TEMPLATE,
];

/// A dialog into which a fault is planted.
struct Plot<'r> {
    dialog: Dialog,
    rng: &'r mut Rng,
}

impl Plot<'_> {
    /// The calls that training may learn, by message and position.
    fn calls(&self) -> Vec<(usize, usize)> {
        let learned = self.dialog.messages.iter().enumerate().filter(|(_, one)| one.train != Some(false));
        learned.flat_map(|(at, message)| (0..message.calls.len()).map(move |n| (at, n))).collect()
    }

    /// The position of one of these messages, by chance.
    fn message(&mut self, of: impl Fn(&Message) -> bool) -> Option<usize> {
        let open: Vec<usize> =
            self.dialog.messages.iter().enumerate().filter(|(_, one)| of(one)).map(|(at, _)| at).collect();
        self.rng.choose(&open).copied()
    }

    /// One of the assistant's replies in words, by chance.
    fn reply(&mut self, least: usize) -> Option<&mut String> {
        let at = self.message(|one| {
            one.role == Role::Assistant && one.calls.is_empty() && one.said().len() >= least
        })?;
        self.dialog.messages.get_mut(at)?.content.as_mut()
    }

    /// Turns or calls were moved: what is known by their positions is so no more.
    fn moved(&mut self) {
        self.dialog.meta.provenance = None;
    }
}

/// What became of one planted fault.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// The dialog has no place for it.
    NoPlace,
    /// What came of it is the dialog as it was.
    Equivalent,
    /// Nobody found anything that was not found before.
    Missed,
    /// Rules and judges that found it.
    Caught(Alarms),
}

/// What an audit made of one dialog.
#[derive(Clone, Debug)]
pub struct Audited {
    alarms: Alarms,
    /// Whether a judge was undecided about the dialog as it was.
    undecided: bool,
    fates: Vec<Fate>,
}

/// Who objects to a dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Alarms {
    rules: Vec<&'static str>,
    judges: Vec<&'static str>,
}

impl Alarms {
    fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.judges.is_empty()
    }

    fn without(mut self, known: &Self) -> Self {
        self.rules.retain(|id| !known.rules.contains(id));
        self.judges.retain(|id| !known.judges.contains(id));
        self
    }
}

/// Who objects to a dialog, and whether a judge is undecided.
fn objections(rules: &Rules, judges: &Judges, dialog: &Dialog) -> (Alarms, bool) {
    let verdict = rules.verdict(dialog);
    let named = |id: &str| verdict.findings.iter().any(|finding| finding.rule == id);
    let mut found = Alarms {
        rules: rules.iter().map(|rule| rule.id).filter(|id| named(id)).collect(),
        judges: Vec::new(),
    };
    let mut undecided = false;
    for judge in judges.iter() {
        match judge.verdict(dialog).outcome {
            Outcome::Reject => found.judges.push(judge.id()),
            Outcome::Undecided => undecided = true,
            Outcome::Pass => {}
        }
    }
    (found, undecided)
}

/// How many dialogs somebody objects to, by layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Those that a rule or a judge objects to.
    pub any: usize,
    /// Those that a rule objects to.
    pub rules: usize,
    /// Those that a judge objects to.
    pub judges: usize,
}

impl Layers {
    fn count(&mut self, alarms: &Alarms) {
        self.any += usize::from(!alarms.is_empty());
        self.rules += usize::from(!alarms.rules.is_empty());
        self.judges += usize::from(!alarms.judges.is_empty());
    }
}

/// How often a fault was planted and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Dialogs that hold it.
    pub planted: usize,
    /// Of these, those in which something new was found.
    pub caught: Layers,
    /// Mutants that were the dialog itself; they are in no other number.
    pub equivalent: usize,
    /// How often each rule and each judge found it.
    pub by: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn count(&mut self, by: Alarms) {
        self.planted += 1;
        self.caught.count(&by);
        by.rules.into_iter().chain(by.judges).for_each(|id| *self.by.entry(id).or_default() += 1);
    }

    /// The share that was found; `None` where nothing was planted.
    pub fn recall(&self) -> Option<f64> {
        (self.planted > 0).then(|| self.caught.any as f64 / self.planted as f64)
    }

    /// Wilson's interval of the share, at 95 %.
    pub fn interval(&self) -> (f64, f64) {
        interval(self.caught.any, self.planted)
    }
}

/// An audit of a set of rules and a set of judges.
///
/// ```
/// use toolwright_core::{Call, Dialog, Message, Role, Tool, seed::Seed};
/// use toolwright_verify::{Judges, Rules, audit::Audit};
/// let tool = Tool::new("now", "The hour.", serde_json::json!({"type": "object", "properties": {}}));
/// let dialog = Dialog {
///     messages: vec![Message::text(Role::User, "What time is it?"), Message::calling(vec![Call::new("now", Default::default())])],
///     tools: vec![std::sync::Arc::new(tool)],
///     ..Dialog::default()
/// };
/// let mut audit = Audit::new(Rules::all(), Judges::all(), Seed::new(7));
/// audit.count(audit.judge(0, &dialog));
/// let (fault, tally) = audit.faults().find(|(fault, _)| fault.id == "unknown-tool").expect("it is in the list");
/// assert_eq!((tally.planted, tally.caught.any), (1, 1), "{}", fault.says);
/// ```
#[derive(Clone, Debug)]
pub struct Audit {
    rules: Rules,
    judges: Judges,
    seed: Seed,
    tallies: Vec<Tally>,
    dialogs: usize,
    flagged: Layers,
    undecided: usize,
    alarms: BTreeMap<&'static str, usize>,
}

impl Audit {
    /// An audit of these rules and judges.
    pub fn new(rules: Rules, judges: Judges, seed: Seed) -> Self {
        Self {
            rules,
            judges,
            seed,
            tallies: vec![Tally::default(); FAULTS.len()],
            dialogs: 0,
            flagged: Layers::default(),
            undecided: 0,
            alarms: BTreeMap::new(),
        }
    }

    /// Plants every fault into a dialog, each into a copy of its own, and asks rules and judges. The same `index` and dialog give the same.
    pub fn judge(&self, index: u64, dialog: &Dialog) -> Audited {
        let (alarms, undecided) = objections(&self.rules, &self.judges, dialog);
        let fates = FAULTS.iter().map(|fault| {
            let Some(mutant) = self.mutant(index, dialog, fault) else { return Fate::NoPlace };
            if mutant.messages == dialog.messages && mutant.tools == dialog.tools {
                return Fate::Equivalent;
            }
            let new = objections(&self.rules, &self.judges, &mutant).0.without(&alarms);
            if new.is_empty() { Fate::Missed } else { Fate::Caught(new) }
        });
        Audited { fates: fates.collect(), alarms: alarms.clone(), undecided }
    }

    /// The dialog with this fault; `None` where it has no place for it.
    fn mutant(&self, index: u64, dialog: &Dialog, fault: &Fault) -> Option<Dialog> {
        let mut rng = self.seed.index(index).child(fault.id).rng();
        let mut plot = Plot { dialog: dialog.clone(), rng: &mut rng };
        (fault.plant)(&mut plot)?;
        Some(plot.dialog)
    }

    /// The dialog with this fault, where [`judge`](Self::judge) would count it as not found.
    pub fn missed(&self, index: u64, dialog: &Dialog, fault: &Fault) -> Option<Dialog> {
        let mutant = self.mutant(index, dialog, fault)?;
        let changed = mutant.messages != dialog.messages || mutant.tools != dialog.tools;
        let found = objections(&self.rules, &self.judges, &mutant)
            .0
            .without(&objections(&self.rules, &self.judges, dialog).0);
        (changed && found.is_empty()).then_some(mutant)
    }

    /// Takes up what became of a dialog.
    pub fn count(&mut self, audited: Audited) {
        self.dialogs += 1;
        self.flagged.count(&audited.alarms);
        self.undecided += usize::from(audited.undecided);
        for id in audited.alarms.rules.into_iter().chain(audited.alarms.judges) {
            *self.alarms.entry(id).or_default() += 1;
        }
        for (tally, fate) in self.tallies.iter_mut().zip(audited.fates) {
            match fate {
                Fate::NoPlace => {}
                Fate::Equivalent => tally.equivalent += 1,
                Fate::Missed => tally.planted += 1,
                Fate::Caught(by) => tally.count(by),
            }
        }
    }

    /// Every fault with what became of it.
    pub fn faults(&self) -> impl Iterator<Item = (&'static Fault, &Tally)> {
        FAULTS.iter().zip(&self.tallies)
    }

    /// How many dialogs were audited, and in how many of them, as they were, something was found.
    pub const fn alarms(&self) -> (usize, Layers) {
        (self.dialogs, self.flagged)
    }

    /// About how many dialogs, as they were, a judge was undecided.
    pub const fn undecided(&self) -> usize {
        self.undecided
    }

    /// How often each rule and each judge found something in a dialog as it was.
    pub const fn alarms_by(&self) -> &BTreeMap<&'static str, usize> {
        &self.alarms
    }
}
