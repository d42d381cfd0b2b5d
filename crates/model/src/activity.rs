//! Activity of users, as summaries that are small enough to keep in memory for every user.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::{Day, Timestamp};
use crate::tone::Tone;

/// The days of one month on which a user signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInMonth {
    /// E-mail address in lower case, because sign-in logs name users by it.
    pub email: String,
    /// The first day of the month (UTC).
    pub month: Day,
    /// Bit n is set when the user signed in on day n + 1 of the month.
    pub days: u32,
    /// The last sign-in of the month.
    pub last: Timestamp,
}

/// One meeting or webinar, reduced to the values that rosters need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedSummary {
    /// Time at which the event started.
    pub start: Timestamp,
    /// Length in minutes, as the application counts it.
    pub minutes: i32,
    /// Number of participants, the host included; `None` when not known.
    pub participants: Option<i32>,
    /// Whether it was a webinar; otherwise a meeting.
    pub webinar: bool,
    /// Features that were used, one bit each. The connector of the application names the bits.
    pub features: i64,
}

/// Totals of the whole account for one day (UTC), as the application reports them. `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DailyUsage {
    /// Users created on that day.
    pub new_users: Option<i64>,
    /// Number of meetings that took place.
    pub meetings: Option<i64>,
    /// Participants, counted once per meeting.
    pub participants: Option<i64>,
    /// Minutes of all meetings together.
    pub meeting_minutes: Option<i64>,
}

/// Totals of one host over some days, as the application's report states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostReport {
    /// The application's id of the user.
    pub external_id: String,
    /// E-mail address, lower case.
    pub email: String,
    /// Number of meetings held.
    pub meetings: i64,
    /// Number of participants in them; `None` when not known.
    pub participants: Option<i64>,
    /// Minutes of them; `None` when not known.
    pub minutes: Option<i64>,
}

/// Whether a user was active within a number of days before now: `active`, `inactive` (was active
/// before), `never` (no sign-in and nothing hosted, ever) or `unknown` (the data for a part of these
/// days is missing).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActivityState {
    /// Signed in or hosted something within these days.
    Active,
    /// Known to have been inactive on all of these days, and active before.
    Inactive,
    /// Known never to have signed in or hosted anything.
    Never,
    /// The data for a part of these days is missing.
    Unknown,
}

crate::word_enum!(ActivityState);

impl ActivityState {
    /// The name of the state to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Never => "Never active",
            Self::Unknown => "Unknown",
        }
    }

    /// Colour in which the name is shown.
    #[must_use]
    pub fn tone(self) -> Tone {
        match self {
            Self::Active => Tone::Good,
            Self::Inactive => Tone::Warn,
            Self::Never => Tone::Bad,
            Self::Unknown => Tone::Quiet,
        }
    }
}
