//! Contracts, prices, renewals, rules, the list of employees and the change list, as a user of a
//! browser works with them.

use model::{Clock, Role};
use reqwest::{Method, StatusCode};
use store::{Actor, ChangeAccess, ChangeFilter, NewChange};
use testkit::web::{Seen, Visitor};

use crate::fixture;
use crate::site::Site;

const BOUNDARY: &str = "----seatwise-test";

async fn acme() -> (Site, Visitor) {
    let (site, id) = Site::connected().await;
    assert_eq!(id.to_string(), "1");
    fixture::acme(&site, id).await;
    let manager = site.visitor(Role::LicenceManager).await;
    (site, manager)
}

/// Sends a form with one file, as a browser does.
async fn send_file(
    site: &Site,
    visitor: &Visitor,
    path: &str,
    (name, media_type, content): (&str, &str, &str),
) -> Seen {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"text\"\r\n\r\n\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", kind.as_str()),
    ];
    visitor
        .send(Method::POST, &site.at(path), &headers, Some(body))
        .await
}

/// The term ends in 120 days, and notice is due 60 days before.
fn business(site: &Site) -> Vec<(&'static str, String)> {
    let today = site.install.clock.now().day();
    vec![
        ("name", "Zoom <Business>".to_owned()),
        ("licence", "licensed".to_owned()),
        ("quantity", "20".to_owned()),
        ("minimum", "0".to_owned()),
        ("unit_price", "220.00".to_owned()),
        ("currency", "EUR".to_owned()),
        ("billing_cycle", "yearly".to_owned()),
        ("starts_on", today.plus(120 - 364).to_string()),
        ("ends_on", today.plus(120).to_string()),
        ("notice_days", "60".to_owned()),
        ("auto_renews", "yes".to_owned()),
        ("owner", String::new()),
        ("notes", String::new()),
    ]
}

