//! The saving of findings, and from which day on.

use insight::Finding;
use model::{Contract, ContractId, Licence, ListPrice, PriceConfidence};
use proptest::prelude::*;

use super::{Given, contract, euros, hosts, licensed, webinar, with_webinar};
use crate::world::{NOW, builder, meeting};

fn saving(given: &Given) -> Option<insight::Saving> {
    let mut builder = builder();
    builder.user(licensed("ann"));
    hosts(&mut builder, "ann", meeting(3, 20));
    let roster = builder.build();
    let findings = given.find(&roster);
    let found = findings.iter(&roster).next().expect("a finding");
    assert_eq!(found.seats, 1);
    found.saving
}

#[test]
fn without_a_price_there_are_seats_and_no_money() {
    let given = Given::default();
    assert_eq!(saving(&given), None);
    let other = Given {
        contracts: vec![contract("webinar_500", 100, 400)],
        ..given
    };
    assert_eq!(saving(&other), None);
}

#[test]
fn a_contract_gives_the_price_and_both_dates() {
    let today = NOW.day();
    let given = |ends_in| Given {
        contracts: vec![contract("licensed", ends_in, 140)],
        ..Given::default()
    };
    let soon = saving(&given(100)).unwrap();
    assert_eq!(soon.amount, euros(140));
    assert_eq!(soon.seat_free_on, today);
    assert_eq!(soon.invoice_lower_on, Some(today.plus(101)));
    assert_eq!(soon.price_source, "contract ACME-1");
    // Notice for this term had to arrive earlier: another term of a year follows.
    let missed = saving(&given(10)).unwrap();
    assert_eq!(missed.invoice_lower_on, Some(today.plus(11 + 365)));
}

#[test]
fn a_list_price_is_labelled_and_has_no_invoice() {
    let price = |as_of: i32, whole| ListPrice {
        licence: Licence::base("licensed"),
        yearly: euros(whole),
        as_of: NOW.day().plus(as_of),
        source: "Zoom".to_owned(),
        confidence: PriceConfidence::Listed,
    };
    let mut given = Given {
        prices: vec![price(-10, 160), price(-300, 150)],
        ..Given::default()
    };
    let listed = saving(&given).unwrap();
    assert_eq!((listed.amount, listed.invoice_lower_on), (euros(160), None));
    assert_eq!(listed.price_source, "list price, Zoom, 2026-11-10 (listed)");
    given.contracts.push(contract("licensed", 100, 140));
    assert_eq!(saving(&given).unwrap().amount, euros(140));
}

#[test]
fn a_smaller_size_saves_the_difference() {
    let mut builder = builder();
    builder.user(with_webinar(licensed("ann"), 1000));
    hosts(&mut builder, "ann", webinar(3, 200));
    let roster = builder.build();
    let price = |size, whole| ListPrice {
        licence: Licence::sized("webinar", size),
        yearly: euros(whole),
        as_of: NOW.day(),
        source: "Zoom".to_owned(),
        confidence: PriceConfidence::Quoted,
    };
    let amount = |prices| {
        let given = Given {
            prices,
            ..Given::default()
        };
        let findings = given.find(&roster);
        let found = findings.iter(&roster).next().expect("a finding");
        found.saving.map(|saving| saving.amount)
    };
    assert_eq!(
        amount(vec![price(1000, 3000), price(500, 700)]),
        Some(euros(2300))
    );
    assert_eq!(amount(vec![price(1000, 3000)]), None);
}

/// A contract of a licence, as the law below makes them.
fn contracts() -> impl Strategy<Value = Vec<Contract>> {
    let one = (1_i64..12, 0_i64..12, 0_i64..300, 0_i32..360, any::<bool>());
    prop::collection::vec(one, 1..6).prop_map(|made| {
        (1..)
            .zip(made)
            .map(|(id, (quantity, minimum, price, days_left, each_cycle))| {
                let mut made = contract("licensed", days_left, price);
                made.id = ContractId(id);
                made.terms.name = format!("ACME-{id}");
                made.terms.quantity = quantity;
                made.terms.minimum = minimum;
                made.terms.reducible_each_cycle = each_cycle;
                made
            })
            .collect()
    })
}

