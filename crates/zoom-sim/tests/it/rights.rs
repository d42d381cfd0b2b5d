//! Scopes, roles and plans: the refused requests and their messages.

use crate::world::{World, config};
use zoom_sim::{Permission, Plan, ScopeStyle};

const REPORT: &str = "/report/activities?from=2026-11-01&to=2026-11-20";
const LOGS: &str = "/report/operationlogs?from=2026-11-01&to=2026-11-20";

#[tokio::test]
async fn missing_scopes_are_named_in_the_form_of_the_app() {
    for (style, code, left, missing) in [
        (
            ScopeStyle::Classic,
            4700,
            "user:read:admin",
            "group:read:admin",
        ),
        (
            ScopeStyle::Granular,
            4711,
            "user:read:list_users:admin",
            "group:read:list_groups:admin",
        ),
    ] {
        let mut config = config(50);
        config.scopes = style;
        let world = World::with(config).await;
        assert_eq!(world.get("/groups").await.status, 200);
        world
            .sim
            .control()
            .limit_scopes(Some(vec![left.to_owned()]));
        assert_eq!(world.get("/users").await.status, 200);
        let refused = world.get("/groups").await;
        assert_eq!(refused.refusal(), (400, code));
        assert!(refused.json["message"].as_str().unwrap().contains(missing));
    }
}

#[tokio::test]
async fn granular_apps_cannot_read_what_has_a_master_scope_only() {
    let granular = World::new(50).await;
    let mut config = config(50);
    config.scopes = ScopeStyle::Classic;
    let classic = World::with(config).await;
    for path in ["lock_settings", "managed_domains", "trusted_domains"] {
        let path = format!("/accounts/me/{path}");
        assert_eq!(granular.get(&path).await.refusal(), (400, 4711), "{path}");
        assert_eq!(classic.get(&path).await.status, 200, "{path}");
    }
    assert_eq!(granular.get("/accounts/me/plans/usage").await.status, 200);
}

#[tokio::test]
async fn the_role_of_the_installing_user_decides() {
    let world = World::new(50).await;
    let sign_ins = world.sim.sign_ins();
    for (user, allowed, refused, lacking) in [
        (1, REPORT, LOGS, None),
        (2, LOGS, REPORT, Some("UserActivitiesReport:Read")),
    ] {
        let code = world.code(&sign_ins[user], &[]).await;
        let tokens = world.exchange(&code, &[]).await;
        let token = tokens.json["access_token"].as_str().unwrap();
        assert_eq!(world.get_as(token, allowed).await.status, 200);
        let answer = world.get_as(token, refused).await;
        assert_eq!(answer.refusal(), (400, 200));
        assert_eq!(answer.json["message"], "No permission.");
        let listed = world.get_as(token, "/users/me/permissions").await;
        let codes: Vec<&str> = listed.json["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|c| c.as_str())
            .collect();
        assert!(codes.contains(&"User:Read"));
        assert!(
            lacking.is_none_or(|code| !codes.contains(&code)),
            "{codes:?}"
        );
    }
    world.sim.control().drop_permission(Permission::Groups);
    assert_eq!(world.get("/groups").await.refusal(), (400, 200));
    world.sim.control().restore_permission(Permission::Groups);
    assert_eq!(world.get("/groups").await.status, 200);
}

#[tokio::test]
async fn a_free_account_has_users_and_little_else() {
    let mut config = config(50);
    config.plan = Plan::Free;
    let world = World::with(config).await;
    assert!(
        world
            .all("/users?page_size=300", "users")
            .await
            .iter()
            .all(|user| user["type"] == 1)
    );
    assert_eq!(world.get("/groups").await.refusal(), (200, 200));
    assert_eq!(
        world.get("/accounts/me/settings").await.refusal(),
        (200, 200)
    );
    assert_eq!(
        world.get("/accounts/me/plans/usage").await.refusal(),
        (400, 200)
    );
    assert_eq!(world.get(REPORT).await.refusal(), (400, 200));
    let upcoming = "/report/upcoming_events?from=2026-11-23&to=2026-12-01";
    let refused = world.get(upcoming).await;
    assert_eq!(refused.refusal(), (400, 200));
    let text = format!(
        "This is only available for the paid account: {}",
        world.sim.accounts()[0].id
    );
    assert_eq!(refused.json["message"], text);
}

#[tokio::test]
async fn operations_outside_the_scopes_name_the_missing_scope() {
    for (style, code) in [(ScopeStyle::Classic, 4700), (ScopeStyle::Granular, 4711)] {
        let mut config = config(50);
        config.scopes = style;
        let world = World::with(config).await;
        for (path, classic, granular) in [
            ("/roles", "role:read:admin", "role:read:list_roles:admin"),
            (
                "/users/me/recordings",
                "recording:read:admin",
                "cloud_recording:read:list_user_recordings:admin",
            ),
            (
                "/users/me/webinars",
                "webinar:read:admin",
                "webinar:read:list_webinars:admin",
            ),
            (
                "/tracking_fields",
                "tracking_fields:read:admin",
                "tracking_field:read:list_tracking_fields:admin",
            ),
            (
                "/rooms",
                "room:read:admin",
                "zoom_rooms:read:list_rooms:admin",
            ),
            (
                "/divisions/x/users",
                "division:read:admin",
                "division:read:member:admin",
            ),
        ] {
            let refused = world.get(path).await;
            assert_eq!(refused.refusal(), (400, code), "{path}");
            let named = if code == 4700 { classic } else { granular };
            assert!(refused.text.contains(named), "{}", refused.text);
        }
    }
}

#[tokio::test]
async fn requests_are_read_as_http_says() {
    let world = World::new(50).await;
    let url = format!("{}/v2/users", world.base);
    let token = format!("bEARER {}", world.token);
    assert_eq!(world.token.split('.').count(), 3);
    let get = world.http.get(&url).header("authorization", &token);
    let answer = get.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-ratelimit-category"], "Medium");
    let head = world.http.head(&url).header("authorization", &token);
    let answer = head.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "");
    for (path, status, allow) in [
        ("users", 204, Some("GET, HEAD, OPTIONS")),
        ("users/me", 204, Some("GET, HEAD, PATCH, OPTIONS")),
        ("nothing", 404, None),
    ] {
        let url = format!("{}/v2/{path}", world.base);
        let answer = world.http.request(reqwest::Method::OPTIONS, url);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let found = answer.headers().get("allow").map(|v| v.to_str().unwrap());
        assert_eq!(found, allow);
    }
}

#[tokio::test]
async fn unknown_paths_dashboards_and_bad_tokens_are_refused() {
    let world = World::new(50).await;
    assert_eq!(world.get("/nothing/here").await.refusal(), (404, 2300));
    let metrics = world
        .get("/metrics/meetings?from=2026-11-01&to=2026-11-02")
        .await;
    assert_eq!(metrics.status, 400);
    assert!(
        metrics.json["message"]
            .as_str()
            .unwrap()
            .contains("Dashboard feature")
    );
    assert_eq!(
        world.get_as("nonsense", "/users").await.refusal(),
        (401, 124)
    );
    let in_query = format!("/users?access_token={}", world.token);
    assert_eq!(world.get(&in_query).await.refusal(), (401, 124));
    assert_eq!(
        world.get("/accounts/other/settings").await.refusal(),
        (404, 2001)
    );
    let mut config = config(50);
    config.scopes = ScopeStyle::Classic;
    let classic = World::with(config).await;
    assert_eq!(
        classic.get("/accounts/other/lock_settings").await.refusal(),
        (400, 2001)
    );
}
