//! [`in_order`]: many samples at once, told of in the order of their indices; [`run`]: the runtime that they need.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};

use tokio::task::JoinHandle;
use toolwright_core::{Error, Result};

/// Runs this to its end on a runtime of its own, on this thread: what takes processor time for long belongs on another.
///
/// # Errors
/// No runtime can be started.
pub fn run<T>(job: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(format!("no runtime could be started: {error}")))?;
    Ok(runtime.block_on(job))
}

/// Makes samples, at most `window` at a time, and hands each over in the order of the indices. It ends early where `each` breaks; what is being
/// made is dropped then.
///
/// A window of several times the requests in flight keeps all servers busy though one sample takes long.
///
/// ```
/// use std::ops::ControlFlow;
/// let mut squares = Vec::new();
/// toolwright_llm::run(toolwright_llm::in_order(0..5, 3, |n| async move { n * n }, |_, square| {
///     squares.push(square);
///     ControlFlow::Continue(())
/// }))?;
/// assert_eq!(squares, [0, 1, 4, 9, 16]);
/// # Ok::<(), toolwright_core::Error>(())
/// ```
///
/// # Panics
/// Where making a sample does.
pub async fn in_order<T, F>(
    indices: Range<u64>,
    window: usize,
    mut make: impl FnMut(u64) -> F,
    mut each: impl FnMut(u64, T) -> ControlFlow<()>,
) where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut coming = indices.clone();
    let mut made: VecDeque<Aborting<T>> = VecDeque::new();
    for index in indices {
        while made.len() < window.max(1)
            && let Some(next) = coming.next()
        {
            made.push_back(Aborting(tokio::spawn(make(next))));
        }
        let Some(mut first) = made.pop_front() else { return };
        let sample = match (&mut first.0).await {
            Ok(sample) => sample,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        };
        if each(index, sample).is_break() {
            return;
        }
    }
}

/// A task that ends with whoever waits for it.
struct Aborting<T>(JoinHandle<T>);

impl<T> Drop for Aborting<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn samples_come_in_order_whoever_is_ready_first_and_no_more_than_the_window_are_made() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut told = Vec::new();
        let make = |index: u64| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1 + (index * 7) % 5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                index
            }
        };
        in_order(3..40, 8, make, |index, sample| {
            assert_eq!(index, sample);
            told.push(index);
            ControlFlow::Continue(())
        })
        .await;
        assert_eq!(told, (3..40).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), 8);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_stops_listening_stops_the_making() {
        let began = Arc::new(AtomicUsize::new(0));
        let make = |index: u64| {
            began.fetch_add(1, Ordering::SeqCst);
            async move { index }
        };
        in_order(0..1000, 4, make, |index, _| {
            if index == 9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
        assert!(began.load(Ordering::SeqCst) <= 14);
    }
}
