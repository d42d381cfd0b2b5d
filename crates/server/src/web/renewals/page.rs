//! Renewals: of one account, of one contract, and of all accounts as a calendar.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::renewal::{self, Renewal};
use model::{Contract, ContractId, Holder, Integration, Permission};

use crate::access::Access;
use crate::app::{App, Shared};
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::frame::Frame;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::subject;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::secret::{digest, random_text};
use ui::pages::renewal::{Answer, Choice, Step, View};
use ui::pages::{renewal as page, renewals};

/// The most seats that can be asked about.
const MOST_SEATS: i64 = 10_000_000;
/// The most bars of the chart of needers.
const MOST_BARS: usize = 60;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/renewals", view, calendar)
        .page(
            Method::POST,
            "/renewals/feed",
            Access::Needs(Permission::ManageSettings),
            new_feed,
        )
        .page(Method::GET, "/i/{id}/renewals", view, list)
        .page(Method::GET, "/i/{id}/renewals/{contract}", view, show)
        .page(
            Method::GET,
            "/i/{id}/renewals/{contract}/print",
            view,
            print,
        )
}

/// The contracts of a case as the lists show them, the next deadline first and what is over last.
async fn rows(case: Arc<AccountSnapshot>) -> Result<Vec<renewals::Row>, Failure> {
    run_blocking(move || {
        let account = format!("{} · {}", case.application.name, case.integration.name);
        let mut rows: Vec<renewals::Row> = case
            .contracts
            .iter()
            .map(|contract| row(&case, contract, &account))
            .collect();
        rows.sort_by_key(|row| (row.ends_on < case.today, row.notice_by, row.contract));
        Ok(rows)
    })
    .await
}

fn row(case: &AccountSnapshot, contract: &Contract, account: &str) -> renewals::Row {
    let terms = &contract.terms;
    let found = case.renewal(contract);
    let known = !found.history.is_empty();
    renewals::Row {
        integration: case.integration.id,
        account: account.to_owned(),
        contract: contract.id,
        name: terms.name.clone(),
        licence: terms.licence.label(case.application),
        notice_by: found.notice_by,
        ends_on: found.ends_on,
        auto_renews: terms.auto_renews,
        seats: terms.quantity,
        likely: known.then_some(found.likely),
        saving: found.buy(found.likely).saving.filter(|_| known),
    }
}

async fn list(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
) -> Result<Response, Failure> {
    let case = app.context.accounts.of(&chosen.integration).await?;
    let view = renewals::View {
        subject: subject(&app, &chosen.integration, Some(&case.snapshot)).await?,
        rows: rows(case).await?,
    };
    Ok(html(renewals::page(&frame.shell, &view)))
}

