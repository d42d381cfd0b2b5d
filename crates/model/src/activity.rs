//! Summaries of what users did, small enough to keep in memory for everybody.

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// The days of one month on which somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInMonth {
    /// E-mail address, lower case.
    pub email: String,
    /// First day of the month.
    pub month: Day,
    /// Bit n is set when they signed in on day n + 1 of the month.
    pub days: u32,
    /// The last sign-in of the month.
    pub last: Timestamp,
}

/// One hosted event, reduced to what rosters need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedSummary {
    /// When it began.
    pub start: Timestamp,
    /// Length in minutes.
    pub minutes: i32,
    /// How many took part.
    pub participants: i32,
    /// Whether it was a webinar.
    pub webinar: bool,
    /// What was used, as bits that the application's module names.
    pub features: i64,
}

/// Totals of the whole account for one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DailyUsage {
    /// Users created on that day.
    pub new_users: i64,
    /// Meetings held.
    pub meetings: i64,
    /// People who took part, counted once a meeting.
    pub participants: i64,
    /// Sum of the lengths of the meetings.
    pub meeting_minutes: i64,
}

/// Whether somebody used the application within the last so many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityState {
    /// Signed in or hosted within the threshold.
    Active,
    /// Known not to have, though they did before.
    Inactive,
    /// Known never to have signed in or hosted.
    Never,
    /// The data that would tell is missing for part of the threshold.
    Unknown,
}

impl ActivityState {
    /// Every state, in the order in which pages list them.
    pub const ALL: [Self; 4] = [Self::Active, Self::Inactive, Self::Never, Self::Unknown];

    /// The word that the API, filters and exports use.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Never => "never",
            Self::Unknown => "unknown",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Never => "Never active",
            Self::Unknown => "Unknown",
        }
    }
}
