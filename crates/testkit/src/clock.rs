//! Clocks for tests: one that stands where it is put, and the system's.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use model::{Clock, ManualClock, Timestamp};

/// The moment at which tests with a standing clock begin: a Monday at noon, in the middle of a term,
/// away from the edges of day, month and year.
pub const NOON: &str = "2026-11-23T12:00:00Z";

/// A clock that stands at [`NOON`] until it is moved.
#[must_use]
pub fn at_noon() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(moment(NOON)))
}

/// A moment from its text.
///
/// # Panics
/// When the text is no moment.
#[must_use]
pub fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment such as 2026-11-23T12:00:00Z")
}

/// The system's clock, for tests that run a real process beside themselves.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "shares its time with a real process"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
