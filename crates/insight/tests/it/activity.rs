//! The laws of activity: unknown is not inactive.

use insight::{Facts, Threshold};
use model::{ActivityState, Coverage, Timestamp};
use proptest::prelude::*;

use crate::world::{NOW, days_ago, known, known_for};

fn facts() -> impl Strategy<Value = Facts> {
    let at = || prop::option::of((0_i64..60 * 24).prop_map(|h| NOW.plus_ms(-h * 3_600_000)));
    (at(), at(), at(), prop::bool::weighted(0.2)).prop_map(|(listed, logged, hosted, pending)| {
        Facts {
            listed,
            logged,
            hosted,
            pending,
            unread_until: None,
        }
    })
}

fn coverage() -> impl Strategy<Value = Coverage> {
    prop_oneof![
        Just(known_for(60)),
        Just(Coverage::default()),
        (0_i32..50).prop_map(known_for),
        prop::collection::vec(0_i32..50, 0..3).prop_map(|gaps| {
            let today = NOW.day();
            known(
                today
                    .plus(-50)
                    .to(today)
                    .filter(|day| !gaps.contains(&today.since(*day))),
            )
        }),
        (0_i32..50, 0_i32..50)
            .prop_map(|(first, last)| { known(NOW.day().plus(-first).to(NOW.day().plus(-last))) }),
    ]
}

fn read_at() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::weighted(
        0.8,
        prop::sample::select(&[0, 1, 2, 10][..]).prop_map(days_ago),
    )
}

/// The true activity of a person before today, oldest first.
#[derive(Debug)]
struct Truth {
    sign_ins: Vec<Timestamp>,
    hostings: Vec<Timestamp>,
}

impl Truth {
    /// The sources' data about it: the list updates its value only when a sign-in is more than three days
    /// after it, and sometimes has none; the log and the meetings are as they are covered.
    fn seen(
        &self,
        sign_ins: &Coverage,
        hosted: &Coverage,
        read: Option<Timestamp>,
        forgotten: bool,
    ) -> Facts {
        let mut listed: Option<Timestamp> = None;
        for at in self.sign_ins.iter().filter(|at| Some(**at) <= read) {
            if listed.is_none_or(|stored| at.since(stored) > 3 * 86_400_000) {
                listed = Some(*at);
            }
        }
        let last_of = |moments: &[Timestamp], known: &Coverage| {
            let known = |at: &&Timestamp| known.days.contains_key(&at.day());
            moments.iter().filter(known).max().copied()
        };
        Facts {
            listed: listed.filter(|_| !forgotten),
            logged: last_of(&self.sign_ins, sign_ins),
            hosted: last_of(&self.hostings, hosted),
            pending: false,
            unread_until: None,
        }
    }
}

