//! The rules of paging, and the contents of lists.

use crate::world::{World, config};
use serde_json::Value;
use std::collections::HashSet;
use zoom_sim::{Config, Faults};

fn emails(rows: &[Value]) -> HashSet<String> {
    rows.iter()
        .map(|row| row["email"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn all_pages_of_all_statuses_hold_everybody_exactly_once() {
    let world = World::new(1_000).await;
    let (mut seen, mut count) = (HashSet::new(), 0);
    for status in ["active", "inactive", "pending"] {
        for size in [7, 300] {
            let path = format!("/users?status={status}&page_size={size}");
            let rows = world.all(&path, "users").await;
            let total = world.get(&path).await.json["total_records"]
                .as_u64()
                .unwrap();
            assert_eq!(rows.len() as u64, total, "{status}");
            assert!(rows.iter().all(|row| row["status"] == status));
            assert_eq!(
                rows.iter().any(|row| row.get("id").is_some()),
                status != "pending"
            );
            if size == 300 {
                count += rows.len();
                seen.extend(emails(&rows));
            }
        }
    }
    assert_eq!((count, seen.len()), (1_000, 1_000));
}

#[tokio::test]
async fn groups_have_their_size_and_members_agree_with_users() {
    let world = World::new(400).await;
    let users = [
        world.all("/users?page_size=300", "users").await,
        world
            .all("/users?page_size=300&status=inactive", "users")
            .await,
    ]
    .concat();
    let groups = world.all("/groups?page_size=5", "groups").await;
    assert!(groups.len() > 15);
    for group in groups {
        let id = group["id"].as_str().unwrap();
        let members = world
            .all(&format!("/groups/{id}/members?page_size=50"), "members")
            .await;
        assert_eq!(group["total_members"], members.len());
        let listed: HashSet<String> = users
            .iter()
            .filter(|user| user["group_ids"].as_array().unwrap().contains(&group["id"]))
            .map(|user| user["email"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(emails(&members), listed, "{group}");
    }
    assert_eq!(world.get("/groups/nothere").await.refusal(), (404, 4130));
}

#[tokio::test]
async fn page_tokens_are_bound_to_their_query_and_end_after_fifteen_minutes() {
    let world = World::new(200).await;
    let first = world.get("/users?page_size=10").await;
    let token = first.json["next_page_token"].as_str().unwrap();
    let with = |query: &str| format!("/users?{query}&next_page_token={token}");
    assert_eq!(world.get(&with("page_size=10")).await.status, 200);
    assert_eq!(world.get(&with("page_size=11")).await.refusal(), (400, 300));
    assert_eq!(
        world
            .get(&with("page_size=10&status=inactive"))
            .await
            .refusal(),
        (400, 300)
    );
    assert_eq!(
        world
            .get(&format!("{}x", with("page_size=10")))
            .await
            .refusal(),
        (400, 300)
    );
    world.advance_ms(15 * 60 * 1000 - 1);
    assert_eq!(world.get(&with("page_size=10")).await.status, 200);
    world.advance_ms(1);
    let late = world.get(&with("page_size=10")).await;
    assert_eq!(late.refusal(), (400, 300));
    assert_eq!(
        late.json["message"],
        "The next page token is invalid or expired."
    );
}

#[tokio::test]
async fn page_size_is_thirty_by_default_and_has_a_maximum() {
    let world = World::new(200).await;
    assert_eq!(
        world.get("/users").await.json["users"]
            .as_array()
            .unwrap()
            .len(),
        30
    );
    assert_eq!(world.get("/users?page_size=2000").await.status, 200);
    for (given, used) in [("9999", 2000), ("0", 30), ("-1", 30), ("many", 30)] {
        let answer = world.get(&format!("/users?page_size={given}")).await;
        assert_eq!(answer.json["page_size"], used, "{given}");
    }
    let tolerated = world.get("/users/?status=unknown").await;
    assert_eq!(tolerated.json["users"][0]["status"], "active");
    world
        .sim
        .control()
        .edit_faults(|faults| faults.strict = true);
    for wrong in ["2001", "0", "-1", "many"] {
        let answer = world.get(&format!("/users?page_size={wrong}")).await;
        assert_eq!(answer.refusal(), (400, 300), "{wrong}");
        assert_eq!(answer.json["errors"][0]["field"], "page_size");
    }
    let unknown = world.get("/users?status=unknown").await;
    assert_eq!(unknown.json["errors"][0]["field"], "status");
    assert_eq!(world.get("/users/").await.refusal(), (404, 2300));
}

#[tokio::test]
async fn pages_can_be_requested_by_number_until_they_are_empty() {
    let world = World::new(300).await;
    let group = world.get("/groups").await.json["groups"][0].clone();
    let members = format!(
        "/groups/{}/members?page_size=7",
        group["id"].as_str().unwrap()
    );
    let report = "/report/users?type=active&from=2026-11-01&to=2026-11-22&page_size=7";
    let report_rows = world.all(report, "users").await;
    let host = report_rows[0]["id"].as_str().unwrap();
    let meetings = format!("/users/{host}/meetings?page_size=2");
    for (path, name, by_token) in [
        (
            "/users?page_size=30",
            "users",
            world.all("/users?page_size=30", "users").await,
        ),
        (&members, "members", world.all(&members, "members").await),
        (report, "users", report_rows.clone()),
        (
            &meetings,
            "meetings",
            world.all(&meetings, "meetings").await,
        ),
    ] {
        let mut rows = Vec::new();
        for number in 1..200 {
            let page = world
                .get(&format!("{path}&page_number={number}"))
                .await
                .json;
            assert_eq!(page["page_number"], number, "{path}");
            assert_eq!(page["page_count"].is_u64(), number == 1, "{path}");
            let of_page = page[name].as_array().unwrap();
            if of_page.is_empty() {
                break;
            }
            rows.extend(of_page.clone());
        }
        assert_eq!(rows, by_token, "{path}");
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_people_and_another_gives_others() {
    let (one, two) = (World::new(100).await, World::new(100).await);
    let mut other = config(100);
    other.seed = 8;
    let three = World::with(other).await;
    let path = "/users?page_size=300";
    let pages = [
        one.get(path).await,
        two.get(path).await,
        three.get(path).await,
    ];
    assert_eq!(pages[0].json, pages[1].json);
    assert_ne!(pages[0].json, pages[2].json);
}

#[tokio::test]
async fn users_are_found_by_id_and_address_and_pending_ones_have_no_settings() {
    let world = World::new(300).await;
    let users = world.all("/users?page_size=300", "users").await;
    for user in users.iter().step_by(41) {
        let by_id = world
            .get(&format!("/users/{}", user["id"].as_str().unwrap()))
            .await;
        let by_mail = world
            .get(&format!("/users/{}", user["email"].as_str().unwrap()))
            .await;
        assert_eq!(by_id.json, by_mail.json);
        assert_eq!(by_id.json["last_login_time"], user["last_login_time"]);
        assert!(by_id.json["account_id"].is_string());
        let settings = world
            .get(&format!("/users/{}/settings", user["id"].as_str().unwrap()))
            .await;
        assert!(
            settings.json["feature"]["meeting_capacity"].is_i64(),
            "{}",
            settings.text
        );
    }
    let pending = world.all("/users?status=pending", "users").await;
    let path = format!("/users/{}/settings", pending[0]["email"].as_str().unwrap());
    assert_eq!(world.get(&path).await.refusal(), (400, 1000));
    assert_eq!(
        world.get("/users/nobody@meridian.example").await.refusal(),
        (404, 1001)
    );
    let elsewhere = world.sim.accounts()[1].sign_ins[0].email.clone();
    assert_eq!(
        world.get(&format!("/users/{elsewhere}")).await.refusal(),
        (400, 1010)
    );
}

#[tokio::test]
async fn the_suite_of_a_user_is_in_the_profile_and_in_lists_only_with_several_subscriptions() {
    let several = Faults {
        several_subscriptions: true,
        ..Faults::default()
    };
    for faults in [Faults::default(), several] {
        let listed = faults.several_subscriptions;
        let world = World::with(Config {
            suites: true,
            faults,
            ..config(1_000)
        })
        .await;
        let users = world.all("/users?page_size=300", "users").await;
        let mut options = std::collections::BTreeMap::new();
        for user in users.iter().filter(|user| user["type"] == 2) {
            let path = format!("/users/{}", user["id"].as_str().unwrap());
            let alone = world.get(&path).await.json;
            let option = alone["zoom_one_type"].as_u64();
            *options.entry(option).or_insert(0) += 1;
            assert_eq!(alone["license_info_list"], user["license_info_list"]);
            assert_eq!(user["zoom_one_type"], Value::Null);
            let in_list = user["license_info_list"][0]["license_option"].as_u64();
            assert_eq!(in_list, option.filter(|_| listed));
        }
        // Two in three or so have the plain licence.
        assert!(
            options.len() > 4 && options[&None] > options[&Some(16)],
            "{options:?}"
        );
        let usage = world.get("/accounts/me/plans/usage").await.json;
        let premier = &usage["plan_zoom_one_premier"][0];
        assert_eq!(premier["usage"], options[&Some(1 << 27)]);
        assert!(premier["hosts"].as_u64() >= premier["usage"].as_u64());
    }
}

#[tokio::test]
async fn people_changed_while_running_differ_from_then_on() {
    let world = World::new(100).await;
    let control = world.sim.control();
    let email = |user: &Value| user["email"].as_str().unwrap().to_owned();
    let users = world.all("/users?page_size=300", "users").await;
    let (gone, renamed) = (email(&users[20]), email(&users[21]));
    let (one, two) = (email(&users[22]), email(&users[23]));
    assert!(control.delete_user(0, &gone));
    assert!(control.rename_user(0, &renamed, "New", "Name"));
    assert!(control.swap_emails(0, &one, &two));
    let created = control.create_user(0).unwrap();
    let after = world.all("/users?page_size=300", "users").await;
    assert_eq!(after.len(), users.len());
    assert!(!emails(&after).contains(&gone) && emails(&after).contains(&created));
    let by_id = |id: &Value| after.iter().find(|user| user["id"] == *id).unwrap().clone();
    assert_eq!(by_id(&users[21]["id"])["display_name"], "New Name");
    assert_eq!(by_id(&users[22]["id"])["email"], two.as_str());
    assert_eq!(by_id(&users[23]["id"])["email"], one.as_str());
    let found = world.get(&format!("/users/{two}")).await;
    assert_eq!(found.json["id"], users[22]["id"]);
    assert_eq!(
        world.get(&format!("/users/{gone}")).await.refusal(),
        (404, 1001)
    );
}
