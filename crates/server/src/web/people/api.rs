//! The list of employees.

use axum::Json;
use axum::extract::State;
use model::Permission;
use service::Pairs;
use service::people_rows::{self, WouldLeave};
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::body::FileBody;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::contracts::import_api::{Imported, dry_run, lines};

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_decide = Access::Needs(Permission::Decide);
    routes.operation(may_decide, routes!(import_people))
}

/// Replaces the list of employees by a CSV file with the column `email` and optionally `left_on`: a
/// licensed user who is not on the list or has left is a leaver. All lines are stored or none.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/people/import", operation_id = "importPeople", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("dry_run" = Option<String>, Query, description = "`yes`: only check the file."),
        ("confirm" = Option<String>, Query, description = "`true`: take the list although more than 10 % of the licensed people would count as leavers."),
    ),
    request_body(content = String, description = "The file.", content_type = "text/csv"),
    responses((status = 200, description = "How many people are on it.", body = Imported))
)]
pub(crate) async fn import_people(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
    FileBody(file): FileBody,
) -> Result<Json<Imported>, Failure> {
    let (confirm, others): (Vec<_>, Vec<_>) =
        pairs.0.into_iter().partition(|(name, _)| name == "confirm");
    let confirmed = match confirm.first().map(|(_, value)| value.as_str()) {
        None | Some("no" | "false") => false,
        Some("yes" | "true") => true,
        Some(other) => {
            let wrong = format!("`{other}` is not `true` or `false`");
            return Err(Failure::parameter("confirm", wrong));
        }
    };
    let dry_run = dry_run(&Pairs(others))?;
    people_rows::refuse_over_directory(&app.context, from_path.integration.id).await?;
    let people = people_rows::read_csv(&file).map_err(lines)?;
    if !confirmed && !dry_run {
        let account = app.context.accounts.of(&from_path.integration).await?;
        let would = WouldLeave::of(
            &people,
            account.roster(),
            account.application,
            account.today,
        );
        if let Some(doubt) = would.doubt() {
            let right = format!("{doubt}; give `true` if the list is complete");
            return Err(Failure::parameter("confirm", right));
        }
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
    Ok(Json(Imported::new(people.len(), dry_run)))
}
