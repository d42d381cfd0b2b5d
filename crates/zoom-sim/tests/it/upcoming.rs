//! Planned meetings are listed before they begin, and take place.

use crate::world::{NOW, World};
use std::collections::HashSet;

const RANGE: &str = "from=2026-11-23&to=2026-12-23";

#[tokio::test]
async fn what_is_announced_takes_place_under_the_same_id() {
    let mut world = World::new(300).await;
    let path = format!("/report/upcoming_events?page_size=100&type=meeting&{RANGE}");
    let events = world.all(&path, "upcoming_events").await;
    let times: Vec<&str> = events
        .iter()
        .map(|e| e["start_time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted() && times[0] > "2026-11-23T10:00:00Z");
    let soon: HashSet<&str> = events
        .iter()
        .filter(|event| event["start_time"].as_str().unwrap() < "2026-11-28")
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    assert!(soon.len() > 30, "{}", soon.len());
    world.set(NOW + 8 * 86_400);
    world.renew().await;
    let path = "/report/history_meetings?page_size=300&from=2026-11-23&to=2026-11-30";
    let hosted = world.all(path, "history_meetings").await;
    let hosted: HashSet<&str> = hosted
        .iter()
        .map(|row| row["meeting_uuid"].as_str().unwrap())
        .collect();
    let missing = soon.iter().filter(|id| !hosted.contains(*id)).count();
    // The host may have been deleted in between.
    assert!(missing * 50 < soon.len(), "{missing} of {}", soon.len());
    // Most of the meetings later in the week were in the calendar before, but not all.
    let known = hosted.iter().filter(|id| soon.contains(*id)).count();
    assert!(known * 4 > hosted.len() && known < hosted.len());
}

#[tokio::test]
async fn webinars_are_asked_for_apart_and_ranges_are_a_month() {
    let world = World::new(2_000).await;
    let of = |kind: &str| format!("/report/upcoming_events?page_size=300&type={kind}&{RANGE}");
    let webinars = world.all(&of("webinar"), "upcoming_events").await;
    let meetings = world.all(&of("meeting"), "upcoming_events").await;
    let all = world.all(&of("all"), "upcoming_events").await;
    assert!(!webinars.is_empty());
    assert_eq!(all.len(), webinars.len() + meetings.len());
    assert!(
        webinars
            .iter()
            .all(|event| event["topic"].as_str().unwrap().starts_with("Webinar"))
    );
    assert_eq!(world.get(&of("party")).await.refusal(), (400, 300));
    let without = world.get("/report/upcoming_events?from=2026-11-23").await;
    assert_eq!(without.refusal(), (400, 300));
}

#[tokio::test]
async fn a_users_meetings_are_those_that_go_on_and_those_ahead() {
    let mut world = World::new(300).await;
    world.set(NOW + 5 * 3600);
    world.renew().await;
    let users = world.all("/users?page_size=300", "users").await;
    let (mut live, mut ahead) = (0, 0);
    for user in users.iter().take(150) {
        let id = user["id"].as_str().unwrap();
        let upcoming = world
            .get(&format!("/users/{id}/meetings?type=upcoming"))
            .await;
        if user["type"] == 4 {
            assert_eq!(upcoming.refusal(), (400, 3161));
            continue;
        }
        let on = world
            .get(&format!("/users/{id}/meetings?type=live"))
            .await
            .json;
        let on = on["total_records"].as_u64().unwrap();
        let total = upcoming.json["total_records"].as_u64().unwrap();
        assert!(total >= on);
        live += on;
        ahead += total - on;
    }
    assert!(live > 0 && ahead > 50, "{live} {ahead}");
}
