//! The reports: ranges, order, delay, and agreement with each other.

use crate::world::{NOW, World};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use zoom_sim::RangeMode;

pub(crate) const RANGE: &str = "from=2026-10-26&to=2026-11-22";

fn number(row: &Value, name: &str) -> u64 {
    row[name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name} in {row}"))
}

pub(crate) fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {row}"))
}

#[tokio::test]
async fn history_hosts_and_daily_sums_agree() {
    let world = World::new(400).await;
    let history = format!("/report/history_meetings?page_size=300&{RANGE}");
    let meetings = world.all(&history, "history_meetings").await;
    assert!(meetings.len() > 1_000, "{}", meetings.len());
    let hosts = world
        .all(
            &format!("/report/users?type=active&page_size=90&{RANGE}"),
            "users",
        )
        .await;
    let mut sums: HashMap<&str, (u64, u64, u64)> = HashMap::new();
    let mut days: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for meeting in &meetings {
        let sum = sums.entry(text(meeting, "host_email")).or_default();
        sum.0 += 1;
        sum.1 += number(meeting, "participants");
        sum.2 += number(meeting, "duration");
        let day = days.entry(&text(meeting, "start_time")[..10]).or_default();
        day.0 += 1;
        day.1 += number(meeting, "duration");
    }
    assert_eq!(hosts.len(), sums.len());
    for host in &hosts {
        let reported = (
            number(host, "meetings"),
            number(host, "participants"),
            number(host, "meeting_minutes"),
        );
        assert_eq!(reported, sums[text(host, "email")], "{host}");
    }
    let first = world
        .get(&format!("/report/users?type=active&{RANGE}"))
        .await
        .json;
    assert_eq!(number(&first, "total_records"), hosts.len() as u64);
    assert_eq!(number(&first, "total_meetings"), meetings.len() as u64);
    let daily = world.get("/report/daily?year=2026&month=11").await.json;
    for day in daily["dates"].as_array().unwrap() {
        if let Some(sum) = days.get(text(day, "date")) {
            assert_eq!(
                (number(day, "meetings"), number(day, "meeting_minutes")),
                *sum,
                "{day}"
            );
        }
    }
}

#[tokio::test]
async fn active_and_inactive_hosts_together_are_everybody_who_is_in_the_account() {
    let world = World::new(300).await;
    let mut reported = HashSet::new();
    for kind in ["active", "inactive"] {
        let path = format!("/report/users?type={kind}&page_size=300&{RANGE}");
        for user in world.all(&path, "users").await {
            assert_eq!(number(&user, "meetings") > 0, kind == "active");
            assert!(
                reported.insert(text(&user, "id").to_owned()),
                "{user} twice"
            );
        }
    }
    for status in ["active", "inactive"] {
        for user in world
            .all(&format!("/users?page_size=300&status={status}"), "users")
            .await
        {
            let new = text(&user, "user_created_at") > "2026-10-01";
            assert!(new || reported.contains(text(&user, "id")), "{user}");
        }
    }
}

#[tokio::test]
async fn logs_come_newest_first_and_pages_join_without_gap() {
    let world = World::new(300).await;
    for (path, rows, time) in [
        ("/report/activities", "activity_logs", "time"),
        ("/report/operationlogs", "operation_logs", "time"),
        ("/report/history_meetings", "history_meetings", "start_time"),
    ] {
        let whole = world
            .all(&format!("{path}?page_size=300&{RANGE}"), rows)
            .await;
        let small = world
            .all(&format!("{path}?page_size=17&{RANGE}"), rows)
            .await;
        assert_eq!(whole, small, "{path}");
        assert!(whole.len() > 20, "{path}: {}", whole.len());
        assert!(
            whole
                .windows(2)
                .all(|pair| text(&pair[0], time) >= text(&pair[1], time))
        );
        let inside = |row: &Value| ("2026-10-26".."2026-11-23").contains(&&text(row, time)[..10]);
        assert!(
            whole.iter().all(inside),
            "both ends are included, nothing else"
        );
    }
}

#[tokio::test]
async fn rows_of_pages_do_not_shift_while_time_goes_on() {
    let world = World::new(200).await;
    let path = "/report/activities?page_size=20&from=2026-11-23&to=2026-11-23";
    let whole = world
        .all(&path.replace("=20&", "=300&"), "activity_logs")
        .await;
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let page = world
            .get(&format!("{path}&next_page_token={token}"))
            .await
            .json;
        rows.extend(page["activity_logs"].as_array().unwrap().clone());
        text(&page, "next_page_token").clone_into(&mut token);
        world.advance_ms(10 * 60_000);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(rows, whole);
    assert!(!rows.is_empty());
}

