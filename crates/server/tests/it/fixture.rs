//! Rows that a sync could have written, for tests that depend on every single row.

use std::collections::BTreeMap;

use model::streams;
use model::{
    Clock, Day, DayState, EventKind, FieldValue, Fields, Group, HostedEvent, IntegrationId,
    RunState, SignIn, SignInKind, StreamOutcome, StreamState, Timestamp, User,
};
use store::{ListedUser, RunTotals, SyncWrite, UserDetails};

use crate::site::Site;

pub(crate) fn fields(pairs: &[(&str, FieldValue)]) -> Fields {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect::<BTreeMap<_, _>>()
}

pub(crate) fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

pub(crate) fn user(key: &str, name: &str, listed: Fields, seen: Timestamp) -> User {
    User {
        key: key.to_owned(),
        external_id: Some(key.to_owned()),
        email: format!("{key}@acme.example"),
        display_name: name.to_owned(),
        groups: vec!["g1".to_owned()],
        created_at: Some(seen),
        listed_sign_in: None,
        fields: listed,
        details: Fields::new(),
        details_at: None,
        first_seen: seen,
        removed_at: None,
    }
}

/// Three users with complete data for ninety days, and one with little data.
pub(crate) fn people(now: Timestamp) -> Vec<User> {
    let long_ago = now.plus_seconds(-200 * 86_400);
    let yes = FieldValue::YesNo(true);
    vec![
        User {
            details: fields(&[
                ("large_meeting_capacity", FieldValue::Integer(500)),
                ("large_meeting_enabled", yes),
                ("meeting_capacity", FieldValue::Integer(300)),
                ("webinar", FieldValue::YesNo(false)),
                ("webinar_capacity", FieldValue::Integer(0)),
            ]),
            details_at: Some(now),
            ..user(
                "ada",
                "Ada Lovelace",
                fields(&[
                    ("department", text("Research & Development")),
                    ("last_client_version", text("6.2.11.43613 (mac)")),
                    ("user_status", text("active")),
                    ("user_type", text("pro")),
                ]),
                long_ago,
            )
        },
        user(
            "ben",
            "Ben Okri",
            fields(&[
                ("department", text("Sales")),
                ("last_client_version", text("5.17.1 (windows)")),
                ("user_status", text("active")),
                ("user_type", text("basic")),
            ]),
            long_ago,
        ),
        user(
            "cleo",
            "Cleo Patra",
            fields(&[
                ("department", text("")),
                ("user_status", text("inactive")),
                ("user_type", text("pro")),
            ]),
            long_ago,
        ),
        User {
            external_id: None,
            email: "dora@acme.example".to_owned(),
            groups: Vec::new(),
            ..user(
                "dora@acme.example",
                "",
                fields(&[
                    ("user_status", text("pending")),
                    ("user_type", text("basic")),
                ]),
                long_ago,
            )
        },
    ]
}

/// Writes rows as a sync does, and ends the run.
pub(crate) async fn write(site: &Site, id: IntegrationId, writes: Vec<SyncWrite>) {
    let store = &site.install.store;
    let now = site.install.clock.now();
    let lease = store.lease(id, "fixture", 60_000).await.unwrap().unwrap();
    store.apply(&lease, writes, now).await.unwrap();
    store
        .finish_run(
            &lease,
            RunState::Complete,
            None,
            now.plus_seconds(3600),
            RunTotals {
                requests: 12,
                refused: 1,
                rows: 34,
                changed: 5,
            },
            now,
        )
        .await
        .unwrap();
}

/// The four users, their groups, their activity, and coverage of ninety days.
pub(crate) async fn acme(site: &Site, id: IntegrationId) {
    let now = site.install.clock.now();
    write(site, id, rows(now, people(now))).await;
}

fn listed(user: User) -> ListedUser {
    ListedUser {
        user,
        details_key: 1,
        details_due: None,
    }
}

pub(crate) fn rows(now: Timestamp, people: Vec<User>) -> Vec<SyncWrite> {
    let today = now.day();
    let days: Vec<Day> = today.plus(-100).to(today.plus(-1)).collect();
    let covered = |stream: &'static str| SyncWrite::Coverage {
        stream,
        days: days.clone(),
        state: DayState::Complete,
        read_at: now,
    };
    let state = |stream: &str, outcome| {
        SyncWrite::Stream(StreamState {
            stream: stream.to_owned(),
            outcome,
            reason: None,
            rows: 4,
            expected: Some(4),
            requests: 3,
            complete_at: (outcome == StreamOutcome::Complete).then_some(now),
            since: Some(today.plus(-100)),
        })
    };
    let details = people
        .iter()
        .filter(|user| user.details_at.is_some())
        .map(|user| UserDetails {
            key: user.key.clone(),
            fields: user.details.clone(),
            at: now,
            next_due: now.plus_seconds(86_400),
        })
        .collect();
    vec![
        SyncWrite::Users(people.into_iter().map(listed).collect()),
        SyncWrite::Details(details),
        SyncWrite::Groups(vec![Group {
            id: "g1".to_owned(),
            name: "Everybody".to_owned(),
            total_members: Some(3),
        }]),
        SyncWrite::AccountSettings {
            section: "settings".to_owned(),
            json: r#"{"schedule_meeting":{"host_video":true}}"#.to_owned(),
        },
        SyncWrite::SignIns(vec![SignIn {
            at: now.plus_seconds(-3 * 86_400),
            email: "ada@acme.example".to_owned(),
            kind: SignInKind::In,
            client: "mac".to_owned(),
            version: "6.2.11.43613".to_owned(),
            network: "192.0.2.0/24".to_owned(),
            ordinal: 0,
        }]),
        SyncWrite::Events(vec![HostedEvent {
            id: "m1".to_owned(),
            kind: EventKind::Meeting,
            host: "ada@acme.example".to_owned(),
            start: now.plus_seconds(-10 * 86_400),
            end: now.plus_seconds(-10 * 86_400 + 2700),
            minutes: 45,
            participants: 5,
            peak_viewers: None,
            features: 0,
        }]),
        covered(streams::SIGN_INS),
        covered(streams::MEETINGS),
        state(streams::USERS, StreamOutcome::Complete),
        state(streams::SIGN_INS, StreamOutcome::Complete),
        state(streams::MEETINGS, StreamOutcome::Complete),
        state(streams::OPERATION_LOGS, StreamOutcome::ScopeMissing),
    ]
}
