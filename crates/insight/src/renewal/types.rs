//! A recommendation for one contract, with its reasons.

use model::words::counted;
use model::{ContractId, Day, Licence};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::choices::{Choice, Pricing};
use super::dates::{BoundTerm, ContractDates};
use super::forecast::Forecast;
use crate::unknown::Unknown;

/// A step from the number of seats that are needed now to the likely number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// The kind of step: `now`, `short_history`, `season`, `growth`, `starters`, `leavers`, `held_back`,
    /// `spare`, `other_contracts` or `minimum`.
    #[schema(value_type = String)]
    pub step: &'static str,
    /// Name of the step for people: `Needed now`.
    #[schema(value_type = String)]
    pub label: &'static str,
    /// Number of seats that the step adds; negative when it takes seats away. The sum over all steps is the
    /// likely number.
    pub seats: i64,
    /// The reason, in words that follow the number.
    pub text: String,
}

/// A recommendation for one contract: how many seats to renew with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Renewal {
    /// Number of the contract, as text.
    pub contract_id: ContractId,
    /// Name that the organisation gives the contract.
    pub name: String,
    /// The licence that was bought.
    pub licence: Licence,
    /// Number of seats of the contract as it is.
    pub today: i64,
    /// Number of seats that were bought according to the application; null when it does not report it.
    pub purchased: Option<i64>,
    /// Number of seats that users hold; null when not known.
    pub assigned: Option<i64>,
    /// Number of different people that needed a seat in the last window.
    pub needed: i64,
    /// The lowest number of seats that may be enough.
    pub low: i64,
    /// The number of seats that is enough in half of all futures.
    pub likely: i64,
    /// The number of seats that is enough in nearly all futures.
    pub high: i64,
    /// The steps from `needed` to `likely`. Their seats add up to `likely` exactly.
    pub reasons: Vec<Reason>,
    /// The calendar of the contract.
    #[serde(skip)]
    pub dates: ContractDates,
    /// The last day on which notice can arrive (UTC).
    pub notice_by: Day,
    /// Whether that day has passed.
    pub missed_notice: bool,
    /// The last day of the current term (UTC).
    pub ends_on: Day,
    /// The coming term when it is bound at today's number of seats, because its notice was missed: seats can
    /// be added to it, but not given back. The term to buy for is then the one after it.
    #[serde(flatten, serialize_with = "bound_days")]
    #[schema(value_type = BoundDays)]
    pub bound: Option<BoundTerm>,
    /// The first day of the term to buy for (UTC).
    pub renews_from: Day,
    /// The last day of the term to buy for (UTC).
    pub renews_to: Day,
    /// Numbers of seats to choose from: today's, low, likely, high, and the contract's minimum if it has
    /// one.
    pub choices: Vec<Choice>,
    /// The number of seats that the request asked about with `seats`; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buy: Option<Choice>,
    /// The number of different people in each rolling window of `window_days`, oldest first.
    pub history: Vec<NeedWindow>,
    /// Length of a rolling window in days.
    pub window_days: u16,
    /// The facts that are not known.
    pub unknown: Vec<Unknown>,
    /// Version of the method. It changes when the same history gives other numbers.
    #[schema(value_type = String)]
    pub method_version: &'static str,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) forecast: Forecast,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) pricing: Pricing,
}

/// The number of different people that needed a licence in the window that ends on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Window)]
pub struct NeedWindow {
    /// The last day of the window (UTC).
    pub day: Day,
    /// Number of different people in the window.
    pub needed: i64,
}

/// The days of a coming term that is bound, as the API answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoundDays {
    /// The first day of a term that is bound at today's number of seats because its notice was missed (UTC):
    /// seats can be added to it, not given back. Null when the coming term is open. All other numbers
    /// are about the term after it.
    pub bound_from: Option<Day>,
    /// The last day of the bound term (UTC); null when there is none.
    pub bound_to: Option<Day>,
}

#[expect(clippy::ref_option, reason = "the signature of serde")]
fn bound_days<S: Serializer>(bound: &Option<BoundTerm>, serializer: S) -> Result<S::Ok, S::Error> {
    BoundDays {
        bound_from: bound.map(|bound| bound.from),
        bound_to: bound.map(|bound| bound.to),
    }
    .serialize(serializer)
}

impl Renewal {
    /// The explanation of a coming term that is bound.
    #[must_use]
    pub fn bound_text(&self) -> Option<String> {
        let bound = self.bound?;
        let seats = counted(self.today, "seat", "seats");
        Some(format!(
            "The term from {} to {} is bound at {seats}, because notice was due on {}: seats can be added \
             to it, not given back. So these numbers are for the term after it, from {} to {}; notice for \
             that has to arrive by {}.",
            bound.from.long(),
            bound.to.long(),
            self.notice_by.long(),
            self.renews_from.long(),
            self.renews_to.long(),
            bound.notice_by.long(),
        ))
    }

    /// The recommendation with an answer for this number of seats in [`Self::buy`].
    #[must_use]
    pub fn with_seats(mut self, seats: i64) -> Self {
        self.buy = Some(self.buy(seats));
        self
    }

    /// The cost, saving and risk of buying so many seats.
    #[must_use]
    pub fn buy(&self, seats: i64) -> Choice {
        self.pricing
            .choice("buy", "Your number", seats, &self.forecast)
    }
}
