//! Connected accounts, the status of their streams, and their sync runs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::{Integration, IntegrationState, LabelledStreamState, Timestamp};
use serde::Serialize;
use sync::CheckOutcome;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{NumberPaging, Query};
use crate::api::problem::Problem;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use model::Permission;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
        .operation(may_view, routes!(streams))
        .operation(may_view, routes!(runs))
        .operation(Access::Needs(Permission::RunSync), routes!(sync))
        .operation(
            Access::Needs(Permission::ManageIntegrations),
            routes!(preflight),
        )
}

/// One sync run over all streams.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct Run {
    /// Its number within the integration.
    run: i64,
    /// `running`, `complete`, `incomplete` (some records could not be understood), `postponed`,
    /// `failed` or `cancelled`.
    state: &'static str,
    /// The cause of the run: `schedule` or `manual`.
    trigger: String,
    /// One sentence about the state, when there is a reason.
    reason: Option<String>,
    /// Start of the run (UTC).
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// End of the run (UTC).
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Number of requests made in the run.
    requests: i64,
    /// Requests that the application refused as too many.
    refused: i64,
    /// Number of rows received in the run.
    rows: i64,
    /// Rows that were new or different.
    changed: i64,
    /// Status of the streams at its end; empty while it runs.
    streams: Vec<LabelledStreamState>,
}

/// The requested run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Requested {
    /// The integration's number.
    integration_id: String,
    /// Time at which the run is due (UTC): now.
    #[schema(value_type = String, format = DateTime)]
    next_run_at: Timestamp,
}

/// Results of real test requests, by permission and by stream.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preflight {
    /// Time of the check (UTC).
    #[schema(value_type = String, format = DateTime)]
    checked_at: Timestamp,
    /// The role permissions of the authorising user.
    permissions: Vec<PermissionCheck>,
    /// The streams and the scopes that they need.
    streams: Vec<StreamCheck>,
    /// Scopes that were granted and are not needed.
    extra_scopes: Vec<String>,
}

/// The check of one role permission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionCheck {
    /// The key of the permission.
    permission: &'static str,
    /// Its name at the application.
    label: &'static str,
    /// `granted`, `missing`, `unknown` or `not_on_plan`.
    outcome: &'static str,
    /// Description of the result.
    detail: String,
    /// The data that is missing without it.
    without: &'static str,
    /// The page on which it is granted.
    how_to_grant: &'static str,
}

/// The check of one stream.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StreamCheck {
    /// The key of the stream.
    stream: &'static str,
    /// The name of the stream.
    label: &'static str,
    /// `granted`, `missing`, `unknown` or `not_on_plan`.
    outcome: &'static str,
    /// Description of the result.
    detail: String,
    /// Scopes that it needs and that were not granted.
    missing_scopes: Vec<String>,
}

/// The API's word for the result of a check.
pub(crate) fn outcome(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Granted => "granted",
        CheckOutcome::Missing => "missing",
        CheckOutcome::Unknown => "unknown",
        CheckOutcome::NotOnPlan => "not_on_plan",
    }
}

/// All connected accounts.
#[utoipa::path(
    get, path = "/api/v1/integrations", operation_id = "listIntegrations", tag = "integrations",
    responses((status = 200, description = "Every connected account.", body = List<Integration>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    _: Query<()>,
) -> Result<Json<List<Integration>>, Failure> {
    let integrations = app.context.store.integrations().await?;
    Ok(Json(List::whole(integrations)))
}

/// One connected account by its number.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}", operation_id = "getIntegration", tag = "integrations",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The account.", body = Integration))
)]
pub(crate) async fn one(from_path: IntegrationFromPath) -> Json<Integration> {
    Json(from_path.integration)
}

