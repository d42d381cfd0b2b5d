//! People in the logs: sign-ins compared with the list of users, and deleted users.

use crate::reports::{RANGE, text};
use crate::world::{World, config};
use std::collections::{HashMap, HashSet};

#[tokio::test]
async fn the_listed_last_sign_in_is_at_most_three_days_behind_the_log() {
    let world = World::new(300).await;
    let rows = world
        .all(
            "/report/activities?page_size=300&from=2026-10-26&to=2026-11-23",
            "activity_logs",
        )
        .await;
    let mut last: HashMap<&str, &str> = HashMap::new();
    for row in rows.iter().filter(|row| row["type"] == "Sign in") {
        last.entry(text(row, "email")).or_insert(text(row, "time"));
    }
    let users = world.all("/users?page_size=300", "users").await;
    let seconds = |time: &str| {
        let day = time[8..10].parse::<i64>().unwrap() + if &time[5..7] == "11" { 31 } else { 0 };
        let of = |at: usize| time[at..at + 2].parse::<i64>().unwrap();
        day * 86_400 + of(11) * 3600 + of(14) * 60 + of(17)
    };
    let mut stale = 0;
    for user in &users {
        let Some(logged) = last.get(text(user, "email")) else {
            continue;
        };
        let listed = text(user, "last_login_time");
        assert!(listed <= *logged, "{user}: {logged}");
        assert!(
            seconds(logged) - seconds(listed) <= 3 * 86_400,
            "{user}: {logged}"
        );
        stale += usize::from(listed != *logged);
    }
    assert!(stale > 10, "the buffer of three days shows");
    assert!(
        users
            .iter()
            .any(|user| user.get("last_login_time").is_none()),
        "some never came"
    );
}

#[tokio::test]
async fn deleted_people_leave_the_lists_but_not_old_reports() {
    let world = World::new(500).await;
    let control = world.sim.control();
    let path = format!("/report/users?type=active&page_size=300&{RANGE}");
    let host = world.all(&path, "users").await.swap_remove(50);
    assert!(control.delete_user(0, text(&host, "email")));
    let after = world.all(&path, "users").await;
    assert!(
        after
            .iter()
            .any(|row| row["id"] == host["id"] && row["meetings"] == host["meetings"])
    );
    // People that the simulation has deleted are included.
    let mut listed = HashSet::new();
    for status in ["active", "inactive", "pending"] {
        let users = world
            .all(&format!("/users?page_size=300&status={status}"), "users")
            .await;
        listed.extend(users.iter().map(|user| text(user, "email").to_owned()));
    }
    let old = "/report/history_meetings?page_size=300&from=2026-05-25&to=2026-06-20";
    let hosts = world.all(old, "history_meetings").await;
    assert!(
        hosts
            .iter()
            .any(|row| !listed.contains(text(row, "host_email")))
    );
    let logs = world
        .all(
            "/report/operationlogs?page_size=300&from=2026-06-01&to=2026-06-30",
            "operation_logs",
        )
        .await;
    let deleted = logs.iter().filter(|row| text(row, "action") == "Delete");
    for row in deleted.filter(|row| text(row, "category_type") == "User") {
        let email = text(row, "operation_detail").split(' ').nth(2).unwrap();
        assert!(!listed.contains(email), "{row}");
    }
}

#[tokio::test]
async fn equal_rows_repeat_and_some_members_are_missing() {
    let world = World::with(config(800)).await;
    let rows = world
        .all(
            &format!("/report/activities?page_size=300&{RANGE}"),
            "activity_logs",
        )
        .await;
    assert!(
        rows.windows(2).any(|pair| pair[0] == pair[1]),
        "equal rows one after the other"
    );
    for member in ["ip_address", "client_type", "version"] {
        assert!(rows.iter().any(|row| row.get(member).is_none()), "{member}");
    }
    assert!(rows.iter().any(|row| row["type"] == "Sign out"));
}
