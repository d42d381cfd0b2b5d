//! The layer that renders every failure in the format that the client reads: a page for browsers,
//! problem details (RFC 9457) under `/api`, and the SCIM error format under `/scim`.

use std::any::Any;
use std::borrow::Cow;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use ui::pages::error;
use ui::parts::Shell;

use crate::api::problem::Problem;
use crate::app::{App, SharedApp};
use crate::failure::{Failure, Presented};
use crate::page_context::page_context;
use crate::{scim, session};

fn page(failure: Failure, shell: Option<&Shell>) -> Response {
    let (status, words) = (failure.status, *failure.text);
    let (label, href) = words
        .action
        .unwrap_or_else(|| (Cow::Borrowed("Overview"), "/".to_owned()));
    let view = error::ErrorPage {
        status: status.as_u16(),
        title: words.title.into_owned(),
        means: words.detail,
        remedy: words
            .remedy
            .unwrap_or_else(|| "Go back, correct it and try again.".to_owned()),
        link: (href, label.into_owned()),
        reference: None,
    };
    (status, Html(error::page(shell, &view).into_string())).into_response()
}

fn problem(failure: Failure) -> Response {
    let (status, words) = (failure.status, *failure.text);
    let problem = Problem {
        kind: "about:blank",
        title: words.title.into_owned(),
        status: status.as_u16(),
        detail: words.detail,
        code: words.code,
        remedy: words.remedy,
        errors: words.errors,
    };
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

/// The response to a panic. The panic hook writes its message to the log; the client never gets it.
pub(crate) fn from_panic(_payload: Box<dyn Any + Send>) -> Response {
    Failure::from_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// The format of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Problem,
    Scim,
}

/// Renders every failure as a page, as problem details or in the SCIM error format.
pub(crate) async fn present(
    State(app): State<SharedApp>,
    request: Request,
    next: Next,
) -> Response {
    let form = wanted(request.uri().path(), request.headers());
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.extensions().get::<Presented>().is_some()
    {
        return response;
    }
    let failure = response
        .extensions_mut()
        .remove::<Failure>()
        .unwrap_or_else(|| match form {
            Form::Scim => Failure::scim_of(status),
            Form::Page | Form::Problem => Failure::from_status(status),
        });
    let mut presented = match form {
        Form::Scim => scim::error::response(failure),
        Form::Problem => problem(failure),
        Form::Page => {
            let shell = if status.is_client_error() && status != StatusCode::UNAUTHORIZED {
                shell_of(&app, &path, &headers).await
            } else {
                None
            };
            page(failure, shell.as_ref())
        }
    };
    for name in [ALLOW, RETRY_AFTER, WWW_AUTHENTICATE] {
        if let Some(value) = response.headers_mut().remove(&name) {
            presented.headers_mut().insert(name, value);
        }
    }
    presented
}

/// The navigation around an error page, when a member is signed in. The error is shown without it
/// when it cannot be loaded.
async fn shell_of(app: &App, path: &str, headers: &HeaderMap) -> Option<Shell> {
    let caller = session::by_cookie(app, headers).await.ok()??;
    let page_context = page_context(app, caller, path, None).await.ok()?;
    Some(page_context.shell)
}

fn wanted(path: &str, headers: &HeaderMap) -> Form {
    if path.starts_with("/api/") {
        return Form::Problem;
    }
    if path.starts_with("/scim/") {
        return Form::Scim;
    }
    let accept = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    // A program with an API token reads problem details, at addresses of pages too.
    let program = accept.contains("json") || session::has_authorisation(headers);
    if program && !accept.contains("text/html") {
        Form::Problem
    } else {
        Form::Page
    }
}
