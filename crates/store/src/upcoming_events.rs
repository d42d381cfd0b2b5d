//! Reading what a sync learnt for decisions: events ahead, who acts for whom, since when licences are
//! held.

use model::{Day, EventKind, IntegrationId, Licence, Timestamp, UpcomingEvent};

use crate::db::args;
use crate::{Result, Store};

/// A time during which a user held a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceSpan {
    /// Key of the user.
    pub user_key: String,
    /// The licence.
    pub licence: Licence,
    /// Since when: with `exact` the sync that first saw it, when the one before had not; otherwise the
    /// day on which the account was made (or first seen), and it may be later.
    pub since: Timestamp,
    /// Whether `since` is known to within the time between two syncs.
    pub exact: bool,
    /// The sync that saw it gone; `None` while it is held.
    pub until: Option<Timestamp>,
}

impl Store {
    /// Events ahead as last read, first first.
    pub async fn upcoming(&self, id: IntegrationId) -> Result<Vec<UpcomingEvent>> {
        let mut events = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT event_id, host_id, kind, start_at FROM upcoming WHERE integration_id = $1
                 ORDER BY start_at, event_id",
                args![id],
                |row| {
                    events.push(UpcomingEvent {
                        id: row.text("event_id")?,
                        host_id: row.text("host_id")?,
                        kind: if row.flag("kind")? {
                            EventKind::Webinar
                        } else {
                            EventKind::Meeting
                        },
                        start: row.time("start_at")?,
                    });
                    Ok(())
                },
            )
            .await?;
        Ok(events)
    }

    /// The last day for which events ahead are known; `None` when they were never read.
    pub async fn upcoming_known_until(&self, id: IntegrationId) -> Result<Option<Day>> {
        self.read()
            .await?
            .optional(
                "SELECT until_day FROM upcoming_known WHERE integration_id = $1",
                args![id],
            )
            .await?
            .map(|row| row.day("until_day"))
            .transpose()
    }

    /// How many others may act for a user (assistants, schedulers), where that was read, by key of the
    /// user. 0 means that nobody may.
    pub async fn delegations(&self, id: IntegrationId) -> Result<Vec<(String, u32)>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, assistants FROM delegations WHERE integration_id = $1
                 ORDER BY user_key",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                Ok((
                    row.text("user_key")?,
                    u32::try_from(row.int("assistants")?).unwrap_or(0),
                ))
            })
            .collect()
    }

    /// The times during which users held licences, by user, licence and time.
    pub async fn licence_spans(&self, id: IntegrationId) -> Result<Vec<LicenceSpan>> {
        let mut spans = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT user_key, licence, since, exact, until_at FROM licence_spans
                 WHERE integration_id = $1 ORDER BY user_key, licence, since",
                args![id],
                |row| {
                    spans.push(LicenceSpan {
                        user_key: row.text("user_key")?,
                        licence: Licence::from_key(row.str("licence")?),
                        since: row.time("since")?,
                        exact: row.flag("exact")?,
                        until: row.opt_time("until_at")?,
                    });
                    Ok(())
                },
            )
            .await?;
        Ok(spans)
    }
}
