//! Takes messages from the outbox to mail servers and webhooks, and tries again what was not taken.

use model::{FindingState, Timestamp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use store::{Channel, ChannelKind, OutboxMessage, Question, QuestionId, QuestionState};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::questions::give_up;
use crate::context::Context;
use crate::error::Error;
use crate::mail::{self, Letter, MailError};
use crate::notify::webhook::{self, Receiver};
use crate::notify::{Notice, WebhookError, due};
use crate::questions::answering;
use crate::questions::letter::QuestionLetter;

/// Messages that are taken at once.
const BATCH: u32 = 10;
/// For how long, in milliseconds: longer than all of them can take.
const LEASE_MS: i64 = 15 * 60 * 1000;
/// After so many days, what became of a message is forgotten.
const KEPT_DAYS: i64 = 400;

/// What a message of the outbox is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Payload {
    /// A question to somebody, or its reminder.
    Question {
        /// Its number.
        request: QuestionId,
        /// Whether it is the reminder.
        again: bool,
    },
    /// News for a channel.
    News(Notice),
}

impl Payload {
    pub(super) fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::internal(&error))
    }
}

/// What became of a try.
enum Fate {
    Delivered,
    /// Tried again, as long as that makes sense.
    Later(String),
    /// Given up.
    Never(String),
}

impl From<MailError> for Fate {
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
        let taken = context
            .store
            .take_messages(holder, now, LEASE_MS, BATCH)
            .await?;
        if taken.is_empty() {
            return Ok(());
        }
        for message in taken {
            if stop.is_cancelled() {
                return Ok(());
            }
            let fate = one(context, &message).await?;
            settle(context, &message, fate, holder).await?;
        }
    }
}

async fn settle(
    context: &Context,
    message: &OutboxMessage,
    fate: Fate,
    holder: &str,
) -> Result<(), Error> {
    let now = context.clock.now();
    let settled = match fate {
        Fate::Delivered => {
            context
                .store
                .mark_message_delivered(message.id, holder, now)
                .await
        }
        Fate::Later(why) => {
            let tries = u32::try_from(message.attempts)
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let again = due::again(tries, now);
            tracing::info!(message = %message.id, tries, why, "a message was not taken");
            context
                .store
                .mark_message_failed(message.id, holder, &why, again, now)
                .await
        }
        Fate::Never(why) => {
            tracing::info!(message = %message.id, why, "a message is given up");
            context
                .store
                .mark_message_failed(message.id, holder, &why, None, now)
                .await
        }
    };
    match settled {
        // Another process has it now; it will be delivered again, as the same message.
        Err(store::Error::LeaseLost) => Ok(()),
        other => Ok(other?),
    }
}

async fn one(context: &Context, message: &OutboxMessage) -> Result<Fate, Error> {
    let Ok(payload) = serde_json::from_str(message.payload.expose_secret()) else {
        return Ok(Fate::Never("it can't be read".to_owned()));
    };
    match payload {
        Payload::Question { request, again } => question(context, message, request, again).await,
        Payload::News(notice) => {
            let channels = context.store.channels().await?;
            let channel = channels
                .iter()
                .find(|channel| Some(channel.id) == message.channel && channel.settings.on);
            match channel {
                Some(channel) => tell(context, channel, &notice, &message.key).await,
                None => Ok(Fate::Never("the channel is gone or off".to_owned())),
            }
        }
    }
}

