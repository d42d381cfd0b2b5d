//! The REST API under `/api/v1`: the same questions as the pages ask, the same numbers, for
//! programs. Lists are objects with `items`, `next_cursor` and `total`; errors are problem details.

mod amounts;
mod body;
mod changes;
mod contracts;
pub(crate) mod document;
mod findings;
mod history;
mod integrations;
mod json;
mod renewals;
mod users;
mod what_if;

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use model::Permission;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;

pub(crate) use findings::asked as finding_query;
pub(crate) use history::{
    admin_change_filter, cursor, in_this_order, meeting_filter, sign_in_filter,
};
pub(crate) use integrations::{in_order, request_run};
pub use json::{contract_json, finding_json, renewal_json, what_if_json};
pub(crate) use renewals::contract_of;

use crate::access::Access;
use crate::app::Shared;
use crate::failure::Failure;
use crate::routes::Routes;
use service::Pairs;

const VIEW: Access = Access::Needs(Permission::ViewData);
const DECIDE: Access = Access::Needs(Permission::Decide);
const CHANGE: Access = Access::Needs(Permission::MakeChanges);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .operation(VIEW, routes!(integrations::list))
        .operation(VIEW, routes!(integrations::one))
        .operation(VIEW, routes!(integrations::streams))
        .operation(VIEW, routes!(integrations::runs))
        .operation(
            Access::Needs(Permission::RunSync),
            routes!(integrations::sync),
        )
        .operation(
            Access::Needs(Permission::ManageIntegrations),
            routes!(integrations::preflight),
        )
        .operation(VIEW, routes!(users::list))
        .operation(VIEW, routes!(users::one))
        .operation(VIEW, routes!(users::facets))
        .operation(VIEW, routes!(users::groups))
        .operation(VIEW, routes!(history::meetings))
        .operation(VIEW, routes!(history::sign_ins))
        .operation(VIEW, routes!(history::admin_changes))
        .operation(VIEW, routes!(history::usage))
        .operation(VIEW, routes!(history::account_settings))
        .operation(VIEW, routes!(findings::list))
        .operation(VIEW, routes!(findings::facets))
        .operation(VIEW, routes!(findings::summary))
        .operation(VIEW, routes!(findings::one))
        .operation(DECIDE, routes!(findings::decide))
        .operation(VIEW, routes!(renewals::list))
        .operation(VIEW, routes!(renewals::one))
        .operation(VIEW, routes!(what_if::what_if))
        .operation(VIEW, routes!(what_if::thresholds))
        .operation(VIEW, routes!(what_if::histogram))
        .operation(VIEW, routes!(what_if::rules))
        .operation(
            Access::Needs(Permission::ManageSettings),
            routes!(what_if::set_rules),
        )
        .operation(VIEW, routes!(contracts::list))
        .operation(VIEW, routes!(contracts::one))
        .operation(DECIDE, routes!(contracts::add))
        .operation(DECIDE, routes!(contracts::update))
        .operation(DECIDE, routes!(contracts::remove))
        .operation(DECIDE, routes!(contracts::import))
        .operation(VIEW, routes!(changes::list))
        .operation(VIEW, routes!(changes::export))
        .operation(VIEW, routes!(changes::journal))
        .operation(DECIDE, routes!(changes::exported))
        .operation(CHANGE, routes!(changes::dry_run_changes))
        .operation(CHANGE, routes!(changes::execute))
        .operation(CHANGE, routes!(changes::undo))
        .operation(VIEW, routes!(changes::ledger))
        .operation(VIEW, routes!(changes::requests))
        .operation(DECIDE, routes!(changes::import_people))
        .operation(DECIDE, routes!(changes::make_feed, changes::end_feed))
        .operation(VIEW, routes!(contracts::prices))
        .operation(DECIDE, routes!(contracts::set_price))
        .operation(DECIDE, routes!(contracts::remove_price))
        .shared(
            Method::GET,
            "/api/openapi.json",
            Access::Member,
            description,
        )
}

/// Some of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The rows of this page.
    items: Vec<T>,
    /// Give it as `cursor` to get the next page; null on the last one.
    next_cursor: Option<String>,
    /// How many rows there are on all pages; null where counting them would take too long.
    total: Option<i64>,
}

impl<T> List<T> {
    /// A list that is complete.
    fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).ok();
        Self {
            items,
            next_cursor: None,
            total,
        }
    }
}

/// An error for every parameter that is not known.
pub(crate) fn only(query: &Pairs, known: &[&str]) -> Result<(), Failure> {
    let strange: Vec<_> = query
        .0
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| service::FieldError {
            field: name.clone(),
            message: match known {
                [] => "is not a parameter here: there are none".to_owned(),
                _ => format!("is not a parameter here: known are {}", known.join(", ")),
            },
        })
        .collect();
    if strange.is_empty() {
        Ok(())
    } else {
        Err(Failure::parameters(strange))
    }
}

/// How many rows of a list are wanted, and an error for every parameter that the list doesn't know.
fn page_size(query: &Pairs, known: &[&str]) -> Result<u32, Failure> {
    only(query, &[known, &["limit", "cursor"]].concat())?;
    match query.number::<u32>("limit")? {
        None => Ok(50),
        Some(limit @ 1..=1000) => Ok(limit),
        Some(limit) => Err(Failure::parameter(
            "limit",
            format!("`{limit}` is not a number of rows from 1 to 1000"),
        )),
    }
}

async fn description(State(app): State<Shared>) -> Json<OpenApi> {
    let mut document = crate::routes::openapi();
    document.servers = Some(vec![utoipa::openapi::Server::new(
        app.context.public_url.as_str().trim_end_matches('/'),
    )]);
    Json(document)
}
