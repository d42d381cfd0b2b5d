//! The days for which a stream was read. Unknown is not the same as inactive: nothing is concluded from
//! days that are not covered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// Whether the data of a day can still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// The application will not report anything more about the day.
    Complete,
    /// The day was read, but rows may still arrive: it is today, or too recent.
    Provisional,
}

/// The coverage of one day of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCoverage {
    /// Whether the data can still change.
    pub state: DayState,
    /// Time at which the day was last read.
    pub read_at: Timestamp,
}

/// The days for which one stream was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// The coverage by day. A day that is absent was not read.
    pub days: BTreeMap<Day, DayCoverage>,
}

impl Coverage {
    /// Whether every day from `first` to `last` was read, both included; true for no days at all.
    #[must_use]
    pub fn covers(&self, first: Day, last: Day) -> bool {
        first > last
            || self.days.range(first..=last).count()
                == usize::try_from(last.since(first) + 1).unwrap_or(usize::MAX)
    }

    /// The number of days from `first` to `last` that were read, both included.
    #[must_use]
    pub fn count(&self, first: Day, last: Day) -> usize {
        if first > last {
            0
        } else {
            self.days.range(first..=last).count()
        }
    }

    /// The first day of the run of covered days without a gap that ends on `last`; `None` when `last`
    /// itself was not read.
    #[must_use]
    pub fn unbroken_since(&self, last: Day) -> Option<Day> {
        let mut first = None;
        let mut day = last;
        while self.days.contains_key(&day) {
            first = Some(day);
            day = day.plus(-1);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(days: &[i32]) -> Coverage {
        let at = DayCoverage {
            state: DayState::Complete,
            read_at: Timestamp(0),
        };
        Coverage {
            days: days.iter().map(|d| (Day(*d), at)).collect(),
        }
    }

    #[test]
    fn a_gap_is_not_covered() {
        let coverage = known(&[1, 2, 4, 5]);
        assert!(coverage.covers(Day(1), Day(2)));
        assert!(!coverage.covers(Day(2), Day(4)));
        assert_eq!(coverage.count(Day(1), Day(5)), 4);
        assert_eq!(coverage.unbroken_since(Day(5)), Some(Day(4)));
        assert_eq!(coverage.unbroken_since(Day(3)), None);
    }
}
