//! Employees that a directory pushes over SCIM, and the resulting leavers.

mod people;
mod refusals;

use model::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::web::{Seen, Visitor};

use crate::fixture::{self, Site};

pub(crate) const BASE: &str = "/scim/v2/integrations/1";

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub(crate) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// An account with the licence holders Ada and Cleo, and a directory with a token.
pub(crate) struct Acme {
    pub(crate) site: Site,
    pub(crate) directory: Visitor,
}

impl Acme {
    pub(crate) async fn new() -> Self {
        let (site, id) = Site::connected().await;
        fixture::acme(&site, id).await;
        let directory = Visitor::with_token(&site.token(Role::LicenceManager).await);
        Self { site, directory }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Seen {
        let headers = [
            ("accept", "application/scim+json"),
            ("content-type", "application/scim+json; charset=utf-8"),
        ];
        let url = self.site.at(&format!("{BASE}{path}"));
        let body = body.map(Value::to_string);
        let seen = self
            .directory
            .send(method.parse().unwrap(), &url, &headers, body)
            .await;
        if seen.status != StatusCode::NO_CONTENT {
            assert_eq!(seen.headers["content-type"], "application/scim+json");
        }
        seen
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let seen = self.send("GET", path, None).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen.json()
    }

    pub(crate) async fn find(&self, filter: &str) -> Value {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("filter", filter)
            .finish();
        self.get(&format!("/Users?{query}")).await
    }

    pub(crate) async fn push(&self, body: &Value) -> Value {
        let seen = self.send("POST", "/Users", Some(body)).await;
        assert_eq!(seen.status, 201, "{}", seen.body);
        let person = seen.json();
        let location = person["meta"]["location"].as_str().unwrap();
        assert_eq!(seen.headers["location"], location);
        assert!(location.ends_with(&format!("{BASE}/Users/{}", id_of(&person))));
        person
    }

    pub(crate) async fn patch(&self, person: &Value, operations: Value) -> Value {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        let path = format!("/Users/{}", id_of(person));
        let seen = self.send("PATCH", &path, Some(&body)).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        seen.json()
    }

    /// Keys of all users with a finding “Leaver”, in any state.
    pub(crate) async fn leavers(&self) -> Vec<String> {
        let path = "/api/v1/integrations/1/findings?rule=leaver&state=open&state=held";
        let seen = self.site.get(&self.directory, path).await;
        let found = seen.json();
        let items = found["items"].as_array().unwrap().iter();
        let mut keys: Vec<String> = items
            .map(|item| item["user_id"].as_str().unwrap().to_owned())
            .collect();
        // Ada holds two licences.
        keys.dedup();
        keys
    }

    pub(crate) async fn actions(&self) -> Vec<String> {
        let entries = self.site.install.store.audit(50, None).await.unwrap();
        let of = entries.into_iter().map(|entry| entry.action);
        of.filter(|action| action.starts_with("people.")).collect()
    }
}

pub(crate) fn id_of(person: &Value) -> &str {
    person["id"].as_str().unwrap()
}

/// The detail of an error of SCIM.
pub(crate) fn refused(seen: &Seen, status: u16, word: Option<&str>) -> String {
    assert_eq!(seen.status, status, "{}", seen.body);
    assert_eq!(seen.headers["content-type"], "application/scim+json");
    let error = seen.json();
    let schemas = json!(["urn:ietf:params:scim:api:messages:2.0:Error"]);
    assert_eq!(error["schemas"], schemas);
    assert_eq!(error["status"], status.to_string());
    assert_eq!(error["scimType"].as_str(), word, "{error}");
    error["detail"].as_str().unwrap().to_owned()
}
