//! The command line: its output, its exit codes, and an account from connecting to removal.

use std::sync::Arc;

use serde_json::Value;
use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::process::{Ended, Program};
use testkit::web::Visitor;
use testkit::zoom::{Zoom, quiet};

use crate::program::{seatwise, seatwise_with};

testkit::on_both_engines!(an_account_is_connected_read_and_shown_from_the_command_line);

const COMMANDS: [&str; 18] = [
    "demo",
    "serve",
    "zoom-sim",
    "integrations",
    "owner",
    "sync",
    "users",
    "findings",
    "rejected-records",
    "renewal",
    "whatif",
    "contracts",
    "backup",
    "restore",
    "key",
    "doctor",
    "openapi",
    "completions",
];

#[tokio::test]
async fn help_names_every_command_and_shows_examples_and_exit_codes() {
    let help = seatwise().run(&["--help"]).await.good();
    for command in COMMANDS {
        assert!(
            help.contains(&format!("  {command} ")),
            "{command} is not in the help"
        );
    }
    assert!(help.contains("Exit codes"));
    for command in [
        "demo",
        "serve",
        "zoom-sim",
        "sync",
        "users",
        "findings",
        "rejected-records",
        "renewal",
        "whatif",
        "backup",
        "restore",
        "doctor",
        "openapi",
        "completions",
    ] {
        let help = seatwise().run(&[command, "--help"]).await.good();
        assert!(help.contains("Example"), "{command} has no example");
    }
    let version = seatwise().run(&["--version"]).await.good();
    assert!(version.starts_with("seatwise "));
}

fn refused(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.code, Some(code), "{}{}", ended.out, ended.err);
    assert!(
        ended.err.contains(says),
        "expected {says:?} in {}",
        ended.err
    );
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}

#[tokio::test]
async fn wrong_input_is_refused_with_a_sentence_and_a_code() {
    let database = Database::new(Kind::Sqlite);
    let run = async |arguments: &[&str]| {
        let program = seatwise().env("SEATWISE_DATA_DIR", database.directory());
        program.run(arguments).await
    };
    // A wrong path does not become an empty installation.
    for command in [&["users"][..], &["sync"], &["integrations", "list"]] {
        refused(&run(command).await, 3, "there is no Seatwise database in");
    }
    assert_eq!(std::fs::read_dir(database.directory()).unwrap().count(), 0);
    database.open(Arc::new(SystemClock)).await.close().await;
    refused(&run(&["frobnicate"]).await, 2, "frobnicate");
    refused(&run(&["users", "--limit", "many"]).await, 2, "many");
    refused(&run(&["demo", "--users", "0"]).await, 2, "0");
    refused(&run(&["sync", "--log", "a=b=c"]).await, 2, "a=b=c");
    refused(
        &run(&["serve", "--zoom-api-url", "https://evil.example"]).await,
        2,
        "Zoom",
    );
    refused(
        &run(&["serve", "--zoom-api-url", "ftp://x"]).await,
        2,
        "not https",
    );
    refused(&run(&["users"]).await, 4, "no account is connected");
    refused(&run(&["sync"]).await, 4, "no account is connected");
    refused(&run(&["sync", "17"]).await, 4, "17");
    refused(
        &run(&["integrations", "remove", "17", "--yes"]).await,
        4,
        "17",
    );
    refused(
        &run(&["serve", "--public-url", "nonsense"]).await,
        2,
        "nonsense",
    );
    refused(
        &run(&["serve", "--zoom-client-id", "abc"]).await,
        2,
        "--zoom-client-secret-file",
    );
    let missing = [
        "integrations",
        "add-s2s",
        "--account-id",
        "a",
        "--client-id",
        "b",
        "--client-secret-file",
        "/no/such/file",
    ];
    refused(&run(&missing).await, 2, "/no/such/file");
}

#[tokio::test]
async fn an_unusable_database_or_key_ends_with_its_own_code() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("not-a-directory");
    std::fs::write(&file, "x").unwrap();
    let ended = seatwise()
        .run(&["users", "--data", file.to_str().unwrap()])
        .await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    let url = "postgres://nobody@127.0.0.1:1/nothing";
    let data = directory.path().join("data");
    let ended = seatwise()
        .run(&[
            "users",
            "--data",
            data.to_str().unwrap(),
            "--database-url",
            url,
        ])
        .await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    let ended = seatwise()
        .env("SEATWISE_MASTER_KEY", "short")
        .run(&["users", "--data", data.to_str().unwrap()])
        .await;
    assert!(
        ended.code.is_some_and(|code| code == 2 || code == 3),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("short"), "{}", ended.err);
}

