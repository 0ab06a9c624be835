//! The policy `Typed`: which calls are right, and how many of them.
//!
//! An [`Expected`] call lists accepted values for each argument; [`matches()`] says whether a call meets it and if not, why.
//! [`compare`] pairs expected calls with calls as multisets, by maximum bipartite matching: one call may satisfy several
//! expected ones, and taking the first that fits can leave a later one without its only partner.
//!
//! Values are equal under [typed equality](super::canonical::same); names are compared trimmed, as in the
//! [canonical form](mod@super::canonical). The leaderboard's own policy, greedy and with its quirks, is another one and
//! lives with the benchmark.

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Call;
use super::canonical::same;

/// A call that is expected, with the values that are accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// The tool's name.
    pub name: String,
    /// What is accepted for each argument; an argument that is not here is not accepted.
    pub arguments: IndexMap<String, Accepted>,
}

/// What is accepted for one argument.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The accepted values; with none, the argument cannot be given.
    pub values: Vec<Value>,
    /// Whether the argument may be left out.
    #[serde(default)]
    pub optional: bool,
}

impl Expected {
    /// Expects this call: its arguments, all of them, each with its value.
    ///
    /// ```
    /// use toolwright_core::{Call, call::matching::{Expected, matches}};
    /// let call = Call::new("f", serde_json::json!({"a": 1}).as_object().cloned().unwrap_or_default());
    /// assert!(matches(&Expected::exactly(&call), &call).is_ok());
    /// ```
    pub fn exactly(call: &Call) -> Self {
        let accepted = |value: &Value| Accepted { values: vec![value.clone()], optional: false };
        let arguments = call.arguments.iter().map(|(name, value)| (name.clone(), accepted(value))).collect();
        Self { name: call.name.clone(), arguments }
    }
}

/// The first thing that keeps a call from being the expected one. It displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mismatch<'a> {
    /// Another tool is called.
    Name {
        /// The name in the call.
        found: &'a str,
        /// The expected name.
        expected: &'a str,
    },
    /// An argument is missing.
    Missing {
        /// The argument's name.
        argument: &'a str,
        /// What would be accepted.
        accepted: &'a [Value],
    },
    /// An argument is given that is not expected.
    Unexpected {
        /// The argument's name.
        argument: &'a str,
        /// Its value in the call.
        found: &'a Value,
    },
    /// An argument's value is not accepted.
    Value {
        /// The argument's name.
        argument: &'a str,
        /// Its value in the call.
        found: &'a Value,
        /// What would be accepted.
        accepted: &'a [Value],
    },
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { found, expected } => write!(f, "found a call of `{found}`, expected `{expected}`"),
            Self::Missing { argument, accepted } => {
                write!(f, "argument `{argument}` is missing, expected {}", OneOf(accepted))
            }
            Self::Unexpected { argument, found } => {
                write!(f, "argument `{argument}`: found {found}, expected no such argument")
            }
            Self::Value { argument, found, accepted } => {
                write!(f, "argument `{argument}`: found {found}, expected {}", OneOf(accepted))
            }
        }
    }
}

impl std::error::Error for Mismatch<'_> {}

/// Accepted values as they are told: `1`, or `one of 1, 2`.
struct OneOf<'a>(&'a [Value]);

impl fmt::Display for OneOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("it to be left out"),
            [only] => write!(f, "{only}"),
            [first, others @ ..] => {
                write!(f, "one of {first}")?;
                others.iter().try_for_each(|value| write!(f, ", {value}"))
            }
        }
    }
}

