//! Going on without a master key that is lost for good: what was sealed with it is deleted, everything else is
//! kept, and a new key seals from then on.

use model::Timestamp;
use serde_json::json;

use crate::audit::record;
use crate::db::{Tx, args};
use crate::named_values::{ALL, KEY_ROTATION, put};
use crate::{Actor, Error, Result, Store, crash};

/// The reason in the state of an integration.
const REASON: &str =
    "The master key was lost, and the tokens with it. Authorise the account again.";

/// What was deleted because only the lost key could open it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LostSecrets {
    /// Names of the integrations that have to be authorised again.
    pub integrations: Vec<String>,
    /// Number of integrations whose write access has to be connected again.
    pub write_access: u64,
    /// Number of OAuth apps to enter again.
    pub oauth_apps: u64,
    /// Names of the channels for notifications to set up again.
    pub channels: Vec<String>,
    /// Whether the password of the mail server has to be entered again.
    pub mail_password: bool,
    /// Number of messages that were not delivered yet.
    pub messages: u64,
    /// Number of texts of rejected records. Their days are read again while the application still has them.
    pub rejected_texts: u64,
}

impl Store {
    /// Deletes everything that was sealed with another key than that of this store, which becomes the database's
    /// key. All of it happens or nothing. Open the store with [`StoreAccess::Alone`](crate::StoreAccess::Alone).
    ///
    /// # Errors
    /// [`Error::KeyMissing`] when the key of this store is the right one already, so that nothing is lost.
    #[crate::boxed]
    pub async fn replace_lost_key(&self, actor: &Actor, now: Timestamp) -> Result<LostSecrets> {
        if self.inner.key_ok {
            return Err(Error::KeyMissing {
                reason: "the present key opens this database: nothing is lost".to_owned(),
            });
        }
        let mut tx = self.begin().await?;
        let integrations = texts(
            &mut tx,
            "SELECT name FROM integrations i WHERE EXISTS (SELECT 1 FROM connections c
             WHERE c.integration_id = i.integration_id) ORDER BY integration_id",
        )
        .await?;
        // A new fence, so that nothing that was begun with the old tokens can write.
        tx.execute(
            "UPDATE integrations SET state = 'reconnect_needed', state_reason = $1, fence = fence + 1,
               lease_holder = NULL, lease_until = NULL
             WHERE EXISTS (SELECT 1 FROM connections c WHERE c.integration_id = integrations.integration_id)",
            args![REASON],
        )
        .await?;
        tx.execute(
            "UPDATE runs SET state = 'cancelled', reason = 'the master key was lost', ended_at = $1
             WHERE state = 'running'",
            args![now],
        )
        .await?;
        let channels = texts(&mut tx, "SELECT name FROM channels ORDER BY channel_id").await?;
        let mut delete = async |sql: &'static str| tx.execute(sql, args![]).await;
        delete("DELETE FROM connections").await?;
        delete("DELETE FROM authorisations").await?;
        delete("DELETE FROM channels").await?;
        let lost = LostSecrets {
            integrations,
            channels,
            write_access: delete("DELETE FROM write_access").await?,
            oauth_apps: delete("DELETE FROM oauth_apps").await?,
            mail_password: delete("UPDATE smtp SET password = NULL WHERE password IS NOT NULL")
                .await?
                > 0,
            messages: delete("DELETE FROM messages WHERE payload IS NOT NULL").await?,
            rejected_texts: delete("DELETE FROM rejected_texts").await?,
        };
        crash::point("lost secrets deleted");
        let key = &self.inner.key;
        tx.execute(
            "UPDATE canaries SET sealed = $1 WHERE organisation_id = 1",
            args![key.seal_canary()?],
        )
        .await?;
        put(&mut tx, ALL, KEY_ROTATION, None).await?;
        let detail = json!({
            "to": key.fingerprint(),
            "integrations": lost.integrations,
            "write_access": lost.write_access,
            "oauth_apps": lost.oauth_apps,
            "channels": lost.channels,
            "mail_password": lost.mail_password,
            "messages": lost.messages,
            "rejected_texts": lost.rejected_texts,
        });
        record(
            &mut tx,
            actor,
            "key.replace_lost",
            "organisation:1",
            &detail,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(lost)
    }
}

/// The texts of a query with one column, `name`.
async fn texts(tx: &mut Tx, sql: &'static str) -> Result<Vec<String>> {
    let rows = tx.all(sql, args![]).await?;
    rows.iter().map(|row| row.text("name")).collect()
}