#[tokio::test]
async fn k07_no_key_is_made_where_one_belongs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let program = || Program::at(env!("CARGO_BIN_EXE_seatwise")).env("SEATWISE_DATA_DIR", &data);
    // The first start creates data directory, database and key.
    let mut server = program().start(&["serve", "--listen", "127.0.0.1:0"]);
    server.line_with("Seatwise is at").await;
    server.stop().await;
    let key = data.join("master.key");
    let elsewhere = directory.path().join("kept.key");
    std::fs::rename(&key, &elsewhere).unwrap();
    // Without the key nothing starts, and no new key is created.
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["users"],
        &["doctor"],
    ] {
        let ended = program().run(command).await;
        assert_eq!(
            ended.code,
            Some(3),
            "{command:?} {}{}",
            ended.out,
            ended.err
        );
        let said = format!("{}{}", ended.out, ended.err);
        assert!(
            said.contains("there is no key file") && said.contains("backup"),
            "{said}"
        );
        assert!(!key.exists(), "{command:?}");
    }
    let typo = directory.path().join("typo/key");
    let arguments = ["users", "--master-key-file", typo.to_str().unwrap()];
    refused(&program().run(&arguments).await, 3, "there is no key file");
    assert!(!typo.parent().unwrap().exists());
    // With another key the server runs, and the log explains the problem.
    let other = directory.path().join("other.key");
    store::MasterKey::create(&other).unwrap();
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--master-key-file",
        other.to_str().unwrap(),
    ];
    let mut server = program().start(&arguments);
    server.line_with("Seatwise is at").await;
    let ended = server.stop().await;
    assert!(
        ended.err.contains("the master key is not the one"),
        "{}",
        ended.err
    );
    let arguments = ["doctor", "--master-key-file", other.to_str().unwrap()];
    let ended = program().run(&arguments).await;
    assert_eq!(ended.code, Some(3), "{}", ended.out);
    assert_eq!(ended.out.matches("master key").count(), 1, "{}", ended.out);
    let arguments = ["users", "--master-key-file", elsewhere.to_str().unwrap()];
    refused(
        &program().run(&arguments).await,
        4,
        "no account is connected",
    );
}

#[tokio::test]
async fn doctor_names_the_setting_that_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let doctor = async |name: &str, value: &str| {
        let data = directory.path().join("none");
        let program = seatwise().env("SEATWISE_DATA_DIR", data).env(name, value);
        let ended = program.run(&["doctor"]).await;
        assert_eq!(ended.code, Some(3), "{}{}", ended.out, ended.err);
        assert!(!ended.out.contains("secret"), "{}", ended.out);
        ended.out
    };
    for (name, value) in [
        ("SEATWISE_DATABASE_URL", "mysql://ann:secret@host/db"),
        ("SEATWISE_LISTEN", "abc"),
        ("SEATWISE_PUBLIC_URL", "nonsense"),
        ("SEATWISE_ZOOM_API_URL", "notaurl"),
        ("SEATWISE_ZOOM_OAUTH_URL", "notaurl"),
    ] {
        let said = doctor(name, value).await;
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[tokio::test]
async fn openapi_and_completions_are_printed() {
    let document = seatwise().run(&["openapi"]).await.json();
    assert!(document["paths"]["/api/v1/integrations/{id}/users"].is_object());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = seatwise().run(&["completions", shell]).await.good();
        assert!(
            script.contains("seatwise") && script.contains("zoom-sim"),
            "{shell}"
        );
    }
}

