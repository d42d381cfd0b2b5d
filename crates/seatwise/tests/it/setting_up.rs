//! The first owner, by the code that a server prints or by a command; and what a server says about the way
//! in which it is reached.

use reqwest::Method;
use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::process::{Program, Running};
use testkit::web::{Seen, Visitor};
use testkit::zoom::{Zoom, quiet};
use url::Url;

use crate::program::{OWNER, PASSWORD, printed_setup_code, seatwise_with};

testkit::on_both_engines!(s36_every_server_of_a_database_accepts_the_codes_of_all);

async fn served(program: &Program) -> (Running, Url) {
    let mut server = program.start(&["serve", "--listen", "127.0.0.1:0"]);
    let line = server.line_with("Seatwise is at").await;
    let url = line.rsplit(' ').next().unwrap().parse().unwrap();
    (server, url)
}

async fn set_up(url: &Url, code: &str) -> Seen {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("code", code)
        .append_pair("organisation", "Acme")
        .append_pair("name", "Olivia Owner")
        .append_pair("email", OWNER)
        .append_pair("password", PASSWORD)
        .append_pair("repeat", PASSWORD)
        .finish();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
    ];
    let setup = url.join("setup").unwrap();
    Visitor::new()
        .send(Method::POST, &setup, &headers, Some(body))
        .await
}

async fn s36_every_server_of_a_database_accepts_the_codes_of_all(kind: Kind) {
    let zoom = Zoom::start(quiet(2, std::sync::Arc::new(SystemClock))).await;
    let database = Database::new(kind);
    let program = seatwise_with(&database, &zoom).env("SEATWISE_LOG_JSON", "true");
    let (first, url) = served(&program).await;
    let code = printed_setup_code(&first).await;
    assert_eq!(set_up(&url, "AAAA-AAAA-AAAA-AAAA").await.status, 422);
    let (last, code, url) = if kind == Kind::Postgres {
        let (second, other_url) = served(&program).await;
        let other_code = printed_setup_code(&second).await;
        assert_ne!(code, other_code);
        first.stop().await;
        (second, code, other_url)
    } else {
        // A start without an owner makes a new code.
        first.stop().await;
        let (second, url) = served(&program).await;
        assert_eq!(set_up(&url, &code).await.status, 422);
        let code = printed_setup_code(&second).await;
        (second, code, url)
    };
    let seen = set_up(&url, &code).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    let ended = last.stop().await;
    // Entries of the log are JSON; the code is in none of them.
    let log: Vec<&str> = ended
        .err
        .lines()
        .filter(|line| line.starts_with('{'))
        .collect();
    assert!(!log.concat().contains(&code), "{}", ended.err);
    let (server, _) = served(&program).await;
    assert_eq!(
        server.stop().await.err,
        "",
        "with an owner there is no code"
    );
}

#[tokio::test]
async fn s36_a_command_creates_the_owner_once() {
    let zoom = Zoom::start(quiet(2, std::sync::Arc::new(SystemClock))).await;
    let database = Database::new(Kind::Sqlite);
    let program = seatwise_with(&database, &zoom);
    let create = async |email: &str, password: &str| {
        let arguments = [
            "owner",
            "create",
            "--organisation",
            "Acme",
            "--name",
            "Olivia Owner",
            "--email",
            email,
            "--password-file",
            "-",
        ];
        program.run_with_input(&arguments, password).await
    };
    for (email, password, says) in [
        ("nobody", PASSWORD, "--email: "),
        (
            OWNER,
            "short",
            "--password-file: Use at least 12 characters",
        ),
        (OWNER, "", "contains no secret"),
    ] {
        let refused = create(email, password).await;
        assert_eq!(refused.code, Some(2), "{}", refused.err);
        assert!(refused.err.contains(says), "{}", refused.err);
    }
    let made = create(OWNER, &format!("{PASSWORD}\n")).await.good();
    assert!(made.contains("is the owner of Acme"), "{made}");
    let again = create("eve@example.com", PASSWORD).await;
    assert_eq!(again.code, Some(1), "{}", again.err);
    let (server, url) = served(&program).await;
    let visitor = Visitor::new();
    let page = visitor.open(&url).await;
    let form = page
        .form("/sign-in")
        .fill("email", OWNER)
        .fill("password", PASSWORD);
    let seen = visitor.submit(&page, &form).await;
    assert_eq!(seen.redirect().unwrap().path(), "/");
    assert_eq!(server.stop().await.err, "");
}

#[tokio::test]
async fn s33_a_proxy_that_is_not_configured_is_in_the_log_and_in_doctor() {
    let zoom = Zoom::start(quiet(2, std::sync::Arc::new(SystemClock))).await;
    let database = Database::new(Kind::Sqlite);
    let program = seatwise_with(&database, &zoom);
    let named = "SEATWISE_TRUST_FORWARDED_FOR";
    for (trusted, mentioned) in [(false, 1), (true, 0)] {
        let program = program.clone();
        let (server, url) = if trusted {
            served(&program.env(named, "true")).await
        } else {
            served(&program).await
        };
        for _ in 0..3 {
            let headers = [("x-forwarded-for", "198.51.100.7")];
            let health = url.join("healthz").unwrap();
            let seen = Visitor::new()
                .send(Method::GET, &health, &headers, None)
                .await;
            assert_eq!(seen.status, 200);
        }
        let ended = server.stop().await;
        assert_eq!(ended.err.matches(named).count(), mentioned, "{}", ended.err);
        let doctor = seatwise_with(&database, &zoom).run(&["doctor"]).await;
        let lines = doctor.out.lines().filter(|line| line.contains(named));
        assert_eq!(lines.count(), mentioned, "{}", doctor.out);
    }
}

#[tokio::test]
async fn u15_a_public_address_with_a_path_is_refused_before_anything_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let program = crate::program::seatwise().env("SEATWISE_DATA_DIR", directory.path());
    let arguments = ["serve", "--public-url", "https://seats.example/seatwise"];
    let refused = program.run(&arguments).await;
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert_eq!(refused.err.lines().count(), 1, "{}", refused.err);
    assert!(
        refused.err.contains("cannot be below a path"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
