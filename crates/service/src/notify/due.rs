//! Rules for the time of notices, digests and retries. All functions are pure; the caller passes the
//! time.

use model::{Day, Timestamp};

/// Hour of the day (UTC) from which a digest is made.
const DIGEST_HOUR: i64 = 7;
/// A digest that could not be made within this number of hours is skipped, because its content is
/// outdated.
const DIGEST_HOURS: i64 = 48;
/// Pauses before the attempts to deliver a message again, in minutes. There is no attempt after the
/// last.
const WAITS: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1440, 1440];

/// The nearest step that a deadline has reached, of steps that are numbers of days before it, the greatest
/// first. `None` before the first step and after the deadline.
pub fn step(steps: &[i32], notice_by: Day, today: Day) -> Option<i32> {
    let left = notice_by.since(today);
    if left < 0 {
        return None;
    }
    steps.iter().rev().copied().find(|step| left <= *step)
}

/// The Monday of the digest that is to be made now.
pub fn digest(now: Timestamp) -> Option<Day> {
    let today = now.day();
    let monday = today.plus(1 - i32::from(today.weekday()));
    let since = now.since(monday.start()) / 3_600_000;
    (DIGEST_HOUR..DIGEST_HOUR + DIGEST_HOURS)
        .contains(&since)
        .then_some(monday)
}

/// Whether an exemption with the last day `until` has expired in the last seven days. Older ones are
/// ignored, because a notice of them was sent or was not wanted.
pub fn has_run_out(until: Day, today: Day) -> bool {
    (1..=7).contains(&today.since(until))
}

/// The time of the next attempt after this number of failed ones; `None` after the last.
pub fn next_attempt(tries: u32, now: Timestamp) -> Option<Timestamp> {
    let minutes = WAITS.get(usize::try_from(tries.checked_sub(1)?).ok()?)?;
    Some(now.plus_ms(minutes * 60_000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEPS: [i32; 3] = [60, 30, 7];

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn deadlines_are_told_sixty_thirty_and_seven_days_ahead() {
        let end = day("2027-03-01");
        let at = |left: i32| step(&STEPS, end, end.plus(-left));
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
        let waits: Vec<_> = (1..).map_while(|tries| next_attempt(tries, now)).collect();
        assert_eq!(waits.len(), WAITS.len());
        assert!(waits.is_sorted());
        assert!(waits.iter().all(|at| *at > now));
        assert_eq!(next_attempt(0, now), None);
    }

    proptest! {
        #[test]
        fn going_on_by_days_reaches_each_step_in_order(start in 0..400i32) {
            let end = day("2027-06-01");
            let mut steps: Vec<i32> = (0..=start).rev()
                .filter_map(|left| step(&STEPS, end, end.plus(-left)))
                .collect();
            steps.dedup();
            prop_assert!(steps.is_sorted_by(|a, b| a > b));
            prop_assert_eq!(steps.last(), Some(&7));
        }
    }
}
