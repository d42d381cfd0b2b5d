//! Sums over findings: in all, by rule, by department, by licence.

use model::{Licence, Rule, Sums};

/// What the findings of a query come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingTotals {
    /// Findings.
    pub findings: i64,
    /// Different people.
    pub people: i64,
    /// Seats that could be given back; those of `under_licensed`, which would be bought, not counted.
    pub seats: i64,
    /// What that would save in a year, each currency for itself; what would be bought is not taken off.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
    /// Licensed people of the query's users of whom nothing can be concluded.
    pub unknown_people: i64,
}

/// What the findings of one rule come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTotal {
    /// The rule.
    pub rule: Rule,
    /// Findings.
    pub findings: i64,
    /// Seats; of `under_licensed` those that would be bought.
    pub seats: i64,
    /// For a year; negative for `under_licensed`.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
    /// Findings held back, which are in none of the other numbers.
    pub held: i64,
}

/// What was found in one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentTotal {
    /// Its name; empty for people who are known to have none, absent where it is unknown.
    pub department: Option<String>,
    /// Users.
    pub users: i64,
    /// Users with a base licence.
    pub licensed: i64,
    /// Licensed users of whom enough is known and nothing is found; absent while what was hosted is not
    /// known for 90 days.
    pub needed: Option<i64>,
    /// Licensed users with an open finding about the base licence.
    pub not_needed: i64,
    /// Open findings about add-ons of its people.
    pub add_ons: i64,
    /// Licensed users of whom nothing can be concluded.
    pub unknown: i64,
    /// What its open findings, of both kinds, would save in a year.
    pub saving: Sums,
}

/// People who hold a licence and of whom nothing can be concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTotal {
    /// The licence.
    pub licence: Licence,
    /// How many.
    pub people: i64,
    /// Why, as a sentence.
    pub why: String,
}

/// How a licence is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceTotal {
    /// The licence.
    pub licence: Licence,
    /// Users who hold it.
    pub holders: i64,
    /// Whether these are all: of add-ons they are not while settings of active users are unread.
    pub holders_known: bool,
    /// Holders of whom nothing else is said here: so holders, and seats counted as given that nobody
    /// holds, are those needed, not needed, held and unknown together. Unknown when hosting is not
    /// known for the last 90 days.
    pub needed: Option<i64>,
    /// Seats of open findings about it; those that could be shared not counted.
    pub not_needed: i64,
    /// Holders whose finding is held back or exempt.
    pub held: i64,
    /// Seats more that could go if holders lent them to each other.
    pub pooled: i64,
    /// Holders of whom nothing can be concluded.
    pub unknown: i64,
    /// Seats bought, from plan usage, else from the contracts; unknown without either.
    pub purchased: Option<i64>,
}
