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
use crate::form::{PageQuery, QueryString};
use crate::page_context::PageContext;
use crate::response::{html, moved};
use crate::routes::Routes;
use crate::web::integration_status::count;
use crate::web::ledger::name_of;
use crate::web::renewals::page::account_name;
use service::account_snapshot::AccountSnapshot;
use service::parameters;
use service::parameters::{ParameterValue, not_one_of};
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
            requests,
        )
        .page(
            Method::POST,
            "/questions/{question}/withdraw",
            Access::Needs(Permission::Decide),
            withdraw,
        )
}

/// The page was at `/requests` before; bookmarks and mails still name that address.
async fn requests(uri: Uri) -> Redirect {
    moved("/questions", &uri)
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

parameters! {
    /// The filter of the page.
    struct QuestionsFilter {
        state: Option<Shown>,
        integration: Option<i64>,
    }
}

/// A state that the page shows.
struct Shown(QuestionStatus);

impl ParameterValue for Shown {
    fn parse(text: &str) -> Result<Self, String> {
        let named = QuestionStatus::ALL
            .into_iter()
            .find(|state| state.value() == text);
        named
            .map(Self)
            .ok_or_else(|| not_one_of(text, &QuestionStatus::ALL.map(QuestionStatus::value)))
    }
}

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
    PageQuery(QuestionsFilter {
        state: wanted,
        integration: of,
    }): PageQuery<QuestionsFilter>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let of = of.map(IntegrationId);
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
        .filter(|request| {
            wanted
                .as_ref()
                .is_none_or(|wanted| question_status(request) == wanted.0)
        })
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
        let account = account_name(&app, integration);
        rows.push(row(request, account, &account_snapshot));
    }
    let view = questions::QuestionsPage {
        params: page_context.params(&pairs.0),
        rows,
        states,
        more: matching.len() > SHOWN,
    };
    Ok(html(questions::page(&page_context.shell, &view)))
}

/// A question as the page shows it; `account` is the name of its account.
fn row(request: &Question, account: String, snapshot: &AccountSnapshot) -> QuestionRow {
    let known = snapshot.roster().row_of(&request.user_key).is_some();
    QuestionRow {
        id: request.id.0,
        integration: request.integration,
        account,
        name: name_of(snapshot, Some(&request.user_key), &request.email),
        email: request.email.clone(),
        user_key: known.then(|| request.user_key.clone()),
        licence: request.licence.label(snapshot.application),
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
    }
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
