//! Delivers messages of the outbox to mail servers and webhooks, and retries after failures.

use model::{FindingState, Timestamp};
use secrecy::ExposeSecret as _;
use store::{Channel, ChannelKind, OutboxMessage, Question, QuestionId, QuestionState};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::payload::Payload;
use super::questions::withdraw;
use crate::context::Context;
use crate::error::Error;
use crate::mail::{self, Letter, MailError};
use crate::notify::webhook::{self, Receiver};
use crate::notify::{Notice, WebhookError, due};
use crate::questions::answering;
use crate::questions::letter::QuestionLetter;

/// Number of messages that are leased at once.
const BATCH: u32 = 10;
/// Lease of a batch in milliseconds: longer than the delivery of a whole batch can take.
const LEASE_MS: i64 = 15 * 60 * 1000;

/// The result of one attempt.
enum Outcome {
    Delivered,
    /// Retried, as long as attempts are left.
    Later(String),
    Never(String),
}

impl From<MailError> for Outcome {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Later(why) => Self::Later(why),
            MailError::Never(why) => Self::Never(why),
        }
    }
}

pub(super) async fn deliver(context: &Context, stop: &CancellationToken) -> Result<(), Error> {
    let holder = &context.engine.config().holder;
    loop {
        let now = context.clock.now();
        let leased = context
            .store
            .take_messages(holder, now, LEASE_MS, BATCH)
            .await?;
        if leased.is_empty() {
            return Ok(());
        }
        for message in leased {
            if stop.is_cancelled() {
                return Ok(());
            }
            let outcome = attempt(context, &message).await?;
            record(context, &message, outcome, holder).await?;
        }
    }
}

async fn record(
    context: &Context,
    message: &OutboxMessage,
    outcome: Outcome,
    holder: &str,
) -> Result<(), Error> {
    let now = context.clock.now();
    let recorded = match outcome {
        Outcome::Delivered => {
            context
                .store
                .mark_message_delivered(message.id, holder, now)
                .await
        }
        Outcome::Later(why) => {
            let tries = u32::try_from(message.attempts)
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let next = due::next_attempt(tries, now);
            tracing::info!(message = %message.id, tries, why, "a message was not delivered");
            context
                .store
                .mark_message_failed(message.id, holder, &why, next, now)
                .await
        }
        Outcome::Never(why) => {
            tracing::info!(message = %message.id, why, "a message cannot be delivered");
            context
                .store
                .mark_message_failed(message.id, holder, &why, None, now)
                .await
        }
    };
    match recorded {
        // Another process has leased the message meanwhile. It delivers the same message again.
        Err(store::Error::LeaseLost) => Ok(()),
        other => Ok(other?),
    }
}

async fn attempt(context: &Context, message: &OutboxMessage) -> Result<Outcome, Error> {
    let Ok(payload) = serde_json::from_str(message.payload.expose_secret()) else {
        return Ok(Outcome::Never("its content cannot be read".to_owned()));
    };
    match payload {
        Payload::Question { request, reminder } => {
            send_question(context, message, request, reminder).await
        }
        Payload::Notice(notice) => {
            let channels = context.store.channels().await?;
            let channel = channels
                .iter()
                .find(|channel| Some(channel.id) == message.channel && channel.settings.on);
            match channel {
                Some(channel) => send_notice(context, channel, &notice, &message.key).await,
                None => Ok(Outcome::Never(
                    "the channel was removed or switched off".to_owned(),
                )),
            }
        }
    }
}

/// Sends a letter through the organisation's mail server.
async fn send_mail(
    context: &Context,
    letter: &Letter,
    key: &str,
) -> Result<Result<(), MailError>, Error> {
    let Some(server) = context.store.smtp().await? else {
        return Ok(Err(MailError::Later("no mail server is set up".to_owned())));
    };
    let organisation = context.store.organisation().await?;
    let name = organisation.map(|known| known.name).unwrap_or_default();
    Ok(mail::deliver(&server, &name, letter, key, context.clock.now()).await)
}

