//! Clocks that ran ahead and were put right: nothing waits for a time that cannot be.

use model::{RunState, Timestamp};
use store::{NewMember, RunTotals, Store};

use crate::support::{NOW, TTL, connect, on_both_engines};

const DAY_MS: i64 = 86_400_000;
const YEARS_MS: i64 = 3_650 * DAY_MS;

async fn finish(
    store: &Store,
    lease: &store::Lease,
    state: RunState,
    pause_ms: i64,
    now: Timestamp,
) {
    store
        .finish_run(
            lease,
            state,
            None,
            now.plus_ms(pause_ms),
            RunTotals::default(),
            now,
        )
        .await
        .unwrap();
}

on_both_engines! {
    async fn r45_the_schedule_goes_on_when_the_clock_is_put_right(setup) {
        let store = &setup.store;
        connect(store, "account-1").await;
        for ahead in [DAY_MS, YEARS_MS] {
            for (state, pause) in [(RunState::Complete, 3_600_000), (RunState::Postponed, DAY_MS)] {
                setup.clock.set(NOW.plus_ms(ahead));
                let lease = store.lease_next("ahead", TTL).await.unwrap();
                let lease = match lease {
                    Some((lease, _)) => lease,
                    // Not due at that time: asked for by hand.
                    None => store.lease(model::IntegrationId(1), "ahead", TTL).await.unwrap().unwrap(),
                };
                finish(store, &lease, state, pause, NOW.plus_ms(ahead)).await;
                setup.clock.set(NOW);
                let (lease, _) = store.lease_next("right", TTL).await.unwrap()
                    .unwrap_or_else(|| panic!("{state:?} {ahead} ms ahead"));
                // From then on the interval counts again.
                finish(store, &lease, RunState::Complete, 3_600_000, NOW).await;
                assert!(store.lease_next("right", TTL).await.unwrap().is_none());
            }
        }
    }

    async fn r45_a_long_pause_that_is_meant_is_kept(setup) {
        let store = &setup.store;
        connect(store, "account-1").await;
        let (lease, _) = store.lease_next("a", TTL).await.unwrap().unwrap();
        // The daily limit: until midnight, far beyond the interval.
        finish(store, &lease, RunState::Postponed, DAY_MS - 1, NOW).await;
        assert!(store.lease_next("a", TTL).await.unwrap().is_none());
        setup.clock.set(NOW.plus_ms(DAY_MS - 1));
        assert!(store.lease_next("a", TTL).await.unwrap().is_some());
    }

    async fn r45_leases_of_a_process_whose_clock_ran_ahead_do_not_block(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        setup.clock.set(NOW.plus_ms(YEARS_MS));
        let (dead, _) = store.lease_next("dead", TTL).await.unwrap().unwrap();
        assert!(store.lock_refresh(id, "dead", TTL).await.unwrap());
        assert!(store.lease_job("delivery", "dead", TTL).await.unwrap());
        setup.clock.set(NOW);
        // The process itself does not take its own run over, because it renews its lease.
        assert!(store.lease_next("dead", TTL).await.unwrap().is_none());
        assert!(store.is_work_waiting("alive", TTL).await.unwrap());
        let (lease, _) = store.lease_next("alive", TTL).await.unwrap().unwrap();
        assert_eq!(lease.fence, dead.fence + 1);
        assert!(store.lock_refresh(id, "alive", TTL).await.unwrap());
        assert!(store.lease_job("delivery", "alive", TTL).await.unwrap());
    }

    async fn r17_a_clock_that_is_corrected_a_little_takes_no_lease_away(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert!(store.lease_next("holder", TTL).await.unwrap().is_some());
        assert!(store.lock_refresh(id, "holder", TTL).await.unwrap());
        assert!(store.lease_job("delivery", "holder", TTL).await.unwrap());
        for back in [1, 1_000, 300_000] {
            setup.clock.set(NOW.plus_ms(-back));
            assert!(store.lease_next("other", TTL).await.unwrap().is_none(), "{back}");
            assert!(!store.lock_refresh(id, "other", TTL).await.unwrap(), "{back}");
            assert!(!store.lease_job("delivery", "other", TTL).await.unwrap(), "{back}");
        }
    }

    async fn r45_sessions_and_failed_sign_ins_from_the_future_do_not_count(setup) {
        let store = &setup.store;
        let person = NewMember {
            email: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password_hash: "$argon2id$x".to_owned(),
        };
        let ann = store.create_owner("Acme", person, NOW).await.unwrap();
        let ahead = NOW.plus_ms(YEARS_MS);
        store.create_session("hash", ann.id, ahead, ahead.plus_ms(DAY_MS)).await.unwrap();
        assert!(store.session("hash", ahead).await.unwrap().is_some());
        assert_eq!(store.session("hash", NOW).await.unwrap(), None);
        store.record_failed_sign_in("ann", NOW).await.unwrap();
        for _ in 0..3 {
            store.record_failed_sign_in("ann", NOW.plus_ms(2 * DAY_MS)).await.unwrap();
        }
        store.record_failed_sign_in("ann", NOW).await.unwrap();
        assert_eq!(store.failed_sign_ins("ann", NOW).await.unwrap(), 1);
    }
}
