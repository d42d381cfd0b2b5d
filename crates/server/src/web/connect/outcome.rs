//! The page of an authorisation that connected nothing: the cause, the consequences and the next
//! step.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Application, IntegrationId, Permission};
use sync::{ConnectError, Ended, NotConnected};

use crate::app::{App, SharedApp};
use crate::failure::{Failure, Presented};
use crate::form::QueryString;
use crate::page_context::page_context;
use crate::response::html;
use crate::session;
use crate::web::connect::application::application_of;
use model::words::sentence;
use ui::pages::{error, problem};
use ui::parts::{Tab, Tone};

/// The page of a failed authorisation.
pub(super) async fn failure_view(
    app: &App,
    application: &Application,
    failed: &NotConnected,
) -> Result<(StatusCode, problem::ProblemPage), Failure> {
    let why = &failed.why;
    let missing = match why {
        ConnectError::ScopesMissing { missing } => missing.clone(),
        _ => Vec::new(),
    };
    let mut view = problem::ProblemPage {
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

/// An authorisation that succeeded is no failure when its address is opened again.
async fn completed(
    app: &App,
    id: IntegrationId,
    view: &mut problem::ProblemPage,
) -> Result<(), Failure> {
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

/// Shows the result of an authorisation to the session that started it.
pub(super) async fn show_outcome(
    State(app): State<SharedApp>,
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
                .and_then(|(session, name)| app.authorisation_outcomes.of(name, session));
            let (status, view) = kept.unwrap_or_else(|| forgotten(application));
            let page_context = page_context(&app, caller, "/integrations", None).await?;
            (status, problem::page(&page_context.shell, &view))
        }
        None => (StatusCode::BAD_REQUEST, signed_out(&app)),
    };
    let mut response = (status, html(page)).into_response();
    response.extensions_mut().insert(Presented);
    Ok(response)
}

fn forgotten(application: &Application) -> (StatusCode, problem::ProblemPage) {
    let view = problem::ProblemPage {
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
        &error::ErrorPage {
            status: 400,
            title: "This authorisation can't be used".to_owned(),
            means: format!(
                "No member who may manage integrations is signed in to Seatwise in this browser at {}. \
                 Nothing was connected or changed, here or there, and the authorisation was not used \
                 up.",
                app.context.public_url
            ),
            remedy: "Sign in at that address as a member who may manage integrations, and start \
                     again there."
                .to_owned(),
            link: ("/sign-in".to_owned(), "Sign in".to_owned()),
            reference: None,
        },
    )
}
