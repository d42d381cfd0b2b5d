//! The error of all use cases: a kind for programs and a text for people. It knows no HTTP; the
//! server maps the kind to a status.

use std::borrow::Cow;

use serde::Serialize;
use sync::SyncError;
use utoipa::ToSchema;

use model::words::sentence;

/// Kinds of errors, by the reaction of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Input that cannot be understood; the text contains the fields.
    Invalid,
    NotFound,
    /// The request contradicts the state of the data.
    Conflict,
    TooMany,
    TooLarge,
    /// It cannot be done now; a retry may succeed.
    Unavailable,
    /// A fault of Seatwise. The cause is in the log and not in the text.
    Internal,
}

/// The text of an error for pages, problem details and the command line.
#[derive(Debug, Clone)]
pub struct ErrorText {
    /// Stable identifier for programs.
    pub code: &'static str,
    /// Short, and the same for every error with this code.
    pub title: Cow<'static, str>,
    /// The cause in this case.
    pub detail: String,
    /// Advice, if there is any.
    pub remedy: Option<String>,
    /// Label and address of a link.
    pub action: Option<(Cow<'static, str>, String)>,
    /// All faults of the input, field by field.
    pub errors: Vec<FieldError>,
    /// Seconds after which a retry makes sense.
    pub retry_after: Option<i64>,
}

impl ErrorText {
    pub fn new(
        code: &'static str,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            code,
            title: title.into(),
            detail: detail.into(),
            remedy: None,
            action: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }
}

/// One thing that is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Name of the parameter.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// An error about a parameter. The message says what is wrong and what would be right.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Only errors of the store about a field; any other is returned unchanged.
impl TryFrom<store::Error> for FieldError {
    type Error = store::Error;

    fn try_from(error: store::Error) -> Result<Self, store::Error> {
        match error {
            store::Error::Field {
                field,
                wrong,
                right,
            } => Ok(Self::new(field, format!("{wrong}: {right}"))),
            other => Err(other),
        }
    }
}

/// The error of a use case.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", text.detail)]
pub struct Error {
    pub kind: ErrorKind,
    pub text: Box<ErrorText>,
}

impl Error {
    pub fn new(
        kind: ErrorKind,
        code: &'static str,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            text: Box::new(ErrorText::new(code, title, detail)),
        }
    }

    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.text.remedy = Some(remedy.into());
        self
    }

    #[must_use]
    pub fn action(mut self, label: impl Into<Cow<'static, str>>, href: impl Into<String>) -> Self {
        self.text.action = Some((label.into(), href.into()));
        self
    }

    /// Parameters that cannot be understood.
    pub fn parameters(errors: Vec<FieldError>) -> Self {
        let detail = errors
            .iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect::<Vec<_>>()
            .join("; ");
        let mut error = Self::new(
            ErrorKind::Invalid,
            "invalid_parameters",
            "A parameter cannot be understood",
            detail,
        );
        error.text.errors = errors;
        error
    }

    /// One parameter that cannot be understood.
    pub fn parameter(field: &str, message: impl Into<String>) -> Self {
        Self::parameters(vec![FieldError::new(field, message)])
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            "not_found",
            "There is nothing here",
            format!("There is no {what} at this address."),
        )
        .remedy("It may have been removed, or the address may be mistyped.")
        .action("Back to the overview", "/")
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Conflict,
            "conflict",
            "That is not possible as things are",
            detail,
        )
    }

    pub fn too_many(detail: impl Into<String>, retry_after_seconds: i64) -> Self {
        let mut error = Self::new(
            ErrorKind::TooMany,
            "too_many_requests",
            "Too many tries",
            detail,
        );
        error.text.retry_after = Some(retry_after_seconds);
        error
    }

    /// A fault of Seatwise. Logs the cause, which does not belong in an answer because it may contain
    /// personal data.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::something_went_wrong()
    }

    /// The text of every fault of Seatwise.
    pub fn something_went_wrong() -> Self {
        Self::new(
            ErrorKind::Internal,
            "internal",
            "Something went wrong on our side",
            "Nothing that you entered was lost half-way: a change is stored whole or not at all.",
        )
        .remedy("Try again. If it happens again, the log of the server says why.")
        .action("Back to the overview", "/")
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        let mut error = Self::new(
            ErrorKind::Unavailable,
            "unavailable",
            "Not available at the moment",
            detail,
        )
        .remedy("Try again in a moment.");
        error.text.retry_after = Some(5);
        error
    }

    /// All faults of the input; empty if the error is not about input.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.text.errors
    }
}

impl From<Vec<insight::QueryError>> for Error {
    fn from(errors: Vec<insight::QueryError>) -> Self {
        Self::parameters(
            errors
                .into_iter()
                .map(|error| FieldError::new(error.field, error.message))
                .collect(),
        )
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound { what } => Self::not_found(&what),
            store::Error::Conflict { what } => Self::conflict(what),
            store::Error::Taken { what } => Self::new(
                ErrorKind::Conflict,
                "uniqueness",
                "That is already in use",
                what,
            ),
            other => match FieldError::try_from(other) {
                Ok(error) => Self::parameters(vec![error]),
                Err(other) => match other.storage_fault() {
                    Some(fault) => {
                        tracing::error!(cause = %other, "a request failed");
                        Self::unavailable(sentence(fault.sentence()))
                            .remedy(sentence(fault.remedy()))
                    }
                    None => Self::internal(&other),
                },
            },
        }
    }
}

impl From<SyncError> for Error {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::UnknownIntegration(_) => Self::not_found("integration"),
            SyncError::Busy(_)
            | SyncError::NotRunnable { .. }
            | SyncError::UnknownApplication(_) => Self::conflict(sentence(&error.to_string())),
            SyncError::Store(error) => error.into(),
        }
    }
}
