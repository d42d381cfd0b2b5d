//! The whole application as one service: all routes and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Json, Router};
use model::Application;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;

use crate::access::{Access, Route};
use crate::app::{App, SharedApp};
use crate::routes::Routes;
use crate::security::headers;
use crate::{api, error_pages, proxy_notice, request_log, web};

/// The largest request body that is read, in bytes.
const LARGEST_REQUEST: usize = 1024 * 1024;
/// The time limit until a response starts.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

fn all(app: Option<SharedApp>) -> Routes {
    web::routes(Routes::new(app, api::document::base())).undocumented(
        Method::GET,
        "/api/openapi.json",
        Access::Member,
        description,
    )
}

async fn description(State(app): State<SharedApp>) -> Json<OpenApi> {
    let mut document = app.document();
    document.servers = Some(vec![utoipa::openapi::Server::new(
        app.context.public_url.as_str().trim_end_matches('/'),
    )]);
    Json(document)
}

/// All routes in the order of registration.
pub fn routes() -> Vec<Route> {
    all(None).table
}

/// The OpenAPI document of the API of a server that knows these applications.
pub fn openapi(applications: &[&'static Application]) -> OpenApi {
    api::document::complete(all(None).router.into_openapi(), applications)
}

/// The whole application as a service.
pub fn router(app: impl Into<Arc<App>>) -> Router {
    let app: SharedApp = app.into();
    app.describe(openapi(&app.context.engine.connectors().applications()));
    let (router, _) = all(Some(SharedApp::clone(&app))).router.split_for_parts();
    surround(router, &app).with_state(app)
}

/// Adds the layers that all routes and "not found" share. The first layer is the outermost.
fn surround(router: Router<SharedApp>, app: &SharedApp) -> Router<SharedApp> {
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(request_log::note))
            .layer(from_fn_with_state(app.headers.clone(), headers::add))
            .layer(from_fn_with_state(
                SharedApp::clone(app),
                proxy_notice::notice_proxy,
            ))
            .layer(CompressionLayer::new().quality(CompressionLevel::Precise(6)))
            .layer(from_fn_with_state(
                SharedApp::clone(app),
                error_pages::present,
            ))
            .layer(CatchPanicLayer::custom(error_pages::from_panic))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::SERVICE_UNAVAILABLE,
                LONGEST_ANSWER,
            ))
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST)),
    )
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::routing::get;
    use testkit::database::Kind;
    use testkit::install::Install;
    use testkit::random::Seeded;
    use tower::ServiceExt;

    use super::*;
    use crate::app::Config;

    async fn broken() -> &'static str {
        panic!("the launch code is 0000")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn s07_the_error_page_of_a_panic_reveals_no_details() {
        let install = Install::new(Kind::Sqlite, 8).await;
        let config = Config::default();
        let app = SharedApp::new(App::new(
            service::Context::new(
                install.store.clone(),
                install.engine.clone(),
                Arc::clone(&install.clock) as _,
                Arc::new(Seeded::new(1)),
                install.zoom.url.clone(),
            ),
            config,
        ));
        let router = Router::new()
            .route("/broken", get(broken))
            .route("/api/broken", get(broken));
        let router = surround(router, &app).with_state(app);
        for (path, kind) in [
            ("/broken", "text/html; charset=utf-8"),
            ("/api/broken", "application/problem+json"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers()["content-type"], kind);
            assert_eq!(response.headers()["x-frame-options"], "DENY");
            assert_eq!(response.headers()["cache-control"], "no-store");
            let body = to_bytes(response.into_body(), 100_000).await.unwrap();
            assert!(!String::from_utf8_lossy(&body).contains("0000"));
        }
    }
}
