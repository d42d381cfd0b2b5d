//! Contracts: licences, prices and terms.

use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use insight::renewal::ContractWithNotice;
use model::{
    Application, CONTRACT_FIELDS, ContractField, ContractFieldKind, ContractId, ContractTerms, Day,
    Permission,
};
use serde_json::Value;
use service::FieldError;
use service::contract_rows::{doubts, terms};
use service::parameters;
use service::parameters::{Member, MemberKind, YesNo, both};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::body::JsonBody;
use crate::api::members;
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

/// A contract as a JSON object: to create, or to replace the terms of one.
pub(crate) struct NewContract(JsonBody);

impl<S: Send + Sync> FromRequest<S> for NewContract {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        JsonBody::from_request(request, state).await.map(Self)
    }
}

impl ToSchema for NewContract {}

impl utoipa::PartialSchema for NewContract {
    /// The members are the fields of the table.
    fn schema() -> RefOr<Schema> {
        let description = "A contract to create, or all fields of a contract to change.";
        members::object(description, CONTRACT_FIELDS.iter().map(member)).into()
    }
}

fn member(field: &ContractField) -> Member {
    Member {
        name: field.name,
        kind: match field.kind {
            ContractFieldKind::Number { .. } => MemberKind::Number,
            ContractFieldKind::YesNo { .. } => MemberKind::YesNo,
            ContractFieldKind::Licence
            | ContractFieldKind::Text { .. }
            | ContractFieldKind::Day { .. }
            | ContractFieldKind::BillingCycle
            | ContractFieldKind::Price
            | ContractFieldKind::Currency => MemberKind::Text,
        },
        required: field.is_required(),
        description: field.description,
    }
}

/// The members of an answered contract that are not its terms. Changing a contract accepts them, so that an
/// answer can be sent back with a change.
const NOT_TERMS: [&str; 4] = ["id", "created_at", "updated_at", "notice_by"];

impl NewContract {
    /// The terms of a contract to create.
    fn terms(self, application: &Application) -> Result<ContractTerms, Failure> {
        self.read(application, &[], Vec::new())
    }

    /// The terms of a contract to change, from the body of an answer too.
    fn terms_of(self, id: ContractId, application: &Application) -> Result<ContractTerms, Failure> {
        let other = |named: &&Value| named.as_str() != Some(&id.to_string());
        let errors = self.0.0.get("id").filter(other).map(|named| {
            let message = format!("is {named}, but the address names contract {id}");
            FieldError::new("id", message)
        });
        self.read(application, &NOT_TERMS, Vec::from_iter(errors))
    }

    /// The terms, with the licences of an application. A price may be an object of its own. Members named in
    /// `ignored` are passed over.
    fn read(
        self,
        application: &Application,
        ignored: &[&str],
        mut errors: Vec<FieldError>,
    ) -> Result<ContractTerms, Failure> {
        let mut body = self.0;
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
        let terms = body.read_with(ignored, |reader| terms(reader, application));
        let noted = if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        };
        Ok(both(noted, terms)?.1)
    }
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

parameters! {
    /// The confirmation of terms that are seldom meant.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct TermsConfirmed {
        /// `yes`: store the contract although it has no seats, is over, or begins in more than two years.
        #[param(value_type = Option<String>)]
        confirm: YesNo,
    }
}

impl TermsConfirmed {
    /// Refuses terms that are seldom meant unless they were confirmed.
    fn check(&self, terms: &ContractTerms, today: Day) -> Result<(), Failure> {
        let mut doubts = doubts(terms, today);
        if self.confirm.0 || doubts.is_empty() {
            return Ok(());
        }
        for doubt in &mut doubts {
            doubt
                .message
                .push_str("; give the parameter `confirm=yes` if that is meant");
        }
        Err(Failure::parameters(doubts))
    }
}

/// Creates a contract.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/contracts", operation_id = "addContract", tag = "contracts",
    params(("id" = String, Path, description = "Number of the integration."), TermsConfirmed),
    request_body = NewContract,
    responses((status = 201, description = "The contract; `Location` is its address.", body = ContractWithNotice))
)]
pub(crate) async fn add(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Query(confirmed): Query<TermsConfirmed>,
    contract: NewContract,
) -> Result<impl IntoResponse, Failure> {
    let terms = contract.terms(from_path.application)?;
    confirmed.check(&terms, app.context.clock.now().day())?;
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

/// Replaces all fields of a contract. An answered contract can be sent back with changes.
#[utoipa::path(
    put, path = "/api/v1/integrations/{id}/contracts/{contract}", operation_id = "updateContract", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
        TermsConfirmed,
    ),
    request_body = NewContract,
    responses((status = 200, description = "The contract as it is now.", body = ContractWithNotice))
)]
pub(crate) async fn update(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    Query(confirmed): Query<TermsConfirmed>,
    terms: NewContract,
) -> Result<Json<ContractWithNotice>, Failure> {
    let contract = number(&contract)?;
    let terms = terms.terms_of(contract, from_path.application)?;
    confirmed.check(&terms, app.context.clock.now().day())?;
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
