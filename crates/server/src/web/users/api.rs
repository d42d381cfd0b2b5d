//! Users of a connected account: filtered, counted and one by one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
// `FacetValue` is for the facets of findings too.
use insight::{UserFacets, UserView};
use model::Group;
use serde::Serialize;

use crate::access::Access;
use crate::api::List;
use crate::api::filters::SelectedUsers;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use model::Permission;
use service::blocking::run_blocking;
use service::parameters;
use service::parameters::ParameterValue;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
        .operation(may_view, routes!(facets))
        .operation(may_view, routes!(groups))
}

/// Users, filtered and in order. Filters are parameters named as the fields of `metadata`, repeated
/// for "or".
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/users", operation_id = "listUsers", tag = "users",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "A page of users.", body = List<UserView<'static>>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    SelectedUsers { from_path, query }: SelectedUsers,
) -> Result<Response, Failure> {
    let roster = app.context.rosters.of(&from_path.integration).await?;
    run_blocking(move || {
        let page = roster.page(&query);
        json(&List {
            items: page.rows,
            next_cursor: page.next_cursor,
            total: i64::try_from(page.total).ok(),
        })
    })
    .await
}

/// The number of users by value of each field, group and state, for the same filters.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/facets", operation_id = "userFacets", tag = "users",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = UserFacets))
)]
pub(crate) async fn facets(
    State(app): State<SharedApp>,
    SelectedUsers { from_path, query }: SelectedUsers,
) -> Result<Response, Failure> {
    let roster = app.context.rosters.of(&from_path.integration).await?;
    run_blocking(move || json(&roster.select(&query).facets_with_total())).await
}

parameters! {
    /// The meaning of "inactive".
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct InactivityQuery {
        /// Days without activity after which a user is inactive.
        #[param(value_type = Option<u16>, minimum = 1, maximum = 365)]
        inactive_days: Option<InactiveDays>,
    }
}

/// Days without activity after which a user is inactive.
#[derive(Debug)]
pub(crate) struct InactiveDays(u16);

impl ParameterValue for InactiveDays {
    fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(days @ 1..=365) => Ok(Self(days)),
            _ => Err(format!("`{text}` is not a number of days from 1 to 365")),
        }
    }
}

/// One user by its `id`.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/users/{key}", operation_id = "getUser", tag = "users",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("key" = String, Path, description = "The user's `id`."),
        InactivityQuery,
    ),
    responses((status = 200, description = "The user.", body = UserView<'static>))
)]
pub(crate) async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    Query(InactivityQuery { inactive_days }): Query<InactivityQuery>,
) -> Result<Response, Failure> {
    let days = match inactive_days {
        Some(InactiveDays(days)) => days,
        None => app.context.inactive_days().await?,
    };
    let roster = app.context.rosters.of(&from_path.integration).await?;
    let detail = roster.user(&key, days);
    let detail = detail.ok_or_else(|| Failure::not_found("user"))?;
    json(&detail.user)
}

/// All groups of users of the account.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/groups", operation_id = "listGroups", tag = "users",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every group.", body = List<Group>))
)]
pub(crate) async fn groups(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<Group>>, Failure> {
    let groups = app.context.store.groups(from_path.integration.id).await?;
    Ok(Json(List::whole(groups)))
}

/// A JSON response from a value that borrows from a roster.
pub(crate) fn json(value: &impl Serialize) -> Result<Response, Failure> {
    let bytes = serde_json::to_vec(value).map_err(|error| Failure::internal(&error))?;
    Ok((
        [(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        bytes,
    )
        .into_response())
}
