//! A row of the list of findings, also used by the pages of a single finding.

use model::{Day, FindingState, Rule};

use crate::parts::finding::Saving;
use crate::parts::params::segment;
use crate::parts::{Subject, Tab};

#[derive(Debug, Clone)]
pub struct FindingRow {
    pub id: String,
    /// The rule behind the finding.
    pub rule: Rule,
    pub state: FindingState,
    /// The person concerned; `None` when the finding is about the whole account.
    pub person: Option<FindingPerson>,
    /// Name of the licence, for display.
    pub licence: String,
    /// The conclusion in one sentence.
    pub headline: String,
    /// First day on which the finding was true.
    pub since: Day,
    /// Seats that the finding would free.
    pub seats: i64,
    /// Saving; `None` without a price.
    pub saving: Option<Saving>,
    /// E-mail address of the colleague in charge; empty when unassigned.
    pub assignee: String,
    /// Department of the person; empty when not known.
    pub department: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingPerson {
    /// Stable key of the person within the integration.
    pub key: String,
    /// Display name: the name, else the address, else the key.
    pub called: String,
    pub email: String,
}

/// The address of one finding.
#[must_use]
pub fn href(subject: &Subject, id: &str) -> String {
    format!("{}/{}", Tab::Findings.href(subject.id), segment(id))
}
