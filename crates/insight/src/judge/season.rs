//! Whether needs that come once a year are about to come again: a term, a fair, an annual meeting.

use model::Day;

use crate::settings::Guards;

/// Days in a year.
const YEAR: i32 = 365;
/// A season begins when the silence before it was so many times longer than the usual gap within it.
const SILENCE_FACTOR: i32 = 3;

/// The first day of the season of last year that is about to come back.
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
    // Newest first: the need after a day in the list is the one before it in time.
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
        // The first that is known: was there silence before it, or does the history begin there?
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
