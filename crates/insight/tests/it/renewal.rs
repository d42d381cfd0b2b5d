//! The number to renew with, from a roster.

use insight::renewal::{Renewal, RenewalInputs, followed_by, renewal};
use insight::{Roster, RosterBuilder};
use model::{ContractId, HostedSummary, Licence};
use proptest::prelude::*;

use crate::findings::{Given, contract, free, hosts, licensed};
use crate::world::{NOW, builder, days_ago, meeting};

fn advice(roster: &Roster, given: &Given) -> Renewal {
    let findings = given.find(roster);
    renewal(&RenewalInputs {
        roster,
        settings: &given.settings,
        findings: &findings,
        contract: &given.contracts[0],
        contracts: &given.contracts,
        today: NOW.day(),
        purchased: None,
        assigned: None,
    })
}

/// A meeting of so many days ago that was cut off, and the one after it.
fn cut_off(builder: &mut RosterBuilder, key: &str, days: i32) {
    let cut = meeting(days, 40);
    let again = HostedSummary {
        start: cut.start.plus_seconds(41 * 60),
        minutes: 15,
        ..cut
    };
    hosts(builder, key, cut);
    hosts(builder, key, again);
}

/// People whose meetings were cut off so many days ago. The first of them got a licence some days ago.
fn cut_off_people(people: &[Vec<i32>], given: usize, given_days_ago: i32) -> Roster {
    let mut builder = builder();
    for n in 0..people.len() {
        let key = format!("k{n}");
        if n < given {
            builder.user(licensed(&key));
            let since = days_ago(given_days_ago);
            builder.licensed_since(&key, &Licence::base("licensed"), since, true);
        } else {
            builder.user(free(&key));
        }
    }
    for n in 0..20 {
        let key = format!("busy{n}");
        builder.user(licensed(&key));
    }
    for (n, days) in people.iter().enumerate() {
        for days in days {
            cut_off(&mut builder, &format!("k{n}"), *days);
        }
    }
    for n in 0..20 {
        for week in 0..50 {
            hosts(&mut builder, &format!("busy{n}"), meeting(week * 7 + 1, 60));
        }
    }
    builder.build()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn giving_a_licence_to_those_who_are_cut_off_lowers_no_number(
        people in prop::collection::vec(prop::collection::vec(3i32..390, 1..6), 1..10),
        given in 1usize..10, days in 0i32..3,
    ) {
        let with = Given { contracts: vec![contract("licensed", 100, 140)], ..Given::default() };
        let before = advice(&cut_off_people(&people, 0, days), &with);
        let after = advice(&cut_off_people(&people, given.min(people.len()), days), &with);
        prop_assert_eq!(after.needed, before.needed);
        prop_assert_eq!(&after.history, &before.history);
        prop_assert!(after.likely >= before.likely, "{} {}", after.likely, before.likely);
        prop_assert!(after.high >= before.high, "{} {}", after.high, before.high);
    }
}

#[test]
fn a_cut_off_meeting_of_a_licensed_user_is_no_need() {
    let with = Given {
        contracts: vec![contract("licensed", 100, 140)],
        ..Given::default()
    };
    let needed = |given: usize, given_days_ago: i32| {
        let people = vec![vec![10, 20, 30]];
        advice(&cut_off_people(&people, given, given_days_ago), &with).needed
    };
    assert_eq!(needed(0, 0), 21);
    assert_eq!(needed(1, 5), 21);
    assert_eq!(needed(1, 200), 20);
}

#[test]
fn a_missed_notice_moves_the_recommendation_to_the_term_after_the_bound_one() {
    let people = vec![vec![10, 20, 30]];
    let roster = cut_off_people(&people, 0, 0);
    let today = NOW.day();
    let with = |days_left| Given {
        contracts: vec![contract("licensed", days_left, 140)],
        ..Given::default()
    };
    let in_time = advice(&roster, &with(100));
    assert_eq!((in_time.bound, in_time.bound_text()), (None, None));
    assert_eq!(in_time.renews_from, today.plus(101));

    let given = with(14);
    let missed = advice(&roster, &given);
    assert_eq!(missed.ends_on, today.plus(14));
    let bound = missed.bound.unwrap();
    assert_eq!(
        (bound.from, bound.to),
        (today.plus(15), today.plus(14 + 365))
    );
    assert_eq!(bound.notice_by, today.plus(14 + 365 - 30));
    assert_eq!(missed.renews_from, bound.to.plus(1));
    assert_eq!(missed.renews_to, bound.to.plus(366));
    let text = missed.bound_text().unwrap();
    assert!(
        text.contains("is bound at 100 seats, because notice was due on 4 November 2026"),
        "{text}"
    );
    // The findings promise the same day.
    let lower_on = insight::renewal::dates(&given.contracts[0], today).invoice_lower_on;
    assert_eq!(lower_on, Some(missed.renews_from));
    // A later saving is as uncertain as the longer time until then.
    assert!(missed.high - missed.low >= in_time.high - in_time.low);
}

#[test]
fn a_successor_that_is_signed_covers_the_need_of_the_contract_before_it() {
    let mut builder = builder();
    for n in 0..20 {
        let key = format!("k{n}");
        builder.user(licensed(&key));
        for week in 0..50 {
            hosts(&mut builder, &key, meeting(7 * week + 1, 60));
        }
    }
    let roster = builder.build();
    let mut given = Given {
        contracts: vec![contract("licensed", 120, 100)],
        ..Given::default()
    };
    let alone = advice(&roster, &given);
    assert!(alone.likely >= 20, "{}", alone.likely);
    let mut successor = contract("licensed", 120, 100);
    successor.id = ContractId(2);
    successor.terms.quantity = alone.likely;
    successor.terms.starts_on = alone.renews_from;
    successor.terms.ends_on = alone.renews_to;
    given.contracts.push(successor);
    let covered = advice(&roster, &given);
    assert_eq!(covered.likely, 0);
    let cover = covered.reasons.last().expect("a step");
    assert_eq!(
        (cover.step, cover.seats),
        ("other_contracts", -alone.likely)
    );
    let follow = |given: &Given| -> Vec<i64> {
        let found = followed_by(&given.contracts[0], &given.contracts, NOW.day());
        found.map(|contract| contract.id.0).collect()
    };
    assert_eq!(follow(&given), [2]);
    // One that begins a day later leaves the first day without seats.
    given.contracts[1].terms.starts_on = alone.renews_from.plus(1);
    assert_eq!(follow(&given), [0i64; 0]);
    assert_eq!(advice(&roster, &given).likely, alone.likely);
}
