//! The page where employees answer whether they need their licence. A GET request changes nothing,
//! because programs that open links in mails must not answer the question.

use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use model::FindingState;
use store::{Answer, Question, QuestionState};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::client_address;
use crate::failure::{Failure, Presented};
use crate::form::{FormBody, beside_fields, redirect_to};
use crate::response::html;
use crate::routes::Routes;
use service::account_snapshot::AccountSnapshot;
use service::mail::plausible_address;
use service::parameters::Reader;
use service::questions::answering::{self, LinkTarget};
use service::questions::letter;
use ui::pages::answer::{AnswerPage, QuestionOver, over, page};

/// The maximum length of a reason, in characters.
const LONGEST_REASON: usize = 500;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/answer/{token}", Access::Public, show)
        .page(Method::POST, "/answer/{token}", Access::Public, take)
}

/// A response that search engines must not index.
fn quiet(status: StatusCode, markup: Markup) -> Response {
    let mut response = (status, html(markup)).into_response();
    response.extensions_mut().insert(Presented);
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    response
}

fn admit(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Result<(), Failure> {
    let client = client_address::client(extensions, headers, app.config.trust_forwarded_for);
    let limit = &app.context.outgoing.answers;
    limit
        .admit(&client, app.context.clock.now())
        .map_err(|seconds| {
            Failure::too_many("Too many requests came from your address.", seconds)
                .remedy("Wait a minute and open the link again.")
        })
}

/// The page of an ended question: with its answer, or with the decision that ended it.
async fn ended(app: &App, request: &Question) -> Result<Response, Failure> {
    let decisions = app.context.store.decisions(request.integration).await?;
    let is = |wanted: &[FindingState]| {
        decisions.iter().any(|decision| {
            decision.user_key.as_ref() == Some(&request.user_key)
                && decision.licence == request.licence
                && wanted.contains(&decision.state)
        })
    };
    let goes = is(&[FindingState::Accepted, FindingState::Done]);
    let (status, how) = match (&request.state, &request.answer) {
        (QuestionState::Answered, Some(Answer::Keep)) if goes => {
            (StatusCode::OK, QuestionOver::Overruled)
        }
        (QuestionState::Answered, Some(Answer::Keep)) => (StatusCode::OK, QuestionOver::Kept),
        (QuestionState::Closed, _) if goes => (StatusCode::GONE, QuestionOver::Decided),
        (QuestionState::Closed, _) if is(&[FindingState::Kept, FindingState::Exempt]) => {
            (StatusCode::GONE, QuestionOver::Stays)
        }
        (QuestionState::Answered, Some(Answer::HandOver { .. })) => {
            (StatusCode::OK, QuestionOver::HandedOver)
        }
        (QuestionState::Answered, _) => (StatusCode::OK, QuestionOver::GivenUp),
        (QuestionState::Closed, _) => (StatusCode::GONE, QuestionOver::Closed),
        _ => (StatusCode::GONE, QuestionOver::Expired),
    };
    Ok(quiet(status, over(how)))
}

fn unknown() -> Response {
    quiet(StatusCode::NOT_FOUND, over(QuestionOver::Unknown))
}

async fn show(
    State(app): State<SharedApp>,
    Path(token): Path<String>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    admit(&app, &extensions, &headers)?;
    Ok(match answering::link_target(&app.context, &token).await? {
        LinkTarget::Unknown => unknown(),
        LinkTarget::Over(request) => ended(&app, &request).await?,
        LinkTarget::Open(request) => {
            let view = view(&app, &request).await?;
            quiet(StatusCode::OK, page(&view))
        }
    })
}

async fn view(app: &App, request: &Question) -> Result<AnswerPage, Failure> {
    let account_snapshot = answering::account(&app.context, request).await?;
    let organisation = app.context.store.organisation().await?;
    let roster = account_snapshot.roster();
    let row = roster.row_of(&request.user_key);
    let email = row.map_or("", |row| roster.email_of(row));
    let name = row.map_or("", |row| roster.name_of(row).trim());
    let is_holder = email.eq_ignore_ascii_case(&request.email);
    Ok(AnswerPage {
        holder: if name.is_empty() { email } else { name }.to_owned(),
        is_holder,
        organisation: organisation.map(|known| known.name).unwrap_or_default(),
        licence: request.licence.label(account_snapshot.application),
        application: account_snapshot.application.name.to_owned(),
        reasons: account_snapshot
            .finding(&request.finding)
            .map(|finding| letter::reasons(&account_snapshot, &finding))
            .unwrap_or_default(),
        until: letter::time_left(request, app.context.clock.now()),
        silence: letter::silence(request),
        ..AnswerPage::default()
    })
}

/// Reads the answer of a form.
fn answer(
    reader: &mut Reader<'_>,
    account: &AccountSnapshot,
    request: &Question,
) -> Option<Answer> {
    match reader.text("answer") {
        Some("keep") => {
            let reason = reader.text("reason").unwrap_or_default();
            if reason.chars().count() > LONGEST_REASON {
                reader.error("reason", format!("At most {LONGEST_REASON} characters."));
            }
            Some(Answer::Keep)
        }
        Some("give_up") => Some(Answer::GiveUp),
        Some("hand_over") => {
            let to = reader.text("to").unwrap_or_default();
            if !plausible_address(to) {
                let right = "Give an e-mail address such as name@example.com.";
                reader.error("to", right);
            } else if !answering::is_colleague(account, request, to) {
                reader.error(
                    "to",
                    format!(
                        "Nobody else in this {} account has that address. Give the one that the \
                         colleague signs in with.",
                        account.application.name
                    ),
                );
            } else if answering::holds_it(account, request, to) {
                reader.error(
                    "to",
                    "This colleague already has such a licence. Name a colleague who has none, or give it up.",
                );
            }
            Some(Answer::HandOver {
                to: to.to_lowercase(),
            })
        }
        _ => {
            reader.error("", "Choose one of the three answers.");
            None
        }
    }
}

async fn take(
    State(app): State<SharedApp>,
    Path(token): Path<String>,
    extensions: Extensions,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Response, Failure> {
    admit(&app, &extensions, &headers)?;
    let request = match answering::link_target(&app.context, &token).await? {
        LinkTarget::Unknown => return Ok(unknown()),
        LinkTarget::Over(request) => return ended(&app, &request).await,
        LinkTarget::Open(request) => request,
    };
    let account_snapshot = answering::account(&app.context, &request).await?;
    let read = form.read_with(|reader| answer(reader, &account_snapshot, &request));
    let given = match read {
        Ok(given) => given,
        Err(errors) => {
            let view = AnswerPage {
                reason: form.text_or_empty("reason"),
                to: form.text_or_empty("to"),
                errors: beside_fields(errors),
                ..view(&app, &request).await?
            };
            return Ok(quiet(StatusCode::UNPROCESSABLE_ENTITY, page(&view)));
        }
    };
    let note = if given == Answer::Keep {
        form.text_or_empty("reason")
    } else {
        String::new()
    };
    answering::record(&app.context, &account_snapshot, &request, &given, &note).await?;
    app.context.outgoing.run_jobs();
    // If another answer came first, the page shows the current state.
    Ok(redirect_to(format!("/answer/{token}")).into_response())
}
