//! Clocks for tests: one that stands still until it is moved, and the system's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use model::{Clock, ManualClock, Timestamp};

/// The initial time of tests with a standing clock: a Monday at noon, far from the limits of day,
/// month and year.
pub const NOON: &str = "2026-11-23T12:00:00Z";

/// A clock that stands at [`NOON`] until it is moved.
#[must_use]
pub fn at_noon() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(moment(NOON)))
}

/// Parses a point in time.
///
/// # Panics
/// When the text is not one.
#[must_use]
pub fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment such as 2026-11-23T12:00:00Z")
}

/// A clock that advances by a millisecond on every read, starting at the time of another clock. For
/// programs that need passing time, together with a simulator whose clock stands still.
#[derive(Debug)]
pub struct Ticking {
    base: Arc<ManualClock>,
    ticks: AtomicI64,
}

impl Ticking {
    /// Starts at the time of `base`.
    #[must_use]
    pub fn from(base: &Arc<ManualClock>) -> Arc<Self> {
        Arc::new(Self {
            base: Arc::clone(base),
            ticks: AtomicI64::new(0),
        })
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.base
            .now()
            .plus_ms(self.ticks.fetch_add(1, Ordering::Relaxed))
    }
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
