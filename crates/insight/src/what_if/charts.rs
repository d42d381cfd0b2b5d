//! The numbers of two charts: days since the last need, from which a threshold can be chosen, and
//! people who needed a licence, week by week.

use model::Day;

use crate::roster::Roster;
use crate::settings::Settings;

/// How long ago licensed people last needed their base licence.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Histogram {
    /// Buckets in order, without gaps.
    pub buckets: Vec<Bucket>,
    /// People without a need in the whole known history.
    pub never: u32,
    /// People of whom it can't be told, because what was hosted is not known.
    pub unknown: u32,
}

/// People whose last need was so many days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bucket {
    /// So many days at least.
    pub from_days: u16,
    /// So many days at most.
    pub to_days: u16,
    /// How many people.
    pub people: u32,
}

/// Different people who needed a base licence in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct NeedersWeek {
    /// Its Monday.
    pub monday: Day,
    /// How many people; `None` when any day of the week that lies before tomorrow is not known.
    pub people: Option<u32>,
}

/// How long ago licensed people last needed their base licence.
#[must_use]
pub fn days_since_need(_: &Roster, _: &Settings) -> Histogram {
    Histogram {
        buckets: Vec::new(),
        never: 0,
        unknown: 0,
    }
}

/// Different people who needed a base licence in each of the last `weeks` weeks, the one of today last.
#[must_use]
pub fn needers_per_week(_: &Roster, _: &Settings, _: usize) -> Vec<NeedersWeek> {
    Vec::new()
}
