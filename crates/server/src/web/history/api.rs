//! What users and administrators did, day by day and row by row, and the account's settings.

use axum::Json;
use axum::extract::State;
use model::streams::NOT_KNOWN;
use model::{Day, EventKind, SignInKind, Timestamp};
use serde::Serialize;
use store::{AdminChangeFilter, SignInFilter};
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::{List, only, page_size};
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
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
    /// When (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who, in lower case.
    email: String,
    /// `in` or `out`.
    kind: &'static str,
    /// Kind of client; null when not told.
    client: Option<String>,
    /// Version of the client; null when not told.
    version: Option<String>,
    /// Network of the address, never the address itself; null when not told.
    network: Option<String>,
}

/// A meeting or webinar that was held.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Meeting {
    /// The application's id of this one occurrence.
    id: String,
    /// `meeting` or `webinar`.
    kind: &'static str,
    /// The host's address, in lower case; null when the application withholds it.
    host: Option<String>,
    /// When it began (UTC).
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When it ended (UTC).
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// Length as the application counts it.
    minutes: i32,
    /// How many took part, the host included.
    participants: i32,
    /// Most viewers at the same time; null when not told.
    peak_viewers: Option<i32>,
}

/// One thing that an administrator did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminChange {
    /// When (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who.
    operator: String,
    /// What it was about.
    category: String,
    /// What was done.
    action: String,
    /// The application's own words.
    detail: String,
}

/// What happened on one day (UTC). What is not known is null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Different people who signed in.
    people: Option<u32>,
    /// Different people who hosted.
    hosts: Option<u32>,
    /// Meetings hosted.
    meetings: Option<u32>,
    /// Webinars hosted.
    webinars: Option<u32>,
    /// Minutes of both.
    minutes: Option<u64>,
}

/// One section of the account's settings.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct Section {
    /// Its name.
    section: String,
    /// When a sync first read it like this (UTC).
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// As the application gave it.
    #[schema(value_type = Object)]
    settings: serde_json::Value,
}

/// The most days of usage that are told at once.
const LONGEST_USAGE: i32 = 800;

fn told(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Two days between which nothing can lie are a mistake, not an empty answer.
pub(crate) fn in_this_order(from: Option<Day>, to: Option<Day>) -> Result<(), Failure> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(Failure::parameter(
            "from",
            format!("{from} is after {to}: give the earlier day first"),
        )),
        _ => Ok(()),
    }
}

/// The sign-ins that a query asks for.
pub(crate) fn sign_in_filter(query: &Pairs) -> Result<SignInFilter, Failure> {
    let (from, to) = (query.day("from")?, query.day("to")?);
    in_this_order(from, to)?;
    Ok(SignInFilter {
        email: query.text("email").map(str::to_owned),
        from,
        to,
        kind: match query.text("kind") {
            None => None,
            Some("in") => Some(SignInKind::In),
            Some("out") => Some(SignInKind::Out),
            Some(other) => {
                return Err(Failure::parameter(
                    "kind",
                    format!("`{other}` is not `in` or `out`"),
                ));
            }
        },
    })
}

/// A cursor that the store doesn't know is the caller's mistake.
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
        ("email" = Option<String>, Query, description = "Of this address only."),
        ("from" = Option<String>, Query, description = "On or after this day (UTC), `yyyy-mm-dd`."),
        ("to" = Option<String>, Query, description = "On or before this day (UTC), `yyyy-mm-dd`."),
        ("kind" = Option<String>, Query, description = "`in` or `out` only."),
        ("limit" = Option<u32>, Query, description = "Rows of a page, 1 to 1000.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "Rows of the log, with the number of all that match.", body = List<SignIn>))
)]
pub(crate) async fn sign_ins(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(query): QueryString,
) -> Result<Json<List<SignIn>>, Failure> {
    let limit = page_size(&query, &["email", "from", "to", "kind"])?;
    let filter = sign_in_filter(&query)?;
    let page = app
        .context
        .store
        .sign_ins(chosen.integration.id, &filter, limit, query.text("cursor"))
        .await
        .map_err(cursor)?;
    let id = chosen.integration.id;
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
            client: told(row.client),
            version: told(row.version),
            network: told(row.network),
        })
        .collect();
    Ok(Json(List {
        items,
        next_cursor: page.next,
        total: Some(total),
    }))
}

