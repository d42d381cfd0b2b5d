//! Amounts of money, stored in two columns.

use model::Money;

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
