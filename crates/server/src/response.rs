//! Responses that many handlers share: an HTML page, and a redirect to an address that changed.

use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::Markup;

use crate::failure::{Failure, Presented};

pub(crate) fn html(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}

/// A form page with validation errors: 422.
pub(crate) fn unprocessable(markup: Markup) -> Response {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, markup)
}

/// A page with an error status, which no error page replaces.
pub(crate) fn with_status(status: StatusCode, markup: Markup) -> Response {
    let mut response = (status, html(markup)).into_response();
    response.extensions_mut().insert(Presented);
    response
}

/// The answer of the API to a removal: 204, or 404 when there was nothing to remove.
pub(crate) fn removed(there: bool, what: &str) -> Result<StatusCode, Failure> {
    if there {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::not_found(what))
    }
}

/// A redirect from an old address to the new one, which keeps the query.
pub(crate) fn moved(path: &str, from: &Uri) -> Redirect {
    let query = from.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("{path}{}", query.unwrap_or_default()))
}
