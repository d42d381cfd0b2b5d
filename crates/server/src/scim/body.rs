//! Request and response bodies of SCIM: JSON objects, sent as `application/scim+json`, accepted as
//! that or as plain JSON. Attribute names are case-insensitive.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::failure::Failure;

const MEDIA_TYPE: &str = "application/scim+json";

/// A SCIM response with its status.
#[derive(Debug, Clone)]
pub(crate) struct ScimResponse(pub(crate) StatusCode, pub(crate) Value);

impl IntoResponse for ScimResponse {
    fn into_response(self) -> Response {
        let mut response = (self.0, self.1.to_string()).into_response();
        let kind = HeaderValue::from_static(MEDIA_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}

/// The JSON object of a SCIM request.
#[derive(Debug, Clone)]
pub(crate) struct ScimBody(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for ScimBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let is_json = [MEDIA_TYPE, "application/json"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(essence));
        if !is_json {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "This is not JSON",
                "The body has to be a JSON object, sent as `application/scim+json` or \
                 `application/json`.",
            ));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Failure::from_status(rejection.status()))?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Failure::scim_type(
                "invalidSyntax",
                "body: is not a JSON object: begin it with `{`",
            )),
            Err(error) => Err(Failure::scim_type(
                "invalidSyntax",
                format!("body: is not JSON: {error}"),
            )),
        }
    }
}

/// The member with this name; `None` when it is missing or null.
pub(crate) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// Returns an error if the body names its schemas and this one is missing.
pub(crate) fn of_schema(object: &Map<String, Value>, schema: &str) -> Result<(), Failure> {
    let Some(schemas) = member(object, "schemas") else {
        return Ok(());
    };
    let named = schemas.as_array().is_some_and(|schemas| {
        let mut texts = schemas.iter().filter_map(Value::as_str);
        texts.any(|text| text.eq_ignore_ascii_case(schema))
    });
    if named {
        return Ok(());
    }
    Err(wrong(
        "schemas",
        &format!("does not name the schema of this request: use [\"{schema}\"]"),
    ))
}

/// An error for an attribute with an invalid value.
pub(crate) fn wrong(attribute: &str, message: &str) -> Failure {
    Failure::scim_type("invalidValue", format!("{attribute}: {message}"))
}

/// The value as a string; an error for other types.
pub(crate) fn text(attribute: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(wrong(attribute, "is not a text: put it in quotation marks")),
    }
}

/// The value as a boolean. Strings are accepted because some directories send them.
pub(crate) fn yes_no(attribute: &str, value: &Value) -> Result<bool, Failure> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(wrong(attribute, "is not yes or no: use `true` or `false`")),
    }
}
