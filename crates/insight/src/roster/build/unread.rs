//! Records that could not be understood, and reports on hosts, assigned to users.

use model::{Day, HostReport};
use rustc_hash::FxHashMap;

use super::RosterBuilder;
use crate::roster::arena::Arena;
use crate::roster::days::{Hosting, Packed};
use crate::roster::unread::{
    Contradiction, ReportedHost, Unread, UnreadByRow, UnreadRecords, UnreadSource,
};

/// Finds the row of a user by key, id or address.
struct Finder<'a> {
    rows: &'a [u32],
    positions: &'a FxHashMap<Box<str>, u32>,
    by_id: FxHashMap<&'a str, u32>,
}

impl Finder<'_> {
    fn by_name(&self, name: &str) -> Option<u32> {
        let position = self.by_id.get(name).or_else(|| self.positions.get(name))?;
        self.rows.get(*position as usize).copied()
    }
}

impl RosterBuilder {
    /// Adds records that could not be understood.
    pub fn unread(&mut self, records: UnreadRecords) -> &mut Self {
        self.unread.push(records);
        self
    }

    /// Adds the application's report on a host over some days. It is compared with the hosted events, and
    /// nothing is concluded from their absence when the report has many more.
    pub fn host_report(&mut self, from: Day, to: Day, report: HostReport) -> &mut Self {
        let meetings = u32::try_from(report.meetings).unwrap_or(0);
        // A report of days that the history does not cover contradicts nothing.
        if meetings > 0 && self.hosted_known.covers(from, to) {
            self.reports.push(ReportedHost {
                external_id: report.external_id,
                email: report.email,
                from,
                to,
                meetings,
            });
        }
        self
    }

    /// The facts that are unknown, by row. `hostings` are the packed hosted days by row.
    pub(super) fn unread_by_row(
        &mut self,
        rows: &[u32],
        positions: &FxHashMap<Box<str>, u32>,
        hostings: &Arena,
    ) -> UnreadByRow {
        let unread = std::mem::take(&mut self.unread);
        let reports = std::mem::take(&mut self.reports);
        if unread.is_empty() && reports.is_empty() {
            return UnreadByRow::default();
        }
        let external_ids = std::mem::take(&mut self.external_ids);
        let by_id = external_ids
            .iter()
            .filter_map(|(position, id)| Some((id.as_deref()?, *position)));
        let finder = Finder {
            rows,
            positions,
            by_id: by_id.collect(),
        };
        let today = self.as_of.day();
        let (mut everyone, mut of_rows) = (Vec::new(), Vec::new());
        for found in unread {
            let (from, to) = found.days.unwrap_or((self.origin, today));
            let records = Unread {
                source: found.source,
                from,
                to,
                records: found.records,
            };
            match &found.person {
                Some(person) => {
                    let row = finder
                        .by_name(person)
                        .or_else(|| self.row_of_address(person, to.min(today), rows));
                    // Nothing is shown of people that are no users, so nothing is unknown of them.
                    of_rows.extend(row.map(|row| (row, records)));
                }
                // A user that could not be read in the list: the other users are known.
                None if found.source == UnreadSource::Users => {}
                None => everyone.push(records),
            }
        }
        let mut contradictions = Vec::new();
        let mut days = Vec::new();
        for report in reports {
            let row = finder.by_name(&report.external_id);
            let row = row.or_else(|| self.row_of_address(&report.email, report.to, rows));
            let Some(row) = row else { continue };
            days.clear();
            Hosting::unpack(hostings.get(row as usize), self.newest, &mut days);
            let known: u32 = days
                .iter()
                .filter(|day| {
                    let day = self.origin.plus(i32::from(day.day));
                    (report.from..=report.to).contains(&day)
                })
                .map(|day| day.meetings + day.webinars)
                .sum();
            if known.saturating_mul(2) < report.meetings {
                let found = Contradiction {
                    from: report.from,
                    to: report.to,
                    reported: report.meetings,
                    known,
                };
                contradictions.push((row, found));
            }
        }
        drop(finder);
        self.external_ids = external_ids;
        UnreadByRow::new(everyone, of_rows, contradictions)
    }

    fn row_of_address(&mut self, email: &str, on: Day, rows: &[u32]) -> Option<u32> {
        if email.is_empty() {
            return None;
        }
        let address = self.addresses.known_address(email);
        let holder = self.addresses.holder(address, on.start());
        holder.user().map(|position| rows[position])
    }
}
