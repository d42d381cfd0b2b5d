//! Whether a user is active, and when this is unknown. Everything else rests on one rule: *unknown is not
//! inactive*. A state other than active is concluded only when the data cannot hide a sign-in or a hosted
//! event.
//!
//! A window of N days begins N × 24 hours before the roster was built. Data up to yesterday count as current,
//! because today is never complete.

use model::time::DAY_MS;
use model::{ActivityState, Coverage, Day, Timestamp};

/// Number of days by which the true last sign-in may be later than the listed one, because applications may
/// update the listed one only when the new one is more than three days later.
pub const LISTED_LAG_DAYS: i32 = 3;

/// The known facts about one user's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Last sign-in in the list of users.
    pub listed: Option<Timestamp>,
    /// Last sign-in in the sign-in log.
    pub logged: Option<Timestamp>,
    /// Start of the last hosted meeting or webinar.
    pub hosted: Option<Timestamp>,
    /// Whether the user was invited and has not accepted, and so cannot have been active since.
    pub pending: bool,
    /// The end of the last day on which activity may be hidden in records that could not be understood.
    pub unread_until: Option<Timestamp>,
}

impl Facts {
    /// The last known sign-in, from either source.
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.listed.max(self.logged)
    }
}

/// A window of days up to now, with the coverage of the data in it.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    start: Timestamp,
    /// The sign-in log is known for the whole window.
    sign_ins_covered: bool,
    /// The list of users, together with the log since it was read, has every user that ever signed in.
    list_is_current: bool,
    /// A listed sign-in before this moment proves that there was none within the window.
    listed_proves_before: Option<Timestamp>,
    /// Hosted meetings and webinars are known for the whole window.
    hosted_covered: bool,
}

impl Threshold {
    /// The window of `days` before `as_of`. `users_complete_at` is when the list of users was last
    /// read to the end.
    #[must_use]
    pub fn new(
        as_of: Timestamp,
        days: u16,
        sign_ins: &Coverage,
        hosted: &Coverage,
        users_complete_at: Option<Timestamp>,
    ) -> Self {
        let start = window_start(as_of, days);
        let yesterday = as_of.day().plus(-1);
        // The list is complete up to the time when it was read, so the log has to cover the days after it.
        let list_is_current =
            users_complete_at.is_some_and(|read| sign_ins.covers(read.day().plus(1), yesterday));
        // The true sign-in may be up to three days after the listed one, so it must lie before the
        // window, or within those first days of it that the log covers.
        let known_until = covered_until(sign_ins, start.day(), yesterday)
            .map_or(start, |day| day.plus(1).start().max(start));
        let listed_proves_before =
            list_is_current.then(|| known_until.plus_ms(-i64::from(LISTED_LAG_DAYS) * DAY_MS));
        Self {
            start,
            sign_ins_covered: sign_ins.covers(start.day(), yesterday),
            list_is_current,
            listed_proves_before,
            hosted_covered: hosted.covers(start.day(), yesterday),
        }
    }

    /// Whether the list of users, together with the log since it was read, shows for every user if there ever
    /// was a sign-in.
    pub(crate) fn list_is_current(&self) -> bool {
        self.list_is_current
    }

    /// The first moment of the window.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The state of a user with these facts.
    #[must_use]
    pub fn state(&self, facts: &Facts) -> ActivityState {
        let last = facts.last_sign_in().max(facts.hosted);
        if last.is_some_and(|last| last >= self.start) {
            return ActivityState::Active;
        }
        if facts.pending {
            return if last.is_some() {
                ActivityState::Inactive
            } else {
                ActivityState::Never
            };
        }
        if facts.unread_until.is_some_and(|until| until > self.start) {
            return ActivityState::Unknown;
        }
        let no_sign_in = self.sign_ins_covered
            || matches!((facts.listed, self.listed_proves_before),
                (Some(listed), Some(limit)) if listed < limit);
        match (no_sign_in, last) {
            // A user without any sign-in cannot have hosted, so the coverage of hosted events does not
            // matter.
            (true, None) if self.list_is_current || self.hosted_covered => ActivityState::Never,
            // A client stays signed in for weeks, so hosting without a sign-in within the window is possible,
            // and a gap may hide it.
            (true, Some(_)) if self.hosted_covered => ActivityState::Inactive,
            _ => ActivityState::Unknown,
        }
    }
}

/// The first moment of the window of `days` before `as_of`.
#[must_use]
pub fn window_start(as_of: Timestamp, days: u16) -> Timestamp {
    as_of.plus_ms(-i64::from(days) * DAY_MS)
}

/// Whether every complete day of the window was read.
#[must_use]
pub fn window_covered(coverage: &Coverage, as_of: Timestamp, days: u16) -> bool {
    coverage.covers(window_start(as_of, days).day(), as_of.day().plus(-1))
}

/// The last day of the run of covered days without a gap that begins on `first`, at most `last`.
fn covered_until(coverage: &Coverage, first: Day, last: Day) -> Option<Day> {
    first
        .to(last)
        .take_while(|day| coverage.days.contains_key(day))
        .last()
}