async fn all_rows(app: &App, integrations: &[Integration]) -> Result<Vec<renewals::Row>, Failure> {
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

async fn calendar(State(app): State<Shared>, frame: Frame) -> Result<Response, Failure> {
    let view = renewals::Calendar {
        rows: all_rows(&app, &frame.integrations).await?,
        feed: None,
        has_feed: app.context.store.feed_token_hash().await?.is_some(),
    };
    Ok(html(renewals::calendar(&frame.shell, &view)))
}

/// Makes a new address of the calendar file. It is shown this once: only its hash is kept.
async fn new_feed(State(app): State<Shared>, frame: Frame) -> Result<Response, Failure> {
    let token = random_text(&*app.context.random);
    app.context
        .store
        .set_feed_token_hash(
            Some(&digest(&token)),
            &frame.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    let mut address = app
        .context
        .public_url
        .join("renewals.ics")
        .map_err(|error| Failure::internal(&error))?;
    address.query_pairs_mut().append_pair("token", &token);
    let mut shell = frame.shell.clone();
    "/renewals".clone_into(&mut shell.path);
    let view = renewals::Calendar {
        rows: all_rows(&app, &frame.integrations).await?,
        feed: Some(address.to_string()),
        has_feed: true,
    };
    Ok(html(renewals::calendar(&shell, &view)))
}

async fn show(
    State(app): State<Shared>,
    Path((_, number)): Path<(String, String)>,
    chosen: IntegrationFromPath,
    frame: Frame,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let view = view(&app, &chosen, &number, &pairs).await?;
    Ok(html(page::page(&frame.shell, &view)))
}

async fn print(
    State(app): State<Shared>,
    Path((_, number)): Path<(String, String)>,
    chosen: IntegrationFromPath,
    frame: Frame,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let view = view(&app, &chosen, &number, &pairs).await?;
    Ok(html(page::print(&frame.shell, &view)))
}

async fn view(
    app: &App,
    chosen: &IntegrationFromPath,
    number: &str,
    pairs: &Pairs,
) -> Result<View, Failure> {
    let seats: Option<i64> = pairs.number("seats")?;
    if seats.is_some_and(|seats| !(0..=MOST_SEATS).contains(&seats)) {
        return Err(Failure::parameter(
            "seats",
            format!("give a number from 0 to {MOST_SEATS}"),
        ));
    }
    let none = || Failure::not_found("contract");
    let id = ContractId(number.parse().map_err(|_| none())?);
    let case = app.context.accounts.of(&chosen.integration).await?;
    let contract = case
        .contract(id)
        .filter(|contract| contract.id.to_string() == number)
        .ok_or_else(none)?
        .clone();
    let subject = subject(app, &chosen.integration, Some(&case.snapshot)).await?;
    let organisation = app.context.store.organisation().await?;
    let organisation = organisation.map_or_else(String::new, |found| found.name);
    let licence = contract.terms.licence.clone();
    let holders = {
        let held = case.findings.licences();
        held.into_iter().find(|row| row.licence == licence)
    };
    let holders_href = holders_href(&case, &contract);
    let counted = case.purchased(&licence).map(|row| row.bought);
    run_blocking(move || {
        let found = case.renewal(&contract);
        let known = !found.history.is_empty();
        Ok(View {
            subject,
            organisation,
            licence: licence.label(case.application),
            holders_href,
            notice_by: found.notice_by,
            ends_on: found.ends_on,
            coming: (found.renews_from, found.renews_to),
            bound: found
                .bound
                .zip(found.bound_text())
                .map(|(bound, text)| (bound.from, bound.to, text)),
            assigned: found.assigned.or(holders.map(|row| row.holders)),
            needed: known.then_some(found.needed),
            counted,
            unknown: unknown(&found),
            answer: if known {
                Ok(answer(&found, seats))
            } else {
                Err("Too little is known of what was hosted to say who needed one.".to_owned())
            },
            contract,
        })
    })
    .await
}

/// The people who hold the licence of a contract.
fn holders_href(case: &AccountSnapshot, contract: &Contract) -> String {
    let licence = &contract.terms.licence;
    let users = format!("/i/{}/users", case.integration.id);
    let family = case
        .application
        .licences
        .iter()
        .find(|family| family.key == licence.family);
    match family.map(|family| family.holder) {
        Some(Holder::Base { field, values }) => values
            .iter()
            .enumerate()
            .map(|(at, value)| format!("{}{field}={value}", if at == 0 { '?' } else { '&' }))
            .fold(users, |path, part| path + &part),
        Some(Holder::AddOn { flag, size, .. }) => match licence.size {
            Some(seats) => format!("{users}?{flag}=yes&{size}={seats}"),
            None => format!("{users}?{flag}=yes"),
        },
        None => users,
    }
}

fn unknown(found: &Renewal) -> Vec<(String, String)> {
    found
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

fn choice(found: renewal::Choice) -> Choice {
    Choice {
        label: found.label.to_owned(),
        seats: found.seats,
        cost: found.cost,
        saving: found.saving,
        risk: found.risk,
        text: found.text,
    }
}

fn answer(found: &Renewal, seats: Option<i64>) -> Answer {
    let numbers = [found.low, found.high, found.today, found.likely];
    let least = numbers.into_iter().min().unwrap_or(0);
    let most = numbers.into_iter().max().unwrap_or(0);
    let room = ((most - least) / 4).max(5);
    let (bottom, top) = ((least - room).max(0), most + room);
    let asked = seats.unwrap_or(found.likely);
    // One bar a week, the newest last; longer histories are thinned out evenly.
    let step = found.history.len().div_ceil(MOST_BARS).max(1);
    let skipped = (found.history.len() + step - 1) % step;
    Answer {
        low: found.low,
        likely: found.likely,
        high: found.high,
        steps: found
            .reasons
            .iter()
            .map(|reason| Step {
                label: reason.label.to_owned(),
                seats: reason.seats,
                text: reason.text.clone(),
            })
            .collect(),
        choices: found.choices.iter().cloned().map(choice).collect(),
        asked: choice(found.buy(asked)),
        was_asked: seats.is_some(),
        range: (bottom.min(asked), top.max(asked)),
        history: found
            .history
            .iter()
            .skip(skipped)
            .step_by(step)
            .map(|window| (window.day, window.needed))
            .collect(),
        window_days: i64::from(found.window_days),
        method: found.method_version.to_owned(),
    }
}

/// The name of an account, with its application's.
pub(crate) fn account_name(app: &App, integration: &Integration) -> String {
    format!(
        "{} · {}",
        service::account_snapshot::application_name(&app.context.engine, &integration.application),
        integration.name
    )
}
