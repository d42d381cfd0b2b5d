//! Checking, executing and reverting changes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::Permission;
use serde::Serialize;
use service::change_run::{self, Run};
use sync::OutcomeKind;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::api::ChangeIds;
use crate::access::Access;
use crate::api::parameters::Body;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use service::parameters;
use service::parameters::FromParameter;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_change = Access::Needs(Permission::MakeChanges);
    routes
        .operation(may_change, routes!(dry_run_changes))
        .operation(may_change, routes!(execute))
        .operation(may_change, routes!(undo))
}

parameters! {
    /// Changes to check, execute or revert.
    #[derive(ToSchema)]
    pub(crate) struct ChangesToRun {
        /// Numbers of the changes to use.
        #[schema(value_type = Vec<String>)]
        ids: ChangeIds,
        /// `execute` and `undo`: stop after this many failures, 1 to 100; 3 when not given.
        #[schema(value_type = Option<u32>)]
        stop_after: StopAfter,
    }
}

/// The number of failures after which an execution stops.
pub(super) struct StopAfter(pub(super) u32);

impl FromParameter for StopAfter {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let text = values.first().copied().unwrap_or_default();
        if text.is_empty() {
            return Ok(Self(change_run::STOP_AFTER));
        }
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=100).contains(number));
        let number = number.ok_or_else(|| vec![format!("`{text}` is not a number from 1 to 100")]);
        number.map(Self)
    }
}

/// The results of executing changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeReport {
    /// One result for each change that was processed.
    outcomes: Vec<ChangeOutcome>,
    /// The reason why the other changes were not processed; null when all were.
    stopped: Option<String>,
    /// Whether the execution is still running: then the change list shows the results.
    running: bool,
}

/// The result of one change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeOutcome {
    /// Number of the change, as text.
    id: String,
    /// `would_change`, `done`, `undone`, `skipped`, `failed` or `not_due`.
    outcome: &'static str,
    /// The same as a sentence.
    text: String,
}

/// Reads the changes from the body, executes them and reports the results.
async fn carry_out(
    app: &SharedApp,
    caller: &Caller,
    from_path: &IntegrationFromPath,
    changes: &ChangesToRun,
    what: Run,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    let actor = caller.actor();
    let report = change_run::run(
        &app.context,
        &from_path.integration,
        &changes.ids.0,
        what,
        changes.stop_after.0,
        &actor,
    )
    .await?;
    let Some(report) = report else {
        let running = ChangeReport {
            outcomes: Vec::new(),
            stopped: None,
            running: true,
        };
        return Ok((StatusCode::ACCEPTED, Json(running)));
    };
    let outcomes = report.outcomes.into_iter().map(|outcome| ChangeOutcome {
        id: outcome.change.to_string(),
        outcome: match outcome.kind {
            OutcomeKind::WouldChange => "would_change",
            OutcomeKind::Done => "done",
            OutcomeKind::Undone => "undone",
            OutcomeKind::Skipped => "skipped",
            OutcomeKind::Failed => "failed",
            OutcomeKind::NotDue => "not_due",
        },
        text: outcome.text,
    });
    let report = ChangeReport {
        outcomes: outcomes.collect(),
        stopped: report.stopped,
        running: false,
    };
    Ok((StatusCode::OK, Json(report)))
}

/// Reports the effect that executing these changes would have now, reading the application and
/// changing nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/dry-run", operation_id = "dryRunChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The expected results.", body = ChangeReport),
        (status = 202, description = "It takes longer; ask about fewer changes.", body = ChangeReport),
    )
)]
pub(crate) async fn dry_run_changes(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Check).await
}

/// Executes these changes at the application: each only if nothing contradicts it at that moment,
/// and only for the licence that it names. Needs the app with write scopes that an administrator
/// connected.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/execute", operation_id = "executeChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The results.", body = ChangeReport),
        (status = 202, description = "They are being executed; the change list has the results.", body = ChangeReport),
    )
)]
pub(crate) async fn execute(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Execute).await
}

/// Reverts executed changes, if the application still has the state after the change.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/undo", operation_id = "undoChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The results.", body = ChangeReport),
        (status = 202, description = "They are being reverted; the change list has the results.", body = ChangeReport),
    )
)]
pub(crate) async fn undo(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Undo).await
}
