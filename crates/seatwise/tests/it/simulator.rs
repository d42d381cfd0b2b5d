//! Faults that are injected into `zoom-sim` from outside.

use reqwest::Method;
use serde_json::Value;
use testkit::database::{Database, Kind};
use testkit::process::{Program, Running};
use testkit::web::{Seen, Visitor};

use crate::program::seatwise;

/// A simulator with its control interface, and a program that has connected its account.
struct Simulated {
    control: String,
    program: Program,
    _sim: Running,
    _database: Database,
}

impl Simulated {
    async fn start() -> Self {
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
            "--client-secret-file",
            "-",
        ];
        let added = program.run_with_input(&add, &text("client_secret")).await;
        assert_eq!(added.code, Some(0), "{}", added.err);
        Self {
            control: text("control_url"),
            program,
            _sim: sim,
            _database: database,
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&str>) -> Seen {
        let url = format!("{}{path}", self.control).parse().unwrap();
        let body = body.map(str::to_owned);
        Visitor::new().send(method, &url, &[], body).await
    }

    async fn inject(&self, fault: &str) {
        let made = self.call(Method::POST, "/faults", Some(fault)).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
}

#[tokio::test]
async fn a_fault_injected_over_control_is_seen_by_a_sync() {
    let simulated = Simulated::start().await;
    let program = &simulated.program;
    let fault = r#"{"path": "GET /users", "effect": {"status": {"status": 400,
        "headers": [["content-type", "application/json"]],
        "body": "{\"code\": 300, \"message\": \"Broken on purpose.\"}"}}}"#;
    simulated.inject(fault).await;
    let failed = program.run(&["sync"]).await;
    assert_eq!(failed.code, Some(5), "{}{}", failed.out, failed.err);
    let all = format!("{}{}", failed.out, failed.err);
    assert!(
        all.contains("Broken on purpose") && all.contains("400"),
        "{all}"
    );
    let requests = simulated.call(Method::GET, "/requests", None).await.json();
    let requests = requests["requests"].as_array().unwrap().clone();
    let refused = |entry: &&Value| entry["path"] == "/users" && entry["status"] == 400;
    assert!(requests.iter().any(|entry| refused(&entry)), "{requests:?}");

    let cleared = simulated.call(Method::DELETE, "/faults", None).await;
    assert_eq!(cleared.status, 204);
    assert_eq!(program.run(&["sync"]).await.code, Some(0));
}

#[tokio::test]
async fn r35_rejected_records_are_listed_on_the_command_line() {
    let simulated = Simulated::start().await;
    let program = &simulated.program;
    let none = program.run(&["rejected-records"]).await.good();
    assert!(none.contains("could be understood"), "{none}");
    let fault = r#"{"path": "/report/activities", "effect": {"missing": "time"}}"#;
    simulated.inject(fault).await;
    let synced = program.run(&["sync"]).await;
    assert_eq!(synced.code, Some(5), "{}{}", synced.out, synced.err);
    let table = program.run(&["rejected-records"]).await.good();
    assert!(table.contains("sign_ins"), "{table}");
    let listed = program.run(&["rejected-records", "--json"]).await.json();
    let groups = listed["items"].as_array().unwrap();
    assert_eq!(listed["total"], groups.len());
    assert!(
        groups.iter().all(|group| group["stream"] == "sign_ins"),
        "{listed}"
    );
    assert!(groups[0]["records"].as_i64().unwrap() > 0, "{listed}");
}

#[tokio::test]
async fn the_control_interface_is_refused_on_other_addresses() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8082"] {
        let refused = seatwise().run(&["zoom-sim", "--control", address]).await;
        assert_eq!(refused.code, Some(2), "{}", refused.err);
        assert!(refused.err.contains("--control"), "{}", refused.err);
    }
}
