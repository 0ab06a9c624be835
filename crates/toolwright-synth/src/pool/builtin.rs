//! The built-in pool: the tools of a run that was given none, evolved from the context tree.

use toolwright_core::Tool;
use toolwright_core::seed::Seed;

use super::evolve::Evolution;
use super::tree::Tree;

/// How many tools it has where nobody says otherwise.
pub const SIZE: usize = 4_000;

/// The seed that it grows from where nobody says otherwise.
pub const SEED: u64 = 7;

/// A built-in pool of `n` tools.
///
/// ```
/// let tools = toolwright_synth::pool::builtin::tools(90);
/// assert_eq!(tools.len(), 90);
/// ```
pub fn tools(n: usize) -> Vec<Tool> {
    Evolution::new(&Tree::authored(), Seed::new(SEED), n).tools()
}
