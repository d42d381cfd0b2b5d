//! The data after a whole sync.

use std::collections::{BTreeMap, BTreeSet};

use connector_zoom::ZOOM;
use model::{Day, FieldValue, IntegrationId, RunState, StreamOutcome, User};
use serde_json::Value;
use store::SignInFilter;
use testkit::clock::{NOON, moment};
use testkit::database::Kind;
use testkit::install::{Install, difference};

use crate::plain::Plain;

testkit::on_both_engines!(
    a_sync_ends_in_what_the_account_has,
    r31_a_second_sync_without_changes_changes_nothing,
    a_change_at_zoom_arrives_with_the_next_sync,
    an_accepted_invitation_goes_on_as_the_same_user,
    two_users_who_swap_addresses_stay_two_users,
);

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_end_in_the_same() {
    if Kind::Postgres.is_skipped() {
        return;
    }
    let mut dumps = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (install, id) = Install::connected(kind, 60).await;
        assert_eq!(install.sync(id).await, RunState::Complete);
        dumps.push(install.store.dump().await.unwrap());
    }
    assert!(dumps[0].lines().count() > 1_000);
    assert_eq!(difference(&dumps[0], &dumps[1]), "");
    assert!(dumps[0] == dumps[1]);
}

fn text(user: &User, field: &str) -> String {
    match user.fields.get(field) {
        Some(FieldValue::Text(text)) => text.clone(),
        other => panic!("{}: {field} is {other:?}", user.email),
    }
}

