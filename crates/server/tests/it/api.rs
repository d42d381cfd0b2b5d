//! The API as a whole, as programs rely on it: the shape of every answer, wrong parameters and members,
//! and the description.

use model::Role;
use serde_json::json;
use testkit::web::Visitor;

use crate::fixture::{Acme, acme_for_program};

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
    let (site, program) = acme_for_program().await;
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

fn settings_of_times() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(\d\d-\d\dT12:00:00)(\.\d+)?Z", "${1}Z");
    settings.set_prepend_module_to_snapshot(false);
    settings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_have_the_shape_that_was_settled() {
    let acme = Acme::with_contract().await;
    let list = acme.get("/findings").await;
    let finding = &list["items"][0];
    assert_eq!(finding["id"], "deactivated_counted~licensed~cleo");
    assert_eq!(finding["rule"], "deactivated_counted");
    assert_eq!(finding["user_id"], "cleo");
    assert_eq!(finding["state"], "open");
    assert_eq!(finding["saving"]["amount"], 120.5);
    assert_eq!(finding["saving"]["currency"], "EUR");
    assert_eq!(finding["saving"]["per"], "year");
    assert_eq!(finding["saving"]["price_source"], "contract ACME-1");
    assert_eq!(list["total"], 1);
    let settings = settings_of_times();
    for (name, path) in [
        ("findings", "/findings?state=open&state=held"),
        ("finding_facets", "/findings/facets"),
        ("finding_summary", "/findings/summary"),
        ("finding", "/findings/deactivated_counted~licensed~cleo"),
        ("renewals", "/renewals"),
        ("renewal", "/renewals/1?seats=2"),
        ("contracts", "/contracts"),
        ("thresholds", "/thresholds?rule=dormant&days=30&days=60"),
        ("histogram", "/histogram"),
    ] {
        let answer = acme.get(path).await;
        settings.bind(|| insta::assert_json_snapshot!(name, answer));
    }
    let told = acme.send("POST", "/whatif", &json!({})).await;
    assert_eq!(told.status, 200, "{}", told.body);
    settings.bind(|| insta::assert_json_snapshot!("whatif", told.json()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_wrong_parameters_and_members_are_reported_at_once() {
    let (site, program) = acme_for_program().await;
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
            vec![
                "amount",
                "as_of",
                "colour",
                "confidence",
                "currency",
                "source",
            ],
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
async fn a_parameter_that_a_list_does_not_know_is_named_and_refused() {
    let (site, program) = acme_for_program().await;
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

#[test]
fn the_api_is_described() {
    let document = serde_json::to_value(server::openapi(&[&connector_zoom::ZOOM])).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    settings().bind(|| insta::assert_json_snapshot!("openapi", document));
}
