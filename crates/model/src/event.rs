//! What users did, as the application's reports tell it: things hosted, sign-ins, and what
//! administrators changed. People appear by e-mail address, because that is what reports give.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What was hosted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A meeting.
    Meeting,
    /// A webinar.
    Webinar,
}

/// A meeting or webinar that took place. No topic and no participant is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedEvent {
    /// The application's id of this one occurrence.
    pub id: String,
    /// Meeting or webinar.
    pub kind: EventKind,
    /// The host's e-mail address, lower case; empty when the application withholds it.
    pub host: String,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// Length in minutes as the application counts it.
    pub minutes: i32,
    /// How many took part, the host included.
    pub participants: i32,
    /// Highest number of viewers at the same time, for webinars, when known.
    pub peak_viewers: Option<i32>,
    /// Features that were used, one bit each; the application's module names the bits.
    pub features: i64,
}

/// Whether somebody came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInKind {
    /// Signed in.
    In,
    /// Signed out.
    Out,
}

/// One row of the sign-in log. Rows have no id: the whole row and its ordinal among equal rows are
/// its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SignIn {
    /// When.
    pub at: Timestamp,
    /// Who: e-mail address, lower case.
    pub email: String,
    /// In or out.
    pub kind: SignInKind,
    /// Kind of client, as given; empty when not told.
    pub client: String,
    /// Version of the client; empty when not told.
    pub version: String,
    /// Network of the address (`192.0.2.0/24`), never the address itself; empty when not told.
    pub network: String,
    /// 0 for the first of equal rows, 1 for the second, and so on.
    pub ordinal: i32,
}

/// One row of the log of administrators' actions. Like sign-ins, rows have no id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AdminChange {
    /// When.
    pub at: Timestamp,
    /// Who did it: e-mail address.
    pub operator: String,
    /// What it was about, e.g. `User`.
    pub category: String,
    /// What was done, e.g. `Update`.
    pub action: String,
    /// The application's own words.
    pub detail: String,
    /// 0 for the first of equal rows, 1 for the second, and so on.
    pub ordinal: i32,
}

/// A meeting or webinar that is scheduled. Its title is never kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UpcomingEvent {
    /// Id of the event at the application.
    pub id: String,
    /// Id of the host's user at the application.
    pub host_id: String,
    /// Meeting or webinar.
    pub kind: EventKind,
    /// When it is to begin.
    pub start: Timestamp,
}
