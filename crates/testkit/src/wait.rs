//! Waits for conditions, with a time limit.

use std::time::Duration;

use tokio::time::Instant;

/// The time limit of every wait.
pub const LONGEST: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Calls `ask` repeatedly until it returns a value.
///
/// # Panics
/// When it returns none within [`LONGEST`]; `what` is the text for that case.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + LONGEST;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {LONGEST:?} in vain: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
