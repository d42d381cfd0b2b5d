//! Whom Seatwise asked about a licence, and what they answered.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{IntegrationId, Permission};
use store::{Answer, Request, RequestFilter, RequestId, RequestState, Silence};

use crate::access::Access;
use crate::app::Shared;
use crate::failure::Failure;
use crate::flash::Done;
use crate::form::QueryString;
use crate::frame::Frame;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::count;
use crate::web::ledger::page::name_of;
use crate::web::renewals::page::account_name;
use service::account_snapshot::AccountSnapshot;
use ui::pages::requests::{self, Row, State as Standing};

/// Requests that a page shows.
const SHOWN: usize = 300;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            Method::GET,
            "/requests",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(
            Method::POST,
            "/requests/{request}/withdraw",
            Access::Needs(Permission::Decide),
            withdraw,
        )
}

fn standing(request: &Request) -> Standing {
    match (request.state, &request.answer) {
        (_, Some(Answer::Keep)) => Standing::Keep,
        (_, Some(Answer::GiveUp)) => Standing::GiveUp,
        (_, Some(Answer::HandOver { .. })) => Standing::HandOver,
        (RequestState::Waiting, _) => Standing::Waiting,
        (RequestState::Sent, _) if request.reminded_at.is_some() => Standing::Reminded,
        (RequestState::Sent, _) => Standing::Asked,
        (RequestState::Silent, _) => Standing::Silent,
        (RequestState::Answered | RequestState::Closed, _) => Standing::Closed,
    }
}

fn on_silence(request: &Request) -> String {
    let by = request
        .silence_at
        .unwrap_or(request.expires_at)
        .day()
        .long();
    match request.on_silence {
        Silence::Nothing => format!("Without an answer by {by} nothing happens."),
        Silence::Accept => {
            format!("Without an answer by {by} the licence is put on the change list.")
        }
    }
}

async fn show(
    State(app): State<Shared>,
    frame: Frame,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let wanted = match pairs.text("state") {
        None => None,
        Some(text) => Some(
            Standing::ALL
                .into_iter()
                .find(|state| state.value() == text)
                .ok_or_else(|| {
                    let words: Vec<_> = Standing::ALL.into_iter().map(Standing::value).collect();
                    Failure::parameter("state", format!("give one of {}", words.join(", ")))
                })?,
        ),
    };
    let of = pairs.number::<i64>("integration")?.map(IntegrationId);
    let all = app
        .context
        .store
        .requests(of, &RequestFilter::default())
        .await?;
    let states = Standing::ALL
        .into_iter()
        .map(|state| {
            let many = all.iter().filter(|request| standing(request) == state);
            (state, count(many.count()))
        })
        .collect();
    let matching: Vec<&Request> = all
        .iter()
        .filter(|request| wanted.is_none_or(|wanted| standing(request) == wanted))
        .collect();
    let mut cases: HashMap<IntegrationId, Arc<AccountSnapshot>> = HashMap::new();
    let mut rows = Vec::new();
    for request in matching.iter().take(SHOWN) {
        let Some(integration) = frame
            .integrations
            .iter()
            .find(|integration| integration.id == request.integration)
        else {
            continue;
        };
        let case = if let Some(case) = cases.get(&integration.id) {
            Arc::clone(case)
        } else {
            let case = app.context.accounts.of(integration).await?;
            cases.insert(integration.id, Arc::clone(&case));
            case
        };
        let known = case.roster().row_of(&request.user_key).is_some();
        rows.push(Row {
            id: request.id.0,
            integration: integration.id,
            account: account_name(&app, integration),
            name: name_of(&case, Some(&request.user_key), &request.email),
            email: request.email.clone(),
            user_key: known.then(|| request.user_key.clone()),
            licence: request.licence.label(case.application),
            finding: request.finding.clone(),
            state: standing(request),
            created_at: request.created_at,
            sent_at: request.sent_at,
            expires_at: request.expires_at,
            on_silence: on_silence(request),
            answered_at: request.answer.as_ref().and(request.ended_at),
            handed_to: match &request.answer {
                Some(Answer::HandOver { to }) => to.clone(),
                _ => String::new(),
            },
            note: request.note.clone(),
        });
    }
    let view = requests::View {
        params: frame.params(&pairs.0),
        rows,
        states,
        more: matching.len() > SHOWN,
    };
    Ok(html(requests::page(&frame.shell, &view)))
}

async fn withdraw(
    State(app): State<Shared>,
    Path(number): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let none = || Failure::not_found("request");
    let id = RequestId(number.parse().map_err(|_| none())?);
    let request = app.context.store.request(id).await?.ok_or_else(none)?;
    let closed = app
        .context
        .store
        .close_request(request.id, &frame.caller.actor(), app.context.clock.now())
        .await?;
    if !closed {
        return Err(
            Failure::conflict("This question was answered or closed already.")
                .action("Back to the requests", "/requests"),
        );
    }
    Ok(Done::RequestWithdrawn.redirect_to("/requests"))
}
