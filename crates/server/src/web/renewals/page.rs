//! Renewals: of one account, of one contract, and of all accounts as a calendar.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::renewal::{self, Renewal, followed_by};
use model::{Contract, ContractId, Integration, Permission};

use super::feed::{MAY_CHANGE_FEED, new_address};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::holders_href;
use crate::web::integration_status::subject;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use ui::pages::renewal::{Recommendation, RecommendationStep, RenewalPage, SeatChoice};
use ui::pages::{renewal as page, renewals};

/// The highest number of seats that `seats` accepts.
const MOST_SEATS: i64 = 10_000_000;
/// The maximum number of bars of the chart of users with a need.
const MOST_BARS: usize = 60;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/renewals", view, calendar)
        .page(Method::POST, "/renewals/feed", MAY_CHANGE_FEED, new_feed)
        .page(Method::GET, "/i/{id}/renewals", view, list)
        .page(Method::GET, "/i/{id}/renewals/{contract}", view, show)
        .page(
            Method::GET,
            "/i/{id}/renewals/{contract}/print",
            view,
            print,
        )
}

/// The contracts of an account as the lists show them, the next deadline first and ended ones last.
async fn rows(
    account_snapshot: Arc<AccountSnapshot>,
) -> Result<Vec<renewals::RenewalRow>, Failure> {
    run_blocking(move || {
        let account = format!(
            "{} · {}",
            account_snapshot.application.name, account_snapshot.integration.name
        );
        let mut rows: Vec<renewals::RenewalRow> = account_snapshot
            .contracts
            .iter()
            .map(|contract| row(&account_snapshot, contract, &account))
            .collect();
        rows.sort_by_key(|row| {
            (
                row.ends_on < account_snapshot.today,
                row.notice_by,
                row.contract,
            )
        });
        Ok(rows)
    })
    .await
}

fn row(
    account_snapshot: &AccountSnapshot,
    contract: &Contract,
    account: &str,
) -> renewals::RenewalRow {
    let terms = &contract.terms;
    let renewal = account_snapshot.renewal(contract);
    let known = !renewal.history.is_empty();
    renewals::RenewalRow {
        integration: account_snapshot.integration.id,
        account: account.to_owned(),
        contract: contract.id,
        name: terms.name.clone(),
        licence: terms.licence.label(account_snapshot.application),
        notice_by: renewal.notice_by,
        ends_on: renewal.ends_on,
        auto_renews: terms.auto_renews,
        seats: terms.quantity,
        likely: known.then_some(renewal.likely),
        saving: renewal.buy(renewal.likely).saving.filter(|_| known),
    }
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let view = renewals::RenewalsPage {
        subject: subject(
            &app,
            &from_path.integration,
            Some(&account_snapshot.snapshot),
        )
        .await?,
        rows: rows(account_snapshot).await?,
    };
    Ok(html(renewals::page(&page_context.shell, &view)))
}

async fn all_rows(
    app: &App,
    integrations: &[Integration],
) -> Result<Vec<renewals::RenewalRow>, Failure> {
    let mut all = Vec::new();
    for integration in integrations {
        if app
            .context
            .store
            .contracts(integration.id)
            .await?
            .is_empty()
        {
            continue;
        }
        all.extend(rows(app.context.accounts.of(integration).await?).await?);
    }
    let today = app.context.clock.now().day();
    all.sort_by_key(|row| (row.ends_on < today, row.notice_by));
    Ok(all)
}

async fn calendar(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = renewals::RenewalCalendar {
        rows: all_rows(&app, &page_context.integrations).await?,
        feed: None,
        has_feed: app.context.store.feed_token_hash().await?.is_some(),
    };
    Ok(html(renewals::calendar(&page_context.shell, &view)))
}

/// Creates a new address of the calendar file and shows it.
async fn new_feed(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let address = new_address(&app, &page_context.caller.actor()).await?;
    let mut shell = page_context.shell.clone();
    "/renewals".clone_into(&mut shell.path);
    let view = renewals::RenewalCalendar {
        rows: all_rows(&app, &page_context.integrations).await?,
        feed: Some(address.to_string()),
        has_feed: true,
    };
    Ok(html(renewals::calendar(&shell, &view)))
}

async fn show(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let view = view(&app, &from_path, &number, &pairs).await?;
    Ok(html(page::page(&page_context.shell, &view)))
}

async fn print(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let view = view(&app, &from_path, &number, &pairs).await?;
    Ok(html(page::print(&page_context.shell, &view)))
}

