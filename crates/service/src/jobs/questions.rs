//! Sends questions and reminders, and takes note of silence.

use secrecy::SecretString;
use store::{Actor, NewMessage, Question, QuestionAction};

use super::delivery::Payload;
use crate::context::Context;
use crate::decisions;
use crate::error::Error;
use crate::questions::answering;
use crate::questions::due::{Outcome, silence};

/// Questions that are looked at in one round.
const MOST: u32 = 5_000;

pub(super) async fn ask(context: &Context) -> Result<(), Error> {
    let now = context.clock.now();
    let due = context.store.due_questions(now, MOST).await?;
    if due.is_empty() {
        return Ok(());
    }
    // Without a mail server questions wait; they run out like any other.
    let can_send = context.store.smtp().await?.is_some();
    let mut messages = Vec::new();
    for (request, due) in due {
        match due {
            QuestionAction::Send | QuestionAction::Remind if can_send => {
                messages.push(message(&request, due == QuestionAction::Remind, now)?);
            }
            QuestionAction::Send | QuestionAction::Remind => {}
            QuestionAction::EndUnanswered => end(context, &request).await?,
        }
    }
    for some in messages.chunks(500) {
        context.store.enqueue(some, now).await?;
    }
    Ok(())
}

/// The mail for a question. It is written when it is delivered: then the reasons are fresh, and the
/// link is nowhere but in the mail.
fn message(request: &Question, again: bool, now: model::Timestamp) -> Result<NewMessage, Error> {
    let payload = Payload::Question {
        request: request.id,
        again,
    };
    Ok(NewMessage {
        key: format!("{}:{}", if again { "remind" } else { "ask" }, request.id),
        integration: Some(request.integration),
        user_key: Some(request.user_key.clone()),
        channel: None,
        recipient: request.email.clone(),
        payload: SecretString::from(payload.text()?),
        not_before: now,
    })
}

/// Nobody answered.
async fn end(context: &Context, request: &Question) -> Result<(), Error> {
    let case = answering::case(context, request).await?;
    let finding = case.finding(&request.finding);
    let now = context.clock.now();
    match silence(request, finding.is_some()) {
        Outcome::Nothing => {
            context
                .store
                .end_unanswered_question(request.id, None, now)
                .await?;
        }
        Outcome::Accept => {
            let change = finding.and_then(|finding| decisions::change(&case, &finding));
            let change = change.as_ref();
            context
                .store
                .end_unanswered_question(request.id, change, now)
                .await?;
        }
        Outcome::TooLate => {
            give_up(
                context,
                request,
                "The question came too late for silence to count",
            )
            .await?;
        }
        Outcome::Moot => {
            give_up(
                context,
                request,
                "What was asked for is no longer so, or no longer known",
            )
            .await?;
        }
    }
    Ok(())
}

/// Takes a question back, and says why.
pub(super) async fn give_up(context: &Context, request: &Question, why: &str) -> Result<(), Error> {
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
