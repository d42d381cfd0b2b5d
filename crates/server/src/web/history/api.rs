//! Sign-ins, meetings and administrators' changes by day and by row, and the account's settings.

use axum::Json;
use axum::extract::State;
use model::streams::NOT_KNOWN;
use model::{Day, EventKind, SignInKind, Timestamp};
use serde::Serialize;
use store::{AdminChangeFilter, SignInFilter};
use utoipa::ToSchema;

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

/// One row of the sign-in log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignIn {
    /// Time of the event (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// E-mail address of the user, in lower case.
    email: String,
    /// The kind of event: `in` or `out`.
    kind: &'static str,
    /// Kind of client; null when not reported.
    client: Option<String>,
    /// Version of the client; null when not reported.
    version: Option<String>,
    /// Network of the address, never the address itself; null when not reported.
    network: Option<String>,
}

/// A past meeting or webinar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Meeting {
    /// The application's id of this one occurrence.
    id: String,
    /// Either `meeting` or `webinar`.
    kind: &'static str,
    /// The host's address, in lower case; null when the application withholds it.
    host: Option<String>,
    /// Time of its start (UTC).
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// Time of its end (UTC).
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// Length as the application counts it.
    minutes: i32,
    /// Number of participants, including the host.
    participants: i32,
    /// Largest number of simultaneous viewers; null when not reported.
    peak_viewers: Option<i32>,
}

/// One action of an administrator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminChange {
    /// Time of the action (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// E-mail address of the administrator.
    operator: String,
    /// The category of the changed object.
    category: String,
    /// The action as the application names it.
    action: String,
    /// Description in the application's own words.
    detail: String,
}

/// The use of one day (UTC). Unknown values are null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageDay {
    /// The day of these numbers.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Number of different users with a sign-in.
    people: Option<u32>,
    /// Number of different users with a hosted event.
    hosts: Option<u32>,
    /// Number of meetings hosted that day.
    meetings: Option<u32>,
    /// Number of webinars hosted that day.
    webinars: Option<u32>,
    /// Minutes of meetings and webinars.
    minutes: Option<u64>,
}

/// One section of the account's settings.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct Section {
    /// The name of the section.
    section: String,
    /// Time of the first sync that read these values (UTC).
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// The settings as the application returned them.
    #[schema(value_type = Object)]
    settings: serde_json::Value,
}

/// The maximum number of days of one request for usage.
const LONGEST_USAGE: i32 = 800;

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

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
    let items = page
        .items
        .into_iter()
        .map(|row| SignIn {
            at: row.at,
            email: row.email,
            kind: match row.kind {
                SignInKind::In => "in",
                SignInKind::Out => "out",
            },
            client: non_empty(row.client),
            version: non_empty(row.version),
            network: non_empty(row.network),
        })
        .collect();
    Ok(Json(List {
        items,
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
    responses((status = 200, description = "Meetings and webinars; they are not counted.", body = List<Meeting>))
)]
pub(crate) async fn meetings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(MeetingQuery, Paging)>,
) -> Result<Json<List<Meeting>>, Failure> {
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
    let items = page
        .items
        .into_iter()
        .map(|event| Meeting {
            id: event.id,
            kind: match event.kind {
                EventKind::Meeting => "meeting",
                EventKind::Webinar => "webinar",
            },
            host: non_empty(event.host),
            start: event.start,
            end: event.end,
            minutes: event.minutes,
            participants: event.participants,
            peak_viewers: event.peak_viewers,
        })
        .collect();
    Ok(Json(List {
        items,
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
    let items = page
        .items
        .into_iter()
        .map(|row| AdminChange {
            at: row.at,
            operator: row.operator,
            category: row.category,
            action: row.action,
            detail: row.detail,
        })
        .collect();
    Ok(Json(List {
        items,
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
    let days = roster.per_day(from, to).into_iter().map(|point| UsageDay {
        day: point.day,
        people: point.people,
        hosts: point.hosts,
        meetings: point.meetings,
        webinars: point.webinars,
        minutes: point.minutes,
    });
    Ok(Json(List::whole(days.collect())))
}

/// The account's settings, section by section.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/account-settings", operation_id = "accountSettings", tag = "history",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every section that was read.", body = List<Section>))
)]
pub(crate) async fn account_settings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<Section>>, Failure> {
    let sections = app
        .context
        .store
        .account_settings(from_path.integration.id)
        .await?;
    let items = sections
        .into_iter()
        // The section of unknown settings is listed only when it has content.
        .filter(|section| section.section != NOT_KNOWN || section.json != "{}")
        .map(|section| Section {
            settings: serde_json::from_str(&section.json).unwrap_or(serde_json::Value::Null),
            section: section.section,
            read_at: section.read_at,
        })
        .collect();
    Ok(Json(List::whole(items)))
}
