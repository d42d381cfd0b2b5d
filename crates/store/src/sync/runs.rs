//! Sync runs, the states of their streams, and the requests of each day.

use model::{Day, IntegrationId, RunState, StreamState, Timestamp};

use crate::db::{Row, args};
use crate::{Error, Result, Store};

/// Totals of a sync run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunTotals {
    pub requests: i64,
    /// Requests that the application refused because of its rate limits.
    pub refused: i64,
    /// Rows received from the application.
    pub rows: i64,
    /// Rows that were new or different.
    pub changed: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// Its number, counted from 1 for each integration.
    pub run: i64,
    pub state: RunState,
    /// `schedule` or `manual`.
    pub trigger: String,
    /// A sentence about the state, when there is something to explain.
    pub reason: Option<String>,
    pub started_at: Timestamp,
    /// Null while it runs.
    pub ended_at: Option<Timestamp>,
    /// Totals; zero while it runs.
    pub totals: RunTotals,
    /// States of its streams at its end; empty while it runs.
    pub streams: Vec<StreamState>,
}

impl SyncRun {
    fn read(row: &Row) -> Result<Self> {
        let (run, state) = (row.int("run")?, row.str("state")?);
        let corrupt = |what: &str| Error::corrupt(format!("{what} of run {run}"));
        Ok(Self {
            run,
            state: RunState::from_value(state).ok_or_else(|| corrupt("state"))?,
            trigger: row.text("trigger_key")?,
            reason: row.opt_text("reason")?,
            started_at: row.time("started_at")?,
            ended_at: row.opt_time("ended_at")?,
            totals: RunTotals {
                requests: row.int("requests")?,
                refused: row.int("refused")?,
                rows: row.int("rows_read")?,
                changed: row.int("changed")?,
            },
            streams: serde_json::from_str(row.str("streams")?).map_err(|_| corrupt("streams"))?,
        })
    }
}

impl Store {
    /// The newest runs first, at most `limit`. With `before`, only runs older than that one.
    #[crate::boxed]
    pub async fn runs(
        &self,
        id: IntegrationId,
        limit: u32,
        before: Option<i64>,
    ) -> Result<Vec<SyncRun>> {
        self.read()
            .await?
            .all(
                "SELECT run, state, trigger_key, reason, started_at, ended_at, requests, refused,
                   rows_read, changed, streams
                 FROM runs WHERE integration_id = $1 AND run < $2 ORDER BY run DESC LIMIT $3",
                args![id, before.unwrap_or(i64::MAX), limit],
            )
            .await?
            .iter()
            .map(SyncRun::read)
            .collect()
    }

    /// The stored state of each stream, by key.
    #[crate::boxed]
    pub async fn stream_states(&self, id: IntegrationId) -> Result<Vec<StreamState>> {
        self.read()
            .await?
            .all(
                "SELECT stream, state FROM streams WHERE integration_id = $1 ORDER BY stream",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                let stream = row.str("stream")?;
                serde_json::from_str(row.str("state")?)
                    .map_err(|_| Error::corrupt(format!("state of stream {stream}")))
            })
            .collect()
    }

    /// Requests on a day (UTC), by category of the application's rate limits.
    #[crate::boxed]
    pub async fn daily_requests(&self, id: IntegrationId, day: Day) -> Result<Vec<(String, i64)>> {
        self.read()
            .await?
            .all(
                "SELECT category, made FROM requests
                 WHERE integration_id = $1 AND day = $2 ORDER BY category",
                args![id, day],
            )
            .await?
            .iter()
            .map(|row| Ok((row.text("category")?, row.int("made")?)))
            .collect()
    }

    /// Deletes sync runs that ended before that time, and the counts of requests of earlier days. The last
    /// run of each integration stays, because the schedule and pages ask for it.
    #[crate::boxed]
    pub async fn delete_old_runs(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .execute(
                "DELETE FROM runs WHERE ended_at < $1 AND EXISTS (SELECT 1 FROM integrations i
                   WHERE i.integration_id = runs.integration_id AND i.run > runs.run)",
                args![before],
            )
            .await?;
        tx.execute("DELETE FROM requests WHERE day < $1", args![before.day()])
            .await?;
        tx.commit().await?;
        Ok(deleted)
    }
}
