//! The answers of a what-if.

use model::{Day, Rule, Sums};

/// Days after a past day in which a need shows that flagging was wrong.
pub const WRONG_WITHIN_DAYS: i32 = 90;

/// What proposed rules would do.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// Findings that would be open today.
    pub flagged: i64,
    /// Seats of those.
    pub seats: i64,
    /// What they would save in a year.
    pub saved: Sums,
    /// Seats of those without a price.
    pub without_price: i64,
    /// Different people who would have been flagged on one of the past days.
    pub replayed: i64,
    /// Those of them who needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
    /// Some of them, the latest first; at most a thousand.
    pub wrongly: Vec<WronglyFlagged>,
    /// The same rule by rule, in the order of [`Rule::ALL`]; every rule is there.
    pub by_rule: Vec<RuleWhatIf>,
    /// The first and the last past day; `None` when too little is known to go back.
    pub replayed_days: Option<(Day, Day)>,
    /// Licensed people of whom nothing can be concluded today.
    pub unknown: i64,
}

/// Somebody who would have lost a licence that they needed soon after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WronglyFlagged {
    /// The user's row.
    pub row: u32,
    /// By which rule.
    pub rule: Rule,
    /// The past day.
    pub flagged_on: Day,
    /// The first need after it.
    pub needed_on: Day,
}

/// What one of the proposed rules would do.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleWhatIf {
    /// The rule.
    pub rule: Rule,
    /// Findings that would be open today.
    pub flagged: i64,
    /// What they would save in a year.
    pub saved: Sums,
    /// Different people who would have been flagged on one of the past days.
    pub replayed: i64,
    /// Those of them who needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
}

/// What one threshold of one rule would do.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdPoint {
    /// The threshold in days.
    pub days: u16,
    /// Findings of the rule that would be open today.
    pub flagged: i64,
    /// What they would save in a year.
    pub saved: Sums,
    /// Holders of whom nothing can be concluded today, because less is known than the threshold asks.
    pub unknown: i64,
    /// Different people who would have been flagged on one of the past days.
    pub replayed: i64,
    /// Those of them who needed the licence within 90 days after such a day.
    pub wrongly_flagged: i64,
}