#[tokio::test]
async fn the_simulator_prints_credentials_that_work_and_the_truth() {
    let directory = tempfile::tempdir().unwrap();
    let truth = directory.path().join("truth.jsonl");
    let arguments = [
        "zoom-sim",
        "--listen",
        "127.0.0.1:0",
        "--users",
        "50",
        "--seed",
        "3",
        "--plan",
        "pro",
        "--latency-ms",
        "1",
        "--truth",
        truth.to_str().unwrap(),
        "--print-credentials",
    ];
    let mut simulator = seatwise().start(&arguments);
    let line = simulator.line_with("client_secret").await;
    let printed: Value = serde_json::from_str(&line).unwrap();
    for name in [
        "api_url",
        "oauth_url",
        "account_id",
        "client_id",
        "client_secret",
    ] {
        assert!(
            printed[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name} in {line}"
        );
    }
    // The line also contains the data for using the pages by hand.
    for name in ["client_id", "client_secret"] {
        let text = printed["oauth_app"][name].as_str();
        assert!(text.is_some_and(|text| !text.is_empty()), "{line}");
        assert_ne!(text, printed[name].as_str(), "another app");
    }
    let sign_in = &printed["sign_ins"][0];
    for name in ["email", "password", "role"] {
        assert!(sign_in[name].is_string(), "{name} in {line}");
    }
    let truths = std::fs::read_to_string(&truth).unwrap();
    assert!(truths.lines().count() >= 50);
    let first: Value = serde_json::from_str(truths.lines().next().unwrap()).unwrap();
    assert!(first.get("needs_licence_until").is_some());

    // The other commands need no more than the printed line.
    let data = directory.path().join("data");
    let secret = directory.path().join("secret");
    std::fs::write(&secret, printed["client_secret"].as_str().unwrap()).unwrap();
    let program = seatwise()
        .env("SEATWISE_DATA_DIR", &data)
        .env(
            "SEATWISE_ZOOM_API_URL",
            printed["api_url"].as_str().unwrap(),
        )
        .env(
            "SEATWISE_ZOOM_OAUTH_URL",
            printed["oauth_url"].as_str().unwrap(),
        );
    let added = program
        .run(&[
            "integrations",
            "add-s2s",
            "--account-id",
            printed["account_id"].as_str().unwrap(),
            "--client-id",
            printed["client_id"].as_str().unwrap(),
            "--client-secret-file",
            secret.to_str().unwrap(),
            "--plan",
            "pro",
            "--name",
            "Printed",
        ])
        .await
        .good();
    assert!(added.contains("Printed"));
    let ended = simulator.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

async fn an_account_is_connected_read_and_shown_from_the_command_line(kind: Kind) {
    let zoom = Zoom::start(quiet(60, Arc::new(SystemClock))).await;
    let database = Database::new(kind);
    let program = seatwise_with(&database, &zoom);
    connects_with_a_secret_from_input(&program, &zoom).await;
    reads_the_account(&program).await;
    let total = shows_users_in_three_formats(&program).await;
    let doctor = program.run(&["doctor"]).await.good();
    assert!(doctor.contains("Everything is as it should be"), "{doctor}");

    shares_the_database_with_one_server(&program, kind, total).await;
    removes_only_when_confirmed(&program).await;
}

/// The secret comes from a file or standard input, because command lines are public on the machine.
async fn connects_with_a_secret_from_input(program: &Program, zoom: &Zoom) {
    let credentials = zoom.sim.credentials();
    let arguments = [
        "integrations",
        "add-s2s",
        "--account-id",
        &credentials.account_id,
        "--client-id",
        &credentials.client_id,
        "--client-secret-file",
        "-",
        "--plan",
        "business",
        "--name",
        "Acme Europe",
    ];
    let run_with_secret = async |secret: &str| program.run_with_input(&arguments, secret).await;
    // With a wrong secret the account is not connected.
    refused(&run_with_secret("wrong").await, 1, "client secret");
    assert!(
        program
            .run(&["integrations", "list"])
            .await
            .good()
            .contains("No account is connected")
    );

    let added = run_with_secret(&credentials.client_secret).await.good();
    assert!(
        added.contains("integration 1") && added.contains("Acme Europe"),
        "{added}"
    );
    refused(
        &run_with_secret(&credentials.client_secret).await,
        1,
        "already connected",
    );
}

async fn reads_the_account(program: &Program) {
    let synced = program.run(&["sync", "--json"]).await.good();
    let lines: Vec<Value> = synced
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["state"], last["refused"].as_i64()),
        (&"complete".into(), Some(0)),
        "{last}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line["stream"]["stream"] == "users"
                && line["stream"]["outcome"] == "complete")
    );
    let again = program.run(&["sync", "1"]).await.good();
    assert!(
        again.contains("complete") && again.contains(" 0 written"),
        "{again}"
    );

    let connected = program
        .run(&["integrations", "list", "--json"])
        .await
        .json();
    assert_eq!(
        (&connected["total"], &connected["items"][0]["state"]),
        (&1.into(), &"active".into())
    );
}

