//! The questions to employees about licences, and their answers.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{Method, Uri};
use axum::response::{Redirect, Response};
use model::{IntegrationId, Permission};
use store::{Answer, OnSilence, Question, QuestionFilter, QuestionId, QuestionState};

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::QueryString;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::count;
use crate::web::ledger::page::name_of;
use crate::web::renewals::page::account_name;
use service::account_snapshot::AccountSnapshot;
use ui::pages::questions::{self, QuestionRow, QuestionStatus};

const SHOWN: usize = 300;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            Method::GET,
            "/questions",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(
            Method::GET,
            "/requests",
            Access::Needs(Permission::ViewData),
            moved,
        )
        .page(
            Method::POST,
            "/questions/{question}/withdraw",
            Access::Needs(Permission::Decide),
            withdraw,
        )
}

/// The page was at `/requests` before; bookmarks and mails still name that address.
async fn moved(uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("/questions{}", query.unwrap_or_default()))
}

fn question_status(request: &Question) -> QuestionStatus {
    match (request.state, &request.answer) {
        (_, Some(Answer::Keep)) => QuestionStatus::Keep,
        (_, Some(Answer::GiveUp)) => QuestionStatus::GiveUp,
        (_, Some(Answer::HandOver { .. })) => QuestionStatus::HandOver,
        (QuestionState::Waiting, _) => QuestionStatus::Waiting,
        (QuestionState::Sent, _) if request.reminded_at.is_some() => QuestionStatus::Reminded,
        (QuestionState::Sent, _) => QuestionStatus::Asked,
        (QuestionState::Silent, _) => QuestionStatus::Silent,
        (QuestionState::Answered | QuestionState::Closed, _) => QuestionStatus::Closed,
    }
}

fn on_silence(request: &Question) -> String {
    let by = request
        .silence_at
        .unwrap_or(request.expires_at)
        .day()
        .long();
    match request.on_silence {
        OnSilence::Nothing => format!("Without an answer by {by} nothing happens."),
        OnSilence::Accept => {
            format!("Without an answer by {by} the licence is put on the change list.")
        }
    }
}

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let wanted = match pairs.text("state") {
        None => None,
        Some(text) => Some(
            QuestionStatus::ALL
                .into_iter()
                .find(|state| state.value() == text)
                .ok_or_else(|| {
                    let words: Vec<_> = QuestionStatus::ALL
                        .into_iter()
                        .map(QuestionStatus::value)
                        .collect();
                    Failure::parameter("state", format!("give one of {}", words.join(", ")))
                })?,
        ),
    };
    let of = pairs.number::<i64>("integration")?.map(IntegrationId);
    let all = app
        .context
        .store
        .questions(of, &QuestionFilter::default())
        .await?;
    let states = QuestionStatus::ALL
        .into_iter()
        .map(|state| {
            let many = all
                .iter()
                .filter(|request| question_status(request) == state);
            (state, count(many.count()))
        })
        .collect();
    let matching: Vec<&Question> = all
        .iter()
        .filter(|request| wanted.is_none_or(|wanted| question_status(request) == wanted))
        .collect();
    let mut cases: HashMap<IntegrationId, Arc<AccountSnapshot>> = HashMap::new();
    let mut rows = Vec::new();
    for request in matching.iter().take(SHOWN) {
        let Some(integration) = page_context
            .integrations
            .iter()
            .find(|integration| integration.id == request.integration)
        else {
            continue;
        };
        let account_snapshot = if let Some(account_snapshot) = cases.get(&integration.id) {
            Arc::clone(account_snapshot)
        } else {
            let account_snapshot = app.context.accounts.of(integration).await?;
            cases.insert(integration.id, Arc::clone(&account_snapshot));
            account_snapshot
        };
        let known = account_snapshot
            .roster()
            .row_of(&request.user_key)
            .is_some();
        rows.push(QuestionRow {
            id: request.id.0,
            integration: integration.id,
            account: account_name(&app, integration),
            name: name_of(&account_snapshot, Some(&request.user_key), &request.email),
            email: request.email.clone(),
            user_key: known.then(|| request.user_key.clone()),
            licence: request.licence.label(account_snapshot.application),
            finding: request.finding.clone(),
            state: question_status(request),
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
    let view = questions::QuestionsPage {
        params: page_context.params(&pairs.0),
        rows,
        states,
        more: matching.len() > SHOWN,
    };
    Ok(html(questions::page(&page_context.shell, &view)))
}

async fn withdraw(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let none = || Failure::not_found("request");
    let id = QuestionId(number.parse().map_err(|_| none())?);
    let request = app.context.store.question(id).await?.ok_or_else(none)?;
    let closed = app
        .context
        .store
        .close_question(
            request.id,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    if !closed {
        return Err(
            Failure::conflict("This question was answered or closed already.")
                .action("Back to the questions", "/questions"),
        );
    }
    Ok(FlashMessage::RequestWithdrawn.redirect_to("/questions"))
}
