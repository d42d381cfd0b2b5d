//! The features of the web interface: pages and forms (`page`), and the operations of the REST API
//! (`api`). A handler reads a request, calls a use case and shows the result.

mod answers;
mod changes;
mod connect;
mod contracts;
mod downloads;
mod finding_view;
mod findings;
mod health;
mod history;
mod home;
mod integration_status;
mod integrations;
mod json;
mod ledger;
mod licences;
mod members;
mod metrics;
mod notifications;
mod people;
mod prices;
mod questions;
mod rejected;
mod renewals;
mod rules;
mod settings;
mod sign_in;
mod users;
mod what_if;
mod write_access;

use crate::routes::Routes;
use crate::scim;

pub use json::{contract_json, finding_json, renewal_json, what_if_json};

/// The routes of every feature. A new feature adds its line here.
const FEATURES: &[fn(Routes) -> Routes] = &[
    health::routes,
    sign_in::page::routes,
    answers::page::routes,
    notifications::page::routes,
    notifications::mail::routes,
    notifications::words::routes,
    notifications::channels::routes,
    home::page::routes,
    connect::page::routes,
    connect::callback::routes,
    integrations::page::routes,
    integrations::health::routes,
    integrations::actions::routes,
    integrations::events::routes,
    users::page::routes,
    users::user::routes,
    users::groups::routes,
    findings::page::routes,
    findings::actions::routes,
    licences::page::routes,
    what_if::page::routes,
    history::page::routes,
    members::page::routes,
    contracts::page::routes,
    contracts::form::routes,
    contracts::import::routes,
    contracts::attachments::routes,
    prices::page::routes,
    renewals::page::routes,
    rules::page::routes,
    rules::overrides::routes,
    questions::page::routes,
    changes::page::routes,
    changes::actions::routes,
    changes::files::routes,
    write_access::page::routes,
    ledger::routes,
    people::page::routes,
    settings::page::routes,
    settings::audit::routes,
    settings::retention::routes,
    downloads::routes,
    integrations::api::routes,
    rejected::api::routes,
    users::api::routes,
    history::api::routes,
    findings::api::routes,
    renewals::api::routes,
    what_if::api::routes,
    contracts::api::routes,
    contracts::import_api::routes,
    prices::api::routes,
    changes::api::routes,
    changes::run_api::routes,
    questions::api::routes,
    people::api::routes,
    renewals::feed::routes,
    scim::routes,
];

/// Adds the routes of every feature.
pub(crate) fn routes(routes: Routes) -> Routes {
    FEATURES.iter().fold(routes, |routes, add| add(routes))
}
