//! The actions that can be taken on findings, and the selection of findings.

use insight::findings::FindingQuery;
use model::Day;
use store::{DecisionScope, OnSilence};

/// Days until the link of a question expires, unless the request names another number.
pub const ASK_DAYS: u16 = 14;

/// The findings that an action applies to.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them for a request"
)]
#[derive(Debug, Clone)]
pub enum Selected {
    Ids(Vec<String>),
    /// All findings that match, on every page of the list.
    Query(FindingQuery),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Ask the holder of the licence.
    Ask {
        /// Text of the e-mail; if empty, the organisation's template is used.
        message: String,
        /// Days until the link expires.
        days: u16,
        /// Days until a reminder is sent.
        remind_days: Option<u16>,
        /// The consequence of no answer.
        on_silence: OnSilence,
    },
    /// Ask another person instead of the holder.
    HandOver {
        /// E-mail address of that person.
        to: String,
        /// Text of the e-mail; if empty, the organisation's template is used.
        message: String,
    },
    /// Keep the licence until a day.
    Exempt {
        /// Last day of the exemption (UTC).
        until: Day,
        reason: String,
        /// Only this licence, or everything of this user.
        scope: DecisionScope,
    },
    /// Put the change on the change list and promise the saving.
    Accept {
        /// Reason, shown in the time line.
        note: String,
        /// Whether an answer is overridden, or the answer is not waited for.
        against: bool,
    },
    /// The licence stays; the holder may be asked again after the cool-down.
    Keep { note: String },
    /// Revoke the decision.
    Reopen {
        /// Reason, shown in the time line.
        note: String,
    },
    /// Assign the finding to a colleague.
    Assign {
        /// E-mail address of a member; empty removes the assignment.
        to: String,
    },
    /// Add a comment to the time line.
    Comment { text: String },
}
