//! The simulated Zoom without a network: a transport that calls its routes directly. For tests that make
//! very many requests.

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use tower::ServiceExt as _;
use zoom::transport::{HttpRequest, HttpResponse, Method, Transport, TransportError};
use zoom_sim::Sim;

/// Largest body that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Sends requests to a simulator in the same process.
#[derive(Debug, Clone)]
pub struct InProcess(Sim);

impl InProcess {
    /// A transport to this simulator; the host of a request does not matter.
    #[must_use]
    pub fn new(sim: Sim) -> Self {
        Self(sim)
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut path = request.url.path().to_owned();
        if let Some(query) = request.url.query() {
            path = format!("{path}?{query}");
        }
        let mut sent = http::Request::builder()
            .method(match request.method {
                Method::Get => "GET",
                Method::Post => "POST",
                Method::Patch => "PATCH",
            })
            .uri(path);
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        let sent = sent
            .body(request.body.map_or_else(Body::empty, Body::from))
            .map_err(|error| TransportError::Setup(error.to_string()))?;
        let answer = match self.0.router().oneshot(sent).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, LARGEST)
            .await
            .map_err(|error| TransportError::Interrupted(error.to_string()))?;
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Ok(HttpResponse {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body,
        })
    }
}
