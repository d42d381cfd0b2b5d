//! The known history of a person, and the verdict on a licence.

use std::cell::OnceCell;

use model::{Day, Needs, Rule};

use crate::activity::Facts;
use crate::roster::days::Hosting;
use crate::roster::unread::UnreadByRow;

/// The reason when hosted events are not known for long enough.
pub(crate) const HOSTING_UNKNOWN: &str =
    "Hosted events are not known for all of the days that the rules look at.";
/// The reason when activity is not known for long enough, in an application without events.
pub(crate) const ACTIVITY_UNKNOWN: &str =
    "Activity is not known for all of the days that the rules look at.";
/// The reason when the rules that could decide are switched off.
pub(crate) const RULES_OFF: &str = "The rules that could decide are switched off.";

/// The known history of one person up to a day.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    /// The day on which the person got the licence.
    pub(crate) since: Day,
    pub(crate) hosted: &'a [Hosting],
    /// The last day with a hosted event.
    pub(crate) last_hosted: Option<Day>,
    /// Days with a need of this licence, newest first.
    pub(crate) needs: &'a [Day],
    pub(crate) facts: Facts,
    /// Whether a webinar is scheduled.
    pub(crate) webinar_ahead: bool,
    /// Whether a meeting is scheduled.
    pub(crate) meeting_ahead: bool,
    /// Records that could not be understood, by row.
    pub(crate) unread: &'a UnreadByRow,
    pub(crate) row: usize,
    /// The reasons for putting a finding on hold, as bits, computed when first needed.
    pub(crate) guards: OnceCell<u8>,
}

/// The verdict on a licence of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The licence was needed within the rules' window, or no rule applies.
    Needed,
    /// A rule applies: the licence is not needed.
    Unneeded {
        rule: Rule,
        since: Day,
        /// Bits by position in [`crate::HoldReason::ALL`].
        hold_reasons: u8,
    },
    /// Nothing can be concluded, for this reason.
    Unknown(&'static str),
}

/// The days with a need of these kinds, newest first.
pub(crate) fn need_days(hosted: &[Hosting], origin: Day, kinds: Needs, out: &mut Vec<Day>) {
    out.clear();
    out.extend(
        hosted
            .iter()
            .filter(|hosting| hosting.needs.0 & kinds.0 != 0)
            .map(|hosting| origin.plus(i32::from(hosting.day))),
    );
}
