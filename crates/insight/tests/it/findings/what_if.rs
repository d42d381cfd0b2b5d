//! Other rules, replayed over the history.

use insight::what_if::{days_since_need, needers_per_week, thresholds, what_if};
use insight::{Roster, Settings};
use model::{Rule, Sums, User};
use proptest::prelude::*;

use super::{Given, contract, euros, hosts, licensed, signs_in};
use crate::world::{APP, NOW, builder, days_ago, known_for, meeting};

/// One person that stopped half a year ago, one that returns after half a year, one with a need all the time.
fn company() -> Roster {
    let mut builder = builder();
    for key in ["stopped", "back", "busy"] {
        builder.user(licensed(key));
        for days in 0..380 {
            if days % 3 == 0 {
                signs_in(&mut builder, key, days);
            }
        }
    }
    for days in 200..400 {
        if days % 4 == 0 {
            hosts(&mut builder, "stopped", meeting(days, 60));
            hosts(&mut builder, "back", meeting(days + 20, 60));
        }
    }
    hosts(&mut builder, "back", meeting(30, 60));
    for week in 0..50 {
        hosts(&mut builder, "busy", meeting(week * 7 + 1, 60));
    }
    builder.build()
}

fn given() -> Given {
    let mut given = Given::default();
    given.contracts.push(contract("licensed", 100, 140));
    given
}

#[test]
fn a_replay_finds_people_that_would_have_lost_a_needed_licence() {
    let roster = company();
    let given = given();
    let answer = what_if(&roster, &given.inputs(), &Settings::default());
    assert_eq!(answer.flagged, 1);
    assert_eq!(answer.saved, Sums::from_iter([euros(140)]));
    assert_eq!((answer.replayed, answer.wrongly_flagged), (2, 1));
    let wrongly: Vec<&str> = answer
        .wrongly
        .iter()
        .map(|w| roster.key_of(w.row))
        .collect();
    assert_eq!(wrongly, ["back"]);
    assert_eq!(answer.wrongly[0].needed_on, days_ago(30).day());
    let (first, last) = answer.replayed_days().unwrap();
    assert!(first < last && last == NOW.day().plus(-91));

    let mut off = Settings::default();
    off.rules.attendee_only.on = false;
    off.rules.dormant.on = false;
    let answer = what_if(&roster, &given.inputs(), &off);
    assert_eq!((answer.flagged, answer.replayed), (0, 0));
}

#[test]
fn a_threshold_series_agrees_with_whole_replays() {
    let roster = company();
    let given = given();
    let points = thresholds(
        &roster,
        &given.inputs(),
        Rule::AttendeeOnly,
        &[30, 60, 120, 250],
    );
    for point in &points {
        let mut settings = Settings::default();
        settings.rules = settings.rules.with_days(Rule::AttendeeOnly, point.days);
        let whole = what_if(&roster, &given.inputs(), &settings);
        let rule = whole
            .by_rule
            .iter()
            .find(|rule| rule.rule == Rule::AttendeeOnly)
            .unwrap();
        assert_eq!(point.flagged, rule.flagged, "{}", point.days);
        assert_eq!(point.saved, rule.saved, "{}", point.days);
        assert_eq!(point.replayed, rule.replayed, "{}", point.days);
        assert_eq!(
            point.wrongly_flagged, rule.wrongly_flagged,
            "{}",
            point.days
        );
    }
    let flagged: Vec<i64> = points.iter().map(|point| point.flagged).collect();
    assert!(flagged.is_sorted_by(|a, b| a >= b), "{flagged:?}");
    assert!(thresholds(&roster, &given.inputs(), Rule::Leaver, &[30]).is_empty());
}

#[test]
fn the_histogram_counts_everybody_once() {
    let roster = company();
    let histogram = days_since_need(&roster, &Settings::default());
    let counted: Vec<(u16, u32)> = histogram
        .buckets
        .iter()
        .filter(|bucket| bucket.people > 0)
        .map(|bucket| (bucket.from_days, bucket.people))
        .collect();
    assert_eq!(counted, [(0, 1), (30, 1), (200, 1)]);
    assert_eq!((histogram.never, histogram.unknown), (0, 0));
}

#[test]
fn weeks_count_people_and_not_meetings() {
    let roster = company();
    let weeks = needers_per_week(&roster, &Settings::default(), 60);
    assert_eq!(weeks.len(), 60);
    assert_eq!(weeks[59].monday.weekday(), 1);
    assert_eq!(weeks[59].people, Some(1));
    assert_eq!(weeks[20].people, Some(3));
    assert_eq!(weeks[0].people, None, "before the known history");
}

/// A user with an account so many days old, of which nothing is known but a meeting 30 days ago, where the
/// logs go back so far.
fn newly_read(account: i32, history: i32) -> Roster {
    let known = || known_for(history);
    let mut builder = insight::RosterBuilder::new(&APP, NOW, known(), known(), Some(NOW));
    builder.user(User {
        created_at: Some(days_ago(account)),
        listed_sign_in: Some(days_ago(2)),
        ..licensed("ann")
    });
    hosts(&mut builder, "ann", meeting(30, 60));
    builder.build()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_replay_says_never_used_only_where_all_is_known_since_the_licence_was_given(
        account in 30i32..4000, history in 92i32..400,
    ) {
        let given = given();
        let roster = newly_read(account, history);
        let answer = what_if(&roster, &given.inputs(), &Settings::default());
        let never = answer.by_rule.iter().find(|rule| rule.rule == Rule::NeverUsed).unwrap();
        // Ninety-one days ago is the last day that is gone back to; the rule asks for thirty before.
        let testable = account <= history && account > 91 + 30;
        prop_assert_eq!(never.replayed, i64::from(testable));
        let points = thresholds(&roster, &given.inputs(), Rule::NeverUsed, &[30]);
        prop_assert_eq!(points[0].replayed, never.replayed);
    }
}
