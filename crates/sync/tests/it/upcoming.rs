//! Scheduled events: how they are stored, when they are read again, and the effect of a failure.

use std::collections::BTreeSet;

use model::{EventKind, RunState, StreamOutcome};
use testkit::database::Kind;
use testkit::install::Install;
use testkit::wire::Damage;
use zoom_sim::{Effect, Injection};

use crate::plain::Plain;

testkit::on_both_engines!(
    events_ahead_are_those_that_zoom_tells,
    what_was_called_off_is_gone_with_the_next_reading
);

const PATH: &str = "/v2/report/upcoming_events";

async fn events_ahead_are_those_that_zoom_tells(kind: Kind) {
    let (install, id) = Install::connected(kind, 600).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let today = install.clock_day();
    let plain = Plain::new(&install.zoom).await;
    let mut told = BTreeSet::new();
    for (name, kind) in [
        ("meeting", EventKind::Meeting),
        ("webinar", EventKind::Webinar),
    ] {
        let path = format!(
            "/report/upcoming_events?type={name}&from={today}&to={}",
            today.plus(30)
        );
        for row in plain.all(&path, "upcoming_events").await {
            let text = |member: &str| row[member].as_str().unwrap().to_owned();
            let start: model::Timestamp = text("start_time").parse().unwrap();
            told.insert((text("id"), text("host_id"), kind, start));
        }
    }
    let kept = install.store.upcoming_events(id).await.unwrap();
    assert!(kept.iter().any(|event| event.kind == EventKind::Webinar));
    let kept: BTreeSet<_> = kept
        .into_iter()
        .map(|event| (event.id, event.host_id, event.kind, event.start))
        .collect();
    assert!(kept.len() > 100);
    assert_eq!(kept, told);
    let until = install.store.upcoming_events_known_until(id).await.unwrap();
    assert_eq!(until, Some(today.plus(30)));
    let hosts: BTreeSet<_> = install
        .users(id)
        .await
        .into_iter()
        .filter_map(|user| user.external_id)
        .collect();
    assert!(kept.iter().all(|(_, host, ..)| hosts.contains(host)));
}

async fn what_was_called_off_is_gone_with_the_next_reading(kind: Kind) {
    let (install, id) = Install::connected(kind, 60).await;
    install.sync(id).await;
    let before = install.store.upcoming_events(id).await.unwrap();
    assert!(!before.is_empty());
    // Read again within hours, the calendar is taken as it was.
    install.wire.forget();
    install.sync(id).await;
    assert_eq!(install.wire.seen_at(PATH).len(), 0);
    assert_eq!(
        install.outcome(id, "upcoming_events").await,
        StreamOutcome::Complete
    );

    install.clock.advance_ms(7 * 3600 * 1000);
    let empty = "{\"next_page_token\":\"\",\"upcoming_events\":[]}";
    install.wire.damage(Damage::answer(PATH, 200, empty));
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.store.upcoming_events(id).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn r05_r13_a_list_that_breaks_off_leaves_the_calendar_as_it_was() {
    let (install, id) = Install::connected(Kind::Sqlite, 600).await;
    install.sync(id).await;
    let before = install.store.upcoming_events(id).await.unwrap();
    install.clock.advance_ms(7 * 3600 * 1000);
    let control = install.zoom.sim.control();
    control.inject(Injection {
        path: "/report/upcoming_events".to_owned(),
        nth: 3,
        times: u64::MAX,
        effect: Effect::Html(503),
    });
    install.sync(id).await;
    assert_eq!(
        install.outcome(id, "upcoming_events").await,
        StreamOutcome::Failed
    );
    assert_eq!(install.store.upcoming_events(id).await.unwrap(), before);
    control.clear_injections();
    control.inject(Injection::once(
        "/report/upcoming_events",
        3,
        Effect::ExpiredToken,
    ));
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert!(install.store.upcoming_events(id).await.unwrap().len() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_scope_the_rest_goes_on() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let control = install.zoom.sim.control();
    let refused = r#"{"code":4711,"message":"Invalid access token, does not contain scopes:[report:read:upcoming_meetings_webinars:admin]."}"#;
    let effect = Effect::Status {
        status: 400,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: refused.to_owned(),
    };
    control.inject(Injection::always("/report/upcoming_events", effect));
    assert_eq!(install.sync(id).await, RunState::Complete);
    let state = install.stream(id, "upcoming_events").await;
    assert_eq!(state.outcome, StreamOutcome::ScopeMissing);
    assert!(state.reason.unwrap().contains("upcoming_meetings_webinars"));
    assert_eq!(
        install.store.upcoming_events_known_until(id).await.unwrap(),
        None
    );
}
