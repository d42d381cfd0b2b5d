//! Headers on every route and status, and the form of failures.

use model::Role;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use testkit::web::{Seen, Visitor};

use crate::access::concrete;
use crate::fixture::{self, Site};

const EXACT: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
    ("referrer-policy", "same-origin"),
];

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn check(seen: &Seen, site: &Site) {
    let at = format!("{} {}", seen.status, seen.url);
    for (name, value) in EXACT {
        if name == "referrer-policy" && seen.url.path().starts_with("/oauth/") {
            assert_eq!(header(&seen.headers, name), "no-referrer", "{at}");
        } else {
            assert_eq!(header(&seen.headers, name), value, "{at}: {name}");
        }
    }
    let policy = header(&seen.headers, "content-security-policy");
    assert!(!policy.contains("unsafe"), "{policy}");
    let zoom = site.install.zoom.url.origin().ascii_serialization();
    for part in [
        "default-src 'none'",
        "script-src 'self';",
        "style-src 'self';",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        &format!("form-action 'self' {zoom};"),
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    let cache = header(&seen.headers, "cache-control");
    if seen.url.path().starts_with("/assets/") && seen.status.is_success() {
        assert_eq!(cache, "public, max-age=31536000, immutable");
    } else if !seen.url.path().ends_with("/events") {
        assert_eq!(cache, "no-store", "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s07_every_route_and_status_carries_the_headers() {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let owner = site.visitor(Role::Owner).await;
    let nobody = Visitor::new();
    let mut statuses = std::collections::BTreeSet::new();
    for route in server::routes() {
        if route.path.ends_with("/events") {
            continue;
        }
        let path = concrete(route.method.as_str(), &route.path);
        for visitor in [&owner, &nobody] {
            for method in [Method::GET, Method::POST, Method::HEAD, Method::DELETE] {
                if method == Method::POST && route.path == "/sign-out" {
                    continue;
                }
                let seen = visitor.send(method, &site.at(&path), &[], None).await;
                check(&seen, &site);
                statuses.insert(seen.status.as_u16());
            }
        }
    }
    // A file, a form that is too large, a form with errors, one attempt too many.
    let page = site.get(&nobody, "/sign-in").await;
    let style = page
        .body
        .split('"')
        .find(|text| text.starts_with("/assets/style."));
    let seen = site.get(&nobody, style.unwrap()).await;
    assert_eq!(seen.status, StatusCode::OK);
    check(&seen, &site);
    let large = "x".repeat(1_100_000);
    let seen = site
        .submit(&owner, "/settings/tokens", &[("label", &large)])
        .await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    check(&seen, &site);
    let seen = site
        .submit(&owner, "/settings/tokens", &[("label", "")])
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&seen, &site);
    for _ in 0..10 {
        let seen = site
            .sign_in(&nobody, "owner@example.com", "wrong", &[])
            .await;
        check(&seen, &site);
        statuses.insert(seen.status.as_u16());
    }
    for expected in [200, 303, 400, 401, 403, 404, 405, 429] {
        assert!(
            statuses.contains(&expected),
            "no {expected} in {statuses:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_pages_for_browsers_and_problems_for_programs() {
    let (site, _) = Site::connected().await;
    let owner = site.visitor(Role::Owner).await;
    for (method, path, status) in [
        (Method::GET, "/nothing", 404),
        (Method::DELETE, "/members", 405),
        (Method::GET, "/i/999", 404),
        (Method::POST, "/members", 403),
    ] {
        let seen = owner
            .send(method, &site.at(path), &[("accept", "text/html")], None)
            .await;
        assert_eq!(seen.status.as_u16(), status);
        assert_eq!(
            header(&seen.headers, "content-type"),
            "text/html; charset=utf-8"
        );
        assert!(seen.body.contains("What to do"), "{path}: {}", seen.body);
    }
    for (method, path, status, code) in [
        (Method::GET, "/api/nothing", 404, "not_found"),
        (
            Method::DELETE,
            "/api/v1/integrations",
            405,
            "method_not_allowed",
        ),
        (Method::GET, "/api/v1/integrations/999", 404, "not_found"),
        (
            Method::GET,
            "/api/v1/integrations/1/users/none",
            404,
            "not_found",
        ),
        (
            Method::POST,
            "/api/v1/integrations/1/sync",
            403,
            "other_origin",
        ),
        (
            Method::GET,
            "/api/v1/integrations/1/users?sort=shoe",
            400,
            "invalid_parameters",
        ),
    ] {
        let seen = owner.send(method, &site.at(path), &[], None).await;
        assert_eq!(seen.status.as_u16(), status, "{path}: {}", seen.body);
        assert_eq!(
            header(&seen.headers, "content-type"),
            "application/problem+json"
        );
        assert_eq!(seen.json()["code"], code);
        assert_eq!(seen.json()["status"], status);
    }
    let seen = site
        .get(&owner, "/api/v1/integrations/1/users?sort=shoe&department=")
        .await;
    let problem = seen.json();
    assert_eq!(problem["errors"][0]["field"], "sort");
    assert_eq!(problem["errors"][1]["field"], "department");
}
