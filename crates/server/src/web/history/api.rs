//! Sign-ins, meetings and administrators' changes by day and by row, and the account's settings.

use axum::Json;
use axum::extract::State;
use insight::UsageDay;
use model::streams::NOT_KNOWN;
use model::{AdminChange, Day, HostedEvent, Permission, SignIn};
use service::parameters;
use store::AccountSettings;
use utoipa_axum::routes;

use super::log::{AdminChangeQuery, Log, MeetingQuery, SignInQuery, cursor};
use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{Paging, Query, backwards};
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(meetings))
        .operation(may_view, routes!(sign_ins))
        .operation(may_view, routes!(admin_changes))
        .operation(may_view, routes!(usage))
        .operation(may_view, routes!(account_settings))
}

/// The maximum number of days of one request for usage.
const LONGEST_USAGE: i32 = 800;

/// One page of a log.
async fn answer<F: Log>(
    app: &App,
    from_path: &IntegrationFromPath,
    filter: &F,
    paging: &Paging,
) -> Result<Json<List<F::Row>>, Failure> {
    let (store, id) = (&app.context.store, from_path.integration.id);
    let page = filter.page(store, id, paging.limit.0, paging.cursor.as_deref());
    let page = page.await.map_err(cursor)?;
    Ok(Json(List {
        items: page.items,
        next_cursor: page.next,
        total: filter.total(store, id).await?,
    }))
}

/// The sign-in log, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/sign-ins", operation_id = "listSignIns", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        SignInQuery, Paging,
    ),
    responses((status = 200, description = "Rows of the log, with the number of all that match.", body = List<SignIn>))
)]
pub(crate) async fn sign_ins(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(SignInQuery, Paging)>,
) -> Result<Json<List<SignIn>>, Failure> {
    answer(&app, &from_path, &query, &paging).await
}

/// Past meetings and webinars, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/meetings", operation_id = "listMeetings", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        MeetingQuery, Paging,
    ),
    responses((status = 200, description = "Meetings and webinars; they are not counted.", body = List<HostedEvent>))
)]
pub(crate) async fn meetings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(MeetingQuery, Paging)>,
) -> Result<Json<List<HostedEvent>>, Failure> {
    answer(&app, &from_path, &query, &paging).await
}

/// Changes by administrators, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/admin-changes", operation_id = "listAdminChanges", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        AdminChangeQuery, Paging,
    ),
    responses((status = 200, description = "Rows of the log, with the number of all that match.", body = List<AdminChange>))
)]
pub(crate) async fn admin_changes(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(AdminChangeQuery, Paging)>,
) -> Result<Json<List<AdminChange>>, Failure> {
    answer(&app, &from_path, &query, &paging).await
}

parameters! {
    /// The period of the account's use.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct UsageQuery {
        /// First day (UTC); 89 days before `to` when not given.
        #[param(value_type = Option<String>)]
        from: Option<Day>,
        /// Last day (UTC); today when not given.
        #[param(value_type = Option<String>)]
        to: Option<Day>,
    }
}

/// Sign-ins and hosted meetings of the whole account, day by day.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/usage", operation_id = "usageByDay", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        UsageQuery,
    ),
    responses((status = 200, description = "Every day, oldest first. What is not known is null.", body = List<UsageDay>))
)]
pub(crate) async fn usage(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(query): Query<UsageQuery>,
) -> Result<Json<List<UsageDay>>, Failure> {
    let to = query.to.unwrap_or_else(|| app.context.clock.now().day());
    let from = query.from.unwrap_or_else(|| to.plus(-89));
    if from > to {
        return Err(Failure::parameter("from", backwards(from, to)));
    }
    if to.since(from) > LONGEST_USAGE {
        return Err(Failure::parameter(
            "from",
            format!("is more than {LONGEST_USAGE} days before `to`: ask for fewer days"),
        ));
    }
    let roster = app.context.rosters.of(&from_path.integration).await?;
    Ok(Json(List::whole(roster.per_day(from, to))))
}

/// The account's settings, section by section.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/account-settings", operation_id = "accountSettings", tag = "history",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every section that was read.", body = List<AccountSettings>))
)]
pub(crate) async fn account_settings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<AccountSettings>>, Failure> {
    let sections = app
        .context
        .store
        .account_settings(from_path.integration.id)
        .await?;
    let items = sections
        .into_iter()
        // The section of unknown settings is listed only when it has content.
        .filter(|section| section.section != NOT_KNOWN || section.json != "{}")
        .collect();
    Ok(Json(List::whole(items)))
}
