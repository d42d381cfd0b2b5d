//! What was bought: seats of one licence, at a price, for a term, with a day until which notice can
//! be given. And the price book, for licences without a contract.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::integration::IntegrationId;
use crate::licence::Licence;
use crate::money::Money;
use crate::time::{Day, Timestamp};

/// Number of a contract within its integration. Written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContractId(pub i64);

impl fmt::Display for ContractId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How often is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every year.
    Yearly,
}

impl BillingCycle {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Yearly];

    /// Months in a cycle.
    #[must_use]
    pub fn months(self) -> i32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }

    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cycle| cycle.value() == value)
    }
}

/// What a contract says; all of it can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractTerms {
    /// What was bought.
    pub licence: Licence,
    /// Name that the organisation gives it, e.g. the number of the order form.
    pub name: String,
    /// Seats.
    pub quantity: i64,
    /// For one seat and one billing cycle; unknown when absent: then seats are shown and no money.
    pub unit_price: Option<Money>,
    /// How often is paid.
    pub billing_cycle: BillingCycle,
    /// First day of the term.
    pub starts_on: Day,
    /// Last day of the term.
    pub ends_on: Day,
    /// Whether it goes on for another term of the same length when no notice is given.
    pub auto_renews: bool,
    /// Days before the end of the term by which notice must have arrived.
    pub notice_days: i32,
    /// Seats that have to be bought at least; 0 for none.
    pub minimum: i64,
    /// Whether seats can be given back at the end of each billing cycle, and not only of the term.
    pub reducible_each_cycle: bool,
    /// E-mail address of the colleague who looks after it; empty for nobody.
    pub owner: String,
    /// Free text.
    pub notes: String,
}

/// A contract as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its number.
    pub id: ContractId,
    /// Whose licences these are.
    pub integration: IntegrationId,
    /// What it says.
    pub terms: ContractTerms,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ContractTerms {
    /// The last day on which notice can be given.
    #[must_use]
    pub fn notice_by(&self) -> Day {
        self.ends_on.plus(-self.notice_days)
    }

    /// What one seat costs in a year of twelve months.
    #[must_use]
    pub fn yearly_price(&self) -> Option<Money> {
        let cycles = i64::from(12 / self.billing_cycle.months());
        self.unit_price.map(|price| price.times(cycles))
    }
}

/// How sure a price of the price book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceConfidence {
    /// From an offer or an invoice of this organisation.
    Quoted,
    /// From a public list.
    Listed,
    /// Somebody's guess.
    Estimated,
}

/// A price for licences without a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPrice {
    /// The licence.
    pub licence: Licence,
    /// For one seat and year.
    pub yearly: Money,
    /// The day on which it was true.
    pub as_of: Day,
    /// Where it is from.
    pub source: String,
    /// How sure it is.
    pub confidence: PriceConfidence,
}
