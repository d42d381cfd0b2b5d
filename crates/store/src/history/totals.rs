//! Totals of users' activity: months of sign-ins by address, hosted events, sums by day.

use std::collections::{BTreeSet, HashMap};

use model::{Day, HostedSummary, IntegrationId, SignInMonth, Timestamp};

use crate::db::{Reader, UNKNOWN, args};
use crate::{Error, Result, Store};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInDay {
    /// Day (UTC).
    pub day: Day,
    pub sign_ins: i64,
    /// Number of different people.
    pub people: i64,
}

/// Hosted events of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedDay {
    /// Day of the start (UTC).
    pub day: Day,
    pub meetings: i64,
    pub webinars: i64,
    /// Minutes of meetings and webinars together.
    pub minutes: i64,
}

impl Store {
    /// Calls `each` for every month of every address with sign-ins, address by address.
    pub async fn for_each_sign_in_month(
        &self,
        id: IntegrationId,
        mut each: impl FnMut(SignInMonth) + Send,
    ) -> Result<()> {
        // One row for each address, because fetching a row costs more than its content.
        self.read()
            .await?
            .each(
                "SELECT d.word AS email, s.months AS months FROM (
                   SELECT email, string_agg(CAST(month AS TEXT) || ':' || CAST(days AS TEXT)
                     || ':' || CAST(last_at AS TEXT), ',') AS months
                   FROM sign_in_months WHERE integration_id = $1 GROUP BY email) s
                 JOIN dictionary d ON d.integration_id = $1 AND d.code = s.email",
                args![id],
                |row| {
                    let email = row.str("email")?;
                    for [month, days, last] in row.packed("months")? {
                        each(SignInMonth {
                            email: email.to_owned(),
                            month: Day(small(month)?),
                            days: u32::try_from(days).map_err(|_| unexpected(days))?,
                            last: Timestamp(last),
                        });
                    }
                    Ok(())
                },
            )
            .await
    }

    /// Calls `each` for every event that began from `from` to `to` (UTC days, both included), with
    /// the host's address in lower case (empty when the application withholds it), in no particular
    /// order.
    pub async fn for_each_hosted(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
        mut each: impl FnMut(&str, HostedSummary) + Send,
    ) -> Result<()> {
        let mut reader = self.read().await?;
        let Some((from, to)) = hosted_span(&mut reader, id, from, to).await? else {
            return Ok(());
        };
        let mut hosts: HashMap<i64, Box<str>> = HashMap::new();
        reader
            .each(
                "SELECT code, word FROM dictionary WHERE integration_id = $1 AND code IN (
                   SELECT host FROM hosted_months
                   WHERE integration_id = $1 AND month >= $2 AND month <= $3)",
                args![id, from.month_start(), to],
                |row| {
                    hosts.insert(row.int("code")?, row.str("word")?.into());
                    Ok(())
                },
            )
            .await?;
        for day in from.to(to) {
            // One row for each day, because fetching a row costs more than its content.
            let row = reader
                .one(
                    "SELECT string_agg(CAST(host AS TEXT) || ':' || CAST(start_at - $2 AS TEXT)
                       || ':' || CAST(minutes AS TEXT) || ':' || CAST(participants AS TEXT)
                       || ':' || CAST(kind AS TEXT) || ':' || CAST(features AS TEXT), ',') AS packed
                     FROM events WHERE integration_id = $1 AND start_at >= $2 AND start_at < $3",
                    args![id, day.start(), day.plus(1).start()],
                )
                .await?;
            for [host, offset, minutes, participants, kind, features] in row.packed("packed")? {
                // A host that was added after the names were read belongs to the next revision.
                let Some(host) = hosts.get(&host) else {
                    continue;
                };
                each(
                    host,
                    HostedSummary {
                        start: day.start().plus_ms(offset),
                        minutes: small(minutes)?,
                        participants: known_small(participants)?,
                        webinar: kind != 0,
                        features,
                    },
                );
            }
        }
        Ok(())
    }

    /// Sign-ins by day, oldest first. Days without sign-ins are left out.
    #[crate::boxed]
    pub async fn sign_ins_per_day(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<SignInDay>> {
        self.read()
            .await?
            .all(
                "SELECT day, sign_ins, people FROM sign_in_days
                 WHERE integration_id = $1 AND day >= $2 AND day <= $3 ORDER BY day",
                args![id, from, to],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(SignInDay {
                    day: row.day("day")?,
                    sign_ins: row.int("sign_ins")?,
                    people: row.int("people")?,
                })
            })
            .collect()
    }

    /// The days on which at least one meeting or webinar began.
    #[crate::boxed]
    pub async fn days_with_events(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<BTreeSet<Day>> {
        let mut reader = self.read().await?;
        let mut days = BTreeSet::new();
        for day in from.to(to) {
            let first = reader
                .optional(
                    "SELECT start_at FROM events
                     WHERE integration_id = $1 AND start_at >= $2 AND start_at < $3 LIMIT 1",
                    args![id, day.start(), day.plus(1).start()],
                )
                .await?;
            days.extend(first.map(|_| day));
        }
        Ok(days)
    }

    /// Users by the day of their last sign-in according to the list of users, oldest day first.
    #[crate::boxed]
    pub async fn listed_sign_ins_per_day(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<(Day, i64)>> {
        self.read()
            .await?
            .all(
                "SELECT listed_sign_in / 86400000 AS day, COUNT(*) AS total FROM users
                 WHERE integration_id = $1 AND listed_sign_in >= $2 AND listed_sign_in < $3
                 GROUP BY listed_sign_in / 86400000 ORDER BY day",
                args![id, from.start(), to.plus(1).start()],
            )
            .await?
            .iter()
            .map(|row| Ok((row.day("day")?, row.int("total")?)))
            .collect()
    }

    /// Hosted events by day, oldest first. Days without events are left out.
    #[crate::boxed]
    pub async fn hosted_per_day(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<HostedDay>> {
        let mut reader = self.read().await?;
        let mut days = Vec::new();
        let Some((from, to)) = hosted_span(&mut reader, id, from, to).await? else {
            return Ok(days);
        };
        for day in from.to(to) {
            let row = reader
                .one(
                    "SELECT COUNT(*) AS total, CAST(COALESCE(SUM(kind), 0) AS BIGINT) AS webinars,
                       CAST(COALESCE(SUM(minutes), 0) AS BIGINT) AS minutes
                     FROM events WHERE integration_id = $1 AND start_at >= $2 AND start_at < $3",
                    args![id, day.start(), day.plus(1).start()],
                )
                .await?;
            let (all, webinars) = (row.int("total")?, row.int("webinars")?);
            if all > 0 {
                days.push(HostedDay {
                    day,
                    meetings: all - webinars,
                    webinars,
                    minutes: row.int("minutes")?,
                });
            }
        }
        Ok(days)
    }
}

/// The part of a span of days in which there are events; `None` when there are none.
async fn hosted_span(
    reader: &mut Reader,
    id: IntegrationId,
    from: Day,
    to: Day,
) -> Result<Option<(Day, Day)>> {
    let row = reader
        .one(
            "SELECT (SELECT MIN(start_at) FROM events WHERE integration_id = $1) AS first_start,
                    (SELECT MAX(start_at) FROM events WHERE integration_id = $1) AS last_start",
            args![id],
        )
        .await?;
    let (Some(first), Some(last)) = (row.opt_time("first_start")?, row.opt_time("last_start")?)
    else {
        return Ok(None);
    };
    let (from, to) = (from.max(first.day()), to.min(last.day()));
    Ok((from <= to).then_some((from, to)))
}

/// A number of participants; see [`UNKNOWN`].
pub(super) fn known_small(number: i64) -> Result<Option<i32>> {
    (number != UNKNOWN).then(|| small(number)).transpose()
}

fn small(number: i64) -> Result<i32> {
    i32::try_from(number).map_err(|_| unexpected(number))
}

fn unexpected(number: i64) -> Error {
    Error::corrupt(format!("{number} in a summary of history"))
}
