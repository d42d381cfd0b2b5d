//! R01: the process dies at its k-th crash point while it changes a licence or takes a change back,
//! k = 1, 2, 3 …. Whatever the journal says then is true, and whoever goes on ends in one change.
//! Needs the feature `crash-points`.

use std::process::Command;
use std::sync::Arc;

use model::{Clock as _, IntegrationId, ManualClock, Timestamp};
use serde_json::{Value, json};
use store::{
    Actor, ChangeId, ChangeState, LeaseClock, MasterKey, Store, StoreAccess, StoreLocation,
    StoreOptions,
};
use sync::{Engine, OutcomeKind};
use testkit::database::Kind;
use testkit::install::{config_of, network};
use testkit::wire::Wire;
use tokio_util::sync::CancellationToken;

use crate::change::{Bench, kinds, sure};
use crate::plain::Plain;

/// The task of the child process, as JSON.
const WORK: &str = "SEATWISE_TEST_CHANGE";
/// Longer than the right to make changes lasts when its holder is dead.
const LATER: i64 = 121 * 1000;

/// Only does something when another test started this process as a child.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(work) = std::env::var(WORK) else {
        return;
    };
    let work: Value = serde_json::from_str(&work).unwrap();
    let number = |member: &str| work[member].as_i64().unwrap();
    let text = |member: &str| work[member].as_str().unwrap().to_owned();
    let clock = Arc::new(ManualClock::at(Timestamp(number("now"))));
    let store = Store::open(StoreOptions {
        location: StoreLocation::Sqlite(text("place").into()),
        key: MasterKey::from_bytes([7; 32]),
        clock: Arc::clone(&clock) as _,
        lease_clock: LeaseClock::Given,
        access: StoreAccess::Change,
    });
    let store = store.await.unwrap();
    let url = text("zoom").parse().unwrap();
    let engine = Engine::new(
        store,
        config_of(&url, &Wire::new(network()), &clock, "child"),
    );
    let (id, changes) = (
        IntegrationId(number("integration")),
        [ChangeId(number("change"))],
    );
    let stop = CancellationToken::new();
    let ended = if work["undo"] == true {
        engine
            .undo_changes(id, &changes, 1, &Actor::Cli, stop)
            .await
    } else {
        engine
            .execute_changes(id, &changes, 1, &sure, &Actor::Cli, stop)
            .await
    };
    ended.unwrap();
}

/// Starts a child that dies at the given point. Answers whether it came to the end alive.
async fn run_child(bench: &Bench, change: ChangeId, undo: bool, crash_at: u32) -> bool {
    let work = json!({
        "now": bench.install.clock_now().0, "place": bench.install.database.directory(),
        "zoom": bench.install.zoom.url.as_str(), "integration": bench.id.0, "change": change.0, "undo": undo,
    });
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "change_crash::child", "--test-threads=1"])
            .env(WORK, work.to_string())
            .env("SEATWISE_CRASH_AT", crash_at.to_string())
            .output()
            .unwrap()
    });
    let answer = child.await.unwrap();
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(
        answer.status.success() || said.contains("crash point"),
        "{said} {}",
        String::from_utf8_lossy(&answer.stdout)
    );
    answer.status.success()
}

/// Licensed people who host nothing, so that there is never a reason against a change.
fn sleepers(bench: &Bench) -> Vec<Value> {
    let (now, today) = (
        bench.install.clock.now().0 / 1000,
        bench.install.clock_day().0,
    );
    let people = bench
        .install
        .zoom
        .sim
        .history(0, i64::from(today) - 60, i64::from(today) + 30);
    let quiet = people.into_iter().filter(|person| {
        let licensed = person
            .licence
            .iter()
            .any(|(from, until)| (*from..*until).contains(&now));
        let active = (person.activated..person.deactivated).contains(&now);
        let add_ons = person.webinar.is_some() || person.large_meeting.is_some();
        let hosts = !person.hosted.is_empty() || !person.scheduled.is_empty();
        licensed && active && !add_ons && !hosts && person.needs.is_empty()
    });
    quiet
        .map(|person| json!({ "id": person.id, "email": person.email }))
        .collect()
}

/// How often Zoom's log says that a user became Basic, and Licensed.
async fn logged(bench: &Bench, user: &Value) -> (usize, usize) {
    let today = bench.install.clock_day();
    let path = format!("/report/operationlogs?from={today}&to={today}");
    let log = bench.plain.all(&path, "operation_logs").await;
    let email = user["email"].as_str().unwrap();
    let said = |words: &str| {
        let of_user = log
            .iter()
            .map(|row| row["operation_detail"].as_str().unwrap());
        of_user
            .filter(|text| text.contains(email) && text.ends_with(words))
            .count()
    };
    (
        said("from Licensed to Basic"),
        said("from Basic to Licensed"),
    )
}

async fn every_point(undo: bool) {
    let mut bench = Bench::new(Kind::Sqlite, 2_500).await;
    let mut people = sleepers(&bench).into_iter();
    let mut crash_at = 1;
    loop {
        bench.plain = Plain::new(&bench.install.zoom).await;
        let user = people.next().expect("somebody who hosts nothing");
        let change = bench.downgrade(&user).await;
        if undo {
            assert_eq!(
                kinds(&bench.execute(&[change], 1).await),
                [OutcomeKind::Done]
            );
        }
        let alive = run_child(&bench, change, undo, crash_at).await;
        // The journal is right: a change that has not begun is not made, one that has ended is made.
        let (state, kind) = (bench.change(change).await.state, bench.type_of(&user).await);
        let possible: &[i64] = match (state, undo) {
            (ChangeState::Listed, false) | (ChangeState::Undone, true) => &[2],
            (ChangeState::Running, false) | (ChangeState::Done, true) => &[1, 2],
            (ChangeState::Done, false) => &[1],
            other => panic!("{other:?} after a crash at point {crash_at}"),
        };
        assert!(
            possible.contains(&kind),
            "{state:?} {kind} at point {crash_at}"
        );
        bench.install.clock.advance_ms(LATER);
        let report = if undo {
            bench.undo(&[change]).await
        } else {
            bench.execute(&[change], 1).await
        };
        let ended = if undo {
            OutcomeKind::Undone
        } else {
            OutcomeKind::Done
        };
        let told = kinds(&report);
        assert!(
            told == [ended] || told == [OutcomeKind::NotDue],
            "{report:?}"
        );
        let (state, kind) = (bench.change(change).await.state, bench.type_of(&user).await);
        let wanted = if undo {
            (ChangeState::Undone, 2)
        } else {
            (ChangeState::Done, 1)
        };
        assert_eq!((state, kind), wanted, "crash at point {crash_at}");
        // However often it was tried, the request was sent once.
        assert_eq!(
            logged(&bench, &user).await,
            (1, usize::from(undo)),
            "point {crash_at}"
        );
        if alive {
            break;
        }
        crash_at += 1;
    }
    assert!(crash_at > 5, "only {crash_at} points were passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_a_crash_while_a_licence_is_taken_leaves_a_true_journal_and_one_change() {
    every_point(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_a_crash_while_a_change_is_taken_back_leaves_a_true_journal_and_one_change() {
    every_point(true).await;
}
