//! Faults that are injected into `zoom-sim` from outside.

use reqwest::Method;
use serde_json::Value;
use testkit::database::{Database, Kind};
use testkit::web::{Seen, Visitor};

use crate::program::seatwise;

async fn call(base: &str, method: Method, path: &str, body: Option<&str>) -> Seen {
    let url = format!("{base}{path}").parse().unwrap();
    let body = body.map(str::to_owned);
    Visitor::new().send(method, &url, &[], body).await
}

#[tokio::test]
async fn a_fault_injected_over_control_is_seen_by_a_sync() {
    let mut sim = seatwise().start(&[
        "zoom-sim",
        "--users",
        "20",
        "--no-limits",
        "--listen",
        "127.0.0.1:0",
        "--control",
        "127.0.0.1:0",
        "--print-credentials",
    ]);
    let line = sim.line_with("control_url").await;
    let zoom: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| zoom[name].as_str().unwrap().to_owned();
    let control = text("control_url");
    let database = Database::new(Kind::Sqlite);
    let program = seatwise()
        .env("SEATWISE_DATA_DIR", database.directory())
        .env("SEATWISE_ZOOM_API_URL", text("api_url"))
        .env("SEATWISE_ZOOM_OAUTH_URL", text("oauth_url"));
    let (account, client) = (text("account_id"), text("client_id"));
    let add = [
        "integrations",
        "add-s2s",
        "--account-id",
        &account,
        "--client-id",
        &client,
    ];
    let add = [&add[..], &["--client-secret-file", "-"]].concat();
    program
        .run_with_input(&add, &text("client_secret"))
        .await
        .good();

    let fault = r#"{"path": "GET /users", "effect": {"status": {"status": 400,
        "headers": [["content-type", "application/json"]],
        "body": "{\"code\": 300, \"message\": \"Broken on purpose.\"}"}}}"#;
    let made = call(&control, Method::POST, "/faults", Some(fault)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let failed = program.run(&["sync"]).await;
    assert_eq!(failed.code, Some(5), "{}{}", failed.out, failed.err);
    let all = format!("{}{}", failed.out, failed.err);
    assert!(
        all.contains("Broken on purpose") && all.contains("400"),
        "{all}"
    );
    let requests = call(&control, Method::GET, "/requests", None).await.json();
    let requests = requests["requests"].as_array().unwrap().clone();
    let refused = |entry: &&Value| entry["path"] == "/users" && entry["status"] == 400;
    assert!(requests.iter().any(|entry| refused(&entry)), "{requests:?}");

    let cleared = call(&control, Method::DELETE, "/faults", None).await;
    assert_eq!(cleared.status, 204);
    program.run(&["sync"]).await.good();
}

#[tokio::test]
async fn the_control_interface_is_refused_on_other_addresses() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8082"] {
        let refused = seatwise().run(&["zoom-sim", "--control", address]).await;
        assert_eq!(refused.code, Some(2), "{}", refused.err);
        assert!(refused.err.contains("--control"), "{}", refused.err);
    }
}
