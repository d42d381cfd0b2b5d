//! Sums over findings: in all, by rule, by department, by licence.

use model::{Licence, Rule, Sums};
use serde::Serialize;
use utoipa::ToSchema;

/// Sums over the findings of a query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct FindingTotals {
    /// Number of findings that match all filters.
    #[serde(rename = "total")]
    pub findings: i64,
    /// Number of different people among them.
    pub people: i64,
    /// Number of seats that could be given back. Seats of `under_licensed`, which would be bought, are not
    /// counted.
    pub seats: i64,
    /// The saving in a year, one sum for each currency. Costs of seats that would be bought are not
    /// subtracted.
    pub saving: Sums,
    /// Number of seats without a known price.
    pub without_price: i64,
    /// Number of licensed people for which nothing can be concluded, among the users that match.
    pub unknown_people: i64,
}

/// Sums over the findings of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleSummary)]
pub struct RuleTotal {
    /// The rule that the numbers are about.
    pub rule: Rule,
    /// Number of findings of the rule.
    pub findings: i64,
    /// Number of seats; for `under_licensed` those that would be bought.
    pub seats: i64,
    /// The saving in a year, one sum for each currency; negative for `under_licensed`.
    pub saving: Sums,
    /// Number of seats without a known price.
    pub without_price: i64,
    /// Number of findings on hold, which are not part of the other numbers.
    #[serde(rename = "held")]
    pub on_hold: i64,
}

/// Sums over the people of one department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DepartmentSummary)]
pub struct DepartmentTotal {
    /// Name of the department; empty for people that are known to have none, null when unknown.
    pub department: Option<String>,
    /// Number of users in the department.
    pub users: i64,
    /// Number of users with a base licence.
    pub licensed: i64,
    /// Number of licensed users with enough data and without a finding; null while hosted events are not
    /// known for the last 90 days.
    pub needed: Option<i64>,
    /// Number of licensed users with an open finding about the base licence.
    pub not_needed: i64,
    /// Number of open findings about add-ons. `saving` includes them.
    pub add_ons: i64,
    /// Number of licensed users for which nothing can be concluded.
    pub unknown: i64,
    /// The saving of all open findings in a year, one sum for each currency.
    pub saving: Sums,
}

/// Holders of a licence for whom nothing can be concluded, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = UnknownSummary)]
pub struct UnknownTotal {
    /// The licence that they hold.
    pub licence: Licence,
    /// Number of people with that reason.
    pub people: i64,
    /// The reason, as a sentence.
    pub why: String,
}

/// How many holders of a licence need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LicenceSummary)]
pub struct LicenceTotal {
    /// The licence that the numbers are about.
    pub licence: Licence,
    /// Name of the licence for people.
    pub label: String,
    /// Number of users that hold it.
    pub holders: i64,
    /// Whether these are all holders. For add-ons there may be more while the settings of active users are
    /// not read.
    pub holders_known: bool,
    /// Number of holders that needed it within the last 90 days; null when hosted events are not known for
    /// all of these days.
    // Holders that are in none of the other numbers. So holders, and seats counted as given that are held
    // by no user, are the sum of needed, not needed, on hold and unknown.
    pub needed: Option<i64>,
    /// Number of seats of open findings about it. Seats that could be shared are not counted.
    pub not_needed: i64,
    /// Number of holders whose finding is on hold or exempt.
    #[serde(skip)]
    pub on_hold: i64,
    /// Number of further seats that could be given back if holders shared them.
    #[serde(skip)]
    pub pooled: i64,
    /// Number of holders for which nothing can be concluded.
    pub unknown: i64,
    /// Number of seats bought, according to the application or else to the contracts; null without either.
    pub purchased: Option<i64>,
}
