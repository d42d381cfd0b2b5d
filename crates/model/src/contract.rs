//! Contracts: seats of one licence, bought at a price for a term, with a day until which notice can be
//! given. And the price book, for licences without a contract.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::day_numbers::day_numbers;
use crate::integration::IntegrationId;
use crate::licence::Licence;
use crate::money::Money;
use crate::time::{Day, Timestamp};
use crate::words::counted;

/// Number of a contract within its integration, written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String)]
pub struct ContractId(pub i64);

impl fmt::Display for ContractId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ContractId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How often a contract is paid: `monthly`, `quarterly` or `yearly`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BillingCycle {
    /// The price is paid every month.
    Monthly,
    /// The price is paid every three months.
    Quarterly,
    /// The price is paid every twelve months.
    Yearly,
}

crate::word_enum!(BillingCycle, PriceConfidence);

impl BillingCycle {
    /// Number of months of a cycle.
    #[must_use]
    pub fn months(self) -> i32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }
}

// Every member has its line in `contract_fields::CONTRACT_FIELDS`.
/// The terms of a contract. A member can edit all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContractTerms {
    /// The licence that was bought, such as `licensed` or `webinar_500`.
    pub licence: Licence,
    /// Name that the organisation gives the contract, such as the number of the order form.
    pub name: String,
    /// The order to which the contract belongs, as the vendor calls it; empty for none. The contracts of one
    /// order renew together.
    pub order_name: String,
    /// Number of seats that were bought.
    pub quantity: i64,
    /// Price of one seat for one billing cycle; null when unknown. Without it, pages and answers have
    /// numbers of seats and no money.
    #[schema(value_type = Option<Money>)]
    pub unit_price: Option<Money>,
    /// How often is paid: `monthly`, `quarterly` or `yearly`.
    pub billing_cycle: BillingCycle,
    /// First day of the term (UTC).
    pub starts_on: Day,
    /// Last day of the term (UTC).
    pub ends_on: Day,
    /// Whether the contract continues for another term when no notice is given.
    pub auto_renews: bool,
    /// Number of months of each term after the first; null when it is not given in months.
    pub renewal_months: Option<i32>,
    /// Number of days of each term after the first; null when it is not given in days.
    pub renewal_days: Option<i32>,
    /// Whether each term after the first lasts until the end of a calendar quarter. Without this and a
    /// number of months or days, it is as long as the first.
    pub renews_by_quarter: bool,
    /// Number of days before the end of the term by which notice must have arrived.
    pub notice_days: i32,
    /// Number of months before the end of the term by which notice must have arrived, instead of the number
    /// of days; null when the days count.
    pub notice_months: Option<i32>,
    /// The numbers of days before the last day for notice on which colleagues are reminded, such as `60, 30, 7`.
    pub reminder_days: String,
    /// The least number of seats that have to be bought; 0 when there is no minimum.
    pub minimum: i64,
    /// Whether seats can be given back at the end of each billing cycle; otherwise only at the end of the
    /// term.
    pub reducible_each_cycle: bool,
    /// E-mail address of the colleague who is responsible for the contract; empty for none.
    pub owner: String,
    /// Notes of the organisation, as free text.
    pub notes: String,
    /// The terms of the first contract of the order, if that is another one. Not entered and not stored, but
    /// found by [`join_orders`].
    #[serde(skip)]
    #[schema(ignore)]
    pub first_of_order: Option<Box<ContractTerms>>,
}

/// A contract of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contract {
    /// Number of the contract within its integration, as text.
    pub id: ContractId,
    /// The integration whose licences were bought.
    #[serde(skip)]
    pub integration: IntegrationId,
    /// The terms that the organisation entered.
    #[serde(flatten)]
    pub terms: ContractTerms,
    /// Time at which the contract was entered (UTC).
    pub created_at: Timestamp,
    /// Time of the last change (UTC).
    pub updated_at: Timestamp,
}

