//! Contracts: licences, prices and terms.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use insight::renewal::ContractWithNotice;
use model::{Application, ContractId, Permission};
use serde_json::Value;
use service::FieldError;
use service::contract_rows::terms;
use service::parameters::both;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::body::JsonBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::response::removed;
use crate::routes::Routes;
use crate::session::Caller;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    let may_decide = Access::Needs(Permission::Decide);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
        .operation(may_decide, routes!(add))
        .operation(may_decide, routes!(update))
        .operation(may_decide, routes!(remove))
}

/// A contract to create, or all fields of a contract to change.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the members that the handlers read one by one"
)]
pub(crate) struct NewContract {
    /// The licence, such as `licensed` or `webinar_500`.
    licence: String,
    /// Name that the organisation gives it; the licence's when not given.
    name: Option<String>,
    /// Number of seats that were bought.
    quantity: i64,
    /// Price of one seat for one billing cycle, such as `149.90`; or an object with `amount` and
    /// `currency`.
    #[schema(value_type = Option<String>)]
    unit_price: (),
    /// ISO 4217 code of the price.
    currency: Option<String>,
    /// `monthly`, `quarterly` or `yearly` (the default).
    billing_cycle: Option<String>,
    /// First day of the term, `yyyy-mm-dd`.
    starts_on: String,
    /// Last day of the term, `yyyy-mm-dd`.
    ends_on: String,
    /// Whether it renews for another term when no notice is given; true when not given.
    auto_renews: Option<bool>,
    /// Days before the end by which notice must have arrived; 30 when not given.
    notice_days: Option<i32>,
    /// Smallest number of seats that can be bought; 0 when not given.
    minimum: Option<i64>,
    /// Whether seats can be given back at the end of each billing cycle; false when not given.
    reducible_each_cycle: Option<bool>,
    /// E-mail address of the responsible colleague.
    owner: Option<String>,
    /// Free text about the contract.
    notes: Option<String>,
}

/// Contract terms from a JSON object. A price may be an object of its own.
fn terms_from_body(
    application: &Application,
    mut body: JsonBody,
) -> Result<model::ContractTerms, Failure> {
    let mut errors = Vec::new();
    if let Some(Value::Object(price)) = body.0.get("unit_price").cloned() {
        body.0.remove("unit_price");
        body.0.remove("currency");
        for (name, value) in price {
            match name.as_str() {
                "amount" => body.0.insert("unit_price".to_owned(), value),
                "currency" => body.0.insert(name, value),
                _ => {
                    let known = "is not a parameter here: known are amount, currency";
                    errors.push(FieldError::new(&name, known));
                    None
                }
            };
        }
    }
    let terms = body.read_with(&[], |reader| terms(reader, application));
    let noted = if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    };
    Ok(both(noted, terms)?.1)
}

/// The contract number of a path.
fn number(text: &str) -> Result<ContractId, Failure> {
    let id = text.parse().ok().map(ContractId);
    id.filter(|id| id.to_string() == text)
        .ok_or_else(|| Failure::not_found("contract"))
}

/// The contracts of the account.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/contracts", operation_id = "listContracts", tag = "contracts",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "All contracts.", body = List<ContractWithNotice>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<ContractWithNotice>>, Failure> {
    let contracts = app
        .context
        .store
        .contracts(from_path.integration.id)
        .await?;
    let today = app.context.clock.now().day();
    Ok(Json(List::whole(
        contracts
            .into_iter()
            .map(|contract| ContractWithNotice::on(contract, today))
            .collect(),
    )))
}

/// One contract by its number.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/contracts/{contract}", operation_id = "getContract", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
    ),
    responses((status = 200, description = "The contract.", body = ContractWithNotice))
)]
pub(crate) async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    _: Query<()>,
) -> Result<Json<ContractWithNotice>, Failure> {
    let contract = app
        .context
        .store
        .contract(from_path.integration.id, number(&contract)?)
        .await?;
    let contract = contract.ok_or_else(|| Failure::not_found("contract"))?;
    Ok(Json(ContractWithNotice::on(
        contract,
        app.context.clock.now().day(),
    )))
}

/// Creates a contract.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/contracts", operation_id = "addContract", tag = "contracts",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = NewContract,
    responses((status = 201, description = "The contract; `Location` is its address.", body = ContractWithNotice))
)]
pub(crate) async fn add(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    body: JsonBody,
) -> Result<impl IntoResponse, Failure> {
    let terms = terms_from_body(from_path.application, body)?;
    let id = from_path.integration.id;
    let contract = app
        .context
        .store
        .add_contract(id, &terms, &caller.actor(), app.context.clock.now())
        .await?;
    let place = format!("/api/v1/integrations/{id}/contracts/{contract}");
    let stored = app.context.store.contract(id, contract).await?;
    let stored = stored.ok_or_else(|| Failure::not_found("contract"))?;
    Ok((
        StatusCode::CREATED,
        [(LOCATION, place)],
        Json(ContractWithNotice::on(
            stored,
            app.context.clock.now().day(),
        )),
    ))
}

/// Replaces all fields of a contract.
#[utoipa::path(
    put, path = "/api/v1/integrations/{id}/contracts/{contract}", operation_id = "updateContract", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
    ),
    request_body = NewContract,
    responses((status = 200, description = "The contract as it is now.", body = ContractWithNotice))
)]
pub(crate) async fn update(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    body: JsonBody,
) -> Result<Json<ContractWithNotice>, Failure> {
    let contract = number(&contract)?;
    let terms = terms_from_body(from_path.application, body)?;
    let id = from_path.integration.id;
    let there = app
        .context
        .store
        .update_contract(
            id,
            contract,
            &terms,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    if !there {
        return Err(Failure::not_found("contract"));
    }
    let stored = app.context.store.contract(id, contract).await?;
    let stored = stored.ok_or_else(|| Failure::not_found("contract"))?;
    Ok(Json(ContractWithNotice::on(
        stored,
        app.context.clock.now().day(),
    )))
}

/// Removes a contract with its attachments.
#[utoipa::path(
    delete, path = "/api/v1/integrations/{id}/contracts/{contract}", operation_id = "removeContract", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
    ),
    responses((status = 204, description = "It is removed."))
)]
pub(crate) async fn remove(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let there = app
        .context
        .store
        .remove_contract(
            from_path.integration.id,
            number(&contract)?,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    removed(there, "contract")
}
