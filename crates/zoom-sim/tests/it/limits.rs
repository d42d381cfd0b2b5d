//! Rate limits: never more requests in any second than the plan allows, and correct refusals.

use crate::world::{World, config};
use zoom_sim::{Category, LimitHeaders, Plan};

async fn world(plan: Plan) -> World {
    let mut config = config(50);
    config.plan = plan;
    config.limits = true;
    World::with(config).await
}

#[tokio::test]
async fn no_second_lets_more_through_than_allowed() {
    for (plan, most) in [(Plan::Free, 2), (Plan::Pro, 20), (Plan::Business, 60)] {
        let world = world(plan).await;
        let mut passed: Vec<i64> = Vec::new();
        // A call every 7 ms, which is faster than allowed and crosses the ends of clock seconds.
        for call in 0..400_i64 {
            let answer = world.get("/users?page_size=1").await;
            if answer.status == 200 {
                passed.push(call * 7);
            } else {
                assert_eq!(answer.refusal(), (429, 429));
                assert!(
                    answer.json["message"]
                        .as_str()
                        .unwrap()
                        .contains("per-second")
                );
                assert!(answer.headers.get("retry-after").is_none());
            }
            world.advance_ms(7);
        }
        for window in passed.windows(most + 1) {
            assert!(window[most] - window[0] >= 1000, "{plan:?}: {window:?}");
        }
        let stats = world.sim.stats();
        assert_eq!(stats.peak_per_second["medium"], most as u64);
        assert_eq!(stats.requests["medium"], 400);
        assert_eq!(stats.refused, 400 - passed.len() as u64);
    }
}

#[tokio::test]
async fn categories_and_accounts_do_not_share_their_seconds() {
    let world = world(Plan::Free).await;
    for _ in 0..2 {
        assert_eq!(world.get("/users").await.status, 200);
    }
    assert_eq!(world.get("/users").await.status, 429);
    assert_eq!(world.get("/users/me").await.status, 200);
    let user = &world.sim.accounts()[1].sign_ins[0];
    let tokens = world.exchange(&world.code(user, &[]).await, &[]).await;
    let other = tokens.json["access_token"].as_str().unwrap();
    assert_eq!(world.get_as(other, "/users").await.status, 200);
}

#[tokio::test]
async fn r11_the_daily_pool_ends_at_midnight_utc() {
    let mut world = world(Plan::Pro).await;
    world.sim.control().drain_daily(0, Category::Heavy, 1);
    let path = "/report/users?type=active&from=2026-11-20&to=2026-11-22";
    assert_eq!(world.get(path).await.status, 200);
    let refused = world.get(path).await;
    assert_eq!(refused.refusal(), (429, 429));
    assert!(refused.json["message"].as_str().unwrap().contains("daily"));
    assert_eq!(refused.headers["retry-after"], "2026-11-24T00:00:00Z");
    assert_eq!(
        world.get("/users").await.status,
        200,
        "other categories go on"
    );
    world.advance_ms(14 * 3_600_000 - 1);
    world.renew().await;
    assert_eq!(world.get(path).await.status, 429);
    world.advance_ms(1);
    assert_eq!(world.get(path).await.status, 200);
}

#[tokio::test]
async fn r11_every_form_of_headers_can_be_had() {
    let world = world(Plan::Free).await;
    for (mode, header, value) in [
        (LimitHeaders::All, "x-ratelimit-category", "Medium"),
        (LimitHeaders::All, "x-ratelimit-type", "QPS"),
        (LimitHeaders::All, "x-ratelimit-limit", "2"),
        (LimitHeaders::Seconds, "retry-after", "1"),
        (
            LimitHeaders::HttpDate,
            "retry-after",
            "Mon, 23 Nov 2026 10:00:01 GMT",
        ),
        (LimitHeaders::Absurd, "retry-after", "315360000"),
        (LimitHeaders::Contradicting, "x-ratelimit-remaining", "17"),
    ] {
        world
            .sim
            .control()
            .edit_faults(|faults| faults.limit_headers = mode);
        let mut answer = world.get("/users").await;
        while answer.status == 200 {
            answer = world.get("/users").await;
        }
        assert_eq!(answer.headers[header], value, "{mode:?}");
    }
}
