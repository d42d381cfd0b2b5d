//! The outbox: a queue of mails and HTTP requests that survives crashes. A message is queued once
//! for its key, taken by one process at a time, and retried until it is delivered or given up.
//! Payloads are sealed, and deleted after delivery.

use model::{IntegrationId, Timestamp};
use secrecy::SecretString;
use serde_json::json;

use crate::audit::record;
use crate::db::{Row, Tx, args};
use crate::ids::{ChannelId, MessageId};
use crate::key::place;
use crate::numbers::next_number;
use crate::revision::lock_integration;
use crate::{Actor, Error, Result, Store, future, validate};

/// Longest payload, in characters.
const PAYLOAD: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Idempotency key: another message with the same key is never queued.
    pub key: String,
    /// The integration concerned; the message is erased together with it.
    pub integration: Option<IntegrationId>,
    /// The user concerned; the message is erased together with them.
    pub user_key: Option<String>,
    /// The channel to send it to; `None` for mail to `recipient` alone.
    pub channel: Option<ChannelId>,
    /// E-mail address, or for a channel a text to show instead of its target.
    pub recipient: String,
    /// Content in a format that only the sender of messages knows; sealed in the database.
    pub payload: SecretString,
    /// Earliest time of delivery.
    pub not_before: Timestamp,
}

/// A message that was taken for delivery.
#[derive(Debug, Clone)]
pub struct OutboxMessage {
    pub id: MessageId,
    pub key: String,
    pub integration: Option<IntegrationId>,
    /// The channel to send it to; `None` for mail to `recipient` alone.
    pub channel: Option<ChannelId>,
    /// E-mail address, or the text to show for a channel.
    pub recipient: String,
    pub payload: SecretString,
    pub attempts: i64,
    /// Time at which it was queued.
    pub created_at: Timestamp,
}

/// State of a message in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waiting for the next attempt.
    Waiting,
    Delivered,
    /// Given up after too many attempts.
    Failed,
}

impl MessageState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A message without its payload, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSummary {
    pub id: MessageId,
    pub key: String,
    /// The channel that it is sent to.
    pub channel: Option<ChannelId>,
    /// E-mail address, or the text to show for a channel.
    pub recipient: String,
    pub state: MessageState,
    /// Number of attempts so far.
    pub attempts: i64,
    /// Error of the last attempt; empty when it did not fail.
    pub error: String,
    /// Time at which it was queued.
    pub created_at: Timestamp,
    /// Time of the next attempt.
    pub next_at: Option<Timestamp>,
    /// Time at which it was delivered or given up.
    pub ended_at: Option<Timestamp>,
}

impl NewMessage {
    pub(crate) fn check(&self) -> Result<()> {
        use secrecy::ExposeSecret as _;
        validate::required_line("key", &self.key, validate::FINDING)?;
        validate::required_line("recipient", &self.recipient, validate::EMAIL)?;
        validate::text("payload", self.payload.expose_secret(), PAYLOAD)
    }
}

fn payload_place(id: i64) -> String {
    place("messages", id, "payload")
}

/// Queues a validated message, unless there is one with its key or its integration is being erased.
pub(crate) async fn enqueue(
    store: &Store,
    tx: &mut Tx,
    new: &NewMessage,
    now: Timestamp,
) -> Result<bool> {
    if let Some(id) = new.integration {
        match lock_integration(tx, id).await {
            Err(Error::NotFound { .. }) => return Ok(false),
            held => held?,
        }
    }
    let found = tx
        .optional(
            "SELECT message_id FROM messages WHERE organisation_id = 1 AND message_key = $1",
            args![&new.key],
        )
        .await?;
    if found.is_some() {
        return Ok(false);
    }
    let id = next_number(tx, "message").await?;
    let queued = tx
        .execute(
            "INSERT INTO messages (organisation_id, message_id, message_key, integration_id,
               user_key, channel_id, recipient, payload, state, attempts, error, created_at,
               next_at)
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, 'waiting', 0, '', $8, $9)
             ON CONFLICT (organisation_id, message_key) DO NOTHING",
            args![
                id,
                &new.key,
                new.integration.map(|id| id.0),
                new.user_key.as_deref(),
                new.channel.map(|channel| channel.0),
                &new.recipient,
                store.seal(&payload_place(id), &new.payload)?,
                now,
                new.not_before.max(now),
            ],
        )
        .await?;
    Ok(queued > 0)
}