async fn send_question(
    context: &Context,
    message: &OutboxMessage,
    id: QuestionId,
    reminder: bool,
) -> Result<Outcome, Error> {
    let Some(request) = context.store.question(id).await? else {
        return Ok(Outcome::Never("the question was deleted".to_owned()));
    };
    if is_sent(&request, reminder) {
        // The message was sent, but the process ended before it recorded that.
        return Ok(Outcome::Delivered);
    }
    let now = context.clock.now();
    let is_waiting = matches!(request.state, QuestionState::Waiting | QuestionState::Sent);
    if !is_waiting || now >= request.expires_at {
        return Ok(Outcome::Never("the question has ended".to_owned()));
    }
    if !is_undecided(context, &request).await? {
        return Ok(Outcome::Never("the finding was decided on".to_owned()));
    }
    let account = answering::account(context, &request).await?;
    let Some(finding) = account.finding(&request.finding) else {
        if reminder {
            // The question can still be answered, but it needs no reminder, because its reason may
            // be gone.
            return Ok(Outcome::Never(
                "the reason for the question no longer exists".to_owned(),
            ));
        }
        withdraw(
            context,
            &request,
            "The reason for the question no longer existed when the mail was due",
        )
        .await?;
        return Ok(Outcome::Never(
            "the reason for the question no longer exists".to_owned(),
        ));
    };
    let organisation = context.store.organisation().await?;
    let template = context.store.question_template().await?;
    let letter = QuestionLetter {
        request: &request,
        account: &account,
        finding: &finding,
        organisation: organisation
            .as_ref()
            .map_or("", |known| known.name.as_str()),
        template: template.as_ref(),
        link: &answering::address(context, &request),
        reminder,
    }
    .letter();
    match send_mail(context, &letter, &message.key).await? {
        Ok(()) => {
            if reminder {
                context.store.mark_question_reminded(id, None, now).await?;
            } else {
                context.store.mark_question_sent(id, None, now).await?;
            }
            Ok(Outcome::Delivered)
        }
        Err(MailError::Never(why)) if !reminder => {
            withdraw(
                context,
                &request,
                &format!("The mail could not be delivered: {why}"),
            )
            .await?;
            Ok(Outcome::Never(why))
        }
        Err(error) => Ok(error.into()),
    }
}

/// Whether the finding is still undecided since the question was created.
async fn is_undecided(context: &Context, request: &Question) -> Result<bool, Error> {
    let decisions = context.store.decisions(request.integration).await?;
    let decided = decisions
        .iter()
        .find(|decision| decision.finding == request.finding);
    Ok(decided
        .is_none_or(|decision| matches!(decision.state, FindingState::Open | FindingState::Asked)))
}

fn is_sent(request: &Question, reminder: bool) -> bool {
    if reminder {
        request.reminded_at.is_some()
    } else {
        request.sent_at.is_some()
    }
}

async fn send_notice(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
) -> Result<Outcome, Error> {
    Ok(
        match send_to_channel(context, channel, notice, key, context.clock.now()).await? {
            Ok(()) => Outcome::Delivered,
            Err(outcome) => outcome,
        },
    )
}

async fn send_to_channel(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
    now: Timestamp,
) -> Result<Result<(), Outcome>, Error> {
    let target = channel.settings.target.expose_secret();
    let receiver = match channel.settings.kind {
        ChannelKind::Email => {
            let sent = send_mail(context, &notice.letter(target), key).await?;
            return Ok(sent.map_err(Outcome::from));
        }
        ChannelKind::Webhook => Receiver::Generic,
        ChannelKind::Slack => Receiver::Slack,
        ChannelKind::Teams => Receiver::Teams,
    };
    let Ok(target) = Url::parse(target) else {
        return Ok(Err(Outcome::Never(
            "the target is not an address".to_owned(),
        )));
    };
    let Some(webhooks) = context.outgoing.webhooks() else {
        return Ok(Err(Outcome::Later(
            "the HTTP client cannot be created".to_owned(),
        )));
    };
    let secret = channel.settings.secret.clone().unwrap_or_default();
    if receiver == Receiver::Generic && secret.expose_secret().is_empty() {
        return Ok(Err(Outcome::Never(
            "the webhook has no secret to sign with".to_owned(),
        )));
    }
    // A hash, because the id of the delivery must not reveal the subject of the notice.
    let delivery = crate::secret::digest(key);
    let prepared = webhook::prepare(receiver, notice, &secret, &delivery[..32], now);
    let sent = webhooks
        .post(&target, prepared.headers, prepared.body)
        .await;
    Ok(sent.map_err(|error| match error {
        WebhookError::Refused(why) => Outcome::Never(why),
        WebhookError::Failed(why) => Outcome::Later(why),
    }))
}

/// Sends a notice to a channel at once, even if the channel is switched off. The inner error is the
/// reason why it was not accepted.
#[crate::boxed]
pub async fn try_out(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
) -> Result<Result<(), String>, Error> {
    let sent = send_to_channel(context, channel, notice, key, context.clock.now()).await?;
    Ok(sent.map_err(|outcome| match outcome {
        Outcome::Later(why) | Outcome::Never(why) => why,
        Outcome::Delivered => String::new(),
    }))
}
