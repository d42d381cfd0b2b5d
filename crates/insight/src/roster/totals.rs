//! Sums of the whole account by day and by week, added up while a roster is built.

use model::Day;

use super::days::{Hosting, SignInDay};

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) sign_ins: u32,
    pub(crate) meetings: u32,
    pub(crate) webinars: u32,
    pub(crate) minutes: u64,
    pub(crate) hosts: u32,
}

/// Sums by day and by week.
#[derive(Debug)]
pub(crate) struct Totals {
    /// The Monday at or before the roster's origin.
    monday: Day,
    /// Days from `monday` to the roster's origin.
    shift: usize,
    first_day: usize,
    days: Vec<Sum>,
    first_week: usize,
    weeks: Vec<Sum>,
}

impl Totals {
    pub(crate) fn new(origin: Day) -> Self {
        let shift = origin.weekday() - 1;
        let days = usize::from(u16::MAX) + 8;
        Self {
            monday: origin.plus(-i32::from(shift)),
            shift: usize::try_from(shift).unwrap_or(0),
            first_day: 0,
            days: vec![Sum::default(); days],
            first_week: 0,
            weeks: vec![Sum::default(); days / 7 + 1],
        }
    }

    /// Adds one person's sign-in days, newest first.
    pub(crate) fn add_sign_ins(&mut self, days: &[SignInDay]) {
        let mut week = usize::MAX;
        for day in days {
            let day = usize::from(day.0) + self.shift;
            self.days[day].sign_ins += 1;
            if day / 7 != week {
                week = day / 7;
                self.weeks[week].sign_ins += 1;
            }
        }
    }

    /// Adds one person's hosted days, newest first.
    pub(crate) fn add_hostings(&mut self, days: &[Hosting], is_person: bool) {
        let mut last_week = usize::MAX;
        for hosting in days {
            let day = usize::from(hosting.day) + self.shift;
            let week = day / 7;
            for sum in [&mut self.days[day], &mut self.weeks[week]] {
                sum.meetings += hosting.meetings;
                sum.webinars += hosting.webinars;
                sum.minutes += u64::from(hosting.minutes);
            }
            self.days[day].hosts += u32::from(is_person);
            self.weeks[week].hosts += u32::from(is_person && week != last_week);
            last_week = week;
        }
    }

    /// Keeps only the days and weeks in which something happened, and those between.
    pub(crate) fn finish(mut self) -> Self {
        fn trim(sums: &[Sum]) -> (usize, Vec<Sum>) {
            let happened = |sum: &Sum| sum.sign_ins > 0 || sum.meetings > 0 || sum.webinars > 0;
            let first = sums.iter().position(happened).unwrap_or(0);
            let end = sums
                .iter()
                .rposition(happened)
                .map_or(first, |last| last + 1);
            (first, sums[first..end].to_vec())
        }
        (self.first_day, self.days) = trim(&self.days);
        (self.first_week, self.weeks) = trim(&self.weeks);
        self
    }

    pub(crate) fn day(&self, day: Day) -> Sum {
        pick(&self.days, self.first_day, day.since(self.monday))
    }

    pub(crate) fn week(&self, monday: Day) -> Sum {
        pick(
            &self.weeks,
            self.first_week,
            monday.since(self.monday).div_euclid(7),
        )
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.days.capacity() + self.weeks.capacity()) * size_of::<Sum>()
    }
}

fn pick(sums: &[Sum], first: usize, at: i32) -> Sum {
    usize::try_from(at)
        .ok()
        .and_then(|at| at.checked_sub(first))
        .and_then(|at| sums.get(at).copied())
        .unwrap_or_default()
}
