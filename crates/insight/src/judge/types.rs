//! What is known of a person, and the verdict on a licence.

use std::cell::OnceCell;

use model::{Day, Needs, Rule};

use crate::activity::Facts;
use crate::roster::days::Hosting;

/// What was hosted is not known for long enough.
pub(crate) const HOSTING_UNKNOWN: &str =
    "What was hosted is not known for the whole of the days that the rules look at.";
/// The rules that could tell are off.
pub(crate) const RULES_OFF: &str = "The rules that could tell are switched off.";

/// What is known of one person up to a moment.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    /// Since when the licence is held.
    pub(crate) since: Day,
    /// What was hosted, newest first.
    pub(crate) hosted: &'a [Hosting],
    /// The day of the last hosting.
    pub(crate) last_hosted: Option<Day>,
    /// Days with a need of this licence, newest first.
    pub(crate) needs: &'a [Day],
    pub(crate) facts: Facts,
    /// Whether a webinar is scheduled.
    pub(crate) webinar_ahead: bool,
    /// Whether a meeting is scheduled.
    pub(crate) meeting_ahead: bool,
    /// What holds back, once it was worked out.
    pub(crate) guards: OnceCell<u8>,
}

/// What can be said of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was needed within the rules' window, or no rule fits.
    Needed,
    /// A rule fits.
    Spare {
        rule: Rule,
        since: Day,
        /// Bits by position in [`crate::HeldBy::ALL`].
        held: u8,
    },
    /// Nothing can be concluded.
    Unknown(&'static str),
}

/// The days of those hostings that have a need of these kinds, newest first.
pub(crate) fn need_days(hosted: &[Hosting], origin: Day, kinds: Needs, out: &mut Vec<Day>) {
    out.clear();
    out.extend(
        hosted
            .iter()
            .filter(|hosting| hosting.needs.0 & kinds.0 != 0)
            .map(|hosting| origin.plus(i32::from(hosting.day))),
    );
}
