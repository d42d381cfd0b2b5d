//! The error type of all handlers. A handler returns a [`Failure`]; the layer in `error_pages`
//! renders it in the format that the client reads.

use std::borrow::Cow;

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use service::{Error, ErrorKind, ErrorText, FieldError};
use sync::SyncError;

/// A request that could not be fulfilled.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) text: Box<ErrorText>,
}

impl Failure {
    /// A failure with these texts.
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

    /// Sets the text that explains how to solve the problem.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.text.remedy = Some(remedy.into());
        self
    }

    /// Sets a link to the page where the problem can be solved.
    pub(crate) fn action(
        mut self,
        label: impl Into<Cow<'static, str>>,
        href: impl Into<String>,
    ) -> Self {
        self.text.action = Some((label.into(), href.into()));
        self
    }

    /// Invalid SCIM input (400) with its SCIM error type.
    pub(crate) fn scim_type(word: &'static str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            word,
            "This request cannot be understood",
            detail,
        )
    }

    /// The texts for a bare status under `/scim`.
    pub(crate) fn scim_of(status: StatusCode) -> Self {
        if status == StatusCode::NOT_FOUND {
            return Self::new(
                status,
                "not_found",
                "There is nothing here",
                "Nothing is provided at this address. Employees are under `Users`; groups are not \
                 provided.",
            );
        }
        Self::from_status(status)
    }

    /// Invalid parameters: 400.
    pub(crate) fn parameters(errors: Vec<FieldError>) -> Self {
        Error::parameters(errors).into()
    }

    /// One invalid parameter: 400.
    pub(crate) fn parameter(field: &str, message: impl Into<String>) -> Self {
        Error::parameter(field, message).into()
    }

    /// No member is signed in: 401.
    pub(crate) fn sign_in_first() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign_in_first",
            "Sign in first",
            "This needs a signed-in member or a valid API token.",
        )
        .remedy("Sign in, or send an API token as `Authorization: Bearer swt_…`.")
        .action("Sign in", "/sign-in")
    }

    /// The member's role does not have the permission: 403.
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

    /// A state-changing request that did not come from one of our pages: 403.
    pub(crate) fn other_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "other_origin",
            "This request did not come from Seatwise",
            "It asked for a change, and nothing proves that one of our own pages sent it. \
             Nothing was changed.",
        )
        .remedy("Open the page again and repeat the action there. Programs use an API token.")
        .action("Back to the overview", "/")
    }

    /// There is no such thing: 404.
    pub(crate) fn not_found(what: &str) -> Self {
        Error::not_found(what).into()
    }

    /// The request contradicts the state of the data: 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Error::conflict(detail).into()
    }

    /// There were too many requests: 429.
    pub(crate) fn too_many(detail: impl Into<String>, retry_after_seconds: i64) -> Self {
        Error::too_many(detail, retry_after_seconds).into()
    }

    /// An internal error: 500. The cause goes to the log and is not shown, because it could contain
    /// confidential data.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        Error::internal(cause).into()
    }

    /// Temporarily unavailable: 503, with the seconds until the next attempt.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Error::unavailable(detail).into()
    }

    /// The texts for a bare status, as the router and the size limits return it.
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

    /// The invalid parameters; empty for other failures.
    pub(crate) fn field_errors(&self) -> &[FieldError] {
        &self.text.errors
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

impl From<Vec<FieldError>> for Failure {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::parameters(errors)
    }
}

impl From<Vec<insight::QueryError>> for Failure {
    fn from(errors: Vec<insight::QueryError>) -> Self {
        Error::from(errors).into()
    }
}

/// Marks a response whose status is an error but which already has a body for the reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presented;
