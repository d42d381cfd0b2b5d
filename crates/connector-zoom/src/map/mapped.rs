//! The result of mapping one record. Every record that Zoom sends ends as a row, as a problem, or as both:
//! none is dropped silently, because unknown must not look like inactive.

use model::Day;
use zoom::Unread;

/// The row of a record, and the problem with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapped<M> {
    /// `None` when the record cannot be placed, such as one without a time.
    pub(crate) row: Option<M>,
    /// A value of the record that is unknown although something depends on it.
    pub(crate) problem: Option<Problem>,
}

/// A record that could not be understood completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The member and the problem with it; never its value.
    pub(crate) reason: String,
    /// The day that the record is about, if that is known.
    pub(crate) day: Option<Day>,
    /// The address or id of the person that the record is about, if that is known.
    pub(crate) person: Option<String>,
}

impl<M> Mapped<M> {
    /// A row. Its values may be unknown for this reason.
    pub(crate) fn row(row: M, problem: Option<Problem>) -> Self {
        Self {
            row: Some(row),
            problem,
        }
    }

    /// A record that cannot be placed.
    pub(crate) fn lost(problem: Problem) -> Self {
        Self {
            row: None,
            problem: Some(problem),
        }
    }
}

/// The reason why a member has no value that can be used: it was not understood, or it is absent.
pub(crate) fn reason(unread: &[Unread], member: &str) -> String {
    unread_reason(unread, member).unwrap_or_else(|| format!("{member}: missing"))
}

/// The reason why a member was not understood; `None` when it was, and when it is absent.
pub(crate) fn unread_reason(unread: &[Unread], member: &str) -> Option<String> {
    let unread = unread.iter().find(|unread| unread.member == member)?;
    Some(format!("{member}: {}", unread.reason))
}

/// The first of these members that was not understood.
pub(crate) fn first_unread(unread: &[Unread], members: &[&str]) -> Option<String> {
    members
        .iter()
        .find_map(|member| unread_reason(unread, member))
}
