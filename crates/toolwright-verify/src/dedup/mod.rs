//! Is this sample new? What is nearly the same as another one of the set, and what a benchmark asks as well.
//!
//! One file a question: `near.rs` finds tools that are nearly the same, exactly; [`Twins`] finds dialogs that are, among a million, by
//! sketches; [`Clear`] finds what benchmarks have in common with a dialog, with the evidence.

mod clear;
mod near;
mod twins;

pub use clear::{Clear, Common, Match};
pub use near::{Grams, NEAR, Near};
pub use twins::{Sketch, Twin, Twins, sketch};
