//! Notification channels, with sealed targets and secrets.

use model::{Money, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::record;
use crate::db::{Row, args};
use crate::ids::ChannelId;
use crate::key::place;
use crate::money::{money_args, read_money};
use crate::numbers::next_number;
use crate::{Actor, Error, Result, Store, validate};

const CHANNELS: usize = 100;
/// Longest address of a webhook, in characters.
const TARGET: usize = 2_000;

/// Kind of a notification channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Mail to one address.
    Email,
    /// A signed HTTP request to any server.
    Webhook,
    /// An HTTP request in Slack's format.
    Slack,
    /// An HTTP request in Microsoft Teams' format.
    Teams,
}

impl ChannelKind {
    /// All kinds, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Email, Self::Webhook, Self::Slack, Self::Teams];

    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Teams => "teams",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.value() == value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// New findings above an amount.
    NewFindings,
    /// A deadline to give notice on a contract is near.
    Deadline,
    /// An integration no longer works.
    BrokenConnection,
    /// An exemption has expired.
    ExpiredExemption,
    /// The weekly summary.
    Digest,
}

impl NotificationKind {
    /// All kinds, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::NewFindings,
        Self::Deadline,
        Self::BrokenConnection,
        Self::ExpiredExemption,
        Self::Digest,
    ];

    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::NewFindings => "new_findings",
            Self::Deadline => "deadline",
            Self::BrokenConnection => "broken_connection",
            Self::ExpiredExemption => "expired_exemption",
            Self::Digest => "digest",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.value() == value)
    }
}

/// The editable settings of a channel.
#[derive(Debug, Clone)]
pub struct ChannelSettings {
    pub name: String,
    pub kind: ChannelKind,
    /// E-mail address, or address of the webhook (http or https); sealed in the database.
    pub target: SecretString,
    /// Key that signs the requests to a webhook; sealed in the database.
    pub secret: Option<SecretString>,
    /// Kinds of notifications that are sent here.
    pub events: Vec<NotificationKind>,
    /// New findings are sent only when their yearly saving together is at least this amount;
    /// `None`: always.
    pub min_amount: Option<Money>,
    pub on: bool,
}

#[derive(Debug, Clone)]
pub struct Channel {
    pub id: ChannelId,
    pub settings: ChannelSettings,
}

impl ChannelSettings {
    fn check(&self) -> Result<()> {
        validate::required_line("name", &self.name, validate::NAME)?;
        let target = self.target.expose_secret();
        if self.kind == ChannelKind::Email {
            validate::email("target", target)?;
        } else {
            validate::required_line("target", target, TARGET)?;
            let web = ["https://", "http://"].iter().any(|scheme| {
                target
                    .strip_prefix(scheme)
                    .is_some_and(|rest| !rest.is_empty())
            });
            if !web || target.contains(char::is_whitespace) {
                return Err(Error::field(
                    "target",
                    "is not an address on the web",
                    "write an address that begins with https://",
                ));
            }
        }
        if let Some(secret) = &self.secret {
            validate::required_line("secret", secret.expose_secret(), validate::REASON)?;
        }
        if let Some(amount) = self.min_amount {
            validate::price("min_amount", amount)?;
        }
        validate::count("events", self.events.len(), NotificationKind::ALL.len())
    }

    fn events_text(&self) -> String {
        let words: Vec<&str> = self.events.iter().map(|notice| notice.value()).collect();
        words.join(",")
    }

    /// The detail for the audit log, without target and secret.
    fn detail(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "kind": self.kind,
            "events": self.events,
            "min_amount": self.min_amount.map(|amount| amount.decimal()),
            "currency": self.min_amount.map(|amount| amount.currency),
            "on": self.on,
        })
    }
}

impl Store {
    /// All channels, by number.
    ///
    /// # Errors
    /// [`Error::Sealed`] when a secret cannot be opened.
    #[crate::boxed]
    pub async fn channels(&self) -> Result<Vec<Channel>> {
        self.read()
            .await?
            .all(
                "SELECT channel_id, name, kind, target, secret, events, min_minor, min_currency,
                   enabled
                 FROM channels WHERE organisation_id = 1 ORDER BY channel_id",
                args![],
            )
            .await?
            .iter()
            .map(|row| self.read_channel(row))
            .collect()
    }

