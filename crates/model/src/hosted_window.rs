//! Sums over the events that a user hosted in the last days: the table of these columns, which roster, API,
//! pages and exports read.

use crate::activity::HostedSummary;

/// A sum over the events that a user hosted in a number of days before now. To add one, add a variant here
/// and a member to the user's activity in the insight crate.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum HostedWindow {
    /// Number of meetings and webinars in 30 days.
    #[strum(serialize = "meetings_30d")]
    Meetings30,
    /// Number of meetings and webinars in 90 days.
    #[strum(serialize = "meetings_90d")]
    Meetings90,
    /// Minutes of meetings and webinars in 30 days.
    #[strum(serialize = "minutes_30d")]
    Minutes30,
    /// Minutes of meetings and webinars in 90 days.
    #[strum(serialize = "minutes_90d")]
    Minutes90,
}

crate::word_enum!(HostedWindow);

impl HostedWindow {
    /// Name of the column.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Meetings30 => "Meetings, 30 d",
            Self::Meetings90 => "Meetings, 90 d",
            Self::Minutes30 => "Minutes, 30 d",
            Self::Minutes90 => "Minutes, 90 d",
        }
    }

    /// Number of days before now.
    #[must_use]
    pub const fn days(self) -> u16 {
        match self {
            Self::Meetings30 | Self::Minutes30 => 30,
            Self::Meetings90 | Self::Minutes90 => 90,
        }
    }

    /// The number that an event adds to the sum.
    #[must_use]
    pub fn of_event(self, event: &HostedSummary) -> u32 {
        match self {
            Self::Meetings30 | Self::Meetings90 => 1,
            Self::Minutes30 | Self::Minutes90 => u32::try_from(event.minutes).unwrap_or(0),
        }
    }
}
