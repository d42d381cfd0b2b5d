//! Changes of licences: the effects, the refusals and their messages.

use crate::world::{Answer, World, config};
use serde_json::{Value, json};
use zoom_sim::{Permission, ScopeStyle};

impl World {
    async fn writer(&self) -> String {
        let app = self.sim.write_credentials();
        let form = [
            ("grant_type", "account_credentials"),
            ("account_id", &app.account_id),
        ];
        let answer = self.token(&app.client_id, &app.client_secret, &form).await;
        answer.json["access_token"].as_str().unwrap().to_owned()
    }

    async fn patch(&self, token: &str, path: &str, body: &Value) -> Answer {
        let url = format!("{}/v2{path}", self.base);
        let request = self.http.patch(url).bearer_auth(token).json(body);
        Answer::of(request.send().await.unwrap()).await
    }

    async fn licensed(&self) -> Vec<Value> {
        let mut users = self.all("/users?page_size=300", "users").await;
        users.retain(|user| user["type"] == 2 && user["role_id"] != "0");
        users
    }

    async fn feature(&self, id: &Value) -> Value {
        let path = format!("/users/{}/settings", id.as_str().unwrap());
        self.get(&path).await.json["feature"].clone()
    }
}

fn path(user: &Value) -> String {
    format!("/users/{}", user["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_licence_is_taken_and_given_back() {
    let world = World::new(300).await;
    let token = world.writer().await;
    let user = world.licensed().await.swap_remove(3);
    let before = world.sim.bought(0).base;
    let done = world
        .patch(&token, &path(&user), &json!({ "type": 1 }))
        .await;
    assert_eq!((done.status, done.text.as_str()), (204, ""));
    assert_eq!(world.get(&path(&user)).await.json["type"], 1);
    let between = world.sim.bought(0).base;
    assert_eq!(between.assigned, before.assigned - 1);
    assert_eq!(between.bought, before.bought);
    let again = world
        .patch(&token, &path(&user), &json!({ "type": 1 }))
        .await;
    assert_eq!(again.status, 204);
    let back = world
        .patch(&token, &path(&user), &json!({ "type": 2 }))
        .await;
    assert_eq!(back.status, 204);
    assert_eq!(world.get(&path(&user)).await.json["type"], 2);
    let log = "/report/operationlogs?from=2026-11-23&to=2026-11-23&page_size=300";
    let log = world.all(log, "operation_logs").await;
    let email = user["email"].as_str().unwrap();
    let named = log
        .iter()
        .filter(|row| row["operation_detail"].as_str().unwrap().contains(email));
    assert_eq!(named.count(), 2);
}

#[tokio::test]
async fn an_add_on_is_taken_alone_and_goes_with_the_licence() {
    let world = World::new(2_000).await;
    let token = world.writer().await;
    let mut holder = None;
    for user in world.licensed().await {
        let feature = world.feature(&user["id"]).await;
        if feature["webinar"] == true {
            holder = Some((user, feature));
            break;
        }
    }
    let (user, before) = holder.unwrap();
    let settings = format!("{}/settings", path(&user));
    let off = json!({ "feature": { "webinar": false } });
    assert_eq!(world.patch(&token, &settings, &off).await.status, 204);
    let mut after = world.feature(&user["id"]).await;
    assert_eq!(after["webinar"], false);
    for member in ["webinar", "webinar_capacity"] {
        after[member] = before[member].clone();
    }
    assert_eq!(after, before, "nothing else has changed");
    let on =
        json!({ "feature": { "webinar": true, "webinar_capacity": before["webinar_capacity"] } });
    assert_eq!(world.patch(&token, &settings, &on).await.status, 204);
    assert_eq!(world.feature(&user["id"]).await, before);
    for kind in [1, 2] {
        let done = world
            .patch(&token, &path(&user), &json!({ "type": kind }))
            .await;
        assert_eq!(done.status, 204);
    }
    assert_eq!(world.feature(&user["id"]).await["webinar"], false);
}

#[tokio::test]
async fn seats_run_out() {
    let world = World::new(100).await;
    let token = world.writer().await;
    let users = world.all("/users?page_size=300", "users").await;
    let mut last = None;
    for user in users.iter().filter(|user| user["type"] == 1) {
        let answer = world
            .patch(&token, &path(user), &json!({ "type": 2 }))
            .await;
        if answer.status != 204 {
            last = Some(answer);
            break;
        }
    }
    let refused = last.expect("seats end before the people");
    let seats = world.sim.bought(0).base;
    assert_eq!(seats.assigned + seats.pending, seats.bought);
    assert_eq!(refused.refusal(), (400, 200));
    let text = format!("You can add max {} paid users.", seats.bought);
    assert_eq!(refused.json["message"], text.as_str());
}

#[tokio::test]
async fn a_refused_write_names_its_reason() {
    for (style, code) in [(ScopeStyle::Classic, 4700), (ScopeStyle::Granular, 4711)] {
        let mut config = config(300);
        config.scopes = style;
        let world = World::with(config).await;
        let token = world.writer().await;
        let user = world.licensed().await.swap_remove(3);
        let basic = json!({ "type": 1 });
        // The reading app may not write, and the writing app may not read reports.
        let refused = world.patch(&world.token, &path(&user), &basic).await;
        assert_eq!(refused.refusal(), (400, code));
        let refused = world
            .get_as(&token, "/report/users?from=2026-11-01&to=2026-11-20")
            .await;
        assert_eq!(refused.refusal(), (400, code));
        world.sim.control().drop_permission(Permission::UsersEdit);
        let refused = world.patch(&token, &path(&user), &basic).await;
        assert_eq!(refused.refusal(), (400, 200));
        assert_eq!(world.get(&path(&user)).await.json["type"], 2);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let world = World::new(300).await;
    let token = world.writer().await;
    let users = world.all("/users?page_size=300", "users").await;
    let licensed = world.licensed().await.swap_remove(3);
    let pending = world
        .all("/users?status=pending", "users")
        .await
        .swap_remove(0);
    let pending = format!("/users/{}", pending["email"].as_str().unwrap());
    let basic = users.iter().find(|user| user["type"] == 1).unwrap();
    let odd = users.iter().find(|user| user["type"] == 4);
    let owner = users.iter().find(|user| user["role_id"] == "0").unwrap();
    let settings = |user: &Value| format!("{}/settings", path(user));
    let webinar = json!({ "feature": { "webinar": true, "webinar_capacity": 500 } });
    let mut cases = vec![
        (path(&licensed), json!({ "type": 7 }), (400, 300)),
        (path(&licensed), json!({ "type": 99 }), (400, 1108)),
        (path(&licensed), json!([1]), (400, 300)),
        (path(&licensed), json!({ "licence": 1 }), (400, 300)),
        (path(owner), json!({ "type": 1 }), (400, 1108)),
        (pending.clone(), json!({ "type": 1 }), (400, 1120)),
        (format!("{pending}/settings"), webinar.clone(), (400, 1000)),
        (
            "/users/nobody".to_owned(),
            json!({ "type": 1 }),
            (404, 1001),
        ),
        (settings(basic), webinar, (400, 1122)),
        (
            settings(&licensed),
            json!({ "feature": { "webinar": "yes" } }),
            (400, 300),
        ),
        (
            settings(&licensed),
            json!({ "feature": { "webinar": true, "webinar_capacity": 700 } }),
            (400, 300),
        ),
        (settings(&licensed), json!({ "in_meeting": {} }), (400, 300)),
        ("/groups/one".to_owned(), json!({}), (404, 2300)),
    ];
    if let Some(odd) = odd {
        cases.push((path(odd), json!({ "type": 1 }), (400, 1108)));
    }
    for (path, body, refusal) in cases {
        let answer = world.patch(&token, &path, &body).await;
        assert_eq!(answer.refusal(), refusal, "{path} {body}: {}", answer.text);
    }
}
