//! The numbers of the method for renewals. An organisation can change all of them.

use serde::{Deserialize, Serialize};

/// Settings of the method for renewals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each switches a step of its own on or off"
)]
pub struct RenewalSettings {
    /// Days of a rolling window: how long a licence stays with a person who needed it. 7 to 365.
    pub window_days: u16,
    /// The probability of the range from low to high, in percent. 50 to 99: with 90, the need stays at or
    /// below "high" in 19 of 20 futures.
    pub central_percent: u8,
    /// Whether the highest window of the past year counts, and not only the last one.
    pub season: bool,
    /// Whether a steady rise or fall is assumed to continue.
    pub growth: bool,
    /// The most that a rise or fall may change the need in a year, in percent of it. 0 to 100.
    pub growth_limit_percent: u8,
    /// Whether more new licences than usual mean more need.
    pub starters: bool,
    /// Whether people that are known to have left no longer count.
    pub leavers: bool,
    /// Whether people whose need is expected to return count in part while less than a year is known.
    pub held_back: bool,
    /// Number of reserve seats, added to every number.
    pub spare: u16,
}

impl Default for RenewalSettings {
    fn default() -> Self {
        Self {
            window_days: 90,
            central_percent: 95,
            season: true,
            growth: true,
            growth_limit_percent: 15,
            starters: true,
            leavers: true,
            held_back: true,
            spare: 0,
        }
    }
}

/// Bounds of the numbers.
pub(super) const RENEWAL_BOUNDS: [(&str, i64, i64); 4] = [
    ("window_days", 7, 365),
    ("central_percent", 50, 99),
    ("growth_limit_percent", 0, 100),
    ("spare", 0, 10_000),
];
