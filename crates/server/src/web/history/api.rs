//! Sign-ins, meetings and administrators' changes by day and by row, and the account's settings.

use axum::Json;
use axum::extract::State;
use insight::UsageDay;
use model::streams::NOT_KNOWN;
use model::{AdminChange, Day, HostedEvent, SignIn, SignInKind};
use store::{AccountSettings, AdminChangeFilter, SignInFilter};

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{Paging, Query, Reader, check_period, parameters, read_known};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use model::Permission;
use service::Pairs;
use utoipa_axum::routes;

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

/// Returns an error if `from` is after `to`, because such a period would silently return an empty
/// list.
pub(crate) fn in_this_order(from: Option<Day>, to: Option<Day>) -> Result<(), Failure> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(Failure::parameter(
            "from",
            format!("{from} is after {to}: give the earlier day first"),
        )),
        _ => Ok(()),
    }
}

parameters! {
    /// The filter of sign-ins.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct SignInQuery checked by SignInQuery::check {
        /// Of this address only.
        #[param(value_type = Option<String>)]
        email: Option<String>,
        /// On or after this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        from: Option<Day>,
        /// On or before this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        to: Option<Day>,
        /// `in` or `out` only.
        #[param(value_type = Option<String>)]
        kind: Option<SignInKind>,
    }
}

impl SignInQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }
}

impl From<SignInQuery> for SignInFilter {
    fn from(query: SignInQuery) -> Self {
        Self {
            email: query.email,
            from: query.from,
            to: query.to,
            kind: query.kind,
        }
    }
}

/// Parses the filter of sign-ins of a page.
pub(crate) fn sign_in_filter(query: &Pairs) -> Result<SignInFilter, Failure> {
    read_known::<SignInQuery>(query).map(SignInFilter::from)
}

/// Converts an invalid cursor to an error about the parameter; other errors stay failures.
pub(crate) fn cursor(error: store::Error) -> Failure {
    match error {
        store::Error::Invalid { .. } => Failure::parameter(
            "cursor",
            "is not a cursor of an earlier answer: use `next_cursor` unchanged",
        ),
        other => other.into(),
    }
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
    let filter = SignInFilter::from(query);
    let page = app
        .context
        .store
        .sign_ins(
            from_path.integration.id,
            &filter,
            paging.limit.0,
            paging.cursor.as_deref(),
        )
        .await
        .map_err(cursor)?;
    let id = from_path.integration.id;
    let total = app.context.store.count_sign_ins(id, &filter).await?;
    Ok(Json(List {
        items: page.items,
        next_cursor: page.next,
        total: Some(total),
    }))
}

parameters! {
    /// The filter of meetings and webinars.
    #[derive(Debug, Default, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct MeetingQuery checked by MeetingQuery::check {
        /// Hosted under this address only.
        #[param(value_type = Option<String>)]
        pub(crate) host: Option<String>,
        /// Begun on or after this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(crate) from: Option<Day>,
        /// Begun on or before this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(crate) to: Option<Day>,
    }
}

impl MeetingQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }
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
    let MeetingQuery { host, from, to } = query;
    let id = from_path.integration.id;
    let page = app
        .context
        .store
        .events(
            id,
            host.as_deref(),
            from,
            to,
            paging.limit.0,
            paging.cursor.as_deref(),
        )
        .await
        .map_err(cursor)?;
    Ok(Json(List {
        items: page.items,
        next_cursor: page.next,
        total: None,
    }))
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
    let filter = AdminChangeFilter::from(query);
    let page = app
        .context
        .store
        .admin_changes(
            from_path.integration.id,
            &filter,
            paging.limit.0,
            paging.cursor.as_deref(),
        )
        .await
        .map_err(cursor)?;
    let id = from_path.integration.id;
    let total = app.context.store.count_admin_changes(id, &filter).await?;
    Ok(Json(List {
        items: page.items,
        next_cursor: page.next,
        total: Some(total),
    }))
}

parameters! {
    /// The filter of administrators' changes.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct AdminChangeQuery {
        /// By this address only.
        #[param(value_type = Option<String>)]
        operator: Option<String>,
        /// About this only, e.g. `User`.
        #[param(value_type = Option<String>)]
        category: Option<String>,
        /// With this text in operator, action or detail.
        #[param(value_type = Option<String>)]
        q: Option<String>,
    }
}

impl From<AdminChangeQuery> for AdminChangeFilter {
    fn from(query: AdminChangeQuery) -> Self {
        Self {
            operator: query.operator,
            category: query.category,
            q: query.q,
        }
    }
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
    in_this_order(Some(from), Some(to))?;
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
