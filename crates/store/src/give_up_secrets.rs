//! Giving up what was sealed with a master key that is lost. Everything else is kept, and a new key takes its
//! place in the same transaction, so that an interruption leaves the old state or the new one.

use model::{IntegrationId, Timestamp};
use serde_json::json;

use crate::audit::record;
use crate::db::{Tx, args};
use crate::named_values::{ALL, KEY_ROTATION, put};
use crate::{Actor, Error, MasterKey, Result, Store};

/// The reason in the state of an account whose secrets were given up.
const REASON: &str = "The master key was lost and its secrets were given up. Authorise the account again; its data \
                      is kept.";

/// What cannot be opened without the lost key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SealedSecrets {
    /// Connected accounts: number and name. They have to be authorised again.
    pub integrations: Vec<(IntegrationId, String)>,
    /// Accounts whose app for changes has to be set up again.
    pub change_access: Vec<(IntegrationId, String)>,
    /// Applications whose OAuth app has to be entered again.
    pub oauth_apps: Vec<String>,
    /// Names of the channels of notifications, which have to be made again.
    pub channels: Vec<String>,
    /// Whether the mail server's password has to be entered again.
    pub mail_password: bool,
    /// Messages that were not delivered yet.
    pub messages: i64,
    /// Texts of records that could not be understood.
    pub rejected_texts: i64,
}

impl SealedSecrets {
    async fn read(tx: &mut Tx) -> Result<Self> {
        let mut found = Self::default();
        for (sql, accounts) in [
            (
                "SELECT i.integration_id, i.name FROM integrations i
                 JOIN connections c ON c.integration_id = i.integration_id
                 WHERE i.erasing = 0 ORDER BY i.integration_id",
                &mut found.integrations,
            ),
            (
                "SELECT i.integration_id, i.name FROM integrations i
                 JOIN write_access w ON w.integration_id = i.integration_id
                 WHERE i.erasing = 0 ORDER BY i.integration_id",
                &mut found.change_access,
            ),
        ] {
            for row in tx.all(sql, args![]).await? {
                let id = IntegrationId(row.int("integration_id")?);
                accounts.push((id, row.text("name")?));
            }
        }
        for (sql, names) in [
            (
                "SELECT application AS name FROM oauth_apps WHERE organisation_id = 1 ORDER BY 1",
                &mut found.oauth_apps,
            ),
            (
                "SELECT name FROM channels WHERE organisation_id = 1 ORDER BY channel_id",
                &mut found.channels,
            ),
        ] {
            for row in tx.all(sql, args![]).await? {
                names.push(row.text("name")?);
            }
        }
        let counts = tx
            .one(
                "SELECT (SELECT COUNT(*) FROM smtp WHERE password IS NOT NULL) AS passwords,
                   (SELECT COUNT(*) FROM messages WHERE payload IS NOT NULL) AS messages,
                   (SELECT COUNT(*) FROM rejected_texts) AS texts",
                args![],
            )
            .await?;
        found.mail_password = counts.int("passwords")? > 0;
        found.messages = counts.int("messages")?;
        found.rejected_texts = counts.int("texts")?;
        Ok(found)
    }
}

impl Store {
    /// What is sealed with the master key of this database.
    #[crate::boxed]
    pub async fn sealed_secrets(&self) -> Result<SealedSecrets> {
        // Rolled back when it is dropped; a transaction, so that all counts are of one state.
        SealedSecrets::read(&mut self.begin().await?).await
    }

    /// Deletes everything that was sealed with a lost master key and lets a new key take its place. Open the
    /// store with [`StoreAccess::Alone`]; afterwards it is to be closed, and the new key opens the database.
    ///
    /// [`StoreAccess::Alone`]: crate::StoreAccess::Alone
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key of this store is the right one.
    #[crate::boxed]
    pub async fn give_up_secrets(
        &self,
        new: &MasterKey,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<SealedSecrets> {
        if self.inner.key_ok {
            return Err(Error::conflict(
                "the master key opens the secrets of this database, so there is nothing to give up",
            ));
        }
        let mut tx = self.begin().await?;
        let found = SealedSecrets::read(&mut tx).await?;
        // A new fence, so that no run writes that was left behind.
        tx.execute(
            "UPDATE integrations SET state = 'reconnect_needed', state_reason = $1,
               fence = fence + 1, lease_holder = NULL, lease_until = NULL
             WHERE erasing = 0 AND integration_id IN (SELECT integration_id FROM connections)",
            args![REASON],
        )
        .await?;
        tx.execute(
            "UPDATE runs SET state = 'cancelled', reason = 'the master key was lost', ended_at = $1
             WHERE state = 'running'",
            args![now],
        )
        .await?;
        for sql in [
            "DELETE FROM connections",
            "DELETE FROM write_access",
            "DELETE FROM oauth_apps",
            "DELETE FROM authorisations",
            "DELETE FROM channels",
            "DELETE FROM messages WHERE payload IS NOT NULL",
            "DELETE FROM rejected_texts",
            "UPDATE smtp SET password = NULL",
        ] {
            tx.execute(sql, args![]).await?;
        }
        tx.execute(
            "UPDATE canaries SET sealed = $1 WHERE organisation_id = 1",
            args![new.seal_canary()?],
        )
        .await?;
        put(&mut tx, ALL, KEY_ROTATION, None).await?;
        let numbers = |accounts: &[(IntegrationId, String)]| -> Vec<i64> {
            accounts.iter().map(|(id, _)| id.0).collect()
        };
        let detail = json!({
            "to": new.fingerprint(),
            "integrations": numbers(&found.integrations),
            "change_access": numbers(&found.change_access),
            "oauth_apps": &found.oauth_apps,
            "channels": found.channels.len(),
            "mail_password": found.mail_password,
            "messages": found.messages,
            "rejected_texts": found.rejected_texts,
        });
        record(
            &mut tx,
            actor,
            "key.give_up",
            "organisation:1",
            &detail,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(found)
    }
}
