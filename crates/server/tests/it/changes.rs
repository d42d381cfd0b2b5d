//! The change list and its exports, and the ledger of what the changes saved.

use model::{Clock, FindingState, IntegrationId, Role};
use reqwest::StatusCode;
use serde_json::json;
use store::{Actor, ChangeFilter, ChangeState, NewChange, OnSilence};
use testkit::database::Kind;
use testkit::on_both_engines;
use testkit::web::Visitor;

use crate::fixture::{Acme, Town, acme_for_manager, decide};

on_both_engines!(a_returned_licence_is_listed_promised_realised_and_lost,);

async fn a_returned_licence_is_listed_promised_realised_and_lost(kind: Kind) {
    let town = Town::new(kind).await;
    let (site, store, id) = (&town.site, &town.site.install.store, town.id);
    let finding = town.finding("eve").await;
    town.ask("eve", OnSilence::Nothing).await;
    town.duties().await;
    let path = town.link("eve");
    let seen = site
        .submit(&Visitor::new(), &path, &[("answer", "give_up")])
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(town.state(&finding).await, Some(FindingState::Accepted));
    let ledger = async || store.ledger(id).await.unwrap().remove(0);
    let change = async || {
        let changes = store.changes(id, &ChangeFilter::default()).await.unwrap();
        assert_eq!(changes.len(), 1);
        changes[0].clone()
    };
    assert_eq!(change().await.state, ChangeState::Listed);
    let manager = site.visitor(Role::LicenceManager).await;
    for path in [
        "/i/1/changes".to_owned(),
        format!("/i/1/changes/{}", change().await.id),
    ] {
        let page = site.get(&manager, &path).await;
        assert!(page.body.contains("by the link in the e-mail"), "{path}");
        assert!(!page.body.contains("question:"), "{}", page.body);
    }
    let promised = ledger().await;
    assert_eq!(
        promised.promised.unwrap().to_string(),
        change().await.saving.unwrap().to_string()
    );
    assert_eq!(promised.realised_on, None);
    // A sync that still finds the licence changes nothing.
    town.later(1).await;
    town.duties().await;
    assert_eq!(ledger().await.realised_on, None);
    // An administrator removes the licence at the application.
    town.pass_days(1);
    town.read("basic", &[]).await;
    town.duties().await;
    assert_eq!(ledger().await.realised_on, Some(town.now().day()));
    assert_eq!(change().await.state, ChangeState::Done);
    // The finding is gone, and no link leads to it.
    let number = change().await.id;
    let manager = site.visitor(Role::LicenceManager).await;
    for path in ["/i/1/changes", "/i/1/ledger"] {
        let page = site.get(&manager, path).await.body;
        assert!(page.contains(&format!("/i/1/changes/{number}\"")), "{page}");
        assert!(!page.contains("/findings/dormant~licensed~eve"), "{path}");
    }
    let page = site.get(&manager, &format!("/i/1/changes/{number}")).await;
    assert!(
        page.body.contains("Evidence at the time of the decision"),
        "{}",
        page.body
    );
    // Later the licence is assigned again.
    town.later(3).await;
    town.duties().await;
    assert_eq!(ledger().await.lost_on, Some(town.now().day()));
    let told = store.finding_history(id, &finding).await.unwrap();
    let told: Vec<_> = told.iter().map(|event| event.text.as_str()).collect();
    for part in ["Asked by e-mail", "gives it up", "seen gone", "seen back"] {
        assert!(
            told.iter().any(|text| text.contains(part)),
            "{part}: {told:?}"
        );
    }
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
async fn the_change_list_previews_before_anything_happens() {
    let (site, manager) = acme_for_manager().await;
    let store = &site.install.store;
    let id = IntegrationId(1);
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
            .all(|decision| decision.state == FindingState::Open),
        "{decisions:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_licence_goes_once_and_an_exemption_holds_it_under_every_rule() {
    let town = Town::new(Kind::Sqlite).await;
    let program = Visitor::with_token(&town.site.token(Role::LicenceManager).await);
    let (store, now) = (&town.site.install.store, town.now());
    let dormant = town.finding("eve").await;
    let accept = json!({"action": "accept", "ids": [dormant]});
    assert_eq!(decide(&town, &program, accept).await.status, 200);
    // A list of employees without Eve: she becomes a leaver, and her licence is already on the
    // change list.
    let people = store::ImportedPerson {
        email: "fay@acme.example".to_owned(),
        left_on: None,
    };
    store
        .import_people(town.id, &[people], "test", &Actor::Cli, now)
        .await
        .unwrap();
    let leaver = town.finding("eve").await;
    assert_ne!(leaver, dormant);
    let mut accept = json!({"action": "accept", "ids": [leaver], "dry_run": true});
    let seen = decide(&town, &program, accept.clone()).await;
    let why = seen.json()["left_out"][0]["why"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(why.contains("is on the change list already"), "{why}");
    accept["dry_run"] = json!(false);
    assert_eq!(decide(&town, &program, accept).await.status, 409);
    // Another rule does not list or promise it a second time.
    let listed = store
        .changes(town.id, &ChangeFilter::default())
        .await
        .unwrap();
    let again = NewChange {
        finding: leaver.clone(),
        external_id: listed[0].external_id.clone(),
        email: listed[0].email.clone(),
        from: listed[0].from.clone(),
        to: listed[0].to.clone(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: listed[0].saving,
        seat_free_on: None,
        invoice_lower_on: None,
    };
    let numbers = store
        .accept_findings(town.id, &[again], None, &Actor::Cli, now)
        .await
        .unwrap();
    assert_eq!(numbers, [listed[0].id]);
    assert_eq!(store.ledger(town.id).await.unwrap().len(), 1);

    // An exemption of one finding applies to the licence, whichever rule finds it.
    let fay = town.finding("fay").await;
    let user = fay.rsplit('~').next().unwrap();
    let exempt = store::NewDecision {
        until: Some(now.day().plus(100)),
        reason: "The fair".to_owned(),
        ..store::NewDecision::new(
            format!("attendee_only~licensed~{user}"),
            FindingState::Exempt,
        )
    };
    let accept = json!({"action": "accept", "ids": [fay]});
    assert_eq!(decide(&town, &program, accept.clone()).await.status, 200);
    let manager = town.site.visitor(Role::LicenceManager).await;
    let export = format!("/i/{}/changes.sh", town.id);
    let seen = town.site.get(&manager, &export).await;
    assert!(seen.body.contains("fay@acme.example"), "{}", seen.body);
    store
        .decide(town.id, &[exempt], &Actor::Cli, now)
        .await
        .unwrap();
    assert_eq!(town.state(&fay).await, Some(FindingState::Exempt));
    let seen = town.site.get(&manager, &export).await;
    assert!(!seen.body.contains("fay@acme.example"), "{}", seen.body);
    assert_eq!(decide(&town, &program, accept).await.status, 409);
    // Reopening withdraws the decision, whichever rule it was made under.
    let reopen = json!({"action": "reopen", "ids": [fay]});
    assert_eq!(decide(&town, &program, reopen).await.status, 200);
    assert_eq!(town.state(&fay).await, Some(FindingState::Open));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_that_the_change_list_offers_can_be_taken() {
    let town = Town::new(Kind::Sqlite).await;
    let (store, now) = (&town.site.install.store, town.now());
    let of = |finding: String, user: &str, from: &str, to: &str| NewChange {
        finding,
        external_id: Some(user.to_owned()),
        email: format!("{user}@acme.example"),
        from: from.to_owned(),
        to: to.to_owned(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: None,
        seat_free_on: None,
        invoice_lower_on: None,
    };
    let changes = [
        of(town.finding("eve").await, "eve", "licensed", "basic"),
        of(
            "under_licensed~licensed~ben".to_owned(),
            "ben",
            "basic",
            "licensed",
        ),
    ];
    store
        .accept_findings(town.id, &changes, None, &Actor::Cli, now)
        .await
        .unwrap();
    let manager = town.site.visitor(Role::LicenceManager).await;
    let page = town
        .site
        .get(&manager, &format!("/i/{}/changes", town.id))
        .await;
    let links: Vec<String> = page
        .body
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.contains("/changes."))
        .map(|href| href.replace("&amp;", "&"))
        .collect();
    assert!(links.len() >= 4, "{links:?}");
    for link in &links {
        let seen = town.site.get(&manager, link).await;
        assert_eq!(seen.status, 200, "{link}: {}", seen.body);
    }
    let api = format!(
        "/api/v1/integrations/{}/changes/export?plan=licensed",
        town.id
    );
    let seen = town.site.get(&manager, &api).await;
    assert_eq!(seen.status, 400);
    assert!(
        seen.body.contains("plan=licensed&to=basic"),
        "{}",
        seen.body
    );
    let seen = town.site.get(&manager, &format!("{api}&to=basic")).await;
    assert!(seen.body.contains("eve@acme.example"), "{}", seen.body);
    assert!(!seen.body.contains("ben@acme.example"), "{}", seen.body);
}
