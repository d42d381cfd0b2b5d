//! The change list with its results.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Permission;
use store::{Change, ChangeFilter, ChangeId, ChangeState, JournalEntry};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{Body, NumberPaging, Query};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::changes::files::{ChangeSelection, ExportFormat, change_file};
use service::parameters;
use service::parameters::FromParameter;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    let may_decide = Access::Needs(Permission::Decide);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(export))
        .operation(may_view, routes!(journal))
        .operation(may_decide, routes!(exported))
}

parameters! {
    /// The filter of the change list.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ChangesQuery {
        /// `listed`, `exported`, `running`, `done`, `failed`, `skipped` or `undone`. Repeat it for “or”.
        #[param(value_type = Option<Vec<String>>)]
        state: Vec<ChangeState>,
        /// For this finding only.
        #[param(value_type = Option<String>)]
        finding: Option<String>,
        /// Of this user only.
        #[param(value_type = Option<String>)]
        user: Option<String>,
    }
}

/// The change list, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes", operation_id = "listChanges", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ChangesQuery, NumberPaging,
    ),
    responses((status = 200, description = "Changes.", body = List<Change>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(ChangesQuery, NumberPaging)>,
) -> Result<Json<List<Change>>, Failure> {
    let limit = paging.limit.0;
    let filter = ChangeFilter {
        states: query.state,
        user_key: query.user,
        finding: query.finding,
        before: paging.cursor.map(|cursor| ChangeId(cursor.0)),
        limit: limit + 1,
        ..ChangeFilter::default()
    };
    let changes = app
        .context
        .store
        .changes(from_path.integration.id, &filter)
        .await?;
    Ok(Json(List::page(changes, limit, |change| {
        change.id.to_string()
    })))
}

/// The history of a change, oldest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes/{change}/journal", operation_id = "changeJournal", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("change" = String, Path, description = "Number of the change."),
    ),
    responses((status = 200, description = "The journal.", body = List<JournalEntry>))
)]
pub(crate) async fn journal(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, change)): Path<(String, String)>,
    _: Query<()>,
) -> Result<Json<List<JournalEntry>>, Failure> {
    let id = change.parse().map(ChangeId);
    let id = id.map_err(|_| Failure::not_found("change"))?;
    let entries = app
        .context
        .store
        .change_journal(from_path.integration.id, id)
        .await?;
    if entries.is_empty() {
        return Err(Failure::not_found("change"));
    }
    Ok(Json(List::whole(entries)))
}

parameters! {
    /// The format of an exported change list.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ExportQuery {
        /// `csv` (the default): the form of Zoom's bulk import, one kind of change in a file; `powershell`; `api`: curl calls.
        #[param(value_type = Option<String>)]
        format: ExportFormat,
    }
}

/// The change list for execution outside of Seatwise: the changes that are still to be made, unless
/// `state` or `change` select others.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes/export", operation_id = "exportChanges", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ExportQuery, ChangeSelection,
    ),
    responses((status = 200, description = "The file.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn export(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((ExportQuery { format }, selection)): Query<(ExportQuery, ChangeSelection)>,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, selection, format).await
}

parameters! {
    /// Changes that were handed over for execution outside of Seatwise.
    #[derive(ToSchema)]
    pub(crate) struct ExportedChanges {
        /// Numbers of the changes to mark.
        #[schema(value_type = Vec<String>)]
        ids: ChangeIds,
        /// The format of the export: `csv` (the default), `powershell` or `api`.
        #[schema(value_type = Option<String>)]
        format: ExportFormat,
    }
}

/// The numbers of one or more changes.
pub(super) struct ChangeIds(pub(super) Vec<ChangeId>);

impl FromParameter for ChangeIds {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let ids = Vec::from_values(values)?;
        if ids.is_empty() {
            return Err(vec!["is missing: give the numbers of changes".to_owned()]);
        }
        Ok(Self(ids))
    }
}

/// Marks changes as handed over for execution outside of Seatwise.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/exported", operation_id = "markExported", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ExportedChanges,
    responses((status = 204, description = "It is noted."))
)]
pub(crate) async fn exported(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(ExportedChanges {
        ids: ChangeIds(ids),
        format,
    }): Body<ExportedChanges>,
) -> Result<StatusCode, Failure> {
    let named = ChangeFilter {
        ids: ids.clone(),
        ..ChangeFilter::default()
    };
    let known = app
        .context
        .store
        .changes(from_path.integration.id, &named)
        .await?;
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| known.iter().all(|change| change.id != **id))
        .map(ToString::to_string)
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::parameter(
            "ids",
            format!(
                "names changes that there are not: {}; give numbers from the change list",
                unknown.join(", ")
            ),
        ));
    }
    app.context
        .store
        .mark_changes_exported(
            from_path.integration.id,
            &ids,
            format.value(),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
