//! Waiting for something to become true, with an end.

use std::time::Duration;

use tokio::time::Instant;

/// The longest that any test waits for anything.
pub const LONGEST: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none after [`LONGEST`]; `what` says what was waited for.
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
