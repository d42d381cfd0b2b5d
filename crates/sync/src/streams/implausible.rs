//! Days on which a log is empty although other data show that users were active, as during an incident or
//! after a role was narrowed. Their coverage is not believed: they count as days with a record that could not
//! be understood, until rows of them arrive.

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, streams};
use store::{RejectedGroup, RejectedRecords, RejectedScope, SyncWrite};

use crate::run::{Run, Stop};

/// Days before today that are looked at: what the application gives out.
const DAYS: i32 = 170;
/// So many users with a listed sign-in on a day contradict an empty log of that day.
const LISTED: i64 = 3;
/// So many rows would have to be expected by the usual ratio of sign-ins and hosted events.
const EXPECTED: f64 = 20.0;
/// The reason of such days.
const REASON: &str = "no rows at all, although users were active";
/// The logs that are compared.
const LOGS: [&str; 2] = [streams::SIGN_INS, streams::MEETINGS];

/// Rows of each day, for days that were read.
type Rows = BTreeMap<Day, i64>;

/// Days that were not believed before this run, by log.
pub(crate) type Doubted = BTreeMap<&'static str, BTreeSet<Day>>;

/// The days that were not believed before. Read it before the logs are, because a day that is read again
/// is believed at first.
pub(crate) async fn doubted_days(run: &Run<'_>) -> Result<Doubted, Stop> {
    let mut doubted = Doubted::new();
    for found in run.store.rejected(run.integration.id).await? {
        let log = LOGS.into_iter().find(|log| *log == found.stream);
        if let (Some(log), Some(day), true) = (log, found.from, found.reason == REASON) {
            doubted.entry(log).or_default().insert(day);
        }
    }
    Ok(doubted)
}

/// Compares the logs of sign-ins and of hosted events with each other and with the list of users.
pub(crate) async fn check_plausibility(run: &Run<'_>, doubted: &Doubted) -> Result<(), Stop> {
    let application = run.connector.application();
    if LOGS.iter().any(|log| application.stream(log).is_none()) {
        return Ok(());
    }
    let id = run.integration.id;
    let (from, to) = (run.began.day().plus(-DAYS), run.began.day().plus(-1));
    let mut sign_ins = read_days(run, streams::SIGN_INS, from, to).await?;
    for day in run.store.sign_ins_per_day(id, from, to).await? {
        sign_ins
            .entry(day.day)
            .and_modify(|rows| *rows = day.sign_ins);
    }
    let mut hosted = read_days(run, streams::MEETINGS, from, to).await?;
    let with_events = run.store.days_with_events(id, from, to).await?;
    let without = |rows: &Rows| rows.values().any(|rows| *rows == 0);
    if !without(&sign_ins) && hosted.keys().all(|day| with_events.contains(day)) {
        return store_doubts(run, doubted, &Doubted::new()).await;
    }
    for day in run.store.hosted_per_day(id, from, to).await? {
        let events = day.meetings + day.webinars;
        hosted.entry(day.day).and_modify(|rows| *rows = events);
    }
    let listed = run.store.listed_sign_ins_per_day(id, from, to).await?;
    let listed: Rows = listed.into_iter().collect();
    let (no_sign_ins, no_events) = implausible(&sign_ins, &hosted, &listed);
    let mut now = Doubted::new();
    for (log, rows, found) in [
        (streams::SIGN_INS, &sign_ins, no_sign_ins),
        (streams::MEETINGS, &hosted, no_events),
    ] {
        let before = doubted.get(log).into_iter().flatten();
        let still = before.filter(|day| rows.get(day) == Some(&0)).copied();
        now.insert(log, still.chain(found).collect());
    }
    store_doubts(run, doubted, &now).await
}

/// Stores the days that are not believed now, where they differ from those before.
async fn store_doubts(run: &Run<'_>, before: &Doubted, now: &Doubted) -> Result<(), Stop> {
    let none = BTreeSet::new();
    let stored = doubted_days(run).await?;
    for log in LOGS {
        let days = now.get(log).unwrap_or(&none);
        if days == stored.get(log).unwrap_or(&none) {
            continue;
        }
        if days != before.get(log).unwrap_or(&none) {
            let id = run.integration.id;
            tracing::warn!(integration = %id, log, days = days.len(), "empty days are not believed");
        }
        let groups = days.iter().map(|day| RejectedGroup {
            days: (*day, *day),
            person: String::new(),
            reason: REASON.to_owned(),
            records: 1,
        });
        let write = SyncWrite::Rejected(RejectedRecords {
            stream: log,
            scope: RejectedScope::Reason(REASON.to_owned()),
            mapper: run.connector.mapper_version(),
            read_at: run.began,
            groups: groups.collect(),
            texts: Vec::new(),
        });
        let now = run.config.clock.now();
        run.store.apply(run.lease, vec![write], now).await?;
    }
    Ok(())
}

