//! The effect of other rules: the findings that they would make now with their saving, and, replayed over the
//! history, the users that would have lost a licence that they needed soon after. Replays use the same
//! verdicts as findings, for past days and with the data that were known on them.

mod charts;
mod replay;
mod thresholds;
mod types;

pub use charts::{Bucket, Histogram, NeedersWeek, days_since_need, needers_per_week};
pub use replay::what_if;
pub use thresholds::thresholds;
pub use types::{RuleWhatIf, ThresholdPoint, WRONG_WITHIN_DAYS, WhatIf, WronglyFlagged};
