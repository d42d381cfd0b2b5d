//! Repeats whole transactions that the database rolled back or lost.

use std::time::Duration;

use crate::Error;

/// The most repetitions of one transaction.
const MOST: u32 = 8;
/// The pause before a transaction is repeated on a new connection, because a server that restarts
/// needs a moment; doubled each time, to 13 seconds altogether.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The repetitions of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    made: u32,
}

impl Repeats {
    /// Whether the transaction is to be repeated after this error. Waits before it returns.
    pub(crate) async fn again(&mut self, error: &Error) -> bool {
        if self.made >= MOST || !error.is_transient() {
            return false;
        }
        if !error.is_rolled_back() {
            tracing::info!(%error, "a transaction is repeated");
            tokio::time::sleep(FIRST_PAUSE * 2u32.pow(self.made)).await;
        }
        self.made += 1;
        true
    }
}