async fn read_days(run: &Run<'_>, stream: &str, from: Day, to: Day) -> Result<Rows, Stop> {
    let coverage = run.store.coverage(run.integration.id, stream).await?;
    Ok(coverage
        .days
        .range(from..=to)
        .map(|(day, _)| (*day, 0))
        .collect())
}

/// The days whose empty log of sign-ins, and those whose empty log of hosted events, is contradicted.
fn implausible(sign_ins: &Rows, hosted: &Rows, listed: &Rows) -> (Vec<Day>, Vec<Day>) {
    let on = |rows: &Rows, day: &Day| rows.get(day).copied().unwrap_or(0);
    let no_sign_ins: Vec<Day> = sign_ins
        .iter()
        .filter(|(day, rows)| {
            let usual = expected(**day, sign_ins, hosted);
            **rows == 0 && (on(listed, day) >= LISTED || usual >= EXPECTED)
        })
        .map(|(day, _)| *day)
        .collect();
    let no_events = hosted
        .iter()
        .filter(|(day, rows)| {
            let usual = expected(**day, hosted, sign_ins);
            **rows == 0 && (no_sign_ins.contains(day) || usual >= EXPECTED)
        })
        .map(|(day, _)| *day)
        .collect();
    (no_sign_ins, no_events)
}

/// The number of rows to expect on a day by the rows of the other log, from the ratio of both on the same
/// weekday in other weeks.
#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of rows are far below 2^52"
)]
fn expected(on: Day, rows: &Rows, other: &Rows) -> f64 {
    let (mut sum, mut sum_of_other) = (0, 0);
    for (day, rows) in rows.iter().filter(|(day, _)| day.since(on) % 7 == 0) {
        let others = other.get(day).copied().unwrap_or(0);
        if *rows > 0 && others > 0 {
            sum += rows;
            sum_of_other += others;
        }
    }
    let of_other = other.get(&on).copied().unwrap_or(0);
    if sum_of_other == 0 {
        0.0
    } else {
        of_other as f64 * sum as f64 / sum_of_other as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These counts on one weekday, week after week.
    fn weeks(counts: &[i64]) -> Rows {
        let days = (0..).map(|week| Day(7 * week));
        days.zip(counts.iter().copied()).collect()
    }

    #[test]
    fn r42_an_empty_day_is_believed_unless_something_contradicts_it() {
        let busy = weeks(&[90, 100, 110, 0, 100]);
        let usual = weeks(&[45, 50, 55, 0, 50]);
        let none = weeks(&[]);
        let day = vec![Day(21)];
        // A holiday.
        assert_eq!(implausible(&busy, &usual, &none), (vec![], vec![]));
        // Users signed in on it, by the list of users.
        let listed = weeks(&[0, 0, 0, 3, 0]);
        assert_eq!(
            implausible(&busy, &usual, &listed),
            (day.clone(), day.clone())
        );
        // Meetings took place, or there were sign-ins as usual and not one meeting.
        let meetings = weeks(&[45, 50, 55, 50, 50]);
        assert_eq!(implausible(&busy, &meetings, &none), (day.clone(), vec![]));
        let sign_ins = weeks(&[90, 100, 110, 100, 100]);
        assert_eq!(implausible(&sign_ins, &usual, &none), (vec![], day));
        // A small account may well have a day without, and a large one a Sunday.
        let (few, fewer) = (weeks(&[4, 3, 4, 2, 0]), weeks(&[2, 1, 0, 0, 1]));
        assert_eq!(implausible(&few, &fewer, &none), (vec![], vec![]));
        let sundays = weeks(&[0, 0, 0, 0, 0]);
        assert_eq!(implausible(&sign_ins, &sundays, &none), (vec![], vec![]));
    }
}
