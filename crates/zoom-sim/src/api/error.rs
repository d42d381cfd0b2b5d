//! Refusals with Zoom's codes and messages.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refusal: HTTP status, Zoom's own code, text.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{status} {code}: {message}")]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: i64,
    pub(crate) message: String,
    /// Refused parameters: name and message.
    pub(crate) errors: Vec<(String, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self {
            status,
            code,
            message: message.into(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn page_token() -> Self {
        Self::new(400, 300, "The next page token is invalid or expired.")
    }

    pub(crate) fn invalid(field: &str, message: &str) -> Self {
        let mut refusal = Self::new(400, 300, "Validation Failed.");
        refusal.errors.push((field.to_owned(), message.to_owned()));
        refusal
    }

    pub(crate) fn no_user(id: &str) -> Self {
        Self::new(404, 1001, format!("User does not exist: {id}."))
    }

    pub(crate) fn no_group(id: &str) -> Self {
        Self::new(404, 4130, format!("A group with this {id} does not exist."))
    }

    pub(crate) fn unknown_path() -> Self {
        Self::new(404, 2300, "This API endpoint is not recognized.")
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "code": self.code, "message": self.message });
        if !self.errors.is_empty() {
            let errors = self.errors.iter();
            body["errors"] = errors
                .map(|(field, text)| json!({ "field": field, "message": text }))
                .collect();
        }
        body
    }
}
