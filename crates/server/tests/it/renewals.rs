//! Renewals of contracts and their calendar.

use model::{Clock, IntegrationId, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;
use testkit::web::Visitor;

use crate::fixture::{Acme, acme_for_manager, business, contract, submit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missed_notice_is_shown_with_the_term_that_it_binds() {
    let (site, manager) = acme_for_manager().await;
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
    let (site, manager) = acme_for_manager().await;
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
async fn the_calendar_requires_its_token() {
    let acme = Acme::with_contract().await;
    let nobody = Visitor::new();
    assert_eq!(acme.site.get(&nobody, "/renewals.ics").await.status, 404);
    let made = acme
        .send_as(&acme.owner, "POST", "/api/v1/calendar", &json!({}))
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
    // The address stays the same, and so do the bytes, until the contract changes.
    let path = format!("/renewals.ics{path}");
    let etag = feed.headers["etag"].to_str().unwrap().to_owned();
    let again = async |etag: &str| {
        let headers = [("if-none-match", etag)];
        let path = acme.site.at(&path);
        nobody.send(Method::GET, &path, &headers, None).await
    };
    acme.site.install.clock.advance_ms(36_000_000);
    let unchanged = again(&etag).await;
    assert_eq!(
        (unchanged.status.as_u16(), unchanged.body.as_str()),
        (304, "")
    );
    let sequence = |body: &str| -> i64 {
        let line = body
            .split("\r\n")
            .find(|line| line.starts_with("SEQUENCE:"));
        line.unwrap()["SEQUENCE:".len()..].parse().unwrap()
    };
    let ids = |body: &str| -> Vec<String> {
        let lines = body.split("\r\n").filter(|line| line.starts_with("UID:"));
        lines.map(str::to_owned).collect()
    };
    let mut changed = contract();
    changed["ends_on"] = json!("2027-02-28");
    changed["reminder_days"] = json!("14");
    let seen = acme.send("PUT", "/contracts/1", &changed).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let moved = again(&etag).await;
    assert_eq!(moved.status, 200);
    assert!(moved.body.contains("DTSTART;VALUE=DATE:20270228\r\n"));
    assert!(moved.body.contains("TRIGGER:-P14D\r\n") && !moved.body.contains("TRIGGER:-P30D"));
    assert_eq!(ids(&moved.body), ids(&feed.body));
    assert!(sequence(&moved.body) > sequence(&feed.body));
    // Where no notice is needed there is no day for it.
    changed["auto_renews"] = json!(false);
    let seen = acme.send("PUT", "/contracts/1", &changed).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let once = again(&etag).await;
    assert!(!once.body.contains("Last day for notice"), "{}", once.body);
    let wrong = acme.site.get(&nobody, "/renewals.ics?token=guess").await;
    assert_eq!(wrong.status, 404);
    let id = IntegrationId(1);
    assert_eq!(
        acme.site.install.store.contracts(id).await.unwrap().len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s38_who_may_not_change_the_feed_on_the_page_may_not_by_the_api() {
    let acme = Acme::with_contract().await;
    let send = async |who, method| {
        acme.send_as(who, method, "/api/v1/calendar", &json!({}))
            .await
    };
    let made = send(&acme.owner, "POST").await.json();
    let url = made["url"].as_str().unwrap();
    let path = url[url.find("/renewals.ics").unwrap()..].to_owned();
    for method in ["POST", "DELETE"] {
        let refused = send(&acme.manager, method).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method}");
    }
    let manager = acme.site.visitor(Role::LicenceManager).await;
    let page = submit(&acme.site, &manager, "/renewals/feed", &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let feed = acme.site.get(&Visitor::new(), &path).await;
    assert_eq!(
        feed.status,
        StatusCode::OK,
        "the address of the owner still works"
    );
}
