//! The layer that counts every request.

use crate::Sim;
use crate::api::operations::operation;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Counts a request after it was answered.
pub(crate) async fn count(State(sim): State<Sim>, request: Request, next: Next) -> Response {
    let (method, path) = named(request.method().as_str(), request.uri().path());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    sim.state.log.add(method, path, status);
    response
}

/// Method and path under which a request is counted. Unknown ones share a line, because their number
/// must stay bounded.
fn named(method: &str, path: &str) -> (String, String) {
    let known = match path.strip_prefix("/v2") {
        Some(path) => operation(method, path).map(|(operation, _)| operation.path),
        None => [
            "/oauth/authorize",
            "/oauth/signin",
            "/oauth/consent",
            "/oauth/token",
            "/oauth/revoke",
        ]
        .into_iter()
        .find(|known| *known == path),
    };
    match known {
        Some(path) => (method.to_owned(), path.to_owned()),
        None => ("other".to_owned(), "other".to_owned()),
    }
}
