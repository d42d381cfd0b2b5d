//! Leases, fences, runs.

use model::{IntegrationState, RunState, StreamOutcome, StreamState, Timestamp};
use store::{Actor, Error, LeaseClock, RunTotals, Store, StoreOptions, SyncWrite};

use crate::support::{Engine, NOW, Setup, TTL, connect, day, on_both_engines, users};

async fn finish(store: &Store, lease: &store::Lease, state: RunState, next: Timestamp) {
    store
        .finish_run(lease, state, None, next, RunTotals::default(), NOW)
        .await
        .unwrap();
}

on_both_engines! {
    async fn old_runs_are_deleted_but_the_last_of_each_account(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        for _ in 0..3 {
            let lease = store.lease(id, "a", TTL).await.unwrap().unwrap();
            finish(store, &lease, RunState::Complete, NOW).await;
        }
        let other = connect(store, "account-2").await.id;
        let running = store.lease(other, "a", TTL).await.unwrap().unwrap();
        assert_eq!(store.delete_old_runs(NOW).await.unwrap(), 0);
        let later = NOW.plus_seconds(86_400);
        assert_eq!(store.delete_old_runs(later).await.unwrap(), 2);
        let left: Vec<i64> = store.runs(id, 9, None).await.unwrap().iter().map(|run| run.run).collect();
        assert_eq!(left, [3]);
        assert_eq!(store.runs(other, 9, None).await.unwrap().len(), 1);
        finish(store, &running, RunState::Complete, NOW).await;
        assert_eq!(store.delete_old_runs(later).await.unwrap(), 0);
    }

    async fn the_integration_due_longest_is_leased_first_and_only_once(setup) {
        let store = &setup.store;
        let one = connect(store, "account-1").await.id;
        let two = connect(store, "account-2").await.id;
        let paused = connect(store, "account-3").await.id;
        store
            .set_integration_state(paused, IntegrationState::Paused, None, &Actor::Cli, NOW)
            .await.unwrap();
        store.request_run(one, &Actor::Cli, NOW.plus_ms(-1)).await.unwrap();
        store.request_run(two, &Actor::Cli, NOW.plus_ms(-2)).await.unwrap();
        let (first, integration) = store.lease_next("a", TTL).await.unwrap().unwrap();
        assert_eq!((first.integration, first.fence, first.run), (two, 1, 1));
        assert_eq!(integration.id, two);
        assert_eq!(store.lease_next("b", TTL).await.unwrap().unwrap().0.integration, one);
        assert!(store.lease_next("c", TTL).await.unwrap().is_none());
        assert_eq!(store.lease(one, "c", TTL).await.unwrap(), None);
        assert_eq!(store.lease(paused, "c", TTL).await.unwrap(), None);

        finish(store, &first, RunState::Complete, NOW.plus_seconds(3600)).await;
        assert!(store.lease_next("a", TTL).await.unwrap().is_none());
        let manual = store.lease(two, "a", TTL).await.unwrap().unwrap();
        assert_eq!((manual.fence, manual.run), (2, 2));
        finish(store, &manual, RunState::Complete, NOW).await;
        setup.clock.advance_ms(TTL * 100);
        assert!(store.lease_next("a", TTL).await.unwrap().is_some());
    }

    async fn r25_a_holder_that_was_taken_over_can_no_longer_write(setup) {
        let (integration, slow) = setup.leased().await;
        let store = &setup.store;
        setup.clock.advance_ms(TTL / 2);
        assert!(!store.renew(&slow, TTL).await.unwrap().cancel);
        setup.clock.advance_ms(TTL - 1);
        assert!(setup.other().await.lease_next("fast", TTL).await.unwrap().is_none());
        setup.clock.advance_ms(1);
        let (fast, _) = setup.other().await.lease_next("fast", TTL).await.unwrap().unwrap();
        // The run continues under the same number.
        assert_eq!((fast.run, fast.fence), (slow.run, slow.fence + 1));
        let late = store.apply(&slow, vec![users(&[("u-1", "ann@example.com")])], NOW).await;
        assert!(matches!(late.unwrap_err(), Error::LeaseLost));
        assert!(matches!(store.renew(&slow, TTL).await.unwrap_err(), Error::LeaseLost));
        let late = store
            .finish_run(&slow, RunState::Failed, None, NOW, RunTotals::default(), NOW).await;
        assert!(matches!(late.unwrap_err(), Error::LeaseLost));
        assert_eq!(store.user_keys(integration.id, None, 10).await.unwrap(), []);
        setup.apply(&fast, users(&[("u-1", "ann@example.com")])).await;
        assert_eq!(store.user_keys(integration.id, None, 10).await.unwrap().len(), 1);
        // After the end of its run, the holder can no longer write either.
        finish(store, &fast, RunState::Complete, NOW).await;
        let late = store.apply(&fast, vec![users(&[("u-2", "bob@example.com")])], NOW).await;
        assert!(matches!(late.unwrap_err(), Error::LeaseLost));
    }

    async fn r25_many_workers_never_share_an_integration(setup) {
        for number in 0..6 {
            connect(&setup.store, &format!("account-{number}")).await;
        }
        let stores = [setup.store.clone(), setup.other().await, setup.other().await];
        let workers: Vec<_> = (0..12)
            .map(|number| {
                let store = stores[number % 3].clone();
                tokio::spawn(async move {
                    let mut got = Vec::new();
                    while let Some((lease, _)) =
                        store.lease_next(&format!("worker-{number}"), TTL).await.unwrap()
                    {
                        got.push(lease.integration);
                    }
                    got
                })
            })
            .collect();
        let mut leased = Vec::new();
        for worker in workers {
            leased.extend(worker.await.unwrap());
        }
        leased.sort();
        leased.dedup();
        assert_eq!(leased.len(), 6);
        assert!(setup.store.lease_next("late", TTL).await.unwrap().is_none());
    }

    async fn renewing_a_lease_returns_whether_to_stop(setup) {
        let (integration, lease) = setup.leased().await;
        let store = &setup.store;
        store
            .set_integration_state(
                integration.id, IntegrationState::Paused, None, &Actor::Cli, NOW,
            ).await.unwrap();
        assert!(store.renew(&lease, TTL).await.unwrap().cancel);
        finish(store, &lease, RunState::Cancelled, NOW).await;
        assert!(store.lease_next("b", TTL).await.unwrap().is_none());
    }

    async fn runs_are_listed_with_their_totals(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let stream = |outcome| StreamState {
            stream: "users".to_owned(),
            outcome,
            reason: None,
            rows: 12,
            expected: Some(20),
            requests: 3,
            complete_at: None,
            since: Some(day("2026-01-01")),
        };
        setup.apply(&lease, SyncWrite::Stream(stream(StreamOutcome::Running))).await;
        let running = &store.runs(id, 5, None).await.unwrap()[0];
        assert_eq!((running.state, running.ended_at), (RunState::Running, None));
        assert_eq!((running.trigger.as_str(), running.streams.len()), ("schedule", 0));
        setup.apply(&lease, SyncWrite::Stream(stream(StreamOutcome::Complete))).await;
        assert_eq!(store.stream_states(id).await.unwrap(), [stream(StreamOutcome::Complete)]);
        let totals = RunTotals { requests: 3, refused: 1, rows: 12, changed: 11 };
        let (end, next) = (NOW.plus_seconds(60), NOW.plus_seconds(3600));
        setup.clock.set(end);
        store
            .finish_run(&lease, RunState::Complete, Some("fine"), next, totals, end).await.unwrap();
        let done = &store.runs(id, 5, None).await.unwrap()[0];
        assert_eq!((done.state, done.ended_at, done.totals), (RunState::Complete, Some(end), totals));
        assert_eq!(done.reason.as_deref(), Some("fine"));
        assert_eq!(done.streams, [stream(StreamOutcome::Complete)]);
        let after = store.integration(id).await.unwrap().unwrap();
        assert_eq!((after.first_complete_at, after.last_complete_at), (Some(end), Some(end)));
        assert_eq!(after.next_run_at, next);

        store.request_run(id, &Actor::Cli, NOW).await.unwrap();
        let (second, _) = store.lease_next("worker", TTL).await.unwrap().unwrap();
        let later = end.plus_seconds(60);
        store
            .finish_run(&second, RunState::Complete, None, next, totals, later).await.unwrap();
        let runs = store.runs(id, 5, None).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.run).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(runs[0].trigger, "manual");
        assert_eq!(store.runs(id, 5, Some(2)).await.unwrap().len(), 1);
        let after = store.integration(id).await.unwrap().unwrap();
        assert_eq!((after.first_complete_at, after.last_complete_at), (Some(end), Some(later)));
    }

    async fn requests_of_a_day_add_up(setup) {
        let (integration, lease) = setup.leased().await;
        let monday = day("2026-03-02");
        for (category, day, count) in [
            ("light", monday, 2), ("heavy", monday, 1), ("light", monday, 3), ("light", monday.plus(1), 9),
        ] {
            let applied = setup.apply(&lease, SyncWrite::Requests { category, day, count }).await;
            assert_eq!((applied.changed, applied.revision), (0, 0));
        }
        let made = setup.store.daily_requests(integration.id, monday).await.unwrap();
        assert_eq!(made, [("heavy".to_owned(), 1), ("light".to_owned(), 5)]);
    }
}

