//! The end of an authorisation: the application sends the browser back.

use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Application, Permission};
use serde_json::json;
use store::{Actor, OAuthApp};
use sync::{Callback, ConnectError, Connected, NotConnected};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::QueryString;
use crate::routes::Routes;
use crate::web::connect::application::application_of;
use crate::web::connect::outcome::{failure_view, show_outcome};
use crate::{client_address, session, throttle};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            Method::GET,
            "/oauth/{application}/callback",
            Access::Public,
            come_back,
        )
        .page(
            Method::GET,
            "/oauth/{application}/outcome",
            Access::Public,
            show_outcome,
        )
}

/// Redirects to the page of the connected integration, where the first sync already shows its
/// progress. `again`: whether an integration was to be authorised again.
pub(super) fn arrive(app: &App, connected: &Connected, again: bool) -> Response {
    let id = connected.integration.id;
    app.checks.forget(id);
    app.checks.begin(&app.context.engine, id);
    app.context.engine.wake();
    let done = match (connected.new, again) {
        (true, _) => FlashMessage::Connected,
        (false, true) => FlashMessage::Reauthorised,
        (false, false) => FlashMessage::AlreadyConnected,
    };
    done.redirect_to(format!("/i/{id}/integration"))
}

/// Writes a failed authorisation to the audit log.
pub(super) async fn refused(
    app: &App,
    application: &Application,
    actor: &Actor,
    failure: &ConnectError,
) -> Result<(), Failure> {
    app.context
        .store
        .record_audit_entry(
            actor,
            "integration.connect_refused",
            &format!("application:{}", application.key),
            &json!({ "code": failure.code() }),
            app.context.clock.now(),
        )
        .await?;
    Ok(())
}

/// The application sends the browser back here. Only the session that started the authorisation may
/// finish it, because a link from another person must not connect an account. The result is shown
/// at an address without code and state.
async fn come_back(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    extensions: Extensions,
    headers: HeaderMap,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let caller = session::by_cookie(&app, &headers).await?;
    let caller = caller.filter(|caller| caller.may(Permission::ManageIntegrations));
    let actor = caller
        .as_ref()
        .map_or(Actor::System, session::Caller::actor);
    let callback = Callback {
        state: query.text("state").map(str::to_owned),
        code: query.text("code").map(str::to_owned),
        error: query.text("error").map(str::to_owned),
    };
    let again = match &callback.state {
        Some(state) => {
            app.context
                .store
                .authorisation_integration(&sync::state_hash(state))
                .await?
        }
        None => None,
    };
    let outcome = match caller.as_ref().and_then(|caller| caller.session()) {
        Some(session) => finish(&app, application, callback, session, &actor).await,
        None => Err(ConnectError::StateUnknown.into()),
    };
    let failed = match outcome {
        Ok(connected) => return Ok(arrive(&app, &connected, again.is_some())),
        Err(failed) => failed,
    };
    if let ConnectError::Store(error) = failed.why {
        return Err(error.into());
    }
    let client = client_address::client(&extensions, &headers, app.config.trust_forwarded_for);
    if caller.is_some() || throttle::may_note(&app.context, "callback", &client).await? {
        refused(&app, application, &actor, &failed.why).await?;
    }
    let path = format!("/oauth/{}/outcome", application.key);
    Ok(match caller.as_ref().and_then(|caller| caller.session()) {
        Some(session) => {
            let (status, view) = failure_view(&app, application, &failed).await?;
            let name =
                app.authorisation_outcomes
                    .keep(app.context.random.as_ref(), session, status, view);
            Redirect::to(&format!("{path}?of={name}")).into_response()
        }
        None => Redirect::to(&path).into_response(),
    })
}

async fn finish(
    app: &App,
    application: &Application,
    callback: Callback,
    session: &str,
    actor: &Actor,
) -> Result<Connected, NotConnected> {
    let configured = match app.config.oauth_apps.get(application.key) {
        Some(preset) => Some(preset.clone()),
        None => app.context.store.oauth_app(application.key).await?,
    };
    // Without a configured app no authorisation was started that could be finished, but the error
    // still describes the state.
    let configured = configured.unwrap_or_else(|| OAuthApp {
        client_id: String::new(),
        client_secret: String::new().into(),
    });
    app.context
        .engine
        .finish_authorisation(application.key, callback, session, &configured, actor)
        .await
}
