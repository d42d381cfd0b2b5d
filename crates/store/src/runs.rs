//! Sync runs, how their streams fare, and the requests made on a day.

use model::{Day, IntegrationId, RunState, StreamState, Timestamp};

use crate::{Result, Store};

/// What a run did, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunTotals {
    /// Requests made.
    pub requests: i64,
    /// Requests that the application refused as too many.
    pub refused: i64,
    /// Rows received.
    pub rows: i64,
    /// Rows that were new or differed.
    pub changed: i64,
}

/// One sync run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number, counted from 1 for each integration.
    pub run: i64,
    /// How it stands or ended.
    pub state: RunState,
    /// What began it: `schedule` or `manual`.
    pub trigger: String,
    /// One sentence on the state when there is something to say.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it did, in numbers; zero while it runs.
    pub totals: RunTotals,
    /// How its streams fared at its end; empty while it runs.
    pub streams: Vec<StreamState>,
}

impl Store {
    /// The newest runs, newest first, `limit` at most; with `before`, those older than that run.
    pub async fn runs(
        &self,
        _id: IntegrationId,
        _limit: u32,
        _before: Option<i64>,
    ) -> Result<Vec<Run>> {
        todo!()
    }

    /// How each stream fares, as far as it was written, by key.
    pub async fn stream_states(&self, _id: IntegrationId) -> Result<Vec<StreamState>> {
        todo!()
    }

    /// Requests made on a day, by category of the application's rate limits.
    pub async fn daily_requests(
        &self,
        _id: IntegrationId,
        _day: Day,
    ) -> Result<Vec<(String, i64)>> {
        todo!()
    }
}
