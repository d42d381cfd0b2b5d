//! The day as of which is judged, and what was known on it.

use std::cell::RefCell;

use model::{Coverage, Day, Timestamp};

use crate::activity::Threshold;
use crate::roster::Roster;

/// A day as of which people are judged. What happened on the day itself is known only when the
/// moment is the roster's own.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) as_of: Day,
    /// Whether this is the roster's own moment.
    pub(crate) is_now: bool,
    at: Timestamp,
    /// The first day of the unbroken history of what was hosted, up to the day before.
    pub(crate) hosted_since: Option<Day>,
    sign_ins: &'a Coverage,
    hosted: &'a Coverage,
    users_complete_at: Option<Timestamp>,
    thresholds: RefCell<Vec<(u16, Threshold)>>,
}

impl<'a> Moment<'a> {
    /// The roster's own moment.
    pub(crate) fn now(roster: &'a Roster) -> Self {
        Self::new(roster, roster.as_of().day(), roster.as_of(), true)
    }

    /// The beginning of an earlier day.
    pub(crate) fn past(roster: &'a Roster, day: Day) -> Self {
        Self::new(roster, day, day.start(), false)
    }

    fn new(roster: &'a Roster, as_of: Day, at: Timestamp, is_now: bool) -> Self {
        Self {
            as_of,
            is_now,
            at,
            hosted_since: roster.hosted_known.unbroken_since(as_of.plus(-1)),
            sign_ins: &roster.sign_ins_known,
            hosted: &roster.hosted_known,
            // The list is of today: what it said on an earlier day is not kept.
            users_complete_at: roster.users_complete_at().filter(|_| is_now),
            thresholds: RefCell::new(Vec::new()),
        }
    }

    /// What decides who was active within so many days of this moment.
    pub(crate) fn threshold(&self, days: u16) -> Threshold {
        let mut known = self.thresholds.borrow_mut();
        if let Some((_, threshold)) = known.iter().find(|(known, _)| *known == days) {
            return *threshold;
        }
        let threshold = Threshold::new(
            self.at,
            days,
            self.sign_ins,
            self.hosted,
            self.users_complete_at,
        );
        known.push((days, threshold));
        threshold
    }

    /// Whether somebody who held a licence from `since` on, and of whom no sign-in and no hosting is
    /// known, is known never to have used it: the list of users tells who never signed in, else both
    /// logs must be known from that day on. Of an earlier day the list tells nothing.
    pub(crate) fn knows_never(&self, since: Day, days: u16) -> bool {
        let yesterday = self.as_of.plus(-1);
        self.threshold(days).list_is_current()
            || (self.sign_ins.covers(since, yesterday) && self.hosted.covers(since, yesterday))
    }

    /// Whether what was hosted is known for all of the last so many days.
    pub(crate) fn hosted_covers(&self, days: u16) -> bool {
        self.hosted_since
            .is_some_and(|since| since <= self.as_of.plus(-i32::from(days)))
    }

    /// The first day that a window of so many days reaches.
    pub(crate) fn window(&self, days: u16) -> Day {
        self.as_of.plus(-i32::from(days))
    }

    /// Since when it would be known if somebody who held a licence from `since` on had hosted.
    pub(crate) fn watched_since(&self, since: Day) -> Day {
        self.hosted_since
            .map_or(self.as_of, |known| known.max(since))
            .min(self.as_of)
    }
}

/// The first day of a silence of so many days that began after `last`, or with the watching.
pub(crate) fn silence(last: Option<Day>, watched_since: Day, days: u16, as_of: Day) -> Day {
    let begin = last.unwrap_or(watched_since);
    begin.plus(i32::from(days)).min(as_of)
}
