//! Computations that would block an async worker thread for too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;

use crate::error::Error;

/// Runs work on a thread that may block, and waits for its result.
pub async fn run_blocking<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let (sender, receiver) = oneshot::channel();
    let work: Box<dyn FnOnce() + Send> = Box::new(move || {
        // Fails only when the result is no longer wanted, because the request was cancelled.
        let _ = sender.send(work());
    });
    // One type of work for all callers, because the runtime's code is compiled again for each type.
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|broken| Error::internal(&broken))?;
    receiver.await.map_err(|broken| Error::internal(&broken))?
}

/// Whether work is still wanted. Long work looks at it again and again.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Requests the stop when the caller no longer waits.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Like [`run_blocking`], for work that ends early when the request is cancelled because its client
/// is gone. The result of work that was stopped is not read.
pub async fn run_stoppable<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl FnOnce(&Stop) -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let stop = Stop::default();
    let _guard = StopOnDrop(stop.clone());
    run_blocking(move || work(&stop)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn s31_work_stops_when_its_request_is_gone() {
        let (begun, has_begun) = oneshot::channel();
        let (ended, has_ended) = oneshot::channel();
        let request = tokio::spawn(run_stoppable(move |stop| {
            begun.send(()).unwrap();
            while !stop.is_requested() {
                std::hint::spin_loop();
            }
            ended.send(()).unwrap();
            Ok::<_, Error>(())
        }));
        has_begun.await.unwrap();
        request.abort();
        has_ended.await.unwrap();
    }
}
