//! Answers on their way out.

use super::error::Refusal;
use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The body of a good answer, as JSON; empty for an answer without content.
pub(crate) type Body = Vec<u8>;

/// Serialises a value as a body.
pub(crate) fn body<T: Serialize>(value: &T) -> Result<Body, Refusal> {
    serde_json::to_vec(value).map_err(|error| Refusal::new(500, 500, error.to_string()))
}

/// An answer before it becomes an HTTP response, so that injections can change it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/json;charset=UTF-8");
        headers.insert(header::CONTENT_TYPE, kind);
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        Self::json(refusal.status, refusal.body().to_string().into_bytes())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, HttpBody::from(self.body)).into_response()
    }
}