#[tokio::test]
async fn r26_leases_on_postgresql_follow_the_clock_of_the_database() {
    let Some(setup) = Setup::postgres().await else {
        return;
    };
    let ours = |setup: &Setup| StoreOptions {
        lease_clock: LeaseClock::Database,
        ..setup.options()
    };
    let store = Store::open(ours(&setup)).await.unwrap();
    connect(&store, "account-1").await;
    assert!(store.lease_next("a", TTL).await.unwrap().is_some());
    // This process's clock is years ahead, but the lease is still valid.
    setup.clock.advance_ms(100_000_000_000);
    assert!(store.lease_next("b", TTL).await.unwrap().is_none());
}

#[tokio::test]
async fn r26_a_lost_connection_is_replaced() {
    let Some(setup) = Setup::postgres().await else {
        return;
    };
    let Engine::Postgres(database) = &setup.engine else {
        unreachable!("made on PostgreSQL")
    };
    let (_, lease) = setup.leased().await;
    database.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    let applied = setup
        .store
        .apply(&lease, vec![users(&[("u-1", "ann@example.com")])], NOW)
        .await
        .unwrap();
    assert_eq!(applied.changed, 1);
}

#[tokio::test]
async fn u17_leases_of_a_dead_process_end_when_the_files_are_opened_again() {
    let mut setup = Setup::sqlite().await;
    let (integration, _) = setup.leased().await;
    assert!(
        setup
            .store
            .lease_job("delivery", "worker", TTL)
            .await
            .unwrap()
    );
    assert!(
        setup
            .store
            .lock_refresh(integration.id, "worker", TTL)
            .await
            .unwrap()
    );
    // Another process that has the files open may be the holder.
    let other = setup.other().await;
    assert!(other.lease_next("other", TTL).await.unwrap().is_none());
    assert!(!other.lease_job("delivery", "other", TTL).await.unwrap());
    other.close().await;
    // The process ends without giving anything back, as if it had been killed.
    setup.reopen().await;
    let store = &setup.store;
    assert!(store.lease_next("next", TTL).await.unwrap().is_some());
    assert!(store.lease_job("delivery", "next", TTL).await.unwrap());
    assert!(
        store
            .lock_refresh(integration.id, "next", TTL)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn r48_a_locked_row_does_not_keep_other_integrations_waiting() {
    let Some(setup) = Setup::postgres().await else {
        return;
    };
    let Engine::Postgres(database) = &setup.engine else {
        unreachable!("made on PostgreSQL")
    };
    let one = connect(&setup.store, "account-1").await.id;
    let two = connect(&setup.store, "account-2").await.id;
    let lock = database.hold(&format!(
        "BEGIN; SELECT 1 FROM integrations WHERE integration_id = {one} FOR UPDATE"
    ));
    let (lease, _) = setup.store.lease_next("a", TTL).await.unwrap().unwrap();
    assert_eq!(lease.integration, two);
    assert!(setup.store.lease_next("a", TTL).await.unwrap().is_none());
    drop(lock);
    let (lease, _) = testkit::wait::until("the lock is gone", async || {
        setup.store.lease_next("a", TTL).await.unwrap()
    })
    .await;
    assert_eq!(lease.integration, one);
}

#[tokio::test]
async fn r26_r49_a_transaction_is_repeated_when_its_connections_are_cut() {
    let Some(setup) = Setup::postgres().await else {
        return;
    };
    let Engine::Postgres(database) = &setup.engine else {
        unreachable!("made on PostgreSQL")
    };
    let (integration, lease) = setup.leased().await;
    // The transaction waits for this lock when its connection is cut.
    let lock = database.hold(&format!(
        "BEGIN; SELECT 1 FROM integrations WHERE integration_id = {} FOR UPDATE",
        integration.id
    ));
    let writes = vec![users(&[("u-1", "ann@example.com")])];
    let (applied, ()) = tokio::join!(setup.store.apply(&lease, writes, NOW), async {
        testkit::wait::until("the transaction waits", async || {
            let cut = database.sql(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'",
            );
            (cut != "0").then_some(())
        })
        .await;
        drop(lock);
    });
    assert_eq!(applied.unwrap().changed, 1);
    assert!(
        setup
            .store
            .user(integration.id, "u-1")
            .await
            .unwrap()
            .is_some()
    );
}
