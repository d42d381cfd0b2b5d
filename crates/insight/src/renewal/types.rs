//! A recommendation for one contract, with its reasons.

use model::Day;
use model::words::counted;
use serde::Serialize;

use super::choices::{Choice, Pricing};
use super::dates::{BoundTerm, ContractDates};
use super::forecast::Forecast;

/// A step of the way to the likely number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is, for machines: `now`, `short_history`, `season`, `growth`, `starters`, `leavers`,
    /// `held_back`, `spare`, `other_contracts`, `minimum`.
    pub step: &'static str,
    /// What it is, for people: `Needed now`.
    pub label: &'static str,
    /// Seats that it adds or takes away. The sum over all steps is the likely number.
    pub seats: i64,
    /// Why, in words that follow the number.
    pub text: String,
}

/// What the recommendation does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// What, as one word for machines.
    pub what: &'static str,
    /// Why, as a sentence.
    pub why: String,
}

/// A recommendation for one contract.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Seats of the contract as it is.
    pub today: i64,
    /// Seats that the application says were bought; `None` when it does not say.
    pub purchased: Option<i64>,
    /// Seats that people hold; `None` when not known.
    pub assigned: Option<i64>,
    /// Distinct people who needed one in the last window.
    pub needed: i64,
    /// The fewest seats that may do.
    pub low: i64,
    /// In half of the futures these are enough.
    pub likely: i64,
    /// In nearly all futures these are enough.
    pub high: i64,
    /// The steps from `needed` to `likely`: their seats add up to `likely` exactly.
    pub reasons: Vec<Reason>,
    /// The calendar of the contract.
    pub dates: ContractDates,
    /// Last day on which notice can arrive.
    pub notice_by: Day,
    /// Last day of the term that runs.
    pub ends_on: Day,
    /// The coming term where it is bound at today's number, because its notice was missed: seats can be
    /// added to it, and not be given back. Then the term to buy for is the one after it.
    pub bound: Option<BoundTerm>,
    /// First day of the term to buy for.
    pub renews_from: Day,
    /// Last day of the term to buy for.
    pub renews_to: Day,
    /// Numbers to choose from: today's, low, likely, high, and the contract's minimum if it has one.
    pub choices: Vec<Choice>,
    /// What is not known.
    pub unknown: Vec<Unknown>,
    /// Distinct people in each rolling window, by its last day, oldest first.
    pub history: Vec<(Day, i64)>,
    /// Days of a rolling window.
    pub window_days: u16,
    /// Version of the method.
    pub method_version: &'static str,
    pub(super) forecast: Forecast,
    pub(super) pricing: Pricing,
}

impl Renewal {
    /// What has to be said of a coming term that is bound.
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

    /// What it would mean to buy so many seats.
    #[must_use]
    pub fn buy(&self, seats: i64) -> Choice {
        self.pricing
            .choice("buy", "Your number", seats, &self.forecast)
    }
}
