//! The data of the simulated account as Zoom would answer it without faults, read with plain requests.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Day;
use serde_json::Value;
use testkit::in_process::InProcess;
use zoom::transport::{HttpRequest, Method, Transport as _};
use zoom_sim::Sim;

/// Reads an account without faults.
pub(super) struct Truth {
    zoom: InProcess,
    token: String,
}

impl Truth {
    pub(super) async fn new(sim: &Sim) -> Self {
        let zoom = InProcess::new(sim.clone());
        let app = sim.credentials();
        let body = format!(
            "grant_type=account_credentials&account_id={}",
            app.account_id
        );
        let keys = STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret));
        let request = HttpRequest {
            method: Method::Post,
            url: "http://127.0.0.1/oauth/token".parse().unwrap(),
            headers: vec![
                ("authorization".to_owned(), format!("Basic {keys}")),
                (
                    "content-type".to_owned(),
                    "application/x-www-form-urlencoded".to_owned(),
                ),
            ],
            body: Some(body),
        };
        let answer = zoom.send(request).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { zoom, token }
    }

    /// All rows of a list; `path` has a query.
    async fn all(&self, path: &str, list: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = String::new();
        loop {
            let url = format!("http://127.0.0.1/v2{path}&page_size=300&next_page_token={next}");
            let request = HttpRequest {
                method: Method::Get,
                url: url.parse().unwrap(),
                headers: vec![("authorization".to_owned(), format!("Bearer {}", self.token))],
                body: None,
            };
            let answer = self.zoom.send(request).await.unwrap();
            assert_eq!(answer.status, 200, "{path}");
            let page: Value = serde_json::from_slice(&answer.body).unwrap();
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

    /// Id (or lower-case address while there is none), address, type and status of all users.
    pub(super) async fn users(&self) -> BTreeMap<String, (String, i64, String)> {
        let mut users = BTreeMap::new();
        for status in ["active", "inactive", "pending"] {
            for row in self.all(&format!("/users?status={status}"), "users").await {
                let email = row["email"].as_str().unwrap().to_lowercase();
                let key = row["id"]
                    .as_str()
                    .map_or_else(|| email.clone(), str::to_owned);
                let kind = row["type"].as_i64().unwrap();
                users.insert(key, (email, kind, status.to_owned()));
            }
        }
        users
    }

    /// Number of meetings and webinars that began on each of these days.
    pub(super) async fn hosted(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, i64> {
        let path = "/report/history_meetings?meeting_type=all";
        self.per_day(path, "history_meetings", "start_time", days)
            .await
    }

    /// Number of sign-ins and sign-outs on each of these days.
    pub(super) async fn sign_ins(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, i64> {
        let path = "/report/activities?a=";
        self.per_day(path, "activity_logs", "time", days).await
    }

    async fn per_day(
        &self,
        path: &str,
        list: &str,
        time: &str,
        days: &BTreeSet<Day>,
    ) -> BTreeMap<Day, i64> {
        /// Days in one request. Zoom answers up to a month.
        const AT_ONCE: i32 = 28;
        let mut counts = BTreeMap::new();
        let (Some(&first), Some(&newest)) = (days.first(), days.last()) else {
            return counts;
        };
        let mut start = first;
        while start <= newest {
            let end = start.plus(AT_ONCE - 1).min(newest);
            for row in self
                .all(&format!("{path}&from={start}&to={end}"), list)
                .await
            {
                let day: Day = row[time].as_str().unwrap()[..10].parse().unwrap();
                if days.contains(&day) && (start..=end).contains(&day) {
                    *counts.entry(day).or_default() += 1;
                }
            }
            start = end.plus(1);
        }
        counts
    }
}
