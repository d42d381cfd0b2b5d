//! Amounts of money, stored in two columns.

use model::Money;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::db::{Arg, Row};
use crate::{Error, Result};

/// Reads an amount from two columns; `None` where it is not known.
pub(crate) fn read_money(row: &Row, minor: &str, currency: &str) -> Result<Option<Money>> {
    let (Some(minor), Some(code)) = (row.opt_int(minor)?, row.opt_text(currency)?) else {
        return Ok(None);
    };
    let currency = code
        .parse()
        .map_err(|_| Error::corrupt(format!("currency `{code}`")))?;
    Ok(Some(Money { minor, currency }))
}

/// The values of the two columns of an amount.
pub(crate) fn money_args(money: Option<Money>) -> [Arg<'static>; 2] {
    [
        Arg::from(money.map(|money| money.minor)),
        Arg::Text(money.map(|money| money.currency.code().to_owned().into())),
    ]
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub(crate) struct Amount {
    /// The amount, in the currency's own unit.
    #[schema(value_type = f64)]
    amount: Box<RawValue>,
    /// ISO 4217 code.
    currency: String,
}

/// An amount as the API answers it: a decimal number with exactly the decimals of its currency.
pub(crate) fn amount<S: Serializer>(
    money: &Option<Money>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    money
        .map(|money| {
            Ok(Amount {
                amount: RawValue::from_string(money.decimal())?,
                currency: money.currency.to_string(),
            })
        })
        .transpose()
        .map_err(|error: serde_json::Error| serde::ser::Error::custom(error))?
        .serialize(serializer)
}
