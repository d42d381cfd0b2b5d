//! State-changing requests that another site could have made a browser send.

use model::Role;
use reqwest::{Method, StatusCode};
use testkit::web::Visitor;

use crate::access::concrete;
use crate::fixture::{self, PASSWORD, Site};

const FORGED: [&[(&str, &str)]; 9] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ],
    &[("referer", "https://evil.example/")],
    &[
        ("content-type", "text/plain"),
        ("origin", "https://evil.example"),
    ],
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s06_requests_of_another_site_change_nothing() {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let owner = site.visitor(Role::Owner).await;
    let before = site.install.store.dump().await.unwrap();
    let changes = server::routes()
        .into_iter()
        .filter(|route| route.method != Method::GET);
    for route in changes {
        let path = route
            .path
            .replace("{id}", "1")
            .replace("{application}", "zoom");
        for headers in FORGED {
            let mut all = vec![
                ("content-type", "application/x-www-form-urlencoded"),
                ("accept", "text/html"),
            ];
            // The last header of a name counts.
            all.extend_from_slice(headers);
            let body = Some("data=erase&confirm=x".to_owned());
            let method = route.method.clone();
            let seen = owner.send(method, &site.at(&path), &all, body).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
    assert_eq!(site.install.store.dump().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s06_our_own_pages_may_change_something_with_either_header() {
    let (site, _) = Site::connected().await;
    let owner = site.visitor(Role::Owner).await;
    let origin = site.url.origin().ascii_serialization();
    let headers: [&[(&str, &str)]; 2] =
        [&[("sec-fetch-site", "same-origin")], &[("origin", &origin)]];
    for headers in headers {
        for action in ["pause", "resume"] {
            let seen = site
                .post(&owner, &format!("/i/1/{action}"), &[], headers)
                .await;
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
        }
    }
    // A program with a token is not a browser, so other sites cannot forge its header.
    let program = Visitor::with_token(&site.token(Role::LicenceManager).await);
    let seen = site
        .post(&program, "/api/v1/integrations/1/sync", &[], &[])
        .await;
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s06_signing_in_and_setting_up_cannot_be_forged_either() {
    let site = Site::empty().await;
    let fields = [
        ("organisation", "Evil"),
        ("name", "Eve"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    for headers in FORGED {
        let seen = site.post(&Visitor::new(), "/setup", &fields, headers).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
    }
    assert!(site.install.store.organisation().await.unwrap().is_none());
    let site = Site::with_members().await;
    for headers in FORGED {
        let seen = site
            .post(
                &Visitor::new(),
                "/sign-in",
                &[("email", "owner@example.com"), ("password", PASSWORD)],
                headers,
            )
            .await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert!(!seen.headers.contains_key("set-cookie"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s06_reading_changes_nothing() {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let owner = site.visitor(Role::Owner).await;
    // Once beforehand, because the last use of a session is stored.
    site.get(&owner, "/").await;
    let before = site.install.store.dump().await.unwrap();
    for route in server::routes() {
        if route.path.ends_with("/events") || route.path.starts_with("/oauth/") {
            continue;
        }
        let path = route
            .path
            .replace("{id}", "1")
            .replace("{application}", "zoom");
        let path = concrete("GET", &path);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            owner.send(method, &site.at(&path), &[], None).await;
        }
    }
    assert_eq!(site.install.store.dump().await.unwrap(), before);
}
