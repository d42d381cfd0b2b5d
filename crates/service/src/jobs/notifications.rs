//! Puts news into the outbox, once for each channel that wants them.

use std::collections::HashSet;

use model::{IntegrationId, Timestamp};
use secrecy::SecretString;
use store::{Channel, ChannelKind, NewMessage};

use super::delivery::{self, Payload};
use super::{digest, news};
use crate::context::Context;
use crate::error::Error;
use crate::notify::{Kind, Notice};

/// Under which name the store remembers the last day on which old messages were forgotten.
const FORGOT: &str = "outbox.forgot";

/// Something to tell, before it is known to whom.
pub(super) struct News {
    /// The same whenever it is worked out again.
    pub(super) key: String,
    /// About which integration.
    pub(super) integration: Option<IntegrationId>,
    /// What.
    pub(super) notice: Notice,
    /// What it saves in a year, for channels that want to hear of large amounts only.
    pub(super) saving: Option<model::Sums>,
}

/// Who listens, and what is needed to tell them.
pub(super) struct Audience {
    pub(super) organisation: String,
    channels: Vec<Channel>,
    has_mail: bool,
}

impl Audience {
    async fn read(context: &Context) -> Result<Self, Error> {
        let mut channels = context.store.channels().await?;
        channels.retain(|channel| channel.settings.on && !channel.settings.events.is_empty());
        let organisation = context.store.organisation().await?;
        Ok(Self {
            organisation: organisation.map(|known| known.name).unwrap_or_default(),
            channels,
            has_mail: context.store.smtp().await?.is_some(),
        })
    }

    /// Whether anybody wants to hear of it.
    pub(super) fn wants(&self, kind: Kind) -> bool {
        self.channels
            .iter()
            .any(|channel| self.is_for(channel, kind))
    }

    fn is_for(&self, channel: &Channel, kind: Kind) -> bool {
        let settings = &channel.settings;
        kind.topic()
            .is_some_and(|topic| settings.events.contains(&topic))
            && (settings.kind != ChannelKind::Email || self.has_mail)
    }
}

/// Whether news are large enough for a channel: what they save together in the currency of its
/// smallest amount. What has no price is not known to be enough.
pub(super) fn is_enough(smallest: Option<model::Money>, saving: Option<&model::Sums>) -> bool {
    let (Some(smallest), Some(saving)) = (smallest, saving) else {
        return true;
    };
    saving
        .iter()
        .any(|sum| sum.currency == smallest.currency && sum.minor >= smallest.minor)
}

pub(super) async fn tell(context: &Context, told: &mut HashSet<String>) -> Result<(), Error> {
    let now = context.clock.now();
    let audience = Audience::read(context).await?;
    for news in news::standing(context, &audience, now).await? {
        spread(context, &audience, &news, told, now).await?;
    }
    for integration in context.store.integrations().await? {
        let (all, looked) = news::of_integration(context, &audience, &integration, now).await?;
        for news in all {
            spread(context, &audience, &news, told, now).await?;
        }
        if let Some(looked) = looked {
            looked.note(context, now).await?;
        }
    }
    if let Some((monday, news)) = digest::weekly(context, &audience, now).await? {
        if let Some(news) = news {
            spread(context, &audience, &news, told, now).await?;
        }
        digest::made(context, monday).await?;
    }
    let today = now.day().to_string();
    if context.store.job_value(None, FORGOT).await?.as_deref() != Some(&today) {
        delivery::forget(context).await?;
        context
            .store
            .set_job_value(None, FORGOT, Some(&today))
            .await?;
    }
    Ok(())
}

async fn spread(
    context: &Context,
    audience: &Audience,
    news: &News,
    told: &mut HashSet<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let payload = Payload::News(news.notice.clone()).text()?;
    let mut messages = Vec::new();
    for channel in &audience.channels {
        if !audience.is_for(channel, news.notice.kind)
            || !is_enough(channel.settings.min_amount, news.saving.as_ref())
        {
            continue;
        }
        let key = format!("{}:{}", news.key, channel.id);
        if !told.insert(key.clone()) {
            continue;
        }
        messages.push(NewMessage {
            key,
            integration: news.integration,
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

/// A whole address of a page.
pub(super) fn page(context: &Context, path: &str) -> String {
    let base = context.public_url.as_str().trim_end_matches('/');
    format!("{base}{path}")
}
