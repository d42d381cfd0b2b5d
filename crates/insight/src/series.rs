//! Totals of the account by day and by week. They are added up while a roster is built, from
//! everybody's days: people who have left since still count on the days on which they were there.

use model::{Coverage, Day};

use crate::roster::Roster;
use crate::roster::days::{Hosting, SignInDay};

/// One day (UTC) of the account. A number is `None` where the day is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct DayPoint {
    /// The day.
    pub day: Day,
    /// People who signed in.
    pub sign_ins: Option<u32>,
    /// Meetings, webinars not counted.
    pub meetings: Option<u32>,
    /// Webinars.
    pub webinars: Option<u32>,
    /// Minutes of meetings and webinars.
    pub minutes: Option<u64>,
    /// People who hosted.
    pub hosts: Option<u32>,
}

/// One week of the account, Monday to Sunday in UTC. A number is `None` when any day of the week
/// that lies before tomorrow is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct WeekPoint {
    /// Its Monday.
    pub monday: Day,
    /// People who signed in.
    pub sign_ins: Option<u32>,
    /// Meetings, webinars not counted.
    pub meetings: Option<u32>,
    /// Webinars.
    pub webinars: Option<u32>,
    /// Minutes of meetings and webinars.
    pub minutes: Option<u64>,
    /// People who hosted.
    pub hosts: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sign_ins: u32,
    meetings: u32,
    webinars: u32,
    minutes: u64,
    hosts: u32,
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

    fn day(&self, day: Day) -> Sum {
        pick(&self.days, self.first_day, day.since(self.monday))
    }

    fn week(&self, monday: Day) -> Sum {
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

impl Roster {
    /// Every day from `from` to `to`, both included.
    #[must_use]
    pub fn per_day(&self, from: Day, to: Day) -> Vec<DayPoint> {
        from.to(to)
            .map(|day| {
                let sum = self.totals.day(day);
                let sign_ins = self.sign_ins_known.days.contains_key(&day);
                let hosted = self.hosted_known.days.contains_key(&day);
                DayPoint {
                    day,
                    sign_ins: sign_ins.then_some(sum.sign_ins),
                    meetings: hosted.then_some(sum.meetings),
                    webinars: hosted.then_some(sum.webinars),
                    minutes: hosted.then_some(sum.minutes),
                    hosts: hosted.then_some(sum.hosts),
                }
            })
            .collect()
    }

    /// Every week from the one with `from` to the one with `to`.
    #[must_use]
    pub fn per_week(&self, from: Day, to: Day) -> Vec<WeekPoint> {
        let monday = |day: Day| day.plus(1 - i32::from(day.weekday()));
        let (from, to) = (monday(from), monday(to));
        (0..=to.since(from).div_euclid(7))
            .map(|week| {
                let monday = from.plus(7 * week);
                let sum = self.totals.week(monday);
                let sign_ins = self.week_known(&self.sign_ins_known, monday);
                let hosted = self.week_known(&self.hosted_known, monday);
                WeekPoint {
                    monday,
                    sign_ins: sign_ins.then_some(sum.sign_ins),
                    meetings: hosted.then_some(sum.meetings),
                    webinars: hosted.then_some(sum.webinars),
                    minutes: hosted.then_some(sum.minutes),
                    hosts: hosted.then_some(sum.hosts),
                }
            })
            .collect()
    }

    fn week_known(&self, coverage: &Coverage, monday: Day) -> bool {
        let today = self.as_of().day();
        monday <= today && coverage.covers(monday, monday.plus(6).min(today))
    }
}
