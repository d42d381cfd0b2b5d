//! For monitoring systems: liveness, readiness and metrics; and the asset files of pages.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use model::{IntegrationState, Permission};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::{Failure, Presented};
use crate::routes::Routes;
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
            measurements,
        )
}

/// Returns success while the process is alive; checks nothing else.
async fn health() -> &'static str {
    "alive\n"
}

/// Returns success when the database answers and the master key decrypts its secrets.
async fn ready(State(app): State<SharedApp>) -> Response {
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

/// The metrics in the text format of Prometheus.
async fn measurements(State(app): State<SharedApp>) -> Result<Response, Failure> {
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
        metrics.render() + &accounts(&app).await?,
    )
        .into_response())
}

/// Metrics of the accounts, read from the database because every process must report the same.
async fn accounts(app: &App) -> Result<String, Failure> {
    let mut text = String::new();
    let mut add = |name: &str, help: &str, values: &[(String, i64)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (integration, value) in values {
            let _ = writeln!(text, "{name}{{integration=\"{integration}\"}} {value}");
        }
    };
    let (mut up, mut complete, mut requests, mut refused) = (vec![], vec![], vec![], vec![]);
    let mut rejected = vec![];
    for integration in app.context.store.integrations().await? {
        let id = integration.id.to_string();
        let active = integration.state == IntegrationState::Active;
        up.push((id.clone(), i64::from(active)));
        if let Some(at) = integration.last_complete_at {
            complete.push((id.clone(), at.0 / 1000));
        }
        let counts = app.context.store.rejected_counts(integration.id).await?;
        let records = counts.iter().map(|(_, records)| records).sum();
        rejected.push((id.clone(), records));
        let runs = app.context.store.runs(integration.id, 2, None).await?;
        if let Some(ended) = runs.iter().find(|run| run.ended_at.is_some()) {
            requests.push((id.clone(), ended.totals.requests));
            refused.push((id, ended.totals.refused));
        }
    }
    add(
        "seatwise_integration_active",
        "1 while an account is read, 0 when paused, disconnected or not let in.",
        &up,
    );
    add(
        "seatwise_last_complete_sync_timestamp_seconds",
        "When the last complete sync ended.",
        &complete,
    );
    add(
        "seatwise_last_run_requests",
        "Requests of the last run that is over.",
        &requests,
    );
    add(
        "seatwise_last_run_refused",
        "Requests of that run that the application refused as too many.",
        &refused,
    );
    add(
        "seatwise_rejected_records",
        "Records of the application that could not be understood.",
        &rejected,
    );
    Ok(text)
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
