//! Query strings and JSON bodies of the API as typed parameters. How they are read is the business
//! of [`mod@service::parameters`].

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use model::Day;
use service::Pairs;
use service::parameters;
use service::parameters::{FromParameter, ParameterValue, Parameters, Reader};

use super::body::JsonBody;
use crate::failure::Failure;

/// The query parameters of a request; unknown ones are errors.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: Parameters> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Pairs::parse(query.as_bytes()).read_all_with(T::read)?))
    }
}

/// The members of a JSON object as parameters; a list is a repeated parameter.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: Parameters> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = JsonBody::from_request(request, state).await?;
        Ok(Self(body.read_with(&[], T::read)?))
    }
}

/// The number of rows of a page, 1 to 1000; 50 when it is not given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize(pub(crate) u32);

impl FromParameter for PageSize {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match Option::<i64>::from_values(values)? {
            None => Ok(Self(50)),
            Some(limit) => match u32::try_from(limit) {
                Ok(limit @ 1..=1000) => Ok(Self(limit)),
                _ => Err(vec![format!(
                    "`{limit}` is not a number of rows from 1 to 1000"
                )]),
            },
        }
    }
}

/// The cursor of a list whose cursors are numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberCursor(pub(crate) i64);

impl ParameterValue for NumberCursor {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| {
            "is not a cursor of an earlier answer: use `next_cursor` unchanged".to_owned()
        })
    }
}

parameters! {
    /// The page of a list.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct Paging {
        /// Rows of a page, 1 to 1000.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
        pub(crate) limit: PageSize,
        /// `next_cursor` of the page before.
        #[param(value_type = Option<String>)]
        pub(crate) cursor: Option<String>,
    }
}

parameters! {
    /// The page of a list whose cursors are numbers.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct NumberPaging {
        /// Rows of a page, 1 to 1000.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
        pub(crate) limit: PageSize,
        /// `next_cursor` of the page before.
        #[param(value_type = Option<String>)]
        pub(crate) cursor: Option<NumberCursor>,
    }
}

/// Adds an error if `from` is after `to`, because such a period would silently return an empty
/// list.
pub(crate) fn check_period(from: Option<Day>, to: Option<Day>, reader: &mut Reader<'_>) {
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        reader.error("from", backwards(from, to));
    }
}

/// The error of a period whose first day is after its last one.
pub(crate) fn backwards(from: Day, to: Day) -> String {
    format!("{from} is after {to}: give the earlier day first")
}
