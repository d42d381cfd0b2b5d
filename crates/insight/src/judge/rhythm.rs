//! Whether a person's own pattern of needs makes another need likely.
//!
//! Days with a need are taken as a Poisson process whose rate has a Gamma prior: half a need in
//! `rhythm_prior_days`. With n needs in the T days up to the last one, the probability of a silence of s days
//! in the same pattern is ((T + b) / (T + b + s))^(n + ½). As long as that is not small, the pattern may
//! continue.

use model::Day;

use crate::settings::Guards;

/// The number of needs before the known history, according to the prior.
const PRIOR_NEEDS: f64 = 0.5;

/// A pattern that may continue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rhythm {
    pub(crate) needs: usize,
    /// Number of days from the first known day to the last need.
    pub(crate) span: i32,
    /// Number of days since the last need.
    pub(crate) silence: i32,
    /// The probability of so long a silence if the pattern continues.
    pub(crate) chance: f64,
    /// The longest earlier gap between two needs, in days; `None` after a single need.
    pub(crate) longest_gap: Option<i32>,
}

/// The pattern of these needs (newest first); `None` when it has probably ended.
pub(crate) fn rhythm(
    needs: &[Day],
    watched_since: Day,
    as_of: Day,
    guards: &Guards,
) -> Option<Rhythm> {
    let (last, first) = (*needs.first()?, *needs.last()?);
    if needs.len() < usize::from(guards.rhythm_needs) {
        return None;
    }
    let span = last.since(watched_since.min(first));
    let silence = as_of.since(last).max(0);
    let prior = f64::from(guards.rhythm_prior_days.max(1));
    let before = f64::from(span) + prior;
    let count = f64::from(u32::try_from(needs.len()).unwrap_or(u32::MAX));
    let chance = (before / (before + f64::from(silence))).powf(count + PRIOR_NEEDS);
    let longest_gap = needs.windows(2).map(|pair| pair[0].since(pair[1])).max();
    let likely = chance * 1000.0 >= f64::from(guards.rhythm_chance_permille);
    let usual = longest_gap.is_some_and(|gap| {
        i64::from(silence) * 100 <= i64::from(gap) * i64::from(guards.rhythm_gap_percent)
    });
    (likely || usual).then_some(Rhythm {
        needs: needs.len(),
        span,
        silence,
        chance,
        longest_gap,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AS_OF: Day = Day(1000);

    fn needs(ago: &[i32]) -> Vec<Day> {
        ago.iter().map(|days| AS_OF.plus(-days)).collect()
    }

    fn on_hold(ago: &[i32], watched: i32) -> bool {
        let watched = AS_OF.plus(-watched);
        rhythm(&needs(ago), watched, AS_OF, &Guards::default()).is_some()
    }

    #[test]
    fn a_thin_pattern_outlasts_a_long_silence_and_a_dense_one_does_not() {
        assert!(on_hold(&[90, 150, 200, 260, 330], 365));
        let dense: Vec<i32> = (0..60).map(|n| 90 + 4 * n).collect();
        assert!(!on_hold(&dense, 365));
        assert!(!on_hold(&[], 365), "without a need there is no pattern");
    }

    proptest! {
        #[test]
        fn a_longer_silence_never_makes_a_pattern_more_likely(
            ago in prop::collection::btree_set(1..300_i32, 1..40),
            longer in 0..200_i32,
        ) {
            let guards = Guards::default();
            let ago: Vec<i32> = ago.into_iter().collect();
            let watched = AS_OF.plus(-365);
            let later = AS_OF.plus(longer);
            let now = rhythm(&needs(&ago), watched, AS_OF, &guards);
            if rhythm(&needs(&ago), watched, later, &guards).is_some() {
                prop_assert!(now.is_some());
            }
        }
    }
}
