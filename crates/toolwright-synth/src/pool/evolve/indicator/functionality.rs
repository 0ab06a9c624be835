//! `new-functionality`: the API serves another functionality of the subtree as well.
//!
//! `search_hotels` learns to bring each hotel's reviews; `create_invoice` learns to send it.
//! Source: ToolACE (arXiv 2409.00920), evolution. What can be joined: [`super::super::join`].

use toolwright_core::seed::Rng;

use super::Indicator;
use crate::pool::evolve::draft::{Draft, Node};
use crate::pool::evolve::join::join;

pub(super) const INDICATOR: Indicator = Indicator {
    id: "new-functionality",
    says: "another functionality of the subtree is served as well",
    fits: |draft| draft.node.does.with.as_ref().is_none_or(|with| !with.is_empty()) && draft.is_open(),
    apply,
};

fn apply<'t>(draft: &mut Draft<'t>, subtree: &[Node<'t>], rng: &mut Rng) -> bool {
    let mut order: Vec<Node<'t>> = subtree.to_vec();
    rng.shuffle(&mut order);
    order.into_iter().any(|node| join(draft, node, rng))
}
