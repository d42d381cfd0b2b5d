//! Injected faults: each effect changes the answer as documented.

use crate::world::World;
use serde_json::Value;
use std::sync::Arc;
use zoom_sim::{Effect, Injection, LimitHeaders};

const PATH: &str = "/users?page_size=20";

impl World {
    async fn second(&self, effect: Effect) -> (Value, crate::world::Answer) {
        let control = self.sim.control();
        control.clear_injections();
        control.inject(Injection::once("/users", 2, effect));
        let first = self.get(PATH).await.json;
        let token = first["next_page_token"].as_str().unwrap();
        let second = self.get(&format!("{PATH}&next_page_token={token}")).await;
        (first, second)
    }
}

#[tokio::test]
async fn r05_to_r08_pages_go_wrong_on_demand() {
    let world = World::new(200).await;
    let (_, right) = world.second(Effect::Slow(0)).await;
    let (_, answer) = world.second(Effect::ExpiredToken).await;
    assert_eq!(answer.refusal(), (400, 300));
    let (first, answer) = world.second(Effect::PageOneAgain).await;
    assert_eq!(answer.json["users"], first["users"]);
    let (first, answer) = world.second(Effect::SameToken).await;
    assert_eq!(answer.json["next_page_token"], first["next_page_token"]);
    let (_, answer) = world.second(Effect::NoToken).await;
    assert_eq!(answer.json["next_page_token"], "");
    let (first, answer) = world.second(Effect::DuplicatePage).await;
    assert_eq!(answer.json["users"], first["users"]);
    assert_ne!(answer.json["next_page_token"], "");
    let (first, answer) = world.second(Effect::Overlap(3)).await;
    let rows = answer.json["users"].as_array().unwrap();
    assert_eq!(rows.len(), 23);
    assert_eq!(rows[..3], first["users"].as_array().unwrap()[17..]);
    let (_, answer) = world.second(Effect::Reordered).await;
    assert_eq!(answer.json["users"][0], right.json["users"][19]);
    let (first, answer) = world.second(Effect::TotalRecords(5)).await;
    assert_eq!(
        answer.json["total_records"].as_u64(),
        first["total_records"].as_u64().map(|n| n + 5)
    );
}

#[tokio::test]
async fn r07_short_and_empty_pages_lose_no_user() {
    let world = World::new(200).await;
    let whole = world.all(PATH, "users").await;
    for rows in [0, 7] {
        world.sim.control().clear_injections();
        world
            .sim
            .control()
            .inject(Injection::once("/users", 2, Effect::ShortPage(rows)));
        assert_eq!(world.all(PATH, "users").await, whole);
    }
}

#[tokio::test]
async fn r13_r14_r15_bodies_and_statuses_go_wrong_on_demand() {
    let world = World::new(200).await;
    let (_, answer) = world.second(Effect::Html(403)).await;
    assert!(answer.status == 403 && answer.text.contains("Sorry, you have been blocked"));
    let status = Effect::Status {
        status: 502,
        headers: Vec::new(),
        body: "bad gateway".to_owned(),
    };
    assert_eq!(world.second(status).await.1.status, 502);
    for effect in [Effect::Truncated, Effect::Garbage, Effect::Empty] {
        let (_, answer) = world.second(effect).await;
        assert!(answer.status == 200 && answer.json.is_null());
    }
    let (_, answer) = world.second(Effect::WrongTypes).await;
    assert!(answer.json["users"][0]["email"].is_number());
    let (_, answer) = world.second(Effect::Missing("email".to_owned())).await;
    assert!(answer.json["users"][0].get("email").is_none());
    let (_, answer) = world.second(Effect::Huge(100_000)).await;
    assert_eq!(
        answer.json["users"][0]["dept"].as_str().unwrap().len(),
        100_000
    );
    let (_, answer) = world.second(Effect::Deep(50)).await;
    assert!(answer.json["deep"].is_array());
    let limited = Effect::Limited {
        daily: true,
        headers: LimitHeaders::Seconds,
    };
    let (_, answer) = world.second(limited).await;
    assert_eq!(
        (
            answer.status,
            answer.headers["retry-after"].to_str().unwrap()
        ),
        (429, "1")
    );
}

#[tokio::test]
async fn connections_break_in_the_middle_and_before_the_first_byte() {
    let world = World::new(100).await;
    for effect in [Effect::Cut, Effect::Lost] {
        world
            .sim
            .control()
            .inject(Injection::once("/users", 1, effect));
        let url = format!("{}/v2/users", world.base);
        let answer = world.http.get(url).bearer_auth(&world.token).send().await;
        let broken = match answer {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken);
        world.sim.control().clear_injections();
        assert_eq!(world.get("/users").await.status, 200);
    }
}

#[tokio::test]
async fn r09_people_change_between_pages_and_k05_tokens_fail() {
    let world = World::new(100).await;
    let all = world.all(PATH, "users").await;
    let last = all.last().unwrap()["email"].as_str().unwrap().to_owned();
    let (control, gone) = (world.sim.control(), last.clone());
    let run = Arc::new(move || assert!(control.delete_user(0, &gone)));
    world
        .sim
        .control()
        .inject(Injection::once("/users", 2, Effect::Run(run)));
    let after = world.all(PATH, "users").await;
    assert_eq!(after.len(), all.len() - 1);
    assert!(after.iter().all(|user| user["email"] != last.as_str()));
    world
        .sim
        .control()
        .inject(Injection::once("/oauth/token", 1, Effect::Html(503)));
    let app = world.sim.credentials();
    let form = [
        ("grant_type", "account_credentials"),
        ("account_id", app.account_id.as_str()),
    ];
    assert_eq!(
        world
            .token(&app.client_id, &app.client_secret, &form)
            .await
            .status,
        503
    );
    assert_eq!(
        world
            .token(&app.client_id, &app.client_secret, &form)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn r12_a_storm_refuses_most_calls() {
    let world = World::new(50).await;
    world
        .sim
        .control()
        .inject(Injection::always("*", Effect::Storm(95)));
    let mut refused = 0;
    for _ in 0..200 {
        refused += usize::from(world.get("/users?page_size=1").await.status == 429);
    }
    assert!((175..200).contains(&refused), "{refused}");
}

#[tokio::test]
async fn s08_hostile_names_are_a_switch() {
    let world = World::new(100).await;
    assert!(
        !world
            .get("/users?page_size=300")
            .await
            .text
            .contains("<script>")
    );
    world
        .sim
        .control()
        .edit_faults(|faults| faults.hostile_names = true);
    assert!(
        world
            .get("/users?page_size=300")
            .await
            .text
            .contains("<script>")
    );
}
