//! R01: the process is aborted at every crash point of the store, one after the other. A restart must lead
//! to the same state as a run without a crash. Needs the feature `crash-points`.

use std::process::Command;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use model::{DayState, IntegrationId, KeptData, ManualClock, RunState};
use store::{
    Actor, Answer, ChangeFilter, ChangeState, NewComment, QuestionFilter, QuestionId, RunTotals,
    Store, StoreLocation, SyncWrite,
};

use crate::decided::ahead;
use crate::support::{Engine, NOW, TTL, change, connect, day, mail, options, question, users};

/// Variable with the location of the store for the child process.
const WHERE: &str = "SEATWISE_TEST_CRASH_STORE";
/// Crash points that are tried at the same time.
const AT_ONCE: usize = 3;

/// Continues the work on a store in any state, until nothing is left to do. Returns the final dump.
async fn work(location: StoreLocation, clock: &Arc<ManualClock>) -> String {
    let store = Store::open(options(location, clock)).await.unwrap();
    if store.integrations().await.unwrap().is_empty()
        && store.audit(9, None).await.unwrap().is_empty()
    {
        connect(&store, "account-1").await;
        connect(&store, "account-2").await;
    }
    if store
        .integration_by_account("zoom", "account-2")
        .await
        .unwrap()
        .is_none()
        && !audited(&store, "integration:2", "integration.disconnect").await
    {
        connect(&store, "account-2").await;
    }
    while let Some((lease, integration)) = store.lease_next("worker", TTL).await.unwrap() {
        for (number, mut writes) in pages().into_iter().enumerate() {
            let done = store
                .checkpoint(integration.id, "all", "done")
                .await
                .unwrap();
            if done.is_some_and(|done| done.parse::<usize>().unwrap() >= number) {
                continue;
            }
            writes.push(SyncWrite::Checkpoint {
                stream: "all",
                key: "done".to_owned(),
                value: Some(number.to_string()),
            });
            store.apply(&lease, writes, NOW).await.unwrap();
        }
        let (next, totals) = (NOW.plus_seconds(3_600), RunTotals::default());
        store
            .finish_run(&lease, RunState::Complete, None, next, totals, NOW)
            .await
            .unwrap();
    }
    decide(&store).await;
    if let Some(second) = store
        .integration_by_account("zoom", "account-2")
        .await
        .unwrap()
    {
        store
            .disconnect(second.id, true, &Actor::Cli, NOW)
            .await
            .unwrap();
    }
    // The people's rows of 1 March go, and so does the knowledge of that day.
    for data in [KeptData::SignIns, KeptData::Meetings] {
        let first = day("2026-03-02");
        store
            .delete_old_history(IntegrationId(1), data, first, NOW)
            .await
            .unwrap();
    }
    assert_eq!(store.verify_audit().await.unwrap(), None);
    assert_eq!(store.check().await.unwrap().integrity, None);
    let dump = store.dump().await.unwrap();
    store.close().await;
    dump
}

/// Actions of people. Each step checks whether it was done before.
async fn decide(store: &Store) {
    let (actor, id) = (&Actor::Cli, IntegrationId(1));
    if store.contracts(id).await.unwrap().is_empty() {
        let terms = [crate::contracts::terms(), crate::contracts::terms()];
        store.add_contracts(id, &terms, actor, NOW).await.unwrap();
    }
    let (one, two) = ("dormant~licensed~u-1", "dormant~licensed~u-2");
    let asked = store
        .questions(None, &QuestionFilter::default())
        .await
        .unwrap();
    if asked.is_empty() && !audited(store, "integration:1", "question.create").await {
        let both = [question(one), question(two)];
        store.create_questions(id, &both, actor, NOW).await.unwrap();
    }
    for (due, _) in store.due_questions(NOW, 9).await.unwrap() {
        let mail = mail(&format!("ask-{}", due.id));
        store
            .mark_question_sent(due.id, Some(&mail), NOW)
            .await
            .unwrap();
    }
    for (asked, answer) in [(1, Answer::GiveUp), (2, Answer::Keep)] {
        let to_list = change(one);
        let to_list = (asked == 1).then_some(&to_list);
        store
            .answer_question(QuestionId(asked), &answer, "", to_list, None, NOW)
            .await
            .unwrap();
    }
    let third = "over_licensed~webinar_500~u-1";
    if store.finding_history(id, third).await.unwrap().is_empty() {
        let findings = [third.to_owned()];
        let comment = NewComment {
            findings: &findings,
            text: "Agreed",
        };
        store
            .accept_findings(id, &[change(third)], Some(comment), actor, NOW)
            .await
            .unwrap();
    }
    for change in store.changes(id, &ChangeFilter::default()).await.unwrap() {
        let begun = store.mark_change_running(id, change.id, "{}", actor, NOW);
        if change.state == ChangeState::Running || begun.await.unwrap() {
            store
                .mark_change_done(id, change.id, "", actor, NOW)
                .await
                .unwrap();
        }
        store
            .mark_saving_realised(id, change.id, NOW.day(), actor, NOW)
            .await
            .unwrap();
    }
    // The lease of the aborted process has expired.
    while let [message] = store
        .take_messages("worker", NOW, TTL, 1)
        .await
        .unwrap()
        .as_slice()
    {
        store
            .mark_message_delivered(message.id, "worker", NOW)
            .await
            .unwrap();
    }
    if store.user(id, "u-2").await.unwrap().is_some() {
        store.erase_person(id, "u-2", actor, NOW).await.unwrap();
    }
}

