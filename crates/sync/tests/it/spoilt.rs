//! Answers that are broken, cut, of the wrong kind or the wrong type.

use bytes::Bytes;
use model::{IntegrationId, RunState, StreamOutcome};
use serde_json::{Value, json};
use testkit::database::Kind;
use testkit::install::{Install, difference};
use testkit::wire::Damage;
use zoom_sim::{Effect, Injection};

testkit::on_both_engines!(
    r14_a_spoilt_page_is_asked_for_again,
    r15_a_bad_record_is_set_aside_and_the_rest_is_kept
);

/// Every way in which an answer can be no answer.
fn spoilt() -> Vec<(&'static str, Damage)> {
    let path = "/v2/users";
    let cut = |share: usize| {
        Damage::edit(path, move |mut response| {
            response.body = response.body.slice(..response.body.len() * share / 10);
            response
        })
    };
    let html = "<!doctype html><html><body>Service maintenance</body></html>";
    vec![
        ("truncated", cut(5)),
        ("cut before the end", cut(9)),
        ("empty", cut(0)),
        (
            "a web page",
            Damage::answer(path, 200, html).with_header("content-type", "text/html"),
        ),
        (
            "a web page that calls itself JSON",
            Damage::answer(path, 200, html),
        ),
        (
            "no JSON at all",
            Damage::answer(path, 200, Bytes::from_static(b"\x00\x1f\xff\xfe]{")),
        ),
        ("a JSON text", Damage::answer(path, 200, "\"fine\"")),
        (
            "JSON without the list",
            Damage::answer(path, 200, "{\"page_size\":300}"),
        ),
        (
            "a list that is none",
            Damage::answer(path, 200, r#"{"users":{"id":"x"}}"#),
        ),
        (
            "an error with status 200",
            Damage::answer(path, 200, r#"{"code":5010,"message":"Internal failure."}"#),
        ),
    ]
}

async fn r14_a_spoilt_page_is_asked_for_again(kind: Kind) {
    let (install, id) = Install::connected(kind, 60).await;
    let install = install.reading(&["users"]);
    install.sync(id).await;
    let before = install.store.dump().await.unwrap();
    for (name, damage) in spoilt() {
        install.wire.damage(damage.once());
        let state = install.sync(id).await;
        // An answer that says that it is an error may be believed; anything else is tried again.
        if name != "an error with status 200" {
            assert_eq!(state, RunState::Complete, "{name}");
        }
        assert_eq!(
            difference(&before, &install.store.dump().await.unwrap()),
            "",
            "{name}"
        );
        install.wire.mend();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_a_page_that_stays_spoilt_fails_its_stream_and_nothing_partial_counts() {
    let one = async |(name, damage): (&str, Damage)| {
        let (install, id) = Install::connected(Kind::Sqlite, 60).await;
        let install = install.reading(&["users", "groups"]);
        install.sync(id).await;
        let before = install.store.dump().await.unwrap();
        install.wire.damage(damage);
        assert_eq!(install.sync(id).await, RunState::Failed, "{name}");
        assert_eq!(
            install.outcome(id, "users").await,
            StreamOutcome::Failed,
            "{name}"
        );
        assert_eq!(
            install.outcome(id, "groups").await,
            StreamOutcome::Complete,
            "{name}"
        );
        assert!(install.removed(id).await.is_empty(), "{name}");
        assert_eq!(
            difference(&before, &install.store.dump().await.unwrap()),
            "",
            "{name}"
        );
    };
    futures_util::future::join_all(spoilt().into_iter().map(one)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_connections_that_break_are_made_again() {
    let (install, id) = Install::connected(Kind::Sqlite, 40).await;
    let control = install.zoom.sim.control();
    for (path, effect) in [
        ("/users", Effect::Cut),
        ("/groups", Effect::Lost),
        ("/report/activities", Effect::Cut),
        ("/report/history_meetings", Effect::Lost),
        ("/report/daily", Effect::Truncated),
        ("/report/operationlogs", Effect::Empty),
    ] {
        control.inject(Injection::once(path, 1, effect));
    }
    assert_eq!(install.sync(id).await, RunState::Complete);
}

/// Adds a record to the first page of a list and corrects the total.
fn with_record(path: &str, list: &'static str, record: Value) -> Damage {
    Damage::edit_json(path, move |page| {
        page[list].as_array_mut().unwrap().push(record.clone());
        if let Some(total) = page["total_records"].as_i64() {
            page["total_records"] = (total + 1).into();
        }
    })
}

async fn users_named(install: &Install, id: IntegrationId, name: &str) -> Vec<model::User> {
    install
        .users(id)
        .await
        .into_iter()
        .filter(|user| user.display_name == name)
        .collect()
}

async fn r15_a_bad_record_is_set_aside_and_the_rest_is_kept(kind: Kind) {
    let (install, id) = Install::connected(kind, 40).await;
    let install = install.reading(&["users"]);
    install.sync(id).await;
    let before = install.users(id).await;
    let bad = [
        json!({"id": ["a"], "email": "x@example.org", "type": 1}),
        json!("no record"),
        json!(null),
        json!({"id": {"deep": [[[[[1]]]]]}, "email": 5}),
        json!({"id": "", "email": ""}),
    ];
    for record in bad {
        install.wire.mend();
        install
            .wire
            .damage(with_record("/v2/users", "users", record.clone()).with("status=active"));
        assert_eq!(install.sync(id).await, RunState::Incomplete, "{record}");
        assert_eq!(install.users(id).await.len(), before.len(), "{record}");
        assert!(install.removed(id).await.is_empty(), "{record}");
        let rejected = install.store.rejected(id).await.unwrap();
        let [found] = rejected.as_slice() else {
            panic!("{record}: {rejected:?}")
        };
        assert_eq!((found.stream.as_str(), found.records), ("users", 1));
        assert!(!found.reason.is_empty(), "{record}");
    }
    // A record of which only a value is unknown is kept.
    install.wire.mend();
    let odd = json!({"id": "wrong-type", "email": "x@example.org", "type": {"a": 1}});
    install
        .wire
        .damage(with_record("/v2/users", "users", odd).with("status=active"));
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    let user = install.store.user(id, "wrong-type").await.unwrap();
    assert_eq!(user.unwrap().fields.get("user_type"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_odd_records_are_kept_as_far_as_they_can_be_understood() {
    let (install, id) = Install::connected(Kind::Sqlite, 20).await;
    let install = install.reading(&["users"]);
    let odd = [
        // Numbers as text, nulls, unknown members and values, a number of 19 digits.
        json!({"id": "odd-1", "email": "Odd@Example.org", "type": "2", "status": "active", "dept": null,
               "display_name": "Odd One", "pmi": 9_223_372_036_854_775_807_i64, "new": {"a": [1]}}),
        json!({"id": "odd-2", "email": "two@example.org", "type": 42, "status": "hibernating",
               "display_name": "Odd Two", "group_ids": null, "last_login_time": "yesterday"}),
        json!({"id": "odd-3", "email": "", "type": 1, "display_name": "Odd\u{0}Three"}),
        json!({"id": "odd-4", "type": 1, "display_name": "\u{202e}evil\u{2066}"}),
    ];
    for record in odd {
        install
            .wire
            .damage(with_record("/v2/users", "users", record).with("status=active"));
    }
    // Only the first damage that meets a request counts: one sync each.
    let names = ["Odd One", "Odd Two"];
    for name in names {
        install.sync(id).await;
        assert_eq!(users_named(&install, id, name).await.len(), 1, "{name}");
        install.wire.mend_first();
    }
    install.sync(id).await;
    assert!(install.store.user(id, "odd-3").await.unwrap().is_some());
    install.wire.mend_first();
    install.sync(id).await;
    assert!(install.store.user(id, "odd-4").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_texts_that_are_no_unicode_and_structures_without_end_do_no_harm() {
    let (install, id) = Install::connected(Kind::Sqlite, 20).await;
    let install = install.reading(&["users", "groups"]);
    install.sync(id).await;
    let users = install.users(id).await;
    // Users that only a spoilt answer named may go again.
    let lost = async || {
        let removed = install.removed(id).await;
        let known = |user: &model::User| users.iter().any(|known| known.key == user.key);
        removed.iter().any(known)
    };
    let control = install.zoom.sim.control();
    for effect in [
        Effect::InvalidUtf8,
        Effect::WrongTypes,
        Effect::Nulls,
        Effect::Missing("email".to_owned()),
        Effect::Missing("type".to_owned()),
        Effect::Huge(1 << 20),
        Effect::Deep(2_000),
    ] {
        let name = format!("{effect:?}");
        control.inject(Injection::always("/users", effect));
        install.sync(id).await;
        assert!(!lost().await, "{name}");
        control.clear_injections();
    }
    // Lone surrogates and duplicate keys.
    let body = r#"{"total_records":1,"users":[{"id":"s","id":"s","type":1,"email":"s@example.org",
        "display_name":"lone \ud800 surrogate"}],"next_page_token":""}"#;
    install
        .wire
        .damage(Damage::answer("/v2/users", 200, body).with("status=pending"));
    install.sync(id).await;
    assert!(!lost().await);
    // And nothing of it sticks.
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn r41_rows_of_other_days_are_not_taken_for_days_without_rows() {
    for (path, list, time, stream) in [
        ("/activities", "activity_logs", "time", "sign_ins"),
        (
            "/history_meetings",
            "history_meetings",
            "start_time",
            "meetings",
        ),
        ("/operationlogs", "operation_logs", "time", "operation_logs"),
    ] {
        let (install, id) = Install::connected(Kind::Sqlite, 30).await;
        let install = install.reading(&["users", stream]);
        let moved = Damage::edit_json(path, move |body| {
            for row in body[list].as_array_mut().unwrap() {
                row[time] = "2025-01-01T08:00:00Z".into();
            }
        });
        install.wire.damage(moved);
        assert_eq!(install.sync(id).await, RunState::Failed, "{stream}");
        let state = install.stream(id, stream).await;
        let reason = state.reason.unwrap_or_default();
        assert!(reason.contains("rows of other days"), "{stream}: {reason}");
        let coverage = install.store.coverage(id, stream).await.unwrap();
        install.wire.mend();
        assert_eq!(install.sync(id).await, RunState::Complete, "{stream}");
        assert_eq!(install.outcome(id, stream).await, StreamOutcome::Complete);
        // The days that were believed before are those on which nothing happened.
        let (from, to) = (install.clock_day().plus(-200), install.clock_day());
        let hosted = install.store.hosted_per_day(id, from, to).await.unwrap();
        let busy = hosted.iter().map(|day| day.day);
        let wrong = busy.filter(|day| coverage.days.contains_key(day)).count();
        assert_eq!(wrong, 0, "{stream}: {coverage:?}");
        assert!(coverage.days.len() < 20, "{stream}: {coverage:?}");
    }
}