/// Whether a call is the expected one.
///
/// # Errors
/// The first mismatch: the name, then the expected arguments in their order, then arguments that are not expected.
///
/// ```
/// use serde_json::json;
/// use toolwright_core::{Call, call::matching::{Expected, matches}};
/// let expected: Expected = serde_json::from_value(json!({
///     "name": "book",
///     "arguments": {"city": {"values": ["NYC", "New York"]}, "nights": {"values": [1], "optional": true}},
/// }))?;
/// let call = |value: serde_json::Value| Call::new("book", value.as_object().cloned().unwrap_or_default());
/// assert!(matches(&expected, &call(json!({"city": "NYC"}))).is_ok());
/// assert!(matches(&expected, &call(json!({"city": "NYC", "nights": 1.0}))).is_ok());
/// let wrong = call(json!({"city": "Oslo"}));
/// let why = matches(&expected, &wrong).map_err(|mismatch| mismatch.to_string());
/// assert_eq!(why, Err(r#"argument `city`: found "Oslo", expected one of "NYC", "New York""#.to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn matches<'a>(expected: &'a Expected, call: &'a Call) -> Result<(), Mismatch<'a>> {
    if call.name.trim() != expected.name.trim() {
        return Err(Mismatch::Name { found: &call.name, expected: &expected.name });
    }
    for (argument, Accepted { values: accepted, optional }) in &expected.arguments {
        match call.arguments.get(argument) {
            None if *optional => {}
            None => return Err(Mismatch::Missing { argument, accepted }),
            Some(found) if accepted.iter().any(|value| same(value, found)) => {}
            Some(found) => return Err(Mismatch::Value { argument, found, accepted }),
        }
    }
    match call.arguments.iter().find(|(argument, _)| !expected.arguments.contains_key(*argument)) {
        Some((argument, found)) => Err(Mismatch::Unexpected { argument, found }),
        None => Ok(()),
    }
}

/// Which calls meet which expected ones. All lists are in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Pairs of an expected call and a call that meets it, by their positions; as many as there can be.
    pub pairs: Vec<(usize, usize)>,
    /// The positions of expected calls without a partner.
    pub missing: Vec<usize>,
    /// The positions of calls without a partner.
    pub superfluous: Vec<usize>,
}

impl Comparison {
    /// Whether every expected call was made and no other.
    pub fn is_exact(&self) -> bool {
        self.missing.is_empty() && self.superfluous.is_empty()
    }
}

/// Pairs expected calls with calls, as many as possible; the order of either side plays no part in how many.
///
/// Each expected call is matched against each call; the pairing then takes at most `edges * sqrt(nodes)` steps
/// (Hopcroft and Karp, 1973) and no recursion.
///
/// ```
/// use toolwright_core::{Call, call::matching::{Expected, compare}};
/// let call = |name: &str| Call::new(name, Default::default());
/// let expected = [Expected::exactly(&call("f")), Expected::exactly(&call("g"))];
/// let comparison = compare(&expected, &[call("g"), call("h")]);
/// assert_eq!(comparison.pairs, [(1, 0)]);
/// assert_eq!((comparison.missing, comparison.superfluous), (vec![0], vec![1]));
/// ```
pub fn compare(expected: &[Expected], calls: &[Call]) -> Comparison {
    let met_by = |expected| (0..calls.len()).filter(|at| matches(expected, &calls[*at]).is_ok()).collect();
    let edges: Vec<Vec<usize>> = expected.iter().map(met_by).collect();
    let pairing = Pairing::maximum(&edges, calls.len());
    let mut comparison = Comparison::default();
    for (left, right) in pairing.of_left.iter().enumerate() {
        match right {
            Some(right) => comparison.pairs.push((left, *right)),
            None => comparison.missing.push(left),
        }
    }
    comparison.superfluous = (0..calls.len()).filter(|right| pairing.of_right[*right].is_none()).collect();
    comparison
}

/// Partners on both sides of a bipartite graph.
struct Pairing {
    of_left: Vec<Option<usize>>,
    of_right: Vec<Option<usize>>,
}

/// The layer of a node that no search has reached.
const UNREACHED: usize = usize::MAX;