async fn submit(site: &Site, visitor: &Visitor, path: &str, fields: &[(&str, String)]) -> Seen {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    site.submit(visitor, path, &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_that_was_entered_has_a_renewal_with_its_dates_and_money() {
    let (site, manager) = acme().await;
    let seen = submit(&site, &manager, "/i/1/contracts", &business(&site)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let list = site.get(&manager, "/i/1/contracts").await;
    assert!(list.body.contains("Zoom &lt;Business&gt;"));
    assert!(list.body.contains("€4,400"), "{}", list.body);
    let renewals = site.get(&manager, "/i/1/renewals").await;
    assert!(renewals.body.contains("in 60 days"), "{}", renewals.body);
    let page = site.get(&manager, "/i/1/renewals/1").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Notice has to arrive by",
        "Needed now",
        "Cost of each choice",
        "€4,400",
        "name=\"seats\"",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let calendar = site.get(&manager, "/renewals").await;
    assert!(calendar.body.contains("notice by"), "{}", calendar.body);
    let print = site.get(&manager, "/i/1/renewals/1/print").await;
    assert!(print.body.contains("Renewal summary"));
    assert!(!print.body.contains("class=\"side\""));
    // A viewer sees the same and no actions.
    let viewer = site.visitor(Role::Viewer).await;
    let seen = site.get(&viewer, "/i/1/contracts/1").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.body.contains("/edit\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missed_notice_is_shown_with_the_term_that_it_binds() {
    let (site, manager) = acme().await;
    let today = site.install.clock.now().day();
    let mut late = business(&site);
    for (name, value) in &mut late {
        match *name {
            "starts_on" => *value = today.plus(14 - 364).to_string(),
            "ends_on" => *value = today.plus(14).to_string(),
            _ => {}
        }
    }
    submit(&site, &manager, "/i/1/contracts", &late).await;
    let missed = today.plus(14 - 60).long();
    let bound = format!("is bound at 20 seats, because notice was due on {missed}");
    for path in ["/i/1/renewals/1", "/i/1/renewals/1/print", "/i/1"] {
        let page = site.get(&manager, path).await;
        assert!(page.body.contains(&bound), "{path}: {}", page.body);
    }
    let page = site.get(&manager, "/i/1/renewals/1").await;
    assert!(!page.body.contains("over the coming term"), "{}", page.body);
    // Another contract comes first on the overview; the missed notice is still shown there.
    submit(&site, &manager, "/i/1/contracts", &business(&site)).await;
    let overview = site.get(&manager, "/i/1").await;
    assert!(
        overview.body.contains("was missed: it is bound until"),
        "{}",
        overview.body
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_slider_works_as_an_address() {
    let (site, manager) = acme().await;
    submit(&site, &manager, "/i/1/contracts", &business(&site)).await;
    let seen = site.get(&manager, "/i/1/renewals/1?seats=10").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        seen.body
            .contains("€2,200</strong> for the term, €2,200 less"),
        "{}",
        seen.body
    );
    for wrong in ["x", "-1", "99999999999"] {
        let seen = site
            .get(&manager, &format!("/i/1/renewals/1?seats={wrong}"))
            .await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    for path in ["/i/1/renewals/2", "/i/1/renewals/01", "/i/1/contracts/x"] {
        let seen = site.get(&manager, path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_contract_names_every_field_and_is_not_stored() {
    let (site, manager) = acme().await;
    let mut fields = business(&site);
    for (name, value) in &mut fields {
        match *name {
            "quantity" => *value = "many".to_owned(),
            "currency" => *value = "euros".to_owned(),
            "ends_on" => *value = "2026-02-30".to_owned(),
            _ => {}
        }
    }
    let seen = submit(&site, &manager, "/i/1/contracts", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["quantity-error", "currency-error", "ends_on-error"] {
        assert!(seen.body.contains(field), "{field} in {}", seen.body);
    }
    assert!(seen.body.contains("value=\"many\""), "what was typed stays");
    let none = site.install.store.all_contracts().await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_csv_file_is_taken_whole_or_not_at_all() {
    let (site, manager) = acme().await;
    let store = &site.install.store;
    let header = "name,licence,quantity,unit_price,currency,starts_on,ends_on\n";
    let good = "A,licensed,10,5,EUR,2026-01-01,2026-12-31\n";
    let bad = format!("{header}{good}B,licensed,10,\"5,00\",EUR,2026-01-01,2026-12-31\n");
    let path = "/i/1/contracts/import";
    let seen = send_file(&site, &manager, path, ("c.csv", "text/csv", &bad)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("Nothing was imported"));
    assert!(seen.body.contains(">3</th>"), "the line: {}", seen.body);
    assert!(seen.body.contains("<code>unit_price</code>"));
    assert!(store.all_contracts().await.unwrap().is_empty());
    let seen = site.submit(&manager, path, &[("text", "")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = format!("{header}{good}{good}");
    let seen = send_file(&site, &manager, path, ("c.csv", "text/csv", &file)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    assert_eq!(store.all_contracts().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s08_s30_a_file_of_a_contract_is_saved_and_never_shown() {
    let (site, manager) = acme().await;
    submit(&site, &manager, "/i/1/contracts", &business(&site)).await;
    let path = "/i/1/contracts/1/attachments";
    let content = "<script>alert(1)</script>";
    let file = ("../Größe <b>.html", "text/html", content);
    let seen = send_file(&site, &manager, path, file).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&manager, "/i/1/contracts/1").await;
    assert!(page.body.contains("Größe &lt;b&gt;.html"), "{}", page.body);
    let seen = site.get(&manager, &format!("{path}/1")).await;
    assert_eq!(seen.body, content);
    let header = |name: &str| seen.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("default-src"));
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"Gr--e--b-.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20-b-.html"
    );
    // Slightly too large: the bytes that the server leaves unread fit into the connection.
    let large = "x".repeat((5 * 1024 + 256) * 1024);
    let file = ("large.bin", "application/pdf", large.as_str());
    let seen = send_file(&site, &manager, path, file).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let seen = site.submit(&manager, path, &[]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.submit(&manager, &format!("{path}/1/remove"), &[])
        .await;
    let seen = site.get(&manager, &format!("{path}/1")).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_says_where_it_is_from() {
    let (site, manager) = acme().await;
    let fields = |yearly: &'static str, currency: &'static str| {
        [
            ("licence", "licensed"),
            ("amount", yearly),
            ("currency", currency),
            ("as_of", "2026-10-01"),
            ("source", "Zoom’s price list"),
            ("confidence", "listed"),
        ]
    };
    let seen = site
        .submit(&manager, "/i/1/prices", &fields("12,50", "EUR"))
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("amount-error"));
    let seen = site
        .submit(&manager, "/i/1/prices", &fields("219.90", "EUR"))
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&manager, "/i/1/prices").await;
    for part in ["€219.90", "Zoom’s price list", "listed", "1 October"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    site.submit(&manager, "/i/1/prices/remove", &[("licence", "licensed")])
        .await;
    let page = site.get(&manager, "/i/1/prices").await;
    assert!(!page.body.contains("€219.90"));
}

/// The form of the rules with the values of the page, with some fields changed.
async fn rules_form(
    site: &Site,
    visitor: &Visitor,
    changes: &[(&str, &str)],
) -> Vec<(String, String)> {
    let page = site.get(visitor, "/settings/rules").await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/settings/rules")
        .unwrap();
    let mut fields: Vec<(String, String)> = form
        .fields
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
        .collect();
    let wanted = changes.iter().filter(|(_, value)| !value.is_empty());
    fields.extend(wanted.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

async fn save_rules(site: &Site, visitor: &Visitor, changes: &[(&str, &str)]) -> Seen {
    let fields = rules_form(site, visitor, changes).await;
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    site.submit(visitor, "/settings/rules", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_changed_with_a_reason_and_only_within_bounds() {
    let (site, _) = acme().await;
    let owner = site.visitor(Role::Owner).await;
    let days = "rules.dormant.days";
    for (changes, field) in [
        (
            vec![(days, "0"), ("reason", "x")],
            "rules.dormant.days-error",
        ),
        (
            vec![(days, "lots"), ("reason", "x")],
            "rules.dormant.days-error",
        ),
        (vec![(days, "45")], "reason-error"),
    ] {
        let seen = save_rules(&site, &owner, &changes).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(seen.body.contains(field), "{field} in {}", seen.body);
    }
    let store = &site.install.store;
    assert!(store.rule_settings().await.unwrap().is_none());
    let changes = [
        (days, "45"),
        ("rules.leaver.on", ""),
        ("reason", "Sales hosts seldom."),
    ];
    let seen = save_rules(&site, &owner, &changes).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let stored = store.rule_settings().await.unwrap().unwrap();
    let settings: serde_json::Value = serde_json::from_str(&stored.json).unwrap();
    assert_eq!(settings["rules"]["dormant"]["days"], 45);
    assert_eq!(settings["rules"]["leaver"]["on"], false);
    assert_eq!(settings["rules"]["never_used"]["on"], true);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(page.body.contains("Sales hosts seldom."));
    // Other numbers for one licence, and back again.
    let other = [
        ("scope", "licence:webinar_500"),
        ("override_rule", "addon_unused"),
        ("override_on", "on"),
        ("override_days", "180"),
        ("override_reason", "Half a year’s patience."),
    ];
    let seen = site
        .submit(&owner, "/settings/rules/overrides", &other)
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(page.body.contains("180 days"), "{}", page.body);
    let back = [("scope", "licence:webinar_500"), ("rule", "addon_unused")];
    let path = "/settings/rules/overrides/remove";
    assert_eq!(site.submit(&owner, path, &back).await.status, 303);
    assert_eq!(site.submit(&owner, path, &back).await.status, 404);
    let page = site.get(&owner, "/settings/rules").await;
    assert!(!page.body.contains("180 days"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_employees_is_taken_whole_or_not_at_all() {
    let (site, manager) = acme().await;
    let id = 1.into_id();
    let bad = ("hr.csv", "text/csv", "email\nben@acme.example\nben\n");
    let seen = send_file(&site, &manager, "/i/1/people", bad).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("<code>email</code>"), "{}", seen.body);
    let store = &site.install.store;
    assert!(store.imported_people(id).await.unwrap().is_none());
    let good = ("hr.csv", "text/csv", "email;left_on\nben@acme.example;\n");
    // Most licensed users are not on it: this has to be confirmed.
    let seen = send_file(&site, &manager, "/i/1/people", good).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("Is the list complete?"), "{}", seen.body);
    assert!(store.imported_people(id).await.unwrap().is_none());
    let rows = [("text", good.2), ("confirm", "yes")];
    let seen = site.submit(&manager, "/i/1/people", &rows).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&manager, "/i/1/people").await;
    assert!(page.body.contains("from pasted rows"), "{}", page.body);
    assert!(page.body.contains("Leavers with a licence"));
    let seen = site.submit(&manager, "/i/1/people/remove", &[]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert!(store.imported_people(id).await.unwrap().is_none());
}

trait IntoId {
    fn into_id(self) -> model::IntegrationId;
}

impl IntoId for i64 {
    fn into_id(self) -> model::IntegrationId {
        model::IntegrationId(self)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_change_list_previews_before_anything_happens() {
    let (site, manager) = acme().await;
    let store = &site.install.store;
    let id = 1.into_id();
    let now = site.install.clock.now();
    let change = NewChange {
        finding: "over_licensed~licensed~ada".to_owned(),
        external_id: Some("ada".to_owned()),
        email: "ada@acme.example".to_owned(),
        from: "Licensed".to_owned(),
        to: "Basic".to_owned(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: None,
        seat_free_on: Some(now.day()),
        invoice_lower_on: None,
    };
    store
        .accept_findings(id, &[change], None, &Actor::Cli, now)
        .await
        .unwrap();
    let page = site.get(&manager, "/i/1/changes").await;
    for part in [
        "Ada Lovelace",
        "Licensed → Basic",
        "1 change to make",
        "read only",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let ledger = site.get(&manager, "/i/1/ledger").await;
    assert!(ledger.body.contains("Ada Lovelace") && ledger.body.contains("1 seat"));
    let path = "/i/1/changes/preview";
    let seen = site
        .submit(&manager, path, &[("what", "execute"), ("all", "yes")])
        .await;
    assert_eq!(
        seen.status,
        StatusCode::FORBIDDEN,
        "a manager makes no changes"
    );
    let seen = site.submit(&manager, path, &[("what", "remove")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = site
        .submit(&manager, path, &[("what", "remove"), ("change", "1")])
        .await;
    assert!(
        seen.body.contains("Take 1 change off the list?"),
        "{}",
        seen.body
    );
    assert_eq!(
        store
            .changes(id, &ChangeFilter::default())
            .await
            .unwrap()
            .len(),
        1
    );
    let seen = site
        .submit(&manager, "/i/1/changes/remove", &[("change", "1")])
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let decisions = store.decisions(id).await.unwrap();
    assert!(
        decisions
            .iter()
            .all(|decision| decision.state == model::FindingState::Open),
        "{decisions:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_access_is_a_second_app_of_the_same_account() {
    let (site, _) = acme().await;
    let owner = site.visitor(Role::Owner).await;
    let store = &site.install.store;
    let integration = store.integration(1.into_id()).await.unwrap().unwrap();
    let grant = integration.grant;
    let path = "/i/1/write-access";
    let seen = site
        .submit(
            &owner,
            path,
            &[
                ("account_id", "another"),
                ("client_id", &grant.client_id),
                ("client_secret", ""),
            ],
        )
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["account_id-error", "client_id-error", "client_secret-error"] {
        assert!(seen.body.contains(field), "{field}");
    }
    let seen = site
        .submit(
            &owner,
            path,
            &[
                ("account_id", &grant.account_id),
                ("client_id", "writer"),
                ("client_secret", "s3cret-of-the-writer"),
            ],
        )
        .await;
    // Credentials that were not verified are not stored.
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("client_secret-error"), "{}", seen.body);
    assert!(store.write_access(1.into_id()).await.unwrap().is_none());
    let access = ChangeAccess {
        client_id: "writer".to_owned(),
        client_secret: "s3cret-of-the-writer".into(),
        account_id: grant.account_id.clone(),
    };
    let now = site.install.clock.now();
    store
        .set_write_access(1.into_id(), &access, &Actor::Cli, now)
        .await
        .unwrap();
    let page = site.get(&owner, path).await;
    assert!(page.body.contains("Write access is connected"));
    assert!(!page.body.contains("s3cret-of-the-writer"));
    site.submit(&owner, "/i/1/write-access/remove", &[]).await;
    assert!(store.write_access(1.into_id()).await.unwrap().is_none());
}