impl Store {
    /// Queues messages whose keys are new and returns their number. Messages about an integration
    /// that no longer exists are left out.
    ///
    /// # Errors
    /// [`Error::Field`] with the entry (`messages[2].recipient`, counted from 0).
    #[crate::boxed]
    pub async fn enqueue(&self, new: &[NewMessage], now: Timestamp) -> Result<u64> {
        validate::count("messages", new.len(), validate::MANY)?;
        for (position, message) in new.iter().enumerate() {
            validate::in_list("messages", position, message.check())?;
        }
        let mut tx = self.begin().await?;
        let mut queued = 0;
        for message in new {
            queued += u64::from(enqueue(self, &mut tx, message, now).await?);
        }
        tx.commit().await?;
        Ok(queued)
    }

    /// Takes messages that are due at `now`, longest due first, for at most `ttl_ms` milliseconds.
    /// After that time another process can take a message whose result was not reported.
    ///
    /// # Errors
    /// [`Error::Sealed`] when a payload cannot be opened.
    #[crate::boxed]
    pub async fn take_messages(
        &self,
        holder: &str,
        now: Timestamp,
        ttl_ms: i64,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>> {
        let lease_now = self.lease_now().await?;
        let latest_attempt = now.plus_ms(future::NEXT_ATTEMPT_MS);
        let latest_lease = lease_now.plus_ms(ttl_ms + future::SLACK_MS);
        let mut tx = self.begin().await?;
        let due = tx
            .all(
                "SELECT message_id FROM messages
                 WHERE organisation_id = 1 AND (next_at <= $1 OR next_at > $2)
                   AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $4)
                 ORDER BY next_at, message_id LIMIT $5",
                args![now, latest_attempt, lease_now, latest_lease, limit],
            )
            .await?;
        let mut taken = Vec::with_capacity(due.len());
        for row in due {
            let id = row.int("message_id")?;
            // Another process may have taken it since the query above.
            let row = tx
                .optional(
                    "UPDATE messages SET lease_holder = $1, lease_until = $2
                     WHERE organisation_id = 1 AND message_id = $3
                       AND (next_at <= $4 OR next_at > $5)
                       AND (lease_until IS NULL OR lease_until <= $6 OR lease_until > $7)
                     RETURNING message_key, integration_id, channel_id, recipient, payload, attempts,
                       created_at",
                    args![
                        holder,
                        lease_now.plus_ms(ttl_ms),
                        id,
                        now,
                        latest_attempt,
                        lease_now,
                        latest_lease
                    ],
                )
                .await?;
            if let Some(row) = row {
                taken.push((id, row));
            }
        }
        tx.commit().await?;
        taken
            .into_iter()
            .map(|(id, row)| {
                let sealed = row.opt_text("payload")?.unwrap_or_default();
                Ok(OutboxMessage {
                    id: MessageId(id),
                    key: row.text("message_key")?,
                    integration: row.opt_int("integration_id")?.map(IntegrationId),
                    channel: row.opt_int("channel_id")?.map(ChannelId),
                    recipient: row.text("recipient")?,
                    payload: self.unseal(&payload_place(id), &sealed)?,
                    attempts: row.int("attempts")?,
                    created_at: row.time("created_at")?,
                })
            })
            .collect()
    }