impl Pairing {
    /// A pairing that no other exceeds in size. `edges[left]` are the right nodes that `left` may be paired with.
    fn maximum(edges: &[Vec<usize>], right: usize) -> Self {
        let mut pairing = Self { of_left: vec![None; edges.len()], of_right: vec![None; right] };
        while let Some(mut layers) = pairing.layers(edges) {
            let mut next_edge = vec![0; edges.len()];
            for left in 0..edges.len() {
                if pairing.of_left[left].is_none() {
                    pairing.augment(left, edges, &mut layers, &mut next_edge);
                }
            }
        }
        pairing
    }

    /// The length of the shortest alternating path from a free left node to each; none where no path ends free.
    fn layers(&self, edges: &[Vec<usize>]) -> Option<Vec<usize>> {
        let mut queue: Vec<usize> = (0..edges.len()).filter(|left| self.of_left[*left].is_none()).collect();
        let mut layers = vec![UNREACHED; edges.len()];
        for left in &queue {
            layers[*left] = 0;
        }
        let mut ends_free = false;
        let mut head = 0;
        while let Some(left) = queue.get(head).copied() {
            head += 1;
            for right in &edges[left] {
                match self.of_right[*right] {
                    None => ends_free = true,
                    Some(next) if layers[next] == UNREACHED => {
                        layers[next] = layers[left] + 1;
                        queue.push(next);
                    }
                    Some(_) => {}
                }
            }
        }
        ends_free.then_some(layers)
    }

    /// Looks for a path from a free left node to a free right one along the layers, and turns its pairs around.
    /// No edge is looked at twice in a phase: `next_edge` stays, and nodes without a way on leave their layer.
    fn augment(&mut self, from: usize, edges: &[Vec<usize>], layers: &mut [usize], next_edge: &mut [usize]) {
        let mut path = vec![from];
        while let Some(left) = path.last().copied() {
            let Some(right) = edges[left].get(next_edge[left]).copied() else {
                layers[left] = UNREACHED;
                path.pop();
                continue;
            };
            next_edge[left] += 1;
            match self.of_right[right] {
                None => return self.turn(path, right),
                Some(next) if layers[next] == layers[left] + 1 => path.push(next),
                Some(_) => {}
            }
        }
    }

