//! The pages above the integrations: the overview, the applications, the accounts of one
//! application, and the page about the API.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse as _, Redirect, Response};
use insight::findings::FindingQuery;
use model::{
    ActivityState, FindingState, IntegrationState, Permission, Rule, RuleEffect, StreamOutcome,
};

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::page_context::PageContext;
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

async fn overview(
    State(app): State<SharedApp>,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    let view = home::HomePage {
        accounts: at_a_glance(&app, &page_context).await?,
        applications: app.context.engine.connectors().applications(),
    };
    page_context.count_findings(&app);
    Ok(html(home::page(&page_context.shell, &view)))
}

/// The findings of the only account, or the number for each account.
async fn findings(
    State(app): State<SharedApp>,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    if let [only] = page_context.integrations.as_slice() {
        return Ok(Redirect::to(&Tab::Findings.href(only.id)).into_response());
    }
    let accounts = at_a_glance(&app, &page_context).await?;
    page_context.count_findings(&app);
    Ok(html(home::findings(&page_context.shell, &accounts)))
}

async fn at_a_glance(
    app: &SharedApp,
    page_context: &PageContext,
) -> Result<Vec<home::AccountCard>, Failure> {
    let days = app.context.inactive_days().await?;
    let mut accounts = Vec::new();
    for integration in &page_context.integrations {
        let snapshot = app.context.rosters.at_hand(integration).await;
        let subject = subject(app, integration, snapshot.as_deref()).await?;
        let listed = snapshot.as_ref().is_some_and(|snapshot| snapshot.listed);
        let states = snapshot
            .filter(|snapshot| snapshot.listed)
            .map(|snapshot| snapshot.summary(days).by_state);
        let account_snapshot = if listed {
            app.context.accounts.of(integration).await.ok()
        } else {
            None
        };
        let (found, deadline) = account_snapshot.map_or((None, None), |account_snapshot| {
            decisions(&account_snapshot)
        });
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
        accounts.push(home::AccountCard {
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

/// The possible saving, and the next deadline.
fn decisions(
    account_snapshot: &AccountSnapshot,
) -> (Option<home::PossibleSaving>, Option<home::NoticeDeadline>) {
    let query = FindingQuery::everything(account_snapshot.application);
    // Sharing is a saving of its own kind, because users have to lend each other a licence.
    let of = |shared: bool| {
        let mut query = query.clone();
        let kind = |rule: &Rule| (rule.effect() == RuleEffect::ShareSeats) == shared;
        query.rules = Rule::ALL.into_iter().filter(kind).collect();
        account_snapshot
            .findings
            .totals(account_snapshot.roster(), &query)
    };
    let totals = of(false);
    // The same number as beside "Findings" in the navigation: findings without a decision.
    let mut open = query.clone();
    open.states = vec![FindingState::Open];
    let findings = home::PossibleSaving {
        findings: account_snapshot
            .findings
            .totals(account_snapshot.roster(), &open)
            .findings,
        seats: totals.seats,
        saving: savings(&totals.saving),
        shared: savings(&of(true).saving),
        without_price: totals.without_price,
    };
    let deadline =
        next_deadline(account_snapshot).map(|(contract, notice_by)| home::NoticeDeadline {
            name: contract.terms.name.clone(),
            href: format!(
                "/i/{}/renewals/{}",
                account_snapshot.integration.id, contract.id
            ),
            notice_by,
        });
    (Some(findings), deadline)
}

/// Problems that need an action by a member.
async fn attention(
    app: &SharedApp,
    integration: &model::Integration,
) -> Result<Vec<String>, Failure> {
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
            StreamOutcome::NotOffered => "the application does not offer it to this account",
            StreamOutcome::Failed => "could not be read and will be tried again",
            _ => continue,
        };
        sentences.push(format!("{}: {missing}.", stream.label));
    }
    Ok(sentences)
}

async fn tiles(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let applications = app.context.engine.connectors().applications();
    let tiles = applications
        .into_iter()
        .map(|application| {
            let connected = || {
                page_context
                    .integrations
                    .iter()
                    .filter(|integration| integration.application == application.key)
            };
            let needy = connected()
                .filter(|integration| integration.state == IntegrationState::ReconnectNeeded);
            integrations::ApplicationTile {
                application,
                connections: count(connected().count()),
                attention: count(needy.count()),
            }
        })
        .collect();
    Ok(html(integrations::page(
        &page_context.shell,
        &integrations::IntegrationsPage { tiles },
    )))
}

async fn accounts(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let application = app
        .context
        .engine
        .application(&key)
        .ok_or_else(|| Failure::not_found("application"))?;
    let mut rows = Vec::new();
    for integration in &page_context.integrations {
        if integration.application != application.key {
            continue;
        }
        let snapshot = app.context.rosters.at_hand(integration).await;
        rows.push(connections::ConnectionRow {
            subject: subject(&app, integration, snapshot.as_deref()).await?,
            kind: integration.grant.kind,
            account_id: integration.grant.account_id.clone(),
            authorised_by: integration.grant.authorised_by.clone(),
        });
    }
    let view = connections::ConnectionsPage { application, rows };
    Ok(html(connections::page(&page_context.shell, &view)))
}

async fn api_page(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let document =
        serde_json::to_value(app.document()).map_err(|error| Failure::internal(&error))?;
    let base = app.context.public_url.as_str().trim_end_matches('/');
    let view = api::ApiPage {
        document,
        base: base.to_owned(),
    };
    Ok(html(api::page(&page_context.shell, &view)))
}
