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
use sync::SyncError;
use utoipa::ToSchema;

use crate::app::{App, Shared};
use crate::frame::frame;
use crate::session;
use ui::pages::error;
use ui::parts::Shell;

/// A request that could not be answered as asked.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Words>);

#[derive(Debug, Clone)]
struct Words {
    status: StatusCode,
    code: &'static str,
    title: Cow<'static, str>,
    detail: String,
    remedy: Option<String>,
    action: Option<(Cow<'static, str>, String)>,
    errors: Vec<FieldError>,
    retry_after: Option<i64>,
}

/// One thing that is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Name of the parameter.
    pub(crate) field: String,
    /// What is wrong and what would be right.
    pub(crate) message: String,
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
        Self(Box::new(Words {
            status,
            code,
            title: title.into(),
            detail: detail.into(),
            remedy: None,
            action: None,
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    /// Says what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// Offers a link.
    pub(crate) fn action(
        mut self,
        label: impl Into<Cow<'static, str>>,
        href: impl Into<String>,
    ) -> Self {
        self.0.action = Some((label.into(), href.into()));
        self
    }

    /// Parameters that cannot be understood: 400.
    pub(crate) fn parameters(errors: Vec<FieldError>) -> Self {
        let detail = errors
            .iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect::<Vec<_>>()
            .join("; ");
        let mut failure = Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_parameters",
            "A parameter cannot be understood",
            detail,
        );
        failure.0.errors = errors;
        failure
    }

    /// One such parameter.
    pub(crate) fn parameter(field: &str, message: impl Into<String>) -> Self {
        Self::parameters(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
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

    /// There is no such thing: 404.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here",
            format!("There is no {what} at this address."),
        )
        .remedy("It may have been removed, or the address may be mistyped.")
        .action("Back to the overview", "/")
    }

    /// It contradicts how things are: 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "That is not possible as things are",
            detail,
        )
    }

    /// Too much of it: 429.
    pub(crate) fn too_many(detail: impl Into<String>, retry_after_seconds: i64) -> Self {
        let mut failure = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many tries",
            detail,
        );
        failure.0.retry_after = Some(retry_after_seconds);
        failure
    }

    /// Our fault: 500. The cause goes to the log and not to the page.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::from_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// It cannot be answered now: 503.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        let mut failure = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Not available at the moment",
            detail,
        )
        .remedy("Try again in a moment.");
        failure.0.retry_after = Some(5);
        failure
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
            status => Self::new(
                status,
                "internal",
                "Something went wrong on our side",
                "Nothing that you entered was lost half-way: a change is stored whole or not at all.",
            )
            .remedy("Try again. If it happens again, the log of the server says why.")
            .action("Back to the overview", "/"),
        }
    }

    /// What is wrong with which parameter; nothing when it is not about parameters.
    pub(crate) fn field_errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    fn page(self, shell: Option<&Shell>) -> Response {
        let words = *self.0;
        let status = words.status;
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
        let words = *self.0;
        let status = words.status;
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
        let mut response = self.0.status.into_response();
        if let Some(seconds) = self.0.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound { what } => Self::not_found(&what),
            store::Error::Conflict { what } => Self::conflict(what),
            store::Error::Taken { what } => Self::new(
                StatusCode::CONFLICT,
                "uniqueness",
                "Somebody else has that",
                what,
            ),
            store::Error::Field {
                field,
                wrong,
                right,
            } => Self::parameter(&field, format!("{wrong}: {right}")),
            other => Self::internal(&other),
        }
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::UnknownIntegration(_) => Self::not_found("integration"),
            SyncError::Busy(_) | SyncError::NotRunnable { .. } => {
                Self::conflict(sentence(&error.to_string()))
            }
            SyncError::Store(error) => error.into(),
        }
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
