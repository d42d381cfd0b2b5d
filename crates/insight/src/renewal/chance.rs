//! The normal distribution, which is the only probability theory that the forecast needs.

/// The probability that a standard normal number is at most `z` (Abramowitz and Stegun, 7.1.26: exact to
/// seven digits).
pub(crate) fn at_most(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ]
    .iter()
    .fold(0.0, |sum, factor| (sum + factor) * t);
    let beyond = series * (-x * x).exp() / 2.0;
    if z < 0.0 { beyond } else { 1.0 - beyond }
}

/// The number of standard deviations to each side of the mean that contain the central share (0 to 1) of a
/// normal distribution.
pub(crate) fn reach(central: f64) -> f64 {
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if at_most(middle) - at_most(-middle) < central {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_tables() {
        for (z, chance) in [
            (0.0, 0.5),
            (1.0, 0.841_345),
            (-1.96, 0.024_998),
            (3.0, 0.998_650),
        ] {
            assert!((at_most(z) - chance).abs() < 1e-5, "{z}");
        }
        assert!((reach(0.90) - 1.644_854).abs() < 1e-4);
        assert!((reach(0.95) - 1.959_964).abs() < 1e-4);
    }
}
