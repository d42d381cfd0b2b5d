//! The largest number of shared seats that were in use at the same time.

use model::Timestamp;

/// The largest number in use at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MostAtOnce {
    /// The number of spans that overlap.
    pub most: usize,
    /// The first time with this number; `None` without events.
    pub at: Option<Timestamp>,
}

/// The largest number of spans that overlap. Each is from its start until before its end; two that
/// are less than `gap_minutes` apart overlap too, because handing over takes as long. A span that ends
/// before it begins counts as a moment.
#[must_use]
pub fn most_at_once(spans: &[(Timestamp, Timestamp)], gap_minutes: u32) -> MostAtOnce {
    let gap = i64::from(gap_minutes) * 60_000;
    let mut edges: Vec<(Timestamp, bool)> = Vec::with_capacity(spans.len() * 2);
    for (start, end) in spans {
        let end = (*end).max(start.plus_ms(1));
        edges.push((*start, true));
        edges.push((end.plus_ms(gap), false));
    }
    // Ends come before starts of the same moment: false sorts before true.
    edges.sort_unstable();
    let (mut now, mut found) = (0_usize, MostAtOnce::default());
    for (at, begins) in edges {
        if begins {
            now += 1;
            if now > found.most {
                found = MostAtOnce {
                    most: now,
                    at: Some(at),
                };
            }
        } else {
            now -= 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minute(n: i64) -> Timestamp {
        Timestamp(n * 60_000)
    }

    #[test]
    fn one_after_the_other_is_one_at_a_time_unless_handing_over_takes_longer() {
        let spans = [
            (minute(0), minute(60)),
            (minute(60), minute(90)),
            (minute(100), minute(120)),
        ];
        assert_eq!(most_at_once(&spans, 0).most, 1);
        let handed_over = most_at_once(&spans, 15);
        assert_eq!((handed_over.most, handed_over.at), (2, Some(minute(60))));
        assert_eq!(most_at_once(&[], 15), MostAtOnce::default());
    }

    proptest! {
        /// The most is reached when one of them begins: so counting at every beginning finds it.
        #[test]
        fn sweeping_agrees_with_counting_at_every_start(
            spans in prop::collection::vec((0i64..400, -3i64..60), 0..40), gap in 0u32..20,
        ) {
            let spans: Vec<_> = spans.iter().map(|(start, length)| {
                (minute(*start), minute(start + length))
            }).collect();
            let in_use = |at: Timestamp| spans.iter().filter(|(start, end)| {
                let end = (*end).max(start.plus_ms(1)).plus_ms(i64::from(gap) * 60_000);
                *start <= at && at < end
            }).count();
            let counted = spans.iter().map(|(start, _)| in_use(*start)).max().unwrap_or(0);
            let found = most_at_once(&spans, gap);
            prop_assert_eq!(found.most, counted);
            prop_assert_eq!(found.at.map(in_use), (counted > 0).then_some(counted));
            prop_assert!(found.most <= most_at_once(&spans, gap + 5).most);
        }
    }
}
