//! The company as plain rows agrees with the answers of the API.

use crate::world::{NOW, World, config};
use std::collections::{BTreeMap, HashSet};
use zoom_sim::Sim;

const TODAY: i64 = NOW / 86_400;

fn text(second: i64) -> String {
    let day = second.div_euclid(86_400);
    let rest = second.rem_euclid(86_400);
    // The day number of 1 November 2026.
    let november = TODAY - 22;
    assert!(
        (november..november + 30).contains(&day),
        "a day of November 2026"
    );
    let (h, m, s) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("2026-11-{:02}T{h:02}:{m:02}:{s:02}Z", day - november + 1)
}

#[tokio::test]
async fn plain_rows_agree_with_the_answers() {
    let world = World::new(300).await;
    let people = world.sim.history(0, TODAY - 20, TODAY + 200);
    let meetings = world
        .all(
            "/report/history_meetings?page_size=300&from=2026-11-03&to=2026-11-23",
            "history_meetings",
        )
        .await;
    let mut reported: Vec<(String, String, u64, bool)> = meetings
        .iter()
        .map(|row| {
            (
                row["host_email"].as_str().unwrap().to_owned(),
                row["start_time"].as_str().unwrap().to_owned(),
                row["participants"].as_u64().unwrap(),
                row["feature_used"]["poll"].as_bool().unwrap(),
            )
        })
        .collect();
    let mut hosted: Vec<_> = people
        .iter()
        .flat_map(|person| {
            person.hosted.iter().map(|row| {
                let people = u64::from(row.participants);
                (person.email.clone(), text(row.start), people, row.poll)
            })
        })
        .collect();
    reported.sort();
    hosted.sort();
    assert!(hosted.len() > 500);
    assert_eq!(hosted, reported);

    let log = world
        .all(
            "/report/activities?page_size=300&from=2026-11-03&to=2026-11-23",
            "activity_logs",
        )
        .await;
    let came = log.iter().filter(|row| row["type"] == "Sign in").count();
    let rows: usize = people.iter().map(|person| person.sign_ins.len()).sum();
    assert_eq!(rows, came);

    let events = world
        .all(
            "/report/upcoming_events?page_size=300&from=2026-11-23&to=2026-12-23",
            "upcoming_events",
        )
        .await;
    let scheduled: usize = people.iter().map(|person| person.scheduled.len()).sum();
    assert!(scheduled > 50);
    assert_eq!(scheduled, events.len());

    let users = world.all("/users?page_size=300", "users").await;
    for user in users {
        let row = people
            .iter()
            .find(|person| user["id"] == person.id.as_str())
            .unwrap();
        let licensed = row
            .licence
            .iter()
            .any(|(from, until)| (*from..*until).contains(&NOW));
        let kind = row.odd_type.unwrap_or(if licensed { 2 } else { 1 });
        assert_eq!(user["type"], kind, "{row:?}");
    }
}

#[test]
fn future_joiners_and_deleted_people_are_included() {
    let sim = Sim::new(config(400));
    let people = sim.history(0, TODAY - 365, TODAY + 365);
    assert!(people.iter().any(|person| person.deleted < NOW));
    let joiners: Vec<_> = people.iter().filter(|p| p.invited > NOW).collect();
    assert!(!joiners.is_empty());
    assert!(
        joiners
            .iter()
            .all(|p| p.hosted.is_empty() && p.sign_ins.is_empty())
    );
    assert!(joiners.iter().any(|p| !p.needs.is_empty()));
    assert!(people.iter().all(|p| {
        let working = p.activated.div_euclid(86_400)..=p.deactivated.div_euclid(86_400);
        p.needs.iter().all(|(day, _)| working.contains(day))
    }));
    let truth = sim.truth_of(0, TODAY - 365, TODAY + 365);
    assert!(
        truth
            .iter()
            .map(|row| &row.needs)
            .eq(people.iter().map(|row| &row.needs))
    );
}

#[test]
fn the_same_future_comes_whatever_the_moment() {
    let early = Sim::new(config(200));
    let mut config = config(200);
    config.now = std::sync::Arc::new(|| (NOW + 90 * 86_400) * 1000);
    let late = Sim::new(config);
    let needs = |sim: &Sim| -> Vec<_> {
        let rows = sim.history(0, TODAY - 30, TODAY + 180).into_iter();
        rows.map(|row| (row.id, row.needs)).collect()
    };
    assert_eq!(needs(&early), needs(&late));
}

#[test]
fn polls_and_registration_are_for_licensed_people_and_rare_for_those_who_need_little() {
    let sim = Sim::new(config(2_000));
    let mut used: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for person in sim.history(0, TODAY - 180, TODAY) {
        for row in &person.hosted {
            let licensed = person
                .licence
                .iter()
                .any(|(from, until)| (*from..*until).contains(&row.start));
            assert!(licensed || !(row.poll || row.registration || row.webinar || row.cloud));
            let count = used.entry(person.persona).or_default();
            count.0 += 1;
            count.1 += u32::from(row.poll || row.registration);
        }
    }
    for quiet in ["short-meeting host", "attendee", "webinar holder, unused"] {
        assert_eq!(used[quiet].1, 0, "{quiet}");
    }
    let (all, with) = used["regular host"];
    assert!(with > 0 && with < all / 10, "{with} of {all}");
}

#[tokio::test]
async fn some_people_have_two_accounts_and_some_invitations_hold_a_licence() {
    let world = World::new(2_000).await;
    let users = world.all("/users?page_size=300", "users").await;
    let second: Vec<_> = users
        .iter()
        .filter(|user| {
            let email = user["email"].as_str().unwrap();
            email.ends_with("@meridian-labs.example")
        })
        .collect();
    assert!((5..40).contains(&second.len()), "{}", second.len());
    for user in &second {
        let email = user["email"].as_str().unwrap();
        let local = email.split('@').next().unwrap();
        let first = format!("{local}@meridian.example");
        let first = users.iter().find(|user| user["email"] == first.as_str());
        let first = first.unwrap_or_else(|| panic!("{email} has no first account"));
        assert_eq!(first["display_name"], user["display_name"]);
        assert_eq!(
            first.get("employee_unique_id"),
            user.get("employee_unique_id")
        );
        let found = world.get(&format!("/users/{email}")).await.json;
        assert_eq!(found["id"], user["id"]);
    }
    let emails: HashSet<_> = users.iter().map(|user| user["email"].as_str()).collect();
    assert_eq!(emails.len(), users.len());
    let pending = world
        .all("/users?page_size=300&status=pending", "users")
        .await;
    let holding = pending.iter().filter(|user| user["type"] == 2).count() as u64;
    assert!(holding > 0);
    let usage = world.get("/accounts/me/plans/usage").await.json;
    assert_eq!(usage["plan_base"]["pending"], holding);
    let bought = world.sim.bought(0);
    assert_eq!(bought.base.pending, holding);
    assert_eq!(usage["plan_base"]["hosts"], bought.base.bought);
    assert!(bought.base.bought >= bought.base.assigned + holding);
    for plan in usage["plan_webinar"].as_array().unwrap() {
        let size: u16 = plan["type"].as_str().unwrap()[7..]
            .trim_end_matches("_yearly")
            .parse()
            .unwrap();
        assert_eq!(plan["usage"], bought.webinar[&size].assigned);
        assert_eq!(plan["hosts"], bought.webinar[&size].bought);
    }
}
