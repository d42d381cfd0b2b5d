//! Collects routes with their access rules and their OpenAPI descriptions.

use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Access, AccessGuard, Credentials, Route, guard};
use crate::app::SharedApp;

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
        self.add(method, path, access, Credentials::Session, handler)
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
        self.add(method, path, access, Credentials::SessionOrToken, handler)
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

    fn add<H, T>(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        credentials: Credentials,
        handler: H,
    ) -> Self
    where
        H: Handler<T, SharedApp>,
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
