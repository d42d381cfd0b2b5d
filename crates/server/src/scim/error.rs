//! Failures in the error format of SCIM (RFC 7644, section 3.12), for all addresses under `/scim`.

use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::ScimResponse;
use crate::failure::Failure;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The error types of SCIM. A failure whose code is one of them has it as `scimType`.
const TYPES: [&str; 7] = [
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "mutability",
    "noTarget",
    "uniqueness",
];

/// The failure in the SCIM error format.
pub(crate) fn response(failure: Failure) -> Response {
    let (status, words) = (failure.status, *failure.text);
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
    ScimResponse(status, body).into_response()
}
