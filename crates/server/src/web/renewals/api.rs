//! The recommended number of seats for each contract's renewal, with reasons, dates, and the cost
//! of each choice.

use axum::extract::{Path, State};
use axum::response::Response;
use insight::renewal::{self, Renewal as RenewalEvaluation};
use model::{Contract, ContractId, Day};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::amounts::Decimal;
use crate::api::parameters::{Query, Reader, parameters};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::users::api::json;
use model::Permission;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(one))
}

/// The highest number of seats that `seats` accepts.
const MOST_SEATS: i64 = 10_000_000;

/// The recommendation for the renewal of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Renewal {
    /// Number of the contract, as text.
    contract_id: String,
    /// Name of the contract.
    name: String,
    /// The licence of the contract.
    licence: String,
    /// Seats of the contract as it is.
    today: i64,
    /// Seats bought according to the application; null when not reported.
    purchased: Option<i64>,
    /// Seats that users hold; null when not known.
    assigned: Option<i64>,
    /// Different users with a need in the last window.
    needed: i64,
    /// The smallest number of seats that may be enough.
    low: i64,
    /// Enough in half of the simulated futures.
    likely: i64,
    /// Enough in nearly all simulated futures.
    high: i64,
    /// The steps whose seats add up to `likely`.
    reasons: Vec<Reason>,
    /// The last day on which notice can arrive (UTC).
    #[schema(value_type = String, format = Date)]
    notice_by: Day,
    /// Whether that day has passed.
    missed_notice: bool,
    /// The last day of the term (UTC).
    #[schema(value_type = String, format = Date)]
    ends_on: Day,
    /// The first day of a term that is bound at today's number because its notice was missed; seats
    /// can be added to it, but not returned (UTC). Null when the coming term is open. All other
    /// values are about the term after it.
    #[schema(value_type = Option<String>, format = Date)]
    bound_from: Option<Day>,
    /// The last day of the bound term (UTC); null when there is none.
    #[schema(value_type = Option<String>, format = Date)]
    bound_to: Option<Day>,
    /// The first day of the term to buy for (UTC).
    #[schema(value_type = String, format = Date)]
    renews_from: Day,
    /// The last day of that term (UTC).
    #[schema(value_type = String, format = Date)]
    renews_to: Day,
    /// The numbers of seats to choose from.
    choices: Vec<Choice>,
    /// The choice for the parameter `seats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    buy: Option<Choice>,
    /// Different users in each rolling window of `window_days`, oldest first.
    history: Vec<Window>,
    /// Days of a rolling window.
    window_days: u16,
    /// Information that is missing.
    unknown: Vec<UnknownPart>,
    /// Version of the calculation method.
    method_version: &'static str,
}

/// A step of the way to the likely number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reason {
    /// Key of the step: `now`, `short_history`, `season`, `growth`, `starters`, `leavers`,
    /// `held_back`, `spare` or `minimum`.
    step: &'static str,
    /// Name of the step for people.
    label: &'static str,
    /// Seats that it adds or removes.
    seats: i64,
    /// The reason for the step.
    text: String,
}

/// A number of seats to renew with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Choice {
    /// `today`, `low`, `likely`, `high`, `minimum` or `buy`.
    key: &'static str,
    /// Name of the choice for people.
    label: &'static str,
    /// Number of seats to buy.
    seats: i64,
    /// Cost of the whole coming term, in the currency's own unit; null without a price.
    #[schema(value_type = Option<f64>)]
    cost: Option<Decimal>,
    /// ISO 4217 code; null without a price.
    currency: Option<String>,
    /// Saving against today's number; negative when this one costs more. Null without a price.
    #[schema(value_type = Option<f64>)]
    saving: Option<Decimal>,
    /// The probability, 0 to 1, that more are needed at some time of the term.
    risk: f64,
    /// Explanation of the choice.
    text: String,
}

/// Different users with a need of a licence in the window that ends on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Window {
    /// The window's last day (UTC).
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Number of different users in the window.
    needed: i64,
}

/// Information that the recommendation is missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownPart {
    /// A key of the missing information.
    what: &'static str,
    /// The reason why it is missing.
    why: String,
}

impl Choice {
    pub(crate) fn new(choice: renewal::Choice) -> Self {
        Self {
            key: choice.key,
            label: choice.label,
            seats: choice.seats,
            currency: choice.cost.map(|cost| cost.currency.to_string()),
            cost: choice.cost.map(Decimal::from),
            saving: choice.saving.map(Decimal::from),
            // Rounded, because the probability is not more precise.
            risk: (choice.risk * 10_000.0).round() / 10_000.0,
            text: choice.text,
        }
    }
}

impl Renewal {
    pub(crate) fn new(contract: &Contract, renewal: RenewalEvaluation, seats: Option<i64>) -> Self {
        Self {
            contract_id: contract.id.to_string(),
            name: contract.terms.name.clone(),
            licence: contract.terms.licence.to_string(),
            today: renewal.today,
            purchased: renewal.purchased,
            assigned: renewal.assigned,
            needed: renewal.needed,
            low: renewal.low,
            likely: renewal.likely,
            high: renewal.high,
            notice_by: renewal.notice_by,
            missed_notice: renewal.dates.missed_notice,
            ends_on: renewal.ends_on,
            bound_from: renewal.bound.map(|bound| bound.from),
            bound_to: renewal.bound.map(|bound| bound.to),
            renews_from: renewal.renews_from,
            renews_to: renewal.renews_to,
            buy: seats.map(|seats| Choice::new(renewal.buy(seats))),
            reasons: renewal
                .reasons
                .into_iter()
                .map(|reason| Reason {
                    step: reason.step,
                    label: reason.label,
                    seats: reason.seats,
                    text: reason.text,
                })
                .collect(),
            choices: renewal.choices.into_iter().map(Choice::new).collect(),
            history: renewal
                .history
                .into_iter()
                .map(|window| Window {
                    day: window.day,
                    needed: window.needed,
                })
                .collect(),
            window_days: renewal.window_days,
            unknown: renewal
                .unknown
                .into_iter()
                .map(|unknown| UnknownPart {
                    what: unknown.what,
                    why: unknown.why,
                })
                .collect(),
            method_version: renewal.method_version,
        }
    }
}

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
            .map(|contract| Renewal::new(contract, account.renewal(contract), None))
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
        json(&Renewal::new(contract, account.renewal(contract), seats))
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
