//! How far a sync got: checkpoints, coverage, users whose details are due.

use model::{Coverage, Day, IntegrationId, Timestamp};

use crate::{History, Result, Store};

/// A user whose details are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueUser {
    /// Key of the user.
    pub key: String,
    /// The application's id.
    pub external_id: Option<String>,
    /// E-mail address.
    pub email: String,
}

impl Store {
    /// One note on how far a stream was read.
    pub async fn checkpoint(
        &self,
        _id: IntegrationId,
        _stream: &str,
        _key: &str,
    ) -> Result<Option<String>> {
        todo!()
    }

    /// All notes on how far a stream was read: (key, value), by key.
    pub async fn checkpoints(
        &self,
        _id: IntegrationId,
        _stream: &str,
    ) -> Result<Vec<(String, String)>> {
        todo!()
    }

    /// The days of a stream of which something is known.
    pub async fn coverage(&self, _id: IntegrationId, _stream: &str) -> Result<Coverage> {
        todo!()
    }

    /// Keys of users who are not removed, in key order, after the given one, with the generation
    /// since which they are missing.
    pub async fn user_keys(
        &self,
        _id: IntegrationId,
        _after: Option<&str>,
        _limit: u32,
    ) -> Result<Vec<(String, Option<i64>)>> {
        todo!()
    }

    /// Users whose details are due at `now`, longest due first.
    pub async fn details_due(
        &self,
        _id: IntegrationId,
        _now: Timestamp,
        _limit: u32,
    ) -> Result<Vec<DueUser>> {
        todo!()
    }

    /// How many users' details are due at `now`.
    pub async fn details_due_count(&self, _id: IntegrationId, _now: Timestamp) -> Result<i64> {
        todo!()
    }

    /// Days of which a row was new or differed in a later revision than this one.
    pub async fn changed_days(
        &self,
        _id: IntegrationId,
        _history: History,
        _since_revision: i64,
    ) -> Result<Vec<Day>> {
        todo!()
    }
}
