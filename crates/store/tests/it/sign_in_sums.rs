//! Sums of sign-ins for any rows, in any pages.

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, SignIn, SignInKind};
use proptest::prelude::*;
use store::{SignInDay, SignInFilter, SyncWrite};

use crate::history::{months, sign_in};
use crate::support::{Setup, day};

/// Rows from few people on few days, many of them equal.
fn any_sign_ins() -> impl Strategy<Value = Vec<SignIn>> {
    let row = (0..4_i64, 0..70_i64, 0..3_i64, any::<bool>(), 0..2_i32).prop_map(
        |(who, days, hour, out, ordinal)| {
            let mut row = sign_in("2026-01-15T10:00:00Z", &format!("p{who}@example.com"));
            row.at = row.at.plus_seconds(days * 86_400 + hour * 3600);
            row.ordinal = ordinal;
            if out {
                row.kind = SignInKind::Out;
            }
            row
        },
    );
    proptest::collection::vec(row, 0..120)
}

/// The expected sums, computed in the simplest way.
fn expected_sums(rows: &BTreeSet<SignIn>) -> (BTreeMap<(String, Day), u32>, Vec<SignInDay>) {
    let (mut months, mut days) = (BTreeMap::new(), BTreeMap::new());
    for row in rows.iter().filter(|row| row.kind == SignInKind::In) {
        let today = row.at.day();
        let first = today.month_start();
        *months.entry((row.email.clone(), first)).or_insert(0) |= 1 << today.since(first);
        let (count, people): &mut (i64, BTreeSet<&str>) = days.entry(today).or_default();
        *count += 1;
        people.insert(&row.email);
    }
    let days = days
        .into_iter()
        .map(|(day, (sign_ins, people))| SignInDay {
            day,
            sign_ins,
            people: i64::try_from(people.len()).unwrap(),
        })
        .collect();
    (months, days)
}

/// The stored data do not depend on the pages in which rows arrive, nor on repetitions.
async fn check_pages(setup: &Setup, rows: &[SignIn], cut: usize, number: usize) {
    let (integration, lease) = {
        let account = format!("property-{number}");
        let integration = crate::support::connect(&setup.store, &account).await;
        let lease = setup
            .store
            .lease(integration.id, "worker", 60_000)
            .await
            .unwrap();
        (integration, lease.unwrap())
    };
    let cut = cut.min(rows.len());
    for page in [&rows[..cut], &rows[cut / 2..], rows] {
        setup.apply(&lease, SyncWrite::SignIns(page.to_vec())).await;
    }
    let distinct: BTreeSet<SignIn> = rows.iter().cloned().collect();
    let (expected_months, expected_days) = expected_sums(&distinct);
    let months: BTreeMap<_, _> = months(&setup.store, integration.id)
        .await
        .into_iter()
        .map(|month| ((month.email, month.month), month.days))
        .collect();
    assert_eq!(months, expected_months);
    let (from, to) = (day("2026-01-01"), day("2026-12-31"));
    let days = setup
        .store
        .sign_ins_per_day(integration.id, from, to)
        .await
        .unwrap();
    assert_eq!(days, expected_days);
    let listed = setup
        .store
        .sign_ins(integration.id, &SignInFilter::default(), 1000, None)
        .await
        .unwrap();
    assert_eq!(listed.items.len(), distinct.len());
    assert_eq!(listed.items.into_iter().collect::<BTreeSet<_>>(), distinct);
}

#[test]
fn sums_of_sign_ins_do_not_depend_on_pages() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut setups = vec![runtime.block_on(Setup::sqlite())];
    setups.extend(runtime.block_on(Setup::postgres()));
    let number = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(24), |(rows in any_sign_ins(), cut in 0..120_usize)| {
        number.set(number.get() + 1);
        for setup in &setups {
            runtime.block_on(check_pages(setup, &rows, cut, number.get()));
        }
    });
}
