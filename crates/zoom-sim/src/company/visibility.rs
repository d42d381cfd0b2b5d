//! The delay with which meetings appear in reports.

use super::habits::Meeting;
use crate::calendar::DAY;

/// Seconds from the end of a meeting until reports contain it.
const DELAY: i64 = 30 * 60;

/// Whether a report requested at `seen` (seconds) contains the meeting.
pub(crate) fn visible(day: i64, meeting: &Meeting, seen: i64) -> bool {
    day * DAY + i64::from(meeting.start) + i64::from(meeting.length) + DELAY <= seen
}
