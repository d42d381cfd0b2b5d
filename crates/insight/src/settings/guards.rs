//! Settings for needs, and for the reasons that put findings on hold.

use serde::{Deserialize, Serialize};

/// Which events count as needs of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that people set by itself"
)]
pub struct NeedSettings {
    /// A meeting with at least two participants that is longer than this number of minutes is a need.
    pub minutes: u16,
    /// A meeting with more participants than this is a need; null for the limit of free users of the account.
    pub audience: Option<u32>,
    /// Whether a cloud recording is a need.
    pub cloud_recording: bool,
    /// Whether registration is a need.
    pub registration: bool,
    /// Whether polls are a need.
    pub polls: bool,
    /// Whether a webinar is a need.
    pub webinar: bool,
    /// Whether a large meeting is a need.
    pub large_meeting: bool,
}

impl Default for NeedSettings {
    fn default() -> Self {
        Self {
            minutes: 40,
            audience: None,
            cloud_recording: true,
            registration: true,
            polls: true,
            webinar: true,
            large_meeting: true,
        }
    }
}

/// Reasons that put a finding on hold. Each can be switched off, and every number changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that people set by itself"
)]
pub struct Guards {
    /// On hold while a person's own pattern of needs makes another need likely.
    pub rhythm: bool,
    /// The pattern counts as ended when so long a silence would occur in fewer than so many of a thousand
    /// cases if the pattern continued.
    pub rhythm_chance_permille: u16,
    /// Number of days of silence that are assumed before the known history, so that a few early needs do not
    /// look like a dense pattern.
    pub rhythm_prior_days: u16,
    /// The least number of days with a need that make a pattern.
    pub rhythm_needs: u16,
    /// On hold while the silence is shorter than the longest earlier gap between two needs, times so many
    /// percent.
    pub rhythm_gap_percent: u16,
    /// On hold when needs began at this time last year.
    pub season: bool,
    /// Number of days without a need that separate one season from the next.
    pub season_gap_days: u16,
    /// Number of days before a season returns in which a finding is on hold.
    pub season_ahead_days: u16,
    /// Number of days by which a season may begin earlier or later than last year.
    pub season_slip_days: u16,
    /// On hold when a webinar is scheduled, or a meeting of a user that hosted none recently.
    pub scheduled: bool,
    /// On hold when any meeting is scheduled, whatever its length will be.
    pub scheduled_meetings: bool,
    /// On hold until people without a need so far have had the licence for long enough.
    pub settling: bool,
    /// The number of days for that.
    pub settling_days: u16,
    /// After so many hosted meetings without a need, a finding about a host is no longer on hold for that.
    pub settling_meetings: u16,
    /// On hold when a leaver signed in or hosted within so many days, because the list may be incomplete. 0
    /// switches this off.
    pub leaver_days: u16,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            rhythm: true,
            rhythm_chance_permille: 2,
            rhythm_prior_days: 30,
            rhythm_needs: 1,
            rhythm_gap_percent: 150,
            season: true,
            season_gap_days: 60,
            season_ahead_days: 90,
            season_slip_days: 21,
            scheduled: true,
            scheduled_meetings: false,
            settling: true,
            settling_days: 130,
            settling_meetings: 10,
            leaver_days: 14,
        }
    }
}
