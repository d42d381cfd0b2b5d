//! Collects routes with their access rules and their OpenAPI descriptions.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use futures_util::future::BoxFuture;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Access, AccessGuard, Credentials, Route, guard};
use crate::app::SharedApp;

/// A handler of any signature. Routes keep this one type, because axum's code is compiled again for each
/// type of handler.
type AnyHandler = Arc<dyn Fn(Request, SharedApp) -> BoxFuture<'static, Response> + Send + Sync>;

fn any_handler<H, T>(handler: H) -> AnyHandler
where
    H: Handler<T, SharedApp>,
    T: 'static,
{
    Arc::new(move |request, app| Box::pin(handler.clone().call(request, app)))
}

/// Collects routes. Every way to add one requires an access rule.
pub(crate) struct Routes {
    app: Option<SharedApp>,
    pub(crate) router: OpenApiRouter<SharedApp>,
    pub(crate) table: Vec<Route>,
}

impl Routes {
    pub(crate) fn new(app: Option<SharedApp>, document: OpenApi) -> Self {
        Self {
            app,
            router: OpenApiRouter::with_openapi(document),
            table: Vec::new(),
        }
    }

    /// A page or form for browsers.
    pub(crate) fn page<H, T>(self, method: Method, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, SharedApp>,
        T: 'static,
    {
        self.add(
            method,
            path,
            access,
            Credentials::Session,
            any_handler(handler),
        )
    }

    /// A route that programs may call too, but that is not in the OpenAPI document.
    pub(crate) fn undocumented<H, T>(
        self,
        method: Method,
        path: &str,
        access: Access,
        handler: H,
    ) -> Self
    where
        H: Handler<T, SharedApp>,
        T: 'static,
    {
        self.add(
            method,
            path,
            access,
            Credentials::SessionOrToken,
            any_handler(handler),
        )
    }

    /// An operation of the API with its OpenAPI description.
    pub(crate) fn operation(
        mut self,
        access: Access,
        (schemas, paths, router): UtoipaMethodRouter<SharedApp>,
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

    fn add(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        credentials: Credentials,
        handler: AnyHandler,
    ) -> Self {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PUT => MethodFilter::PUT,
            Method::PATCH => MethodFilter::PATCH,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        let handler = move |State(app): State<SharedApp>, request: Request| handler(request, app);
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
        router: MethodRouter<SharedApp>,
        access: Access,
        credentials: Credentials,
    ) -> MethodRouter<SharedApp> {
        match &self.app {
            Some(app) => router.route_layer(from_fn_with_state(
                AccessGuard {
                    app: SharedApp::clone(app),
                    access,
                    credentials,
                },
                guard,
            )),
            // Without an application only the table and the OpenAPI document are needed.
            None => router,
        }
    }
}
