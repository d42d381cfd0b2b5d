//! Puts notices into the outbox, one message for each channel that wants them.

use std::collections::HashSet;

use model::Timestamp;
use secrecy::SecretString;
use store::NewMessage;

use super::audience::Audience;
use super::payload::Payload;
use super::pending_notice::PendingNotice;
use super::{digest, notices};
use crate::context::Context;
use crate::error::Error;

/// Whether a notice is important enough for a channel: compares its saving in the currency of the
/// channel's smallest amount with that amount. Savings without a price do not count.
pub(super) fn is_enough(smallest: Option<model::Money>, saving: Option<&model::Sums>) -> bool {
    let (Some(smallest), Some(saving)) = (smallest, saving) else {
        return true;
    };
    saving
        .iter()
        .any(|sum| sum.currency == smallest.currency && sum.minor >= smallest.minor)
}

pub(super) async fn enqueue(
    context: &Context,
    enqueued: &mut HashSet<String>,
) -> Result<(), Error> {
    let now = context.clock.now();
    let audience = Audience::read(context).await?;
    for pending in notices::of_deadlines(context, &audience, now).await? {
        enqueue_one(context, &audience, &pending, enqueued, now).await?;
    }
    for integration in context.store.integrations().await? {
        let (all, check) = notices::of_integration(context, &audience, &integration, now).await?;
        for pending in all {
            enqueue_one(context, &audience, &pending, enqueued, now).await?;
        }
        if let Some(check) = check {
            check.record(context, now).await?;
        }
    }
    if let Some((monday, pending)) = digest::weekly(context, &audience, now).await? {
        if let Some(pending) = pending {
            enqueue_one(context, &audience, &pending, enqueued, now).await?;
        }
        digest::record(context, monday).await?;
    }
    Ok(())
}

async fn enqueue_one(
    context: &Context,
    audience: &Audience,
    pending: &PendingNotice,
    enqueued: &mut HashSet<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let payload = Payload::Notice(pending.notice.clone()).to_json()?;
    let mut messages = Vec::new();
    for channel in &audience.channels {
        if !audience.is_for(channel, pending.notice.kind)
            || !is_enough(channel.settings.min_amount, pending.saving.as_ref())
        {
            continue;
        }
        let key = format!("{}:{}", pending.key, channel.id);
        if !enqueued.insert(key.clone()) {
            continue;
        }
        messages.push(NewMessage {
            key,
            integration: pending.integration,
            user_key: None,
            channel: Some(channel.id),
            recipient: channel.settings.name.clone(),
            payload: SecretString::from(payload.clone()),
            not_before: now,
        });
    }
    if !messages.is_empty() {
        context.store.enqueue(&messages, now).await?;
    }
    Ok(())
}
