//! Query strings and submitted forms: pairs of names and values, read into typed values by
//! [`mod@service::parameters`]. A form that is wrong is shown again with all its errors and with the
//! texts that were entered, so [`Form`] carries both.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use model::words::sentence;
use secrecy::SecretString;
use service::parameters::{Parameters, Reader};
use service::{FieldError, Pairs};
use ui::parts::Errors;

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

/// The known parameters of a page's address. Others are ignored, because links from mails and
/// portals carry some of their own.
pub(crate) struct PageQuery<T>(pub(crate) T);

impl<S: Sync, T: Parameters> FromRequestParts<S> for PageQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let QueryString(pairs) = QueryString::from_request_parts(parts, state).await?;
        Ok(Self(pairs.read()?))
    }
}

/// A submitted form that is read as `T`.
pub(crate) struct Form<T> {
    /// The form as it was filled in, to show it again.
    pub(crate) entered: FormBody,
    /// The typed values, or everything that is wrong.
    pub(crate) read: Result<T, Vec<FieldError>>,
}

impl<S: Send + Sync, T: Parameters> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let entered = FormBody::from_request(request, state).await?;
        let read = entered.read_with(T::read);
        Ok(Self { entered, read })
    }
}

/// A submitted form. It has no `Debug` output because its values may be secrets.
#[derive(Clone, Default)]
pub(crate) struct FormBody(Pairs);

impl FormBody {
    /// Reads the fields with a function that needs more than the form.
    pub(crate) fn read_with<T>(
        &self,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Vec<FieldError>> {
        self.0.read_with(read)
    }

    /// The form with `yes` or `no` for these checkboxes, because a checkbox that is not ticked is
    /// missing from a form.
    pub(crate) fn with_checkboxes(&self, names: &[&str]) -> Self {
        let mut form = self.clone();
        form.0.0.retain(|(name, _)| !names.contains(&name.as_str()));
        form.0.0.extend(names.iter().map(|name| {
            let word = if self.text(name).is_some() {
                "yes"
            } else {
                "no"
            };
            ((*name).to_owned(), word.to_owned())
        }));
        form
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// See [`Pairs::text`]; an empty string for a missing value.
    pub(crate) fn text_or_empty(&self, name: &str) -> String {
        self.0.text(name).unwrap_or_default().to_owned()
    }

    /// All names and values; only for forms without secrets.
    pub(crate) fn pairs(&self) -> &Pairs {
        &self.0
    }

    /// Whether there is a value with this name, even an empty one.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
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

/// The errors beside the fields of a page.
pub(crate) fn beside_fields(errors: Vec<FieldError>) -> Errors {
    let errors = errors.into_iter();
    Errors(
        errors
            .map(|error| (error.field, sentence(&error.message)))
            .collect(),
    )
}

/// Converts a store error about a field to an error of the form field; other errors stay failures.
pub(crate) fn field_error(error: store::Error) -> Result<(String, String), Failure> {
    let FieldError { field, message } = FieldError::try_from(error)?;
    // `contracts[2].quantity` is the field `quantity` of a form.
    let name = field.rsplit('.').next().unwrap_or(&field).to_owned();
    Ok((name, sentence(&message)))
}

/// Redirects to another page with GET, whatever method the form used.
pub(crate) fn redirect_to(path: impl AsRef<str>) -> axum::response::Redirect {
    axum::response::Redirect::to(path.as_ref())
}
