//! Writing upcoming events and delegations.

use std::collections::BTreeMap;

use model::{Day, EventKind, Timestamp, UpcomingEvent};

use super::batch::Batch;
use super::dictionary::stored_word;
use crate::Result;
use crate::db::{Arg, Bulk, args};

const ADD: Bulk = Bulk {
    head: "INSERT INTO upcoming (integration_id, start_at, event_id, host_id, kind)",
    columns: 5,
    tail: " ON CONFLICT (integration_id, start_at, event_id) DO UPDATE SET
             host_id = excluded.host_id, kind = excluded.kind",
};
const REMOVE: Bulk = Bulk {
    head: "DELETE FROM upcoming WHERE (integration_id, start_at, event_id) IN (",
    columns: 3,
    tail: ")",
};
const DELEGATE: Bulk = Bulk {
    head: "INSERT INTO delegations (integration_id, user_key, assistants)",
    columns: 3,
    tail: " ON CONFLICT (integration_id, user_key) DO UPDATE SET assistants = excluded.assistants
            WHERE delegations.assistants <> excluded.assistants",
};

impl Batch<'_> {
    pub(super) async fn upcoming(
        &mut self,
        from: Day,
        to: Day,
        events: &[UpcomingEvent],
    ) -> Result<()> {
        let (first, end) = (from.start(), to.plus(1).start());
        let mut wanted: BTreeMap<(Timestamp, String), (String, bool)> = events
            .iter()
            .filter(|event| event.start >= first && event.start < end)
            .map(|event| {
                let webinar = event.kind == EventKind::Webinar;
                let host = stored_word(&event.host_id).into_owned();
                (
                    (event.start, stored_word(&event.id).into_owned()),
                    (host, webinar),
                )
            })
            .collect();
        self.changed += self
            .tx
            .execute(
                "DELETE FROM upcoming WHERE integration_id = $1 AND start_at < $2",
                args![self.id, first],
            )
            .await?;
        let mut deleted: Vec<Arg<'_>> = Vec::new();
        for row in self
            .tx
            .all(
                "SELECT start_at, event_id, host_id, kind FROM upcoming
                 WHERE integration_id = $1 AND start_at >= $2 AND start_at < $3",
                args![self.id, first, end],
            )
            .await?
        {
            let key = (row.time("start_at")?, row.text("event_id")?);
            let stored = (row.text("host_id")?, row.flag("kind")?);
            match wanted.get(&key) {
                None => deleted.extend(args![self.id, key.0, key.1]),
                Some(wish) if *wish == stored => {
                    wanted.remove(&key);
                }
                Some(_) => {}
            }
        }
        self.changed += (deleted.len() / REMOVE.columns + wanted.len()) as u64;
        self.tx.bulk(&REMOVE, deleted).await?;
        let rows = wanted
            .into_iter()
            .flat_map(|((start, event), (host, webinar))| {
                args![self.id, start, event, host, webinar]
            })
            .collect();
        self.tx.bulk(&ADD, rows).await?;
        let moved = self
            .tx
            .execute(
                "INSERT INTO upcoming_known (integration_id, until_day) VALUES ($1, $2)
                 ON CONFLICT (integration_id) DO UPDATE SET until_day = excluded.until_day
                 WHERE upcoming_known.until_day <> excluded.until_day",
                args![self.id, to],
            )
            .await?;
        self.covered |= moved > 0;
        Ok(())
    }

    pub(super) async fn delegations(&mut self, users: &[(String, u32)]) -> Result<()> {
        let by_key: BTreeMap<&str, u32> = users
            .iter()
            .map(|(key, count)| (key.as_str(), *count))
            .collect();
        let rows = by_key
            .into_iter()
            .flat_map(|(key, count)| args![self.id, key, count])
            .collect();
        self.changed += self.tx.bulk(&DELEGATE, rows).await?;
        Ok(())
    }
}