/// Gives each contract the terms of the first contract of its order, because the contracts of an order renew
/// together. The first one is the one that begins first; of several the one that was entered first.
pub fn join_orders(contracts: &mut [Contract]) {
    let order = |contract: &Contract| (contract.integration, contract.terms.order_name.clone());
    let begin = |contract: &Contract| (contract.terms.starts_on, contract.id);
    let mut firsts: HashMap<(IntegrationId, String), Contract> = HashMap::new();
    for contract in contracts.iter() {
        let first = firsts
            .entry(order(contract))
            .or_insert_with(|| contract.clone());
        if begin(contract) < begin(first) {
            *first = contract.clone();
        }
    }
    for contract in contracts {
        contract.terms.first_of_order = firsts
            .get(&order(contract))
            .filter(|first| first.id != contract.id && !first.terms.order_name.is_empty())
            .map(|first| Box::new(first.terms.clone()));
    }
}

impl ContractTerms {
    /// Terms with the usual values: paid yearly, renewed with thirty days of notice, no price and no
    /// minimum. The name is empty, and a stored contract needs one.
    #[must_use]
    pub fn new(licence: Licence, quantity: i64, starts_on: Day, ends_on: Day) -> Self {
        Self {
            licence,
            name: String::new(),
            order_name: String::new(),
            quantity,
            unit_price: None,
            billing_cycle: BillingCycle::Yearly,
            starts_on,
            ends_on,
            auto_renews: true,
            renewal_months: None,
            renewal_days: None,
            renews_by_quarter: false,
            notice_days: 30,
            notice_months: None,
            reminder_days: "60, 30, 7".to_owned(),
            minimum: 0,
            reducible_each_cycle: false,
            owner: String::new(),
            notes: String::new(),
            first_of_order: None,
        }
    }

    /// The day before the last one, if that is an anniversary of the first day. Order forms often have it
    /// ("1 April 2023 to 1 April 2024") and mean whole years.
    #[must_use]
    pub fn day_before_anniversary(&self) -> Option<Day> {
        let (first, last) = (self.starts_on.ymd(), self.ends_on.ymd());
        let anniversary = last.0 > first.0 && (first.1, first.2) == (last.1, last.2);
        anniversary.then(|| self.ends_on.plus(-1))
    }

    /// The last day of the first term. When the entered one is an anniversary of the first day, the day before,
    /// because the terms would drift by a day each time.
    #[must_use]
    pub fn first_term_ends_on(&self) -> Day {
        self.day_before_anniversary().unwrap_or(self.ends_on)
    }

    /// The effect of giving no notice, such as `renews for 12 months at a time`.
    #[must_use]
    pub fn without_notice(&self) -> String {
        let each = |number: i32, one: &str, many: &str| {
            let length = counted(number.into(), one, many);
            format!("renews for {length} at a time")
        };
        match (self.auto_renews, self.renewal_months, self.renewal_days) {
            (false, ..) => "ends with its term".to_owned(),
            _ if self.renews_by_quarter => "renews until the end of the next quarter".to_owned(),
            (_, Some(months), _) => each(months, "month", "months"),
            (_, None, Some(days)) => each(days, "day", "days"),
            (_, None, None) => match &self.first_of_order {
                Some(first) => format!("renews together with {}", first.name),
                None => "renews for another term of the same length".to_owned(),
            },
        }
    }

    /// The numbers of [`Self::reminder_days`], the greatest first. Empty when they cannot be read, which the
    /// store does not accept.
    #[must_use]
    pub fn reminders(&self) -> Vec<i32> {
        day_numbers(&self.reminder_days).unwrap_or_default()
    }

    /// The price of one seat for twelve months; `None` when it is unknown.
    #[must_use]
    pub fn yearly_price(&self) -> Option<Money> {
        let cycles = i64::from(12 / self.billing_cycle.months());
        self.unit_price.map(|price| price.times(cycles))
    }
}

/// How reliable a price of the price book is: `quoted` (an offer or invoice of this organisation),
/// `listed` (a public price list) or `estimated`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PriceConfidence {
    /// The price is in an offer or an invoice of this organisation.
    Quoted,
    /// The price is on a public price list.
    Listed,
    /// A member estimated the price.
    Estimated,
}

/// A price of a licence without a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Price)]
pub struct ListPrice {
    /// The licence, such as `licensed` or `webinar_500`.
    pub licence: Licence,
    /// Price of one seat for a year.
    pub yearly: Money,
    /// The day on which the price was valid.
    pub as_of: Day,
    /// Where the price comes from, in the organisation's own words.
    pub source: String,
    /// How reliable the price is: `quoted`, `listed` or `estimated`.
    pub confidence: PriceConfidence,
}
