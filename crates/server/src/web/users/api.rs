//! Users of a connected account: filtered, counted and one by one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use model::Permission;
use service::blocking::run_blocking;
use service::queries::user_query;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
        .operation(may_view, routes!(facets))
        .operation(may_view, routes!(groups))
}

/// A user of the application, as [`insight::UserView`] serialises it.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "says what insight::UserView serialises to; a test compares them"
)]
pub(crate) struct User {
    /// Stable key: the application's id, or the e-mail address while an invitation is open.
    id: String,
    /// E-mail address as the application writes it; may be empty.
    email: String,
    /// Display name; may be empty.
    display_name: String,
    /// Every field of the application; null where unknown.
    #[schema(value_type = Object)]
    metadata: (),
    /// Names of the groups that the user is in.
    groups: Vec<String>,
    /// The known activity of the user.
    activity: Activity,
}

/// The known activity of a user.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "says what insight::ActivityView serialises to; a test compares them"
)]
pub(crate) struct Activity {
    /// Last known sign-in (UTC); null when none is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_sign_in: (),
    /// Start of the last meeting or webinar that the user hosted (UTC); null when none is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_hosted: (),
    /// Meetings and webinars hosted in the last 30 days; null when a part of them is not known.
    meetings_30d: Option<u32>,
    /// The same for 90 days.
    meetings_90d: Option<u32>,
    /// Minutes hosted in the last 30 days; null when a part of them is not known.
    minutes_30d: Option<u32>,
    /// The same for 90 days.
    minutes_90d: Option<u32>,
    /// `active`, `inactive`, `never` or `unknown`, against the threshold of the query.
    state: String,
}

/// The number of users by value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facets {
    /// By parameter: the application's fields, `group` and `state`.
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// Number of users that match all filters.
    total: usize,
}

/// One value of a facet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    /// The value for the filter.
    value: String,
    /// The value as people read it.
    label: String,
    /// Number of users with this value that match all filters.
    count: usize,
    /// Number of users with this value that match the filters on all other parameters.
    would: usize,
    /// Whether the filters contain it.
    selected: bool,
}

/// A group of users of the application.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Group {
    /// The application's id of the group.
    id: String,
    /// The name of the group.
    name: String,
    /// Number of members as the application reports it; null when not reported.
    total_members: Option<i64>,
}

/// Users, filtered and in order. Filters are parameters named as the fields of `metadata`, repeated
/// for "or".
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/users", operation_id = "listUsers", tag = "users",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "A page of users.", body = List<User>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = user_query(&app.context, from_path.application, &pairs)
        .await?
        .map_err(Failure::from)?;
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
    responses((status = 200, description = "The counts.", body = Facets))
)]
pub(crate) async fn facets(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = user_query(&app.context, from_path.application, &pairs)
        .await?
        .map_err(Failure::from)?;
    let roster = app.context.rosters.of(&from_path.integration).await?;
    run_blocking(move || {
        let selection = roster.select(&query);
        let facets = selection
            .facets()
            .into_iter()
            .map(|facet| {
                let values = facet.values.into_iter().map(FacetValue::from).collect();
                (facet.key, values)
            })
            .collect();
        json(&Facets {
            facets,
            total: selection.total(),
        })
    })
    .await
}

impl From<insight::FacetValue> for FacetValue {
    fn from(from: insight::FacetValue) -> Self {
        Self {
            value: from.value,
            label: from.label,
            count: from.count,
            would: from.would,
            selected: from.selected,
        }
    }
}

/// One user by its `id`.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/users/{key}", operation_id = "getUser", tag = "users",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("key" = String, Path, description = "The user's `id`."),
        ("inactive_days" = Option<u16>, Query, description = "Days without activity after which a user is inactive.", minimum = 1, maximum = 365),
    ),
    responses((status = 200, description = "The user.", body = User))
)]
pub(crate) async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    if let Some((name, _)) = pairs.0.iter().find(|(name, _)| name != "inactive_days") {
        return Err(Failure::parameter(name, "is not a parameter here"));
    }
    let query = user_query(&app.context, from_path.application, &pairs)
        .await?
        .map_err(Failure::from)?;
    let roster = app.context.rosters.of(&from_path.integration).await?;
    let detail = roster.user(&key, query.inactive_days());
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
    Ok(Json(List::whole(
        groups
            .into_iter()
            .map(|group| Group {
                id: group.id,
                name: group.name,
                total_members: group.total_members,
            })
            .collect(),
    )))
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
