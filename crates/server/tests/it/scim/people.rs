//! The life of an employee as directories push it.

use model::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Acme, BASE, ENTERPRISE, USER, id_of, refused};

fn okta(email: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": email,
        "name": {"givenName": "Cleo", "familyName": "Patra"},
        "emails": [{"primary": true, "value": email, "type": "work"}],
        "displayName": "Cleo Patra",
        "locale": "en-GB",
        "phoneNumbers": [{"value": "+44 20 7946 0000", "type": "work"}],
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    })
}

/// The directory searches before it pushes, and pushes a user that it does not find.
async fn found_and_pushed(acme: &Acme, email: &str) -> Value {
    let none = acme.find(&format!("userName eq \"{email}\"")).await;
    assert_eq!(none["totalResults"], 0);
    assert_eq!(none["Resources"], json!([]));
    let cleo = acme.push(&okta(email)).await;
    let shown: Vec<&String> = cleo.as_object().unwrap().keys().collect();
    let expected = [
        "active",
        "emails",
        "externalId",
        "id",
        "meta",
        "schemas",
        "userName",
    ];
    assert_eq!(shown, expected, "nothing else is kept");
    assert_eq!(cleo["emails"][0]["value"], email);
    assert_eq!(acme.get(&format!("/Users/{}", id_of(&cleo))).await, cleo);
    assert_eq!(
        acme.find(&format!("userName eq \"{email}\"")).await["Resources"][0],
        cleo
    );
    assert_eq!(acme.leavers().await, Vec::<String>::new());
    // Ada is licensed and not in the directory: there is no conclusion.
    let page = acme
        .site
        .get(
            &acme.site.visitor(Role::LicenceManager).await,
            "/i/1/people",
        )
        .await;
    assert!(
        page.body.contains("1 active person in the directory"),
        "{}",
        page.body
    );
    assert!(page.body.contains(BASE) && page.body.contains("Remove what was pushed"));
    assert!(!page.body.contains("Import the list"));
    cleo
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_life_as_okta_pushes_it() {
    let acme = Acme::new().await;
    let email = "cleo@acme.example";
    let cleo = found_and_pushed(&acme, email).await;
    // A profile is replaced as a whole; a request without a change writes nothing.
    let path = format!("/Users/{}", id_of(&cleo));
    let same = acme.send("PUT", &path, Some(&okta(email))).await;
    assert_eq!((same.status, same.json()), (StatusCode::OK, cleo.clone()));
    // The user leaves.
    let gone = acme
        .patch(
            &cleo,
            json!([{"op": "replace", "value": {"active": false}}]),
        )
        .await;
    assert_eq!(gone["active"], false);
    assert_eq!(acme.leavers().await, ["cleo"]);
    let again = acme
        .patch(
            &cleo,
            json!([{"op": "replace", "value": {"active": false}}]),
        )
        .await;
    assert_eq!(again, gone);
    let finding = acme
        .site
        .get(
            &acme.directory,
            "/api/v1/integrations/1/findings/leaver~licensed~cleo",
        )
        .await;
    assert!(
        finding.body.contains("in the directory on"),
        "{}",
        finding.body
    );
    assert!(
        finding
            .body
            .contains("The pushed directory has 0 active people")
    );
    // The user returns.
    acme.patch(&cleo, json!([{"op": "replace", "value": {"active": true}}]))
        .await;
    assert_eq!(acme.leavers().await, Vec::<String>::new());
    let mut off = okta(email);
    off["active"] = json!(false);
    assert_eq!(acme.send("PUT", &path, Some(&off)).await.status, 200);
    assert_eq!(acme.leavers().await, ["cleo"]);
    assert_eq!(
        acme.actions().await,
        [
            "people.scim_update",
            "people.scim_update",
            "people.scim_update",
            "people.scim_create"
        ]
    );
    let dump = acme.site.install.store.dump().await.unwrap();
    assert!(
        !dump.contains("7946") && !dump.contains("1mz050nq"),
        "not kept"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_life_as_entra_pushes_it() {
    let acme = Acme::new().await;
    // The directory tests the connection with a user that can't exist.
    let none = acme
        .find("userName eq \"6a3b2e1c-0000-4000-8000-000000000000\"")
        .await;
    assert_eq!(none["totalResults"], 0);
    let ada = acme
        .push(&json!({
            "schemas": [USER, ENTERPRISE],
            "externalId": "ada.lovelace",
            "userName": "ada.upn@acme.onmicrosoft.example",
            "active": true,
            "displayName": "Ada Lovelace",
            "emails": [{"primary": true, "type": "work", "value": "Ada@acme.example"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada"},
            "roles": [],
            (ENTERPRISE): {"department": "Research"},
        }))
        .await;
    assert_eq!(ada["emails"][0]["value"], "ada@acme.example");
    for filter in [
        "externalId eq \"ada.lovelace\"",
        "emails[type eq \"work\"].value eq \"ADA@acme.example\"",
        "Emails.Value Eq \"ada@acme.example\"",
    ] {
        assert_eq!(
            acme.find(filter).await["Resources"][0]["id"],
            ada["id"],
            "{filter}"
        );
    }
    let changed = acme
        .patch(
            &ada,
            json!([
                {"op": "Replace", "path": "displayName", "value": "Ada King"},
                {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@acme.example"},
                {"op": "Replace", "path": "externalId", "value": "ada.king"},
                {"op": "Remove", "path": "phoneNumbers[type eq \"mobile\"].value"},
                {"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "7"},
            ]),
        )
        .await;
    assert_eq!(changed["externalId"], "ada.king");
    acme.patch(
        &ada,
        json!([{"op": "Replace", "path": "active", "value": "False"}]),
    )
    .await;
    assert_eq!(acme.leavers().await, ["ada"]);
    acme.patch(
        &ada,
        json!([{"op": "Replace", "path": "active", "value": "True"}]),
    )
    .await;
    assert_eq!(acme.leavers().await, Vec::<String>::new());
    // Deleted after some time in the bin, and created again.
    acme.patch(
        &ada,
        json!([{"op": "Replace", "path": "active", "value": "False"}]),
    )
    .await;
    let path = format!("/Users/{}", id_of(&ada));
    assert_eq!(acme.send("DELETE", &path, None).await.status, 204);
    refused(&acme.send("DELETE", &path, None).await, 404, None);
    refused(&acme.send("GET", &path, None).await, 404, None);
    assert_eq!(acme.leavers().await, ["ada"]);
    let back = acme
        .push(&json!({"schemas": [USER], "userName": "ada@acme.example"}))
        .await;
    assert_ne!(back["id"], ada["id"]);
    assert_eq!(back["active"], true);
    assert_eq!(acme.leavers().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_paged() {
    let acme = Acme::new().await;
    for n in 0..5 {
        acme.push(&json!({"schemas": [USER], "userName": format!("p{n}")}))
            .await;
    }
    let mut seen = std::collections::BTreeSet::new();
    for start in [1, 3, 5] {
        let page = acme
            .get(&format!("/Users?startIndex={start}&count=2"))
            .await;
        assert_eq!(
            (page["totalResults"].as_i64(), page["startIndex"].as_i64()),
            (Some(5), Some(start))
        );
        for person in page["Resources"].as_array().unwrap() {
            seen.insert(id_of(person).to_owned());
        }
    }
    assert_eq!(seen.len(), 5);
    for (query, items) in [
        ("count=0", 0),
        ("count=-3", 0),
        ("startIndex=-7", 5),
        ("startIndex=99", 0),
        ("count=9999", 5),
    ] {
        let page = acme
            .get(&format!(
                "/Users?{query}&attributes=userName&sortBy=userName"
            ))
            .await;
        assert_eq!(page["totalResults"], 5);
        assert_eq!(page["itemsPerPage"], items, "{query}");
    }
    let wrong = acme.send("GET", "/Users?count=many", None).await;
    assert!(refused(&wrong, 400, Some("invalidValue")).starts_with("count: is `many`"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_supported_features_are_listed() {
    let acme = Acme::new().await;
    let config = acme.get("/ServiceProviderConfig").await;
    for (what, there) in [
        ("patch", true),
        ("filter", true),
        ("bulk", false),
        ("sort", false),
        ("etag", false),
        ("changePassword", false),
    ] {
        assert_eq!(config[what]["supported"], there, "{what}");
    }
    let types = acme.get("/ResourceTypes").await;
    assert_eq!(
        (
            types["totalResults"].as_i64(),
            types["Resources"][0]["id"].as_str()
        ),
        (Some(1), Some("User"))
    );
    let description = types["Resources"][0]["description"].as_str().unwrap();
    assert!(description.contains("groups are not provided"));
    let schema = &acme.get("/Schemas").await["Resources"][0];
    let names: Vec<&str> = schema["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribute| attribute["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["userName", "externalId", "emails", "active"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_and_a_directory_take_turns() {
    let acme = Acme::new().await;
    let manager = acme.site.visitor(Role::LicenceManager).await;
    let import = async |dry_run: &str| {
        let path = format!("/api/v1/integrations/1/people/import?confirm=true{dry_run}");
        let headers = [("content-type", "text/csv")];
        let file = "email\nada@acme.example\n".to_owned();
        acme.directory
            .send(Method::POST, &acme.site.at(&path), &headers, Some(file))
            .await
    };
    assert_eq!(import("").await.status, 200);
    assert_eq!(acme.leavers().await, ["cleo"]);
    let ann = json!({"userName": "ann@acme.example"});
    let seen = acme.send("POST", "/Users", Some(&ann)).await;
    let detail = refused(&seen, 409, None);
    assert!(
        detail.contains("imported list of employees (API)") && detail.contains("remove it"),
        "{detail}"
    );
    let page = acme.site.get(&manager, "/i/1/people").await;
    assert!(
        page.body.contains("A list is in place") && page.body.contains(BASE),
        "{}",
        page.body
    );
    // Removing the list removes its findings.
    let seen = acme.site.submit(&manager, "/i/1/people/remove", &[]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(acme.leavers().await, Vec::<String>::new());
    acme.push(&json!({"userName": "ada@acme.example", "active": false}))
        .await;
    assert_eq!(acme.leavers().await, ["ada"]);
    for dry_run in ["", "&dry_run=yes"] {
        let seen = import(dry_run).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{}", seen.body);
        assert!(
            seen.json()["remedy"]
                .as_str()
                .unwrap()
                .contains("remove what it pushed")
        );
    }
    let rows = [("text", "email\nada@acme.example\n"), ("confirm", "yes")];
    let seen = acme.site.submit(&manager, "/i/1/people", &rows).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert_eq!(acme.leavers().await, ["ada"]);
    let seen = acme.site.submit(&manager, "/i/1/people/remove", &[]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(acme.leavers().await, Vec::<String>::new());
    assert_eq!(acme.get("/Users").await["totalResults"], 0);
    assert_eq!(import("").await.status, 200);
    assert_eq!(acme.leavers().await, ["cleo"]);
}
