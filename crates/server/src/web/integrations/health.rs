//! The status of an integration with its live progress.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{IntegrationState, Permission};
use ui::pages::health;
use ui::parts::Errors;

use super::page::label;
use super::permissions::preflight_view;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::{progress, subject_at_hand};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes.page(Method::GET, "/i/{id}/integration", view, show_health)
}

async fn show_health(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    if page_context.done == Some(FlashMessage::AlreadyConnected)
        && let Some(flash) = &mut page_context.shell.flash
    {
        flash.text = format!(
            "This account was already connected as “{}”: its authorisation was replaced. No second \
             integration was made, and its name, settings and data are as before.",
            from_path.integration.name
        );
    }
    let welcome = match page_context.done {
        Some(FlashMessage::Connected) => Some(health::Welcome::Connected),
        Some(FlashMessage::Reauthorised | FlashMessage::AlreadyConnected) => {
            Some(health::Welcome::Again)
        }
        _ => None,
    };
    if from_path.integration.state == IntegrationState::Active {
        app.checks
            .ensure(&app.context.engine, from_path.integration.id);
    }
    let mut view = health_view(&app, &from_path).await?;
    view.welcome = welcome;
    Ok(html(health::page(&page_context.shell, &view)))
}

pub(super) async fn health_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> Result<health::IntegrationPage, Failure> {
    let integration = &from_path.integration;
    let subject = subject_at_hand(app, integration).await?;
    let today = app.context.clock.now().day();
    let runs = app.context.store.runs(integration.id, 50, None).await?;
    let refused = runs
        .iter()
        .filter(|run| run.started_at.day() == today)
        .map(|run| run.totals.refused)
        .sum();
    let requests = app
        .context
        .store
        .daily_requests(integration.id, today)
        .await?;
    let rejected = app.context.store.rejected(integration.id).await?;
    Ok(health::IntegrationPage {
        progress: progress(app, subject).await?,
        preflight: preflight_view(app, from_path),
        grant: integration.grant.clone(),
        connected_at: integration.created_at,
        next_run_at: Some(integration.next_run_at)
            .filter(|_| integration.state == IntegrationState::Active),
        requests: requests
            .into_iter()
            .map(|(category, used)| health::RequestCount {
                label: label(&category),
                used,
                a_day: None,
                pace: format!("{} % of what the plan allows", integration.budget_percent),
            })
            .collect(),
        refused: Some(refused),
        plan: integration.plan,
        budget_percent: integration.budget_percent,
        interval_minutes: integration.interval_minutes,
        rejected: crate::web::rejected::view::records(from_path.application, rejected),
        welcome: None,
        typed: None,
        errors: Errors::default(),
    })
}
