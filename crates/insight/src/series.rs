//! Totals of the account by day and by week. They are added up while a roster is built, from
//! everybody's days: people who have left since still count on the days on which they were there.

use model::{Coverage, Day};

use crate::roster::Roster;

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
