//! Connected accounts: creating, changing, pausing and disconnecting them.

use model::{Grant, Integration, IntegrationId, IntegrationState, Timestamp};
use serde_json::json;

use super::connections::Sealed;
use super::types::{IntegrationSettings, NewIntegration, grant_text, integration_columns, read};
use crate::audit::record;
use crate::db::{Tx, args};
use crate::numbers::next_number;
use crate::{Actor, Credentials, Error, Result, Store, Tokens};

fn missing(id: IntegrationId) -> Error {
    Error::not_found(format!("integration {id}"))
}

/// Adds the audit entry of a change of an integration and commits.
async fn finish_change(
    mut tx: Tx,
    id: IntegrationId,
    changed: u64,
    actor: &Actor,
    action: &str,
    detail: &serde_json::Value,
    now: Timestamp,
) -> Result<()> {
    if changed == 0 {
        return Err(missing(id));
    }
    record(
        &mut tx,
        actor,
        action,
        format!("integration:{id}"),
        detail,
        now,
    )
    .await?;
    tx.commit().await
}

impl Store {
    /// Connects an account. Its first run is due at once. Its number is never used again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when this account is connected already, also when it was disconnected
    /// without erasing its data: use [`Store::reauthorise`] then.
    #[crate::boxed]
    pub async fn create_integration(
        &self,
        new: NewIntegration,
        credentials: &Credentials,
        tokens: Option<&Tokens>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Integration> {
        let mut tx = self.begin().await?;
        // This locks the counter, so no other process can insert this account after the check below.
        let id = next_number(&mut tx, "integration").await?;
        let sealed = Sealed::new(self, id, &new.grant, credentials, tokens)?;
        let found = tx
            .optional(
                "SELECT integration_id FROM integrations
                 WHERE application = $1 AND account_id = $2 AND erasing = 0",
                args![&new.application, &new.grant.account_id],
            )
            .await?;
        if found.is_some() {
            return Err(Error::conflict(format!(
                "account {} is connected already",
                new.grant.account_id
            )));
        }
        tx.execute(
            "INSERT INTO integrations (integration_id, application, account_id, name, state,
               grant_json, plan_key, budget_percent, interval_minutes, revision, created_at,
               next_run_at, next_trigger, run, fence, erasing)
             VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, 0, $9, $9, 'schedule', 0, 0, 0)",
            args![
                id,
                &new.application,
                &new.grant.account_id,
                &new.settings.name,
                grant_text(&new.grant),
                new.settings.plan.value(),
                new.settings.budget_percent,
                new.settings.interval_minutes,
                now,
            ],
        )
        .await?;
        sealed.store(&mut tx, now).await?;
        let detail = json!({
            "application": new.application,
            "name": new.settings.name,
            "account_id": new.grant.account_id,
            "authorised_by": new.grant.authorised_by,
        });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "integration.connect", target, &detail, now).await?;
        tx.commit().await?;
        Ok(Integration {
            id: IntegrationId(id),
            application: new.application,
            name: new.settings.name,
            state: IntegrationState::Active,
            state_reason: None,
            grant: new.grant,
            plan: new.settings.plan,
            budget_percent: new.settings.budget_percent,
            interval_minutes: new.settings.interval_minutes,
            revision: 0,
            created_at: now,
            next_run_at: now,
            first_complete_at: None,
            last_complete_at: None,
        })
    }

    #[crate::boxed]
    pub async fn integrations(&self) -> Result<Vec<Integration>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    integration_columns!(),
                    " FROM integrations WHERE erasing = 0 ORDER BY integration_id"
                ),
                args![],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    #[crate::boxed]
    pub async fn integration(&self, id: IntegrationId) -> Result<Option<Integration>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    integration_columns!(),
                    " FROM integrations WHERE integration_id = $1 AND erasing = 0"
                ),
                args![id],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// The integration of this account of an application.
    #[crate::boxed]
    pub async fn integration_by_account(
        &self,
        application: &str,
        account_id: &str,
    ) -> Result<Option<Integration>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    integration_columns!(),
                    " FROM integrations
                     WHERE application = $1 AND account_id = $2 AND erasing = 0"
                ),
                args![application, account_id],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// Replaces grant and credentials. The integration is active again and its next run due at
    /// once.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the grant is for another account, [`Error::NotFound`].
    #[crate::boxed]
    pub async fn reauthorise(
        &self,
        id: IntegrationId,
        grant: Grant,
        credentials: &Credentials,
        tokens: Option<&Tokens>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let sealed = Sealed::new(self, id.0, &grant, credentials, tokens)?;
        let mut tx = self.begin().await?;
        let row = tx
            .locked(
                "SELECT account_id FROM integrations WHERE integration_id = $1 AND erasing = 0",
                args![id],
            )
            .await?
            .ok_or_else(|| missing(id))?;
        if row.str("account_id")? != grant.account_id {
            return Err(Error::conflict(format!(
                "integration {id} belongs to account {}, not to {}",
                row.str("account_id")?,
                grant.account_id
            )));
        }
        let changed = tx
            .execute(
                "UPDATE integrations SET state = 'active', state_reason = NULL, grant_json = $1,
                   next_run_at = $2, next_trigger = 'manual'
                 WHERE integration_id = $3",
                args![grant_text(&grant), now, id],
            )
            .await?;
        sealed.store(&mut tx, now).await?;
        let detail = json!({ "authorised_by": grant.authorised_by });
        finish_change(
            tx,
            id,
            changed,
            actor,
            "integration.reauthorise",
            &detail,
            now,
        )
        .await
    }

    /// Sets the state of an integration and the reason for it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    #[crate::boxed]
    pub async fn set_integration_state(
        &self,
        id: IntegrationId,
        state: IntegrationState,
        reason: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE integrations SET state = $1, state_reason = $2
                 WHERE integration_id = $3 AND erasing = 0",
                args![state.value(), reason, id],
            )
            .await?;
        let detail = json!({ "state": state.value(), "reason": reason });
        finish_change(
            tx,
            id,
            changed,
            actor,
            "integration.set_state",
            &detail,
            now,
        )
        .await
    }

    /// Replaces the settings of an integration.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    #[crate::boxed]
    pub async fn update_integration(
        &self,
        id: IntegrationId,
        settings: IntegrationSettings,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE integrations SET name = $1, plan_key = $2, budget_percent = $3,
                   interval_minutes = $4
                 WHERE integration_id = $5 AND erasing = 0",
                args![
                    &settings.name,
                    settings.plan.value(),
                    settings.budget_percent,
                    settings.interval_minutes,
                    id
                ],
            )
            .await?;
        let detail = json!({
            "name": settings.name,
            "plan": settings.plan.value(),
            "budget_percent": settings.budget_percent,
            "interval_minutes": settings.interval_minutes,
        });
        finish_change(tx, id, changed, actor, "integration.change", &detail, now).await
    }

    /// Makes the next run due now.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    #[crate::boxed]
    pub async fn request_run(
        &self,
        id: IntegrationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE integrations SET next_run_at = $1, next_trigger = 'manual'
                 WHERE integration_id = $2 AND erasing = 0",
                args![now, id],
            )
            .await?;
        finish_change(
            tx,
            id,
            changed,
            actor,
            "integration.request_run",
            &json!({}),
            now,
        )
        .await
    }

    /// Disconnects an account: tokens and secrets are deleted. With `erase`, every row of the
    /// integration is deleted too, in several transactions. After a crash, the rest is deleted when
    /// the store is opened again.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    #[crate::boxed]
    pub async fn disconnect(
        &self,
        id: IntegrationId,
        erase: bool,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        // A new fence, so that a run in progress can no longer write.
        let changed = tx
            .execute(
                "UPDATE integrations SET state = 'disconnected', state_reason = NULL,
                   fence = fence + 1, lease_holder = NULL, lease_until = NULL, erasing = $1
                 WHERE integration_id = $2 AND erasing = 0",
                args![erase, id],
            )
            .await?;
        tx.execute(
            "DELETE FROM connections WHERE integration_id = $1",
            args![id],
        )
        .await?;
        tx.execute(
            "DELETE FROM write_access WHERE integration_id = $1",
            args![id],
        )
        .await?;
        tx.execute(
            "UPDATE runs SET state = 'cancelled', reason = 'disconnected', ended_at = $1
             WHERE integration_id = $2 AND state = 'running'",
            args![now, id],
        )
        .await?;
        let detail = json!({ "erase": erase });
        finish_change(
            tx,
            id,
            changed,
            actor,
            "integration.disconnect",
            &detail,
            now,
        )
        .await?;
        if erase {
            self.resume_erasing().await?;
        }
        Ok(())
    }
}
