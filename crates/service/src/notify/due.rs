//! What is worth telling, and when: pure, the time comes from outside. Every piece of news has a key
//! that is the same whenever it is worked out again, so that it is told once.

use model::{Day, Timestamp};

/// Days before the notice deadline at which it is told.
pub const STEPS: [i32; 3] = [60, 30, 7];
/// Hour of the day, UTC, from which a digest is made.
const DIGEST_HOUR: i64 = 7;
/// A digest that could not be made within so many hours is left out: old news are none.
const DIGEST_HOURS: i64 = 48;
/// The wait before each further try to deliver a message, in minutes; then it is given up.
const WAITS: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1440, 1440];

/// Which step of a deadline has been reached: the nearest one. None before the first, and none once
/// the deadline is past.
pub fn step(notice_by: Day, today: Day) -> Option<i32> {
    let left = notice_by.since(today);
    if left < 0 {
        return None;
    }
    STEPS.into_iter().rev().find(|step| left <= *step)
}

/// Key of the digest that is to be made now: that of this week's Monday.
pub fn digest(now: Timestamp) -> Option<Day> {
    let today = now.day();
    let monday = today.plus(1 - i32::from(today.weekday()));
    let since = now.since(monday.start()) / 3_600_000;
    (DIGEST_HOUR..DIGEST_HOUR + DIGEST_HOURS)
        .contains(&since)
        .then_some(monday)
}

/// Whether an exemption that held until `until` (included) has just run out. Those that ended longer
/// ago than a week were told, or nobody wanted to know.
pub fn has_run_out(until: Day, today: Day) -> bool {
    (1..=7).contains(&today.since(until))
}

/// When a message is tried again after so many failed tries; never again after the last.
pub fn again(tries: u32, now: Timestamp) -> Option<Timestamp> {
    let minutes = WAITS.get(usize::try_from(tries.checked_sub(1)?).ok()?)?;
    Some(now.plus_ms(minutes * 60_000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn deadlines_are_told_sixty_thirty_and_seven_days_ahead() {
        let end = day("2027-03-01");
        let at = |left: i32| step(end, end.plus(-left));
        assert_eq!(at(61), None);
        assert_eq!(at(60), Some(60));
        assert_eq!(at(31), Some(60));
        assert_eq!(at(30), Some(30));
        assert_eq!(at(8), Some(30));
        assert_eq!(at(7), Some(7));
        assert_eq!(at(0), Some(7));
        assert_eq!(at(-1), None);
    }

    #[test]
    fn a_digest_is_made_once_a_week_on_monday() {
        let at = |text: &str| digest(text.parse().unwrap());
        let monday = Some(day("2026-11-23"));
        assert_eq!(at("2026-11-23T06:59:59Z"), None);
        assert_eq!(at("2026-11-23T07:00:00Z"), monday);
        assert_eq!(at("2026-11-25T06:59:59Z"), monday);
        assert_eq!(at("2026-11-25T07:00:00Z"), None);
        assert_eq!(at("2026-11-29T23:00:00Z"), None);
    }

    #[test]
    fn an_exemption_runs_out_on_the_day_after() {
        let until = day("2026-11-22");
        assert!(!has_run_out(until, day("2026-11-22")));
        assert!(has_run_out(until, day("2026-11-23")));
        assert!(has_run_out(until, day("2026-11-29")));
        assert!(!has_run_out(until, day("2026-11-30")));
    }

    #[test]
    fn trying_again_takes_longer_each_time_and_ends() {
        let now = Timestamp(0);
        let waits: Vec<_> = (1..).map_while(|tries| again(tries, now)).collect();
        assert_eq!(waits.len(), WAITS.len());
        assert!(waits.is_sorted());
        assert!(waits.iter().all(|at| *at > now));
        assert_eq!(again(0, now), None);
    }

    proptest! {
        #[test]
        fn going_on_by_days_reaches_each_step_in_order(start in 0..400i32) {
            let end = day("2027-06-01");
            let mut told: Vec<i32> = (0..=start).rev()
                .filter_map(|left| step(end, end.plus(-left)))
                .collect();
            told.dedup();
            prop_assert!(told.is_sorted_by(|a, b| a > b));
            prop_assert_eq!(told.last(), Some(&7));
        }
    }
}
