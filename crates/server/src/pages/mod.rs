//! Handlers of pages and forms: they read a request, ask the store, the roster or the engine, fill
//! the view of a page and let the interface draw it.

mod answer;
mod connect;
mod entry;
mod history;
mod home;
pub(crate) mod integration;
mod members;
mod settings;
pub(crate) mod standing;
mod users;

use axum::response::{Html, IntoResponse, Response};
use maud::Markup;

use crate::events;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = entry::routes(routes);
    let routes = answer::routes(routes);
    let routes = home::routes(routes);
    let routes = connect::routes(routes);
    let routes = integration::routes(routes);
    let routes = events::routes(routes);
    let routes = users::routes(routes);
    let routes = history::routes(routes);
    let routes = members::routes(routes);
    settings::routes(routes)
}

/// A page as an answer.
pub(crate) fn html(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}
