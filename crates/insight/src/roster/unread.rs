//! Facts about users that are unknown because the application sent records that could not be understood, or because
//! two of its sources contradict each other. Such a record may be a meeting or a sign-in, so nothing is
//! concluded from the absence of others: a user is not inactive then, and findings are on hold.

use model::{Day, Timestamp};

/// The source of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadSource {
    /// Hosted meetings and webinars.
    Hosted,
    /// The sign-in log.
    SignIns,
    /// Scheduled events.
    Scheduled,
    /// The list of users, with the last sign-in of each.
    Users,
}

/// Records with the same days and person that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRecords {
    pub source: UnreadSource,
    /// The first and the last day that the records may be about; `None` when they are not about days.
    pub days: Option<(Day, Day)>,
    /// The user's key, id or e-mail address; `None` when it is unknown, so that every user may be meant.
    pub person: Option<String>,
    pub records: u32,
}

/// A report that says more than the history does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub from: Day,
    pub to: Day,
    /// Number of meetings in the report.
    pub reported: u32,
    /// Number of meetings in the history.
    pub known: u32,
}

/// A report on one host.
#[derive(Debug)]
pub(crate) struct ReportedHost {
    pub(crate) external_id: String,
    pub(crate) email: String,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) meetings: u32,
}

/// Records about one user, or about any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) source: UnreadSource,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) records: u32,
}

/// The facts that are unknown, by row.
#[derive(Debug, Default)]
pub(crate) struct UnreadByRow {
    everyone: Vec<Unread>,
    /// Sorted by row.
    of_rows: Vec<(u32, Unread)>,
    /// Sorted by row; at most one of a row.
    contradictions: Vec<(u32, Contradiction)>,
    /// The end of the last day on which activity of any user may be hidden.
    everyone_until: Option<Timestamp>,
}

impl UnreadByRow {
    pub(crate) fn new(
        everyone: Vec<Unread>,
        mut of_rows: Vec<(u32, Unread)>,
        mut contradictions: Vec<(u32, Contradiction)>,
    ) -> Self {
        of_rows.sort_by_key(|(row, _)| *row);
        contradictions.sort_by_key(|(row, found)| (*row, std::cmp::Reverse(found.to)));
        contradictions.dedup_by_key(|(row, _)| *row);
        let everyone_until = everyone.iter().filter_map(hidden_until).max();
        Self {
            everyone,
            of_rows,
            contradictions,
            everyone_until,
        }
    }

    /// Records that may be about the user of a row.
    pub(crate) fn of(&self, row: usize) -> impl Iterator<Item = &Unread> {
        self.everyone.iter().chain(self.own(row).map(|(_, it)| it))
    }

    fn own(&self, row: usize) -> std::slice::Iter<'_, (u32, Unread)> {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let start = self.of_rows.partition_point(|(of, _)| *of < row);
        let end = self.of_rows.partition_point(|(of, _)| *of <= row);
        self.of_rows[start..end].iter()
    }

    /// Number of records that may be about the user of a row and about a day from `from` to `to`.
    pub(crate) fn records(&self, row: usize, from: Day, to: Day) -> u32 {
        let overlapping = self.of(row).filter(|it| it.from <= to && it.to >= from);
        overlapping.map(|it| it.records).sum()
    }

    /// The end of the last day on which activity of the user of a row may be hidden.
    pub(crate) fn hides_until(&self, row: usize) -> Option<Timestamp> {
        let own = self.own(row).filter_map(|(_, it)| hidden_until(it)).max();
        own.max(self.everyone_until)
    }

    /// The newest contradiction about the user of a row that reaches into the days from `from` on.
    pub(crate) fn contradiction(&self, row: usize, from: Day) -> Option<&Contradiction> {
        let row = u32::try_from(row).ok()?;
        let at = self
            .contradictions
            .binary_search_by_key(&row, |(of, _)| *of);
        let found = &self.contradictions[at.ok()?].1;
        (found.to >= from).then_some(found)
    }
}

/// The end of the days on which the records may hide activity; `None` for scheduled events.
fn hidden_until(unread: &Unread) -> Option<Timestamp> {
    (unread.source != UnreadSource::Scheduled).then(|| unread.to.plus(1).start())
}
