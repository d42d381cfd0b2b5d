//! Forms and JSON bodies with several wrong fields: each is named at once, what was entered stays on
//! the page, and nothing is written.

use model::{Clock as _, Role};
use reqwest::StatusCode;
use serde_json::json;
use testkit::web::{Seen, Visitor};

use crate::fixture::{self, Site};

/// A site, its owner in a browser, and a program of the owner.
async fn acme() -> (Site, Visitor, Visitor) {
    let (site, id) = Site::connected().await;
    fixture::acme(&site, id).await;
    let owner = site.visitor(Role::Owner).await;
    let program = Visitor::with_token(&site.token(Role::Owner).await);
    (site, owner, program)
}

/// The page names exactly these fields, and shows these values.
fn assert_shown(seen: &Seen, fields: &[&str], values: &[&str]) {
    assert_eq!(
        seen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        seen.body
    );
    for field in fields {
        let error = format!("id=\"{field}-error\"");
        assert!(seen.body.contains(&error), "{field} in {}", seen.body);
    }
    let named = seen.body.matches("class=\"field-error\"").count();
    assert_eq!(named, fields.len(), "{}", seen.body);
    for value in values {
        let value = format!("value=\"{value}\"");
        assert!(seen.body.contains(&value), "{value} in {}", seen.body);
    }
}

