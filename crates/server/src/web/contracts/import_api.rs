//! Contracts from a CSV file, and the answer that all imports have.

use axum::Json;
use axum::extract::State;
use model::Permission;
use serde::Serialize;
use service::FieldError;
use service::blocking::run_stoppable;
use service::contract_import::{self, Existing};
use service::csv_table::LineError;
use service::file_cells::DateOrder;
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
use crate::web::integration_status::count;

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

/// The result of an import of contracts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedContracts {
    /// Number of contracts that were added.
    added: i64,
    /// Number of contracts that got the terms of the file.
    replaced: i64,
    /// Number of contracts that were stored already and stay as they are.
    skipped: i64,
    /// Names of columns that were passed over.
    ignored_columns: Vec<String>,
    /// Whether nothing was stored because only a check was requested.
    dry_run: bool,
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

parameters! {
    /// How a file of contracts is read.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ContractImportQuery {
        /// What happens to contracts that are stored already (the same name, licence and first day): `skip`,
        /// `replace` or `add`. Without it a file that has some is refused.
        #[param(value_type = Option<String>)]
        existing: Option<Existing>,
        /// The order in days with slashes: `day_first` or `month_first`.
        #[param(value_type = Option<String>)]
        dates: Option<DateOrder>,
        /// `yes`: store contracts although some have no seats, are over, or begin in more than two years.
        #[param(value_type = Option<String>)]
        confirm: YesNo,
    }
}

/// Stores the contracts of a CSV file, or none when anything in it is invalid. The first line names the
/// columns: `licence`, `quantity`, `starts_on` and `ends_on` are required, the others are those of
/// `addContract`; further columns are passed over. Numbers may be written as `1.490,00` or `1,490.00`; one that
/// can be read in two ways is refused.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/contracts/import", operation_id = "importContracts", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ImportQuery, ContractImportQuery,
    ),
    request_body(content = String, description = "The file.", content_type = "text/csv"),
    responses((status = 200, description = "How many were stored.", body = ImportedContracts))
)]
pub(crate) async fn import(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Query((
        ImportQuery {
            dry_run: YesNo(dry_run),
        },
        ContractImportQuery {
            existing,
            dates,
            confirm: YesNo(confirmed),
        },
    )): Query<(ImportQuery, ContractImportQuery)>,
    FileBody(file): FileBody,
) -> Result<Json<ImportedContracts>, Failure> {
    let (application, id) = (from_path.application, from_path.integration.id);
    let read =
        move |stop: &_| contract_import::read_csv(application, &file, dates, stop).map_err(lines);
    let file = run_stoppable(read).await?;
    let store = &app.context.store;
    let stored = store.contracts(id).await?;
    let now = app.context.clock.now();
    let unconfirmed = (!confirmed).then(|| now.day());
    let plan = contract_import::plan(file.terms, &stored, existing, unconfirmed)
        .map_err(Failure::parameters)?;
    if !dry_run {
        store
            .import_contracts(id, &plan.entries, &caller.actor(), now)
            .await?;
    }
    Ok(Json(ImportedContracts {
        added: count(plan.added()),
        replaced: count(plan.replaced()),
        skipped: count(plan.skipped),
        ignored_columns: file.ignored,
        dry_run,
    }))
}
