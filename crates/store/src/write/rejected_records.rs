//! Records that could not be understood, as they are written.

use std::fmt;

use model::{Day, Timestamp};

/// The days of records that are not about days, such as users.
pub const NO_DAYS: (Day, Day) = (Day(-1), Day(-1));

/// The records of one part of a stream that could not be understood.
#[derive(Debug, Clone)]
pub struct RejectedRecords {
    pub stream: &'static str,
    /// The part that was read, whose earlier records are replaced.
    pub scope: RejectedScope,
    /// Version of the code that could not understand them.
    pub mapper: i64,
    pub read_at: Timestamp,
    pub groups: Vec<RejectedGroup>,
    /// Some of the records as the application sent them.
    pub texts: Vec<RejectedText>,
}

/// A part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RejectedScope {
    Whole,
    /// Days from the first to the second, both included.
    Days(Day, Day),
    /// Records about these persons.
    People(Vec<String>),
    /// Records with this reason.
    Reason(String),
}

/// Records with the same days, person and reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedGroup {
    /// The first and the last day that the records may be about; [`NO_DAYS`] when they are not about days.
    pub days: (Day, Day),
    /// An address or an id of the application; empty when it is unknown.
    pub person: String,
    /// The member and the problem with it, without personal data.
    pub reason: String,
    pub records: i64,
}

/// The text of a record.
#[derive(Clone, PartialEq, Eq)]
pub struct RejectedText {
    pub days: (Day, Day),
    pub person: String,
    /// As the application sent it; sealed in the database.
    pub text: String,
}

impl fmt::Debug for RejectedText {
    /// Leaves out the text, because it is personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectedText")
            .field("days", &self.days)
            .finish_non_exhaustive()
    }
}
