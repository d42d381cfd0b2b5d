//! The sign-in log, newest first, in pages.

use model::{Day, IntegrationId, SignIn, SignInKind};

use super::page::{HistoryPage, cursor, cursor_text, dictionary_code};
use crate::db::{Reader, Row, args};
use crate::write::sign_in_kind_code;
use crate::{Result, Store};

/// Filter for the sign-in log. Empty fields match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// E-mail address, in any case.
    pub email: Option<String>,
    /// First day (UTC), included.
    pub from: Option<Day>,
    /// Last day (UTC), included.
    pub to: Option<Day>,
    /// Only sign-ins or only sign-outs.
    pub kind: Option<SignInKind>,
}

/// The columns that order the log; a cursor contains their values.
const SIGN_IN_KEY: [&str; 8] = [
    "day",
    "ms",
    "email_code",
    "kind",
    "client_code",
    "version_code",
    "network_code",
    "ordinal",
];

fn read_sign_in(row: &Row) -> Result<SignIn> {
    Ok(SignIn {
        at: row.day("day")?.start().plus_ms(row.int("ms")?),
        kind: if row.int("kind")? == sign_in_kind_code(SignInKind::In) {
            SignInKind::In
        } else {
            SignInKind::Out
        },
        ordinal: row.small("ordinal")?,
        email: row.text("email")?,
        client: row.text("client")?,
        version: row.text("version")?,
        network: row.text("network")?,
    })
}

/// Joins the texts to the rows of a page after it was selected, because a join over the whole log
/// would be slow.
macro_rules! with_texts {
    ($rows:literal) => {
        concat!(
            "SELECT s.day AS day, s.ms AS ms, s.email AS email_code, s.kind AS kind,
               s.client AS client_code, s.version AS version_code, s.network AS network_code,
               s.ordinal AS ordinal, e.word AS email, c.word AS client, v.word AS version,
               n.word AS network
             FROM (",
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

/// The days of the filter for which there may be rows, so that a query without days reads no others.
async fn stored_days(
    reader: &mut Reader,
    id: IntegrationId,
    filter: &SignInFilter,
) -> Result<(i64, i64)> {
    let span = reader
        .one(
            "SELECT (SELECT MIN(day) FROM sign_ins WHERE integration_id = $1) AS first_day,
                    (SELECT MAX(day) FROM sign_ins WHERE integration_id = $1) AS last_day",
            args![id],
        )
        .await?;
    let bound = |day: Option<Day>, other: i64| day.map_or(other, |day| i64::from(day.0));
    let first = bound(filter.from, i64::MIN).max(span.opt_int("first_day")?.unwrap_or(i64::MAX));
    let last = bound(filter.to, i64::MAX).min(span.opt_int("last_day")?.unwrap_or(i64::MIN));
    Ok((first, last))
}

impl Store {
    /// Rows of the sign-in log, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) when `before` is not the `next` of an earlier
    /// page.
    #[crate::boxed]
    pub async fn sign_ins(
        &self,
        id: IntegrationId,
        filter: &SignInFilter,
        limit: u32,
        before: Option<&str>,
    ) -> Result<HistoryPage<SignIn>> {
        let [day, ms, email, kind, client, version, network, ordinal] =
            cursor::<{ SIGN_IN_KEY.len() }>(before)?;
        let mut reader = self.read().await?;
        let (first, last) = stored_days(&mut reader, id, filter).await?;
        let last = last.min(day);
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
            let Some(code) = dictionary_code(&mut reader, id, &email).await? else {
                return Ok(HistoryPage {
                    items: Vec::new(),
                    next: None,
                });
            };
            arguments.extend(args![code]);
            // Day by day, because the rows of one address on one day are stored together.
            reader
                .all(
                    with_texts!(
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
                    with_texts!(
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
        HistoryPage::new(rows, limit, read_sign_in, |row| {
            cursor_text(row, &SIGN_IN_KEY)
        })
    }

    /// Number of rows in the sign-in log.
    #[crate::boxed]
    pub async fn count_sign_ins(&self, id: IntegrationId, filter: &SignInFilter) -> Result<i64> {
        let mut reader = self.read().await?;
        let email = match &filter.email {
            None => None,
            Some(email) => match dictionary_code(&mut reader, id, &email.to_lowercase()).await? {
                Some(code) => Some(code),
                None => return Ok(0),
            },
        };
        let bound = |day: Option<Day>, other: i64| day.map_or(other, |day| i64::from(day.0));
        reader
            .one(
                "SELECT COUNT(*) AS total FROM sign_ins
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
            .int("total")
    }
}
