//! Sends questions and reminders, and acts on missing answers.

use secrecy::SecretString;
use store::{Actor, NewMessage, Question, QuestionAction};

use super::payload::Payload;
use crate::context::Context;
use crate::decisions;
use crate::error::Error;
use crate::questions::answering;
use crate::questions::due::{Outcome, silence};

/// The most questions that are processed in one run.
const MAX_QUESTIONS: u32 = 5_000;

pub(super) async fn process(context: &Context) -> Result<(), Error> {
    let now = context.clock.now();
    let due = context.store.due_questions(now, MAX_QUESTIONS).await?;
    if due.is_empty() {
        return Ok(());
    }
    // Without a mail server questions are not sent, but they expire all the same.
    let can_send = context.store.smtp().await?.is_some();
    let mut messages = Vec::new();
    for (request, due) in due {
        match due {
            QuestionAction::Send | QuestionAction::Remind if can_send => {
                messages.push(message(&request, due == QuestionAction::Remind, now)?);
            }
            QuestionAction::Send | QuestionAction::Remind => {}
            QuestionAction::EndUnanswered => end_unanswered(context, &request).await?,
        }
    }
    for chunk in messages.chunks(500) {
        context.store.enqueue(chunk, now).await?;
    }
    Ok(())
}

/// The mail for a question. Its text is written at the delivery, because the reasons are current
/// then and the secret link is not stored.
fn message(request: &Question, reminder: bool, now: model::Timestamp) -> Result<NewMessage, Error> {
    let payload = Payload::Question {
        request: request.id,
        reminder,
    };
    Ok(NewMessage {
        key: format!("{}:{}", if reminder { "remind" } else { "ask" }, request.id),
        integration: Some(request.integration),
        user_key: Some(request.user_key.clone()),
        channel: None,
        recipient: request.email.clone(),
        payload: SecretString::from(payload.to_json()?),
        not_before: now,
    })
}

/// Ends a question that was not answered in time.
async fn end_unanswered(context: &Context, request: &Question) -> Result<(), Error> {
    let account = answering::account(context, request).await?;
    let finding = account.finding(&request.finding);
    let now = context.clock.now();
    match silence(request, finding.is_some()) {
        Outcome::Nothing => {
            context
                .store
                .end_unanswered_question(request.id, None, now)
                .await?;
        }
        Outcome::Accept => {
            let change = finding.and_then(|finding| decisions::new_change(&account, &finding));
            let change = change.as_ref();
            context
                .store
                .end_unanswered_question(request.id, change, now)
                .await?;
        }
        Outcome::TooLate => {
            withdraw(
                context,
                request,
                "The question came too late for silence to count",
            )
            .await?;
        }
        Outcome::NoReason => {
            withdraw(
                context,
                request,
                "The reason for the question no longer exists or is no longer known",
            )
            .await?;
        }
    }
    Ok(())
}

/// Withdraws a question and records the reason in the time line.
pub(super) async fn withdraw(
    context: &Context,
    request: &Question,
    why: &str,
) -> Result<(), Error> {
    let now = context.clock.now();
    let (id, finding) = (request.integration, &request.finding);
    if context
        .store
        .close_question(request.id, &Actor::System, now)
        .await?
    {
        context
            .store
            .comment(id, finding, why, &Actor::System, now)
            .await?;
    }
    Ok(())
}
