//! Conversions between the Zoom client's times and Seatwise's.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::{Clock, Timestamp};
use zoom::SharedNow;

/// A clock in the form that the Zoom client takes.
pub(crate) fn shared_now(clock: &Arc<dyn Clock>) -> SharedNow {
    let clock = Arc::clone(clock);
    Arc::new(move || UNIX_EPOCH + Duration::from_millis(u64::try_from(clock.now().0).unwrap_or(0)))
}

pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
