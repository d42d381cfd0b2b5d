//! The people with a need of a licence and their number in each rolling window. Windows count people and not
//! meetings at the same time, because a named licence stays with a person between two needs.

use model::Day;

/// A person with at least one need of a licence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needer {
    /// The days with a need, ascending.
    pub(crate) days: Vec<Day>,
    /// Whether the person is no longer a user.
    pub(crate) gone: bool,
    /// Whether the finding about the person is on hold because the need is expected to return.
    pub(crate) on_hold: bool,
    /// Whether the person is known to have left the organisation.
    pub(crate) leaver: bool,
}

impl Needer {
    /// Whether the person has a need on one of the `window` days that end on `end`.
    pub(crate) fn within(&self, end: Day, window: i32) -> bool {
        let next = self.days.partition_point(|day| *day <= end);
        next > 0 && self.days[next - 1] > end.plus(-window)
    }
}

/// The number of different people in every rolling window of so many days between `first` and `last`, with
/// the last day of each window.
pub(crate) fn windows(needers: &[Needer], first: Day, last: Day, window: i32) -> Vec<(Day, i64)> {
    let first_end = first.plus(window - 1);
    let Ok(count) = usize::try_from(last.since(first_end) + 1) else {
        return Vec::new();
    };
    // For each window end, by how many people the count differs from the window before.
    let mut changes = vec![0_i64; count + 1];
    let position = |day: Day| {
        usize::try_from(day.since(first_end))
            .unwrap_or(0)
            .min(count)
    };
    for needer in needers {
        // A need counts in windows that end on its day or up to `window - 1` days later; ends
        // until which the person is counted already are not counted again.
        let mut counted_to = 0;
        for day in &needer.days {
            let from = position(*day).max(counted_to);
            let to = position(day.plus(window));
            if to > from && *day >= first && *day <= last {
                changes[from] += 1;
                changes[to] -= 1;
                counted_to = to;
            }
        }
    }
    let mut people = 0;
    changes[..count]
        .iter()
        .zip(0..)
        .map(|(change, n)| {
            people += change;
            (first_end.plus(n), people)
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in super::super) fn people() -> impl Strategy<Value = Vec<Needer>> {
        let days = prop::collection::btree_set(-20i32..450, 0..12);
        let needer =
            (days, any::<bool>(), any::<bool>()).prop_map(|(days, gone, on_hold)| Needer {
                days: days.into_iter().map(Day).collect(),
                gone,
                on_hold: on_hold && !gone,
                leaver: false,
            });
        prop::collection::vec(needer, 0..30)
    }

    proptest! {
        #[test]
        fn windows_count_each_person_once(needers in people(), window in 1i32..120, last in 0i32..420) {
            let counted = windows(&needers, Day(0), Day(last), window);
            let expected: Vec<_> = (window - 1..=last).map(|end| {
                let people = needers.iter().filter(|needer| needer.days.iter().any(|day| {
                    day.0 <= end && day.0 > end - window
                })).count();
                (Day(end), i64::try_from(people).unwrap())
            }).collect();
            prop_assert_eq!(counted, expected);
        }

        #[test]
        fn one_more_person_never_lowers_a_window(mut needers in people(), one in people()) {
            let before = windows(&needers, Day(0), Day(400), 90);
            needers.extend(one.into_iter().take(1));
            let after = windows(&needers, Day(0), Day(400), 90);
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before.1 <= after.1));
        }
    }
}
