//! Work on all threads, with results in order.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Lines that one thread takes at a time.
const PART: usize = 64;

/// The parts of several lists of these lengths: the list, and places in it.
pub(super) fn parts(lengths: impl Iterator<Item = usize>) -> Vec<(usize, Range<usize>)> {
    let of = |(list, length): (usize, usize)| {
        (0..length).step_by(PART).map(move |start| (list, start..(start + PART).min(length)))
    };
    lengths.enumerate().flat_map(of).collect()
}

/// `work` on each item, on all threads; 0 takes one per core. What it gives stands in the items' order.
pub(super) fn each<'i, I: Sync, T: Send>(
    threads: usize,
    items: &'i [I],
    work: impl Fn(&'i I) -> T + Sync,
) -> Vec<T> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            let given = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, given));
        }
    };
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| {
            scope.spawn(run);
        });
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, given)| given).collect()
}
