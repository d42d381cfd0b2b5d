//! The generated company is plausible, and the truth agrees with the reports.

use crate::world::{NOW, World, config};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

fn truth(world: &World) -> Vec<Value> {
    let mut out = Vec::new();
    world.sim.truth(&mut out).unwrap();
    let account = world.sim.accounts()[0].id.clone();
    let lines = String::from_utf8(out).unwrap();
    let people = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    people
        .filter(|person| person["account_id"] == account.as_str())
        .collect()
}

#[tokio::test]
async fn shares_are_those_of_a_company() {
    let world = World::new(3_000).await;
    let people = truth(&world);
    assert_eq!(people.len(), 3_000);
    let share = |fits: &dyn Fn(&Value) -> bool| {
        people.iter().filter(|person| fits(person)).count() as f64 / people.len() as f64
    };
    let within = |low: f64, high: f64, found: f64, share: &str| {
        assert!((low..=high).contains(&found), "{share}: {found}");
    };
    within(0.50, 0.62, share(&|p| p["licensed"] == true), "licensed");
    within(
        0.02,
        0.06,
        share(&|p| p["status"] == "inactive"),
        "inactive",
    );
    within(0.01, 0.035, share(&|p| p["status"] == "pending"), "pending");
    let licensed = share(&|p| p["licensed"] == true);
    let idle = share(&|p| p["licensed"] == true && p["needs_licence_until"].is_null());
    within(0.18, 0.32, idle / licensed, "unneeded licences");
    let short = share(&|p| p["licensed"] == false && !p["needs_licence_until"].is_null());
    within(
        0.003,
        0.06,
        short,
        "people who need a licence and have none",
    );
    let users = world.all("/users?page_size=300", "users").await;
    let kinds: HashSet<i64> = users
        .iter()
        .filter_map(|user| user["type"].as_i64())
        .collect();
    assert!([1, 2].iter().all(|kind| kinds.contains(kind)));
    let zones: HashSet<&str> = users
        .iter()
        .filter_map(|user| user["timezone"].as_str())
        .collect();
    assert!(zones.len() >= 10, "{zones:?}");
    assert!(
        users
            .iter()
            .any(|user| !user["display_name"].as_str().unwrap().is_ascii())
    );
    assert!(users.iter().any(|user| user["dept"] == ""));
    assert!(users.iter().any(|user| user.get("dept").is_none()));
    assert!(
        users
            .iter()
            .all(|user| user["first_name"].as_str().unwrap().chars().count() <= 64)
    );
}

#[tokio::test]
async fn past_needs_are_seen_in_the_history_and_nothing_else_is() {
    let world = World::new(400).await;
    let range = "from=2026-10-26&to=2026-11-22";
    let path = format!("/report/history_meetings?page_size=300&{range}");
    let meetings = world.all(&path, "history_meetings").await;
    let mut seen: HashMap<(&str, &str), bool> = HashMap::new();
    for row in &meetings {
        let people = row["participants"].as_u64().unwrap();
        let beyond = row["type"] == "Webinar"
            || people > 100
            || row["duration"].as_u64().unwrap() > 40 && people > 1
            || row["feature_used"]["record_to_cloud"] == true;
        let key = (
            row["host_email"].as_str().unwrap(),
            &row["start_time"].as_str().unwrap()[..10],
        );
        *seen.entry(key).or_default() |= beyond;
    }
    let people = truth(&world);
    let mut compared = 0;
    for person in people
        .iter()
        .filter(|p| p["licensed"] == true && p["status"] == "active")
    {
        let email = person["email"].as_str().unwrap();
        let days: HashSet<&str> = person["needs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|need| need["on"].as_str().unwrap())
            .collect();
        for (_, day) in seen.keys().filter(|key| key.0 == email && seen[key]) {
            assert!(days.contains(day), "{email} on {day}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[tokio::test]
async fn the_predicted_future_takes_place() {
    let mut world = World::new(300).await;
    let today = NOW.div_euclid(86_400);
    let people = truth(&world);
    let chosen: Vec<&Value> = people
        .iter()
        .filter(|p| {
            p["licensed"] == true && p["status"] == "active" && p["persona"] == "regular host"
        })
        .take(5)
        .collect();
    world.set((today + 40) * 86_400);
    world.renew().await;
    let path = "/report/history_meetings?page_size=300&from=2026-12-05&to=2026-12-31";
    let meetings = world.all(path, "history_meetings").await;
    for person in chosen {
        let predicted = person["needs"].as_array().unwrap().iter();
        let predicted: HashSet<&str> = predicted
            .map(|need| need["on"].as_str().unwrap())
            .filter(|day| ("2026-12-05"..="2026-12-31").contains(day))
            .collect();
        let came: HashSet<&str> = meetings
            .iter()
            .filter(|row| row["host_email"] == person["email"])
            .map(|row| &row["start_time"].as_str().unwrap()[..10])
            .collect();
        assert!(predicted.is_subset(&came), "{person}: {came:?}");
    }
}

#[tokio::test]
async fn weekends_are_quiet_and_basic_people_are_cut_at_forty_minutes() {
    let world = World::new(600).await;
    let day = |date: &str| format!("/report/history_meetings?page_size=300&from={date}&to={date}");
    let friday = world.all(&day("2026-11-20"), "history_meetings").await;
    let sunday = world.all(&day("2026-11-22"), "history_meetings").await;
    assert!(
        friday.len() > 100 && sunday.len() < friday.len() / 10,
        "{} {}",
        friday.len(),
        sunday.len()
    );
    let users = world.all("/users?page_size=300", "users").await;
    let basic: HashSet<&str> = users
        .iter()
        .filter(|user| user["type"] == 1)
        .map(|user| user["email"].as_str().unwrap())
        .collect();
    let path = "/report/history_meetings?page_size=300&from=2026-10-26&to=2026-11-22";
    let meetings = world.all(path, "history_meetings").await;
    let of_basic: Vec<&Value> = meetings
        .iter()
        .filter(|row| basic.contains(row["host_email"].as_str().unwrap()))
        .collect();
    assert!(of_basic.iter().filter(|row| row["duration"] == 40).count() > 5);
    assert!(
        of_basic
            .iter()
            .all(|row| row["feature_used"]["record_to_cloud"] == false)
    );
}

#[tokio::test]
async fn a_million_people_cost_no_more_than_the_page() {
    let mut config = config(1_000_000);
    config.seed = 11;
    let world = World::with(config).await;
    let page = world.get("/users?page_size=100").await.json;
    assert_eq!(page["users"].as_array().unwrap().len(), 100);
    assert!(page["total_records"].as_u64().unwrap() > 900_000);
    let email = page["users"][77]["email"].as_str().unwrap();
    let found = world.get(&format!("/users/{email}")).await.json;
    assert_eq!(found["id"], page["users"][77]["id"]);
}
