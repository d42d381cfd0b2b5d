//! Counters: numbers that are used once and never again.

use crate::Result;
use crate::db::{Tx, args};

/// The next number of a kind. It is not used again, even when its object is deleted.
pub(crate) async fn next_number(tx: &mut Tx, kind: &str) -> Result<i64> {
    next_numbers(tx, kind, 1).await
}

/// The first of the next `count` numbers of a kind.
pub(crate) async fn next_numbers(tx: &mut Tx, kind: &str, count: i64) -> Result<i64> {
    tx.one(
        "UPDATE counters SET last_value = last_value + $1
         WHERE organisation_id = 1 AND name = $2 RETURNING last_value - $1 + 1 AS first",
        args![count, kind],
    )
    .await?
    .int("first")
}
