//! Account-wide data: settings, totals by day, reports on hosts and records that could not be
//! parsed.

use model::{DailyUsage, Day, IntegrationId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::args;
use model::HostReport;

use crate::{Result, Store, json};

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

/// Records that could not be parsed, grouped by stream and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRecords {
    pub stream: String,
    /// The error, without personal data.
    pub reason: String,
    /// Number of different records; the same record is counted once.
    pub count: i64,
    /// Time at which the last of them was read.
    pub last_at: Timestamp,
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
                    new_users: row.int("new_users")?,
                    meetings: row.int("meetings")?,
                    participants: row.int("participants")?,
                    meeting_minutes: row.int("meeting_minutes")?,
                };
                Ok((row.day("day")?, usage))
            })
            .collect()
    }

    /// Reports on hosts whose whole span lies between `from` and `to`, oldest first.
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
                        participants: row.int("participants")?,
                        minutes: row.int("minutes")?,
                    },
                })
            })
            .collect()
    }

    /// Records that could not be parsed, by stream and reason.
    pub async fn quarantine(&self, id: IntegrationId) -> Result<Vec<QuarantinedRecords>> {
        self.read()
            .await?
            .all(
                "SELECT stream, reason, COUNT(*) AS total, MAX(found_at) AS last_at FROM quarantine
                 WHERE integration_id = $1 GROUP BY stream, reason ORDER BY stream, reason",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(QuarantinedRecords {
                    stream: row.text("stream")?,
                    reason: row.text("reason")?,
                    count: row.int("total")?,
                    last_at: row.time("last_at")?,
                })
            })
            .collect()
    }
}
