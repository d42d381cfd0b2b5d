//! The number to renew each contract with, its reasons, its dates, and the money of each choice.

use axum::extract::{Path, State};
use axum::response::Response;
use insight::renewal::{self, Renewal as Found};
use model::{Contract, ContractId, Day};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::amounts::Decimal;
use crate::api::{List, only};
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
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

/// The most seats that can be asked about.
const MOST_SEATS: i64 = 10_000_000;

/// What to renew a contract with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Renewal {
    /// Number of the contract.
    contract_id: String,
    /// Its name.
    name: String,
    /// What was bought.
    licence: String,
    /// Seats of the contract as it is.
    today: i64,
    /// Seats that the application says were bought; null when it doesn't.
    purchased: Option<i64>,
    /// Seats that people hold; null when not known.
    assigned: Option<i64>,
    /// Different people who needed one in the last window.
    needed: i64,
    /// The fewest seats that may do.
    low: i64,
    /// In half of the futures these are enough.
    likely: i64,
    /// In nearly all futures these are enough.
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
    /// can be added to it, not given back (UTC). Null when the coming term is open. Everything else
    /// is about the term after it.
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
    /// Numbers to choose from.
    choices: Vec<Choice>,
    /// The number that was asked about with `seats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    buy: Option<Choice>,
    /// Different people in each rolling window of `window_days`, oldest first.
    history: Vec<Window>,
    /// Days of a rolling window.
    window_days: u16,
    /// What is not known.
    unknown: Vec<UnknownPart>,
    /// Version of the method.
    method_version: &'static str,
}

/// A step of the way to the likely number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reason {
    /// What it is, for programs: `now`, `short_history`, `season`, `growth`, `starters`, `leavers`,
    /// `held_back`, `spare` or `minimum`.
    step: &'static str,
    /// What it is, for people.
    label: &'static str,
    /// Seats that it adds or takes away.
    seats: i64,
    /// Why.
    text: String,
}

/// A number of seats to renew with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Choice {
    /// `today`, `low`, `likely`, `high`, `minimum` or `buy`.
    key: &'static str,
    /// The same for people.
    label: &'static str,
    /// Seats.
    seats: i64,
    /// For the whole coming term, in the currency's own unit; null without a price.
    #[schema(value_type = Option<f64>)]
    cost: Option<Decimal>,
    /// ISO 4217 code; null without a price.
    currency: Option<String>,
    /// What today's number costs more; negative when this one does. Null without a price.
    #[schema(value_type = Option<f64>)]
    saving: Option<Decimal>,
    /// The chance, 0 to 1, that more are needed at some time of the term.
    risk: f64,
    /// What that means.
    text: String,
}

/// Different people who needed a licence in the window that ends on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Window {
    /// The window's last day (UTC).
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// How many people.
    needed: i64,
}

/// What the recommendation does not know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownPart {
    /// What, as a word.
    what: &'static str,
    /// Why.
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
            // Nobody knows a chance better than that.
            risk: (choice.risk * 10_000.0).round() / 10_000.0,
            text: choice.text,
        }
    }
}

impl Renewal {
    pub(crate) fn new(contract: &Contract, found: Found, seats: Option<i64>) -> Self {
        Self {
            contract_id: contract.id.to_string(),
            name: contract.terms.name.clone(),
            licence: contract.terms.licence.to_string(),
            today: found.today,
            purchased: found.purchased,
            assigned: found.assigned,
            needed: found.needed,
            low: found.low,
            likely: found.likely,
            high: found.high,
            notice_by: found.notice_by,
            missed_notice: found.dates.missed_notice,
            ends_on: found.ends_on,
            bound_from: found.bound.map(|bound| bound.from),
            bound_to: found.bound.map(|bound| bound.to),
            renews_from: found.renews_from,
            renews_to: found.renews_to,
            buy: seats.map(|seats| Choice::new(found.buy(seats))),
            reasons: found
                .reasons
                .into_iter()
                .map(|reason| Reason {
                    step: reason.step,
                    label: reason.label,
                    seats: reason.seats,
                    text: reason.text,
                })
                .collect(),
            choices: found.choices.into_iter().map(Choice::new).collect(),
            history: found
                .history
                .into_iter()
                .map(|window| Window {
                    day: window.day,
                    needed: window.needed,
                })
                .collect(),
            window_days: found.window_days,
            unknown: found
                .unknown
                .into_iter()
                .map(|unknown| UnknownPart {
                    what: unknown.what,
                    why: unknown.why,
                })
                .collect(),
            method_version: found.method_version,
        }
    }
}

/// What to renew every contract of the account with, the next deadline first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/renewals", operation_id = "listRenewals", tag = "renewals",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "One for each contract.", body = List<Renewal>))
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &[])?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let mut all: Vec<Renewal> = case
            .contracts
            .iter()
            .map(|contract| Renewal::new(contract, case.renewal(contract), None))
            .collect();
        all.sort_by_key(|renewal| (renewal.notice_by, renewal.ends_on));
        json(&List::whole(all))
    })
    .await
}

/// What to renew one contract with.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/renewals/{contract}", operation_id = "getRenewal", tag = "renewals",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("contract" = String, Path, description = "Number of the contract."),
        ("seats" = Option<i64>, Query, description = "What if so many were bought? Answers `buy`.", minimum = 0),
    ),
    responses((status = 200, description = "The recommendation.", body = Renewal))
)]
pub(crate) async fn one(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &["seats"])?;
    let seats = match pairs.number::<i64>("seats")? {
        Some(seats) if !(0..=MOST_SEATS).contains(&seats) => {
            return Err(Failure::parameter(
                "seats",
                format!("`{seats}` is not a number of seats from 0 to {MOST_SEATS}"),
            ));
        }
        seats => seats,
    };
    let case = app.context.accounts.of(&chosen.integration).await?;
    let id = contract_of(&case, &contract)?.id;
    run_blocking(move || {
        let contract = case
            .contract(id)
            .ok_or_else(|| Failure::not_found("contract"))?;
        json(&Renewal::new(contract, case.renewal(contract), seats))
    })
    .await
}

/// The contract that an address names; anything but the number of one is not found.
pub(crate) fn contract_of<'a>(
    case: &'a AccountSnapshot,
    text: &str,
) -> Result<&'a Contract, Failure> {
    let id = text.parse().ok().map(ContractId);
    id.and_then(|id| case.contract(id))
        .filter(|contract| contract.id.to_string() == text)
        .ok_or_else(|| Failure::not_found("contract"))
}
