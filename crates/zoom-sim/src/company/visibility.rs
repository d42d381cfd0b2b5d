//! When a meeting appears in reports.

use super::habits::Meeting;
use crate::calendar::DAY;

/// Meetings can be seen in reports this many seconds after their end.
pub(crate) const DELAY: i64 = 30 * 60;

/// Whether a report made at `seen` has the meeting.
pub(crate) fn visible(day: i64, meeting: &Meeting, seen: i64) -> bool {
    day * DAY + i64::from(meeting.start) + i64::from(meeting.length) + DELAY <= seen
}
