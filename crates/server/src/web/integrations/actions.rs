//! Actions on an integration: synchronise, pause, authorise again, settings, disconnect.

use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use model::{GrantKind, IntegrationState, Permission, Plan};
use service::parameters::Reader;
use store::IntegrationSettings;
use ui::pages::{disconnect, health};
use ui::parts::{Errors, Tab};

use super::api::request_run;
use super::health::health_view;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields, redirect_to};
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

/// Reads the settings form.
fn settings(reader: &mut Reader<'_>) -> Option<IntegrationSettings> {
    let name = reader.text("name").unwrap_or_default();
    if name.is_empty() || name.chars().count() > 100 {
        reader.error("name", "Give a name of 1 to 100 characters.");
    }
    let plan = reader.text("plan").and_then(Plan::from_value);
    if plan.is_none() {
        reader.error("plan", "Choose one of the plans.");
    }
    let mut within = |field: &str, least: i32, most: i32, unit: &str| {
        let number = reader.text(field).and_then(|text| text.parse().ok());
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            reader.error(field, format!("Give {unit} from {least} to {most}."));
        }
        number
    };
    let budget_percent = within("budget_percent", 1, 100, "a percentage");
    let interval_minutes = within("interval_minutes", 5, 10_080, "a number of minutes");
    Some(IntegrationSettings {
        name: name.to_owned(),
        plan: plan?,
        budget_percent: budget_percent?,
        interval_minutes: interval_minutes?,
    })
}

async fn save_settings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let settings = match form.read_with(settings) {
        Ok(settings) => settings,
        Err(errors) => {
            let view = health::IntegrationPage {
                typed: Some(health::SettingsFields {
                    name: form.text_or_empty("name"),
                    plan: form.text_or_empty("plan"),
                    budget_percent: form.text_or_empty("budget_percent"),
                    interval_minutes: form.text_or_empty("interval_minutes"),
                }),
                errors: beside_fields(errors),
                ..health_view(&app, &from_path).await?
            };
            return Ok(unprocessable(health::page(&page_context.shell, &view)));
        }
    };
    let id = from_path.integration.id;
    app.context
        .store
        .update_integration(
            id,
            settings,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to(Tab::Integration.href(id)))
}

async fn disconnect_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> Result<disconnect::DisconnectPage, Failure> {
    Ok(disconnect::DisconnectPage {
        subject: subject_at_hand(app, &from_path.integration).await?,
        erase: false,
        confirm: String::new(),
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

/// Reads whether the data are to be erased, which needs the integration's name to confirm.
fn erase(reader: &mut Reader<'_>, name: &str) -> Option<bool> {
    let erase = match reader.text("data") {
        Some("keep") => Some(false),
        Some("erase") => Some(true),
        _ => {
            reader.error("data", "Choose whether to keep or to erase the data.");
            None
        }
    };
    if reader.text("confirm") != Some(name.trim()) && erase == Some(true) {
        reader.error("confirm", format!("Type “{name}” to erase its data."));
    }
    erase
}

async fn disconnect_now(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let erase = match form.read_with(|reader| erase(reader, &from_path.integration.name)) {
        Ok(erase) => erase,
        Err(errors) => {
            let view = disconnect::DisconnectPage {
                erase: form.text("data") == Some("erase"),
                confirm: form.text_or_empty("confirm"),
                errors: beside_fields(errors),
                ..disconnect_view(&app, &from_path).await?
            };
            return Ok(unprocessable(disconnect::page(&page_context.shell, &view)));
        }
    };
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
