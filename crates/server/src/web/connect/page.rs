//! Connecting an account: the form, the redirect to the application's permission page, and
//! Server-to-Server credentials.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use model::words::sentence;
use model::{Application, GrantKind, Integration, Permission, Plan};
use secrecy::ExposeSecret;
use serde_json::json;
use store::OAuthApp;
use sync::{BeginAuthorisation, ConnectError, ServerToServer};
use ui::pages::add;
use ui::parts::Errors;

use super::callback::{arrive, refused};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::{FormBody, QueryString};
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::connect::application::application_of;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageIntegrations);
    routes
        .page(Method::GET, "/integrations/{application}/add", manage, show)
        .page(
            Method::POST,
            "/integrations/{application}/add/oauth",
            manage,
            authorise,
        )
        .page(
            Method::POST,
            "/integrations/{application}/add/server-to-server",
            manage,
            server_to_server,
        )
}

/// The address to which the application sends the browser back.
pub(crate) fn redirect_uri(app: &App, application: &Application) -> String {
    format!(
        "{}/oauth/{}/callback",
        app.context.public_url.as_str().trim_end_matches('/'),
        application.key
    )
}

/// The configured general app, and whether it is fixed by the configuration.
pub(crate) async fn oauth_app(
    app: &App,
    application: &Application,
) -> Result<(Option<OAuthApp>, bool), Failure> {
    match &app.config.oauth_app {
        Some(preset) => Ok((Some(preset.clone()), true)),
        None => Ok((app.context.store.oauth_app(application.key).await?, false)),
    }
}

/// The integration to be authorised again, when a form or address names one.
fn again<'a>(
    page_context: &'a PageContext,
    number: Option<&str>,
) -> Result<Option<&'a Integration>, Failure> {
    let Some(number) = number else {
        return Ok(None);
    };
    let id = number
        .parse()
        .map_err(|_| Failure::not_found("integration"))?;
    page_context.integration(id).map(Some)
}

/// The form with its current values.
async fn view(
    app: &App,
    application: &'static Application,
    method: GrantKind,
    again: Option<&Integration>,
    form: &FormBody,
) -> Result<add::AddIntegrationPage, Failure> {
    let (configured, _) = oauth_app(app, application).await?;
    let plan = form
        .text("plan")
        .and_then(Plan::from_value)
        .or(again.map(|integration| integration.plan))
        .unwrap_or(Plan::Pro);
    Ok(add::AddIntegrationPage {
        application,
        classic_scopes: application.scopes.classic,
        helpful_scopes: application.scopes.helpful,
        method,
        again: again.map(|integration| (integration.id, integration.name.clone())),
        name: form.text_or_empty("name"),
        plan,
        configured_client_id: configured.map(|app| app.client_id),
        redirect_uri: redirect_uri(app, application),
        account_id: form.text_or_empty("account_id"),
        client_id: form.text_or_empty("client_id"),
        errors: Errors::default(),
    })
}

async fn show(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let again = again(&page_context, query.text("integration"))?;
    let method = match (query.text("method"), again) {
        (Some("server-to-server"), _) => GrantKind::ServerToServer,
        (None, Some(integration)) => integration.grant.kind,
        _ => GrantKind::AuthorizationCode,
    };
    let view = view(&app, application, method, again, &FormBody::default()).await?;
    Ok(html(add::page(&page_context.shell, &view)))
}

fn check_name(view: &mut add::AddIntegrationPage) {
    if view.again.is_none() && view.name.chars().count() > 100 {
        view.errors
            .add("name", "Give a name of at most 100 characters.");
    }
}