async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    number: &str,
    pairs: &Pairs,
) -> Result<RenewalPage, Failure> {
    let seats: Option<i64> = pairs.number("seats")?;
    if seats.is_some_and(|seats| !(0..=MOST_SEATS).contains(&seats)) {
        return Err(Failure::parameter(
            "seats",
            format!("give a number from 0 to {MOST_SEATS}"),
        ));
    }
    let none = || Failure::not_found("contract");
    let id = ContractId(number.parse().map_err(|_| none())?);
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let contract = account_snapshot
        .contract(id)
        .filter(|contract| contract.id.to_string() == number)
        .ok_or_else(none)?
        .clone();
    let subject = subject(
        app,
        &from_path.integration,
        Some(&account_snapshot.snapshot),
    )
    .await?;
    let organisation = app.context.store.organisation().await?;
    let organisation = organisation.map_or_else(String::new, |renewal| renewal.name);
    let licence = contract.terms.licence.clone();
    let holders = {
        let licensed = account_snapshot.findings.licences();
        licensed.into_iter().find(|row| row.licence == licence)
    };
    let holders_href = holders_href(&account_snapshot, &contract.terms.licence);
    let counted = account_snapshot.purchased(&licence).map(|row| row.bought);
    run_blocking(move || {
        let renewal = account_snapshot.renewal(&contract);
        let known = !renewal.history.is_empty();
        let (contracts, today) = (&account_snapshot.contracts, account_snapshot.today);
        let followed_by = followed_by(&contract, contracts, today).cloned().collect();
        Ok(RenewalPage {
            subject,
            organisation,
            followed_by,
            licence: licence.label(account_snapshot.application),
            holders_href,
            notice_by: renewal.notice_by,
            ends_on: renewal.ends_on,
            coming: (renewal.renews_from, renewal.renews_to),
            bound: renewal
                .bound
                .zip(renewal.bound_text())
                .map(|(bound, text)| (bound.from, bound.to, text)),
            assigned: renewal.assigned.or(holders.map(|row| row.holders)),
            needed: known.then_some(renewal.needed),
            counted,
            unknown: unknown(&renewal),
            answer: if known {
                Ok(answer(&renewal, seats))
            } else {
                Err("Too little is known of what was hosted to say who needed one.".to_owned())
            },
            contract,
        })
    })
    .await
}

fn unknown(renewal: &Renewal) -> Vec<(String, String)> {
    renewal
        .unknown
        .iter()
        .map(|part| {
            let what = match part.what {
                "price" => "Price".to_owned(),
                "purchased" => "Purchased seats".to_owned(),
                other => crate::web::integrations::page::label(other),
            };
            (what, model::words::sentence(&part.why))
        })
        .collect()
}

fn choice(renewal: renewal::Choice) -> SeatChoice {
    SeatChoice {
        label: renewal.label.to_owned(),
        seats: renewal.seats,
        cost: renewal.cost,
        saving: renewal.saving,
        risk: renewal.risk,
        text: renewal.text,
    }
}

fn answer(renewal: &Renewal, seats: Option<i64>) -> Recommendation {
    let numbers = [renewal.low, renewal.high, renewal.today, renewal.likely];
    let least = numbers.into_iter().min().unwrap_or(0);
    let most = numbers.into_iter().max().unwrap_or(0);
    let room = ((most - least) / 4).max(5);
    let (bottom, top) = ((least - room).max(0), most + room);
    let evaluated_seats = seats.unwrap_or(renewal.likely);
    // One bar per week, the newest last; longer histories are thinned out evenly.
    let step = renewal.history.len().div_ceil(MOST_BARS).max(1);
    let skipped = (renewal.history.len() + step - 1) % step;
    Recommendation {
        low: renewal.low,
        likely: renewal.likely,
        high: renewal.high,
        steps: renewal
            .reasons
            .iter()
            .map(|reason| RecommendationStep {
                label: reason.label.to_owned(),
                seats: reason.seats,
                text: reason.text.clone(),
            })
            .collect(),
        choices: renewal.choices.iter().cloned().map(choice).collect(),
        asked: choice(renewal.buy(evaluated_seats)),
        was_asked: seats.is_some(),
        range: (bottom.min(evaluated_seats), top.max(evaluated_seats)),
        history: renewal
            .history
            .iter()
            .skip(skipped)
            .step_by(step)
            .map(|window| (window.day, window.needed))
            .collect(),
        window_days: i64::from(renewal.window_days),
        method: renewal.method_version.to_owned(),
    }
}

/// The name of an account with that of its application.
pub(crate) fn account_name(app: &App, integration: &Integration) -> String {
    format!(
        "{} · {}",
        service::account_snapshot::application_name(&app.context.engine, &integration.application),
        integration.name
    )
}
