//! The control interface over HTTP.

use crate::world::{Answer, World};
use serde_json::{Value, json};
use zoom_sim::{Effect, Injection};

/// A client of the control interface of a world.
struct Remote {
    base: String,
    http: reqwest::Client,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Remote {
    async fn of(world: &World) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let until = async move { drop(stopped.await) };
        tokio::spawn(zoom_sim::serve_control(listener, world.sim.clone(), until));
        Self {
            base,
            http: world.http.clone(),
            _stop: stop,
        }
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
    }

    async fn inject(&self, fault: Value) -> Answer {
        self.call("POST", "/faults", &fault.to_string()).await
    }

    async fn faults(&self) -> Vec<Value> {
        let listed = self.call("GET", "/faults", "").await.json;
        listed["faults"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn faults_are_injected_listed_and_removed_over_http() {
    let world = World::new(20).await;
    let remote = Remote::of(&world).await;
    let refused = json!({"status": {"status": 502, "body": "bad gateway"}});
    let fault = json!({"path": "/users", "nth": 2, "times": 1, "effect": refused});
    let made = remote.inject(fault).await;
    assert_eq!((made.status, &made.json), (201, &json!({"id": 1})));
    let made = remote
        .inject(json!({"path": "GET /groups", "effect": "cut"}))
        .await;
    assert_eq!(made.json["id"], 2);
    for expected in [200, 502, 200] {
        assert_eq!(world.get("/users").await.status, expected);
    }
    let faults = remote.faults().await;
    assert_eq!(
        faults[0],
        json!({"id": 1, "path": "/users", "nth": 2, "times": 1, "calls": 3, "effect": {
            "status": {"status": 502, "headers": [], "body": "bad gateway"}}})
    );
    assert_eq!(faults[1]["times"], Value::Null, "for ever");
    assert_eq!(remote.call("DELETE", "/faults/1", "").await.status, 204);
    assert_eq!(remote.call("DELETE", "/faults/1", "").await.status, 404);
    assert_eq!(remote.faults().await.len(), 1);
    // Those of Rust tests are listed too.
    let run = Effect::Run(std::sync::Arc::new(|| ()));
    world.sim.control().inject(Injection::always("*", run));
    assert_eq!(remote.faults().await[1]["effect"], "Run");
    assert_eq!(remote.call("DELETE", "/faults", "").await.status, 204);
    assert!(remote.faults().await.is_empty());
}

#[tokio::test]
async fn every_effect_and_switch_can_be_written_as_json() {
    let world = World::new(20).await;
    let remote = Remote::of(&world).await;
    for effect in [
        json!({"limited": {"daily": true, "headers": "http_date"}}),
        json!({"limited": {}}),
        json!({"storm": 50}),
        json!({"slow": 1}),
        json!({"html": 403}),
        json!({"overlap": 3}),
        json!({"short_page": 0}),
        json!({"total_records": -5}),
        json!({"missing": "email"}),
        json!({"huge": 10}),
        json!({"deep": 10}),
        json!("lost"),
        json!("truncated"),
        json!("empty"),
        json!("garbage"),
        json!("invalid_utf8"),
        json!("duplicate_page"),
        json!("page_one_again"),
        json!("same_token"),
        json!("no_token"),
        json!("expired_token"),
        json!("reordered"),
        json!("wrong_types"),
        json!("nulls"),
    ] {
        let made = remote
            .inject(json!({"path": "/none", "effect": effect}))
            .await;
        assert_eq!(made.status, 201, "{effect}: {}", made.text);
    }
    let set = remote
        .call(
            "PUT",
            "/switches",
            r#"{"no_api_url": true, "refresh": {"grace": 60}}"#,
        )
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(set.json["refresh"], json!({"grace": 60}));
    assert_eq!(remote.call("GET", "/switches", "").await.json, set.json);
    let off = remote.call("PUT", "/switches", "{}").await;
    assert_eq!(off.json["no_api_url"], false);
}

/// Method, path, body, and what the error names.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("POST", "/faults", r#"{"effect": "cut"}"#, "path"),
    ("POST", "/faults", r#"{"path": "/users"}"#, "effect"),
    (
        "POST",
        "/faults",
        r#"{"path": "users", "effect": "cut"}"#,
        "path",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": "cut", "colour": 1}"#,
        "colour",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": "explode"}"#,
        "explode",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": "edit"}"#,
        "edit",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": {"slow": "much"}}"#,
        "slow",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": {"status": {"status": 200, "text": ""}}}"#,
        "text",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "effect": {"html": 99}}"#,
        "effect",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "nth": 0, "effect": "cut"}"#,
        "nth",
    ),
    (
        "POST",
        "/faults",
        r#"{"path": "*", "times": -1, "effect": "cut"}"#,
        "times",
    ),
    ("POST", "/faults", "nonsense", "JSON"),
    (
        "PUT",
        "/switches",
        r#"{"no_api_urls": true}"#,
        "no_api_urls",
    ),
    (
        "PUT",
        "/switches",
        r#"{"limit_headers": "odd"}"#,
        "limit_headers",
    ),
];

#[tokio::test]
async fn wrong_input_of_the_control_interface_is_refused_by_name() {
    let world = World::new(20).await;
    let remote = Remote::of(&world).await;
    for (method, path, body, says) in WRONG {
        let answer = remote.call(method, path, body).await;
        let error = answer.json["error"].as_str().unwrap();
        assert_eq!(answer.status, 400, "{body}: {error}");
        assert!(error.contains(says), "{body}: {error}");
    }
    assert!(remote.faults().await.is_empty());
    assert_eq!(remote.call("GET", "/fault", "").await.status, 404);
    // A page of any site may send such a request to this machine.
    let request = remote.http.post(format!("{}/faults", remote.base));
    let sent = request.header("origin", "https://evil.example").body("{}");
    assert_eq!(sent.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_status() {
    let world = World::new(20).await;
    let remote = Remote::of(&world).await;
    remote.call("DELETE", "/requests", "").await;
    world.get("/users").await;
    world.get("/users?page_size=2").await;
    for user in ["nobody@example.com", "somebody@example.com"] {
        world.get(&format!("/users/{user}/settings")).await;
    }
    remote
        .inject(json!({"path": "/users", "effect": {"html": 503}}))
        .await;
    world.get("/users").await;
    world.get("/no/such/path").await;
    let seen = remote.call("GET", "/requests", "").await.json;
    let counted = |method: &str, path: &str, status: u16, requests: u64| json!({"method": method, "path": path, "status": status, "requests": requests});
    assert_eq!(
        seen["requests"],
        json!([
            counted("GET", "/users", 200, 2),
            counted("GET", "/users", 503, 1),
            counted("GET", "/users/{}/settings", 404, 2),
            counted("other", "other", 404, 1),
        ])
    );
}
