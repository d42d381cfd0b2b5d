//! Findings and decisions about them, through the API and as a licence manager works with the pages: every
//! number leads to as many rows, and a preview changes nothing and matches the later effect.

use model::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::fixture::{API, Acme, account_with_idle_users, body, contract, wrong_fields};

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

/// Wrong bodies of a decision about a finding, with the field that the answer names.
fn wrong_decisions(id: &str) -> Vec<(Value, &'static str)> {
    vec![
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
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_bodies_name_the_field() {
    let acme = Acme::with_contract().await;
    let id = "deactivated_counted~licensed~cleo";
    for (body, field) in wrong_decisions(id) {
        let seen = acme.send("POST", "/findings/decisions", &body).await;
        assert_eq!(wrong_fields(&seen), [field], "{body}");
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
        assert_eq!(wrong_fields(&seen), [field], "{body}");
    }
    let seen = acme
        .send(
            "POST",
            "/whatif",
            &json!({"rules": {"dormant": {"days": 0}}}),
        )
        .await;
    assert_eq!(wrong_fields(&seen), ["rules.dormant.days"]);
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

fn plain(html: &str) -> String {
    let parts = html.split('<');
    parts
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect()
}

/// The links of the main part whose whole text is a number above zero: number and address.
fn numbers(html: &str) -> Vec<(i64, String)> {
    let main = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
    let mut found = Vec::new();
    for (at, _) in main.match_indices("<a ") {
        let rest = &main[at..];
        let whole = &rest[..rest.find("</a>").unwrap()];
        let text = plain(whole).replace(',', "");
        let href = whole.split("href=\"").nth(1).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        if let Ok(number) = text.trim().parse::<i64>()
            && number > 0
        {
            found.push((number, href));
        }
    }
    found
}

/// The first number in a text.
fn first_number(text: &str) -> Option<i64> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The text of the heading of a list.
fn heading(html: &str) -> String {
    let main = &html[html.find("<main").unwrap()..];
    let heading = &main[main.find("<h2").unwrap()..];
    plain(&heading[..heading.find("</h2>").unwrap()])
}

/// The number of rows that a list states.
fn said(html: &str) -> Option<i64> {
    first_number(&heading(html))
}

/// The number of seats that a list of findings states.
fn seats(html: &str) -> Option<i64> {
    first_number(heading(html).split_once(": ")?.1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_leads_to_as_many_rows() {
    let (site, _) = account_with_idle_users().await;
    let manager = site.visitor(Role::LicenceManager).await;
    let mut followed = 0;
    for page in ["/i/1", "/i/1/licences", "/i/1/findings"] {
        let html = body(&site, &manager, page).await;
        for (number, href) in numbers(&html) {
            let list = ["/users?", "/users", "/findings?", "/findings", "/licences/"];
            if !list.iter().any(|part| href.contains(part)) || href.contains('#') {
                continue;
            }
            let rows = body(&site, &manager, &href).await;
            assert!(
                said(&rows) == Some(number) || seats(&rows) == Some(number),
                "{page} leads from {number} to {href}: {}",
                heading(&rows)
            );
            followed += 1;
        }
    }
    assert!(followed >= 8, "{followed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_shows_the_findings_and_every_row_opens_its_evidence() {
    let (site, _) = account_with_idle_users().await;
    let viewer = site.visitor(Role::Viewer).await;
    let html = body(&site, &viewer, "/i/1/findings").await;
    assert!(html.contains("idle1@acme.example"), "{html}");
    // Data is never interpreted as markup, and a viewer sees no actions.
    assert!(!html.contains("<b>1</b>") && !html.contains("Preview…"));
    let first = html
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|href| href.starts_with("/i/1/findings/") && href.contains("idle"))
        .unwrap()
        .to_owned();
    let one = body(&site, &viewer, &first).await;
    for part in ["Value of “Licensed”", "Decision", "History", "evidence"] {
        assert!(one.contains(part), "{part} in {one}");
    }
    assert!(one.contains("unknown"), "without a price there is no money");
    let gone = site
        .get(&viewer, "/i/1/findings/dormant~licensed~nobody")
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let person = body(&site, &viewer, "/i/1/users/idle1").await;
    assert!(person.contains("Value of “Licensed”"), "{person}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_filter_is_said_and_the_rest_stays_in_force() {
    let (site, _) = account_with_idle_users().await;
    let viewer = site.visitor(Role::Viewer).await;
    let html = body(&site, &viewer, "/i/1/findings?rule=lazy&department=Sales").await;
    assert!(html.contains("is not a rule"), "{html}");
    assert!(html.contains("idle2@") && !html.contains("idle1@"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_previewed_and_then_done_to_exactly_those() {
    let (site, _) = account_with_idle_users().await;
    let manager = site.visitor(Role::LicenceManager).await;
    let before = said(&body(&site, &manager, "/i/1/findings").await).unwrap();
    let sales = [
        ("all", "yes"),
        ("department", "Sales"),
        ("action", "exempt"),
    ];
    let preview = site.submit(&manager, "/i/1/findings/preview", &sales).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    let count = said(&body(&site, &manager, "/i/1/findings?department=Sales").await).unwrap();
    assert!(count > 0 && count < before);
    let button = if count == 1 {
        "Exempt 1 finding".to_owned()
    } else {
        format!("Exempt {count} findings")
    };
    assert!(preview.body.contains(&button), "{}", preview.body);
    let still = said(&body(&site, &manager, "/i/1/findings").await);
    assert_eq!(still, Some(before), "a preview changes nothing");
    // Without a reason the action is refused, with an error beside the field.
    let until = model::Clock::now(&*site.install.clock)
        .day()
        .plus(30)
        .to_string();
    let mut form = sales.to_vec();
    form.push(("until", &until));
    let refused = site.submit(&manager, "/i/1/findings/decide", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("field-error"), "{}", refused.body);
    form.push(("reason", "On parental leave"));
    let done = site.submit(&manager, "/i/1/findings/decide", &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = said(&body(&site, &manager, "/i/1/findings").await);
    assert_eq!(after.unwrap_or(0), before - count);
    let exempt = said(&body(&site, &manager, "/i/1/findings?state=exempt").await);
    assert_eq!(exempt, Some(count));
    let viewer = site.visitor(Role::Viewer).await;
    let refused = site.submit(&viewer, "/i/1/findings/preview", &sales).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
