//! Money in answers: exact decimal numbers with their currency.

use model::Money;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A decimal number with exactly the decimals that its currency has.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Decimal(Box<RawValue>);

impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        Self(RawValue::from_string(money.decimal()).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

/// An amount of money with its currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Amount {
    /// The amount, in the currency's own unit.
    #[schema(value_type = f64)]
    amount: Decimal,
    /// ISO 4217 code of the currency.
    currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            amount: money.into(),
            currency: money.currency.to_string(),
        }
    }
}
