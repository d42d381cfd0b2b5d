//! The recommended number of seats for each contract's renewal, with reasons, dates, and the cost
//! of each choice.

use axum::extract::{Path, State};
use axum::response::Response;
use insight::renewal::Renewal;
use model::{Contract, ContractId};

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::users::api::json;
use model::Permission;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::parameters;
use service::parameters::Reader;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
}

/// The highest number of seats that `seats` accepts.
const MOST_SEATS: i64 = 10_000_000;

/// The recommendations for all contracts of the account, the next deadline first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/renewals", operation_id = "listRenewals", tag = "renewals",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "One for each contract.", body = List<Renewal>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        let mut all: Vec<Renewal> = account
            .contracts
            .iter()
            .map(|contract| account.renewal(contract))
            .collect();
        all.sort_by_key(|renewal| (renewal.notice_by, renewal.ends_on));
        json(&List::whole(all))
    })
    .await
}

parameters! {
    /// The number of seats to evaluate.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct RenewalQuery checked by RenewalQuery::check {
        /// Number of seats to evaluate; the response has `buy`.
        #[param(value_type = Option<i64>, minimum = 0)]
        seats: Option<i64>,
    }
}

impl RenewalQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        if let Some(seats) = self.seats
            && !(0..=MOST_SEATS).contains(&seats)
        {
            reader.error(
                "seats",
                format!("`{seats}` is not a number of seats from 0 to {MOST_SEATS}"),
            );
        }
    }
}

/// The recommendation for one contract.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/renewals/{contract}", operation_id = "getRenewal", tag = "renewals",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
        RenewalQuery,
    ),
    responses((status = 200, description = "The recommendation.", body = Renewal))
)]
pub(crate) async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    Query(RenewalQuery { seats }): Query<RenewalQuery>,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let id = contract_of(&account, &contract)?.id;
    run_blocking(move || {
        let contract = account
            .contract(id)
            .ok_or_else(|| Failure::not_found("contract"))?;
        let renewal = account.renewal(contract);
        json(&match seats {
            Some(seats) => renewal.with_seats(seats),
            None => renewal,
        })
    })
    .await
}

/// The contract that an address names; any text but the number of one is "not found".
pub(crate) fn contract_of<'a>(
    account: &'a AccountSnapshot,
    text: &str,
) -> Result<&'a Contract, Failure> {
    let id = text.parse().ok().map(ContractId);
    id.and_then(|id| account.contract(id))
        .filter(|contract| contract.id.to_string() == text)
        .ok_or_else(|| Failure::not_found("contract"))
}
