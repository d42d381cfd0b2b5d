//! What went wrong, said once: a handler answers with a [`Failure`], and [`present`] turns it into
//! a page for browsers, into problem details (RFC 9457) for everything under `/api`, or into what SCIM
//! takes for everything under `/scim`.

mod scim;

use std::any::Any;
use std::borrow::Cow;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use service::{Error, ErrorKind, ErrorText, FieldError};
use sync::SyncError;
use utoipa::ToSchema;

use crate::app::{App, Shared};
use crate::frame::frame;
use crate::session;
use ui::pages::error;
use ui::parts::Shell;

/// A request that could not be answered as asked.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    status: StatusCode,
    text: Box<ErrorText>,
}

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status and the code say what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: &'static str,
    /// Short, the same for every problem of this code.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened this time.
    detail: String,
    /// Stable word for programs.
    code: &'static str,
    /// What to do about it, when something can be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// What is wrong with which parameter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl Failure {
    /// A failure with its own words.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            text: Box::new(ErrorText::new(code, title, detail)),
        }
    }

    /// Says what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.text.remedy = Some(remedy.into());
        self
    }

    /// Offers a link.
    pub(crate) fn action(
        mut self,
        label: impl Into<Cow<'static, str>>,
        href: impl Into<String>,
    ) -> Self {
        self.text.action = Some((label.into(), href.into()));
        self
    }

    /// Parameters that cannot be understood: 400.
    pub(crate) fn parameters(errors: Vec<FieldError>) -> Self {
        Error::parameters(errors).into()
    }

    /// One such parameter.
    pub(crate) fn parameter(field: &str, message: impl Into<String>) -> Self {
        Error::parameter(field, message).into()
    }

    /// Nobody is signed in: 401.
    pub(crate) fn sign_in_first() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign_in_first",
            "Sign in first",
            "This needs somebody who is signed in, or a valid API token.",
        )
        .remedy("Sign in, or send an API token as `Authorization: Bearer swt_…`.")
        .action("Sign in", "/sign-in")
    }

    /// The role does not allow it: 403.
    pub(crate) fn role(role: model::Role) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "role_not_allowed",
            "Your role does not allow this",
            format!("You are signed in as {}.", role.label().to_lowercase()),
        )
        .remedy("Ask an owner or administrator to do it, or to change your role.")
        .action("Back to the overview", "/")
    }

    /// A request that changes something and did not come from one of our pages: 403.
    pub(crate) fn other_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "other_origin",
            "This request did not come from Seatwise",
            "It asked for a change, and nothing proves that one of our own pages sent it. \
             Nothing was changed.",
        )
        .remedy("Open the page again and repeat what you did there. Programs use an API token.")
        .action("Back to the overview", "/")
    }

    /// 404
    pub(crate) fn not_found(what: &str) -> Self {
        Error::not_found(what).into()
    }

    /// The request contradicts the state of the data: 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Error::conflict(detail).into()
    }

    /// 429
    pub(crate) fn too_many(detail: impl Into<String>, retry_after_seconds: i64) -> Self {
        Error::too_many(detail, retry_after_seconds).into()
    }

    /// A fault of Seatwise: 500. The cause goes to the log and not to the page.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        Error::internal(cause).into()
    }

    /// It cannot be answered now: 503.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Error::unavailable(detail).into()
    }

    /// Words for a bare status, as the router and the limits answer with.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found("page"),
            StatusCode::UNAUTHORIZED => Self::sign_in_first(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method_not_allowed",
                "This address does not work that way",
                "It does not accept this method; the `Allow` header lists those that it does.",
            )
            .action("Back to the overview", "/"),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(
                status,
                "too_large",
                "That is too much at once",
                "A request may carry at most 1 MiB.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => {
                Self::unavailable("The answer took longer than 30 seconds and was given up.")
            }
            status if status.is_client_error() => Self::new(
                status,
                "invalid_request",
                "This request cannot be understood",
                status
                    .canonical_reason()
                    .map_or_else(|| status.to_string(), |reason| format!("{reason}.")),
            ),
            status => Self {
                status,
                ..Error::something_went_wrong().into()
            },
        }
    }

    /// What is wrong with which parameter; nothing when it is not about parameters.
    pub(crate) fn field_errors(&self) -> &[FieldError] {
        &self.text.errors
    }

    fn page(self, shell: Option<&Shell>) -> Response {
        let (status, words) = (self.status, *self.text);
        let (label, href) = words
            .action
            .unwrap_or_else(|| (Cow::Borrowed("Overview"), "/".to_owned()));
        let view = error::View {
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

    fn problem(self) -> Response {
        let (status, words) = (self.status, *self.text);
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
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.text.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error.kind {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::TooLarge => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self {
            status,
            text: error.text,
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        Error::from(error).into()
    }
}

impl From<Vec<insight::QueryError>> for Failure {
    fn from(errors: Vec<insight::QueryError>) -> Self {
        Error::from(errors).into()
    }
}

/// The answer to a panic; its text goes to the log by the panic hook, never to the client.
pub(crate) fn from_panic(_payload: Box<dyn Any + Send>) -> Response {
    Failure::from_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// A page whose status is not a success but which needs no further words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presented;

/// How a failure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Problem,
    Scim,
}

/// Gives every failure its page, its problem details or its words for SCIM.
pub(crate) async fn present(State(app): State<Shared>, request: Request, next: Next) -> Response {
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
        Form::Scim => failure.scim(),
        Form::Problem => failure.problem(),
        Form::Page => {
            let shell = if status.is_client_error() && status != StatusCode::UNAUTHORIZED {
                shell_of(&app, &path, &headers).await
            } else {
                None
            };
            failure.page(shell.as_ref())
        }
    };
    for name in [ALLOW, RETRY_AFTER, WWW_AUTHENTICATE] {
        if let Some(value) = response.headers_mut().remove(&name) {
            presented.headers_mut().insert(name, value);
        }
    }
    presented
}

/// The frame of pages for somebody who is signed in, so that they find their way back. Without one
/// a failure is still told.
async fn shell_of(app: &App, path: &str, headers: &HeaderMap) -> Option<Shell> {
    let caller = session::by_cookie(app, headers).await.ok()??;
    let frame = frame(app, caller, path, None).await.ok()?;
    Some(frame.shell)
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
    if accept.contains("json") && !accept.contains("text/html") {
        Form::Problem
    } else {
        Form::Page
    }
}
