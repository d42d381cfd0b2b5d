//! One line and one measurement for each request: method, matched route, status and duration.
//! Never the query or the headers, which may hold what is nobody's business.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

/// Notes a request after it was answered.
pub(crate) async fn note(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Anybody can make up methods; measurements must not grow with them.
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
