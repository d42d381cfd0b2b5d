//! Runs that are paused, stopped, taken over, or wanted by two processes at once.

use std::sync::Arc;

use model::{IntegrationState, RunState};
use store::Actor;
use sync::SyncError;
use testkit::database::Kind;
use testkit::install::{Install, difference};
use testkit::wait::until;
use testkit::wire::Damage;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::counting::CountedWorker;

testkit::on_both_engines!(
    r30_a_run_that_is_stopped_goes_on_where_it_was,
    r29_two_processes_never_run_the_same_integration_at_once,
    the_run_of_a_dead_process_is_taken_over_and_the_dead_can_write_no_more,
);

async fn r30_a_run_that_is_stopped_goes_on_where_it_was(kind: Kind) {
    let (quiet, other) = Install::connected(kind, 40).await;
    assert_eq!(quiet.sync(other).await, RunState::Complete);

    let (install, id) = Install::connected(kind, 40).await;
    // Stopped after every so many requests until a run ends by itself.
    let mut stops = 0;
    loop {
        install.wire.forget();
        let stop = CancellationToken::new();
        let run = install.engine.sync_now(id, stop.clone());
        let (wire, enough) = (Arc::clone(&install.wire), 8 + stops);
        let watch = async {
            until("so many requests", async || {
                (wire.seen().len() > enough).then_some(())
            })
            .await;
            stop.cancel();
        };
        let state = tokio::select! {
            state = run => state.unwrap(),
            () = async { watch.await; std::future::pending().await } => unreachable!(),
        };
        if state == RunState::Complete {
            break;
        }
        assert_eq!(state, RunState::Postponed);
        stops += 4;
        assert!(stops < 400, "it never ends");
    }
    assert!(stops > 0, "it was never stopped");
    let (ours, theirs) = (
        install.store.dump().await.unwrap(),
        quiet.store.dump().await.unwrap(),
    );
    assert_eq!(difference(&theirs, &ours), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_pausing_ends_a_run_within_a_page_and_keeps_what_it_read() {
    let (install, id) = Install::connected(Kind::Sqlite, 40).await;
    let gate = Arc::new(Semaphore::new(0));
    install
        .wire
        .damage(Damage::hold("/report/activities", &gate));
    let engine = install.engine.clone();
    let run = tokio::spawn(async move { engine.sync_now(id, CancellationToken::new()).await });
    until("the users are there", async || {
        (install.users(id).await.len() > 30).then_some(())
    })
    .await;
    let now = install.clock_now();
    install
        .store
        .set_integration_state(
            id,
            IntegrationState::Paused,
            Some("for lunch"),
            &Actor::Cli,
            now,
        )
        .await
        .unwrap();
    let state = run.await.unwrap().unwrap();
    assert_ne!(state, RunState::Complete);
    let run = install.last_run(id).await;
    assert_ne!(run.state, RunState::Running);
    assert!(run.ended_at.is_some());
    // Paused, nothing runs; resumed, it goes on.
    let refused = install
        .engine
        .sync_now(id, CancellationToken::new())
        .await
        .unwrap_err();
    assert!(
        matches!(refused, SyncError::NotRunnable { .. }),
        "{refused}"
    );
    gate.add_permits(1_000);
    install
        .store
        .set_integration_state(id, IntegrationState::Active, None, &Actor::Cli, now)
        .await
        .unwrap();
    assert_eq!(install.sync(id).await, RunState::Complete);
}

async fn r29_two_processes_never_run_the_same_integration_at_once(kind: Kind) {
    let (install, id) = Install::connected(kind, 40).await;
    // The first run is due.
    install.clock.advance_ms(60_000);
    let stop = CancellationToken::new();
    let mut workers = Vec::new();
    let mut wires = Vec::new();
    let mut counted = Vec::new();
    for n in 0..3 {
        let worker = CountedWorker::new(&install, &format!("process {n}")).await;
        wires.push(Arc::clone(&worker.wire));
        let (engine, stop) = (worker.engine.clone(), stop.clone());
        counted.push(worker);
        workers.push(tokio::spawn(async move { engine.work(stop).await }));
    }
    until("the run ends", async || {
        let runs = install.store.runs(id, 10, None).await.unwrap();
        runs.first()
            .is_some_and(|run| run.ended_at.is_some())
            .then_some(())
    })
    .await;
    for worker in &counted {
        worker.looks_again().await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    let busy = wires.iter().filter(|wire| !wire.seen().is_empty()).count();
    assert_eq!(busy, 1, "one of them did it all");
    assert_eq!(install.store.runs(id, 10, None).await.unwrap().len(), 1);
    assert_eq!(install.last_run(id).await.state, RunState::Complete);
}

async fn the_run_of_a_dead_process_is_taken_over_and_the_dead_can_write_no_more(kind: Kind) {
    let (quiet, other) = Install::connected(kind, 40).await;
    assert_eq!(quiet.sync(other).await, RunState::Complete);

    let (install, id) = Install::connected(kind, 40).await;
    let (frozen, wire) = install.another("frozen");
    let gate = Arc::new(Semaphore::new(0));
    wire.damage(Damage::hold("/v2/groups", &gate));
    let late = tokio::spawn(async move { frozen.sync_now(id, CancellationToken::new()).await });
    until("it has begun", async || {
        (!wire.seen_at("/v2/groups").is_empty()).then_some(())
    })
    .await;
    // While it lives, no other process may.
    let busy = install
        .engine
        .sync_now(id, CancellationToken::new())
        .await
        .unwrap_err();
    assert!(matches!(busy, SyncError::Busy(_)), "{busy}");
    // It falls silent for longer than its lease.
    install.clock.advance_ms(10 * 60_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let run = install.last_run(id).await;
    assert_eq!(run.run, 1, "the same run goes on");
    // And then it comes back.
    gate.add_permits(1_000);
    let _ = late.await.unwrap();
    let after = install.last_run(id).await;
    assert_eq!((after.state, after.ended_at), (run.state, run.ended_at));
    let (ours, theirs) = (
        install.store.dump().await.unwrap(),
        quiet.store.dump().await.unwrap(),
    );
    assert_eq!(difference(&theirs, &ours), "");
}
