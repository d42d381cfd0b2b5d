//! Meetings and webinars, newest first, in pages.

use model::{Day, EventKind, HostedEvent, IntegrationId, Timestamp};

use super::page::{HistoryPage, dictionary_code};
use super::totals::known_small;
use crate::db::{Reader, Row, args};
use crate::{Error, Result, Store};

fn read_event(row: &Row) -> Result<HostedEvent> {
    let start = row.time("start_at")?;
    Ok(HostedEvent {
        start,
        id: row.text("event_id")?,
        kind: if row.flag("kind")? {
            EventKind::Webinar
        } else {
            EventKind::Meeting
        },
        end: start.plus_ms(row.int("length_ms")?),
        minutes: row.small("minutes")?,
        participants: known_small(row.int("participants")?)?,
        peak_viewers: row.opt_small("peak_viewers")?,
        features: row.int("features")?,
        host: row.text("host")?,
    })
}

/// Start time and event id of a cursor; without a cursor, later than any event.
fn event_cursor(before: Option<&str>) -> Result<(Timestamp, &str)> {
    let Some(text) = before else {
        return Ok((Timestamp(i64::MAX), ""));
    };
    text.split_once(':')
        .and_then(|(start, id)| Some((Timestamp(start.parse().ok()?), id)))
        .ok_or_else(|| Error::Invalid {
            what: "the cursor".to_owned(),
        })
}

/// Runs of consecutive days on which the host may have hosted events, newest first.
async fn hosting_spans(
    reader: &mut Reader,
    id: IntegrationId,
    host: i64,
) -> Result<Vec<(Day, Day)>> {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for row in reader
        .all(
            "SELECT month, days FROM hosted_months
             WHERE integration_id = $1 AND host = $2 ORDER BY month DESC",
            args![id, host],
        )
        .await?
    {
        let (month, days) = (row.day("month")?, row.int("days")?);
        for bit in (0..31).rev().filter(|bit| days >> bit & 1 == 1) {
            let day = month.plus(bit);
            match spans.last_mut() {
                Some((first, _)) if *first == day.plus(1) => *first = day,
                _ => spans.push((day, day)),
            }
        }
    }
    Ok(spans)
}

impl Store {
    /// Meetings and webinars that began from `from` to `to` (UTC days, both included), newest
    /// first; only those of `host` (in any case) when given.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `before` is not the `next` of an earlier page.
    #[crate::boxed]
    pub async fn events(
        &self,
        id: IntegrationId,
        host: Option<&str>,
        from: Option<Day>,
        to: Option<Day>,
        limit: u32,
        before: Option<&str>,
    ) -> Result<HistoryPage<HostedEvent>> {
        let (start, event) = event_cursor(before)?;
        let first = from.map_or(Timestamp(i64::MIN), Day::start);
        let last = to.map_or(start, |day| day.plus(1).start().plus_ms(-1).min(start));
        let wanted = limit.saturating_add(1);
        let mut reader = self.read().await?;
        let rows = match host {
            None => {
                reader
                    .all(
                        "SELECT x.start_at AS start_at, x.event_id AS event_id, x.kind AS kind,
                           x.length_ms AS length_ms, x.minutes AS minutes,
                           x.participants AS participants, x.peak_viewers AS peak_viewers,
                           x.features AS features, h.word AS host
                         FROM (SELECT * FROM events
                           WHERE integration_id = $1 AND start_at >= $2 AND start_at <= $3
                             AND (start_at, event_id) < ($4, $5)
                           ORDER BY start_at DESC, event_id DESC LIMIT $6) x
                         JOIN dictionary h ON h.integration_id = $1 AND h.code = x.host
                         ORDER BY x.start_at DESC, x.event_id DESC",
                        args![id, first, last, start, event, wanted],
                    )
                    .await?
            }
            Some(host) => {
                let host = host.to_lowercase();
                let Some(code) = dictionary_code(&mut reader, id, &host).await? else {
                    return Ok(HistoryPage {
                        items: Vec::new(),
                        next: None,
                    });
                };
                let mut rows = Vec::new();
                for (from, to) in hosting_spans(&mut reader, id, code).await? {
                    let (from, to) = (
                        from.start().max(first),
                        to.plus(1).start().plus_ms(-1).min(last),
                    );
                    let left = (wanted as usize).saturating_sub(rows.len());
                    if from > to || left == 0 {
                        continue;
                    }
                    let mut found = reader
                        .all(
                            "SELECT x.start_at, x.event_id, x.kind, x.length_ms, x.minutes,
                               x.participants, x.peak_viewers, x.features, h.word AS host
                             FROM events x
                             JOIN dictionary h ON h.integration_id = $1 AND h.code = x.host
                             WHERE x.integration_id = $1 AND x.start_at >= $2 AND x.start_at <= $3
                               AND (x.start_at, x.event_id) < ($4, $5) AND x.host = $6
                             ORDER BY x.start_at DESC, x.event_id DESC LIMIT $7",
                            args![
                                id,
                                from,
                                to,
                                start,
                                event,
                                code,
                                i64::try_from(left).unwrap_or(i64::MAX)
                            ],
                        )
                        .await?;
                    rows.append(&mut found);
                }
                rows
            }
        };
        HistoryPage::new(rows, limit, read_event, |row| {
            Ok(format!("{}:{}", row.int("start_at")?, row.str("event_id")?))
        })
    }
}
