//! Failures as SCIM says them (RFC 7644, section 3.12), for everything under `/scim`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Failure;
use crate::scim::answer::Answer;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What SCIM has a word for. A failure with such a code is told by it.
const TYPES: [&str; 7] = [
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "mutability",
    "noTarget",
    "uniqueness",
];

impl Failure {
    /// A request that SCIM has a word for why it is refused: 400.
    pub(crate) fn scim_type(word: &'static str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            word,
            "This request cannot be understood",
            detail,
        )
    }

    /// Words for a bare status under `/scim`.
    pub(super) fn scim_of(status: StatusCode) -> Self {
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

    /// The failure in SCIM's form.
    pub(super) fn scim(self) -> Response {
        let (status, words) = (self.status, *self.text);
        let word = TYPES
            .into_iter()
            .find(|word| *word == words.code)
            .or_else(|| (words.code == "invalid_parameters").then_some("invalidValue"));
        let detail = match words.remedy {
            None => words.detail,
            Some(remedy) => format!("{} {remedy}", words.detail),
        };
        let mut body = json!({
            "schemas": [ERROR],
            "status": status.as_u16().to_string(),
            "detail": detail,
        });
        if let Some(word) = word {
            body["scimType"] = word.into();
        }
        Answer(status, body).into_response()
    }
}
