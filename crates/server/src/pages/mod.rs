//! Handlers of pages and forms: they read a request, ask the store, the roster or the engine, fill
//! the view of a page and let the interface draw it.

mod answer;
mod changes;
mod connect;
mod contracts;
mod entry;
mod findings;
mod found;
mod history;
mod home;
pub(crate) mod integration;
mod ledger;
mod licences;
mod members;
mod notifications;
mod outcome;
mod overview;
mod people;
mod prices;
mod renewals;
mod requests;
mod rules;
mod settings;
pub(crate) mod standing;
mod users;
mod what_if;
mod write_access;

use axum::response::{Html, IntoResponse, Response};
use maud::Markup;

use crate::events;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = entry::routes(routes);
    let routes = answer::routes(routes);
    let routes = notifications::routes(routes);
    let routes = home::routes(routes);
    let routes = connect::routes(routes);
    let routes = integration::routes(routes);
    let routes = events::routes(routes);
    let routes = users::routes(routes);
    let routes = findings::routes(routes);
    let routes = licences::routes(routes);
    let routes = what_if::routes(routes);
    let routes = history::routes(routes);
    let routes = members::routes(routes);
    let routes = contracts::routes(routes);
    let routes = prices::routes(routes);
    let routes = renewals::routes(routes);
    let routes = rules::routes(routes);
    let routes = requests::routes(routes);
    let routes = changes::routes(routes);
    let routes = write_access::routes(routes);
    let routes = ledger::routes(routes);
    let routes = people::routes(routes);
    settings::routes(routes)
}

/// A page as an answer.
pub(crate) fn html(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}
