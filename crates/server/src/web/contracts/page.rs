//! Contracts of an account: the list, and one contract with its files.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::renewal;
use model::{Contract, ContractId, Licence, Permission};
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use ui::pages::{contract, contracts};
use ui::parts::Errors;

use super::licences::sold;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::base_licences;
use crate::web::integration_status::{count, subject};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    let one = "/i/{id}/contracts/{contract}";
    routes
        .page(Method::GET, "/i/{id}/contracts", view, list)
        .page(Method::GET, one, view, show)
}

/// The highest number that the calculation of additional seats accepts.
const MOST_SEATS: i64 = 1_000_000;

/// The contract that an address names.
pub(crate) async fn contract_of(
    app: &App,
    from_path: &IntegrationFromPath,
    text: &str,
) -> Result<Contract, Failure> {
    let none = || Failure::not_found("contract");
    let id = ContractId(text.parse().map_err(|_| none())?);
    let found = app
        .context
        .store
        .contract(from_path.integration.id, id)
        .await?;
    found
        .filter(|contract| contract.id.to_string() == text)
        .ok_or_else(none)
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    let mut rows = Vec::new();
    for contract in &account.contracts {
        let files = app
            .context
            .store
            .attachments(from_path.integration.id, contract.id)
            .await?;
        let dates = renewal::dates(contract, account.today);
        rows.push(contracts::ContractRow {
            contract: contract.clone(),
            licence: contract.terms.licence.label(from_path.application),
            notice_by: dates.notice_by,
            ends_on: dates.ends_on,
            attachments: count(files.len()),
        });
    }
    rows.sort_by_key(|row| (row.ends_on < account.today, row.notice_by, row.contract.id));
    let view = contracts::ContractsPage {
        subject,
        rows,
        bought: bought(&account),
    };
    Ok(html(contracts::page(&page_context.shell, &view)))
}

/// The seats bought by contracts and by the application's own count, for every known licence.
fn bought(account: &AccountSnapshot) -> Vec<contracts::BoughtSeats> {
    let running = |contract: &&Contract| {
        let dates = renewal::dates(contract, account.today);
        dates.starts_on <= account.today && !dates.ended
    };
    let licensed = account.findings.licences();
    let bases = base_licences(account);
    let mut licences: Vec<Licence> = sold(account.application)
        .into_iter()
        .map(|(licence, _)| licence)
        .collect();
    let others = account
        .contracts
        .iter()
        .map(|contract| &contract.terms.licence);
    for licence in others.chain(licensed.iter().map(|row| &row.licence)) {
        if !licences.contains(licence) {
            licences.push(licence.clone());
        }
    }
    licences
        .into_iter()
        .filter_map(|licence| {
            let seats: i64 = account
                .contracts
                .iter()
                .filter(|contract| contract.terms.licence == licence)
                .filter(running)
                .map(|contract| contract.terms.quantity)
                .sum();
            let plan = account.purchased(&licence);
            let holders = licensed
                .iter()
                .find(|row| row.licence == licence)
                .map(|row| row.holders);
            let reported = plan.map(|row| row.assigned);
            let assigned = if bases.contains(&licence) {
                holders.or(reported)
            } else {
                reported.or(holders)
            };
            let counted = plan.map(|row| row.bought);
            (seats > 0 || counted.is_some_and(|n| n > 0) || assigned.is_some_and(|n| n > 0)).then(
                || contracts::BoughtSeats {
                    label: licence.label(account.application),
                    licence,
                    contracts: seats,
                    counted,
                    assigned,
                },
            )
        })
        .collect()
}

async fn show(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let view = view(&app, &from_path, contract, &pairs, Errors::default()).await?;
    Ok(html(contract::page(&page_context.shell, &view)))
}

pub(super) async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    found: Contract,
    pairs: &Pairs,
    mut errors: Errors,
) -> Result<contract::ContractPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let today = app.context.clock.now().day();
    let seats = match pairs.number::<i64>("add") {
        Ok(seats) => seats.unwrap_or(10),
        Err(_) => 0,
    };
    if !(1..=MOST_SEATS).contains(&seats) {
        errors.add("add", "Give a number of seats from 1 to 1,000,000.");
    }
    let from = if let Ok(from) = pairs.day("from") {
        from.unwrap_or(today)
    } else {
        errors.add("from", "Give a day such as 2026-12-01.");
        today
    };
    let seats = seats.clamp(1, MOST_SEATS);
    let dates = renewal::dates::of_terms(&found.terms, from);
    let first = from.max(dates.starts_on);
    let files = app
        .context
        .store
        .attachments(from_path.integration.id, found.id)
        .await?;
    let running = renewal::dates(&found, today);
    let all = app
        .context
        .store
        .contracts(from_path.integration.id)
        .await?;
    let order = &found.terms.order_name;
    let of_order = all
        .iter()
        .filter(|other| !order.is_empty() && other.id != found.id)
        .filter(|other| other.terms.order_name == *order)
        .cloned()
        .collect();
    let followed_by = renewal::followed_by(&found, &all, today).cloned().collect();
    Ok(contract::ContractPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        licence: found.terms.licence.label(from_path.application),
        notice_by: running.notice_by,
        ends_on: running.ends_on,
        of_order,
        followed_by,
        files: files
            .into_iter()
            .map(|file| contract::ContractFile {
                id: file.id,
                name: file.name,
                bytes: file.size,
                at: file.at,
            })
            .collect(),
        added: contract::AddedSeats {
            seats,
            from: first,
            cost: renewal::prorate(&found.terms, seats, from),
            days: i64::from(dates.ends_on.since(first) + 1).max(0),
            of_days: i64::from(dates.term_days),
        },
        contract: found,
        errors,
    })
}
