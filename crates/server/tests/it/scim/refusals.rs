//! Requests that are refused over SCIM, and the form of the errors.

use model::{Clock, Grant, GrantKind, IntegrationId, Permission, Plan, Role};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Actor, Credentials, IntegrationSettings, NewIntegration};
use testkit::web::Visitor;

use super::{Acme, BASE, USER, id_of, refused};
use crate::fixture::Site;

async fn another_account(site: &Site) -> IntegrationId {
    let grant = Grant {
        kind: GrantKind::ServerToServer,
        account_id: "other".to_owned(),
        authorised_by: String::new(),
        authorised_user_id: None,
        scopes: Vec::new(),
        client_id: "c".to_owned(),
    };
    let new = NewIntegration {
        application: "zoom".to_owned(),
        grant,
        settings: IntegrationSettings {
            name: "Other".to_owned(),
            plan: Plan::Pro,
            budget_percent: 50,
            interval_minutes: 60,
        },
    };
    let credentials = Credentials {
        client_id: "c".to_owned(),
        client_secret: "s".into(),
        account_id: None,
    };
    let (store, now) = (&site.install.store, site.install.clock.now());
    let made = store.create_integration(new, &credentials, None, &Actor::Cli, now);
    made.await.unwrap().id
}

/// A request that is refused, with the status, the word of the error and the beginning of its sentence.
struct Refusal<'a> {
    request: (&'static str, &'a str, Value),
    status: u16,
    word: Option<&'static str>,
    begins: &'static str,
}

