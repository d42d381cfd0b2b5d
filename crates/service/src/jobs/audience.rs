//! The channels that want notices.

use store::{Channel, ChannelKind};

use crate::context::Context;
use crate::error::Error;
use crate::notify::NoticeKind;

/// The channels that are switched on, and the data needed to send notices to them.
pub(super) struct Audience {
    pub(super) organisation: String,
    pub(super) channels: Vec<Channel>,
    has_mail: bool,
}

impl Audience {
    pub(super) async fn read(context: &Context) -> Result<Self, Error> {
        let mut channels = context.store.channels().await?;
        channels.retain(|channel| channel.settings.on && !channel.settings.events.is_empty());
        let organisation = context.store.organisation().await?;
        Ok(Self {
            organisation: organisation.map(|known| known.name).unwrap_or_default(),
            channels,
            has_mail: context.store.smtp().await?.is_some(),
        })
    }

    /// Whether any channel wants notices of this kind.
    pub(super) fn wants(&self, kind: NoticeKind) -> bool {
        self.channels
            .iter()
            .any(|channel| self.is_for(channel, kind))
    }

    pub(super) fn is_for(&self, channel: &Channel, kind: NoticeKind) -> bool {
        let settings = &channel.settings;
        kind.topic()
            .is_some_and(|topic| settings.events.contains(&topic))
            && (settings.kind != ChannelKind::Email || self.has_mail)
    }
}
