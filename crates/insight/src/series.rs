//! Totals of the account by day. They are added up while a roster is built, from the days of all people:
//! those that have left since still count on the days on which they were active.

use model::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::roster::Roster;

/// The activity of the whole account on one day (UTC). A number is null when the day is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsageDay {
    /// The calendar day in UTC.
    pub day: Day,
    /// Number of different people that signed in.
    pub people: Option<u32>,
    /// Number of different people that hosted.
    pub hosts: Option<u32>,
    /// Number of meetings, without webinars.
    pub meetings: Option<u32>,
    /// Number of webinars that were held.
    pub webinars: Option<u32>,
    /// Minutes of meetings and webinars together.
    pub minutes: Option<u64>,
}

impl Roster {
    /// Every day from `from` to `to`, both included.
    #[must_use]
    pub fn per_day(&self, from: Day, to: Day) -> Vec<UsageDay> {
        from.to(to)
            .map(|day| {
                let sum = self.totals.day(day);
                let sign_ins = self.sign_ins_known.days.contains_key(&day);
                let hosted = self.hosted_known.days.contains_key(&day);
                UsageDay {
                    day,
                    people: sign_ins.then_some(sum.sign_ins),
                    meetings: hosted.then_some(sum.meetings),
                    webinars: hosted.then_some(sum.webinars),
                    minutes: hosted.then_some(sum.minutes),
                    hosts: hosted.then_some(sum.hosts),
                }
            })
            .collect()
    }
}
