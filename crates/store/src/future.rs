//! How far in the future a stored time can be. A time beyond that was stored while a clock ran ahead,
//! by a day or by years; it is not believed, because everything that waits for it would stand still
//! until then.

/// How much clocks of processes may differ, and a clock may be corrected, without any effect.
pub(crate) const SLACK_MS: i64 = 10 * 60 * 1000;
/// A run that met a daily limit continues on the next day at the latest.
pub(crate) const POSTPONED_MS: i64 = 25 * 60 * 60 * 1000;
/// A message is tried again after a day at the latest.
pub(crate) const NEXT_ATTEMPT_MS: i64 = 25 * 60 * 60 * 1000;
/// Details of users are read again after 150 days at the latest.
pub(crate) const DETAILS_MS: i64 = 151 * 24 * 60 * 60 * 1000;
