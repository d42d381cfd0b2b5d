//! A second, simple-minded reading of the simulated Zoom, to compare a sync's result with: plain
//! requests and raw JSON, nothing of the product.

use reqwest::Client;
use serde_json::Value;
use testkit::zoom::Zoom;

/// All data of one account.
pub(crate) struct Plain {
    client: Client,
    token: String,
    base: String,
}

impl Plain {
    pub(crate) async fn new(zoom: &Zoom) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        let credentials = zoom.sim.credentials();
        let form = [
            ("grant_type", "account_credentials"),
            ("account_id", credentials.account_id.as_str()),
        ];
        let answer: Value = client
            .post(format!("{}/token", zoom.oauth_url()))
            .basic_auth(&credentials.client_id, Some(&credentials.client_secret))
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self {
            client,
            token,
            base: format!("{}v2", zoom.url),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// Every row of a list, whose query has at least one parameter.
    pub(crate) async fn all(&self, path: &str, list: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = String::new();
        loop {
            let page = self
                .get(&format!("{path}&page_size=300&next_page_token={next}"))
                .await;
            rows.extend(page[list].as_array().unwrap().iter().cloned());
            page["next_page_token"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut next);
            if next.is_empty() {
                return rows;
            }
        }
    }

    /// The users of all three lists.
    pub(crate) async fn users(&self) -> Vec<Value> {
        let mut users = Vec::new();
        for status in ["active", "inactive", "pending"] {
            users.extend(self.all(&format!("/users?status={status}"), "users").await);
        }
        users
    }
}