fn refusal<'a>(
    request: (&'static str, &'a str, Value),
    status: u16,
    word: Option<&'static str>,
    begins: &'static str,
) -> Refusal<'a> {
    Refusal {
        request,
        status,
        word,
        begins,
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a flat table, one entry for each refusal"
)]
fn refusals(person: &str) -> Vec<Refusal<'_>> {
    vec![
        refusal(
            ("POST", "/Users", json!({"userName": 7})),
            400,
            Some("invalidValue"),
            "userName:",
        ),
        refusal(
            ("POST", "/Users", json!({})),
            400,
            Some("invalidValue"),
            "userName:",
        ),
        refusal(
            ("POST", "/Users", json!({"userName": ""})),
            400,
            Some("invalidValue"),
            "userName:",
        ),
        refusal(
            (
                "POST",
                "/Users",
                json!({"schemas": ["urn:scim:schemas:core:1.0"], "userName": "x"}),
            ),
            400,
            Some("invalidValue"),
            "schemas:",
        ),
        refusal(
            (
                "POST",
                "/Users",
                json!({"userName": "x", "active": "perhaps"}),
            ),
            400,
            Some("invalidValue"),
            "active:",
        ),
        refusal(
            (
                "POST",
                "/Users",
                json!({"userName": "x", "emails": [{"value": "nobody"}]}),
            ),
            400,
            Some("invalidValue"),
            "emails.value:",
        ),
        refusal(
            ("POST", "/Users", json!([1])),
            400,
            Some("invalidSyntax"),
            "body:",
        ),
        refusal(
            ("PUT", person, json!({"active": false})),
            400,
            Some("invalidValue"),
            "userName:",
        ),
        refusal(
            ("PATCH", person, json!({"Operations": [{"op": "remove"}]})),
            400,
            Some("noTarget"),
            "Operations[0].path:",
        ),
        refusal(
            (
                "PATCH",
                person,
                json!({"Operations": [{"op": "replace", "path": "[", "value": 1}]}),
            ),
            400,
            Some("invalidPath"),
            "Operations[0].path:",
        ),
        refusal(
            (
                "PATCH",
                "/Users/none",
                json!({"Operations": [{"op": "replace", "value": {"active": false}}]}),
            ),
            404,
            None,
            "There is no",
        ),
        refusal(
            ("PUT", "/Users/none", json!({"userName": "x"})),
            404,
            None,
            "There is no",
        ),
        refusal(
            ("GET", "/Users?filter=userName+sw+%22a%22", json!({})),
            400,
            Some("invalidFilter"),
            "filter:",
        ),
        refusal(
            ("GET", "/Users?filter=active+eq+true", json!({})),
            400,
            Some("invalidFilter"),
            "filter:",
        ),
        refusal(
            ("GET", "/Groups", json!({})),
            404,
            None,
            "Nothing is provided at this address. Employees are under `Users`; groups are not provided.",
        ),
        refusal(
            ("POST", "/Bulk", json!({})),
            404,
            None,
            "Nothing is provided",
        ),
        refusal(
            ("DELETE", "/Users", json!({})),
            405,
            None,
            "It does not accept this method",
        ),
        refusal(
            ("POST", "/Users", json!({"userName": "x".repeat(1_100_000)})),
            413,
            None,
            "A request may carry",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_have_the_scim_error_format() {
    let acme = Acme::new().await;
    let ann = json!({"schemas": [USER], "userName": "ann"});
    let person = acme.push(&ann).await;
    let path = format!("/Users/{}", id_of(&person));
    let before = acme.site.install.store.dump().await.unwrap();
    let twice = json!({"schemas": [USER], "userName": "ANN"});
    let detail = refused(
        &acme.send("POST", "/Users", Some(&twice)).await,
        409,
        Some("uniqueness"),
    );
    assert!(detail.starts_with("userName"), "{detail}");
    for refusal in refusals(&path) {
        let (method, at, body) = refusal.request;
        let body = (method != "GET").then_some(&body);
        let seen = acme.send(method, at, body).await;
        let detail = refused(&seen, refusal.status, refusal.word);
        assert!(
            detail.starts_with(refusal.begins),
            "{method} {at}: {detail}"
        );
    }
    let url = acme.site.at(&format!("{BASE}/Users"));
    for (kind, body, status, word) in [
        ("text/plain", "{}", 415, None),
        ("application/x-www-form-urlencoded", "userName=x", 415, None),
        ("application/json", "{", 400, Some("invalidSyntax")),
    ] {
        let headers = [("content-type", kind)];
        let seen = acme
            .directory
            .send(Method::POST, &url, &headers, Some(body.to_owned()))
            .await;
        refused(&seen, status, word);
    }
    assert_eq!(acme.site.install.store.dump().await.unwrap(), before);
    // Plain JSON is accepted too.
    let headers = [("content-type", "application/json")];
    let body = json!({"userName": "bob"}).to_string();
    let seen = acme
        .directory
        .send(Method::POST, &url, &headers, Some(body))
        .await;
    assert_eq!(seen.status, 201, "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_members_who_may_decide_push_people_and_only_to_their_account() {
    let acme = Acme::new().await;
    let ann = json!({"schemas": [USER], "userName": "ann"});
    let person = acme.push(&ann).await;
    let url = acme.site.at(&format!("{BASE}/Users"));
    let send = async |visitor: &Visitor, body: &str| {
        let headers = [("content-type", "application/scim+json")];
        visitor
            .send(Method::POST, &url, &headers, Some(body.to_owned()))
            .await
    };
    let seen = send(&Visitor::new(), "{}").await;
    let detail = refused(&seen, 401, None);
    assert!(detail.contains("Authorization: Bearer"), "{detail}");
    assert_eq!(seen.headers["www-authenticate"], "Bearer");
    refused(
        &send(&Visitor::with_token("swt_wrong"), "{}").await,
        401,
        None,
    );
    // The directory has the licence manager's token.
    for role in Role::ALL {
        if role == Role::LicenceManager {
            continue;
        }
        let visitor = Visitor::with_token(&acme.site.token(role).await);
        let body = json!({"userName": format!("by {role:?}")}).to_string();
        let seen = send(&visitor, &body).await;
        if role.allows(Permission::Decide) {
            assert_eq!(seen.status, 201, "{role:?}: {}", seen.body);
        } else {
            refused(&seen, 403, None);
        }
    }
    // A browser's session without proof that one of our own pages sent the request.
    let owner = acme.site.visitor(Role::Owner).await;
    refused(&send(&owner, "{}").await, 403, None);
    // Another account has other users, and a missing account has none.
    let other = another_account(&acme.site).await;
    for (id, status) in [
        (other.to_string(), 404),
        ("999".to_owned(), 404),
        ("01".to_owned(), 404),
    ] {
        let path = format!("/scim/v2/integrations/{id}/Users/{}", id_of(&person));
        for method in [Method::GET, Method::DELETE] {
            let seen = acme
                .directory
                .send(method, &acme.site.at(&path), &[], None)
                .await;
            refused(&seen, status, None);
        }
    }
    let theirs = format!("/scim/v2/integrations/{other}/Users");
    let theirs = acme.site.get(&acme.directory, &theirs).await.json();
    assert_eq!(theirs["totalResults"], 0);
    let seen = acme
        .site
        .get(&acme.directory, "/scim/v2/integrations/999/Schemas")
        .await;
    refused(&seen, 404, None);
}
