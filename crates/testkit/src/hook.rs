//! A receiver of webhooks on loopback: stores each request and answers as the test configures it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use crate::wait;

#[derive(Debug)]
pub struct Hook {
    /// The address to send webhooks to.
    pub url: Url,
    state: Arc<Mutex<Kept>>,
    _stop: DropGuard,
}

#[derive(Debug, Default)]
struct Kept {
    calls: Vec<Call>,
    answers: VecDeque<Answer>,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    location: Option<String>,
    bytes: usize,
    never: bool,
}

#[derive(Debug, Clone)]
pub struct Call {
    /// Path and query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    /// The text of a header; empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a body in JSON")
    }
}

impl Hook {
    /// Starts a receiver that answers with status 204.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port on loopback");
        let address = listener.local_addr().expect("it listens");
        let state = Arc::new(Mutex::new(Kept::default()));
        let router = Router::new().fallback(take).with_state(Arc::clone(&state));
        let stop = CancellationToken::new();
        let until = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(until);
            drop(served.await);
        });
        let url = format!("http://{address}/hook");
        Self {
            url: url.parse().expect("an address"),
            state,
            _stop: stop.drop_guard(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the next request with this status.
    ///
    /// # Panics
    /// When the status is not valid.
    pub fn answer(&self, status: u16) {
        self.push(status, None, 0, false);
    }

    /// Redirects the next request to this address.
    pub fn redirect(&self, to: &str) {
        self.push(302, Some(to.to_owned()), 0, false);
    }

    /// Answers the next request with a body of so many bytes.
    pub fn answer_long(&self, bytes: usize) {
        self.push(200, None, bytes, false);
    }

    /// Never answers the next request.
    pub fn silence(&self) {
        self.push(200, None, 0, true);
    }

    fn push(&self, status: u16, location: Option<String>, bytes: usize, never: bool) {
        self.lock().answers.push_back(Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            location,
            bytes,
            never,
        });
    }

    /// All requests in the order of their arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Waits until so many requests have arrived.
    ///
    /// # Panics
    /// When they do not arrive in time.
    pub async fn wait_for(&self, count: usize) -> Vec<Call> {
        wait::until("webhooks", async || {
            Some(self.calls()).filter(|calls| calls.len() >= count)
        })
        .await
    }
}

async fn take(State(state): State<Arc<Mutex<Kept>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes: Bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    let answer = {
        let mut kept = state.lock().unwrap_or_else(PoisonError::into_inner);
        kept.calls.push(Call {
            path: parts.uri.to_string(),
            headers: parts.headers,
            body: bytes.to_vec(),
        });
        kept.answers.pop_front()
    };
    let Some(answer) = answer else {
        return StatusCode::NO_CONTENT.into_response();
    };
    if answer.never {
        std::future::pending::<()>().await;
    }
    let mut response = (answer.status, vec![b'x'; answer.bytes]).into_response();
    if let Some(location) = answer.location.and_then(|to| to.parse().ok()) {
        response.headers_mut().insert("location", location);
    }
    response
}
