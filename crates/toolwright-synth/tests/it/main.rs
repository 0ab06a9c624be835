//! Dialogs as they come out of the pipeline.

mod kinds;
mod language;
mod pool;
mod world;

use std::sync::{Arc, LazyLock};

use toolwright_core::{Dialog, Kind};
use toolwright_synth::pool::{Pool, builtin};
use toolwright_synth::{DialogConfig, Synth, VerifyConfig};

/// The built-in pool with the default mix of kinds.
static SYNTH: LazyLock<Synth> = LazyLock::new(|| {
    let pool = Arc::new(Pool::new(builtin::tools(300)).0);
    let config = DialogConfig::default();
    Synth::new(Arc::clone(&pool), pool, config, &VerifyConfig::default(), 11).expect("the defaults are good")
});

/// Accepted dialogs of one kind.
fn dialogs(kind: Kind, count: usize) -> impl Iterator<Item = Dialog> {
    let indices = (0..).filter(move |index| SYNTH.kind(*index) == kind);
    indices.filter_map(|index| SYNTH.make(index).accepted).take(count)
}
