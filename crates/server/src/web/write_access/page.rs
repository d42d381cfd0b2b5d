//! Write access of an account: the second app, which executes the change list.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{Grant, Permission};
use secrecy::ExposeSecret;
use store::ChangeAccess;
use sync::ChangeError;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields, field_error};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::integration_status::subject;
use model::words::sentence;
use service::parameters::Reader;
use ui::pages::write_access;
use ui::parts::Errors;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageIntegrations);
    routes
        .page(Method::GET, "/i/{id}/write-access", manage, show)
        .page(Method::POST, "/i/{id}/write-access", manage, connect)
        .page(Method::POST, "/i/{id}/write-access/remove", manage, remove)
}

async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    account_id: String,
    client_id: String,
    errors: Errors,
) -> Result<write_access::WriteAccessPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let there = app
        .context
        .store
        .write_access(from_path.integration.id)
        .await?;
    Ok(write_access::WriteAccessPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        connected: there.map(|there| there.client_id),
        account_id,
        client_id,
        scopes: from_path.application.scopes.write.to_vec(),
        errors,
    })
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    // The account is the one that Seatwise already reads.
    let account = from_path.integration.grant.account_id.clone();
    let view = view(&app, &from_path, account, String::new(), Errors::default()).await?;
    Ok(html(write_access::page(&page_context.shell, &view)))
}

/// Reads the credentials of an app with write scopes; `grant` is what Seatwise reads with.
fn access(reader: &mut Reader<'_>, grant: &Grant) -> ChangeAccess {
    let account_id = reader.text("account_id").unwrap_or_default();
    if account_id != grant.account_id {
        let message = format!(
            "This has to be the account that is connected already: {}.",
            grant.account_id
        );
        reader.error("account_id", message);
    }
    let client_id = reader.text("client_id").unwrap_or_default();
    if client_id.is_empty() || client_id.chars().count() > 200 {
        reader.error("client_id", "Give the app’s client id.");
    }
    let secret = reader.secret("client_secret");
    let secret = secret.expose_secret().trim();
    if secret.is_empty() {
        reader.error("client_secret", "Give the app’s client secret.");
    }
    if !client_id.is_empty() && client_id == grant.client_id {
        reader.error(
            "client_id",
            "This is the app that reads. Make a second one, so that reading never needs a write scope.",
        );
    }
    ChangeAccess {
        client_id: client_id.to_owned(),
        client_secret: secret.into(),
        account_id: account_id.to_owned(),
    }
}

async fn connect(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let grant = &from_path.integration.grant;
    let read = form.read_with(|reader| Some(access(reader, grant)));
    let mut errors = Errors::default();
    match read {
        Err(wrong) => errors = beside_fields(wrong),
        Ok(access) => {
            let actor = page_context.caller.actor();
            // Only working credentials are stored, because errors would otherwise be noticed only at
            // the first change.
            match app.context.engine.check_write_access(id, &access).await {
                Ok(()) => {
                    let now = app.context.clock.now();
                    match app
                        .context
                        .store
                        .set_write_access(id, &access, &actor, now)
                        .await
                    {
                        Ok(()) => {
                            return Ok(FlashMessage::WriteAccessConnected
                                .redirect_to(format!("/i/{id}/write-access")));
                        }
                        Err(error) => {
                            let (field, text) = field_error(error)?;
                            errors.add(&field, text);
                        }
                    }
                }
                Err(ChangeError::Store(error)) => return Err(error.into()),
                Err(error) => errors.add("client_secret", sentence(&error.to_string())),
            }
        }
    }
    let (account_id, client_id) = (
        form.text_or_empty("account_id"),
        form.text_or_empty("client_id"),
    );
    let view = view(&app, &from_path, account_id, client_id, errors).await?;
    Ok(unprocessable(write_access::page(
        &page_context.shell,
        &view,
    )))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    app.context
        .store
        .remove_write_access(id, &page_context.caller.actor(), app.context.clock.now())
        .await?;
    Ok(FlashMessage::WriteAccessRemoved.redirect_to(format!("/i/{id}/write-access")))
}
