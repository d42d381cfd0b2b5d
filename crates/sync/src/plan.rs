//! The days of history to ask for, in which windows and in what order. Pure functions of the coverage
//! and the current time.

use connector::Window;
use model::{Coverage, Day, DayState, Timestamp};

/// Days after which a day's rows no longer change. Reports run late by up to half an hour for
/// meetings and by an unknown time for logs, so 48 hours are read again on every run.
const SETTLE_DAYS: i32 = 2;

/// The coverage of a day whose window was read at `read_at`.
pub(crate) fn state_of(day: Day, read_at: Timestamp) -> DayState {
    if read_at >= day.plus(1 + SETTLE_DAYS).start() {
        DayState::Complete
    } else {
        DayState::Provisional
    }
}

/// The longest window, in days, for an account with so many users: few requests for small
/// accounts; for large ones many short windows, which can be read side by side and lose little when
/// a run is interrupted.
pub(crate) fn window_length(users: u64) -> i32 {
    match users {
        0..=1_000 => 30,
        1_001..=20_000 => 7,
        _ => 3,
    }
}

/// Windows of a log or report, newest first: the days that were never read, and those that were
/// read before they had settled.
pub(crate) fn history_windows(
    coverage: &Coverage,
    now: Timestamp,
    look_back_days: i32,
    longest: i32,
) -> Vec<Window> {
    let today = now.day();
    let oldest = today.plus(-look_back_days);
    let fresh = today.plus(-SETTLE_DAYS);
    let needed = |day: &Day| {
        coverage
            .days
            .get(day)
            // A time in the future comes from a clock that ran ahead, so it is not trusted.
            .is_none_or(|known| known.state == DayState::Provisional || known.read_at > now)
    };
    let mut windows = Vec::new();
    let mut open: Option<Window> = None;
    for day in oldest.to(today).rev().filter(needed) {
        match &mut open {
            // The fresh days are a window of their own, so that they are there first.
            Some(window)
                if window.from.since(day) == 1
                    && window.days() < longest
                    && (day >= fresh) == (window.to >= fresh) =>
            {
                window.from = day;
            }
            _ => {
                windows.extend(open);
                open = Some(Window { from: day, to: day });
            }
        }
    }
    windows.extend(open);
    windows
}

/// Whole months of a monthly report, newest first: those never read to their end, and the running
/// one when it was not read today.
pub(crate) fn month_windows(
    coverage: &Coverage,
    now: Timestamp,
    look_back_days: i32,
) -> Vec<Window> {
    let today = now.day();
    let oldest = today.plus(-look_back_days);
    let mut windows = Vec::new();
    let mut to = today;
    while to >= oldest {
        let from = to.month_start().max(oldest);
        let due = from.to(to).any(|day| match coverage.days.get(&day) {
            None => true,
            Some(known) => known.state == DayState::Provisional && known.read_at.day() < today,
        });
        if due {
            windows.push(Window { from, to });
        }
        to = from.plus(-1);
    }
    windows
}

#[cfg(test)]
mod tests {
    use model::DayCoverage;
    use proptest::prelude::*;

    use super::*;

    const LOOK_BACK_DAYS: i32 = 170;

    fn read(coverage: &mut Coverage, window: Window, at: Timestamp) {
        for day in window.from.to(window.to) {
            let state = state_of(day, at);
            coverage
                .days
                .insert(day, DayCoverage { state, read_at: at });
        }
    }

    #[test]
    fn a_first_run_asks_for_everything_newest_first() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let windows = history_windows(&Coverage::default(), now, LOOK_BACK_DAYS, 30);
        assert_eq!(
            windows[0],
            Window {
                from: now.day().plus(-2),
                to: now.day()
            }
        );
        assert_eq!(windows.len(), 7);
        assert_eq!(
            windows.last().unwrap().from,
            now.day().plus(-LOOK_BACK_DAYS)
        );
    }

    #[test]
    fn months_are_read_once_a_day_until_they_have_settled() {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let mut coverage = Coverage::default();
        let windows = month_windows(&coverage, now, LOOK_BACK_DAYS);
        assert_eq!(windows[0].days(), 1);
        assert!(windows.iter().all(|w| w.days() <= 31));
        for window in windows {
            read(&mut coverage, window, now);
        }
        assert_eq!(
            month_windows(&coverage, now.plus_seconds(3600), LOOK_BACK_DAYS),
            []
        );
        // The next day both the running month and the unsettled end of the last one are due.
        assert_eq!(
            month_windows(&coverage, now.plus_seconds(86_400), LOOK_BACK_DAYS).len(),
            2
        );
    }

    proptest! {
        #[test]
        fn windows_hold_exactly_what_is_not_settled(
            known in proptest::collection::btree_set(0..LOOK_BACK_DAYS, 0..200),
            hour in 0i64..24,
            longest in 1i32..31,
        ) {
            let today = Day(20_000);
            let now = today.start().plus_seconds(hour * 3600);
            let mut coverage = Coverage::default();
            for back in &known {
                let day = today.plus(-back);
                read(&mut coverage, Window { from: day, to: day }, now);
            }
            let windows = history_windows(&coverage, now, LOOK_BACK_DAYS, longest);
            let asked: Vec<Day> = windows.iter().flat_map(|w| w.from.to(w.to).rev()).collect();
            let expected: Vec<Day> = today
                .plus(-LOOK_BACK_DAYS)
                .to(today)
                .rev()
                .filter(|day| !known.contains(&today.since(*day)) || today.since(*day) <= SETTLE_DAYS)
                .collect();
            prop_assert_eq!(asked, expected);
            prop_assert!(windows.iter().all(|w| w.days() <= longest));
        }

        #[test]
        fn after_a_run_only_the_unsettled_days_are_asked_again(hour in 0i64..24) {
            let now = Day(20_000).start().plus_seconds(hour * 3600);
            let mut coverage = Coverage::default();
            for window in history_windows(&coverage.clone(), now, LOOK_BACK_DAYS, 7) {
                read(&mut coverage, window, now);
            }
            let again = history_windows(&coverage, now, LOOK_BACK_DAYS, 7);
            prop_assert_eq!(again, vec![Window { from: Day(20_000 - SETTLE_DAYS), to: Day(20_000) }]);
        }
    }
}