/// Sends a letter by the organisation's mail server.
async fn post(
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

async fn question(
    context: &Context,
    message: &OutboxMessage,
    id: QuestionId,
    again: bool,
) -> Result<Fate, Error> {
    let Some(request) = context.store.question(id).await? else {
        return Ok(Fate::Never("the question is gone".to_owned()));
    };
    if is_told(&request, again) {
        // It was sent, and the process ended before it could say so.
        return Ok(Fate::Delivered);
    }
    let now = context.clock.now();
    let waits = matches!(request.state, QuestionState::Waiting | QuestionState::Sent);
    if !waits || now >= request.expires_at {
        return Ok(Fate::Never("the question is over".to_owned()));
    }
    if !is_asked(context, &request).await? {
        return Ok(Fate::Never("the finding was decided on".to_owned()));
    }
    let case = answering::case(context, &request).await?;
    let Some(finding) = case.finding(&request.finding) else {
        if again {
            // Still to be answered, but nobody is pressed for what may not be so any more.
            return Ok(Fate::Never("the reason to ask is gone".to_owned()));
        }
        give_up(
            context,
            &request,
            "The reason to ask was gone before the mail was sent",
        )
        .await?;
        return Ok(Fate::Never("the reason to ask is gone".to_owned()));
    };
    let organisation = context.store.organisation().await?;
    let template = context.store.question_template().await?;
    let letter = QuestionLetter {
        request: &request,
        case: &case,
        finding: &finding,
        organisation: organisation
            .as_ref()
            .map_or("", |known| known.name.as_str()),
        template: template.as_ref(),
        link: &answering::address(context, &request),
        again,
    }
    .letter();
    match post(context, &letter, &message.key).await? {
        Ok(()) => {
            if again {
                context.store.mark_question_reminded(id, None, now).await?;
            } else {
                context.store.mark_question_sent(id, None, now).await?;
            }
            Ok(Fate::Delivered)
        }
        Err(MailError::Never(why)) if !again => {
            give_up(
                context,
                &request,
                &format!("The mail could not be delivered: {why}"),
            )
            .await?;
            Ok(Fate::Never(why))
        }
        Err(error) => Ok(error.into()),
    }
}

/// Whether nobody has decided on the finding since the question was asked.
async fn is_asked(context: &Context, request: &Question) -> Result<bool, Error> {
    let decisions = context.store.decisions(request.integration).await?;
    let decided = decisions
        .iter()
        .find(|decision| decision.finding == request.finding);
    Ok(decided
        .is_none_or(|decision| matches!(decision.state, FindingState::Open | FindingState::Asked)))
}

fn is_told(request: &Question, again: bool) -> bool {
    if again {
        request.reminded_at.is_some()
    } else {
        request.sent_at.is_some()
    }
}

async fn tell(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
) -> Result<Fate, Error> {
    Ok(
        match send(context, channel, notice, key, context.clock.now()).await? {
            Ok(()) => Fate::Delivered,
            Err(fate) => fate,
        },
    )
}

async fn send(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
    now: Timestamp,
) -> Result<Result<(), Fate>, Error> {
    let target = channel.settings.target.expose_secret();
    let receiver = match channel.settings.kind {
        ChannelKind::Email => {
            let sent = post(context, &notice.letter(target), key).await?;
            return Ok(sent.map_err(Fate::from));
        }
        ChannelKind::Webhook => Receiver::Generic,
        ChannelKind::Slack => Receiver::Slack,
        ChannelKind::Teams => Receiver::Teams,
    };
    let Ok(target) = Url::parse(target) else {
        return Ok(Err(Fate::Never("the target is not an address".to_owned())));
    };
    let Some(outside) = context.outgoing.outside() else {
        return Ok(Err(Fate::Later("no HTTP client can be made".to_owned())));
    };
    let secret = channel.settings.secret.clone().unwrap_or_default();
    if receiver == Receiver::Generic && secret.expose_secret().is_empty() {
        return Ok(Err(Fate::Never(
            "the webhook has no secret to sign with".to_owned(),
        )));
    }
    // The delivery's name must tell nothing of what it is about.
    let delivery = crate::secret::digest(key);
    let prepared = webhook::prepare(receiver, notice, &secret, &delivery[..32], now);
    let sent = outside.post(&target, prepared.headers, prepared.body).await;
    Ok(sent.map_err(|error| match error {
        WebhookError::Refused(why) => Fate::Never(why),
        WebhookError::Failed(why) => Fate::Later(why),
    }))
}

/// Sends something to a channel now, whether it is on or not; answers why it was not taken.
pub async fn try_out(
    context: &Context,
    channel: &Channel,
    notice: &Notice,
    key: &str,
) -> Result<Result<(), String>, Error> {
    let sent = send(context, channel, notice, key, context.clock.now()).await?;
    Ok(sent.map_err(|fate| match fate {
        Fate::Later(why) | Fate::Never(why) => why,
        Fate::Delivered => String::new(),
    }))
}

/// Forgets what became of old messages.
pub(super) async fn forget(context: &Context) -> Result<(), Error> {
    let before = context
        .clock
        .now()
        .plus_ms(-KEPT_DAYS * model::time::DAY_MS);
    context.store.delete_old_messages(before).await?;
    Ok(())
}
