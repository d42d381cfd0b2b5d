//! The answers of a what-if.

use model::{Day, Rule, Sums};
use serde::Serialize;
use utoipa::ToSchema;

/// The number of days after a past day in which a need shows that flagging was wrong.
pub const WRONG_WITHIN_DAYS: i32 = 90;

/// The effect of proposed rules.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WhatIf {
    /// Number of findings that would be open today.
    pub flagged: i64,
    /// Number of seats of these findings.
    pub seats: i64,
    /// Their saving in a year, one sum for each currency.
    pub saved: Sums,
    /// Number of seats without a known price.
    pub without_price: i64,
    /// Number of different people that would have been flagged on one of the past days.
    pub replayed: i64,
    /// Number of those that needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
    /// Those people, the latest first; at most a thousand.
    pub wrongly: Vec<WronglyFlagged>,
    /// The same numbers for each rule, also for rules without findings.
    pub by_rule: Vec<RuleWhatIf>,
    /// The first past day (UTC); null when the history is too short to look back.
    pub replayed_from: Option<Day>,
    /// The last past day (UTC); null when the history is too short to look back.
    pub replayed_to: Option<Day>,
    /// Number of licensed people for whom nothing can be concluded today.
    pub unknown: i64,
}

impl WhatIf {
    /// The first and the last past day; `None` when the history is too short to look back.
    #[must_use]
    pub fn replayed_days(&self) -> Option<(Day, Day)> {
        self.replayed_from.zip(self.replayed_to)
    }
}

/// A user that would have lost a licence that was needed soon after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WronglyFlagged {
    /// The user's row in the roster.
    #[serde(skip)]
    pub row: u32,
    /// The `id` of the user.
    pub user_id: String,
    /// The user's e-mail address; may be empty.
    pub email: String,
    /// The rule that would have flagged the user.
    pub rule: Rule,
    /// The past day of the flag (UTC).
    pub flagged_on: Day,
    /// The day of the first need after it (UTC).
    pub needed_on: Day,
}

/// The effect of one of the proposed rules.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RuleWhatIf {
    /// The rule that the numbers are about.
    pub rule: Rule,
    /// Number of findings that would be open today.
    pub flagged: i64,
    /// Their saving in a year, one sum for each currency.
    pub saved: Sums,
    /// Number of different people that would have been flagged on one of the past days.
    pub replayed: i64,
    /// Number of those that needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
}

/// The effect of one threshold of one rule.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Threshold)]
pub struct ThresholdPoint {
    /// The threshold as a number of days.
    pub days: u16,
    /// Number of findings of the rule that would be open today.
    pub flagged: i64,
    /// Their saving in a year, one sum for each currency.
    pub saved: Sums,
    /// Number of holders for whom nothing can be concluded today, because the known history is shorter than
    /// the threshold.
    #[serde(skip)]
    pub unknown: i64,
    /// Number of different people that would have been flagged on one of the past days.
    pub replayed: i64,
    /// Number of those that needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
}
