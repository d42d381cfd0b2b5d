//! For monitoring systems: liveness, readiness and metrics; and the asset files of pages.

use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use model::Permission;

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::{Failure, Presented};
use crate::routes::Routes;
use crate::web::metrics::metrics;
use ui::assets;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/healthz", Access::Open, health)
        .page(Method::GET, "/readyz", Access::Open, ready)
        .page(Method::GET, "/assets/{name}", Access::Open, asset)
        .undocumented(
            Method::GET,
            "/metrics",
            Access::Needs(Permission::ViewData),
            metrics,
        )
}

/// Returns success while the process is alive; checks nothing else.
async fn health() -> &'static str {
    "alive\n"
}

/// Returns success when the database can be read and written and the master key opens its secrets.
async fn ready(State(app): State<SharedApp>) -> Response {
    let Err(reason) = app.readiness.check(&app.context).await else {
        return "ready\n".into_response();
    };
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        format!("not ready: {reason}\n"),
    )
        .into_response();
    response.extensions_mut().insert(Presented);
    response
}

/// A file with a hash in its name, which browsers may cache without limit.
async fn asset(uri: Uri, request_headers: HeaderMap) -> Result<Response, Failure> {
    let asset = assets::lookup(uri.path()).ok_or_else(|| Failure::not_found("file"))?;
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ]);
    let Some(packed) = &asset.gzip else {
        return Ok((headers, asset.bytes.as_slice()).into_response());
    };
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !takes_gzip(&request_headers) {
        return Ok((headers, asset.bytes.as_slice()).into_response());
    }
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Ok((headers, packed.as_slice()).into_response())
}

/// Whether gzip is accepted, with a weight above zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next()?;
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            Some((
                name,
                weight.and_then(|weight| weight.parse().ok()).unwrap_or(1.0),
            ))
        })
        .any(|(name, weight): (&str, f32)| name.eq_ignore_ascii_case("gzip") && weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_files_go_only_to_who_takes_them() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(
                ACCEPT_ENCODING,
                HeaderValue::from_static(value),
            )]))
        };
        assert!(takes("gzip, deflate, br, zstd"));
        assert!(takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0, identity"));
        assert!(!takes("br") && !takes_gzip(&HeaderMap::new()));
    }
}
