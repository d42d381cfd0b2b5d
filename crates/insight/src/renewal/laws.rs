//! Laws that hold for any history.

use model::{BillingCycle, ContractTerms, Day, Licence, Money};
use proptest::prelude::*;

use super::forecast::{Cause, Known, forecast};
use super::needers::Needer;
use super::needers::tests::people;
use super::others::Cover;
use super::recommend::recommend;
use super::types::Renewal;
use crate::settings::RenewalSettings;

fn terms(quantity: i64, minimum: i64) -> ContractTerms {
    ContractTerms {
        name: "ACME-1".to_owned(),
        unit_price: Money::parse("13.33", "EUR".parse().unwrap()).ok(),
        billing_cycle: BillingCycle::Monthly,
        notice_days: 60,
        minimum,
        ..ContractTerms::new(
            Licence::base("licensed"),
            quantity,
            Day(181),
            Day(181 + 364),
        )
    }
}

fn known(needers: Vec<Needer>, history: i32, until: i32, starters: i64) -> Known {
    Known {
        since: (history > 0).then(|| Day(until + 1 - history)),
        until: Day(until),
        holders: i64::try_from(needers.len()).unwrap() + 5,
        needers,
        starters,
        usual_starters: (starters % 2 == 0).then_some(3.5),
    }
}

/// A person with a need every week.
fn steady() -> Needer {
    Needer {
        days: (-600..600).step_by(7).map(Day).collect(),
        ..Needer::default()
    }
}

fn renewal(known: &Known, minimum: i64) -> Renewal {
    let today = known.until.plus(1);
    recommend(
        &terms(40, minimum),
        known,
        &RenewalSettings::default(),
        today,
        (None, Some(known.holders)),
        &[],
    )
}

proptest! {
    #[test]
    fn numbers_are_in_order_and_the_minimum_is_kept(
        needers in people(), history in 0i32..460, until in 380i32..440,
        starters in 0i64..20, minimum in 0i64..60,
    ) {
        let known = known(needers, history, until, starters);
        let found = renewal(&known, minimum);
        prop_assert!(found.low <= found.likely && found.likely <= found.high);
        prop_assert!(found.low >= minimum);
        let sum: i64 = found.reasons.iter().map(|reason| reason.seats).sum();
        prop_assert_eq!(sum, found.likely, "{:?}", found.reasons);
        prop_assert_eq!(found.reasons[0].seats, found.needed);
        for pair in (0..60).map(|seats| found.buy(seats)).collect::<Vec<_>>().windows(2) {
            prop_assert!(pair[0].risk >= pair[1].risk);
            prop_assert!(pair[0].cost.unwrap().minor < pair[1].cost.unwrap().minor);
        }
        // Half of the probability outside of the range is above it.
        let high = found.choices.iter().find(|choice| choice.key == "high").unwrap();
        prop_assert!(high.risk <= 0.025 + 1e-6, "{}", high.risk);
    }

    #[test]
    fn the_saving_of_a_choice_is_exact_to_the_cent(
        needers in people(), seats in 0i64..500, minimum in 0i64..60,
    ) {
        let found = renewal(&known(needers, 400, 420, 0), minimum);
        let (chosen, today) = (found.buy(seats), found.buy(found.today));
        prop_assert_eq!(today.saving.unwrap().minor, 0);
        let sum = chosen.cost.unwrap().plus(chosen.saving.unwrap());
        prop_assert_eq!(sum, today.cost);
        prop_assert_eq!(chosen.cost.unwrap().minor, 1333 * 12 * seats);
    }

    // With less than half a year, a steady person makes a rise smaller compared with the possible effect of a
    // season, and can reduce the trend by more than one seat.
    #[test]
    fn one_more_who_needs_one_all_the_time_never_lowers_a_number(
        needers in people(), history in 180i32..460, until in 380i32..440, starters in 0i64..20,
    ) {
        let fewer = known(needers.clone(), history, until, starters);
        let mut more = fewer.clone();
        more.needers.push(steady());
        let (fewer, more) = (renewal(&fewer, 0), renewal(&more, 0));
        prop_assert!(more.needed == fewer.needed + 1);
        // Among few people, one more makes the range wider by up to a seat.
        prop_assert!(more.low + 1 >= fewer.low, "{} {}", more.low, fewer.low);
        prop_assert!(more.likely > fewer.likely || !fewer.reasons.is_empty());
        prop_assert!(more.likely >= fewer.likely);
        prop_assert!(more.high >= fewer.high);
    }

    #[test]
    fn risk_falls_to_nothing_and_rises_to_certainty(needers in people(), history in 0i32..460) {
        let found = renewal(&known(needers, history, 420, 0), 0);
        prop_assert!(found.buy(found.high + 1000).risk < 1e-6);
        prop_assert!((found.buy(found.likely).risk - 0.5).abs() < 0.5);
        prop_assert!((0.0..=1.0).contains(&found.buy(0).risk));
    }
}

