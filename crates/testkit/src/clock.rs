//! Clocks for tests: one that stands where it is put, and the system's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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

/// A clock that is a millisecond later whenever somebody looks, counted from where another one
/// stands: for programs to which it matters that time passes, beside a counterpart for which it
/// stands.
#[derive(Debug)]
pub struct Ticking {
    base: Arc<ManualClock>,
    ticks: AtomicI64,
}

impl Ticking {
    /// Ticks from where `base` stands.
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