/// People that do not need their licence, since different days.
fn idle(people: usize) -> insight::Roster {
    let mut builder = builder();
    for n in (0_i32..).take(people) {
        let key = format!("k{n:02}");
        builder.user(licensed(&key));
        let ago = 100 + n * 7 % 50;
        super::signs_in(&mut builder, &key, ago);
        hosts(&mut builder, &key, meeting(ago, 20));
    }
    builder.build()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn savings_never_exceed_the_seats_that_contracts_can_shrink_by(
        contracts in contracts(), people in 0_usize..40,
    ) {
        let roster = idle(people);
        let mut given = Given { contracts, ..Given::default() };
        // Nothing is on hold: every finding is open.
        given.settings.guards.settling = false;
        let findings = given.find(&roster);
        let mut all: Vec<Finding> = findings.iter(&roster).collect();
        prop_assert_eq!(all.len(), people);
        let room = |contract: &Contract| (contract.terms.quantity - contract.terms.minimum).max(0);
        for contract in &given.contracts {
            let name = format!("contract {}", contract.terms.name);
            let of = all.iter().filter_map(|finding| finding.saving.as_ref());
            let of: Vec<_> = of.filter(|saving| saving.price_source == name).collect();
            prop_assert!(i64::try_from(of.len()).unwrap() <= room(contract), "{name}");
            for saving in of {
                prop_assert_eq!(saving.amount, contract.terms.yearly_price().unwrap());
                let dates = insight::renewal::dates(contract, NOW.day());
                prop_assert_eq!(saving.invoice_lower_on, dates.invoice_lower_on);
            }
        }
        let saved: i64 = all.iter().map(|f| f.saving.as_ref().unwrap().amount.minor).sum();
        let most: i64 = given.contracts.iter().map(|contract| {
            contract.terms.yearly_price().unwrap().times(room(contract)).minor
        }).sum();
        prop_assert!(saved <= most, "{saved} {most}");
        let rooms: i64 = given.contracts.iter().map(room).sum();
        if i64::try_from(people).unwrap() >= rooms {
            prop_assert_eq!(saved, most, "what can be given back is");
        }
        // The oldest are off the invoice first; seats that save nothing come last.
        all.sort_by_key(|finding| (finding.since, finding.user));
        let days: Vec<_> = all.iter().map(|finding| {
            let on = finding.saving.as_ref().unwrap().invoice_lower_on;
            (on.is_none(), on)
        }).collect();
        prop_assert!(days.is_sorted(), "{days:?}");
        // The order of contracts in the input does not matter.
        given.contracts.reverse();
        let again = given.find(&roster);
        let mut again: Vec<Finding> = again.iter(&roster).collect();
        again.sort_by_key(|finding| (finding.since, finding.user));
        prop_assert_eq!(again, all);
    }
}

#[test]
fn a_contract_without_a_price_frees_seats_without_money() {
    let mut priced = contract("licensed", 300, 140);
    priced.terms.quantity = 2;
    let mut unpriced = contract("licensed", 100, 0);
    unpriced.id = ContractId(2);
    unpriced.terms.quantity = 1;
    unpriced.terms.unit_price = None;
    let mut given = Given {
        contracts: vec![unpriced, priced],
        ..Given::default()
    };
    given.settings.guards.settling = false;
    let roster = idle(4);
    let findings = given.find(&roster);
    let mut all: Vec<Finding> = findings.iter(&roster).collect();
    all.sort_by_key(|finding| (finding.since, finding.user));
    let amounts: Vec<_> = all
        .iter()
        .map(|finding| finding.saving.as_ref().map(|saving| saving.amount))
        .collect();
    assert_eq!(
        amounts,
        [Some(euros(140)), Some(euros(140)), None, Some(euros(0))]
    );
    let evidence = findings.evidence(&roster, &all[3]);
    let mut texts = evidence.items.iter().map(|item| item.text.as_str());
    assert!(texts.any(|text| text.ends_with("giving this one back saves nothing.")));
}
