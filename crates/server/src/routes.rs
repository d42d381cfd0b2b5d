//! All routes, each with whom it is for, and the layers around them.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, on};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Access, Credentials, Guard, Route, guard};
use crate::app::{App, Shared};
use crate::security::headers;
use crate::{api, downloads, failure, pages, probe, request_log, scim};

/// The largest request that is read, in bytes.
const LARGEST_REQUEST: usize = 1024 * 1024;
/// How long an answer may take to begin.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// Collects routes. Every way of adding one says whom it is for.
pub(crate) struct Routes {
    app: Option<Shared>,
    router: OpenApiRouter<Shared>,
    table: Vec<Route>,
}

impl Routes {
    fn new(app: Option<Shared>, document: OpenApi) -> Self {
        Self {
            app,
            router: OpenApiRouter::with_openapi(document),
            table: Vec::new(),
        }
    }

    /// A page or form for browsers.
    pub(crate) fn page<H, T>(self, method: Method, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(method, path, access, Credentials::Session, handler)
    }

    /// Something that programs may ask for as well, but that the API's document doesn't list.
    pub(crate) fn shared<H, T>(self, method: Method, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(method, path, access, Credentials::SessionOrToken, handler)
    }

    /// An operation of the API with its description.
    pub(crate) fn operation(
        mut self,
        access: Access,
        (schemas, paths, router): UtoipaMethodRouter<Shared>,
    ) -> Self {
        for (path, item) in &paths.paths {
            for (method, there) in [
                (Method::GET, item.get.is_some()),
                (Method::POST, item.post.is_some()),
                (Method::PUT, item.put.is_some()),
                (Method::PATCH, item.patch.is_some()),
                (Method::DELETE, item.delete.is_some()),
            ] {
                if there {
                    self.table.push(Route {
                        method,
                        path: path.clone(),
                        access,
                        credentials: Credentials::SessionOrToken,
                    });
                }
            }
        }
        let router = self.guarded(router, access, Credentials::SessionOrToken);
        self.router = self.router.routes((schemas, paths, router));
        self
    }

    fn add<H, T>(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        credentials: Credentials,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PUT => MethodFilter::PUT,
            Method::PATCH => MethodFilter::PATCH,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        let router = self.guarded(on(filter, handler), access, credentials);
        self.router = self.router.route(path, router);
        self.table.push(Route {
            method,
            path: path.to_owned(),
            access,
            credentials,
        });
        self
    }

    fn guarded(
        &self,
        router: MethodRouter<Shared>,
        access: Access,
        credentials: Credentials,
    ) -> MethodRouter<Shared> {
        match &self.app {
            Some(app) => router.route_layer(from_fn_with_state(
                Guard {
                    app: Shared::clone(app),
                    access,
                    credentials,
                },
                guard,
            )),
            // Without an application only the table and the document are wanted.
            None => router,
        }
    }
}

fn all(app: Option<Shared>) -> Routes {
    let routes = Routes::new(app, api::document::base());
    let routes = probe::routes(routes);
    let routes = pages::routes(routes);
    let routes = downloads::routes(routes);
    let routes = scim::routes(routes);
    api::routes(routes)
}

/// Every route, in the order of registration.
pub fn routes() -> Vec<Route> {
    all(None).table
}

/// The description of the API.
pub fn openapi() -> OpenApi {
    static DOCUMENT: LazyLock<OpenApi> =
        LazyLock::new(|| api::document::complete(all(None).router.into_openapi()));
    DOCUMENT.clone()
}

/// The whole application as a service.
pub fn router(app: impl Into<Arc<App>>) -> Router {
    let app: Shared = app.into();
    let (router, _) = all(Some(Shared::clone(&app))).router.split_for_parts();
    surround(router, &app).with_state(app)
}

/// Puts around every route, and around "not found", what all of them share. The first layer is the
/// outermost.
fn surround(router: Router<Shared>, app: &Shared) -> Router<Shared> {
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(request_log::note))
            .layer(from_fn_with_state(Shared::clone(app), headers::add))
            .layer(CompressionLayer::new().quality(CompressionLevel::Precise(6)))
            .layer(from_fn_with_state(Shared::clone(app), failure::present))
            .layer(CatchPanicLayer::custom(failure::from_panic))
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
    async fn s07_a_panic_is_a_page_that_tells_nothing_of_it() {
        let install = Install::new(Kind::Sqlite, 8).await;
        let config = Config {
            oauth_url: install.zoom.oauth_url(),
            oauth_app: None,
            trust_forwarded_for: false,
            metrics: None,
        };
        let app = Shared::new(App::new(
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