/// All three formats contain the same people with the same filter. Returns the number of users.
async fn shows_users_in_three_formats(program: &Program) -> u64 {
    let users = program.run(&["users", "--format", "json"]).await.json();
    let total = users["total"].as_u64().unwrap();
    assert_eq!(users["items"].as_array().unwrap().len() as u64, total);
    assert!(total >= 60);
    let first = &users["items"][0];
    for key in [
        "department",
        "large_meeting_capacity",
        "large_meeting_enabled",
        "last_client_version",
        "meeting_capacity",
        "user_status",
        "user_type",
        "webinar",
        "webinar_capacity",
    ] {
        assert!(first["metadata"].get(key).is_some(), "{key} in {first}");
    }
    for key in [
        "last_sign_in",
        "last_hosted",
        "meetings_30d",
        "meetings_90d",
        "minutes_30d",
        "minutes_90d",
        "state",
    ] {
        assert!(first["activity"].get(key).is_some(), "{key} in {first}");
    }
    let filter = ["users", "user_type=pro", "user_status=active"];
    let pro = program
        .run(&[&filter[..], &["--format", "json"]].concat())
        .await
        .json();
    let count = pro["total"].as_u64().unwrap();
    assert!(0 < count && count < total);
    assert!(
        pro["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|user| user["metadata"]["user_type"] == "pro")
    );
    let csv = program
        .run(&[&filter[..], &["--format", "csv"]].concat())
        .await
        .good();
    let rows = csv::Reader::from_reader(csv.as_bytes())
        .into_records()
        .count();
    assert_eq!(rows as u64, count);
    let table = program
        .run(&[&filter[..], &["--limit", "5"]].concat())
        .await
        .good();
    assert!(table.contains(&format!("5 of {count}")), "{table}");
    refused(&program.run(&["users", "colour=red"]).await, 2, "colour");
    refused(&program.run(&["users", "nonsense"]).await, 2, "KEY=VALUE");
    refused(
        &program.run(&["users", "inactive_days=soon"]).await,
        2,
        "inactive_days",
    );
    total
}

/// Server and tools share a database, but two servers can't share a file.
async fn shares_the_database_with_one_server(program: &Program, kind: Kind, total: u64) {
    let mut server = program.start(&["serve", "--listen", "127.0.0.1:0"]);
    let line = server.line_with("Seatwise is at").await;
    let url = line.rsplit(' ').next().unwrap().parse().unwrap();
    let visitor = Visitor::new();
    assert!(visitor.open(&url).await.url.path().starts_with("/setup"));
    if kind == Kind::Sqlite {
        refused(
            &program.run(&["serve", "--listen", "127.0.0.1:0"]).await,
            3,
            "in use",
        );
    }
    assert_eq!(
        program
            .run(&["users", "--format", "json", "--limit", "1"])
            .await
            .json()["total"],
        total
    );
    let ended = server.stop().await;
    let notice: Vec<&str> = ended.err.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!((ended.code, notice.len()), (Some(0), 3), "{}", ended.err);
    assert!(notice[0].contains("has no owner yet"), "{}", ended.err);
}

async fn removes_only_when_confirmed(program: &Program) {
    refused(
        &program
            .run(&["integrations", "remove", "1", "--erase"])
            .await,
        2,
        "--yes",
    );
    let removed = program
        .run(&["integrations", "remove", "1", "--erase", "--yes"])
        .await
        .good();
    assert!(removed.contains("erased"), "{removed}");
    refused(&program.run(&["users"]).await, 4, "no account is connected");
}

#[tokio::test]
async fn doctor_reports_problems_and_remedies() {
    let directory = tempfile::tempdir().unwrap();
    let ended = seatwise()
        .env("SEATWISE_DATA_DIR", directory.path())
        .env("SEATWISE_ZOOM_API_URL", "http://127.0.0.1:1")
        .env("SEATWISE_ZOOM_OAUTH_URL", "http://127.0.0.1:1/oauth")
        .run(&["doctor"])
        .await;
    assert_eq!(ended.code, Some(3), "{}{}", ended.out, ended.err);
    assert!(
        ended.out.contains("problem") && ended.out.contains('→'),
        "{}",
        ended.out
    );
}
