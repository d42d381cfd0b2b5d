//! For which dates a stream is fully known. Unknown is not inactive: without coverage, nothing is
//! concluded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// How much is known of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Everything that the application will ever tell of it.
    Complete,
    /// Read, but before its data had settled (today, or rows may still arrive late).
    Provisional,
}

/// What is known of one day of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCoverage {
    /// How much is known.
    pub state: DayState,
    /// When it was last read.
    pub read_at: Timestamp,
}

/// The days of one stream of which something is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// By day; a day that is absent is unknown.
    pub days: BTreeMap<Day, DayCoverage>,
}

impl Coverage {
    /// Whether every day from `first` to `last` was read.
    #[must_use]
    pub fn covers(&self, first: Day, last: Day) -> bool {
        first > last
            || self.days.range(first..=last).count()
                == usize::try_from(last.since(first) + 1).unwrap_or(usize::MAX)
    }

    /// How many days from `first` to `last` were read.
    #[must_use]
    pub fn count(&self, first: Day, last: Day) -> usize {
        if first > last {
            0
        } else {
            self.days.range(first..=last).count()
        }
    }

    /// The first day of the unbroken run of known days that ends on `last`; `None` when `last` itself
    /// is unknown.
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
