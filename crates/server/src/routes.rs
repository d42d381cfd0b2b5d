//! Collects routes with their access rules and their descriptions.

use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Access, Credentials, Guard, Route, guard};
use crate::app::Shared;

/// Collects routes. Every way of adding one says whom it is for.
pub(crate) struct Routes {
    app: Option<Shared>,
    pub(crate) router: OpenApiRouter<Shared>,
    pub(crate) table: Vec<Route>,
}

impl Routes {
    pub(crate) fn new(app: Option<Shared>, document: OpenApi) -> Self {
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
