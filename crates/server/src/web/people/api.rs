//! The list of employees.

use axum::Json;
use axum::extract::State;
use model::Permission;
use serde::Serialize;
use service::blocking::run_stoppable;
use service::file_cells::DateOrder;
use service::parameters;
use service::parameters::YesNo;
use service::people_rows;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::body::FileBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::contracts::import_api::{ImportQuery, lines};
use crate::web::integration_status::count;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_decide = Access::Needs(Permission::Decide);
    routes.operation(may_decide, routes!(import_people))
}

/// The result of an import of employees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedPeople {
    /// Number of people on the list.
    imported: i64,
    /// What the import asks to confirm, such as how many would count as leavers; null when there is no doubt.
    question: Option<String>,
    /// Names of columns that were passed over.
    ignored_columns: Vec<String>,
    /// Whether nothing was stored because only a check was requested.
    dry_run: bool,
}

parameters! {
    /// The confirmation of a list that looks incomplete.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct Confirmation {
        /// `true`: take the list although more than 10 % of the licensed people would count as leavers.
        #[param(value_type = Option<String>)]
        confirm: YesNo,
        /// The order in days with slashes: `day_first` or `month_first`.
        #[param(value_type = Option<String>)]
        dates: Option<DateOrder>,
    }
}

/// Replaces the list of employees by a CSV file with the column `email` and optionally `left_on`: a
/// licensed user who is not on the list or has left is a leaver. All lines are stored or none.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/people/import", operation_id = "importPeople", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ImportQuery, Confirmation,
    ),
    request_body(content = String, description = "The file.", content_type = "text/csv"),
    responses((status = 200, description = "How many people are on it.", body = ImportedPeople))
)]
pub(crate) async fn import_people(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Query((
        ImportQuery {
            dry_run: YesNo(dry_run),
        },
        Confirmation {
            confirm: YesNo(confirmed),
            dates,
        },
    )): Query<(ImportQuery, Confirmation)>,
    FileBody(file): FileBody,
) -> Result<Json<ImportedPeople>, Failure> {
    people_rows::refuse_over_directory(&app.context, from_path.integration.id).await?;
    let read = move |stop: &_| people_rows::read_csv(&file, dates, stop).map_err(lines);
    let file = run_stoppable(read).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let (people, question) = people_rows::compared(file.people, account).await?;
    if let Some(question) = question.as_ref().filter(|_| !confirmed && !dry_run) {
        let right = format!("{question}; give `true` if the list is complete");
        return Err(Failure::parameter("confirm", right));
    }
    if !dry_run {
        app.context
            .store
            .import_people(
                from_path.integration.id,
                &people,
                "API",
                &caller.actor(),
                app.context.clock.now(),
            )
            .await?;
    }
    Ok(Json(ImportedPeople {
        imported: count(people.len()),
        question,
        ignored_columns: file.ignored,
        dry_run,
    }))
}
