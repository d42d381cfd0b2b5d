//! Handlers of pages and forms: they read a request, ask the store, the roster or the engine, fill
//! the view of a page and let the interface draw it.

mod entry;

use axum::response::{Html, IntoResponse, Response};
use maud::Markup;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    entry::routes(routes)
}

/// A page as an answer.
pub(crate) fn html(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}
