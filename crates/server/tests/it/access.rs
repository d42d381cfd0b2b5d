//! Every route with every role, without credentials and with wrong ones. The access rules are
//! listed here a second time; a route that is missing from the list fails the test.

use For::{Everybody, May, Members};
use Permission::{
    Decide, MakeChanges, ManageIntegrations, ManageMembers, ManageSettings, RunSync, ViewAudit,
    ViewData,
};
use model::{Permission, Role};
use reqwest::{Method, StatusCode};
use testkit::web::{Seen, Visitor};

use crate::fixture::{self, Site};

#[derive(Clone, Copy, Debug, PartialEq)]
enum For {
    Everybody,
    Members,
    /// Members with this permission.
    May(Permission),
}

/// Method, path, permitted callers, and whether an API token is accepted.
const TABLE: &[(&str, &str, For, bool)] = &[
    ("GET", "/healthz", Everybody, false),
    ("GET", "/readyz", Everybody, false),
    ("GET", "/assets/{name}", Everybody, false),
    ("GET", "/metrics", May(ViewData), true),
    ("GET", "/setup", Everybody, false),
    ("POST", "/setup", Everybody, false),
    ("GET", "/sign-in", Everybody, false),
    ("POST", "/sign-in", Everybody, false),
    ("POST", "/sign-out", Members, false),
    ("GET", "/", May(ViewData), false),
    ("GET", "/integrations", May(ViewData), false),
    ("GET", "/integrations/{application}", May(ViewData), false),
    (
        "GET",
        "/integrations/{application}/add",
        May(ManageIntegrations),
        false,
    ),
    (
        "POST",
        "/integrations/{application}/add/oauth",
        May(ManageIntegrations),
        false,
    ),
    (
        "POST",
        "/integrations/{application}/add/server-to-server",
        May(ManageIntegrations),
        false,
    ),
    ("GET", "/oauth/{application}/callback", Everybody, false),
    ("GET", "/oauth/{application}/outcome", Everybody, false),
    ("GET", "/i/{id}", May(ViewData), false),
    ("GET", "/i/{id}/integration", May(ViewData), false),
    ("GET", "/i/{id}/integration/events", May(ViewData), false),
    ("GET", "/i/{id}/runs", May(ViewData), false),
    ("POST", "/i/{id}/sync", May(RunSync), false),
    ("POST", "/i/{id}/pause", May(ManageIntegrations), false),
    ("POST", "/i/{id}/resume", May(ManageIntegrations), false),
    (
        "POST",
        "/i/{id}/reauthorise",
        May(ManageIntegrations),
        false,
    ),
    ("POST", "/i/{id}/check", May(ManageIntegrations), false),
    ("POST", "/i/{id}/settings", May(ManageIntegrations), false),
    ("GET", "/i/{id}/disconnect", May(ManageIntegrations), false),
    ("POST", "/i/{id}/disconnect", May(ManageIntegrations), false),
    ("GET", "/i/{id}/users", May(ViewData), false),
    ("GET", "/i/{id}/users.csv", May(ViewData), true),
    ("GET", "/i/{id}/users/{key}", May(ViewData), false),
    ("GET", "/i/{id}/groups", May(ViewData), false),
    ("GET", "/i/{id}/meetings", May(ViewData), false),
    ("GET", "/i/{id}/sign-ins", May(ViewData), false),
    ("GET", "/i/{id}/admin-changes", May(ViewData), false),
    ("GET", "/i/{id}/account", May(ViewData), false),
    ("GET", "/findings", May(ViewData), false),
    ("GET", "/i/{id}/findings", May(ViewData), false),
    ("GET", "/i/{id}/findings/{finding}", May(ViewData), false),
    ("POST", "/i/{id}/findings/preview", May(Decide), false),
    ("POST", "/i/{id}/findings/decide", May(Decide), false),
    ("GET", "/i/{id}/licences", May(ViewData), false),
    ("GET", "/i/{id}/licences/{licence}", May(ViewData), false),
    ("GET", "/i/{id}/what-if", May(ViewData), false),
    ("POST", "/i/{id}/what-if/save", May(ManageSettings), false),
    ("GET", "/i/{id}/contracts", May(ViewData), false),
    ("POST", "/i/{id}/contracts", May(Decide), false),
    ("GET", "/i/{id}/contracts/new", May(Decide), false),
    ("GET", "/i/{id}/contracts/import", May(Decide), false),
    ("POST", "/i/{id}/contracts/import", May(Decide), false),
    ("GET", "/i/{id}/contracts/{contract}", May(ViewData), false),
    (
        "GET",
        "/i/{id}/contracts/{contract}/edit",
        May(Decide),
        false,
    ),
    (
        "POST",
        "/i/{id}/contracts/{contract}/edit",
        May(Decide),
        false,
    ),
    (
        "GET",
        "/i/{id}/contracts/{contract}/remove",
        May(Decide),
        false,
    ),
    (
        "POST",
        "/i/{id}/contracts/{contract}/remove",
        May(Decide),
        false,
    ),
    (
        "POST",
        "/i/{id}/contracts/{contract}/attachments",
        May(Decide),
        false,
    ),
    (
        "GET",
        "/i/{id}/contracts/{contract}/attachments/{attachment}",
        May(ViewData),
        false,
    ),
    (
        "POST",
        "/i/{id}/contracts/{contract}/attachments/{attachment}/remove",
        May(Decide),
        false,
    ),
    ("GET", "/i/{id}/prices", May(ViewData), false),
    ("POST", "/i/{id}/prices", May(Decide), false),
    ("POST", "/i/{id}/prices/remove", May(Decide), false),
    ("GET", "/renewals", May(ViewData), false),
    ("POST", "/renewals/feed", May(ManageSettings), false),
    ("GET", "/i/{id}/renewals", May(ViewData), false),
    ("GET", "/i/{id}/renewals/{contract}", May(ViewData), false),
    (
        "GET",
        "/i/{id}/renewals/{contract}/print",
        May(ViewData),
        false,
    ),
    ("GET", "/settings/rules", May(ViewData), false),
    ("POST", "/settings/rules", May(ManageSettings), false),
    (
        "POST",
        "/settings/rules/overrides",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/rules/overrides/remove",
        May(ManageSettings),
        false,
    ),
    ("GET", "/questions", May(ViewData), false),
    ("GET", "/requests", May(ViewData), false),
    ("POST", "/questions/{question}/withdraw", May(Decide), false),
    ("GET", "/i/{id}/changes", May(ViewData), false),
    ("POST", "/i/{id}/changes/preview", May(Decide), false),
    ("POST", "/i/{id}/changes/remove", May(Decide), false),
    ("GET", "/i/{id}/changes/{change}", May(ViewData), false),
    (
        "GET",
        "/i/{id}/write-access",
        May(ManageIntegrations),
        false,
    ),
    (
        "POST",
        "/i/{id}/write-access",
        May(ManageIntegrations),
        false,
    ),
    (
        "POST",
        "/i/{id}/write-access/remove",
        May(ManageIntegrations),
        false,
    ),
    ("GET", "/i/{id}/ledger", May(ViewData), false),
    ("GET", "/i/{id}/people", May(ViewData), false),
    ("POST", "/i/{id}/people", May(Decide), false),
    ("POST", "/i/{id}/people/remove", May(Decide), false),
    ("POST", "/i/{id}/changes/run", May(MakeChanges), false),
    ("GET", "/members", May(ManageMembers), false),
    ("POST", "/members", May(ManageMembers), false),
    ("POST", "/members/{id}/role", May(ManageMembers), false),
    ("POST", "/members/{id}/disable", May(ManageMembers), false),
    ("POST", "/members/{id}/enable", May(ManageMembers), false),
    ("POST", "/members/{id}/password", May(ManageMembers), false),
    ("GET", "/settings", Members, false),
    ("POST", "/settings/inactivity", May(ManageSettings), false),
    ("POST", "/settings/password", Members, false),
    ("POST", "/settings/tokens", Members, false),
    ("POST", "/settings/tokens/{id}/revoke", Members, false),
    (
        "POST",
        "/settings/apps/{application}",
        May(ManageIntegrations),
        false,
    ),
    ("GET", "/answer/{token}", Everybody, false),
    ("POST", "/answer/{token}", Everybody, false),
    ("GET", "/settings/notifications", May(ManageSettings), false),
    (
        "POST",
        "/settings/notifications/mail",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/mail/remove",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/mail/test",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/words",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/cool-down",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/channels",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/channels/{id}",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/channels/{id}/remove",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/channels/{id}/test",
        May(ManageSettings),
        false,
    ),
    (
        "POST",
        "/settings/notifications/messages/{id}/retry",
        May(ManageSettings),
        false,
    ),
    ("GET", "/audit", May(ViewAudit), false),
    ("GET", "/api", May(ViewData), false),
    ("GET", "/api/openapi.json", Members, true),
    ("GET", "/i/{id}/users.xlsx", May(ViewData), true),
    ("GET", "/i/{id}/users.parquet", May(ViewData), true),
    ("GET", "/i/{id}/findings.csv", May(ViewData), true),
    ("GET", "/i/{id}/findings.xlsx", May(ViewData), true),
    ("GET", "/i/{id}/findings.parquet", May(ViewData), true),
    (
        "GET",
        "/i/{id}/renewals/{contract}/xlsx",
        May(ViewData),
        true,
    ),
    ("GET", "/i/{id}/costs.csv", May(ViewData), true),
    ("GET", "/i/{id}/changes.csv", May(ViewData), true),
    ("GET", "/i/{id}/changes.ps1", May(ViewData), true),
    ("GET", "/i/{id}/changes.sh", May(ViewData), true),
    ("GET", "/renewals.ics", Everybody, false),
    (
        "GET",
        "/api/v1/integrations/{id}/findings",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/findings/facets",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/findings/summary",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/findings/{finding}",
        May(ViewData),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/findings/decisions",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/renewals",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/renewals/{contract}",
        May(ViewData),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/whatif",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/thresholds",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/histogram",
        May(ViewData),
        true,
    ),
    ("GET", "/api/v1/rules", May(ViewData), true),
    ("PUT", "/api/v1/rules", May(ManageSettings), true),
    (
        "GET",
        "/api/v1/integrations/{id}/contracts",
        May(ViewData),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/contracts",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/contracts/{contract}",
        May(ViewData),
        true,
    ),
    (
        "PUT",
        "/api/v1/integrations/{id}/contracts/{contract}",
        May(Decide),
        true,
    ),
    (
        "DELETE",
        "/api/v1/integrations/{id}/contracts/{contract}",
        May(Decide),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/contracts/import",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/prices",
        May(ViewData),
        true,
    ),
    (
        "PUT",
        "/api/v1/integrations/{id}/prices/{licence}",
        May(Decide),
        true,
    ),
    (
        "DELETE",
        "/api/v1/integrations/{id}/prices/{licence}",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/changes",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/changes/export",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/changes/{change}/journal",
        May(ViewData),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/changes/exported",
        May(Decide),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/changes/dry-run",
        May(MakeChanges),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/changes/execute",
        May(MakeChanges),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/changes/undo",
        May(MakeChanges),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/ledger",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/questions",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/requests",
        May(ViewData),
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/{id}/people/import",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/scim/v2/integrations/{id}/ServiceProviderConfig",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/scim/v2/integrations/{id}/ResourceTypes",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/scim/v2/integrations/{id}/Schemas",
        May(Decide),
        true,
    ),
    ("GET", "/scim/v2/integrations/{id}/Users", May(Decide), true),
    (
        "POST",
        "/scim/v2/integrations/{id}/Users",
        May(Decide),
        true,
    ),
    (
        "GET",
        "/scim/v2/integrations/{id}/Users/{person}",
        May(Decide),
        true,
    ),
    (
        "PUT",
        "/scim/v2/integrations/{id}/Users/{person}",
        May(Decide),
        true,
    ),
    (
        "PATCH",
        "/scim/v2/integrations/{id}/Users/{person}",
        May(Decide),
        true,
    ),
    (
        "DELETE",
        "/scim/v2/integrations/{id}/Users/{person}",
        May(Decide),
        true,
    ),
    ("POST", "/api/v1/calendar", May(ManageSettings), true),
    ("DELETE", "/api/v1/calendar", May(ManageSettings), true),
    ("GET", "/api/v1/integrations", May(ViewData), true),
    ("GET", "/api/v1/integrations/{id}", May(ViewData), true),
    (
        "GET",
        "/api/v1/integrations/{id}/streams",
        May(ViewData),
        true,
    ),
    ("GET", "/api/v1/integrations/{id}/runs", May(ViewData), true),
    (
        "GET",
        "/api/v1/integrations/{id}/rejected-records",
        May(ViewData),
        true,
    ),
    ("POST", "/api/v1/integrations/{id}/sync", May(RunSync), true),
    (
        "POST",
        "/api/v1/integrations/{id}/preflight",
        May(ManageIntegrations),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/users",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/users/{key}",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/facets",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/groups",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/meetings",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/sign-ins",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/admin-changes",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/usage",
        May(ViewData),
        true,
    ),
    (
        "GET",
        "/api/v1/integrations/{id}/account-settings",
        May(ViewData),
        true,
    ),
];

#[test]
fn s11_every_route_is_on_the_list() {
    let mut routes: Vec<_> = server::routes()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let mut listed: Vec<_> = TABLE
        .iter()
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
    for &(method, path, access, token) in TABLE {
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
