//! Somebody on loopback who takes webhooks: keeps each request, and answers as the test wants.

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

/// A receiver of webhooks.
#[derive(Debug)]
pub struct Hook {
    /// Where it listens.
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

/// One request that came in.
#[derive(Debug, Clone)]
pub struct Call {
    /// Path and query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Call {
    /// The text of a header; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a body in JSON")
    }
}

impl Hook {
    /// Starts one that answers 204.
    ///
    /// # Panics
    /// When it can't listen.
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

    /// The next request that has no answer yet gets this status.
    ///
    /// # Panics
    /// When there is no such status.
    pub fn answer(&self, status: u16) {
        self.push(status, None, 0, false);
    }

    /// The next request is sent elsewhere.
    pub fn redirect(&self, to: &str) {
        self.push(302, Some(to.to_owned()), 0, false);
    }

    /// The next request is answered with a body of so many bytes.
    pub fn answer_long(&self, bytes: usize) {
        self.push(200, None, bytes, false);
    }

    /// The next request never gets an answer.
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

    /// Everything that came in, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Waits until so many came in.
    ///
    /// # Panics
    /// When they don't.
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
