//! The turn of one run among the runs of a process: it ends when the process ends, when the lease is
//! lost, or when another account waits for the place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// Handle of a turn, shared by the run and by the worker that may end it.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    stop: CancellationToken,
    over: Arc<AtomicBool>,
}

impl Turn {
    /// A turn that ends with `stop` at the latest.
    pub(crate) fn new(stop: &CancellationToken) -> Self {
        Self {
            stop: stop.child_token(),
            over: Arc::default(),
        }
    }

    /// The token that stops the run.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Ends the turn, because another account waits for the place.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.stop.cancel();
    }

    /// Whether the turn was ended for another account.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Whether the run that had this turn no longer exists.
    pub(crate) fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.over) == 1
    }
}
