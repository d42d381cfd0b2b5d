//! A running simulator with a clock, and a client for it.

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use zoom_sim::{Config, Faults, Plan, ScopeStyle, Sim};

/// 2026-11-23T10:00:00Z, a Monday, in milliseconds since 1970.
pub(crate) const NOW: i64 = 1_795_428_000;
pub(crate) const REDIRECT: &str = "http://127.0.0.1:8080/integrations/zoom/callback";

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    clock: Arc<AtomicI64>,
    pub(crate) token: String,
    _stop: tokio::sync::oneshot::Sender<()>,
}

/// An answer: status, headers, body (null if it is not JSON).
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap_or_default();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            text,
            json,
        }
    }

    /// HTTP status and Zoom's error code.
    pub(crate) fn refusal(&self) -> (u16, i64) {
        (self.status, self.json["code"].as_i64().unwrap_or_default())
    }
}

pub(crate) fn config(users: u64) -> Config {
    Config {
        seed: 7,
        users,
        plan: Plan::Business,
        suites: false,
        latency_ms: 0,
        limits: false,
        now: Arc::new(|| NOW * 1000),
        scopes: ScopeStyle::Granular,
        redirect_uris: vec![REDIRECT.to_owned()],
        faults: Faults::default(),
        base_url: String::new(),
    }
}

impl World {
    pub(crate) async fn new(users: u64) -> Self {
        Self::with(config(users)).await
    }

    pub(crate) async fn with(mut config: Config) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(AtomicI64::new(NOW * 1000));
        let shared = Arc::clone(&clock);
        config.now = Arc::new(move || shared.load(Ordering::SeqCst));
        config.base_url.clone_from(&base);
        let sim = Sim::new(config);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        tokio::spawn(zoom_sim::serve(listener, sim.clone(), async {
            stopped.await.ok();
        }));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut world = Self {
            sim,
            base,
            http,
            clock,
            token: String::new(),
            _stop: stop,
        };
        world.token = world.server_token().await;
        world
    }

    pub(crate) fn advance_ms(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, second: i64) {
        self.clock.store(second * 1000, Ordering::SeqCst);
    }

    async fn server_token(&self) -> String {
        let app = self.sim.credentials();
        let form = [
            ("grant_type", "account_credentials"),
            ("account_id", &app.account_id),
        ];
        let answer = self.token(&app.client_id, &app.client_secret, &form).await;
        answer.json["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn renew(&mut self) {
        self.token = self.server_token().await;
    }

    pub(crate) async fn token(&self, id: &str, secret: &str, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}/oauth/token", self.base);
        let request = self.http.post(url).basic_auth(id, Some(secret)).form(form);
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.token, path).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        let url = format!("{}/v2{path}", self.base);
        Answer::of(self.http.get(url).bearer_auth(token).send().await.unwrap()).await
    }

    /// Reads all rows of a list, page by page.
    pub(crate) async fn all(&self, path: &str, rows: &str) -> Vec<Value> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let mark = if path.contains('?') { '&' } else { '?' };
            let answer = self
                .get(&format!("{path}{mark}next_page_token={token}"))
                .await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            all.extend(answer.json[rows].as_array().expect(rows).clone());
            answer.json["next_page_token"]
                .as_str()
                .expect("a token")
                .clone_into(&mut token);
            if token.is_empty() {
                return all;
            }
        }
    }
}