#[test]
fn a_quiet_history_of_the_same_people_is_its_own_forecast() {
    let needers = vec![steady(); 200];
    let found = renewal(&known(needers, 365, 420, 0), 0);
    assert_eq!((found.needed, found.likely), (200, 200));
    assert_eq!(found.reasons.len(), 1, "{:?}", found.reasons);
    assert!(found.high - found.low <= 24, "{} {}", found.low, found.high);
    assert!(!found.unknown.iter().any(|unknown| unknown.what == "season"));
}

#[test]
fn less_than_a_window_is_said_and_makes_the_range_wide() {
    let needers = vec![steady(); 50];
    let mut known = known(needers, 30, 420, 0);
    known.holders = 100;
    let found = renewal(&known, 0);
    assert_eq!(found.needed, 50);
    assert!(found.unknown.iter().any(|unknown| unknown.what == "needs"));
    assert!(
        found.low <= 50 && found.high >= 85,
        "{} {}",
        found.low,
        found.high
    );
    assert!(found.history.is_empty());
}

#[test]
fn those_who_come_in_one_season_count_though_it_is_over() {
    let summer = Needer {
        days: (150..230).step_by(7).map(Day).collect(),
        on_hold: true,
        ..Needer::default()
    };
    let mut needers = vec![steady(); 100];
    needers.extend(vec![summer; 20]);
    let found = renewal(&known(needers, 365, 420, 0), 0);
    assert_eq!(found.needed, 100);
    let season = found
        .reasons
        .iter()
        .find(|reason| reason.step == "season")
        .unwrap();
    assert_eq!(season.seats, 20);
    assert!(season.text.contains("20 people"), "{}", season.text);
}

#[test]
fn people_who_left_no_longer_count_and_half_a_season_is_not_a_trend() {
    let mut needers = vec![steady(); 100];
    needers[..7]
        .iter_mut()
        .for_each(|needer| needer.leaver = true);
    let found = renewal(&known(needers, 365, 420, 0), 0);
    assert_eq!(found.likely, 93);
    let growing = (0..200).map(|n| Needer {
        days: (n * 2..600).step_by(7).map(Day).collect(),
        ..Needer::default()
    });
    let known = known(growing.collect(), 365, 420, 0);
    let found = forecast(&known, &RenewalSettings::default(), (Day(500), Day(864)));
    let growth = found
        .steps
        .iter()
        .find(|step| step.cause == Cause::Growth)
        .unwrap();
    // It rose by half in a year, but one year is little evidence for a trend, and there is a limit.
    assert!((1..=30).contains(&growth.seats), "{growth:?}");
}

proptest! {
    #[test]
    fn seats_of_other_contracts_are_not_bought_again(
        needers in people(), until in 380i32..440, seats in 0i64..60, number in 0i64..80,
    ) {
        let known = known(needers, 400, until, 0);
        let alone = renewal(&known, 0);
        let cover = Cover { name: "OTHER".to_owned(), seats };
        let beside = recommend(
            &terms(40, 0), &known, &RenewalSettings::default(), until_next(until), (None, None), &[cover],
        );
        prop_assert_eq!(beside.likely, (alone.likely - seats).max(0));
        let sum: i64 = beside.reasons.iter().map(|reason| reason.seats).sum();
        prop_assert_eq!(sum, beside.likely, "{:?}", beside.reasons);
        prop_assert!((beside.buy(number).risk - alone.buy(number + seats).risk).abs() < 1e-9);
    }
}

fn until_next(until: i32) -> Day {
    Day(until + 1)
}
