//! How far a sync got: checkpoints, coverage, users whose details are due.

use model::{Coverage, Day, DayCoverage, DayState, IntegrationId, Timestamp};

use crate::db::args;
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
        id: IntegrationId,
        stream: &str,
        key: &str,
    ) -> Result<Option<String>> {
        self.read()
            .await?
            .optional(
                "SELECT content FROM checkpoints
                 WHERE integration_id = $1 AND stream = $2 AND name = $3",
                args![id, stream, key],
            )
            .await?
            .map(|row| row.text("content"))
            .transpose()
    }

    /// All notes on how far a stream was read: (key, value), by key.
    pub async fn checkpoints(
        &self,
        id: IntegrationId,
        stream: &str,
    ) -> Result<Vec<(String, String)>> {
        self.read()
            .await?
            .all(
                "SELECT name, content FROM checkpoints
                 WHERE integration_id = $1 AND stream = $2 ORDER BY name",
                args![id, stream],
            )
            .await?
            .iter()
            .map(|row| Ok((row.text("name")?, row.text("content")?)))
            .collect()
    }

    /// The days of a stream of which something is known.
    pub async fn coverage(&self, id: IntegrationId, stream: &str) -> Result<Coverage> {
        let days = self
            .read()
            .await?
            .all(
                "SELECT day, provisional, read_at FROM coverage
                 WHERE integration_id = $1 AND stream = $2",
                args![id, stream],
            )
            .await?
            .iter()
            .map(|row| {
                let state = if row.flag("provisional")? {
                    DayState::Provisional
                } else {
                    DayState::Complete
                };
                let read_at = row.time("read_at")?;
                Ok((row.day("day")?, DayCoverage { state, read_at }))
            })
            .collect::<Result<_>>()?;
        Ok(Coverage { days })
    }

    /// Keys of users who are not removed, ordered by their bytes, after the given one, with the
    /// generation since which they are missing.
    pub async fn user_keys(
        &self,
        id: IntegrationId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(String, Option<i64>)>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, missing_since FROM users
                 WHERE integration_id = $1 AND user_key > $2 AND removed_at IS NULL
                 ORDER BY user_key LIMIT $3",
                args![id, after.unwrap_or_default(), limit],
            )
            .await?
            .iter()
            .map(|row| Ok((row.text("user_key")?, row.opt_int("missing_since")?)))
            .collect()
    }

    /// Users whose details are due at `now`, longest due first.
    pub async fn details_due(
        &self,
        id: IntegrationId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueUser>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, external_id, email FROM users
                 WHERE integration_id = $1 AND details_due <= $2
                 ORDER BY details_due, user_key LIMIT $3",
                args![id, now, limit],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(DueUser {
                    key: row.text("user_key")?,
                    external_id: row.opt_text("external_id")?,
                    email: row.text("email")?,
                })
            })
            .collect()
    }

    /// How many users' details are due at `now`.
    pub async fn details_due_count(&self, id: IntegrationId, now: Timestamp) -> Result<i64> {
        self.read()
            .await?
            .one(
                "SELECT COUNT(*) AS total FROM users WHERE integration_id = $1 AND details_due <= $2",
                args![id, now],
            )
            .await?
            .int("total")
    }

    /// Days of which a row was new or differed in a later revision than this one.
    pub async fn changed_days(
        &self,
        id: IntegrationId,
        history: History,
        since_revision: i64,
    ) -> Result<Vec<Day>> {
        self.read()
            .await?
            .all(
                "SELECT day FROM changed_days
                 WHERE integration_id = $1 AND history = $2 AND revision > $3 ORDER BY day",
                args![id, history.value(), since_revision],
            )
            .await?
            .iter()
            .map(|row| row.day("day"))
            .collect()
    }
}
