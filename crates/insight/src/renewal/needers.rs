//! Who needed a licence when, and how many different people that were in each rolling window. Named
//! licences are not concurrent: one stays with a person between two needs, so windows count people, not
//! meetings at the same time.

use model::Day;

/// Somebody who needed a licence at least once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needer {
    /// Days on which they did, ascending.
    pub(crate) days: Vec<Day>,
    /// Whether they are no longer among the users.
    pub(crate) gone: bool,
    /// Whether the finding about them is held back because the need is expected to come back.
    pub(crate) held: bool,
    /// Whether they are known to have left the organisation.
    pub(crate) leaver: bool,
}

impl Needer {
    /// Whether one was needed on one of the `window` days that end on `end`.
    pub(crate) fn within(&self, end: Day, window: i32) -> bool {
        let next = self.days.partition_point(|day| *day <= end);
        next > 0 && self.days[next - 1] > end.plus(-window)
    }
}

/// Distinct people in every rolling window of so many days that lies within `first` and `last`: the
/// last day of each window, and how many.
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
        let needer = (days, any::<bool>(), any::<bool>()).prop_map(|(days, gone, held)| Needer {
            days: days.into_iter().map(Day).collect(),
            gone,
            held: held && !gone,
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