/// The writes of a sync.
fn pages() -> [Vec<SyncWrite>; 2] {
    let mut second = crate::history::some_of_everything();
    second.push(SyncWrite::Coverage {
        stream: "meetings",
        days: vec![day("2026-03-01")],
        state: DayState::Complete,
        read_at: NOW,
    });
    let people = [("u-1", "ann@example.com"), ("u-2", "bob@example.com")];
    second.extend(ahead("u-1"));
    let application = SyncWrite::Application(&crate::licences::APPLICATION);
    [vec![application, users(&people)], second]
}

async fn audited(store: &Store, target: &str, action: &str) -> bool {
    let entries = store.audit(100, None).await.unwrap();
    entries
        .iter()
        .any(|entry| entry.target == target && entry.action == action)
}

/// Does nothing unless another test started this process as a child.
#[tokio::test]
async fn child() {
    let Ok(place) = std::env::var(WHERE) else {
        return;
    };
    let location = if place.starts_with("postgres:") {
        StoreLocation::Postgres(place)
    } else {
        StoreLocation::Sqlite(place.into())
    };
    work(location, &Arc::new(ManualClock::at(NOW))).await;
}

/// Starts a child that is aborted at the given point. Returns whether it reached the end.
fn run_child(place: &str, crash_at: u32) -> bool {
    let answer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--test-threads=1"])
        .env(WHERE, place)
        .env("SEATWISE_CRASH_AT", crash_at.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(
        answer.status.success() || said.contains("crash point"),
        "{said} {}",
        String::from_utf8_lossy(&answer.stdout)
    );
    answer.status.success()
}

async fn every_point(new_place: impl Fn() -> (Engine, String)) {
    let clock = Arc::new(ManualClock::at(NOW));
    let (engine, _) = new_place();
    let expected = work(engine.location(), &clock).await;
    assert!(expected.lines().count() > 10);
    let one = async |crash_at: u32| {
        let (engine, place) = new_place();
        let child = tokio::task::spawn_blocking(move || run_child(&place, crash_at));
        let alive = child.await.unwrap();
        // The lease of the aborted process has expired now.
        let clock = Arc::new(ManualClock::at(NOW.plus_ms(TTL)));
        let found = work(engine.location(), &clock).await;
        (crash_at, alive, found)
    };
    // Several at once, because each waits for its child and its database most of the time.
    let mut points = std::pin::pin!(stream::iter(1..).map(one).buffered(AT_ONCE));
    let mut passed = 0;
    while let Some((crash_at, alive, found)) = points.next().await {
        assert_eq!(found, expected, "crash at point {crash_at}");
        if alive {
            break;
        }
        passed = crash_at;
    }
    assert!(passed > 40, "only {passed} points were passed");
}

#[tokio::test]
async fn r01_a_crash_at_any_point_leads_to_the_same_state_on_sqlite() {
    every_point(|| {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().to_str().unwrap().to_owned();
        (Engine::Sqlite(directory), place)
    })
    .await;
}

#[tokio::test]
async fn r01_a_crash_at_any_point_leads_to_the_same_state_on_postgresql() {
    if testkit::postgres::database().is_none() {
        return;
    }
    every_point(|| {
        let database = testkit::postgres::database().unwrap();
        let place = database.url.clone();
        (Engine::Postgres(database), place)
    })
    .await;
}
