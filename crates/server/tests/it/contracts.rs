//! Contracts with their files, through the API and as a user of a browser works with them.

use model::Role;
use reqwest::StatusCode;
use serde_json::json;

use crate::fixture::{
    API, Acme, acme_for_manager, business, contract, send_file, submit, wrong_fields,
};

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
    assert_eq!(
        wrong_fields(&wrong),
        ["line 3, quantity", "line 3, ends_on"]
    );
    assert_eq!(acme.get("/contracts").await["total"], 1);
    let right = "\u{feff}licence;quantity;starts_on;ends_on;notes\r\nwebinar_500;2;2026-01-01;2026-12-31;\"a; b\"\r\n";
    let checked = upload("?dry_run=yes", right).await;
    assert_eq!(checked.json()["added"], 1);
    assert_eq!(acme.get("/contracts").await["total"], 1);
    assert_eq!(upload("", right).await.status, 200);
    let again = upload("?dry_run=yes", right).await;
    assert_eq!(wrong_fields(&again), ["existing"]);
    let skipped = upload("?existing=skip", right).await.json();
    assert_eq!(
        (&skipped["added"], &skipped["skipped"]),
        (&json!(0), &json!(1))
    );
    let changed = right.replace(";2;", ";3;");
    let replaced = upload("?existing=replace", &changed).await.json();
    assert_eq!(replaced["replaced"], 1, "{replaced}");
    assert_eq!(acme.get("/contracts/2").await["quantity"], 3);
    assert_eq!(acme.get("/contracts").await["total"], 2);
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
async fn a_contract_that_was_entered_has_a_renewal_with_its_dates_and_money() {
    let (site, manager) = acme_for_manager().await;
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
async fn a_wrong_contract_names_every_field_and_is_not_stored() {
    let (site, manager) = acme_for_manager().await;
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
    let (site, manager) = acme_for_manager().await;
    let store = &site.install.store;
    let header = "name,licence,quantity,unit_price,currency,starts_on,ends_on\n";
    let good = "A,licensed,10,5,EUR,2026-01-01,2026-12-31\n";
    let bad = format!("{header}{good}B,licensed,10,5.000,EUR,2026-01-01,2026-12-31\n");
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
    // The file again: what happens to the contracts that are there already has to be said.
    let seen = send_file(&site, &manager, path, ("c.csv", "text/csv", &file)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.body.contains("2 of 2 contracts are stored already"),
        "{}",
        seen.body
    );
    assert_eq!(store.all_contracts().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s08_s30_a_file_of_a_contract_is_saved_and_never_shown() {
    let (site, manager) = acme_for_manager().await;
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
async fn an_answered_contract_can_be_sent_back() {
    let acme = Acme::with_contract().await;
    let mut answered = acme.get("/contracts/1").await;
    answered["quantity"] = json!(4);
    let seen = acme.send("PUT", "/contracts/1", &answered).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    answered["updated_at"] = seen.json()["updated_at"].clone();
    assert_eq!(seen.json(), answered);
    // Not as another contract, and not as a new one.
    answered["id"] = json!("2");
    let seen = acme.send("PUT", "/contracts/1", &answered).await;
    assert_eq!(wrong_fields(&seen), ["id"]);
    let seen = acme.send("POST", "/contracts", &answered).await;
    assert_eq!(
        wrong_fields(&seen),
        ["created_at", "id", "notice_by", "updated_at"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_addendum_renews_with_its_order_and_a_successor_is_named() {
    let acme = Acme::with_contract().await;
    let mut order = contract();
    order["order_name"] = json!("O-1");
    let seen = acme.send("PUT", "/contracts/1", &order).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let add = async |changes: serde_json::Value| {
        let mut added = order.clone();
        for (name, value) in changes.as_object().unwrap() {
            added[name] = value.clone();
        }
        let seen = acme.send("POST", "/contracts", &added).await;
        assert_eq!(seen.status, 201, "{}", seen.body);
    };
    add(json!({"name": "ACME-1-A", "starts_on": "2026-09-15"})).await;
    let renewal = acme.get("/renewals/2").await;
    assert_eq!(
        (&renewal["renews_from"], &renewal["renews_to"]),
        (&json!("2027-02-01"), &json!("2028-01-31"))
    );
    add(json!({
        "name": "ACME-2", "quantity": 30, "order_name": "", "starts_on": "2027-02-01",
        "ends_on": "2028-01-31",
    }))
    .await;
    let viewer = acme.site.visitor(Role::Viewer).await;
    let page = async |path: &str| acme.site.get(&viewer, path).await.body;
    let contract = page("/i/1/contracts/1").await;
    for part in [
        "Renews together with",
        "href=\"/i/1/contracts/2\"",
        "Followed by",
        "Signed already: ACME-2 with 30 seats from 1 February 2027.",
    ] {
        assert!(contract.contains(part), "{part} in {contract}");
    }
    let addendum = page("/i/1/contracts/2").await;
    assert!(
        addendum.contains("renews together with ACME-1"),
        "{addendum}"
    );
    let renewal = page("/i/1/renewals/1").await;
    for part in [
        "Covered: nothing more to buy",
        "Without notice, this contract renews beside it.",
    ] {
        assert!(renewal.contains(part), "{part} in {renewal}");
    }
}