    /// Gives the last node of the path a free partner, and each node before it the partner that frees.
    fn turn(&mut self, path: Vec<usize>, free: usize) {
        let mut right = free;
        for left in path.into_iter().rev() {
            self.of_right[right] = Some(left);
            match self.of_left[left].replace(right) {
                Some(freed) => right = freed,
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn call(name: &str, arguments: Value) -> Call {
        Call::new(name, arguments.as_object().cloned().unwrap_or_default())
    }

    fn expected(value: Value) -> Expected {
        serde_json::from_value(value).expect("an expected call")
    }

    #[test]
    fn mismatches_say_which_argument() {
        let wanted = expected(json!({"name": "f", "arguments": {
            "a": {"values": [1, "one"]}, "b": {"values": [true], "optional": true}, "c": {"values": [], "optional": true},
        }}));
        for (found, reason) in [
            (call("g", json!({})), "found a call of `g`, expected `f`"),
            (call("f", json!({})), "argument `a` is missing, expected one of 1, \"one\""),
            (call("f", json!({"a": "1"})), "argument `a`: found \"1\", expected one of 1, \"one\""),
            (call("f", json!({"a": 1, "b": 1})), "argument `b`: found 1, expected true"),
            (call("f", json!({"a": 1, "c": 1})), "argument `c`: found 1, expected it to be left out"),
            (call("f", json!({"a": 1, "d": [2]})), "argument `d`: found [2], expected no such argument"),
        ] {
            assert_eq!(matches(&wanted, &found).map_err(|why| why.to_string()), Err(reason.to_owned()));
        }
        assert_eq!(matches(&wanted, &call(" f", json!({"b": true, "a": 1.0}))), Ok(()));
    }

    #[test]
    fn a_greedy_choice_is_taken_back() {
        // The first expected call fits both; the second only what the first would take.
        let wanted = [
            expected(json!({"name": "f", "arguments": {"a": {"values": [1, 2]}}})),
            expected(json!({"name": "f", "arguments": {"a": {"values": [1]}}})),
        ];
        let comparison = compare(&wanted, &[call("f", json!({"a": 1})), call("f", json!({"a": 2}))]);
        assert_eq!(comparison.pairs, [(0, 1), (1, 0)]);
        assert!(comparison.is_exact());
    }

    #[test]
    fn equal_calls_count_as_often_as_they_are_made() {
        let f = call("f", json!({}));
        let comparison = compare(&[Expected::exactly(&f)], &[f.clone(), f]);
        assert_eq!((comparison.pairs, comparison.superfluous), (vec![(0, 0)], vec![1]));
    }

    #[test]
    fn long_alternating_paths_need_no_deep_stack() {
        // A chain: node i may take i or i + 1, the last one only 0, so that all must shift.
        let n = 100_000;
        let mut edges: Vec<Vec<usize>> = (0..n).map(|left| vec![left, left + 1]).collect();
        edges.push(vec![0]);
        let pairing = Pairing::maximum(&edges, n + 1);
        assert!(pairing.of_left.iter().all(Option::is_some));
    }

    /// The size of the largest pairing, by trying all.
    fn brute_force(edges: &[Vec<usize>], used: &mut Vec<usize>) -> usize {
        let Some((first, others)) = edges.split_first() else { return 0 };
        let mut best = brute_force(others, used);
        for right in first {
            if !used.contains(right) {
                used.push(*right);
                best = best.max(1 + brute_force(others, used));
                used.pop();
            }
        }
        best
    }

    fn graph() -> impl Strategy<Value = (Vec<Vec<usize>>, usize)> {
        (1..7usize).prop_flat_map(|right| {
            let edges =
                prop::collection::btree_set(0..right, 0..=right).prop_map(|set| set.into_iter().collect());
            (prop::collection::vec(edges, 0..7), Just(right))
        })
    }

    /// Calls `f(a=0)`, `f(a=1)`, … and expected calls that accept some of them.
    fn as_calls(edges: &[Vec<usize>], right: usize) -> (Vec<Expected>, Vec<Call>) {
        let accepts =
            |edges: &Vec<usize>| expected(json!({"name": "f", "arguments": {"a": {"values": edges}}}));
        (
            edges.iter().map(accepts).collect(),
            (0..right).map(|at| call("f", json!({"a": at as f64}))).collect(),
        )
    }

    proptest! {
        #[test]
        fn no_pairing_is_larger((edges, right) in graph()) {
            let (expected, calls) = as_calls(&edges, right);
            let comparison = compare(&expected, &calls);
            prop_assert_eq!(comparison.pairs.len(), brute_force(&edges, &mut Vec::new()));
            for (left, right) in &comparison.pairs {
                prop_assert!(edges[*left].contains(right));
            }
            let mut lefts: Vec<_> = comparison.pairs.iter().map(|pair| pair.0).chain(comparison.missing).collect();
            let mut rights: Vec<_> = comparison.pairs.iter().map(|pair| pair.1).chain(comparison.superfluous).collect();
            lefts.sort_unstable();
            rights.sort_unstable();
            prop_assert_eq!(lefts, (0..expected.len()).collect::<Vec<_>>());
            prop_assert_eq!(rights, (0..calls.len()).collect::<Vec<_>>());
        }

        #[test]
        fn order_plays_no_part((edges, right) in graph(), turn in 0..7usize) {
            let (mut expected, mut calls) = as_calls(&edges, right);
            let size = compare(&expected, &calls).pairs.len();
            expected.reverse();
            calls.rotate_left(turn % right);
            prop_assert_eq!(compare(&expected, &calls).pairs.len(), size);
        }
    }
}
