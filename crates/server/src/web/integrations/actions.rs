//! Actions on an integration: synchronise, pause, authorise again, settings, disconnect.

use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use model::{GrantKind, IntegrationState, Permission, Plan};
use store::IntegrationSettings;
use ui::pages::{disconnect, health};
use ui::parts::{Errors, Tab};

use super::api::request_run;
use super::health::health_view;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, redirect_to};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::integration_status::subject_at_hand;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageIntegrations);
    routes
        .page(
            Method::POST,
            "/i/{id}/sync",
            Access::Needs(Permission::RunSync),
            sync_now,
        )
        .page(Method::POST, "/i/{id}/pause", manage, pause)
        .page(Method::POST, "/i/{id}/resume", manage, resume)
        .page(Method::POST, "/i/{id}/reauthorise", manage, reauthorise)
        .page(Method::POST, "/i/{id}/check", manage, check)
        .page(Method::POST, "/i/{id}/settings", manage, save_settings)
        .page(Method::GET, "/i/{id}/disconnect", manage, ask_disconnect)
        .page(Method::POST, "/i/{id}/disconnect", manage, disconnect_now)
}

async fn sync_now(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    request_run(&app, &page_context.caller, &from_path.integration).await?;
    Ok(FlashMessage::SyncRequested.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn pause(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    change_state(
        &app,
        &page_context,
        &from_path,
        IntegrationState::Active,
        IntegrationState::Paused,
    )
    .await?;
    Ok(FlashMessage::Paused.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn resume(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    change_state(
        &app,
        &page_context,
        &from_path,
        IntegrationState::Paused,
        IntegrationState::Active,
    )
    .await?;
    app.context.engine.wake();
    Ok(FlashMessage::Resumed.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn change_state(
    app: &App,
    page_context: &PageContext,
    from_path: &IntegrationFromPath,
    from: IntegrationState,
    to: IntegrationState,
) -> Result<(), Failure> {
    let integration = &from_path.integration;
    if integration.state == to {
        return Ok(());
    }
    if integration.state != from {
        return Err(Failure::conflict(format!(
            "“{}” is {}.",
            integration.name,
            integration.state.value().replace('_', " ")
        ))
        .remedy("Open the integration to see the possible actions.")
        .action(
            "Open the integration",
            Tab::Integration.href(integration.id),
        ));
    }
    let reason = (to == IntegrationState::Paused)
        .then(|| format!("Paused by {}.", page_context.caller.member.name));
    app.context
        .store
        .set_integration_state(
            integration.id,
            to,
            reason.as_deref(),
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(())
}

async fn reauthorise(from_path: IntegrationFromPath) -> Response {
    let integration = &from_path.integration;
    let method = match integration.grant.kind {
        GrantKind::AuthorizationCode => "oauth",
        GrantKind::ServerToServer => "server-to-server",
    };
    // The account to sign in with at the application is shown first.
    redirect_to(format!(
        "/integrations/{}/add?method={method}&integration={}",
        from_path.application.key, integration.id
    ))
    .into_response()
}

pub(super) async fn check(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    app.checks.make(&app.context.engine, id).await?;
    Ok(FlashMessage::Checked.redirect_to(format!("{}#preflight", Tab::Integration.href(id))))
}

async fn save_settings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let name = form.text_or_empty("name");
    if name.is_empty() || name.chars().count() > 100 {
        errors.add("name", "Give a name of 1 to 100 characters.");
    }
    let plan = form.text("plan").and_then(Plan::from_value);
    if plan.is_none() {
        errors.add("plan", "Choose one of the plans.");
    }
    let mut within = |field: &str, least: i32, most: i32, unit: &str| {
        let number = form.number::<i32>(field).ok().flatten();
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            errors.add(field, format!("Give {unit} from {least} to {most}."));
        }
        number.unwrap_or(least)
    };
    let budget_percent = within("budget_percent", 1, 100, "a percentage");
    let interval_minutes = within("interval_minutes", 5, 10_080, "a number of minutes");
    match plan {
        Some(plan) if errors.is_empty() => {
            let settings = IntegrationSettings {
                name,
                plan,
                budget_percent,
                interval_minutes,
            };
            app.context
                .store
                .update_integration(
                    from_path.integration.id,
                    settings,
                    &page_context.caller.actor(),
                    app.context.clock.now(),
                )
                .await?;
            Ok(FlashMessage::SettingsSaved
                .redirect_to(Tab::Integration.href(from_path.integration.id)))
        }
        _ => {
            let mut view = health_view(&app, &from_path).await?;
            view.errors = errors;
            Ok(unprocessable(health::page(&page_context.shell, &view)))
        }
    }
}

async fn disconnect_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> Result<disconnect::DisconnectPage, Failure> {
    Ok(disconnect::DisconnectPage {
        subject: subject_at_hand(app, &from_path.integration).await?,
        erase: false,
        errors: Errors::default(),
    })
}

async fn ask_disconnect(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = disconnect_view(&app, &from_path).await?;
    Ok(html(disconnect::page(&page_context.shell, &view)))
}

async fn disconnect_now(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let erase = match form.text("data") {
        Some("keep") => false,
        Some("erase") => true,
        _ => {
            let mut view = disconnect_view(&app, &from_path).await?;
            view.errors
                .add("data", "Choose whether to keep or to erase the data.");
            return Ok(unprocessable(disconnect::page(&page_context.shell, &view)));
        }
    };
    if erase && form.text("confirm") != Some(from_path.integration.name.trim()) {
        let mut view = disconnect_view(&app, &from_path).await?;
        view.erase = true;
        view.errors.add(
            "confirm",
            format!("Type “{}” to erase its data.", from_path.integration.name),
        );
        return Ok(unprocessable(disconnect::page(&page_context.shell, &view)));
    }
    app.context
        .engine
        .disconnect(id, erase, &page_context.caller.actor())
        .await?;
    app.checks.forget(id);
    if erase {
        app.context.rosters.forget(id);
        app.context.accounts.forget(id);
        return Ok(FlashMessage::Erased
            .redirect_to(format!("/integrations/{}", from_path.application.key)));
    }
    Ok(FlashMessage::Disconnected.redirect_to(Tab::Integration.href(id)))
}
