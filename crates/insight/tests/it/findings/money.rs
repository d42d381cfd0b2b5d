//! What a finding saves, and from which day on.

use model::{Licence, ListPrice, PriceConfidence};

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
