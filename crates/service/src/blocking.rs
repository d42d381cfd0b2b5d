//! Computations that would block an async worker thread for too long.

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
