//! Reading what concerns an account as a whole.

use model::{DailyUsage, Day, HostReport, IntegrationId, Timestamp};

use crate::db::args;
use crate::{Result, Store};

/// One section of an account's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSettings {
    /// Which.
    pub section: String,
    /// Its JSON text, as the application gave it.
    pub json: String,
    /// When a sync first read it like this.
    pub read_at: Timestamp,
}

/// Records of one kind that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Key of the stream.
    pub stream: String,
    /// What was wrong.
    pub reason: String,
    /// How many different records.
    pub count: i64,
    /// When the last of them was found.
    pub last_at: Timestamp,
}

/// What hosts did over a span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostReportPeriod {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The host.
    pub host: HostReport,
}

impl Store {
    /// All sections of the account's settings, by name.
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
                    section: row.text(0)?,
                    json: row.text(1)?,
                    read_at: row.time(2)?,
                })
            })
            .collect()
    }

    /// Totals of the account by day, from `from` to `to`, oldest first.
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
                    new_users: row.int(1)?,
                    meetings: row.int(2)?,
                    participants: row.int(3)?,
                    meeting_minutes: row.int(4)?,
                };
                Ok((row.day(0)?, usage))
            })
            .collect()
    }

    /// Reports on hosts whose span lies within `from` to `to`, oldest first.
    pub async fn host_reports(
        &self,
        id: IntegrationId,
        from: Day,
        to: Day,
    ) -> Result<Vec<HostReportPeriod>> {
        self.read()
            .await?
            .all(
                "SELECT r.from_day, r.to_day, r.external_id, d.word, r.meetings, r.participants,
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
                    from: row.day(0)?,
                    to: row.day(1)?,
                    host: HostReport {
                        external_id: row.text(2)?,
                        email: row.text(3)?,
                        meetings: row.int(4)?,
                        participants: row.int(5)?,
                        minutes: row.int(6)?,
                    },
                })
            })
            .collect()
    }

    /// What could not be understood, by stream and reason.
    pub async fn quarantine(&self, id: IntegrationId) -> Result<Vec<Quarantined>> {
        self.read()
            .await?
            .all(
                "SELECT stream, reason, COUNT(*), MAX(found_at) FROM quarantine
                 WHERE integration_id = $1 GROUP BY stream, reason ORDER BY stream, reason",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(Quarantined {
                    stream: row.text(0)?,
                    reason: row.text(1)?,
                    count: row.int(2)?,
                    last_at: row.time(3)?,
                })
            })
            .collect()
    }
}
