//! A second application beside Zoom. Its connector is the only code that knows it: the sync engine, store,
//! insight, pages and API run unchanged.

use std::sync::Arc;

use connector::Connector;
use model::{IntegrationId, Role, RunState, StreamOutcome, streams};
use serde_json::{Value, json};
use store::Actor;
use testkit::database::Kind;
use testkit::web::Visitor;
use tokio_util::sync::CancellationToken;

use crate::fixture::Site;
use crate::forge::{FORGE, Forge, SECRET, credentials};

testkit::on_both_engines!(
    users_of_a_second_application_have_its_own_fields,
    findings_are_about_the_licences_of_the_second_application,
    pages_show_both_applications,
    change_lists_have_the_names_of_the_second_application,
    wrong_credentials_are_refused_in_the_words_of_the_application,
);

/// A site with both applications and a synchronised account of the second one.
async fn forge(kind: Kind) -> (Site, IntegrationId) {
    let more: Vec<Arc<dyn Connector>> = vec![Arc::new(Forge)];
    let site = Site::with_applications(kind, None, None, more).await;
    let site = site.peopled().await;
    let engine = &site.install.engine;
    let connected = engine.connect_server_to_server(credentials(SECRET), &Actor::Cli);
    let id = connected.await.unwrap().integration.id;
    let run = engine.sync_now(id, CancellationToken::new()).await;
    // One seat has no user, which is a record that cannot be understood.
    assert_eq!(run.unwrap(), RunState::Incomplete);
    (site, id)
}

async fn answer(site: &Site, path: &str) -> Value {
    let owner = site.visitor(Role::Owner).await;
    let seen = site.get(&owner, path).await;
    assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    seen.json()
}

