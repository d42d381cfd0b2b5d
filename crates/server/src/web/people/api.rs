//! The list of employees.

use axum::Json;
use axum::extract::State;
use model::Permission;
use service::blocking::run_stoppable;
use service::parameters;
use service::parameters::YesNo;
use service::people_rows;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::body::FileBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::contracts::import_api::{ImportQuery, Imported, lines};

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_decide = Access::Needs(Permission::Decide);
    routes.operation(may_decide, routes!(import_people))
}

parameters! {
    /// The confirmation of a list that looks incomplete.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct Confirmation {
        /// `true`: take the list although more than 10 % of the licensed people would count as leavers.
        #[param(value_type = Option<String>)]
        confirm: YesNo,
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
    responses((status = 200, description = "How many people are on it.", body = Imported))
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
        },
    )): Query<(ImportQuery, Confirmation)>,
    FileBody(file): FileBody,
) -> Result<Json<Imported>, Failure> {
    people_rows::refuse_over_directory(&app.context, from_path.integration.id).await?;
    let mut people =
        run_stoppable(move |stop| people_rows::read_csv(&file, stop).map_err(lines)).await?;
    if !confirmed && !dry_run {
        let account = app.context.accounts.of(&from_path.integration).await?;
        let (list, doubt) = people_rows::compared(people, account).await?;
        people = list;
        if let Some(doubt) = doubt {
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
