//! The pages above any one integration: the overview of all, the tiles, the accounts of one
//! application, and the readable page of the API.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse as _, Redirect, Response};
use insight::findings::FindingQuery;
use model::{ActivityState, FindingState, IntegrationState, Permission, Rule, StreamOutcome};

use crate::access::Access;
use crate::app::Shared;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::{next_deadline, savings};
use crate::web::integration_status::{count, subject};
use service::account_snapshot::AccountSnapshot;
use ui::pages::{api, connections, home, integrations};
use ui::parts::Tab;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/", view, overview)
        .page(Method::GET, "/findings", view, findings)
        .page(Method::GET, "/integrations", view, tiles)
        .page(Method::GET, "/integrations/{application}", view, accounts)
        .page(Method::GET, "/api", view, api_page)
}

async fn overview(State(app): State<Shared>, mut frame: Frame) -> Result<Response, Failure> {
    let view = home::View {
        accounts: at_a_glance(&app, &frame).await?,
        applications: app.context.engine.connectors().applications(),
    };
    frame.count_findings(&app);
    Ok(html(home::page(&frame.shell, &view)))
}

/// The findings of the only account, or how many each account has.
async fn findings(State(app): State<Shared>, mut frame: Frame) -> Result<Response, Failure> {
    if let [only] = frame.integrations.as_slice() {
        return Ok(Redirect::to(&Tab::Findings.href(only.id)).into_response());
    }
    let accounts = at_a_glance(&app, &frame).await?;
    frame.count_findings(&app);
    Ok(html(home::findings(&frame.shell, &accounts)))
}

async fn at_a_glance(app: &Shared, frame: &Frame) -> Result<Vec<home::Account>, Failure> {
    let days = app.context.inactive_days().await?;
    let mut accounts = Vec::new();
    for integration in &frame.integrations {
        let snapshot = app.context.rosters.at_hand(integration).await;
        let subject = subject(app, integration, snapshot.as_deref()).await?;
        let listed = snapshot.as_ref().is_some_and(|snapshot| snapshot.listed);
        let states = snapshot
            .filter(|snapshot| snapshot.listed)
            .map(|snapshot| snapshot.summary(days).by_state);
        let case = if listed {
            app.context.accounts.of(integration).await.ok()
        } else {
            None
        };
        let (found, deadline) = case.map_or((None, None), |case| decisions(&case));
        let of = |state: ActivityState| {
            let counts = states.as_ref()?;
            let found = counts.iter().find(|count| count.value == state.value());
            Some(found.map_or(0, |found| count(found.count)))
        };
        let active = of(ActivityState::Active);
        let inactive = of(ActivityState::Inactive)
            .zip(of(ActivityState::Never))
            .map(|(inactive, never)| inactive + never);
        let unknown = of(ActivityState::Unknown);
        accounts.push(home::Account {
            attention: attention(app, integration).await?,
            subject,
            active,
            inactive,
            unknown,
            inactive_days: i32::from(days),
            found,
            deadline,
        });
    }
    Ok(accounts)
}

/// What could be saved, and the next deadline.
fn decisions(case: &AccountSnapshot) -> (Option<home::Found>, Option<home::Deadline>) {
    let query = FindingQuery::everything(case.application);
    // Sharing asks people to lend each other a licence: it is a saving of its own kind.
    let of = |shared: bool| {
        let mut query = query.clone();
        let kind = |rule: &Rule| (*rule == Rule::AddonPoolable) == shared;
        query.rules = Rule::ALL.into_iter().filter(kind).collect();
        case.findings.totals(case.roster(), &query)
    };
    let totals = of(false);
    // As the number beside "Findings" in the navigation: those that nobody has decided on.
    let mut open = query.clone();
    open.states = vec![FindingState::Open];
    let found = home::Found {
        findings: case.findings.totals(case.roster(), &open).findings,
        seats: totals.seats,
        saving: savings(&totals.saving),
        shared: savings(&of(true).saving),
        without_price: totals.without_price,
    };
    let deadline = next_deadline(case).map(|(contract, notice_by)| home::Deadline {
        name: contract.terms.name.clone(),
        href: format!("/i/{}/renewals/{}", case.integration.id, contract.id),
        notice_by,
    });
    (Some(found), deadline)
}

/// What somebody should do something about.
async fn attention(app: &Shared, integration: &model::Integration) -> Result<Vec<String>, Failure> {
    let mut sentences = Vec::new();
    if integration.state == IntegrationState::ReconnectNeeded {
        sentences.push("The authorisation no longer works: authorise again.".to_owned());
    }
    let application = app.context.engine.application(&integration.application);
    for state in app.context.store.stream_states(integration.id).await? {
        let stream = application.and_then(|application| application.stream(&state.stream));
        let (Some(stream), false) = (stream, stream.is_some_and(|stream| stream.optional)) else {
            continue;
        };
        let missing = match state.outcome {
            StreamOutcome::ScopeMissing => "a scope is missing",
            StreamOutcome::PermissionMissing => "a role permission is missing",
            StreamOutcome::PlanTooLow => "the account's plan does not have it",
            StreamOutcome::Failed => "could not be read and will be tried again",
            _ => continue,
        };
        sentences.push(format!("{}: {missing}.", stream.label));
    }
    Ok(sentences)
}

async fn tiles(State(app): State<Shared>, frame: Frame) -> Result<Response, Failure> {
    let applications = app.context.engine.connectors().applications();
    let tiles = applications
        .into_iter()
        .map(|application| {
            let connected = || {
                frame
                    .integrations
                    .iter()
                    .filter(|integration| integration.application == application.key)
            };
            let needy = connected()
                .filter(|integration| integration.state == IntegrationState::ReconnectNeeded);
            integrations::Tile {
                application,
                connections: count(connected().count()),
                attention: count(needy.count()),
            }
        })
        .collect();
    Ok(html(integrations::page(
        &frame.shell,
        &integrations::View { tiles },
    )))
}

async fn accounts(
    State(app): State<Shared>,
    Path(key): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let application = app
        .context
        .engine
        .application(&key)
        .ok_or_else(|| Failure::not_found("application"))?;
    let mut rows = Vec::new();
    for integration in &frame.integrations {
        if integration.application != application.key {
            continue;
        }
        let snapshot = app.context.rosters.at_hand(integration).await;
        rows.push(connections::Row {
            subject: subject(&app, integration, snapshot.as_deref()).await?,
            kind: integration.grant.kind,
            account_id: integration.grant.account_id.clone(),
            authorised_by: integration.grant.authorised_by.clone(),
        });
    }
    let view = connections::View { application, rows };
    Ok(html(connections::page(&frame.shell, &view)))
}

async fn api_page(State(app): State<Shared>, frame: Frame) -> Result<Response, Failure> {
    let document =
        serde_json::to_value(app.document()).map_err(|error| Failure::internal(&error))?;
    let base = app.context.public_url.as_str().trim_end_matches('/');
    let view = api::View {
        document,
        base: base.to_owned(),
    };
    Ok(html(api::page(&frame.shell, &view)))
}