async fn users_of_a_second_application_have_its_own_fields(kind: Kind) {
    let (site, id) = forge(kind).await;
    let api = format!("/api/v1/integrations/{id}");
    let users = answer(&site, &format!("{api}/users?plan=paid&sort=email")).await;
    let found: Vec<_> = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| {
            (
                user["email"].as_str().unwrap(),
                user["metadata"]["team"].as_str().unwrap(),
                user["activity"]["state"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("ada@forge.example", "Compilers", "active"),
            ("ben@forge.example", "Compilers", "inactive"),
            ("dora@forge.example", "Tools", "never"),
        ],
        "{users:#}"
    );
    assert_eq!(users["items"][0]["metadata"]["plan"], "paid");
    let facets = answer(&site, &format!("{api}/facets?team=Compilers")).await;
    assert_eq!(facets["total"], 2, "{facets:#}");
    let text = facets.to_string();
    assert!(
        text.contains("\"plan\"") && !text.contains("user_type"),
        "{text}"
    );
    let document = answer(&site, "/api/openapi.json").await;
    let metadata = &document["components"]["schemas"]["Metadata"]["properties"];
    assert!(metadata["plan"].is_object() && metadata["user_type"].is_object());
    // The seat that could not be parsed is counted, and proves that the list is not whole.
    let stream = site.install.stream(id, streams::USERS).await;
    assert_eq!((stream.outcome, stream.rows), (StreamOutcome::Complete, 5));
    let reason = stream.reason.unwrap();
    assert!(
        reason.contains("1 record of a user could not be understood"),
        "{reason}"
    );
}

async fn findings_are_about_the_licences_of_the_second_application(kind: Kind) {
    let (site, id) = forge(kind).await;
    let path = format!("/api/v1/integrations/{id}/findings");
    let findings = answer(&site, &path).await;
    let mut found: Vec<_> = findings["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            (text("rule"), text("licence"), finding["email"].clone())
        })
        .collect();
    found.sort_by_key(|finding| finding.0.clone());
    let expected = [("dormant", "ben"), ("never_used", "dora")].map(|(rule, user)| {
        let user = json!(format!("{user}@forge.example"));
        (rule.to_owned(), "seat".to_owned(), user)
    });
    assert_eq!(found, expected, "{findings:#}");
    let visitor = site.visitor(Role::Owner).await;
    let page = site.get(&visitor, &format!("/i/{id}/findings")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Forge seat"), "{}", page.body);
}

async fn pages_show_both_applications(kind: Kind) {
    let (site, id) = forge(kind).await;
    let visitor = site.visitor(Role::Owner).await;
    let page = async |path: &str| {
        let seen = site.get(&visitor, path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen.body
    };
    let tiles = page("/integrations").await;
    assert!(tiles.contains("Zoom") && tiles.contains("Forge"), "{tiles}");
    assert!(page("/integrations/forge").await.contains("Acme Forge"));
    // The platform has no sign-in page, so an app of the account is the only way to connect one.
    let add = page("/integrations/forge/add").await;
    for part in [
        "seats:read",
        "Account id",
        "<strong>Settings → Apps</strong>",
    ] {
        assert!(add.contains(part), "{part} in {add}");
    }
    for part in ["General app", "name=\"plan\""] {
        assert!(!add.contains(part), "{part} in {add}");
    }
    assert!(!page("/settings").await.contains("Forge general app"));
    let users = page(&format!("/i/{id}/users")).await;
    assert!(users.contains("Paid seat") && users.contains("Compilers"));
    assert!(!users.contains("User type"), "{users}");
    let user = page(&format!("/i/{id}/users/ben%40forge.example")).await;
    assert!(user.contains("Forge seat"), "{user}");
    for tab in ["", "/licences", "/integration", "/renewals", "/changes"] {
        page(&format!("/i/{id}{tab}")).await;
    }
    page("/").await;
    page("/settings/rules").await;
}

async fn change_lists_have_the_names_of_the_second_application(kind: Kind) {
    let (site, id) = forge(kind).await;
    let owner = Visitor::with_token(&site.token(Role::Owner).await);
    let api = format!("/api/v1/integrations/{id}");
    let body = json!({"action": "accept", "filter": {"rule": ["dormant"]}});
    let json_body = [("content-type", "application/json")];
    let path = site.at(&format!("{api}/findings/decisions"));
    let method = "POST".parse().unwrap();
    let accepted = owner
        .send(method, &path, &json_body, Some(body.to_string()))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    for format in ["powershell", "api"] {
        let path = format!("{api}/changes/export?format={format}");
        let script = site.get(&owner, &path).await.body;
        assert!(
            script.contains("seats:write in the environment variable FORGE_TOKEN"),
            "{script}"
        );
        assert!(!script.contains("ZOOM"), "{script}");
    }
    // The platform imports no files.
    let path = format!("{api}/changes/export?format=csv");
    let refused = site.get(&owner, &path).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(
        refused.body.contains("Forge has no import"),
        "{}",
        refused.body
    );
    let visitor = site.visitor(Role::Owner).await;
    let page = site.get(&visitor, &format!("/i/{id}/changes")).await.body;
    assert!(page.contains("Free") && !page.contains("Basic"), "{page}");
    assert!(
        page.contains("changes.sh") && !page.contains("changes.csv"),
        "{page}"
    );
    let access = site.get(&visitor, &format!("/i/{id}/write-access")).await;
    assert!(access.body.contains("seats:write"), "{}", access.body);
}

async fn wrong_credentials_are_refused_in_the_words_of_the_application(kind: Kind) {
    let (site, _) = forge(kind).await;
    let refused = site
        .install
        .engine
        .connect_server_to_server(credentials("wrong"), &Actor::Cli)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "wrong_client");
    assert!(
        refused
            .remedy(&FORGE)
            .contains("the settings of your Forge organisation")
    );
    let again = site
        .install
        .engine
        .connect_server_to_server(credentials(SECRET), &Actor::Cli)
        .await
        .unwrap_err();
    assert_eq!(again.code(), "already_connected");
}
