//! Who may call what. A route cannot be registered without saying whom it is for, and the guard in
//! front of each one lets only those through.

use axum::extract::{FromRef, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use model::Permission;

use crate::app::{App, Shared};
use crate::failure::Failure;
use crate::flash::{self, Done};
use crate::security::origin;
use crate::session::{self, Caller};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, even before the first owner was made: health and files.
    Open,
    /// Everybody.
    Public,
    /// Every member.
    Member,
    /// Members whose role allows this.
    Needs(Permission),
}

/// By what a member may show who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// A browser's session only: pages.
    Session,
    /// A session or an API token: the API, exports, metrics.
    SessionOrToken,
}

/// One route as it was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its method; `GET` answers `HEAD` too.
    pub method: Method,
    /// Its path with names in braces.
    pub path: String,
    /// Whom it is for.
    pub access: Access,
    /// How they show who they are.
    pub credentials: Credentials,
}

/// What the guard of one route works with.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) app: Shared,
    pub(crate) access: Access,
    pub(crate) credentials: Credentials,
}

impl FromRef<Guard> for Shared {
    fn from_ref(guard: &Guard) -> Self {
        Self::clone(&guard.app)
    }
}

/// Lets through who may, and tells the handler who it is.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let admission = guard.admit(&parts).await;
    let mut request = Request::from_parts(parts, body);
    match admission {
        Ok(Admission::Let(caller)) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(*caller);
            }
            let flash = guard.credentials == Credentials::Session
                && request.method() == Method::GET
                && Done::of(request.headers()).is_some();
            let mut response = next.run(request).await;
            if flash && is_page(&response) {
                flash::forget(&mut response);
            }
            response
        }
        Ok(Admission::Sent(response)) => response,
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
    Let(Option<Box<Caller>>),
    Sent(Response),
}

impl Guard {
    async fn admit(&self, request: &Parts) -> Result<Admission, Failure> {
        let app: &App = &self.app;
        if self.access == Access::Open {
            return Ok(Admission::Let(None));
        }
        let headers = &request.headers;
        let safe = matches!(request.method, Method::GET | Method::HEAD);
        let browser = self.credentials == Credentials::Session;
        let path = request.uri.path();
        if !app.context.is_set_up().await? && path != "/setup" {
            return if browser && safe {
                Ok(Admission::Sent(Redirect::to("/setup").into_response()))
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
        // A browser sends its cookie along with whatever another site makes it send, and signing
        // in or setting up must not be forged either.
        let forgeable = !by_token && (browser || caller.is_some());
        if !safe && forgeable && !origin::is_same(headers, &app.context.public_url) {
            return Err(Failure::other_origin());
        }
        let permission = match self.access {
            Access::Open | Access::Public => return Ok(Admission::Let(None)),
            Access::Member => None,
            Access::Needs(permission) => Some(permission),
        };
        let Some(caller) = caller else {
            return if browser && safe {
                Ok(Admission::Sent(to_sign_in(request)))
            } else {
                Err(Failure::sign_in_first())
            };
        };
        if permission.is_some_and(|permission| !caller.may(permission)) {
            return Err(Failure::role(caller.member.role));
        }
        Ok(Admission::Let(Some(Box::new(caller))))
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
