//! Progress of a sync: checkpoints, coverage, users whose details are due.

use model::{Coverage, Day, DayCoverage, DayState, IntegrationId, Timestamp};

use crate::db::args;
use crate::{HistoryKind, Result, Store, future};

/// A user whose details are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueUser {
    pub key: String,
    /// The application's id of the user.
    pub external_id: Option<String>,
    pub email: String,
    /// Whether the user holds a licence; also while that is not known.
    pub licensed: bool,
}

/// Whether a user holds a licence, or may hold one, by the licences that are known of the user: words that
/// begin with `-` name those that the user is known not to have.
fn may_hold_one(licences: Option<&str>) -> bool {
    licences.is_none_or(|known| {
        known.is_empty() || known.split(',').any(|word| !word.starts_with(['-', '!']))
    })
}

impl Store {
    /// The value of one checkpoint of a stream.
    #[crate::boxed]
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

    /// All checkpoints of a stream as (key, value), by key.
    #[crate::boxed]
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

    /// The days of a stream for which there are data.
    #[crate::boxed]
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

    /// Keys of users that are not removed and the number of the listing since which each is
    /// missing, ordered by the bytes of the key, after the given key.
    #[crate::boxed]
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
    #[crate::boxed]
    pub async fn details_due(
        &self,
        id: IntegrationId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueUser>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, external_id, email, licences FROM users
                 WHERE integration_id = $1 AND (details_due <= $2 OR details_due > $3)
                 ORDER BY details_due, user_key LIMIT $4",
                args![id, now, now.plus_ms(future::DETAILS_MS), limit],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(DueUser {
                    key: row.text("user_key")?,
                    external_id: row.opt_text("external_id")?,
                    email: row.text("email")?,
                    licensed: may_hold_one(row.opt_text("licences")?.as_deref()),
                })
            })
            .collect()
    }

    /// Number of users whose details are due at `now`.
    #[crate::boxed]
    pub async fn details_due_count(&self, id: IntegrationId, now: Timestamp) -> Result<i64> {
        self.read()
            .await?
            .one(
                "SELECT COUNT(*) AS total FROM users
                 WHERE integration_id = $1 AND (details_due <= $2 OR details_due > $3)",
                args![id, now, now.plus_ms(future::DETAILS_MS)],
            )
            .await?
            .int("total")
    }

    /// Days on which a row was added or changed after this revision.
    #[crate::boxed]
    pub async fn changed_days(
        &self,
        id: IntegrationId,
        history: HistoryKind,
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
