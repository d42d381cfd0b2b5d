//! The meetings that are in the calendar before they begin.

use super::habits::Meeting;
use super::person::Person;
use super::persona::Persona;
use crate::calendar::DAY;
use crate::dice::{Dice, mix};

/// The second in which the meeting was scheduled, not before the host could sign in; `None` for an
/// instant meeting.
pub(crate) fn made(person: &Person, day: i64, meeting: &Meeting) -> Option<i64> {
    let salt = mix(0x7363_6865, (day as u64) << 8 | u64::from(meeting.nth));
    let mut dice = Dice::of(person.key, salt);
    let days = match person.persona {
        _ if meeting.webinar => (14, 40),
        Persona::YearlyEvent => (25, 80),
        Persona::Lecturer => (7, 45),
        _ if meeting.series == 0 => return None,
        _ => (0, 10),
    };
    let ahead = dice.between(days.0 * DAY as u64, days.1 * DAY as u64 + 3_600) as i64 + 300;
    let start = day * DAY + i64::from(meeting.start);
    Some((start - ahead).max(person.life.activated + 60))
}
