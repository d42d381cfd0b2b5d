//! One log line and one measurement for each request: method, matched route, status and duration.
//! The query and the headers are left out, because they can contain personal data and secrets.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

/// Logs a request after it was answered.
pub(crate) async fn note(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Other methods share one label, because clients can invent methods and the number of
    // measurements must stay bounded.
    let method = match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route
        .as_ref()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    tracing::debug!(
        method,
        route,
        status,
        ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    metrics::histogram!(
        "seatwise_http_request_seconds",
        "method" => method, "route" => route, "status" => status.to_string()
    )
    .record(elapsed.as_secs_f64());
    response
}
