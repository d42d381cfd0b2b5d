//! How long messages have waited, for monitoring.

use model::Timestamp;

use crate::db::args;
use crate::{Result, Store};

/// Messages that are not delivered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxLag {
    pub waiting: i64,
    /// When the oldest of them was queued; `None` without any.
    pub oldest: Option<Timestamp>,
}

impl Store {
    /// Messages that may be delivered and are not yet. Those whose time has not come do not count.
    #[crate::boxed]
    pub async fn outbox_lag(&self, now: Timestamp) -> Result<OutboxLag> {
        let row = self
            .read()
            .await?
            .one(
                "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM messages
                 WHERE organisation_id = 1 AND state = 'waiting' AND (attempts > 0 OR next_at <= $1)",
                args![now],
            )
            .await?;
        Ok(OutboxLag {
            waiting: row.int("waiting")?,
            oldest: row.opt_time("oldest")?,
        })
    }
}
