//! Computations that would block an async worker thread for too long.

use crate::error::Error;

/// Runs work on a thread that may block, and waits for its result.
pub async fn run_blocking<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|broken| Error::internal(&broken))?
}
