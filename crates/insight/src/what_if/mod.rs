//! What other rules would have done: who would be flagged now, what that saves, and, replayed over
//! the history, who would have lost a licence that they needed soon after. Replays use the kernel
//! that makes the findings, as of past days and with what was known on them.

mod charts;
mod replay;
mod thresholds;
mod types;

pub use charts::{Bucket, Histogram, NeedersWeek, days_since_need, needers_per_week};
pub use replay::what_if;
pub use thresholds::thresholds;
pub use types::{RuleWhatIf, ThresholdPoint, WRONG_WITHIN_DAYS, WhatIf, WronglyFlagged};
