//! The diversity indicators: how an example API becomes another one.
//!
//! Source: ToolACE (arXiv 2409.00920), tool self-evolution synthesis, *evolution*: new functionalities and parameters, additional
//!         constraints, mutated parameter types, changed results.
//! Ours:   each indicator is an operator on drafts, and no instruction to a language model.

mod constraint;
mod functionality;
mod parameter;
mod result;
mod types;

use toolwright_core::seed::Rng;

use super::draft::{Draft, Node};

/// One diversity indicator.
#[derive(Clone, Copy)]
pub(super) struct Indicator {
    /// Its name, as lineage and statistics have it.
    pub(super) id: &'static str,
    /// What it changes, in one line.
    pub(super) says: &'static str,
    /// Whether a draft is of the kind that it may change; seen at a glance.
    pub(super) fits: fn(&Draft<'_>) -> bool,
    /// Changes a draft with what the subtree offers; says whether it could.
    pub(super) apply: for<'t> fn(&mut Draft<'t>, &[Node<'t>], &mut Rng) -> bool,
}

/// All of them.
pub(super) const INDICATORS: &[Indicator] = &[
    functionality::INDICATOR,
    parameter::INDICATOR,
    constraint::INDICATOR,
    types::INDICATOR,
    result::INDICATOR,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indicators_have_names_of_their_own() {
        let mut ids: Vec<&str> = INDICATORS.iter().map(|indicator| indicator.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
        assert!(INDICATORS.iter().all(|indicator| !indicator.says.is_empty()));
    }
}
