//! Whether somebody is active, and when that can't be told. The rule that everything else rests on:
//! *unknown is not inactive*. A state other than active is only concluded when no sign-in and no
//! hosting can be hidden from us.
//!
//! A window of N days begins N × 24 hours before the roster was built. Today is never over, so data
//! that reach up to yesterday count as current.

use model::time::DAY_MS;
use model::{ActivityState, Coverage, Day, Timestamp};

/// How much later than listed the true last sign-in may be: applications may refresh the listed
/// one only when the new one is more than three days after it.
pub const LISTED_LAG_DAYS: i32 = 3;

/// What is known of one user's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Last sign-in as the list of users tells it.
    pub listed: Option<Timestamp>,
    /// Last sign-in in the sign-in log.
    pub logged: Option<Timestamp>,
    /// Start of the last hosted meeting or webinar.
    pub hosted: Option<Timestamp>,
    /// Whether the user was invited and has not accepted: then they can't have done anything since.
    pub pending: bool,
}

impl Facts {
    /// The last sign-in that is known of.
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.listed.max(self.logged)
    }
}

/// A window of so many days up to now, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    start: Timestamp,
    /// The sign-in log is known for the whole window.
    sign_ins_covered: bool,
    /// The list, with the log for what came after it was read, tells whoever signed in at all.
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
        // The list tells what happened until it was read; the log must tell what came after.
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

    /// Whether the list of users, with the log for what came after it was read, tells of everybody
    /// whether they signed in at all.
    pub(crate) fn list_is_current(&self) -> bool {
        self.list_is_current
    }

    /// The first moment of the window.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The state of somebody of whom this is known.
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
        let no_sign_in = self.sign_ins_covered
            || matches!((facts.listed, self.listed_proves_before),
                (Some(listed), Some(limit)) if listed < limit);
        match (no_sign_in, last) {
            // Who never signed in can't have hosted: then hosting need not be known.
            (true, None) if self.list_is_current || self.hosted_covered => ActivityState::Never,
            // A client stays signed in for weeks: hosting without a sign-in within the window is
            // possible, and a gap may hide it.
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

/// Whether every day of the window that is over was read.
#[must_use]
pub fn window_covered(coverage: &Coverage, as_of: Timestamp, days: u16) -> bool {
    coverage.covers(window_start(as_of, days).day(), as_of.day().plus(-1))
}

/// The last day of the unbroken run of known days that begins on `first`, `last` at most.
fn covered_until(coverage: &Coverage, first: Day, last: Day) -> Option<Day> {
    first
        .to(last)
        .take_while(|day| coverage.days.contains_key(day))
        .last()
}
