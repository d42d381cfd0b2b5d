//! What counts as needing a licence, and what holds a finding back although its rule fits.

use serde::{Deserialize, Serialize};

/// What counts as needing a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that people set by itself"
)]
pub struct NeedSettings {
    /// A meeting with company that is longer than this many minutes is a need.
    pub minutes: u16,
    /// A meeting with more people than this is a need; absent: what Basic users of the account have.
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

/// What makes a finding held back rather than open. Each can be switched off, and every number
/// changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that people set by itself"
)]
pub struct Guards {
    /// Hold back while somebody's own pattern of needs makes another one likely.
    pub rhythm: bool,
    /// The pattern counts as broken when so long a silence would come up less often than in so many
    /// of a thousand cases if the pattern went on.
    pub rhythm_chance_permille: u16,
    /// Days of silence that are assumed to lie before the known history when the pattern is made out,
    /// so that a few early needs don't look like a dense pattern.
    pub rhythm_prior_days: u16,
    /// How many days with a need make a pattern at least.
    pub rhythm_needs: u16,
    /// Hold back while the silence is shorter than the longest earlier gap between two needs, times
    /// so many percent.
    pub rhythm_gap_percent: u16,
    /// Hold back when needs began at this time last year.
    pub season: bool,
    /// Days without a need that part one season from the next.
    pub season_gap_days: u16,
    /// Days ahead in which a season that comes back holds back.
    pub season_ahead_days: u16,
    /// Days that a season may begin earlier or later than last year.
    pub season_slip_days: u16,
    /// Hold back when a webinar is scheduled, or a meeting by somebody who hosted none lately.
    pub scheduled: bool,
    /// Hold back when any meeting is scheduled, whatever its length will be.
    pub scheduled_meetings: bool,
    /// Hold back people without a need so far until they have had the licence for long enough.
    pub settling: bool,
    /// How many days that is.
    pub settling_days: u16,
    /// After so many hosted meetings without a need, hosts are no longer waited for.
    pub settling_meetings: u16,
    /// Hold back a leaver who signed in or hosted within so many days: the list may be incomplete. 0
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