/// The status of every stream.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/streams", operation_id = "listStreams", tag = "integrations",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every stream, in the application's order.", body = List<LabelledStreamState>))
)]
pub(crate) async fn streams(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<LabelledStreamState>>, Failure> {
    let states = in_order(
        from_path.application,
        app.context
            .store
            .stream_states(from_path.integration.id)
            .await?,
    );
    Ok(Json(List::whole(
        states
            .into_iter()
            .map(|state| LabelledStreamState::new(from_path.application, state))
            .collect(),
    )))
}

/// The streams in the order of the pages.
pub(crate) fn in_order(
    application: &model::Application,
    mut states: Vec<model::StreamState>,
) -> Vec<model::StreamState> {
    states.sort_by_key(|state| {
        application
            .streams
            .iter()
            .position(|stream| stream.key == state.stream)
    });
    states
}

/// Sync runs, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/runs", operation_id = "listRuns", tag = "integrations",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        NumberPaging,
    ),
    responses((status = 200, description = "The runs.", body = List<Run>))
)]
pub(crate) async fn runs(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(paging): Query<NumberPaging>,
) -> Result<Json<List<Run>>, Failure> {
    let limit = paging.limit.0;
    let before = paging.cursor.map(|cursor| cursor.0);
    let runs = app
        .context
        .store
        .runs(from_path.integration.id, limit, before)
        .await?;
    let more = runs.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = runs
        .last()
        .filter(|last| more && last.run > 1)
        .map(|last| last.run.to_string());
    let newest = match before {
        None => runs.first().map_or(0, |run| run.run),
        Some(_) => app
            .context
            .store
            .runs(from_path.integration.id, 1, None)
            .await?
            .first()
            .map_or(0, |run| run.run),
    };
    let items = runs
        .into_iter()
        .map(|run| Run {
            run: run.run,
            state: run.state.value(),
            trigger: run.trigger,
            reason: run.reason,
            started_at: run.started_at,
            ended_at: run.ended_at,
            requests: run.totals.requests,
            refused: run.totals.refused,
            rows: run.totals.rows,
            changed: run.totals.changed,
            streams: in_order(from_path.application, run.streams)
                .into_iter()
                .map(|state| LabelledStreamState::new(from_path.application, state))
                .collect(),
        })
        .collect();
    Ok(Json(List {
        items,
        next_cursor,
        total: Some(newest),
    }))
}

/// Makes the next sync run due now.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/sync", operation_id = "requestSync", tag = "integrations",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses(
        (status = 202, description = "It begins within seconds.", body = Requested),
        (status = 409, description = "The integration is not active.", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sync(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
) -> Result<Response, Failure> {
    request_run(&app, &caller, &from_path.integration).await?;
    let requested = Requested {
        integration_id: from_path.integration.id.to_string(),
        next_run_at: app.context.clock.now(),
    };
    Ok((StatusCode::ACCEPTED, Json(requested)).into_response())
}

/// Makes the next run due now, when the integration is one that runs.
pub(crate) async fn request_run(
    app: &SharedApp,
    caller: &Caller,
    integration: &Integration,
) -> Result<(), Failure> {
    if integration.state != IntegrationState::Active {
        return Err(Failure::conflict(format!(
            "“{}” does not run: {}.",
            integration.name,
            match integration.state {
                IntegrationState::Paused => "it is paused",
                IntegrationState::ReconnectNeeded => "it has to be authorised again",
                _ => "it is disconnected",
            }
        ))
        .action(
            "Open the integration",
            format!("/i/{}/integration", integration.id),
        ));
    }
    app.context
        .store
        .request_run(integration.id, &caller.actor(), app.context.clock.now())
        .await?;
    app.context.engine.wake();
    Ok(())
}

/// Tests every role permission and scope with real requests.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/preflight", operation_id = "checkIntegration", tag = "integrations",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "What was found.", body = Preflight))
)]
pub(crate) async fn preflight(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
) -> Result<Json<Preflight>, Failure> {
    let found = app
        .context
        .engine
        .preflight(from_path.integration.id)
        .await?;
    Ok(Json(Preflight {
        checked_at: found.checked_at,
        permissions: found
            .permissions
            .into_iter()
            .map(|check| PermissionCheck {
                permission: check.permission.key,
                label: check.permission.label,
                outcome: outcome(check.outcome),
                detail: check.detail,
                without: check.permission.without,
                how_to_grant: check.permission.how_to_grant,
            })
            .collect(),
        streams: found
            .streams
            .into_iter()
            .map(|check| StreamCheck {
                stream: check.stream.key,
                label: check.stream.label,
                outcome: outcome(check.outcome),
                detail: check.detail,
                missing_scopes: check.missing_scopes,
            })
            .collect(),
        extra_scopes: found.extra_scopes,
    }))
}
