//! Sums of the whole account by day, added up while a roster is built.

use model::Day;

use super::days::{Hosting, SignInDay};

/// The sums of one day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DaySum {
    pub(crate) sign_ins: u32,
    pub(crate) meetings: u32,
    pub(crate) webinars: u32,
    pub(crate) minutes: u64,
    pub(crate) hosts: u32,
}

/// The sums of all days.
#[derive(Debug)]
pub(crate) struct Totals {
    /// The day of offset 0: the roster's origin.
    origin: Day,
    /// Offset of the first day in `days`.
    first: usize,
    days: Vec<DaySum>,
}

impl Totals {
    pub(crate) fn new(origin: Day) -> Self {
        Self {
            origin,
            first: 0,
            days: vec![DaySum::default(); usize::from(u16::MAX) + 1],
        }
    }

    /// Adds the days on which one person signed in.
    pub(crate) fn add_sign_ins(&mut self, days: &[SignInDay]) {
        for day in days {
            self.days[usize::from(day.0)].sign_ins += 1;
        }
    }

    /// Adds the hosted days of one person. Events without a known host count, but not as a host.
    pub(crate) fn add_hostings(&mut self, days: &[Hosting], is_person: bool) {
        for hosting in days {
            let sum = &mut self.days[usize::from(hosting.day)];
            sum.meetings += hosting.meetings;
            sum.webinars += hosting.webinars;
            sum.minutes += u64::from(hosting.minutes);
            sum.hosts += u32::from(is_person);
        }
    }

    /// Keeps only the days from the first to the last one with an event, because most of the others
    /// lie far in the past or in the future.
    pub(crate) fn finish(mut self) -> Self {
        let is_used = |sum: &DaySum| sum.sign_ins > 0 || sum.meetings > 0 || sum.webinars > 0;
        let first = self.days.iter().position(is_used).unwrap_or(0);
        let last = self.days.iter().rposition(is_used);
        let end = last.map_or(first, |last| last + 1);
        self.days = self.days[first..end].to_vec();
        self.first = first;
        self
    }

    /// The sums of a day; zeros for a day without events.
    pub(crate) fn day(&self, day: Day) -> DaySum {
        usize::try_from(day.since(self.origin))
            .ok()
            .and_then(|offset| offset.checked_sub(self.first))
            .and_then(|at| self.days.get(at).copied())
            .unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.days.capacity() * size_of::<DaySum>()
    }
}
