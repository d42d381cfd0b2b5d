//! Whether somebody's own pattern of needs makes another one likely.
//!
//! Days with a need are taken as a Poisson process whose rate has a Gamma prior: half a need in
//! `rhythm_prior_days`. With n needs in the T days up to the last one, the chance that the same
//! pattern brings forth a silence of s days is ((T + b) / (T + b + s))^(n + ½). As long as that is not
//! small, the pattern may be going on.

use model::Day;

use crate::settings::Guards;

/// Needs before the first one that is known, as the prior has it.
const PRIOR_NEEDS: f64 = 0.5;

/// A pattern that may be going on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rhythm {
    /// Days with a need.
    pub(crate) needs: usize,
    /// Days from the first that was watched to the last need.
    pub(crate) span: i32,
    /// Days since the last need.
    pub(crate) silence: i32,
    /// How likely so long a silence is if the pattern goes on.
    pub(crate) chance: f64,
    /// The longest earlier gap between two needs, in days; `None` with a single need.
    pub(crate) longest_gap: Option<i32>,
}

/// The pattern of these needs (newest first), when it may be going on.
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
