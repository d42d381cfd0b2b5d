//! Reading what concerns an account as a whole.

use model::{DailyUsage, Day, IntegrationId, Timestamp};

use crate::write::HostReport;
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
    pub async fn account_settings(&self, _id: IntegrationId) -> Result<Vec<AccountSettings>> {
        todo!()
    }

    /// Totals of the account by day, from `from` to `to`, oldest first.
    pub async fn daily_usage(
        &self,
        _id: IntegrationId,
        _from: Day,
        _to: Day,
    ) -> Result<Vec<(Day, DailyUsage)>> {
        todo!()
    }

    /// Reports on hosts whose span lies within `from` to `to`, oldest first.
    pub async fn host_reports(
        &self,
        _id: IntegrationId,
        _from: Day,
        _to: Day,
    ) -> Result<Vec<HostReportPeriod>> {
        todo!()
    }

    /// What could not be understood, by stream and reason.
    pub async fn quarantine(&self, _id: IntegrationId) -> Result<Vec<Quarantined>> {
        todo!()
    }
}
