//! Data from a sync that decisions need: upcoming events, delegations, times of licences.

use model::{Day, EventKind, IntegrationId, Licence, Timestamp, UpcomingEvent};

use crate::db::args;
use crate::{Result, Store};

/// A time during which a user had a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceSpan {
    pub user_key: String,
    pub licence: Licence,
    /// With `exact`, the time of the first sync that saw the licence after one that did not.
    /// Otherwise the day on which the account was created or first seen; the true time may be
    /// later.
    pub since: Timestamp,
    /// Whether `since` is exact to the time between two syncs.
    pub exact: bool,
    /// Time of the sync that no longer saw it; `None` while the user has it.
    pub until: Option<Timestamp>,
}

impl Store {
    /// The upcoming events of the last read, by start.
    #[crate::boxed]
    pub async fn upcoming_events(&self, id: IntegrationId) -> Result<Vec<UpcomingEvent>> {
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

    /// The last day for which upcoming events are known; `None` before the first read.
    #[crate::boxed]
    pub async fn upcoming_events_known_until(&self, id: IntegrationId) -> Result<Option<Day>> {
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

    /// Number of assistants and schedulers of each user, by key of the user. 0 means that there are
    /// none; a user without an entry was not read.
    #[crate::boxed]
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

    /// The times during which users had licences, by user, licence and time.
    #[crate::boxed]
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