/// Name, address, groups and the four fields of the list, as Zoom wrote them.
fn listed(row: &Value) -> (String, Vec<String>) {
    let text = |name: &str| row[name].as_str().unwrap_or_default().trim().to_owned();
    let kind = match row["type"].as_i64().unwrap() {
        1 => "basic",
        2 => "pro",
        3 => "corp",
        4 => "unassigned",
        99 => "no_type",
        other => panic!("type {other}"),
    };
    let key = row["id"]
        .as_str()
        .map_or_else(|| text("email").to_lowercase(), str::to_owned);
    let version = text("last_client_version").replace('(', " (");
    let mut facts = vec![
        text("email"),
        text("display_name"),
        text("dept"),
        kind.to_owned(),
        text("status"),
        version,
    ];
    let mut groups: Vec<String> = row["group_ids"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    groups.sort();
    facts.extend(groups);
    (key, facts)
}

fn stored(user: &User) -> (String, Vec<String>) {
    let version = if user.fields.contains_key("last_client_version") {
        text(user, "last_client_version")
    } else {
        String::new()
    };
    let mut facts = vec![
        user.email.clone(),
        user.display_name.clone(),
        text(user, "department"),
        text(user, "user_type"),
        text(user, "user_status"),
        version,
    ];
    facts.extend(user.groups.iter().cloned());
    (user.key.clone(), facts)
}

async fn a_sync_ends_in_what_the_account_has(kind: Kind) {
    let (install, id) = Install::connected(kind, 120).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let plain = Plain::new(&install.zoom).await;
    let users = install.users(id).await;
    has_the_users_of_the_lists(&plain, &users).await;
    has_the_settings_of_active_users(&plain, &users).await;
    has_the_groups(&plain, &install, id).await;
    let today = moment(NOON).day();
    has_a_fortnight_of_history(&plain, &install, id, today).await;
    knows_every_stream(&install, id, today).await;
}

/// All users of the three lists, with the values of the lists, and no others.
async fn has_the_users_of_the_lists(plain: &Plain, users: &[User]) {
    let rows = plain.users().await;
    let theirs: BTreeMap<_, _> = rows.iter().map(listed).collect();
    let ours: BTreeMap<_, _> = users.iter().map(stored).collect();
    assert_eq!(theirs.len(), rows.len());
    assert_eq!(ours, theirs);
    let statuses: BTreeSet<_> = users.iter().map(|user| text(user, "user_status")).collect();
    assert_eq!(
        statuses.into_iter().collect::<Vec<_>>(),
        ["active", "inactive", "pending"]
    );
}

/// The settings of all users that have some.
async fn has_the_settings_of_active_users(plain: &Plain, users: &[User]) {
    let mut capacities = BTreeSet::new();
    for user in users {
        if text(user, "user_status") != "active" {
            assert!(
                user.details.is_empty(),
                "{} has no settings to read",
                user.email
            );
            continue;
        }
        let settings = plain.get(&format!("/users/{}/settings", user.key)).await;
        let feature = &settings["feature"];
        let webinar = feature["webinar"].as_bool().unwrap();
        assert_eq!(user.details["webinar"], FieldValue::YesNo(webinar));
        let capacity = if webinar {
            feature["webinar_capacity"].as_i64().unwrap()
        } else {
            0
        };
        assert_eq!(
            user.details["webinar_capacity"],
            FieldValue::Integer(capacity)
        );
        let capacity = feature["meeting_capacity"].as_i64().unwrap();
        assert_eq!(
            user.details["meeting_capacity"],
            FieldValue::Integer(capacity)
        );
        capacities.insert(capacity);
    }
    assert!(capacities.len() > 1, "people differ: {capacities:?}");
}

async fn has_the_groups(plain: &Plain, install: &Install, id: IntegrationId) {
    let theirs: BTreeMap<_, _> = plain
        .all("/groups?a=", "groups")
        .await
        .iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap().to_owned(),
                row["name"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let groups = install.store.groups(id).await.unwrap();
    let ours: BTreeMap<_, _> = groups
        .into_iter()
        .map(|group| (group.id, group.name))
        .collect();
    assert_eq!(ours, theirs);
}

/// A fortnight of history, row by row.
async fn has_a_fortnight_of_history(
    plain: &Plain,
    install: &Install,
    id: IntegrationId,
    today: Day,
) {
    let (from, to) = (today.plus(-20), today.plus(-7));
    let range = format!("?from={from}&to={to}");
    let in_range = |row: &Value, member: &str| {
        let day: Day = row[member].as_str().unwrap()[..10].parse().unwrap();
        from <= day && day <= to
    };
    let meetings = plain
        .all(
            &format!("/report/history_meetings{range}&meeting_type=all"),
            "history_meetings",
        )
        .await;
    let theirs = meetings
        .iter()
        .filter(|row| in_range(row, "start_time"))
        .count();
    let held = install.store.hosted_per_day(id, from, to).await.unwrap();
    let ours: i64 = held.iter().map(|day| day.meetings + day.webinars).sum();
    assert_eq!(usize::try_from(ours).unwrap(), theirs);
    assert!(theirs > 50, "people meet");

    let activities = plain
        .all(&format!("/report/activities{range}"), "activity_logs")
        .await;
    let theirs = activities
        .iter()
        .filter(|row| in_range(row, "time"))
        .count();
    let filter = SignInFilter {
        from: Some(from),
        to: Some(to),
        ..SignInFilter::default()
    };
    let page = install
        .store
        .sign_ins(id, &filter, 10_000, None)
        .await
        .unwrap();
    assert_eq!(page.items.len(), theirs);
    assert!(theirs > 50, "people sign in");
}

/// Every stream is complete, and the days of its history are known.
async fn knows_every_stream(install: &Install, id: IntegrationId, today: Day) {
    for stream in ZOOM.streams {
        let state = install.stream(id, stream.key).await;
        assert_eq!(state.outcome, StreamOutcome::Complete, "{state:?}");
        if stream.history && stream.key != "host_reports" {
            let coverage = install.store.coverage(id, stream.key).await.unwrap();
            let missing: Vec<_> = today
                .plus(-160)
                .to(today)
                .filter(|day| !coverage.days.contains_key(day))
                .collect();
            assert!(missing.is_empty(), "{}: {missing:?}", stream.key);
        }
    }
}

async fn r31_a_second_sync_without_changes_changes_nothing(kind: Kind) {
    let (install, id) = Install::connected(kind, 60).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.store.dump().await.unwrap();
    let revision = install.integration(id).await.revision;
    let first = install.last_run(id).await.totals;
    install.wire.forget();

    assert_eq!(install.sync(id).await, RunState::Complete);

    let second = install.last_run(id).await.totals;
    assert_eq!(second.changed, 0, "{second:?}");
    assert_eq!(
        difference(&before, &install.store.dump().await.unwrap()),
        ""
    );
    assert_eq!(install.integration(id).await.revision, revision);
    // The three lists, the account, and the days that can still change.
    let requests = install.wire.seen();
    assert!(requests.len() < 20, "{requests:#?}");
    assert!(second.requests * 3 < first.requests, "{first:?} {second:?}");
}

async fn a_change_at_zoom_arrives_with_the_next_sync(kind: Kind) {
    let (install, id) = Install::connected(kind, 60).await;
    install.sync(id).await;
    let before = install.users(id).await;
    let active: Vec<_> = before
        .iter()
        .filter(|user| text(user, "user_status") == "active")
        .collect();
    let (renamed, regrouped, gone) = (&active[10].key, &active[11].key, &active[12].key);
    let control = install.zoom.sim.control();
    assert!(control.rename_user(0, renamed, "Zoë", "Ångström"));
    assert!(control.set_groups(0, regrouped, &[0, 1]));
    assert!(control.delete_user(0, gone));
    let new = control.create_user(0).unwrap();
    let revision = install.integration(id).await.revision;

    assert_eq!(install.sync(id).await, RunState::Complete);

    let after = install.users(id).await;
    let user = |key: &str| after.iter().find(|user| user.key == key);
    assert_eq!(user(renamed).unwrap().display_name, "Zoë Ångström");
    assert_eq!(user(regrouped).unwrap().groups.len(), 2);
    assert!(user(gone).is_none());
    assert_eq!(install.removed(id).await[0].key, *gone);
    let new = after.iter().find(|user| user.email == new).unwrap();
    assert!(
        new.details.contains_key("meeting_capacity"),
        "settings of new users are read at once"
    );
    assert_eq!(after.len(), before.len());
    assert!(install.integration(id).await.revision > revision);
}

async fn an_accepted_invitation_goes_on_as_the_same_user(kind: Kind) {
    use testkit::wire::Damage;

    let (install, id) = Install::connected(kind, 60).await;
    // An invitation is a row of the pending list without an id; afterwards the same address is in the
    // active list with one.
    let invited = serde_json::json!({
        "email": "Invited@Example.org", "type": 1, "status": "pending", "dept": "Research",
        "first_name": "In", "last_name": "Vited",
    });
    let row = invited.clone();
    install.wire.damage(
        Damage::edit_json("/v2/users", move |page| {
            page["users"].as_array_mut().unwrap().push(row.clone());
            let total = page["total_records"].as_i64().unwrap();
            page["total_records"] = (total + 1).into();
        })
        .with("status=pending"),
    );
    assert_eq!(install.sync(id).await, RunState::Complete);
    let pending = install
        .store
        .user(id, "invited@example.org")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(pending.external_id, None);

    install.wire.mend();
    let mut accepted = invited;
    accepted["id"] = "an-id-of-her-own".into();
    accepted["status"] = "active".into();
    accepted["email"] = "invited@example.org".into();
    install.wire.damage(
        Damage::edit_json("/v2/users", move |page| {
            page["users"].as_array_mut().unwrap().push(accepted.clone());
            let total = page["total_records"].as_i64().unwrap();
            page["total_records"] = (total + 1).into();
        })
        .with("status=active"),
    );
    install.clock.advance_ms(3_600_000);
    assert_eq!(install.sync(id).await, RunState::Complete);

    let named: Vec<_> = install
        .users(id)
        .await
        .into_iter()
        .filter(|u| u.display_name == "In Vited")
        .collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!(named[0].key, "an-id-of-her-own");
    assert_eq!(named[0].first_seen, pending.first_seen);
    assert!(install.removed(id).await.is_empty());
}

async fn two_users_who_swap_addresses_stay_two_users(kind: Kind) {
    let (install, id) = Install::connected(kind, 60).await;
    install.sync(id).await;
    let before = install.users(id).await;
    let active: Vec<_> = before
        .iter()
        .filter(|user| text(user, "user_status") == "active")
        .collect();
    let (one, other) = (active[20], active[21]);
    assert!(
        install
            .zoom
            .sim
            .control()
            .swap_emails(0, &one.key, &other.key)
    );

    assert_eq!(install.sync(id).await, RunState::Complete);

    let user = async |key: &str| install.store.user(id, key).await.unwrap().unwrap();
    assert_eq!(user(&one.key).await.email, other.email);
    assert_eq!(user(&other.key).await.email, one.email);
    assert_eq!(user(&one.key).await.display_name, one.display_name);
    assert_eq!(install.users(id).await.len(), before.len());
}
