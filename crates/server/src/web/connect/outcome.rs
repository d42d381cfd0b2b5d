//! The page on which an authorisation ends that connected nothing: what happened, what it means and
//! what to do next.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Application, IntegrationId, Permission};
use sync::{ConnectError, Ended, NotConnected};

use crate::app::{App, Shared};
use crate::failure::{Failure, Presented};
use crate::form::QueryString;
use crate::frame::frame;
use crate::response::html;
use crate::session;
use crate::web::connect::page::application_of;
use model::words::sentence;
use ui::pages::{error, problem};
use ui::parts::{Tab, Tone};

/// What a failure means, for the page that shows it.
pub(super) async fn told(
    app: &App,
    application: &Application,
    failed: &NotConnected,
) -> Result<(StatusCode, problem::View), Failure> {
    let why = &failed.why;
    let missing = match why {
        ConnectError::ScopesMissing { missing } => missing.clone(),
        _ => Vec::new(),
    };
    let mut view = problem::View {
        title: why.title(application),
        pill: (Tone::Bad, "not connected".to_owned()),
        happened: sentence(&why.to_string()),
        means: means(application, &failed.ended),
        remedy: why.remedy(application),
        code: why.code().to_owned(),
        again: Some((
            format!("/integrations/{}/add", application.key),
            "Start again".to_owned(),
        )),
        missing,
    };
    if let Ended::Known(ended) = &failed.ended
        && let Some((id, name)) = ended.first()
    {
        view.again = Some((
            format!("/integrations/{}/add?integration={id}", application.key),
            format!("Authorise “{name}” again"),
        ));
    }
    match why {
        ConnectError::StateUsed {
            connected: Some(id),
        } => completed(app, *id, &mut view).await?,
        ConnectError::StateElsewhere => {
            "Nothing was connected or changed, and the authorisation was not used up."
                .clone_into(&mut view.means);
        }
        ConnectError::StateUsed { connected: None } => {
            "Opening its address again changed nothing.".clone_into(&mut view.means);
        }
        _ => {}
    }
    let status = match why {
        ConnectError::Unavailable(_) => StatusCode::BAD_GATEWAY,
        ConnectError::StateUsed { connected: Some(_) } => StatusCode::OK,
        _ => StatusCode::BAD_REQUEST,
    };
    Ok((status, view))
}

/// An authorisation that ended well is no failure when its address is opened again.
async fn completed(app: &App, id: IntegrationId, view: &mut problem::View) -> Result<(), Failure> {
    let Some(integration) = app.context.store.integration(id).await? else {
        "The integration that it connected was removed since.".clone_into(&mut view.means);
        "To connect the account, start again.".clone_into(&mut view.remedy);
        return Ok(());
    };
    view.pill = (Tone::Good, "completed".to_owned());
    view.means = format!(
        "It connected “{}”. Opening its address again changed nothing.",
        integration.name
    );
    view.again = Some((
        Tab::Integration.href(id),
        format!("Open “{}”", integration.name),
    ));
    Ok(())
}

fn means(application: &Application, ended: &Ended) -> String {
    let name = application.name;
    match ended {
        Ended::NotBegun => "Nothing was connected or changed, here or there.".to_owned(),
        Ended::None => format!(
            "Nothing was connected here, and no connected account has lost its authorisation. At \
             {name} the app may be listed as authorised."
        ),
        Ended::Known(ended) => {
            let names: Vec<String> = ended.iter().map(|(_, name)| format!("“{name}”")).collect();
            let names = names.join(", ");
            format!(
                "Your earlier authorisation of {names} was replaced at {name} and no longer works: \
                 authorise {names} again. Data and settings are kept; until then nothing new is \
                 read."
            )
        }
        Ended::Perhaps => format!(
            "Nothing was connected here. At {name} an authorisation replaces the earlier one of the \
             same account: if this account was connected before, it may have to be authorised again."
        ),
    }
}

/// Shows how an authorisation ended, to the session that it is about.
pub(super) async fn show_outcome(
    State(app): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let application = application_of(&app, &key)?;
    let caller = session::by_cookie(&app, &headers).await?;
    let caller = caller.filter(|caller| caller.may(Permission::ManageIntegrations));
    let (status, page) = match caller {
        Some(caller) => {
            let kept = caller
                .session()
                .zip(query.text("of"))
                .and_then(|(session, name)| app.outcomes.of(name, session));
            let (status, view) = kept.unwrap_or_else(|| forgotten(application));
            let frame = frame(&app, caller, "/integrations", None).await?;
            (status, problem::page(&frame.shell, &view))
        }
        None => (StatusCode::BAD_REQUEST, signed_out(&app)),
    };
    let mut response = (status, html(page)).into_response();
    response.extensions_mut().insert(Presented);
    Ok(response)
}

fn forgotten(application: &Application) -> (StatusCode, problem::View) {
    let view = problem::View {
        title: "How this ended is no longer known here".to_owned(),
        pill: (Tone::Quiet, "not known".to_owned()),
        happened: "The server was started again since, or this page belongs to another sign-in."
            .to_owned(),
        means: "Opening this page changed nothing.".to_owned(),
        remedy: "The audit log and the list of integrations show what came of it.".to_owned(),
        code: "outcome_unknown".to_owned(),
        again: Some((
            format!("/integrations/{}/add", application.key),
            "Start again".to_owned(),
        )),
        missing: Vec::new(),
    };
    (StatusCode::NOT_FOUND, view)
}

fn signed_out(app: &App) -> maud::Markup {
    error::page(
        None,
        &error::View {
            status: 400,
            title: "This authorisation can't be used".to_owned(),
            means: format!(
                "Nobody who may manage integrations is signed in to Seatwise in this browser at {}. \
                 Nothing was connected or changed, here or there, and the authorisation was not used \
                 up.",
                app.context.public_url
            ),
            remedy: "Sign in at that address as somebody who may manage integrations, and start \
                     again there."
                .to_owned(),
            link: ("/sign-in".to_owned(), "Sign in".to_owned()),
            reference: None,
        },
    )
}
