//! Recognises a reverse proxy in front of the server that is not configured.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use service::proxy;

use crate::app::SharedApp;
use crate::client_address::came_through_proxy;

/// Notices a proxy that is not configured, and says so once.
pub(crate) async fn notice_proxy(
    State(app): State<SharedApp>,
    request: Request,
    next: Next,
) -> Response {
    if !app.config.trust_forwarded_for
        && !app.unknown_proxy.was_seen()
        && came_through_proxy(request.extensions(), request.headers())
        && app.unknown_proxy.is_new()
    {
        tracing::warn!("{}", proxy::ADVICE);
        if let Err(error) = proxy::record(&app.context.store, app.context.clock.now()).await {
            tracing::debug!(%error, "that there is a proxy could not be stored");
        }
    }
    next.run(request).await
}
