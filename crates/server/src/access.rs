//! Access rules of routes. A route cannot be registered without an access rule, and a check in
//! front of each handler lets only permitted callers through.

use axum::extract::{FromRef, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use model::Permission;

use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::{self, FlashMessage};
use crate::security::origin;
use crate::session::{self, Caller};

/// The callers that may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Every caller, even before the first owner was created: health checks and asset files.
    Open,
    Public,
    Member,
    /// Members whose role has this permission.
    Needs(Permission),
}

/// The ways in which a caller may authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// A browser's session only: pages.
    Session,
    /// A session or an API token: the API, exports, metrics.
    SessionOrToken,
}

/// A registered route with its access rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method; `GET` also answers `HEAD`.
    pub method: Method,
    /// The path, with parameter names in braces.
    pub path: String,
    pub access: Access,
    pub credentials: Credentials,
}

/// State of the access check of one route.
#[derive(Clone)]
pub(crate) struct AccessGuard {
    pub(crate) app: SharedApp,
    pub(crate) access: Access,
    pub(crate) credentials: Credentials,
}

impl FromRef<AccessGuard> for SharedApp {
    fn from_ref(guard: &AccessGuard) -> Self {
        Self::clone(&guard.app)
    }
}

/// Lets permitted callers through and adds the caller to the request's extensions.
pub(crate) async fn guard(
    State(guard): State<AccessGuard>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let admission = guard.admit(&parts).await;
    let mut request = Request::from_parts(parts, body);
    match admission {
        Ok(Admission::Allowed(caller)) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(*caller);
            }
            let flash = guard.credentials == Credentials::Session
                && request.method() == Method::GET
                && FlashMessage::of(request.headers()).is_some();
            let mut response = next.run(request).await;
            if flash && is_page(&response) {
                flash::forget(&mut response);
            }
            response
        }
        Ok(Admission::Redirected(response)) => response,
        Err(failure) => failure.into_response(),
    }
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

enum Admission {
    Allowed(Option<Box<Caller>>),
    Redirected(Response),
}

impl AccessGuard {
    async fn admit(&self, request: &Parts) -> Result<Admission, Failure> {
        let app: &App = &self.app;
        if self.access == Access::Open {
            return Ok(Admission::Allowed(None));
        }
        let headers = &request.headers;
        let safe = matches!(request.method, Method::GET | Method::HEAD);
        let browser = self.credentials == Credentials::Session;
        let path = request.uri.path();
        if !app.context.is_set_up().await? && path != "/setup" {
            return if browser && safe {
                Ok(Admission::Redirected(
                    Redirect::to("/setup").into_response(),
                ))
            } else {
                Err(Failure::new(
                    StatusCode::UNAUTHORIZED,
                    "not_set_up",
                    "Seatwise has no owner yet",
                    "The first thing to do is to make the owner's account.",
                )
                .action("Make it now", "/setup"))
            };
        }
        let by_token = !browser && session::has_authorisation(headers);
        let caller = if by_token {
            session::by_token(app, headers).await?
        } else if self.access == Access::Public {
            None
        } else {
            session::by_cookie(app, headers).await?
        };
        // Browsers send cookies with requests that another site triggers. Signing in and setting up
        // are checked too, because another site could otherwise sign a visitor in to its own
        // account.
        let forgeable = !by_token && (browser || caller.is_some());
        if !safe && forgeable && !origin::is_same(headers, &app.context.public_url) {
            return Err(Failure::other_origin());
        }
        let permission = match self.access {
            Access::Open | Access::Public => return Ok(Admission::Allowed(None)),
            Access::Member => None,
            Access::Needs(permission) => Some(permission),
        };
        let Some(caller) = caller else {
            return if browser && safe {
                Ok(Admission::Redirected(to_sign_in(request)))
            } else {
                Err(Failure::sign_in_first())
            };
        };
        if permission.is_some_and(|permission| !caller.may(permission)) {
            return Err(Failure::role(caller.member.role));
        }
        Ok(Admission::Allowed(Some(Box::new(caller))))
    }
}

fn to_sign_in(request: &Parts) -> Response {
    let here = request
        .uri
        .path_and_query()
        .map_or("/", PathAndQuery::as_str);
    if here == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", here)
        .finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}
