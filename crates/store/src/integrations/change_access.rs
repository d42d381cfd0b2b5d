//! Credentials of the app that makes changes at the application. It is connected in a separate step
//! and stored separately from the app that reads, because it has write scopes. Its tokens are never
//! stored.

use model::{IntegrationId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::audit::record;
use crate::db::args;
use crate::key::place;
use crate::revision::bump_revision;
use crate::{Actor, Result, Store, validate};

/// Credentials of the Server-to-Server app with the write scopes.
#[derive(Debug, Clone)]
pub struct ChangeAccess {
    pub client_id: String,
    /// Client secret; sealed in the database.
    pub client_secret: SecretString,
    /// The application's id of the account.
    pub account_id: String,
}

impl Store {
    /// The credentials for changes; `None` when no such app is connected.
    ///
    /// # Errors
    /// [`Error::Sealed`](crate::Error::Sealed) when the secret cannot be opened.
    #[crate::boxed]
    pub async fn write_access(&self, id: IntegrationId) -> Result<Option<ChangeAccess>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT client_id, client_secret, account_id FROM write_access
                 WHERE integration_id = $1",
                args![id],
            )
            .await?;
        row.map(|row| {
            let place = place("write_access", id, "client_secret");
            Ok(ChangeAccess {
                client_id: row.text("client_id")?,
                client_secret: self.unseal(&place, row.str("client_secret")?)?,
                account_id: row.text("account_id")?,
            })
        })
        .transpose()
    }

    /// Connects the app that makes changes.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NotFound`](crate::Error::NotFound) when the
    /// integration does not exist.
    #[crate::boxed]
    pub async fn set_write_access(
        &self,
        id: IntegrationId,
        access: &ChangeAccess,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        validate::required_line("client_id", &access.client_id, validate::NAME)?;
        let secret = access.client_secret.expose_secret();
        validate::required_line("client_secret", secret, validate::NAME)?;
        validate::required_line("account_id", &access.account_id, validate::NAME)?;
        let place = place("write_access", id, "client_secret");
        let sealed = self.seal(&place, &access.client_secret)?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        tx.execute(
            "INSERT INTO write_access (integration_id, client_id, client_secret, account_id, saved_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (integration_id) DO UPDATE SET
               client_id = excluded.client_id, client_secret = excluded.client_secret,
               account_id = excluded.account_id, saved_at = excluded.saved_at",
            args![id, &access.client_id, sealed, &access.account_id, now],
        )
        .await?;
        let detail = json!({ "client_id": access.client_id, "account_id": access.account_id });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "write_access.set", target, &detail, now).await?;
        tx.commit().await
    }

    /// Disconnects the app that makes changes. Returns whether there was one.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) when the integration does not exist.
    #[crate::boxed]
    pub async fn remove_write_access(
        &self,
        id: IntegrationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let deleted = tx
            .execute(
                "DELETE FROM write_access WHERE integration_id = $1",
                args![id],
            )
            .await?;
        if deleted == 0 {
            return Ok(false);
        }
        let target = format!("integration:{id}");
        record(
            &mut tx,
            actor,
            "write_access.remove",
            target,
            &json!({}),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}
