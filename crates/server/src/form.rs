//! Query strings and submitted forms: pairs of names and values, in order.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use secrecy::SecretString;

use service::Pairs;

use crate::failure::Failure;

/// The query string of the address.
#[derive(Debug, Clone, Default)]
pub(crate) struct QueryString(pub(crate) Pairs);

impl<S: Sync> FromRequestParts<S> for QueryString {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Pairs::parse(query.as_bytes())))
    }
}

/// A submitted form. It has no `Debug` output because its values may be secrets.
#[derive(Clone, Default)]
pub(crate) struct FormBody(Pairs);

impl FormBody {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// See [`Pairs::text`]; an empty string for a missing value.
    pub(crate) fn text_or_empty(&self, name: &str) -> String {
        self.0.text(name).unwrap_or_default().to_owned()
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        Ok(self.0.number(name)?)
    }

    /// All names and values; only for forms without secrets.
    pub(crate) fn pairs(&self) -> &Pairs {
        &self.0
    }

    /// Whether there is a value with this name, even an empty one.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Every value with this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |pair: &&(String, String)| pair.0 == name;
        self.0
            .0
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    }

    /// A secret value, without trimming.
    pub(crate) fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.0.get(name).unwrap_or_default())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Failure::from_status(rejection.status()))?;
        if body.is_empty() {
            return Ok(Self::default());
        }
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_a_form",
                "This is not a form",
                "The body has to be `application/x-www-form-urlencoded`.",
            ));
        }
        Ok(Self(Pairs::parse(&body)))
    }
}

/// Redirects to another page with GET, whatever method the form used.
pub(crate) fn redirect_to(path: impl AsRef<str>) -> axum::response::Redirect {
    axum::response::Redirect::to(path.as_ref())
}
