//! Single rows of history, newest first, page by page.

use model::{
    AdminChange, Day, EventKind, HostedEvent, IntegrationId, SignIn, SignInKind, Timestamp,
};

use crate::db::{Reader, Row, args, unpack};
use crate::write::dictionary::kept;
use crate::write::history::sign_in_kind_code;
use crate::{Error, Result, Store};

/// Some rows of a long list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to give as `before` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// Which sign-ins to show. Empty: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// Of this address (any case).
    pub email: Option<String>,
    /// On or after this day (UTC).
    pub from: Option<Day>,
    /// On or before this day (UTC).
    pub to: Option<Day>,
    /// Only coming, or only going.
    pub kind: Option<SignInKind>,
}

/// Which administrators' actions to show. Empty: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminChangeFilter {
    /// By this address (any case).
    pub operator: Option<String>,
    /// About this.
    pub category: Option<String>,
    /// With this text (any ASCII case) in the operator, the action or the detail.
    pub q: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of `limit` rows from up to one more, of which `cursor` names the last shown.
    fn new(
        mut rows: Vec<Row>,
        limit: u32,
        read: impl Fn(&Row) -> Result<T>,
        cursor: impl Fn(&Row) -> Result<String>,
    ) -> Result<Self> {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(cursor(last)?),
            _ => None,
        };
        let items = rows.iter().map(read).collect::<Result<_>>()?;
        Ok(Self { items, next })
    }
}

/// Numbers of a cursor; without one, greater than any row.
fn cursor<const N: usize>(before: Option<&str>) -> Result<[i64; N]> {
    before.map_or(Ok([i64::MAX; N]), |text| {
        unpack(text).ok_or_else(|| Error::Invalid {
            what: "the cursor".to_owned(),
        })
    })
}

fn cursor_text(row: &Row, columns: std::ops::Range<usize>) -> Result<String> {
    let numbers: Vec<String> = columns
        .map(|column| Ok(row.int(column)?.to_string()))
        .collect::<Result<_>>()?;
    Ok(numbers.join(":"))
}

/// Numbers of a sign-in in the order of the list, then its words.
const SIGN_IN_KEY: usize = 8;

fn read_sign_in(row: &Row) -> Result<SignIn> {
    Ok(SignIn {
        at: row.day(0)?.start().plus_ms(row.int(1)?),
        kind: if row.int(3)? == sign_in_kind_code(SignInKind::In) {
            SignInKind::In
        } else {
            SignInKind::Out
        },
        ordinal: row.small(7)?,
        email: row.text(8)?,
        client: row.text(9)?,
        version: row.text(10)?,
        network: row.text(11)?,
    })
}

