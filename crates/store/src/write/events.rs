//! Writing meetings and webinars.

use std::collections::{BTreeMap, HashSet};

use model::{Day, EventKind, HostedEvent, Timestamp};

use super::batch::{Batch, CHUNK, month_bit};
use super::dictionary::codes;
use super::types::HistoryKind;
use crate::Result;
use crate::db::{Arg, Bulk, UNKNOWN, args};

const SAME_EVENTS: Bulk = Bulk {
    head: "WITH v (i, n, t, id, kind, host, len, minutes, people, peak, features) AS (",
    columns: 11,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT), ',') AS packed FROM v CROSS JOIN events x
            WHERE x.integration_id = v.i AND x.start_at = v.t AND x.event_id = v.id
              AND x.kind = v.kind AND x.host = v.host AND x.length_ms = v.len
              AND x.minutes = v.minutes AND x.participants = v.people
              AND x.peak_viewers IS NOT DISTINCT FROM v.peak AND x.features = v.features",
};

const EVENTS: Bulk = Bulk {
    head: "INSERT INTO events (integration_id, start_at, event_id, kind, host, length_ms, minutes,
             participants, peak_viewers, features)",
    columns: 10,
    tail: " ON CONFLICT (integration_id, start_at, event_id) DO UPDATE SET
             kind = excluded.kind, host = excluded.host, length_ms = excluded.length_ms,
             minutes = excluded.minutes, participants = excluded.participants,
             peak_viewers = excluded.peak_viewers, features = excluded.features",
};

const HOSTED_MONTHS: Bulk = Bulk {
    head: "INSERT INTO hosted_months (integration_id, host, month, days)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, host, month) DO UPDATE SET
             days = hosted_months.days | excluded.days
            WHERE (hosted_months.days | excluded.days) <> hosted_months.days",
};

pub(crate) fn event_kind_code(kind: EventKind) -> i64 {
    match kind {
        EventKind::Meeting => 0,
        EventKind::Webinar => 1,
    }
}

impl Batch<'_> {
    pub(super) async fn events(&mut self, events: &[HostedEvent]) -> Result<()> {
        for chunk in events.chunks(CHUNK) {
            self.event_chunk(chunk).await?;
        }
        Ok(())
    }

    async fn event_chunk(&mut self, chunk: &[HostedEvent]) -> Result<()> {
        let codes = codes(
            self.tx,
            self.id,
            chunk.iter().map(|event| event.host.as_str()),
        )
        .await?;
        let by_key: BTreeMap<(Timestamp, &str), &HostedEvent> = chunk
            .iter()
            .map(|event| ((event.start, event.id.as_str()), event))
            .collect();
        let row = |event: &HostedEvent| -> [Arg<'_>; 9] {
            [
                event.start.into(),
                event.id.clone().into(),
                event_kind_code(event.kind).into(),
                codes[event.host.as_str()].into(),
                event.end.since(event.start).into(),
                event.minutes.into(),
                event.participants.map_or(UNKNOWN, i64::from).into(),
                event.peak_viewers.into(),
                event.features.into(),
            ]
        };
        let find = (0_i64..)
            .zip(by_key.values())
            .flat_map(|(number, event)| {
                let mut all = args![self.id, number];
                all.extend(row(event));
                all
            })
            .collect();
        let same: HashSet<i64> = self
            .tx
            .bulk_packed(&SAME_EVENTS, find)
            .await?
            .into_iter()
            .map(|[number]| number)
            .collect();
        let changed: Vec<&HostedEvent> = (0_i64..)
            .zip(by_key.into_values())
            .filter(|(number, _)| !same.contains(number))
            .map(|(_, event)| event)
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.changed += changed.len() as u64;
        let arguments = changed
            .iter()
            .flat_map(|event| {
                let mut all = args![self.id];
                all.extend(row(event));
                all
            })
            .collect();
        self.tx.bulk(&EVENTS, arguments).await?;
        for event in &changed {
            self.touched(HistoryKind::Events, event.start.day());
        }
        let mut months: BTreeMap<(i64, Day), i64> = BTreeMap::new();
        for event in changed {
            let (month, bit) = month_bit(event.start.day());
            *months
                .entry((codes[event.host.as_str()], month))
                .or_default() |= bit;
        }
        let arguments = months
            .into_iter()
            .flat_map(|((host, month), bits)| args![self.id, host, month, bits])
            .collect();
        self.tx.bulk(&HOSTED_MONTHS, arguments).await?;
        Ok(())
    }
}
