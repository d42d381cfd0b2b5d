//! The numbers of two charts: days since the last need, from which a threshold can be chosen, and the number
//! of people with a need, week by week.

use model::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::findings::holders::{Holds, LicenceHolders, Status};
use crate::judge::Moment;
use crate::needs::{Family, counted_for};
use crate::roster::Roster;
use crate::settings::Settings;

/// How long ago licensed people last needed their base licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Histogram {
    /// The buckets in order, without gaps.
    pub buckets: Vec<Bucket>,
    /// Number of people without a need in the whole known history.
    pub never: u32,
    /// Number of people for whom it is not known, because hosted events were not read.
    pub unknown: u32,
}

/// The number of people whose last need was between two numbers of days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Bucket {
    /// The smallest number of days.
    pub from_days: u16,
    /// The largest number of days.
    pub to_days: u16,
    /// Number of people in the bucket.
    pub people: u32,
}

/// The number of different people with a need of a base licence in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedersWeek {
    pub monday: Day,
    /// Number of people; `None` when a day of the week before today is not known.
    pub people: Option<u32>,
}

const BUCKET_DAYS: u16 = 10;
/// Buckets: a year and a little.
const BUCKETS: u16 = 37;

/// How long ago licensed, active people last needed their base licence. A last need before the buckets, or
/// before the known history without a gap, counts as never.
#[must_use]
pub fn days_since_need(roster: &Roster, settings: &Settings) -> Histogram {
    let mut histogram = Histogram {
        buckets: (0..BUCKETS)
            .map(|at| Bucket {
                from_days: at * BUCKET_DAYS,
                to_days: (at + 1) * BUCKET_DAYS - 1,
                people: 0,
            })
            .collect(),
        never: 0,
        unknown: 0,
    };
    let holders = LicenceHolders::of(roster, std::iter::empty());
    let moment = Moment::now(roster);
    let kinds = counted_for(Family::Base, &settings.needs);
    for row in 0..roster.rows {
        let base = |holds: &Holds| holds.family == Family::Base;
        if holders.status(row) != Status::Active || !holders.holds(row).any(|holds| base(&holds)) {
            continue;
        }
        let last = roster.last_need(row, kinds);
        let bucket = last
            .and_then(|last| u16::try_from(moment.as_of.since(last).max(0)).ok())
            .and_then(|days| histogram.buckets.get_mut(usize::from(days / BUCKET_DAYS)));
        let covered = match last {
            Some(last) => moment
                .hosted_since
                .is_some_and(|since| since <= last.plus(1)),
            None => moment.hosted_since.is_some(),
        };
        // A need of today or yesterday is certain, whatever the coverage.
        let recent = last.is_some_and(|last| moment.as_of.since(last) <= 1);
        match bucket {
            Some(bucket) if covered || recent => bucket.people += 1,
            None if covered => histogram.never += 1,
            _ => histogram.unknown += 1,
        }
    }
    histogram
}

/// The number of different people with a need of a base licence in each of the last `weeks` weeks, this week
/// last. Only users that are licensed now count.
#[must_use]
pub fn needers_per_week(roster: &Roster, settings: &Settings, weeks: usize) -> Vec<NeedersWeek> {
    let today = roster.as_of().day();
    let this_monday = today.plus(1 - i32::from(today.weekday()));
    let back = i32::try_from(weeks).unwrap_or(0);
    let first = this_monday.plus(7 * (1 - back));
    let mut people = vec![0_u32; weeks];
    let holders = LicenceHolders::of(roster, std::iter::empty());
    let kinds = counted_for(Family::Base, &settings.needs);
    for row in 0..roster.rows {
        if !holders.holds(row).any(|holds| holds.family == Family::Base) {
            continue;
        }
        let mut last = usize::MAX;
        let needs = roster.hosting_days(row);
        let needs = needs.filter(|hosting| hosting.needs.0 & kinds.0 != 0);
        for day in needs.map(|hosting| roster.day(hosting.day)) {
            let Ok(week) = usize::try_from(day.since(first).div_euclid(7)) else {
                break;
            };
            if week != last
                && let Some(count) = people.get_mut(week)
            {
                *count += 1;
            }
            last = week;
        }
    }
    people
        .into_iter()
        .zip(0..)
        .map(|(people, week)| {
            let monday = first.plus(7 * week);
            let known = roster
                .hosted_known
                .covers(monday, monday.plus(6).min(today.plus(-1)));
            NeedersWeek {
                monday,
                people: known.then_some(people),
            }
        })
        .collect()
}
