//! Sums over the events that a user hosted in the last days. They are computed while a roster is built,
//! because pages sort all users by them.

use model::HostedSummary;

/// A sum over the events that a user hosted in a number of days before now. To add one, add a variant here
/// and a member to [`ActivityView`](super::ActivityView).
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

model::word_enum!(HostedWindow);

impl HostedWindow {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Meetings30 => "Meetings, 30 d",
            Self::Meetings90 => "Meetings, 90 d",
            Self::Minutes30 => "Minutes, 30 d",
            Self::Minutes90 => "Minutes, 90 d",
        }
    }

    #[must_use]
    pub const fn days(self) -> u16 {
        match self {
            Self::Meetings30 | Self::Minutes30 => 30,
            Self::Meetings90 | Self::Minutes90 => 90,
        }
    }

    /// The number that an event adds to the sum.
    pub(super) fn of_event(self, event: &HostedSummary) -> u32 {
        match self {
            Self::Meetings30 | Self::Meetings90 => 1,
            Self::Minutes30 | Self::Minutes90 => u32::try_from(event.minutes).unwrap_or(0),
        }
    }
}
