//! Spans of licences for any sequence of syncs.

use model::Fields;
use store::{LicenceSpan, SyncWrite};

use crate::licences::{APPLICATION, Short, hours, of_type, webinar};
use crate::support::{NOW, TTL, connect, fields, listed};

/// Data of one user in a sync: the type, and the size of the webinar licence (`Some(None)`: known to
/// have none).
type Sight = (Option<bool>, Option<Option<i64>>, bool);

fn sight() -> impl proptest::strategy::Strategy<Value = Sight> {
    use proptest::prelude::*;
    (
        proptest::option::of(any::<bool>()),
        proptest::option::of(prop_oneof![Just(None), Just(Some(500)), Just(Some(1000))]),
        proptest::bool::weighted(0.15),
    )
}

/// Writes these data one after the other; returns the spans and the last known licences.
async fn watch(sights: &[Sight]) -> (Vec<Short>, Vec<String>) {
    let clock = std::sync::Arc::new(model::ManualClock::at(NOW));
    let options = crate::support::options(store::StoreLocation::SqliteMemory, &clock);
    let store = store::Store::open(options).await.unwrap();
    connect(&store, "account-1").await;
    let (lease, _) = store.lease_next("worker", TTL).await.unwrap().unwrap();
    let (mut base, mut size, mut gone) = (None, None, false);
    for (hour, (licensed, webinar_size, leaves)) in (1..).zip(sights) {
        let mut seen = of_type("u-1", "licensed");
        seen.fields = match licensed {
            Some(true) => fields(&[("user_type", "licensed")]),
            Some(false) => fields(&[("user_type", "basic")]),
            None => Fields::new(),
        };
        let mut writes = vec![
            SyncWrite::Application(&APPLICATION),
            SyncWrite::Users(vec![listed(seen)]),
        ];
        if gone {
            // A removed user returns with no licences but those in the stored details.
            base = None;
        }
        gone = false;
        base = licensed.or(base);
        if let Some(webinar_size) = webinar_size {
            writes.push(webinar("u-1", *webinar_size, hours(hour)));
            size = Some(*webinar_size);
        }
        if *leaves {
            let keys = vec!["u-1".to_owned()];
            writes.push(SyncWrite::UsersRemoved {
                keys,
                at: hours(hour),
            });
            gone = true;
        }
        store.apply(&lease, writes, hours(hour)).await.unwrap();
    }
    let mut held = Vec::new();
    if !gone {
        held.extend((base == Some(true)).then(|| "licensed".to_owned()));
        held.extend(size.flatten().map(|size| format!("webinar_{size}")));
    }
    let short = |span: LicenceSpan| {
        (
            span.user_key,
            span.licence.to_string(),
            span.since,
            span.exact,
            span.until,
        )
    };
    let spans = store.licence_spans(lease.integration).await.unwrap();
    store.close().await;
    (spans.into_iter().map(short).collect(), held)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

    #[test]
    fn spans_of_a_licence_never_overlap_and_open_ones_are_the_present_licences(
        sights in proptest::collection::vec(sight(), 1..12)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (spans, held) = runtime.block_on(watch(&sights));
        let open: Vec<String> = spans
            .iter()
            .filter(|span| span.4.is_none())
            .map(|span| span.1.clone())
            .collect();
        proptest::prop_assert_eq!(open, held, "{:?}", spans);
        for pair in spans.windows(2).filter(|pair| pair[0].1 == pair[1].1) {
            proptest::prop_assert!(pair[0].4.is_some_and(|until| until <= pair[1].2), "{:?}", spans);
        }
        for span in &spans {
            proptest::prop_assert!(span.4.is_none_or(|until| until >= span.2), "{:?}", spans);
        }
    }
}
