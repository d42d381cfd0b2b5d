//! Prices of numbers of seats: the cost of the coming term, the saving compared with today's number, and the
//! probability that the number is too low.

use model::{ContractTerms, Currency, Day, Money};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::billing::cost;
use super::forecast::Forecast;

/// A number of seats to renew with.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Choice {
    /// The kind of choice: `today`, `low`, `likely`, `high`, `minimum` or `buy`.
    #[schema(value_type = String)]
    pub key: &'static str,
    /// Name of the choice for people.
    #[schema(value_type = String)]
    pub label: &'static str,
    /// Number of seats of this choice.
    pub seats: i64,
    /// Cost of the whole coming term, in the currency's own unit; null without a price.
    #[serde(serialize_with = "model::sums::decimal")]
    #[schema(value_type = Option<f64>)]
    pub cost: Option<Money>,
    /// ISO 4217 code; null without a price.
    pub currency: Option<Currency>,
    /// Cost of today's number of seats over the same term minus `cost`: negative when this choice costs
    /// more. Null without a price.
    #[serde(serialize_with = "model::sums::decimal")]
    #[schema(value_type = Option<f64>)]
    pub saving: Option<Money>,
    /// The probability, 0 to 1, that more seats are needed at some time of the term.
    #[serde(serialize_with = "four_decimals")]
    pub risk: f64,
    /// The probability as a sentence.
    pub text: String,
}

/// Writes a probability with four decimals, because the forecast is not more precise than that.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of serde")]
fn four_decimals<S: Serializer>(risk: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((risk * 10_000.0).round() / 10_000.0)
}

/// The terms and days from which the cost of seats is computed.
#[derive(Debug, Clone)]
pub(super) struct Pricing {
    terms: ContractTerms,
    from: Day,
    to: Day,
}

impl Pricing {
    pub(super) fn new(terms: &ContractTerms, from: Day, to: Day) -> Self {
        Self {
            terms: terms.clone(),
            from,
            to,
        }
    }

    pub(super) fn choice(
        &self,
        key: &'static str,
        label: &'static str,
        seats: i64,
        forecast: &Forecast,
    ) -> Choice {
        let seats = seats.max(0);
        let cost_of = |seats| cost(&self.terms, seats, self.from, self.to);
        let cost = cost_of(seats);
        let saving = cost_of(self.terms.quantity)
            .zip(cost)
            .and_then(|(today, cost)| today.plus(cost.times(-1)));
        let risk = forecast.risk(seats);
        let minimum = self.terms.minimum;
        let text = if seats < minimum {
            format!("Fewer than the {minimum} seats that the contract asks for.")
        } else {
            futures(risk).to_owned()
        };
        Choice {
            key,
            label,
            seats,
            cost,
            currency: cost.map(|cost| cost.currency),
            saving,
            risk,
            text,
        }
    }
}

/// A probability in words that are easy to imagine.
fn futures(risk: f64) -> &'static str {
    match risk {
        r if r <= 0.002 => "Enough in practically all futures.",
        r if r <= 0.012 => "Enough in 99 of 100 futures.",
        r if r <= 0.028 => "Enough in 39 of 40 futures.",
        r if r <= 0.06 => "Enough in 19 of 20 futures.",
        r if r <= 0.12 => "Enough in 9 of 10 futures.",
        r if r <= 0.22 => "Enough in 4 of 5 futures.",
        r if r <= 0.38 => "Enough in 2 of 3 futures.",
        r if r <= 0.62 => "Enough in about half of the futures.",
        r if r <= 0.78 => "Too few in 2 of 3 futures.",
        r if r <= 0.94 => "Too few in 9 of 10 futures.",
        _ => "Too few in nearly all futures.",
    }
}