/// The number of entries of the audit log: every change adds one.
async fn audit(site: &Site) -> usize {
    site.install.store.audit(1000, None).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_is_refused_with_every_wrong_field() {
    let (site, owner, program) = acme().await;
    let before = audit(&site).await;
    let fields = [
        ("name", "Zoom"),
        ("licence", "gold"),
        ("quantity", "many"),
        ("minimum", "-1"),
        ("unit_price", "12,50"),
        ("currency", "EUR"),
        ("billing_cycle", "daily"),
        ("starts_on", "2026-02-30"),
        ("ends_on", "2027-01-31"),
        ("notice_days", "9999"),
        ("owner", "nobody"),
        ("notes", ""),
    ];
    let seen = site.submit(&owner, "/i/1/contracts", &fields).await;
    assert_shown(
        &seen,
        &[
            "licence",
            "quantity",
            "minimum",
            "unit_price",
            "billing_cycle",
            "starts_on",
            "notice_days",
            "owner",
        ],
        &[
            "Zoom",
            "many",
            "-1",
            "12,50",
            "2026-02-30",
            "9999",
            "nobody",
        ],
    );
    assert!(site.install.store.all_contracts().await.unwrap().is_empty());
    assert_eq!(audit(&site).await, before);
    // The same command as JSON names the same fields.
    let mut body = json!({});
    for (name, value) in fields {
        body[name] = json!(value);
    }
    let seen = send(
        &site,
        &program,
        "POST",
        "/api/v1/integrations/1/contracts",
        &body,
    )
    .await;
    assert_eq!(
        named(&seen),
        [
            "billing_cycle",
            "licence",
            "minimum",
            "notice_days",
            "owner",
            "quantity",
            "starts_on",
            "unit_price"
        ]
    );
    assert!(site.install.store.all_contracts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_refused_with_every_wrong_field() {
    let (site, owner, _) = acme().await;
    let before = audit(&site).await;
    let page = site.get(&owner, "/settings/rules").await;
    let form = page
        .form("/settings/rules")
        .fill("rules.dormant.days", "0")
        .fill("rules.addon_oversized.margin_percent", "lots")
        .fill("guards.settling_days", "9999")
        .fill("renewal.window_days", "1");
    let seen = owner.submit(&page, &form).await;
    assert_shown(
        &seen,
        &[
            "rules.dormant.days",
            "rules.addon_oversized.margin_percent",
            "guards.settling_days",
            "renewal.window_days",
            "reason",
        ],
        &["0", "lots", "9999", "1"],
    );
    let fields = [
        ("scope", "licence:gold"),
        ("override_rule", "dormant"),
        ("override_on", "on"),
        ("override_days", "5000"),
        ("override_reason", ""),
    ];
    let seen = site
        .submit(&owner, "/settings/rules/overrides", &fields)
        .await;
    assert_shown(
        &seen,
        &["scope", "override_days", "override_reason"],
        &["5000"],
    );
    assert!(
        seen.body.contains("value=\"dormant\" selected"),
        "{}",
        seen.body
    );
    assert!(site.install.store.rule_settings().await.unwrap().is_none());
    assert_eq!(audit(&site).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_of_messages_are_refused_with_every_wrong_field() {
    let (site, owner, _) = acme().await;
    let before = audit(&site).await;
    let at = "/settings/notifications";
    let fields = [
        ("host", "mail example"),
        ("port", "0"),
        ("security", "starttls"),
        ("user", "seatwise"),
        ("password", ""),
        ("from", "nobody"),
    ];
    let seen = site.submit(&owner, &format!("{at}/mail"), &fields).await;
    assert_shown(
        &seen,
        &["host", "port", "password", "from"],
        &["mail example", "0", "seatwise", "nobody"],
    );
    let fields = [
        ("name", ""),
        ("kind", "email"),
        ("target", "nobody"),
        ("amount", "12,50"),
        ("currency", "EUR"),
        ("event.digest", "yes"),
    ];
    let seen = site
        .submit(&owner, &format!("{at}/channels"), &fields)
        .await;
    assert_shown(
        &seen,
        &["name", "target", "amount"],
        &["nobody", "12,50", "EUR"],
    );
    let digest = "name=\"event.digest\" value=\"yes\" checked";
    assert!(seen.body.contains(digest), "{}", seen.body);
    assert!(site.install.store.smtp().await.unwrap().is_none());
    assert!(site.install.store.channels().await.unwrap().is_empty());
    assert_eq!(audit(&site).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_of_integrations_prices_members_and_changes_keep_what_was_entered() {
    let (site, owner, program) = acme().await;
    let accept = json!({"action": "accept", "ids": ["deactivated_counted~licensed~cleo"]});
    let path = "/api/v1/integrations/1/findings/decisions";
    let seen = send(&site, &program, "POST", path, &accept).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    let before = audit(&site).await;
    let fields = [
        ("name", ""),
        ("plan", "pro"),
        ("budget_percent", "101"),
        ("interval_minutes", "soon"),
    ];
    let seen = site.submit(&owner, "/i/1/settings", &fields).await;
    assert_shown(
        &seen,
        &["name", "budget_percent", "interval_minutes"],
        &["101", "soon"],
    );
    let fields = [
        ("licence", "gold"),
        ("amount", "12,50"),
        ("currency", "EUR"),
        ("as_of", "yesterday"),
        ("source", ""),
        ("confidence", "listed"),
    ];
    let seen = site.submit(&owner, "/i/1/prices", &fields).await;
    assert_shown(
        &seen,
        &["licence", "amount", "as_of", "source"],
        &["12,50", "EUR", "yesterday"],
    );
    let fields = [
        ("name", ""),
        ("email", "nobody"),
        ("role", "viewer"),
        ("password", "short"),
    ];
    let seen = site.submit(&owner, "/members", &fields).await;
    assert_shown(&seen, &["name", "email", "password"], &["nobody"]);
    assert!(!seen.body.contains("short"), "a password is never shown");
    let fields = [("what", "execute"), ("all", "yes"), ("stop_after", "0")];
    let seen = site.submit(&owner, "/i/1/changes/run", &fields).await;
    assert_shown(&seen, &["stop_after"], &["0"]);
    assert_eq!(audit(&site).await, before);
}

/// Sends a JSON body as a program does.
async fn send(
    site: &Site,
    visitor: &Visitor,
    method: &str,
    path: &str,
    body: &serde_json::Value,
) -> Seen {
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/json"),
    ];
    let method = method.parse().unwrap();
    let body = Some(body.to_string());
    visitor.send(method, &site.at(path), &headers, body).await
}

/// The fields that an answer of 400 names, by name.
fn named(seen: &Seen) -> Vec<String> {
    assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{}", seen.body);
    let errors = seen.json()["errors"].as_array().unwrap().clone();
    let mut fields: Vec<String> = errors
        .iter()
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect();
    fields.sort();
    fields
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_refused_with_every_wrong_field() {
    let (site, owner, program) = acme().await;
    let before = audit(&site).await;
    let today = site.install.clock.now().day();
    let yesterday = today.plus(-1).to_string();
    let path = "/api/v1/integrations/1/findings/decisions";
    for (body, fields) in [
        (
            json!({"action": "ask", "days": 0, "remind_days": "soon", "on_silence": "burn", "filter": {"rule": "lazy", "state": "gone"}}),
            vec!["days", "on_silence", "remind_days", "rule", "state"],
        ),
        (
            json!({"action": "exempt", "until": yesterday, "scope": "all", "colour": 1, "dry_run": "yes"}),
            vec!["colour", "dry_run", "ids", "reason", "scope", "until"],
        ),
        (
            json!({"ids": "x", "filter": [], "text": {}}),
            vec!["action", "filter", "ids", "text"],
        ),
    ] {
        let seen = send(&site, &program, "POST", path, &body).await;
        assert_eq!(named(&seen), fields, "{body}");
    }
    let fields = [
        ("action", "exempt"),
        ("finding", "deactivated_counted~licensed~cleo"),
        ("until", &yesterday),
        ("reason", ""),
    ];
    let seen = site.submit(&owner, "/i/1/findings/decide", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for error in ["has passed: give", "say why the licence is to stay."] {
        assert!(seen.body.contains(error), "{error} in {}", seen.body);
    }
    let value = format!("value=\"{yesterday}\"");
    assert!(seen.body.contains(&value), "{}", seen.body);
    assert_eq!(audit(&site).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_rules_are_refused_with_every_wrong_field() {
    let (site, _, program) = acme().await;
    let before = audit(&site).await;
    let body = json!({
        "settings": {
            "rules": {"dormant": {"days": 0}, "lazy": {}},
            "needs": {"minutes": "long"},
            "renewal": {"central_percent": 100}
        },
        "colour": "red"
    });
    let seen = send(&site, &program, "PUT", "/api/v1/rules", &body).await;
    assert_eq!(
        named(&seen),
        [
            "colour",
            "needs.minutes",
            "reason",
            "renewal.central_percent",
            "rules.dormant.days",
            "rules.lazy"
        ]
    );
    let seen = send(
        &site,
        &program,
        "PUT",
        "/api/v1/rules",
        &json!({"settings": 5}),
    )
    .await;
    assert_eq!(named(&seen), ["reason", "settings"]);
    assert!(site.install.store.rule_settings().await.unwrap().is_none());
    assert_eq!(audit(&site).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_of_exports_and_imports_name_every_wrong_parameter() {
    let (site, _, program) = acme().await;
    let api = "/api/v1/integrations/1";
    for (method, path, fields) in [
        (
            "GET",
            format!("{api}/changes/export?format=fax&state=gone&change=x&colour=red"),
            vec!["change", "colour", "format", "state"],
        ),
        (
            "GET",
            "/i/1/changes.csv?state=gone&change=x".to_owned(),
            vec!["change", "state"],
        ),
        (
            "GET",
            "/i/1/costs.csv?from=x&to=y&colour=red".to_owned(),
            vec!["colour", "from", "to"],
        ),
        (
            "POST",
            format!("{api}/people/import?dry_run=x&confirm=y&z=1"),
            vec!["confirm", "dry_run", "z"],
        ),
    ] {
        let seen = send(&site, &program, method, &path, &json!({})).await;
        assert_eq!(named(&seen), fields, "{path}");
    }
}
