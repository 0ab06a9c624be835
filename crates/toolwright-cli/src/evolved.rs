//! A pool evolved on many threads, and given in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex, PoisonError};

use toolwright_core::Tool;
use toolwright_core::seed::Seed;
use toolwright_synth::pool::evolve::{Evolution, Evolved, Tries, Unique, Written};
use toolwright_synth::pool::tree::Tree;

use crate::recipe::PoolConfig;

/// A pool that a run uses.
///
/// - `threads`: 0 takes one per core.
pub(crate) fn pool(config: PoolConfig, threads: usize) -> anyhow::Result<Vec<Tool>> {
    let tree = Tree::authored();
    let evolution = Evolution::new(&tree, Seed::new(config.seed), config.apis);
    let mut tools = Vec::with_capacity(config.apis);
    evolve(&evolution, threads, |tool| {
        tools.push(serde_json::from_str(&tool.json)?);
        Ok::<_, serde_json::Error>(())
    })?;
    if tools.len() < config.apis {
        anyhow::bail!(
            "pool.apis is {}; the context tree gives {} tools without near-duplicates, ask for fewer",
            config.apis,
            tools.len()
        );
    }
    Ok(tools)
}

/// Evolves a pool; hands over its tools in order, the same for any number of threads.
///
/// - `threads`: 0 takes one per core.
/// - `each`: takes the next tool; an error ends the work.
///
/// Returns what became of the tries.
pub(crate) fn evolve<E: Send>(
    evolution: &Evolution<'_>,
    threads: usize,
    mut each: impl FnMut(Written) -> Result<(), E>,
) -> Result<Tries, E> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(evolution.domains()).max(1);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    // How many domains are written; a domain too far ahead of that waits, which bounds memory.
    let written = (Mutex::new(0_usize), Condvar::new());
    let (send, receive) = channel::<(usize, Evolved)>();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, stop, written) = (send.clone(), &next, &stop, &written);
            scope.spawn(move || {
                loop {
                    let domain = next.fetch_add(1, Ordering::Relaxed);
                    if domain >= evolution.domains() {
                        return;
                    }
                    let far = |done: &mut usize| domain > *done + threads && !stop.load(Ordering::Relaxed);
                    let done = written.0.lock().unwrap_or_else(PoisonError::into_inner);
                    drop(written.1.wait_while(done, far).unwrap_or_else(PoisonError::into_inner));
                    if stop.load(Ordering::Relaxed) || send.send((domain, evolution.domain(domain))).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(send);
        let (mut waiting, mut due) = (BTreeMap::new(), 0);
        let (mut tries, mut names) = (Tries::default(), Unique::default());
        let mut result = Ok(());
        for (domain, evolved) in &receive {
            waiting.insert(domain, evolved);
            while let Some(evolved) = waiting.remove(&due) {
                tries += evolved.tries;
                result = evolved.tools.into_iter().try_for_each(|tool| each(names.settle(tool)));
                due += 1;
                *written.0.lock().unwrap_or_else(PoisonError::into_inner) = due;
                if result.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
                written.1.notify_all();
                if result.is_err() {
                    break;
                }
            }
            if result.is_err() {
                break;
            }
        }
        result.map(|()| tries)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_threads_gives_the_same_tools() {
        let tree = Tree::authored();
        let evolution = Evolution::new(&tree, Seed::new(3), 64);
        let pool = |threads| {
            let mut tools = Vec::new();
            let tries = evolve(&evolution, threads, |tool| {
                tools.push(tool);
                Ok::<_, ()>(())
            });
            (tools, tries)
        };
        let one = pool(1);
        assert_eq!(one.0.len(), 64);
        assert_eq!(pool(3), one);
        assert_eq!(pool(8), one);
        let names: std::collections::HashSet<&String> = one.0.iter().map(|tool| &tool.name).collect();
        assert_eq!(names.len(), 64);
    }

    #[test]
    fn an_error_ends_the_work() {
        let tree = Tree::authored();
        let evolution = Evolution::new(&tree, Seed::new(3), 64);
        let mut left = 5;
        let ended = evolve(&evolution, 2, |_| {
            left -= 1;
            if left == 0 { Err("full") } else { Ok(()) }
        });
        assert_eq!(ended, Err("full"));
    }
}
