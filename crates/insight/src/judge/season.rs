//! Whether needs that return once a year are about to return: a school term, a fair, an annual meeting.

use model::Day;

use crate::settings::Guards;

const YEAR: i32 = 365;
/// A season begins when the silence before it was so many times longer than the usual gap within it.
const SILENCE_FACTOR: i32 = 3;

/// The first day of last year's season that is about to return.
pub(crate) fn season(
    needs: &[Day],
    watched_since: Day,
    as_of: Day,
    guards: &Guards,
) -> Option<Day> {
    let slip = i32::from(guards.season_slip_days);
    let ahead = i32::from(guards.season_ahead_days);
    let gap = i32::from(guards.season_gap_days);
    let (from, to) = (as_of.plus(-slip - YEAR), as_of.plus(ahead + slip - YEAR));
    // The list has the newest need first, so the next item is the need before.
    let mut end = 0;
    for (at, day) in needs.iter().enumerate() {
        let earlier = needs.get(at + 1);
        let begins = earlier.is_none_or(|earlier| day.since(*earlier) >= gap);
        if !begins {
            continue;
        }
        let cluster = &needs[end..=at];
        end = at + 1;
        if *day < from {
            return None;
        }
        if *day > to {
            continue;
        }
        // For the first known season, the silence before it has to be long enough, because the history may
        // begin in the middle of it.
        let silent = earlier.is_some() || {
            let length = cluster[0].since(*day);
            let gaps = i32::try_from(cluster.len() - 1).unwrap_or(i32::MAX);
            let usual = if gaps == 0 { 0 } else { length / gaps + 1 };
            day.since(watched_since) >= gap.min(usual * SILENCE_FACTOR)
        };
        if silent || cluster.len() < needs.len() {
            return Some(*day);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_OF: Day = Day(1000);

    fn on_hold(ago: &[i32], watched: i32) -> Option<i32> {
        let needs: Vec<Day> = ago.iter().map(|days| AS_OF.plus(-days)).collect();
        let watched = AS_OF.plus(-watched);
        season(&needs, watched, AS_OF, &Guards::default()).map(|began| AS_OF.since(began))
    }

    /// Days ago of a term of twelve weeks that began so many days ago.
    fn term(began: i32) -> Vec<i32> {
        let mut ago: Vec<i32> = (0..24).map(|n| began - n * 7 / 2).collect();
        ago.sort_unstable();
        ago
    }

    #[test]
    fn a_term_comes_back_and_so_does_a_single_day() {
        assert_eq!(on_hold(&term(300), 365), Some(300));
        assert_eq!(on_hold(&[340], 365), Some(340));
        assert_eq!(on_hold(&[375], 400), Some(375), "it may be some days late");
    }

    #[test]
    fn a_season_far_ahead_or_missed_puts_nothing_on_hold() {
        assert_eq!(on_hold(&term(200), 365), None, "more than the days ahead");
        assert_eq!(on_hold(&[395], 500), None, "its time has passed");
        assert_eq!(on_hold(&[], 500), None);
    }

    #[test]
    fn a_history_that_begins_amid_meetings_is_no_season() {
        assert_eq!(on_hold(&term(364), 365), None);
        // With a second season it is seen that there are pauses.
        let mut two = term(120);
        two.extend(term(364));
        assert_eq!(on_hold(&two, 365), Some(364));
    }
}