/// Looks the words of sign-ins up, once it is known which are shown.
macro_rules! with_words {
    ($rows:literal) => {
        concat!(
            "SELECT s.day, s.ms, s.email, s.kind, s.client, s.version, s.network, s.ordinal,
               e.word, c.word, v.word, n.word FROM (",
            $rows,
            ") s
             JOIN dictionary e ON e.integration_id = $1 AND e.code = s.email
             JOIN dictionary c ON c.integration_id = $1 AND c.code = s.client
             JOIN dictionary v ON v.integration_id = $1 AND v.code = s.version
             JOIN dictionary n ON n.integration_id = $1 AND n.code = s.network
             ORDER BY s.day DESC, s.ms DESC, s.email DESC, s.kind DESC, s.client DESC,
               s.version DESC, s.network DESC, s.ordinal DESC"
        )
    };
}

fn read_event(row: &Row) -> Result<HostedEvent> {
    let start = row.time(0)?;
    Ok(HostedEvent {
        start,
        id: row.text(1)?,
        kind: if row.flag(2)? {
            EventKind::Webinar
        } else {
            EventKind::Meeting
        },
        end: start.plus_ms(row.int(3)?),
        minutes: row.small(4)?,
        participants: row.small(5)?,
        peak_viewers: row.opt_int(6)?.map(|_| row.small(6)).transpose()?,
        features: row.int(7)?,
        host: row.text(8)?,
    })
}

/// A moment and an event id; without a cursor, later than any.
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

impl Store {
    /// Rows of the sign-in log, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `before` is not what an earlier page answered as `next`.
    pub async fn sign_ins(
        &self,
        id: IntegrationId,
        filter: &SignInFilter,
        limit: u32,
        before: Option<&str>,
    ) -> Result<Page<SignIn>> {
        let [day, ms, email, kind, client, version, network, ordinal] =
            cursor::<SIGN_IN_KEY>(before)?;
        let mut reader = self.read().await?;
        let span = reader
            .one(
                "SELECT (SELECT MIN(day) FROM sign_ins WHERE integration_id = $1),
                        (SELECT MAX(day) FROM sign_ins WHERE integration_id = $1)",
                args![id],
            )
            .await?;
        let bound = |day: Option<Day>, other: i64| day.map_or(other, |day| i64::from(day.0));
        let first = bound(filter.from, i64::MIN).max(span.opt_int(0)?.unwrap_or(i64::MAX));
        let last = bound(filter.to, i64::MAX)
            .min(span.opt_int(1)?.unwrap_or(i64::MIN))
            .min(day);
        let only = filter.kind.map_or(-1, sign_in_kind_code);
        let mut arguments = args![
            id,
            first,
            last,
            only,
            day,
            ms,
            email,
            kind,
            client,
            version,
            network,
            ordinal,
            limit.saturating_add(1),
        ];
        let rows = if first > last {
            Vec::new()
        } else if let Some(email) = &filter.email {
            let email = email.to_lowercase();
            let Some(code) = code_of(&mut reader, id, &email).await? else {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            };
            arguments.extend(args![code]);
            // Day by day: the rows of one address on one day lie together.
            reader
                .all(
                    with_words!(
                        "WITH RECURSIVE days (day) AS (
                           SELECT $3 UNION ALL SELECT day - 1 FROM days WHERE day > $2)
                         SELECT x.* FROM days CROSS JOIN sign_ins x
                         WHERE x.integration_id = $1 AND x.day = days.day AND x.email = $14
                           AND ($4 = -1 OR x.kind = $4)
                           AND (x.day, x.ms, x.email, x.kind, x.client, x.version, x.network,
                                x.ordinal) < ($5, $6, $7, $8, $9, $10, $11, $12)
                         ORDER BY x.day DESC, x.ms DESC, x.email DESC, x.kind DESC, x.client DESC,
                           x.version DESC, x.network DESC, x.ordinal DESC LIMIT $13"
                    ),
                    arguments,
                )
                .await?
        } else {
            reader
                .all(
                    with_words!(
                        "SELECT x.* FROM sign_ins x
                         WHERE x.integration_id = $1 AND x.day >= $2 AND x.day <= $3
                           AND ($4 = -1 OR x.kind = $4)
                           AND (x.day, x.ms, x.email, x.kind, x.client, x.version, x.network,
                                x.ordinal) < ($5, $6, $7, $8, $9, $10, $11, $12)
                         ORDER BY x.day DESC, x.ms DESC, x.email DESC, x.kind DESC, x.client DESC,
                           x.version DESC, x.network DESC, x.ordinal DESC LIMIT $13"
                    ),
                    arguments,
                )
                .await?
        };
        Page::new(rows, limit, read_sign_in, |row| {
            cursor_text(row, 0..SIGN_IN_KEY)
        })
    }

    /// Meetings and webinars, of one host (any case) or of all, that began from `from` to `to`,
    /// newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `before` is not what an earlier page answered as `next`.
    pub async fn events(
        &self,
        id: IntegrationId,
        host: Option<&str>,
        from: Option<Day>,
        to: Option<Day>,
        limit: u32,
        before: Option<&str>,
    ) -> Result<Page<HostedEvent>> {
        let (start, event) = event_cursor(before)?;
        let first = from.map_or(Timestamp(i64::MIN), Day::start);
        let last = to.map_or(start, |day| day.plus(1).start().plus_ms(-1).min(start));
        let wanted = limit.saturating_add(1);
        let mut reader = self.read().await?;
        let rows = match host {
            None => {
                reader
                    .all(
                        "SELECT x.start_at, x.event_id, x.kind, x.length_ms, x.minutes,
                           x.participants, x.peak_viewers, x.features, h.word
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
                let Some(code) = code_of(&mut reader, id, &host).await? else {
                    return Ok(Page {
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
                               x.participants, x.peak_viewers, x.features, h.word
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
        Page::new(rows, limit, read_event, |row| {
            Ok(format!("{}:{}", row.int(0)?, row.str(1)?))
        })
    }

    /// How many rows of the sign-in log there are.
    pub async fn count_sign_ins(&self, id: IntegrationId, filter: &SignInFilter) -> Result<i64> {
        let mut reader = self.read().await?;
        let email = match &filter.email {
            None => None,
            Some(email) => match code_of(&mut reader, id, &email.to_lowercase()).await? {
                Some(code) => Some(code),
                None => return Ok(0),
            },
        };
        let bound = |day: Option<Day>, other: i64| day.map_or(other, |day| i64::from(day.0));
        reader
            .one(
                "SELECT COUNT(*) FROM sign_ins
                 WHERE integration_id = $1 AND day >= $2 AND day <= $3
                   AND ($4 = -1 OR kind = $4) AND ($5 = -1 OR email = $5)",
                args![
                    id,
                    bound(filter.from, i64::from(i32::MIN)),
                    bound(filter.to, i64::from(i32::MAX)),
                    filter.kind.map_or(-1, sign_in_kind_code),
                    email.unwrap_or(-1),
                ],
            )
            .await?
            .int(0)
    }

    /// How many rows of the log of administrators' actions there are.
    pub async fn count_admin_changes(
        &self,
        id: IntegrationId,
        filter: &AdminChangeFilter,
    ) -> Result<i64> {
        self.read()
            .await?
            .one(
                "SELECT COUNT(*) FROM admin_changes x
                 JOIN dictionary o ON o.integration_id = $1 AND o.code = x.operator
                 JOIN dictionary c ON c.integration_id = $1 AND c.code = x.category
                 JOIN dictionary a ON a.integration_id = $1 AND a.code = x.action
                 WHERE x.integration_id = $1
                   AND ($2 IS NULL OR lower(o.word) = $2)
                   AND ($3 IS NULL OR c.word = $3)
                   AND ($4 IS NULL OR lower(o.word) LIKE $4 ESCAPE '!'
                     OR lower(a.word) LIKE $4 ESCAPE '!' OR lower(x.detail) LIKE $4 ESCAPE '!')",
                args![
                    id,
                    filter
                        .operator
                        .as_deref()
                        .map(str::to_ascii_lowercase)
                        .as_deref(),
                    filter.category.as_deref(),
                    filter.q.as_deref().map(contains).as_deref(),
                ],
            )
            .await?
            .int(0)
    }

    /// Rows of the log of administrators' actions, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `before` is not what an earlier page answered as `next`.
    pub async fn admin_changes(
        &self,
        id: IntegrationId,
        filter: &AdminChangeFilter,
        limit: u32,
        before: Option<&str>,
    ) -> Result<Page<AdminChange>> {
        let [at, operator, category, action, detail_hash, ordinal] = cursor::<6>(before)?;
        let rows = self
            .read()
            .await?
            .all(
                "SELECT x.at, x.operator, x.category, x.action, x.detail_hash, x.ordinal,
                   o.word, c.word, a.word, x.detail
                 FROM admin_changes x
                 JOIN dictionary o ON o.integration_id = $1 AND o.code = x.operator
                 JOIN dictionary c ON c.integration_id = $1 AND c.code = x.category
                 JOIN dictionary a ON a.integration_id = $1 AND a.code = x.action
                 WHERE x.integration_id = $1 AND x.at <= $2
                   AND (x.at, x.operator, x.category, x.action, x.detail_hash, x.ordinal)
                     < ($2, $3, $4, $5, $6, $7)
                   AND ($8 IS NULL OR lower(o.word) = $8)
                   AND ($9 IS NULL OR c.word = $9)
                   AND ($10 IS NULL OR lower(o.word) LIKE $10 ESCAPE '!'
                     OR lower(a.word) LIKE $10 ESCAPE '!' OR lower(x.detail) LIKE $10 ESCAPE '!')
                 ORDER BY x.at DESC, x.operator DESC, x.category DESC, x.action DESC,
                   x.detail_hash DESC, x.ordinal DESC LIMIT $11",
                args![
                    id,
                    at,
                    operator,
                    category,
                    action,
                    detail_hash,
                    ordinal,
                    filter
                        .operator
                        .as_deref()
                        .map(str::to_ascii_lowercase)
                        .as_deref(),
                    filter.category.as_deref(),
                    filter.q.as_deref().map(contains).as_deref(),
                    limit.saturating_add(1),
                ],
            )
            .await?;
        Page::new(
            rows,
            limit,
            |row| {
                Ok(AdminChange {
                    at: row.time(0)?,
                    ordinal: row.small(5)?,
                    operator: row.text(6)?,
                    category: row.text(7)?,
                    action: row.text(8)?,
                    detail: row.text(9)?,
                })
            },
            |row| cursor_text(row, 0..6),
        )
    }
}

/// A pattern for texts that contain this one.
fn contains(text: &str) -> String {
    let escaped = text
        .to_ascii_lowercase()
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}

async fn code_of(reader: &mut Reader, id: IntegrationId, word: &str) -> Result<Option<i64>> {
    reader
        .optional(
            "SELECT code FROM dictionary WHERE integration_id = $1 AND word = $2",
            args![id, kept(word).as_ref()],
        )
        .await?
        .map(|row| row.int(0))
        .transpose()
}

/// Runs of days on which a host may have hosted something, newest first.
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
        let (month, days) = (row.day(0)?, row.int(1)?);
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
