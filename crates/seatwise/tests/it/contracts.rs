//! Contracts, findings, renewals and what-if on the command line, for an account with a complete sync.

use std::sync::Arc;

use model::Clock as _;
use serde_json::Value;
use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::process::{Ended, Program};
use testkit::zoom::{Zoom, quiet};

use crate::program::seatwise_with;

const CONTRACT: [&str; 5] = [
    "licence=licensed",
    "name=ACME-1",
    "quantity=40",
    "unit_price=120.50",
    "currency=EUR",
];

async fn read_account(zoom: &Zoom, database: &Database) -> Program {
    let program = seatwise_with(database, zoom);
    let credentials = zoom.sim.credentials();
    let add = [
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
    ];
    let _ = program
        .run_with_input(&add, &credentials.client_secret)
        .await
        .good();
    let _ = program.run(&["sync"]).await.good();
    program
}

fn refused(ended: &Ended, says: &[&str]) {
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    for words in says {
        assert!(
            ended.err.contains(words),
            "expected {words:?} in {}",
            ended.err
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contracts_make_findings_cost_and_renewals_count() {
    let zoom = Zoom::start(quiet(120, Arc::new(SystemClock))).await;
    let database = Database::new(Kind::Sqlite);
    let program = read_account(&zoom, &database).await;
    let run = async |arguments: &[&str]| program.run(arguments).await;
    let json = async |arguments: &[&str]| json(&program, arguments).await;

    let ended = run(&["renewal"]).await;
    assert_eq!(ended.code, Some(4), "{}", ended.err);
    refused(
        &run(&["contracts", "add", "licence=gold", "quantity=x"]).await,
        &["licence: `gold`", "quantity: `x`", "starts_on: is missing"],
    );
    let mut add = vec!["contracts", "add"];
    add.extend(CONTRACT);
    let today = SystemClock.now().day();
    let (starts_on, ends_on) = (today.plus(-200), today.plus(164));
    let (first, last) = (
        format!("starts_on={starts_on}"),
        format!("ends_on={ends_on}"),
    );
    add.extend([first.as_str(), last.as_str()]);
    assert!(run(&add).await.good().contains("contract 1 entered"));

    enters_a_file_completely_or_not_at_all(&program).await;

    let findings = json(&["findings", "plan=licensed", "--format", "json"]).await;
    let items = findings["items"].as_array().unwrap();
    assert_eq!(findings["total"], items.len());
    assert!(!items.is_empty());
    for finding in items {
        assert_eq!(finding["saving"]["currency"], "EUR", "{finding}");
        assert!(!finding["evidence"].as_array().unwrap().is_empty());
    }
    let csv = run(&["findings", "plan=licensed", "--format", "csv"])
        .await
        .good();
    assert_eq!(csv.lines().count(), items.len() + 1);
    let table = run(&["findings", "plan=licensed"]).await.good();
    assert!(table.contains("a year"), "{table}");
    refused(&run(&["findings", "rule=lazy"]).await, &["rule: `lazy`"]);

    let renewal = json(&["renewal", "1", "--seats", "30", "--format", "json"]).await;
    let number = |name: &str| renewal[name].as_i64().unwrap();
    assert_eq!(number("today"), 40);
    assert!(number("low") <= number("likely") && number("likely") <= number("high"));
    assert_eq!(renewal["buy"]["seats"], 30);
    assert_eq!(renewal["ends_on"], ends_on.to_string());
    assert!(run(&["renewal"]).await.good().contains("Renew with"));

    compares_other_rules(&program).await;
}

async fn json(program: &Program, arguments: &[&str]) -> Value {
    let out = program.run(arguments).await.good();
    serde_json::from_str(&out).unwrap()
}

async fn enters_a_file_completely_or_not_at_all(program: &Program) {
    let run = async |arguments: &[&str]| program.run(arguments).await;
    let import = async |text: &str| {
        program
            .run_with_input(&["contracts", "import", "-"], text)
            .await
    };
    let wrong = "licence,quantity,starts_on,ends_on\nwebinar_500,2,2026-01-01,2026-12-31\nlicensed,-,2026-01-01,x\n";
    refused(
        &import(wrong).await,
        &["nothing was entered", "line 3, quantity", "line 3, ends_on"],
    );
    assert_eq!(
        json(program, &["contracts", "list", "--format", "json"]).await["total"],
        1
    );
    let right = "licence,quantity,starts_on,ends_on\nwebinar_500,2,2026-01-01,2026-12-31\n";
    assert!(import(right).await.good().contains("1 contract entered"));
    refused(&run(&["contracts", "remove", "2"]).await, &["--yes"]);
    let _ = run(&["contracts", "remove", "2", "--yes"]).await.good();
}

async fn compares_other_rules(program: &Program) {
    let what_if = json(
        program,
        &[
            "whatif", "--rule", "dormant", "--days", "30", "--format", "json",
        ],
    )
    .await;
    assert!(what_if["flagged"].as_i64().unwrap() >= 0, "{what_if}");
    let document = program
        .run_with_input(
            &["whatif", "--settings", "-"],
            r#"{"rules": {"dormant": {"days": 0}}}"#,
        )
        .await;
    refused(&document, &["rules.dormant.days"]);
    let points = program
        .run(&[
            "whatif",
            "--rule",
            "dormant",
            "--thresholds",
            "30,60",
            "--format",
            "csv",
        ])
        .await
        .good();
    assert_eq!(points.lines().count(), 3, "{points}");
}
