//! Setting up, signing in and out, and the end of sessions.

use model::{Clock, Role};
use reqwest::StatusCode;
use store::Actor;
use testkit::web::Visitor;

use crate::fixture::{PASSWORD, Site, address};
use crate::security::header;

const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_asks_for_an_owner_and_then_never_again() {
    let site = Site::empty().await;
    let visitor = Visitor::new();
    for path in [
        "/",
        "/integrations",
        "/i/1/users",
        "/sign-in",
        "/oauth/zoom/callback",
    ] {
        let seen = site.get(&visitor, path).await;
        assert_eq!(seen.redirect().unwrap().path(), "/setup", "{path}");
    }
    let seen = site.get(&visitor, "/api/v1/integrations").await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert_eq!(seen.json()["code"], "not_set_up");

    let page = visitor.open(&site.at("/")).await;
    let form = page
        .form("/setup")
        .fill("code", &site.setup_code().await)
        .fill("organisation", "Acme")
        .fill("name", "Ann Owner")
        .fill("email", "ann@example.com")
        .fill("password", "too short")
        .fill("repeat", "too short");
    let seen = visitor.submit(&page, &form).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.body.contains("at least 12 characters"),
        "{}",
        seen.body
    );
    assert!(
        !seen.body.contains("too short"),
        "a password is never shown again"
    );
    let form = form.fill("password", PASSWORD).fill("repeat", PASSWORD);
    let seen = visitor.submit(&page, &form).await;
    assert_eq!(seen.redirect().unwrap().path(), "/");
    let home = visitor.follow(seen).await;
    assert!(home.body.contains("Three steps"), "{}", home.body);

    let seen = site.get(&visitor, "/setup").await;
    assert_eq!(seen.redirect().unwrap().path(), "/");
    let again = visitor
        .submit(&page, &form.fill("email", "eve@example.com"))
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(site.install.store.members().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s36_only_with_the_code_of_the_console_a_visitor_becomes_the_owner() {
    let site = Site::empty().await;
    let code = site.setup_code().await;
    let owner = async |code: &str, address: &str| {
        let fields = [
            ("code", code),
            ("organisation", "Acme"),
            ("name", "Ann Owner"),
            ("email", "ann@example.com"),
            ("password", PASSWORD),
            ("repeat", PASSWORD),
        ];
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("x-forwarded-for", address),
        ];
        site.post(&Visitor::new(), "/setup", &fields, &headers)
            .await
    };
    let seen = owner("", "192.0.2.1").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("Enter the set-up code"), "{}", seen.body);
    for _ in 0..10 {
        let seen = owner("0000-0000-0000-0000", "192.0.2.1").await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let seen = owner(&code, "192.0.2.1").await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(site.install.store.members().await.unwrap().is_empty());
    // Strangers cannot keep out who has the code. Case and hyphens do not matter.
    let typed = code.to_lowercase().replace('-', " ");
    let seen = owner(&typed, "198.51.100.7").await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let dump = site.install.store.dump().await.unwrap();
    assert!(!dump.contains(&code.replace('-', "")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s05_a_session_is_new_at_every_sign_in_and_over_after_signing_out() {
    let site = Site::with_members().await;
    let visitor = Visitor::new();
    let planted = "seatwise=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let seen = site
        .sign_in(
            &visitor,
            &address(Role::Viewer),
            PASSWORD,
            &[("cookie", planted)],
        )
        .await;
    let cookie = seen.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["seatwise=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = || {
        let all = visitor.cookies(&site.url);
        let session = all
            .split("; ")
            .find(|cookie| cookie.starts_with("seatwise="));
        session.unwrap().to_owned()
    };
    let first = session();
    assert!(!first.contains("AAAAAAAA"));
    site.sign_in(&visitor, &address(Role::Viewer), PASSWORD, &[])
        .await;
    let second = session();
    assert_ne!(first, second);
    let with = async |cookie: &str| {
        let headers = [("cookie", cookie), ("accept", "text/html")];
        let seen = Visitor::new()
            .send(reqwest::Method::GET, &site.at("/settings"), &headers, None)
            .await;
        seen.status
    };
    assert_eq!(
        with(&first).await,
        StatusCode::SEE_OTHER,
        "replaced at sign-in"
    );
    assert_eq!(with(&second).await, StatusCode::OK);
    assert_eq!(with(planted).await, StatusCode::SEE_OTHER);
    let seen = site.submit(&visitor, "/sign-out", &[]).await;
    assert_eq!(seen.redirect().unwrap().path(), "/sign-in");
    assert_eq!(with(&second).await, StatusCode::SEE_OTHER);
    // The database contains nothing that opens a session.
    let dump = site.install.store.dump().await.unwrap();
    for cookie in [first, second] {
        assert!(!dump.contains(cookie.trim_start_matches("seatwise=")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s05_sessions_end_when_idle_when_old_and_when_their_member_changes() {
    let site = Site::with_members().await;
    let (store, clock) = (&site.install.store, &site.install.clock);
    let viewer = site.visitor(Role::Viewer).await;
    let is_in = async |visitor: &Visitor| site.get(visitor, "/settings").await.status == 200;
    clock.advance_ms(11 * HOUR);
    assert!(is_in(&viewer).await);
    clock.advance_ms(11 * HOUR);
    assert!(is_in(&viewer).await, "use keeps a session alive");
    clock.advance_ms(12 * HOUR + 1000);
    assert!(!is_in(&viewer).await, "twelve idle hours end it");

    let viewer = site.visitor(Role::Viewer).await;
    for _ in 0..16 {
        clock.advance_ms(10 * HOUR);
        assert!(is_in(&viewer).await);
    }
    clock.advance_ms(8 * HOUR);
    assert!(!is_in(&viewer).await, "seven days end it in any case");

    let (member, _) = store
        .member_by_email(&address(Role::Viewer))
        .await
        .unwrap()
        .unwrap();
    let token = Visitor::with_token(&site.token(Role::Viewer).await);
    let viewer = site.visitor(Role::Viewer).await;
    let now = clock.now();
    store
        .set_member_role(member.id, Role::Auditor, &Actor::Cli, now)
        .await
        .unwrap();
    assert!(!is_in(&viewer).await, "a new role ends it");
    let viewer = Visitor::new();
    site.sign_in(&viewer, &address(Role::Viewer), PASSWORD, &[])
        .await;
    assert!(is_in(&viewer).await);
    assert_eq!(site.get(&token, "/api/v1/integrations").await.status, 200);
    store
        .set_member_disabled(member.id, true, &Actor::Cli, now)
        .await
        .unwrap();
    assert!(!is_in(&viewer).await, "being disabled ends it");
    assert_eq!(site.get(&token, "/api/v1/integrations").await.status, 401);
    let seen = site
        .sign_in(&Visitor::new(), &address(Role::Viewer), PASSWORD, &[])
        .await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s17_guessing_is_throttled_and_does_not_lock_out_who_knows() {
    let site = Site::with_members().await;
    let email = address(Role::Owner);
    let try_from = async |address: &str, password: &str| {
        site.sign_in(
            &Visitor::new(),
            &email,
            password,
            &[("x-forwarded-for", address)],
        )
        .await
    };
    // The owner has signed in from this address before.
    assert_eq!(try_from("198.51.100.7", PASSWORD).await.status, 303);
    for _ in 0..8 {
        assert_eq!(try_from("203.0.113.1", "wrong").await.status, 401);
    }
    let refused = try_from("203.0.113.1", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(try_from("203.0.113.2", PASSWORD).await.status, 303);
    // With changing addresses the account as a whole is throttled, but not from a known address.
    for n in 0..60 {
        try_from(&format!("192.0.2.{n}"), "wrong").await;
    }
    assert_eq!(try_from("192.0.2.200", PASSWORD).await.status, 429);
    assert_eq!(try_from("198.51.100.7", PASSWORD).await.status, 303);
    // The log contains it, but its size is limited.
    let entries = site.install.store.audit(1000, None).await.unwrap();
    let noted = |address: &str| {
        let address = format!("\"{address}\"");
        let failed = |entry: &&store::AuditEntry| {
            entry.action == "member.sign_in_failed" && entry.detail.contains(&address)
        };
        entries.iter().filter(failed).count()
    };
    assert_eq!(noted("203.0.113.1"), 8);
    assert!(
        entries
            .iter()
            .filter(|entry| entry.action == "member.sign_in_failed")
            .count()
            <= 200
    );
    // After the window every address may try again.
    site.install.clock.advance_ms(HOUR);
    assert_eq!(try_from("203.0.113.1", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s17_an_answer_does_not_tell_whether_there_is_such_a_member() {
    let site = Site::with_members().await;
    let known = site
        .sign_in(&Visitor::new(), "owner@example.com", "wrong password", &[])
        .await;
    let unknown = site
        .sign_in(&Visitor::new(), "other@example.com", "wrong password", &[])
        .await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(
        known.body.replace("owner@", "X@"),
        unknown.body.replace("other@", "X@")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_https_the_cookie_belongs_to_this_host_alone() {
    let site = Site::behind(Some("https://seats.example")).await;
    let visitor = Visitor::new();
    let code = site.setup_code().await;
    let fields = [
        ("code", code.as_str()),
        ("organisation", "Acme"),
        ("name", "Ann"),
        ("email", "ann@example.com"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    let origin = [("origin", "https://seats.example")];
    let seen = site.post(&visitor, "/setup", &fields, &origin).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let cookie = seen.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-seatwise="), "{cookie}");
    assert!(cookie.contains("Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"));
    assert!(seen.headers.contains_key("strict-transport-security"));
    assert_eq!(site.get(&visitor, "/").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s04_signing_in_never_redirects_to_another_site() {
    let site = Site::with_members().await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%2fevil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
    ] {
        let visitor = Visitor::new();
        let seen = site
            .submit(
                &visitor,
                "/sign-in",
                &[
                    ("email", "owner@example.com"),
                    ("password", PASSWORD),
                    ("next", next),
                ],
            )
            .await;
        assert_eq!(header(&seen.headers, "location"), "/", "{next:?}");
        // A signed-in member is redirected by the address alone.
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let seen = site.get(&visitor, &format!("/sign-in?{query}")).await;
        assert_eq!(header(&seen.headers, "location"), "/", "{next:?}");
    }
    let visitor = Visitor::new();
    let asked = site.get(&visitor, "/i/1/users?q=a&q=b").await;
    let form = visitor.follow(asked).await;
    let filled = form
        .form("/sign-in")
        .fill("email", "owner@example.com")
        .fill("password", PASSWORD);
    let seen = visitor.submit(&form, &filled).await;
    assert_eq!(header(&seen.headers, "location"), "/i/1/users?q=a&q=b");
}