fn truth() -> impl Strategy<Value = Truth> {
    let moments = || prop::collection::btree_set(13_i64..50 * 24, 0..6);
    (moments(), moments()).prop_map(|(sign_ins, hostings)| {
        let at = |hours: i64| NOW.plus_ms(-hours * 3_600_000);
        let sign_ins: Vec<_> = sign_ins.into_iter().rev().map(at).collect();
        // There is no hosted event before the first sign-in.
        let first = sign_ins.first().copied();
        let possible = |at: &Timestamp| first.is_some_and(|first| first <= *at);
        Truth {
            hostings: hostings
                .into_iter()
                .rev()
                .map(at)
                .filter(possible)
                .collect(),
            sign_ins,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn more_activity_never_makes_anyone_less_active(
        facts in facts(), more in facts(), days in 1_u16..40,
        sign_ins in coverage(), hosted in coverage(), read in read_at(),
    ) {
        let threshold = Threshold::new(NOW, days, &sign_ins, &hosted, read);
        let busier = Facts {
            listed: facts.listed.max(more.listed),
            logged: facts.logged.max(more.logged),
            hosted: facts.hosted.max(more.hosted),
            pending: facts.pending,
            unread_until: None,
        };
        let (before, after) = (threshold.state(&facts), threshold.state(&busier));
        if before == ActivityState::Active {
            prop_assert_eq!(after, ActivityState::Active);
        }
        if before != ActivityState::Never && facts.last_sign_in().max(facts.hosted).is_some() {
            prop_assert_ne!(after, ActivityState::Never);
        }
    }

    #[test]
    fn knowing_less_makes_states_unknown_and_nothing_else(
        facts in facts(), days in 1_u16..40,
        sign_ins in coverage(), hosted in coverage(), read in read_at(),
        lost in prop::collection::vec(0_i32..50, 0..4), list_lost in any::<bool>(),
    ) {
        let known = Threshold::new(NOW, days, &sign_ins, &hosted, read);
        let without = |coverage: &Coverage, offset: i32| {
            let mut coverage = coverage.clone();
            for day in &lost {
                coverage.days.remove(&NOW.day().plus(offset - day));
            }
            coverage
        };
        let less = Threshold::new(
            NOW, days, &without(&sign_ins, 0), &without(&hosted, 3), read.filter(|_| !list_lost),
        );
        let (before, after) = (known.state(&facts), less.state(&facts));
        prop_assert!(after == before || after == ActivityState::Unknown, "{before:?} {after:?}");
    }

    #[test]
    fn no_active_person_is_concluded_to_be_inactive(
        truth in truth(), days in 1_u16..40, sign_ins in coverage(), hosted in coverage(),
        read in prop::option::weighted(0.8, 0_i32..12), forgotten in prop::bool::weighted(0.2),
    ) {
        // The list is read at the end of a day, or now.
        let read = read.map(|days| match days {
            0 => NOW,
            days => NOW.day().plus(1 - days).start().plus_ms(-1),
        });
        let seen = truth.seen(&sign_ins, &hosted, read, forgotten);
        let threshold = Threshold::new(NOW, days, &sign_ins, &hosted, read);
        let state = threshold.state(&seen);
        if matches!(state, ActivityState::Inactive | ActivityState::Never) {
            // When the list leaves out the sign-ins of some people, their hosted events can be hidden too.
            let hostings = if forgotten { &[] } else { truth.hostings.as_slice() };
            let last = truth.sign_ins.iter().chain(hostings).max();
            prop_assert!(last.is_none_or(|last| *last < threshold.start()), "{state:?} {seen:?}");
        }
        if state == ActivityState::Never && !forgotten && read.is_some() {
            prop_assert!(truth.sign_ins.iter().all(|at| Some(*at) > read));
        }
    }

    #[test]
    fn a_longer_window_keeps_the_active_active(
        facts in facts(), days in 1_u16..40, more in 0_u16..300,
        sign_ins in coverage(), hosted in coverage(), read in read_at(),
    ) {
        let short = Threshold::new(NOW, days, &sign_ins, &hosted, read).state(&facts);
        let long = Threshold::new(NOW, days + more, &sign_ins, &hosted, read).state(&facts);
        if short == ActivityState::Active {
            prop_assert_eq!(long, ActivityState::Active);
        }
    }
}

fn state(facts: Facts, sign_ins: &Coverage, hosted: &Coverage) -> ActivityState {
    Threshold::new(NOW, 30, sign_ins, hosted, Some(NOW)).state(&facts)
}

fn listed(days: i32) -> Facts {
    Facts {
        listed: Some(days_ago(days)),
        ..Facts::default()
    }
}

#[test]
fn the_list_alone_shows_inactivity_once_its_lag_has_passed() {
    let (none, all) = (Coverage::default(), known_for(60));
    assert_eq!(state(listed(29), &none, &all), ActivityState::Active);
    assert_eq!(state(listed(31), &none, &all), ActivityState::Unknown);
    assert_eq!(state(listed(34), &none, &all), ActivityState::Inactive);
    assert_eq!(state(listed(31), &all, &all), ActivityState::Inactive);
}

#[test]
fn never_needs_the_sign_in_log_and_nothing_else() {
    let (none, all) = (Coverage::default(), known_for(60));
    assert_eq!(state(Facts::default(), &all, &none), ActivityState::Never);
    assert_eq!(state(Facts::default(), &none, &all), ActivityState::Unknown);
}

#[test]
fn invited_people_have_never_been_there() {
    let none = Coverage::default();
    let pending = Facts {
        pending: true,
        ..Facts::default()
    };
    assert_eq!(state(pending, &none, &none), ActivityState::Never);
}

#[test]
fn hosting_counts_and_its_gaps_hide() {
    let all = known_for(60);
    let hosted = Facts {
        hosted: Some(days_ago(5)),
        ..listed(50)
    };
    assert_eq!(state(hosted, &all, &all), ActivityState::Active);
    let gap = known_for(10);
    assert_eq!(state(listed(50), &all, &gap), ActivityState::Unknown);
    assert_eq!(
        state(hosted, &Coverage::default(), &Coverage::default()),
        ActivityState::Active,
        "what is known is enough"
    );
}

#[test]
fn just_after_midnight_yesterdays_data_are_current() {
    let midnight = NOW.day().plus(1).start();
    let all = known_for(60);
    let threshold = Threshold::new(midnight, 30, &all, &all, Some(NOW));
    assert_eq!(threshold.state(&listed(50)), ActivityState::Inactive);
    let a_day_later = Threshold::new(midnight.plus_ms(86_400_000), 30, &all, &all, Some(NOW));
    assert_eq!(a_day_later.state(&listed(50)), ActivityState::Unknown);
}
