//! Integrations: their settings, syncs, progress and state.

use model::{IntegrationId, IntegrationState, Role};
use reqwest::StatusCode;
use testkit::web::Visitor;

use crate::fixture::{self, Site, acme_for_program};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_integration_is_paused_checked_changed_and_disconnected() {
    let (site, id) = Site::connected().await;
    let store = &site.install.store;
    let admin = site.visitor(Role::Administrator).await;
    let state = async || {
        store
            .integration(id)
            .await
            .unwrap()
            .map(|found| found.state)
    };

    let page = site.get(&admin, "/i/1/integration").await;
    let seen = admin.submit(&page, &page.form("/i/1/pause")).await;
    let page = admin.follow(seen).await;
    assert!(page.body.contains("Nothing is read until"), "{}", page.body);
    assert_eq!(state().await, Some(IntegrationState::Paused));
    let seen = site.submit(&admin, "/i/1/sync", &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    site.submit(&admin, "/i/1/resume", &[]).await;
    assert_eq!(state().await, Some(IntegrationState::Active));

    let seen = site.submit(&admin, "/i/1/check", &[]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&admin, "/i/1/integration").await;
    assert!(page.body.contains("granted"), "{}", page.body);

    let settings = [
        ("name", "Acme Asia"),
        ("plan", "pro"),
        ("budget_percent", "101"),
        ("interval_minutes", "30"),
    ];
    let seen = site.submit(&admin, "/i/1/settings", &settings).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let settings = [
        ("name", "Acme Asia"),
        ("plan", "pro"),
        ("budget_percent", "40"),
        ("interval_minutes", "30"),
    ];
    let seen = site.submit(&admin, "/i/1/settings", &settings).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    let changed = store.integration(id).await.unwrap().unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.budget_percent),
        ("Acme Asia", 40)
    );

    let seen = site.get(&admin, "/i/1/disconnect").await;
    assert_eq!(seen.status, StatusCode::OK);
    for fields in [vec![], vec![("data", "erase"), ("confirm", "Acme")]] {
        let seen = site.submit(&admin, "/i/1/disconnect", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(state().await, Some(IntegrationState::Active));
    site.submit(&admin, "/i/1/disconnect", &[("data", "keep")])
        .await;
    assert_eq!(state().await, Some(IntegrationState::Disconnected));
    let erase = [("data", "erase"), ("confirm", "Acme Asia")];
    let seen = site.submit(&admin, "/i/1/disconnect", &erase).await;
    assert_eq!(seen.redirect().unwrap().path(), "/integrations/zoom");
    assert_eq!(state().await, None);
    assert_eq!(site.get(&admin, "/i/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_is_sent_while_a_sync_runs() {
    let (site, id) = Site::connected().await;
    let viewer = site.visitor(Role::Viewer).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut stream = client
        .get(site.at("/i/1/integration/events"))
        .header("cookie", viewer.cookies(&site.url))
        .send()
        .await
        .unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert!(
        stream.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("'none'")
    );
    let first = stream.chunk().await.unwrap().unwrap();
    let first = String::from_utf8_lossy(&first).into_owned();
    assert!(first.contains("id=\"progress\""));
    // The head of the page is updated as well.
    assert!(first.contains("id=\"facts\""), "{first}");
    assert!(first.contains("users not yet counted"), "{first}");
    site.install.sync(id).await;
    let mut text = String::new();
    while !text.contains("data: ") {
        text.push_str(&String::from_utf8_lossy(
            &stream.chunk().await.unwrap().unwrap(),
        ));
    }
    assert!(text.contains("Users"));
    // A signed-out member receives no more events.
    site.submit(&viewer, "/sign-out", &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_seen_at_once_and_a_sync_can_be_asked_for() {
    let (site, program) = acme_for_program().await;
    let total = async || {
        let seen = site.get(&program, "/api/v1/integrations/1/users").await;
        seen.json()["total"].as_i64().unwrap()
    };
    assert_eq!(total().await, 4);
    let id = IntegrationId(1);
    let now = model::Clock::now(&*site.install.clock);
    let mut people = fixture::people(now);
    people.push(fixture::user("eve", "Eve", fixture::fields(&[]), now));
    fixture::write(&site, id, fixture::rows(now, people)).await;
    assert_eq!(total().await, 5);
    let manager = Visitor::with_token(&site.token(Role::LicenceManager).await);
    let seen = site
        .post(&manager, "/api/v1/integrations/1/sync", &[], &[])
        .await;
    assert_eq!(seen.status, 202);
    let newest = &site.install.store.audit(1, None).await.unwrap()[0];
    assert!(newest.actor.starts_with("token:"), "{newest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_show_unread_streams_and_active_filters() {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let viewer = site.visitor(Role::Viewer).await;
    for path in ["/", "/i/1", "/i/1/integration", "/integrations/zoom"] {
        let body = site.get(&viewer, path).await.body;
        assert!(body.contains("a source can't be read"), "{path}: {body}");
        assert!(!body.contains(">up to date<"), "{path}");
    }
    let body = site.get(&viewer, "/i/1/admin-changes").await.body;
    assert!(body.contains("A scope is missing"), "{body}");
    assert!(!body.contains("Clear the filter"), "{body}");
    let body = site.get(&viewer, "/i/1/sign-ins").await.body;
    assert!(body.contains("id=\"sign-ins-per-day\""));
    let filtered = "/i/1/sign-ins?email=nobody@acme.example";
    let body = site.get(&viewer, filtered).await.body;
    assert!(!body.contains("id=\"sign-ins-per-day\""), "{body}");
    assert!(body.contains("Clear the filter"));
    let wrong = "/i/1/sign-ins?from=2026-11-20&to=2026-11-10";
    let body = site.get(&viewer, wrong).await.body;
    assert!(body.contains("is after 2026-11-10"), "{body}");
    assert!(!body.contains("Nobody"), "{body}");
    let body = site
        .get(&viewer, "/i/1/users?q=ada&inactive_days=60")
        .await
        .body;
    assert!(body.contains("Search: ada") && body.contains("Inactive after 60 days"));
    // An error page for a missing permission still has the navigation.
    let seen = site.get(&viewer, "/audit").await;
    assert_eq!(seen.status, 403);
    assert!(seen.body.contains("aria-label=\"Main\""), "{}", seen.body);
}