async fn authorise(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let again = again(&page_context, form.text("integration"))?;
    let mut view = view(
        &app,
        application,
        GrantKind::AuthorizationCode,
        again,
        &form,
    )
    .await?;
    let (configured, fixed) = oauth_app(&app, application).await?;
    let secret = form.secret("client_secret");
    let typed = !view.client_id.is_empty() || !secret.expose_secret().trim().is_empty();
    check_name(&mut view);
    if (typed || configured.is_none()) && view.client_id.is_empty() {
        view.errors.add("client_id", "Give the app's client id.");
    }
    if (typed || configured.is_none()) && secret.expose_secret().trim().is_empty() {
        view.errors
            .add("client_secret", "Give the app's client secret.");
    }
    if typed && fixed {
        view.errors.add(
            "client_id",
            "The app is set by the server's configuration and can't be replaced here.",
        );
    }
    if !view.errors.is_empty() {
        return Ok(unprocessable(add::page(&page_context.shell, &view)));
    }
    let app_to_use = if typed {
        let new = OAuthApp {
            client_id: view.client_id.clone(),
            client_secret: secret.expose_secret().trim().into(),
        };
        app.context
            .store
            .set_oauth_app(
                application.key,
                &new,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await?;
        Some(new)
    } else {
        configured
    };
    let app_to_use = app_to_use.ok_or_else(|| Failure::conflict("No app is configured."))?;
    go(
        &app,
        &page_context,
        application,
        app_to_use,
        view.name,
        view.plan,
        again,
    )
    .await
}

/// Redirects the browser to the application's permission page.
async fn go(
    app: &App,
    page_context: &PageContext,
    application: &Application,
    oauth_app: OAuthApp,
    name: String,
    plan: Plan,
    again: Option<&Integration>,
) -> Result<Response, Failure> {
    let session = page_context
        .caller
        .session()
        .ok_or_else(Failure::sign_in_first)?;
    let url = app
        .context
        .engine
        .begin_authorisation(BeginAuthorisation {
            application: application.key,
            name,
            plan,
            reauthorise: again.map(|integration| integration.id),
            redirect_uri: redirect_uri(app, application),
            session_hash: session.to_owned(),
            app: oauth_app,
        })
        .await?;
    app.context
        .store
        .record_audit_entry(
            &page_context.caller.actor(),
            "integration.authorisation_begun",
            &again.map_or_else(
                || format!("application:{}", application.key),
                |integration| format!("integration:{}", integration.id),
            ),
            &json!({}),
            app.context.clock.now(),
        )
        .await?;
    Ok(Redirect::to(url.as_str()).into_response())
}

async fn server_to_server(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let again = again(&page_context, form.text("integration"))?;
    let mut view = view(&app, application, GrantKind::ServerToServer, again, &form).await?;
    let secret = form.secret("client_secret");
    check_name(&mut view);
    if view.account_id.is_empty() {
        view.errors.add("account_id", "Give the account id.");
    }
    if view.client_id.is_empty() {
        view.errors.add("client_id", "Give the app's client id.");
    }
    if secret.expose_secret().trim().is_empty() {
        view.errors
            .add("client_secret", "Give the app's client secret.");
    }
    if !view.errors.is_empty() {
        return Ok(unprocessable(add::page(&page_context.shell, &view)));
    }
    let actor = page_context.caller.actor();
    let wanted = ServerToServer {
        application: application.key,
        name: view.name.clone(),
        plan: view.plan,
        account_id: view.account_id.clone(),
        client_id: view.client_id.clone(),
        client_secret: secret.expose_secret().trim().into(),
        reauthorise: again.map(|integration| integration.id),
    };
    match app
        .context
        .engine
        .connect_server_to_server(wanted, &actor)
        .await
    {
        Ok(connected) => Ok(arrive(&app, &connected, again.is_some())),
        Err(failure) => {
            refused(&app, application, &actor, &failure).await?;
            let field = match failure {
                ConnectError::AccountIdInvalid => "account_id",
                _ => "",
            };
            view.errors.add(
                field,
                format!(
                    "{} {}",
                    sentence(&failure.to_string()),
                    failure.remedy(application)
                ),
            );
            Ok(unprocessable(add::page(&page_context.shell, &view)))
        }
    }
}
