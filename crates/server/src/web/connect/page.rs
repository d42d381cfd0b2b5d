//! Connecting an account: the form, the redirect to the application's permission page, and
//! Server-to-Server credentials.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use model::words::sentence;
use model::{Application, GrantKind, Integration, Permission, Plan};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use service::parameters::Reader;
use store::OAuthApp;
use sync::{BeginAuthorisation, ConnectError, ServerToServer};
use ui::pages::add;
use ui::parts::Errors;

use super::callback::{arrive, refused};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::{FormBody, QueryString, beside_fields};
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::connect::application::{application_of, connector_of};

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
    match app.config.oauth_apps.get(application.key) {
        Some(preset) => Ok((Some(preset.clone()), true)),
        None => Ok((app.context.store.oauth_app(application.key).await?, false)),
    }
}

/// Whether administrators can sign in at the application and grant access there.
pub(crate) fn has_sign_in(app: &App, application: &Application) -> bool {
    connector_of(app, application.key).is_ok_and(|connector| connector.permission_host().is_some())
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
    Ok(add::AddIntegrationPage {
        application,
        classic_scopes: application.scopes.classic,
        helpful_scopes: application.scopes.helpful,
        method,
        has_sign_in: has_sign_in(app, application),
        again: again.map(|integration| (integration.id, integration.name.clone())),
        name: form.text_or_empty("name"),
        plan: plan(form.text("plan"), again),
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
        _ if !has_sign_in(&app, application) => GrantKind::ServerToServer,
        (Some("server-to-server"), _) => GrantKind::ServerToServer,
        (None, Some(integration)) => integration.grant.kind,
        _ => GrantKind::AuthorizationCode,
    };
    let view = view(&app, application, method, again, &FormBody::default()).await?;
    Ok(html(add::page(&page_context.shell, &view)))
}

/// The fields of both forms: the name of the integration and the credentials of an app.
struct NewConnection {
    name: String,
    plan: Plan,
    client_id: String,
    client_secret: SecretString,
}

impl NewConnection {
    /// Reads a form. `again` is the integration to be authorised again; `needs_app`: whether the
    /// credentials may not be left empty.
    fn read(reader: &mut Reader<'_>, again: Option<&Integration>, needs_app: bool) -> Self {
        let name = reader.text("name").unwrap_or_default();
        if again.is_none() && name.chars().count() > 100 {
            reader.error("name", "Give a name of at most 100 characters.");
        }
        let client_id = reader.text("client_id").unwrap_or_default();
        let secret = reader.secret("client_secret");
        let secret = secret.expose_secret().trim();
        let needed = needs_app || !client_id.is_empty() || !secret.is_empty();
        if needed && client_id.is_empty() {
            reader.error("client_id", "Give the app's client id.");
        }
        if needed && secret.is_empty() {
            reader.error("client_secret", "Give the app's client secret.");
        }
        Self {
            name: name.to_owned(),
            plan: plan(reader.text("plan"), again),
            client_id: client_id.to_owned(),
            client_secret: secret.into(),
        }
    }
}

/// The plan of a form, or that of the integration to be authorised again.
fn plan(word: Option<&str>, again: Option<&Integration>) -> Plan {
    let plan = word.and_then(Plan::from_value);
    plan.or(again.map(|integration| integration.plan))
        .unwrap_or(Plan::Pro)
}

async fn authorise(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let again = again(&page_context, form.text("integration"))?;
    let (configured, fixed) = oauth_app(&app, application).await?;
    let read = form.read_with(|reader| {
        let new = NewConnection::read(reader, again, configured.is_none());
        let typed = !new.client_id.is_empty() || !new.client_secret.expose_secret().is_empty();
        if typed && fixed {
            let text = "The app is set by the server's configuration and can't be replaced here.";
            reader.error("client_id", text);
        }
        Some(new)
    });
    let new = match read {
        Ok(new) => new,
        Err(errors) => {
            let method = GrantKind::AuthorizationCode;
            let mut view = view(&app, application, method, again, &form).await?;
            view.errors = beside_fields(errors);
            return Ok(unprocessable(add::page(&page_context.shell, &view)));
        }
    };
    let app_to_use = if new.client_id.is_empty() {
        configured
    } else {
        let typed = OAuthApp {
            client_id: new.client_id,
            client_secret: new.client_secret,
        };
        let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
        app.context
            .store
            .set_oauth_app(application.key, &typed, &actor, now)
            .await?;
        Some(typed)
    };
    let app_to_use = app_to_use.ok_or_else(|| Failure::conflict("No app is configured."))?;
    go(
        &app,
        &page_context,
        application,
        app_to_use,
        new.name,
        new.plan,
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
    let read = form.read_with(|reader| {
        let account_id = reader.text("account_id").unwrap_or_default().to_owned();
        if account_id.is_empty() {
            reader.error("account_id", "Give the account id.");
        }
        let new = NewConnection::read(reader, again, true);
        Some(ServerToServer {
            application: application.key,
            name: new.name,
            plan: new.plan,
            account_id,
            client_id: new.client_id,
            client_secret: new.client_secret,
            reauthorise: again.map(|integration| integration.id),
        })
    });
    let mut view = view(&app, application, GrantKind::ServerToServer, again, &form).await?;
    let wanted = match read {
        Ok(wanted) => wanted,
        Err(errors) => {
            view.errors = beside_fields(errors);
            return Ok(unprocessable(add::page(&page_context.shell, &view)));
        }
    };
    let actor = page_context.caller.actor();
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
