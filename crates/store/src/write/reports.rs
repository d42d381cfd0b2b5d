//! Writing the log of administrators' actions, totals by day and reports on hosts.

use std::collections::BTreeMap;

use model::{AdminChange, DailyUsage, Day};
use sha2::{Digest as _, Sha256};

use super::batch::{Batch, CHUNK, first_8};
use super::dictionary::codes;
use model::HostReport;

use super::types::HistoryKind;
use crate::Result;
use crate::db::{Bulk, UNKNOWN, args};

const ADMIN_CHANGES: Bulk = Bulk {
    head: "INSERT INTO admin_changes (integration_id, at, operator, category, action, detail_hash,
             ordinal, detail)",
    columns: 8,
    tail: " ON CONFLICT DO NOTHING RETURNING at",
};

const DAILY_USAGE: Bulk = Bulk {
    head: "INSERT INTO daily_usage
             (integration_id, day, new_users, meetings, participants, meeting_minutes)",
    columns: 6,
    tail: " ON CONFLICT (integration_id, day) DO UPDATE SET
             new_users = excluded.new_users, meetings = excluded.meetings,
             participants = excluded.participants, meeting_minutes = excluded.meeting_minutes
            WHERE (daily_usage.new_users, daily_usage.meetings, daily_usage.participants,
                   daily_usage.meeting_minutes)
              IS DISTINCT FROM (excluded.new_users, excluded.meetings, excluded.participants,
                   excluded.meeting_minutes)
            RETURNING day",
};

const HOST_REPORTS: Bulk = Bulk {
    head:
        "INSERT INTO host_reports (integration_id, from_day, to_day, email, external_id, meetings,
             participants, minutes)",
    columns: 8,
    tail: " ON CONFLICT (integration_id, from_day, to_day, email, external_id) DO UPDATE SET
             meetings = excluded.meetings, participants = excluded.participants,
             minutes = excluded.minutes
            WHERE (host_reports.meetings, host_reports.participants, host_reports.minutes)
              IS DISTINCT FROM (excluded.meetings, excluded.participants, excluded.minutes)",
};
const SHORTER_HOST_REPORTS: &str =
    "DELETE FROM host_reports WHERE integration_id = $1 AND from_day = $2 AND to_day < $3";

impl Batch<'_> {
    pub(super) async fn admin_changes(&mut self, rows: &[AdminChange]) -> Result<()> {
        for chunk in rows.chunks(CHUNK) {
            let words = chunk.iter().flat_map(|row| {
                [
                    row.operator.as_str(),
                    row.category.as_str(),
                    row.action.as_str(),
                ]
            });
            let codes = codes(self.tx, self.id, words).await?;
            let arguments = chunk
                .iter()
                .flat_map(|row| {
                    args![
                        self.id,
                        row.at,
                        codes[row.operator.as_str()],
                        codes[row.category.as_str()],
                        codes[row.action.as_str()],
                        first_8(&Sha256::digest(row.detail.as_bytes())),
                        row.ordinal,
                        &row.detail,
                    ]
                })
                .collect();
            let added = self.tx.bulk_all(&ADMIN_CHANGES, arguments).await?;
            self.changed += added.len() as u64;
            for row in &added {
                self.touched(HistoryKind::AdminChanges, row.time("at")?.day());
            }
        }
        Ok(())
    }

    pub(super) async fn daily_usage(&mut self, days: &[(Day, DailyUsage)]) -> Result<()> {
        let by_day: BTreeMap<Day, &DailyUsage> =
            days.iter().map(|(day, usage)| (*day, usage)).collect();
        let arguments = by_day
            .into_iter()
            .flat_map(|(day, usage)| {
                args![
                    self.id,
                    day,
                    usage.new_users.unwrap_or(UNKNOWN),
                    usage.meetings.unwrap_or(UNKNOWN),
                    usage.participants.unwrap_or(UNKNOWN),
                    usage.meeting_minutes.unwrap_or(UNKNOWN)
                ]
            })
            .collect();
        let changed = self.tx.bulk_all(&DAILY_USAGE, arguments).await?;
        self.changed += changed.len() as u64;
        for row in &changed {
            self.touched(HistoryKind::DailyUsage, row.day("day")?);
        }
        Ok(())
    }

    pub(super) async fn host_reports(
        &mut self,
        from: Day,
        to: Day,
        hosts: &[HostReport],
    ) -> Result<()> {
        // The report of the current month grows by one day every day and replaces the one before.
        self.tx
            .execute(SHORTER_HOST_REPORTS, args![self.id, from, to])
            .await?;
        for chunk in hosts.chunks(CHUNK) {
            let codes = codes(
                self.tx,
                self.id,
                chunk.iter().map(|host| host.email.as_str()),
            )
            .await?;
            let by_key: BTreeMap<(i64, &str), &HostReport> = chunk
                .iter()
                .map(|host| {
                    (
                        (codes[host.email.as_str()], host.external_id.as_str()),
                        host,
                    )
                })
                .collect();
            let arguments = by_key
                .into_iter()
                .flat_map(|((email, external_id), host)| {
                    args![
                        self.id,
                        from,
                        to,
                        email,
                        external_id,
                        host.meetings,
                        host.participants.unwrap_or(UNKNOWN),
                        host.minutes.unwrap_or(UNKNOWN)
                    ]
                })
                .collect();
            self.changed += self.tx.bulk(&HOST_REPORTS, arguments).await?;
        }
        Ok(())
    }
}
