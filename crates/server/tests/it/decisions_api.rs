//! Findings, decisions, contracts, renewals, rules and changes through the API, as programs rely on
//! them.

use model::{IntegrationId, Role};
use serde_json::{Value, json};
use testkit::web::{Seen, Visitor};

use crate::fixture;
use crate::site::Site;

const API: &str = "/api/v1/integrations/1";

struct Acme {
    site: Site,
    manager: Visitor,
    owner: Visitor,
}

impl Acme {
    /// The four people of the fixture, with a contract for the base licence and a price for webinars.
    async fn new() -> Self {
        let (site, id) = Site::connected().await;
        fixture::acme(&site, id).await;
        let manager = Visitor::with_token(&site.token(Role::LicenceManager).await);
        let owner = Visitor::with_token(&site.token(Role::Owner).await);
        Self {
            site,
            manager,
            owner,
        }
    }

    async fn with_contract() -> Self {
        let acme = Self::new().await;
        let seen = acme.send("POST", "/contracts", &contract()).await;
        assert_eq!(seen.status, 201, "{}", seen.body);
        acme
    }

    async fn get(&self, path: &str) -> Value {
        let seen = self.site.get(&self.manager, &format!("{API}{path}")).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen.json()
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Seen {
        self.send_as(&self.manager, method, &format!("{API}{path}"), body)
            .await
    }

    async fn send_as(&self, who: &Visitor, method: &str, path: &str, body: &Value) -> Seen {
        who.send(
            method.parse().unwrap(),
            &self.site.at(path),
            &[("content-type", "application/json")],
            Some(body.to_string()),
        )
        .await
    }

    async fn decide(&self, body: Value) -> Value {
        let seen = self.send("POST", "/findings/decisions", &body).await;
        assert_eq!(seen.status, 200, "{body}: {}", seen.body);
        seen.json()
    }
}

fn contract() -> Value {
    json!({
        "licence": "licensed", "name": "ACME-1", "quantity": 3, "unit_price": "120.50",
        "currency": "EUR", "billing_cycle": "yearly", "starts_on": "2026-02-01",
        "ends_on": "2027-01-31", "notice_days": 30,
    })
}

/// The fields that an answer of 400 names.
fn fields(seen: &Seen) -> Vec<String> {
    assert_eq!(seen.status, 400, "{}", seen.body);
    let errors = seen.json()["errors"].as_array().unwrap().clone();
    errors
        .iter()
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect()
}

fn settings() -> insta::Settings {
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
    let settings = settings();
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
async fn a_decision_is_not_made_when_its_note_is_refused() {
    let acme = Acme::with_contract().await;
    let id = "deactivated_counted~licensed~cleo";
    let state = async || acme.get(&format!("/findings/{id}")).await["state"].clone();
    let body = |action: &str, note: String| json!({"action": action, "ids": [id], "note": note});
    let decide = async |body: Value| acme.send("POST", "/findings/decisions", &body).await.status;
    let long = "x".repeat(10_001);
    assert_eq!(decide(body("accept", long.clone())).await.as_u16() / 100, 4);
    assert_eq!(state().await, "open");
    assert_eq!(acme.get("/changes").await["items"], json!([]));
    assert_eq!(decide(body("accept", "Agreed".to_owned())).await, 200);
    assert_eq!(decide(body("reopen", long)).await.as_u16() / 100, 4);
    assert_eq!(state().await, "accepted");
    assert_eq!(decide(body("reopen", "Back".to_owned())).await, 200);
    let history = acme.get(&format!("/findings/{id}")).await["history"].clone();
    let texts: Vec<&Value> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["text"])
        .collect();
    assert_eq!(texts, ["On the change list", "Agreed", "Back", "Reopened"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_matches_its_preview_and_can_be_reverted() {
    let acme = Acme::with_contract().await;
    let id = "deactivated_counted~licensed~cleo";
    let state = async || acme.get(&format!("/findings/{id}")).await["state"].clone();
    let mut accept = json!({"action": "accept", "ids": [id], "dry_run": true, "note": "gone"});
    let preview = acme.decide(accept.clone()).await;
    assert_eq!(state().await, "open");
    accept["dry_run"] = json!(false);
    let done = acme.decide(accept).await;
    assert_eq!(
        (preview["findings"].clone(), &preview["saving"]),
        (json!(1), &done["saving"])
    );
    assert_eq!(done["saving"][0]["amount"], 120.5);
    assert_eq!(state().await, "accepted");
    let changes = acme.get("/changes").await;
    let change = &changes["items"][0];
    assert_eq!(
        (&change["from"], &change["to"]),
        (&json!("licensed"), &json!("basic"))
    );
    assert_eq!(change["saving"]["amount"], 120.5);
    let ledger = acme.get("/ledger").await;
    assert_eq!(ledger["items"][0]["state"], "promised");
    // Accepting twice changes nothing; the response has the reason.
    let again = acme
        .send(
            "POST",
            "/findings/decisions",
            &json!({"action": "accept", "ids": [id]}),
        )
        .await;
    assert_eq!(again.status, 409, "{}", again.body);
    acme.decide(json!({"action": "reopen", "ids": [id]})).await;
    assert_eq!(state().await, "open");
    assert_eq!(acme.get("/ledger").await["total"], 0);
    // An exemption by filter applies until its day, and the list shows it only on request.
    acme.decide(json!({
        "action": "exempt", "filter": {"rule": "deactivated_counted"}, "until": "2027-03-01",
        "reason": "comes back in spring",
    }))
    .await;
    assert_eq!(acme.get("/findings").await["total"], 0);
    assert_eq!(acme.get("/findings?state=exempt").await["total"], 1);
    let history = acme.get(&format!("/findings/{id}")).await["history"].clone();
    assert!(history.as_array().unwrap().len() >= 3, "{history}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_bodies_name_the_field() {
    let acme = Acme::with_contract().await;
    let id = "deactivated_counted~licensed~cleo";
    for (body, field) in [
        (json!({"ids": [id]}), "action"),
        (json!({"action": "burn", "ids": [id]}), "action"),
        (json!({"action": "accept"}), "ids"),
        (
            json!({"action": "accept", "ids": [id], "filter": {}}),
            "filter",
        ),
        (
            json!({"action": "accept", "filter": {"rule": "lazy"}}),
            "rule",
        ),
        (
            json!({"action": "accept", "ids": [id], "colour": 1}),
            "colour",
        ),
        (
            json!({"action": "exempt", "ids": [id], "until": "2027-01-01"}),
            "reason",
        ),
        (
            json!({"action": "exempt", "ids": [id], "reason": "x"}),
            "until",
        ),
        (
            json!({"action": "exempt", "ids": [id], "reason": "x", "until": "2020-01-01"}),
            "until",
        ),
        (json!({"action": "ask", "ids": [id], "days": 0}), "days"),
        (
            json!({"action": "hand_over", "ids": [id], "to": "nobody"}),
            "to",
        ),
        (
            json!({"action": "hand_over", "ids": [id], "to": "stranger@example.com"}),
            "to",
        ),
        (
            json!({"action": "assign", "ids": [id], "to": "stranger@example.com"}),
            "to",
        ),
        (json!({"action": "comment", "ids": [id]}), "text"),
    ] {
        let seen = acme.send("POST", "/findings/decisions", &body).await;
        assert_eq!(fields(&seen), [field], "{body}");
    }
    for (change, field) in [
        (json!({"quantity": -1}), "quantity"),
        (json!({"quantity": "many"}), "quantity"),
        (json!({"licence": "gold"}), "licence"),
        (json!({"ends_on": "2025-01-01"}), "ends_on"),
        (json!({"unit_price": "12,50"}), "unit_price"),
        (json!({"currency": null}), "currency"),
        (json!({"billing_cycle": "daily"}), "billing_cycle"),
        (json!({"seats": 4}), "seats"),
    ] {
        let mut body = contract();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let seen = acme.send("POST", "/contracts", &body).await;
        assert_eq!(fields(&seen), [field], "{body}");
    }
    let seen = acme
        .send(
            "POST",
            "/whatif",
            &json!({"rules": {"dormant": {"days": 0}}}),
        )
        .await;
    assert_eq!(fields(&seen), ["rules.dormant.days"]);
    for path in [
        "/findings?rule=lazy",
        "/findings?cursor=x",
        "/thresholds?rule=dormant&days=0",
        "/renewals/1?seats=-1",
        "/changes?state=gone",
    ] {
        let seen = acme.site.get(&acme.manager, &format!("{API}{path}")).await;
        assert_eq!(seen.status, 400, "{path}: {}", seen.body);
    }
    let text = acme
        .manager
        .send(
            "POST".parse().unwrap(),
            &acme.site.at(&format!("{API}/whatif")),
            &[("content-type", "text/plain")],
            Some("{}".to_owned()),
        )
        .await;
    assert_eq!(text.status, 415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contracts_are_kept_and_a_file_is_taken_whole_or_not_at_all() {
    let acme = Acme::with_contract().await;
    let mut changed = contract();
    changed["quantity"] = json!(5);
    changed["unit_price"] = json!({"amount": 99, "currency": "USD"});
    changed.as_object_mut().unwrap().remove("currency");
    let seen = acme.send("PUT", "/contracts/1", &changed).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(seen.json()["unit_price"]["currency"], "USD");
    let upload = async |query: &str, text: &str| {
        acme.manager
            .send(
                "POST".parse().unwrap(),
                &acme.site.at(&format!("{API}/contracts/import{query}")),
                &[("content-type", "text/csv")],
                Some(text.to_owned()),
            )
            .await
    };
    let wrong = upload(
        "",
        "licence,quantity,starts_on,ends_on\nwebinar_500,2,2026-01-01,2026-12-31\nlicensed,x,2026-01-01,\n",
    )
    .await;
    assert_eq!(fields(&wrong), ["line 3, quantity", "line 3, ends_on"]);
    assert_eq!(acme.get("/contracts").await["total"], 1);
    let right = "\u{feff}licence;quantity;starts_on;ends_on;notes\r\nwebinar_500;2;2026-01-01;2026-12-31;\"a; b\"\r\n";
    let checked = upload("?dry_run=yes", right).await;
    assert_eq!(checked.json()["imported"], 1);
    assert_eq!(acme.get("/contracts").await["total"], 1);
    assert_eq!(upload("", right).await.status, 200);
    let contracts = acme.get("/contracts").await;
    assert_eq!(contracts["items"][1]["notes"], "a; b");
    let gone = acme.send("DELETE", "/contracts/2", &json!({})).await;
    assert_eq!(gone.status, 204);
    let gone = acme.send("DELETE", "/contracts/2", &json!({})).await;
    assert_eq!(gone.status, 404);
    let price =
        json!({"amount": "480", "currency": "EUR", "source": "Offer 7", "confidence": "quoted"});
    let set = acme.send("PUT", "/prices/webinar_500", &price).await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(
        acme.get("/prices").await["items"][0]["yearly"]["amount"],
        480.0
    );
    let people = acme
        .manager
        .send(
            "POST".parse().unwrap(),
            &acme.site.at(&format!("{API}/people/import?confirm=true")),
            &[("content-type", "text/csv")],
            Some("email,left_on\nben@acme.example,\ncleo@acme.example,2026-10-01\ndora@acme.example,\n".to_owned()),
        )
        .await;
    assert_eq!(people.json()["imported"], 3, "{}", people.body);
    // Ada is not on the list any more: the effect of the new list is visible at once.
    let leavers = acme.get("/findings?rule=leaver&state=held").await;
    assert_eq!(leavers["items"][0]["user_id"], "ada", "{leavers}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_set_with_a_reason_and_hold_at_once() {
    let acme = Acme::with_contract().await;
    let rules = json!({"settings": {"rules": {"deactivated_counted": {"on": false}}}, "reason": "counted elsewhere"});
    let refused = acme
        .send_as(&acme.manager, "PUT", "/api/v1/rules", &rules)
        .await;
    assert_eq!(refused.status, 403);
    let silent = json!({"settings": {}});
    let seen = acme
        .send_as(&acme.owner, "PUT", "/api/v1/rules", &silent)
        .await;
    assert_eq!(fields(&seen), ["reason"]);
    let set = acme
        .send_as(&acme.owner, "PUT", "/api/v1/rules", &rules)
        .await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(set.json()["version"], 1);
    assert_eq!(set.json()["settings"]["rules"]["dormant"]["days"], 60);
    assert_eq!(
        acme.get("/findings?rule=deactivated_counted").await["total"],
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_licence_leaves_the_change_list_and_its_exports() {
    let acme = Acme::with_contract().await;
    let filter = json!({"rule": "deactivated_counted"});
    acme.decide(json!({"action": "accept", "filter": filter}))
        .await;
    let path = "/i/1/changes.csv";
    assert_eq!(acme.site.get(&acme.manager, path).await.status, 200);
    let id = acme.get("/changes").await["items"][0]["finding"].clone();
    acme.decide(json!({"action": "keep", "ids": [id]})).await;
    assert_eq!(acme.site.get(&acme.manager, path).await.status, 409);
    assert_eq!(
        acme.get("/changes").await["items"][0]["state"],
        json!("skipped")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_exported_and_changes_handed_over() {
    let acme = Acme::with_contract().await;
    let file = async |path: &str| {
        let seen = acme.site.get(&acme.manager, path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen
    };
    let csv = file("/i/1/findings.csv?rule=deactivated_counted")
        .await
        .body;
    let mut lines = csv.split("\r\n");
    assert!(
        lines.next().unwrap().starts_with("id,rule,user_id,email"),
        "{csv}"
    );
    assert!(lines.next().unwrap().contains("120.50,EUR"), "{csv}");
    for (path, begins) in [
        ("/i/1/findings.xlsx", "PK"),
        ("/i/1/users.xlsx", "PK"),
        ("/i/1/renewals/1/xlsx", "PK"),
        ("/i/1/findings.parquet", "PAR1"),
        ("/i/1/users.parquet", "PAR1"),
    ] {
        assert!(file(path).await.body.starts_with(begins), "{path}");
    }
    let costs = file("/i/1/costs.csv?from=2026-01-01&to=2026-12-31")
        .await
        .body;
    let rows: Vec<&str> = costs.trim_end().split("\r\n").collect();
    assert_eq!(rows.len(), 2, "{costs}");
    assert!(
        rows[0].starts_with("BilledCost,BillingAccountId"),
        "{costs}"
    );
    assert!(rows[1].starts_with("361.50,"), "{costs}");
    let none = acme.site.get(&acme.manager, "/i/1/changes.csv").await;
    assert_eq!(none.status, 409);
    acme.decide(json!({"action": "accept", "filter": {"rule": "deactivated_counted"}}))
        .await;
    let csv = file(&format!("{API}/changes/export")).await.body;
    assert!(
        csv.starts_with("Email,First Name,Last Name,Department"),
        "{csv}"
    );
    assert!(csv.contains("cleo@acme.example,Cleo,Patra,"), "{csv}");
    let script = file(&format!("{API}/changes/export?format=powershell"))
        .await
        .body;
    assert!(script.contains("-Method Patch"), "{script}");
    assert!(
        script.contains(r#"/v2/users/cleo' -Body '{"type":1}'"#),
        "{script}"
    );
    let script = file("/i/1/changes.sh").await.body;
    assert!(script.contains("curl --fail"), "{script}");
    let noted = async |body: Value| acme.send("POST", "/changes/exported", &body).await;
    let seen = noted(json!({"ids": ["1"], "format": "fax"})).await;
    assert_eq!(fields(&seen), ["format"]);
    let seen = noted(json!({"ids": ["1", "999"]})).await;
    assert_eq!(fields(&seen), ["ids"]);
    assert!(seen.body.contains("999"), "{}", seen.body);
    // No app with write scopes is connected, so no change is executed.
    let body = json!({"ids": ["1"]});
    let path = format!("{API}/changes/execute");
    assert_eq!(
        acme.send_as(&acme.manager, "POST", &path, &body)
            .await
            .status,
        403
    );
    let seen = acme.send_as(&acme.owner, "POST", &path, &body).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert_eq!(seen.json()["code"], "no_write_access");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calendar_requires_its_token() {
    let acme = Acme::with_contract().await;
    let nobody = Visitor::new();
    assert_eq!(acme.site.get(&nobody, "/renewals.ics").await.status, 404);
    let made = acme
        .send_as(&acme.manager, "POST", "/api/v1/calendar", &json!({}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let url = made.json()["url"].as_str().unwrap().to_owned();
    let path = url.split_once("/renewals.ics").unwrap().1.to_owned();
    let feed = acme
        .site
        .get(&nobody, &format!("/renewals.ics{path}"))
        .await;
    assert_eq!(feed.status, 200);
    for line in [
        "BEGIN:VCALENDAR\r\n",
        "DTSTART;VALUE=DATE:20270101\r\n",
        "TRIGGER:-P30D\r\n",
        "DTSTART;VALUE=DATE:20270131\r\n",
    ] {
        assert!(feed.body.contains(line), "{line}: {}", feed.body);
    }
    let wrong = acme.site.get(&nobody, "/renewals.ics?token=guess").await;
    assert_eq!(wrong.status, 404);
    let id = IntegrationId(1);
    assert_eq!(
        acme.site.install.store.contracts(id).await.unwrap().len(),
        1
    );
}