/// Which meetings and webinars to list.
#[derive(Debug, Default)]
pub(crate) struct MeetingFilter {
    /// Address of the host.
    pub(crate) host: Option<String>,
    /// First day (UTC).
    pub(crate) from: Option<Day>,
    /// Last day (UTC).
    pub(crate) to: Option<Day>,
}

/// The meetings that a query asks for.
pub(crate) fn meeting_filter(query: &Pairs) -> Result<MeetingFilter, Failure> {
    let (from, to) = (query.day("from")?, query.day("to")?);
    in_this_order(from, to)?;
    let host = query.text("host").map(str::to_owned);
    Ok(MeetingFilter { host, from, to })
}

/// Meetings and webinars that were held, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/meetings", operation_id = "listMeetings", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("host" = Option<String>, Query, description = "Hosted under this address only."),
        ("from" = Option<String>, Query, description = "Begun on or after this day (UTC), `yyyy-mm-dd`."),
        ("to" = Option<String>, Query, description = "Begun on or before this day (UTC), `yyyy-mm-dd`."),
        ("limit" = Option<u32>, Query, description = "Rows of a page, 1 to 1000.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "Meetings and webinars; they are not counted.", body = List<Meeting>))
)]
pub(crate) async fn meetings(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(query): QueryString,
) -> Result<Json<List<Meeting>>, Failure> {
    let limit = page_size(&query, &["host", "from", "to"])?;
    let MeetingFilter { host, from, to } = meeting_filter(&query)?;
    let id = chosen.integration.id;
    let page = app
        .context
        .store
        .events(id, host.as_deref(), from, to, limit, query.text("cursor"))
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
            host: told(event.host),
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

/// What administrators changed, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/admin-changes", operation_id = "listAdminChanges", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("operator" = Option<String>, Query, description = "By this address only."),
        ("category" = Option<String>, Query, description = "About this only, e.g. `User`."),
        ("q" = Option<String>, Query, description = "With this text in operator, action or detail."),
        ("limit" = Option<u32>, Query, description = "Rows of a page, 1 to 1000.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "Rows of the log, with the number of all that match.", body = List<AdminChange>))
)]
pub(crate) async fn admin_changes(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(query): QueryString,
) -> Result<Json<List<AdminChange>>, Failure> {
    let limit = page_size(&query, &["operator", "category", "q"])?;
    let filter = admin_change_filter(&query);
    let page = app
        .context
        .store
        .admin_changes(chosen.integration.id, &filter, limit, query.text("cursor"))
        .await
        .map_err(cursor)?;
    let id = chosen.integration.id;
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

/// The administrators' actions that a query asks for.
pub(crate) fn admin_change_filter(query: &Pairs) -> AdminChangeFilter {
    AdminChangeFilter {
        operator: query.text("operator").map(str::to_owned),
        category: query.text("category").map(str::to_owned),
        q: query.text("q").map(str::to_owned),
    }
}

/// Sign-ins and hosted meetings of the whole account, day by day.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/usage", operation_id = "usageByDay", tag = "history",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("from" = Option<String>, Query, description = "First day (UTC); 89 days before `to` when not given."),
        ("to" = Option<String>, Query, description = "Last day (UTC); today when not given."),
    ),
    responses((status = 200, description = "Every day, oldest first. What is not known is null.", body = List<UsageDay>))
)]
pub(crate) async fn usage(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(query): QueryString,
) -> Result<Json<List<UsageDay>>, Failure> {
    only(&query, &["from", "to"])?;
    let to = query
        .day("to")?
        .unwrap_or_else(|| app.context.clock.now().day());
    let from = query.day("from")?.unwrap_or_else(|| to.plus(-89));
    in_this_order(Some(from), Some(to))?;
    if to.since(from) > LONGEST_USAGE {
        return Err(Failure::parameter(
            "from",
            format!("is more than {LONGEST_USAGE} days before `to`: ask for fewer days"),
        ));
    }
    let roster = app.context.rosters.of(&chosen.integration).await?;
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
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(query): QueryString,
) -> Result<Json<List<Section>>, Failure> {
    only(&query, &[])?;
    let sections = app
        .context
        .store
        .account_settings(chosen.integration.id)
        .await?;
    let items = sections
        .into_iter()
        // What is not known is a section when there is something to say.
        .filter(|section| section.section != NOT_KNOWN || section.json != "{}")
        .map(|section| Section {
            settings: serde_json::from_str(&section.json).unwrap_or(serde_json::Value::Null),
            section: section.section,
            read_at: section.read_at,
        })
        .collect();
    Ok(Json(List::whole(items)))
}
