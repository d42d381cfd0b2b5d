//! The API's responses, as programs rely on them.

use model::Role;
use serde_json::Value;
use testkit::web::Visitor;

use crate::fixture;
use crate::site::Site;

async fn acme() -> (Site, Visitor) {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let program = Visitor::with_token(&site.token(Role::Viewer).await);
    (site, program)
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "[host]");
    settings.add_filter(r#""account_id": "[^"]+""#, r#""account_id": "[account]""#);
    // Requests to Zoom take some simulated milliseconds.
    settings.add_filter(r#"("\w+_at": "2026-11-23T12:00:00)(\.\d+)?Z"#, "${1}Z");
    settings.set_prepend_module_to_snapshot(false);
    settings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_its_shape() {
    let (site, program) = acme().await;
    let settings = settings();
    for (name, path) in [
        ("integrations", ""),
        ("integration", "/1"),
        ("streams", "/1/streams"),
        ("runs", "/1/runs"),
        ("users", "/1/users"),
        ("user", "/1/users/ada"),
        ("facets", "/1/facets?user_type=pro"),
        ("groups", "/1/groups"),
        ("sign_ins", "/1/sign-ins"),
        ("admin_changes", "/1/admin-changes"),
        ("usage", "/1/usage?from=2026-11-12&to=2026-11-14"),
        ("account_settings", "/1/account-settings"),
    ] {
        let seen = site
            .get(&program, &format!("/api/v1/integrations{path}"))
            .await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        settings.bind(|| insta::assert_json_snapshot!(name, seen.json()));
    }
}

fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_pages_and_facets_agree() {
    let (site, program) = acme().await;
    let users = async |query: &str| {
        let seen = site
            .get(&program, &format!("/api/v1/integrations/1/users?{query}"))
            .await;
        assert_eq!(seen.status, 200, "{query}: {}", seen.body);
        seen.json()
    };
    for (query, expected) in [
        ("user_type=pro", vec!["ada", "cleo"]),
        (
            "user_type=pro&user_type=basic",
            vec!["ada", "ben", "cleo", "dora@acme.example"],
        ),
        ("user_type=pro&user_status=active", vec!["ada"]),
        ("department=none", vec!["cleo"]),
        ("webinar=unknown&user_type=pro", vec!["cleo"]),
        ("large_meeting_capacity=>%3D500", vec!["ada"]),
        ("last_client_version=6.2", vec!["ada"]),
        ("group=none", vec!["dora@acme.example"]),
        ("q=okri", vec!["ben"]),
        ("state=active", vec!["ada"]),
        ("state=active&inactive_days=2", vec![]),
        ("sort=-email&user_type=pro", vec!["cleo", "ada"]),
    ] {
        let answer = users(query).await;
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer["total"], expected.len(), "{query}");
        let facets = site
            .get(
                &program,
                &format!(
                    "/api/v1/integrations/1/facets?{}",
                    query.replace("sort=-email&", "")
                ),
            )
            .await
            .json();
        assert_eq!(facets["total"], expected.len(), "{query}");
    }
    let mut cursor = String::new();
    let mut seen = Vec::new();
    loop {
        let page = users(&format!("limit=1{cursor}")).await;
        assert_eq!(page["total"], 4);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 4);
    for query in [
        "limit=0",
        "limit=1001",
        "cursor=x",
        "usertype=pro",
        "state=asleep",
        "large_meeting_enabled=maybe",
        "inactive_days=0",
    ] {
        let path = format!("/api/v1/integrations/1/users?{query}");
        let seen = site.get(&program, &path).await;
        assert_eq!(seen.status, 400, "{query}");
        let field = query.split('=').next().unwrap();
        assert_eq!(seen.json()["errors"][0]["field"], field);
    }
    for path in [
        "sign-ins?cursor=x",
        "sign-ins?from=2026-13-01",
        "runs?cursor=x",
        "runs?colour=red",
    ] {
        let seen = site
            .get(&program, &format!("/api/v1/integrations/1/{path}"))
            .await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_wrong_parameters_and_members_are_reported_at_once() {
    let (site, program) = acme().await;
    let fields = |seen: &testkit::web::Seen| -> Vec<String> {
        let answer = seen.json();
        let errors = answer["errors"].as_array().unwrap().iter();
        errors
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect()
    };
    for (path, expected) in [
        (
            "sign-ins?from=x&kind=up&limit=0&colour=red",
            vec!["colour", "from", "kind", "limit"],
        ),
        (
            "meetings?from=2026-02-01&to=2026-01-01&limit=many",
            vec!["from", "limit"],
        ),
        (
            "admin-changes?size=1&limit=1001&page=2",
            vec!["size", "page", "limit"],
        ),
        ("usage?from=1&to=2&q=3", vec!["q", "from", "to"]),
        ("runs?limit=-1&cursor=x", vec!["limit", "cursor"]),
        (
            "changes?state=open&state=gone&cursor=x",
            vec!["state", "state", "cursor"],
        ),
        ("questions?state=lost&limit=x", vec!["state", "limit"]),
        ("ledger?a=1&b=2", vec!["a", "b"]),
        ("thresholds?days=0,x,30", vec!["rule", "days", "days"]),
    ] {
        let seen = site
            .get(&program, &format!("/api/v1/integrations/1/{path}"))
            .await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
        assert_eq!(fields(&seen), expected, "{path}");
    }
    let administrator = Visitor::with_token(&site.token(Role::Administrator).await);
    for (method, path, body, expected) in [
        (
            reqwest::Method::PUT,
            "prices/webinar_500",
            serde_json::json!({"currency": "x", "confidence": "sure", "as_of": {}, "colour": 1}),
            vec!["amount", "as_of", "colour", "confidence", "currency"],
        ),
        (
            reqwest::Method::POST,
            "contracts",
            serde_json::json!({"licence": "licensed", "quantity": [], "starts_on": "x", "colour": 1}),
            vec!["colour", "ends_on", "quantity", "starts_on"],
        ),
        (
            reqwest::Method::POST,
            "changes/dry-run",
            serde_json::json!({"ids": ["x"], "stop_after": 0, "format": "csv"}),
            vec!["format", "ids", "stop_after"],
        ),
    ] {
        let url = site.at(&format!("/api/v1/integrations/1/{path}"));
        let headers = [("content-type", "application/json")];
        let seen = administrator
            .send(method, &url, &headers, Some(body.to_string()))
            .await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
        let mut fields = fields(&seen);
        fields.sort();
        assert_eq!(fields, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_seen_at_once_and_a_sync_can_be_asked_for() {
    let (site, program) = acme().await;
    let total = async || {
        let seen = site.get(&program, "/api/v1/integrations/1/users").await;
        seen.json()["total"].as_i64().unwrap()
    };
    assert_eq!(total().await, 4);
    let id = model::IntegrationId(1);
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

#[test]
fn the_api_is_described() {
    let document = serde_json::to_value(server::openapi(&[&connector_zoom::ZOOM])).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    settings().bind(|| insta::assert_json_snapshot!("openapi", document));
}

/// The schema of a user and the response have the same members.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_described_as_it_is_answered() {
    let (site, program) = acme().await;
    let user = site
        .get(&program, "/api/v1/integrations/1/users/ada")
        .await
        .json();
    let document = serde_json::to_value(server::openapi(&[&connector_zoom::ZOOM])).unwrap();
    let schemas = &document["components"]["schemas"];
    let names = |object: &Value| {
        let mut names: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&user), names(&schemas["User"]["properties"]));
    assert_eq!(
        names(&user["activity"]),
        names(&schemas["Activity"]["properties"])
    );
    assert_eq!(
        names(&user["metadata"]),
        names(&schemas["Metadata"]["properties"])
    );
    let parameters = document["paths"]["/api/v1/integrations/{id}/users"]["get"]["parameters"]
        .as_array()
        .unwrap();
    for field in names(&user["metadata"]) {
        assert!(
            parameters
                .iter()
                .any(|parameter| parameter["name"] == field.as_str())
        );
    }
    let served = site.get(&program, "/api/openapi.json").await.json();
    assert_eq!(served["paths"], document["paths"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_that_a_list_does_not_know_is_named_and_refused() {
    let (site, program) = acme().await;
    for path in [
        "",
        "/1/streams",
        "/1/runs",
        "/1/users",
        "/1/facets",
        "/1/groups",
        "/1/sign-ins",
        "/1/admin-changes",
        "/1/usage",
        "/1/account-settings",
    ] {
        let path = format!("/api/v1/integrations{path}?foo=1");
        let seen = site.get(&program, &path).await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
        assert_eq!(seen.json()["errors"][0]["field"], "foo", "{path}");
    }
    let path = "/api/v1/integrations/1/sign-ins?from=2026-11-20&to=2026-11-10";
    let seen = site.get(&program, path).await;
    assert_eq!(seen.json()["errors"][0]["field"], "from", "{}", seen.body);
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
