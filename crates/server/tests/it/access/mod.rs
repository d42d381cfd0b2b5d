//! Every route with every role, without credentials and with wrong ones. The access rules are
//! listed here a second time, in `pages` and `api`; a route that is missing there fails the test.

mod api;
mod pages;

use For::{Everybody, May, Members};
use model::{Permission, Role};
use reqwest::{Method, StatusCode};
use testkit::web::{Seen, Visitor};

use self::api::API;
use self::pages::PAGES;
use crate::fixture::{self, Site};

#[derive(Clone, Copy, Debug, PartialEq)]
enum For {
    Everybody,
    Members,
    /// Members with this permission.
    May(Permission),
}

/// Method, path, permitted callers, and whether an API token is accepted.
type Line = (&'static str, &'static str, For, bool);

/// Every route.
fn table() -> impl Iterator<Item = &'static Line> {
    PAGES.iter().chain(API)
}

#[test]
fn s11_every_route_is_on_the_list() {
    let mut routes: Vec<_> = server::routes()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let mut listed: Vec<_> = table()
        .map(|(method, path, ..)| format!("{method} {path}"))
        .collect();
    routes.sort();
    listed.sort();
    assert_eq!(routes, listed);
}

/// A path to an existing object where the request changes nothing, and to a missing one where it
/// would.
pub(crate) fn concrete(method: &str, path: &str) -> String {
    let changes = method != "GET";
    let id = if changes { "999" } else { "1" };
    path.replace("{id}", id)
        .replace("{key}", "ada")
        .replace("{name}", "none.css")
        .replace("{licence}", "licensed")
        .replace("{finding}", "dormant~licensed~ada")
        .replace("{application}", "zoom")
        .replace("{request}", "1")
        .replace("{change}", "1")
        .replace("{attachment}", "1")
        .replace("{contract}", "1")
        .replace("{token}", "AAAA")
        .replace("{person}", "none")
}

async fn ask(visitor: &Visitor, site: &Site, method: &str, path: &str) -> Seen {
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let method: Method = method.parse().unwrap();
    let body = (method == Method::POST).then(String::new);
    visitor.send(method, &site.at(path), &headers, body).await
}

fn is_refused(seen: &Seen) -> bool {
    let to_sign_in = seen
        .redirect()
        .is_some_and(|to| to.path() == "/sign-in" && seen.url.path() != "/sign-out");
    to_sign_in
        || matches!(
            seen.status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_s12_every_route_lets_in_exactly_those_it_is_for() {
    let (site, id) = Site::connected().await;
    assert_eq!(id.to_string(), "1");
    fixture::acme(&site, id).await;
    let nobody = Visitor::new();
    let other = Visitor::with_token("swt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let mut wrong = Vec::new();
    let mut members = Vec::new();
    for role in Role::ALL {
        let program = Visitor::with_token(&site.token(role).await);
        members.push((role, site.visitor(role).await, program));
    }
    for &(method, path, access, token) in table() {
        // The progress stream never ends by itself, so the test would wait for ever.
        let endless = path.ends_with("/events");
        let path = concrete(method, path);
        for (who, visitor) in [("nobody", &nobody), ("a wrong token", &other)] {
            if path == "/sign-in" && method == "POST" {
                continue;
            }
            let seen = ask(visitor, &site, method, &path).await;
            if is_refused(&seen) != (access != Everybody) {
                wrong.push(format!("{method} {path}: {who}: {}", seen.status));
            }
        }
        for (role, visitor, program) in &mut members {
            let expected = match access {
                Everybody => continue,
                Members => true,
                May(permission) => role.allows(permission),
            };
            if expected && endless {
                continue;
            }
            let seen = ask(visitor, &site, method, &path).await;
            // A permitted request may still end in "not found" or in validation errors.
            if is_refused(&seen) == expected {
                wrong.push(format!("{method} {path}: {role:?}: {}", seen.status));
            }
            if seen.status.is_server_error() {
                wrong.push(format!(
                    "{method} {path}: {role:?}: {} {}",
                    seen.status, seen.body
                ));
            }
            let seen = ask(program, &site, method, &path).await;
            if is_refused(&seen) == (expected && token) {
                wrong.push(format!(
                    "{method} {path}: {role:?} by token: {}",
                    seen.status
                ));
            }
            if path == "/sign-out" {
                *visitor = site.visitor(*role).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s12_other_ways_of_writing_a_path_lead_nowhere() {
    let (site, _) = Site::connected().await;
    let nobody = Visitor::new();
    for path in [
        "/api/v1/integrations/",
        "/api//v1/integrations",
        "/API/v1/integrations",
        "/%61pi/v1/integrations",
        "/api/v1/integrations%2f1",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "/i/1/users;x",
        "/i/01",
        "/i/+1",
        "/i/-1",
        "/i/1.csv",
        "/healthz/../i/1",
    ] {
        let seen = site.get(&nobody, path).await;
        assert!(!seen.status.is_success(), "{path}: {}", seen.status);
    }
    for header in ["x-http-method-override", "x-method-override"] {
        let seen = nobody
            .send(
                Method::GET,
                &site.at("/i/1/pause"),
                &[(header, "POST")],
                None,
            )
            .await;
        assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    for token in ["", "swt_", "Bearer", "swt_x y", "é"] {
        let seen = nobody
            .send(
                Method::GET,
                &site.at("/api/v1/integrations"),
                &[("authorization", &format!("Bearer {token}"))],
                None,
            )
            .await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{token}");
    }
    let owner = site.visitor(Role::Owner).await;
    for path in ["/i/01", "/i/+1", "/i/999", "/i/x", "/integrations/teams"] {
        assert_eq!(site.get(&owner, path).await.status, 404, "{path}");
    }
    // A request with a wrong token is refused even with a valid cookie, because the cookie is
    // ignored.
    let seen = owner
        .send(
            Method::GET,
            &site.at("/api/v1/integrations"),
            &[("authorization", "Bearer swt_wrong")],
            None,
        )
        .await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
}
