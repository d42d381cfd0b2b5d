//! The trend of rolling windows: by how many people the need changes in a year.

use model::Day;

/// Number of days in a year.
pub(super) const YEAR: i32 = 365;
/// The rise or fall over a year that a season can cause, as a share of the need.
const SEASON_SLOPE: f64 = 0.10;

/// The change of the need in a year, how much of it can have another cause, and that cause.
pub(super) fn yearly_change(
    ends: &[(Day, i64)],
    now: i64,
    chance: f64,
) -> (f64, f64, &'static str) {
    let length = ends.len();
    let year = YEAR.unsigned_abs() as usize;
    // With more than a year, the same days of two years are compared. Otherwise weeks are compared, and the
    // effect of a season is larger the fewer weeks there are.
    if length >= year + 28 {
        let mut changes: Vec<f64> = (year..length)
            .map(|n| to_f64(ends[n].1 - ends[n - year].1))
            .collect();
        (median(&mut changes), chance, "chance")
    } else {
        let weeks = f64::from(u32::try_from(length).unwrap_or(u32::MAX));
        let season = SEASON_SLOPE * f64::from(YEAR) / weeks;
        (weekly_slope(ends), season * to_f64(now), "a season")
    }
}

/// The change in a year by the median of all pairs of weeks.
fn weekly_slope(ends: &[(Day, i64)]) -> f64 {
    let weeks = ends.iter().rev().step_by(7).map(|(_, people)| *people);
    let weeks: Vec<f64> = weeks.map(to_f64).collect();
    let mut slopes = Vec::new();
    for (late, one) in weeks.iter().enumerate() {
        for (apart, other) in (1_u32..).zip(&weeks[late + 1..]) {
            slopes.push((one - other) / f64::from(apart));
        }
    }
    median(&mut slopes) * f64::from(YEAR) / 7.0
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    match numbers.len() {
        0 => 0.0,
        n if n % 2 == 1 => numbers[n / 2],
        n => f64::midpoint(numbers[n / 2 - 1], numbers[n / 2]),
    }
}

#[expect(clippy::cast_precision_loss, reason = "seats are far below 2^52")]
pub(super) fn to_f64(number: i64) -> f64 {
    number as f64
}
