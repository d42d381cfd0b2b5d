//! From Zoom's answer to the verdict: what could not be read makes the answer unknown and is counted, and
//! never looks like inactivity. Each case puts its rows beside those of a simulated account in which one
//! licensed user is silent otherwise.

use std::sync::Arc;

use insight::{HoldReason, Inputs, Settings, find};
use model::{ActivityState, FieldValue, FindingState, IntegrationId, RunState, Timestamp, streams};
use serde_json::{Value, json};
use service::roster::roster_of;
use testkit::database::Kind;
use testkit::install::Install;
use testkit::wire::Damage;

testkit::on_both_engines!(
    r35_rows_that_cannot_be_placed_put_the_findings_of_their_host_on_hold,
    r35_rows_of_nobody_in_particular_put_everyone_on_hold,
    r51_meetings_under_an_address_from_before_connecting_count,
    r52_a_monthly_report_that_says_otherwise_puts_the_finding_on_hold,
);

const USERS: u64 = 60;

/// The silent user.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) key: String,
    pub(crate) email: String,
}

/// Rows that Zoom sends in addition, by list.
#[derive(Clone, Default)]
pub(crate) struct Extra {
    meetings: Vec<Value>,
    sign_ins: Vec<Value>,
    hosts: Vec<Value>,
    upcoming: Vec<Value>,
    operations: Vec<Value>,
    /// Members of the user's record that are replaced.
    user: Vec<(&'static str, Value)>,
}

/// A licensed user of the simulated account without an add-on. The same people are in every account of this
/// size.
async fn licensed() -> Person {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    let install = install.reading(&["users", "user_settings"]);
    install.sync(id).await;
    let text = |value: &str| Some(FieldValue::Text(value.to_owned()));
    let users = install.users(id).await;
    let user = users
        .iter()
        .find(|user| {
            user.fields.get("user_type").cloned() == text("pro")
                && user.fields.get("user_status").cloned() == text("active")
                && ["webinar", "large_meeting_enabled"]
                    .iter()
                    .all(|flag| user.details.get(*flag) == Some(&FieldValue::YesNo(false)))
        })
        .unwrap();
    Person {
        key: user.key.clone(),
        email: user.email.to_lowercase(),
    }
}

/// Adds rows to the end of a list and removes those about the silent user.
fn rows(path: &str, list: &'static str, person: &Person, more: &[Value]) -> Damage {
    let (person, more) = (person.clone(), more.to_vec());
    Damage::edit_json(path, move |page| {
        let is_end = page["next_page_token"].as_str().is_none_or(str::is_empty);
        let Some(rows) = page[list].as_array_mut() else {
            return;
        };
        rows.retain(|row| {
            let text = row.to_string().to_lowercase();
            !text.contains(&person.email) && !text.contains(&person.key.to_lowercase())
        });
        if is_end {
            rows.extend(more.iter().cloned());
        }
    })
}

/// Lets Zoom answer with these rows about the silent user and with no others.
fn answer(install: &Install, person: &Person, extra: &Extra) {
    let lists = [
        (
            "/report/history_meetings",
            "history_meetings",
            &extra.meetings,
        ),
        ("/report/activities", "activity_logs", &extra.sign_ins),
        ("/report/users", "users", &extra.hosts),
        (
            "/report/upcoming_events",
            "upcoming_events",
            &extra.upcoming,
        ),
        ("/report/operationlogs", "operation_logs", &extra.operations),
    ];
    for (path, list, more) in lists {
        install.wire.damage(rows(path, list, person, more));
    }
    let (person, members) = (person.clone(), extra.user.clone());
    install
        .wire
        .damage(Damage::edit_json("/v2/users", move |page| {
            let users = page["users"].as_array_mut().unwrap();
            for user in users.iter_mut().filter(|user| user["id"] == person.key) {
                user["created_at"] = "2024-01-01T00:00:00Z".into();
                user["user_created_at"] = "2024-01-01T00:00:00Z".into();
                user["last_login_time"] = "2026-01-05T08:00:00Z".into();
                for (member, value) in &members {
                    user[*member] = value.clone();
                }
            }
        }));
}

/// An account that was read once with these rows.
pub(crate) async fn read(
    kind: Kind,
    extra: impl FnOnce(&Person) -> Extra,
) -> (Install, IntegrationId, Person) {
    let person = licensed().await;
    let (install, id) = Install::connected(kind, USERS).await;
    answer(&install, &person, &extra(&person));
    let state = install.sync(id).await;
    assert_ne!(state, RunState::Failed, "{:?}", install.last_run(id).await);
    (install, id, person)
}

/// The verdict on a user: the state and the hold reasons of each finding, and the activity in 90 days.
pub(crate) struct Verdict {
    pub(crate) findings: Vec<(FindingState, Vec<HoldReason>)>,
    pub(crate) activity: ActivityState,
}

pub(crate) async fn verdict(install: &Install, id: IntegrationId, key: &str) -> Verdict {
    let clock = Arc::clone(&install.clock);
    let roster = roster_of(&install.store, install.engine.connectors(), id, clock)
        .await
        .unwrap();
    let settings = Settings::default();
    let inputs = Inputs {
        settings: &settings,
        contracts: &[],
        prices: &[],
        decisions: &[],
        today: roster.as_of().day(),
    };
    let row = roster.row_of(key).unwrap();
    let found = find(&roster, &inputs);
    let findings = found.iter(&roster).filter(|it| it.user == Some(row));
    Verdict {
        findings: findings.map(|it| (it.state, it.hold_reasons)).collect(),
        activity: roster.threshold(90).state(&roster.facts_of(row)),
    }
}

fn on_hold(verdict: &Verdict, reason: HoldReason) -> bool {
    !verdict.findings.is_empty()
        && verdict
            .findings
            .iter()
            .all(|(state, why)| *state == FindingState::OnHold && why.contains(&reason))
}

/// So many days ago, at this time.
fn ago(install_now: Timestamp, days: i32, time: &str) -> String {
    format!("{}{time}", install_now.day().plus(-days))
}

fn now() -> Timestamp {
    use model::Clock as _;
    testkit::clock::at_noon().now()
}

async fn rejected(install: &Install, id: IntegrationId, stream: &str) -> i64 {
    let counts = install.store.rejected_counts(id).await.unwrap();
    let found = counts.into_iter().find(|(of, _)| of == stream);
    found.map_or(0, |(_, records)| records)
}

fn meeting(person: &Person, number: i32, start: &str, end: &str) -> Value {
    json!({"meeting_uuid": format!("m{number}=="), "type": "Meeting", "host_email": person.email,
        "start_time": start, "end_time": end, "duration": 90, "participants": 150})
}

#[tokio::test(flavor = "multi_thread")]
async fn without_such_rows_the_silent_user_has_an_open_finding() {
    let (install, id, person) = read(Kind::Sqlite, |_| Extra::default()).await;
    assert_eq!(install.last_run(id).await.state, RunState::Complete);
    let verdict = verdict(&install, id, &person.key).await;
    assert_eq!(verdict.activity, ActivityState::Inactive);
    assert_eq!(verdict.findings, [(FindingState::Open, Vec::new())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_times_without_a_zone_are_understood_as_utc() {
    let (install, id, person) = read(Kind::Sqlite, |person| Extra {
        meetings: (0..24)
            .map(|week| {
                let days = 4 + 7 * week;
                let at = |time: &str| ago(now(), days, time);
                meeting(person, week, &at(" 07:00:00"), &at(" 08:30:00"))
            })
            .collect(),
        ..Extra::default()
    })
    .await;
    assert_eq!(install.last_run(id).await.state, RunState::Complete);
    let verdict = verdict(&install, id, &person.key).await;
    assert_eq!(verdict.activity, ActivityState::Active);
    assert_eq!(verdict.findings, []);
}

async fn r35_rows_that_cannot_be_placed_put_the_findings_of_their_host_on_hold(kind: Kind) {
    let (install, id, person) = read(kind, |person| {
        let day = ago(now(), 4, "");
        Extra {
            meetings: vec![meeting(
                person,
                1,
                "in the morning",
                &format!("{day}T08:30:00Z"),
            )],
            ..Extra::default()
        }
    })
    .await;
    let run = install.last_run(id).await;
    assert_eq!(run.state, RunState::Incomplete);
    assert!(run.reason.unwrap().contains("Meetings and webinars: 1"));
    let found = install.store.rejected(id).await.unwrap();
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(one.reason, "start_time: not a time");
    assert_eq!(one.person.as_deref(), Some(person.email.as_str()));
    assert_eq!((one.from, one.to), (Some(now().day().plus(-4)), one.from));
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.activity, ActivityState::Unknown);
    assert!(
        on_hold(&seen, HoldReason::Unreadable),
        "{:?}",
        seen.findings
    );
    // The text is kept, and nobody sees it without the key.
    let days = (now().day().plus(-4), now().day().plus(-4));
    let texts = install.store.rejected_texts(id, streams::MEETINGS, days);
    assert!(texts.await.unwrap()[0].contains("in the morning"));
    assert!(
        !install
            .store
            .dump()
            .await
            .unwrap()
            .contains("in the morning")
    );

    // A day later it is still so. After a week the days are read again, and the row is as it should be.
    install.clock.advance_ms(86_400_000);
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    install.wire.mend();
    answer(&install, &person, &Extra::default());
    install.clock.advance_ms(7 * 86_400_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.store.rejected(id).await.unwrap(), []);
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.findings, [(FindingState::Open, Vec::new())]);
}

async fn r35_rows_of_nobody_in_particular_put_everyone_on_hold(kind: Kind) {
    let (install, id, person) = read(kind, |person| {
        let start = ago(now(), 4, "T07:00:00Z");
        let mut row = meeting(person, 1, &start, &ago(now(), 4, "T08:30:00Z"));
        row["host_email"] = "".into();
        Extra {
            meetings: vec![row],
            ..Extra::default()
        }
    })
    .await;
    assert_eq!(install.last_run(id).await.state, RunState::Incomplete);
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.activity, ActivityState::Unknown);
    assert!(
        on_hold(&seen, HoldReason::Unreadable),
        "{:?}",
        seen.findings
    );
    let found = install.store.rejected(id).await.unwrap();
    assert_eq!(found[0].person, None);
    assert_eq!(found[0].reason, "host_email: missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn r37_odd_members_that_nothing_reads_do_not_cost_the_meeting() {
    let (install, id, person) = read(Kind::Sqlite, |person| {
        let start = ago(now(), 4, "T07:00:00Z");
        let mut row = meeting(person, 1, &start, &ago(now(), 4, "T08:30:00Z"));
        row["meeting_id"] = "123 456 7890".into();
        row["topic"] = json!({"text": "t"});
        row["total_participant_minutes"] = "-".into();
        row["unique_viewers"] = "".into();
        row["group"] = json!([{"name": "n"}]);
        Extra {
            meetings: vec![row],
            ..Extra::default()
        }
    })
    .await;
    assert_eq!(install.last_run(id).await.state, RunState::Complete);
    let events = install
        .store
        .events(id, Some(&person.email), None, None, 10, None)
        .await
        .unwrap();
    assert_eq!(events.items.len(), 1);
    assert_eq!(events.items[0].participants, Some(150));
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_a_sign_in_in_another_wording_counts() {
    let sign_in = |person: &Person, kind: &str| {
        json!({"email": person.email, "time": ago(now(), 4, "T06:00:00Z"), "type": kind,
            "client_type": "win", "version": "6"})
    };
    let (install, id, person) = read(Kind::Sqlite, |person| Extra {
        sign_ins: vec![sign_in(person, "Sign in (SSO)")],
        ..Extra::default()
    })
    .await;
    assert_eq!(install.last_run(id).await.state, RunState::Complete);
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.activity, ActivityState::Active);

    let (install, id, person) = read(Kind::Sqlite, |person| Extra {
        sign_ins: vec![sign_in(person, "Anmeldung")],
        ..Extra::default()
    })
    .await;
    assert_eq!(install.last_run(id).await.state, RunState::Incomplete);
    assert_eq!(rejected(&install, id, streams::SIGN_INS).await, 1);
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.activity, ActivityState::Unknown);
    assert!(
        on_hold(&seen, HoldReason::Unreadable),
        "{:?}",
        seen.findings
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r36_a_meeting_without_a_length_lasts_from_begin_to_end() {
    let (install, id, person) = read(Kind::Sqlite, |person| {
        let start = ago(now(), 4, "T07:00:00Z");
        let mut row = meeting(person, 2, &start, &ago(now(), 4, "T08:30:00Z"));
        row["duration"] = Value::Null;
        row["participants"] = Value::Null;
        Extra {
            meetings: vec![row],
            ..Extra::default()
        }
    })
    .await;
    let events = install
        .store
        .events(id, Some(&person.email), None, None, 10, None)
        .await
        .unwrap();
    assert_eq!(events.items[0].minutes, 90);
    assert_eq!(events.items[0].participants, None);
    // How many people came decides about the licence, so that is counted as not known.
    assert_eq!(rejected(&install, id, streams::MEETINGS).await, 1);
    assert_eq!(verdict(&install, id, &person.key).await.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn r36_a_last_sign_in_that_cannot_be_understood_is_not_never() {
    for (time, expected) in [
        (ago(now(), 2, " 06:00:00"), ActivityState::Active),
        (
            "the day before yesterday".to_owned(),
            ActivityState::Unknown,
        ),
    ] {
        let (install, id, person) = read(Kind::Sqlite, |_| Extra {
            user: vec![("last_login_time", time.clone().into())],
            ..Extra::default()
        })
        .await;
        let seen = verdict(&install, id, &person.key).await;
        assert_eq!(seen.activity, expected, "{time}");
        let open = seen
            .findings
            .iter()
            .any(|(state, _)| *state == FindingState::Open);
        assert!(
            !open || expected == ActivityState::Active,
            "{:?}",
            seen.findings
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r37_odd_members_of_users_cost_no_user_and_no_removal() {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.users(id).await;
    install.wire.damage(Damage::edit_json("/v2/users", |page| {
        for user in page["users"].as_array_mut().unwrap() {
            user["pmi"] = "".into();
            user["verified"] = true.into();
            user["custom_attributes"] = json!([{"key": "k", "name": "Teams", "value": ["x", "y"]}]);
        }
    }));
    let gone = before
        .iter()
        .find(|user| user.external_id.is_some())
        .unwrap();
    assert!(install.zoom.sim.control().delete_user(0, &gone.key));
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.users(id).await.len(), before.len() - 1);
    assert_eq!(install.removed(id).await[0].key, gone.key);
}

#[tokio::test(flavor = "multi_thread")]
async fn r38_one_users_odd_settings_cost_that_user_only() {
    let person = licensed().await;
    let path = format!("/v2/users/{}/settings", person.key);
    for (status, body, kept) in [
        (
            400,
            r#"{"code":1110,"message":"This user cannot be managed."}"#,
            false,
        ),
        (200, r#"{"feature":null}"#, false),
        (
            200,
            r#"{"feature":{"meeting_capacity":300,"webinar":true,"webinar_capacity":500,"zoom_phone":"trial"}}"#,
            true,
        ),
        (
            200,
            r#"{"feature":{"meeting_capacity":300,"webinar":"maybe"}}"#,
            false,
        ),
    ] {
        let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
        let install = install.reading(&["users", "user_settings"]);
        install.wire.damage(Damage::answer(&path, status, body));
        let state = install.sync(id).await;
        let users = install.users(id).await;
        let unread: Vec<_> = users
            .iter()
            .filter(|user| user.details_at.is_none() && user.key != person.key)
            .filter(|user| user.fields["user_status"] == FieldValue::Text("active".to_owned()))
            .collect();
        assert!(unread.is_empty(), "{body}: {unread:?}");
        let user = users.iter().find(|user| user.key == person.key).unwrap();
        if kept {
            assert_eq!(state, RunState::Complete, "{body}");
            assert_eq!(user.details["webinar_capacity"], FieldValue::Integer(500));
            continue;
        }
        assert_eq!(state, RunState::Incomplete, "{body}");
        let found = install.store.rejected(id).await.unwrap();
        assert_eq!(found.len(), 1, "{body}: {found:?}");
        assert_eq!(found[0].person.as_deref(), Some(person.key.as_str()));
        assert_eq!(user.details.get("webinar"), None, "{body}");
        // It is asked for again later, and then all is well.
        install.wire.mend();
        install.clock.advance_ms(25 * 3_600_000);
        assert_eq!(install.sync(id).await, RunState::Complete, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r36_a_day_of_daily_usage_that_cannot_be_understood_is_unknown_and_the_others_are_kept() {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    let install = install.reading(&["daily_usage"]);
    let body = r#"{"year":2026,"month":11,"dates":[
        {"date":"2026-11-01","meetings":1},{"date":"2026-11-02","participants":"N/A"}]}"#;
    install
        .wire
        .damage(Damage::answer("/report/daily", 200, body).with("month=11"));
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    let days = ["2026-11-01", "2026-11-02"].map(|day| day.parse().unwrap());
    let usage = install
        .store
        .daily_usage(id, days[0], days[1])
        .await
        .unwrap();
    assert_eq!(usage.len(), 1);
    assert_eq!(
        (usage[0].1.meetings, usage[0].1.participants),
        (Some(1), None)
    );
    let found = install.store.rejected(id).await.unwrap();
    assert_eq!(found[0].from, Some(days[1]));
    assert_eq!(found[0].reason, "participants: expected an integer");
}

async fn r52_a_monthly_report_that_says_otherwise_puts_the_finding_on_hold(kind: Kind) {
    let (install, id, person) = read(kind, |person| Extra {
        hosts: vec![
            json!({"id": person.key, "email": person.email, "meetings": 4,
            "meeting_minutes": 360}),
        ],
        ..Extra::default()
    })
    .await;
    let seen = verdict(&install, id, &person.key).await;
    assert!(
        on_hold(&seen, HoldReason::Contradicted),
        "{:?}",
        seen.findings
    );
}

async fn r51_meetings_under_an_address_from_before_connecting_count(kind: Kind) {
    let (install, id, person) = read(kind, |person| {
        let detail = format!(
            "Edit User old@x.test  - Change Email: from old@x.test to {}",
            person.email
        );
        let old = Person {
            email: "old@x.test".to_owned(),
            ..person.clone()
        };
        let at = |time: &str| ago(now(), 40, time);
        Extra {
            meetings: vec![meeting(&old, 1, &at("T07:00:00Z"), &at("T08:30:00Z"))],
            operations: vec![
                json!({"time": ago(now(), 30, "T09:00:00Z"), "category_type": "User",
                "operator": "admin@x.test", "action": "Update", "operation_detail": detail}),
            ],
            ..Extra::default()
        }
    })
    .await;
    let seen = verdict(&install, id, &person.key).await;
    assert_eq!(seen.activity, ActivityState::Active);
    assert_eq!(seen.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_a_scheduled_webinar_without_a_zone_or_a_time_is_not_nothing() {
    for (start, reason) in [
        (ago(now(), -13, " 07:00:00"), HoldReason::Scheduled),
        ("soon".to_owned(), HoldReason::Unreadable),
    ] {
        let (install, id, person) = read(Kind::Sqlite, |person| Extra {
            upcoming: vec![json!({"id": "w1", "host_id": person.key, "start_time": start})],
            ..Extra::default()
        })
        .await;
        let seen = verdict(&install, id, &person.key).await;
        assert!(on_hold(&seen, reason), "{start}: {:?}", seen.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s37_secrets_of_the_settings_are_not_stored() {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    let install = install.reading(&["account_settings"]);
    let body = r#"{"schedule_meeting":{"pmi_password":"canary-1","host_video":true},"chat":
        {"send_data_to_third_party_archiving_service":{"enable":true,"passcode":"canary-2",
        "authorized_channel_token":"canary-3"}}}"#;
    install
        .wire
        .damage(Damage::answer("/accounts/me/settings", 200, body));
    install
        .wire
        .damage(Damage::answer("/accounts/me/lock_settings", 200, body));
    assert_eq!(install.sync(id).await, RunState::Complete);
    let sections = install.store.account_settings(id).await.unwrap();
    let all: String = sections.iter().map(|it| it.json.as_str()).collect();
    assert!(!all.contains("canary"), "{all}");
    assert!(all.contains("host_video"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r51_a_user_that_the_operation_log_names_is_read_again_in_the_same_run() {
    let person = licensed().await;
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    answer(&install, &person, &Extra::default());
    install.sync(id).await;
    install.wire.mend();
    install.clock.advance_ms(3_600_000);
    let at = install.clock_now().plus_seconds(-600);
    let operations = vec![json!({"time": at.to_string(), "operator": "admin@x.test",
        "category_type": "License", "action": "Update",
        "operation_detail": format!("Remove License from \"{}\"", person.email)})];
    answer(
        &install,
        &person,
        &Extra {
            operations,
            ..Extra::default()
        },
    );
    install.wire.forget();
    install.sync(id).await;
    let path = format!("/users/{}/settings", person.key);
    assert_eq!(install.wire.seen_at(&path).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r40_what_zoom_does_not_offer_leaves_the_run_complete() {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    for path in ["/plans/usage", "/report/upcoming_events", "/report/daily"] {
        let body = r#"{"code":2300,"message":"This API endpoint is not recognized."}"#;
        install.wire.damage(Damage::answer(path, 404, body));
    }
    for _ in 0..2 {
        assert_eq!(install.sync(id).await, RunState::Complete);
        for stream in [
            streams::PLAN_USAGE,
            streams::UPCOMING_EVENTS,
            streams::DAILY_USAGE,
        ] {
            let state = install.stream(id, stream).await;
            assert_eq!(state.outcome, model::StreamOutcome::NotOffered, "{state:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r41_reports_are_stored_under_the_range_that_they_say() {
    let (install, id) = Install::connected(Kind::Sqlite, USERS).await;
    let install = install.reading(&["host_reports"]);
    let first = now().day().month_start();
    let echoed = first.plus(9);
    install.wire.damage(
        Damage::edit_json("/report/users", move |page| {
            page["from"] = echoed.to_string().into();
        })
        .with(&format!("from={first}")),
    );
    install.sync(id).await;
    let reports = install
        .store
        .host_reports(id, first, now().day())
        .await
        .unwrap();
    assert!(!reports.is_empty());
    assert!(
        reports.iter().all(|report| report.from == echoed),
        "{reports:?}"
    );
    let coverage = install
        .store
        .coverage(id, streams::HOST_REPORTS)
        .await
        .unwrap();
    assert!(!coverage.days.contains_key(&first));
    assert!(coverage.days.contains_key(&echoed));
}

#[tokio::test(flavor = "multi_thread")]
async fn r42_logs_that_are_suddenly_empty_while_users_sign_in_are_not_believed() {
    let (install, id) = Install::connected(Kind::Sqlite, 200).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    for (path, list) in [
        ("/report/history_meetings", "history_meetings"),
        ("/report/activities", "activity_logs"),
    ] {
        let body = json!({ list: [], "next_page_token": "" });
        install
            .wire
            .damage(Damage::answer(path, 200, body.to_string()));
    }
    install.clock.advance_ms(6 * 86_400_000);
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    assert!(rejected(&install, id, streams::SIGN_INS).await > 0);
    assert!(rejected(&install, id, streams::MEETINGS).await > 0);
    let user = install.users(id).await.into_iter().next().unwrap();
    let seen = verdict(&install, id, &user.key).await;
    assert_ne!(seen.activity, ActivityState::Inactive);
    install.wire.mend();
    install.clock.advance_ms(8 * 86_400_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
}
