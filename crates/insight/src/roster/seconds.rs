//! Moments as whole seconds since 1970 in four bytes; zero means "none", because most columns have
//! rows without a moment.

use model::Timestamp;

/// Reads a stored number of seconds; zero is none.
pub(crate) fn moment(seconds: u32) -> Option<Timestamp> {
    (seconds != 0).then(|| Timestamp(i64::from(seconds) * 1000))
}

/// Whole seconds since 1970, one at least, because zero stands for "none".
pub(crate) fn seconds(moment: Timestamp) -> u32 {
    u32::try_from((moment.0 / 1000).max(1)).unwrap_or(u32::MAX)
}