    fn read_channel(&self, row: &Row) -> Result<Channel> {
        let id = row.int("channel_id")?;
        let corrupt = |what: &str| Error::corrupt(format!("{what} of channel {id}"));
        Ok(Channel {
            id: ChannelId(id),
            settings: ChannelSettings {
                name: row.text("name")?,
                kind: ChannelKind::from_value(row.str("kind")?).ok_or_else(|| corrupt("kind"))?,
                target: self.unseal(&place("channels", id, "target"), row.str("target")?)?,
                secret: row
                    .opt_text("secret")?
                    .map(|sealed| self.unseal(&place("channels", id, "secret"), &sealed))
                    .transpose()?,
                events: row
                    .str("events")?
                    .split(',')
                    .filter(|word| !word.is_empty())
                    .map(|word| NotificationKind::from_value(word).ok_or_else(|| corrupt("events")))
                    .collect::<Result<_>>()?,
                min_amount: read_money(row, "min_minor", "min_currency")?,
                on: row.flag("enabled")?,
            },
        })
    }

    /// Adds a channel.
    ///
    /// # Errors
    /// [`Error::Field`].
    #[crate::boxed]
    pub async fn add_channel(
        &self,
        settings: &ChannelSettings,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<ChannelId> {
        settings.check()?;
        let mut tx = self.begin().await?;
        let id = ChannelId(next_number(&mut tx, "channel").await?);
        let found = tx
            .one(
                "SELECT COUNT(*) AS total FROM channels WHERE organisation_id = 1",
                args![],
            )
            .await?
            .int("total")?;
        let after = usize::try_from(found).unwrap_or(0) + 1;
        validate::count("channels", after, CHANNELS)?;
        tx.execute(
            "INSERT INTO channels (organisation_id, channel_id, name, kind, target, events, enabled)
             VALUES (1, $1, '', '', '', '', 0)",
            args![id.0],
        )
        .await?;
        self.put_channel(&mut tx, id, settings).await?;
        let target = format!("channel:{id}");
        record(
            &mut tx,
            actor,
            "channel.add",
            target,
            &settings.detail(),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Replaces the settings of a channel. Returns whether the channel exists.
    ///
    /// # Errors
    /// [`Error::Field`].
    #[crate::boxed]
    pub async fn update_channel(
        &self,
        id: ChannelId,
        settings: &ChannelSettings,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        settings.check()?;
        let mut tx = self.begin().await?;
        if !self.put_channel(&mut tx, id, settings).await? {
            return Ok(false);
        }
        let target = format!("channel:{id}");
        record(
            &mut tx,
            actor,
            "channel.change",
            target,
            &settings.detail(),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn put_channel(
        &self,
        tx: &mut crate::db::Tx,
        id: ChannelId,
        settings: &ChannelSettings,
    ) -> Result<bool> {
        let [minor, currency] = money_args(settings.min_amount);
        let secret = settings
            .secret
            .as_ref()
            .map(|secret| self.seal(&place("channels", id, "secret"), secret))
            .transpose()?;
        let mut all = args![
            id.0,
            &settings.name,
            settings.kind.value(),
            self.seal(&place("channels", id, "target"), &settings.target)?,
            secret.as_deref(),
            settings.events_text(),
            settings.on,
        ];
        all.extend([minor, currency]);
        let found = tx
            .execute(
                "UPDATE channels SET name = $2, kind = $3, target = $4, secret = $5, events = $6,
                   enabled = $7, min_minor = $8, min_currency = $9
                 WHERE organisation_id = 1 AND channel_id = $1",
                all,
            )
            .await?;
        Ok(found > 0)
    }

    /// Removes a channel with its waiting messages. Returns whether the channel existed.
    #[crate::boxed]
    pub async fn remove_channel(
        &self,
        id: ChannelId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .execute(
                "DELETE FROM channels WHERE organisation_id = 1 AND channel_id = $1",
                args![id.0],
            )
            .await?;
        if deleted == 0 {
            return Ok(false);
        }
        tx.execute(
            "DELETE FROM messages
             WHERE organisation_id = 1 AND channel_id = $1 AND next_at IS NOT NULL",
            args![id.0],
        )
        .await?;
        let target = format!("channel:{id}");
        record(&mut tx, actor, "channel.remove", target, &json!({}), now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
