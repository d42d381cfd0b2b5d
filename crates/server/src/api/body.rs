//! Request bodies: JSON objects, whose errors name the field, and files.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use service::parameters::Reader;
use service::{FieldError, Pairs};

use crate::failure::Failure;

/// The largest file that is read, in bytes: enough for a list of several hundred thousand
/// employees.
const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// A file as the body of a request.
pub(crate) struct FileBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for FileBody {
    type Rejection = Failure;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Failure> {
        DefaultBodyLimit::max(LARGEST_FILE).apply(&mut request);
        body(request, state).await.map(Self)
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| Failure::from_status(rejection.status()))
}

/// A JSON object as the body of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = body(request, state).await?;
        if body.is_empty() {
            return Ok(Self::default());
        }
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "This is not JSON",
                "The body has to be a JSON object, sent as `application/json`.",
            ));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Failure::parameter(
                "body",
                "is not a JSON object: begin it with `{`",
            )),
            Err(error) => Err(Failure::parameter("body", format!("is not JSON: {error}"))),
        }
    }
}

impl JsonBody {
    /// Reads the members as parameters; a list is a repeated parameter, `true` and `false` are `yes`
    /// and `no`. Members named in `apart` are read by other means, all others that are not read are
    /// errors.
    pub(crate) fn read_with<T>(
        &self,
        apart: &[&str],
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Vec<FieldError>> {
        let (pairs, mut errors) = self.scalars(apart);
        let result = pairs.read_all_with(|reader| {
            reader.allow(apart);
            read(reader)
        });
        match result {
            Ok(value) if errors.is_empty() => Ok(value),
            Ok(_) => Err(errors),
            Err(others) => {
                let known: Vec<_> = errors.iter().map(|error| error.field.clone()).collect();
                // A member of a wrong type is not missing as well.
                let others = others.into_iter();
                errors.extend(others.filter(|error| !known.contains(&error.field)));
                Err(errors)
            }
        }
    }

    /// The members as pairs, as a form would send them. Members of other types are left out and have
    /// an error each.
    pub(crate) fn scalars(&self, apart: &[&str]) -> (Pairs, Vec<FieldError>) {
        let (mut pairs, mut errors) = (Vec::new(), Vec::new());
        for (name, value) in &self.0 {
            if apart.contains(&name.as_str()) {
                continue;
            }
            let values = match value {
                Value::Null => continue,
                Value::Array(values) => values.as_slice(),
                other => std::slice::from_ref(other),
            };
            match values.iter().map(scalar).collect::<Option<Vec<_>>>() {
                Some(texts) => pairs.extend(texts.into_iter().map(|text| (name.clone(), text))),
                None => errors.push(FieldError::new(name, "is not a text or a number")),
            }
        }
        (Pairs(pairs), errors)
    }

    /// The member as a boolean; false when it is missing.
    pub(crate) fn yes(&self, name: &str) -> Result<bool, Vec<FieldError>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(yes)) => Ok(*yes),
            Some(_) => Err(vec![FieldError::new(name, "is not `true` or `false`")]),
        }
    }

    /// The member as a list of strings; `None` when it is missing.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Vec<FieldError>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(scalar)
                .collect::<Option<Vec<_>>>()
                .map(Some)
                .ok_or_else(|| vec![FieldError::new(name, "has an entry that is not a text")]),
            Some(_) => Err(vec![FieldError::new(name, "is not a list of texts")]),
        }
    }

    /// The member as an object; `None` when it is null or missing.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Vec<FieldError>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self(object.clone()))),
            Some(_) => Err(vec![FieldError::new(
                name,
                "is not an object: begin it with `{`",
            )]),
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
