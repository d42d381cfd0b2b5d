//! For machines that watch: is the process alive, can it do its work, how much of it has it done;
//! and the files that pages refer to.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use model::Permission;

use crate::access::Access;
use crate::app::Shared;
use crate::failure::{Failure, Presented};
use crate::routes::Routes;
use crate::ui::assets;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/healthz", Access::Open, health)
        .page(Method::GET, "/readyz", Access::Open, ready)
        .page(Method::GET, "/assets/{name}", Access::Open, asset)
        .shared(
            Method::GET,
            "/metrics",
            Access::Needs(Permission::ViewData),
            measurements,
        )
}

/// The process is alive; nothing else is looked at.
async fn health() -> &'static str {
    "alive\n"
}

/// The database answers and the master key opens what it sealed.
async fn ready(State(app): State<Shared>) -> Response {
    let reason = match app.is_ready().await {
        Ok(true) => return "ready\n".into_response(),
        Ok(false) => "the master key is not the one that sealed the secrets in the database",
        Err(error) => {
            tracing::warn!(%error, "not ready");
            "the database does not answer"
        }
    };
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        format!("not ready: {reason}\n"),
    )
        .into_response();
    response.extensions_mut().insert(Presented);
    response
}

/// In the text format of Prometheus.
async fn measurements(State(app): State<Shared>) -> Result<Response, Failure> {
    let metrics = app
        .config
        .metrics
        .as_ref()
        .ok_or_else(|| Failure::not_found("measurement"))?;
    Ok((
        [(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
        )],
        metrics.render(),
    )
        .into_response())
}

/// A file under its hashed name, which browsers may keep for ever.
async fn asset(uri: Uri) -> Result<Response, Failure> {
    let asset = assets::lookup(uri.path()).ok_or_else(|| Failure::not_found("file"))?;
    Ok((
        [
            (CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
            (
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            ),
        ],
        asset.bytes.as_slice(),
    )
        .into_response())
}