    /// Marks a message as delivered and deletes its payload.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when `holder` no longer has the message.
    #[crate::boxed]
    pub async fn mark_message_delivered(
        &self,
        message: MessageId,
        holder: &str,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let ours = tx
            .execute(
                "UPDATE messages SET state = 'delivered', attempts = attempts + 1, error = '',
                   payload = NULL, next_at = NULL, ended_at = $1, lease_holder = NULL,
                   lease_until = NULL
                 WHERE organisation_id = 1 AND message_id = $2 AND lease_holder = $3",
                args![now, message.0, holder],
            )
            .await?;
        if ours == 0 {
            return Err(Error::LeaseLost);
        }
        tx.commit().await
    }

    /// Records a failed attempt. The message is retried at `retry_at`, or given up with `None`. A
    /// long `error` is cut off.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when `holder` no longer has the message.
    #[crate::boxed]
    pub async fn mark_message_failed(
        &self,
        message: MessageId,
        holder: &str,
        error: &str,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let error: String = error.chars().take(validate::REASON).collect();
        let state = retry_at.map_or(MessageState::Failed, |_| MessageState::Waiting);
        let ended_at = retry_at.is_none().then_some(now);
        let mut tx = self.begin().await?;
        let ours = tx
            .execute(
                "UPDATE messages SET state = $1, attempts = attempts + 1, error = $2, next_at = $3,
                   ended_at = $4, lease_holder = NULL, lease_until = NULL
                 WHERE organisation_id = 1 AND message_id = $5 AND lease_holder = $6",
                args![state.value(), error, retry_at, ended_at, message.0, holder],
            )
            .await?;
        if ours == 0 {
            return Err(Error::LeaseLost);
        }
        tx.commit().await
    }

    /// Messages, newest first, at most `limit`. With `before`, only messages older than that one.
    #[crate::boxed]
    pub async fn messages(
        &self,
        limit: u32,
        before: Option<MessageId>,
    ) -> Result<Vec<MessageSummary>> {
        self.read()
            .await?
            .all(
                "SELECT message_id, message_key, channel_id, recipient, state, attempts, error,
                   created_at, next_at, ended_at
                 FROM messages WHERE organisation_id = 1 AND message_id < $1
                 ORDER BY message_id DESC LIMIT $2",
                args![before.map_or(i64::MAX, |before| before.0), limit],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Queues a message again that was given up. Returns `false` when it is in another state.
    #[crate::boxed]
    pub async fn retry_message(
        &self,
        message: MessageId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let found = tx
            .execute(
                "UPDATE messages SET state = 'waiting', next_at = $1, ended_at = NULL
                 WHERE organisation_id = 1 AND message_id = $2 AND state = 'failed'",
                args![now, message.0],
            )
            .await?;
        if found == 0 {
            return Ok(false);
        }
        let target = format!("message:{message}");
        record(&mut tx, actor, "message.retry", target, &json!({}), now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes messages that were delivered or given up before that time and returns their number.
    /// Their keys can be used again afterwards.
    #[crate::boxed]
    pub async fn delete_old_messages(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .execute(
                "DELETE FROM messages WHERE organisation_id = 1 AND ended_at < $1",
                args![before],
            )
            .await?;
        tx.commit().await?;
        Ok(deleted)
    }
}

fn read(row: &Row) -> Result<MessageSummary> {
    let (id, state) = (row.int("message_id")?, row.str("state")?);
    Ok(MessageSummary {
        id: MessageId(id),
        key: row.text("message_key")?,
        channel: row.opt_int("channel_id")?.map(ChannelId),
        recipient: row.text("recipient")?,
        state: MessageState::ALL
            .into_iter()
            .find(|known| known.value() == state)
            .ok_or_else(|| Error::corrupt(format!("state of message {id}")))?,
        attempts: row.int("attempts")?,
        error: row.text("error")?,
        created_at: row.time("created_at")?,
        next_at: row.opt_time("next_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
