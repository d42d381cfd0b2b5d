//! Numbers that are given out once.

use crate::Result;
use crate::db::{Tx, args};

/// The next number of a kind; nobody else gets it, even after its thing is gone.
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
