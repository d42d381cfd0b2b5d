//! Account-wide data: settings, totals by day and reports on hosts.

use model::{DailyUsage, Day, IntegrationId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::{UNKNOWN, args};
use model::HostReport;

use crate::{Error, Result, Store, json};

/// One section of an account's settings, as the application returned it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountSettings {
    /// Key of the section, for example `lock_settings`.
    pub section: String,
    /// JSON text, unchanged from the application.
    #[serde(rename = "settings", serialize_with = "json::document")]
    #[schema(value_type = Object)]
    pub json: String,
    /// Time of the first sync that read this content.
    pub read_at: Timestamp,
}

/// A report on one host over a span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostReportPeriod {
    /// First day of the span (UTC).
    pub from: Day,
    /// Last day of the span (UTC), included.
    pub to: Day,
    pub host: HostReport,
}

impl Store {
    /// All sections of the account's settings, by key.
    #[crate::boxed]
    pub async fn account_settings(&self, id: IntegrationId) -> Result<Vec<AccountSettings>> {
        self.read()
            .await?
            .all(
                "SELECT section, content, read_at FROM account_settings
                 WHERE integration_id = $1 ORDER BY section",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(AccountSettings {
                    section: row.text("section")?,
                    json: row.text("content")?,
                    read_at: row.time("read_at")?,
                })
            })
            .collect()
    }

    /// Totals of the account for each day from `from` to `to` (both included), oldest first.
    #[crate::boxed]
    pub async fn daily_usage(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<(Day, DailyUsage)>> {
        self.read()
            .await?
            .all(
                "SELECT day, new_users, meetings, participants, meeting_minutes FROM daily_usage
                 WHERE integration_id = $1 AND day >= $2 AND day <= $3 ORDER BY day",
                args![id, from, to],
            )
            .await?
            .iter()
            .map(|row| {
                let usage = DailyUsage {
                    new_users: row.known_int("new_users")?,
                    meetings: row.known_int("meetings")?,
                    participants: row.known_int("participants")?,
                    meeting_minutes: row.known_int("meeting_minutes")?,
                };
                Ok((row.day("day")?, usage))
            })
            .collect()
    }

    /// Calls `each` for every report on a host with meetings whose whole span lies between `from` and
    /// `to`, host by host.
    pub async fn for_each_host_report(
        &self,
        id: IntegrationId,
        (from, to): (Day, Day),
        mut each: impl FnMut(HostReportPeriod) + Send,
    ) -> Result<()> {
        // One row for each host, because fetching a row costs more than its content.
        self.read()
            .await?
            .each(
                "SELECT d.word AS email, r.external_id AS external_id, r.reports AS reports FROM (
                   SELECT email, external_id, string_agg(CAST(from_day AS TEXT)
                     || ':' || CAST(to_day AS TEXT) || ':' || CAST(meetings AS TEXT)
                     || ':' || CAST(participants AS TEXT) || ':' || CAST(minutes AS TEXT), ',')
                     AS reports
                   FROM host_reports
                   WHERE integration_id = $1 AND from_day >= $2 AND to_day <= $3 AND meetings > 0
                   GROUP BY email, external_id) r
                 JOIN dictionary d ON d.integration_id = $1 AND d.code = r.email",
                args![id, from, to],
                |row| {
                    let known = |number: i64| Some(number).filter(|number| *number != UNKNOWN);
                    let day = |number: i64| {
                        let day = i32::try_from(number).map(Day);
                        day.map_err(|_| Error::corrupt("a day of a report on hosts"))
                    };
                    for [from, to, meetings, participants, minutes] in row.packed("reports")? {
                        each(HostReportPeriod {
                            from: day(from)?,
                            to: day(to)?,
                            host: HostReport {
                                external_id: row.text("external_id")?,
                                email: row.text("email")?,
                                meetings,
                                participants: known(participants),
                                minutes: known(minutes),
                            },
                        });
                    }
                    Ok(())
                },
            )
            .await
    }

    /// Reports on hosts whose whole span lies between `from` and `to`, oldest first.
    #[crate::boxed]
    pub async fn host_reports(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<HostReportPeriod>> {
        self.read()
            .await?
            .all(
                "SELECT r.from_day, r.to_day, r.external_id, d.word AS email, r.meetings, r.participants,
                   r.minutes
                 FROM host_reports r JOIN dictionary d
                   ON d.integration_id = r.integration_id AND d.code = r.email
                 WHERE r.integration_id = $1 AND r.from_day >= $2 AND r.to_day <= $3
                 ORDER BY r.from_day, r.to_day, d.word, r.external_id",
                args![id, from, to],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(HostReportPeriod {
                    from: row.day("from_day")?,
                    to: row.day("to_day")?,
                    host: HostReport {
                        external_id: row.text("external_id")?,
                        email: row.text("email")?,
                        meetings: row.int("meetings")?,
                        participants: row.known_int("participants")?,
                        minutes: row.known_int("minutes")?,
                    },
                })
            })
            .collect()
    }
}