#[tokio::test]
async fn r19_meetings_appear_half_an_hour_after_their_end() {
    let world = World::new(600).await;
    let path = "/report/history_meetings?page_size=300&from=2026-11-23&to=2026-11-23";
    let now = world.all(path, "history_meetings").await;
    assert!(!now.is_empty());
    assert!(
        now.iter()
            .all(|row| text(row, "end_time") <= "2026-11-23T09:30:00Z")
    );
    world.set(NOW + 30 * 60);
    let later = world.all(path, "history_meetings").await;
    assert!(
        later
            .iter()
            .all(|row| text(row, "end_time") <= "2026-11-23T10:00:00Z")
    );
    assert!(later.len() > now.len());
    assert!(now.iter().all(|row| later.contains(row)));
}

#[tokio::test]
async fn wide_and_old_ranges_are_narrowed_visibly_or_refused() {
    let world = World::new(60).await;
    let wide = world
        .get("/report/users?type=active&from=2026-01-01&to=2026-11-22")
        .await
        .json;
    assert_eq!(
        (text(&wide, "from"), text(&wide, "to")),
        ("2026-10-22", "2026-11-22")
    );
    let old = world
        .get("/report/activities?from=2026-05-01&to=2026-05-30")
        .await
        .json;
    assert_eq!(
        (text(&old, "from"), text(&old, "to")),
        ("2026-05-23", "2026-05-30")
    );
    let older = world
        .get("/report/activities?from=2025-05-01&to=2025-05-30")
        .await;
    assert_eq!(
        (
            older.status,
            older.json["activity_logs"].as_array().unwrap().len()
        ),
        (200, 0)
    );
    let timed = "/report/operationlogs?from=2026-11-20T10:00:00Z&to=2026-11-22%2009:00";
    assert_eq!(world.get(timed).await.status, 200);
    for wrong in [
        "from=2026-11-22&to=2026-11-21",
        "from=2026-11-31&to=2026-12-01",
        "to=2026-11-01",
    ] {
        let answer = world
            .get(&format!("/report/users?type=active&{wrong}"))
            .await;
        assert_eq!(answer.refusal(), (400, 300), "{wrong}");
    }
    assert_eq!(
        world.get("/report/daily?year=2026&month=4").await.refusal(),
        (400, 300)
    );
    assert_eq!(
        world.get("/report/daily?year=2026&month=5").await.status,
        200
    );
    world
        .sim
        .control()
        .edit_faults(|faults| faults.ranges = RangeMode::Refuse);
    let refused = world
        .get("/report/users?type=active&from=2026-01-01&to=2026-11-22")
        .await;
    assert_eq!(refused.refusal(), (400, 300));
}

#[tokio::test]
async fn history_can_be_filtered_and_agrees_with_the_filter() {
    let world = World::new(400).await;
    let of = |more: &str| format!("/report/history_meetings?page_size=300&{RANGE}{more}");
    let all = world.all(&of(""), "history_meetings").await;
    let webinars = world
        .all(&of("&meeting_type=webinar"), "history_meetings")
        .await;
    let meetings = world
        .all(&of("&meeting_type=meeting"), "history_meetings")
        .await;
    assert!(!webinars.is_empty() && webinars.iter().all(|row| row["type"] == "Webinar"));
    assert_eq!(webinars.len() + meetings.len(), all.len());
    let clouds = world
        .all(&of("&meeting_feature=record_to_cloud"), "history_meetings")
        .await;
    let recorded = |row: &&Value| row["feature_used"]["record_to_cloud"] == true;
    assert_eq!(clouds.len(), all.iter().filter(recorded).count());
    assert_eq!(
        world.get(&of("&meeting_feature=magic")).await.refusal(),
        (400, 300)
    );
    assert_eq!(
        world.get(&of("&group_id=nothere")).await.refusal(),
        (403, 12703)
    );
    assert!(
        all.iter()
            .any(|row| text(row, "meeting_uuid").starts_with('/'))
    );
    let uuids: HashSet<&str> = all.iter().map(|row| text(row, "meeting_uuid")).collect();
    assert_eq!(uuids.len(), all.len());
}

#[tokio::test]
async fn a_range_that_is_wholly_too_old_is_empty_and_not_reversed() {
    let world = World::new(50).await;
    for (path, rows) in [
        ("/report/users?type=active", "users"),
        ("/report/activities?page_size=30", "activity_logs"),
        ("/report/upcoming_events?type=all", "upcoming_events"),
    ] {
        let answer = world
            .get(&format!("{path}&from=2026-01-01&to=2026-01-20"))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json["from"], "2026-01-20", "{path}");
        assert_eq!(answer.json["to"], "2026-01-20", "{path}");
        assert_eq!(answer.json[rows].as_array().unwrap().len(), 0, "{path}");
    }
}
