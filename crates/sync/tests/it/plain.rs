//! A second, simple-minded reading of the simulated Zoom, to compare a sync's result with: plain
//! requests and raw JSON, nothing of the product.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use testkit::in_process::InProcess;
use testkit::zoom::Zoom;
use zoom::transport::{HttpRequest, Method, Transport as _};
use zoom_sim::Sim;

/// All data of one account.
pub(crate) struct Plain {
    zoom: InProcess,
    token: String,
}

impl Plain {
    pub(crate) async fn new(zoom: &Zoom) -> Self {
        Self::of(&zoom.sim).await
    }

    pub(crate) async fn of(sim: &Sim) -> Self {
        let zoom = InProcess::new(sim.clone());
        let app = sim.credentials();
        let keys = STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret));
        let form = "application/x-www-form-urlencoded";
        let request = HttpRequest {
            method: Method::Post,
            url: "http://127.0.0.1/oauth/token".parse().unwrap(),
            headers: vec![
                ("authorization".to_owned(), format!("Basic {keys}")),
                ("content-type".to_owned(), form.to_owned()),
            ],
            body: Some(format!(
                "grant_type=account_credentials&account_id={}",
                app.account_id
            )),
        };
        let answer = zoom.send(request).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { zoom, token }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = HttpRequest {
            method: Method::Get,
            url: format!("http://127.0.0.1/v2{path}").parse().unwrap(),
            headers: vec![("authorization".to_owned(), format!("Bearer {}", self.token))],
            body: None,
        };
        let answer = self.zoom.send(request).await.unwrap();
        assert!(
            (200..300).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        serde_json::from_slice(&answer.body).unwrap()
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
