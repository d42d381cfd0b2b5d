//! Contracts from a CSV file, and the answer that all imports have.

use axum::Json;
use axum::extract::State;
use model::Permission;
use serde::Serialize;
use service::FieldError;
use service::blocking::run_stoppable;
use service::contract_rows;
use service::csv_table::LineError;
use service::parameters;
use service::parameters::YesNo;
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

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_decide = Access::Needs(Permission::Decide);
    routes.operation(may_decide, routes!(import))
}

/// The invalid lines of a file as field errors.
pub(crate) fn lines(errors: Vec<LineError>) -> Failure {
    /// Lines that are reported, because a long file may be wrong in all of them.
    const REPORTED: usize = 100;
    let errors = errors.into_iter().take(REPORTED).map(|error| {
        let place = if error.field.is_empty() {
            format!("line {}", error.line)
        } else {
            format!("line {}, {}", error.line, error.field)
        };
        FieldError::new(place, error.message)
    });
    Failure::parameters(errors.collect())
}

/// The result of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// Number of rows that were stored.
    imported: i64,
    /// Whether nothing was stored because only a check was requested.
    dry_run: bool,
}

impl Imported {
    pub(crate) fn new(imported: usize, dry_run: bool) -> Self {
        Self {
            imported: i64::try_from(imported).unwrap_or(i64::MAX),
            dry_run,
        }
    }
}

parameters! {
    /// How a file is imported.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ImportQuery {
        /// `yes`: only check the file.
        #[param(value_type = Option<String>)]
        pub(crate) dry_run: YesNo,
    }
}

/// Creates all contracts of a CSV file, or none when anything in it is invalid. The first line
/// names the columns: `licence`, `quantity`, `starts_on` and `ends_on` are required, the others are
/// those of `addContract`.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/contracts/import", operation_id = "importContracts", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ImportQuery,
    ),
    request_body(content = String, description = "The file.", content_type = "text/csv"),
    responses((status = 200, description = "How many were entered.", body = Imported))
)]
pub(crate) async fn import(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Query(ImportQuery {
        dry_run: YesNo(dry_run),
    }): Query<ImportQuery>,
    FileBody(file): FileBody,
) -> Result<Json<Imported>, Failure> {
    let application = from_path.application;
    let all =
        run_stoppable(move |stop| contract_rows::read_csv(application, &file, stop).map_err(lines))
            .await?;
    if !dry_run {
        app.context
            .store
            .add_contracts(
                from_path.integration.id,
                &all,
                &caller.actor(),
                app.context.clock.now(),
            )
            .await?;
    }
    Ok(Json(Imported::new(all.len(), dry_run)))
}
