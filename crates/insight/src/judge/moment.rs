//! The day of a verdict, with the data that were known on it.

use std::cell::RefCell;

use model::streams::MEETINGS;
use model::{Coverage, Day, Timestamp};

use crate::activity::Threshold;
use crate::roster::Roster;

/// The day of a verdict. Events on the day itself are known only when the day is the roster's own.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) as_of: Day,
    /// Whether this is the roster's own time, so that the present lists can be used.
    pub(crate) is_now: bool,
    at: Timestamp,
    /// Whether users of the application host events at all. Where they do not, a base licence is used by
    /// being active.
    pub(crate) has_events: bool,
    /// The first day of the known history of hosted events without a gap, up to the day before.
    pub(crate) hosted_since: Option<Day>,
    sign_ins: &'a Coverage,
    hosted: &'a Coverage,
    users_complete_at: Option<Timestamp>,
    thresholds: RefCell<Vec<(u16, Threshold)>>,
}

impl<'a> Moment<'a> {
    pub(crate) fn now(roster: &'a Roster) -> Self {
        Self::new(roster, roster.as_of().day(), roster.as_of(), true)
    }

    /// Midnight at the start of an earlier day.
    pub(crate) fn past(roster: &'a Roster, day: Day) -> Self {
        Self::new(roster, day, day.start(), false)
    }

    fn new(roster: &'a Roster, as_of: Day, at: Timestamp, is_now: bool) -> Self {
        Self {
            as_of,
            is_now,
            at,
            has_events: roster.app().stream(MEETINGS).is_some(),
            hosted_since: roster.hosted_known.unbroken_since(as_of.plus(-1)),
            sign_ins: &roster.sign_ins_known,
            hosted: &roster.hosted_known,
            // Only today's list is known, because earlier ones are not kept.
            users_complete_at: roster.users_complete_at().filter(|_| is_now),
            thresholds: RefCell::new(Vec::new()),
        }
    }

    /// The threshold that decides which users were active in so many days before this time.
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

    /// Whether the absence of sign-ins and hosted events proves that a licence given on `since` was never
    /// used. Either the list of users is current, because it has the last sign-in of every user, or both logs
    /// are known from that day on. For earlier days there is no list.
    pub(crate) fn knows_never(&self, since: Day, days: u16) -> bool {
        let yesterday = self.as_of.plus(-1);
        self.threshold(days).list_is_current()
            || (self.sign_ins.covers(since, yesterday) && self.hosted.covers(since, yesterday))
    }

    /// Whether hosted events are known for all of the last so many days.
    pub(crate) fn hosted_covers(&self, days: u16) -> bool {
        self.hosted_since
            .is_some_and(|since| since <= self.as_of.plus(-i32::from(days)))
    }

    /// The first day of a window of so many days.
    pub(crate) fn window(&self, days: u16) -> Day {
        self.as_of.plus(-i32::from(days))
    }

    /// The first day from which hosted events of a user with a licence since `since` are known.
    pub(crate) fn watched_since(&self, since: Day) -> Day {
        self.hosted_since
            .map_or(self.as_of, |known| known.max(since))
            .min(self.as_of)
    }
}

/// The day on which a silence of so many days was complete that began after `last`, or else with the known
/// history.
pub(crate) fn silence(last: Option<Day>, watched_since: Day, days: u16, as_of: Day) -> Day {
    let begin = last.unwrap_or(watched_since);
    begin.plus(i32::from(days)).min(as_of)
}
